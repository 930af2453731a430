//! `POST /v1/series/{series}/change`.

use axum::extract::State;
use dayshelf_core::ids::SeriesId;
use dayshelf_wire::name::SeriesRef;
use dayshelf_wire::plan::series::SeriesDoc;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::series::ask::{Asking, change as asked_of};
use dayshelf_wire::series::{SeriesAnswer, SeriesChangeRequest};

use super::outcomes::{Putting, answer};
use super::{known, shown};
use crate::answer::Answer;
use crate::api::author::reading;
use crate::app::App;
use crate::extract::{Asked, IfMatch, Manage, Own};
use crate::no::No;

/// Change a series as a whole, or this occurrence and all after it. What is left out stays as it is.
///
/// Every slot that lies ahead goes the way of every change: it is moved with all that hangs on it, or waits for a yes
/// where that would take from people what they have or were promised. Occurrences that were changed by themselves
/// stay as they are, and are listed. Those that the rule makes no more are called off. With `dry_run` it is only said
/// what would come of it.
#[utoipa::path(
    post, path = "/v1/series/{series}/change", operation_id = "series_change", tag = "series",
    params(
        ("series" = SeriesRef, Path, description = "The series"),
        ("If-Match" = String, Header, description = "The series' ETag"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = SeriesChangeRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "What came of it, occurrence by occurrence", body = SeriesAnswer)),
    extensions(("x-problems" = json!([
        "unknown", "credential_frozen", "name_taken", "invalid", "limit_reached", "too_few_units", "slot_over",
        "slot_cancelled", "in_use", "value_wrong", "time_in_gap", "zone_unknown", "plan_wrong"
    ])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, SeriesId>,
    IfMatch(expected): IfMatch,
    asked: Asked<SeriesChangeRequest>,
) -> Result<Answer, No> {
    let (home, request) = (own.id.home(), &asked.body);
    let series = shown(&app, own.id).await?;
    let doc = SeriesDoc::kept(&series.spec.text)?;
    let zone =
        app.zones.zone(&series.spec.zone).map_err(|unknown| Problem::zone_unknown("zone", &unknown))?;
    let after = request.rewritten(&doc, &zone, &app.zones)?;
    let (members, template) = known(&app, &series, &after.doc).await?;
    let asking = Asking { expected, tell: request.tell.into(), by: own.organiser.credential() };
    let ask =
        reading(&app, home, |context| asked_of((&series, &members), &after, template, context, asking))?;
    let key = Some(asked.once.key(own.organiser.caller(), home));
    let (came, decided) = Putting { ask, members, dry_run: request.dry_run, key }.carried_out(&app).await?;
    answer(&came, &decided)
}
