//! Links that put a slot into the calendars of Google and Microsoft, for those who have no program that takes a file.
//!
//! Both take what the link says once, and hear of no change; the file and the feed are in `feed`. Start at [`links`].

use dayshelf_desk::SlotCard;
use dayshelf_ical::text::value::Time;
use dayshelf_ical::time::Moment;
use dayshelf_pages::{Href, Link};
use form_urlencoded::Serializer;

use super::here::canonical;
use crate::app::App;

/// A link for each of the two.
pub(super) fn links(app: &App, card: &SlotCard) -> Vec<Link> {
    let spec = &card.sheet.slot.spec;
    let page = canonical(app, card.sheet.organiser.id.home()).slot(card);
    // Moments, since a wall may show one time twice; the zone beside them says on which wall they are shown.
    let moments = [spec.times.start, spec.times.end].map(|at| compact(Moment(at.0)));
    let google = Serializer::new(String::new())
        .append_pair("action", "TEMPLATE")
        .append_pair("text", &spec.title)
        .append_pair("dates", &moments.join("/"))
        .append_pair("ctz", &spec.times.zone)
        .append_pair("details", &page)
        .append_pair("location", &spec.place)
        .finish();
    let outlook = Serializer::new(String::new())
        .append_pair("rru", "addevent")
        .append_pair("subject", &spec.title)
        .append_pair("startdt", &Moment(spec.times.start.0).to_string())
        .append_pair("enddt", &Moment(spec.times.end.0).to_string())
        .append_pair("body", &page)
        .append_pair("location", &spec.place)
        .finish();
    vec![
        Link::new("Google", Href::new(format!("https://calendar.google.com/calendar/render?{google}"))),
        Link::new(
            "Outlook",
            Href::new(format!("https://outlook.live.com/calendar/0/action/compose?{outlook}")),
        ),
    ]
}

/// `20261204T170000Z`.
fn compact(at: Moment) -> String {
    Time::Utc(at).to_string()
}
