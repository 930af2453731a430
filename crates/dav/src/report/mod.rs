//! REPORT: queries over a calendar, entries by address, what changed, busy times.
//!
//! Start at [`answer`]; which entries a query means is in `filter`, what of their text is wanted in `data`.

mod busy;
mod data;
mod filter;
mod multiget;
mod query;
mod sync;

use axum::http::StatusCode;
use axum::response::Response;

use crate::methods::multistatus;
use crate::no::No;
use crate::place::Place;
use crate::server::Call;
use crate::xml::{CALDAV, DAV, Unreadable, Writer, read};

/// Answers a report.
///
/// # Errors
/// When it is no report of ours, or is asked of the wrong place.
pub async fn answer(call: &Call<'_>) -> Result<Response, No> {
    let body = read(&call.body)?.ok_or(Unreadable)?;
    let calendar = match &call.place {
        Place::Calendar { calendar, .. } | Place::Entry { calendar, .. } => Some(call.calendar(calendar)?),
        Place::Root | Place::Principals | Place::Home { .. } => None,
    };
    match (body.name.parts(), calendar) {
        ((CALDAV, "calendar-query"), Some(calendar)) => query::answer(call, calendar, &body).await,
        ((CALDAV, "calendar-multiget"), Some(calendar)) => multiget::answer(call, calendar, &body).await,
        ((CALDAV, "free-busy-query"), Some(calendar)) => busy::answer(call, calendar, &body).await,
        ((DAV, "sync-collection"), Some(calendar)) => sync::answer(call, calendar, &body).await,
        // Who else has calendars here is nobody's business.
        ((DAV, "principal-property-search" | "principal-match" | "acl-principal-prop-set"), _)
        | ((DAV, "expand-property"), _) => Ok(multistatus(Writer::begin("multistatus").end("multistatus"))),
        ((DAV, "principal-search-property-set"), _) => {
            let empty = Writer::begin("principal-search-property-set");
            let mut response = multistatus(empty.end("principal-search-property-set"));
            *response.status_mut() = StatusCode::OK;
            Ok(response)
        }
        _ => Err(No::dav("supported-report")),
    }
}
