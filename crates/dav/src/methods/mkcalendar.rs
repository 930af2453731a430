//! MKCALENDAR: one more calendar of drafts, under the name that the app has chosen.
//!
//! Start at [`answer`].

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dayshelf_store::{Calendar, CalendarChange, CalendarKind, Calendars, StoredEntry};

use super::proppatch::{keep, sets};
use crate::no::No;
use crate::place::Place;
use crate::props::is_settable;
use crate::scene::Thing;
use crate::server::Call;
use crate::xml::{CALDAV, DAV, Element, Name, read};

/// Calendars of one organiser.
const CALENDARS_MAX: usize = 100;

pub(super) async fn answer(call: &Call<'_>) -> Result<Response, No> {
    let Place::Calendar { calendar: name, .. } = &call.place else {
        return Err(No::caldav("calendar-collection-location-ok"));
    };
    if !call.scene.viewer.may_write || !call.scene.viewer.calendars.is_empty() {
        return Err(No::privilege(&call.scene.href(Thing::Home), "bind"));
    }
    let body = read(&call.body)?;
    let sets = body.as_ref().map(sets).unwrap_or_default();
    if body.as_ref().and_then(components).is_some_and(|names| !names.iter().any(|name| name == "VEVENT")) {
        return Err(No::caldav("supported-calendar-component"));
    }
    if call.scene.calendars.all.len() >= CALENDARS_MAX {
        return Err(No::Plain(StatusCode::INSUFFICIENT_STORAGE));
    }
    let make = |calendars: &Calendars, _: Option<&StoredEntry>| {
        if calendars.all.iter().any(|known| known.name == *name) {
            return Err(No::dav("resource-must-be-null"));
        }
        let token = calendars.revision + 1;
        let calendar = Calendar { name: name.clone(), kind: CalendarKind::Drafts, shown: true, token };
        let (seen, edition) = (calendars.revision, calendars.edition);
        Ok(CalendarChange { seen, edition, calendars: vec![calendar], ..CalendarChange::default() })
    };
    call.dav.shelf.change(call.scene.viewer.home, None, make).await?;
    let own: Vec<_> = sets.into_iter().filter(|(name, _)| is_settable(name)).collect();
    keep(call, name, &own).await?;
    Ok(StatusCode::CREATED.into_response())
}

/// The components that the calendar shall have, if the app says.
fn components(body: &Element) -> Option<Vec<String>> {
    let props = body.all(DAV, "set").flat_map(|set| set.all(DAV, "prop"));
    let wanted = Name::new(CALDAV, "supported-calendar-component-set");
    let set = props.flat_map(|prop| &prop.children).find(|property| property.name == wanted)?;
    let named = set.all(CALDAV, "comp").filter_map(|comp| comp.attribute("name"));
    Some(named.map(str::to_ascii_uppercase).collect())
}
