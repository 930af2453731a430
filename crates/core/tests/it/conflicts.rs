//! What a dry run names as in the way: a place, a person, nights of a partner's.

use dayshelf_core::command::Command;
use dayshelf_core::decide::{ConflictKind, preview};
use dayshelf_core::time::Instant;

use crate::table::{World, check};

const SHOP: &str = "pool P 9
    pool ROOM 2 nights d1
    pool SUITE 2 nights d1..d2
    pool ANY 5 borrows SUITE
    slot S d1/18:00..d1/22:00
    slot T d2/18:00..d2/22:00
    offer O S P+ROOM 100
    offer A S P 50
    offer B T P+SUITE 100
    block F S d1/21:00..d1/22:00 at yard
    block G T d2/21:00..d2/22:00 at yard
    shift X S d1/18:00..d1/22:00 of ann
    shift Y T d2/17:00..d2/20:00 of ann
    publish S
    publish T";

/// What a dry run of a line says is in the way: the kind, what is wanted, and whose it is.
fn said(world: &mut World, line: &str) -> Vec<String> {
    let command = world.read(line);
    let ask = match command {
        Command::ChangeSlot(ask) => ask,
        command => {
            let words: Vec<&str> = line.split_whitespace().collect();
            let Command::ChangeSlot(ask) = crate::table::asked(world, &words, command) else { panic!() };
            ask
        }
    };
    let preview = preview(&world.books, world.now, &ask).unwrap();
    let said = preview.conflicts.iter().map(|one| {
        let kind = match one.kind {
            ConflictKind::Pickup { .. } => "pickup".to_owned(),
            ConflictKind::Shift { .. } => "shift".to_owned(),
            ConflictKind::Night { offer, needs, has, .. } => {
                let span = |nights: dayshelf_core::nights::Nights| {
                    format!("d{}..d{}", nights.first.0, nights.last.0)
                };
                format!("night of {} needs {} has {}", world.word(offer.0), span(needs), span(has))
            }
        };
        let other = one.other.map(|slot| format!(" with {}", world.word(slot.0))).unwrap_or_default();
        format!("{kind}: {}{other}", one.wanted)
    });
    said.collect()
}

fn shop() -> World {
    let mut world = World::new();
    for line in SHOP.lines() {
        assert_eq!(world.line(line.trim()), None, "{line}");
    }
    world.now = Instant(11 * 3_600_000);
    world
}

/// A slot that moves onto another's day meets its pickup and its people there; and it leaves its nights behind.
#[test]
fn what_is_in_the_way_is_named() {
    let mut world = shop();
    let meets = ["pickup: yard with T", "shift: ann with T", "night of O needs d2..d2 has d1..d1: ROOM"];
    assert_eq!(said(&mut world, "move S d2/18:00..d2/22:00"), meets);
    // By two hours nobody is met, and the night is the same.
    assert_eq!(said(&mut world, "move S d1/20:00..d1/23:30"), [""; 0]);
    // Past midnight it is still that evening's night.
    assert_eq!(said(&mut world, "move S d1/20:00..d2/02:00"), [""; 0]);
    let long = ["night of O needs d1..d2 has d1..d1: ROOM"];
    assert_eq!(said(&mut world, "move S d1/18:00..d3/10:00"), long);
}

/// Nights are looked at where the days, the recipe or the nights are others, and not where somebody only writes a title.
#[test]
fn nights_are_named_when_they_are_news() {
    let mut world = shop();
    world.line("move T d4/18:00..d4/22:00");
    for quiet in ["edit T title Later", "move T d4/18:30..d4/22:00", "offer B T P+SUITE 90 asked T"] {
        assert_eq!(said(&mut world, quiet), [""; 0], "{quiet}");
    }
    let room = ["night of B needs d4..d4 has d1..d1: ROOM"];
    assert_eq!(said(&mut world, "offer B T P+ROOM 100 asked T"), room);
    // What it may borrow is drawn on too.
    let suite = ["night of B needs d4..d4 has d1..d2: SUITE"];
    assert_eq!(said(&mut world, "offer B T ANY 100 asked T"), suite);
    let elsewhere = ["night of B needs d4..d4 has d5..d5: SUITE"];
    assert_eq!(said(&mut world, "pool SUITE 2 nights d5 asked T"), elsewhere);
    assert_eq!(said(&mut world, "pool SUITE 2 nights d3..d4 asked T"), [""; 0]);
    assert_eq!(said(&mut world, "pool SUITE 2 asked T"), [""; 0], "units for any day");
}

