//! `PUT /v1/endpoints/{endpoint}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::EndpointId;
use dayshelf_wire::endpoint::{EndpointRequest, EndpointShape};
use dayshelf_wire::name::EndpointRef;
use serde_json::Value;

use super::{heard, known, reachable};
use crate::answer::Answer;
use crate::api::written::{Form, as_written};
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own};
use crate::no::No;

/// How what is read differs from what is written.
const FORM: Form = Form::plain(&["id", "version", "secret", "public_key"]);

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
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    let before = known(&app, own.id).await?;
    let shown = EndpointShape::of(&before);
    let request: EndpointRequest = as_written(&app, own.id.home(), &FORM, (sent, &shown)).await?;
    heard(&request.kinds)?;
    let endpoint = Box::new(request.change(&before)?);
    // One from before the setting was another can still be switched off.
    if endpoint.url != before.url {
        reachable(&app, &endpoint.url)?;
    }
    let decided = app.submit(own.id.home(), Command::PutEndpoint { expected, endpoint }, None).await?;
    let put = decided.facts.iter().find_map(|fact| match fact {
        Fact::EndpointPut(endpoint) => Some((**endpoint).clone()),
        _ => None,
    });
    let put = match put {
        Some(put) => put,
        // Nothing was different from what was known.
        None => known(&app, own.id).await?,
    };
    Ok(Answer::ok(&EndpointShape::of(&put))?.version(put.version))
}
