//! Changes of slots: what is done at once, what waits for a yes, who hears of it, and the way back.

use dayshelf_core::change::{Credential, Guard};
use dayshelf_core::command::Command;
use dayshelf_core::decide::decide;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::PasswordId;
use dayshelf_core::refusal::{Noun, Refusal};

use crate::table::{World, check};

const SHOP: &str = "key K
    key L
    pool P 4
    slot S d1/18:00..d1/20:00
    slot D d1/18:00..d1/20:00
    offer O S P 100
    window W S public 12:00..d1/18:00 hold 30m
    block F S d1/21:00..d1/22:00 box B1=d1/21:00..d1/21:30*2,B2=d1/21:30..d1/22:00*2
    publish S
";

/// A draft is nobody's business; a slot that nobody has bought of is moved, and nobody hears of it.
#[test]
fn nobody_to_tell() {
    check(&format!(
        "{SHOP}
        11:00 move D d2/18:00..d2/20:00       -> moved D
        11:00 move D d2/18:00..d2/20:00       -> nothing
        11:00 move S d1/18:10..d1/20:10       -> moved S, window W, block F, offer O
        11:00 edit S title New place Hall     -> nothing
        12:00 pulse                           -> nothing
        12:10 pulse                           -> opened W"
    ));
}

/// Two quick moves are one notice, one sequence number, and it says what was shown before the first. Whoever
/// bought between them hears of the second alone, whoever bought after them of nothing.
#[test]
fn told_once() {
    check(&format!("{SHOP}
        17:00 hold H1 ann S O                 -> opened W, held H1 at 100 until 17:30
        17:00 confirm H1 R1 ann pickup        -> order R1 100
        17:10 move S d1/18:10..d1/20:10       -> tells S 17:13, moved S, window W, block F, offer O
        17:11 hold H2 bea S O                 -> held H2 at 100 until 17:41
        17:11 confirm H2 R2 bea pickup        -> order R2 100
        17:12 move S d1/18:20..d1/20:20       -> tells S 17:15, moved S, window W, block F, offer O
        17:12 hold H3 cid S O                 -> held H3 at 100 until 17:42
        17:13 confirm H3 R3 cid pickup        -> order R3 100
        17:15 pulse                           -> told S #1 d1/18:20 saw d1/18:00 until 17:10 + d1/18:10 until 17:12
        17:16 edit S place Hall               -> tells S 17:19
        17:19 pulse                           -> told S #2 d1/18:20Hall saw d1/18:20 until 17:16"));
}

/// What is taken back in time tells nobody, unless somebody has bought meanwhile: they hear, and nobody else.
#[test]
fn taken_back() {
    check(&format!("{SHOP}
        17:00 hold H1 ann S O                 -> opened W, held H1 at 100 until 17:30
        17:00 confirm H1 R1 ann pickup        -> order R1 100
        17:10 move S d1/18:10..d1/20:10       -> tells S 17:13, moved S, window W, block F, offer O
        17:11 move S d1/18:00..d1/20:00       -> moved S, window W, block F, offer O
        17:20 pulse                           -> nothing
        17:20 move S d1/18:10..d1/20:10       -> tells S 17:23, moved S, window W, block F, offer O
        17:21 hold H2 bea S O                 -> held H2 at 100 until 17:51
        17:21 confirm H2 R2 bea pickup        -> order R2 100
        17:22 move S d1/18:00..d1/20:00       -> tells S 17:25, moved S, window W, block F, offer O
        17:25 pulse                           -> told S #1 d1/18:00 saw d1/18:00 until 17:20 + d1/18:10 until 17:22"));
}

/// At once, or not at all; what was kept quiet is told with the next that is not.
#[test]
fn tell_now_or_nobody() {
    check(&format!("{SHOP}
        17:00 hold H1 ann S O                 -> opened W, held H1 at 100 until 17:30
        17:00 confirm H1 R1 ann pickup        -> order R1 100
        17:10 move S d1/18:10..d1/20:10 tell nobody -> moved S, window W, block F, offer O
        17:20 pulse                           -> nothing
        17:20 move S d1/18:20..d1/20:20 tell now    -> tells S 17:20, moved S, window W, block F, offer O, told S #1 d1/18:20 saw d1/18:00 until 17:10
        17:30 pulse                           -> nothing"));
}

/// Whoever drags for ever does not put the telling off for ever.
#[test]
fn told_in_the_end() {
    let mut table = format!(
        "{SHOP}
        17:00 hold H1 ann S O                 -> opened W, held H1 at 100 until 17:30
        17:00 confirm H1 R1 ann pickup        -> order R1 100\n"
    );
    for minute in (0..20).step_by(2) {
        let due = (minute + 3).min(20);
        table += &format!(
            "17:{minute:02} move S d1/18:{:02}..d1/20:00 -> tells S 17:{due:02}, moved S, window W, block F, offer O\n",
            minute + 1
        );
    }
    table += "17:20 pulse -> told S #1 d1/18:19 saw d1/18:00 until 17:00:00.001";
    check(&table.replace("17:00:00.001", "17:00"));
}

/// What destroys something waits, with its reasons, and nothing of it is done; a yes does it, a no does not.
#[test]
fn waits_for_a_yes() {
    check(&format!("{SHOP}
        17:00 hold H1 ann S O                 -> opened W, held H1 at 100 until 17:30
        17:00 confirm H1 R1 ann pickup        -> order R1 100
        17:00 hold H2 bea S O                 -> held H2 at 100 until 17:30
        17:01 call_off S                      -> waits S bought 1 1
        17:02 call_off S                      -> nothing
        17:02 no S                            -> declined S
        17:02 no S                            -> refused unknown confirmation
        17:03 call_off S                      -> waits S bought 1 1
        17:04 yes S                           -> granted S, cancelled S, lapsed H2 slot_cancelled, cancelled R1 0
        17:05 yes S                           -> refused unknown confirmation
        books P free 4"));
}

/// Nobody answers, or something else comes first: then it is forgotten.
#[test]
fn waits_in_vain() {
    check(&format!("{SHOP}
        17:00 hold H1 ann S O                 -> opened W, held H1 at 100 until 17:30
        17:00 confirm H1 R1 ann pickup        -> order R1 100
        17:01 call_off S                      -> waits S bought 0 1
        17:02 edit S title New                -> nothing
        17:03 move S d1/18:10..d1/20:10       -> tells S 17:06, overtaken S, moved S, window W, block F, offer O
        17:04 call_off S                      -> waits S bought 0 1
        17:05 move S 16:00..d1/20:00          -> overtaken S, waits S past + across w open>closed + promise B1
        17:06 pulse                           -> told S #1 d1/18:10 saw d1/18:00 until 17:03
        d1/17:05 pulse                        -> expired S
        d1/17:06 yes S                        -> refused unknown confirmation"));
}

/// Into the past, across an open window, away from a pickup that somebody was promised; a little later is fine.
#[test]
fn confirm_reasons() {
    check(&format!("{SHOP}
        11:00 move S 10:00..d1/20:00          -> waits S past + across w ahead>closed
        11:00 move S d1/17:00..d1/19:00       -> overtaken S, waits S across w ahead>open
        17:00 hold H1 ann S O                 -> opened W, held H1 at 100 until 17:30
        17:00 confirm H1 R1 ann pickup        -> order R1 100
        17:01 move S d1/18:29..d1/20:29       -> tells S 17:04, overtaken S, moved S, window W, block F, offer O
        17:02 move S d1/17:59..d1/19:59       -> waits S promise b1
        17:03 move S d3/18:00..d3/20:00       -> overtaken S, waits S across w open>ahead + promise b1").replace("promise b1", "promise B1"));
}

/// Fewer units than are held and sold: free ones go first, then the newest unpaid holds, never what was bought.
#[test]
fn capacity() {
    check(&format!(
        "{SHOP}
        17:00 hold H1 ann S O*2               -> opened W, held H1 at 200 until 17:30
        17:00 confirm H1 R1 ann pickup        -> order R1 200
        17:00 hold H2 bea S O                 -> held H2 at 100 until 17:30
        17:01 edit S units P:5                -> pool P
        17:01 edit S units P:3                -> pool P
        17:01 edit S units P:3                -> nothing
        books P sold 2 held 1
        17:02 edit S units P:1                -> waits S below P 2 short 1
        17:02 yes S                           -> granted S, lapsed H2 deficit, joined H2, pool P
        books P sold 2
        17:03 edit S units Q:1                -> refused unknown pool"
    ));
}

/// The last change is taken back as it was, with all that hangs on it, as long as nobody has been told.
#[test]
fn undo() {
    check(&format!("{SHOP}
        17:00 undo S                          -> opened W, refused nothing_to_undo
        17:00 hold H1 ann S O                 -> held H1 at 100 until 17:30
        17:00 confirm H1 R1 ann pickup        -> order R1 100
        17:10 move S d1/18:10..d1/20:10 place Hall units P:9 -> tells S 17:13, moved S, window W, block F, offer O, pool P
        17:12 undo S                          -> moved S, window W, block F, offer O, pool P
        17:12 undo S                          -> refused nothing_to_undo
        books P free 3 sold 1
        17:20 pulse                           -> nothing
        17:20 move S d3/18:00..d3/20:00 sure  -> granted S, tells S 17:23, moved S, window W, block F, offer O
        17:22 undo S                          -> moved S, window W, block F, offer O
        17:22 pulse                           -> opened W
        17:30 move S d1/18:10..d1/20:10       -> tells S 17:33, moved S, window W, block F, offer O
        17:33 undo S                          -> told S #1 d1/18:10 saw d1/18:00 until 17:30, refused nothing_to_undo"));
}

/// A credential that moves one slot too many is frozen; another one lets it on. New slots are not counted, nor is
/// one slot dragged about, nor what a yes was given to by somebody else. A
/// draft may be called off all the same.
#[test]
fn breaker() {
    let mut table = SHOP.to_string();
    for n in 0..21 {
        table += &format!("slot N{n} d2/10:00..d2/11:00\npublish N{n}\n");
    }
    for n in 0..20 {
        table += &format!("11:0{} move N{n} d2/12:00..d2/13:00 by K -> moved N{n}\n", n / 5);
    }
    check(&format!(
        "{table}
        slot D d2/10:00..d2/11:00
        11:04 move N19 d2/13:00..d2/14:00 by K -> moved N19
        11:04 edit N20 title Calm by K         -> nothing
        11:04 call_off D by K                  -> cancelled D
        11:04 call_off N20 by K                -> frozen K
        11:04 edit N20 title Wild by K         -> refused credential_frozen
        11:30 undo N19 by K                    -> refused credential_frozen
        11:30 unfreeze K by K                  -> refused credential_frozen
        11:30 unfreeze L by K                  -> refused credential_frozen
        11:30 call_off N20 by L                -> cancelled N20
        11:30 unfreeze N by L                  -> refused unknown key
        11:30 unfreeze K by L                  -> freed K
        11:30 unfreeze K by L                  -> nothing
        11:31 call_off N19 by K                -> cancelled N19"
    ));
}

/// What is long ago is not counted.
#[test]
fn breaker_forgets() {
    let mut table = SHOP.to_string();
    for n in 0..24 {
        table += &format!("slot N{n} d2/10:00..d2/11:00\n");
    }
    for n in 0..24 {
        table += &format!("11:0{} move N{n} d2/12:00..d2/13:00 by K -> moved N{n}\n", n / 3);
    }
    check(&table);
}

/// The books know of a calendar app's password what was done with it: one that was never frozen needs nothing done, and
/// whoever is frozen can't say so.
#[test]
fn what_was_never_frozen_needs_nothing() {
    let mut world = World::new();
    let password = Credential::Password(PasswordId(world.id("phone")));
    let freed = |world: &World, credential, by| {
        decide(&world.books, world.now, &Command::Unfreeze { credential, by })
    };
    assert_eq!(freed(&world, password, Credential::House), Ok(Vec::new()));
    let since = world.now;
    let guard = Guard { credential: password, recent: Vec::new(), frozen: Some(since) };
    world.books.guards.insert(password, guard);
    assert_eq!(freed(&world, password, password), Err(Refusal::CredentialFrozen { since }));
    let other = Credential::Password(PasswordId(world.id("laptop")));
    assert_eq!(freed(&world, other, password), Err(Refusal::CredentialFrozen { since }));
    let done = vec![Fact::CredentialFreed { credential: password }];
    assert_eq!(freed(&world, password, other), Ok(done));
    assert_eq!(freed(&world, Credential::House, other), Err(Refusal::Unknown(Noun::Key)));
}
