//! The real binary, from outside: started, asked over HTTP, told to end, killed.
//!
//! Found by what is tried: `serve`, `apply`, `canary`, `care`, `crash`, `demo`. What they share is in `stand`.

#![allow(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

mod apply;
mod canary;
mod care;
mod crash;
mod demo;
mod serve;
mod stand;
