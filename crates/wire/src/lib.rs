//! Everything that leaves or enters the program as text: JSON shapes, problems, secrets, passes, plans.
//!
//! Nothing is decided here. Inputs are read strictly (an unknown field is an answer, not a shrug) and
//! become values of the core; values of the core become outputs. Serde and OpenAPI stop at this crate.
//! Start at [`problem::Problem`], then [`hold`] for the shape of the rest.

pub mod access;
pub mod block;
pub mod body;
pub mod booked;
pub mod broadcast;
pub mod buyer;
pub mod caldav;
pub mod calendar;
pub mod change;
pub mod country;
pub mod domain;
pub mod endpoint;
pub mod feed;
pub mod hold;
pub mod import;
pub mod journal;
pub mod library;
pub mod live;
pub mod lobby;
pub mod look;
pub mod money;
pub mod name;
pub mod nights;
pub mod order;
pub mod order_link;
pub mod outbox;
pub mod own_name;
pub mod page;
pub mod pass;
mod password;
pub mod people;
pub mod plan;
pub mod problem;
mod range;
pub mod redeem;
pub mod secret;
pub mod series;
pub mod sign_in;
pub mod slot;
pub mod stock;
pub mod template;
pub mod texts;
pub mod time;
pub mod waitlist;
pub mod webhook;
pub mod whole;
