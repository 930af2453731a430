//! Ladders: the price over time, over units, over both; fixed when the hold is made.

use crate::table::check;

/// A step begins at its instant, and who held before keeps the price of then.
#[test]
fn by_time() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100/17:10=150/17:20=200
        window W S public 17:00..18:00 hold 30m
        publish S
        17:09:59 hold H1 ann S O -> opened W, held H1 at 100 until 17:39:59
        17:10 hold H2 bea S O    -> step O 1, held H2 at 150 until 17:40
        17:25 confirm H1 R1 ann pickup -> step O 2, order R1 100
        17:25 hold H3 bea S O*2  -> held H3 at 400 until 17:55",
    );
}

/// A step begins with the unit after so many were taken; what comes back makes it cheap again.
#[test]
fn by_units() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100/#2=150
        window W S public 17:00..18:00 hold 10m
        publish S
        17:00 hold H1 ann S O   -> opened W, held H1 at 100 until 17:10
        17:00 hold H2 bea S O*2 -> held H2 at 200 until 17:10
        17:00 hold H3 bea S O   -> held H3 at 150 until 17:10
        17:01 release H2        -> released H2
        17:01 release H1        -> released H1
        17:02 hold H4 cid S O   -> held H4 at 100 until 17:12
        17:02 confirm H3 R3 bea pickup -> order R3 150
        17:03 hold H5 cid S O   -> held H5 at 150 until 17:13",
    );
}

/// By time or by units, whichever comes first; the last step that has begun is the price.
#[test]
fn by_both() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100/17:10#2=150/17:30=120
        window W S public 17:00..18:00 hold 30m
        publish S
        17:00 hold H1 ann S O*2 -> opened W, held H1 at 200 until 17:30
        17:01 hold H2 bea S O   -> held H2 at 150 until 17:31
        17:02 release H1        -> released H1
        17:03 hold H3 bea S O   -> held H3 at 100 until 17:33
        17:10 hold H4 bea S O   -> step O 1, held H4 at 150 until 17:40
        17:30 hold H5 bea S O   -> step O 2, held H5 at 120 until 18:00",
    );
}

/// A basket has the price of its making, also when its units are taken later.
#[test]
fn baskets_keep_their_price() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100/17:10=150
        window W S public 17:00..18:00 at checkout
        publish S
        17:00 hold H1 ann S O -> opened W, basket H1 at 100 until d1/17:00
        17:20 checkout H1     -> step O 1, taken H1 until 17:28
        17:21 confirm H1 R1 ann pickup -> order R1 100",
    );
}

/// A step that has begun is told once, however often its offer is changed afterwards.
#[test]
fn a_step_begins_once() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100/17:10=150/17:20=200
        window W S public 17:00..18:00 drip 1/60s
        publish S
        17:01:30 pulse -> opened W, drip W
        17:12 pulse -> drip W, drip W, drip W, drip W, drip W, drip W, drip W, drip W, step O 1, drip W, drip W, drip W
        17:12 offer O S P 100/17:10=150/17:20=200 max 3 -> offer O
        17:12 window W S public 17:00..17:30 drip 1/60s -> window W
        17:12:59 pulse -> nothing
        17:13 pulse -> drip W",
    );
}

/// A step that an edit lays into the past has begun with the edit, and nothing is told of it later: not by a node
/// that ran on, and not by one that was started anew. One that is laid into the future again begins again.
#[test]
fn a_step_laid_into_the_past() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100/17:30=150/17:50=200
        window W S public 17:00..19:00 hold 10m
        publish S
        17:20 offer O S P 100/17:10=150/17:50=200 -> opened W, offer O
        17:20 hold H1 ann S O  -> held H1 at 150 until 17:30
        17:25 pulse            -> nothing
        17:25 offer N S P 100/17:10=150 -> offer N
        17:26 pulse            -> nothing
        17:50 pulse            -> lapsed H1, step O 2
        17:51 offer O S P 100/17:10=150/18:05=200 -> offer O
        18:05 pulse            -> step O 2",
    );
}
