//! Orders: confirmed in every way, late payments, given back, moved; the money with them.

use dayshelf_core::change::Promise;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{FulfilmentId, SlotId};

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

/// Free what is free, money for what costs; at pickup nothing is owed to a provider.
#[test]
fn confirm_at_once() {
    shop(
        "17:00 hold H1 ann S O        -> opened W, held H1 at 100 until 17:08
        17:00 hold H2 ann S G         -> held H2 at 0 until 17:08
        17:01 confirm H1 R1 ann free  -> refused method_unfit
        17:01 confirm H2 R2 ann pickup -> refused method_unfit
        17:01 confirm H2 R2 ann sandbox -> refused method_unfit
        17:01 confirm H2 R2 ann free  -> order R2 0
        17:01 confirm H1 R1 ann pickup forged -> refused secret_wrong
        17:01 confirm H1 R1 ann pickup -> order R1 100
        17:01 confirm H1 R3 ann pickup -> refused hold_ended confirmed
        step R1 rest
        books P free 3 sold 1",
    );
}

/// With a provider in two steps; doubled and reordered call-backs change nothing.
#[test]
fn sandbox() {
    shop(
        "17:00 hold H1 ann S O*2+X        -> opened W, held H1 at 230 until 17:08
        17:01 confirm H1 R1 ann sandbox   -> confirming H1 230
        17:01 confirm H1 R2 ann sandbox   -> refused hold_confirming
        17:01 release H1                  -> refused hold_confirming
        17:01 extend H1                   -> refused hold_confirming
        17:09 pulse                       -> nothing
        17:09 authorised H1 OTHER         -> nothing
        17:09 declined H1 OTHER           -> nothing
        17:09 authorised H1 R1            -> order R1 230
        17:09 authorised H1 R1            -> nothing
        17:09 declined H1 R1              -> nothing
        17:09 called_off H1 R1            -> nothing
        step R1 capture 230
        17:09 captured R1 230             -> captured R1 230
        17:09 captured R1 230             -> nothing
        17:09 voided R1 230               -> nothing
        step R1 rest",
    );
}

/// A declined payment leaves the hold as long as it has time.
#[test]
fn declined() {
    shop(
        "17:00 hold H1 ann S O           -> opened W, held H1 at 100 until 17:08
        17:01 confirm H1 R1 ann sandbox  -> confirming H1 100
        17:02 declined H1 R1             -> failed H1 until 17:08
        17:02 declined H1 R1             -> nothing
        17:03 confirm H1 R2 ann sandbox  -> confirming H1 100
        17:09 declined H1 R2             -> lapsed H1 payment
        books P free 4",
    );
}

/// A provider that first said no and then yes is believed while the hold lives.
#[test]
fn declined_then_authorised() {
    shop(
        "17:00 hold H1 ann S O           -> opened W, held H1 at 100 until 17:08
        17:01 confirm H1 R1 ann sandbox  -> confirming H1 100
        17:02 declined H1 R1             -> failed H1 until 17:08
        17:03 authorised H1 R1           -> order R1 100
        books P free 3 sold 1",
    );
}

/// A payment that takes too long is called off; if it succeeds before that, it counts.
#[test]
fn calling_off() {
    shop(
        "17:00 hold H1 ann S O           -> opened W, held H1 at 100 until 17:08
        17:00 hold H2 bea S O            -> held H2 at 100 until 17:08
        17:01 confirm H1 R1 ann sandbox  -> confirming H1 100
        17:01 confirm H2 R2 bea sandbox  -> confirming H2 100
        17:16 pulse                      -> calling_off H1, calling_off H2
        17:17 authorised H2 R2           -> order R2 100
        17:17 called_off H1 R1           -> lapsed H1 payment
        books P free 3 sold 1",
    );
}

