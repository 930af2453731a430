//! The methods, each by what it is asked of. Start at [`answer`].

mod delete;
mod get;
mod mkcalendar;
mod propfind;
mod proppatch;
mod put;
mod relocate;

pub use propfind::{Wanted, answer_of};

use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dayshelf_store::{Calendar, EntryState, StoredEntry};

use crate::no::No;
use crate::place::Place;
use crate::props;
use crate::report;
use crate::server::Call;

/// Answers a request whose sender is known.
///
/// # Errors
/// What is not a success.
pub async fn answer(call: Call<'_>) -> Result<Response, No> {
    match call.method.as_str() {
        "PROPFIND" => propfind::answer(&call).await,
        "PROPPATCH" => proppatch::answer(&call).await,
        "REPORT" => report::answer(&call).await,
        "GET" | "HEAD" => get::answer(&call).await,
        "PUT" => put::answer(&call).await,
        "DELETE" => delete::answer(&call).await,
        "MKCALENDAR" => mkcalendar::answer(&call).await,
        "MOVE" => relocate::answer(&call).await,
        _ => Err(No::METHOD),
    }
}

impl Call<'_> {
    /// The calendar that is named.
    pub(crate) fn calendar(&self, name: &str) -> Result<&Calendar, No> {
        self.scene.calendar(name).ok_or(No::NOTHING)
    }

    /// The calendar that is named, if this password may change it.
    pub(crate) fn written_calendar(&self, name: &str) -> Result<&Calendar, No> {
        let calendar = self.calendar(name)?;
        if self.scene.may_write(calendar) {
            return Ok(calendar);
        }
        Err(No::privilege(&self.scene.href(crate::scene::Thing::Calendar(calendar)), "write"))
    }

    /// An entry of a calendar, if it is there.
    pub(crate) async fn entry(&self, calendar: &str, name: &str) -> Result<Option<StoredEntry>, No> {
        let home = self.scene.viewer.home;
        let found = self.dav.store.calendar_entries(home, calendar, vec![name.to_owned()]).await?;
        Ok(found.into_iter().flatten().find(|entry| entry.head.state == EntryState::Shown))
    }

    /// The entry that is named.
    pub(crate) async fn named_entry(&self) -> Result<(&Calendar, StoredEntry), No> {
        let Place::Entry { calendar, name, .. } = &self.place else { return Err(No::METHOD) };
        let calendar = self.calendar(calendar)?;
        let entry = self.entry(&calendar.name, name).await?.ok_or(No::NOTHING)?;
        Ok((calendar, entry))
    }

    /// The organiser's zone, which is the wall of times that name none.
    pub(crate) fn own_zone(&self) -> Result<dayshelf_ical::zone::Zone, No> {
        self.dav.zones.zone(&self.scene.organiser.spec.zone).map_err(|_| No::Busy(1))
    }

    /// Checks what the sender has seen.
    pub(crate) fn check_seen(&self, there: Option<&StoredEntry>) -> Result<(), No> {
        let tag = there.map(|entry| props::tag(&entry.head));
        if let Some(tags) = header_text(&self.headers, header::IF_MATCH.as_str()) {
            let fits = tag.as_deref().is_some_and(|tag| lists(tags, tag));
            if !fits {
                return Err(No::CHANGED);
            }
        }
        if let Some(tags) = header_text(&self.headers, header::IF_NONE_MATCH.as_str()) {
            let fits = tag.as_deref().is_some_and(|tag| lists(tags, tag));
            if fits && self.method != Method::GET && self.method != Method::HEAD {
                return Err(No::CHANGED);
            }
        }
        Ok(())
    }
}

/// A header's text.
pub fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|text| text.to_str().ok())
}

/// Whether a list of tags has this one, or all. Proxies that compress put a suffix into a tag that is none of
/// ours; some apps send it back without its quotes.
pub fn lists(tags: &str, tag: &str) -> bool {
    let plain = |text: &str| {
        let text = text.trim().trim_start_matches("W/").trim_matches('"');
        let text =
            ["-gzip", "-br", ";gzip"].iter().fold(text, |text, end| text.strip_suffix(end).unwrap_or(text));
        text.to_owned()
    };
    tags.split(',').any(|one| one.trim() == "*" || plain(one) == plain(tag))
}

/// An answer that lists answers.
pub fn multistatus(xml: String) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/xml; charset=utf-8")];
    (StatusCode::MULTI_STATUS, kind, xml).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tag is the same with a proxy's suffix, as a weak one, and without quotes; another one is not.
    #[test]
    fn tags_survive_proxies() {
        for tags in ["\"a1\"", "W/\"a1\"", "\"a1-gzip\"", "\"a1-br\"", "a1", "\"x\", \"a1\"", "*"] {
            assert!(lists(tags, "\"a1\""), "{tags}");
        }
        for tags in ["\"a2\"", "", "\"a1a\"", "\"-br\""] {
            assert!(!lists(tags, "\"a1\""), "{tags}");
        }
    }
}
