//! The properties of each thing, by their names.
//!
//! What a viewer has set itself comes first, then what we know. Not here: which properties a request wants
//! (`methods::propfind`), and calendar data, which is read only where it is asked for (`report`). Start at
//! [`value`].

use std::fmt::Write as _;

use dayshelf_core::time::Instant;
use dayshelf_ical::time::{Civil, Fields};
use dayshelf_store::{Calendar, CalendarKind, EntryHead};

use crate::entry::person_of;
use crate::place;
use crate::scene::{Scene, Thing, is_written};
use crate::xml::{APPLE, CALDAV, DAV, Name, SERVER, escaped};

/// Bytes of an entry at most.
pub const ENTRY_BYTES_MAX: usize = dayshelf_ical::object::OBJECT_BYTES_MAX;
/// Occurrences of one entry that are looked at.
pub const OCCURRENCES_MAX: usize = 5_000;
/// What an entry is.
pub const ENTRY_TYPE: &str = "text/calendar; charset=utf-8; component=VEVENT";

/// Names of properties by namespace.
type Names = &'static [(&'static str, &'static str)];

/// Properties of everything.
const COMMON: Names = &[
    (DAV, "resourcetype"),
    (DAV, "current-user-principal"),
    (DAV, "principal-collection-set"),
    (DAV, "owner"),
    (DAV, "supported-report-set"),
    (DAV, "current-user-privilege-set"),
];
const HOME: Names = &[
    (DAV, "displayname"),
    (DAV, "principal-URL"),
    (DAV, "group-membership"),
    (DAV, "group-member-set"),
    (CALDAV, "calendar-home-set"),
    (CALDAV, "calendar-user-address-set"),
    (SERVER, "email-address-set"),
    (SERVER, "getctag"),
];
const CALENDAR: Names = &[
    (DAV, "displayname"),
    (DAV, "sync-token"),
    (SERVER, "getctag"),
    (CALDAV, "supported-calendar-component-set"),
    (CALDAV, "supported-calendar-data"),
    (CALDAV, "supported-collation-set"),
    (CALDAV, "calendar-description"),
    (CALDAV, "calendar-timezone"),
    (CALDAV, "calendar-timezone-id"),
    (CALDAV, "max-resource-size"),
    (CALDAV, "min-date-time"),
    (CALDAV, "max-date-time"),
    (CALDAV, "max-instances"),
    (APPLE, "calendar-color"),
    (APPLE, "calendar-order"),
];
const ENTRY: Names =
    &[(DAV, "getetag"), (DAV, "getcontenttype"), (DAV, "getcontentlength"), (DAV, "getlastmodified")];
/// What a viewer may set although we have a value of our own.
const SETTABLE: Names = &[
    (DAV, "displayname"),
    (CALDAV, "calendar-description"),
    (CALDAV, "calendar-timezone"),
    (CALDAV, "calendar-timezone-id"),
    (APPLE, "calendar-color"),
    (APPLE, "calendar-order"),
];

/// Whether a viewer may set this property of a calendar or its home: what we say ourselves is ours.
pub fn is_settable(name: &Name) -> bool {
    let is_in = |names: Names| names.contains(&name.parts());
    is_in(SETTABLE) || !(is_in(COMMON) || is_in(HOME) || is_in(CALENDAR) || is_in(ENTRY))
}

/// The names of a thing's properties, for `allprop` and `propname`.
pub fn names(scene: &Scene, thing: Thing<'_>) -> Vec<Name> {
    let (known, calendar): (Names, Option<&str>) = match thing {
        Thing::Root | Thing::Principals => (&[], None),
        Thing::Home => (HOME, Some("")),
        Thing::Calendar(calendar) => (CALENDAR, Some(&calendar.name)),
        Thing::Entry(..) => (ENTRY, None),
    };
    let mut all: Vec<Name> =
        COMMON.iter().chain(known).map(|(space, local)| Name::new(space, local)).collect();
    let own = calendar.into_iter().flat_map(|calendar| scene.own_names(calendar));
    all.extend(own.filter(|name| !known.contains(&name.parts())).collect::<Vec<_>>());
    all
}

/// A property's value as XML; `None` when the thing has none of this name.
pub fn value(scene: &Scene, thing: Thing<'_>, name: &Name) -> Option<String> {
    let own = match thing {
        Thing::Home => scene.own("", name),
        Thing::Calendar(calendar) => scene.own(&calendar.name, name),
        _ => None,
    };
    if let Some(own) = own.filter(|_| is_settable(name)) {
        return Some(own.to_owned());
    }
    let of_thing = match thing {
        Thing::Root | Thing::Principals => None,
        Thing::Home => of_home(scene, name),
        Thing::Calendar(calendar) => of_calendar(scene, calendar, name),
        Thing::Entry(_, head) => of_entry(head, name),
    };
    of_thing.or_else(|| common(scene, thing, name))
}

