//! The public pages, as a reader without script meets them.

mod calendar;
mod display;
pub mod hold;
mod lobby;
mod order;
mod outside;
mod overlay;
mod reader;
mod slot;
mod wait;
