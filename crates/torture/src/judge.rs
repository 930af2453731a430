//! The judge: what was acknowledged against what is there, while nobody asks for anything.
//!
//! Everything acknowledged must be in the journal and be shown, nothing twice, and nothing that nobody asked
//! for, since every open question has been asked again until it was answered. Pools must add up, retries
//! must be answered as the first time, the race must have been one in some order, doctor must be content.
//! Start at [`Judge::judge`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinSet;

use crate::Outcome;
use crate::api::{Answer, Ask};
use crate::chance::Chance;
use crate::crowd::Hall;
use crate::history::{Histories, balance};
use crate::ledger::{Act, Entry};
use crate::node::Setup;
use crate::shelf::{CUPS, RACE, RARE};

/// Answers that are asked for again at each judgement.
const REPLAYS: usize = 25;
/// How often one of them is asked for.
const REPLAY_TRIES: usize = 6;
/// Old holds and orders that are looked at again at each judgement.
const OLD_LOOKS: usize = 60;
/// Looks that are under way at once.
const LOOKS_AT_ONCE: usize = 8;
/// Violations that are kept of a kind; more would only hide the rest.
const TOLD_MAX: usize = 5;

/// What a judge remembers between judgements of the same data.
#[derive(Default)]
pub struct Judge {
    /// The race.
    pub histories: Histories,
    looked: usize,
    /// Answers that were got again.
    pub replays: u64,
}

/// What the ledger says must be there.
#[derive(Default)]
struct Owed {
    /// By the kind of fact: subjects or sequences, sorted.
    facts: BTreeMap<&'static str, Vec<String>>,
    /// Holds with their secrets, pools and units.
    holds: BTreeMap<String, Held>,
    /// Orders with their secrets and holds.
    orders: BTreeMap<String, (String, String)>,
    cancelled: BTreeSet<String>,
}

struct Held {
    secret: String,
    pool: &'static str,
    units: i64,
    state: &'static str,
    entry: usize,
}

/// Kinds of facts that somebody must have asked for.
const ASKED: [&str; 7] = [
    "hold.made",
    "hold.released",
    "order.confirmed",
    "order.cancelled",
    "stock.moved",
    "stock.counted",
    "waitlist.joined",
];

impl Owed {
    fn of(hall: &Hall, entries: &[Entry]) -> Self {
        let mut owed = Self::default();
        for (number, entry) in entries.iter().enumerate() {
            let Some(answer) = entry.yes() else { continue };
            let subject = entry.ask.path.split('/').nth(3).unwrap_or_default().to_owned();
            let id = answer.text("/id").to_owned();
            let (kind, whose) = match entry.act {
                Act::Hold => {
                    owed.hold(hall, number, entry, answer);
                    ("hold.made", id)
                }
                Act::Release => {
                    owed.ends(&subject, "released");
                    ("hold.released", subject)
                }
                Act::Confirm => {
                    owed.ends(&subject, "confirmed");
                    owed.orders.insert(id.clone(), (answer.text("/secret").to_owned(), subject));
                    ("order.confirmed", id)
                }
                Act::Cancel => {
                    owed.cancelled.insert(subject.clone());
                    ("order.cancelled", subject)
                }
                Act::Move | Act::Count => {
                    let kind = if entry.act == Act::Move { "stock.moved" } else { "stock.counted" };
                    (kind, answer.number("/sequence").unwrap_or(0).to_string())
                }
                Act::Join => ("waitlist.joined", id),
                Act::Look => continue,
            };
            owed.facts.entry(kind).or_default().push(whose);
        }
        owed
    }

    fn hold(&mut self, hall: &Hall, number: usize, entry: &Entry, answer: &Answer) {
        let asked = &entry.ask.body["lines"][0];
        let key =
            hall.shelf.offers.iter().find(|(_, id)| asked["offer"].as_str() == Some(id)).map(|(key, _)| key);
        let Some(offer) = key.and_then(|key| hall.shelf.offer(key)) else { return };
        let units = asked["quantity"].as_i64().unwrap_or(0) * i64::from(offer.units);
        let secret = answer.text("/secret").to_owned();
        let held = Held { secret, pool: offer.pool, units, state: "held", entry: number };
        self.holds.insert(answer.text("/id").to_owned(), held);
    }

