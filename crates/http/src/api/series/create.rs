//! `POST /v1/series`.

use axum::extract::State;
use dayshelf_core::change::Tell;
use dayshelf_core::command::Expect;
use dayshelf_wire::plan::series::SeriesDoc;
use dayshelf_wire::series::SeriesAnswer;
use dayshelf_wire::series::ask::{Asking, make, template_in};

use super::outcomes::{Putting, answer};
use crate::answer::Answer;
use crate::api::author::{look, reading};
use crate::app::App;
use crate::extract::{Asked, Manage, Organiser, Params};
use crate::no::No;

/// Make a series: a slot that recurs. Each occurrence that lies within its days ahead gets a slot of its own at once,
/// with the parts of the template and pools of its own; later ones get theirs as time goes on. With `dry_run=true` it
/// is only said what would come of it.
#[utoipa::path(
    post, path = "/v1/series", operation_id = "series_create", tag = "series",
    params(
        ("dry_run" = Option<bool>, Query, description = "Say what would come of it, and make nothing"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = SeriesDoc,
    security(("organiser" = ["manage"])),
    responses(
        (status = 200, description = "What would come of it", body = SeriesAnswer),
        (status = 201, description = "It is there", body = SeriesAnswer)
    ),
    extensions(("x-problems" = json!([
        "unknown", "credential_frozen", "name_taken", "invalid", "limit_reached", "too_few_units", "slot_over",
        "in_use", "value_wrong", "time_in_gap", "zone_unknown", "plan_wrong", "query_wrong"
    ])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    mut params: Params,
    asked: Asked<SeriesDoc>,
) -> Result<Answer, No> {
    let dry_run = params.flag("dry_run")?;
    params.end()?;
    let home = organiser.home;
    let key = Some(asked.once.key(organiser.caller(), home));
    let named = asked.body.template.clone();
    let template = look(&app, home, move |books| template_in(books, named.as_deref())).await?;
    let asking = Asking { expected: Expect::New, tell: Tell::AfterQuiet, by: organiser.credential() };
    let ask = reading(&app, home, |context| {
        let doc = asked.body.settled(context)?;
        make(&doc, template, context, asking)
    })?;
    let putting = Putting { ask, members: Vec::new(), dry_run, key };
    let (came, decided) = putting.carried_out(&app).await?;
    if dry_run {
        return answer(&came, &decided);
    }
    Ok(Answer::created(&came)?.version(came.series.version).replayed(decided.replayed))
}
