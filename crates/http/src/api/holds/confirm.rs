//! `POST /v1/holds/{hold}/confirm`.
//!
//! A payment with a provider is made by a reader of the journal, after the commit. This handler waits for
//! its outcome; it makes no call itself.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::{Attempt, Hold, HoldState};
use dayshelf_core::ids::{HoldId, OrderId, PaymentId};
use dayshelf_core::order::Order;
use dayshelf_core::refusal::{Ended, Noun, Refusal};
use dayshelf_desk::{Decided, DeskFault, Outcome};
use dayshelf_wire::hold::{ConfirmIds, ConfirmRequest, HoldShape};
use dayshelf_wire::name::HoldRef;
use dayshelf_wire::order::OrderShape;
use dayshelf_wire::secret::Opens;
use tokio::sync::oneshot;

use super::bank::{asks_the_buyer, redirect_of};
use super::changed::changed;
use crate::answer::Answer;
use crate::api::facts::find;
use crate::api::orders::shape::shape;
use crate::app::App;
use crate::extract::{Asked, Bearer, Named};
use crate::no::No;

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
    let ordered = decided.facts.iter().find_map(|fact| match fact {
        Fact::OrderConfirmed { order, .. } => Some(&**order),
        _ => None,
    });
    let made = |order: &Order| {
        let secret = bearer.renamed(Opens::Order, order.id.0);
        Ok(Answer::created(&shape(&app, order, Some(secret)))?.replayed(decided.replayed))
    };
    if let Some(order) = ordered {
        return made(order);
    }
    match settled(&app, hold, &decided, told).await? {
        Settled::Ordered(order) if !app.store.is_shared() => made(&order),
        Settled::Ordered(order) => {
            // The order may be another node's, and not yet with the standby that the database waits for. Whoever
            // asks again waits for all that was written before.
            let again = app.submit(home, command, Some(key)).await?;
            let kept = app.reader.order(order.id).await?;
            match kept.filter(|kept| again.replayed && kept.confirmed_at == order.confirmed_at) {
                Some(kept) => made(&kept),
                None => Err(DeskFault::Unknown.into()),
            }
        }
        Settled::UnderWay => {
            let shape = changed(&app, hold, &decided).await?;
            let secret = bearer.renamed(Opens::Hold, hold.0);
            let shape = shape.leading_to(redirect_of(&app, begun(&decided)?, &secret));
            Ok(Answer::accepted(&shape)?.replayed(decided.replayed))
        }
    }
}

/// How far a payment has come when it is time to answer.
enum Settled {
    Ordered(Box<Order>),
    UnderWay,
}

/// Waits for the payment that a decision began.
async fn settled(
    app: &App,
    id: HoldId,
    decided: &Decided,
    told: oneshot::Receiver<Outcome>,
) -> Result<Settled, No> {
    let asks = asks_the_buyer(begun(decided)?);
    let attempt = begun(decided)?.id;
    let mut hold = read(app, id).await?;
    // Whoever has to ask the buyer first says so at once.
    if is_paying(&hold, attempt) && !asks {
        // Whatever is told, the rows say it better; a wait without an outcome is read as "under way".
        drop(tokio::time::timeout(app.config.bounds.confirm, told).await);
        hold = read(app, id).await?;
    }
    match hold.state {
        HoldState::Confirmed(order) => {
            let order = app.reader.order(order).await?.ok_or_else(|| No::unknown(Noun::Order))?;
            Ok(Settled::Ordered(Box::new(order)))
        }
        HoldState::Confirming if is_paying(&hold, attempt) => Ok(Settled::UnderWay),
        HoldState::Confirming => Err(Refusal::HoldConfirming.into()),
        HoldState::Held | HoldState::Basket => Err(Refusal::PaymentDeclined { due: hold.due }.into()),
        HoldState::Released => Err(Refusal::HoldEnded(Ended::Released).into()),
        HoldState::LapsedPaid { order, .. } | HoldState::ReleasedPaid(order) => {
            let order = app.reader.order(order).await?.filter(|order| order.payment.id == attempt);
            let released = matches!(hold.state, HoldState::ReleasedPaid(_));
            let ended = Refusal::HoldEnded(if released { Ended::Released } else { Ended::Lapsed });
            order.map(|order| Settled::Ordered(Box::new(order))).ok_or_else(|| ended.into())
        }
        HoldState::Lapsed(_) => Err(Refusal::HoldEnded(Ended::Lapsed).into()),
    }
}

/// The payment that a decision began.
fn begun(decided: &Decided) -> Result<&Attempt, No> {
    find(decided, |fact| match fact {
        Fact::ConfirmBegun { attempt, .. } => Some(&**attempt),
        _ => None,
    })
}

async fn read(app: &App, id: HoldId) -> Result<Hold, No> {
    app.reader.hold(id).await?.ok_or_else(|| No::unknown(Noun::Hold))
}

/// Whether it is this payment that is under way, and not a later one.
fn is_paying(hold: &Hold, attempt: PaymentId) -> bool {
    hold.state == HoldState::Confirming && hold.attempt.as_ref().is_some_and(|now| now.id == attempt)
}
