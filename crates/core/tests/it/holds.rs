//! Holds: all or nothing, and exactly one end.

use crate::table::{World, check};

const SHOP: &str = "pool P 4
        pool Q 2
        slot S 18:00..20:00
        offer O S P 100
        offer X S Q 10 with O
        window W S public 17:00..18:00 extend 2 limit 3
        publish S
";

fn shop(lines: &str) {
    check(&format!("{SHOP}{lines}"));
}

/// Several lines are held together or not at all.
#[test]
fn all_or_nothing() {
    shop(
        "17:00 hold H1 ann S O*1+X*2 -> opened W, held H1 at 120 until 17:08
        17:00 hold H2 bea S O*2+X*1 -> refused too_few_left X 0
        books P free 3 held 1
        books Q held 2",
    );
}

/// At its due instant a hold is over, to the second, and only once.
#[test]
fn lapse() {
    shop(
        "17:00 hold H1 ann S O*3      -> opened W, held H1 at 300 until 17:08
        17:07:59 pulse                -> nothing
        17:08 confirm H1 R1 ann pickup -> lapsed H1, refused hold_ended lapsed
        17:08 release H1              -> refused hold_ended lapsed
        17:08 extend H1               -> refused hold_ended lapsed
        books P free 4",
    );
}

/// An extension adds a span, as often as the window says.
#[test]
fn extend() {
    shop(
        "17:00 hold H1 ann S O -> opened W, held H1 at 100 until 17:08
        17:01 extend H1 forged -> refused secret_wrong
        17:01 extend H1 -> extended H1 until 17:16
        17:10 extend H1 -> extended H1 until 17:24
        17:11 extend H1 -> refused extensions_used 2
        17:24 pulse     -> lapsed H1",
    );
}

/// A release gives the units back once.
#[test]
fn release() {
    shop(
        "17:00 hold H1 ann S O*2+X -> opened W, held H1 at 210 until 17:08
        17:01 release H1 forged -> refused secret_wrong
        17:01 release H1 -> released H1
        17:01 release H1 -> refused hold_ended released
        17:01 release H9 -> refused unknown hold
        books P free 4
        books Q free 2",
    );
}

/// A buyer's units in a window stay within its limit, whoever's address stood on the hold before.
#[test]
fn limits() {
    shop(
        "17:00 hold H1 ann S O*2       -> opened W, held H1 at 200 until 17:08
        17:00 hold H2 ann S O*2        -> refused buyer_limit 1
        17:00 hold H3 - S O*2          -> held H3 at 200 until 17:08
        17:01 confirm H3 R3 ann pickup -> refused buyer_limit 1
        17:01 confirm H3 R3 bea pickup -> order R3 200
        tally W bea 2
        17:02 confirm H1 R1 bea pickup -> refused buyer_limit 1
        17:02 confirm H1 R1 cid pickup -> order R1 200
        tally W ann 0
        tally W cid 2
        17:03 cancel R1                -> cancelled R1 0
        tally W cid 0
        17:03 hold H4 cid S O*2        -> held H4 at 200 until 17:11",
    );
}

/// The limit follows a payment's buyer too, and comes back when the payment is declined.
#[test]
fn limits_under_a_payment() {
    shop(
        "17:00 hold H1 ann S O*2          -> opened W, held H1 at 200 until 17:08
        17:01 confirm H1 R1 bea sandbox   -> confirming H1 200
        tally W ann 0
        tally W bea 2
        17:02 declined H1 R1              -> failed H1 until 17:08
        tally W bea 2
        17:03 confirm H1 R2 ann sandbox   -> confirming H1 200
        17:04 authorised H1 R2            -> order R2 200
        tally W ann 2
        tally W bea 0",
    );
}

/// Where the window holds at checkout, a basket keeps nothing from others.
#[test]
fn at_checkout() {
    check(
        "pool P 2
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 at checkout limit 2
        publish S
        17:00 hold H1 ann S O*2        -> opened W, basket H1 at 200 until d1/17:00
        17:00 hold H2 bea S O*2        -> basket H2 at 200 until d1/17:00
        17:00 hold H3 ann S O*2        -> basket H3 at 200 until d1/17:00
        books P free 2
        17:01 extend H1                -> refused extensions_used 0
        17:01 checkout H1              -> taken H1 until 17:09
        17:01 checkout H1              -> refused hold_taken
        17:01 checkout H3              -> refused buyer_limit 0
        17:01 checkout H2              -> refused too_few_left O 0
        17:09 checkout H2              -> lapsed H1, taken H2 until 17:17
        17:09 release H3               -> released H3
        17:10 confirm H2 R2 bea pickup -> order R2 200
        books P sold 2",
    );
}

