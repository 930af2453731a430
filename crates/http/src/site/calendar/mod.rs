//! `/{organiser}`: what is sold when, as a month or as a list.

mod month;

use std::sync::Arc;

use axum::extract::{Path, State};
use dayshelf_core::refusal::Noun;
use dayshelf_core::slot::SlotState;
use dayshelf_core::time::Instant;
use dayshelf_desk::{OrganiserCard, SlotCard};
use dayshelf_pages::{
    CalendarDay, CalendarPage, CalendarView, EmptyState, Frame, Href, Link, MonthNav, SlotEntry, Still,
};
use dayshelf_relay::live::Viewer;

use self::month::Month;
use super::here;
use super::page::{self, Lost, Shown, free_name};
use super::pictures;
use super::shelf::{Shelf, is_public};
use super::wall::{Wall, short, weekday};
use crate::app::App;
use crate::extract::Params;
use crate::no::No;

/// Slots of one page; a month with more is shown as far as this.
const SLOTS_MAX: usize = 2_000;

/// What is looked at.
struct Look<'a> {
    app: &'a App,
    card: &'a OrganiserCard,
    wall: &'a Wall,
    view: CalendarView,
    month: Month,
    now: Instant,
}

pub(super) async fn show(State(app): State<App>, Path(slug): Path<String>, mut params: Params) -> Shown {
    free_name(&slug)?;
    let card = app.board().organiser_by_slug(&slug).ok_or_else(|| No::unknown(Noun::Organiser))?;
    let wall = Wall::of(&app, &card.organiser.spec.zone)?;
    let now = app.now();
    let view = match params.take("view").as_deref() {
        Some("list") => CalendarView::List,
        _ => CalendarView::Month,
    };
    // A month that can't be read is this one: an address that somebody typed still leads somewhere.
    let asked = params.take("month").and_then(|text| Month::parse(&text));
    let month = asked.unwrap_or_else(|| Month::of(&wall, now));
    let look = Look { app: &app, card: &card, wall: &wall, view, month, now };
    let told = here::canonical(&app, card.organiser.id.home()).house(&card.organiser);
    let address = format!("{told} {}", look.address(view, month));
    let bell = app.desk.bell(card.organiser.id.home().shard);
    let sequence = bell.map_or(0, |bell| *bell.borrow());
    app.kept.show(address, sequence, now, || look.page())
}

