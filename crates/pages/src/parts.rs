//! Small pieces that several pages show: links, badges, lines, notices. Times are in `moment.rs`.
//!
//! A piece with markup of its own is a template under `templates/part/`; it is marked as HTML that
//! is already escaped, so a page may write `{{ badge }}`.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::{Href, Picture, Still, TimeSpan};

/// A link with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub text: String,
    /// Where it goes.
    pub href: Href,
}

impl Link {
    /// A link to `href` that says `text`.
    #[must_use]
    pub fn new(text: impl Into<String>, href: impl Into<Href>) -> Self {
        Self { text: text.into(), href: href.into() }
    }
}

/// What a badge says at a glance; decides its colour and mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadgeKind {
    /// Can be bought now.
    Open,
    /// Can be bought now, and few are left.
    Low,
    /// Nothing left, but one can wait.
    Waitlist,
    /// Nothing left.
    SoldOut,
    /// Not open yet.
    Upcoming,
    /// Over.
    Ended,
    /// Called off by the organiser.
    Cancelled,
}

impl BadgeKind {
    /// The word for this kind in class names and in the stock stream.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Low => "low",
            Self::Waitlist => "waitlist",
            Self::SoldOut => "sold_out",
            Self::Upcoming => "upcoming",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
        }
    }
}

/// The stock badge: `7 left`, `Sold out – waitlist`, `Opens 18:00`, `Ended`.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "part/badge.html")]
pub struct Badge {
    /// Colour and mark.
    pub kind: BadgeKind,
    /// The exact words.
    pub text: String,
    /// The offer whose count the badge shows, when it shows one; the script then keeps it true.
    pub offer: Option<String>,
}

impl HtmlSafe for Badge {}

impl Badge {
    /// A badge that does not follow one offer.
    #[must_use]
    pub fn new(kind: BadgeKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), offer: None }
    }
}

/// Where the slot takes place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Short name.
    pub name: String,
    /// Street and town; empty for none.
    pub address: String,
    /// A link to the place: a map, or the stream.
    pub link: Option<Link>,
}

/// The slot as named on pages that belong to a hold, an order or a waitlist entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotSummary {
    /// The slot's id, for the stock stream.
    pub id: String,
    /// Title.
    pub title: String,
    /// `/{organiser}/{slot}`.
    pub path: Href,
    /// From start to end.
    pub time: TimeSpan,
    /// Place.
    pub place: Option<Place>,
    /// Picture, if the organiser gave one.
    pub picture: Option<Picture>,
    /// What is drawn when there is no picture.
    pub still: Still,
}

/// One line of a hold: offer, quantity and money, as they were fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Name of the offer.
    pub offer: String,
    /// Pickup or delivery of this line; empty for none.
    pub note: String,
    /// Units.
    pub quantity: u32,
    /// Price of one, formatted.
    pub unit_price: String,
    /// Price of all, formatted.
    pub total: String,
}

/// How a notice looks and is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Good to know.
    Info,
    /// It worked.
    Good,
    /// It did not, and the text says what to do next.
    Refused,
}

impl NoticeKind {
    /// The word for this kind in class names.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Good => "good",
            Self::Refused => "refused",
        }
    }

    /// A refusal interrupts a screen reader, the rest waits.
    #[must_use]
    pub const fn role(self) -> &'static str {
        match self {
            Self::Refused => "alert",
            Self::Info | Self::Good => "status",
        }
    }
}

/// Something to tell the reader before anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it looks.
    pub kind: NoticeKind,
    /// What happened and what to do next.
    pub text: String,
    /// Where to do it.
    pub link: Option<Link>,
}

/// A share of a length in thousandths; written as a percentage for drawings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Permille(pub u16);

impl Permille {
    /// What is left after `other`; zero if that is more.
    #[must_use]
    pub const fn minus(self, other: &Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Permille {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0.min(1000);
        write!(f, "{}.{}%", value / 10, value % 10)
    }
}
