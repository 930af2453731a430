//! Every answer that is not a success, as a problem document. A fault's cause is logged here, once.

use std::error::Error;
use std::fmt::Write as _;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dayshelf_core::ids::{OfferId, SlotId};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_desk::{DeskFault, random};
use dayshelf_store::{FaultKind, StoreFault};
use dayshelf_wire::problem::{Kind, MEDIA_TYPE, Problem};

use crate::answer::REPLAYED;

const HEX: [u8; 16] = *b"0123456789abcdef";

/// An answer that is not a success.
#[derive(Debug)]
pub struct No {
    problem: Box<Problem>,
    replayed: bool,
}

impl No {
    /// A refusal of the desk.
    pub fn refused(refusal: &Refusal, replayed: bool) -> Self {
        Self { problem: Box::new(refusal.into()), replayed }
    }

    /// It does not exist, or not for this caller.
    pub fn unknown(noun: Noun) -> Self {
        Self::refused(&Refusal::Unknown(noun), false)
    }

    /// A problem in the words of its table.
    pub fn plain(kind: Kind) -> Self {
        Problem::plain(kind).into()
    }

    /// Something of ours broke. The whole chain is logged under an id; the reader sees the id alone.
    pub fn fault(doing: &str, fault: &(dyn Error + 'static)) -> Self {
        let id = log_id();
        tracing::error!(fault = %id, cause = %chain(fault), "{doing}");
        Problem::fault(&id).into()
    }

    /// The same with the address of the slot's waitlist, where waiting may help.
    #[must_use]
    pub fn at_slot(mut self, slot: SlotId) -> Self {
        self.problem = Box::new(self.problem.at_slot(slot));
        self
    }

    /// The same with the path of the line that it is about.
    #[must_use]
    pub fn at_line(self, offers: impl IntoIterator<Item = OfferId>) -> Self {
        self.map(|problem| problem.at_line(offers))
    }

    /// The same with its field as whoever sent one thing alone wrote it.
    #[must_use]
    pub fn alone(self) -> Self {
        self.map(Problem::alone)
    }

    /// The same with another problem inside.
    #[must_use]
    pub fn map(mut self, change: impl FnOnce(Problem) -> Problem) -> Self {
        self.problem = Box::new(change(*self.problem));
        self
    }

    /// The problem inside.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

/// An id under which a request or a fault is found in the log: the process, by chance, and a number that
/// rises.
pub(crate) fn log_id() -> String {
    static PROCESS: LazyLock<u32> = LazyLock::new(|| u32::from_be_bytes(random()));
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = u64::from(*PROCESS) << 32 | u64::from(COUNT.fetch_add(1, Ordering::Relaxed));
    // Digit by digit: every answer has one.
    let digits = (0..16).rev().map(|place| char::from(HEX[(number >> (4 * place)) as usize & 15]));
    digits.collect()
}

/// A fault with all its causes, in one line.
fn chain(fault: &(dyn Error + 'static)) -> String {
    let mut text = fault.to_string();
    let mut cause = fault.source();
    while let Some(next) = cause {
        // Writing into a string can't fail.
        write!(text, ": {next}").unwrap_or_default();
        cause = next.source();
    }
    text
}

impl From<Problem> for No {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), replayed: false }
    }
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::refused(&refusal, false)
    }
}

impl From<StoreFault> for No {
    /// A store that is away comes back, so the caller is told to ask again and not that something broke.
    fn from(fault: StoreFault) -> Self {
        let seconds = match fault.kind() {
            FaultKind::Lost | FaultKind::Retry => 1,
            FaultKind::Broken => 5,
            _ => return Self::fault("the store could not be read", &fault),
        };
        tracing::warn!(cause = %chain(&fault), "the store could not be read now");
        Problem::busy(seconds).into()
    }
}

impl From<DeskFault> for No {
    /// The desk has logged the cause; here it is said what the caller can do.
    fn from(fault: DeskFault) -> Self {
        match fault {
            DeskFault::Busy | DeskFault::Retry => Problem::busy(1).into(),
            DeskFault::Stopped => Problem::busy(5).into(),
            DeskFault::Unknown => Problem::outcome_unknown(1).into(),
            DeskFault::NoSuchShard => Self::unknown(Noun::Organiser),
        }
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let problem = &*self.problem;
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(problem).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = problem.retry_after_seconds() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids are sixteen digits of base sixteen that begin alike and rise.
    #[test]
    fn log_ids_rise() {
        let (one, other) = (log_id(), log_id());
        assert_eq!((one.len(), &one[..8]), (16, &other[..8]));
        let number = |id: &str| u64::from_str_radix(id, 16).unwrap();
        assert!(number(&one) < number(&other));
    }
}
