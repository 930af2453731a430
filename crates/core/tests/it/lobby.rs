//! The lobby: numbers, their order, and who may hold with one.

use dayshelf_core::command::{Command, TakeNumber};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{SlotId, WindowId};
use dayshelf_core::lobby::Number;
use dayshelf_core::time::{Instant, Span};

use crate::table::{World, check, time};

/// Thirty a minute: one every two seconds.
const LOBBY: &str = "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        window W S public 17:40..18:00 hold 2m lobby 30/20m/1m
        publish S
";

fn lobby(lines: &str) {
    check(&format!("{LOBBY}{lines}"));
}

/// Numbers are given out a while before the opening and not earlier, and none is let in before it.
#[test]
fn numbers_before_the_opening() {
    lobby(
        "17:19:59 number N0 - S          -> refused lobby_not_open 17:20
        17:20    number N1 - S          -> number W 0 ahead
        17:25    hold H0 - S O by N1    -> refused window_not_open 17:40
        17:40    hold H1 - S O by N1    -> opened W, held H1 at 100 until 17:42",
    );
}

/// Whoever comes after the opening queues behind those who came before it, in the order of coming; a line that has
/// run dry lets in at once.
#[test]
fn who_comes_late_queues_behind() {
    lobby(
        "17:30 number A - S             -> number W 0 ahead
        17:31 number B - S             -> number W 1 ahead
        17:32 number C - S             -> number W 2 ahead
        17:40 number D - S             -> opened W, number W 0 after
        lets_in D 17:40:06..17:41:06 before 3
        17:40:01 number E - S          -> number W 1 after
        lets_in E 17:40:08..17:41:08 before 3
        17:40:05 hold H1 - S O by D    -> refused number_waits 17:40:06
        17:40:06 hold H1 - S O by D    -> held H1 at 100 until 17:42:06
        17:40:08 hold H2 - S O by E    -> held H2 at 100 until 17:42:08
        17:41 number F - S             -> number W 2 after
        lets_in F 17:41..17:42 before 0
        17:41 hold H3 - S O by F       -> held H3 at 100 until 17:43",
    );
}

/// Without a number nobody holds, and neither with one that is over, of another window, or in use.
#[test]
fn one_hold_at_a_time_with_a_number_that_counts() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        code C vip
        window W S public 17:40..18:00 hold 2m lobby 30/20m/1m
        window V S code:vip 17:40..18:00 hold 2m lobby 30/5m/1m
        publish S
        17:30 number N - S            -> number W 0 ahead
        17:36 number M - S code C     -> number W 1 ahead -- of two lobbies that open together it is the first made
        17:40 hold H1 - S O           -> opened W, opened V, refused number_needed
        17:40:30 hold H1 - S O by N   -> held H1 at 100 until 17:42:30
        17:40:31 hold H2 - S O by N   -> refused number_used
        17:40:32 release H1           -> released H1
        17:40:33 hold H3 - S O by N   -> held H3 at 100 until 17:42:33
        17:41:59 hold H4 - S O by M   -> refused number_needed -- its minute is over
        17:42:33 hold H5 - S O by N   -> lapsed H3, refused number_needed",
    );
}

/// What has no lobby asks for no number, whoever shows one; a turn needs none; an order moves past none.
#[test]
fn what_a_lobby_leaves_alone() {
    check(
        "pool P 2
        slot S 18:00..20:00
        offer O S P 100 max 2
        code C vip
        window W S public 17:40..18:00 lobby 60/20m/5m
        window V S code:vip 17:30..18:00
        publish S
        slot T 18:00..20:00
        pool Q 5
        offer X T Q 100 key o
        window U T public 17:00..18:00
        publish T
        17:35 number N - S             -> opened U, opened V, number W 0 ahead
        17:35 number M - T             -> refused no_lobby
        17:36 hold H1 - S O code C by N -> held H1 at 100 until 17:44
        17:37 hold H2 ann T X          -> held H2 at 100 until 17:45
        17:37 confirm H2 R2 ann sandbox -> confirming H2 100
        17:37 authorised H2 R2         -> order R2 100
        17:40 hold H3 - S O by N       -> opened W, held H3 at 100 until 17:48
        17:41 move_order R2 S          -> refused no_counterpart
        17:41 join E1 bea S O*2        -> joined E1
        17:42 release H1               -> released H1, passed E1
        17:43 move_order R2 S organiser -> moved R2 to S
        18:00 number L - S             -> lapsed H3, left E1 windows_over, closed W, closed V, closed U, refused window_closed 18:00",
    );
}

