//! `POST /v1/endpoints/{endpoint}/deliveries/{delivery}/replay`.

use axum::extract::{Path, State};
use dayshelf_core::ids::EndpointId;
use dayshelf_relay::webhooks::delivery_id;
use dayshelf_wire::endpoint::DeliveryShape;
use dayshelf_wire::name::EndpointRef;
use dayshelf_wire::problem::{Kind, Problem};

use super::{known, outbox, shape};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Manage, Nothing, Own};
use crate::no::No;

/// Send an old delivery once more, under a new id.
#[utoipa::path(
    post, path = "/v1/endpoints/{endpoint}/deliveries/{delivery}/replay",
    operation_id = "delivery_replay", tag = "webhooks",
    params(
        ("endpoint" = EndpointRef, Path, description = "The endpoint"),
        ("delivery" = String, Path, description = "The delivery's id")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 202, description = "The new delivery, which waits for its try", body = DeliveryShape)),
    extensions(("x-problems" = json!([
        "unknown", "body_not_json", "unknown_field", "wrong_type", "media_type_wrong", "too_large", "timed_out"
    ])))
)]
pub(super) async fn replay(
    State(app): State<App>,
    own: Own<Manage, EndpointId>,
    Path(names): Path<(String, String)>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Answer, No> {
    let unknown = || {
        No::from(Problem::new(Kind::Unknown, "There is no such delivery any more.").with("noun", "delivery"))
    };
    let endpoint = known(&app, own.id).await?;
    let old = delivery_id(&names.1).ok_or_else(unknown)?;
    let id = outbox(&app)?.replay(&endpoint, old).await?.ok_or_else(unknown)?;
    let queued = app.store.delivery(own.id, id).await?.ok_or_else(unknown)?;
    Answer::accepted(&shape(&queued))
}
