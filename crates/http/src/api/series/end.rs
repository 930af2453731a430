//! `POST /v1/series/{series}/end`.

use axum::extract::State;
use dayshelf_core::ids::SeriesId;
use dayshelf_wire::name::SeriesRef;
use dayshelf_wire::plan::series::SeriesDoc;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::series::ask::{Asking, change};
use dayshelf_wire::series::rewrite::Rewritten;
use dayshelf_wire::series::{SeriesAnswer, SeriesEndRequest};

use super::outcomes::{Putting, answer};
use super::{known, shown};
use crate::answer::Answer;
use crate::api::author::reading;
use crate::app::App;
use crate::extract::{Asked, IfMatch, Manage, Own};
use crate::no::No;

/// End a series: its rule makes nothing more, and every slot that lies ahead is called off, or waits for a yes where
/// people have bought. What is over stays.
#[utoipa::path(
    post, path = "/v1/series/{series}/end", operation_id = "series_end", tag = "series",
    params(
        ("series" = SeriesRef, Path, description = "The series"),
        ("If-Match" = String, Header, description = "The series' ETag"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = SeriesEndRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "What came of it, occurrence by occurrence", body = SeriesAnswer)),
    extensions(("x-problems" = json!(["unknown", "credential_frozen", "limit_reached", "value_wrong", "zone_unknown"])))
)]
pub(super) async fn end(
    State(app): State<App>,
    own: Own<Manage, SeriesId>,
    IfMatch(expected): IfMatch,
    asked: Asked<SeriesEndRequest>,
) -> Result<Answer, No> {
    let (home, request) = (own.id.home(), &asked.body);
    let series = shown(&app, own.id).await?;
    let zone =
        app.zones.zone(&series.spec.zone).map_err(|unknown| Problem::zone_unknown("zone", &unknown))?;
    let doc = SeriesDoc::kept(&series.spec.text)?.ended(app.now(), &zone)?;
    let (members, template) = known(&app, &series, &doc).await?;
    let after = Rewritten { earlier: None, doc, shift: 0, from: None };
    let asking = Asking { expected, tell: request.tell.into(), by: own.organiser.credential() };
    let ask = reading(&app, home, |context| change((&series, &members), &after, template, context, asking))?;
    let key = Some(asked.once.key(own.organiser.caller(), home));
    let (came, decided) = Putting { ask, members, dry_run: request.dry_run, key }.carried_out(&app).await?;
    answer(&came, &decided)
}
