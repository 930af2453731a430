//! `GET /v1/slots/{slot}/lobby`.

use axum::extract::State;
use axum::http::HeaderMap;
use dayshelf_core::ids::SlotId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::lobby::{NumberShape, read};
use dayshelf_wire::name::SlotRef;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::Named;
use crate::no::No;

/// The header that carries a number; addresses end up in too many logs.
const NUMBER: &str = "x-dayshelf-number";

/// Where a number stands: in the draw, in line, let in, or over.
#[utoipa::path(
    get, path = "/v1/slots/{slot}/lobby", operation_id = "lobby_show", tag = "lobby",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("X-Dayshelf-Number" = String, Header, description = "The number")
    ),
    responses((status = 200, description = "The number", body = NumberShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(
    State(app): State<App>,
    Named(slot): Named<SlotId>,
    headers: HeaderMap,
) -> Result<Answer, No> {
    let card = app.board().slot(slot).filter(|card| card.sheet.slot.state.is_public());
    let card = card.ok_or_else(|| No::unknown(Noun::Slot))?;
    let text = headers.get(NUMBER).and_then(|text| text.to_str().ok()).unwrap_or_default();
    let nothing = || No::unknown(Noun::Number);
    let number = read(&card.sheet.organiser, text).ok_or_else(nothing)?;
    let window = card.sheet.windows.iter().find(|window| window.id == number.window).ok_or_else(nothing)?;
    let shape = NumberShape::of(text.trim().to_owned(), number, window, app.now().max(card.at));
    Answer::ok(&shape.ok_or_else(nothing)?)
}
