//! `POST /v1/endpoints/{endpoint}/test`.

use axum::extract::State;
use dayshelf_core::ids::EndpointId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::endpoint::DeliveryShape;
use dayshelf_wire::name::EndpointRef;

use super::{known, outbox, shape};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Manage, Nothing, Own};
use crate::no::No;

/// Send an `endpoint.ping` to an endpoint. It waits while the endpoint is switched off.
#[utoipa::path(
    post, path = "/v1/endpoints/{endpoint}/test", operation_id = "endpoint_test", tag = "webhooks",
    params(("endpoint" = EndpointRef, Path, description = "The endpoint")),
    security(("organiser" = ["manage"])),
    responses((status = 202, description = "The delivery, which waits for its try", body = DeliveryShape)),
    extensions(("x-problems" = json!([
        "unknown", "body_not_json", "unknown_field", "wrong_type", "media_type_wrong", "too_large", "timed_out"
    ])))
)]
pub(super) async fn test(
    State(app): State<App>,
    own: Own<Manage, EndpointId>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Answer, No> {
    let endpoint = known(&app, own.id).await?;
    let id = outbox(&app)?.ping(&endpoint).await?;
    let queued = app.store.delivery(own.id, id).await?.ok_or_else(|| No::unknown(Noun::Endpoint))?;
    Answer::accepted(&shape(&queued))
}
