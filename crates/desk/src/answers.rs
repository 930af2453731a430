//! Answering: everybody who waited for a batch, once its fate is known.
//!
//! Not here: when that is (`shard`). Start at [`Finished`].

use dayshelf_core::ids::Home;
use dayshelf_store::{Changes, Outcome, Record};

use crate::ask::{Decided, DeskFault, Look, Reply, Request, Told};
use crate::batch::{Decision, Waiting};
use crate::publish::Touched;

/// A decided batch.
pub(crate) struct Finished {
    pub records: Vec<Record>,
    pub changes: Changes,
    pub touched: Touched,
    pub answers: Vec<Waiting>,
    pub looks: Vec<(Home, Look)>,
    pub studies: Vec<Told>,
}

impl Finished {
    /// Whether somebody gets an answer again.
    pub fn repeats(&self) -> bool {
        self.answers.iter().any(|waiting| {
            matches!(
                &waiting.reply,
                Decision::Ready(
                    Reply::Refused { replayed: true, .. } | Reply::Done(Decided { replayed: true, .. })
                )
            )
        })
    }
}

/// Tells everybody what was recorded for them.
pub(crate) fn answer(answers: Vec<Waiting>, mut records: Vec<Record>) {
    for Waiting { answer, reply } in answers {
        let reply = match reply {
            Decision::Ready(reply) => reply,
            Decision::Recorded(mut decided, place) => {
                if let Some(Outcome::Facts(facts)) = records.get_mut(place).map(|record| &mut record.outcome)
                {
                    decided.facts = std::mem::take(facts).into();
                }
                Reply::Done(decided)
            }
        };
        // Whoever has gone away finds the answer again by the idempotency key.
        drop(answer.send(reply));
    }
}

/// Tells everybody that there is no answer.
pub(crate) fn answer_fault(answers: Vec<Waiting>, fault: DeskFault) {
    for Waiting { answer, .. } in answers {
        drop(answer.send(Reply::Fault(fault)));
    }
}

/// Turns away everybody whose turn did not come.
pub(crate) fn refuse_all(waiting: &mut Vec<Request>, fault: DeskFault) {
    for request in waiting.drain(..) {
        match request {
            Request::Ask { answer, .. } | Request::Rehearse { answer, .. } => {
                drop(answer.send(Reply::Fault(fault)))
            }
            Request::Look { .. } | Request::Study { .. } => {}
        }
    }
}
