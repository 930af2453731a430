//! `GET /v1/slots/{slot}/fulfilments/{fulfilment}`.

use axum::extract::State;
use dayshelf_core::ids::{FulfilmentId, SlotId};
use dayshelf_wire::name::{FulfilmentRef, SlotRef};
use dayshelf_wire::whole::FulfilmentWhole;

use super::shown;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Named, Own, Read};
use crate::no::No;

/// A fulfilment block of a slot, whole.
#[utoipa::path(
    get, path = "/v1/slots/{slot}/fulfilments/{fulfilment}", operation_id = "fulfilment_show", tag = "fulfilments",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("fulfilment" = FulfilmentRef, Path, description = "A fulfilment block")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "As it stands; the ETag is the slot's", body = FulfilmentWhole)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(
    State(app): State<App>,
    own: Own<Read, SlotId>,
    Named(fulfilment): Named<FulfilmentId>,
) -> Result<Answer, No> {
    let (whole, version) = shown(&app, own.id, fulfilment).await?;
    Ok(Answer::ok(&whole)?.version(version))
}
