//! `DELETE /v1/endpoints/{endpoint}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::EndpointId;
use dayshelf_wire::name::EndpointRef;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Own};
use crate::no::No;

/// Remove a webhook endpoint. What still waited for it is not sent.
#[utoipa::path(
    delete, path = "/v1/endpoints/{endpoint}", operation_id = "endpoint_remove", tag = "webhooks",
    params(("endpoint" = EndpointRef, Path, description = "The endpoint")),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is gone")),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn remove(State(app): State<App>, own: Own<Manage, EndpointId>) -> Result<Answer, No> {
    app.submit(own.id.home(), Command::RemoveEndpoint(own.id), None).await?;
    Ok(Answer::done())
}