/// Confirming a basket takes its units in the same decision.
#[test]
fn confirm_takes_the_basket() {
    check(
        "pool P 2
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 at checkout
        publish S
        17:00 hold H1 ann S O*2         -> opened W, basket H1 at 200 until d1/17:00
        17:00 hold H2 bea S O*2         -> basket H2 at 200 until d1/17:00
        17:01 confirm H1 R1 ann sandbox -> taken H1 until 17:09, confirming H1 200
        17:01 confirm H2 R2 bea pickup  -> refused too_few_left O 0
        books P held 2",
    );
}

/// A basket takes nothing from a window that has moved and lies ahead again.
#[test]
fn a_basket_waits_for_its_window() {
    check(
        "pool P 2
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 at checkout
        publish S
        17:00 hold H1 ann S O*2         -> opened W, basket H1 at 200 until d1/17:00
        17:01 move S 20:00..22:00 sure  -> granted S, moved S, window W, offer O
        17:02 checkout H1               -> refused window_not_open 19:00
        17:02 confirm H1 R1 ann pickup  -> refused window_not_open 19:00
        19:00 checkout H1               -> opened W, taken H1 until 19:08
        books P held 2",
    );
}

/// Where the first who pays gets it, two may pay and one gets it: the other's money goes back.
#[test]
fn first_who_pays() {
    check(
        "pool P 2
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 at payment
        publish S
        17:00 hold H1 ann S O*2         -> opened W, basket H1 at 200 until d1/17:00
        17:00 hold H2 bea S O*2         -> basket H2 at 200 until d1/17:00
        17:00 checkout H1               -> nothing
        17:01 confirm H1 R1 ann sandbox -> confirming H1 200
        17:01 confirm H2 R2 bea sandbox -> confirming H2 200
        17:02 authorised H2 R2          -> order R2 200
        17:02 authorised H1 R1          -> lapsed H1 payment, unfilled R1
        step R1 void 200
        step R2 capture 200
        books P sold 2",
    );
}

/// Nobody pays themselves past the limit by paying twice at once.
#[test]
fn first_who_pays_within_limits() {
    check(
        "pool P 5
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 at payment limit 2
        publish S
        17:00 hold H1 ann S O*2         -> opened W, basket H1 at 200 until d1/17:00
        17:00 hold H2 ann S O*2         -> basket H2 at 200 until d1/17:00
        17:01 confirm H1 R1 ann sandbox -> confirming H1 200
        17:01 confirm H2 R2 ann sandbox -> confirming H2 200
        17:02 authorised H2 R2          -> order R2 200
        17:02 authorised H1 R1          -> lapsed H1 payment, unfilled R1
        step R1 void 200
        tally W ann 2",
    );
}

/// Asking for what is refused gives no more time, however often; what gives time is counted.
#[test]
fn nothing_renews_a_hold_for_ever() {
    let mut lines = String::new();
    for _ in 0..30 {
        lines += "17:05 extend H1               -> refused extensions_used 1
            17:05 hold H1x ann S O*9             -> refused too_few_left O 2
            17:05 checkout H1                    -> refused hold_taken
            17:05 confirm H1 R1 ann free         -> refused method_unfit
            17:05 confirm H1 R1 ann sandbox      -> confirming H1 100
            17:05 declined H1 R1                 -> failed H1 until 17:16
            ";
    }
    check(&format!(
        "pool P 3
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 extend 1
        publish S
        17:00 hold H1 ann S O -> opened W, held H1 at 100 until 17:08
        17:01 extend H1       -> extended H1 until 17:16
        {lines}
        17:16 pulse           -> lapsed H1
        books P free 3"
    ));
}

/// A time box that is over is not given to anyone, named or not, though it has places.
#[test]
fn no_box_that_is_over() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 hold 1h
        block F S 17:00..19:00 box B1=17:00..17:10*5,B2=17:10..19:00*1
        publish S
        17:09:59 hold H1 ann S O in F/B1 -> opened W, held H1 at 100 until 18:09:59
        17:10 hold H2 bea S O in F/B1    -> refused places_full
        17:10 hold H2 bea S O in F       -> held H2 at 100 until 18:10
        books B2 held 1
        17:10 hold H3 cid S O            -> refused places_full
        17:10 hold H3 cid S O in F/B2    -> refused places_full
        books B1 free 4 held 1",
    );
}

