//! Tests of the store through its public face, on both engines.

#![allow(clippy::unwrap_used, reason = "these are tests, and so are their fixtures")]

mod asides;
mod behind;
mod calendars;
mod commit;
mod doctor;
mod erase;
mod feeds;
mod keys;
mod open;
mod people;
mod pictures;
mod shop;
mod sign_in;
mod site;
mod stream;
