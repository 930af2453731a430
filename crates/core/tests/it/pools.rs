//! Pools and recipes: what a demand draws on, in which order, what is left for the next, and what is kept together.

use crate::table::check;

/// Demand is summed per pool over all lines, bundles included: six and six are not ten.
#[test]
fn demand_is_summed_over_lines() {
    check(
        "pool P 10
        slot S 18:00..20:00
        offer O S P 100
        offer X S P*3 250
        window W S public 17:00..18:00
        publish S
        17:00 hold H1 ann S O*6+X*2 -> opened W, refused too_few_left X 3
        17:00 hold H2 ann S O*4+X*2 -> held H2 at 900 until 17:08
        books P held 10
        17:00 hold H3 ann S O -> refused too_few_left O 0",
    );
}

/// A pool borrows in the stated order, and what was borrowed goes back to where it came from.
#[test]
fn borrows_in_order() {
    check(
        "pool C 2
        pool B 2
        pool A 2 borrows B,C
        slot S 18:00..20:00
        offer O S A 100
        window W S public 17:00..18:00
        publish S
        left W O 6
        17:00 hold H1 ann S O*3 -> opened W, held H1 at 300 until 17:08
        books A held 2
        books B free 1 held 1
        books C free 2
        17:01 hold H2 bea S O*3 -> held H2 at 300 until 17:09
        books C held 2
        17:02 release H1        -> released H1
        books A free 2
        books B free 1 held 1
        17:02 hold H3 ann S O*4 -> refused too_few_left O 3",
    );
}

/// A lender's buffer is kept back from those who borrow too.
#[test]
fn buffer_is_kept_back() {
    check(
        "pool B 5 buffer 3
        pool A 1 borrows B
        slot S 18:00..20:00
        offer O S A 100
        window W S public 17:00..18:00
        publish S
        17:00 hold H1 ann S O*4 -> opened W, refused too_few_left O 3
        17:00 hold H2 ann S O*3 -> held H2 at 300 until 17:08
        books B free 3 held 2",
    );
}

