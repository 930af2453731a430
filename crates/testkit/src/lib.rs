//! What the tests of several crates need. Dev only: nothing that is shipped may use it.
//!
//! Here: a throw-away PostgreSQL (`cluster`). Not here: what only one crate's tests need.

pub mod cluster;
mod server;
