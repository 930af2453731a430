//! `GET /v1/series/{series}`.

use axum::extract::State;
use dayshelf_core::ids::SeriesId;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::time::LocalTime;
use dayshelf_wire::name::SeriesRef;
use dayshelf_wire::page::{Page, cursor};
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::series::{OccurrenceShape, SeriesWhole};

use crate::answer::Answer;
use crate::api::author::look;
use crate::app::App;
use crate::extract::{Own, Params, Read};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "occurrences";

/// A series with a page of its occurrences, in the order of its rule.
#[utoipa::path(
    get, path = "/v1/series/{series}", operation_id = "series_show", tag = "series",
    params(
        ("series" = SeriesRef, Path, description = "A series"),
        ("limit" = Option<u32>, Query, description = "Occurrences on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "As it stands", body = SeriesWhole)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(
    State(app): State<App>,
    own: Own<Read, SeriesId>,
    mut params: Params,
) -> Result<Answer, No> {
    let limit = params.limit()?;
    let after = params.cursor(LIST)?.map(place).transpose()?;
    params.end()?;
    let id = own.id;
    let whole = look(&app, id.home(), move |books| {
        let series = books.series.get(&id).ok_or(Refusal::Unknown(Noun::Series))?;
        let run = books.runs.get(&id).into_iter().flatten();
        let rest = run.filter(|(at, _)| after.is_none_or(|after| after < **at));
        let found: Vec<_> = rest.take(limit + 1).collect();
        let more = found.len() > limit;
        let last = limit.checked_sub(1).and_then(|place| found.get(place)).filter(|_| more);
        let next = last.map(|(at, _)| cursor(LIST, &at.0.to_be_bytes()));
        let shapes = found.iter().take(limit).filter_map(|(_, slot)| {
            let (one, slot) = (books.occurrences.get(slot)?, books.slots.get(slot)?);
            Some(OccurrenceShape::of(series, one, slot))
        });
        Ok(SeriesWhole::of(series, Page { items: shapes.collect(), next }))
    })
    .await?;
    Ok(Answer::ok(&whole)?.version(whole.head.version))
}

/// The place that a page ended with.
fn place(key: Vec<u8>) -> Result<LocalTime, No> {
    let wrong = || No::from(Problem::plain(Kind::CursorWrong).with("field", "cursor"));
    key.try_into().map(|bytes| LocalTime(i64::from_be_bytes(bytes))).map_err(|_| wrong())
}
