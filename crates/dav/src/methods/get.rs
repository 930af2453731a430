//! GET and HEAD: an entry's bytes, or a calendar as one file.
//!
//! Start at [`answer`].

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dayshelf_ical::document::Document;
use dayshelf_store::EntryState;

use super::{header_text, lists};
use crate::no::No;
use crate::place::Place;
use crate::props::{ENTRY_TYPE, http_date, tag};
use crate::server::Call;

/// Entries that are read at once for a whole calendar.
const PAGE: usize = 500;

pub(super) async fn answer(call: &Call<'_>) -> Result<Response, No> {
    match &call.place {
        Place::Entry { .. } => entry(call).await,
        Place::Calendar { calendar, .. } => whole(call, calendar).await,
        // People who open the address in a browser, and apps that look whether anything is there.
        Place::Root | Place::Principals | Place::Home { .. } => {
            Ok("Dayshelf: calendars are here. Give this address to a calendar app.\n".into_response())
        }
    }
}

async fn entry(call: &Call<'_>) -> Result<Response, No> {
    let (_, entry) = call.named_entry().await?;
    call.check_seen(Some(&entry))?;
    let tag = tag(&entry.head);
    let known = header_text(&call.headers, header::IF_NONE_MATCH.as_str());
    let mut response = if known.is_some_and(|known| lists(known, &tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        text(call, entry.body)
    };
    let headers = response.headers_mut();
    for (name, value) in [(header::ETAG, tag), (header::LAST_MODIFIED, http_date(entry.head.changed))] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    Ok(response)
}

fn text(call: &Call<'_>, body: Vec<u8>) -> Response {
    let length = body.len();
    let body = if call.method == Method::HEAD { Body::empty() } else { Body::from(body) };
    let kind = [(header::CONTENT_TYPE, ENTRY_TYPE.to_owned()), (header::CONTENT_LENGTH, length.to_string())];
    (kind, body).into_response()
}

/// All entries of a calendar in one VCALENDAR, each zone once.
async fn whole(call: &Call<'_>, name: &str) -> Result<Response, No> {
    let calendar = call.calendar(name)?;
    let home = call.scene.viewer.home;
    let (mut zones, mut entries) = (Vec::new(), Vec::new());
    let mut seen = std::collections::BTreeSet::new();
    let mut after = String::new();
    loop {
        let page = call.dav.store.calendar_page(home, &calendar.name, &after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.head.name);
        for entry in page.into_iter().filter(|entry| entry.head.state == EntryState::Shown) {
            let Ok(document) = Document::read(entry.body) else { continue };
            for zone in document.nodes("VTIMEZONE") {
                if seen.insert(zone.text("TZID").unwrap_or_default()) {
                    push(&mut zones, zone.bytes());
                }
            }
            document.nodes("VEVENT").for_each(|event| push(&mut entries, event.bytes()));
        }
    }
    let head = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Dayshelf//Dayshelf {}//EN\r\n",
        env!("CARGO_PKG_VERSION")
    );
    Ok(text(call, [head.as_bytes(), &zones, &entries, b"END:VCALENDAR\r\n"].concat()))
}

/// A component, with the end of its last line.
fn push(out: &mut Vec<u8>, component: &[u8]) {
    out.extend_from_slice(component);
    if !component.ends_with(b"\n") {
        out.extend_from_slice(b"\r\n");
    }
}
