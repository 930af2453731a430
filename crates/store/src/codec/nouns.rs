//! The stored forms of the core's nouns. No logic; see the rules of `codec` before changing a line.

use dayshelf_core::access::{Code, List};
use dayshelf_core::block::{
    Act, Block, BlockKind, BlockSpec, BlockState, Broadcast, Channel, Cue, Message, Rule, Shift, Source,
    SourceKind, Told, Trigger,
};
use dayshelf_core::command::{CountStock, MoveStock, Movement, PaymentMoved, Sourced};
use dayshelf_core::hold::{
    Address, Attempt, Buyer, FulfilmentChoice, Hold, HoldState, LapseCause, Line, Method,
};
use dayshelf_core::ids::{
    BlockId, CodeId, EndpointId, EntryId, FulfilmentId, HoldId, Home, Id, KeyId, ListId, OfferId, OrderId,
    OrganiserId, PassId, PaymentId, PictureId, PoolId, ProductId, SeriesId, SlotId, TemplateId, WindowId,
};
use dayshelf_core::lobby::{Came, Lobby, LobbyTerms, Number};
use dayshelf_core::look::{Accent, Colour, Look, LookSpec};
use dayshelf_core::money::{Currency, Money};
use dayshelf_core::nights::Nights;
use dayshelf_core::offer::{Offer, OfferKind, OfferSpec, Part, Step};
use dayshelf_core::order::{LineState, Note, Order, OrderLine, Payment, Redemption};
use dayshelf_core::organiser::{ApiKey, Endpoint, EndpointState, Organiser, OrganiserSpec, PassKey, Scope};
use dayshelf_core::picture::{Drawn, Focus, Picture, PictureFile};
use dayshelf_core::pool::{Account, Draw, Move, PoolRole, PoolSpec};
use dayshelf_core::product::{Faq, Product};
use dayshelf_core::series::{Given, Occurrence, Reach, Series, SeriesSpec, Standing};
use dayshelf_core::slot::{
    Extra, Fulfilment, FulfilmentKind, FulfilmentSpec, Slot, SlotSpec, SlotState, SlotTimes, TimeBox,
};
use dayshelf_core::template::{Applied, Template};
use dayshelf_core::text::{BuyerKey, Contact, Digest, Secret};
use dayshelf_core::time::{
    Anchor, Edge, Instant, LocalDay, LocalTime, PartKey, PartList, PartName, Span, When,
};
use dayshelf_core::waitlist::{Entry, EntryState, LeftCause};
use dayshelf_core::window::{
    Allotment, Audience, Drip, Fairness, HoldAt, HoldTerms, Phase, TurnTerms, Unsold, Window, WindowSpec,
};

use super::{Codec, CodecFault, Input, choice, newtype, record};

newtype!(Id, BlockId, CodeId, EndpointId, EntryId, FulfilmentId, HoldId, KeyId, ListId, OfferId, OrderId);
newtype!(
    OrganiserId,
    PassId,
    PaymentId,
    PictureId,
    PoolId,
    ProductId,
    SeriesId,
    SlotId,
    TemplateId,
    WindowId
);
newtype!(Currency, Digest, Instant, LocalDay, LocalTime, Span);

impl<const N: usize> Codec for Secret<N> {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        Codec::take(from).map(Self)
    }
}

/// A key, and what tells who somebody is: the three forms that a person can be erased from. They are those of a newtype and
/// of two records.
impl Codec for BuyerKey {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        let key = Self(Codec::take(from)?);
        Ok(from.erasure.filter(|erasure| erasure.gone == key).map_or(key, |erasure| erasure.instead))
    }
}

impl Codec for Contact {
    fn put(&self, out: &mut Vec<u8>) {
        let Self { email, key } = self;
        email.put(out);
        key.put(out);
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        let contact = Self { email: Codec::take(from)?, key: Codec::take(from)? };
        let is_erased = from.erasure.is_some_and(|erasure| erasure.instead == contact.key);
        Ok(if is_erased { Self::erased(contact.key) } else { contact })
    }
}

