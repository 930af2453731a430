//! The hunt for planted bugs: each is made active and lives are lived until the auditor catches it. A simulator
//! that does not find what is known to be wrong says nothing by finding nothing.
//!
//! Start at [`hunt`].

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use dayshelf_core::planted::{Plant, Room, activate};

use crate::life::{ENDLESS, live};
use crate::world;

/// Seeds between two starting points.
const STRIDE: u64 = 100_000;

/// How far a hunt goes.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Starting points.
    pub starts: u64,
    /// Seeds that are lived from each of them before a bug counts as not found.
    pub seeds: u64,
}

/// How one bug was caught.
#[derive(Clone, Debug)]
pub struct Catch {
    /// The bug.
    pub plant: Plant,
    /// For each starting point the seeds until it was found, if it was.
    pub seeds: Vec<Option<u64>>,
    /// A seed that shows it.
    pub kept: Option<u64>,
    /// What caught it, the most frequent first.
    pub caught_by: Vec<String>,
    /// Lives that were lived.
    pub lives: u64,
}

impl Catch {
    /// Whether it was found from every starting point.
    pub fn is_found(&self) -> bool {
        self.seeds.iter().all(Option::is_some)
    }

    /// The median of the seeds; nothing where half of the starting points did not show it.
    pub fn median(&self) -> Option<u64> {
        let mut seeds: Vec<u64> = self.seeds.iter().map(|seeds| seeds.unwrap_or(u64::MAX)).collect();
        seeds.sort_unstable();
        seeds.get(seeds.len() / 2).copied().filter(|seeds| *seeds < u64::MAX)
    }

    /// The most seeds that it took; nothing where a starting point did not show it.
    pub fn most(&self) -> Option<u64> {
        self.seeds.iter().copied().collect::<Option<Vec<u64>>>()?.into_iter().max()
    }

    /// Its row in the table for people.
    pub fn row(&self) -> String {
        let number = |seeds: Option<u64>| seeds.map_or("**none**".to_owned(), |seeds| seeds.to_string());
        let by = self.caught_by.first().map_or("**not found**", String::as_str);
        let (name, what, room) = (self.plant.name(), self.plant.what(), self.plant.room());
        let place = if room == Room::Core { String::new() } else { format!(" {room:?} |").to_lowercase() };
        let (median, most, kept) = (number(self.median()), number(self.most()), number(self.kept));
        format!("| {name} |{place} {what} | {by} | {median} | {most} | {kept} |\n")
    }
}

/// The bugs that are planted in the rules.
pub fn in_core() -> Vec<Plant> {
    Plant::ALL.iter().copied().filter(|plant| plant.room() == Room::Core).collect()
}

/// The bugs that are planted in desk, store and relay.
pub fn beneath() -> Vec<Plant> {
    Plant::ALL.iter().copied().filter(|plant| plant.room() != Room::Core).collect()
}

/// Hunts one bug from every starting point.
pub fn hunt(plant: Plant, reach: Reach) -> Catch {
    let mut catch = Catch { plant, seeds: Vec::new(), kept: None, caught_by: Vec::new(), lives: 0 };
    let mut by: BTreeMap<String, u64> = BTreeMap::new();
    for start in 0..reach.starts {
        let from = start * STRIDE;
        let found = (0..reach.seeds).find_map(|seed| Some((seed + 1, caught(plant, from + seed)?)));
        catch.lives += found.as_ref().map_or(reach.seeds, |(seeds, _)| *seeds);
        catch.seeds.push(found.as_ref().map(|(seeds, _)| *seeds));
        if let Some((seeds, caught_by)) = found {
            catch.kept.get_or_insert(from + seeds - 1);
            *by.entry(caught_by).or_default() += 1;
        }
    }
    let mut caught_by: Vec<(String, u64)> = by.into_iter().collect();
    caught_by.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    catch.caught_by = caught_by.into_iter().map(|(by, _)| by).collect();
    catch
}

/// Does something with each bug, several at once: a life and its bug are one thread's own.
pub fn with_each<T: Send>(plants: &[Plant], threads: usize, act: impl Fn(Plant) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mine = std::iter::from_fn(|| plants.get(next.fetch_add(1, Ordering::Relaxed)));
        mine.map(|plant| act(*plant)).collect::<Vec<T>>()
    };
    std::thread::scope(|scope| {
        let hunters: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        hunters.into_iter().filter_map(|hunter| hunter.join().ok()).flatten().collect()
    })
}

/// What catches a bug in the life of a seed, if anything does: over the rules alone, or over the world beneath them.
/// A panic is caught too.
pub fn caught(plant: Plant, seed: u64) -> Option<String> {
    activate(Some(plant));
    let lived = catch_unwind(AssertUnwindSafe(|| match plant.room() {
        Room::Core => live(seed).err().map(|failure| failure.caught_by()),
        _ => world::live(seed).err().map(|cause| named(&cause)),
    }));
    activate(None);
    lived.unwrap_or_else(|_| Some("a panic".into()))
}

/// The invariant that a cause names, or its first words.
fn named(cause: &str) -> String {
    if cause.contains(ENDLESS) {
        return ENDLESS.to_owned();
    }
    let numbered = |word: &&str| {
        word.strip_prefix('I')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let words =
        |text: &str| text.split(|sign: char| !sign.is_alphanumeric()).find(numbered).map(str::to_owned);
    words(cause).unwrap_or_else(|| cause.split([':', ',', '\n']).next().unwrap_or_default().to_owned())
}

/// The table of bugs for people; those beneath the rules say where they are.
pub fn table(catches: &[Catch]) -> String {
    let is_beneath = catches.first().is_some_and(|catch| catch.plant.room() != Room::Core);
    let place = if is_beneath { " where |" } else { "" };
    let rule = if is_beneath { "---|" } else { "" };
    let head = format!(
        "| bug |{place} the mistake | caught by | median seeds | most | shown by |\n|---|{rule}---|---|---|---|---|\n"
    );
    head + &catches.iter().map(Catch::row).collect::<String>()
}
