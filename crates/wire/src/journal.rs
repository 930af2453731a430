//! The journal in JSON: one entry for each fact, for integrators, webhooks and the live board.
//!
//! Every fact has a type in dotted lower case, a subject, and data. Secrets, digests, seeds and provider
//! tokens are in none of them; a buyer's name and address are in orders only, which are the organiser's.

pub mod kinds;
mod purchase;

use dayshelf_core::change::{Credential, PendingEnd};
use dayshelf_core::command::{Movement, PaymentMoved};
use dayshelf_core::fact::{BlockChange, Counted, Fact, HoldEnd, SlotChange};
use dayshelf_core::hold::{Attempt, Hold, Line};
use dayshelf_core::ids::SlotId;
use dayshelf_core::lobby::{Came, Number};
use dayshelf_core::pool::{Draw, PoolRole, PoolSpec};
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::{Entry, LeftCause};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::access::{CodeShape, KeyShape, ListShape, OrganiserShape};
use crate::block::BlockWhole;
use crate::change::told::{MadeShape, PromiseShape, TellingShape};
use crate::change::{ConfirmationShape, CredentialShape};
use crate::endpoint::EndpointShape;
use crate::hold::{HoldShape, LapseShape, LineShape, MethodShape};
use crate::library::{PictureHead, ProductShape};
use crate::money::Price;
use crate::series::{SeriesHead, TieShape};
use crate::stock::{DrawShape, MoveShape, MovementShape, PoolSpecShape, RoleShape};
use crate::template::TemplateHead;
use crate::time::At;
use crate::waitlist::{EntryBeside, EntryShape, LeftShape};
use crate::whole::{FulfilmentWhole, OfferWhole, SlotWhole, WindowWhole};

/// A fact as others read it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct JournalEntry {
    /// Its id for ever: the sequence, a point, and its place among the facts of that sequence.
    #[schema(example = "4711.0")]
    pub id: String,
    /// The journal's sequence at which it was decided; rises without end.
    pub sequence: u64,
    /// When it was decided.
    pub at: At,
    /// What happened, in dotted lower case.
    #[serde(rename = "type")]
    #[schema(example = "hold.made")]
    pub kind: &'static str,
    /// What it happened to.
    #[schema(example = "hold_01k9ydt4zq7m8v2c5x6b3n0aef")]
    pub subject: String,
    /// The whole of it.
    pub data: Value,
}

/// A part of an organiser's journal.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct JournalPage {
    /// The entries, oldest first. All entries of one sequence are on one page.
    pub items: Vec<JournalEntry>,
    /// Pass this as `after` for what comes next. It never falls, so it can be kept between runs.
    pub next: u64,
    /// Whether there is more already.
    pub more: bool,
}

/// Where and when a fact was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The journal's sequence.
    pub sequence: u64,
    /// The place among the facts of that sequence.
    pub number: u32,
    /// When.
    pub at: Instant,
}

impl JournalEntry {
    /// The entry of a fact.
    pub fn of(decided: Decided, fact: &Fact) -> Self {
        let (kind, subject) = head(fact);
        let mut data = data(fact, decided.at);
        if !fact.moves().is_empty() {
            let moves: Vec<MoveShape> = fact.moves().iter().map(MoveShape::from).collect();
            data["moves"] = shape(&moves);
        }
        let id = format!("{}.{}", decided.sequence, decided.number);
        Self { id, sequence: decided.sequence, at: At(decided.at), kind, subject, data }
    }
}

