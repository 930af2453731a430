//! Goods that are handed over: for a pass, once; told afterwards by stalls without network; taken back.

use dayshelf_core::limits::REDEMPTIONS_MAX;

use crate::table::{World, check};

const SHOP: &str = "pool P 4
        pool Q 9
        slot S 18:00..20:00
        offer O S P 100
        offer X S Q 30
        offer G S Q 0
        window W S public 17:00..18:00
        publish S
";

fn shop(lines: &str) {
    check(&format!("{SHOP}{lines}"));
}

/// What was handed over is not given back; the rest may be.
#[test]
fn hand_over() {
    shop(
        "17:00 hold H1 ann S O*2+X      -> opened W, held H1 at 230 until 17:08
        17:01 confirm H1 R1 ann pickup  -> order R1 230
        18:01 hand R1 0 north           -> closed W, handed R1 0
        18:02 hand R1 0 south           -> refused already_redeemed north 18:01
        18:01 hand R1 5                 -> refused unknown line
        18:01 cancel R1 0               -> refused order_closed
        18:01 move_order R1 S           -> refused invalid slot Repeated
        18:02 cancel R1                 -> cancelled R1 1
        18:02 hand R1 1 north           -> refused order_closed
        books P free 2 handed 2
        books Q free 9",
    );
}

/// What stalls without network tell is never refused: the first that is told counts, whoever else took the pass is
/// named, the same told again is known, and no unit moves twice.
#[test]
fn redeemed_without_network() {
    shop(
        "17:00 hold H1 ann S O+X        -> opened W, held H1 at 130 until 17:08
        17:01 confirm H1 R1 ann pickup  -> order R1 130
        19:00 hand R1 0 south at 18:05  -> closed W, handed R1 0
        19:01 hand R1 0 south at 18:05  -> nothing
        19:02 hand R1 0 north at 18:03  -> again R1 0 south+north at 18:03
        19:03 hand R1 0 north at 18:03  -> nothing
        19:04 hand R1 0 west            -> refused already_redeemed south 18:05
        19:05 undo_hand R1 0            -> refused nothing_to_undo
        19:06 cancel R1                 -> cancelled R1 1
        19:07 hand R1 1 north at 18:04  -> again R1 1 north at 18:04
        19:08 hand R1 1 north           -> refused order_closed
        books P free 3 handed 1
        books Q free 9",
    );
}

/// A clock that is wrong keeps nothing from being told: far ahead is noted as of the telling and known when the same stall
/// tells it again, and nothing was taken before it was bought.
#[test]
fn clocks_of_stalls_are_wrong() {
    shop(
        "17:00 hold H1 ann S O+X         -> opened W, held H1 at 130 until 17:08
        17:01 confirm H1 R1 ann pickup   -> order R1 130
        19:00 hand R1 0 south at d9/18:05 -> closed W, handed R1 0
        19:01 hand R1 0 south at d9/18:05 -> nothing
        19:02 hand R1 0 north at d9/18:05 -> again R1 0 south+north at 19:02
        19:03 hand R1 0 north            -> refused already_redeemed south 19:00
        19:04 hand R1 1 south at 16:00   -> handed R1 1
        19:05 hand R1 1 south at 15:00   -> nothing
        19:06 hand R1 1 north            -> refused already_redeemed south 17:01",
    );
}

/// A slip of the hand is taken back within a quarter of an hour, and the pass is good again; not later, not what
/// nobody did, and not once the slot was called off.
#[test]
fn handovers_are_taken_back() {
    shop(
        "17:00 hold H1 ann S O+X        -> opened W, held H1 at 130 until 17:08
        17:01 confirm H1 R1 ann pickup  -> order R1 130
        17:02 undo_hand R1 0            -> refused nothing_to_undo
        17:02 undo_hand R1 7            -> refused unknown line
        17:02 hand R1 0 north           -> handed R1 0
        17:16 undo_hand R1 0            -> unhanded R1 0
        books P free 3 sold 1
        17:17 undo_hand R1 0            -> refused nothing_to_undo
        17:17 hand R1 0 south           -> handed R1 0
        17:32 undo_hand R1 0            -> refused nothing_to_undo
        17:33 hand R1 1 south at 17:50  -> handed R1 1
        17:34 undo_hand R1 1            -> refused nothing_to_undo
        books P free 3 handed 1",
    );
}

/// There is an end to what is written down of one pass: a report beyond it is refused however often it is told, and
/// what was told before is known as before.
#[test]
fn reports_of_one_pass_are_bounded() {
    let mut world = World::new();
    for line in SHOP.lines() {
        assert_eq!(world.line(line.trim()), None, "{line}");
    }
    let mut said = |line: &str| world.line(line).unwrap();
    said("17:00 hold H1 ann S O");
    said("17:01 confirm H1 R1 ann pickup");
    for stall in 0..REDEMPTIONS_MAX {
        let told = said(&format!("19:00 hand R1 0 stall-{stall} at 18:05"));
        assert!(told.contains(if stall == 0 { "handed" } else { "again" }), "{told}");
    }
    for _ in 0..2 {
        assert_eq!(said("19:01 hand R1 0 late at 18:05"), "refused limit_reached");
        assert_eq!(said("19:01 hand R1 0 stall-0 at 18:05"), "nothing");
        assert_eq!(said("19:01 hand R1 0 stall-63 at 18:05"), "nothing");
    }
}
