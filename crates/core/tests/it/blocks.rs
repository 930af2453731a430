//! Blocks of other kinds: they begin, move and are checked; shifts are answered; rules let capacity follow stock.

use crate::table::{check, run};

/// A block begins once, at its time; moved ahead again it begins again, and what is past never begins.
#[test]
fn blocks_begin_and_move() {
    check(
        "pool P 9
        slot S 18:00..20:00
        broadcast B S 18:00..20:00 from https://example.org/live.m3u8
        remind R S 17:30 saying soon
        announce A S 16:00 saying late
        cue C S 18:05
        16:30 remind L S 16:00 saying past -> began A, set L
        16:30 move S 18:10..20:10 -> moved S, moved B, moved R, moved A, moved C, moved L
        17:39 pulse -> nothing
        17:40 pulse -> began R
        17:41 move S 18:20..20:20 -> moved S, moved B, moved R, moved A, moved C, moved L
        17:50 pulse -> began R
        18:20 pulse -> began B
        18:25 pulse -> began C
        18:26 drop_part C -> removed C
        18:26 drop_part C -> refused unknown block",
    );
}

/// A shift is assigned, accepted, declined; another time or another person is asked anew.
#[test]
fn shifts_are_answered() {
    check(
        "slot S 18:00..20:00
        shift X S 17:00..20:00 of ann tasks tape,labels
        shift N S 17:00..20:00
        cue C S 18:05
        12:00 accept X -> accepted X
        12:00 accept X -> nothing
        12:01 decline_shift X -> declined X
        12:02 accept X -> accepted X
        12:03 shift X S 17:00..20:00 of ann -> set X
        12:03 accept X -> nothing
        12:04 shift X S 17:00..20:00 of bea -> set X
        12:04 accept X -> accepted X
        12:05 move S 19:00..21:00 -> moved S, moved X, moved N, moved C
        12:05 accept X -> accepted X
        12:06 accept N -> refused nobody_assigned
        12:06 accept C -> refused nobody_assigned
        12:06 accept NONE -> refused unknown block
        12:07 call_off S -> cancelled S
        12:07 accept X -> refused slot_cancelled",
    );
}

