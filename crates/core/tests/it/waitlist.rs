//! The waitlist: whose turn it is, and what is set aside.

use crate::table::check;

const LINE: &str = "pool P 4
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 hold 30m
        publish S
";

fn line(lines: &str) {
    check(&format!("{LINE}{lines}"));
}

/// Nobody waits for what is there; what comes back is the first waiter's in the same decision.
#[test]
fn join_and_turn() {
    line(
        "17:00 join E0 ann S O*4        -> opened W, refused units_free 4
        17:00 hold H1 ann S O*3         -> held H1 at 300 until 17:30
        17:00 join E1 bea S O*2         -> joined E1
        17:00 join E2 cid S O           -> refused units_free 1
        17:00 hold H2 cid S O           -> held H2 at 100 until 17:30
        17:00 join E3 dan S O           -> joined E3
        17:00 join E4 dan S O           -> refused already_waiting
        17:01 release H1                -> released H1, turn E1 until 17:06, turn E3 until 17:06
        17:01 hold H3 eve S O           -> refused too_few_left O 0
        books P held 4
        17:02 confirm E1! R1 bea pickup -> order R1 200, left E1 served
        17:02 leave E1                  -> refused entry_left
        17:02 decline E3                -> released E3!, left E3 declined
        books P free 1 held 1 sold 2",
    );
}

/// A turn that lapses goes to the next; its entry comes once more, behind, and then no more.
#[test]
fn lapsed_turns() {
    line(
        "17:00 hold H1 ann S O*4 -> opened W, held H1 at 400 until 17:30
        17:00 join E1 bea S O*4 -> joined E1
        17:00 join E2 cid S O*4 -> joined E2
        17:01 release H1        -> released H1, turn E1 until 17:06
        17:02 extend E1!        -> refused extensions_used 0
        17:06 pulse             -> lapsed E1!, requeued E1, turn E2 until 17:11
        17:11 pulse             -> lapsed E2!, requeued E2, turn E1 until 17:16
        17:16 pulse             -> lapsed E1!, left E1 missed, turn E2 until 17:21
        17:21 pulse             -> lapsed E2!, left E2 missed
        books P free 4",
    );
}

/// Leaving gives up a place or a turn; only the waiter or the organiser may.
#[test]
fn leave() {
    line(
        "17:00 hold H1 ann S O*4  -> opened W, held H1 at 400 until 17:30
        17:00 join E1 bea S O*4   -> joined E1
        17:00 join E2 cid S O*4   -> joined E2
        17:00 decline E2          -> refused no_turn
        17:00 leave E2 forged     -> refused secret_wrong
        17:01 leave E1            -> left E1 withdrew
        17:01 release H1          -> released H1, turn E2 until 17:06
        17:02 leave E2 organiser  -> released E2!, left E2 declined
        books P free 4",
    );
}

/// There is no turn after the window's end, and nobody stays in a line that nothing serves.
#[test]
fn the_end_of_the_window() {
    line(
        "17:00 hold H1 ann S O*4        -> opened W, held H1 at 400 until 17:30
        17:00 join E1 bea S O*3         -> joined E1
        17:00 join E2 cid S O*4         -> joined E2
        17:29 extend H1                 -> refused extensions_used 0
        17:30 pulse                     -> lapsed H1, turn E1 until 17:35, passed E2
        17:31 confirm E1! R1 bea sandbox -> confirming E1! 300
        17:58 called_off E1! R1         -> calling_off E1!, lapsed E1! payment, requeued E1, turn E2 until 18:00
        18:00 pulse                     -> left E1 windows_over, closed W, lapsed E2!, left E2 windows_over
        books P free 4",
    );
}

