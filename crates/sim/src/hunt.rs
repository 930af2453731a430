//! The hunt for planted bugs: each is made active and lives are lived until the auditor catches it. A simulator
//! that does not find what is known to be wrong says nothing by finding nothing.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dayshelf_core::planted::{Plant, Room, activate};

use crate::life::live;
use crate::world;

/// Seeds that are lived for one bug from one starting point before it counts as not found.
pub const SEEDS_MAX: u64 = 500;
/// Seeds between two starting points.
const STRIDE: u64 = 100_000;

/// How one bug was caught.
#[derive(Clone, Debug)]
pub struct Catch {
    /// The bug.
    pub plant: Plant,
    /// For each starting point the seeds until it was found, if it was.
    pub seeds: Vec<Option<u64>>,
    /// What caught it, the most frequent first.
    pub caught_by: Vec<String>,
}

impl Catch {
    /// Whether it was found from every starting point.
    pub fn is_found(&self) -> bool {
        self.seeds.iter().all(Option::is_some)
    }

    /// The median of the seeds, those not found counted as the most.
    pub fn median(&self) -> u64 {
        let mut seeds: Vec<u64> = self.seeds.iter().map(|seeds| seeds.unwrap_or(SEEDS_MAX)).collect();
        seeds.sort_unstable();
        seeds.get(seeds.len() / 2).copied().unwrap_or(SEEDS_MAX)
    }

    /// The most seeds that it took.
    pub fn most(&self) -> u64 {
        self.seeds.iter().map(|seeds| seeds.unwrap_or(SEEDS_MAX)).max().unwrap_or(SEEDS_MAX)
    }
}

/// The bugs that are planted in the rules.
pub fn in_core() -> impl Iterator<Item = Plant> {
    Plant::ALL.iter().copied().filter(|plant| plant.room() == Room::Core)
}

/// The bugs that are planted in desk, store and relay.
pub fn beneath() -> impl Iterator<Item = Plant> {
    Plant::ALL.iter().copied().filter(|plant| plant.room() != Room::Core)
}

/// How one bug of desk, store or relay was caught.
#[derive(Clone, Debug)]
pub struct CatchBeneath {
    /// The bug.
    pub plant: Plant,
    /// The first seed that showed it, and what caught it.
    pub found: Option<(u64, String)>,
    /// How long the world of that seed took.
    pub millis: u128,
}

/// Hunts one bug of desk, store or relay from the first seed on.
pub fn hunt_beneath(plant: Plant, seeds: u64) -> CatchBeneath {
    for seed in 0..seeds {
        let begun = std::time::Instant::now();
        if let Some(cause) = caught_beneath(plant, seed) {
            return CatchBeneath { plant, found: Some((seed, cause)), millis: begun.elapsed().as_millis() };
        }
    }
    CatchBeneath { plant, found: None, millis: 0 }
}

/// What catches a bug in the world of a seed, if anything does: the invariant where one is named.
pub fn caught_beneath(plant: Plant, seed: u64) -> Option<String> {
    activate(Some(plant));
    let lived = catch_unwind(AssertUnwindSafe(|| world::live(seed)));
    activate(None);
    match lived {
        Ok(Ok(_)) => None,
        Ok(Err(cause)) => Some(named(&cause)),
        Err(_) => Some("a panic".into()),
    }
}

/// The invariant that a cause names, or its first words.
fn named(cause: &str) -> String {
    let numbered = |word: &&str| {
        word.strip_prefix('I')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let words =
        |text: &str| text.split(|sign: char| !sign.is_alphanumeric()).find(numbered).map(str::to_owned);
    words(cause).unwrap_or_else(|| cause.split([':', ',', '\n']).next().unwrap_or_default().to_owned())
}

/// The table of bugs beneath for people.
pub fn table_beneath(catches: &[CatchBeneath]) -> String {
    let mut table =
        String::from("| bug | where | the mistake | caught by | first seed |\n|---|---|---|---|---|\n");
    for CatchBeneath { plant, found, .. } in catches {
        let (seed, by) = match found {
            Some((seed, by)) => (seed.to_string(), by.as_str()),
            None => ("none".to_owned(), "**not found**"),
        };
        let room = format!("{:?}", plant.room()).to_lowercase();
        table.push_str(&format!("| {} | {room} | {} | {by} | {seed} |\n", plant.name(), plant.what()));
    }
    table
}

/// Hunts one bug of the rules from so many starting points.
pub fn hunt(plant: Plant, starts: u64) -> Catch {
    let mut seeds = Vec::new();
    let mut by: BTreeMap<String, u64> = BTreeMap::new();
    for start in 0..starts {
        let found = (0..SEEDS_MAX).find_map(|seed| Some((seed + 1, caught(plant, start * STRIDE + seed)?)));
        seeds.push(found.as_ref().map(|(seeds, _)| *seeds));
        if let Some((_, caught_by)) = found {
            *by.entry(caught_by).or_default() += 1;
        }
    }
    let mut caught_by: Vec<(String, u64)> = by.into_iter().collect();
    caught_by.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Catch { plant, seeds, caught_by: caught_by.into_iter().map(|(by, _)| by).collect() }
}

/// What catches a bug in the life of a seed, if anything does. A panic of the rules is caught too.
fn caught(plant: Plant, seed: u64) -> Option<String> {
    activate(Some(plant));
    let lived = catch_unwind(AssertUnwindSafe(|| live(seed)));
    activate(None);
    match lived {
        Ok(Ok(_)) => None,
        Ok(Err(failure)) => Some(failure.caught_by()),
        Err(_) => Some("a panic".into()),
    }
}

/// The table of bugs for people.
pub fn table(catches: &[Catch]) -> String {
    let mut table =
        String::from("| bug | the mistake | caught by | median seeds | most |\n|---|---|---|---|---|\n");
    for catch in catches {
        let (median, most) = (catch.median(), catch.most());
        let by = catch.caught_by.first().map_or("**not found**", String::as_str);
        let line =
            format!("| {} | {} | {by} | {median} | {most} |\n", catch.plant.name(), catch.plant.what());
        table.push_str(&line);
    }
    table
}
