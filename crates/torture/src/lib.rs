//! Torture: the real program is killed, cut off, filled up and failed over under load, and judged by what it
//! had acknowledged.
//!
//! Nothing here knows how Dayshelf works inside: `node` starts the program, `crowd` asks it through the
//! public API and writes down every answer, `judge` compares. `disk` is a disk whose power can be cut,
//! `server` the database servers, `history` the check of concurrent histories. Start at `parts`: what is
//! done to the program, one module each.

pub mod api;
pub mod chance;
pub mod crowd;
pub mod disk;
pub mod history;
pub mod judge;
pub mod ledger;
pub mod net;
pub mod node;
pub mod parts;
pub mod place;
pub mod race;
pub mod server;
pub mod shelf;

/// A step that may fail. A fault here is the test's or the machine's; what the program did wrong is a
/// violation, and is counted.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
