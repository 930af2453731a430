//! What the chance of somebody in line hangs on.

use dayshelf_core::chance::{Ends, Stake, chance};
use dayshelf_core::decide::stake;
use dayshelf_core::ids::EntryId;

use crate::table::World;

/// The stakes of these entries after the table.
fn stakes(lines: &str, of: &[&str]) -> Vec<Option<Stake>> {
    let mut world = World::new();
    for line in format!("{SHOP}{lines}").lines().map(str::trim) {
        world.line(line);
    }
    let mut found = Vec::new();
    for name in of {
        let id = EntryId(world.id(name));
        found.push(stake(&world.books, &world.books.entries[&id]));
    }
    found
}

fn some(needed: u32, held: &[u32]) -> Option<Stake> {
    Some(Stake { needed, held: held.to_vec() })
}

const SHOP: &str = "pool P 8
    slot S 18:00..20:00
    offer O S P 100
    window W S public 17:00..18:00 hold 30m
    publish S
";

/// Those who are before count with what they ask for. What the window does not outlast does not count as held.
#[test]
fn what_has_to_come_back() {
    let lines = "17:00 hold H1 ann S O*3
        17:00 hold H2 bea S O*5
        17:00 join E1 eve S O*2
        17:00 join E2 fay S O*2
        17:00 join E3 gil S O";
    let held = [3, 5];
    let all = stakes(lines, &["E1", "E2", "E3"]);
    assert_eq!(all, [some(2, &held), some(4, &held), some(5, &held)]);
    let late = stakes("17:45 hold H1 ann S O*8\n17:45 join E1 eve S O", &["E1"]);
    assert_eq!(late, [some(1, &[])], "it lasts as long as the window");
}

/// The chance goes with the place: who stands further behind has less.
#[test]
fn further_behind_is_less() {
    let lines = "17:00 hold H1 ann S O*2
        17:00 hold H2 bea S O*2
        17:00 hold H3 cid S O*4
        17:00 join E1 eve S O*2
        17:00 join E2 fay S O*2
        17:00 join E3 gil S O*4";
    let all = stakes(lines, &["E1", "E2", "E3"]);
    let ends = Ends { kept: 15, back: 15 };
    let chances: Vec<_> = all.iter().flatten().map(|stake| chance(stake, ends)).collect();
    assert_eq!(chances, [Some(87), Some(62), Some(12)]);
}
