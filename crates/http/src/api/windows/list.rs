//! `GET /v1/slots/{slot}/windows`.

use axum::extract::State;
use dayshelf_core::ids::SlotId;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::page::Page;
use dayshelf_wire::whole::WindowWhole;

use crate::answer::Answer;
use crate::api::author::{look, slot_in};
use crate::app::App;
use crate::extract::{Own, Read};
use crate::no::No;

/// All windows of a slot, on one page.
#[utoipa::path(
    get, path = "/v1/slots/{slot}/windows", operation_id = "window_list", tag = "windows",
    params(("slot" = SlotRef, Path, description = "The slot")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "All of them; the ETag is the slot's", body = Page<WindowWhole>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn list(State(app): State<App>, own: Own<Read, SlotId>) -> Result<Answer, No> {
    let slot = own.id;
    let (items, version) = look(&app, slot.home(), move |books| {
        let version = slot_in(books, slot)?.version;
        Ok((books.windows_of(slot).map(WindowWhole::from).collect::<Vec<_>>(), version))
    })
    .await?;
    Ok(Answer::ok(&Page { items, next: None })?.version(version))
}