/// A payment that outlives the last window does not put its waiter back in line.
#[test]
fn a_turn_that_ends_after_the_windows() {
    line(
        "17:00 hold H1 ann S O*4         -> opened W, held H1 at 400 until 17:30
        17:00 join E1 bea S O            -> joined E1
        17:30 pulse                      -> lapsed H1, turn E1 until 17:35
        17:31 confirm E1! R1 bea sandbox -> confirming E1! 100
        17:50 pulse                      -> calling_off E1!
        18:00 pulse                      -> closed W
        18:01 called_off E1! R1          -> lapsed E1! payment, left E1 windows_over
        books P free 4",
    );
}

/// A later window keeps the line, and serves it when it opens.
#[test]
fn the_next_window_serves() {
    check(
        "pool P 1
        slot S 18:00..20:00
        offer O S P 100
        window A S public 17:00..17:30 hold 20m
        window B S public 17:40..18:00
        publish S
        17:20 hold H1 ann S O -> opened A, held H1 at 100 until 17:40
        17:20 join E1 bea S O -> joined E1
        17:30 pulse           -> closed A
        17:35 release H1      -> released H1
        17:36 hold H2 cid S O -> refused window_not_open 17:40
        17:40 hold H3 cid S O -> opened B, turn E1 until 17:45, refused too_few_left O 0",
    );
}

/// The lottery serves by lot, not by time; a requeued entry comes after all who had no turn.
#[test]
fn lottery() {
    check(
        "pool P 1
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 lottery
        publish S
        17:00 hold H1 ann S O       -> opened W, held H1 at 100 until 17:08
        17:00 join E1 bea S O lot 9 -> joined E1
        17:00 join E2 cid S O lot 3 -> joined E2
        17:08 pulse                 -> lapsed H1, turn E2 until 17:13
        17:13 pulse                 -> lapsed E2!, requeued E2, turn E1 until 17:18",
    );
}

/// With the announcement all are told of all offers that came back, and the units are free for all.
#[test]
fn announce() {
    check(
        "pool P 2
        pool Q 1
        slot S 18:00..20:00
        offer O S P 100
        offer X S Q 100
        window W S public 17:00..18:00 announce
        publish S
        17:00 hold H1 ann S O*2+X -> opened W, held H1 at 300 until 17:08
        17:00 join E1 bea S O     -> joined E1
        17:00 join E2 cid S X     -> joined E2
        17:01 release H1          -> released H1, told O 2, told X 1
        17:01 stock Q add 1 s1    -> added Q 1, told X 2
        17:02 hold H2 dan S O     -> held H2 at 100 until 17:10",
    );
}

/// Who asks for more than came back is passed over three times; then units are gathered for them, and they
/// are shown and sold to nobody.
#[test]
fn groups_are_gathered() {
    line(
        "17:00 hold H1 ann S O         -> opened W, held H1 at 100 until 17:30
        17:00 hold H2 ann S O          -> held H2 at 100 until 17:30
        17:00 hold H3 ann S O          -> held H3 at 100 until 17:30
        17:00 hold H4 ann S O          -> held H4 at 100 until 17:30
        17:00 join E1 bea S O*3        -> joined E1
        17:00 join E2 cid S O          -> joined E2
        17:01 release H1               -> released H1, passed E1, turn E2 until 17:06
        17:02 decline E2               -> released E2!, left E2 declined, passed E1
        17:02 hold H5 dan S O          -> held H5 at 100 until 17:32
        17:03 release H5               -> released H5, passed E1
        17:03 hold H6 dan S O          -> held H6 at 100 until 17:33
        17:04 join E3 eve S O          -> joined E3
        17:04 release H6               -> released H6, gathered E1 1
        left W O 0
        books P held 4
        17:05 hold H7 fay S O          -> refused too_few_left O 0
        17:05 release H2               -> released H2, gathered E1 1
        17:06 release H3               -> released H3, turn E1 until 17:11
        17:07 confirm E1! R1 bea pickup -> order R1 300, left E1 served
        17:08 release H4               -> released H4, turn E3 until 17:13
        books P held 1 sold 3",
    );
}

