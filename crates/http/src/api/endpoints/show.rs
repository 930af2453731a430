//! `GET /v1/endpoints/{endpoint}`.

use axum::extract::State;
use dayshelf_core::ids::EndpointId;
use dayshelf_wire::endpoint::EndpointShape;
use dayshelf_wire::name::EndpointRef;

use super::known;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Own};
use crate::no::No;

/// A webhook endpoint, without its secret.
#[utoipa::path(
    get, path = "/v1/endpoints/{endpoint}", operation_id = "endpoint_show", tag = "webhooks",
    params(("endpoint" = EndpointRef, Path, description = "The endpoint")),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The endpoint", body = EndpointShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, own: Own<Manage, EndpointId>) -> Result<Answer, No> {
    let endpoint = known(&app, own.id).await?;
    Ok(Answer::ok(&EndpointShape::of(&endpoint))?.version(endpoint.version))
}
