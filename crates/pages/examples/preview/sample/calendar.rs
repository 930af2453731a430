//! The calendar in its states.

use dayshelf_pages::{
    Badge, BadgeKind, CalendarDay, CalendarPage, CalendarView, EmptyState, Href, MonthNav, RenderError,
    SlotEntry, Still, Template,
};

use super::{Pages, Say, link, listed, span};

pub fn add(say: Say<'_>, pages: &mut Pages) -> Result<(), RenderError> {
    pages.push(("calendar-month", page(say, CalendarView::Month, true).render()?));
    pages.push(("calendar-list", page(say, CalendarView::List, true).render()?));
    pages.push(("calendar-empty", page(say, CalendarView::Month, false).render()?));
    Ok(())
}

fn page(say: Say<'_>, view: CalendarView, full: bool) -> CalendarPage {
    let mut frame = listed(say, "Calendar", "/kiln");
    frame.poll_s = Some(30);
    CalendarPage {
        frame,
        name: say("Kiln & Tide"),
        about: say("Stoneware thrown by the harbour, sold in small firings at a set time."),
        feed: Href::new(say("/kiln/feed.ics")),
        view,
        month: MonthNav {
            label: say("November 2026"),
            previous: Some(link(say, "October 2026", "/kiln?view=month&month=2026-10")),
            next: Some(link(say, "December 2026", "/kiln?view=month&month=2026-12")),
            today: if full { None } else { Some(link(say, "Today", "/kiln?view=month")) },
            as_month: Href::new(say("/kiln?view=month&month=2026-11")),
            as_list: Href::new(say("/kiln?view=list&month=2026-11")),
        },
        zone: say("Europe/Lisbon (WET)"),
        city: say("Lisbon"),
        weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(say).to_vec(),
        days: (0..42).map(|at| day(say, at, full)).collect(),
        empty: EmptyState {
            title: say("Nothing on the shelf in November"),
            text: say("The next drop is on 5 December. Subscribe, and new dates come to your own calendar."),
            link: Some(link(say, "Go to December", "/kiln?month=2026-12")),
        },
    }
}

/// November 2026 begins on a Sunday, so the grid begins with Monday 26 October.
fn day(say: Say<'_>, at: usize, full: bool) -> CalendarDay {
    let (number, month, outside) = match at {
        0..=5 => (at + 26, "10", true),
        6..=35 => (at - 5, "11", false),
        _ => (at - 35, "12", true),
    };
    let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][at % 7];
    let slots = if full && !outside { slots(say, number) } else { vec![] };
    CalendarDay {
        date: say(&format!("2026-{month}-{number:02}")),
        number: u8::try_from(number).unwrap_or_default(),
        weekday: say(weekday),
        label: say(&format!("{weekday} {number}")),
        outside,
        today: !outside && number == 21,
        past: at < 26,
        slots,
    }
}

fn slots(say: Say<'_>, number: usize) -> Vec<SlotEntry> {
    use BadgeKind::{Cancelled, Ended, Low, Open, SoldOut, Upcoming, Waitlist};
    let entry =
        |clocks: (&str, &str), title: &str, kind, badge: &str, price: Option<&str>, window: &str| SlotEntry {
            path: Href::new(say("/kiln/harbour-mugs")),
            title: say(title),
            time: span(say, "Sat 21 Nov", clocks.0, clocks.1),
            place: say("Old fish market"),
            badge: Badge::new(kind, say(badge)),
            price: price.map(say),
            window: say(window),
            picture: None,
            still: Still::of(title),
        };
    match number {
        7 => vec![entry(("18:00", "18:45"), "Harbour mugs, first firing", Ended, "Ended", None, "")],
        14 => vec![
            entry(("10:00", "13:00"), "Throwing for beginners", Ended, "Ended", None, ""),
            entry(("18:00", "19:00"), "Tea bowls", Cancelled, "Cancelled", None, ""),
        ],
        21 => vec![
            entry(("10:00", "13:00"), "Throwing for beginners", SoldOut, "Sold out", Some("€45"), ""),
            entry(
                ("18:00", "18:45"),
                "Harbour mugs, second firing",
                Low,
                "7 left",
                Some("€28"),
                "VIP until 18:00, then everyone",
            ),
        ],
        22 => vec![entry(
            ("10:00", "12:00"),
            "Glaze your own plate",
            Open,
            "12 left",
            Some("from €18"),
            "Open until 22 Nov, 09:00",
        )],
        27 => vec![entry(("17:00", "18:00"), "Moon jars", Waitlist, "Sold out – waitlist", Some("€120"), "")],
        28 => vec![
            entry(("10:00", "13:00"), "Throwing for beginners", Open, "3 left", Some("€45"), ""),
            entry(
                ("18:00", "18:45"),
                "Advent candle rings",
                Upcoming,
                "Opens 18:00",
                Some("€34"),
                "VIP 17:40, everyone 18:00",
            ),
        ],
        _ => vec![],
    }
}
