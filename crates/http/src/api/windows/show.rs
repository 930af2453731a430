//! `GET /v1/slots/{slot}/windows/{window}`.

use axum::extract::State;
use dayshelf_core::ids::{SlotId, WindowId};
use dayshelf_wire::name::{SlotRef, WindowRef};
use dayshelf_wire::whole::WindowWhole;

use super::shown;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Named, Own, Read};
use crate::no::No;

/// A window of a slot, whole.
#[utoipa::path(
    get, path = "/v1/slots/{slot}/windows/{window}", operation_id = "window_show", tag = "windows",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("window" = WindowRef, Path, description = "A window")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "As it stands; the ETag is the slot's", body = WindowWhole)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(
    State(app): State<App>,
    own: Own<Read, SlotId>,
    Named(window): Named<WindowId>,
) -> Result<Answer, No> {
    let (whole, version) = shown(&app, own.id, window).await?;
    Ok(Answer::ok(&whole)?.version(version))
}
