//! PROPPATCH: what a viewer calls a calendar, its colour, its order, its default alarms.
//!
//! Kept per viewer, and taken on calendars that are only looked at too: an app that is told no here stops syncing
//! altogether. Start at [`answer`].

use axum::http::StatusCode;
use axum::response::Response;
use dayshelf_store::CalendarProperty;

use super::multistatus;
use crate::no::No;
use crate::place::Place;
use crate::props::is_settable;
use crate::scene::{Thing, kept_name};
use crate::server::Call;
use crate::xml::{DAV, Element, Name, Unreadable, Writer, escaped, read};

/// Properties that one viewer may set on one calendar.
const OWN_MAX: usize = 100;
/// Bytes of one property's value.
const VALUE_BYTES_MAX: usize = 64 * 1024;

/// What becomes of one property.
pub(super) type Set = (Name, Option<String>);

pub(super) async fn answer(call: &Call<'_>) -> Result<Response, No> {
    let body = read(&call.body)?.filter(|body| body.is(DAV, "propertyupdate")).ok_or(Unreadable)?;
    let (thing, owner) = match &call.place {
        Place::Home { .. } => (Thing::Home, ""),
        Place::Calendar { calendar, .. } => {
            let calendar = call.calendar(calendar)?;
            (Thing::Calendar(calendar), calendar.name.as_str())
        }
        _ => return Err(No::dav("cannot-modify-protected-property")),
    };
    let sets = sets(&body);
    let is_fine = |(name, value): &Set| {
        is_settable(name) && value.as_ref().is_none_or(|value| value.len() <= VALUE_BYTES_MAX)
    };
    let all_fine = sets.iter().all(is_fine);
    if all_fine {
        keep(call, owner, &sets).await?;
    }
    let mut writer = Writer::begin("multistatus");
    writer.raw("<D:response>");
    writer.text("href", &call.scene.href(thing));
    for set in &sets {
        writer.raw("<D:propstat><D:prop>");
        writer.property(&set.0, "");
        writer.raw("</D:prop>");
        if all_fine {
            writer.status(200);
        } else if is_fine(set) {
            writer.status(424);
        } else {
            writer.status(403);
            writer.raw("<D:error><D:cannot-modify-protected-property/></D:error>");
        }
        writer.raw("</D:propstat>");
    }
    writer.raw("</D:response>");
    Ok(multistatus(writer.end("multistatus")))
}

/// Keeps what a viewer has set.
pub(super) async fn keep(call: &Call<'_>, calendar: &str, sets: &[Set]) -> Result<(), No> {
    if call.scene.own_count(calendar) + sets.len() > OWN_MAX {
        return Err(No::Plain(StatusCode::INSUFFICIENT_STORAGE));
    }
    let property = |(name, value): &Set| CalendarProperty {
        calendar: calendar.to_owned(),
        property: kept_name(name),
        value: value.clone(),
    };
    let all = sets.iter().map(property).collect();
    let viewer = &call.scene.viewer;
    Ok(call.dav.store.keep_calendar_properties(viewer.home, &viewer.user, all).await?)
}

/// What is set and removed, in order.
pub(super) fn sets(body: &Element) -> Vec<Set> {
    let mut found = Vec::new();
    for act in &body.children {
        let is_set = match act.name.parts() {
            (DAV, "set") => true,
            (DAV, "remove") => false,
            _ => continue,
        };
        for property in act.all(DAV, "prop").flat_map(|prop| &prop.children) {
            found.push((property.name.clone(), is_set.then(|| inner(property))));
        }
    }
    found
}

/// What is in an element, as XML.
fn inner(element: &Element) -> String {
    if element.children.is_empty() {
        return escaped(&element.text);
    }
    let mut writer = Writer::default();
    element.children.iter().for_each(|child| writer.property(&child.name, &inner(child)));
    writer.into_inner()
}
