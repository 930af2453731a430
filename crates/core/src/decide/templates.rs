//! Templates: kept, removed, applied to a slot and brought up to a newer version.

use super::definitions::{free_name, room};
use super::planning::{Leaving, Trial, fill_from_template};
use super::{Decision, earliest, expect, single, slots, validate};
use crate::books::Books;
use crate::change::{Part, PartsBack, PendingEnd, Wish};
use crate::command::Expect;
use crate::fact::{BlockChange, Fact};
use crate::ids::{Id, SlotId, TemplateId};
use crate::limits::{TEMPLATE_BYTES_MAX, TEMPLATES_MAX};
use crate::refusal::{Flaw, Noun, Refusal};
use crate::slot::{Slot, SlotState};
use crate::template::{Applied, Filling, Template};
use crate::time::Instant;

pub(super) fn put(books: &Books, expected: Expect, template: &Template) -> Decision {
    let known = books.templates.get(&template.id);
    let taken = books.templates.values().any(|other| other.key == template.key && other.id != template.id);
    let long = template.text.len() > TEMPLATE_BYTES_MAX;
    let max = TEMPLATE_BYTES_MAX as i64;
    earliest([
        expect(expected, known.map(|known| known.version), Noun::Template),
        free_name(!taken, || "key".into()),
        validate::slug("key", &template.key),
        validate::title("title", &template.title),
        if long { Err(Refusal::invalid("text", Flaw::AboveMax(max))) } else { Ok(()) },
        if known.is_none() { room(books.templates.len(), TEMPLATES_MAX, Noun::Template) } else { Ok(()) },
    ])?;
    let version = known.map_or(1, |known| known.version + 1);
    let put = Template { version, ..template.clone() };
    if known.is_some_and(|known| Template { version, ..known.clone() } == put) {
        return Ok(Vec::new());
    }
    Ok(std::iter::once(Fact::TemplatePut(Box::new(put))).chain(overtaken(books, template.id)).collect())
}

/// What waits for a yes to a template that is another one now: nobody could say what they say yes to.
fn overtaken(books: &Books, id: TemplateId) -> impl Iterator<Item = Fact> + '_ {
    let of_it = move |wish: &Wish| matches!(wish, Wish::Template(filling) if filling.template == id);
    books.pendings.values().filter(move |pending| of_it(&pending.wish)).map(|pending| {
        let (confirmation, slot) = (pending.id, pending.slot);
        Fact::ConfirmationEnded { confirmation, slot, end: PendingEnd::Overtaken }
    })
}

pub(super) fn remove(books: &Books, id: TemplateId, expected: Expect) -> Decision {
    let known = books.templates.get(&id).ok_or(Refusal::Unknown(Noun::Template))?;
    expect(expected, Some(known.version), Noun::Template)?;
    // A draft that was thrown away uses nothing any more.
    let used = books.slots.values().filter(|slot| slot.state != SlotState::Discarded);
    let mut applied = used.filter_map(|slot| slot.template.as_deref());
    if applied.any(|applied| applied.template == id) {
        return Err(Refusal::InUse { noun: Noun::Template, by: Noun::Slot });
    }
    Ok(std::iter::once(Fact::TemplateRemoved(id)).chain(overtaken(books, id)).collect())
}

/// The parts of the template are put into the slot; what an earlier version had put and this one does not, goes.
/// What the organiser added to the slot stays.
pub(super) fn fill(books: &Books, now: Instant, slot: SlotId, filling: &Filling) -> Decision {
    let template = books.templates.get(&filling.template).ok_or(Refusal::Unknown(Noun::Template))?;
    slots::touch(books, slot, Expect::Any)?;
    let stale = Refusal::VersionStale { current: template.version };
    // Its parts were read from a version that is no longer the newest.
    let parts = filling.parts.as_ref().filter(|_| template.version == filling.version).ok_or(stale)?;
    let before = books.slots.get(&slot).and_then(|slot| slot.template.as_deref());
    let names = parts.names();
    let mut leaving = before.map(|applied| applied.parts.clone()).unwrap_or_default();
    leaving.retain(|name| !names.contains(name));
    let mut trial = Trial::on(books, now);
    fill_from_template(&mut trial, slot, (parts, &Leaving::These(leaving)))?;
    let Filling { template, version, values, .. } = filling.clone();
    let applied = Applied { template, version, values, parts: names };
    trial.take(slots::remember(&trial.books, slot, Some(applied)).into_iter().collect());
    Ok(trial.facts)
}

