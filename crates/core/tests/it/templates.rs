//! Templates: kept with their versions, applied to a slot, brought up to a newer version.

use dayshelf_core::block::{BlockKind, Cue};
use dayshelf_core::change::{Credential, Tell, Wish};
use dayshelf_core::command::{ApplyTemplate, ChangeSlot, Command, Expect, Resolutions};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{BlockId, ConfirmationId, SlotId, TemplateId};
use dayshelf_core::limits::SLOTS_MAX;
use dayshelf_core::plan::{PlanBlock, PlanBlockKind};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::slot::{SlotSpec, SlotState};
use dayshelf_core::template::{Parts, Template};
use dayshelf_core::time::{Anchor, Instant, When};

use crate::table::{World, time};

/// A slot with an offer and a cue of its own.
fn world() -> World {
    let mut world = World::new();
    for line in [
        "pool P 3",
        "slot S 18:00..20:00",
        "offer O S P 100",
        "window W S public 17:00..18:00",
        "cue OWN S 18:30",
    ] {
        assert_eq!(world.line(line), None, "{line}");
    }
    world.now = Instant(time("12:00"));
    world
}

fn template(world: &mut World, text: &str) -> Command {
    let id = TemplateId(world.id("T"));
    let (key, title) = ("evening".into(), "Evening".into());
    let template = Box::new(Template { id, key, title, version: 0, text: text.into() });
    Command::PutTemplate { expected: Expect::Any, template }
}

/// What a version of the template comes to: these cues.
fn apply(world: &mut World, version: u32, keys: &[&str]) -> Command {
    let (slot, template) = (SlotId(world.id("S")), TemplateId(world.id("T")));
    let cue = Cue { camera: "top".into(), drone: String::new(), host: String::new(), offer: None };
    let block = |(number, key): (usize, &&str)| PlanBlock {
        id: BlockId(world.id(&format!("{key} {version} {number}"))),
        key: (*key).into(),
        title: "Cue".into(),
        when: When { anchor: Anchor::start(60), at: Instant(time("18:01")) },
        until: None,
        kind: PlanBlockKind::Plain(BlockKind::Cue(cue.clone())),
    };
    let blocks = keys.iter().enumerate().map(block).collect();
    let parts = Parts { blocks, ..Parts::default() };
    let values = [("lead".to_owned(), "20m".to_owned())].into();
    let expected = Expect::Any;
    Command::ApplyTemplate(Box::new(ApplyTemplate { slot, expected, template, version, values, parts }))
}

fn keys(world: &mut World) -> Vec<String> {
    let slot = SlotId(world.id("S"));
    let mut keys: Vec<String> = world.books.blocks_of(slot).map(|block| block.spec.key.clone()).collect();
    keys.sort_unstable();
    keys
}

/// What an older version had put goes, what the organiser added stays, and the slot knows which version it has.
#[test]
fn brought_up_to_a_newer_version() {
    let mut world = world();
    let put = template(&mut world, "one");
    assert!(matches!(world.transact(&put).unwrap().as_slice(), [Fact::TemplatePut(_)]));
    assert_eq!(world.transact(&put), Ok(Vec::new()), "the same again is no new version");
    let first = apply(&mut world, 1, &["doors", "song"]);
    world.transact(&first).unwrap();
    assert_eq!(keys(&mut world), ["doors", "own", "song"]);
    assert_eq!(world.transact(&first), Ok(Vec::new()), "applied again it changes nothing");
    let put = template(&mut world, "two");
    world.transact(&put).unwrap();
    assert_eq!(world.transact(&first), Err(Refusal::VersionStale { current: 2 }));
    let second = apply(&mut world, 2, &["song", "speech"]);
    world.transact(&second).unwrap();
    assert_eq!(keys(&mut world), ["own", "song", "speech"]);
    let id = SlotId(world.id("S"));
    let slot = &world.books.slots[&id];
    let applied = slot.template.as_deref().expect("it remembers");
    assert_eq!((applied.version, applied.values["lead"].as_str()), (2, "20m"));
    assert_eq!(applied.parts.iter().collect::<Vec<_>>(), ["blocks.song", "blocks.speech"]);
    let id = TemplateId(world.id("T"));
    let remove = Command::RemoveTemplate { id, expected: Expect::Version(2) };
    let by = Refusal::InUse { noun: Noun::Template, by: Noun::Slot };
    assert_eq!(world.transact(&remove), Err(by));
    let off = ChangeSlot {
        slot: SlotId(world.id("S")),
        expected: Expect::Any,
        wish: Wish::Cancel,
        tell: Tell::AfterQuiet,
        by: Credential::House,
        resolved: Resolutions::new(),
        waits_as: ConfirmationId(world.id("C")),
    };
    world.transact(&Command::ChangeSlot(Box::new(off))).unwrap();
    assert!(world.transact(&remove).is_ok(), "a draft that was thrown away uses it no more");
}

/// Drafts that were thrown away take no room from those that are there.
#[test]
fn thrown_away_drafts_take_no_room() {
    let mut world = world();
    let slot = SlotId(world.id("S"));
    let mut one = world.books.slots[&slot].clone();
    one.state = SlotState::Discarded;
    for number in 0..SLOTS_MAX {
        one.id = SlotId(world.id(&format!("thrown away {number}")));
        world.books.slots.insert(one.id, one.clone());
    }
    world.books.reindex();
    let make = |world: &mut World, name: &str| {
        let spec = SlotSpec { slug: name.into(), ..world.books.slots[&slot].spec.clone() };
        let id = SlotId(world.id(name));
        world.transact(&Command::MakeSlot { id, spec: Box::new(spec) }).map(drop)
    };
    assert_eq!(make(&mut world, "another"), Ok(()));
    for number in 2..SLOTS_MAX {
        one.state = SlotState::Draft;
        one.spec.slug = format!("there-{number}");
        one.id = SlotId(world.id(&one.spec.slug));
        world.books.slots.insert(one.id, one.clone());
    }
    world.books.reindex();
    let full = Refusal::LimitReached { noun: Noun::Slot, max: SLOTS_MAX as u32 };
    assert_eq!(make(&mut world, "one-more"), Err(full));
}

/// A part whose key the organiser has used for a part of its own takes its place; a template that is not there, or a
/// slot that was called off, is refused.
#[test]
fn what_cannot_be_applied() {
    let mut world = world();
    let first = apply(&mut world, 1, &["own"]);
    assert_eq!(world.transact(&first), Err(Refusal::Unknown(Noun::Template)));
    let put = template(&mut world, "one");
    world.transact(&put).unwrap();
    world.transact(&first).unwrap();
    assert_eq!(keys(&mut world), ["own"]);
    world.line("call_off S");
    let again = apply(&mut world, 1, &["own", "more"]);
    assert_eq!(world.transact(&again), Err(Refusal::SlotCancelled));
}
