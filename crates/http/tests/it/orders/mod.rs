//! Orders.

mod cancel;
mod handover;
mod pass_keys;
mod relocate;
mod show;
mod words;
