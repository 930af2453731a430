//! The words of a mail: what happened, when and where it is and was, what was bought, where the order is.
//!
//! Every time stands with its zone, and in the buyer's own beside it where that is known and its clocks show something
//! else. Whoever was told another time or place before reads both. Start at [`Words::write`].

use std::fmt::Write as _;

use dayshelf_core::money::Money;
use dayshelf_core::order::{LineState, OrderLine};
use dayshelf_core::slot::SlotTimes;
use dayshelf_core::time::Instant;
use dayshelf_desk::SlotCard;
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::{Zone, Zones};
use dayshelf_wire::money::decimals;

use super::circular::{Listener, Why};
use super::letter::{Showing, Tells, What};

/// What the words are made of.
pub(super) struct Words<'w> {
    pub tells: &'w Tells<'w>,
    pub card: &'w SlotCard,
    pub zones: &'w Zones,
    /// The zone of what is so now.
    pub zone: &'w Zone,
    /// The slot's page.
    pub url: &'w str,
    /// The order's page.
    pub own_url: Option<&'w str>,
}

impl Words<'_> {
    /// All of it.
    pub fn write(&self) -> String {
        let Tells { order, what, is, was, .. } = *self.tells;
        let mut text = String::new();
        let hello = match order.buyer.name.as_str() {
            "" => "Hello".to_owned(),
            name => format!("Hello {name}"),
        };
        let _ = writeln!(text, "{hello},\n\n{}\n\n{}", self.said(), is.title);
        match was {
            Some(was) => self.change(&mut text, was),
            None => {
                self.time(&mut text, "", &is.times);
                if !is.place.is_empty() {
                    let _ = writeln!(text, "{}", is.place);
                }
            }
        }
        let _ = writeln!(text, "{}\n", self.url);
        if what == What::Cancelled {
            if order.payment.authorised > 0 {
                text.push_str("What you have paid is given back the way you paid it.\n\n");
            }
        } else {
            self.pickup(&mut text);
            self.lines(&mut text);
            text.push_str(
                "\nThe entry for your calendar is part of this mail; what changes, comes by mail again.\n\n",
            );
        }
        let besides = self.tells.besides;
        if !besides.is_empty() {
            let _ = writeln!(text, "{besides}\n");
        }
        text.push_str(&own(self.own_url));
        let _ = writeln!(text, "Order {}", order.id);
        text
    }

    fn said(&self) -> String {
        let Tells { what, is, was, pickup_was, .. } = *self.tells;
        let shop = &self.card.sheet.organiser.spec.name;
        match what {
            What::Confirmed => format!("your order at {shop} is confirmed."),
            What::Changed => {
                let is_moved = was.is_some_and(|was| !was.times.same_as(&is.times));
                let changed = match was {
                    Some(was) if was.place == is.place => "time has",
                    Some(_) if !is_moved => "place has",
                    None if pickup_was.is_some() => "pickup has",
                    _ => "time and place have",
                };
                format!("your order at {shop} stands, but its {changed} changed.")
            }
            What::Reduced => format!("your order at {shop} stands, but a part of it is cancelled."),
            What::Resent => format!("here is your order at {shop} once more."),
            What::Cancelled => format!("your order at {shop} is cancelled."),
        }
    }

    /// What is so now and what was told before, the lines that differ.
    fn change(&self, text: &mut String, was: &Showing) {
        let is = self.tells.is;
        if was.times.same_as(&is.times) {
            self.time(text, "", &is.times);
        } else {
            self.time(text, "Now: ", &is.times);
            self.time(text, "Before: ", &was.times);
        }
        if was.title != is.title {
            let _ = writeln!(text, "Before, it was for: {}", was.title);
        }
        if was.place == is.place {
            if !is.place.is_empty() {
                let _ = writeln!(text, "{}", is.place);
            }
            return;
        }
        let or_none =
            |place: &str| if place.is_empty() { "no place was said".to_owned() } else { place.to_owned() };
        let _ = writeln!(text, "Now at: {}\nBefore at: {}", or_none(&is.place), or_none(&was.place));
    }

    /// A slot's time, in its own zone and in the buyer's where that differs.
    fn time(&self, text: &mut String, label: &str, times: &SlotTimes) {
        // Of a zone that has gone from the database the wall of the present one is better than nothing.
        let zone = self.zones.known(&times.zone).unwrap_or_else(|| self.zone.clone());
        self.span(text, label, (times.start, times.end), &zone);
    }

    fn span(&self, text: &mut String, label: &str, (from, until): (Instant, Instant), zone: &Zone) {
        let _ = writeln!(text, "{label}{}", span(from, until, zone));
        let own = self.zones.known(&self.tells.order.buyer.zone);
        let differs = |own: &Zone| {
            let local = |zone: &Zone, at: Instant| zone.local(Moment(at.0));
            local(own, from) != local(zone, from) || local(own, until) != local(zone, until)
        };
        if let Some(own) = own.filter(differs) {
            let _ = writeln!(text, "  that is for you {}", span(from, until, &own));
        }
    }

    /// When and where the goods are fetched, and were to be fetched before.
    fn pickup(&self, text: &mut String) {
        let Tells { order, pickup_was, .. } = *self.tells;
        let Some(choice) = order.fulfilment else { return };
        let block = self.card.sheet.fulfilments.iter().find(|block| block.id == choice.block);
        let title = block.map_or("Pickup", |block| block.spec.title.as_str());
        let now = self.tells.pickup(self.card);
        let label = |word: &str| {
            if pickup_was.is_some() { format!("{title}, {word}: ") } else { format!("{title}: ") }
        };
        for (word, known) in [("now", now.as_ref()), ("before", pickup_was)] {
            let Some(known) = known else { continue };
            self.span(text, &label(word), (known.from, known.until), self.zone);
            if !known.place.is_empty() {
                let _ = writeln!(text, "{}", known.place);
            }
        }
        if now.is_some() || pickup_was.is_some() {
            text.push('\n');
        }
    }

    /// What was bought, and what it costs; what was cancelled of it.
    fn lines(&self, text: &mut String) {
        let order = self.tells.order;
        let title = |line: &OrderLine| {
            let offer = self.card.sheet.offers.iter().find(|offer| offer.id == line.offer);
            offer.map_or("", |offer| offer.spec.title.as_str())
        };
        let is_cancelled = |line: &&OrderLine| line.state == LineState::Cancelled;
        for line in order.lines.iter().filter(|line| !is_cancelled(line)) {
            let price = money(line.unit_price.times(line.quantity));
            let _ = writeln!(text, "{} × {}  {price}", line.quantity, title(line));
        }
        for line in order.lines.iter().filter(is_cancelled) {
            let _ = writeln!(text, "Cancelled: {} × {}", line.quantity, title(line));
        }
        let _ = writeln!(text, "Total  {}", money(order.total()));
        let paid_back = order.lines.iter().any(|line| is_cancelled(&line)) && order.payment.authorised > 0;
        if paid_back {
            text.push_str("What you have paid for what is cancelled is given back the way you paid it.\n");
        }
    }
}

