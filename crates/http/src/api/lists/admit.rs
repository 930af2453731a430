//! `PATCH /v1/lists/{list}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::ListId;
use dayshelf_wire::access::{CustomersRequest, ListShape};
use dayshelf_wire::name::ListRef;

use super::stands;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Large, Manage, Own};
use crate::no::No;

/// Add customers to a list, or take some off; all others stay, whoever else changes it at the same time. Sent again it
/// changes nothing more.
#[utoipa::path(
    patch, path = "/v1/lists/{list}", operation_id = "list_admit", tag = "lists",
    params(("list" = ListRef, Path, description = "The list")),
    request_body = CustomersRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "As it stands now", body = ListShape)),
    extensions(("x-problems" = json!(["unknown", "invalid"])))
)]
pub(super) async fn admit(
    State(app): State<App>,
    own: Own<Manage, ListId>,
    Large(request): Large<CustomersRequest>,
) -> Result<Answer, No> {
    let (list, change) = (own.id, Box::new(request.change(own.id.home())?));
    let decided = app.submit(list.home(), Command::ChangeCustomers { list, change }, None).await?;
    stands(&app, list, &decided).await?.answer(Answer::ok)
}
