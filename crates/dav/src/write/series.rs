//! PUT and DELETE of the entry of a series: what an app has changed, as commands, and what is answered.
//!
//! A change is what the app says otherwise than the entry that it has seen. What concerns the series is one command;
//! an evening that is otherwise by itself is a change of its slot, like any. Each goes through the desk; where it
//! says no, our version comes back. Start at [`Putting::make_series`], [`Putting::alter_series`] and [`end`].

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dayshelf_core::ids::SeriesId;
use dayshelf_core::slot::Slot;
use dayshelf_ical::object::Object;
use dayshelf_ical::time::Civil;
use dayshelf_store::{EntryHead, StoredEntry};
use dayshelf_wire::series::rewrite::Rewritten;
use dayshelf_wire::time::Place;

use super::ask::{self, By, Verdict, Wish};
use super::delta::Delta;
use super::put::Putting;
use super::{TRIES, template, whole};
use crate::course::{self, Course, Own};
use crate::entry::Note;
use crate::no::No;
use crate::server::Call;
use crate::shelf::put_in;

/// Letters of a title in the name of a series: its slots' dates come behind it.
const KEY_TITLE_CHARS: usize = 32;

impl Putting<'_> {
    /// What the text says of a series.
    pub(super) fn course(&self) -> Option<Course> {
        course::read(&self.said.object, &self.said.legend)
    }

    /// Makes a draft series of a new entry that recurs; `None` when no series can be what it says.
    pub(super) async fn make_series(&self) -> Result<Option<Verdict>, No> {
        let said = self.course().filter(|_| self.said.object.master().is_series());
        let Some(said) = said else { return Ok(None) };
        let (fresh, by) = (self.mint(), self.by());
        let id = SeriesId(fresh.0);
        let mut note = String::new();
        let mut put = whole::parted(self.call, id, (self.said, &said), by).await?;
        let named = match put {
            Some(_) => None,
            None => template::named(self.call.dav, fresh, self.said).await?,
        };
        let mut doc =
            said.doc(ask::slug(&said.title.chars().take(KEY_TITLE_CHARS).collect::<String>(), fresh));
        if let Some(template) = named {
            doc.template = Some(template.key.clone());
            put = whole::made(self.call, id, (&doc, Some(template.text)), by)?;
            if put.is_none() {
                note = Note::Template(template.key).sentence();
                doc.template = None;
            }
        }
        if put.is_none() {
            put = whole::made(self.call, id, (&doc, None), by)?;
        }
        let Some(put) = put else { return Ok(None) };
        self.reserve(fresh, note).await?;
        Ok(Some(ask::submit_whole(self.call.dav, put).await))
    }

    /// The entry of a series that is there.
    pub(super) async fn alter_series(&self, entry: &StoredEntry, id: SeriesId) -> Result<Response, No> {
        if self.said.is_cancelled {
            let verdict = end(self.call, id).await?;
            return self.settled(entry, id, verdict).await;
        }
        let seen = Object::read(entry.body.clone()).ok();
        let seen = seen.and_then(|object| {
            let own = self.call.own_zone().ok()?;
            course::read(&object, &object.legend(&self.call.dav.zones, &own))
        });
        let Some((seen, said)) = seen.zip(self.course()) else {
            return self.settled(entry, id, Verdict::Refused).await;
        };
        self.call.keep_pending(&entry.head, Some(self.bytes())).await?;
        let mut delta = Delta { seen, said, shift: 0 };
        let mut verdict = Verdict::Stale;
        for _ in 0..TRIES {
            verdict = self.change_series(id, &mut delta).await?;
            if verdict != Verdict::Stale {
                break;
            }
        }
        if verdict != Verdict::Stale {
            verdict = worse(verdict, self.change_evenings(id, &delta).await?);
        }
        self.settled(entry, id, verdict).await
    }

    /// What the app has changed of the series as a whole.
    async fn change_series(&self, id: SeriesId, delta: &mut Delta) -> Result<Verdict, No> {
        let by = self.by();
        let Some(seen) = whole::seen(self.call, id).await? else { return Ok(Verdict::Refused) };
        let Some((doc, zone)) = seen.known.doc(&self.call.dav.zones) else { return Ok(Verdict::Refused) };
        if delta.said.zone.name() != zone.name() {
            return Ok(Verdict::Refused);
        }
        delta.shift = delta.shift_of(&seen, &doc, &self.call.dav.zones);
        let after = delta.rewritten(&doc, &seen);
        if after == doc {
            return Ok(Verdict::Done);
        }
        let after = Rewritten { earlier: None, doc: after, shift: delta.shift, from: None };
        whole::changed(self.call, &seen, &after, by).await
    }

    /// What the app has changed of single evenings.
    async fn change_evenings(&self, id: SeriesId, delta: &Delta) -> Result<Verdict, No> {
        let mut verdict = Verdict::Done;
        let Some(known) = self.call.dav.shelf.course(id).await? else { return Ok(Verdict::Refused) };
        for at in delta.called_off(&known) {
            let Some(evening) = known.evenings.get(&at) else { continue };
            let by = self.call.scene.viewer.password;
            verdict = worse(verdict, ask::call_off(self.call.dav, &evening.slot, by).await);
        }
        for (at, own) in delta.evenings() {
            for _ in 0..TRIES {
                let done = self.change_evening(id, at, &own, delta).await?;
                if done != Verdict::Stale {
                    verdict = worse(verdict, done);
                    break;
                }
            }
        }
        Ok(verdict)
    }

    async fn change_evening(&self, id: SeriesId, at: Civil, own: &Own, delta: &Delta) -> Result<Verdict, No> {
        let known = self.call.dav.shelf.course(id).await?;
        let Some(evening) = known.as_ref().and_then(|known| known.evenings.get(&at)) else {
            // It has no slot yet, and gets it as the series' text says.
            return Ok(Verdict::Done);
        };
        let (slot, zone) = (&evening.slot, &delta.said.zone);
        if Own::of(slot, zone) == *own {
            return Ok(Verdict::Done);
        }
        if slot.state.is_off() {
            return Ok(Verdict::Refused);
        }
        let times = Place::new(zone.clone(), own.start, own.end);
        let wish = Wish { title: own.title.clone(), place: own.place.clone(), times };
        Ok(ask::alter(self.call.dav, slot, &wish, self.by()).await)
    }

    /// The answer: where all of it is done the app's bytes are kept, else our version comes back.
    async fn settled(&self, entry: &StoredEntry, id: SeriesId, verdict: Verdict) -> Result<Response, No> {
        if let Verdict::Away(no) = verdict {
            return Err(no);
        }
        let is_done = verdict == Verdict::Done;
        write(self.call, &entry.head, (id, self.bytes()), is_done).await?;
        if is_done {
            return self.answer(StatusCode::NO_CONTENT).await;
        }
        Ok(StatusCode::NO_CONTENT.into_response())
    }
}

