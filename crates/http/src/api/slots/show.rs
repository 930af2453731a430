//! `GET /v1/slots/{slot}`.

use axum::extract::State;
use axum::http::HeaderMap;
use dayshelf_core::ids::SlotId;
use dayshelf_core::refusal::Noun;
use dayshelf_relay::live::Reading;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::slot::SlotShape;

use super::shape::whole;
use super::viewer::{code_shown, viewer};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Client, Named, Organiser, Params, Read};
use crate::no::No;

/// A slot with its windows, and its offers as this viewer may buy them now. With the organiser's own key,
/// drafts too, and the ETag for edits.
#[utoipa::path(
    get, path = "/v1/slots/{slot}", operation_id = "slot_show", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("X-Dayshelf-Code" = Option<String>, Header, description = "A code that opens a window")
    ),
    security((), ("organiser" = ["read"])),
    responses((status = 200, description = "The slot", body = SlotShape)),
    extensions(("x-problems" = json!(["unknown", "code_wrong", "too_long", "query_wrong", "rate_limited"])))
)]
pub(super) async fn show(
    State(app): State<App>,
    Named(slot): Named<SlotId>,
    caller: (Client, Option<Organiser<Read>>),
    headers: HeaderMap,
    params: Params,
) -> Result<Answer, No> {
    let code = code_shown(&headers);
    params.end()?;
    let (client, organiser) = caller;
    let own = organiser.is_some_and(|organiser| organiser.home == slot.home());
    let card = app.board().slot(slot).filter(|card| own || card.sheet.slot.state.is_public());
    let card = card.ok_or_else(|| No::unknown(Noun::Slot))?;
    let viewer = viewer(&app, client, slot, code.as_deref()).await?;
    let answer = Answer::ok(&whole(&card, &Reading::of(&card, &viewer, app.now())))?;
    Ok(if own { answer.version(card.sheet.slot.version) } else { answer })
}
