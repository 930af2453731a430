//! The web face over HTTP, found by route.

#![allow(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

mod authority;
mod frame;
mod holds;
mod house;
mod logs;
mod malformed;
mod openapi;
mod orders;
mod rush;
mod serving;
mod site;
mod slots;
mod waitlist;
