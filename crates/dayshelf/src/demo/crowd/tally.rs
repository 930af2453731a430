//! What the crowd met, counted by the crowd itself from the answers it got.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use crate::client::No;
use crate::demo::voice::amount_text;

/// Counts that all buyers write to.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Counts>);

/// The counts.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Buyers that came.
    pub buyers: u64,
    /// Holds that were answered.
    pub holds: u64,
    /// Orders that were answered.
    pub orders: u64,
    /// Units in them.
    pub units: u64,
    /// Their money in minor units.
    pub money: i64,
    /// The currency of that.
    pub currency: String,
    /// Orders to be paid at pickup.
    pub at_pickup: u64,
    /// Holds left alone that lapsed.
    pub lapsed: u64,
    /// Holds given back.
    pub released: u64,
    /// Payments declined.
    pub declined: u64,
    /// Payments that were under way for a while.
    pub late: u64,
    /// Buyers who got in line.
    pub waited: u64,
    /// Turns they were given.
    pub turns: u64,
    /// Turns that ended in an order.
    pub served: u64,
    /// Requests sent twice with one key.
    pub doubled: u64,
    /// Of those, answers that were not equal: there must be none.
    pub unequal: u64,
    /// Refusals by code.
    pub refused: BTreeMap<String, u64>,
    /// Answers that no server should give: there must be none.
    pub faults: BTreeMap<String, u64>,
}

impl Tally {
    /// Counts something.
    pub fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }

    /// Counts a no, as a refusal or as a fault.
    pub fn no(&self, no: &No) {
        let fault = no.status() == 0 || no.status() >= 500;
        self.count(|counts| {
            let kind = if fault { &mut counts.faults } else { &mut counts.refused };
            *kind.entry(no.code().to_owned()).or_default() += 1;
        });
    }

    /// The counts as they are.
    pub fn counts(&self) -> Counts {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "  sold      {} units in {} orders for {}, {} of them paid at pickup",
            self.units,
            self.orders,
            amount_text(self.money, &self.currency),
            self.at_pickup
        )?;
        writeln!(out, "  lapsed    {} of {} holds; {} given back", self.lapsed, self.holds, self.released)?;
        writeln!(out, "  payments  {} declined, {} late", self.declined, self.late)?;
        writeln!(
            out,
            "  waited    {}, of whom {} got a turn and {} bought at it",
            self.waited, self.turns, self.served
        )?;
        writeln!(
            out,
            "  doubled   {} requests sent twice with one key, {} answered differently",
            self.doubled, self.unequal
        )?;
        writeln!(out, "  refused   {}", listed(&self.refused))?;
        write!(out, "  faults    {}", listed(&self.faults))
    }
}

fn listed(codes: &BTreeMap<String, u64>) -> String {
    if codes.is_empty() {
        return "none".to_owned();
    }
    let each = codes.iter().map(|(code, count)| format!("{count} {code}"));
    each.collect::<Vec<_>>().join(", ")
}
