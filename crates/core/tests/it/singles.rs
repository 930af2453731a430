//! Single edits of windows, offers, fulfilment and pools: by the same policy as a change of their slot.

use crate::table::check;

const SHOP: &str = "key K
    pool P 4
    slot S d1/18:00..d1/20:00
    offer O S P 100
    window W S public 12:00..d1/18:00 hold 30m
    block F S d1/21:00..d1/22:00 box B1=d1/21:00..d1/21:30*2,B2=d1/21:30..d1/22:00*2
    block G S d2/10:00..d2/12:00
    publish S
";

/// What destroys nothing is done, and nobody hears of it.
#[test]
fn done_at_once() {
    check(&format!(
        "{SHOP}
        11:00 window W S public 13:00..d1/18:00 hold 30m asked S       -> window W
        11:00 window W S public 13:00..d1/18:00 hold 30m asked S       -> nothing
        11:00 window W S public 10:00..d1/18:00 hold 30m asked S       -> window W
        11:01 pulse                                                    -> opened W
        11:01 window X S public d1/19:00..d1/20:00 asked S             -> window X
        11:01 window X S public d1/19:00..d1/20:00 version new asked S -> refused version_stale 9
        11:01 offer O S P 120 asked S                                  -> offer O
        11:02 block G S d2/14:00..d2/15:00 asked S                     -> block G
        11:02 drop_window X asked S                                    -> removed X
        11:03 drop_block G asked S                                     -> removed G
        11:03 pool P 2 asked S                                         -> pool P
        11:04 window W S public 10:00..11:04 hold 30m asked S          -> window W
        11:05 drop_window X asked S                                    -> closed W, refused unknown window"
    ));
}

/// A window that closes on people who hold in it waits; with nobody in it, it closes.
#[test]
fn a_window_closes_on_its_holds() {
    check(&format!(
        "{SHOP}
        13:00 hold H1 ann S O                                          -> opened W, held H1 at 100 until 13:30
        13:01 window W S public 12:00..13:01 hold 30m                  -> refused needs_yes across w open>closed
        13:01 window W S public 12:00..13:01 hold 30m asked S          -> waits S across w open>closed
        13:01 window W S public 14:00..d1/18:00 hold 30m asked S       -> overtaken S, waits S across w open>ahead
        13:02 no S                                                     -> declined S
        13:02 window W S public 12:00..13:01 hold 30m asked S          -> waits S across w open>closed
        13:03 yes S                                                    -> granted S, window W
        13:04 release H1 ann                                           -> closed W, released H1"
    ));
}

/// A pickup that somebody bought for and that would not overlap with what it was waits, and so does one that goes;
/// what was never chosen is as its author likes.
#[test]
fn a_promised_pickup() {
    check(&format!(
        "{SHOP}
        17:00 hold H1 ann S O in G                                     -> opened W, held H1 at 100 until 17:30
        17:00 confirm H1 R1 ann pickup                                 -> order R1 100
        17:01 block G S d2/12:00..d2/14:00 asked S                     -> waits S promise G
        17:01 block G S d2/12:00..d2/14:00                             -> refused needs_yes promise G
        17:01 drop_block G asked S                                     -> overtaken S, waits S promise G
        17:01 drop_block G                                             -> refused needs_yes promise G
        17:01 block F S d3/21:00..d3/22:00 box B1=d3/21:00..d3/21:30*2 asked S -> block F, removed B2
        17:02 yes S                                                    -> granted S, tells S 17:05, removed G
        17:05 pulse                                                    -> told S #1 d1/18:00 saw d1/18:00 G=d2/10:00..d2/12:00stall until 17:02"
    ));
}

/// A part that is otherwise by now takes what was to become of it along: a yes to that would take it back unseen.
#[test]
fn a_later_edit_of_the_same_part() {
    check(&format!(
        "{SHOP}
        13:00 hold H1 ann S O                                          -> opened W, held H1 at 100 until 13:30
        13:00 confirm H1 R1 ann pickup                                 -> order R1 100
        13:01 pool P 0 asked S                                         -> waits S below P 1 short 1
        13:01 window W S public 12:00..d1/17:00 hold 30m asked S       -> window W
        13:02 pool P 3 asked S                                         -> overtaken S, pool P
        13:03 yes S                                                    -> refused unknown confirmation"
    ));
}

