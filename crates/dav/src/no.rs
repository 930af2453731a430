//! Every answer that is not a success. A fault's cause is logged here, once.
//!
//! A business no is none of these: it is a success whose entry comes back as it stands.

use std::error::Error;
use std::fmt::Write as _;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dayshelf_desk::DeskFault;
use dayshelf_store::{FaultKind, StoreFault};

use crate::xml::{CALDAV, DAV, Name, Unreadable, Writer, escaped};

/// Seconds until somebody who was told to come back should.
const RETRY_SECONDS: u32 = 2;

/// An answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum No {
    /// Who is asking is not known: the first request of every app is like that.
    Login,
    /// A status says it all.
    Plain(StatusCode),
    /// A condition of the protocol was not met.
    Condition(StatusCode, Name, String),
    /// Come back after so many seconds.
    Busy(u32),
}

impl No {
    /// There is nothing here, or not for this caller.
    pub const NOTHING: Self = Self::Plain(StatusCode::NOT_FOUND);
    /// An `If-Match` or `If-None-Match` did not hold.
    pub const CHANGED: Self = Self::Plain(StatusCode::PRECONDITION_FAILED);
    /// The method is not for this place.
    pub const METHOD: Self = Self::Plain(StatusCode::METHOD_NOT_ALLOWED);

    /// A condition of WebDAV's was not met.
    pub fn dav(local: &str) -> Self {
        Self::Condition(StatusCode::FORBIDDEN, Name::new(DAV, local), String::new())
    }

    /// A condition of CalDAV's was not met.
    pub fn caldav(local: &str) -> Self {
        Self::Condition(StatusCode::FORBIDDEN, Name::new(CALDAV, local), String::new())
    }

    /// A condition that is about another entry, whose address is named.
    pub fn caldav_at(local: &str, href: &str) -> Self {
        let inner = format!("<D:href>{}</D:href>", escaped(href));
        Self::Condition(StatusCode::FORBIDDEN, Name::new(CALDAV, local), inner)
    }

    /// A privilege that the caller's password lacks.
    pub fn privilege(href: &str, privilege: &str) -> Self {
        let href = escaped(href);
        let inner = format!(
            "<D:resource><D:href>{href}</D:href><D:privilege><D:{privilege}/></D:privilege></D:resource>"
        );
        Self::Condition(StatusCode::FORBIDDEN, Name::new(DAV, "need-privileges"), inner)
    }

    /// The status that it is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Login => StatusCode::UNAUTHORIZED,
            Self::Plain(status) | Self::Condition(status, ..) => *status,
            Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// A word for whoever tests a setup.
    pub fn word(&self) -> &str {
        match self {
            Self::Login => "login",
            Self::Condition(_, name, _) => &name.local,
            Self::Busy(_) => "busy",
            Self::Plain(status) => status.canonical_reason().unwrap_or_default(),
        }
    }
}

impl From<StoreFault> for No {
    fn from(fault: StoreFault) -> Self {
        let away = matches!(fault.kind(), FaultKind::Lost | FaultKind::Retry | FaultKind::Broken);
        if away {
            tracing::warn!(cause = %chain(&fault), "calendars could not be read or kept now");
            return Self::Busy(RETRY_SECONDS);
        }
        tracing::error!(cause = %chain(&fault), "calendars could not be read or kept");
        Self::Plain(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<DeskFault> for No {
    /// The desk has logged the cause. Whatever it is, the same request may succeed later.
    fn from(_: DeskFault) -> Self {
        Self::Busy(RETRY_SECONDS)
    }
}

impl From<Unreadable> for No {
    fn from(_: Unreadable) -> Self {
        Self::Plain(StatusCode::BAD_REQUEST)
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let status = self.status();
        match self {
            Self::Condition(_, name, inner) => {
                let mut writer = Writer::begin("error");
                writer.property(&name, &inner);
                (status, [(header::CONTENT_TYPE, "application/xml; charset=utf-8")], writer.end("error"))
                    .into_response()
            }
            Self::Login => {
                let realm = HeaderValue::from_static("Basic realm=\"Dayshelf calendars\", charset=\"UTF-8\"");
                let text = "Log in with your organiser's name and an app password.\n";
                (status, [(header::WWW_AUTHENTICATE, realm)], text).into_response()
            }
            Self::Busy(seconds) => {
                (status, [(header::RETRY_AFTER, HeaderValue::from(seconds))], "Come back later.\n")
                    .into_response()
            }
            Self::Plain(_) => (status, format!("{status}\n")).into_response(),
        }
    }
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
