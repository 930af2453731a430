//! `GET /v1/pictures`.

use axum::extract::State;
use dayshelf_core::ids::Id;
use dayshelf_wire::library::PictureShape;
use dayshelf_wire::page::Page;

use crate::answer::Answer;
use crate::api::author::{Range, look};
use crate::app::App;
use crate::extract::{Organiser, Params, Read};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "pictures";

/// All pictures of the library, in the order in which they came in.
#[utoipa::path(
    get, path = "/v1/pictures", operation_id = "picture_list", tag = "library",
    params(
        ("limit" = Option<u32>, Query, description = "Pictures on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "A page of them", body = Page<PictureShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn list(
    State(app): State<App>,
    organiser: Organiser<Read>,
    mut params: Params,
) -> Result<Answer, No> {
    let range = Range::take(&mut params, LIST)?;
    params.end()?;
    let found = look(&app, organiser.home, move |books| {
        let found = range.of(books.pictures.values(), |picture| picture.id.0);
        Ok(found.into_iter().map(|one| PictureShape::of(one, books.organiser.id)).collect::<Vec<_>>())
    })
    .await?;
    let id = |picture: &PictureShape| -> Id { picture.id.0.0 };
    Answer::ok(&range.page(LIST, found, id, Clone::clone))
}
