//! The organiser's calendar: a month as a grid or as a list.

use askama::Template;

use crate::{Badge, Frame, Href, Link, Picture, Still, TimeSpan};

/// Which form of the month is shown. On a narrow screen both are lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarView {
    /// Seven columns.
    Month,
    /// One slot per row.
    List,
}

/// The way through the months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthNav {
    /// `November 2026`.
    pub label: String,
    /// The month before, in the same view.
    pub previous: Option<Link>,
    /// The month after, in the same view.
    pub next: Option<Link>,
    /// Back to this month, when another is shown.
    pub today: Option<Link>,
    /// This month as a grid.
    pub as_month: Href,
    /// This month as a list.
    pub as_list: Href,
}

/// One slot on the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotEntry {
    /// `/{organiser}/{slot}`.
    pub path: Href,
    /// Title.
    pub title: String,
    /// From start to end.
    pub time: TimeSpan,
    /// Name of the place; empty for none.
    pub place: String,
    /// Stock as of now.
    pub badge: Badge,
    /// Lowest price now, formatted: `€28`, `from €12`.
    pub price: Option<String>,
    /// The window that matters now: `VIP until 18:00, then everyone`; empty for none.
    pub window: String,
    /// Picture for the list.
    pub picture: Option<Picture>,
    /// What is drawn when there is no picture.
    pub still: Still,
}

/// One day. For the grid, days come in whole weeks, so some belong to a neighbouring month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// ISO date, in the calendar's zone.
    pub date: String,
    /// Day of the month.
    pub number: u8,
    /// `Sat`.
    pub weekday: String,
    /// `Saturday 21 November`.
    pub label: String,
    /// Belongs to another month than the one shown.
    pub outside: bool,
    /// Is today.
    pub today: bool,
    /// Is over.
    pub past: bool,
    /// Its slots by start.
    pub slots: Vec<SlotEntry>,
}

/// What a list without entries says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmptyState {
    /// What there is not.
    pub title: String,
    /// What to do next.
    pub text: String,
    /// Where.
    pub link: Option<Link>,
}

/// `/{organiser}`: what is sold when.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "calendar.html")]
pub struct CalendarPage {
    /// Head and surroundings.
    pub frame: Frame,
    /// The organiser's name.
    pub name: String,
    /// A sentence or two by the organiser; empty for none.
    pub about: String,
    /// `/{organiser}/feed.ics`.
    pub feed: Href,
    /// Grid or list.
    pub view: CalendarView,
    /// The month shown and its neighbours.
    pub month: MonthNav,
    /// The zone that days and times are in: `Europe/Lisbon (WET)`.
    pub zone: String,
    /// The place that names the zone: `Lisbon`.
    pub city: String,
    /// Short names of the seven days, first day of the week first.
    pub weekdays: Vec<String>,
    /// Whole weeks.
    pub days: Vec<CalendarDay>,
    /// Shown when no day of the month has a slot.
    pub empty: EmptyState,
}

impl CalendarPage {
    /// Whether nothing is on the shelf this month.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        is_free(&self.days)
    }

    fn is_month(&self) -> bool {
        self.view == CalendarView::Month
    }
}

/// Whether the month itself has no slot: a narrow page leaves the neighbours' days out.
fn is_free(days: &[CalendarDay]) -> bool {
    days.iter().filter(|day| !day.outside).all(|day| day.slots.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BadgeKind, Moment};

    fn day(outside: bool, slots: usize) -> CalendarDay {
        let text = String::new;
        let at =
            || Moment { instant: text(), zone: text(), day: text(), clock: text(), abbreviation: text() };
        let slot = || SlotEntry {
            path: Href::new("/kiln/mugs"),
            title: text(),
            time: TimeSpan { start: at(), end: at() },
            place: text(),
            badge: Badge::new(BadgeKind::Open, "7 left"),
            price: None,
            window: text(),
            picture: None,
            still: Still::of("mugs"),
        };
        let slots = (0..slots).map(|_| slot()).collect();
        let (date, weekday, label) = (text(), text(), text());
        CalendarDay { date, number: 1, weekday, label, outside, today: false, past: false, slots }
    }

    // Aim: a month whose weeks end in another month's slots is told to be free: on a phone nothing else is seen of it.
    #[test]
    fn the_neighbours_days_do_not_count() {
        assert!(is_free(&[day(false, 0), day(true, 2)]));
        assert!(!is_free(&[day(false, 1), day(true, 0)]));
        assert!(is_free(&[]));
    }
}
