//! What one request is answered from: who asks, whose calendars, and how this viewer calls and colours them.
//!
//! Start at [`Scene`]; the properties of each thing in it are in [`crate::props`].

use std::collections::HashMap;
use std::sync::Arc;

use dayshelf_core::organiser::Organiser;
use dayshelf_store::{Calendar, CalendarKind, CalendarProperty, Calendars, EntryHead};

use crate::login::Viewer;
use crate::place;
use crate::xml::Name;

/// What one request is answered from.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Who asks.
    pub viewer: Viewer,
    /// Whose calendars.
    pub organiser: Arc<Organiser>,
    /// The calendars.
    pub calendars: Calendars,
    /// The VTIMEZONE of the organiser's zone, as a whole calendar text.
    pub zone_text: Arc<str>,
    /// This viewer's own properties, by calendar and by namespace and name.
    own: HashMap<(String, String), String>,
}

/// Something that has properties.
#[derive(Clone, Copy, Debug)]
pub enum Thing<'s> {
    /// The root.
    Root,
    /// The collection of principals.
    Principals,
    /// The viewer's principal and home.
    Home,
    /// A calendar.
    Calendar(&'s Calendar),
    /// An entry of a calendar.
    Entry(&'s Calendar, &'s EntryHead),
}

impl Scene {
    /// Puts a scene together.
    pub fn new(
        viewer: Viewer,
        organiser: Arc<Organiser>,
        calendars: Calendars,
        zone_text: Arc<str>,
        own: Vec<CalendarProperty>,
    ) -> Self {
        let own = own.into_iter().filter_map(|one| Some(((one.calendar, one.property), one.value?)));
        Self { viewer, organiser, calendars, zone_text, own: own.collect() }
    }

    /// The calendars that this viewer is told of.
    pub fn shown(&self) -> impl Iterator<Item = &Calendar> {
        self.calendars.all.iter().filter(|calendar| calendar.shown && self.viewer.sees(&calendar.name))
    }

    /// A calendar that this viewer is told of.
    pub fn calendar(&self, name: &str) -> Option<&Calendar> {
        self.shown().find(|calendar| calendar.name == name)
    }

    /// What the viewer itself has set; of the home under the empty name.
    pub fn own(&self, calendar: &str, property: &Name) -> Option<&str> {
        self.own.get(&(calendar.to_owned(), kept_name(property))).map(String::as_str)
    }

    /// The names of what the viewer itself has set.
    pub fn own_names(&self, calendar: &str) -> impl Iterator<Item = Name> {
        let of = self.own.keys().filter(move |(known, _)| known == calendar);
        of.filter_map(|(_, property)| read_name(property))
    }

    /// How many properties the viewer has set on a calendar.
    pub fn own_count(&self, calendar: &str) -> usize {
        self.own.keys().filter(|(known, _)| known == calendar).count()
    }

    /// The address of a thing.
    pub fn href(&self, thing: Thing<'_>) -> String {
        let user = &self.viewer.user;
        match thing {
            Thing::Root => place::ROOT.to_owned(),
            Thing::Principals => format!("{}p/", place::ROOT),
            Thing::Home => place::home(user),
            Thing::Calendar(calendar) => place::calendar(user, &calendar.name),
            Thing::Entry(calendar, head) => place::entry(user, &calendar.name, &head.name),
        }
    }

    /// Whether this viewer may change entries of a calendar.
    pub fn may_write(&self, calendar: &Calendar) -> bool {
        self.viewer.may_write && is_written(calendar.kind)
    }
}

/// Whether a calendar's entries can be changed by apps at all.
pub const fn is_written(kind: CalendarKind) -> bool {
    matches!(kind, CalendarKind::Slots | CalendarKind::Drafts)
}

/// A property's name as it is kept.
pub fn kept_name(name: &Name) -> String {
    format!("{} {}", name.space, name.local)
}

fn read_name(kept: &str) -> Option<Name> {
    kept.split_once(' ').map(|(space, local)| Name::new(space, local))
}
