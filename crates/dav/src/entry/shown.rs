//! The text that shows a slot: the organiser's bytes, with the lines written anew that say something else.
//!
//! Start at [`shown`].

use dayshelf_core::slot::{Slot, SlotState};
use dayshelf_ical::feed::Status;
use dayshelf_ical::object::{Amend, Object};
use dayshelf_ical::text::property::Property;
use dayshelf_ical::time::Moment;
use dayshelf_ical::zone::legend::Place;
use dayshelf_ical::zone::{WallTime, Zone, Zones};
use dayshelf_wire::time::wall_times;

use super::made::{Made, made};
use super::mark::{Mark, Marked};
use super::said::Said;

/// A day in seconds.
const DAY_SECONDS: i64 = 86_400;

/// The text that shows a slot. `kept` is what the organiser has written, if anything; `own` is the organiser's zone,
/// `url` the slot's page.
pub fn shown(
    kept: Option<&[u8]>,
    slot: &Slot,
    mark: Option<&Marked>,
    (zones, own, url): (&Zones, &Zone, &str),
) -> Vec<u8> {
    let kept = kept.and_then(|kept| Said::read(kept, zones, own).ok());
    let zone = zones.zone(&slot.spec.times.zone).unwrap_or_else(|_| own.clone());
    match kept {
        Some(said) => edited(&said, slot, mark, &zone).unwrap_or_else(|| said.object.bytes().to_vec()),
        None => from_slot(slot, mark, &zone, url).into_bytes(),
    }
}

fn from_slot(slot: &Slot, mark: Option<&Marked>, zone: &Zone, url: &str) -> String {
    let times = &slot.spec.times;
    made(&Made {
        uid: format!("{}@dayshelf", slot.id),
        stamp: Moment(slot.id.0.made_at_ms()),
        times: wall_times(times, zone),
        zone,
        title: &Mark::on(mark.map(|marked| marked.mark), &slot.spec.title),
        about: &Marked::described(mark, ""),
        place: &slot.spec.place,
        url,
        conference: "",
        status: match slot.state {
            SlotState::Draft => Status::Tentative,
            SlotState::Published => Status::Confirmed,
            SlotState::Cancelled | SlotState::Discarded => Status::Cancelled,
        },
        sequence: slot.version,
    })
}

/// The organiser's text with the lines that say something else than the slot; `None` when there are none.
fn edited(said: &Said, slot: &Slot, mark: Option<&Marked>, zone: &Zone) -> Option<Vec<u8>> {
    let entry = said.object.master();
    let mut changes = Vec::new();
    if !said.is_at(slot) {
        changes.extend(times(said, slot, zone));
    }
    let word = mark.map(|marked| marked.mark);
    if said.title != slot.spec.title || said.mark != word {
        changes.push(Amend::Summary(Mark::on(word, &slot.spec.title)));
    }
    let described = entry.description.as_deref().unwrap_or_default();
    let wanted = Marked::described(mark, described);
    if wanted != described {
        changes.push(match wanted.as_str() {
            "" => Amend::Remove("DESCRIPTION".to_owned()),
            text => Amend::Set(Property::text("DESCRIPTION", text)),
        });
    }
    if said.place != slot.spec.place {
        changes.push(Amend::Location(slot.spec.place.clone()));
    }
    let status = entry.status.as_deref();
    let wanted = match slot.state {
        // Nobody was promised anything: what stands there is the organiser's own.
        SlotState::Draft => (status == Some("CANCELLED")).then_some("TENTATIVE"),
        SlotState::Published => status.is_some_and(|status| status != "CONFIRMED").then_some("CONFIRMED"),
        SlotState::Cancelled | SlotState::Discarded => (status != Some("CANCELLED")).then_some("CANCELLED"),
    };
    changes.extend(wanted.map(Amend::Status));
    let mut object = said.object.clone();
    if slot.state != SlotState::Draft {
        // A slot is one date; once it is promised, the entry says no others.
        let rules = ["RRULE", "RDATE", "EXDATE"].into_iter();
        let is_there = |name: &&str| {
            let node = said.object.document().node(entry.at);
            node.is_some_and(|node| node.property(name).is_some())
        };
        changes.extend(rules.filter(is_there).map(|name| Amend::Remove(name.to_owned())));
        object = without_overrides(object);
    }
    if changes.is_empty() && object == said.object {
        return None;
    }
    changes.push(Amend::Sequence(entry.sequence.saturating_add(1)));
    let at = object.master().at;
    // What would be too big with a few lines more stays as it was, and says so by its ETag.
    object.amended(at, &changes, &said.legend).ok().map(|object| object.bytes().to_vec())
}

fn times(said: &Said, slot: &Slot, zone: &Zone) -> [Amend; 2] {
    let times = &slot.spec.times;
    let (start, end) = wall_times(times, zone);
    let is_midnight = |time: WallTime| time.local.0.rem_euclid(DAY_SECONDS) == 0;
    let was_day = matches!(said.object.master().start, Some(dayshelf_ical::text::value::Time::Date(_)));
    let whole_day = was_day && is_midnight(start) && is_midnight(end);
    let place = |time: WallTime| Place { whole_day, ..Place::at(time, zone) };
    [Amend::Start(place(start)), Amend::End(place(end))]
}

fn without_overrides(object: Object) -> Object {
    let mut object = object;
    while let Some(other) = object.overrides().last() {
        match Object::of(object.document().without_component(other.at)) {
            Ok(fewer) => object = fewer,
            Err(_) => break,
        }
    }
    object
}