/// A late payment gets units if there are any, else the money goes back; never both, never twice.
#[test]
fn late_payments() {
    shop(
        "17:00 hold H1 ann S O*2            -> opened W, held H1 at 200 until 17:08
        17:00 hold H2 bea S O*2             -> held H2 at 200 until 17:08
        17:00 confirm H1 R1 ann sandbox     -> confirming H1 200
        17:00 confirm H2 R2 bea sandbox     -> confirming H2 200
        17:15 pulse                         -> calling_off H1, calling_off H2
        17:15 called_off H1 R1              -> lapsed H1 payment
        17:15 called_off H2 R2              -> lapsed H2 payment
        17:15:01 authorised H1 R1           -> order R1 200 late
        17:15:01 authorised H1 R1           -> nothing
        17:16 hold H3 cid S O               -> held H3 at 100 until 17:24
        18:15 authorised H2 R2              -> lapsed H3, closed W, order R2 200 late
        books P sold 4
        step R2 capture 200",
    );
}

/// Late with nothing left, and three days late, after the slot.
#[test]
fn late_payments_without_stock() {
    shop(
        "17:00 hold H1 ann S O*2            -> opened W, held H1 at 200 until 17:08
        17:00 hold H2 bea S O*2             -> held H2 at 200 until 17:08
        17:00 confirm H1 R1 ann sandbox     -> confirming H1 200
        17:00 confirm H2 R2 bea sandbox     -> confirming H2 200
        17:01 declined H1 R1                -> failed H1 until 17:08
        17:01 declined H2 R2                -> failed H2 until 17:08
        17:08 hold H3 cid S O*3             -> lapsed H1, lapsed H2, held H3 at 300 until 17:16
        17:08:01 authorised H1 R1           -> unfilled R1
        17:08:01 authorised H1 R1           -> nothing
        step R1 void 200
        17:08:02 voided R1 200              -> voided R1 200
        17:08:02 voided R1 200              -> nothing
        step R1 rest
        d3/17:08 authorised H2 R2           -> lapsed H3, closed W, unfilled R2
        step R2 void 200
        books P free 4",
    );
}

/// A late payment does not lift the limit that its buyer has used up since.
#[test]
fn late_payment_within_limits() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 limit 2
        publish S
        17:00 hold H1 ann S O*2            -> opened W, held H1 at 200 until 17:08
        17:00 confirm H1 R1 ann sandbox    -> confirming H1 200
        17:01 declined H1 R1               -> failed H1 until 17:08
        17:08 hold H2 ann S O*2            -> lapsed H1, held H2 at 200 until 17:16
        17:09 confirm H2 R2 ann pickup     -> order R2 200
        17:10 authorised H1 R1             -> unfilled R1
        tally W ann 2
        step R1 void 200",
    );
}

/// A turn that was paid late is served: its entry does not get another.
#[test]
fn late_payment_of_a_turn() {
    check(
        "pool P 2
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00
        publish S
        17:00 hold H1 ann S O            -> opened W, held H1 at 100 until 17:08
        17:00 hold H2 ann S O            -> held H2 at 100 until 17:08
        17:00 join E1 bea S O*2          -> joined E1
        17:08 pulse                      -> lapsed H1, passed E1, lapsed H2, turn E1 until 17:13
        17:09 confirm E1! R1 bea sandbox -> confirming E1! 200
        17:10 declined E1! R1            -> failed E1! until 17:13
        17:10 join E2 cid S O*2          -> joined E2
        17:13 pulse                      -> lapsed E1!, requeued E1, turn E2 until 17:18
        17:14 stock P add 2 s            -> added P 2, turn E1 until 17:19
        17:15 leave E1                   -> released E1!, left E1 declined
        17:16 stock P add 1 t            -> added P 1",
    );
}

/// Whole or by line; units come back once, and the money that is owed back follows.
#[test]
fn cancel() {
    shop(
        "17:00 hold H1 ann S O*2+X       -> opened W, held H1 at 230 until 17:08
        17:01 confirm H1 R1 ann sandbox  -> confirming H1 230
        17:02 authorised H1 R1           -> order R1 230
        17:03 cancel R1 forged           -> refused secret_wrong
        17:03 cancel R1 1                -> cancelled R1 1
        books Q free 9
        step R1 capture 200
        17:04 captured R1 200            -> captured R1 200
        step R1 void 30
        17:04 voided R1 30               -> voided R1 30
        17:05 cancel R1 1                -> refused order_closed
        17:05 cancel R1 0,0              -> refused order_closed
        17:05 cancel R1 7                -> refused unknown line
        17:05 cancel R1                  -> cancelled R1 0
        17:05 cancel R1                  -> refused order_closed
        step R1 refund 200
        17:06 refunded R1 200            -> refunded R1 200
        17:06 refunded R1 200            -> nothing
        step R1 rest
        books P free 4
        17:06 cancel R9                  -> refused unknown order",
    );
}