/// What is wrong with a block is said with its path.
#[test]
fn flaws() {
    drop(run("pool P 9
        slot S 18:00..20:00
        slot D d1/18:00..d1/20:00
        offer O S P 100
        offer OD D P 100
        window W S public 17:00..18:00
        window WD D public 17:00..18:00
        10:00 shift X S 17:00 of ann             -> refused invalid blocks[x].until Empty
        10:00 shift X S 17:00..16:00 of ann      -> refused invalid blocks[x].until Inverted
        10:00 cue X S 18:00 shows OD             -> refused unknown offer
        10:00 remind X S 17:00                   -> refused invalid blocks[x].reminder.text Empty
        10:00 broadcast X S 18:00 from javascript:x -> refused invalid blocks[x].broadcast.sources[0].url NotAnAddress
        10:00 broadcast X S 18:00 from https://  -> refused invalid blocks[x].broadcast.sources[0].url NotAnAddress
        10:00 rule X S 17:00 below P:0 close     -> refused invalid blocks[x].rule.below.units BelowMin(1)
        10:00 rule X S 17:00 below W.P:1 close   -> refused unknown pool
        10:00 rule X S 17:00 below P:1 close S   -> refused invalid blocks[x].rule.then Cycle
        10:00 rule X S 17:00 below P:1 publish S -> refused invalid blocks[x].rule.then Cycle
        10:00 rule X S 17:00 below P:1 publish N -> refused unknown slot
        10:00 rule X S 17:00 sold_out WD close   -> refused unknown window
        10:00 rule X S 17:00 sold_out W open W   -> refused invalid blocks[x].rule.then Cycle
        10:00 rule X S 17:00 sold_out W open WD  -> refused unknown window
        10:00 rule X S 17:00 sold_out W shrink N:1 -> refused unknown pool
        10:00 rule X S 17:00 sold_out W close    -> set X
        10:00 cue Y S 17:00 key x                -> refused name_taken
        10:00 drop_window W                      -> refused in_use block
        10:00 cue Y S 18:00 shows O              -> set Y
        10:00 drop_offer O                       -> refused in_use block
        10:00 pool Q 3                           -> pool Q
        10:00 rule Z S 17:00 below P:1 shrink Q:1 -> set Z
        10:00 drop_pool Q                        -> refused in_use block
        10:00 move S 16:30..20:00                -> moved S, window W, offer O, moved X, moved Y, moved Z"));
}

/// When stock falls below the threshold, other slots that draw on it close, and open again when it is back;
/// their waiters are served then. Holds that are there go on.
#[test]
fn a_rule_closes_and_opens_again() {
    check(
        "pool P 5
        slot S 18:00..20:00
        slot T d1/18:00..d1/20:00
        offer O S P 100
        offer U T P 100
        window W S public 17:00..20:00 hold 1h
        window X T public 17:00..20:00 hold 1h
        rule R S 17:00 below P:3 close
        publish S
        publish T
        17:00 hold H1 ann T U*2  -> opened W, opened X, began R, held H1 at 200 until 18:00
        17:01 hold H2 bea S O    -> held H2 at 100 until 18:01, fired R
        17:02 hold H3 cid T U    -> refused not_offered stocklow
        17:02 join E1 cid T U*3  -> refused not_offered stocklow
        17:02 confirm H1 R1 ann pickup -> order R1 200
        17:03 hold H4 dan S O    -> held H4 at 100 until 18:03
        17:04 release H4         -> released H4
        17:05 release H2         -> released H2, rearmed R
        17:06 hold H5 cid T U    -> held H5 at 100 until 18:06, fired R
        17:07 stock P add 1 s1   -> added P 1, rearmed R
        17:08 drop_part R        -> removed R",
    );
}

/// A rule that had closed others and begins once more, moved with its slot, lets nobody go on: no line is looked at for it,
/// and nobody has units set aside of what did not come back.
#[test]
fn a_rule_that_begins_again_opens_nothing() {
    check(
        "pool P 3
        pool Q 5
        slot S 18:00..20:00
        slot T d1/18:00..d1/20:00
        offer O S Q 100
        offer U T P 100
        window W S public 16:00..20:00 hold 5h
        window X T public 16:00..23:00 hold 5h
        rule R S 17:00 below Q:9 close
        publish S
        publish T
        16:00 hold H1 ann T U          -> opened W, opened X, held H1 at 100 until 21:00
        16:00 hold H2 bea T U          -> held H2 at 100 until 21:00
        16:00 hold H3 cid T U          -> held H3 at 100 until 21:00
        17:00 pulse                    -> began R, fired R
        17:01 move S 19:00..21:00      -> moved S, window W, offer O, moved R
        17:02 join E1 dan T U*2        -> joined E1
        17:03 release H1               -> released H1, passed E1
        17:03 hold H4 eve T U          -> held H4 at 100 until 22:03
        17:04 release H4               -> released H4, passed E1
        17:04 hold H5 eve T U          -> held H5 at 100 until 22:04
        17:05 release H5               -> released H5, passed E1
        18:00 pulse                    -> began R",
    );
}

/// A sale that is paused sells nothing to anybody; what is held can be bought, units that come back wait, and who waits in
/// line has the first turn when it goes on. To pause twice is to pause. (That a slot changed is said by nobody here.)
#[test]
fn a_sale_is_paused_and_goes_on() {
    check(
        "pool P 2
        slot S 18:00..20:00
        slot T d1/18:00..d1/20:00
        offer O S P 100
        offer B T P 100 slots S
        window W S public 17:00..20:00 hold 1h turn 1h
        window X T public 17:00..20:00 hold 1h
        16:00 pause S                  -> refused slot_not_published
        16:00 resume S                 -> refused slot_not_published
        16:00 pause NONE               -> refused unknown slot
        publish S
        publish T
        17:00 hold H1 ann S O          -> opened W, opened X, held H1 at 100 until 18:00
        17:00 hold H2 bea S O          -> held H2 at 100 until 18:00
        17:01 join E1 cid S O          -> joined E1
        17:02 pause S                  -> nothing
        17:03 pause S                  -> nothing
        17:03 hold H3 dan S O          -> refused not_offered paused
        17:03 join E2 dan S O          -> refused not_offered paused
        17:03 hold H3 dan T B          -> refused not_offered paused
        17:04 confirm H1 R1 ann pickup -> order R1 100
        17:05 release H2               -> released H2
        17:06 resume S                 -> turn E1 until 18:06
        17:06 resume S                 -> nothing",
    );
}

/// A slot that waiters wait for is served when the rule that closed it lets go.
#[test]
fn waiters_of_a_closed_slot_are_served_after() {
    check(
        "pool P 2
        slot S 18:00..20:00
        slot T d1/18:00..d1/20:00
        offer O S P 100
        offer U T P 100
        window W S public 17:00..20:00 hold 1h
        window X T public 17:00..20:00 hold 1h
        publish S
        publish T
        17:00 hold H1 ann S O*2  -> opened W, opened X, held H1 at 200 until 18:00
        17:01 join E1 cid T U    -> joined E1
        17:02 rule R S 16:00 below P:2 close -> set R, fired R
        17:03 stock P add 1 s1   -> added P 1
        17:04 stock P add 1 s2   -> added P 1, rearmed R, turn E1 until 17:09, fired R
        17:05 call_off S         -> waits S bought 1 0
        17:05 yes S              -> granted S, cancelled S, lapsed H1 slot_cancelled
        17:06 hold H2 dan T U    -> held H2 at 100 until 18:06",
    );
}

/// Seats follow the dough: what is above goes out of the pool, and comes back. A count and the organiser see
/// the whole pool.
#[test]
fn a_rule_shrinks_and_restores() {
    check(
        "pool P 5
        pool Q 8
        slot S 18:00..20:00
        offer O S P 100
        offer V S Q 100
        window W S public 17:00..20:00 hold 1h
        rule R S 17:00 below P:4 shrink Q:3
        publish S
        17:00 hold H1 ann S O*2  -> opened W, began R, held H1 at 200 until 18:00, fired R 5
        books Q free 3
        17:01 hold H2 bea S V*4  -> refused too_few_left V 3
        17:02 hold H3 bea S V*3  -> held H3 at 300 until 18:02
        17:03 release H1         -> released H1, rearmed R
        books Q free 5 held 3
        17:04 hold H4 ann S O*2  -> held H4 at 200 until 18:04, fired R 2
        books Q free 3 held 3
        17:05 pool Q 6           -> rearmed R, pool Q, fired R
        books Q free 3 held 3
        17:06 pool Q 9           -> pool Q
        17:07 release H4         -> released H4, rearmed R
        17:08 hold H5 ann S O*2  -> held H5 at 200 until 18:08, fired R 3
        books Q free 3 held 3
        17:09 count Q 9 v1 c1    -> rearmed R, counted Q 9 expected 9 short 0, fired R 3
        17:10 drop_part R        -> rearmed R, removed R
        books Q free 6 held 3",
    );
}

/// A window that sells out early opens the next; one of the same audience ends for it.
#[test]
fn the_next_window_opens_early() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        code C vip
        window W S public 18:00..19:00 lent P:2
        window V S code:vip 17:00..18:00 lent P:1 roll W
        window Z S public 19:00..20:00 lent P:3
        rule A S 17:00 sold_out V open W
        rule B S 17:00 sold_out W open Z
        publish S
        17:00 hold H1 ann S O code C -> opened V, began A, began B, held H1 at 100 until 17:08, fired A, window W, opened W
        17:01 hold H2 bea S O*2      -> held H2 at 200 until 17:09, fired B, window W, window Z, closed W, rearmed B, opened Z
        17:02 hold H3 cid S O        -> held H3 at 100 until 17:10
        17:08 pulse                  -> lapsed H1, rearmed A
        17:09 pulse                  -> lapsed H2
        17:10 move S 18:30..20:30    -> lapsed H3, waits S across w closed>ahead + across v open>ahead + across z open>ahead
        17:10 yes S                  -> granted S, moved S, window W, window V, window Z, offer O, moved A, moved B",
    );
}

