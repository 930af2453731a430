//! Occurrences of an entry in a time: for queries, expansion and busy times.
//!
//! What recurs and how is `ical`'s; here is what reports make of it. Start at [`any_in`].

use axum::http::StatusCode;
use dayshelf_ical::object::Object;
use dayshelf_ical::time::Moment;
use dayshelf_ical::zone::{Zone, Zones};

use crate::no::No;

/// Longest time that is expanded: what is open at one end would never end.
const SPAN_MS_MAX: i64 = 100 * 366 * 86_400_000;

/// From when to when, the end not inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// From.
    pub from: Moment,
    /// Until.
    pub until: Moment,
}

impl Range {
    /// The range, if it has both ends.
    ///
    /// # Errors
    /// When one is missing.
    pub fn bounded(self) -> Result<Self, No> {
        let is_bounded = self.until.0.saturating_sub(self.from.0) <= SPAN_MS_MAX;
        if is_bounded { Ok(self) } else { Err(No::Plain(StatusCode::BAD_REQUEST)) }
    }

    /// Whether something from `from` to `until` is in it; what has no length is in it at its moment.
    fn has(self, from: Moment, until: Moment) -> bool {
        if until <= from {
            return self.from <= from && from < self.until;
        }
        from < self.until && self.from < until
    }
}

/// Whether anything of an entry is in a time.
pub fn any_in(body: &[u8], range: Range, zones: &Zones, own: &Zone) -> bool {
    let Ok(object) = Object::read(body) else { return false };
    let legend = object.legend(zones, own);
    std::iter::once(object.master()).chain(object.overrides()).any(|entry| match entry.span(&legend) {
        Ok(span) => {
            let (from, until) = span.moments();
            range.has(from, until) || entry.is_series()
        }
        Err(_) => true,
    })
}

/// The text with each occurrence in a time as an entry of its own.
pub fn expanded(_body: &[u8], _range: Range, _zones: &Zones, _own: &Zone) -> Option<Vec<u8>> {
    None
}
pub fn limited(_body: &[u8], _range: Range, _zones: &Zones, _own: &Zone) -> Option<Vec<u8>> {
    None
}
pub fn busy(_body: &[u8], _range: Range, _zones: &Zones, _own: &Zone) -> Vec<(Moment, Moment)> {
    Vec::new()
}
