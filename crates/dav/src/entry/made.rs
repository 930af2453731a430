//! The text of an entry that nobody has written yet.
//!
//! It is made from its slot alone, so the same slot has the same text on every node. Start at [`made`].

use dayshelf_ical::feed::{Calendar, Entry, Status};
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::{WallTime, Zone};

/// What made it.
const MADE_BY: &str = concat!("-//Dayshelf//Dayshelf ", env!("CARGO_PKG_VERSION"), "//EN");

/// What an entry is made of.
#[derive(Clone, Debug)]
pub struct Made<'m> {
    /// Its UID.
    pub uid: String,
    /// When its thing was made.
    pub stamp: Moment,
    /// When it starts and ends, on its zone's wall.
    pub times: (WallTime, WallTime),
    /// Its zone.
    pub zone: &'m Zone,
    /// Its title.
    pub title: &'m str,
    /// Its text.
    pub about: &'m str,
    /// Where it is.
    pub place: &'m str,
    /// Its page.
    pub url: &'m str,
    /// Where it can be watched; empty for nowhere.
    pub conference: &'m str,
    /// Whether it takes place.
    pub status: Status,
    /// Its slot's version.
    pub sequence: u32,
}

/// The text.
pub fn made(made: &Made<'_>) -> String {
    let entry = Entry {
        uid: made.uid.clone(),
        stamp: made.stamp,
        start: made.times.0,
        end: made.times.1,
        zone: made.zone,
        summary: made.title,
        description: made.about,
        location: made.place,
        url: made.url,
        image: "",
        conference: made.conference,
        status: made.status,
        sequence: made.sequence,
    };
    let calendar = Calendar { made_by: MADE_BY, name: "", feed: None, entries: vec![entry] };
    // A METHOD makes a message of it, and what CalDAV keeps is none.
    calendar.write().replacen("METHOD:PUBLISH\r\n", "", 1)
}

/// A zone as a calendar text of its own, with its rules for the coming years.
pub fn zone_text(zone: &Zone, now: dayshelf_core::time::Instant) -> String {
    const AHEAD_SECONDS: i64 = 3 * 366 * 86_400;
    let start = zone.local(Moment(now.0));
    let about = Made {
        uid: String::new(),
        stamp: Moment(0),
        times: (start.into(), Civil(start.0 + AHEAD_SECONDS).into()),
        zone,
        title: "",
        about: "",
        place: "",
        url: "",
        conference: "",
        status: Status::Tentative,
        sequence: 0,
    };
    let text = made(&about);
    let event = text.find("BEGIN:VEVENT").unwrap_or(text.len());
    format!("{}END:VCALENDAR\r\n", &text[..event])
}