/// A bundle admits to further slots: each of them has its nights by it.
#[test]
fn bundles_have_nights_too() {
    let mut world = shop();
    world.line("offer C S P+SUITE 200 slots T");
    let word = "night of C needs d3..d3 has d1..d2: SUITE";
    let said = said(&mut world, "move T d3/18:00..d3/22:00");
    assert!(said.contains(&word.to_owned()), "{said:?}");
}

/// A conflict is told and refuses nothing; nights that end before they begin are refused.
#[test]
fn nights_stay_where_they_are() {
    let mut world = shop();
    assert_eq!(said(&mut world, "move S d3/18:00..d3/22:00").len(), 1);
    assert_eq!(world.line("move S d3/18:00..d3/22:00"), None);
    check(&format!(
        "{SHOP}
        11:01 pool ROOM 2 nights d3..d2       -> refused invalid pools[room].nights.last Inverted
        11:02 pool ROOM 2 nights d3           -> pool ROOM
        11:03 pool ROOM 2 nights d3           -> nothing"
    ));
}

const ROOMS: &str = "pool P 20
        pool ROOM 2 nights d5
        pool SUITE 2 nights d5..d6
        pool ANY 5 borrows SUITE
        slot S d5/18:00..d5/22:00
        slot T d6/18:00..d6/22:00
        offer O S P+ROOM 100
        offer A S P 50
        offer C S P+ROOM 200 slots T
        offer B T P+SUITE 100
        offer L T ANY 30
        window W S public 10:00..d5/18:00 hold 20m turn 8m
        window V T public 10:00..d6/18:00
        publish S
        publish T";

/// What is there on other nights than the slot's is not sold, nor waited for, whatever else the slot sells; what was held
/// before goes on, and once the partner has other nights the line is served.
#[test]
fn what_is_on_other_nights_is_not_sold() {
    check(&format!(
        "{ROOMS}
        11:00 hold H1 ann S O*2           -> opened W, opened V, held H1 at 200 until 11:20
        11:00 join E1 cia S O             -> joined E1
        11:01 move S d4/18:00..d4/22:00   -> moved S, window W, offer O, offer A, offer C
        11:02 hold H2 bea S O             -> refused not_offered unfulfillable
        11:02 hold H2 bea S O+A           -> refused not_offered unfulfillable
        11:02 join E2 bea S O             -> refused not_offered unfulfillable
        11:02 hold H3 bea S A             -> held H3 at 50 until 11:22
        11:03 release H1                  -> released H1
        11:04 pool ROOM 2 nights d8..d9   -> pool ROOM
        11:05 hold H4 dan S O             -> refused not_offered unfulfillable
        11:06 pool ROOM 2 nights d3..d4   -> pool ROOM, turn E1 until 11:14
        11:07 hold H6 dan S O             -> held H6 at 100 until 11:27
        books ROOM held 2"
    ));
}

/// One night of several is sold as what it is; of a bundle it is enough that they are those of one of its slots; and what
/// is borrowed counts where it is of use.
#[test]
fn nights_of_a_part_are_sold() {
    check(&format!(
        "{ROOMS}
        11:00 move S d4/18:00..d7/12:00   -> opened W, opened V, moved S, window W, offer O, offer A, offer C
        11:01 hold H1 ann S O             -> held H1 at 100 until 11:21
        11:02 release H1                  -> released H1
        11:02 move S d3/18:00..d3/22:00   -> moved S, window W, offer O, offer A, offer C
        11:02 move T d5/18:00..d5/22:00   -> moved T, window V, offer B, offer L
        11:03 hold H2 ann S O             -> refused not_offered unfulfillable
        11:03 hold H2 ann S C             -> held H2 at 200 until 11:23
        11:04 hold H3 bea T L*6           -> held H3 at 180 until 11:12
        books SUITE free 1 held 1
        11:05 release H3                  -> released H3
        11:05 move T d3/18:00..d3/22:00   -> moved T, window V, offer B, offer L
        11:06 hold H4 bea T L*6           -> refused too_few_left L 5
        11:06 hold H5 bea T L*5           -> held H5 at 150 until 11:14
        left V L 0
        11:07 hold H6 bea T B             -> refused not_offered unfulfillable
        11:07 join E1 bea T L*6           -> refused never_enough 5"
    ));
}
