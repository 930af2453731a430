//! `PUT /v1/endpoints/{endpoint}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::EndpointId;
use dayshelf_wire::endpoint::{EndpointKeys, EndpointRequest, EndpointShape};
use dayshelf_wire::name::EndpointRef;

use super::{heard, known};
use crate::answer::Answer;
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own};
use crate::no::No;

/// Change a webhook endpoint; its keys stay. One that was disabled is served again when it is switched on.
#[utoipa::path(
    put, path = "/v1/endpoints/{endpoint}", operation_id = "endpoint_change", tag = "webhooks",
    params(
        ("endpoint" = EndpointRef, Path, description = "The endpoint"),
        ("If-Match" = String, Header, description = "The endpoint's ETag")
    ),
    request_body = EndpointRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The endpoint as it stands now", body = EndpointShape)),
    extensions(("x-problems" = json!(["unknown", "invalid"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, EndpointId>,
    IfMatch(expected): IfMatch,
    Body(request): Body<EndpointRequest>,
) -> Result<Answer, No> {
    let before = known(&app, own.id).await?;
    let keys = EndpointKeys { secret: before.secret, seed: before.seed };
    heard(&request.kinds)?;
    let endpoint = Box::new(request.endpoint(own.id, keys, before.version)?);
    let command = Command::PutEndpoint { expected, endpoint };
    let decided = app.submit(own.id.home(), command, None).await?;
    let put = find(&decided, |fact| match fact {
        Fact::EndpointPut(endpoint) => Some(endpoint),
        _ => None,
    })?;
    Ok(Answer::ok(&EndpointShape::of(put))?.version(put.version))
}