/// Who bought for a pickup that is elsewhere by itself hears of it, once, after the quiet time; who bought for
/// another hears nothing, nor does anybody where it is taken back.
#[test]
fn told_of_a_pickup() {
    check(&format!(
        "{SHOP}
        17:00 hold H1 ann S O in G                                     -> opened W, held H1 at 100 until 17:30
        17:00 confirm H1 R1 ann pickup                                 -> order R1 100
        17:00 hold H2 bea S O in F/B1                                  -> held H2 at 100 until 17:30
        17:01 confirm H2 R2 bea pickup                                 -> order R2 100
        17:01 hold H3 cid S O in G                                     -> held H3 at 100 until 17:31
        17:02 block G S d2/11:00..d2/12:30 asked S                     -> tells S 17:05, block G
        17:03 block G S d2/10:00..d2/12:00 asked S                     -> block G
        17:05 pulse                                                    -> nothing
        17:06 block G S d2/10:00..d2/12:00 at gate asked S             -> tells S 17:09, block G
        17:07 confirm H3 R3 cid pickup                                 -> order R3 100
        17:08 block G S d2/10:30..d2/12:00 at gate asked S             -> tells S 17:11, block G
        17:11 pulse                                                    -> told S #1 d1/18:00 G=d2/10:30..d2/12:00gate saw d1/18:00 G=d2/10:00..d2/12:00stall until 17:06 + d1/18:00 G=d2/10:00..d2/12:00gate until 17:08
        17:12 block G S d2/10:00..d2/12:00 at gate tell nobody asked S -> block G
        17:20 pulse                                                    -> nothing
        17:20 block F S d1/21:00..d1/22:00 box B1=d1/21:10..d1/21:30*2,B2=d1/21:30..d1/22:00*2 tell now asked S -> tells S 17:20, block F, told S #2 d1/18:00 G=d2/10:00..d2/12:00gate B1=d1/21:10..d1/21:30stall saw d1/18:00 G=d2/10:30..d2/12:00gate B1=d1/21:00..d1/21:30stall until 17:12"));
}

/// A pool below what is held and sold waits as the same change of its slot does; its other fields come along.
#[test]
fn a_pool_below_what_is_sold() {
    check(&format!(
        "{SHOP}
        17:00 hold H1 ann S O*2 in G                                   -> opened W, held H1 at 200 until 17:30
        17:00 confirm H1 R1 ann pickup                                 -> order R1 200
        17:00 hold H2 bea S O in G                                     -> held H2 at 100 until 17:30
        17:01 pool P 1                                                 -> refused too_few_units 1
        17:01 pool P 1 version 9 asked S                               -> refused version_stale 1
        17:01 pool P 1 buffer 1 asked S                                -> waits S below P 2 short 1
        17:01 pool P 1 buffer 1 asked S                                -> nothing
        17:02 yes S                                                    -> granted S, lapsed H2 deficit, joined H2, pool P
        17:02 pool Q 1 asked S                                         -> refused unknown pool
        books P sold 2"
    ));
}

/// What waits is not done to what is gone meanwhile.
#[test]
fn what_is_gone_stays_gone() {
    check(&format!(
        "{SHOP}
        17:00 hold H1 ann S O in G                                     -> opened W, held H1 at 100 until 17:30
        17:01 block G S d2/12:00..d2/14:00 asked S                     -> waits S promise G
        17:02 release H1 ann                                           -> released H1
        17:02 drop_block G asked S                                     -> overtaken S, removed G
        17:03 yes S                                                    -> refused unknown confirmation"
    ));
}

/// A program that takes slots apart is stopped as one that moves them is; ten parts are as one slot.
#[test]
fn taken_apart() {
    let mut table = SHOP.replace("publish S", "");
    for n in 0..21 {
        table += &format!("slot N{n} d2/10:00..d2/11:00\npublish N{n}\n");
        for m in 0..10 {
            table += &format!("block N{n}-{m} N{n} d2/11:0{m}..d2/12:00\n");
        }
    }
    for n in 0..20 {
        for m in 0..10 {
            table += &format!("11:00 drop_block N{n}-{m} by K asked N{n} -> removed N{n}-{m}\n");
        }
    }
    check(&format!(
        "{table}
        11:01 block N20-1 N20 d2/11:00..d2/12:30 by K asked N20        -> block N20-1
        11:01 drop_block G by K asked S                                -> removed G
        11:01 drop_block N20-0 by K asked N20                          -> frozen K
        11:01 block N20-1 N20 d2/11:00..d2/12:00 by K asked N20        -> refused credential_frozen
        11:01 drop_block N20-0 asked N20                               -> removed N20-0"
    ));
}
