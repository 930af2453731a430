//! A series is changed while evenings of it wait for a yes, were left out, or have begun.

use dayshelf_core::change::{Credential, Tell, Wish};
use dayshelf_core::command::{ChangeSlot, Command, Expect, Resolutions};
use dayshelf_core::ids::{ConfirmationId, SlotId};
use dayshelf_core::series::{Kept, Standing};
use dayshelf_core::slot::SlotState;
use dayshelf_core::time::LocalTime;

use crate::series::{HOUR, evening, kept, made, put, state, ties};
use crate::table::World;

/// What waits for a yes stands where it stood, which is no change by hand: the series can be moved on, and back; and
/// nobody is asked any more about what it does not want any more.
#[test]
fn what_waits_goes_along() {
    let (mut world, id) = made();
    let put_first = |world: &mut World, shift: Option<i64>| {
        let slot = SlotId(world.id("S1"));
        let one = world.books.occurrences[&slot].clone();
        let all = vec![kept(world, &one, shift)];
        let ask = put(world, Vec::new(), all);
        assert_eq!(one.series, id);
        world.transact(&Command::PutSeries(Box::new(ask))).unwrap();
        (world.books.slots[&slot].spec.times.start_local, world.books.pendings.len())
    };
    // Its window is open, and would lie ahead again: that is asked about.
    let month = 40 * 24 * HOUR;
    world.line("12:00 hold H1 ann S1 O1");
    world.line("12:00 confirm H1 R1 ann pickup");
    assert_eq!(put_first(&mut world, Some(month)), (evening(1), 1));
    let later = LocalTime(evening(1).0 + HOUR);
    assert_eq!(put_first(&mut world, Some(HOUR - month)), (later, 0), "it went along, and is no question");
    assert_eq!(put_first(&mut world, Some(month)), (later, 1));
    assert_eq!(put_first(&mut world, Some(-month)), (later, 0), "it is where it shall be");
    assert_eq!(put_first(&mut world, None), (later, 1), "it has been bought of");
    assert_eq!(put_first(&mut world, None), (later, 1), "which is asked once");
    assert_eq!(put_first(&mut world, Some(0)), (later, 0), "it is made again");
    let slot = SlotId(world.id("S1"));
    assert_eq!(world.books.occurrences[&slot].standing, Standing::Made);
    assert_eq!(state(&mut world, "S1"), SlotState::Published);
}

/// What somebody asked for by hand goes on waiting, whatever the series does.
#[test]
fn what_waits_by_hand_stays() {
    let (mut world, id) = made();
    world.line("12:00 hold H1 ann S1 O1");
    world.line("12:00 confirm H1 R1 ann pickup");
    let off = ChangeSlot {
        slot: SlotId(world.id("S1")),
        expected: Expect::Any,
        wish: Wish::Cancel,
        tell: Tell::AfterQuiet,
        by: Credential::House,
        resolved: Resolutions::new(),
        waits_as: ConfirmationId(world.id("C")),
    };
    world.transact(&Command::ChangeSlot(Box::new(off))).unwrap();
    let before = world.books.pendings.clone();
    assert_eq!(before.len(), 1);
    let all: Vec<Kept> = ties(&world, id).iter().map(|one| kept(&mut world, one, Some(0))).collect();
    let ask = put(&mut world, Vec::new(), all);
    world.transact(&Command::PutSeries(Box::new(ask))).unwrap();
    assert_eq!(world.books.pendings, before);
}

/// A series moves by a whole period, and the place of an evening that was left out moves with the others: the one
/// before it comes to stand where it was.
#[test]
fn moved_by_a_period() {
    let (mut world, id) = made();
    let middle = ties(&world, id)[1].clone();
    let gone = kept(&mut world, &middle, None);
    let ask = put(&mut world, Vec::new(), vec![gone]);
    world.transact(&Command::PutSeries(Box::new(ask))).unwrap();
    let day = 24 * HOUR;
    let all: Vec<Kept> = ties(&world, id)
        .iter()
        .map(|one| match one.standing {
            Standing::Made => kept(&mut world, one, Some(day)),
            Standing::Dropped => Kept { at: LocalTime(one.at.0 + day), ..kept(&mut world, one, None) },
        })
        .collect();
    let ask = put(&mut world, Vec::new(), all);
    world.transact(&Command::PutSeries(Box::new(ask))).unwrap();
    assert_eq!(ties(&world, id).iter().map(|one| one.at).collect::<Vec<_>>(), [2, 3, 4].map(evening));
    let states = ["S1", "S2", "S3"].map(|slot| state(&mut world, slot));
    assert_eq!(states, [SlotState::Published, SlotState::Cancelled, SlotState::Published]);
}

/// An evening that has begun stays as it is, whatever becomes of the series; its place goes along.
#[test]
fn what_has_begun_stays() {
    for shift in [Some(HOUR), Some(24 * HOUR), None] {
        let (mut world, id) = made();
        world.line("12:00 hold H1 ann S1 O1");
        world.line("12:00 confirm H1 R1 ann pickup");
        let slot = SlotId(world.id("S1"));
        world.now = world.books.slots[&slot].spec.times.start;
        let before = world.books.slots[&slot].spec.clone();
        let all: Vec<Kept> = ties(&world, id).iter().map(|one| kept(&mut world, one, shift)).collect();
        let ask = put(&mut world, Vec::new(), all);
        world.transact(&Command::PutSeries(Box::new(ask))).unwrap();
        assert_eq!(world.books.slots[&slot].spec, before, "{shift:?}");
        assert_eq!(state(&mut world, "S1"), SlotState::Published);
        assert!(world.books.pendings.is_empty(), "nobody is asked about it: {shift:?}");
        let place = world.books.occurrences[&slot].at;
        assert_eq!(place, LocalTime(evening(1).0 + shift.unwrap_or(0)));
        let later = SlotId(world.id("S2"));
        let went = world.books.slots[&later].spec.times.start_local != evening(2);
        assert_eq!(went, shift.is_some(), "those ahead go along");
    }
}
