//! `GET /v1/templates`.

use axum::extract::State;
use dayshelf_wire::page::Page;
use dayshelf_wire::template::TemplateHead;

use crate::answer::Answer;
use crate::api::author::{Range, look};
use crate::app::App;
use crate::extract::{Organiser, Params, Read};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "templates";

/// All templates, in the order of their making, without their text.
#[utoipa::path(
    get, path = "/v1/templates", operation_id = "template_list", tag = "templates",
    params(
        ("limit" = Option<u32>, Query, description = "Templates on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "A page of them", body = Page<TemplateHead>)),
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
        let found = range.of(books.templates.values(), |template| template.id.0);
        Ok(found.into_iter().map(TemplateHead::from).collect::<Vec<_>>())
    })
    .await?;
    Answer::ok(&range.page(LIST, found, |template| template.id.0.0, Clone::clone))
}
