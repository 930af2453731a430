//! iCalendar text, time zones, and offsets that are anchored to a calendar entry.
//!
//! Knows no shop: its values are wall-clock seconds, milliseconds since 1970 and plain text, and others
//! convert them. Every instant of the product that comes from a wall clock comes from here, through one
//! bundled zone database. Start at [`zone::Zones`], then [`anchor::Anchor`]; texts of others are read and edited
//! by [`document::Document`], calendars are written by [`feed::Calendar`].

pub mod anchor;
pub mod document;
pub mod entry;
pub mod feed;
pub mod import;
pub mod itip;
pub mod object;
pub mod recur;
pub mod text;
pub mod time;
pub mod zone;
