//! The hunt for planted bugs: each is made active and lives are lived until the auditor catches it. A simulator
//! that does not find what is known to be wrong says nothing by finding nothing.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dayshelf_core::planted::{Plant, Room, activate};

use crate::life::live;

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