/// The type and the subject of a fact.
pub(crate) fn head(fact: &Fact) -> (&'static str, String) {
    match fact {
        Fact::OrganiserFounded(it) | Fact::OrganiserChanged(it) => (organiser_kind(fact), it.id.to_string()),
        Fact::KeyIssued(key) => ("key.issued", key.id.to_string()),
        Fact::KeyRevoked(key) => ("key.revoked", key.to_string()),
        Fact::EndpointPut(endpoint) => ("endpoint.put", endpoint.id.to_string()),
        Fact::EndpointRemoved(endpoint) => ("endpoint.removed", endpoint.to_string()),
        Fact::CodePut(code) => ("code.put", code.id.to_string()),
        Fact::CodeRemoved(code) => ("code.removed", code.to_string()),
        Fact::ListPut(list) => ("list.put", list.id.to_string()),
        Fact::ListRemoved(list) => ("list.removed", list.to_string()),
        Fact::PicturePut(picture) => ("picture.put", picture.id.to_string()),
        Fact::PictureRemoved(picture) => ("picture.removed", picture.to_string()),
        Fact::ProductPut(product) => ("product.put", product.id.to_string()),
        Fact::ProductRemoved(product) => ("product.removed", product.to_string()),
        Fact::TemplatePut(template) => ("template.put", template.id.to_string()),
        Fact::TemplateRemoved(template) => ("template.removed", template.to_string()),
        Fact::SeriesPut(series) => ("series.put", series.id.to_string()),
        Fact::OccurrencePut(one) => ("series.occurrence", one.slot.to_string()),
        Fact::SlotPut { slot, change } => (slot_kind(*change), slot.id.to_string()),
        Fact::ChangeMade(made) => ("change.made", made.slot.to_string()),
        Fact::ConfirmationAsked(pending) => ("confirmation.asked", pending.id.to_string()),
        Fact::ConfirmationEnded { confirmation, end, .. } => (end_kind(*end), confirmation.to_string()),
        Fact::CustomersTold(telling) => ("notice.told", telling.slot.to_string()),
        Fact::CredentialFrozen { credential, .. } => ("credential.frozen", credential_text(*credential)),
        Fact::CredentialFreed { credential } => ("credential.freed", credential_text(*credential)),
        Fact::WindowPut { window, .. } => ("window.put", window.id.to_string()),
        Fact::BuyersCounted { window, .. } => ("window.counted", window.to_string()),
        Fact::WindowRemoved { window, .. } => ("window.removed", window.to_string()),
        Fact::WindowOpened(window) => ("window.opened", window.to_string()),
        Fact::WindowClosed { window, .. } => ("window.closed", window.to_string()),
        Fact::Dripped { window, .. } => ("window.dripped", window.to_string()),
        Fact::FulfilmentPut(block) => ("fulfilment.put", block.id.to_string()),
        Fact::FulfilmentRemoved(block) => ("fulfilment.removed", block.to_string()),
        Fact::BlockPut { block, change, .. } => (block_kind(*change), block.id.to_string()),
        Fact::BlockRemoved(block) => ("block.removed", block.to_string()),
        Fact::PoolPut { pool, .. } => ("pool.put", pool.to_string()),
        Fact::PoolRemoved { pool, .. } => ("pool.removed", pool.to_string()),
        Fact::OfferPut(offer) => ("offer.put", offer.id.to_string()),
        Fact::OfferRemoved(offer) => ("offer.removed", offer.to_string()),
        Fact::StepBegan { offer, .. } => ("step.began", offer.to_string()),
        Fact::NumberTaken { number, .. } => ("number.taken", number.window.to_string()),
        Fact::HoldMade { hold, .. } => ("hold.made", hold.id.to_string()),
        Fact::HoldTaken { hold, .. } => ("hold.taken", hold.to_string()),
        Fact::HoldExtended { hold, .. } => ("hold.extended", hold.to_string()),
        Fact::HoldEnded { hold, end, .. } => (hold_end_kind(*end), hold.to_string()),
        Fact::ConfirmBegun { hold, .. } => ("payment.begun", hold.to_string()),
        Fact::ConfirmCallingOff { hold } => ("payment.calling_off", hold.to_string()),
        Fact::ConfirmFailed { hold, .. } => ("payment.declined", hold.to_string()),
        Fact::OrderConfirmed { order, .. } => ("order.confirmed", order.id.to_string()),
        Fact::OrderPromised(promise) => ("order.promised", promise.order.to_string()),
        Fact::LatePaymentUnfilled { order } => ("order.unfilled", order.id.to_string()),
        Fact::OrderCancelled { order, .. } => ("order.cancelled", order.id.to_string()),
        Fact::OrderMoved { order, .. } => ("order.moved", order.id.to_string()),
        Fact::OrderHanded { order, .. } => ("order.handed", order.id.to_string()),
        Fact::OrderEdited { order, .. } => ("order.edited", order.id.to_string()),
        Fact::OrderNoted(order) => ("order.noted", order.id.to_string()),
        Fact::OrderResent(order) => ("order.resent", order.id.to_string()),
        Fact::RedeemedAgain { order, .. } => ("order.redeemed_again", order.id.to_string()),
        Fact::HandOverUndone { order, .. } => ("order.handover_undone", order.id.to_string()),
        Fact::PaymentMoved { order, moved, .. } => (payment_kind(*moved), order.id.to_string()),
        Fact::EntryJoined(entry) => ("waitlist.joined", entry.id.to_string()),
        Fact::EntryPassed(entry) => ("waitlist.passed", entry.to_string()),
        Fact::EntryGathered { entry, .. } => ("waitlist.gathered", entry.to_string()),
        Fact::TurnGiven { entry, .. } => ("waitlist.turn", entry.to_string()),
        Fact::EntryRequeued { entry, .. } => ("waitlist.requeued", entry.to_string()),
        Fact::EntryLeft { entry, .. } => ("waitlist.left", entry.to_string()),
        Fact::UnitsAnnounced { slot, .. } => ("waitlist.announced", slot.to_string()),
        Fact::StockMoved { pool, .. } => ("stock.moved", pool.to_string()),
        Fact::StockCounted { pool, .. } => ("stock.counted", pool.to_string()),
    }
}

