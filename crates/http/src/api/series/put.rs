//! `PUT /v1/series/{series}`: what was written of a series, as a whole.

use axum::extract::State;
use dayshelf_core::ids::SeriesId;
use dayshelf_core::series::Series;
use dayshelf_wire::body;
use dayshelf_wire::change::TellShape;
use dayshelf_wire::name::SeriesRef;
use dayshelf_wire::page::Page;
use dayshelf_wire::plan::series::SeriesDoc;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::series::ask::{Asking, put as asked_of};
use dayshelf_wire::series::{SeriesAnswer, SeriesWhole};
use serde::Deserialize;
use serde_json::Value;

use super::outcomes::{Putting, answer};
use super::{known, shown};
use crate::answer::Answer;
use crate::api::author::reading;
use crate::api::written::{Form, as_written};
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own, Told};
use crate::no::No;

/// How what is read differs from what is written: how far it has slots, and which, nobody writes.
const FORM: Form =
    Form { read_only: &["id", "zone", "version"], spans: &[], passing: &["until", "due", "occurrences"] };

/// What is read of a series, sent back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    key: Option<String>,
    title: Option<String>,
    series: Value,
}

/// Write a series anew: what is left out has its default again. Its slots go the way of `change`, and so do `tell` and
/// `dry_run`.
///
/// A slot stays with its place in the rule, and one whose place the rule makes no more is called off. Where the rule
/// makes none of the places that lie ahead, as with another time of day, all of them go along with the start.
#[utoipa::path(
    put, path = "/v1/series/{series}", operation_id = "series_put", tag = "series",
    params(
        ("series" = SeriesRef, Path, description = "The series"),
        ("dry_run" = Option<bool>, Query, description = "Say what would come of it, and change nothing"),
        ("tell" = Option<TellShape>, Query, description = "Whether and when customers hear of other times and places"),
        ("If-Match" = String, Header, description = "The series' ETag")
    ),
    request_body = SeriesDoc,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "What came of it, occurrence by occurrence", body = SeriesAnswer)),
    extensions(("x-problems" = json!([
        "unknown", "credential_frozen", "name_taken", "invalid", "limit_reached", "too_few_units", "slot_over",
        "slot_cancelled", "in_use", "unknown_field", "missing_field", "wrong_type", "value_wrong", "time_in_gap",
        "zone_unknown", "plan_wrong"
    ])))
)]
pub(super) async fn put(
    State(app): State<App>,
    own: Own<Manage, SeriesId>,
    IfMatch(expected): IfMatch,
    told: Told,
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    let home = own.id.home();
    let series = shown(&app, own.id).await?;
    let was = SeriesDoc::kept(&series.spec.text)?;
    let doc = match sent.get("series") {
        Some(_) => unfolded(&app, &series, sent).await?,
        None => sent,
    };
    let doc = of_its_zone(&series, body::read_value(doc)?)?;
    let (members, template) = known(&app, &series, &doc).await?;
    reading(&app, home, |context| doc.starts_exist(&was, context))?;
    let asking = Asking { expected, tell: told.tell, by: own.organiser.credential() };
    let ask = reading(&app, home, |context| {
        asked_of((&series, &members), (&was, doc.clone()), template, context, asking)
    })?;
    let putting = Putting { ask, members, dry_run: told.dry_run, key: None };
    let (came, decided) = putting.carried_out(&app).await?;
    answer(&came, &decided)
}

/// What is read has the document within it, under its name and title: those count where they are others than were read.
async fn unfolded(app: &App, series: &Series, sent: Value) -> Result<Value, No> {
    let shown = SeriesWhole::of(series, Page { items: Vec::new(), next: None });
    let whole: Whole = as_written(app, series.id.home(), &FORM, (sent, &shown)).await?;
    let mut doc = whole.series;
    for (name, said, read) in [("key", whole.key, shown.head.key), ("title", whole.title, shown.head.title)] {
        if let (Some(said), Some(doc)) = (said.filter(|said| *said != read), doc.as_object_mut()) {
            doc.insert(name.to_owned(), Value::from(said));
        }
    }
    Ok(doc)
}

/// A series stays in its zone: on another wall all its places would be other ones.
fn of_its_zone(series: &Series, doc: SeriesDoc) -> Result<SeriesDoc, Problem> {
    let zone = doc.zone.clone().unwrap_or_else(|| series.spec.zone.clone());
    if zone != series.spec.zone {
        let sentence = format!("a series stays in {}; end it and make another one", series.spec.zone);
        return Err(Problem::value_wrong("zone", &sentence));
    }
    Ok(SeriesDoc { zone: Some(zone), ..doc })
}
