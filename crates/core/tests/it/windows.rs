//! Windows: who is admitted, from when to when, and what becomes of the unsold.

use crate::table::check;

/// A window is half open: its first instant sells, its last one does not.
#[test]
fn opens_and_closes_to_the_second() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:40..18:00
        publish S
        17:39:59 hold H1 ann S O -> refused window_not_open 17:40
        17:40    hold H2 ann S O -> opened W, held H2 at 100 until 17:48
        17:59:59 hold H3 ann S O -> lapsed H2, held H3 at 100 until 18:07:59
        18:00    hold H4 ann S O -> closed W, refused window_closed 18:00
        18:07:59 pulse           -> lapsed H3
        books P free 9",
    );
}

/// Each audience gets in with its own proof, and a wrong proof is said without telling which codes exist.
#[test]
fn code_list_and_public() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        list L ann,bea
        code C vip
        code OLD vip until 17:00
        code OTHER press
        window V S code:vip 17:00..17:30
        window F S list:L 17:10..17:30
        publish S
        17:00 hold H1 eve S O          -> opened V, refused not_admitted code_needed
        17:00 hold H2 eve S O code C   -> held H2 at 100 until 17:08
        17:00 hold H3 eve S O code OLD -> refused code_wrong
        17:00 hold H4 eve S O code OTHER -> refused code_wrong
        17:00 hold H5 eve S O code NONE -> refused code_wrong
        17:00 hold H6 ann S O          -> refused window_not_open 17:10
        17:10 hold H7 ann S O          -> lapsed H2, opened F, held H7 at 100 until 17:18
        17:10 hold H8 - S O            -> refused not_admitted code_needed
        17:11 list L bea               -> list L
        17:11 hold H9 ann S O          -> refused not_admitted code_needed
        17:11 hold H10 bea S O         -> held H10 at 100 until 17:19",
    );
}

/// VIP, friends, public: what is unsold rolls on to the second, in the hands of nobody.
#[test]
fn staggered_windows_roll() {
    check(
        "pool P 10
        slot S 18:00..20:00
        offer O S P 100
        code C vip
        code D friends
        window A S public 18:00..19:00 lent P:2
        window F S code:friends 17:30..18:00 lent P:3 roll A
        window V S code:vip 17:00..17:30 lent P:4 roll F
        publish S
        books P free 1 lent 9
        17:00 hold H1 ann S O*3 code C  -> opened V, held H1 at 300 until 17:08
        17:00 hold H2 bea S O*2 code C  -> refused too_few_left O 1
        17:01 confirm H1 R1 ann pickup  -> order R1 300
        17:25 hold H3 bea S O code C    -> held H3 at 100 until 17:33
        17:30 hold H4 cid S O*4 code D  -> closed V, opened F, refused too_few_left O 3
        17:30 hold H5 cid S O*3 code D  -> held H5 at 300 until 17:38
        17:33 pulse                     -> lapsed H3
        books V.P sold 3
        books F.P free 1 held 3
        17:40 pulse                     -> lapsed H5
        18:00 pulse                     -> closed F, opened A
        books F.P
        books A.P free 6
        left F O 0
        left A O 6
        18:10 cancel R1                 -> cancelled R1 0
        books A.P free 9
        19:00 pulse                     -> closed A
        books P free 10",
    );
}

/// Unsold units go back to the pool, or stay with their window.
#[test]
fn unsold_return_or_stay() {
    check(
        "pool P 10
        slot S 18:00..20:00
        offer O S P 100
        code C vip
        code D press
        window V S code:vip 17:00..17:30 lent P:4 return
        window X S code:press 17:00..17:30 lent P:3 stay
        publish S
        17:10 hold H1 ann S O code D -> opened V, opened X, held H1 at 100 until 17:18
        17:10 confirm H1 R1 ann pickup -> order R1 100
        17:30 pulse -> closed V, closed X
        books P free 7 lent 3
        books X.P free 2 sold 1
        17:31 cancel R1 -> cancelled R1 0
        books X.P free 3",
    );
}

