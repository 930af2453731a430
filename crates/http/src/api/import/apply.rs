//! `PUT /v1/import`.

use std::collections::BTreeSet;

use axum::extract::State;
use dayshelf_core::change::{Credential, Tell};
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::{Home, SlotId};
use dayshelf_core::refusal::Noun;
use dayshelf_desk::Reply;
use dayshelf_wire::import::{
    self, Draft, DraftShape, Drafts, ImportAnswer, ImportRequest, QuestionShape, ReadAs, SeriesDraft,
    SeriesDraftShape,
};
use dayshelf_wire::name::{SeriesRef, SlotRef};
use dayshelf_wire::problem::Kind;
use dayshelf_wire::series::ask::{Asking, make as asked_of};

use crate::answer::Answer;
use crate::api::author::reading;
use crate::app::App;
use crate::extract::{Large, Manage, Organiser, Params};
use crate::no::No;

/// Make draft slots of the entries of a calendar, once: the same calendar again makes none.
///
/// Zones are found by their own name, by the names that other programs have for them, or by the rules that the
/// calendar brings. What is unclear is asked, and nothing made of it. What recurs becomes a draft series; where no series
/// can be what it says, a draft for each occurrence of the coming 180 days. With `dry_run=true` it is only said what would
/// be made.
#[utoipa::path(
    put, path = "/v1/import", operation_id = "import_apply", tag = "import",
    params(("dry_run" = Option<bool>, Query, description = "Say what would be made, and make nothing")),
    request_body = ImportRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "What was made, and what has to be asked", body = ImportAnswer)),
    extensions(("x-problems" = json!(["unknown", "zone_unknown", "query_wrong", "value_wrong"])))
)]
pub(super) async fn apply(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    mut params: Params,
    Large(request): Large<ImportRequest>,
) -> Result<Answer, No> {
    let dry_run = params.flag("dry_run")?;
    params.end()?;
    let home = organiser.home;
    let reading = (app.clone(), known(&app, home).await?);
    // A large calendar takes a while, and others are served meanwhile.
    let read = tokio::task::spawn_blocking(move || read((&reading.0, &reading.1), home, request));
    let (planned, mut answer) =
        read.await.map_err(|fault| No::fault("a calendar could not be read", &fault))??;
    answer.dry_run = dry_run;
    for draft in planned.slots {
        make(&app, home, draft, &mut answer).await?;
    }
    for draft in planned.series {
        make_series(&app, organiser.credential(), (home, draft), &mut answer).await?;
    }
    Answer::ok(&answer)
}

/// The names of what is there: slugs of slots, keys of series.
async fn known(app: &App, home: Home) -> Result<BTreeSet<String>, No> {
    let slugs = app.board().organiser(home).map(|card| card.slugs.keys().cloned().collect::<Vec<_>>());
    let look = app.desk.look(home, |books, _| {
        let series = books.into_iter().flat_map(|books| books.series.values());
        series.map(|series| series.spec.key.clone()).collect::<Vec<_>>()
    });
    Ok(slugs.into_iter().flatten().chain(look.await?).collect())
}

fn read(
    (app, known): (&App, &BTreeSet<String>),
    home: Home,
    request: ImportRequest,
) -> Result<(Drafts, ImportAnswer), No> {
    let card = app.board().organiser(home).ok_or_else(|| No::unknown(Noun::Organiser))?;
    let how = ReadAs {
        zones: &app.zones,
        floating: request.zone.as_deref().unwrap_or(&card.organiser.spec.zone),
        field: "zone",
        unknown_zone: request.unknown_zone.as_deref(),
        now: app.now(),
        known,
    };
    Ok(import::read(request.calendar, how)?)
}

/// Makes a draft, unless it is there or only asked about.
async fn make(app: &App, home: Home, draft: Draft, answer: &mut ImportAnswer) -> Result<(), No> {
    let is_there = app.board().organiser(home).is_some_and(|card| card.slugs.contains_key(&draft.spec.slug));
    if is_there {
        answer.already += 1;
        return Ok(());
    }
    let id = SlotId(app.desk.mint().id(home));
    let spec = draft.spec.clone();
    let put = Command::MakeSlot { id, spec: Box::new(spec) };
    let slot = Some(SlotRef(id)).filter(|_| !answer.dry_run);
    match put_or_rehearsed(app, home, put, answer.dry_run).await {
        Ok(()) => answer.drafts.push(DraftShape::of(&draft, slot)),
        Err(no) => refused(no, draft.spec.title, answer)?,
    }
    Ok(())
}

/// Makes a draft series, unless it is there or only asked about.
async fn make_series(
    app: &App,
    by: Credential,
    (home, draft): (Home, SeriesDraft),
    answer: &mut ImportAnswer,
) -> Result<(), No> {
    let asking = Asking { expected: Expect::New, tell: Tell::AfterQuiet, by };
    let ask = match reading(app, home, |context| asked_of(&draft.doc, None, context, asking)) {
        Ok(ask) => ask,
        Err(problem) => return refused(problem.into(), draft.doc.title, answer),
    };
    let id = ask.id;
    let put = Command::PutSeries(Box::new(ask));
    let series = Some(SeriesRef(id)).filter(|_| !answer.dry_run);
    match put_or_rehearsed(app, home, put, answer.dry_run).await {
        Ok(()) => answer.series.push(SeriesDraftShape::of(&draft, series)),
        Err(no) => refused(no, draft.doc.title, answer)?,
    }
    Ok(())
}

async fn put_or_rehearsed(app: &App, home: Home, put: Command, dry_run: bool) -> Result<(), No> {
    if !dry_run {
        return app.submit(home, put, None).await.map(drop);
    }
    match app.desk.rehearse(home, put).await {
        Reply::Done(_) => Ok(()),
        Reply::Refused { refusal, .. } => Err(No::from(refusal)),
        Reply::Fault(fault) => Err(fault.into()),
    }
}

/// What was not made: it is there already, or it is a question.
fn refused(no: No, title: String, answer: &mut ImportAnswer) -> Result<(), No> {
    match no.problem().kind {
        Kind::NameTaken => answer.already += 1,
        kind if kind.status() < 500 => {
            answer.questions.push(QuestionShape { uid: None, title, question: no.problem().detail.clone() });
        }
        _ => return Err(no),
    }
    Ok(())
}
