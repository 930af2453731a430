//! Seeds that went wrong once are lived for ever.

use dayshelf_sim::life::live;

/// A line each: the seed, and why it is kept.
const KEPT: &str = include_str!("kept.txt");

/// They all hold now.
#[test]
fn kept_seeds() {
    let lines = KEPT.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut count = 0;
    for line in lines {
        let (seed, why) = line.split_once(' ').expect("a seed and why");
        let seed = seed.parse().expect("a number");
        live(seed).unwrap_or_else(|failure| panic!("seed {seed}, kept because {why}: {failure}"));
        count += 1;
    }
    assert!(count > 0, "nothing is kept");
}
