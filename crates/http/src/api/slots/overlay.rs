//! `GET /v1/slots/{slot}/overlay`, and another address by `POST`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::SlotId;
use dayshelf_core::refusal::Noun;
use dayshelf_core::slot::Slot;
use dayshelf_wire::live::OverlayShape;
use dayshelf_wire::name::SlotRef;

use crate::answer::Answer;
use crate::api::author::{look, slot_in};
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Asked, Manage, Nothing, Own, Read};
use crate::no::No;
use crate::site::overlay_path;

/// The address of the slot's overlay, for a stream's browser source.
#[utoipa::path(
    get, path = "/v1/slots/{slot}/overlay", operation_id = "slot_overlay", tag = "slots",
    params(("slot" = SlotRef, Path, description = "The slot")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "The address", body = OverlayShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, own: Own<Read, SlotId>) -> Result<Answer, No> {
    let slot = look(&app, own.id.home(), move |books| slot_in(books, own.id).cloned()).await?;
    Answer::ok(&shape(&app, &slot)?)
}

/// Give the overlay another address, where the old one got into wrong hands: it leads nowhere from now on.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/overlay", operation_id = "slot_overlay_renew", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The new address", body = OverlayShape)),
    extensions(("x-problems" = json!(["unknown", "slot_cancelled"])))
)]
pub(super) async fn renew(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let key = asked.once.key(own.organiser.caller(), own.id.home());
    let decided = app.submit(own.id.home(), Command::RenewOverlay(own.id), Some(key)).await?;
    let slot = find(&decided, |fact| match fact {
        Fact::SlotPut { slot, .. } => Some(&**slot),
        _ => None,
    })?;
    Ok(Answer::ok(&shape(&app, slot)?)?.replayed(decided.replayed))
}

fn shape(app: &App, slot: &Slot) -> Result<OverlayShape, No> {
    let card = app.board().organiser(slot.id.home()).ok_or_else(|| No::unknown(Noun::Organiser))?;
    // Every organiser is founded with a pass key.
    let path = overlay_path(&card.organiser, slot).ok_or_else(|| No::unknown(Noun::Slot))?;
    Ok(OverlayShape { slot: SlotRef(slot.id), url: format!("{}{path}", app.config.public_url) })
}
