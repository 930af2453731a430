//! Histories of concurrent clients: from the ledger to pools and holds, and judged.
//!
//! `linear` searches for an order, `models` says what a pool and a hold may do. Start at [`Histories`].

pub mod linear;
pub mod models;

use std::collections::BTreeMap;

use crate::api::Answer;
use crate::ledger::{Act, Entry};
use crate::shelf::{RACE, Shelf};
use linear::{Span, Verdict, check};
use models::{Balance, Hold, HoldOp, HoldState, Pool, PoolOp};

/// The histories of the race so far.
pub struct Histories {
    /// Where the pool stood when the part that is not judged yet began.
    start: Balance,
    /// How far the ledger was judged.
    judged: usize,
    /// Units of each hold and order.
    units: BTreeMap<String, i64>,
    holds: BTreeMap<String, Vec<Span<HoldOp>>>,
    /// How many histories were judged.
    pub count: u64,
    /// How many operations were in them.
    pub operations: u64,
}

impl Default for Histories {
    fn default() -> Self {
        let start = Balance { free: RACE, held: 0, sold: 0 };
        Self { start, judged: 0, units: BTreeMap::new(), holds: BTreeMap::new(), count: 0, operations: 0 }
    }
}

/// The balance of a pool as it was shown.
pub fn balance(answer: &Answer) -> Option<Balance> {
    let units = |name: &str| answer.number(&format!("/balance/{name}"));
    Some(Balance { free: units("free")?, held: units("held")?, sold: units("sold")? })
}

impl Histories {
    /// Judges what is new in a ledger that nobody writes just now. `now` is what the pool shows.
    pub fn judge(&mut self, shelf: &Shelf, entries: &[Entry], now: Balance) -> Vec<String> {
        let new = entries.get(self.judged..).unwrap_or_default();
        self.judged = entries.len();
        let mut pool = Vec::new();
        let mut touched = Vec::new();
        for entry in new {
            self.read(shelf, entry, &mut pool, &mut touched);
        }
        let last = new.iter().filter_map(|entry| Some(entry.heard.as_ref()?.1)).max().unwrap_or(0);
        pool.push(Span { from: last + 1, until: Some(last + 2), op: PoolOp::Seen(now) });
        let mut found = Vec::new();
        self.count += 1;
        self.operations += pool.len() as u64;
        let verdict = check::<Pool>(&self.start, &mut pool);
        if verdict != Verdict::Linearizable {
            found.push(told("the pool that was raced for", verdict, &pool));
        }
        self.start = now;
        touched.sort();
        touched.dedup();
        for hold in touched {
            let Some(history) = self.holds.get_mut(&hold) else { continue };
            self.count += 1;
            self.operations += history.len() as u64;
            let verdict = check::<Hold>(&HoldState::Nothing, history);
            if verdict != Verdict::Linearizable {
                found.push(told(&hold, verdict, history));
            }
        }
        found
    }

    /// Puts an entry where it belongs, if it is of the race.
    fn read(
        &mut self,
        shelf: &Shelf,
        entry: &Entry,
        pool: &mut Vec<Span<PoolOp>>,
        touched: &mut Vec<String>,
    ) {
        let (answer, until) = match &entry.heard {
            Some((answer, at)) => (answer, Some(*at)),
            // Never answered: the run is given up and says so.
            None => return,
        };
        let span = |op| Span { from: entry.sent, until, op };
        let subject = entry.ask.path.split('/').nth(3).unwrap_or_default().to_owned();
        let asked = entry.ask.body.pointer("/lines/0").cloned().unwrap_or_default();
        let units = self.units.get(&subject).copied();
        let mut hold = |op: Option<HoldOp>| {
            if let (Some(op), Some(_)) = (op, units) {
                self.holds.entry(subject.clone()).or_default().push(Span { from: entry.sent, until, op });
                touched.push(subject.clone());
            }
        };
        let ended = || {
            HoldState::of(answer.text("/state")).filter(|_| answer.code() == "hold_ended").map(HoldOp::Ended)
        };
        match (entry.act, answer.is_yes()) {
            (Act::Hold, yes) if asked["offer"].as_str() == shelf.offers.get("race").map(String::as_str) => {
                let units = asked["quantity"].as_i64().unwrap_or(0);
                if yes {
                    let id = answer.text("/id").to_owned();
                    self.units.insert(id.clone(), units);
                    self.holds.entry(id).or_default().push(Span {
                        from: entry.sent,
                        until,
                        op: HoldOp::Made,
                    });
                    pool.push(span(PoolOp::Held(units)));
                } else {
                    pool.push(span(PoolOp::TooFew(units, answer.number("/left").unwrap_or(-1))));
                }
            }
            (Act::Release, true) => {
                hold(Some(HoldOp::Released));
                pool.extend(units.map(|units| span(PoolOp::Released(units))));
            }
            (Act::Confirm, true) => {
                hold(Some(HoldOp::Confirmed));
                pool.extend(units.map(|units| span(PoolOp::Bought(units))));
                self.units.extend(units.map(|units| (answer.text("/id").to_owned(), units)));
            }
            (Act::Release | Act::Confirm, false) => hold(ended()),
            (Act::Cancel, true) => pool.extend(units.map(|units| span(PoolOp::Cancelled(units)))),
            (Act::Look, true) if subject == shelf.pool("race") => {
                pool.extend(balance(answer).map(|seen| span(PoolOp::Seen(seen))));
            }
            (Act::Look, true) => hold(HoldState::of(answer.text("/state")).map(HoldOp::Seen)),
            _ => {}
        }
    }
}

/// A violation in words, with the operations around the place where no order goes on.
fn told<Op: std::fmt::Debug>(what: &str, verdict: Verdict, history: &[Span<Op>]) -> String {
    let around = match verdict {
        Verdict::Not { explained } => explained,
        _ => 0,
    };
    let shown: Vec<String> = history
        .iter()
        .skip(around.saturating_sub(6))
        .take(14)
        .map(|span| format!("{}..{} {:?}", span.from, span.until.unwrap_or(0), span.op))
        .collect();
    format!("{what}: {verdict:?} of {} operations; around it: {}", history.len(), shown.join("; "))
}
