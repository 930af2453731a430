//! The order page: thanks, passes, extras, and the ways to change one's mind.

use askama::Template;

use crate::{FormState, Frame, Href, Link, SlotSummary, Svg};

/// Where an order is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderState {
    /// Confirmed just now: the page says thanks.
    New,
    /// Confirmed.
    Confirmed,
    /// Called off as a whole.
    Cancelled,
}

/// Proof of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassView {
    /// The QR code.
    pub qr: Svg,
    /// Short serial to read aloud: `K7-0042`.
    pub serial: String,
    /// What the code says, for a screen reader and for copying.
    pub text: String,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// The line's id, sent as `line` when it is cancelled.
    pub id: String,
    /// Name of the offer.
    pub offer: String,
    /// Units.
    pub quantity: u32,
    /// Price of all, formatted.
    pub total: String,
    /// Pickup, delivery or download, in words; empty for none.
    pub fulfilment: String,
    /// `Collected Sun 22 Nov, 10:12`, `Cancelled, €28.00 refunded`; empty for none.
    pub state: String,
    /// No longer part of the order.
    pub cancelled: bool,
    /// The pass, when something is handed over.
    pub pass: Option<PassView>,
}

/// Something digital that comes with the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigitalExtra {
    /// Name.
    pub name: String,
    /// What it is; empty for none.
    pub note: String,
    /// Where to get it.
    pub link: Link,
}

/// Where and when to collect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickupView {
    /// `Sun 22 Nov, 10:00–10:30 WET`.
    pub when: String,
    /// `Stall 4, Fish Market`.
    pub place: String,
    /// The same on a map.
    pub map: Option<Link>,
}

/// Cancelling, as a whole or by line. Sent to `{path}/cancel` with `line` once per chosen line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelView {
    /// Key and errors.
    pub form: FormState,
    /// What happens then: `You get €56.00 back on your card.`
    pub consequence: String,
}

/// A slot to move to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveChoice {
    /// The slot's id.
    pub slot: String,
    /// `Sat 28 Nov, 18:00 · 12 left`.
    pub label: String,
}

/// Moving to another slot. Sent to `{path}/move` with `slot`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveView {
    /// Key and errors.
    pub form: FormState,
    /// Slots with room.
    pub choices: Vec<MoveChoice>,
    /// What happens then: `Your price stays the same.`
    pub consequence: String,
}

/// `/o/{secret}`: an order.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "order.html")]
pub struct OrderPage {
    /// Head and surroundings.
    pub frame: Frame,
    /// `/o/{secret}`.
    pub path: Href,
    /// What was bought.
    pub slot: SlotSummary,
    /// Where it is in its life.
    pub state: OrderState,
    /// Short number to read aloud: `K7-0042`.
    pub number: String,
    /// The buyer's name.
    pub name: String,
    /// Where the confirmation is sent; empty where no mail goes out.
    pub email: String,
    /// The lines.
    pub lines: Vec<OrderLine>,
    /// Sum, formatted.
    pub total: String,
    /// `incl. 23 % VAT`; empty for none.
    pub total_note: String,
    /// `Paid €56.00 by test card.`, `Pay €56.00 when you collect.`
    pub payment: String,
    /// Collecting, when something is collected.
    pub pickup: Option<PickupView>,
    /// The lines of the address that the goods are sent to; empty where they are not.
    pub sent_to: Vec<String>,
    /// Digital extras.
    pub extras: Vec<DigitalExtra>,
    /// `/o/{secret}/order.ics`.
    pub ics: Href,
    /// `/o/{secret}/feed.ics`, which follows the order as it changes.
    pub feed: Href,
    /// Calendars on the web that take it by a link.
    pub elsewhere: Vec<Link>,
    /// None when it is too late to cancel.
    pub cancel: Option<CancelView>,
    /// None when it is too late to move, or nowhere to move to.
    pub moving: Option<MoveView>,
    /// Where to go next.
    pub next: Vec<Link>,
}

impl OrderPage {
    fn open_lines(&self) -> impl Iterator<Item = &OrderLine> {
        self.lines.iter().filter(|line| !line.cancelled)
    }

    fn many_open(&self) -> bool {
        self.open_lines().count() > 1
    }

    fn passes(&self) -> impl Iterator<Item = (&OrderLine, &PassView)> {
        self.open_lines().filter_map(|line| line.pass.as_ref().map(|pass| (line, pass)))
    }

    fn has_passes(&self) -> bool {
        self.passes().next().is_some()
    }

    fn is_cancelled(&self) -> bool {
        self.state == OrderState::Cancelled
    }

    fn is_new(&self) -> bool {
        self.state == OrderState::New
    }
}