/// An answer to a step that was asked for before the order changed is noted as what it is.
#[test]
fn money_and_changes_cross() {
    shop(
        "17:00 hold H1 ann S O*2+X+G     -> opened W, held H1 at 230 until 17:08
        17:01 confirm H1 R1 ann sandbox  -> confirming H1 230
        17:02 authorised H1 R1           -> order R1 230
        step R1 capture 230
        17:03 cancel R1 1                -> cancelled R1 1
        17:04 captured R1 230            -> captured R1 230
        step R1 refund 30
        17:05 cancel R1 0                -> cancelled R1 0
        17:06 refunded R1 30             -> refunded R1 30
        step R1 refund 200
        17:07 refunded R1 200 after 30   -> refunded R1 200
        step R1 rest",
    );
}

/// Two lines of the same price are given back one after the other: the first refund, told twice, is not
/// taken for the second.
#[test]
fn equal_refunds_are_told_apart() {
    check(&format!(
        "{SHOP}
        offer Y S Q 30
        17:00 hold H1 ann S O+X+Y        -> opened W, held H1 at 160 until 17:08
        17:01 confirm H1 R1 ann sandbox  -> confirming H1 160
        17:02 authorised H1 R1           -> order R1 160
        17:02 captured R1 160            -> captured R1 160
        17:03 cancel R1 1                -> cancelled R1 1
        17:04 refunded R1 30             -> refunded R1 30
        17:05 cancel R1 2                -> cancelled R1 2
        17:05 refunded R1 30             -> nothing
        step R1 refund 30
        17:06 refunded R1 30 after 30    -> refunded R1 30
        step R1 rest"
    ));
}

/// What the provider can't take stays an open question; what it can't let go of does not stop a refund.
#[test]
fn failures_of_money() {
    shop(
        "17:00 hold H1 ann S O+X         -> opened W, held H1 at 130 until 17:08
        17:01 confirm H1 R1 ann sandbox  -> confirming H1 130
        17:02 authorised H1 R1           -> order R1 130
        17:03 cancel R1 1                -> cancelled R1 1
        17:04 captured R1 100            -> captured R1 100
        17:05 payment_failed R1 30       -> nothing
        17:06 cancel R1                  -> cancelled R1 0
        step R1 refund 100
        17:07 hold H2 ann S O            -> held H2 at 100 until 17:15
        17:07 confirm H2 R2 ann sandbox  -> confirming H2 100
        17:07 authorised H2 R2           -> order R2 100
        17:07 payment_failed R2 100      -> payment_failed R2 100
        step R2 rest",
    );
}

const TWO: &str = "pool P 3
        pool Q 1
        slot S 18:00..20:00
        slot T d1/18:00..d1/20:00
        offer O S P 100
        offer O2 T P 120 key o
        offer Y S Q 100
        offer Y2 T Q 100 key y
        window W S public 17:00..18:00 limit 3
        window X T public 17:00..d1/18:00 limit 3
        publish S
";

/// To another slot if there is room, from the same pool too; the price stays.
#[test]
fn to_another_slot() {
    check(&format!(
        "{TWO}publish T
        17:00 hold H1 ann S O*2          -> opened W, opened X, held H1 at 200 until 17:08
        17:01 confirm H1 R1 ann pickup   -> order R1 200
        17:01 hold H2 bea S O            -> held H2 at 100 until 17:09
        17:02 move_order R1 T forged     -> refused secret_wrong
        17:02 move_order R1 S            -> refused invalid slot Repeated
        17:02 move_order R1 T            -> moved R1 to T
        tally W ann 0
        tally X ann 2
        books P held 1 sold 2
        17:03 move_order R1 S            -> moved R1 to S
        17:03 cancel R1                  -> cancelled R1 0
        17:04 move_order R1 T            -> refused order_closed
        17:04 hold H3 ann S Y            -> held H3 at 100 until 17:12
        17:04 confirm H3 R3 ann pickup   -> order R3 100
        17:05 move_order R3 T            -> moved R3 to T
        books Q sold 1"
    ));
}

