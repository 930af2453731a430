//! `POST /v1/holds`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::Hold;
use dayshelf_core::ids::{HoldId, SlotId};
use dayshelf_core::lobby::Number;
use dayshelf_desk::Decided;
use dayshelf_wire::hold::{HoldRequest, HoldShape, WantShape};
use dayshelf_wire::lobby;
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::secret::{Bearer, Opens, secret_digest};

use crate::answer::Answer;
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Asked, Caller, Client, Once};
use crate::no::No;

/// Claim units: all lines or nothing, until the time that is answered.
#[utoipa::path(
    post, path = "/v1/holds", operation_id = "hold_create", tag = "holds",
    params(("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")),
    request_body = HoldRequest,
    responses((status = 201, description = "The units are held", body = HoldShape)),
    extensions(("x-problems" = json!([
        "unknown", "slot_not_published", "slot_cancelled", "slot_over", "not_offered", "code_wrong", "not_admitted",
        "window_not_open", "window_closed", "number_needed", "number_waits", "number_used", "offer_not_in_window",
        "lines_out_of_bounds",
        "quantity_out_of_bounds", "add_on_alone", "buyer_limit", "places_full", "too_few_left", "rate_limited"
    ])))
)]
pub(super) async fn create(
    State(app): State<App>,
    client: Client,
    asked: Asked<HoldRequest>,
) -> Result<Answer, No> {
    let (decided, bearer) = claim(&app, client, &asked.body, &asked.once).await?;
    let shape = HoldShape::of(made(&decided)?, decided.at, Some(bearer.text()));
    Ok(Answer::created(&shape)?.replayed(decided.replayed))
}

/// Asks the desk for units; what was decided, and the secret of the hold. Pages ask in the same way.
pub(crate) async fn claim(
    app: &App,
    client: Client,
    request: &HoldRequest,
    once: &Once,
) -> Result<(Decided, Bearer), No> {
    client.may_claim(app)?;
    let slot = request.slot.0;
    let home = slot.home();
    let key = once.key(Caller::Buyer, home);
    let secret = once.secret(&key.salt, "hold");
    let id = HoldId(app.desk.mint().id(home));
    let command = request.command(id, secret_digest(&secret), number(app, slot, request))?;
    let decided = app
        .submit(home, Command::MakeHold(Box::new(command)), Some(key))
        .await
        .map_err(|no| no.at_slot(slot).at_line(request.lines.iter().map(|line| line.offer.0)))
        .map_err(|no| no.map(|problem| at_stranger(app, request, problem)))?;
    // A replay has another salt: the first one, which makes the first secret again.
    let secret = if decided.replayed { once.secret(&decided.salt, "hold") } else { secret };
    let id = made(&decided)?.id.0;
    Ok((decided, Bearer { opens: Opens::Hold, id, secret }))
}

/// The same with the line whose offer is none of the slot's.
fn at_stranger(app: &App, request: &HoldRequest, problem: Problem) -> Problem {
    let is_about =
        problem.kind == Kind::Unknown && problem.members.get("field").is_some_and(|at| at == "lines");
    let Some(card) = app.board().slot(request.slot.0).filter(|_| is_about) else { return problem };
    let is_known = |line: &WantShape| card.sheet.offers.iter().any(|offer| offer.id == line.offer.0);
    match request.lines.iter().position(|line| !is_known(line)) {
        Some(place) => problem.with("field", format!("lines[{place}].offer")),
        None => problem,
    }
}

/// The number that a request shows; whatever is wrong with it, it is none.
fn number(app: &App, slot: SlotId, request: &HoldRequest) -> Option<Number> {
    let text = request.number.as_deref()?;
    lobby::read(&app.board().slot(slot)?.sheet.organiser, text)
}

/// The hold that was made.
pub(crate) fn made(decided: &Decided) -> Result<&Hold, No> {
    find(decided, |fact| match fact {
        Fact::HoldMade { hold, .. } => Some(&**hold),
        _ => None,
    })
}
