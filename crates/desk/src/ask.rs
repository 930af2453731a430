//! What is handed in at the desk, and what comes back.

use std::sync::Arc;

use dayshelf_core::books::{Books, Needs};
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::Home;
use dayshelf_core::refusal::Refusal;
use dayshelf_core::time::Instant;
use tokio::sync::oneshot;

/// The idempotency key of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The fingerprint of the principal and the key's text.
    pub fingerprint: u128,
    /// The hash of method, path and body.
    pub request: [u8; 16],
    /// What a secret in the answer is derived from, together with the key's text.
    pub salt: [u8; 16],
}

/// A command for the books of one organiser.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Whose books. For a new organiser only the shard counts.
    pub home: Home,
    /// What is asked.
    pub command: Command,
    /// The idempotency key, where the request has one.
    pub key: Option<Key>,
}

/// What was decided and is durable.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Its place in the shard's journal; where nothing had to be written, the place before.
    pub seq: u64,
    /// When it was decided.
    pub at: Instant,
    /// Whose books: the new organiser's home after its founding.
    pub home: Home,
    /// The facts.
    pub facts: Arc<[Fact]>,
    /// The salt of the request that was first answered with this.
    pub salt: [u8; 16],
    /// Whether this is the first answer again.
    pub replayed: bool,
}

/// The desk's answer.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Done, and durable.
    Done(Decided),
    /// An expected no, with the instant it was decided at and whether it is the first answer again.
    Refused {
        /// Why.
        refusal: Refusal,
        /// When.
        at: Instant,
        /// Whether it is the first answer again.
        replayed: bool,
    },
    /// Ours. What to do about it depends on the fault.
    Fault(DeskFault),
}

/// Why the desk has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeskFault {
    /// Too much is waiting. Nothing was done.
    #[error("too many requests are waiting for this shard")]
    Busy,
    /// Nothing was done; the same may succeed at once.
    #[error("the store could not take the batch; nothing was done")]
    Retry,
    /// It may have been done. The same request with the same key finds out.
    #[error("it is unknown whether the batch was committed")]
    Unknown,
    /// The desk has stopped, because the storage can't be trusted or the process is ending.
    #[error("the desk has stopped")]
    Stopped,
    /// There is no such shard: an id that is not of this installation.
    #[error("there is no such shard")]
    NoSuchShard,
}

/// A look into the books.
pub(crate) type Look = Box<dyn FnOnce(Option<&Books>, Instant) + Send>;

/// What a study found, told when everything it has seen is durable.
pub(crate) type Told = Box<dyn FnOnce() + Send>;

/// A look into the books together with what they have to fetch for it.
pub(crate) struct Study {
    /// What must be fetched.
    pub needs: Box<dyn FnOnce(&Books) -> Needs + Send>,
    /// The look.
    pub look: Box<dyn FnOnce(Option<&Books>, Instant) -> Told + Send>,
}

/// Anything that waits at a counter.
pub(crate) enum Request {
    /// A command.
    Ask { ask: Box<Ask>, answer: oneshot::Sender<Reply> },
    /// A command that is only tried.
    Rehearse { home: Home, command: Box<Command>, answer: oneshot::Sender<Reply> },
    /// A look.
    Look { home: Home, look: Look },
    /// A look at what is not always in the books.
    Study { home: Home, study: Box<Study> },
}
