//! Parts that hang on another part of their slot: they go where it goes, whoever moves it, and it can't be taken away.

use dayshelf_core::block::{Act, BlockKind, BlockSpec, Cue, Rule, Trigger};
use dayshelf_core::change::Verdict;
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::decide::{MovedPart, preview};
use dayshelf_core::ids::{BlockId, FulfilmentId, SlotId, WindowId};
use dayshelf_core::refusal::{Flaw, Noun, Refusal};
use dayshelf_core::time::{Anchor, Edge, Instant, PartList, PartName, Span, When};

use crate::table::{World, time};

fn name(list: PartList, key: &str) -> PartName {
    PartName::new(list, key).unwrap_or_else(|| panic!("{key} is no key"))
}

fn end_of(list: PartList, key: &str, seconds: i64) -> When {
    let edge = Edge::PartEnd(name(list, key));
    // Where it is said to be is not believed.
    When { anchor: Anchor { edge, ..Anchor::start(seconds) }, at: Instant(7) }
}

fn cue(slot: SlotId, key: &str, when: When) -> BlockSpec {
    let cue = Cue { camera: "top".into(), drone: String::new(), host: String::new(), offer: None };
    let (key, title) = (key.to_owned(), "Cue".to_owned());
    BlockSpec { slot, key, title, when, until: None, kind: BlockKind::Cue(cue) }
}

fn put(world: &mut World, spec: BlockSpec) -> Result<(), Refusal> {
    let id = BlockId(world.id(&spec.key.to_uppercase()));
    let command = Command::PutBlock { id, expected: Expect::Any, spec: Box::new(spec) };
    world.transact(&command).map(drop)
}

/// A slot with two windows, a cue ten minutes after the first of them, and another cue at the end of a broadcast that
/// hangs on that cue.
fn world() -> World {
    let mut world = World::new();
    for line in [
        "pool P 9",
        "slot S d1/18:00..d1/20:00",
        "offer O S P 100",
        "window W S public 12:00..d1/17:00 key vip",
        "window V S public d1/18:00..d1/19:00 key late",
        "publish S",
    ] {
        assert_eq!(world.line(line), None, "{line}");
    }
    world.now = Instant(time("11:00"));
    let slot = SlotId(world.id("S"));
    assert_eq!(put(&mut world, cue(slot, "first", end_of(PartList::Windows, "vip", 600))), Ok(()));
    let mut second = cue(slot, "second", end_of(PartList::Windows, "vip", 1_200));
    second.until = Some(end_of(PartList::Windows, "vip", 3_600));
    assert_eq!(put(&mut world, second), Ok(()));
    assert_eq!(put(&mut world, cue(slot, "third", end_of(PartList::Blocks, "second", 60))), Ok(()));
    world
}

fn at(world: &mut World, key: &str) -> Instant {
    let id = BlockId(world.id(&key.to_uppercase()));
    world.books.blocks[&id].spec.when.at
}

fn hm(text: &str) -> Instant {
    Instant(time(text))
}

/// They stand as far from it as was written, whatever the sender said, and go along when it is edited, when its slot is
/// moved, and when that is taken back.
#[test]
fn they_go_where_it_goes() {
    let mut world = world();
    let all = |world: &mut World| ["first", "second", "third"].map(|key| at(world, key));
    assert_eq!(all(&mut world), [hm("d1/17:10"), hm("d1/17:20"), hm("d1/18:01")]);
    assert_eq!(world.line("window W S public 12:00..d1/17:30 key vip"), None);
    assert_eq!(all(&mut world), [hm("d1/17:40"), hm("d1/17:50"), hm("d1/18:31")]);
    let told = world.line("11:00 move S d1/18:30..d1/20:30").unwrap();
    assert!(!told.contains("refused"), "{told}");
    assert_eq!(all(&mut world), [hm("d1/18:10"), hm("d1/18:20"), hm("d1/19:01")]);
    let told = world.line("11:01 undo S").unwrap();
    assert!(!told.contains("refused"), "{told}");
    assert_eq!(all(&mut world), [hm("d1/17:40"), hm("d1/17:50"), hm("d1/18:31")]);
}