/// Ends a series whose entry was deleted or called off: every evening that lies ahead is called off, or waits for a
/// yes where people have bought.
pub(super) async fn end(call: &Call<'_>, id: SeriesId) -> Result<Verdict, No> {
    let by = call.scene.viewer.password;
    let mut verdict = Verdict::Stale;
    for _ in 0..TRIES {
        let Some(seen) = whole::seen(call, id).await? else { return Ok(Verdict::Refused) };
        let Some((doc, zone)) = seen.known.doc(&call.dav.zones) else { return Ok(Verdict::Refused) };
        let Ok(ended) = doc.ended(call.dav.desk.mint().now(), &zone) else { return Ok(Verdict::Refused) };
        let after = Rewritten { earlier: None, doc: ended, shift: 0, from: None };
        verdict = whole::changed(call, &seen, &after, By::usual(by)).await?;
        if verdict != Verdict::Stale {
            break;
        }
    }
    // Whoever said no once, and deletes it again, is asked again.
    for slot in ahead(call, id).await? {
        verdict = worse(verdict, ask::call_off(call.dav, &slot, by).await);
    }
    Ok(verdict)
}

/// The evenings of a series that stand and lie ahead.
pub(super) async fn ahead(call: &Call<'_>, id: SeriesId) -> Result<Vec<Slot>, No> {
    let now = call.dav.desk.mint().now();
    let known = call.dav.shelf.course(id).await?;
    let slots = known.into_iter().flat_map(|known| known.evenings.into_values()).map(|evening| evening.slot);
    Ok(slots.filter(|slot| !slot.state.is_off() && now < slot.spec.times.start).collect())
}

/// Writes the entry of a series anew from the app's bytes. Where those are not what was decided, every app hears of it,
/// even where the entry is the same as before.
pub(super) async fn write(
    call: &Call<'_>,
    head: &EntryHead,
    (id, base): (SeriesId, &[u8]),
    is_done: bool,
) -> Result<(), No> {
    let renewal = call.dav.shelf.renewal(call.scene.viewer.home).await?;
    let known = call.dav.shelf.course(id).await?.ok_or(No::NOTHING)?;
    let wanted = renewal.wanted(&known).ok_or(No::NOTHING)?;
    let body = renewal.written(Some(base), &known, &wanted);
    let write = |entry: &StoredEntry, token: u64| {
        let version = known.stamp.max(entry.head.version);
        let mut written = put_in(entry, body.clone(), version, token, &renewal);
        if !is_done || body != base {
            written.head.token = token;
        }
        written
    };
    call.change_entry((&head.calendar, &head.name), write).await
}

/// The verdict on several: what waits or was refused is what the app has to see.
pub(super) fn worse(one: Verdict, other: Verdict) -> Verdict {
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Done => 0,
        Verdict::Waits(_) => 1,
        Verdict::Refused => 2,
        Verdict::Stale => 3,
        Verdict::Away(_) => 4,
    };
    if rank(&one) < rank(&other) { other } else { one }
}
