//! The list of organisers, shown at `/` when there are several.

use askama::Template;

use crate::{EmptyState, Frame, Href, Still};

/// One organiser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganiserEntry {
    /// Public name.
    pub name: String,
    /// `/{organiser}`.
    pub path: Href,
    /// A sentence by the organiser; empty for none.
    pub about: String,
    /// `Next: Harbour mugs, Sat 21 Nov, 18:00 WET`; empty for none.
    pub next: String,
    /// What is drawn beside it.
    pub still: Still,
}

/// `/`: who sells here.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "index.html")]
pub struct IndexPage {
    /// Head and surroundings.
    pub frame: Frame,
    /// Organisers by name.
    pub organisers: Vec<OrganiserEntry>,
    /// Shown when there are none.
    pub empty: EmptyState,
}