/// Full, over, not on the calendar, no such offer, past the limit: the order stays where it is.
#[test]
fn no_way_to_another_slot() {
    check(
        "pool P 3
        pool Q 1
        slot S 18:00..20:00
        slot T d1/18:00..d1/20:00
        slot U d1/18:00..d1/20:00
        offer O S P 100
        offer O2 T Q 120 key o
        offer Z U Q 120
        window W S public 17:00..18:00
        window X T public 17:00..d1/18:00 limit 1
        window V U public 17:00..d1/18:00
        publish S
        publish U
        17:00 hold H1 ann S O*2         -> opened W, opened X, opened V, held H1 at 200 until 17:08
        17:01 confirm H1 R1 ann pickup  -> order R1 200
        17:01 move_order R1 T           -> refused slot_not_published
        17:01 publish T                 -> published T
        17:01 move_order R1 T           -> refused buyer_limit 1
        17:02 window X T public 17:00..d1/18:00 -> window X
        17:02 move_order R1 T           -> refused too_few_left O2 1
        17:02 move_order R1 U           -> refused no_counterpart
        17:03 window X T public 17:30..d1/18:00 -> window X
        17:04 move_order R1 T           -> refused no_counterpart
        17:05 call_off U                -> cancelled U
        17:05 move_order R1 U           -> refused slot_cancelled
        20:00 move_order R1 T           -> opened X, closed W, refused slot_over
        20:00 move_order R1 T organiser -> refused too_few_left O2 1
        20:00 cancel R1                 -> refused slot_over
        20:00 cancel R1 organiser       -> cancelled R1 0",
    );
}

/// Units of a closed window's allotment do not stay behind when their order goes elsewhere.
#[test]
fn to_another_slot_from_a_closed_window() {
    check(
        "pool P 3
        pool Q 3
        slot S 18:00..20:00
        slot T d1/18:00..d1/20:00
        offer O S P 100
        offer O2 T Q 100 key o
        offer B S P 100
        offer B2 T P 100 key b
        window W S public 17:00..17:30 lent P:3
        window X T public 17:00..d1/18:00
        publish S
        publish T
        17:00 hold H1 ann S O           -> opened W, opened X, held H1 at 100 until 17:08
        17:00 confirm H1 R1 ann pickup  -> order R1 100
        17:00 hold H2 ann S B*2         -> held H2 at 200 until 17:08
        17:00 confirm H2 R2 ann pickup  -> order R2 200
        17:30 move_order R1 T           -> closed W, moved R1 to T
        books W.P sold 2
        books P free 1 lent 2
        books Q free 2 sold 1
        17:31 move_order R2 T           -> moved R2 to T
        books P free 1 sold 2
        books W.P",
    );
}