/// What was gathered is free again when its waiter leaves, and goes to the next.
#[test]
fn gathered_units_come_back() {
    line(
        "17:00 hold H1 ann S O*3    -> opened W, held H1 at 300 until 17:30
        17:00 hold H2 ann S O       -> held H2 at 100 until 17:30
        17:00 join E1 bea S O*2     -> joined E1
        17:01 release H2            -> released H2, passed E1
        17:01 hold H2b ann S O      -> held H2b at 100 until 17:31
        17:02 release H2b           -> released H2b, passed E1
        17:02 hold H2c ann S O      -> held H2c at 100 until 17:32
        17:03 release H2c           -> released H2c, passed E1
        17:03 hold H2d ann S O      -> held H2d at 100 until 17:33
        17:04 join E2 cid S O       -> joined E2
        17:04 release H2d           -> released H2d, gathered E1 1
        17:05 leave E1              -> left E1 withdrew, turn E2 until 17:10
        books P held 4",
    );
}

/// One who is passed over in one window does not keep another window's waiters from their turn.
#[test]
fn windows_do_not_block_each_other() {
    check(
        "pool P 3
        pool Q 1
        slot S 18:00..20:00
        offer O S P 100
        offer X S Q 100
        window A S public 17:00..18:00 hold 30m sells O
        code C vip
        window V S code:vip 17:00..18:00 hold 30m sells X
        publish S
        17:00 hold H1 ann S O*2        -> opened A, opened V, held H1 at 200 until 17:30
        17:00 hold H2 ann S O          -> held H2 at 100 until 17:30
        17:00 hold H3 ann S X code C   -> held H3 at 100 until 17:30
        17:00 join E1 bea S O*3        -> joined E1
        17:00 join E2 cid S X code C   -> joined E2
        17:01 release H2               -> released H2, passed E1
        17:02 release H3               -> released H3, turn E2 until 17:07",
    );
}

/// A drip lets out no more for those who are gathered for than for others.
#[test]
fn gathering_from_a_drip() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 drip 1/60s hold 30m
        publish S
        17:00 hold H1 ann S O   -> opened W, held H1 at 100 until 17:30
        17:00 join E1 bea S O*3 -> joined E1
        17:01 pulse             -> drip W, passed E1
        17:01 hold H2 ann S O   -> held H2 at 100 until 17:31
        17:02 pulse             -> drip W, passed E1
        17:02 hold H3 ann S O   -> held H3 at 100 until 17:32
        17:03 pulse             -> drip W, passed E1
        17:03 hold H4 ann S O   -> held H4 at 100 until 17:33
        17:04 pulse             -> drip W, gathered E1 1
        17:05 pulse             -> drip W, gathered E1 1
        17:06 pulse             -> drip W, turn E1 until 17:11",
    );
}

/// A waiter over the limit is not served, and does not hold up the line.
#[test]
fn limits_in_line() {
    check(
        "pool P 2
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 limit 1
        publish S
        17:00 hold H1 ann S O          -> opened W, held H1 at 100 until 17:08
        17:00 hold H2 bea S O          -> held H2 at 100 until 17:08
        17:00 join E0 ann S O          -> refused buyer_limit 0
        17:00 join E1 cid S O          -> joined E1
        17:00 join E2 dan S O          -> joined E2
        17:01 confirm H1 R1 cid pickup -> order R1 100
        17:02 release H2               -> released H2, turn E2 until 17:07",
    );
}

/// Nobody waits for more than could ever come back.
#[test]
fn never_enough() {
    line(
        "17:00 hold H1 ann S O*4         -> opened W, held H1 at 400 until 17:30
        17:00 join E1 bea S O*5          -> refused never_enough 4
        17:00 confirm H1 R1 ann pickup   -> order R1 400
        17:00 hand R1 0                  -> handed R1 0
        17:00 join E2 bea S O            -> refused never_enough 0",
    );
}