impl Codec for Buyer {
    fn put(&self, out: &mut Vec<u8>) {
        let Self { name, contact, address, zone } = self;
        name.put(out);
        contact.put(out);
        address.put(out);
        zone.put(out);
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        let buyer = Self {
            name: Codec::take(from)?,
            contact: Codec::take(from)?,
            address: Codec::take(from)?,
            zone: Codec::take(from)?,
        };
        Ok(if buyer.contact.is_erased() { Self::erased(buyer.contact.key) } else { buyer })
    }
}

impl Codec for PartKey {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_str().to_owned().put(out);
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        Self::new(&String::take(from)?).ok_or(CodecFault::Text)
    }
}

record! {
    Home { shard, number }
    Money { amount, currency }
    Anchor { edge, days, clock, seconds }
    When { anchor, at }
    PartName { list, key }

    Organiser { id, version, spec, look, pass_keys }
    Look { spec, logo }
    LookSpec { logo, accent }
    Accent { light, dark }
    Colour { red, green, blue }
    OrganiserSpec { slug, name, about, zone, currency, changes, at_pickup }
    PassKey { number, seed, public, made_at }
    ApiKey { id, name, secret, scope, expires, made_at }
    Endpoint { id, url, secret, seed, kinds, state, version }
    Code { id, group, digest, expires, version }
    List { id, key, customers, version }

    Slot { id, state, version, overlay, template, paused, spec }
    Picture { id, version, title, alt, focus, made_at, drawn }
    Focus { x, y }
    Drawn { files, tones }
    PictureFile { width, height, bytes, digest }
    Product { id, key, version, title, about, pictures, faqs }
    Faq { question, answer }
    Template { id, key, title, version, text }
    Applied { template, version, values, parts }
    Series { id, version, spec, reach }
    SeriesSpec { key, title, zone, text }
    Reach { until, due }
    Occurrence { slot, series, at, given, standing }
    Given { title, place, start, end }
    SlotSpec { slug, title, story, image, place, times, extras, faqs }
    SlotTimes { zone, start_local, end_local, start, end, tzdb }
    Extra { title, url }
    Fulfilment { id, spec }
    FulfilmentSpec { slot, key, title, kind, place, opens, closes, boxes }
    TimeBox { from, until, pool, places }

    Block { id, begun, state, spec }
    BlockSpec { slot, key, title, when, until, kind }
    Broadcast { sources, replay }
    Source { kind, url }
    MoveStock { pool, movement, units, reason, source }
    CountStock { pool, units, version, reason, source }
    Message { told, channel, text }
    Shift { person, tasks }
    Cue { camera, drone, host, offer }
    Rule { trigger, act }

    Window { id, phase, taken, told, lobby, spec }
    WindowSpec { slot, key, title, audience, opens, closes, offers, allotments, unsold, drip, lobby, hold, turn }
    LobbyTerms { ahead, per_minute, span }
    Lobby { early, late, seed, next, since }
    Number { window, index, came }
    Allotment { pool, units, lent }
    Drip { units, every }
    HoldTerms { at, span, extensions, buyer_limit }
    TurnTerms { fairness, span }

    PoolSpec { key, title, units, buffer, borrows, nights, place, channel }
    Nights { first, last }
    Draw { pool, units }
    Move { pool, from, to, units }

    Offer { id, taken, told, spec }
    OfferSpec { slot, slots, key, title, about, image, recipe, ladder, kind, units_max }
    Part { pool, units }
    Step { title, price, from, after_units }

    Hold {
        id, slot, window, state, made_at, due, extended, lines, fulfilment, places, contact, taken, secret, turn,
        number, attempt,
    }
    Line { offer, quantity, unit_price, draws }
    FulfilmentChoice { block, places }
    Address { street, extra, postcode, city, region, country }
    Attempt { id, method, token, amount, order, buyer, until, calling_off }

