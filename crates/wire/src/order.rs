//! The order in JSON: showing one, cancelling it whole or by line, and moving it.

use dayshelf_core::ids::OrderId;
use dayshelf_core::order::{LineState, Note, Order, OrderLine, Payment};
use dayshelf_core::slot::Extra;
use dayshelf_core::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::buyer::BuyerShape;
use crate::change::CredentialShape;
use crate::hold::{FulfilmentShape, MethodShape, price};
use crate::money::Price;
use crate::name::{HoldRef, OfferRef, OrderRef, PassRef, PaymentRef, SlotRef, WindowRef};
use crate::problem::Problem;
use crate::redeem::RedemptionShape;
use crate::time::At;

/// Gives back an order, whole or by line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// The numbers of the lines, counted from 0; without it, all that stand.
    #[serde(default)]
    pub lines: Option<Vec<u16>>,
}

impl CancelRequest {
    /// The lines to give back; none means all.
    ///
    /// # Errors
    /// When the list is empty or names more lines than an order has.
    pub fn lines(self) -> Result<Option<Vec<u16>>, Problem> {
        let Some(lines) = self.lines else { return Ok(None) };
        if lines.is_empty() {
            return Err(Problem::value_wrong(
                "lines",
                "name at least one line, or leave the field out for all",
            ));
        }
        let max = dayshelf_core::limits::HOLD_LINES_MAX;
        if lines.len() > max {
            return Err(Problem::too_long("lines", max));
        }
        if let Some(place) = (1..lines.len()).find(|place| lines[..*place].contains(&lines[*place])) {
            let sentence = "this line is named twice; name it once";
            return Err(Problem::value_wrong(&format!("lines[{place}]"), sentence));
        }
        Ok(Some(lines))
    }
}

/// Takes an order to another slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveRequest {
    /// The slot to go to.
    pub slot: SlotRef,
}

/// Gives the goods of a line to the buyer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverRequest {
    /// The number of the line, counted from 0.
    pub line: u16,
    /// What the stall calls itself.
    #[serde(default)]
    #[schema(example = "north gate", max_length = 60)]
    pub stall: String,
}

/// Takes a handover back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoHandOverRequest {
    /// The number of the line, counted from 0.
    pub line: u16,
}

/// Writes an order's buyer anew.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditRequest {
    /// Who it is for from now on.
    pub buyer: BuyerShape,
}

/// Writes something down about an order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteRequest {
    /// What, plain text.
    #[schema(example = "Comes with a dog; the ramp is on the left.", max_length = 1000)]
    pub text: String,
}

/// What somebody of the team wrote down about an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoteShape {
    /// When.
    pub at: At,
    /// Whose credential it came with.
    pub by: CredentialShape,
    /// What, plain text.
    pub text: String,
}

/// Where an order is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStateShape {
    /// All of it stands.
    Confirmed,
    /// Some lines were given back.
    PartlyCancelled,
    /// Nothing stands any more.
    Cancelled,
}

/// Where a line is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineStateShape {
    /// Bought.
    Confirmed,
    /// Given back.
    Cancelled,
    /// Given to the buyer.
    Handed,
}

impl From<LineState> for LineStateShape {
    fn from(state: LineState) -> Self {
        match state {
            LineState::Confirmed => Self::Confirmed,
            LineState::Cancelled => Self::Cancelled,
            LineState::Handed => Self::Handed,
        }
    }
}

/// The proof of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PassShape {
    /// Its serial.
    pub serial: PassRef,
    /// What people call it: the order's number and which line it is, counted from 1.
    #[schema(example = "7K2-M9Q-1")]
    pub number: String,
    /// The signed text that the QR code shows; left out where the line no longer stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderLineShape {
    /// Its number, counted from 0.
    pub line: u16,
    /// The offer.
    pub offer: OfferRef,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub unit_price: Price,
    /// What the line costs.
    pub total: Price,
    /// Where it is in its life.
    pub state: LineStateShape,
    /// Its pass.
    pub pass: PassShape,
    /// Each time that its pass was taken for its goods, the one that counts first; only those who run the
    /// organiser see it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redemptions: Vec<RedemptionShape>,
}

/// The money of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaymentShape {
    /// The payment's id.
    pub id: PaymentRef,
    /// How it is paid.
    pub method: MethodShape,
    /// Promised by the provider.
    pub authorised: Price,
    /// Taken.
    pub captured: Price,
    /// Promised and let go.
    pub voided: Price,
    /// Taken and given back.
    pub refunded: Price,
    /// Whether the provider refused to hand over what it had promised.
    pub failed: bool,
}

