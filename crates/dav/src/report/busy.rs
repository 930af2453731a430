//! `free-busy-query`: when there is something on a calendar, without what.

use std::fmt::Write as _;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use dayshelf_ical::text::value::Time;
use dayshelf_ical::time::Moment;
use dayshelf_store::{Calendar, EntryState};

use super::filter::range_of;
use super::query::AT_ONCE;
use crate::no::No;
use crate::occur;
use crate::server::Call;
use crate::xml::{CALDAV, Element};

/// Times that one answer lists.
const BUSY_MAX: usize = 10_000;

pub(super) async fn answer(call: &Call<'_>, calendar: &Calendar, body: &Element) -> Result<Response, No> {
    let range = body.child(CALDAV, "time-range").ok_or_else(|| No::caldav("valid-filter"))?;
    let range = range_of(range)?.bounded()?;
    let (home, zone) = (call.scene.viewer.home, call.own_zone()?);
    let heads = call.dav.store.calendar_heads(home, &calendar.name, 0).await?;
    let near = heads.into_iter().filter(|head| {
        head.state == EntryState::Shown && head.from.0 < range.until.0 && range.from.0 < head.until.0
    });
    let names: Vec<String> = near.map(|head| head.name).collect();
    let mut busy: Vec<(Moment, Moment)> = Vec::new();
    for some in names.chunks(AT_ONCE) {
        let entries = call.dav.store.calendar_entries(home, &calendar.name, some.to_vec()).await?;
        for entry in entries.into_iter().flatten() {
            busy.extend(occur::busy(&entry.body, range, &call.dav.zones, &zone));
        }
    }
    busy.sort_unstable();
    busy.truncate(BUSY_MAX);
    let utc = |moment: Moment| Time::Utc(moment).property("X").value;
    let mut text = String::from(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Dayshelf//Dayshelf//EN\r\nBEGIN:VFREEBUSY\r\n",
    );
    // Writing into a string can't fail.
    write!(text, "DTSTAMP:{}\r\n", utc(Moment(call.dav.desk.mint().now().0 / 1_000 * 1_000)))
        .unwrap_or_default();
    write!(text, "DTSTART:{}\r\nDTEND:{}\r\n", utc(range.from), utc(range.until)).unwrap_or_default();
    for (from, until) in busy {
        let (from, until) = (from.max(range.from), until.min(range.until));
        write!(text, "FREEBUSY;FBTYPE=BUSY:{}/{}\r\n", utc(from), utc(until)).unwrap_or_default();
    }
    text.push_str("END:VFREEBUSY\r\nEND:VCALENDAR\r\n");
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}
