//! The hold in JSON: asking for one, showing one, and buying what is held.

use dayshelf_core::command::{Confirm, MakeHold, Want};
use dayshelf_core::hold::{FulfilmentChoice, Hold, HoldState, LapseCause, Line, Method};
use dayshelf_core::ids::{HoldId, Home, OrderId, PaymentId};
use dayshelf_core::lobby::Number;
use dayshelf_core::money::Money;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::buyer::{BuyerShape, ContactShape};
use crate::money::Price;
use crate::name::{FulfilmentRef, HoldRef, OfferRef, OrderRef, PoolRef, SlotRef, WindowRef};
use crate::problem::Problem;
use crate::range::LineUnits;
use crate::secret::code_digest;
use crate::time::At;

/// Characters of a code at most.
pub const CODE_CHARS_MAX: usize = 100;
/// Characters of a payment provider's token at most.
pub const TOKEN_CHARS_MAX: usize = 500;

/// So many of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WantShape {
    /// The offer.
    pub offer: OfferRef,
    /// How many.
    #[serde(deserialize_with = "LineUnits::read")]
    #[schema(example = 2, minimum = 1, maximum = 1000)]
    pub quantity: u32,
}

/// How the buyer wants to receive the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FulfilmentShape {
    /// The fulfilment block.
    pub block: FulfilmentRef,
    /// The chosen time box, where the block has boxes.
    #[serde(default, rename = "box", skip_serializing_if = "Option::is_none")]
    pub time_box: Option<PoolRef>,
}

/// Asks for units.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldRequest {
    /// The slot.
    pub slot: SlotRef,
    /// What is wanted: all of it or nothing.
    pub lines: Vec<WantShape>,
    /// The code that opens a window.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub code: Option<String>,
    /// How to reach the buyer, where a list or a limit needs it.
    #[serde(default)]
    pub contact: Option<ContactShape>,
    /// How the goods are received.
    #[serde(default)]
    pub fulfilment: Option<FulfilmentShape>,
    /// The number that was let in, where the window has a lobby.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub number: Option<String>,
}

impl HoldRequest {
    /// The command, with the id and the digest that were made for it, and the number that was read.
    ///
    /// # Errors
    /// When a text in it can't be.
    pub fn command(&self, id: HoldId, secret: Digest, number: Option<Number>) -> Result<MakeHold, Problem> {
        let home = self.slot.0.home();
        let contact = self.contact.as_ref().map(|contact| contact.contact(home, "contact")).transpose()?;
        Ok(MakeHold {
            id,
            slot: self.slot.0,
            wants: self.lines.iter().map(WantShape::want).collect(),
            code: code(self.code.as_deref(), home)?,
            contact,
            fulfilment: self.fulfilment.map(FulfilmentChoice::from),
            number,
            secret,
        })
    }
}

/// The digest of a code that was typed; an empty one is none.
pub(crate) fn code(text: Option<&str>, home: Home) -> Result<Option<Digest>, Problem> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > CODE_CHARS_MAX {
        return Err(Problem::too_long("code", CODE_CHARS_MAX));
    }
    Ok(Some(code_digest(text, home)))
}

impl WantShape {
    /// The core's value.
    pub fn want(&self) -> Want {
        Want { offer: self.offer.0, quantity: self.quantity }
    }
}

impl From<FulfilmentShape> for FulfilmentChoice {
    fn from(shape: FulfilmentShape) -> Self {
        Self { block: shape.block.0, places: shape.time_box.map(|pool| pool.0) }
    }
}

impl From<FulfilmentChoice> for FulfilmentShape {
    fn from(choice: FulfilmentChoice) -> Self {
        Self { block: FulfilmentRef(choice.block), time_box: choice.places.map(PoolRef) }
    }
}

/// Where a hold is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldStateShape {
    /// A basket; nothing is held yet.
    Basket,
    /// The units are the buyer's.
    Held,
    /// A payment is under way.
    Confirming,
    /// It became an order, which says how it stands: one whose payment came late may have found nothing left.
    Confirmed,
    /// It was given back.
    Released,
    /// Its time ran out.
    Lapsed,
}

/// Why a hold lapsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LapseShape {
    /// Its time ran out.
    Time,
    /// Its payment came to nothing.
    Payment,
    /// A count found fewer units.
    Deficit,
    /// Its slot was cancelled.
    SlotCancelled,
}

