//! What a dry run says is what the change then does: nothing more, nothing less, whatever has been sold by then.
//!
//! Where things stand in time is read from the books here by a function of this test's own.

use std::collections::{BTreeMap, BTreeSet};

use dayshelf_core::books::Books;
use dayshelf_core::change::{Tell, Verdict};
use dayshelf_core::command::{ChangeSlot, Command};
use dayshelf_core::decide::{Preview, preview};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{HoldId, SlotId};
use dayshelf_core::order::LineState;
use dayshelf_core::text::BuyerKey;
use dayshelf_core::time::Instant;
use proptest::prelude::*;

use crate::table::World;

const SMALL: &str = "pool P 6
    pool Q 9
    slot S d1/18:00..d1/20:00
    slot T d1/19:00..d1/21:00
    offer O S P 100/d1/17:00=120/#3=130
    offer U T Q 50
    window W S public 12:00..d1/18:00 hold 40m
    window V T public 13:00..d1/12:00 hold 40m
    block F S d1/21:00..d1/22:00 box B1=d1/21:00..d1/21:30*9,B2=d1/21:30..d1/22:00*9
    block G T d1/21:30..d1/23:00
    publish S
    publish T";

/// One step: a kind, how many seconds go by, and numbers to choose by.
type Step = (u8, u8, u8, u8);

/// The line of a step.
fn line(step: Step, count: usize) -> String {
    let (kind, _, a, b) = step;
    let slot = ["S", "T"][usize::from(a) % 2];
    let offer = ["O", "U"][usize::from(a) % 2];
    let buyer = ["ann", "bea", "cid"][usize::from(b) % 3];
    let tell = ["", "", "tell nobody", "tell now"][usize::from(b) % 4];
    match kind % 20 {
        0..=3 => format!("hold H{count} {buyer} {slot} {offer}"),
        4..=6 => {
            let hold = count.saturating_sub(1 + usize::from(b) % 3);
            format!("confirm H{hold} R{hold} {buyer} pickup")
        }
        7 => format!("cancel R{} organiser", usize::from(b) % count.max(1)),
        8..=11 => {
            let (minute, hour) = (b % 60, 17 + a % 4);
            let day = if a % 8 == 7 { "" } else { "d1/" };
            format!("move {slot} {day}{hour}:{minute:02}..d2/{hour}:{minute:02} {tell}")
        }
        12 => format!("edit {slot} place {} {tell}", ["Hall", "Yard"][usize::from(b) % 2]),
        13 => format!("edit {slot} title {}", ["Raku", "Moon"][usize::from(b) % 2]),
        14 => format!("edit {slot} units {}:{}", ["P", "Q"][usize::from(a) % 2], b % 12),
        // A single part: a pickup elsewhere or gone, a window that ends, a pool with fewer units.
        15 | 16 => {
            let (block, slot) = [("F", "S"), ("G", "T")][usize::from(a) % 2];
            let hour = 20 + b % 3;
            let boxes = if block == "F" {
                format!("box B1=d1/{hour}:00..d1/{hour}:30*9,B2=d1/{hour}:30..d1/23:00*9")
            } else {
                String::new()
            };
            let place = ["stall", "gate"][usize::from(b / 3) % 2];
            format!(
                "block {block} {slot} d1/{hour}:{:02}..d1/23:00 {boxes} at {place} {tell} asked {slot}",
                a % 30
            )
        }
        17 if b > 128 => format!("drop_block G {tell} asked T"),
        17 => format!("window W S public 12:00..{}:00 hold 40m asked S", 16 + a % 8),
        18 => format!("pool P {} asked S", b % 8),
        _ if b > 200 => format!("call_off {slot}"),
        _ => format!("yes {slot}"),
    }
}

