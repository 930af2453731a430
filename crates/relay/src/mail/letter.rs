//! A mail about an order: what it tells, whom it is from, and the entry for the buyer's calendar.
//!
//! The words are in [`super::words`]. The subject is the entry's title alone, since some mail programs show it as the
//! entry's. There is no secret in the entry, because calendars are shared. Start at [`Letters::write`].

use dayshelf_core::change::{Handover, Shown};
use dayshelf_core::ids::OrderId;
use dayshelf_core::order::Order;
use dayshelf_core::slot::SlotTimes;
use dayshelf_desk::SlotCard;
use dayshelf_ical::itip::{Invitation, Method, Person};
use dayshelf_ical::time::Moment;
use dayshelf_ical::zone::Zones;
use dayshelf_store::Record;
use dayshelf_wire::order_link::order_path;
use dayshelf_wire::own_name::{Under, origin, slot_path};
use dayshelf_wire::time::wall_times;

use super::circular::Listener;
use super::message::{Address, Letter, NoLetter, Note, message};
use super::origins::Origins;
use super::words::{Said, Words};

/// What made the entries.
const MADE_BY: &str = concat!("-//Dayshelf//Dayshelf ", env!("CARGO_PKG_VERSION"), "//EN");

/// What happened to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Confirmed,
    Changed,
    /// Some of its lines were given back.
    Reduced,
    /// Nothing: it is told once more as it stands.
    Resent,
    Cancelled,
}

/// What an order is for, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Showing {
    pub title: String,
    pub times: SlotTimes,
    pub place: String,
}

impl From<&Shown> for Showing {
    fn from(shown: &Shown) -> Self {
        Self { title: shown.title.clone(), times: shown.times.clone(), place: shown.place.clone() }
    }
}

impl Showing {
    pub fn of(card: &SlotCard) -> Self {
        let spec = &card.sheet.slot.spec;
        Self { title: spec.title.clone(), times: spec.times.clone(), place: spec.place.clone() }
    }
}

/// One thing to tell.
#[derive(Clone, Copy)]
pub(super) struct Tells<'t> {
    pub order: &'t Order,
    pub what: What,
    /// What is so now.
    pub is: &'t Showing,
    /// What the buyer was told before, where that was something else.
    pub was: Option<&'t Showing>,
    /// What the buyer was told before of the pickup, where that alone was something else.
    pub pickup_was: Option<&'t Handover>,
    /// The pickup as it was decided to be told, where it was; nothing with a `pickup_was` says that there is none any more.
    pub pickup_is: Option<&'t Handover>,
    /// iCalendar's SEQUENCE.
    pub sequence: u32,
    /// The record that it comes from.
    pub record: &'t Record,
    /// What the organiser has to say of the slot at the same moment; mostly empty.
    pub besides: &'t str,
}

/// A subject line, and the whole message.
pub(super) type Written = (String, Vec<u8>);

/// Writes letters.
pub(super) struct Letters {
    zones: Zones,
    from: Address,
    public_url: String,
    origins: Origins,
}

impl Tells<'_> {
    /// Where and when the goods are fetched: as it was decided to be told, else as it stands.
    pub fn pickup(&self, card: &SlotCard) -> Option<Handover> {
        let stands =
            || card.sheet.fulfilments.iter().find_map(|block| Handover::of(block, self.order.fulfilment?));
        match (self.pickup_is, self.pickup_was) {
            (None, None) => stands(),
            (told, _) => told.cloned(),
        }
    }
}

impl What {
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Confirmed => "order.confirmed",
            Self::Changed | Self::Reduced => "order.changed",
            Self::Resent => "order.resent",
            Self::Cancelled => "order.cancelled",
        }
    }

    const fn method(self) -> Method {
        match self {
            Self::Confirmed | Self::Changed | Self::Reduced | Self::Resent => Method::Request,
            Self::Cancelled => Method::Cancel,
        }
    }
}

impl Letters {
    pub fn new(from: Address, public_url: String, origins: Origins) -> Self {
        Self { zones: Zones::bundled(), from, public_url, origins }
    }

    /// The subject line and the whole message.
    pub fn write(&self, tells: &Tells<'_>, card: &SlotCard) -> Result<Written, NoLetter> {
        let Tells { order, is, .. } = *tells;
        let shop = &card.sheet.organiser.spec;
        let zone = self.zones.known(&is.times.zone).ok_or_else(|| NoLetter::Zone(is.times.zone.clone()))?;
        let (url, order_url) = self.pages(card, Some(order.id), tells.record);
        let uid = format!("{}@dayshelf", order.id);
        let from = Address { name: shop.name.clone(), ..self.from.clone() };
        let (start, end) = wall_times(&is.times, &zone);
        let entry = Invitation {
            made_by: MADE_BY,
            method: tells.what.method(),
            uid: &uid,
            sequence: tells.sequence,
            stamp: Moment(tells.record.at.0),
            organiser: Person { name: &from.name, address: &from.address },
            attendee: Person { name: &order.buyer.name, address: &order.buyer.contact.email },
            start,
            end,
            zone: &zone,
            summary: &is.title,
            description: "",
            location: &is.place,
            url: &url,
        };
        let words =
            Words { tells, card, zones: &self.zones, zone: &zone, url: &url, own_url: order_url.as_deref() };
        let letter = Letter {
            from: &from,
            to: &Address { name: order.buyer.name.clone(), address: order.buyer.contact.email.clone() },
            // The same on every try, so that a receiver can tell that it has it already.
            id: format!("{}.{}.{}", order.id, tells.record.seq, tells.sequence),
            title: is.title.clone(),
            at: tells.record.at,
            text: words.write(),
            method: tells.what.method().name(),
            entry: entry.write(),
        };
        Ok((letter.title.clone(), message(&letter)?))
    }

    /// The subject line and the whole message of what an organiser says of a slot to one of many.
    pub fn say(
        &self,
        said: &str,
        (to, record): (&Listener, &Record),
        card: &SlotCard,
    ) -> Result<Written, NoLetter> {
        let shop = &card.sheet.organiser.spec;
        let spec = &card.sheet.slot.spec;
        let zone =
            self.zones.known(&spec.times.zone).ok_or_else(|| NoLetter::Zone(spec.times.zone.clone()))?;
        let (url, order_url) = self.pages(card, to.order(), record);
        let words = Said { card, zone: &zone, url: &url, text: said, to, own_url: order_url.as_deref() };
        let note = Note {
            from: &Address { name: shop.name.clone(), ..self.from.clone() },
            to: &Address { name: to.name.clone(), address: to.email.clone() },
            id: format!("{}.{}", to.subject, record.seq),
            title: &spec.title,
            at: record.at,
            text: words.write(),
        };
        Ok((spec.title.clone(), super::message::note(&note)?))
    }

    /// The slot's page and the order's, under the organiser's own name where people come by it.
    fn pages(&self, card: &SlotCard, order: Option<OrderId>, record: &Record) -> (String, Option<String>) {
        let organiser = &card.sheet.organiser;
        let (base, under) = match self.origins.of(organiser.id.home(), record.at) {
            Some(name) => (origin(&self.public_url, &name), Under::OwnName),
            None => (self.public_url.clone(), Under::House),
        };
        let path = slot_path(&organiser.spec.slug, &card.sheet.slot.spec.slug, under);
        let order = order.and_then(|order| order_path(organiser, order));
        (format!("{base}{path}"), order.map(|path| format!("{base}{path}")))
    }
}
