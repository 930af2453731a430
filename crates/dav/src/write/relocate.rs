//! MOVE of an entry to another calendar or name: the slot stays, its entry is elsewhere.
//!
//! Start at [`relocate`].

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dayshelf_store::{Calendars, EntryHead, StoredEntry};

use super::change_of;
use crate::methods::header_text;
use crate::no::No;
use crate::place::{self, Place};
use crate::props::tag;
use crate::server::Call;
use crate::shelf::{retired, touch};

/// Moves the entry that is named to where the request says.
///
/// # Errors
/// When there is none, something else is there, or the protocol says no.
pub async fn relocate(call: &Call<'_>, (calendar, name): (&str, &str)) -> Result<Response, No> {
    let calendar = call.written_calendar(calendar)?.name.clone();
    let entry = call.entry(&calendar, name).await?.ok_or(No::NOTHING)?;
    call.check_seen(Some(&entry))?;
    let wanted = header_text(&call.headers, "destination").and_then(Place::read);
    let Some(Place::Entry { user, calendar: to, name: as_name }) = wanted else {
        return Err(No::Plain(StatusCode::BAD_REQUEST));
    };
    if user != call.scene.viewer.user {
        return Err(No::Plain(StatusCode::FORBIDDEN));
    }
    let to = call.written_calendar(&to).map_err(|no| match no {
        No::Plain(StatusCode::NOT_FOUND) => No::Plain(StatusCode::CONFLICT),
        no => no,
    })?;
    let to = to.name.clone();
    if call.entry(&to, &as_name).await?.is_some() {
        // What would be overwritten is another slot, and that is never done by the way.
        return Err(No::CHANGED);
    }
    let (store, home) = (&call.dav.store, call.scene.viewer.home);
    if to != calendar
        && let Some(taken) = store.calendar_uid(home, &to, &entry.head.uid).await?
    {
        let href = place::entry(&call.scene.viewer.user, &to, &taken);
        return Err(No::caldav_at("no-uid-conflict", &href));
    }
    carry(call, &entry, (&to, &as_name)).await?;
    let mut response = StatusCode::CREATED.into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag(&entry.head)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// Gives an entry another calendar and name.
pub(super) async fn carry(call: &Call<'_>, entry: &StoredEntry, to: (&str, &str)) -> Result<(), No> {
    let home = call.scene.viewer.home;
    let now = call.dav.desk.mint().now();
    let from = (entry.head.calendar.as_str(), entry.head.name.as_str());
    let make = |calendars: &Calendars, entry: Option<&StoredEntry>| {
        let mut change = change_of(calendars);
        let token = change.seen + 1;
        let entry = entry.ok_or(No::NOTHING)?;
        let head = EntryHead {
            calendar: to.0.to_owned(),
            name: to.1.to_owned(),
            token,
            changed: now,
            ..entry.head.clone()
        };
        change.entries.push(StoredEntry { head, ..entry.clone() });
        change.entries.push(retired(entry, entry.head.version, token, now));
        touch(&mut change, calendars.all.clone());
        Ok(change)
    };
    call.dav.shelf.change(home, Some(from), make).await
}