/// A drip lets out so many at the opening and after each span, whatever the pool has.
#[test]
fn drip() {
    check(
        "pool P 10
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..17:03 drip 2/60s hold 10m
        publish S
        17:00 hold H1 ann S O*3 -> opened W, refused too_few_left O 2
        17:00 hold H2 ann S O*2 -> held H2 at 200 until 17:10
        17:00:59 hold H3 bea S O -> refused too_few_left O 0
        17:01 hold H4 bea S O   -> drip W, held H4 at 100 until 17:11
        17:01 release H2        -> released H2
        left W O 3
        17:02 pulse             -> drip W
        left W O 5
        17:03 pulse             -> closed W",
    );
}

/// A longer window goes on with its drip; portions that are out are not let out again.
#[test]
fn a_drip_goes_on() {
    check(
        "pool P 10
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..17:03 drip 2/60s hold 10m
        publish S
        17:00 pulse             -> opened W
        17:02 pulse             -> drip W, drip W
        17:02 window W S public 17:00..17:05 drip 2/60s hold 10m -> window W
        17:02:59 pulse          -> nothing
        17:03 pulse             -> drip W",
    );
}

/// Portions that an edit lays into the past are out with the edit, and nothing is told of them later: not by a node
/// that ran on, and not by one that was started anew.
#[test]
fn a_drip_laid_into_the_past() {
    check(
        "pool P 90
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 drip 2/30m hold 10m
        publish S
        17:05 pulse             -> opened W
        17:05 window W S public 16:00..18:00 drip 2/10m hold 10m -> window W
        17:06 pulse             -> nothing
        left W O 14
        17:10 pulse             -> drip W
        17:10 window V S code:x 17:00..18:00 drip 1/60s -> window V
        17:11 pulse             -> opened V, drip V",
    );
}

/// Of two open windows the more particular one serves; what it can't, the other may.
#[test]
fn the_most_particular_first() {
    check(
        "pool P 5
        slot S 18:00..20:00
        offer O S P 100
        offer X S P 50
        code C vip
        window A S public 17:00..19:00 hold 10m
        window V S code:vip 17:00..19:00 hold 20m lent P:2 sells O
        publish S
        17:00 hold H1 ann S O*2 code C -> opened A, opened V, held H1 at 200 until 17:20
        17:00 hold H2 ann S O code C   -> held H2 at 100 until 17:10
        17:00 hold H3 ann S X code C   -> held H3 at 50 until 17:10
        17:00 hold H4 ann S O*2 code C -> refused too_few_left O 0
        books V.P held 2",
    );
}

/// Who sleeps through a window's whole life finds it closed, and its units gone on.
#[test]
fn late_pulse() {
    check(
        "pool P 5
        slot S 18:00..20:00
        offer O S P 100
        window B S public 18:00..19:00
        window A S public 17:00..18:00 lent P:5 roll B
        publish S
        18:30 pulse -> opened A, closed A, opened B
        books P free 5",
    );
}

/// A slot that moves takes its windows along: one that was over and lies ahead again opens again, and one
/// that was open waits for its new opening.
#[test]
fn moved_with_the_slot() {
    check(
        "pool P 5
        slot S 18:00..20:00
        offer O S P 100
        window A S public 17:00..17:30 lent P:2 return
        window B S public 17:30..19:00
        publish S
        17:40 pulse -> opened A, closed A, opened B
        17:40 move S d1/18:00..d1/20:00 sure -> granted S, moved S, window A, window B, offer O
        17:41 hold H1 ann S O    -> refused window_not_open d1/17:00
        d1/17:00 hold H2 ann S O -> opened A, refused too_few_left O 0
        d1/17:30 hold H3 ann S O -> closed A, opened B, held H3 at 100 until d1/17:38
        d1/17:30 move S d1/17:00..d1/19:00 sure -> granted S, moved S, window A, window B, offer O
        d1/18:00 pulse           -> lapsed H3, closed B",
    );
}

