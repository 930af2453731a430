//! Whether an answer is what was predicted: each fact whole, its moves by what they change of each account.

use std::collections::BTreeMap;

use dayshelf_core::fact::Fact;
use dayshelf_core::ids::PoolId;
use dayshelf_core::pool::{Account, Move};

use super::Auditor;

impl Auditor {
    pub(super) fn compare(&self, told: &[Fact]) -> Result<(), String> {
        if let Some(flaw) = &self.flaw {
            return Err(format!("{flaw}\n  in {told:?}"));
        }
        for (place, (mine, theirs)) in self.out.iter().zip(told).enumerate() {
            if !same(mine, theirs) {
                return Err(format!("fact {place} is {theirs:?}\n  predicted was {mine:?}"));
            }
        }
        match self.out.len().cmp(&told.len()) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Less => Err(format!("nobody predicted {:?}", &told[self.out.len()..])),
            std::cmp::Ordering::Greater => Err(format!("it lacks {:?}", &self.out[told.len()..])),
        }
    }
}

/// Facts are equal when all that they say is; units may take another way to the same end.
fn same(mine: &Fact, theirs: &Fact) -> bool {
    if mine == theirs {
        return true;
    }
    let moved = |fact: &Fact| {
        let mut fact = fact.clone();
        let moves = moves_of(&mut fact).map(std::mem::take).unwrap_or_default();
        (fact, changes(&moves))
    };
    moved(mine) == moved(theirs)
}

fn changes(moves: &[Move]) -> BTreeMap<(PoolId, Account), i64> {
    let mut changes = BTreeMap::new();
    for one in moves {
        *changes.entry((one.pool, one.from)).or_insert(0) -= i64::from(one.units);
        *changes.entry((one.pool, one.to)).or_insert(0) += i64::from(one.units);
    }
    changes.retain(|_, change| *change != 0);
    changes
}

fn moves_of(fact: &mut Fact) -> Option<&mut Vec<Move>> {
    match fact {
        Fact::WindowPut { moves, .. }
        | Fact::WindowRemoved { moves, .. }
        | Fact::WindowClosed { moves, .. }
        | Fact::PoolPut { moves, .. }
        | Fact::PoolRemoved { moves, .. }
        | Fact::HoldMade { moves, .. }
        | Fact::HoldTaken { moves, .. }
        | Fact::HoldEnded { moves, .. }
        | Fact::OrderConfirmed { moves, .. }
        | Fact::OrderCancelled { moves, .. }
        | Fact::OrderMoved { moves, .. }
        | Fact::OrderHanded { moves, .. }
        | Fact::EntryGathered { moves, .. }
        | Fact::TurnGiven { moves, .. }
        | Fact::EntryLeft { moves, .. }
        | Fact::StockMoved { moves, .. }
        | Fact::StockCounted { moves, .. } => Some(moves),
        _ => None,
    }
}
