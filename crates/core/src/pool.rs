//! The pool: counted scarce units and the accounts between which they move.
//!
//! Every change of a count in Dayshelf is a [`Move`] applied by [`Pool::apply`], and every pool is in
//! balance after every fact. Nothing here decides whether a move is allowed; see `decide`.

use crate::ids::{PoolId, WindowId};
use crate::nights::Nights;

/// An account of a pool. `Outside` is where supply comes from and goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// Not in this pool.
    Outside,
    /// For sale.
    Free,
    /// In somebody's hold.
    Held,
    /// In a confirmed order.
    Sold,
    /// Given to the buyer.
    Handed,
    /// Broken, stolen or never found.
    Lost,
    /// Lent to a window, a channel or a stall as an allotment.
    Lent,
}

/// So many units from one account of a pool to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The pool.
    pub pool: PoolId,
    /// Where the units were.
    pub from: Account,
    /// Where they are now.
    pub to: Account,
    /// How many.
    pub units: u32,
}

/// Units of one pool that something draws on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The pool.
    pub pool: PoolId,
    /// How many.
    pub units: u32,
}

/// What the organiser wrote about a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolSpec {
    /// Its name, unique for the organiser.
    pub key: String,
    /// Its title for people.
    pub title: String,
    /// How many units the organiser put in; stock movements come on top.
    pub units: u32,
    /// Units kept back from sale against miscounts.
    pub buffer: u32,
    /// The pools it may draw on, in this order, when it has none left itself.
    pub borrows: Vec<PoolId>,
    /// The nights for which its units are, where they are for given nights only.
    pub nights: Option<Nights>,
    /// Where its units lie, in words; empty where that does not matter. Nothing follows from it: it is for people.
    pub place: String,
    /// Through which channel they are meant to go, in words; empty for any. What draws on a pool is said by recipes
    /// alone, so nothing follows from this either.
    pub channel: String,
}

/// Why a pool exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolRole {
    /// The organiser's stock, seats or places.
    Stock,
    /// An allotment: what `from` lent to `window`.
    Allotment {
        /// The pool that lent.
        from: PoolId,
        /// The window it was lent to.
        window: WindowId,
    },
    /// The places of a time box.
    Places,
}

/// The balances of a pool, in units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// All that was put in.
    pub supplied: u32,
    /// For sale.
    pub free: u32,
    /// In holds.
    pub held: u32,
    /// In confirmed orders.
    pub sold: u32,
    /// Given to buyers.
    pub handed: u32,
    /// Broken, stolen or never found.
    pub lost: u32,
    /// Lent out.
    pub lent: u32,
}

/// A pool as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Its id.
    pub id: PoolId,
    /// Why it exists.
    pub role: PoolRole,
    /// Rises by one with every change of what the organiser wrote.
    pub version: u32,
    /// What the organiser wrote.
    pub spec: PoolSpec,
    /// The balances.
    pub balance: Balance,
    /// The version of the newest count that a till sent for it.
    pub counted: u64,
}

impl Balance {
    /// Whether every unit is in exactly one account.
    pub fn is_even(&self) -> bool {
        let parts = [self.free, self.held, self.sold, self.handed, self.lost, self.lent];
        parts.iter().map(|part| u64::from(*part)).sum::<u64>() == u64::from(self.supplied)
    }

    /// The balance after a move, or `None` when an account does not have the units.
    pub fn after(mut self, from: Account, to: Account, units: u32) -> Option<Self> {
        if let Some(account) = self.account(from) {
            *account = account.checked_sub(units)?;
        } else {
            self.supplied = self.supplied.checked_add(units)?;
        }
        if let Some(account) = self.account(to) {
            *account = account.checked_add(units)?;
        } else {
            self.supplied = self.supplied.checked_sub(units)?;
        }
        Some(self)
    }

    fn account(&mut self, which: Account) -> Option<&mut u32> {
        match which {
            Account::Outside => None,
            Account::Free => Some(&mut self.free),
            Account::Held => Some(&mut self.held),
            Account::Sold => Some(&mut self.sold),
            Account::Handed => Some(&mut self.handed),
            Account::Lost => Some(&mut self.lost),
            Account::Lent => Some(&mut self.lent),
        }
    }
}

impl Pool {
    /// Units that may be sold from this pool alone: what is free beyond the buffer.
    pub fn available(&self) -> u32 {
        let buffer = if crate::planted!(BufferSold) { 0 } else { self.spec.buffer };
        self.balance.free.saturating_sub(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units only move: no account goes below zero, and the sum stays the supply.
    #[test]
    fn units_only_move() {
        let start = Balance { supplied: 3, free: 3, ..Balance::default() };
        let held = start.after(Account::Free, Account::Held, 2);
        assert_eq!(held.map(|now| (now.free, now.held, now.is_even())), Some((1, 2, true)));
        assert_eq!(start.after(Account::Free, Account::Held, 4), None);
        assert_eq!(start.after(Account::Outside, Account::Free, 2).map(|now| now.supplied), Some(5));
        assert_eq!(start.after(Account::Free, Account::Outside, 3).map(|now| now.supplied), Some(0));
    }
}
