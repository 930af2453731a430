//! The rules of Dayshelf, all of them, and nothing else.
//!
//! Books, an instant and a command go in; facts or a refusal come out. No IO, clock, randomness, zone
//! database or serialisation lives here, and nothing waits. Start at [`command::Command`],
//! [`fact::Fact`] and [`refusal::Refusal`], which are the product on three screens, then at
//! [`decide::transact`].

pub mod access;
pub mod apply;
pub mod block;
pub mod books;
pub mod chance;
pub mod change;
pub mod command;
pub mod decide;
pub mod domain;
pub mod fact;
pub mod hold;
pub mod ids;
pub mod lately;
pub mod limits;
pub mod lobby;
pub mod look;
pub mod money;
pub mod nights;
pub mod offer;
pub mod order;
pub mod organiser;
pub mod people;
pub mod picture;
pub mod plan;
pub mod planted;
pub mod pool;
pub mod product;
pub mod refusal;
pub mod series;
pub mod slot;
pub mod template;
pub mod text;
pub mod time;
pub mod waitlist;
pub mod window;
