//! `POST /v1/endpoints`.

use axum::extract::State;
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::EndpointId;
use dayshelf_core::text::Secret;
use dayshelf_desk::random;
use dayshelf_wire::endpoint::{EndpointKeys, EndpointRequest, EndpointShape};

use super::{heard, reachable};
use crate::answer::Answer;
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Asked, Manage, Organiser};
use crate::no::No;

/// Make a webhook endpoint. The secret that checks `v1` signatures is answered here, and to a retry with
/// the same idempotency key.
#[utoipa::path(
    post, path = "/v1/endpoints", operation_id = "endpoint_create", tag = "webhooks",
    params(("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")),
    request_body = EndpointRequest,
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "The endpoint with its secret", body = EndpointShape)),
    extensions(("x-problems" = json!(["unknown", "invalid", "limit_reached"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    asked: Asked<EndpointRequest>,
) -> Result<Answer, No> {
    let home = organiser.home;
    let key = asked.once.key(organiser.caller(), home);
    let keys = EndpointKeys { secret: Secret(random()), seed: Secret(random()) };
    heard(&asked.body.kinds)?;
    let endpoint = asked.body.endpoint(EndpointId(app.desk.mint().id(home)), keys)?;
    reachable(&app, &endpoint.url)?;
    let command = Command::PutEndpoint { expected: Expect::New, endpoint: Box::new(endpoint) };
    let decided = app.submit(home, command, Some(key)).await?;
    let made = find(&decided, |fact| match fact {
        Fact::EndpointPut(endpoint) => Some(endpoint),
        _ => None,
    })?;
    let answer = Answer::created(&EndpointShape::with_secret(made))?;
    Ok(answer.version(made.version).replayed(decided.replayed))
}