/// When a day is nearly full, the next one goes on the calendar; a draft's own rules rest until then.
#[test]
fn the_next_day_is_published() {
    check(
        "pool P 3
        pool Q 3
        slot S 18:00..20:00
        slot T d1/18:00..d1/20:00
        slot U d2/18:00..d2/20:00
        offer O S P 100
        window W S public 17:00..20:00
        rule R S 17:00 below P:2 publish T
        rule N T 17:00 below Q:9 publish U
        publish S
        17:00 hold H1 ann S O    -> opened W, began R, began N, held H1 at 100 until 17:08
        17:01 hold H2 ann S O    -> held H2 at 100 until 17:09, fired R, published T, fired N, published U
        17:08 pulse              -> lapsed H1, rearmed R
        17:09 pulse              -> lapsed H2",
    );
}

/// Rules that set each other off come to rest: each turns once either way in one decision.
#[test]
fn rules_do_not_go_round() {
    check(
        "pool P 6
        pool Q 6
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..20:00
        rule A S 17:00 below P:6 shrink Q:2
        rule B S 17:00 below Q:5 shrink P:1
        publish S
        17:00 hold H1 ann S O    -> opened W, began A, began B, held H1 at 100 until 17:08, fired A 4, fired B 4
        books P free 1 held 1
        17:01 release H1         -> released H1
        17:02 stock P add 4 s1   -> added P 4, rearmed A, rearmed B
        books P free 10
        books Q free 6",
    );
}