/// Who is not admitted takes no number, and what an organiser may write has bounds.
#[test]
fn bounds() {
    check(
        "pool P 9
        slot S 18:00..20:00
        offer O S P 100
        code C vip
        list L ann
        window W S list:L 17:40..18:00 lobby 30/20m/1m
        16:00 number N - S             -> refused slot_not_published
        publish S
        17:30 number N - S             -> refused not_admitted
        17:30 number N bea S           -> refused not_admitted
        17:30 number N ann S code C    -> refused code_wrong
        17:30 number N ann S           -> number W 0 ahead
        17:30 window X S public 17:40..18:00 lobby 0/20m/1m  -> refused invalid windows[x].lobby.per_minute BelowMin(1)
        17:30 window X S public 17:40..18:00 lobby 60001/20m/1m -> refused invalid windows[x].lobby.per_minute AboveMax(60000)
        17:30 window X S public 17:40..18:00 lobby 9/25h/1m  -> refused invalid windows[x].lobby.ahead AboveMax(86400)
        17:30 window X S public 17:40..18:00 lobby 9/20m/4s  -> refused invalid windows[x].lobby.for BelowMin(5)
        17:31 call_off S yes           -> cancelled S
        17:32 number N ann S           -> refused slot_cancelled",
    );
}

/// A pace that is changed makes nobody's time run out, and a window that moves takes its line along.
#[test]
fn a_changed_pace_and_a_moved_opening() {
    lobby(
        "17:30 number A - S             -> number W 0 ahead
        17:40 number B - S             -> opened W, number W 0 after
        lets_in B 17:40:02..17:41:02 before 1
        17:45 window W S public 17:40..18:00 hold 2m lobby 60/20m/1m -> window W
        lets_in A 17:40..17:46 before 0
        lets_in B 17:40:02..17:46 before 0
        17:45:30 hold H1 - S O by A    -> held H1 at 100 until 17:47:30",
    );
    lobby(
        "17:30 number A - S             -> number W 0 ahead
        17:35 window W S public 17:50..18:00 hold 2m lobby 60/20m/1m -> window W
        17:47 number C - S             -> number W 1 ahead
        17:50 number D - S             -> opened W, number W 0 after
        lets_in D 17:50:02..17:51:02 before 2
        17:50:02 hold H1 - S O by D    -> held H1 at 100 until 17:52:02",
    );
}

/// An opening that is moved to before the present makes nobody's time run out.
#[test]
fn an_opening_moved_into_the_past() {
    lobby(
        "17:30 number A - S             -> number W 0 ahead
        17:30 number B - S             -> number W 1 ahead
        17:35 window W S public 17:21..18:00 hold 2m lobby 30/20m/1m -> window W
        17:35:30 hold H1 - S O by A    -> opened W, held H1 at 100 until 17:37:30
        17:35:59 hold H2 - S O by B    -> held H2 at 100 until 17:37:59",
    );
}

/// Those who came early get each one place, in an order that is not theirs of coming, and whoever comes late stands
/// behind all of them.
#[test]
fn the_order_is_drawn() {
    let mut world = World::new();
    LOBBY.lines().for_each(|line| assert_eq!(world.line(line), None, "{line}"));
    let slot = SlotId(world.id("S"));
    let number = |world: &mut World, at: &str, lot: u64| -> Number {
        world.now = Instant(time(at));
        world.pulse();
        let facts = world.transact(&Command::TakeNumber(TakeNumber { slot, code: None, buyer: None, lot }));
        let Some(Fact::NumberTaken { number, .. }) = facts.unwrap().pop() else { panic!("no number") };
        number
    };
    let early: Vec<Number> = (0..100).map(|lot| number(&mut world, "17:30", lot * 0x9e37_79b9)).collect();
    let late = number(&mut world, "17:40", 0);
    let id = WindowId(world.id("W"));
    let window = &world.books.windows[&id];
    let mut places: Vec<u32> = early.iter().map(|number| window.lobby.place(*number)).collect();
    assert_eq!(window.lobby.place(late), 100);
    assert_ne!(places, (0..100).collect::<Vec<u32>>());
    let opens = window.spec.opens.at;
    for (number, place) in early.iter().zip(&places) {
        assert_eq!(window.lets_in(*number).unwrap().0, opens.plus(Span::seconds(i64::from(*place) * 2)));
    }
    places.sort_unstable();
    assert_eq!(places, (0..100).collect::<Vec<u32>>());
}