    fn ends(&mut self, hold: &str, how: &'static str) {
        if let Some(held) = self.holds.get_mut(hold) {
            held.state = how;
        }
    }

    /// Units of a pool in holds and in orders, if these holds have lapsed.
    fn units(&self, pool: &str, lapsed: &BTreeSet<String>) -> (i64, i64) {
        let gone: BTreeSet<&String> =
            self.cancelled.iter().filter_map(|id| Some(&self.orders.get(id)?.1)).collect();
        let mut sums = (0, 0);
        for (id, held) in self.holds.iter().filter(|(_, held)| held.pool == pool) {
            match held.state {
                "held" if !lapsed.contains(id) => sums.0 += held.units,
                "confirmed" if !gone.contains(id) => sums.1 += held.units,
                _ => {}
            }
        }
        sums
    }
}

/// What the journal says.
#[derive(Default)]
struct Journal {
    next: u64,
    /// By the kind of fact: subjects, or sequences where a subject has many.
    facts: BTreeMap<String, Vec<String>>,
}

impl Journal {
    /// Reads on from where it stands to the end.
    async fn read(&mut self, hall: &Hall, base: &str) -> Outcome {
        loop {
            let path = format!("/v1/journal?limit=200&after={}", self.next);
            let page = hall.api.see(base, &path, &hall.shelf.key).await?;
            for item in page.body["items"].as_array().into_iter().flatten() {
                let kind = item["type"].as_str().unwrap_or_default();
                let whose = match kind {
                    "stock.moved" | "stock.counted" => item["sequence"].to_string(),
                    _ => item["subject"].as_str().unwrap_or_default().to_owned(),
                };
                self.facts.entry(kind.to_owned()).or_default().push(whose);
            }
            self.next = page.body["next"].as_u64().unwrap_or(self.next);
            if page.body["more"] != Value::Bool(true) {
                return Ok(());
            }
        }
    }

    fn lapsed(&self) -> BTreeSet<String> {
        self.facts.get("hold.lapsed").into_iter().flatten().cloned().collect()
    }
}

/// The holds that the journal of a node knows.
///
/// # Errors
/// When it can't be read.
pub async fn facts_of_holds(hall: &Hall) -> Outcome<BTreeSet<String>> {
    let mut journal = Journal::default();
    journal.read(hall, &hall.node(0)).await?;
    Ok(journal.facts.remove("hold.made").into_iter().flatten().collect())
}

impl Judge {
    /// What is wrong; nothing when all is well. Everybody must be pausing.
    ///
    /// # Errors
    /// When the program does not answer, though it should.
    pub async fn judge(
        &mut self,
        hall: &Arc<Hall>,
        setup: &Setup,
        chance: &mut Chance,
    ) -> Outcome<Vec<String>> {
        let base = hall.node(0);
        let entries = hall.ledger.entries(0);
        let owed = Owed::of(hall, &entries);
        let mut found = hall.stuck();
        found.extend(
            hall.ledger.troubles().into_iter().take(TOLD_MAX).map(|text| format!("a bad answer: {text}")),
        );
        let mut journal = Journal::default();
        journal.read(hall, &base).await?;
        for kind in ASKED {
            let none = Vec::new();
            found.extend(differences(
                kind,
                owed.facts.get(kind).unwrap_or(&none),
                journal.facts.get(kind).unwrap_or(&none),
            ));
        }
        found.extend(pools(hall, &base, &owed, &entries, &mut journal).await?);
        found.extend(self.looks(hall, &owed, chance).await?);
        found.extend(self.replays(hall, &entries, chance).await);
        let race =
            hall.api.see(&base, &format!("/v1/pools/{}", hall.shelf.pool("race")), &hall.shelf.key).await?;
        let now = balance(&race).ok_or("a pool without a balance")?;
        found.extend(self.histories.judge(&hall.shelf, &entries, now));
        let setup = setup.clone();
        let doctor = tokio::task::spawn_blocking(move || setup.doctor()).await??;
        found.extend(doctor.map(|said| format!("doctor: {said}")));
        self.looked = entries.len();
        Ok(found)
    }