/// What can't be fulfilled any more is not offered: all pickup is over, or what is sold is lost for good.
#[test]
fn what_cannot_be_fulfilled_is_not_offered() {
    check(
        "pool P 3
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..23:00
        block F S 20:00..22:00 box B1=20:00..21:00*1,B2=21:00..22:00*2
        publish S
        17:00 hold H1 ann S O      -> opened W, held H1 at 100 until 17:08
        17:00 confirm H1 R1 ann pickup -> order R1 100
        21:00 hold H2 bea S O      -> held H2 at 100 until 21:08
        22:00 hold H3 bea S O      -> lapsed H2, refused not_offered unfulfillable
        22:00 join E1 bea S O      -> refused not_offered unfulfillable
        22:00 block F S 20:00..22:30 delivery -> refused in_use order",
    );
    check(
        "pool P 3
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..23:00
        block F S 20:00..22:00
        publish S
        21:59:59 hold H1 ann S O   -> opened W, held H1 at 100 until 22:07:59
        22:00 hold H2 bea S O      -> refused not_offered unfulfillable
        22:00 join E1 bea S O      -> refused not_offered unfulfillable",
    );
    check(
        "pool P 3
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:00..23:00
        publish S
        17:00 hold H1 ann S O      -> opened W, held H1 at 100 until 17:08
        17:00 stock P lose 2 s1    -> lost P 2
        17:01 hold H2 bea S O      -> refused too_few_left O 0
        17:02 release H1           -> released H1
        17:03 stock P lose 1 s2    -> lost P 1
        17:04 hold H3 bea S O      -> refused not_offered unfulfillable
        17:05 stock P find 1 s3    -> found P 1
        17:06 hold H4 bea S O      -> held H4 at 100 until 17:14",
    );
}
