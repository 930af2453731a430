//! Every refusal that the rules can give, and which of two that apply is given.

use std::collections::BTreeSet;

use dayshelf_core::limits::{BURST_SLOTS_USUAL, WINDOWS_MAX};
use dayshelf_core::refusal::Refusal;

use crate::table::run;

/// Refusals that are given where requests come in or where payments are made, not by the rules.
const OUTSIDE: [&str; 3] = ["key_reused", "key_in_flight", "payment_declined"];
/// What only plans are refused with is in `plans`.
const PLANS: [&str; 1] = ["needs_yes"];

const SHOP: &str = "pool P 4
    pool Q 1
    slot S 18:00..20:00
    slot D d1/18:00..d1/20:00
    slot T d1/18:00..d1/20:00
    offer O S P 100 max 3
    offer X S Q 10 with O
    offer Z S Q 10
    offer OD D P 100
    offer OT T P 100 key o
    list L eve
    code C vip
    window W S public 17:00..18:00 limit 3 extend 1 sells O,X
    window V S code:vip 17:30..17:40 sells O
    window WT T public 17:00..17:30
    block F S 21:00..22:00 box B1=21:00..22:00*2
    publish S
    publish T
";

/// There may be so many and not one more.
fn limit() -> Vec<&'static str> {
    let mut table = SHOP.to_owned();
    for n in 0..WINDOWS_MAX - 2 {
        table += &format!("window N{n} S code:c{n} 16:00..16:30\n");
    }
    table += "16:00 window N S code:n 16:00..16:30 -> ";
    let opened: Vec<String> = (0..WINDOWS_MAX - 2).map(|n| format!("opened N{n}, ")).collect();
    table += &format!("{}refused limit_reached", opened.concat());
    run(&table)
}

/// A credential that has gone wild.
fn wild() -> Vec<&'static str> {
    let mut table = "key K\n".to_owned();
    for n in 0..=BURST_SLOTS_USUAL {
        table += &format!("slot N{n} d2/10:00..d2/11:00\npublish N{n}\n");
    }
    for n in 0..BURST_SLOTS_USUAL {
        table += &format!("16:00 call_off N{n} by K -> cancelled N{n}\n");
    }
    let last = BURST_SLOTS_USUAL;
    run(&format!(
        "{table}
        16:00 call_off N{last} by K -> frozen K
        16:00 call_off N{last} by K -> refused credential_frozen"
    ))
}