/// A digital extra that comes with a confirmed order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExtraShape {
    /// What it is.
    pub title: String,
    /// Where it is.
    pub url: String,
}

/// An order as its bearer and its organiser see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderShape {
    /// Its id.
    pub id: OrderRef,
    /// What people call it, to be read aloud.
    #[schema(example = "7K2-M9Q")]
    pub number: String,
    /// The bearer secret; answered when the order is confirmed, and to a retry of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Where it is in its life.
    pub state: OrderStateShape,
    /// The hold that it was.
    pub hold: HoldRef,
    /// The slot.
    pub slot: SlotRef,
    /// The window that admitted it.
    pub window: WindowRef,
    /// Rises by one with every change.
    pub version: u32,
    /// Who bought.
    pub buyer: BuyerShape,
    /// Its lines.
    pub lines: Vec<OrderLineShape>,
    /// What the lines that stand cost.
    pub total: Price,
    /// How the goods are received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfilment: Option<FulfilmentShape>,
    /// The money.
    pub payment: PaymentShape,
    /// When it was confirmed.
    pub confirmed_at: At,
    /// What comes with it; empty when nothing of it stands any more.
    pub extras: Vec<ExtraShape>,
    /// What the team wrote down about it, oldest first. It is shown to the organiser's people and keys with the scope
    /// `sell` or more, and neither to the buyer nor in the journal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NoteShape>,
}

/// What an order's shape needs beside the order.
#[derive(Clone, Debug, Default)]
pub struct OrderBeside<'o> {
    /// The text form of the secret, where the answer carries it.
    pub secret: Option<String>,
    /// The slot's extras.
    pub extras: &'o [Extra],
    /// The pass text of each line, in the order of the lines; may be shorter.
    pub passes: Vec<Option<String>>,
}

impl OrderShape {
    /// The order as it stands.
    pub fn of(order: &Order, beside: OrderBeside<'_>) -> Self {
        let extras = if order.is_cancelled() { &[] } else { beside.extras };
        let mut passes = beside.passes.into_iter();
        let lines = order.lines.iter().zip(0..);
        Self {
            id: OrderRef(order.id),
            number: order.id.number(),
            secret: beside.secret,
            state: state_shape(order),
            hold: HoldRef(order.hold),
            slot: SlotRef(order.slot),
            window: WindowRef(order.window),
            version: order.version,
            buyer: BuyerShape::from(&order.buyer),
            lines: lines
                .map(|(line, at)| line_shape(line, (order.id, at), passes.next().flatten()))
                .collect(),
            total: order.total().into(),
            fulfilment: order.fulfilment.map(FulfilmentShape::from),
            payment: payment_shape(order),
            confirmed_at: At(order.confirmed_at),
            extras: extras.iter().map(ExtraShape::from).collect(),
            notes: Vec::new(),
        }
    }

    /// The same with what the team wrote down about it, for the team.
    #[must_use]
    pub fn with_notes(mut self, order: &Order) -> Self {
        self.notes = order.notes.iter().map(NoteShape::from).collect();
        self
    }

    /// The same for those who need not know where the buyer lives.
    #[must_use]
    pub fn without_address(mut self) -> Self {
        self.buyer.address = None;
        self
    }

    /// The same with who took which pass, for those who hand over.
    #[must_use]
    pub fn with_redemptions(mut self, order: &Order) -> Self {
        for (shape, line) in self.lines.iter_mut().zip(&order.lines) {
            shape.redemptions = line.redeemed.iter().map(RedemptionShape::from).collect();
        }
        self
    }

    /// When it was confirmed, for lists that sort by it.
    pub fn confirmed_at(&self) -> Instant {
        self.confirmed_at.0
    }
}

impl From<&Note> for NoteShape {
    fn from(note: &Note) -> Self {
        Self { at: At(note.at), by: note.by.into(), text: note.text.clone() }
    }
}

impl From<&Extra> for ExtraShape {
    fn from(extra: &Extra) -> Self {
        Self { title: extra.title.clone(), url: extra.url.clone() }
    }
}

fn state_shape(order: &Order) -> OrderStateShape {
    if order.is_cancelled() {
        OrderStateShape::Cancelled
    } else if order.lines.iter().any(|line| line.state == LineState::Cancelled) {
        OrderStateShape::PartlyCancelled
    } else {
        OrderStateShape::Confirmed
    }
}

