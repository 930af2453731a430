//! What is written about orders: for whom they are, notes of the team, and telling once more.

use crate::table::check;

/// Whoever it is for counts for the limit from then on; whoever it was for may have more. The pass stays.
#[test]
fn edited() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 limit 2
        publish S
        17:00 hold H1 ann S O*2          -> opened W, held H1 at 200 until 17:08
        17:00 confirm H1 R1 ann pickup   -> order R1 200
        17:01 rewrite R1 ann                -> nothing
        17:01 rewrite R9 bea                -> refused unknown order
        17:01 rewrite R1 bea seen 2         -> refused version_stale 1
        17:01 rewrite R1 bea seen 1         -> edited R1 bea
        tally W ann 0
        tally W bea 2
        17:02 hold H2 ann S O            -> held H2 at 100 until 17:10
        17:02 confirm H2 R2 ann pickup   -> order R2 100
        17:03 rewrite R2 bea                -> refused buyer_limit 0
        17:03 rewrite R2 cid                -> edited R2 cid
        17:03 cancel R1                  -> cancelled R1 0
        tally W bea 0
        17:04 rewrite R1 dan                -> edited R1 dan
        tally W dan 0
        books P free 8 sold 1",
    );
}

/// What is sent needs an address still; what is fetched keeps none.
#[test]
fn edited_where_it_goes() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer G S P 0
        window W S public 17:00..18:00
        block D S 21:00..22:00 delivery
        publish S
        17:00 hold H1 ann S G in D               -> opened W, held H1 at 0 until 17:08
        17:00 confirm H1 R1 ann free to Lisboa   -> order R1 0
        17:01 rewrite R1 bea                        -> refused address_missing
        17:01 rewrite R1 bea to Porto               -> edited R1 bea
        17:01 rewrite R1 bea to Porto               -> nothing",
    );
}

/// Notes are for the team, told to nobody; what is told once more stays as it is, and what has ended is not.
#[test]
fn noted_and_resent() {
    check(
        "pool P 4
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00
        publish S
        17:00 hold H1 ann S O           -> opened W, held H1 at 100 until 17:08
        17:00 confirm H1 R1 ann pickup  -> order R1 100
        17:01 note R1 rings twice       -> noted R1 rings twice
        17:01 note R1                   -> refused invalid text Empty
        17:01 note R9 who               -> refused unknown order
        17:02 rewrite R1 ann seen 1        -> refused version_stale 2
        17:02 resend R1                 -> resent R1
        17:02 resend R1                 -> resent R1
        17:02 rewrite R1 bea seen 2        -> edited R1 bea
        17:03 cancel R1                 -> cancelled R1 0
        17:03 resend R1                 -> refused order_closed
        17:03 note R1 wants it now     -> noted R1 wants it now",
    );
}

/// Where the goods go is kept when the block that sent them is gone.
#[test]
fn edited_after_its_block_went() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer G S P 0
        window W S public 17:00..18:00
        block D S 21:00..22:00 delivery
        publish S
        17:00 hold H1 ann S G in D               -> opened W, held H1 at 0 until 17:08
        17:00 confirm H1 R1 ann free to Lisboa   -> order R1 0
        17:01 drop_block D                       -> removed D
        17:02 rewrite R1 ann                        -> nothing
        17:02 rewrite R1 ann to Porto               -> edited R1 ann",
    );
}
