//! What every page has around its content: head, organiser's bar, notice, footer.

use crate::{Href, JsonLd, Logo, LookSheet, Notice};

/// The organiser as named in the bar on top of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganiserLink {
    /// Public name.
    pub name: String,
    /// `/{organiser}`.
    pub path: Href,
    /// Its logo, beside the name.
    pub logo: Option<Logo>,
    /// Its own colours.
    pub look: Option<LookSheet>,
}

/// Head and surroundings of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Text of the `title` element, without the organiser's name.
    pub title: String,
    /// One or two sentences for search results and link previews; empty for none.
    pub description: String,
    /// Absolute address of the page itself; empty on pages behind a secret.
    pub canonical: String,
    /// Absolute address of a preview image.
    pub image: Option<String>,
    /// Whether search machines may list the page. False for everything behind a secret.
    pub listed: bool,
    /// Structured data, one document each.
    pub json_ld: Vec<JsonLd>,
    /// BCP 47 language of the texts.
    pub lang: String,
    /// True when that language is written from right to left.
    pub right_to_left: bool,
    /// The server's clock when the page was rendered, in milliseconds since 1970. Every countdown
    /// runs against it, so a wrong clock on the reader's device does no harm.
    pub now_ms: i64,
    /// Without script, the page loads itself again after so many seconds.
    pub refresh_after_s: Option<u32>,
    /// With script, the content is fetched again every so many seconds while the page is seen.
    pub poll_s: Option<u32>,
    /// The bar on top; none on the list of organisers.
    pub organiser: Option<OrganiserLink>,
    /// Something to tell the reader first.
    pub notice: Option<Notice>,
}

impl Frame {
    /// A frame with a title and the server's clock, everything else empty, in English, not listed.
    #[must_use]
    pub fn new(title: impl Into<String>, now_ms: i64) -> Self {
        Self {
            title: title.into(),
            description: String::new(),
            canonical: String::new(),
            image: None,
            listed: false,
            json_ld: Vec::new(),
            lang: "en".into(),
            right_to_left: false,
            now_ms,
            refresh_after_s: None,
            poll_s: None,
            organiser: None,
            notice: None,
        }
    }

    /// The address of the sheet with the organiser's own colours; empty for the house's.
    pub(crate) fn look(&self) -> String {
        let look = self.organiser.as_ref().and_then(|organiser| organiser.look);
        look.map(|look| look.path()).unwrap_or_default()
    }
}