impl Look<'_> {
    fn page(&self) -> Result<CalendarPage, Lost> {
        let spec = &self.card.organiser.spec;
        Ok(CalendarPage {
            frame: self.frame(),
            name: spec.name.clone(),
            about: spec.about.clone(),
            feed: Href::new(here::feed_path(&self.card.organiser)),
            view: self.view,
            month: self.nav(),
            zone: self.wall.zone_words(self.now),
            city: self.wall.moment(self.now).city(),
            weekdays: month::weekdays(),
            days: self.days()?,
            empty: self.empty(),
        })
    }

    fn frame(&self) -> Frame {
        let (organiser, spec) = (&self.card.organiser, &self.card.organiser.spec);
        let mut frame = page::frame("Calendar", organiser, self.now);
        frame.description = super::say::preview(&spec.about);
        let this = Month::of(self.wall, self.now) == self.month;
        let query = if this { String::new() } else { format!("?month={}", self.month) };
        let at = here::canonical(self.app, organiser.id.home());
        frame.canonical = format!("{}{query}", at.house(organiser));
        frame.listed = true;
        frame.poll_s = Some(30);
        frame
    }

    fn address(&self, view: CalendarView, month: Month) -> String {
        let view = if view == CalendarView::List { "list" } else { "month" };
        format!("{}?view={view}&month={month}", here::house_path(&self.card.organiser))
    }

    fn link(&self, month: Month) -> Link {
        Link::new(month.label(), self.address(self.view, month))
    }

    /// Months lead on where there is something, and one month beyond today, so that a reader sees that
    /// nothing is there yet and a machine finds an end.
    fn nav(&self) -> MonthNav {
        let this = Month::of(self.wall, self.now);
        let (first, last) = (self.card.slots.first(), self.card.slots.last());
        let before = first.is_some_and(|(start, _)| *start < self.month.begins(self.wall));
        let after = last.is_some_and(|(start, _)| *start >= self.month.ends(self.wall));
        let back = before || self.month > this;
        let on = after || self.month <= this;
        MonthNav {
            label: self.month.label(),
            previous: self.month.previous().filter(|_| back).map(|month| self.link(month)),
            next: self.month.next().filter(|_| on).map(|month| self.link(month)),
            today: (this != self.month).then(|| Link::new("Today", self.address(self.view, this))),
            as_month: Href::new(self.address(CalendarView::Month, self.month)),
            as_list: Href::new(self.address(CalendarView::List, self.month)),
        }
    }

    fn days(&self) -> Result<Vec<CalendarDay>, Lost> {
        let (from, until) = self.month.weeks();
        let home = self.card.organiser.id.home();
        let cards = self.app.board().slots_between(home, self.wall.instant(from), self.wall.instant(until));
        let mut cards = cards.into_iter().filter(|card| is_public(card)).take(SLOTS_MAX).peekable();
        let today = self.wall.midnight(self.now);
        let mut days = Vec::with_capacity(42);
        let mut day = from;
        while day < until {
            let next = day.plus_days(1);
            let ends = self.wall.instant(next);
            let mut slots = Vec::new();
            while let Some(card) = cards.next_if(|card| card.sheet.slot.spec.times.start < ends) {
                slots.push(self.entry(card)?);
            }
            let fields = day.fields();
            let outside = !self.month.has(fields);
            days.push(CalendarDay {
                date: format!("{:04}-{:02}-{:02}", fields.year, fields.month, fields.day),
                number: fields.day.unsigned_abs(),
                weekday: short(weekday(fields)).to_owned(),
                label: format!("{} {} {}", weekday(fields), fields.day, super::wall::month(fields)),
                outside,
                today: day == today,
                past: day < today,
                // A list of a month is of that month; the grid shows its weeks whole.
                slots: if outside && self.view == CalendarView::List { Vec::new() } else { slots },
            });
            day = next;
        }
        Ok(days)
    }

    fn entry(&self, card: Arc<SlotCard>) -> Result<SlotEntry, Lost> {
        let shelf = Shelf::of(self.app, card, Viewer::Public)?;
        let slot = &shelf.card.sheet.slot;
        Ok(SlotEntry {
            path: Href::new(shelf.path()),
            title: slot.spec.title.clone(),
            time: shelf.wall.span(slot.spec.times.start, slot.spec.times.end),
            place: slot.spec.place.clone(),
            badge: shelf.badge(),
            price: shelf.price().map(|price| price.now),
            window: shelf.windows_line(),
            picture: pictures::first(self.app, &shelf.card.sheet),
            still: Still::of(&slot.id.to_string()),
        })
    }

    fn empty(&self) -> EmptyState {
        let title = format!("Nothing on the shelf in {}", self.month.name());
        let ends = self.month.ends(self.wall).max(self.now);
        let first = self.card.slots.partition_point(|(start, _)| *start < ends);
        let ahead = self.card.slots.iter().skip(first).filter(|(_, id)| {
            let card = self.app.board().slot(*id);
            card.is_some_and(|card| card.sheet.slot.state == SlotState::Published)
        });
        let Some((start, _)) = ahead.into_iter().next() else {
            let text = "New dates will stand here. Subscribe, and they come to your own calendar.".into();
            return EmptyState { title, text, link: None };
        };
        let month = Month::of(self.wall, *start);
        EmptyState {
            title,
            text: format!(
                "The next date is {}. Subscribe, and new dates come to your own calendar.",
                self.wall.day(*start)
            ),
            link: Some(Link::new(format!("Go to {}", month.name()), self.address(self.view, month))),
        }
    }
}
