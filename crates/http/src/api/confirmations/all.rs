//! `GET /v1/confirmations`.

use axum::extract::State;
use dayshelf_wire::change::ConfirmationShape;
use dayshelf_wire::page::Page;

use crate::answer::Answer;
use crate::api::author::{Range, look};
use crate::api::slots::pipeline::url;
use crate::app::App;
use crate::extract::{Manage, Organiser, Params};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "confirmations";

/// Changes that wait for a yes, in the order in which they were asked for. Each has the address of its page, where
/// whoever has the address may answer.
#[utoipa::path(
    get, path = "/v1/confirmations", operation_id = "confirmation_list", tag = "confirmations",
    params(
        ("limit" = Option<u32>, Query, description = "Changes on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "A page of them", body = Page<ConfirmationShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn all(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    mut params: Params,
) -> Result<Answer, No> {
    let range = Range::take(&mut params, LIST)?;
    params.end()?;
    let found = look(&app, organiser.home, move |books| {
        Ok(range.of(books.pendings.values().cloned(), |pending| pending.id.0))
    })
    .await?;
    Answer::ok(&range.page(
        LIST,
        found,
        |pending| pending.id.0,
        |pending| ConfirmationShape::of(pending, url(&app, pending)),
    ))
}