    /// New holds and orders, and some old ones, as the API shows them.
    async fn looks(&self, hall: &Arc<Hall>, owed: &Owed, chance: &mut Chance) -> Outcome<Vec<String>> {
        let mut asks = Vec::new();
        let odds = (owed.holds.len() / OLD_LOOKS.max(1)).max(1) as u64;
        for (id, held) in &owed.holds {
            if held.entry < self.looked && chance.below(odds) != 0 {
                continue;
            }
            // A hold in the slot with short holds may have lapsed before anybody ended it.
            let may_be = if held.state == "held" { vec!["held", "lapsed"] } else { vec![held.state] };
            asks.push((Ask::get(format!("/v1/holds/{id}"), &held.secret), may_be));
        }
        for (id, (secret, hold)) in &owed.orders {
            let old = owed.holds.get(hold).is_some_and(|held| held.entry < self.looked);
            if old && chance.below(odds) != 0 {
                continue;
            }
            let state = if owed.cancelled.contains(id) { "cancelled" } else { "confirmed" };
            asks.push((Ask::get(format!("/v1/orders/{id}"), secret), vec![state]));
        }
        let mut found = Vec::new();
        let mut under_way = JoinSet::new();
        for (place, (ask, may_be)) in asks.into_iter().enumerate() {
            let (hall, base) = (Arc::clone(hall), hall.node(place));
            under_way.spawn(async move {
                let seen = hall.api.see(&base, &ask.path, &ask.bearer).await;
                let state = seen.as_ref().map_or("nothing", |answer| answer.text("/state")).to_owned();
                let right = may_be.contains(&state.as_str());
                (!right).then(|| format!("{} is {state:?}, not {may_be:?}: {seen:?}", ask.path))
            });
            if under_way.len() >= LOOKS_AT_ONCE {
                found.extend(under_way.join_next().await.transpose()?.flatten());
            }
        }
        while let Some(one) = under_way.join_next().await {
            found.extend(one?);
        }
        found.truncate(TOLD_MAX);
        Ok(found)
    }

    /// Answers that were given are asked for again with the same key.
    async fn replays(&mut self, hall: &Hall, entries: &[Entry], chance: &mut Chance) -> Vec<String> {
        let mut found = Vec::new();
        for turn in 0..REPLAYS {
            let entry = entries.get(chance.below(entries.len() as u64) as usize);
            let Some(Entry { act, ask, heard: Some((first, _)), .. }) = entry else { continue };
            // A payment that was declined has no answer of its own: it is told what became of the hold since.
            if ask.key.is_empty() || first.status == 402 {
                continue;
            }
            self.replays += 1;
            let mut again = None;
            // The first try may meet a node that has just found its database again.
            for node in turn..turn + REPLAY_TRIES {
                again = hall.api.ask(&hall.node(node), ask).await;
                if again.as_ref().is_some_and(Answer::settles) {
                    break;
                }
            }
            let same = again.as_ref().is_some_and(|again| essence(*act, again) == essence(*act, first));
            if !same {
                found.push(format!("{act:?} {} was answered {first:?}, and again: {again:?}", ask.path));
            }
        }
        found.truncate(TOLD_MAX);
        found
    }
}

/// What of an answer must come again: all of a hold, a movement, a refusal; of an order, which is shown as
/// it stands by now, who has it and what it is.
fn essence(act: Act, answer: &Answer) -> Value {
    let mut body = answer.body.clone();
    if answer.is_yes() && matches!(act, Act::Confirm | Act::Cancel) {
        let names = ["id", "secret", "hold", "slot", "window", "buyer", "confirmed_at"];
        body = names.iter().map(|name| body[*name].take()).collect();
    }
    serde_json::json!([answer.status, body])
}

