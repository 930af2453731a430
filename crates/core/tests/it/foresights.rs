//! What would be: a plan looked at before it is put up, at any moment, with nothing of it done.

use dayshelf_core::decide::{Foresight, Stop, left, pulse};
use dayshelf_core::plan::Plan;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::slot::SlotState;
use dayshelf_core::time::Instant;
use dayshelf_core::window::Phase;

use crate::plans::{begun, drop_plan};
use crate::table::{World, cents, time};

fn at(text: &str) -> Instant {
    Instant(time(text))
}

/// The drop of the plans' tests, seen from 16:00.
fn seen(world: &mut World) -> Foresight {
    let plan = drop_plan(world);
    Foresight::of(&world.books, at("16:00"), &plan, "drop").unwrap()
}

fn phases(seen: &Foresight) -> Vec<(String, Phase)> {
    seen.books.windows_of(seen.slot).map(|window| (window.spec.key.clone(), window.phase)).collect()
}

fn phase(seen: &Foresight, key: &str) -> Phase {
    phases(seen).into_iter().find(|(known, _)| known == key).unwrap().1
}

/// A draft is on the calendar there, and the books that are looked at stay as they are.
#[test]
fn nothing_happens() {
    let mut world = World::new();
    let mut plan = drop_plan(&mut world);
    plan.slots[0].publish = false;
    let before = world.books.clone();
    let mut seen = Foresight::of(&world.books, at("16:00"), &plan, "drop").unwrap();
    seen.advance(at("18:00")).unwrap();
    seen.sell_out().unwrap();
    assert_eq!(seen.books.slots[&seen.slot].state, SlotState::Published);
    assert!(world.books == before);
}

/// Windows open and close in it as they would, and a moment that has passed is now.
#[test]
fn time_goes_on() {
    let mut world = World::new();
    let mut seen = seen(&mut world);
    assert_eq!(phase(&seen, "vip"), Phase::Ahead);
    seen.advance(at("17:15")).unwrap();
    assert_eq!((phase(&seen, "vip"), phase(&seen, "public")), (Phase::Open, Phase::Ahead));
    seen.advance(at("17:00")).unwrap();
    assert_eq!(seen.now, at("17:15"));
    seen.advance(at("17:40")).unwrap();
    assert_eq!((phase(&seen, "vip"), phase(&seen, "public")), (Phase::Closed, Phase::Open));
    // It is as if the pulse had been asked: nothing is left to do.
    assert_eq!(pulse(&mut seen.books, at("17:40")).unwrap(), []);
    seen.advance(at("20:30")).unwrap();
    assert!(phases(&seen).iter().all(|(_, phase)| *phase == Phase::Closed));
}

/// When somebody has all of it, no window that is open has anything left, and the ladder has counted it.
#[test]
fn nothing_is_left() {
    let mut world = World::new();
    let mut seen = seen(&mut world);
    seen.advance(at("17:40")).unwrap();
    let open = |seen: &Foresight| {
        let open = seen.books.windows_of(seen.slot).filter(|window| window.phase == Phase::Open).cloned();
        open.collect::<Vec<_>>()
    };
    let left_of = |seen: &Foresight| {
        let offers = seen.books.offers_of(seen.slot).map(|offer| offer.id);
        let offers: Vec<_> = offers.collect();
        let all = open(seen).into_iter().flat_map(|window| {
            let lefts = offers.iter().map(|offer| left(&seen.books, &window, *offer, seen.now));
            lefts.collect::<Vec<_>>()
        });
        all.sum::<u32>()
    };
    assert!(left_of(&seen) > 0);
    seen.sell_out().unwrap();
    assert_eq!(left_of(&seen), 0);
    let cup = seen.books.offers_of(seen.slot).find(|offer| offer.spec.key == "cup").unwrap();
    assert!(cup.taken > 4, "above any buyer's limit: {}", cup.taken);
    assert_eq!(cup.price_at(seen.now), Some(cents("100")));
}

/// What a plan is refused for, it is refused for here; and a slot that is there needs no plan.
#[test]
fn as_the_plan_itself() {
    let mut world = World::new();
    let mut plan = drop_plan(&mut world);
    let unknown = Foresight::of(&world.books, at("16:00"), &plan, "other").unwrap_err();
    assert_eq!(unknown, Stop::Refused(Refusal::Unknown(Noun::Slot)));
    plan.slots[0].offers[0].units_max = 0;
    let refused = Foresight::of(&world.books, at("16:00"), &plan, "drop").unwrap_err();
    assert!(matches!(refused, Stop::Refused(Refusal::Invalid { .. })), "{refused:?}");
    let (world, plan) = begun();
    let nothing = Plan { pools: Vec::new(), lists: Vec::new(), codes: Vec::new(), slots: Vec::new(), ..plan };
    let seen = Foresight::of(&world.books, at("16:00"), &nothing, "drop").unwrap();
    assert!(seen.books == world.books);
}