/// Places that somebody has are not taken away; the place of the mistake is the box's.
#[test]
fn places_that_are_taken_stay() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 hold 1h
        block F S 18:00..19:00 box B1=18:00..18:30*5,B2=18:30..19:00*3
        publish S
        17:00 hold H1 ann S O in F/B2 -> opened W, held H1 at 100 until 18:00
        17:00 hold H2 bea S O in F/B2 -> held H2 at 100 until 18:00
        17:01 block F S 18:00..19:00 box B1=18:00..18:30*0,B2=18:30..19:00*1 -> refused invalid fulfilments[f].boxes[1].places BelowMin(2)
        books B1 free 5
        17:01 block F S 18:00..19:00 box B1=18:00..18:30*0,B2=18:30..19:00*2 -> pool B1, pool B2, block F
        books B2 held 2 free 0",
    );
}

/// A block without time boxes ends when it closes; until then it is first in line, then the next one is.
#[test]
fn no_block_that_is_over() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 hold 1h
        block F S 17:00..17:10
        block G S 18:00..19:00 box B1=18:00..19:00*1
        publish S
        17:09:59 hold H1 ann S O      -> opened W, held H1 at 100 until 18:09:59
        books B1 free 1
        17:10 hold H2 bea S O in F    -> refused places_full
        17:10 hold H2 bea S O         -> held H2 at 100 until 18:10
        books B1 held 1
        17:10 hold H3 cid S O         -> refused places_full",
    );
}

/// A basket was promised nothing: once the chosen time is over, it has to choose again.
#[test]
fn a_basket_takes_no_box_that_is_over() {
    for at in ["checkout", "payment"] {
        check(&format!(
            "pool P 9
            slot S 18:00..20:00
            offer O S P 100
            window W S public 17:00..18:00 at {at}
            block F S 17:00..19:00 box B1=17:00..17:10*5,B2=17:10..19:00*5
            block G S 17:00..17:20
            publish S
            17:00 hold H1 ann S O in F/B1   -> opened W, basket H1 at 100 until d1/17:00
            17:00 hold H2 bea S O in G      -> basket H2 at 100 until d1/17:00
            17:10 checkout H1               -> refused places_full
            17:10 confirm H1 R1 ann sandbox -> refused places_full
            17:20 confirm H2 R2 bea pickup  -> refused places_full
            books P free 9
            books B1 free 5"
        ));
    }
}

/// Whoever pays first must begin while the window is open, and gets nothing by a time that is over when the
/// provider says yes.
#[test]
fn first_who_pays_in_time() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 at payment
        block F S 17:00..19:00 box B1=17:00..17:10*5,B2=17:10..19:00*5
        publish S
        17:00 hold H1 ann S O in F/B1   -> opened W, basket H1 at 100 until d1/17:00
        17:00 hold H2 bea S O in F/B2   -> basket H2 at 100 until d1/17:00
        17:09 confirm H1 R1 ann sandbox -> confirming H1 100
        17:10 authorised H1 R1          -> lapsed H1 payment, unfilled R1
        step R1 void 100
        18:00 confirm H2 R2 bea sandbox -> closed W, refused window_closed 18:00
        books P free 9",
    );
}

/// A basket is looked at again: its slot may be withheld since, or an evening of its bundle be called off.
#[test]
fn a_basket_of_what_is_not_sold_any_more() {
    check(
        "pool P 9
        slot S 18:00..20:00
        slot T d1/18:00..d1/20:00
        offer O S P 100 slots T
        window W S public 17:00..18:00 at checkout
        publish S
        publish T
        17:00 hold H1 ann S O           -> opened W, basket H1 at 100 until d1/17:00
        17:01 call_off T                -> cancelled T
        17:02 checkout H1               -> refused slot_cancelled
        17:02 confirm H1 R1 ann pickup  -> refused slot_cancelled
        books P free 9",
    );
}

/// An organiser that takes no money at pickup is not paid then; cards and what is free go on.
#[test]
fn nobody_pays_at_pickup_where_that_is_not_taken() {
    let mut world = World::new();
    world.books.organiser.spec.at_pickup = false;
    for line in [
        "pool P 3",
        "slot S 18:00..20:00",
        "offer O S P 100",
        "offer G S P 0",
        "window W S public 17:00..20:00",
        "publish S",
        "17:00 hold H1 ann S O",
        "17:00 hold H2 bea S G",
    ] {
        world.line(line);
    }
    let mut said = |line| world.line(line).unwrap_or_default();
    assert_eq!(said("17:00 confirm H1 R1 ann pickup"), "refused method_unfit");
    assert_eq!(said("17:00 confirm H1 R1 ann card"), "confirming H1 100");
    assert_eq!(said("17:00 confirm H2 R2 bea free"), "order R2 0");
}