/// Each code at least once.
#[test]
fn each_once() {
    let mut seen: BTreeSet<&str> = OUTSIDE.into_iter().chain(PLANS).collect();
    for table in [BUYERS, ORGANISER, MORE] {
        seen.extend(run(&format!("{SHOP}{table}")));
    }
    seen.extend(limit());
    seen.extend(wild());
    seen.extend(run("pool P 1
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00
        block F S 21:00..22:00 delivery
        publish S
        17:00 hold H1 ann S O             -> opened W, held H1 at 100 until 17:08
        17:00 confirm H1 R1 ann free      -> refused method_unfit
        17:00 confirm H1 R1 ann sandbox   -> refused address_missing"));
    seen.extend(run("pool P 1
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00
        cue C S 18:00
        publish S
        17:00 accept C                    -> opened W, refused nobody_assigned
        17:00 stock P lose 1 s            -> lost P 1
        17:00 hold H1 ann S O             -> refused not_offered unfulfillable"));
    seen.extend(run("pool P 1
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 lobby 1/10m/5m
        slot T 18:00..20:00
        window X T public 17:00..18:00
        publish S
        publish T
        16:49 number N0 - S               -> refused lobby_not_open 16:50
        16:50 number N1 - S               -> number W 0 ahead
        16:50 number N2 - T               -> refused no_lobby
        17:00 number N3 - S               -> opened W, opened X, number W 0 after
        17:00 hold H1 ann S O             -> refused number_needed
        17:00 hold H1 ann S O by N3       -> refused number_waits 17:01
        17:00 hold H1 ann S O by N1       -> held H1 at 100 until 17:08
        17:00 hold H2 ann S O by N1       -> refused number_used"));
    let all: BTreeSet<&str> = Refusal::CODES.iter().copied().collect();
    let never: Vec<_> = all.difference(&seen).collect();
    assert!(never.is_empty(), "no table is refused with {never:?}");
}

const BUYERS: &str = "
    16:59 hold H0 ann S O          -> refused window_not_open 17:00
    17:00 hold H0 ann NONE O       -> opened W, opened WT, refused unknown slot
    17:00 hold H0 ann S NONE       -> refused unknown offer
    17:00 hold H0 ann S OD         -> refused unknown offer
    17:00 hold H0 ann S O in NONE  -> refused unknown fulfilment
    17:00 hold H0 ann S O in F/P   -> refused unknown box
    17:00 hold H0 ann D OD         -> refused slot_not_published
    17:00 hold H0 ann S O code X   -> refused code_wrong
    17:00 hold H0 ann S Z          -> refused offer_not_in_window
    17:00 hold H0 ann S nothing    -> refused lines_out_of_bounds 20
    17:00 hold H0 ann S O+O        -> refused lines_out_of_bounds 20
    17:00 hold H0 ann S O*0        -> refused quantity_out_of_bounds 3
    17:00 hold H0 ann S O*4        -> refused quantity_out_of_bounds 3
    17:00 hold H0 ann S X          -> refused add_on_alone
    17:00 hold H1 ann S O*2        -> held H1 at 200 until 17:08
    17:00 hold H0 ann S O*2        -> refused buyer_limit 1
    17:00 hold H0 bea S O*3        -> refused too_few_left O 2
    17:00 hold H2 bea S O          -> held H2 at 100 until 17:08
    17:00 hold H0 cid S O          -> refused places_full
    17:00 checkout H1              -> refused hold_taken
    17:00 extend H1                -> extended H1 until 17:16
    17:00 extend H1                -> refused extensions_used 1
    17:00 extend H1 forged         -> refused secret_wrong
    17:00 confirm H1 R1 ann free   -> refused method_unfit
    17:00 confirm H1 R1 ann sandbox -> confirming H1 200
    17:00 release H1               -> refused hold_confirming
    17:00 authorised H1 R1         -> order R1 200
    17:00 release H1               -> refused hold_ended confirmed
    17:00 hold H9 eve S O*2 in F/B1 -> refused places_full
    17:00 join E1 cid S O          -> joined E1
    17:00 join E2 cid S O          -> refused already_waiting
    17:00 decline E1               -> refused no_turn
    17:00 leave NONE               -> refused entry_left
    17:00 stock P remove 3 s       -> refused too_few_units 1
    17:00 stock P remove 1 s       -> taken_out P 1
    17:00 hold H0 dan S O in F/B1  -> refused places_full
    17:00 release H2               -> released H2, turn E1 until 17:05
    17:00 join E3 dan S O*3        -> joined E3
    17:00 stock P remove 0 s2      -> refused invalid units BelowMin(1)
    17:01 move_order R1 D          -> refused slot_not_published
    17:02 hand R1 0 north          -> handed R1 0
    17:02 hand R1 0 south          -> refused already_redeemed north 17:02
    17:02 undo_hand R1 0           -> unhanded R1 0
    17:02 leave E1                 -> released E1!, left E1 declined, passed E3
    17:30 move_order R1 T          -> closed WT, opened V, passed E3, refused no_counterpart
    17:30 cancel R1                -> cancelled R1 0, turn E3 until 17:35
    17:30 cancel R1                -> refused order_closed
    18:00 hold H0 dan S O          -> lapsed E3!, requeued E3, closed V, left E3 windows_over, closed W, refused window_closed 18:00
";

const ORGANISER: &str = "
    16:00 window W S public 17:00..18:00 version 1 -> refused version_stale 8
    16:00 offer NEW S P 100 key o       -> refused name_taken
    16:00 pool NEW 3 key p              -> refused name_taken
    16:00 slot NEW 18:00..20:00 slug s  -> refused name_taken
    16:00 list NEW ann key l            -> refused name_taken
    16:00 code NEW vip text C           -> refused name_taken
    16:00 window NEW S public 16:00..16:30 key w -> refused name_taken
    16:00 block NEW S 21:00..22:00 key f -> refused name_taken
    16:00 pool P 4 version 9            -> refused version_stale 1
    16:00 pool NEW 4 version 9          -> refused unknown pool
    16:00 drop_pool P                   -> refused in_use offer
    16:00 drop_offer O                  -> refused in_use window
    16:00 pool P 0                      -> pool P
    16:00 count P 0 v3 c1               -> counted P 0 expected 0 short 0
    16:00 count P 1 v3 c1               -> refused source_reused count 0 v3
    16:00 count P 0 v2 c2               -> refused count_stale 3
    16:00 publish NONE                  -> refused unknown slot
    17:00 join E1 ann S O               -> opened W, opened WT, refused never_enough 0
    20:00 publish D                     -> closed WT, opened V, closed V, closed W, published D
    d2/20:00 publish T                  -> nothing
    d2/20:00 undo T                     -> refused nothing_to_undo
";

const MORE: &str = "
    16:00 call_off T                    -> cancelled T
    16:00 call_off T                    -> refused slot_cancelled
    16:00 offer OT T P 200 key o        -> refused slot_cancelled
    16:00 block F S 21:00..22:00        -> block F, removed B1
    17:00 join E1 ann S O               -> opened W, opened WT, refused units_free 4
    17:00 hold H1 ann T OT              -> refused slot_cancelled
    18:00 hold H0 dan S O               -> closed WT, opened V, closed V, closed W, refused window_closed 18:00
    18:00 window W S code:vip 19:00..20:00 -> window W
    18:00 hold H0 dan S O               -> refused not_admitted code_needed
    d2/20:00 publish D                  -> opened W, closed W, refused slot_over
    d2/20:00 pool NEW 10000001          -> refused invalid pools[new].units AboveMax(10000000)
";

/// What is wrong with one thing that an organiser wrote is said with its path.
#[test]
fn flaws() {
    drop(run(&format!(
        "{SHOP}
    offer BOTH S P 100
    16:00 window N S public 17:30..18:30        -> refused invalid windows[n].opens Overlaps(\"w\")
    16:00 window N S public 19:00..19:00        -> refused invalid windows[n].closes Inverted
    16:00 window N S code:x 16:00..16:30 hold 4s -> refused invalid windows[n].hold.for BelowMin(5)
    16:00 window N S code:x 16:00..16:30 hold 49h -> refused invalid windows[n].hold.for AboveMax(172800)
    16:00 window N S code:x 16:00..16:30 extend 6 -> refused invalid windows[n].hold.extensions AboveMax(5)
    16:00 window N S code:x 16:00..16:30 limit 0 -> refused invalid windows[n].hold.limit BelowMin(1)
    16:00 window N S code:x 16:00..16:30 drip 0/5m -> refused invalid windows[n].drip.units BelowMin(1)
    16:00 window N S code:x 16:00..16:30 lent P:1,P:2 -> refused invalid windows[n].allotments[1].pool Repeated
    16:00 window N S code:x 16:00..16:30 lent P:5 -> refused invalid windows[n].allotments[0].units AbovePool(Lacking {{ pool: \"p\", max: 4 }})
    16:00 window N S code:x 16:00..16:30 roll N  -> refused invalid windows[n].unsold Cycle
    16:00 window N S code:x 16:00..19:30 roll W  -> refused invalid windows[n].unsold RollsNowhere
    16:00 window N S code:x 16:00..16:30 roll WT -> refused unknown window
    16:00 window N S list:NONE 16:00..16:30      -> refused unknown list
    16:00 window N S code:x 16:00..16:30 sells OD -> refused unknown offer
    16:00 window N S code:Bad 16:00..16:30       -> refused invalid windows[n].audience.code NotASlug
    16:00 offer N S P 100/120                    -> refused invalid offers[n].ladder[1].from StepWithoutCondition
    16:00 offer N S P 100/17:10=120/17:10=130    -> refused invalid offers[n].ladder[2].from StepOutOfOrder
    16:00 offer N S P 100/#5=120/#5=130          -> refused invalid offers[n].ladder[2].after_units StepOutOfOrder
    16:00 offer N S P 17:10=120                  -> refused invalid offers[n].ladder NoFirstPrice
    16:00 offer N S P -1                         -> refused invalid offers[n].ladder[0].price.amount BelowMin(0)
    16:00 offer N S P*0 1                        -> refused invalid offers[n].recipe[0].units BelowMin(1)
    16:00 offer N S P+P 1                        -> refused invalid offers[n].recipe[1].pool Repeated
    16:00 offer N S P 1 max 0                    -> refused invalid offers[n].units_max BelowMin(1)
    16:00 offer N S P 1 with X                   -> refused invalid offers[n].with AddOnToAddOn
    16:00 offer O S P 100 with BOTH              -> refused invalid offers[o].with AddOnToAddOn
    16:00 offer N S P 1 with OT                  -> refused unknown offer
    16:00 offer N S NONE 1                       -> refused unknown pool
    16:00 pool N 1 borrows N                     -> refused invalid pools[n].borrows Cycle
    16:00 pool N 1 borrows P,P                   -> refused invalid pools[n].borrows[1] Repeated
    16:00 pool N 1 borrows P                     -> pool N
    16:00 pool P 4 borrows N                     -> refused invalid pools[p].borrows Cycle
    16:00 slot N 20:00..18:00                    -> refused invalid end Inverted
    16:00 slot N 18:00..20:00 slug Bad           -> refused invalid slug NotASlug
    16:00 block N S 22:00..21:00                 -> refused invalid fulfilments[n].closes Inverted
    16:00 block N S 21:00..22:00 box B9=21:30..21:00*1 -> refused invalid fulfilments[n].boxes[0].until Inverted
    16:00 block N S 21:00..22:00 box B9=20:59..21:30*1 -> refused invalid fulfilments[n].boxes[0].from OutsideBlock
    16:00 block N S 21:00..22:00 box B9=21:00..21:30*1,B8=21:30..22:01*1 -> refused invalid fulfilments[n].boxes[1].until OutsideBlock
    16:00 block N S 21:00..22:00 box B9=21:00..21:30*1,B8=21:00..22:00*1 -> pool B9, pool B8, block N
    16:00 block N S 21:00..22:00 box B1=21:00..21:30*1 -> refused unknown pool
    16:00 move S 20:00..18:00                    -> refused invalid end Inverted",
    )));
}

/// What is used is not removed, and what uses it is said.
#[test]
fn in_use() {
    drop(run(&format!(
        "{SHOP}
    window LW T list:L 18:00..19:00 lent Q:1
    window RW T code:vip 17:00..18:00 roll LW
    pool SUB 1 borrows P
    16:00 drop_list L     -> refused in_use window
    16:00 drop_window LW  -> refused in_use window
    16:00 drop_pool Q     -> refused in_use offer
    16:00 drop_offer Z    -> removed Z
    16:00 drop_offer X    -> refused in_use window
    16:00 window W S public 17:00..18:00 -> window W
    16:00 drop_offer O    -> refused in_use window
    16:00 drop_offer X    -> removed X
    16:00 drop_pool Q     -> refused in_use window
    16:00 window LW T list:L 18:00..19:00 lent Q:0 -> window LW
    16:00 drop_pool Q     -> refused in_use window
    16:00 window LW T list:L 18:00..19:00 -> window LW, removed LW.Q
    16:00 drop_pool Q     -> removed Q
    17:00 hold H1 ann S O -> opened W, opened WT, opened RW, held H1 at 100 until 17:08
    17:00 drop_window W   -> refused in_use hold
    17:00 drop_block F    -> refused in_use hold
    17:00 confirm H1 R1 ann pickup -> order R1 100
    17:00 drop_window W   -> refused in_use order
    17:00 drop_block F    -> refused in_use order
    17:00 block F S 21:00..22:00 -> refused in_use order"
    )));
}

/// Two reasons at once: the one that stands earlier in the list is said.
#[test]
fn precedence() {
    drop(run(&format!(
        "{SHOP}
    16:00 hold H0 ann D NONE           -> refused unknown offer
    16:00 hold H0 ann S O code X in NONE -> refused unknown fulfilment
    16:00 hold H0 ann D OD code X      -> refused slot_not_published
    16:00 hold H0 ann S O code X       -> refused code_wrong
    16:00 hold H0 ann S O*0 code X     -> refused quantity_out_of_bounds 3
    16:00 hold H0 ann S O*0            -> refused quantity_out_of_bounds 3
    16:00 hold H0 ann S O*4            -> refused quantity_out_of_bounds 3
    16:00 hold H0 ann D OD*4000000000  -> refused quantity_out_of_bounds 100
    16:00 hold H0 ann S nothing        -> refused lines_out_of_bounds 20
    16:00 hold H0 ann S X              -> refused add_on_alone
    16:00 join E0 ann S O*0            -> refused quantity_out_of_bounds 3
    16:00 join E0 ann S O              -> refused window_not_open 17:00
    16:00 hold H0 ann S O              -> refused window_not_open 17:00
    17:00 hold H0 ann S Z+Z            -> opened W, opened WT, refused lines_out_of_bounds 20
    17:00 hold H0 ann S X+X*0          -> refused lines_out_of_bounds 20
    17:00 hold H0 ann S X*200          -> refused quantity_out_of_bounds 100
    17:00 hold H0 ann S X+O*9          -> refused quantity_out_of_bounds 3
    17:00 hold H0 ann S O*3+X*2        -> refused buyer_limit 3
    17:00 hold H1 bea S O              -> held H1 at 100 until 17:08
    17:00 hold H2 cid S O              -> held H2 at 100 until 17:08
    17:00 hold H0 bea S O*3            -> refused buyer_limit 2
    17:00 hold H0 dan S O*3            -> refused places_full
    17:00 confirm H1 R1 cid free       -> refused method_unfit
    17:00 confirm NONE R1 cid free     -> refused unknown hold
    17:00 confirm H1 R1 cid free forged -> refused secret_wrong
    17:00 join E1 dan S NONE           -> refused unknown offer
    17:00 join E1 dan S Z*200          -> refused quantity_out_of_bounds 100
    17:00 join E1 dan S Z              -> refused offer_not_in_window
    17:00 join E1 dan S X              -> refused add_on_alone
    17:00 join E1 dan S O*3            -> joined E1
    17:00 confirm H1 R1 bea pickup     -> order R1 100
    17:00 cancel R1 9 forged           -> refused unknown line
    17:00 cancel R1 0,0 forged         -> refused secret_wrong
    17:00 move_order R1 NONE forged    -> refused unknown slot
    17:00 move_order R1 D forged       -> refused secret_wrong
    17:00 pool P 10000001 version 9    -> refused version_stale 1
    17:00 pool N 10000001 key p        -> refused name_taken
    17:00 pool N 10000001 borrows NONE -> refused unknown pool
    17:00 slot N 20:00..18:00 slug s   -> refused name_taken
    17:00 offer N S P -1 key o         -> refused name_taken
    17:00 offer N S NONE -1 key o      -> refused unknown pool
    17:00 window N S public 18:00..17:00 key w -> refused name_taken
    17:00 window N S list:NONE 18:00..17:00 key w -> refused unknown list
    17:00 block N S 22:00..21:00 key f -> refused name_taken
    17:00 list N ann key l             -> refused name_taken
    17:00 stock P >NONE 0 s            -> refused unknown pool
    17:00 stock P >P 99 s              -> refused invalid to Repeated
    17:00 count P 3 v5 c               -> counted P 3 expected 4 short 0
    17:00 count P 10000001 v4 d        -> refused invalid units AboveMax(10000000)
    17:00 call_off T                   -> cancelled T
    17:00 window WT T public 18:00..17:00 -> refused invalid windows[wt].closes Inverted
    17:00 drop_window WT version 1     -> refused version_stale 5
    17:00 offer OT T P -1 key o        -> refused invalid offers[o].ladder[0].price.amount BelowMin(0)"
    )));
}