    Order {
        id, hold, slot, window, version, buyer, lines, fulfilment, places, currency, confirmed_at, secret,
        payment, notes,
    }
    Note { at, by, text }
    OrderLine { offer, quantity, unit_price, draws, state, pass, redeemed }
    Redemption { at, by, stall }
    Payment { id, method, reference, authorised, captured, voided, refunded, failed }

    Entry {
        id, slot, offer, quantity, contact, code, joined_at, place, lot, passed, requeued, secret, state,
    }
}

choice! {
    Edge { 0 => Start, 1 => End, 2 => PartStart(name), 3 => PartEnd(name), }
    PartList { 0 => Windows, 1 => Fulfilments, 2 => Blocks, }
    Scope { 0 => Read, 1 => Sell, 2 => Manage, }
    EndpointState { 0 => On, 1 => Off, 2 => Disabled, }
    Standing { 0 => Made, 1 => Dropped, }
    SlotState { 0 => Draft, 1 => Published, 2 => Cancelled, 3 => Discarded, }
    FulfilmentKind { 0 => Pickup, 1 => Delivery, 2 => Digital, }
    Audience { 0 => Public, 1 => Code(group), 2 => List(list), }
    BlockKind {
        0 => Broadcast(broadcast), 1 => Reminder(message), 2 => Announcement(message), 3 => Shift(shift),
        4 => Cue(cue), 5 => Rule(rule),
    }
    BlockState { 0 => Set, 1 => Assigned, 2 => Accepted, 3 => Declined, 4 => Armed, 5 => Fired { taken }, }
    SourceKind { 0 => Hls, 1 => Embed, 2 => Audio, 3 => Still, }
    Told { 0 => Buyers, 1 => Waiting, 2 => Followers, 3 => Crew, }
    Channel { 0 => Mail, 1 => Sms, 2 => Push, 3 => Page, }
    Trigger { 0 => FreeBelow { pool, units }, 1 => SoldOut(window), }
    Act { 0 => Close(slots), 1 => Shrink { pool, keep }, 2 => Open(window), 3 => Publish(slot), }
    HoldAt { 0 => Cart, 1 => Checkout, 2 => Payment, }
    Unsold { 0 => Return, 1 => Roll(window), 2 => Stay, }
    Fairness { 0 => FirstCome, 1 => Lottery, 2 => Announce, }
    Came { 0 => Ahead, 1 => After(span), }
    Phase { 0 => Ahead, 1 => Open, 2 => Closed, }
    Account { 0 => Outside, 1 => Free, 2 => Held, 3 => Sold, 4 => Handed, 5 => Lost, 6 => Lent, }
    PoolRole { 0 => Stock, 1 => Allotment { from, window }, 2 => Places, }
    OfferKind { 0 => Main, 1 => AddOn(offers), }
    HoldState { 0 => Basket, 1 => Held, 2 => Confirming, 3 => Confirmed(order), 4 => Released, 5 => Lapsed(cause), 6 => LapsedPaid { order, cause }, 7 => ReleasedPaid(order), }
    LapseCause { 0 => Time, 1 => Payment, 2 => Deficit, 3 => SlotCancelled, }
    Method { 0 => Sandbox, 1 => AtPickup, 2 => Free, }
    LineState { 0 => Confirmed, 1 => Cancelled, 2 => Handed, }
    EntryState { 0 => Waiting { gathered, draws }, 1 => Turn(hold), 2 => Left(cause), }
    // 3 was given out before the first release, for a service that did not name its order.
    LeftCause {
        0 => Withdrew, 1 => Declined, 2 => Missed, 4 => WindowsOver, 5 => SlotCancelled, 6 => Served(order),
    }
    Sourced { 0 => Moved(ask), 1 => Counted(ask), }
    Movement { 0 => Add, 1 => Remove, 2 => Lose, 3 => Find, 4 => Transfer(pool), }
    PaymentMoved { 0 => Captured, 1 => Voided, 2 => Refunded, 3 => Failed, }
}
