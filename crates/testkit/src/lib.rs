//! What the tests of several crates need. Dev only: nothing that is shipped may use it.
//!
//! Here: a throw-away PostgreSQL (`cluster`), data on either engine (`site`), a small drop (`shop`). Not
//! here: what only one crate's tests need.

pub mod cluster;
mod server;
pub mod shop;
pub mod site;