fn common(scene: &Scene, thing: Thing<'_>, name: &Name) -> Option<String> {
    let href = |address: &str| format!("<D:href>{}</D:href>", escaped(address));
    Some(match name.parts() {
        (DAV, "resourcetype") => match thing {
            Thing::Root | Thing::Principals => "<D:collection/>".to_owned(),
            Thing::Home => "<D:collection/><D:principal/>".to_owned(),
            Thing::Calendar(_) => "<D:collection/><C:calendar/>".to_owned(),
            Thing::Entry(..) => String::new(),
        },
        (DAV, "current-user-principal" | "owner") => href(&place::home(&scene.viewer.user)),
        (DAV, "principal-collection-set") => href(&scene.href(Thing::Principals)),
        (DAV, "supported-report-set") => reports(thing),
        (DAV, "current-user-privilege-set") => privileges(scene, thing),
        _ => return None,
    })
}

fn of_home(scene: &Scene, name: &Name) -> Option<String> {
    let home = format!("<D:href>{}</D:href>", escaped(&place::home(&scene.viewer.user)));
    Some(match name.parts() {
        (DAV, "displayname") => escaped(&scene.organiser.spec.name),
        (DAV, "principal-URL") | (CALDAV, "calendar-home-set") => home,
        (DAV, "group-membership" | "group-member-set") | (SERVER, "email-address-set") => String::new(),
        // The organiser has no mail address here; apps want one that is theirs, and never send to it.
        (CALDAV, "calendar-user-address-set") => home,
        (SERVER, "getctag") => scene.calendars.revision.to_string(),
        _ => return None,
    })
}

fn of_calendar(scene: &Scene, calendar: &Calendar, name: &Name) -> Option<String> {
    Some(match name.parts() {
        (DAV, "displayname") => escaped(&title(scene, calendar)),
        (DAV, "sync-token") => sync_token(calendar.token),
        (SERVER, "getctag") => calendar.token.to_string(),
        (CALDAV, "supported-calendar-component-set") => "<C:comp name=\"VEVENT\"/>".to_owned(),
        (CALDAV, "supported-calendar-data") => {
            "<C:calendar-data content-type=\"text/calendar\" version=\"2.0\"/>".to_owned()
        }
        (CALDAV, "supported-collation-set") => {
            let of = |name| format!("<C:supported-collation>{name}</C:supported-collation>");
            ["i;ascii-casemap", "i;octet", "i;unicode-casemap"].map(of).concat()
        }
        (CALDAV, "calendar-description") => escaped(about(calendar.kind)),
        (CALDAV, "calendar-timezone") => escaped(&scene.zone_text),
        (CALDAV, "calendar-timezone-id") => escaped(&scene.organiser.spec.zone),
        (CALDAV, "max-resource-size") => ENTRY_BYTES_MAX.to_string(),
        (CALDAV, "min-date-time") => "19000101T000000Z".to_owned(),
        (CALDAV, "max-date-time") => "21001231T235959Z".to_owned(),
        (CALDAV, "max-instances") => OCCURRENCES_MAX.to_string(),
        (APPLE, "calendar-color") => colour(calendar.kind).to_owned(),
        (APPLE, "calendar-order") => (calendar.kind as i64 + 1).to_string(),
        _ => return None,
    })
}

fn of_entry(head: &EntryHead, name: &Name) -> Option<String> {
    Some(match name.parts() {
        (DAV, "getetag") => escaped(&tag(head)),
        (DAV, "getcontenttype") => ENTRY_TYPE.to_owned(),
        (DAV, "getcontentlength") => head.size.to_string(),
        (DAV, "getlastmodified") => http_date(head.changed),
        _ => return None,
    })
}

/// The token of a calendar's state.
pub fn sync_token(token: u64) -> String {
    format!("urn:dayshelf:sync:{token}")
}

/// The state that a token names; `None` for what we have not made.
pub fn read_sync_token(text: &str) -> Option<u64> {
    text.trim().strip_prefix("urn:dayshelf:sync:")?.parse().ok()
}

/// The strong ETag of an entry.
pub fn tag(head: &EntryHead) -> String {
    let mut text = String::with_capacity(34);
    text.push('"');
    for byte in head.tag {
        // Writing into a string can't fail.
        write!(text, "{byte:02x}").unwrap_or_default();
    }
    text.push('"');
    text
}