/// Pools against the sum of what was acknowledged.
async fn pools(
    hall: &Hall,
    base: &str,
    owed: &Owed,
    entries: &[Entry],
    journal: &mut Journal,
) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    for (key, supplied) in [("cups", CUPS), ("rare", RARE), ("race", RACE)] {
        // Short holds lapse at any moment: the pool is compared when none did between two looks.
        let (shown, lapsed) = loop {
            let before = journal.lapsed();
            let shown =
                hall.api.see(base, &format!("/v1/pools/{}", hall.shelf.pool(key)), &hall.shelf.key).await?;
            journal.read(hall, base).await?;
            if journal.lapsed() == before {
                break (balance(&shown).ok_or("a pool without a balance")?, before);
            }
        };
        let (held, sold) = owed.units(key, &lapsed);
        // In the pool with a line, turns hold units that no buyer has asked for.
        let held = if key == "rare" { shown.held.max(held) } else { held };
        let right = (supplied - held - sold, held, sold);
        if (shown.free, shown.held, shown.sold) != right {
            found.push(format!(
                "the pool {key} shows {shown:?}; acknowledged were {right:?} free, held, sold"
            ));
        }
    }
    for key in ["stock", "count"] {
        let mut accounts = BTreeMap::from([("free".to_owned(), 1_000)]);
        let pool = hall.shelf.pool(key);
        for answer in entries.iter().filter(|entry| entry.ask.path.contains(pool)).filter_map(Entry::yes) {
            for step in answer.body["moves"].as_array().into_iter().flatten() {
                let units = step["units"].as_i64().unwrap_or(0);
                let name = |side: &str| step[side].as_str().unwrap_or_default().to_owned();
                *accounts.entry(name("from")).or_insert(0) -= units;
                *accounts.entry(name("to")).or_insert(0) += units;
            }
        }
        let shown = hall.api.see(base, &format!("/v1/pools/{pool}"), &hall.shelf.key).await?;
        for account in ["free", "lost"] {
            let (right, shown) =
                (accounts.get(account).copied().unwrap_or(0), shown.number(&format!("/balance/{account}")));
            if shown != Some(right) {
                found.push(format!("the pool {key} shows {shown:?} {account}; acknowledged were {right}"));
            }
        }
    }
    Ok(found)
}

/// How a violation begins that says that something acknowledged is not there any more.
pub const LOST: &str = "lost: ";

/// What is missing, what is there twice, and what nobody asked for.
fn differences(kind: &str, owed: &[String], there: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&String, (u32, u32)> = BTreeMap::new();
    owed.iter().for_each(|subject| counts.entry(subject).or_default().0 += 1);
    there.iter().for_each(|subject| counts.entry(subject).or_default().1 += 1);
    let wrong = counts.iter().filter(|(_, (owed, there))| owed != there || *there > 1);
    let told = wrong.map(|(subject, (owed, there))| {
        let what = match owed.cmp(there) {
            std::cmp::Ordering::Greater => LOST,
            std::cmp::Ordering::Less if *owed == 0 => "nobody's: ",
            _ => "doubled: ",
        };
        format!("{what}{kind} {subject}: acknowledged {owed} times, in the journal {there} times")
    });
    told.take(TOLD_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lost, doubled and phantom facts are three different findings.
    #[test]
    fn differences_are_found() {
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(differences("hold.made", &names("a b"), &names("b a")).is_empty());
        let found = differences("hold.made", &names("a b c"), &names("b c c d"));
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[0], "lost: hold.made a: acknowledged 1 times, in the journal 0 times");
        assert_eq!(found[1], "doubled: hold.made c: acknowledged 1 times, in the journal 2 times");
        assert_eq!(found[2], "nobody's: hold.made d: acknowledged 0 times, in the journal 1 times");
    }
}
