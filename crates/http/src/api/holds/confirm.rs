//! `POST /v1/holds/{hold}/confirm`.
//!
//! A payment with a provider is made by a reader of the journal, after the commit. This handler waits for
//! its outcome; it makes no call itself.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::{Fact, HoldEnd};
use dayshelf_core::hold::{Attempt, HoldState};
use dayshelf_core::ids::{HoldId, OrderId, PaymentId};
use dayshelf_core::order::Order;
use dayshelf_core::refusal::{Ended, Noun, Refusal};
use dayshelf_desk::{Decided, DeskFault, Outcome};
use dayshelf_store::Record;
use dayshelf_wire::hold::{ConfirmIds, ConfirmRequest, HoldShape};
use dayshelf_wire::name::HoldRef;
use dayshelf_wire::order::OrderShape;
use dayshelf_wire::secret::Opens;

use super::bank::{asks_the_buyer, redirect_of};
use super::changed::changed;
use crate::answer::Answer;
use crate::api::facts::find;
use crate::api::orders::shape::shape;
use crate::app::App;
use crate::extract::{Asked, Bearer, Named};
use crate::no::No;

/// Records of the journal that are read at once.
const RECORDS: usize = 500;

/// Buy what is held.
///
/// The answer waits some seconds for the payment. Where that is not enough it is 202 with the hold in the
/// state `confirming`: read the hold until it ends. A retry with the same key answers with the order. Where the
/// buyer's bank asks the buyer first, it is 202 at once with a `redirect_url` to send them to; that page leads
/// them back to the hold.
#[utoipa::path(
    post, path = "/v1/holds/{hold}/confirm", operation_id = "hold_confirm", tag = "holds",
    params(
        ("hold" = HoldRef, Path, description = "The hold"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = ConfirmRequest,
    security(("bearer" = ["hold"])),
    responses(
        (status = 201, description = "The order, with its secret", body = OrderShape),
        (status = 202, description = "The payment is under way", body = HoldShape)
    ),
    extensions(("x-problems" = json!([
        "unknown", "hold_ended", "hold_confirming", "method_unfit", "address_missing", "slot_not_published",
        "slot_cancelled", "slot_over", "not_offered", "window_not_open", "window_closed", "buyer_limit", "places_full",
        "too_few_left", "payment_declined"
    ])))
)]
pub(super) async fn confirm(
    State(app): State<App>,
    Named(hold): Named<HoldId>,
    bearer: Bearer,
    asked: Asked<ConfirmRequest>,
) -> Result<Answer, No> {
    let (by, caller) = bearer.by(Opens::Hold, hold.0)?;
    let home = hold.home();
    let mint = app.desk.mint();
    let ids = ConfirmIds { hold, order: OrderId(mint.id(home)), payment: PaymentId(mint.id(home)) };
    let command = asked.body.command(ids, by)?;
    // Asked for before, so that an outcome right after the commit is not missed.
    let told = app.board().outcome(hold);
    let key = asked.once.key(caller, home);
    let command = Command::Confirm(Box::new(command));
    let decided = app.submit(home, command.clone(), Some(key)).await?;
    let made = |order: &Order| {
        let secret = bearer.renamed(Opens::Order, order.id.0);
        Ok(Answer::created(&shape(&app, order, Some(secret)))?.replayed(decided.replayed))
    };
    if let Some(Came::Ordered(order)) = decided.facts.iter().find_map(|fact| bought(fact, hold)) {
        return made(&order);
    }
    let attempt = begun(&decided)?;
    // A retry may come at any time: when all is over, or while the first of it still waits.
    let mut came =
        if decided.replayed { came_of(&app, hold, (attempt.id, decided.seq)).await? } else { None };
    // Whoever has to ask the buyer first says so at once.
    if came.is_none() && !asks_the_buyer(attempt) {
        match tokio::time::timeout(app.config.bounds.confirm, told).await {
            Ok(Ok(Outcome::Ordered(order))) if order.payment.id == attempt.id && !app.store.is_shared() => {
                return made(&order);
            }
            // Whatever else is told may be of the attempt before; a wait without an outcome is no answer yet.
            _ => came = came_of(&app, hold, (attempt.id, decided.seq)).await?,
        }
    }
    let Some(came) = came else {
        let shape = changed(&app, hold, &decided).await?;
        let secret = bearer.renamed(Opens::Hold, hold.0);
        let shape = shape.leading_to(redirect_of(&app, attempt, &secret));
        return Ok(Answer::accepted(&shape)?.replayed(decided.replayed));
    };
    if app.store.is_shared() {
        // What came of it may be another node's, and not yet with the standby that the database waits for. Whoever asks
        // again waits for all that was written before.
        let again = app.submit(home, command, Some(key)).await?;
        if !again.replayed || came_of(&app, hold, (attempt.id, decided.seq)).await?.as_ref() != Some(&came) {
            return Err(DeskFault::Unknown.into());
        }
    }
    match came {
        Came::Ordered(order) => made(&order),
        Came::Refused(refusal) => Err(No::refused(&refusal, decided.replayed)),
    }
}

/// What a payment came to.
#[derive(Debug, PartialEq, Eq)]
enum Came {
    Ordered(Box<Order>),
    Refused(Refusal),
}

/// Reads in the journal what came of a payment that was begun at a place: the same whenever it is asked, whatever became
/// of the order since. `None` while it is under way.
async fn came_of(app: &App, id: HoldId, (attempt, mut after): (PaymentId, u64)) -> Result<Option<Came>, No> {
    let hold = app.reader.hold(id).await?.ok_or_else(|| No::unknown(Noun::Hold))?;
    let is_paid = match hold.state {
        HoldState::Confirming if hold.attempt.as_ref().is_some_and(|now| now.id == attempt) => {
            return Ok(None);
        }
        HoldState::Confirmed(order)
        | HoldState::LapsedPaid { order, .. }
        | HoldState::ReleasedPaid(order) => {
            app.reader.order(order).await?.is_some_and(|order| order.payment.id == attempt)
        }
        _ => false,
    };
    let tells = if is_paid { bought } else { missed };
    loop {
        let records = app.reader.journal_of(id.home(), after, RECORDS).await?;
        after = records.last().ok_or(DeskFault::Unknown)?.seq;
        if let Some(came) = records.iter().flat_map(Record::facts).find_map(|fact| tells(fact, id)) {
            return Ok(Some(came));
        }
    }
}

/// The order that a hold became, also late.
fn bought(fact: &Fact, of: HoldId) -> Option<Came> {
    match fact {
        Fact::OrderConfirmed { order, .. } | Fact::LatePaymentUnfilled { order } if order.hold == of => {
            Some(Came::Ordered(order.clone()))
        }
        _ => None,
    }
}

/// Why a hold did not become one.
fn missed(fact: &Fact, of: HoldId) -> Option<Came> {
    match fact {
        Fact::ConfirmFailed { hold, due } if *hold == of => {
            Some(Came::Refused(Refusal::PaymentDeclined { due: *due }))
        }
        Fact::HoldEnded { hold, end, .. } if *hold == of => {
            Some(Came::Refused(Refusal::HoldEnded(match end {
                HoldEnd::Released => Ended::Released,
                HoldEnd::Lapsed(_) => Ended::Lapsed,
            })))
        }
        _ => None,
    }
}

/// The payment that a decision began.
fn begun(decided: &Decided) -> Result<&Attempt, No> {
    find(decided, |fact| match fact {
        Fact::ConfirmBegun { attempt, .. } => Some(&**attempt),
        _ => None,
    })
}
