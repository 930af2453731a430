//! `GET /v1/lists`.

use axum::extract::State;
use dayshelf_wire::access::ListShape;
use dayshelf_wire::page::Page;

use crate::answer::Answer;
use crate::api::author::{Range, look};
use crate::app::App;
use crate::extract::{Organiser, Params, Read};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "lists";

/// All customer lists, in the order of their making.
#[utoipa::path(
    get, path = "/v1/lists", operation_id = "list_list", tag = "lists",
    params(
        ("limit" = Option<u32>, Query, description = "Lists on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "A page of them", body = Page<ListShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn all(
    State(app): State<App>,
    organiser: Organiser<Read>,
    mut params: Params,
) -> Result<Answer, No> {
    let range = Range::take(&mut params, LIST)?;
    params.end()?;
    let found = look(&app, organiser.home, move |books| {
        let found = range.of(books.lists.values(), |list| list.id.0);
        Ok(found.into_iter().map(ListShape::from).collect::<Vec<_>>())
    })
    .await?;
    Answer::ok(&range.page(LIST, found, |list| list.id.0.0, Clone::clone))
}
