//! Whether a history of concurrent clients can be put in one order that each of them would agree to.
//!
//! The search is that of Wing and Gong with Lowe's memory: an operation may come next if it was begun before
//! any that is left had ended; a state that was reached before with the same operations done is not tried
//! again. An operation without an end may have happened at any time after it was begun, or never.

use std::collections::HashSet;
use std::hash::Hash;

/// What is known of a thing that clients use together.
pub trait Model {
    /// Its state.
    type State: Clone + Eq + Hash;
    /// What was asked and answered.
    type Op;

    /// The state after it, or nothing if this can't have been the answer in that state.
    fn after(state: &Self::State, op: &Self::Op) -> Option<Self::State>;
}

/// An operation with the times between which it happened.
#[derive(Clone, Debug)]
pub struct Span<Op> {
    /// When it was begun.
    pub from: u64,
    /// When it had been answered; nothing if it never was.
    pub until: Option<u64>,
    /// What it was.
    pub op: Op,
}

/// The states that the search may see before it is given up.
const STATES_MAX: usize = 5_000_000;

/// What the search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is such an order.
    Linearizable,
    /// There is none; so many operations, in the order of their beginnings, can be explained.
    Not {
        /// The largest number that were put in order together.
        explained: usize,
    },
    /// The search became too long.
    TooLong,
}

/// Operations done: all before a place, and some after it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Done<State> {
    all_before: usize,
    beyond: Vec<usize>,
    state: State,
}

/// Looks for an order.
pub fn check<M: Model>(start: &M::State, history: &mut [Span<M::Op>]) -> Verdict {
    history.sort_by_key(|span| span.from);
    let first = Done { all_before: 0, beyond: Vec::new(), state: start.clone() };
    let mut seen = HashSet::from([first.clone()]);
    let mut open = vec![first];
    let mut explained = 0;
    while let Some(done) = open.pop() {
        explained = explained.max(done.all_before + done.beyond.len());
        if is_complete(&done, history) {
            return Verdict::Linearizable;
        }
        if seen.len() > STATES_MAX {
            return Verdict::TooLong;
        }
        for next in nexts::<M>(&done, history) {
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    Verdict::Not { explained }
}

/// Whether only operations are left that may never have happened.
fn is_complete<State, Op>(done: &Done<State>, history: &[Span<Op>]) -> bool {
    (done.all_before..history.len())
        .all(|place| done.beyond.contains(&place) || history[place].until.is_none())
}

/// Everything that may come next.
fn nexts<M: Model>(done: &Done<M::State>, history: &[Span<M::Op>]) -> Vec<Done<M::State>> {
    let mut found = Vec::new();
    let left = || (done.all_before..history.len()).filter(|place| !done.beyond.contains(place));
    // Whoever ends first must not be overtaken by anybody who began after that.
    let mut first_end = u64::MAX;
    for place in left() {
        if history[place].from > first_end {
            break;
        }
        first_end = first_end.min(history[place].until.unwrap_or(u64::MAX));
    }
    for place in left().take_while(|place| history[*place].from <= first_end) {
        if let Some(state) = M::after(&done.state, &history[place].op) {
            found.push(with(done, place, state));
        }
    }
    // The first of those left may never have happened, if nobody knows better.
    if history.get(done.all_before).is_some_and(|span| span.until.is_none()) {
        found.push(with(done, done.all_before, done.state.clone()));
    }
    found
}

fn with<State: Clone>(done: &Done<State>, place: usize, state: State) -> Done<State> {
    let Done { mut all_before, mut beyond, .. } = done.clone();
    let at = beyond.binary_search(&place).unwrap_or_else(|at| at);
    beyond.insert(at, place);
    let run = beyond.iter().zip(all_before..).take_while(|(done, place)| **done == *place).count();
    beyond.drain(..run);
    all_before += run;
    Done { all_before, beyond, state }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A register: written, and read.
    struct Register;

    #[derive(Clone, Debug)]
    enum Op {
        Write(u8),
        Read(u8),
    }

    impl Model for Register {
        type State = u8;
        type Op = Op;
        fn after(state: &u8, op: &Op) -> Option<u8> {
            match op {
                Op::Write(value) => Some(*value),
                Op::Read(value) => (state == value).then_some(*state),
            }
        }
    }

    fn judged(ops: &[(u64, Option<u64>, Op)]) -> Verdict {
        let spans = ops.iter().map(|(from, until, op)| Span { from: *from, until: *until, op: op.clone() });
        check::<Register>(&0, &mut spans.collect::<Vec<_>>())
    }

    /// What overlaps may come in either order; what does not, may not.
    #[test]
    fn order_is_that_of_time() {
        let w = |from, until, value| (from, Some(until), Op::Write(value));
        let r = |from, until, value| (from, Some(until), Op::Read(value));
        assert_eq!(judged(&[w(0, 10, 1), r(5, 6, 0), r(7, 8, 1)]), Verdict::Linearizable);
        assert_eq!(judged(&[w(0, 10, 1), r(5, 6, 1), r(7, 8, 0)]), Verdict::Not { explained: 2 });
        assert_eq!(judged(&[w(0, 1, 1), r(2, 3, 0)]), Verdict::Not { explained: 1 });
        assert_eq!(judged(&[w(0, 9, 1), w(0, 9, 2), r(10, 11, 1), r(12, 13, 1)]), Verdict::Linearizable);
        assert!(matches!(judged(&[w(0, 9, 1), w(0, 9, 2), r(10, 11, 1), r(12, 13, 2)]), Verdict::Not { .. }));
    }

    /// What was never answered may have happened late, or never, but not before it was begun.
    #[test]
    fn unknown_outcomes_are_either() {
        let lost = (2, None, Op::Write(7));
        let r = |from, until, value| (from, Some(until), Op::Read(value));
        assert_eq!(judged(&[lost.clone(), r(3, 4, 0), r(5, 6, 0)]), Verdict::Linearizable);
        assert_eq!(judged(&[lost.clone(), r(3, 4, 0), r(5, 6, 7)]), Verdict::Linearizable);
        assert!(matches!(judged(&[lost.clone(), r(3, 4, 7), r(5, 6, 0)]), Verdict::Not { .. }));
        assert!(matches!(judged(&[r(0, 1, 7), lost]), Verdict::Not { .. }));
    }

    /// A long history of few clients is quick to judge, with its fault at the end found too.
    #[test]
    fn long_histories_are_judged() {
        let mut ops = Vec::new();
        for round in 0..5_000_u64 {
            let value = (round % 200) as u8;
            ops.push((round * 10, Some(round * 10 + 12), Op::Write(value)));
            ops.push((round * 10 + 13, Some(round * 10 + 15), Op::Read(value)));
        }
        // Each write overlaps the next one's beginning by a little, so there is something to search.
        let spread: Vec<_> =
            ops.iter().map(|(from, until, op)| (from * 2, until.map(|at| at * 2 - 3), op.clone())).collect();
        assert_eq!(judged(&spread), Verdict::Linearizable);
        let mut wrong = spread;
        wrong.push((999_999, Some(1_000_001), Op::Read(201)));
        assert!(matches!(judged(&wrong), Verdict::Not { explained } if explained == 10_000));
    }
}
