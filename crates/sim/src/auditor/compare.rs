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
        let counts = |fact: &&Fact| !self.forgets || !matches!(fact, Fact::UnitsAnnounced { .. });
        let (mut mine, mut theirs) = (self.out.iter().filter(counts), told.iter().filter(counts));
        loop {
            match (mine.next(), theirs.next()) {
                (None, None) => return Ok(()),
                (Some(mine), Some(theirs)) if same(mine, theirs) => {}
                (Some(mine), Some(theirs)) => {
                    return Err(format!("told is {theirs:?}\n  predicted was {mine:?}"));
                }
                (None, Some(theirs)) => return Err(format!("nobody predicted {theirs:?}")),
                (Some(mine), None) => return Err(format!("it lacks {mine:?}")),
            }
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
        | Fact::BlockPut { moves, .. }
        | Fact::PoolPut { moves, .. }
        | Fact::PoolRemoved { moves, .. }
        | Fact::HoldMade { moves, .. }
        | Fact::HoldTaken { moves, .. }
        | Fact::HoldEnded { moves, .. }
        | Fact::OrderConfirmed { moves, .. }
        | Fact::OrderCancelled { moves, .. }
        | Fact::OrderMoved { moves, .. }
        | Fact::OrderHanded { moves, .. }
        | Fact::HandOverUndone { moves, .. }
        | Fact::EntryGathered { moves, .. }
        | Fact::TurnGiven { moves, .. }
        | Fact::EntryLeft { moves, .. }
        | Fact::StockMoved { moves, .. }
        | Fact::StockCounted { moves, .. } => Some(moves),
        _ => None,
    }
}
