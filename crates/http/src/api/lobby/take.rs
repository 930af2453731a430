//! `POST /v1/slots/{slot}/lobby`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::SlotId;
use dayshelf_core::refusal::Noun;
use dayshelf_desk::random;
use dayshelf_wire::lobby::{NumberGiven, NumberRequest, text};
use dayshelf_wire::name::{SlotRef, WindowRef};

use crate::answer::Answer;
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Asked, Caller, Client, Named, Once};
use crate::no::No;

/// Take a number in the lobby of the window that admits this buyer next.
///
/// Of those who come before the opening the order is drawn at the opening; who comes later queues behind them. Where
/// a number stands is in `GET /v1/slots/{slot}/lobby`; a retry of this is answered with the same bytes.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/lobby", operation_id = "lobby_take", tag = "lobby",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = NumberRequest,
    responses((status = 201, description = "A number", body = NumberGiven)),
    extensions(("x-problems" = json!([
        "unknown", "limit_reached", "slot_not_published", "slot_cancelled", "slot_over", "not_offered", "code_wrong",
        "not_admitted", "window_closed", "lobby_not_open", "no_lobby", "rate_limited"
    ])))
)]
pub(super) async fn take(
    State(app): State<App>,
    Named(slot): Named<SlotId>,
    client: Client,
    asked: Asked<NumberRequest>,
) -> Result<Answer, No> {
    client.may_claim(&app)?;
    let (given, replayed) = draw(&app, slot, &asked.body, &asked.once).await?;
    Ok(Answer::created(&given)?.replayed(replayed))
}

/// Asks the desk for a number; its text, and whether it was given out before. Pages ask in the same way.
pub(crate) async fn draw(
    app: &App,
    slot: SlotId,
    request: &NumberRequest,
    once: &Once,
) -> Result<(NumberGiven, bool), No> {
    let home = slot.home();
    let command = request.command(slot, u64::from_be_bytes(random()))?;
    let key = once.key(Caller::Buyer, home);
    let decided = app.submit(home, Command::TakeNumber(command), Some(key)).await?;
    let number = find(&decided, |fact| match fact {
        Fact::NumberTaken { number, .. } => Some(number),
        _ => None,
    })?;
    let card = app.board().slot(slot).ok_or_else(|| No::unknown(Noun::Slot))?;
    let text = text(&card.sheet.organiser, number).ok_or_else(|| No::unknown(Noun::Number))?;
    Ok((NumberGiven { number: text, window: WindowRef(number.window) }, decided.replayed))
}
