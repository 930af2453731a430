//! `GET /v1/slots`.

use axum::extract::State;
use dayshelf_core::books::Books;
use dayshelf_core::slot::{Slot, SlotState};
use dayshelf_wire::page::Page;
use dayshelf_wire::whole::SlotWhole;

use crate::answer::Answer;
use crate::api::author::{Range, look};
use crate::app::App;
use crate::extract::{Organiser, Params, Read};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "own slots";

/// The organiser's own slots, drafts and cancelled ones too, in the order of their making.
#[utoipa::path(
    get, path = "/v1/slots", operation_id = "slot_own", tag = "slots",
    params(
        ("limit" = Option<u32>, Query, description = "Slots on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "A page of slots", body = Page<SlotWhole>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn own(
    State(app): State<App>,
    organiser: Organiser<Read>,
    mut params: Params,
) -> Result<Answer, No> {
    let range = Range::take(&mut params, LIST)?;
    params.end()?;
    let found =
        look(&app, organiser.home, move |books| Ok(range.of(listed(books).cloned(), |slot| slot.id.0)))
            .await?;
    Answer::ok(&range.page(LIST, found, |slot| slot.id.0, |slot| SlotWhole::from(slot)))
}

/// All but the drafts that were thrown away.
fn listed(books: &Books) -> impl Iterator<Item = &Slot> {
    books.slots.values().filter(|slot| slot.state != SlotState::Discarded)
}
