//! Holds.

mod confirm;
mod create;
mod later;
mod paid;
mod show;
mod standby;