/// The parts that these facts of a template change, make or remove, as they are before.
pub(super) fn way_back(books: &Books, slot: &Slot, facts: &[Fact]) -> PartsBack {
    let mut parts: Vec<Part> = Vec::new();
    for part in facts.iter().filter_map(|fact| as_it_is(books, fact)) {
        if !parts.iter().any(|known| known.id() == part.id()) {
            parts.push(part);
        }
    }
    PartsBack { parts, template: slot.template.clone() }
}

fn as_it_is(books: &Books, fact: &Fact) -> Option<Part> {
    let window = |id| Part::Window(id, books.windows.get(&id).map(|known| known.spec.clone()));
    let offer = |id| Part::Offer(id, books.offers.get(&id).map(|known| known.spec.clone()));
    let fulfilment = |id| Part::Fulfilment(id, books.fulfilments.get(&id).map(|known| known.spec.clone()));
    let block = |id| Part::Block(id, books.blocks.get(&id).map(|known| known.spec.clone()));
    match fact {
        Fact::WindowPut { window: put, .. } => Some(window(put.id)),
        Fact::WindowRemoved { window: gone, .. } => Some(window(*gone)),
        Fact::OfferPut(put) => Some(offer(put.id)),
        Fact::OfferRemoved(gone) => Some(offer(*gone)),
        Fact::FulfilmentPut(put) => Some(fulfilment(put.id)),
        Fact::FulfilmentRemoved(gone) => Some(fulfilment(*gone)),
        Fact::BlockPut { block: put, .. } => Some(block(put.id)),
        Fact::BlockRemoved(gone) => Some(block(*gone)),
        _ => None,
    }
}

/// Whether facts make, change or remove a part.
pub(super) fn touches(books: &Books, facts: &[Fact], part: Id) -> bool {
    facts.iter().filter_map(|fact| as_it_is(books, fact)).any(|touched| touched.id() == part)
}

/// Whether facts make, change or remove any part that a template can have put. What a rule does to itself is no edit of it.
pub(super) fn touch_parts(books: &Books, facts: &[Fact]) -> bool {
    let by_itself = |fact: &Fact| matches!(fact, Fact::BlockPut { change, .. } if !matches!(change, BlockChange::Put | BlockChange::Moved));
    facts.iter().any(|fact| !by_itself(fact) && as_it_is(books, fact).is_some())
}

/// Whether facts remove a part of a slot.
pub(super) fn removes(facts: &[Fact]) -> bool {
    let gone = |fact: &Fact| {
        matches!(
            fact,
            Fact::WindowRemoved { .. }
                | Fact::OfferRemoved(_)
                | Fact::FulfilmentRemoved(_)
                | Fact::BlockRemoved(_)
        )
    };
    facts.iter().any(gone)
}

/// The parts of a slot are as they were before a template was applied. They may need each other in any order (an offer
/// before the window that sells it, one window out of the way of another), so each is put as soon as it can be.
pub(super) fn take_back(books: &Books, now: Instant, slot: SlotId, back: &PartsBack) -> Decision {
    slots::touch(books, slot, Expect::Any)?;
    let mut trial = Trial::on(books, now);
    let mut left: Vec<&Part> = back.parts.iter().filter(|part| !is_gone(books, part)).collect();
    while !left.is_empty() {
        let mut first = None;
        let before = left.len();
        left.retain(|part| match single::put(&trial.books, now, (slot, Expect::Any), part) {
            Ok(done) => {
                trial.take(done.facts);
                false
            }
            Err(refusal) => {
                first.get_or_insert(refusal);
                true
            }
        });
        if let Some(refusal) = first.filter(|_| left.len() == before) {
            return Err(refusal);
        }
    }
    trial.hang(slot)?;
    let template = back.template.as_deref().cloned();
    trial.take(slots::remember(&trial.books, slot, template).into_iter().collect());
    Ok(trial.facts)
}

/// A part that was made by the template and was removed since.
fn is_gone(books: &Books, part: &Part) -> bool {
    match part {
        Part::Window(id, None) => !books.windows.contains_key(id),
        Part::Offer(id, None) => !books.offers.contains_key(id),
        Part::Fulfilment(id, None) => !books.fulfilments.contains_key(id),
        Part::Block(id, None) => !books.blocks.contains_key(id),
        _ => false,
    }
}
