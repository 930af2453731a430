//! One reading of a calendar's address: asked for only if it is another, bounded, and never anywhere inside.
//!
//! Addresses are secrets of whoever publishes the calendar: they go into no log and no sentence. Start at
//! [`Fetcher::fetch`].

use std::time::Duration;

use dayshelf_core::time::Span;
use dayshelf_store::{Feed, Trouble};
use reqwest::header::{
    ACCEPT, ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, USER_AGENT,
};
use reqwest::{Client, Response, StatusCode, Url};

use crate::webhooks::{AGENT, Guard, client, retry_after, trouble};

/// How long a server may take, to the answer's last byte.
const FETCH_SPAN: Duration = Duration::from_secs(30);
/// Bytes of a calendar at most.
const CALENDAR_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Other addresses that one may lead to, one after the other.
const REDIRECTS_MAX: usize = 4;
/// Letters of a tag or date that is kept.
const TAG_CHARS_MAX: usize = 200;

/// What a reading brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fetched {
    /// It is as it was.
    Same,
    /// A calendar, with what to ask by whether it is another.
    Calendar {
        /// Its text.
        text: String,
        /// The server's ETag.
        etag: String,
        /// The server's Last-Modified.
        modified: String,
    },
    /// Nothing: why, and how long the server asked to be left alone.
    Nothing(String, Option<Span>),
}

/// Fetches.
pub(super) struct Fetcher {
    client: Client,
    guard: Guard,
}

impl Fetcher {
    /// # Errors
    /// When the client can't be made.
    pub fn new(guard: Guard) -> Result<Self, reqwest::Error> {
        Ok(Self { client: client(guard, FETCH_SPAN)?, guard })
    }

    /// Fetches a feed's calendar; `anew` whether or not it is another.
    pub async fn fetch(&self, feed: &Feed, anew: bool) -> Fetched {
        self.follow(feed, anew).await.unwrap_or_else(|trouble| Fetched::Nothing(trouble, None))
    }

    async fn follow(&self, feed: &Feed, anew: bool) -> Result<Fetched, String> {
        let mut url = self.checked(&feed.url)?;
        for _ in 0..=REDIRECTS_MAX {
            let reply = self.ask(url.clone(), feed, anew).await?;
            if !is_elsewhere(reply.status()) {
                return read(reply).await;
            }
            let to = reply.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            let to =
                to.and_then(|to| url.join(to).ok()).ok_or("the address leads elsewhere, but not where")?;
            url = self.checked(to.as_str())?;
        }
        Err("the address leads elsewhere too often".to_owned())
    }

    /// An address that calendars are read from.
    ///
    /// # Errors
    /// Why they are not.
    pub fn checked(&self, url: &str) -> Result<Url, String> {
        self.guard.check(url).map_err(|unfit| format!("it is not read from there: {unfit}"))
    }

    async fn ask(&self, url: Url, feed: &Feed, anew: bool) -> Result<Response, String> {
        let mut request = self.client.get(url).header(ACCEPT, "text/calendar").header(USER_AGENT, AGENT);
        let known = [(IF_NONE_MATCH, &feed.course.etag), (IF_MODIFIED_SINCE, &feed.course.modified)];
        for (name, value) in known.into_iter().filter(|(_, value)| !anew && !value.is_empty()) {
            request = request.header(name, value);
        }
        request.send().await.map_err(|fault| no_answer(&fault).to_owned())
    }
}

const fn is_elsewhere(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Without the address, which the fault's own words have.
fn no_answer(fault: &reqwest::Error) -> &'static str {
    match trouble(fault) {
        Trouble::NotAllowed => "it is not read from there",
        Trouble::NameUnknown => "no public address is known by the server's name",
        Trouble::Refused => "nobody listens at that address",
        Trouble::TimedOut => "the server takes too long",
        Trouble::NotTrusted => "the server's certificate is not trusted",
        Trouble::BrokenOff if fault.is_connect() => "there is no connection to the server",
        Trouble::BrokenOff => "the server's answer can't be read",
    }
}

async fn read(mut reply: Response) -> Result<Fetched, String> {
    let status = reply.status();
    if status == StatusCode::NOT_MODIFIED {
        return Ok(Fetched::Same);
    }
    if !status.is_success() {
        return Ok(Fetched::Nothing(format!("the server answers {}", status.as_u16()), retry_after(&reply)));
    }
    let tag = |name: HeaderName| {
        let value = reply.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if value.len() > TAG_CHARS_MAX { String::new() } else { value.to_owned() }
    };
    let (etag, modified) = (tag(ETAG), tag(LAST_MODIFIED));
    let mut body = Vec::new();
    while let Some(bytes) = reply.chunk().await.map_err(|fault| no_answer(&fault).to_owned())? {
        if body.len() + bytes.len() > CALENDAR_BYTES_MAX {
            return Err(format!("the calendar has more than {CALENDAR_BYTES_MAX} bytes"));
        }
        body.extend_from_slice(&bytes);
    }
    let text = String::from_utf8(body).map_err(|_| "the answer is no text in UTF-8".to_owned())?;
    // One that was cut off says of its last entries that they are gone.
    if !text.trim_end().to_ascii_uppercase().ends_with("END:VCALENDAR") {
        return Err("the answer is no whole calendar".to_owned());
    }
    Ok(Fetched::Calendar { text, etag, modified })
}