/// No turn is given without a pickup place, and a full pickup is worth waiting for.
#[test]
fn turns_need_places() {
    check(
        "pool P 5
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00
        block F S 21:00..22:00 box B1=21:00..22:00*1
        publish S
        17:00 hold H1 ann S O -> opened W, held H1 at 100 until 17:08
        17:00 hold H2 bea S O -> refused places_full
        17:00 join E1 bea S O -> joined E1
        17:01 stock P add 1 s -> added P 1
        17:02 release H1      -> released H1, turn E1 until 17:07
        books B1 held 1",
    );
}

/// A slot that is called off sends everybody home.
#[test]
fn called_off() {
    line(
        "17:00 hold H1 ann S O*2          -> opened W, held H1 at 200 until 17:30
        17:00 hold H2 bea S O             -> held H2 at 100 until 17:30
        17:00 hold H3 cid S O             -> held H3 at 100 until 17:30
        17:00 join E1 dan S O             -> joined E1
        17:00 join E2 eve S O             -> joined E2
        17:01 confirm H1 R1 ann pickup    -> order R1 200
        17:01 confirm H2 R2 bea sandbox   -> confirming H2 100
        17:02 release H3                  -> released H3, turn E1 until 17:07
        17:02 confirm E1! R3 dan sandbox  -> confirming E1! 100
        17:03 call_off S sure             -> granted S, cancelled S, calling_off H2, calling_off E1!, left E2 slot_cancelled, cancelled R1 0
        17:03 called_off H2 R2            -> lapsed H2 payment
        17:03 called_off E1! R3           -> lapsed E1! payment, left E1 slot_cancelled
        books P free 4
        17:04 hold H9 fay S O             -> refused slot_cancelled",
    );
}

/// Whoever two windows admit waits only if neither has units.
#[test]
fn join_asks_every_window() {
    check(
        "pool P 3
        slot S 18:00..20:00
        offer O S P 100
        code C vip
        window A S public 17:00..18:00
        window V S code:vip 17:00..18:00 lent P:1
        publish S
        17:00 hold H1 ann S O code C -> opened A, opened V, held H1 at 100 until 17:08
        17:00 join E1 bea S O code C -> refused units_free 2
        17:00 hold H2 bea S O*2      -> held H2 at 200 until 17:08
        17:00 join E1 bea S O code C -> joined E1
        17:01 release H1             -> released H1, turn E1 until 17:06",
    );
}

/// A window that goes and has nothing to give back passes nobody over.
#[test]
fn nothing_came_back() {
    check(
        "pool P 3
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 hold 30m
        slot T 18:00..20:00
        window V T code:vip 17:30..18:00 lent P:0
        publish S
        17:00 hold H1 ann S O*2  -> opened W, held H1 at 200 until 17:30
        17:00 join E1 bea S O*2  -> joined E1
        17:01 drop_window V      -> removed V, removed V.P
        17:02 release H1         -> released H1, turn E1 until 17:07",
    );
}

/// What comes back for others, an edit and a restart of the look are no chance that passed a waiter; units of
/// its own pool are, the lender's and what a window or a drip lets out too.
#[test]
fn only_their_own_units_pass_them() {
    check(
        "pool L 0
        pool P 4 borrows L
        pool Q 1
        slot S 18:00..20:00
        offer O S P 100
        offer X S Q 100
        window W S public 17:00..18:00 hold 30m
        publish S
        17:00 hold H1 ann S O*3 -> opened W, held H1 at 300 until 17:30
        17:00 hold H2 ann S X   -> held H2 at 100 until 17:30
        17:00 join E1 bea S O*4 -> joined E1
        17:01 release H2        -> released H2
        17:01 hold H3 cid S X   -> held H3 at 100 until 17:31
        17:02 release H3        -> released H3
        17:03 offer O S P 110   -> offer O
        17:04 pool Q 3          -> pool Q
        17:05 stock L add 1 s1  -> added L 1, passed E1
        17:06 hold H4 cid S O   -> held H4 at 110 until 17:36
        17:07 release H4        -> released H4, passed E1",
    );
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 drip 2/60s
        publish S
        17:00 join E1 bea S O*5 -> opened W, joined E1
        17:00 hold H1 ann S O   -> held H1 at 100 until 17:08
        17:01 pulse             -> drip W, passed E1",
    );
}

