//! An errand: one request that its client sends again, with the same key, until it knows the answer.
//!
//! However often it is sent, to whichever nodes, there is one effect and all answers are equal.

use std::sync::Arc;

use dayshelf_core::fact::Fact;
use dayshelf_core::refusal::Refusal;
use dayshelf_core::time::Instant;
use dayshelf_desk::{Ask, Decided, DeskFault, Key, Reply};
use tokio::sync::oneshot::Receiver;
use tokio::sync::oneshot::error::TryRecvError;

use crate::chance::Chance;

/// An answer as a client can compare it with another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Done: where, when, what, and what its secrets follow from.
    Done { seq: u64, at: Instant, facts: Arc<[Fact]>, salt: [u8; 16] },
    /// Refused.
    Refused { refusal: Refusal, at: Instant },
}

/// What there is to say about an errand.
pub(super) enum News {
    /// Nobody has answered yet.
    Waits,
    /// The first answer, or one that equals it.
    Answered,
    /// A process says that it has none.
    Fault(u64, DeskFault),
    /// A process is gone.
    Gone,
}

/// See the module.
pub(super) struct Errand {
    ask: Ask,
    waits: Vec<(u64, Receiver<Reply>)>,
    answer: Option<Answer>,
    /// When it was sent for the first time.
    since: Option<Instant>,
    /// How many answers came.
    pub(super) answers: u32,
}

impl Errand {
    pub(super) fn new(ask: Ask) -> Self {
        Self { ask, waits: Vec::new(), answer: None, since: None, answers: 0 }
    }

    /// The request as it is sent this time: each time it brings its own salt, and the first one counts.
    pub(super) fn ask(&self, chance: &mut Chance) -> Ask {
        let mut ask = self.ask.clone();
        if let Some(key) = &mut ask.key {
            key.salt[..8].copy_from_slice(&chance.bits().to_be_bytes());
        }
        ask
    }

    pub(super) fn key(&self) -> Option<Key> {
        self.ask.key
    }

    pub(super) fn asked(&self) -> &Ask {
        &self.ask
    }

    /// It was sent to a process.
    pub(super) fn sent(&mut self, now: Instant, process: u64, reply: Receiver<Reply>) {
        self.since.get_or_insert(now);
        self.waits.push((process, reply));
    }

    /// When it was sent for the first time.
    pub(super) fn since(&self) -> Option<Instant> {
        self.since
    }

    /// Whether a node still has it.
    pub(super) fn is_under_way(&self) -> bool {
        !self.waits.is_empty()
    }

    pub(super) fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    /// Looks whether somebody has answered.
    ///
    /// # Errors
    /// An answer that differs from an earlier one.
    pub(super) fn listen(&mut self) -> Result<News, String> {
        for place in 0..self.waits.len() {
            let (process, waits) = &mut self.waits[place];
            let (process, reply) = match waits.try_recv() {
                Err(TryRecvError::Empty) => continue,
                Err(TryRecvError::Closed) => (*process, None),
                Ok(reply) => (*process, Some(reply)),
            };
            drop(self.waits.swap_remove(place));
            return self.hear(process, reply);
        }
        Ok(News::Waits)
    }

    fn hear(&mut self, process: u64, reply: Option<Reply>) -> Result<News, String> {
        let answer = match reply {
            None => return Ok(News::Gone),
            Some(Reply::Fault(fault)) => return Ok(News::Fault(process, fault)),
            Some(Reply::Done(Decided { seq, at, facts, salt, .. })) => Answer::Done { seq, at, facts, salt },
            Some(Reply::Refused { refusal, at, .. }) => Answer::Refused { refusal, at },
        };
        self.answers += 1;
        match &self.answer {
            // Without a key, each time is another request.
            Some(known) if *known != answer && self.ask.key.is_some() => {
                Err(format!("I10: two answers to one request: {known:?} and {answer:?}"))
            }
            _ => {
                self.answer = Some(answer);
                Ok(News::Answered)
            }
        }
    }
}
