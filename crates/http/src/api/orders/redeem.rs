//! `POST /v1/passes/redeem`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::PassId;
use dayshelf_core::order::Order;
use dayshelf_core::refusal::Noun;
use dayshelf_desk::Decided;
use dayshelf_wire::pass::{Pass, PublishedKey};
use dayshelf_wire::problem::Problem;
use dayshelf_wire::redeem::{RedeemOutcomeShape, RedeemRequest, RedeemedShape};

use super::shape::shape;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Asked, Organiser, Sell};
use crate::no::No;

/// Give the goods for a pass to the buyer. Who has network asks first, and gives nothing when told no. Who had none
/// tells afterwards with `redeemed_at`: then a pass that was taken twice is found, and both who took it are named.
#[utoipa::path(
    post, path = "/v1/passes/redeem", operation_id = "pass_redeem", tag = "orders",
    params(("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")),
    request_body = RedeemRequest,
    security(("organiser" = ["sell"])),
    responses((status = 200, description = "What became of it", body = RedeemedShape)),
    extensions(("x-problems" = json!(["unknown", "limit_reached", "order_closed", "already_redeemed"])))
)]
pub(super) async fn redeem(
    State(app): State<App>,
    organiser: Organiser<Sell>,
    asked: Asked<RedeemRequest>,
) -> Result<Answer, No> {
    let pass = verified(&app, &organiser, &asked.body.pass)?;
    let home = organiser.own(pass.0, Noun::Order)?;
    let (order, line) = proven(&app, pass).await?;
    let key = asked.once.key(organiser.caller(), home);
    let ask = asked.body.command((order.id, line), organiser.credential())?;
    let decided = app.submit(home, Command::HandOver(Box::new(ask)), Some(key)).await?;
    let (outcome, order) = outcome(&decided).unwrap_or((RedeemOutcomeShape::Known, &order));
    let version = order.version;
    let order = shape(&app, order, None).with_redemptions(order);
    Ok(Answer::ok(&RedeemedShape { outcome, line, order })?.version(version).replayed(decided.replayed))
}

/// The serial of a pass that this organiser signed. Until when it is shown to be good is for those who can't ask.
fn verified(app: &App, organiser: &Organiser<Sell>, text: &str) -> Result<PassId, No> {
    let card = app.board().organiser(organiser.home).ok_or_else(|| No::unknown(Noun::Organiser))?;
    let keys: Vec<PublishedKey> =
        card.organiser.pass_keys.iter().map(|key| (key.number, key.public)).collect();
    let pass = Pass::verify_signature(text, &keys)
        .map_err(|_| Problem::value_wrong("pass", "this is no pass that this organiser has signed"))?;
    Ok(pass.serial)
}

/// The order and the line that a pass is of.
async fn proven(app: &App, pass: PassId) -> Result<(Order, u16), No> {
    for (order, line) in pass.may_prove() {
        let Some(order) = app.reader.order(order).await? else { continue };
        if order.lines.get(usize::from(line)).is_some_and(|known| known.pass == pass) {
            return Ok((order, line));
        }
    }
    Err(No::unknown(Noun::Order))
}

fn outcome(decided: &Decided) -> Option<(RedeemOutcomeShape, &Order)> {
    decided.facts.iter().find_map(|fact| match fact {
        Fact::OrderHanded { order, .. } => Some((RedeemOutcomeShape::Redeemed, &**order)),
        Fact::RedeemedAgain { order, .. } => Some((RedeemOutcomeShape::Again, &**order)),
        _ => None,
    })
}