/// What the organiser says of a slot to one of many: its words, then what they are about.
pub(super) struct Said<'s> {
    /// The slot.
    pub card: &'s SlotCard,
    /// Its zone.
    pub zone: &'s Zone,
    /// Its page.
    pub url: &'s str,
    /// What is said.
    pub text: &'s str,
    /// To whom.
    pub to: &'s Listener,
    /// The page of their order, if they have one.
    pub own_url: Option<&'s str>,
}

impl Said<'_> {
    /// All of it.
    pub fn write(&self) -> String {
        let Self { card, zone, url, text: said, to, own_url } = *self;
        let spec = &card.sheet.slot.spec;
        let mut text = match to.name.as_str() {
            "" => "Hello,\n\n".to_owned(),
            name => format!("Hello {name},\n\n"),
        };
        let when = span(spec.times.start, spec.times.end, zone);
        let _ = writeln!(text, "{said}\n\n{}\n{when}", spec.title);
        if !spec.place.is_empty() {
            let _ = writeln!(text, "{}", spec.place);
        }
        let _ = writeln!(text, "{url}\n");
        text.push_str(&own(own_url));
        let shop = &card.sheet.organiser.spec.name;
        let why = match to.why {
            Why::Bought => "you have an order for it",
            Why::Waits => "you are in line for it; whoever leaves the line on its page hears no more",
        };
        let _ = writeln!(text, "{shop} writes this to you because {why}.");
        text
    }
}

/// Where somebody's order is; nothing where nobody knows.
fn own(url: Option<&str>) -> String {
    let said = |url| {
        format!("Your order: {url}\nWhoever has this address may do what you may; keep it to yourself.\n\n")
    };
    url.map(said).unwrap_or_default()
}

/// `Friday, 4 December 2026, 18:00 to 19:05 (CET, Europe/Berlin)`; the end with its day where that is another.
fn span(from: Instant, until: Instant, zone: &Zone) -> String {
    let (start, end) = (zone.wall(Moment(from.0)), zone.local(Moment(until.0)));
    let ends = if start.local.at_clock(0) == end.at_clock(0) {
        clock(end)
    } else {
        format!("{}, {}", day(end), clock(end))
    };
    format!(
        "{}, {} to {ends} ({}, {})",
        day(start.local),
        clock(start.local),
        start.abbreviation,
        zone.name()
    )
}

fn clock(local: Civil) -> String {
    let fields = local.fields();
    format!("{:02}:{:02}", fields.hour, fields.minute)
}

fn day(local: Civil) -> String {
    let fields = local.fields();
    format!("{}, {} {} {}", fields.weekday_name(), fields.day, fields.month_name(), fields.year)
}

/// `28.00 EUR`.
fn money(money: Money) -> String {
    let code = String::from_utf8_lossy(&money.currency.0);
    let decimals = decimals(money.currency);
    let unit = 10_i64.saturating_pow(decimals);
    let (whole, rest) = (money.amount / unit, (money.amount % unit).abs());
    if decimals == 0 {
        return format!("{whole} {code}");
    }
    format!("{whole}.{rest:0width$} {code}", width = usize::try_from(decimals).unwrap_or(2))
}
