//! `DELETE /v1/slots/{slot}/windows/{window}`.

use axum::extract::State;
use dayshelf_core::change::Part;
use dayshelf_core::ids::{SlotId, WindowId};
use dayshelf_wire::name::{SlotRef, WindowRef};

use super::shown;
use crate::answer::Answer;
use crate::api::single::{Manner, Single};
use crate::app::App;
use crate::extract::{IfMatch, Manage, Named, Own};
use crate::no::No;

/// Remove a window that nobody has used.
#[utoipa::path(
    delete, path = "/v1/slots/{slot}/windows/{window}", operation_id = "window_remove", tag = "windows",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("window" = WindowRef, Path, description = "A window"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is gone")),
    extensions(("x-problems" = json!(["unknown", "credential_frozen", "in_use", "slot_cancelled"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    Named(window): Named<WindowId>,
    IfMatch(expected): IfMatch,
) -> Result<Answer, No> {
    shown(&app, own.id, window).await?;
    let single = Single { slot: own.id, expected, part: Part::Window(window, None) };
    single.remove(&app, Manner::usual(own.organiser.credential())).await
}