/// Waiters of a window that was moved are served when it opens anew, not before.
#[test]
fn waiters_of_a_moved_window() {
    check(
        "pool P 1
        slot S 18:00..20:00
        offer O S P 100
        window A S public 17:00..19:00 hold 30m
        publish S
        17:00 hold H1 ann S O      -> opened A, held H1 at 100 until 17:30
        17:00 join E1 bea S O      -> joined E1
        17:01 move S 19:00..21:00 sure -> granted S, moved S, window A, offer O
        17:02 release H1           -> released H1
        18:00 pulse                -> opened A, turn E1 until 18:05",
    );
}

/// A hold made in time may be confirmed after its window closed, but a basket takes nothing any more.
#[test]
fn confirming_after_the_end() {
    check(
        "pool P 5
        slot S 18:00..20:00
        offer O S P 100
        window A S public 17:00..17:30 lent P:2 return
        window B S public 17:30..18:00 at checkout
        publish S
        17:29 hold H1 ann S O          -> opened A, held H1 at 100 until 17:37
        17:31 confirm H1 R1 ann pickup -> closed A, opened B, order R1 100
        books A.P sold 1
        books P free 4 lent 1
        17:59 hold H2 bea S O          -> basket H2 at 100 until d1/17:59
        18:00 checkout H2              -> closed B, refused window_closed 18:00
        18:00 confirm H2 R2 bea pickup -> refused window_closed 18:00",
    );
}

/// A limit that is switched on during a sale knows what everybody has, holds and orders alike; switched off
/// and on again it knows what came meanwhile.
#[test]
fn a_limit_knows_what_was_before() {
    check(
        "pool P 20
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..18:00 hold 30m
        publish S
        17:00 hold H1 ann S O*2         -> opened W, held H1 at 200 until 17:30
        17:00 confirm H1 R1 ann pickup  -> order R1 200
        17:01 hold H2 ann S O           -> held H2 at 100 until 17:31
        17:01 hold H3 bea S O*3         -> held H3 at 300 until 17:31
        17:01 confirm H3 R3 bea pickup  -> order R3 300
        17:01 cancel R3                 -> cancelled R3 0
        tally W ann 0
        17:02 window W S public 17:00..18:00 hold 30m limit 4 -> window W, buyers W 1
        tally W ann 3
        17:03 hold H4 ann S O*2         -> refused buyer_limit 1
        17:03 hold H4 ann S O           -> held H4 at 100 until 17:33
        17:03 hold H5 bea S O*4         -> held H5 at 400 until 17:33
        17:04 window W S public 17:00..18:00 hold 30m -> window W
        tally W ann 0
        17:05 release H5                -> released H5
        17:05 hold H6 bea S O           -> held H6 at 100 until 17:35
        17:06 window W S public 17:00..18:00 hold 30m limit 4 -> window W, buyers W 2
        tally W ann 4
        tally W bea 1
        17:07 release H2                -> released H2
        tally W ann 3",
    );
}

/// A code that is removed opens nothing any more, and frees nothing: what was held and bought with it stays.
#[test]
fn a_removed_code_frees_nothing() {
    check(
        "pool P 3
        slot S 18:00..20:00
        offer O S P 100
        code C vip
        window V S code:vip 17:00..18:00 lent P:3
        publish S
        17:00 hold H1 ann S O code C    -> opened V, held H1 at 100 until 17:08
        17:00 confirm H1 R1 ann pickup  -> order R1 100
        17:01 hold H2 bea S O code C    -> held H2 at 100 until 17:09
        17:02 drop_code C               -> coderemoved
        books V.P free 1 held 1 sold 1
        17:03 hold H3 cid S O code C    -> refused code_wrong
        17:04 confirm H2 R2 bea pickup  -> order R2 100
        books V.P free 1 sold 2",
    );
}

