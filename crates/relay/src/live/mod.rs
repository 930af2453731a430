//! Live streams: what pages, overlays and displays hear of a slot while it is watched.
//!
//! Here: one pump for each slot and kind of viewer, and the message that all of them share. Not here: HTTP.
//! Start at [`Hub`]; what a viewer may buy is worked out in [`Reading`], for pages too, so that a page and
//! its stream never differ.

mod hub;
mod reading;

pub use hub::Hub;
pub use reading::{OfferStand, Reading, Viewer, open_windows};