/// Where everything of the books stands.
fn places(books: &Books) -> BTreeMap<String, (Instant, Option<Instant>)> {
    let mut all = BTreeMap::new();
    for (id, slot) in &books.slots {
        all.insert(format!("{id}"), (slot.spec.times.start, Some(slot.spec.times.end)));
    }
    for (id, window) in &books.windows {
        all.insert(format!("{id}"), (window.spec.opens.at, Some(window.spec.closes.at)));
    }
    for (id, block) in &books.fulfilments {
        all.insert(format!("{id}"), (block.spec.opens.at, Some(block.spec.closes.at)));
        for time_box in &block.spec.boxes {
            all.insert(format!("{}", time_box.pool), (time_box.from.at, Some(time_box.until.at)));
        }
    }
    for (id, block) in &books.blocks {
        all.insert(format!("{id}"), (block.spec.when.at, block.spec.until.map(|until| until.at)));
    }
    for (id, offer) in &books.offers {
        for (place, step) in offer.spec.ladder.iter().enumerate() {
            if let Some(from) = step.from {
                all.insert(format!("{id} {place}"), (from.at, None));
            }
        }
    }
    all
}

/// The same names for what a preview says.
fn named(preview: &Preview) -> BTreeMap<String, (Instant, Option<Instant>)> {
    use dayshelf_core::decide::MovedPart;
    let name = |part: MovedPart| match part {
        MovedPart::Slot(id) => format!("{id}"),
        MovedPart::Window(id) => format!("{id}"),
        MovedPart::Fulfilment(id) => format!("{id}"),
        MovedPart::Box(_, pool) => format!("{pool}"),
        MovedPart::Step(offer, place) => format!("{offer} {place}"),
        MovedPart::Block(id) => format!("{id}"),
    };
    let moved = preview.moved.iter();
    moved.map(|one| (name(one.part), (one.from.after, one.until.map(|until| until.after)))).collect()
}

/// What was said would move is what moved.
fn moves_as_said(said: &Preview, before: &Books, after: &Books) {
    let (was, is) = (places(before), places(after));
    // What is new was nowhere before.
    let elsewhere = |name: &String, at: &_| was.get(name).is_some_and(|was| was != at);
    let moved: BTreeMap<_, _> = is.into_iter().filter(|(name, at)| elsewhere(name, at)).collect();
    assert_eq!(named(said), moved);
}

/// Live holds of a slot that ended, or whose slot is elsewhere now.
fn touched(slot: SlotId, before: &Books, after: &Books) -> BTreeSet<HoldId> {
    let spec =
        |books: &Books| books.slots.get(&slot).map(|slot| (slot.spec.times.clone(), slot.spec.place.clone()));
    let elsewhere = spec(before) != spec(after);
    let of_slot = before.holds.values().filter(|hold| hold.slot == slot).map(|hold| hold.id);
    let others = before.holds.values().filter(|hold| hold.slot != slot).map(|hold| hold.id);
    let ended = |id: &HoldId| !after.holds.contains_key(id);
    of_slot.filter(|id| elsewhere || ended(id)).chain(others.filter(ended)).collect()
}

/// Those who are told by what becomes due, or were told with it.
fn told(world: &World, slot: SlotId, facts: &[Fact]) -> BTreeSet<BuyerKey> {
    let mut later = world.clone();
    let due = later.books.trails.get(&slot).and_then(|trail| trail.due());
    let mut all = facts.to_vec();
    if let Some(due) = due {
        later.now = later.now.max(due);
        all.extend(later.pulse());
    }
    let telling = all.iter().find_map(|fact| match fact {
        Fact::CustomersTold(telling) if telling.slot == slot => Some(telling),
        _ => None,
    });
    let orders = world.books.orders.values().filter(|order| order.slot == slot);
    let standing = orders.filter(|order| order.lines.iter().any(|line| line.state == LineState::Confirmed));
    let told = standing.filter(|order| telling.is_some_and(|told| told.concerns(order)));
    told.map(|order| order.buyer.contact.key).collect()
}

/// Those who are told with a change. One that customers never hear of makes nothing of a slot's trail: whoever is owed
/// an earlier change is still told of that one, and nobody of this.
fn told_of(world: &World, before: &Books, (slot, facts): (SlotId, &[Fact])) -> BTreeSet<BuyerKey> {
    if facts.iter().any(|fact| matches!(fact, Fact::ChangeMade(_))) {
        return told(world, slot, facts);
    }
    assert_eq!(before.trails.get(&slot), world.books.trails.get(&slot));
    BTreeSet::new()
}