/// What a calendar is called while its viewer calls it nothing else.
pub fn title(scene: &Scene, calendar: &Calendar) -> String {
    let organiser = &scene.organiser.spec.name;
    match calendar.kind {
        CalendarKind::Slots => organiser.clone(),
        CalendarKind::Drafts if calendar.name == "drafts" => format!("{organiser}: drafts"),
        CalendarKind::Drafts => calendar.name.clone(),
        CalendarKind::Windows => format!("{organiser}: windows"),
        CalendarKind::Pickup => format!("{organiser}: pickup"),
        CalendarKind::Shifts => format!("{organiser}: shifts"),
        CalendarKind::Broadcast => format!("{organiser}: broadcast"),
        CalendarKind::Person => format!("{organiser}: shifts of {}", person_of(&calendar.name)),
    }
}

const fn about(kind: CalendarKind) -> &'static str {
    match kind {
        CalendarKind::Slots => "Slots. Move an entry, and everything anchored to it moves.",
        CalendarKind::Drafts => "Drafts: nobody but you sees them.",
        CalendarKind::Windows => "When whom the windows admit. To look at; they move with their slots.",
        CalendarKind::Pickup => "When and where buyers fetch their goods. To look at.",
        CalendarKind::Shifts => "Who works when. To look at.",
        CalendarKind::Broadcast => "When what is on air. To look at.",
        CalendarKind::Person => "When one person works. To look at.",
    }
}

const fn colour(kind: CalendarKind) -> &'static str {
    match kind {
        CalendarKind::Slots => "#B5472FFF",
        CalendarKind::Drafts => "#8A8178FF",
        CalendarKind::Windows => "#2F7F86FF",
        CalendarKind::Pickup => "#7A8B2EFF",
        CalendarKind::Shifts | CalendarKind::Person => "#5B5F97FF",
        CalendarKind::Broadcast => "#A8568FFF",
    }
}

fn reports(thing: Thing<'_>) -> String {
    let report =
        |xml: &str| format!("<D:supported-report><D:report><{xml}/></D:report></D:supported-report>");
    match thing {
        Thing::Calendar(_) => {
            let all = ["C:calendar-query", "C:calendar-multiget", "D:sync-collection", "C:free-busy-query"];
            all.map(report).concat()
        }
        Thing::Root | Thing::Principals | Thing::Home => {
            ["D:principal-property-search", "D:principal-search-property-set"].map(report).concat()
        }
        Thing::Entry(..) => String::new(),
    }
}

fn privileges(scene: &Scene, thing: Thing<'_>) -> String {
    let privilege = |name: &str| format!("<D:privilege><D:{name}/></D:privilege>");
    let reading = ["read", "read-current-user-privilege-set"];
    let mut all: Vec<&str> = reading.to_vec();
    match thing {
        Thing::Calendar(calendar) if scene.may_write(calendar) => {
            all.extend(["write", "write-content", "write-properties", "bind", "unbind"]);
        }
        // Colours and names are the viewer's own, on what it may only read too.
        Thing::Calendar(_) => all.push("write-properties"),
        Thing::Entry(calendar, _) if scene.may_write(calendar) => all.extend(["write", "write-content"]),
        Thing::Home if scene.viewer.may_write => all.extend(["write-properties", "bind"]),
        _ => {}
    }
    let mut xml: String = all.into_iter().map(privilege).collect();
    if matches!(thing, Thing::Calendar(calendar) if is_written(calendar.kind) || calendar.shown) {
        xml.push_str("<D:privilege><C:read-free-busy/></D:privilege>");
    }
    xml
}

/// An instant as HTTP writes dates.
pub fn http_date(at: Instant) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let seconds = at.0.div_euclid(1_000);
    let Fields { year, month, day, weekday, hour, minute } = Civil(seconds).fields();
    let named = |names: &'static [&'static str], place: i8| {
        usize::try_from(place).ok().and_then(|place| names.get(place)).copied().unwrap_or_default()
    };
    let second = seconds.rem_euclid(60);
    let (weekday, month) = (named(&DAYS, weekday), named(&MONTHS, month - 1));
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Dates are written as every HTTP client reads them.
    #[test]
    fn dates_of_http() {
        assert_eq!(http_date(Instant(784_111_777_000)), "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    /// Our own tokens read back; others are not ours.
    #[test]
    fn tokens_round_trip() {
        assert_eq!(read_sync_token(&sync_token(17)), Some(17));
        for text in ["", "17", "urn:dayshelf:sync:", "urn:dayshelf:sync:-1", "urn:other:17"] {
            assert_eq!(read_sync_token(text), None);
        }
    }
}
