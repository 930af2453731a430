//! A calendar's text, read for an import.

use std::collections::BTreeSet;

use dayshelf_core::time::Instant;
use dayshelf_ical::document::Document;
use dayshelf_ical::import::read_with;
use dayshelf_ical::zone::legend::Legend;
use dayshelf_ical::zone::{Zone, Zones};

use super::{Drafts, ImportAnswer, Terms, drafts};
use crate::problem::Problem;

/// Faults of a calendar's lines that are told at most.
const FLAWS_MAX: usize = 20;

/// How a calendar is read.
#[derive(Clone, Copy, Debug)]
pub struct ReadAs<'r> {
    /// What the database knows of zones.
    pub zones: &'r Zones,
    /// The zone of times that name none.
    pub floating: &'r str,
    /// The field that says so.
    pub field: &'r str,
    /// The answer to the question which zone is meant.
    pub unknown_zone: Option<&'r str>,
    /// Now.
    pub now: Instant,
    /// What is there already, see [`Terms`].
    pub known: &'r BTreeSet<String>,
}

/// What is made of a calendar's text.
///
/// # Errors
/// When it is too big or no calendar, or a zone is not known.
pub fn read(calendar: String, how: ReadAs<'_>) -> Result<(Drafts, ImportAnswer), Problem> {
    let zone = |field: &str, name: &str| -> Result<Zone, Problem> {
        how.zones.zone(name).map_err(|unknown| Problem::zone_unknown(field, &unknown))
    };
    let floating = zone(how.field, how.floating)?;
    let told = how.unknown_zone.map(|name| zone("unknown_zone", name)).transpose()?;
    let wrong = |what: &str| Problem::value_wrong("calendar", what);
    let document = Document::read(calendar).map_err(|_| wrong("the calendar is too big"))?;
    if document.nodes("VCALENDAR").next().is_none() {
        return Err(wrong("this is no calendar: it has no BEGIN:VCALENDAR"));
    }
    let legend = Legend::of(&document, how.zones, floating.clone());
    let legend = told.iter().fold(legend, |legend, zone| legend.answered(zone));
    let import = read_with(&document, legend);
    let (planned, mut answer) = drafts(&import, Terms { zone: &floating, now: how.now, known: how.known });
    answer.flaws = document.flaws().iter().take(FLAWS_MAX).map(ToString::to_string).collect();
    Ok((planned, answer))
}
