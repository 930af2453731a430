//! `calendar-multiget`: entries by their addresses.

use axum::response::Response;
use dayshelf_store::{Calendar, EntryState};

use super::data::{self, Data};
use super::query::AT_ONCE;
use crate::methods::{Wanted, answer_of, multistatus};
use crate::no::No;
use crate::place::Place;
use crate::scene::Thing;
use crate::server::Call;
use crate::xml::{DAV, Element, Writer};

pub(super) async fn answer(call: &Call<'_>, calendar: &Calendar, body: &Element) -> Result<Response, No> {
    let (data, wanted) = (Data::of(body)?, Wanted::of(body));
    let zone = call.own_zone()?;
    let hrefs: Vec<&str> = body.all(DAV, "href").map(|href| href.text.trim()).collect();
    let mut writer = Writer::begin("multistatus");
    let name = data::name();
    for some in hrefs.chunks(AT_ONCE) {
        let names: Vec<Option<String>> = some.iter().map(|href| entry_name(call, calendar, href)).collect();
        let asked = names.iter().flatten().cloned().collect();
        let home = call.scene.viewer.home;
        let mut found = call.dav.store.calendar_entries(home, &calendar.name, asked).await?.into_iter();
        for (href, name_of) in some.iter().zip(&names) {
            let entry = name_of.as_ref().and_then(|_| found.next().flatten());
            let Some(entry) = entry.filter(|entry| entry.head.state == EntryState::Shown) else {
                missing(&mut writer, href);
                continue;
            };
            let value = data.as_ref().map(|data| data.value(&entry, &call.dav.zones, &zone));
            let more = value.as_deref().map(|value| (&name, value));
            answer_of(&mut writer, &call.scene, Thing::Entry(calendar, &entry.head), (&wanted, more));
        }
    }
    Ok(multistatus(writer.end("multistatus")))
}

/// The name of an entry of this calendar in an address.
fn entry_name(call: &Call<'_>, of: &Calendar, href: &str) -> Option<String> {
    match Place::read(href)? {
        Place::Entry { user, calendar, name } if user == call.scene.viewer.user && calendar == of.name => {
            Some(name)
        }
        _ => None,
    }
}

/// An address at which there is nothing.
pub(super) fn missing(writer: &mut Writer, href: &str) {
    writer.raw("<D:response>");
    writer.text("href", href);
    writer.status(404);
    writer.raw("</D:response>");
}