impl From<LapseCause> for LapseShape {
    fn from(cause: LapseCause) -> Self {
        match cause {
            LapseCause::Time => Self::Time,
            LapseCause::Payment => Self::Payment,
            LapseCause::Deficit => Self::Deficit,
            LapseCause::SlotCancelled => Self::SlotCancelled,
        }
    }
}

/// A line of a hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineShape {
    /// The offer.
    pub offer: OfferRef,
    /// How many.
    pub quantity: u32,
    /// The price of one, fixed when the hold was made.
    pub unit_price: Price,
    /// What the line costs.
    pub total: Price,
}

impl From<&Line> for LineShape {
    fn from(line: &Line) -> Self {
        Self {
            offer: OfferRef(line.offer),
            quantity: line.quantity,
            unit_price: line.unit_price.into(),
            total: line.total().into(),
        }
    }
}

/// A hold as its bearer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HoldShape {
    /// Its id.
    pub id: HoldRef,
    /// The bearer secret; answered when the hold is made, and to a retry of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Where it is in its life.
    pub state: HoldStateShape,
    /// The slot.
    pub slot: SlotRef,
    /// The window that admitted it.
    pub window: WindowRef,
    /// When it was made.
    pub made_at: At,
    /// When it lapses.
    pub expires_at: At,
    /// Milliseconds until then by the server's clock; 0 when it has ended.
    pub remaining_ms: i64,
    /// How often it was extended.
    pub extended: u8,
    /// Its lines.
    pub lines: Vec<LineShape>,
    /// What all lines cost; null without lines.
    pub total: Option<Price>,
    /// How the goods are received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfilment: Option<FulfilmentShape>,
    /// The order it became, or that a payment made which succeeded after it had lapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderRef>,
    /// Why it lapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<LapseShape>,
    /// Where the buyer has to go now: their bank wants to know that it is them. It leads back by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
}

impl HoldShape {
    /// The hold as it looks at `now`. `secret` is its text form, where the answer carries it.
    pub fn of(hold: &Hold, now: Instant, secret: Option<String>) -> Self {
        let (state, order, cause) = state_shape(hold.state);
        let remaining = if hold.is_live() { hold.due.since(now).0.max(0) } else { 0 };
        Self {
            id: HoldRef(hold.id),
            secret,
            state,
            slot: SlotRef(hold.slot),
            window: WindowRef(hold.window),
            made_at: At(hold.made_at),
            expires_at: At(hold.due),
            remaining_ms: remaining,
            extended: hold.extended,
            lines: hold.lines.iter().map(LineShape::from).collect(),
            total: hold.total().map(Price::from),
            fulfilment: hold.fulfilment.map(FulfilmentShape::from),
            order: order.map(OrderRef),
            cause,
            redirect_url: None,
        }
    }

    /// The same with where the buyer has to go now.
    #[must_use]
    pub fn leading_to(self, redirect_url: Option<String>) -> Self {
        Self { redirect_url, ..self }
    }
}

fn state_shape(state: HoldState) -> (HoldStateShape, Option<OrderId>, Option<LapseShape>) {
    match state {
        HoldState::Basket => (HoldStateShape::Basket, None, None),
        HoldState::Held => (HoldStateShape::Held, None, None),
        HoldState::Confirming => (HoldStateShape::Confirming, None, None),
        // Whoever asks until it ends looks for an order, and how it came to that is of no concern.
        HoldState::Confirmed(order)
        | HoldState::ReleasedPaid(order)
        | HoldState::LapsedPaid { order, .. } => (HoldStateShape::Confirmed, Some(order), None),
        HoldState::Released => (HoldStateShape::Released, None, None),
        HoldState::Lapsed(cause) => (HoldStateShape::Lapsed, None, Some(cause.into())),
    }
}

/// How an order is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MethodShape {
    /// The built-in provider for rehearsals and tests.
    Sandbox,
    /// When the goods are fetched.
    AtPickup,
    /// Nothing is owed.
    Free,
}

impl From<MethodShape> for Method {
    fn from(shape: MethodShape) -> Self {
        match shape {
            MethodShape::Sandbox => Self::Sandbox,
            MethodShape::AtPickup => Self::AtPickup,
            MethodShape::Free => Self::Free,
        }
    }
}

impl From<Method> for MethodShape {
    fn from(method: Method) -> Self {
        match method {
            Method::Sandbox => Self::Sandbox,
            Method::AtPickup => Self::AtPickup,
            Method::Free => Self::Free,
        }
    }
}

