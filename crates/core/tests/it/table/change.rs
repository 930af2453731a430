//! Lines about changes of slots, read into commands.

use dayshelf_core::change::{Answer, Credential, Edit, Part, Tell, Wish};
use dayshelf_core::command::{AnswerChange, ChangeSlot, Command, Expect, Resolutions, UndoChange};
use dayshelf_core::ids::{ConfirmationId, KeyId, PoolId, SlotId};
use dayshelf_core::organiser::{ApiKey, Scope};
use dayshelf_core::slot::SlotTimes;
use dayshelf_core::time::{Instant, Span};

use super::trade::after;
use super::{World, define, digest};

/// `call_off S`, `move S 19:00..21:00`, `edit S [title t] [place p] [units P:3]`, `yes S`, `no S`, `undo S`, each with
/// `[by k]`, the first three with `[tell now|nobody]`; `key k`, `unfreeze k [by k2]`.
pub fn read(world: &mut World, words: &[&str], expected: Expect) -> Command {
    let by = by(world, words);
    let slot = SlotId(world.id(words[1]));
    match words[0] {
        "key" => return Command::IssueKey(Box::new(key(world, words[1]))),
        "unfreeze" => {
            let credential = Credential::Key(KeyId(world.id(words[1])));
            return Command::Unfreeze { credential, by };
        }
        "yes" | "no" => return answer(world, slot, words[0], by),
        "undo" => {
            let way = world.books.trails.get(&slot).and_then(|trail| trail.undo.as_deref());
            let resolved = resolved(world, slot, way.and_then(|way| way.back.times()));
            return Command::UndoChange(Box::new(UndoChange { slot, by, resolved }));
        }
        _ => {}
    }
    let wish = if words[0] == "call_off" {
        Wish::Cancel
    } else {
        let units = after(words, "units").and_then(|text| text.split_once(':'));
        Wish::Edit(Box::new(Edit {
            times: (words[0] == "move").then(|| define::slot_times(words[2])),
            title: after(words, "title").map(Into::into),
            place: after(words, "place").map(Into::into),
            units: units.map(|(pool, units)| (PoolId(world.id(pool)), units.parse().unwrap())),
            ..Edit::default()
        }))
    };
    change(world, slot, wish, (expected, tell(words), by))
}

fn tell(words: &[&str]) -> Tell {
    match after(words, "tell") {
        Some("now") => Tell::Now,
        Some("nobody") => Tell::Nobody,
        _ => Tell::AfterQuiet,
    }
}

/// A line that makes, changes or removes one part, with `asked` and perhaps `by` and `tell`: the same as a change of
/// its slot. A pool's line says in which slot it is seen.
pub fn asked(world: &mut World, words: &[&str], command: Command) -> Command {
    let (expected, part) = match command {
        Command::PutWindow { id, expected, spec } => (expected, Part::Window(id, Some(*spec))),
        Command::RemoveWindow { id, expected } => (expected, Part::Window(id, None)),
        Command::PutFulfilment { id, expected, spec } => (expected, Part::Fulfilment(id, Some(*spec))),
        Command::RemoveFulfilment { id, expected } => (expected, Part::Fulfilment(id, None)),
        Command::PutOffer { id, expected, spec } => (expected, Part::Offer(id, Some(*spec))),
        Command::RemoveOffer { id, expected } => (expected, Part::Offer(id, None)),
        Command::PutBlock { id, expected, spec } => (expected, Part::Block(id, Some(*spec))),
        Command::RemoveBlock { id, expected } => (expected, Part::Block(id, None)),
        Command::PutPool { id, expected, spec } => (expected, Part::Pool(id, *spec)),
        other => panic!("no single part is put by {other:?}"),
    };
    let slot = SlotId(world.id(after(words, "asked").unwrap()));
    let by = by(world, words);
    change(world, slot, Wish::Part(Box::new(part)), (expected, tell(words), by))
}

/// The command of an edit by nobody in particular.
pub fn edit(world: &mut World, slot: SlotId, edit: Edit, expected: Expect) -> Command {
    change(world, slot, Wish::Edit(Box::new(edit)), (expected, Tell::AfterQuiet, Credential::House))
}

/// The yes to what was just asked.
pub fn sure(world: &World, slot: SlotId) -> Command {
    answer(world, slot, "yes", Credential::House)
}

fn change(
    world: &mut World,
    slot: SlotId,
    wish: Wish,
    (expected, tell, by): (Expect, Tell, Credential),
) -> Command {
    let resolved = resolved(world, slot, wish.times());
    let waits = format!("?{}", world.facts.len());
    let waits_as = ConfirmationId(world.id(&waits));
    Command::ChangeSlot(Box::new(ChangeSlot { slot, expected, wish, tell, by, resolved, waits_as }))
}

fn answer(world: &World, slot: SlotId, word: &str, by: Credential) -> Command {
    let pending = world.books.pending_of(slot);
    let resolved = resolved(world, slot, pending.and_then(|pending| pending.wish.times()));
    // A question that is not there has the slot's own number.
    let confirmation = pending.map_or(ConfirmationId(slot.0), |pending| pending.id);
    let answer = if word == "yes" { Answer::Yes } else { Answer::No };
    Command::AnswerChange(Box::new(AnswerChange { confirmation, answer, by, resolved, parts: None }))
}

fn by(world: &mut World, words: &[&str]) -> Credential {
    after(words, "by").map_or(Credential::House, |name| Credential::Key(KeyId(world.id(name))))
}

fn key(world: &mut World, name: &str) -> ApiKey {
    ApiKey {
        id: KeyId(world.id(name)),
        name: name.into(),
        secret: digest(name),
        scope: Scope::Manage,
        expires: None,
        made_at: Instant(0),
    }
}

/// All blocks hang on the slot's start.
fn resolved(world: &World, slot: SlotId, times: Option<&SlotTimes>) -> Resolutions {
    let Some(times) = times else { return Resolutions::new() };
    let all = world.books.whens_of(slot).into_iter();
    all.map(|when| (when.anchor, times.start.plus(Span::seconds(when.anchor.seconds)))).collect()
}
