//! Times as pages show them: in the slot's zone, with room for the reader's own beside it.

use askama::Template;
use askama::filters::HtmlSafe;

/// An instant as the slot's zone shows it. The script adds the reader's own time where it differs.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "part/moment.html")]
pub struct Moment {
    /// RFC 3339 with offset.
    pub instant: String,
    /// IANA name of the slot's zone.
    pub zone: String,
    /// Day as written in the page: `Sat 21 Nov`.
    pub day: String,
    /// Wall clock in the slot's zone: `18:00`.
    pub clock: String,
    /// The zone's abbreviation at that instant: `WET`.
    pub abbreviation: String,
}

impl HtmlSafe for Moment {}

impl Moment {
    /// The place that names the zone, as people say it: `New York`.
    #[must_use]
    pub fn city(&self) -> String {
        self.zone.rsplit('/').next().unwrap_or_default().replace('_', " ")
    }

    /// The wall clock alone, without day; the zone's abbreviation stays.
    #[must_use]
    pub fn clock(&self) -> impl HtmlSafe + askama::FastWritable + '_ {
        ClockOnly { moment: self }
    }
}

#[derive(Template)]
#[template(path = "part/clock.html")]
struct ClockOnly<'a> {
    moment: &'a Moment,
}

impl HtmlSafe for ClockOnly<'_> {}

/// Time left until an instant, from the server's clock.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "part/countdown.html")]
pub struct Countdown {
    /// The instant in milliseconds since 1970.
    pub until_ms: i64,
    /// What a reader without script sees: `7:42`, `2 h 05 min`, `3 d 4 h`.
    pub text: String,
}

impl HtmlSafe for Countdown {}

/// From one instant to another, as the slot's zone shows them: `Sat 21 Nov, 18:00–18:45 WET`.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "part/span.html")]
pub struct TimeSpan {
    /// Start.
    pub start: Moment,
    /// End; its day is written only where it is not the start's.
    pub end: Moment,
}

impl HtmlSafe for TimeSpan {}

impl TimeSpan {
    /// The wall clocks alone, where the start's day is written nearby.
    #[must_use]
    pub fn clocks(&self) -> impl HtmlSafe + askama::FastWritable + '_ {
        ClocksOnly { span: self }
    }
}

#[derive(Template)]
#[template(path = "part/clocks.html")]
struct ClocksOnly<'a> {
    span: &'a TimeSpan,
}

impl HtmlSafe for ClocksOnly<'_> {}