fn organiser_kind(fact: &Fact) -> &'static str {
    if matches!(fact, Fact::OrganiserFounded(_)) { "organiser.founded" } else { "organiser.changed" }
}

fn hold_end_kind(end: HoldEnd) -> &'static str {
    match end {
        HoldEnd::Released => "hold.released",
        HoldEnd::Lapsed(_) => "hold.lapsed",
    }
}

fn slot_kind(change: SlotChange) -> &'static str {
    match change {
        SlotChange::Created => "slot.created",
        SlotChange::Changed => "slot.changed",
        SlotChange::Moved => "slot.moved",
        SlotChange::Published => "slot.published",
        SlotChange::Cancelled => "slot.cancelled",
    }
}

fn end_kind(end: PendingEnd) -> &'static str {
    match end {
        PendingEnd::Granted(_) => "confirmation.granted",
        PendingEnd::Declined(_) => "confirmation.declined",
        PendingEnd::Expired => "confirmation.expired",
        PendingEnd::Overtaken => "confirmation.overtaken",
    }
}

/// The subject of what happens to a credential.
fn credential_text(credential: Credential) -> String {
    let CredentialShape { kind, id } = CredentialShape::from(credential);
    id.unwrap_or_else(|| kind.to_owned())
}

/// Without the lot: whoever knew all of them before the opening could work out the order, and come at a good moment.
fn number_data(number: Number) -> Value {
    json!({ "index": number.index, "ahead": number.came == Came::Ahead })
}

fn ended_data(slot: SlotId, end: PendingEnd) -> Value {
    let by = match end {
        PendingEnd::Granted(by) | PendingEnd::Declined(by) => Some(CredentialShape::from(by)),
        PendingEnd::Expired | PendingEnd::Overtaken => None,
    };
    json!({ "slot": slot.to_string(), "by": by })
}

fn block_kind(change: BlockChange) -> &'static str {
    match change {
        BlockChange::Put => "block.put",
        BlockChange::Moved => "block.moved",
        BlockChange::Began => "block.began",
        BlockChange::Accepted => "block.accepted",
        BlockChange::Declined => "block.declined",
        BlockChange::Fired => "block.fired",
        BlockChange::Rearmed => "block.rearmed",
    }
}

