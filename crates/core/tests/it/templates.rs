//! Templates: kept with their versions, applied to a slot, brought up to a newer version.

use dayshelf_core::block::{BlockKind, Cue};
use dayshelf_core::change::{Answer, Credential, MadeKind, Part, PendingEnd, Reason, Tell, Verdict, Wish};
use dayshelf_core::command::{AnswerChange, ChangeSlot, Command, Expect, Resolutions, UndoChange};
use dayshelf_core::decide::preview;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{BlockId, ConfirmationId, FulfilmentId, SlotId, TemplateId};
use dayshelf_core::limits::{SLOTS_KEPT_MAX, SLOTS_MAX};
use dayshelf_core::plan::{PlanBlock, PlanBlockKind, PlanFulfilment};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::slot::{SlotSpec, SlotState};
use dayshelf_core::template::{Filling, Parts, Template};
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
    filling(world, slot, Filling { template, version, values, parts: Some(parts) })
}

fn filling(world: &mut World, slot: SlotId, filling: Filling) -> Command {
    Command::ChangeSlot(Box::new(ChangeSlot {
        slot,
        expected: Expect::Any,
        wish: Wish::Template(Box::new(filling)),
        tell: Tell::AfterQuiet,
        by: Credential::House,
        resolved: Resolutions::new(),
        waits_as: ConfirmationId(world.id("Q")),
    }))
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

/// Nor does throwing away go on for ever: what is kept of them has a bound.
#[test]
fn thrown_away_drafts_are_bounded() {
    let mut world = world();
    let slot = SlotId(world.id("S"));
    let mut one = world.books.slots[&slot].clone();
    one.state = SlotState::Discarded;
    for number in world.books.slots.len()..SLOTS_KEPT_MAX {
        one.id = SlotId(world.id(&format!("thrown away {number}")));
        world.books.slots.insert(one.id, one.clone());
    }
    world.books.reindex();
    let spec = Box::new(SlotSpec { slug: "another".into(), ..world.books.slots[&slot].spec.clone() });
    let id = SlotId(world.id("another"));
    let full = Refusal::LimitReached { noun: Noun::Slot, max: SLOTS_KEPT_MAX as u32 };
    assert_eq!(world.transact(&Command::MakeSlot { id, spec }), Err(full));
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

/// A slot on the calendar whose pickup somebody has bought for.
fn sold() -> World {
    let mut world = World::new();
    for line in [
        "pool P 3",
        "slot S d1/18:00..d1/20:00",
        "offer O S P 100",
        "window W S public 12:00..d1/18:00",
        "block F S d1/21:00..d1/22:00",
        "publish S",
    ] {
        assert_eq!(world.line(line), None, "{line}");
    }
    world.now = Instant(time("12:10"));
    for line in ["12:10 hold H1 ann S O in F", "12:10 confirm H1 R1 ann pickup"] {
        let told = world.line(line).unwrap_or_default();
        assert!(told.contains('H') || told.contains('R'), "{line}: {told}");
    }
    let put = template(&mut world, "one");
    assert!(world.transact(&put).is_ok());
    world
}

/// A template that has the pickup of the slot at these hours of the next day, and a cue.
fn with_pickup(world: &mut World, hours: (i64, i64)) -> Command {
    let (slot, id, other) =
        (SlotId(world.id("S")), FulfilmentId(world.id("F")), FulfilmentId(world.id("other")));
    let start = world.books.slots[&slot].spec.times.start;
    let at = |hour: i64| When {
        anchor: Anchor::start((hour - 18) * 3_600),
        at: start.plus(dayshelf_core::time::Span::hours(hour - 18)),
    };
    let known = &world.books.fulfilments[&id].spec;
    let block = PlanFulfilment {
        id: other,
        key: known.key.clone(),
        title: known.title.clone(),
        kind: known.kind,
        place: known.place.clone(),
        opens: at(hours.0),
        closes: at(hours.1),
        boxes: Vec::new(),
    };
    let command = apply(world, 1, &["doors"]);
    let Command::ChangeSlot(mut ask) = command else { unreachable!("it is a change") };
    let Wish::Template(filling) = &mut ask.wish else { unreachable!("it is a template") };
    filling.parts.get_or_insert_default().fulfilments.push(block);
    Command::ChangeSlot(ask)
}

fn ask(command: &Command) -> &ChangeSlot {
    let Command::ChangeSlot(ask) = command else { panic!("{command:?} is no change") };
    ask
}

/// A template that leaves those at the gate who were told when to come waits for a yes, in which it is read anew; what
/// the dry run says is what then comes.
#[test]
fn what_breaks_a_promise_waits_for_a_yes() {
    let mut world = sold();
    let late = with_pickup(&mut world, (23, 24));
    let dry = preview(&world.books, world.now, ask(&late)).unwrap();
    let block = FulfilmentId(world.id("F"));
    assert_eq!(
        (dry.verdict, dry.reasons.clone()),
        (Verdict::Confirm, vec![Reason::BeyondPromise { block, places: None }])
    );
    assert_eq!((dry.moved.len(), dry.customers.len()), (1, 1), "{:?}", dry.moved);
    assert!(matches!(world.transact(&late).unwrap().as_slice(), [Fact::ConfirmationAsked(_)]));
    assert_eq!(world.transact(&late), Ok(Vec::new()), "asked again it is no news");
    assert_eq!(keys(&mut world), Vec::<String>::new(), "nothing of it is done");
    let confirmation = ConfirmationId(world.id("Q"));
    let Wish::Template(filling) = ask(&late).wish.clone() else { unreachable!("it is a template") };
    let yes = |parts: Option<Parts>| {
        let (resolved, by) = (Resolutions::new(), Credential::House);
        let parts = parts.map(Box::new);
        Command::AnswerChange(Box::new(AnswerChange {
            confirmation,
            answer: Answer::Yes,
            by,
            resolved,
            parts,
        }))
    };
    assert_eq!(world.transact(&yes(None)), Err(Refusal::VersionStale { current: 1 }));
    let facts = world.transact(&yes(filling.parts)).unwrap();
    let granted = facts.iter().find_map(|fact| match fact {
        Fact::ChangeMade(made) => Some((made.kind, made.granted.clone(), made.trail.notice.is_some())),
        _ => None,
    });
    assert_eq!(granted, Some((MadeKind::Filled { removes: false }, dry.reasons, true)));
    assert_eq!(keys(&mut world), ["doors"]);
}

/// A template is taken back within the quiet time: what it made goes, what it changed and removed is as before, and who
/// was to hear of it hears nothing.
#[test]
fn taken_back() {
    let mut world = sold();
    let slot = SlotId(world.id("S"));
    let first = apply(&mut world, 1, &["song"]);
    world.transact(&first).unwrap();
    world.now = world.now.plus(dayshelf_core::time::Span::hours(1));
    let before = world.books.clone();
    // The pickup a quarter of an hour later, a cue more, and one less.
    let next = with_pickup(&mut world, (21, 23));
    let facts = world.transact(&next).unwrap();
    let made = facts.iter().find_map(|fact| match fact {
        Fact::ChangeMade(made) => Some((made.kind, made.trail.notice.is_some(), made.trail.undo.is_some())),
        _ => None,
    });
    assert_eq!(made, Some((MadeKind::Filled { removes: true }, true, true)));
    assert_eq!(keys(&mut world), ["doors"]);
    let undo = UndoChange { slot, by: Credential::House, resolved: Resolutions::new() };
    let undo = Command::UndoChange(Box::new(undo));
    world.transact(&undo).unwrap();
    assert_eq!(keys(&mut world), ["song"]);
    assert_eq!(world.books.fulfilments, before.fulfilments);
    assert_eq!(world.books.slots[&slot].template, before.slots[&slot].template);
    assert_eq!(world.books.trails[&slot].notice, None, "it is as they were told");
    assert_eq!(world.transact(&undo), Err(Refusal::NothingToUndo));
}

/// Who is asked for a yes sees the template that it is to: another version of it ends the question.
#[test]
fn another_version_ends_the_question() {
    let mut world = sold();
    let late = with_pickup(&mut world, (23, 24));
    world.transact(&late).unwrap();
    let put = template(&mut world, "two");
    let facts = world.transact(&put).unwrap();
    let ended = |fact: &Fact| matches!(fact, Fact::ConfirmationEnded { end: PendingEnd::Overtaken, .. });
    assert!(facts.iter().any(ended), "{facts:?}");
    assert!(world.books.pendings.is_empty());
}

/// A credential that takes parts out of many slots by templates is frozen, as one that moves them is.
#[test]
fn the_breaker_counts_templates() {
    let mut world = sold();
    world.line("key K");
    let by = Credential::Key(dayshelf_core::ids::KeyId(world.id("K")));
    let burst = world.books.organiser.spec.changes.burst as usize;
    let mut frozen = 0;
    for number in 0..=burst {
        world.line(&format!("slot S{number} d1/18:00..d1/20:00"));
        world.line(&format!("offer O{number} S{number} P 100"));
        world.line(&format!("publish S{number}"));
        for keys in [&["doors"][..], &["song"][..]] {
            let command = apply(&mut world, 1, keys);
            let Command::ChangeSlot(mut ask) = command else { unreachable!("it is a change") };
            (ask.slot, ask.by) = (SlotId(world.id(&format!("S{number}"))), by);
            let Wish::Template(filling) = &mut ask.wish else { unreachable!("it is a template") };
            for block in &mut filling.parts.as_mut().unwrap().blocks {
                block.id = BlockId(world.id(&format!("{} {number}", block.key)));
            }
            let facts = world.transact(&Command::ChangeSlot(ask)).unwrap();
            frozen += facts.iter().filter(|fact| matches!(fact, Fact::CredentialFrozen { .. })).count();
        }
    }
    assert_eq!(frozen, 1, "the last slot was one too many");
}

/// A yes to what a part was to be is not for what a template has made of it since.
#[test]
fn a_template_overtakes_what_waits_for_its_part() {
    let mut world = sold();
    let (slot, id) = (SlotId(world.id("S")), FulfilmentId(world.id("F")));
    let mut late = world.books.fulfilments[&id].spec.clone();
    let later = |when: When| When { at: when.at.plus(dayshelf_core::time::Span::hours(3)), ..when };
    (late.opens, late.closes) = (later(late.opens), later(late.closes));
    let Command::ChangeSlot(mut asked) = apply(&mut world, 1, &["doors"]) else { unreachable!() };
    asked.wish = Wish::Part(Box::new(Part::Fulfilment(id, Some(late))));
    asked.waits_as = ConfirmationId(world.id("late"));
    let facts = world.transact(&Command::ChangeSlot(asked)).unwrap();
    assert!(matches!(facts.as_slice(), [Fact::ConfirmationAsked(_)]), "{facts:?}");
    // One that leaves the part alone leaves the question too.
    let other = apply(&mut world, 1, &["doors"]);
    world.transact(&other).unwrap();
    assert!(world.books.pending_of(slot).is_some());
    let next = with_pickup(&mut world, (21, 23));
    let facts = world.transact(&next).unwrap();
    let ended = |fact: &Fact| matches!(fact, Fact::ConfirmationEnded { end: PendingEnd::Overtaken, .. });
    assert!(facts.iter().any(ended), "{facts:?}");
    assert!(world.books.pendings.is_empty());
}

/// A yes to a template is not for parts that somebody has edited since: the template would write over them. What touches no
/// part, or is another slot's, leaves the question.
#[test]
fn an_edited_part_overtakes_a_template() {
    let mut world = sold();
    let slot = SlotId(world.id("S"));
    let late = with_pickup(&mut world, (23, 24));
    for (line, is_left) in [
        ("edit S title Later", true),
        ("pool P 90", true),
        ("slot T d3/18:00..d3/20:00", true),
        ("offer U T P 100", true),
        ("window NW S code:vip d1/17:00..d1/18:00", false),
        ("drop_window NW", false),
        ("offer NO S P 100", false),
        ("drop_offer NO", false),
    ] {
        world.transact(&late).unwrap();
        assert!(world.books.pending_of(slot).is_some(), "{line}: it waits");
        assert_eq!(world.line(line), None, "{line}");
        assert_eq!(world.books.pending_of(slot).is_some(), is_left, "{line}");
    }
}
