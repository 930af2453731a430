//! A pool and a hold, as far as clients can tell: written from the documents, not from the program.

use super::linear::Model;

/// Where a pool's units are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Balance {
    /// For sale.
    pub free: i64,
    /// In holds.
    pub held: i64,
    /// In orders.
    pub sold: i64,
}

/// What a client did with a pool, and was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PoolOp {
    /// So many units were held.
    Held(i64),
    /// So many were asked for, and so many were left, which is too few.
    TooFew(i64, i64),
    /// A hold of so many came back.
    Released(i64),
    /// A hold of so many was bought.
    Bought(i64),
    /// An order of so many was given back.
    Cancelled(i64),
    /// It was looked at.
    Seen(Balance),
}

/// A pool.
pub struct Pool;

impl Model for Pool {
    type State = Balance;
    type Op = PoolOp;

    fn after(state: &Balance, op: &PoolOp) -> Option<Balance> {
        let Balance { free, held, sold } = *state;
        let next = match op {
            PoolOp::Held(units) => Balance { free: free - units, held: held + units, sold },
            PoolOp::TooFew(units, left) => return (free < *units && free == *left).then_some(*state),
            PoolOp::Released(units) => Balance { free: free + units, held: held - units, sold },
            PoolOp::Bought(units) => Balance { free, held: held - units, sold: sold + units },
            PoolOp::Cancelled(units) => Balance { free: free + units, held, sold: sold - units },
            PoolOp::Seen(seen) => return (state == seen).then_some(*state),
        };
        (next.free >= 0 && next.held >= 0 && next.sold >= 0).then_some(next)
    }
}

/// Where a hold is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HoldState {
    /// Not made yet.
    Nothing,
    /// Its units are its buyer's.
    Held,
    /// An order.
    Confirmed,
    /// Given back.
    Released,
    /// Its time ran out.
    Lapsed,
}

impl HoldState {
    /// By the word that the API has for it.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "held" => Some(Self::Held),
            "confirmed" => Some(Self::Confirmed),
            "released" => Some(Self::Released),
            "lapsed" => Some(Self::Lapsed),
            _ => None,
        }
    }
}

/// What a client did with a hold, and was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldOp {
    /// It was made.
    Made,
    /// It was bought.
    Confirmed,
    /// It was given back.
    Released,
    /// It had ended like this, so nothing was done.
    Ended(HoldState),
    /// It was looked at.
    Seen(HoldState),
}

/// A hold whose time is longer than the test.
pub struct Hold;

impl Model for Hold {
    type State = HoldState;
    type Op = HoldOp;

    fn after(state: &HoldState, op: &HoldOp) -> Option<HoldState> {
        match (op, state) {
            (HoldOp::Made, HoldState::Nothing) => Some(HoldState::Held),
            (HoldOp::Confirmed, HoldState::Held) => Some(HoldState::Confirmed),
            (HoldOp::Released, HoldState::Held) => Some(HoldState::Released),
            (HoldOp::Ended(how), now) => {
                (how == now && !matches!(now, HoldState::Nothing | HoldState::Held)).then_some(*now)
            }
            (HoldOp::Seen(seen), now) => (seen == now && *now != HoldState::Nothing).then_some(*now),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::linear::{Span, Verdict, check};
    use super::*;

    const FULL: Balance = Balance { free: 3, held: 0, sold: 0 };

    fn pool(ops: &[(u64, u64, PoolOp)]) -> bool {
        let spans =
            ops.iter().map(|(from, until, op)| Span { from: *from, until: Some(*until), op: op.clone() });
        check::<Pool>(&FULL, &mut spans.collect::<Vec<_>>()) == Verdict::Linearizable
    }

    fn hold(ops: &[(u64, u64, HoldOp)]) -> bool {
        let spans =
            ops.iter().map(|(from, until, op)| Span { from: *from, until: Some(*until), op: op.clone() });
        check::<Hold>(&HoldState::Nothing, &mut spans.collect::<Vec<_>>()) == Verdict::Linearizable
    }

    /// Oversold, refused though there were enough, counted wrongly, a unit twice: none of it passes.
    #[test]
    fn bad_pools_are_found() {
        use PoolOp::*;
        assert!(pool(&[(0, 9, Held(2)), (1, 8, Held(1)), (2, 7, TooFew(1, 0))]));
        assert!(pool(&[(0, 9, Held(2)), (1, 8, TooFew(2, 1)), (10, 11, Released(2)), (12, 13, Held(3))]));
        assert!(!pool(&[(0, 9, Held(2)), (1, 8, Held(2))]), "oversold");
        assert!(
            !pool(&[(0, 1, Held(2)), (2, 3, Released(2)), (4, 5, TooFew(3, 2))]),
            "refused what was free"
        );
        assert!(!pool(&[(0, 1, Held(2)), (2, 3, TooFew(2, 0))]), "said that fewer were left");
        assert!(!pool(&[(0, 1, Held(2)), (2, 3, Seen(FULL))]), "showed a stale count");
        assert!(!pool(&[(0, 1, Held(1)), (2, 3, Released(1)), (4, 5, Released(1))]), "returned twice");
        let bought = Balance { free: 2, held: 0, sold: 1 };
        assert!(pool(&[
            (0, 1, Held(1)),
            (2, 5, Bought(1)),
            (3, 4, Seen(bought)),
            (6, 7, Cancelled(1)),
            (8, 9, Seen(FULL))
        ]));
        assert!(!pool(&[(0, 1, Held(1)), (2, 3, Bought(1)), (4, 5, Released(1))]), "bought and returned");
    }

    /// A hold ends once.
    #[test]
    fn bad_holds_are_found() {
        use HoldOp::*;
        let gone = HoldState::Released;
        assert!(hold(&[(0, 1, Made), (2, 9, Released), (3, 8, Ended(gone)), (4, 5, Seen(HoldState::Held))]));
        assert!(!hold(&[(0, 1, Made), (2, 9, Released), (3, 8, Confirmed)]), "two ends");
        assert!(!hold(&[(0, 1, Made), (2, 3, Released), (4, 5, Seen(HoldState::Held))]), "an end undone");
        assert!(!hold(&[(0, 1, Made), (2, 3, Ended(gone))]), "an end out of nowhere");
        assert!(!hold(&[(0, 1, Made), (2, 3, Made)]), "made twice");
        assert!(!hold(&[(0, 1, Made), (2, 9, Confirmed), (3, 8, Ended(gone))]), "another end than it had");
    }
}
