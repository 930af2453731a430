//! What a mail says: in words, and as an entry for the buyer's calendar.
//!
//! Times stand with their zone. The subject is the entry's title alone, since some mail programs show it as the
//! entry's. There is no secret in it: the order's own address is known to its buyer only, and calendars are shared.
//! Start at [`Letters::write`].

use std::fmt::Write as _;

use dayshelf_core::change::Handover;
use dayshelf_core::order::{LineState, Order};
use dayshelf_core::slot::Slot;
use dayshelf_desk::SlotCard;
use dayshelf_ical::itip::{Invitation, Method, Person};
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::{UnknownZone, Zone, Zones};
use dayshelf_store::Record;
use dayshelf_wire::money::decimals;

use super::message::{Address, Letter, NoLetter, message};

/// What made the entries.
const MADE_BY: &str = concat!("-//Dayshelf//Dayshelf ", env!("CARGO_PKG_VERSION"), "//EN");
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What happened to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Confirmed,
    Changed,
    Cancelled,
}

/// One thing to tell.
#[derive(Clone, Copy)]
pub(super) struct Tells<'t> {
    pub order: &'t Order,
    pub what: What,
    /// iCalendar's SEQUENCE.
    pub sequence: u32,
    /// The record that it comes from.
    pub record: &'t Record,
}

/// Writes letters.
pub(super) struct Letters {
    zones: Zones,
    from: Address,
    public_url: String,
}

impl What {
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Confirmed => "order.confirmed",
            Self::Changed => "order.changed",
            Self::Cancelled => "order.cancelled",
        }
    }

    const fn method(self) -> Method {
        match self {
            Self::Confirmed | Self::Changed => Method::Request,
            Self::Cancelled => Method::Cancel,
        }
    }
}

impl Letters {
    pub fn new(from: Address, public_url: String) -> Self {
        Self { zones: Zones::bundled(), from, public_url }
    }

    /// The subject line and the whole message.
    pub fn write(&self, tells: &Tells<'_>, card: &SlotCard) -> Result<(String, Vec<u8>), NoLetter> {
        let (order, slot, shop) = (tells.order, &card.sheet.slot, &card.sheet.organiser.spec);
        let zone = self
            .zones
            .zone(&slot.spec.times.zone)
            .map_err(|unknown: UnknownZone| NoLetter::Zone(unknown.name))?;
        let url = format!("{}/{}/{}", self.public_url, shop.slug, slot.spec.slug);
        let uid = format!("{}@dayshelf", order.id);
        let from = Address { name: shop.name.clone(), ..self.from.clone() };
        let entry = Invitation {
            made_by: MADE_BY,
            method: tells.what.method(),
            uid: &uid,
            sequence: tells.sequence,
            stamp: Moment(tells.record.at.0),
            organiser: Person { name: &from.name, address: &from.address },
            attendee: Person { name: &order.buyer.name, address: &order.buyer.contact.email },
            start: Civil(slot.spec.times.start_local.0),
            end: Civil(slot.spec.times.end_local.0),
            zone: &zone,
            summary: &slot.spec.title,
            description: "",
            location: &slot.spec.place,
            url: &url,
        };
        let letter = Letter {
            from: &from,
            to: &Address { name: order.buyer.name.clone(), address: order.buyer.contact.email.clone() },
            // The same on every try, so that a receiver can tell that it has it already.
            id: format!("{}.{}.{}", order.id, tells.record.seq, tells.sequence),
            title: slot.spec.title.clone(),
            at: tells.record.at,
            text: words(tells, card, &zone, &url),
            method: tells.what.method().name(),
            entry: entry.write(),
        };
        Ok((letter.title.clone(), message(&letter)?))
    }
}