/// A window that is lent nothing any more leaves no pool behind that counts nothing, and may be lent to once more.
#[test]
fn what_is_not_lent_any_more_counts_nothing() {
    check(
        "pool P 5
        pool Q 5
        slot S 18:00..20:00
        offer O S P 100
        offer X S Q 100
        window W S public 17:00..18:00 lent P:2,Q:3
        publish S
        16:00 window W S public 17:00..18:00 lent P:2          -> window W, removed W.Q
        books P free 3 lent 2
        books Q free 5
        16:01 window W S public 17:00..18:00 lent P:2,Q:1      -> pool W.Q, window W
        books Q free 4 lent 1
        17:00 hold H1 ann S X                                  -> opened W, held H1 at 100 until 17:08
        17:00 window W S public 17:00..18:00 lent P:2          -> refused too_few_units 0
        17:01 release H1                                       -> released H1
        17:01 window W S public 17:00..18:00                   -> window W, removed W.P, removed W.Q
        books P free 5
        books Q free 5
        17:02 drop_window W                                    -> removed W",
    );
}

/// What a count or a closing took of what a window was lent need not be given back, and is lent anew with the next
/// writing of the window, as far as its pool has any.
#[test]
fn what_is_lacking_is_lent_anew() {
    check(
        "pool P 5
        slot S 18:00..20:00
        offer O S P 100
        window W S code:vip 17:00..17:30 lent P:4
        publish S
        16:00 count P 2 v1 c1                             -> counted P 2 expected 5 short 0
        books P lent 2
        16:01 window W S code:vip 17:00..17:30 lent P:4   -> nothing
        16:02 stock P add 3 s1                            -> added P 3
        16:03 window W S code:vip 17:00..17:30 lent P:4   -> window W
        books W.P free 4
        books P free 1 lent 4
        16:04 count P 1 v2 c2                             -> counted P 1 expected 5 short 0
        books P lent 1
        16:05 window W S code:vip 17:00..17:30 lent P:2   -> window W
        books W.P free 1
        16:06 window W S code:vip 17:00..17:30            -> window W, removed W.P
        books P free 1
        books W.P",
    );
    check(
        "pool P 1
        slot S 18:00..20:00
        offer O S P 100
        window A S public 17:00..17:30 lent P:1
        publish S
        17:30 pulse                                       -> opened A, closed A
        books P free 1
        17:40 window A S public 17:00..17:30 lent P:1 hold 9m -> window A
        books P free 1
        17:41 window A S public 17:00..18:00 lent P:1     -> window A
        17:42 hold H1 ann S O                             -> opened A, held H1 at 100 until 17:50
        books A.P held 1",
    );
}

/// What nobody could receive is not left to anybody.
#[test]
fn nothing_is_left_while_no_place_is() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        block F S 20:00..22:00 box B=20:00..21:00*1
        window W S public 17:00..18:00
        publish S
        left W O 9
        17:00 hold H1 ann S O -> opened W, held H1 at 100 until 17:08
        left W O 0
        17:01 hold H2 bea S O -> refused places_full
        17:02 join E1 bea S O*2 -> joined E1
        17:03 release H1      -> released H1, turn E1 until 17:08
        17:04 decline E1      -> released E1!, left E1 declined
        left W O 9",
    );
}

/// Books that are read anew serve nobody out of what is due and not done yet: who is served first is the same as for a
/// node that never stopped.
#[test]
fn read_anew_before_what_is_due() {
    for anew in ["", "anew 17:01:30"] {
        check(&format!(
            "pool P 9
            slot S 18:00..20:00
            offer O S P 100
            window W S public 17:00..18:00 drip 2/60s
            slot T 18:00..20:00
            offer X T P 100
            window V T public 16:00..17:01 hold 30m
            publish S
            publish T
            17:00 hold H1 ann S O*2 -> opened V, opened W, held H1 at 200 until 17:08
            17:00 join E1 bea S O*2 -> joined E1
            {anew}
            17:01:30 pulse          -> closed V, drip W, turn E1 until 17:06:30"
        ));
    }
}