fn payment_kind(moved: PaymentMoved) -> &'static str {
    match moved {
        PaymentMoved::Captured => "payment.captured",
        PaymentMoved::Voided => "payment.voided",
        PaymentMoved::Refunded => "payment.refunded",
        PaymentMoved::Failed => "payment.failed",
    }
}

fn pool_data(role: PoolRole, version: u32, spec: &PoolSpec) -> Value {
    json!({ "role": RoleShape::from(role), "version": version, "spec": PoolSpecShape::from(spec) })
}

fn taken_data(lines: &[Line], places: &[Draw], due: Instant) -> Value {
    let lines: Vec<LineShape> = lines.iter().map(LineShape::from).collect();
    let places: Vec<DrawShape> = places.iter().map(DrawShape::from).collect();
    json!({ "expires_at": At(due), "lines": lines, "places": places })
}

/// The data of a fact, without its moves.
fn data(fact: &Fact, at: Instant) -> Value {
    match fact {
        Fact::OrganiserFounded(organiser) | Fact::OrganiserChanged(organiser) => {
            shape(&OrganiserShape::from(&**organiser))
        }
        Fact::KeyIssued(key) => shape(&KeyShape::of(key, None)),
        Fact::EndpointPut(endpoint) => shape(&EndpointShape::of(endpoint)),
        Fact::CodePut(code) => shape(&CodeShape::from(&**code)),
        Fact::ListPut(list) => shape(&ListShape::from(&**list)),
        Fact::TemplatePut(template) => shape(&TemplateHead::from(&**template)),
        Fact::KeyRevoked(_)
        | Fact::EndpointRemoved(_)
        | Fact::CodeRemoved(_)
        | Fact::ListRemoved(_)
        | Fact::TemplateRemoved(_)
        | Fact::PictureRemoved(_)
        | Fact::ProductRemoved(_)
        | Fact::BlockRemoved(_)
        | Fact::FulfilmentRemoved(_)
        | Fact::PoolRemoved { .. }
        | Fact::OfferRemoved(_) => json!({}),
        Fact::PicturePut(picture) => shape(&PictureHead::from(&**picture)),
        Fact::ProductPut(product) => shape(&ProductShape::from(&**product)),
        Fact::SeriesPut(series) => shape(&SeriesHead::from(&**series)),
        Fact::OccurrencePut(one) => shape(&TieShape::from(&**one)),
        Fact::SlotPut { slot, .. } => shape(&SlotWhole::from(&**slot)),
        Fact::ChangeMade(made) => shape(&MadeShape::from(&**made)),
        Fact::ConfirmationAsked(pending) => shape(&ConfirmationShape::of(pending, None)),
        Fact::ConfirmationEnded { slot, end, .. } => ended_data(*slot, *end),
        Fact::CustomersTold(telling) => shape(&TellingShape::from(&**telling)),
        Fact::CredentialFrozen { credential, .. } | Fact::CredentialFreed { credential } => {
            shape(&CredentialShape::from(*credential))
        }
        Fact::WindowPut { window, .. } => shape(&WindowWhole::from(&**window)),
        Fact::BuyersCounted { counts, .. } => json!({ "buyers": counts.len() }),
        Fact::WindowRemoved { .. } | Fact::WindowOpened(_) | Fact::WindowClosed { .. } => json!({}),
        Fact::NumberTaken { number, .. } => number_data(*number),
        Fact::Dripped { at, .. } => json!({ "due": At(*at) }),
        Fact::FulfilmentPut(block) => shape(&FulfilmentWhole::from(&**block)),
        Fact::BlockPut { block, .. } => shape(&BlockWhole::from(&**block)),
        Fact::PoolPut { role, version, spec, .. } => pool_data(*role, *version, spec),
        Fact::OfferPut(offer) => shape(&OfferWhole::from(&**offer)),
        Fact::StepBegan { step, .. } => json!({ "step": step }),
        Fact::HoldMade { hold, .. } => hold_data(hold, at),
        Fact::HoldTaken { lines, places, due, .. } => taken_data(lines, places, *due),
        Fact::HoldExtended { due, extended, .. } => json!({ "expires_at": At(*due), "extended": extended }),
        Fact::HoldEnded { end, .. } => hold_end_data(*end),
        Fact::ConfirmBegun { attempt, .. } => attempt_data(attempt),
        Fact::ConfirmCallingOff { .. } | Fact::EntryPassed(_) => json!({}),
        Fact::ConfirmFailed { due, .. } => json!({ "expires_at": At(*due) }),
        Fact::OrderConfirmed { .. }
        | Fact::LatePaymentUnfilled { .. }
        | Fact::OrderCancelled { .. }
        | Fact::OrderMoved { .. }
        | Fact::OrderHanded { .. }
        | Fact::RedeemedAgain { .. }
        | Fact::HandOverUndone { .. }
        | Fact::OrderEdited { .. }
        | Fact::OrderNoted(_)
        | Fact::OrderResent(_)
        | Fact::PaymentMoved { .. } => purchase::data(fact),
        Fact::OrderPromised(promise) => shape(&PromiseShape::from(&**promise)),
        Fact::EntryJoined(entry) => entry_data(entry),
        Fact::EntryGathered { quantity, .. } => json!({ "quantity": quantity }),
        Fact::TurnGiven { hold, .. } => json!({ "hold": hold_data(hold, at) }),
        Fact::EntryRequeued { place, .. } => json!({ "place": place }),
        Fact::EntryLeft { cause, .. } => left_data(*cause),
        Fact::UnitsAnnounced { offer, free, .. } => json!({ "offer": offer.to_string(), "free": free }),
        Fact::StockMoved { movement, units, reason, .. } => stock_data(*movement, *units, reason),
        Fact::StockCounted { count, .. } => count_data(count),
    }
}