fn words(tells: &Tells<'_>, card: &SlotCard, zone: &Zone, url: &str) -> String {
    let (order, slot) = (tells.order, &card.sheet.slot);
    let shop = &card.sheet.organiser.spec.name;
    let mut text = String::new();
    let hello =
        if order.buyer.name.is_empty() { "Hello".to_owned() } else { format!("Hello {}", order.buyer.name) };
    let said = match tells.what {
        What::Confirmed => format!("your order at {shop} is confirmed."),
        What::Changed => format!("your order at {shop} stands, but its time or place has changed."),
        What::Cancelled => format!("your order at {shop} is cancelled."),
    };
    let _ = writeln!(text, "{hello},\n\n{said}\n\n{}\n{}", slot.spec.title, when(slot, zone));
    if !slot.spec.place.is_empty() {
        let _ = writeln!(text, "{}", slot.spec.place);
    }
    let _ = writeln!(text, "{url}\n");
    if tells.what == What::Cancelled {
        if order.payment.authorised > 0 {
            text.push_str("What you have paid is given back the way you paid it.\n\n");
        }
    } else {
        text.push_str(&pickup(order, card, zone));
        text.push_str(&lines(order, card));
        text.push_str(
            "\nThe entry for your calendar is part of this mail; what changes, comes by mail again.\n\n",
        );
    }
    let _ = writeln!(text, "Order {}", order.id);
    text
}

/// `Friday, 4 December 2026, 18:00 to 19:05 (CET, Europe/Berlin)`; the end with its day where that is another.
fn when(slot: &Slot, zone: &Zone) -> String {
    let times = &slot.spec.times;
    span((Civil(times.start_local.0), Civil(times.end_local.0)), Moment(times.start.0), zone)
}

/// When and where an order is fetched; nothing where it is not.
fn pickup(order: &Order, card: &SlotCard, zone: &Zone) -> String {
    let Some(choice) = order.fulfilment else { return String::new() };
    let mut blocks = card.sheet.fulfilments.iter();
    let promised = blocks.find_map(|block| Some((block, Handover::of(block, choice)?)));
    let Some((block, promised)) = promised else { return String::new() };
    let (from, until) = (Moment(promised.from.0), Moment(promised.until.0));
    let times = span((zone.local(from), zone.local(until)), from, zone);
    let place = if promised.place.is_empty() { String::new() } else { format!("\n{}", promised.place) };
    format!("{}: {times}{place}\n\n", block.spec.title)
}

fn span((start, end): (Civil, Civil), from_instant: Moment, zone: &Zone) -> String {
    let (from, until) = (start.fields(), end.fields());
    let ends = if start.at_clock(0) == end.at_clock(0) {
        format!("{:02}:{:02}", until.hour, until.minute)
    } else {
        format!("{}, {:02}:{:02}", day(end), until.hour, until.minute)
    };
    let wall = zone.wall(from_instant);
    format!(
        "{}, {:02}:{:02} to {ends} ({}, {})",
        day(start),
        from.hour,
        from.minute,
        wall.abbreviation,
        zone.name()
    )
}

fn day(local: Civil) -> String {
    let fields = local.fields();
    let name = |names: &[&'static str], place: i8| {
        usize::try_from(place).ok().and_then(|place| names.get(place).copied())
    };
    let (weekday, month) = (name(&DAYS, fields.weekday), name(&MONTHS, fields.month - 1));
    format!("{}, {} {} {}", weekday.unwrap_or_default(), fields.day, month.unwrap_or_default(), fields.year)
}

/// What was bought and stands, and what it costs.
fn lines(order: &Order, card: &SlotCard) -> String {
    let mut text = String::new();
    for line in order.lines.iter().filter(|line| line.state != LineState::Cancelled) {
        let offer = card.sheet.offers.iter().find(|offer| offer.id == line.offer);
        let title = offer.map_or("", |offer| offer.spec.title.as_str());
        let price = money(line.unit_price.times(line.quantity));
        let _ = writeln!(text, "{} × {title}  {price}", line.quantity);
    }
    let _ = writeln!(text, "Total  {}", money(order.total()));
    text
}

/// `28.00 EUR`.
fn money(money: dayshelf_core::money::Money) -> String {
    let code = String::from_utf8_lossy(&money.currency.0);
    let decimals = decimals(money.currency);
    let unit = 10_i64.saturating_pow(decimals);
    let (whole, rest) = (money.amount / unit, (money.amount % unit).abs());
    if decimals == 0 {
        return format!("{whole} {code}");
    }
    format!("{whole}.{rest:0width$} {code}", width = usize::try_from(decimals).unwrap_or(2))
}
