//! `calendar-query`: the entries of a calendar that pass a filter.

use axum::response::Response;
use dayshelf_store::{Calendar, EntryState};

use super::data::{self, Data};
use super::filter::Filter;
use crate::methods::{Wanted, answer_of, multistatus};
use crate::no::No;
use crate::scene::Thing;
use crate::server::Call;
use crate::xml::{Element, Writer};

/// Entries whose texts are read at once.
pub(super) const AT_ONCE: usize = 500;

pub(super) async fn answer(call: &Call<'_>, calendar: &Calendar, body: &Element) -> Result<Response, No> {
    let (filter, data, wanted) = (Filter::of(body)?, Data::of(body)?, Wanted::of(body));
    let scene = &call.scene;
    let home = scene.viewer.home;
    let zone = call.own_zone()?;
    let heads = call.dav.store.calendar_heads(home, &calendar.name, 0).await?;
    let passing = heads.into_iter().filter(|head| head.state == EntryState::Shown && filter.may_pass(head));
    let passing: Vec<_> = passing.collect();
    let mut writer = Writer::begin("multistatus");
    if data.is_none() && !filter.needs_text() {
        for head in &passing {
            answer_of(&mut writer, scene, Thing::Entry(calendar, head), (&wanted, None));
        }
        return Ok(multistatus(writer.end("multistatus")));
    }
    let name = data::name();
    for some in passing.chunks(AT_ONCE) {
        let names = some.iter().map(|head| head.name.clone()).collect();
        let entries = call.dav.store.calendar_entries(home, &calendar.name, names).await?;
        for entry in entries.into_iter().flatten().filter(|entry| entry.head.state == EntryState::Shown) {
            if !filter.passes(&entry.body, &call.dav.zones, &zone) {
                continue;
            }
            let value = data.as_ref().map(|data| data.value(&entry, &call.dav.zones, &zone));
            let more = value.as_deref().map(|value| (&name, value));
            answer_of(&mut writer, scene, Thing::Entry(calendar, &entry.head), (&wanted, more));
        }
    }
    Ok(multistatus(writer.end("multistatus")))
}
