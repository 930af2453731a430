//! `GET /v1/slots/{slot}/blocks`.

use axum::extract::State;
use dayshelf_core::ids::SlotId;
use dayshelf_wire::block::BlockWhole;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::page::Page;

use crate::answer::Answer;
use crate::api::author::{Range, look, slot_in};
use crate::app::App;
use crate::extract::{Own, Params, Read};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "blocks";

/// The broadcasts, reminders, announcements, shifts, cues and rules of a slot, in the order of their making.
#[utoipa::path(
    get, path = "/v1/slots/{slot}/blocks", operation_id = "block_list", tag = "blocks",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("limit" = Option<u32>, Query, description = "Blocks on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "A page of them; the ETag is the slot's", body = Page<BlockWhole>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn list(
    State(app): State<App>,
    own: Own<Read, SlotId>,
    mut params: Params,
) -> Result<Answer, No> {
    let range = Range::take(&mut params, LIST)?;
    params.end()?;
    let slot = own.id;
    let (found, version) = look(&app, slot.home(), move |books| {
        let version = slot_in(books, slot)?.version;
        let found = range.of(books.blocks_of(slot), |block| block.id.0);
        Ok((found.into_iter().map(BlockWhole::from).collect::<Vec<_>>(), version))
    })
    .await?;
    let page = range.page(LIST, found, |block| block.id.0.0, Clone::clone);
    Ok(Answer::ok(&page)?.version(version))
}
