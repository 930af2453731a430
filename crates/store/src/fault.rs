//! Faults of the store: what went wrong, and what that means for whoever asked.
//!
//! A fault is ours or the machine's, never the buyer's; refusals are the core's. Start at [`FaultKind`]:
//! it is what callers decide by.

use std::error::Error;
use std::fmt;

use crate::codec::CodecFault;

/// What a fault means for whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The same may succeed at once: a lock that took too long, a deadlock, a turn that was not had.
    Retry,
    /// The connection is gone. A new one is made at the next use.
    Lost,
    /// The disk or the file can't be trusted any more: the process must stop.
    Broken,
    /// A constraint of the schema said no: a bug of ours, and nothing was written.
    Constraint,
    /// The configuration can't be used.
    Config,
    /// Another process has the data.
    Locked,
    /// The schema is not one that this program can use.
    Schema,
    /// What is stored or was to be stored contradicts itself.
    Incoherent,
    /// Anything else that the engine said.
    Other,
}

/// Something that went wrong in the store.
#[derive(Debug)]
pub struct StoreFault {
    kind: FaultKind,
    doing: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreFault {
    /// A fault that has no deeper cause.
    pub(crate) fn new(kind: FaultKind, doing: impl Into<String>) -> Self {
        Self { kind, doing: doing.into(), source: None }
    }

    /// A fault with its cause.
    pub(crate) fn caused(
        kind: FaultKind,
        doing: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self { kind, doing: doing.into(), source: Some(source.into()) }
    }

    /// What it means for whoever asked.
    pub fn kind(&self) -> FaultKind {
        self.kind
    }

    /// Says what the store was doing when this went wrong.
    pub(crate) fn while_doing(mut self, doing: &str) -> Self {
        self.doing = format!("{doing}: {}", self.doing);
        self
    }
}

impl fmt::Display for StoreFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.doing)
    }
}

impl Error for StoreFault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<CodecFault> for StoreFault {
    fn from(fault: CodecFault) -> Self {
        Self::caused(FaultKind::Incoherent, "a stored body can't be read", fault)
    }
}

/// How a commit failed. The difference decides what callers are told.
#[derive(Debug, thiserror::Error)]
pub enum CommitFault {
    /// Nothing of the batch is stored. It may be tried again.
    #[error("nothing was committed")]
    NotCommitted(#[source] StoreFault),
    /// The batch may be stored or not, or may be lost by a failover. Only the journal can tell.
    #[error("it is unknown whether the batch was committed")]
    Unknown(#[source] StoreFault),
    /// Nothing of the batch may be acknowledged, and the process must stop.
    #[error("the storage is broken")]
    Broken(#[source] StoreFault),
}

impl CommitFault {
    /// The fault behind it.
    pub fn fault(&self) -> &StoreFault {
        match self {
            Self::NotCommitted(fault) | Self::Unknown(fault) | Self::Broken(fault) => fault,
        }
    }

    /// The fault behind it, for transactions that may simply be done again.
    pub(crate) fn into_fault(self) -> StoreFault {
        match self {
            Self::NotCommitted(fault) | Self::Unknown(fault) | Self::Broken(fault) => fault,
        }
    }

    /// A fault before the commit was asked for.
    pub(crate) fn before(fault: StoreFault) -> Self {
        match fault.kind {
            FaultKind::Broken => Self::Broken(fault),
            _ => Self::NotCommitted(fault),
        }
    }
}