fn hold_end_data(end: HoldEnd) -> Value {
    match end {
        HoldEnd::Released => json!({}),
        HoldEnd::Lapsed(cause) => json!({ "cause": LapseShape::from(cause) }),
    }
}

fn stock_data(movement: dayshelf_core::command::Movement, units: u32, reason: &str) -> Value {
    let (kind, to) = movement_data(movement);
    json!({ "kind": kind, "to": to, "units": units, "reason": reason })
}

fn shape(value: &impl Serialize) -> Value {
    // Shapes have text keys and finite numbers only, so they always are JSON.
    serde_json::to_value(value).unwrap_or_default()
}

/// A hold without its secret and without the buyer, who has bought nothing yet.
fn hold_data(hold: &Hold, at: Instant) -> Value {
    shape(&HoldShape::of(hold, at, None))
}

/// An order without the buyer's postal address: whoever sends the goods reads the order itself.
fn entry_data(entry: &Entry) -> Value {
    shape(&EntryShape::of(entry, EntryBeside::default()))
}

fn attempt_data(attempt: &Attempt) -> Value {
    json!({
        "payment": attempt.id.to_string(),
        "order": attempt.order.to_string(),
        "method": MethodShape::from(attempt.method),
        "amount": Price::from(attempt.amount),
        "until": At(attempt.until),
    })
}

fn left_data(cause: LeftCause) -> Value {
    match cause {
        LeftCause::Served(order) => json!({ "cause": LeftShape::from(cause), "order": order.to_string() }),
        cause => json!({ "cause": LeftShape::from(cause) }),
    }
}

fn movement_data(movement: Movement) -> (MovementShape, Option<String>) {
    match movement {
        Movement::Add => (MovementShape::Add, None),
        Movement::Remove => (MovementShape::Remove, None),
        Movement::Lose => (MovementShape::Lose, None),
        Movement::Find => (MovementShape::Find, None),
        Movement::Transfer(pool) => (MovementShape::Transfer, Some(pool.to_string())),
    }
}

