//! Holds.

mod confirm;
mod create;
mod later;
mod show;
