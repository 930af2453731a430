//! Stock: what comes and goes, and what is counted.

use crate::table::check;

const SHOP: &str = "pool P 5
        pool Q 2
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00
        publish S
";

fn shop(lines: &str) {
    check(&format!("{SHOP}{lines}"));
}

/// Every movement moves once, and only what is there.
#[test]
fn movements() {
    shop(
        "17:00 stock P add 3 s1     -> opened W, added P 3
        17:00 stock P add 3 s1      -> nothing
        17:00 stock P add 4 s1      -> refused source_reused add 3
        17:00 stock Q add 3 s1      -> refused source_reused add 3
        17:00 stock P add 0 s1      -> refused source_reused add 3
        17:00 count P 9 v1 s1       -> refused source_reused add 3
        books P free 8
        17:00 stock P remove 9 s2   -> refused too_few_units 8
        17:00 stock P remove 2 s2   -> taken_out P 2
        17:00 stock P lose 1 s3     -> lost P 1
        17:00 stock P find 2 s4     -> refused too_few_units 1
        17:00 stock P find 1 s4     -> found P 1
        17:00 stock P >Q 4 s5       -> transferred P 4
        books P free 2
        books Q free 6
        17:00 stock P >Q 3 s6       -> refused too_few_units 2
        17:00 stock P >P 9 s6       -> refused invalid to Repeated
        17:00 stock P >NONE 1 s6    -> refused unknown pool
        17:00 stock P add 0 s6      -> refused invalid units BelowMin(1)
        17:00 stock Q add 10000000 s6 -> refused invalid units AboveMax(9999994)
        17:00 stock NONE add 1 s6   -> refused unknown pool
        17:01 hold H1 ann S O*2     -> held H1 at 200 until 17:09
        17:01 stock P lose 1 s7     -> refused too_few_units 0",
    );
}

/// A count that is right changes nothing; more is free; each count is taken in once and in order.
#[test]
fn counts() {
    shop(
        "17:00 hold H1 ann S O           -> opened W, held H1 at 100 until 17:08
        17:00 count P 5 v1 c1            -> counted P 5 expected 5 short 0
        17:00 count P 7 v2 c2            -> counted P 7 expected 5 short 0
        17:00 count P 7 v2 c2            -> nothing
        books P free 6 held 1
        17:00 count P 3 v2 c3            -> refused count_stale 2
        17:00 count P 10000001 v1 c3     -> refused invalid units AboveMax(10000000)
        17:00 count P 4 v3 c4            -> counted P 4 expected 7 short 0
        books P free 3 held 1",
    );
}

/// A deficit eats the buffer and what is free, then the newest unpaid holds, and never what was bought. Who
/// lost a hold is next in line.
#[test]
fn deficit() {
    check(
        "pool P 6 buffer 1
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 hold 50m
        publish S
        17:00 hold H1 ann S O            -> opened W, held H1 at 100 until 17:50
        17:00 confirm H1 R1 ann pickup   -> order R1 100
        17:01 hold H2 bea S O            -> held H2 at 100 until 17:51
        17:02 hold H3 cid S O            -> held H3 at 100 until 17:52
        17:03 hold H4 - S O              -> held H4 at 100 until 17:53
        17:04 confirm H2 R2 bea sandbox  -> confirming H2 100
        17:04 join E1 dan S O*2          -> joined E1
        17:05 count P 5 v1 c1            -> counted P 5 expected 6 short 0
        books P free 1 held 3 sold 1
        17:05 count P 4 v2 c2            -> counted P 4 expected 5 short 0
        books P held 3 sold 1
        17:06 count P 2 v3 c3            -> lapsed H4 deficit, lapsed H3 deficit, joined H3, counted P 2 expected 4 short 0
        books P held 1 sold 1
        17:07 count P 0 v4 c4            -> counted P 0 expected 2 short 2
        17:08 declined H2 R2             -> failed H2 until 17:51
        17:09 count P 5 v5 c5            -> counted P 5 expected 2 short 0, turn H3 until 17:14, passed E1",
    );
}

/// What a window was lent is counted where it lies: on the lender's shelf.
#[test]
fn counts_see_allotments() {
    check(
        "pool P 6
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 lent P:4
        publish S
        17:00 hold H1 ann S O*3   -> opened W, held H1 at 300 until 17:08
        17:01 count P 2 v1 c1     -> lapsed H1 deficit, joined H1, counted P 2 expected 6 short 0
        books P lent 2
        books W.P free 2
        18:00 pulse               -> left H1 windows_over, closed W
        books P free 2",
    );
}

/// Who comes after the windows are over does not wait for nothing.
#[test]
fn deficit_after_the_windows() {
    shop(
        "17:59 hold H1 ann S O*5 -> opened W, held H1 at 500 until 18:07
        18:01 count P 4 v1 c1    -> closed W, lapsed H1 deficit, counted P 4 expected 5 short 0
        books P free 4",
    );
}

/// A turn that a deficit took and a surplus gives back at the same instant is another turn.
#[test]
fn two_turns_at_one_instant() {
    check(
        "pool P 1
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00
        publish S
        17:00 hold H1 ann S O -> opened W, held H1 at 100 until 17:08
        17:00 join E1 bea S O -> joined E1
        17:01 release H1      -> released H1, turn E1 until 17:06
        17:01 count P 0 v1 a  -> lapsed E1! deficit, requeued E1, counted P 0 expected 1 short 0
        17:01 count P 1 v2 b  -> counted P 1 expected 0 short 0, turn E1 until 17:06
        17:01 release E1!     -> released E1!, left E1 declined",
    );
}