/// Whoever gives back what a turn had bought has no turn again; the units go to the next in line.
#[test]
fn a_cancelled_purchase_is_no_turn() {
    line(
        "17:00 hold H1 ann S O*4         -> opened W, held H1 at 400 until 17:30
        17:00 join E1 bea S O*4          -> joined E1
        17:00 join E2 cid S O*4          -> joined E2
        17:01 release H1                 -> released H1, turn E1 until 17:06
        17:02 confirm E1! R1 bea pickup  -> order R1 400, left E1 served
        17:03 cancel R1                  -> cancelled R1 0, turn E2 until 17:08
        17:04 leave E1                   -> refused entry_left
        17:05 leave E2                   -> released E2!, left E2 declined
        books P free 4",
    );
}

/// Whoever is let in by a list while waiting is served at once from what is there, as after a restart.
#[test]
fn let_in_while_waiting() {
    check(
        "pool P 3
        slot S 18:00..20:00
        offer O S P 100
        list F cid
        window L S list:F 17:00..18:00 lent P:1 turn 5m
        window W S public 17:00..18:00 hold 30m
        publish S
        17:00 hold H1 bea S O*2  -> opened L, opened W, held H1 at 200 until 17:30
        17:01 join E1 ann S O    -> joined E1
        17:02 list F cid,ann     -> list F, turn E1 until 17:07",
    );
}

/// Two who put somebody on a list at once, each without the other's, both find it done; whoever waited is served.
#[test]
fn customers_come_and_go() {
    check(
        "pool P 3
        slot S 18:00..20:00
        offer O S P 100
        list F cid
        window L S list:F 17:00..18:00 lent P:1 hold 30m turn 5m
        window W S public 17:00..18:00 hold 30m
        publish S
        17:00 hold H1 bea S O*2           -> opened L, opened W, held H1 at 200 until 17:30
        17:01 join E1 ann S O             -> joined E1
        17:02 customers F add dan         -> list F
        17:02 customers F add ann         -> list F, turn E1 until 17:07
        17:02 customers F add ann,dan     -> nothing
        17:03 leave E1                    -> released E1!, left E1 declined
        17:04 customers F add eve remove dan,fox -> list F
        17:04 hold H2 dan S O             -> refused too_few_left O 0
        17:04 hold H2 eve S O             -> held H2 at 100 until 17:34
        17:05 list F cid version 2        -> refused version_stale 4
        17:05 customers NONE add ann      -> refused unknown list",
    );
}

/// A hold counts for whoever pays it. Whoever asked for it first may have more again, and gets a turn at once.
#[test]
fn another_pays_for_who_waits() {
    check(
        "pool P 3
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 hold 30m limit 2 turn 5m
        publish S
        17:00 hold H1 cid S O*2  -> opened W, held H1 at 200 until 17:30
        17:00 hold H2 dan S O    -> held H2 at 100 until 17:30
        17:01 join E1 ann S O*2  -> joined E1
        17:02 release H2         -> released H2, passed E1
        17:03 hold H3 ann S O    -> held H3 at 100 until 17:33
        17:04 release H1         -> released H1
        17:05 confirm H3 R3 bea pickup -> order R3 100, turn E1 until 17:10",
    );
    check(
        "pool P 3
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 hold 30m limit 2 turn 5m
        publish S
        17:00 hold H1 cid S O*2  -> opened W, held H1 at 200 until 17:30
        17:00 hold H2 dan S O    -> held H2 at 100 until 17:30
        17:01 join E1 ann S O*2  -> joined E1
        17:02 release H2         -> released H2, passed E1
        17:03 hold H3 ann S O    -> held H3 at 100 until 17:33
        17:04 release H1         -> released H1
        17:05 confirm H3 R3 bea sandbox -> confirming H3 100, turn E1 until 17:10",
    );
}
