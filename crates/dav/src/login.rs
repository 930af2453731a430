//! Who is asking: the organiser's name and an app password, by HTTP Basic.
//!
//! A password is 128 random bits, so nobody guesses one and nothing has to be locked; what is kept is its
//! digest. Its last use is noted at most every ten minutes. Start at [`Logins::admit`].

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dayshelf_core::ids::{Home, PasswordId};
use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::Desk;
use dayshelf_store::{AppPassword, Store};
use dayshelf_wire::caldav::password_digest;

use crate::no::No;
use crate::place;

/// How often a password's use is noted.
const NOTE_SPAN: Span = Span::minutes(10);
/// Bytes of what an app says that it is.
const AGENT_BYTES_MAX: usize = 120;
/// Requests that one password may have at once, and that come back to it each second: a first sync of three
/// thousand entries, one by one, is within it.
const BURST: f64 = 3_000.0;
const PER_SECOND: f64 = 50.0;
/// Passwords whose buckets are remembered.
const BUCKETS_MAX: usize = 10_000;

/// Who is asking.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Whose calendars.
    pub home: Home,
    /// The login name, which is the organiser's name in addresses.
    pub user: String,
    /// The password's id.
    pub password: PasswordId,
    /// The calendars that it opens; empty for all.
    pub calendars: Vec<String>,
    /// Whether it may change them.
    pub may_write: bool,
}

impl Viewer {
    /// Whether the password opens this calendar.
    pub fn sees(&self, calendar: &str) -> bool {
        self.calendars.is_empty() || self.calendars.iter().any(|known| known == calendar)
    }
}

/// What has been seen of passwords since the start.
#[derive(Debug, Default)]
pub struct Logins {
    seen: Mutex<HashMap<PasswordId, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
    noted: Instant,
}

/// What somebody typed into an app.
pub struct Typed {
    /// The organiser's name.
    pub user: String,
    password: String,
}

impl Typed {
    /// What a request says; `None` when it says nothing that can be read.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, rest) = text.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let bytes = STANDARD.decode(rest.trim()).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (user, password) = text.split_once(':')?;
        Some(Self { user: place::login(user).to_lowercase(), password: password.to_owned() })
    }
}

impl Logins {
    /// Admits whoever has the password.
    ///
    /// # Errors
    /// When nobody has it, it was used too often by now, or the store is away.
    pub async fn admit(
        &self,
        desk: &Desk,
        store: &Store,
        headers: &HeaderMap,
        typed: &Typed,
    ) -> Result<Viewer, No> {
        let card = desk.board().organiser_by_slug(&typed.user).ok_or(No::Login)?;
        let home = card.organiser.id.home();
        let known = store.app_password(home, password_digest(&typed.password, home)).await?;
        let known = known.ok_or(No::Login)?;
        let now = desk.mint().now();
        let is_to_be_noted = self.take(&known, now)?;
        if is_to_be_noted {
            let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
            store.note_app_password(known.id, now, shortened(agent.unwrap_or_default())).await?;
        }
        Ok(Viewer {
            home,
            user: card.organiser.spec.slug.clone(),
            password: known.id,
            calendars: known.calendars,
            may_write: known.may_write,
        })
    }

    /// Takes one request out of the password's bucket; says whether its use should be noted.
    fn take(&self, known: &AppPassword, now: Instant) -> Result<bool, No> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= BUCKETS_MAX {
            seen.retain(|_, bucket| now.since(bucket.at) < NOTE_SPAN);
        }
        let noted = known.used.unwrap_or(Instant(0));
        let bucket = seen.entry(known.id).or_insert(Bucket { left: BURST, at: now, noted });
        let passed = now.since(bucket.at).0.max(0) as f64 / 1_000.0;
        bucket.left = (bucket.left + passed * PER_SECOND).min(BURST);
        bucket.at = now;
        if bucket.left < 1.0 {
            return Err(No::Busy(1));
        }
        bucket.left -= 1.0;
        let is_due = now.since(bucket.noted) >= NOTE_SPAN;
        if is_due {
            bucket.noted = now;
        }
        Ok(is_due)
    }
}

fn shortened(agent: &str) -> String {
    let printable = agent.chars().filter(|letter| !letter.is_control());
    let mut text: String = printable.take(AGENT_BYTES_MAX).collect();
    while text.len() > AGENT_BYTES_MAX {
        text.pop();
    }
    text
}