/// How it shall be paid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequest {
    /// The method.
    pub method: MethodShape,
    /// The provider's token for the buyer's means of payment; the sandbox wants one of its test tokens.
    #[serde(default)]
    #[schema(example = "tok_success", max_length = 500)]
    pub token: String,
}

/// Buys what is held.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    /// Who buys.
    pub buyer: BuyerShape,
    /// How it shall be paid.
    pub payment: PaymentRequest,
}

/// The ids that a confirmation needs.
#[derive(Clone, Copy, Debug)]
pub struct ConfirmIds {
    /// The hold.
    pub hold: HoldId,
    /// The order to be.
    pub order: OrderId,
    /// The payment to be.
    pub payment: PaymentId,
}

impl ConfirmRequest {
    /// The command.
    ///
    /// # Errors
    /// When a text in it can't be.
    pub fn command(&self, ids: ConfirmIds, by: dayshelf_core::command::By) -> Result<Confirm, Problem> {
        if self.payment.token.chars().count() > TOKEN_CHARS_MAX {
            return Err(Problem::too_long("payment.token", TOKEN_CHARS_MAX));
        }
        if self.payment.method == MethodShape::Sandbox && self.payment.token.is_empty() {
            return Err(Problem::missing_field("payment.token"));
        }
        Ok(Confirm {
            hold: ids.hold,
            by,
            order: ids.order,
            payment: ids.payment,
            buyer: self.buyer.buyer(ids.hold.home())?,
            method: self.payment.method.into(),
            token: self.payment.token.clone(),
        })
    }
}

/// The total of several amounts in one currency, for shapes that sum.
pub(crate) fn price(amount: i64, like: Money) -> Price {
    Money { amount, currency: like.currency }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body;
    use crate::problem::Kind;
    use dayshelf_core::ids::{Id, OfferId, Salt, SlotId, WindowId};
    use dayshelf_core::money::Currency;

    fn id(salt: u64) -> Id {
        Id::mint(1_764_000_000_000, Home { shard: 0, number: 1 }, Salt(salt))
    }

    /// The request becomes the command, and the answer has the members that buyers' programs read.
    #[test]
    fn request_and_answer() {
        let (slot, offer) = (SlotId(id(1)), OfferId(id(2)));
        let json = format!(
            r#"{{"slot":"{slot}","lines":[{{"offer":"{offer}","quantity":2}}],"code":" Moon ","contact":{{"email":"ann@example.org"}}}}"#
        );
        let request: HoldRequest = body::read(json.as_bytes()).unwrap();
        let command = request.command(HoldId(id(3)), Digest([0; 32]), None).unwrap();
        assert_eq!(command.wants, [Want { offer, quantity: 2 }]);
        assert_eq!(command.code, Some(code_digest("moon", slot.home())));
        let price = Money { amount: 4_200, currency: Currency(*b"EUR") };
        let hold = Hold {
            id: HoldId(id(3)),
            slot,
            window: WindowId(id(4)),
            state: HoldState::Held,
            made_at: Instant(1_000),
            due: Instant(481_000),
            extended: 0,
            lines: vec![Line { offer, quantity: 2, unit_price: price, draws: Vec::new() }],
            fulfilment: None,
            places: Vec::new(),
            contact: command.contact,
            taken: true,
            secret: Digest([0; 32]),
            turn: None,
            number: None,
            attempt: None,
        };
        let json = serde_json::to_value(HoldShape::of(&hold, Instant(2_000), Some("hs_1".into()))).unwrap();
        assert_eq!(json["state"], "held");
        assert_eq!(json["remaining_ms"], 479_000);
        assert_eq!(json["expires_at"], "1970-01-01T00:08:01.000Z");
        assert_eq!(json["lines"][0]["total"], serde_json::json!({"amount": 8400, "currency": "EUR"}));
        assert_eq!(json["total"]["amount"], 8_400);
        assert!(json.get("contact").is_none() && json.get("attempt").is_none());
    }

    /// Texts are bounded here, because the core sees only their digests.
    #[test]
    fn texts_are_bounded() {
        let slot = SlotRef(SlotId(id(1)));
        let mut request = HoldRequest {
            slot,
            lines: Vec::new(),
            code: None,
            contact: None,
            fulfilment: None,
            number: None,
        };
        request.code = Some("x".repeat(101));
        let made = request.command(HoldId(id(3)), Digest([0; 32]), None);
        assert_eq!(made.unwrap_err().kind, Kind::TooLong);
        request.code = Some("  ".into());
        assert_eq!(request.command(HoldId(id(3)), Digest([0; 32]), None).unwrap().code, None);
    }
}
