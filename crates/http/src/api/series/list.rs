//! `GET /v1/series`.

use axum::extract::State;
use dayshelf_wire::page::Page;
use dayshelf_wire::series::SeriesHead;

use crate::answer::Answer;
use crate::api::author::{Range, look};
use crate::app::App;
use crate::extract::{Organiser, Params, Read};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "series";

/// All series, in the order of their making.
#[utoipa::path(
    get, path = "/v1/series", operation_id = "series_list", tag = "series",
    params(
        ("limit" = Option<u32>, Query, description = "Series on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "A page of them", body = Page<SeriesHead>)),
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
        let found = range.of(books.series.values(), |series| series.id.0);
        Ok(found.into_iter().map(SeriesHead::from).collect::<Vec<_>>())
    })
    .await?;
    Answer::ok(&range.page(LIST, found, |series| series.id.0.0, Clone::clone))
}
