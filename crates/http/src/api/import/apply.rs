//! `PUT /v1/import`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::{Home, SlotId};
use dayshelf_core::refusal::Noun;
use dayshelf_ical::document::Document;
use dayshelf_ical::import::read_with;
use dayshelf_ical::zone::Zone;
use dayshelf_ical::zone::legend::Legend;
use dayshelf_wire::import::{Draft, DraftShape, ImportAnswer, ImportRequest, QuestionShape, Terms, drafts};
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::problem::{Kind, Problem};

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Large, Manage, Organiser, Params};
use crate::no::No;

/// Faults of a calendar's lines that are told at most.
const FLAWS_MAX: usize = 20;

/// Make draft slots of the entries of a calendar, once: the same calendar again makes none.
///
/// Zones are found by their own name, by the names that other programs have for them, or by the rules that the
/// calendar brings. What is unclear is asked, and nothing made of it. A series becomes a draft for each occurrence of
/// the coming 180 days. With `dry_run=true` it is only said what would be made.
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
    let reading = app.clone();
    // A large calendar takes a while, and others are served meanwhile.
    let read = tokio::task::spawn_blocking(move || read(&reading, home, request));
    let (planned, mut answer) =
        read.await.map_err(|fault| No::fault("a calendar could not be read", &fault))??;
    answer.dry_run = dry_run;
    for draft in planned {
        make(&app, home, draft, &mut answer).await?;
    }
    Answer::ok(&answer)
}

fn read(app: &App, home: Home, request: ImportRequest) -> Result<(Vec<Draft>, ImportAnswer), No> {
    let card = app.board().organiser(home).ok_or_else(|| No::unknown(Noun::Organiser))?;
    let zone = |field: &str, name: &str| -> Result<Zone, No> {
        app.zones.zone(name).map_err(|unknown| Problem::zone_unknown(field, &unknown).into())
    };
    let floating = match &request.zone {
        Some(name) => zone("zone", name)?,
        None => zone("zone", &card.organiser.spec.zone)?,
    };
    let told = request.unknown_zone.as_deref().map(|name| zone("unknown_zone", name)).transpose()?;
    let wrong = |what: &str| No::from(Problem::value_wrong("calendar", what));
    let document = Document::read(request.calendar).map_err(|_| wrong("the calendar is too big"))?;
    if document.nodes("VCALENDAR").next().is_none() {
        return Err(wrong("this is no calendar: it has no BEGIN:VCALENDAR"));
    }
    let legend = Legend::of(&document, &app.zones, floating.clone());
    let legend = told.iter().fold(legend, |legend, zone| legend.answered(zone));
    let import = read_with(&document, legend);
    let (planned, mut answer) = drafts(&import, Terms { zone: &floating, now: app.now() });
    answer.flaws = document.flaws().iter().take(FLAWS_MAX).map(ToString::to_string).collect();
    Ok((planned, answer))
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
    let made = if answer.dry_run {
        match app.desk.rehearse(home, put).await {
            dayshelf_desk::Reply::Done(_) => Ok(()),
            dayshelf_desk::Reply::Refused { refusal, .. } => Err(No::from(refusal)),
            dayshelf_desk::Reply::Fault(fault) => return Err(fault.into()),
        }
    } else {
        app.submit(home, put, None).await.map(drop)
    };
    let slot = Some(SlotRef(id)).filter(|_| !answer.dry_run);
    match made {
        Ok(()) => answer.drafts.push(DraftShape::of(&draft, slot)),
        Err(no) if no.problem().kind == Kind::NameTaken => answer.already += 1,
        Err(no) if no.problem().kind.status() < 500 => answer.questions.push(QuestionShape {
            uid: None,
            title: draft.spec.title,
            question: no.problem().detail.clone(),
        }),
        Err(no) => return Err(no),
    }
    Ok(())
}