/// What was lent to a window is for that window alone, and it sells nothing else.
#[test]
fn allotments_are_apart() {
    check(
        "pool P 10 buffer 1
        slot S 18:00..20:00
        offer O S P 100
        code C vip
        window A S public 17:00..18:00
        window V S code:vip 17:00..18:00 lent P:4
        publish S
        books P free 6 lent 4
        left V O 4
        left A O 5
        window V S code:vip 17:00..18:00 lent P:9
        left V O 9
        left A O 0
        window V S code:vip 17:00..18:00 lent P:2
        books P free 8 lent 2
        17:00 window V S code:vip 17:00..18:00 lent P:10 -> opened A, opened V, refused invalid windows[v].allotments[0].units AbovePool(Lacking { pool: \"p\", max: 9 })
        17:00 hold H1 ann S O*2 code C -> held H1 at 200 until 17:08
        17:00 window V S code:vip 17:00..18:00 lent P:1 -> refused too_few_units 0
        17:01 release H1 -> released H1
        17:01 drop_window V -> removed V, removed V.P
        books P free 10",
    );
}

/// Stock, seat and pickup place: all or nothing, also over several slots.
#[test]
fn recipes_and_bundles() {
    check(
        "pool P 10
        pool SEAT 2
        pool OTHER 1
        slot T d1/18:00..d1/20:00
        slot S 18:00..20:00
        offer O S P+SEAT 100
        offer B S SEAT+OTHER 150 slots T
        window W S public 17:00..18:00
        block F S 21:00..22:00 box B1=21:00..21:30*1,B2=21:30..22:00*1
        publish S
        publish T
        17:00 hold H1 ann S O in F/B1    -> opened W, held H1 at 100 until 17:08
        books B1 held 1
        17:00 hold H2 bea S O in F/B1    -> refused places_full
        17:00 hold H3 bea S O+B          -> refused too_few_left B 1
        17:00 hold H4 bea S B in F       -> held H4 at 150 until 17:08
        books B2 held 1
        books OTHER held 1
        books SEAT held 2
        17:01 hold H5 cid S O            -> refused places_full
        17:02 release H4                 -> released H4
        books OTHER free 1
        books B2 free 1
        17:03 confirm H1 R1 ann pickup   -> order R1 100
        books B1 sold 1
        17:04 cancel R1                  -> cancelled R1 0
        books B1 free 1
        books P free 10",
    );
}

/// A bundle is not sold any more when one of its slots was called off.
#[test]
fn bundle_over_a_cancelled_slot() {
    check(
        "pool P 10
        slot T d1/18:00..d1/20:00
        slot S 18:00..20:00
        offer B S P 150 slots T
        window W S public 17:00..18:00
        publish S
        publish T
        17:00 call_off T      -> opened W, cancelled T
        17:00 hold H1 ann S B -> refused slot_cancelled",
    );
}

/// Nor is it anybody's turn, nor where an order can go to.
#[test]
fn no_turn_and_no_move_to_a_bundle_that_is_over() {
    check(
        "pool P 1
        pool Q 9
        slot T 17:10..17:30
        slot S 18:00..20:00
        slot U 18:00..20:00
        offer B S P 150 key pair slots T
        offer O S P 100
        offer V U Q 150 key pair
        window W S public 17:00..18:00 hold 1h
        window X U public 17:00..18:00 hold 1h
        publish S
        publish T
        publish U
        17:00 hold H1 ann S O         -> opened W, opened X, held H1 at 100 until 18:00
        17:00 join E1 bea S B         -> joined E1
        17:00 join E2 cid S O         -> joined E2
        17:01 hold H2 dan U V         -> held H2 at 150 until 18:01
        17:01 confirm H2 R2 dan pickup -> order R2 150
        17:30 release H1              -> released H1, turn E2 until 17:35
        17:31 confirm E2! R1 cid pickup -> order R1 100, left E2 served
        17:32 move_order R2 S          -> refused slot_over",
    );
}

/// A bundle is sold while every slot that it admits to is on the calendar and not over.
#[test]
fn bundle_over_a_draft_and_a_slot_that_ended() {
    check(
        "pool P 10
        slot T 17:10..17:30
        slot U d1/18:00..d1/20:00
        slot S 18:00..20:00
        offer B S P 150 slots T
        offer C S P 150 slots T,U
        offer O S P 100
        window W S public 17:00..18:00 hold 1h
        publish S
        17:00 hold H1 ann S B      -> opened W, refused slot_not_published
        17:00 join E1 ann S B      -> refused slot_not_published
        17:01 publish T            -> published T
        17:02 hold H1 ann S C      -> refused slot_not_published
        17:29:59 hold H1 ann S B   -> held H1 at 150 until 18:29:59
        17:30 hold H2 bea S B      -> refused slot_over
        17:30 hold H2 bea S O+B    -> refused slot_over
        17:30 hold H2 bea S C      -> refused slot_not_published
        17:30 join E2 bea S B      -> refused slot_over
        17:30 hold H2 bea S O      -> held H2 at 100 until 18:30
        books P free 8 held 2",
    );
}

/// Two parts that borrow from one lender are not promised the same unit twice.
#[test]
fn shared_lender() {
    check(
        "pool L 3
        pool A 1 borrows L
        pool B 1 borrows L
        slot S 18:00..20:00
        offer O S A+B 100
        window W S public 17:00..18:00
        publish S
        left W O 2
        17:00 hold H1 ann S O*3 -> opened W, refused too_few_left O 2
        17:00 hold H2 ann S O*2 -> held H2 at 200 until 17:08
        books L free 1 held 2",
    );
}

/// Units that come from a smaller buffer or a new lender are seen by those who wait.
#[test]
fn more_without_a_move() {
    check(
        "pool L 1
        pool P 2 buffer 1
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 hold 1h
        publish S
        17:00 hold H1 ann S O -> opened W, held H1 at 100 until 18:00
        17:00 join E1 bea S O -> joined E1
        17:00 join E2 cid S O -> joined E2
        17:01 pool P 2        -> pool P, turn E1 until 17:06
        17:02 pool P 2 borrows L -> pool P, turn E2 until 17:07",
    );
}

/// A buyer keeps no add-on of what they give back, as none would have been sold to them alone; the organiser may leave
/// it to them.
#[test]
fn no_add_on_is_kept_alone() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        offer X S P 30 with O
        window W S public 17:00..18:00
        publish S
        17:00 hold H1 ann S O*2+X        -> opened W, held H1 at 230 until 17:08
        17:01 confirm H1 R1 ann pickup   -> order R1 230
        17:02 cancel R1 0                -> refused add_on_alone
        17:03 cancel R1 0,1              -> cancelled R1 0 1
        17:04 hold H2 ann S O+X          -> held H2 at 130 until 17:12
        17:04 confirm H2 R2 ann pickup   -> order R2 130
        17:05 cancel R2 0 organiser      -> cancelled R2 0
        17:06 cancel R2 1                -> cancelled R2 1
        books P free 9",
    );
}
