//! From when to when an entry has anything on the calendar: what a query by time looks at first.
//!
//! Never too narrow: a series without an end goes on for ever, and what can't be read is everywhere. Start at
//! [`span_of`].

use dayshelf_core::time::Instant;
use dayshelf_ical::object::Object;
use dayshelf_ical::zone::{Zone, Zones};

/// From when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When the first of it begins.
    pub from: Instant,
    /// When the last of it ends.
    pub until: Instant,
}

impl Span {
    /// Everywhere.
    pub const ALWAYS: Self = Self { from: Instant(i64::MIN), until: Instant(i64::MAX) };
}

/// From when to when a text has something on the calendar of this zone.
pub fn span_of(body: &[u8], zones: &Zones, own: &Zone) -> Span {
    let Ok(object) = Object::read(body) else { return Span::ALWAYS };
    let legend = object.legend(zones, own);
    let mut span = Span { from: Instant(i64::MAX), until: Instant(i64::MIN) };
    for entry in std::iter::once(object.master()).chain(object.overrides()) {
        let Ok(own) = entry.span(&legend) else { return Span::ALWAYS };
        let (from, until) = own.moments();
        // A date that was added may lie before the first.
        let begins = if entry.added.is_empty() { from.0 } else { i64::MIN };
        span.from = span.from.min(Instant(begins));
        let ends = if entry.is_series() { i64::MAX } else { until.0 };
        span.until = span.until.max(Instant(ends));
    }
    span
}
