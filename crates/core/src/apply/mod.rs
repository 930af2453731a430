//! How a fact changes the books. Nothing else changes them.
//!
//! Every unit that moves is checked here: a fact that would take an account below zero is [`Broken`],
//! and whoever keeps the books stops. Definitions are in `definitions`, changes of slots in `change`, buyers' things in `trade`, what
//! follows from the rest in `index`.

mod change;
mod definitions;
mod index;
mod series;
mod trade;

use std::collections::BTreeSet;

use crate::books::Books;
use crate::fact::Fact;
use crate::ids::PoolId;
use crate::pool::{Account, Move};

/// The books and a fact contradict each other: a bug or a damaged journal. Not a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(pub String);

impl std::fmt::Display for Broken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "the books are broken: {}", self.0)
    }
}

impl std::error::Error for Broken {}

/// Applies one fact.
///
/// # Errors
/// [`Broken`] when the fact does not fit the books; they must not be used any more.
pub fn apply(books: &mut Books, fact: &Fact) -> Result<(), Broken> {
    definitions::make_pools(books, fact);
    for one in fact.moves() {
        shift(books, one)?;
    }
    // A pool's smaller buffer or new lender is more for those who wait, though nothing moves.
    let reshaped = match fact {
        Fact::PoolPut { pool, .. } => Some(*pool),
        _ => None,
    };
    let is_end = crate::planted!(LineNotLookedAt) && matches!(fact, Fact::HoldEnded { .. });
    let back = fact.moves().iter().filter(|one| one.to == Account::Free && one.units > 0 && !is_end);
    let more: BTreeSet<PoolId> = back.map(|one| one.pool).chain(reshaped).collect();
    if !more.is_empty() {
        books.stir_all(&more);
    }
    if fact.moves().iter().any(|one| one.from == Account::Free) {
        books.announced.clear();
    }
    let done = match definitions::apply(books, fact) {
        true => Ok(()),
        false => trade::apply(books, fact),
    };
    if !books.rules.is_empty() {
        alert(books, fact, reshaped);
    }
    done
}

/// Has the rules looked at that a fact may concern.
fn alert(books: &mut Books, fact: &Fact, reshaped: Option<PoolId>) {
    let pools: BTreeSet<PoolId> = fact.moves().iter().map(|one| one.pool).chain(reshaped).collect();
    let turns = matches!(fact, Fact::WindowOpened(_) | Fact::WindowClosed { .. } | Fact::WindowPut { .. });
    if !pools.is_empty() || turns || matches!(fact, Fact::OfferPut(_) | Fact::OfferRemoved(_)) {
        books.alert_rules(&pools);
    }
}

/// Moves units between two accounts of a pool.
fn shift(books: &mut Books, one: &Move) -> Result<(), Broken> {
    let pool = books.pools.get_mut(&one.pool).ok_or_else(|| missing(one.pool))?;
    let after = pool.balance.after(one.from, one.to, one.units);
    let after = after.filter(|balance| balance.is_even()).ok_or_else(|| {
        Broken(format!(
            "{} can't move {} from {:?} to {:?}: {:?}",
            one.pool, one.units, one.from, one.to, pool.balance
        ))
    })?;
    pool.balance = after;
    Ok(())
}

fn missing(pool: PoolId) -> Broken {
    Broken(format!("{pool} is not in the books"))
}
