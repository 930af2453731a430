//! `GET /v1/slots/{slot}/booked`.

use axum::extract::State;
use dayshelf_core::ids::SlotId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::booked::BookedShape;
use dayshelf_wire::name::SlotRef;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Own, Read};
use crate::no::No;

/// What of a slot is held and by how many, what is sold and what is waited for: window by window, offer by offer.
#[utoipa::path(
    get, path = "/v1/slots/{slot}/booked", operation_id = "slot_booked", tag = "slots",
    params(("slot" = SlotRef, Path, description = "The slot")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "What is booked, at one instant", body = BookedShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn booked(State(app): State<App>, own: Own<Read, SlotId>) -> Result<Answer, No> {
    let id = own.id;
    let look = app.desk.look(id.home(), move |books, now| BookedShape::of(books?, id, now));
    let booked = look.await?.ok_or_else(|| No::unknown(Noun::Slot))?;
    Answer::ok(&booked)
}
