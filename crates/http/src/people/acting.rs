//! The audit log: who, signed in, changed what from where.
//!
//! The frame lays an empty slip beside every request that may change something and comes with a cookie; whoever
//! finds out who asks writes the name on it; the frame keeps it when the answer is known. It is kept after the
//! change itself, not with it: what was changed stands in the journal in any case.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use dayshelf_core::ids::{AuditId, Home, PersonId};
use dayshelf_store::AuditLine;

use crate::app::App;

/// Characters of an address's path that are kept.
const SUBJECT_CHARS_MAX: usize = 200;

/// The slip beside a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Acting(Arc<OnceLock<Actor>>);

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    pub home: Home,
    pub person: PersonId,
    pub name: String,
    pub address: IpAddr,
}

impl Acting {
    /// Writes on the slip; what stands on it stays.
    pub fn note(&self, actor: Actor) {
        drop(self.0.set(actor));
    }

    /// Keeps what was done, if somebody is on the slip.
    pub async fn keep(&self, app: &App, act: String, subject: &str, status: u16) {
        let Some(Actor { home, person, name, address }) = self.0.get().cloned() else { return };
        let line = AuditLine {
            id: AuditId(app.desk.mint().id(home)),
            home,
            at: app.now(),
            person,
            name,
            act,
            subject: subject.chars().take(SUBJECT_CHARS_MAX).collect(),
            status,
            address: address.to_string(),
        };
        if let Err(fault) = app.store.audit(line).await {
            tracing::error!(%fault, %person, "a line of the audit log could not be kept");
        }
    }
}
