//! Templates: kept, removed, applied to a slot and brought up to a newer version.

use super::definitions::{free_name, room};
use super::planning::{Leaving, Trial, fill_from_template};
use super::{Decision, earliest, expect, slots, validate};
use crate::books::Books;
use crate::command::{ApplyTemplate, Expect};
use crate::fact::Fact;
use crate::ids::TemplateId;
use crate::limits::{TEMPLATE_BYTES_MAX, TEMPLATES_MAX};
use crate::refusal::{Flaw, Noun, Refusal};
use crate::slot::SlotState;
use crate::template::{Applied, Template};
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
    Ok(vec![Fact::TemplatePut(Box::new(put))])
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
    Ok(vec![Fact::TemplateRemoved(id)])
}

/// The parts of the template are put into the slot; what an earlier version had put and this one does not, goes.
/// What the organiser added to the slot stays.
pub(super) fn apply(books: &Books, now: Instant, ask: &ApplyTemplate) -> Decision {
    let template = books.templates.get(&ask.template).ok_or(Refusal::Unknown(Noun::Template))?;
    slots::touch(books, ask.slot, ask.expected)?;
    // Its parts were read from a version that is no longer the newest.
    if template.version != ask.version {
        return Err(Refusal::VersionStale { current: template.version });
    }
    let before = books.slots.get(&ask.slot).and_then(|slot| slot.template.as_deref());
    let names = ask.parts.names();
    let mut leaving = before.map(|applied| applied.parts.clone()).unwrap_or_default();
    leaving.retain(|name| !names.contains(name));
    let mut trial = Trial::on(books, now);
    fill_from_template(&mut trial, ask, &Leaving::These(leaving))?;
    let values = ask.values.clone();
    let applied = Applied { template: ask.template, version: ask.version, values, parts: names };
    let remembered = slots::remember(&trial.books, ask.slot, Some(applied));
    trial.take(remembered.into_iter().collect());
    Ok(trial.facts)
}