/// Does a change as somebody who had asked what would come of it.
fn change(world: &mut World, ask: &ChangeSlot) {
    let before = world.books.clone();
    let said = preview(&before, world.now, ask);
    let done = world.transact(&Command::ChangeSlot(Box::new(ask.clone())));
    let (said, facts) = match (said, done) {
        (Ok(said), Ok(facts)) => (said, facts),
        (Err(said), Err(done)) => return assert_eq!(said, done),
        (said, done) => panic!("{said:?} was said of {done:?}"),
    };
    let tells = said.customers.iter().map(|contact| contact.key).collect::<BTreeSet<_>>();
    assert_eq!(tells.len(), said.customers.len(), "each person once");
    match said.verdict {
        Verdict::Nothing => assert!(facts.is_empty() && said.effect.is_empty() && said.moved.is_empty()),
        Verdict::Apply | Verdict::Settle => {
            assert_eq!(facts[..said.effect.len()], said.effect, "the effect, and who is served by it");
            moves_as_said(&said, &before, &world.books);
            let holds: BTreeSet<HoldId> = said.holds.iter().copied().collect();
            assert_eq!(holds, touched(ask.slot, &before, &world.books));
            let cancels = before.slots[&ask.slot].state != world.books.slots[&ask.slot].state;
            if !cancels {
                assert_eq!(tells, told_of(world, &before, (ask.slot, &facts)), "{ask:?}");
                assert_eq!(said.verdict == Verdict::Settle, said.told_at.is_some());
            }
            assert!(
                ask.tell != Tell::Nobody || said.told_at.is_none() || before.trails.contains_key(&ask.slot)
            );
        }
        Verdict::Confirm => waits(world, &before, (ask, &said, &facts)),
        Verdict::Freeze => panic!("nobody in particular is never frozen"),
    }
}

/// Nothing of what waits is done; the yes then does what was said.
fn waits(world: &World, before: &Books, (ask, said, facts): (&ChangeSlot, &Preview, &[Fact])) {
    let quiet =
        facts.iter().all(|fact| matches!(fact, Fact::ConfirmationAsked(_) | Fact::ConfirmationEnded { .. }));
    assert!(quiet && !said.reasons.is_empty(), "{facts:?}");
    assert_eq!(places(before), places(&world.books));
    let pending = world.books.pending_of(ask.slot).expect("it waits");
    assert_eq!((&pending.wish, &pending.reasons), (&ask.wish, &said.reasons));
    let mut later = world.clone();
    let yes = crate::table::yes(&later, ask.slot);
    let done = later.transact(&yes).expect("what was weighed can be done");
    moves_as_said(said, before, &later.books);
    // The same, but for what was granted and by whom.
    let lasting = |facts: &[Fact]| {
        let about = |fact: &&Fact| !matches!(fact, Fact::ChangeMade(_) | Fact::ConfirmationEnded { .. });
        facts.iter().filter(about).cloned().collect::<Vec<_>>()
    };
    let (effect, done) = (lasting(&said.effect), lasting(&done));
    assert_eq!(done[..effect.len()], effect);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_dry_run_says_what_happens(steps in prop::collection::vec(any::<Step>(), 1..60)) {
        let mut world = World::new();
        for text in SMALL.lines() {
            world.line(text.trim());
        }
        world.now = Instant(11 * 3_600_000);
        for (count, step) in steps.into_iter().enumerate() {
            world.now = Instant(world.now.0 + i64::from(step.1) * 10_000);
            world.pulse();
            let text = line(step, count);
            match world.read(&text) {
                Command::ChangeSlot(ask) => change(&mut world, &ask),
                // The same as a change of its slot.
                command if text.contains("asked") => {
                    let words: Vec<&str> = text.split_whitespace().collect();
                    let Command::ChangeSlot(ask) = crate::table::asked(&mut world, &words, command) else { panic!() };
                    change(&mut world, &ask);
                }
                command => drop(world.transact(&command)),
            }
        }
    }
}
