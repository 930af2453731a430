//! Tests of the desk through its public face, on both engines.

#![allow(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

mod faults;
mod nodes;
mod single;
mod stand;