/// What is sent needs to know where to, by every way of paying; what is not sent keeps no address, and what is
/// not fetched is not paid when fetching it.
#[test]
fn where_to() {
    check(
        "pool P 9
        slot S 18:00..20:00
        slot T d1/18:00..d1/20:00
        offer O S P 100
        offer G S P 0
        offer OT T P 100 key o
        window W S public 17:00..18:00
        window X T public 17:00..d1/18:00
        block D S 21:00..22:00 delivery
        block F S 20:00..21:00
        block N S 22:00..23:00 digital
        block DT T 21:00..22:00 delivery key d
        publish S
        publish T
        17:00 hold H1 ann S O in D               -> opened W, opened X, held H1 at 100 until 17:08
        17:01 confirm H1 R1 ann sandbox          -> refused address_missing
        17:01 confirm H1 R1 ann pickup to Lisboa -> refused method_unfit
        17:01 confirm H1 R1 ann sandbox to Lisboa -> confirming H1 100
        17:01 authorised H1 R1                   -> order R1 100
        sent R1 Lisboa
        17:02 hold H2 bea S G in D               -> held H2 at 0 until 17:10
        17:02 confirm H2 R2 bea free             -> refused address_missing
        17:02 confirm H2 R2 bea free to Porto    -> order R2 0
        sent R2 Porto
        17:03 hold H3 cid S O in F               -> held H3 at 100 until 17:11
        17:03 confirm H3 R3 cid pickup to Faro   -> order R3 100
        sent R3 nowhere
        17:04 hold H4 dan S O in N               -> held H4 at 100 until 17:12
        17:04 confirm H4 R4 dan pickup           -> refused method_unfit
        17:05 move_order R3 T                    -> refused address_missing
        17:05 move_order R1 T                    -> moved R1 to T
        sent R1 Lisboa",
    );
}

/// Late by a second, an hour and three days; with stock and without; doubled and in any order: the units once, or
/// the money back, and nothing in between.
#[test]
fn however_late() {
    let ends = ["called_off H1 R1", "declined H1 R1"];
    for (late, stock, end) in ["17:15:01", "18:15", "d3/17:15"]
        .into_iter()
        .flat_map(|late| [(late, true), (late, false)])
        .flat_map(|(late, stock)| ends.map(|end| (late, stock, end)))
    {
        let (outcome, books, step) = match stock {
            true => ("order R1 200 late", "books P free 1 sold 2", "step R1 capture 200"),
            false => ("unfilled R1", "books P sold 3", "step R1 void 200"),
        };
        let others = if stock {
            ""
        } else {
            "17:15 hold H2 bea S O*3 -> held H2 at 300 until 17:23\n17:15 confirm H2 R2 bea pickup -> order R2 300\n"
        };
        check(&format!(
            "pool P 3
            slot S d8/18:00..d8/20:00
            offer O S P 100
            window W S public 17:00..d8/18:00
            publish S
            17:00 hold H1 ann S O*2          -> opened W, held H1 at 200 until 17:08
            17:00 confirm H1 R1 ann sandbox  -> confirming H1 200
            17:15 pulse                      -> calling_off H1
            17:15 {end}                      -> lapsed H1 payment
            {others}
            {late} {end}                     -> nothing
            {late} authorised H1 R1          -> {outcome}
            {late} authorised H1 R1          -> nothing
            {late} {end}                     -> nothing
            {books}
            {step}"
        ));
    }
}

/// Beside whatever is told of an order stands what its buyer is promised at that moment.
#[test]
fn what_is_told_is_decided_with_it() {
    let mut world = World::new();
    for line in SHOP.lines().map(str::trim).chain(["block F S d1/10:00..d1/12:00"]) {
        assert_eq!(world.line(line), None, "{line}");
    }
    for line in [
        "17:00 hold H1 ann S O in F",
        "17:01 confirm H1 R1 ann pickup",
        "17:02 edit S place yard",
        "17:03 resend R1",
        "17:04 edit S place roof",
        "17:05 cancel R1",
        "17:06 edit S place cellar",
    ] {
        world.line(line);
    }
    let slot = SlotId(world.id("S"));
    let told: Vec<Promise> = world.facts.iter().filter_map(promise).cloned().collect();
    let places: Vec<&str> = told.iter().map(|told| told.is.place.as_str()).collect();
    assert_eq!(places, ["", "yard", "roof"], "each as it was then");
    assert_eq!(told[0].is.times, world.books.slots[&slot].spec.times);
    let block = FulfilmentId(world.id("F"));
    assert_eq!(told[0].pickup.as_ref().map(|pickup| pickup.choice.block), Some(block));
    assert_eq!(told[2].pickup, told[0].pickup, "its end says what it was for");
    assert!(told.iter().all(|told| told.was.is_none()));
}

fn promise(fact: &Fact) -> Option<&Promise> {
    match fact {
        Fact::OrderPromised(promise) => Some(promise),
        _ => None,
    }
}