/// A dry run of an edit of what others hang on tells of all that moves along.
#[test]
fn a_look_tells_of_all_that_moves_along() {
    let mut world = world();
    let words: Vec<&str> = "window W S public 12:00..d1/17:30 key vip asked S".split(' ').collect();
    let command = crate::table::define::read(&mut world, &words);
    let command = crate::table::change::asked(&mut world, &words, command);
    let Command::ChangeSlot(ask) = command else { panic!("it is a change") };
    let dry = preview(&world.books, world.now, &ask).unwrap();
    assert_eq!(dry.verdict, Verdict::Apply);
    let kinds: Vec<bool> = dry.moved.iter().map(|one| matches!(one.part, MovedPart::Block(_))).collect();
    assert_eq!(kinds, [false, true, true, true], "{:?}", dry.moved);
    assert!(dry.moved[1..].iter().all(|one| one.from.after == one.from.before.plus(Span::minutes(30))));
}

/// What others hang on can't be removed or called otherwise; what hangs on nothing, or on itself, is refused where it is
/// written.
#[test]
fn nothing_hangs_in_the_air() {
    let mut world = world();
    let slot = SlotId(world.id("S"));
    let remove = Command::RemoveWindow { id: WindowId(world.id("W")), expected: Expect::Any };
    let used = Refusal::InUse { noun: Noun::Window, by: Noun::Block };
    assert_eq!(world.transact(&remove), Err(used.clone()));
    let told = world.line("window W S public 12:00..d1/17:00 key other").unwrap();
    assert_eq!(told, format!("{used:?}"));
    let told = put(&mut world, cue(slot, "fourth", end_of(PartList::Windows, "nowhere", 0)));
    let nowhere = Flaw::NoSuch("windows.nowhere".into());
    assert_eq!(told, Err(Refusal::invalid("blocks[fourth].when", nowhere)));
    let told = put(&mut world, cue(slot, "fourth", end_of(PartList::Blocks, "first", 0)));
    let endless = Flaw::NoSuch("blocks.first".into());
    assert_eq!(told, Err(Refusal::invalid("blocks[fourth].when", endless)), "a cue without an end has none");
    let mut round = cue(slot, "second", end_of(PartList::Blocks, "third", 0));
    round.when.anchor.edge = Edge::PartStart(name(PartList::Blocks, "third"));
    round.until = Some(end_of(PartList::Windows, "late", 0));
    let mut third = cue(slot, "third", end_of(PartList::Blocks, "second", 0));
    third.when.anchor.edge = Edge::PartStart(name(PartList::Blocks, "second"));
    put(&mut world, third).unwrap();
    assert_eq!(put(&mut world, round), Err(Refusal::invalid("blocks[second].when", Flaw::Cycle)));
}

/// A rule that opens a window early takes along what hangs on it; one that would take a pickup along does nothing.
#[test]
fn a_rule_takes_along_what_may_move() {
    for pickup in [false, true] {
        let mut world = world();
        world.line("pool LOW 5");
        let (slot, window, pool) = (SlotId(world.id("S")), WindowId(world.id("V")), world.id("LOW"));
        let start = |seconds: i64| {
            let edge = Edge::PartStart(name(PartList::Windows, "late"));
            When {
                anchor: Anchor { edge, ..Anchor::start(seconds) },
                at: hm("d1/18:00").plus(Span::seconds(seconds)),
            }
        };
        put(&mut world, cue(slot, "doors", start(300))).unwrap();
        if pickup {
            let id = FulfilmentId(world.id("F"));
            world.line("block F S d1/21:00..d1/22:00");
            let mut spec = world.books.fulfilments[&id].spec.clone();
            (spec.opens, spec.closes) = (start(3_600), start(7_200));
            let command = Command::PutFulfilment { id, expected: Expect::Any, spec: Box::new(spec) };
            world.transact(&command).unwrap();
            assert_eq!(world.books.fulfilments[&id].spec.closes.at, hm("d1/20:00"));
        }
        let rule = Rule {
            trigger: Trigger::FreeBelow { pool: dayshelf_core::ids::PoolId(pool), units: 3 },
            act: Act::Open(window),
        };
        let when = When { anchor: Anchor::start(-86_400), at: hm("d1/18:00").plus(Span::hours(-24)) };
        let spec = BlockSpec {
            slot,
            key: "early".into(),
            title: "Early".into(),
            when,
            until: None,
            kind: BlockKind::Rule(rule),
        };
        put(&mut world, spec).unwrap();
        world.line("d1/17:30 pulse");
        world.line("d1/17:30 stock LOW remove 3 broken");
        let opens = world.books.windows[&window].spec.opens.at;
        let doors = at(&mut world, "doors");
        assert_eq!(opens, hm(if pickup { "d1/18:00" } else { "d1/17:30" }), "with a pickup: {pickup}");
        assert_eq!(doors, opens.plus(Span::minutes(5)));
    }
}
