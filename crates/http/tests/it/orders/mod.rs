//! Orders.

mod cancel;
mod handover;
mod pass_keys;
mod redeem;
mod relocate;
mod show;
mod words;