fn count_data(count: &Counted) -> Value {
    json!({
        "units": count.units,
        "expected": count.expected,
        "shortfall": count.shortfall,
        "version": count.version,
        "reason": count.reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::hold::Method;
    use dayshelf_core::ids::{EndpointId, Home, Id, KeyId, PoolId, Salt};
    use dayshelf_core::organiser::{ApiKey, Endpoint, EndpointState, Scope};
    use dayshelf_core::pool::{Account, Move};
    use dayshelf_core::text::{Digest, Secret};

    fn id() -> Id {
        Id::mint(1_764_000_000_000, Home { shard: 0, number: 1 }, Salt(1))
    }

    fn entry(fact: &Fact) -> Value {
        let decided = Decided { sequence: 4_711, number: 2, at: Instant(1_764_000_000_000) };
        serde_json::to_value(JournalEntry::of(decided, fact)).unwrap()
    }

    /// An entry has its stable id, its type and subject, and the moves of its fact.
    #[test]
    fn an_entry_of_a_fact() {
        let pool = PoolId(id());
        let json = entry(&Fact::StockMoved {
            pool,
            movement: Movement::Lose,
            units: 2,
            reason: "broke".into(),
            source: Digest([0xab; 32]),
            moves: vec![Move { pool, from: Account::Free, to: Account::Lost, units: 2 }],
        });
        assert_eq!((&json["id"], &json["type"]), (&json!("4711.2"), &json!("stock.moved")));
        assert_eq!(json["subject"], pool.to_string());
        let moved = json!([{ "pool": pool.to_string(), "from": "free", "to": "lost", "units": 2 }]);
        assert_eq!(json["data"]["moves"], moved);
        assert_eq!(json["data"]["kind"], "lose");
    }

    /// Secrets, seeds, digests, tokens and the provider's references never get into the journal's JSON.
    #[test]
    fn nothing_secret_gets_out() {
        let (secret, seed) = (Secret([0xab; 32]), Secret([0xcd; 32]));
        let url = "https://example.org".to_owned();
        let state = EndpointState::On;
        let id = id();
        let endpoint = Endpoint { id: EndpointId(id), url, secret, seed, kinds: vec![], state, version: 1 };
        let key = ApiKey {
            id: KeyId(id),
            name: "till".into(),
            secret: Digest([0xab; 32]),
            scope: Scope::Sell,
            expires: None,
            made_at: Instant(0),
        };
        let mut order = crate::order::tests::sample();
        order.buyer.address = Some(Box::new(dayshelf_core::hold::Address {
            street: "Hidden Lane 1".into(),
            extra: String::new(),
            postcode: String::new(),
            city: "Secrettown".into(),
            region: String::new(),
            country: "PT".into(),
        }));
        let attempt = Attempt {
            id: order.payment.id,
            method: Method::Sandbox,
            token: "tok_secret".into(),
            amount: order.total(),
            order: order.id,
            buyer: order.buyer.clone(),
            until: Instant(1),
            calling_off: false,
        };
        let facts = [
            Fact::EndpointPut(Box::new(endpoint)),
            Fact::KeyIssued(Box::new(key)),
            Fact::ConfirmBegun { hold: order.hold, attempt: Box::new(attempt) },
            Fact::OrderConfirmed { order: Box::new(order), late: false, moves: vec![] },
        ];
        let texts: Vec<String> = facts.iter().map(|fact| entry(fact).to_string()).collect();
        for text in &texts {
            for secret in [
                "whsec_",
                "q6ur",
                "zc3N",
                "abab",
                "[171",
                "tok_secret",
                "provider-7",
                "secret",
                "Hidden Lane",
                "Secrettown",
            ] {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
        assert!(!texts[2].contains("ann@example.org"), "an attempt is no order yet");
        assert!(texts[3].contains("ann@example.org"), "an order is the organiser's");
    }
}