fn line_shape(line: &OrderLine, (order, number): (OrderId, u16), text: Option<String>) -> OrderLineShape {
    let text = text.filter(|_| line.state != LineState::Cancelled);
    OrderLineShape {
        line: number,
        offer: OfferRef(line.offer),
        quantity: line.quantity,
        unit_price: line.unit_price.into(),
        total: line.unit_price.times(line.quantity).into(),
        state: line.state.into(),
        pass: PassShape { serial: PassRef(line.pass), number: order.pass_number(number), text },
        redemptions: Vec::new(),
    }
}

fn payment_shape(order: &Order) -> PaymentShape {
    let Payment { id, method, authorised, captured, voided, refunded, failed, reference: _ } = &order.payment;
    let like = order.total();
    PaymentShape {
        id: PaymentRef(*id),
        method: (*method).into(),
        authorised: price(*authorised, like),
        captured: price(*captured, like),
        voided: price(*voided, like),
        refunded: price(*refunded, like),
        failed: *failed,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use dayshelf_core::hold::{Buyer, Method};
    use dayshelf_core::ids::{HoldId, Home, Id, OfferId, OrderId, PassId, PaymentId, Salt, SlotId, WindowId};
    use dayshelf_core::money::{Currency, Money};
    use dayshelf_core::text::Digest;

    /// An order of one line for two at 42 euros, paid in the sandbox.
    pub(crate) fn sample() -> Order {
        let id = |salt| Id::mint(1_764_000_000_000, Home { shard: 0, number: 1 }, Salt(salt));
        let currency = Currency(*b"EUR");
        let contact = crate::buyer::contact("ann@example.org", Home { shard: 0, number: 1 }).unwrap();
        Order {
            id: OrderId(id(1)),
            hold: HoldId(id(2)),
            slot: SlotId(id(3)),
            window: WindowId(id(4)),
            version: 1,
            buyer: Buyer { name: "Ann".into(), contact, address: None, zone: String::new() },
            lines: vec![OrderLine {
                offer: OfferId(id(5)),
                quantity: 2,
                unit_price: Money { amount: 4_200, currency },
                draws: Vec::new(),
                state: LineState::Confirmed,
                pass: PassId(id(6)),
                redeemed: Vec::new(),
            }],
            fulfilment: None,
            places: Vec::new(),
            currency,
            confirmed_at: Instant(1_764_000_000_000),
            secret: Digest([0; 32]),
            notes: vec![Note {
                at: Instant(1),
                by: dayshelf_core::change::Credential::House,
                text: "for us".into(),
            }],
            payment: Payment {
                id: PaymentId(id(7)),
                method: Method::Sandbox,
                reference: "provider-7".into(),
                authorised: 8_400,
                captured: 0,
                voided: 0,
                refunded: 0,
                failed: false,
            },
        }
    }

    /// A cancelled order shows no extras and no pass text, and owes nothing.
    #[test]
    fn cancelled_orders_give_nothing_away() {
        let mut order = sample();
        let extras = [Extra { title: "Film".into(), url: "https://example.org/film".into() }];
        let beside = || OrderBeside { secret: None, extras: &extras, passes: vec![Some("DS1.x".to_owned())] };
        let whole = serde_json::to_value(OrderShape::of(&order, beside())).unwrap();
        assert_eq!(whole["state"], "confirmed");
        assert_eq!(whole["lines"][0]["pass"]["text"], "DS1.x");
        assert_eq!(whole["extras"][0]["title"], "Film");
        assert!(!whole.to_string().contains("provider-7"));
        order.lines[0].state = LineState::Cancelled;
        let gone = serde_json::to_value(OrderShape::of(&order, beside())).unwrap();
        assert_eq!(gone["state"], "cancelled");
        assert!(gone["lines"][0]["pass"].get("text").is_none());
        assert_eq!(gone["total"]["amount"], 0);
        assert_eq!(gone["extras"], serde_json::json!([]));
    }

    /// An empty list of lines is a mistake, and no list means all.
    #[test]
    fn cancel_names_lines() {
        assert_eq!(CancelRequest { lines: None }.lines(), Ok(None));
        assert!(CancelRequest { lines: Some(Vec::new()) }.lines().is_err());
        assert!(CancelRequest { lines: Some(vec![0; 21]) }.lines().is_err());
    }
}
