//! The overlay for a live stream: a transparent page that OBS shows over the picture.

use askama::Template;

use crate::{Countdown, Href, LookSheet, PriceView};

/// What the overlay shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverlayState {
    /// Opens later.
    Upcoming,
    /// Selling.
    Open,
    /// Nothing left.
    SoldOut,
    /// Over.
    Ended,
}

impl OverlayState {
    /// The word for this state in attributes; the stock stream's own.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Upcoming => "ahead",
            Self::Open => "open",
            Self::SoldOut => "sold_out",
            Self::Ended => "closed",
        }
    }
}

/// How the overlay lies on the picture; each fits 16:9 and 9:16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OverlayLayout {
    /// A card in the lower corner.
    #[default]
    Card,
    /// A band along the lower edge.
    Bar,
    /// The number alone, in the upper corner.
    Corner,
}

impl OverlayLayout {
    /// The layout of a word in the address; of any other word, the card.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "bar" => Self::Bar,
            "corner" => Self::Corner,
            _ => Self::Card,
        }
    }

    /// The word for this layout in class names and addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Bar => "bar",
            Self::Corner => "corner",
        }
    }
}

/// What the overlay's colours go with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OverlayTheme {
    /// Light text on a dark plate.
    #[default]
    Dark,
    /// Dark text on a light plate.
    Light,
    /// Light text with a shadow, and no plate.
    Clear,
}

impl OverlayTheme {
    /// The theme of a word in the address; of any other word, the dark one.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "clear" => Self::Clear,
            _ => Self::Dark,
        }
    }

    /// The word for this theme in class names and addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Clear => "clear",
        }
    }
}

/// `/overlay/{secret}`: units left, price and countdown, wide or tall.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "overlay.html")]
pub struct OverlayPage {
    /// The slot's id, for the stock stream.
    pub slot: String,
    /// The journal sequence at which the counts on this page are true.
    pub sequence: u64,
    /// The stream of what is shown.
    pub stream: Href,
    /// Title.
    pub title: String,
    /// The id of the window that is open or next to open; empty for none. A change makes the script look again.
    pub window: String,
    /// Its name, where the slot has several; else empty.
    pub window_title: String,
    /// The server's clock when the page was rendered, in milliseconds since 1970.
    pub now_ms: i64,
    /// How it lies on the picture.
    pub layout: OverlayLayout,
    /// What its colours go with.
    pub theme: OverlayTheme,
    /// The organiser's own colours.
    pub look: Option<LookSheet>,
    /// BCP 47 language.
    pub lang: String,
    /// What is shown.
    pub state: OverlayState,
    /// The offers that are counted together, when one number says it all.
    pub offers: Vec<String>,
    /// Units left; none when not selling.
    pub units: Option<u32>,
    /// `left`, `sold out`, `opens at 18:00 WET`.
    pub units_label: String,
    /// Price now and next.
    pub price: Option<PriceView>,
    /// `VIP window closes in` with the time left.
    pub countdown: Option<(String, Countdown)>,
    /// Where to buy, to be read aloud or typed: `kiln.example/mugs`; empty for none.
    pub address: String,
}
