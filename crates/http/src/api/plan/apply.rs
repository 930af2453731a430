//! `PUT /v1/plan`.

use std::sync::Arc;

use axum::extract::State;
use dayshelf_core::books::{Books, needs};
use dayshelf_core::change::Tell;
use dayshelf_core::command::{ApplyPlan, Command, Leave};
use dayshelf_core::decide::place_in_plan;
use dayshelf_core::ids::Home;
use dayshelf_core::plan::Plan;
use dayshelf_desk::{Decided, Reply};
use dayshelf_wire::change::TellShape;
use dayshelf_wire::plan::diff::NamesBefore;
use dayshelf_wire::plan::doc::PlanDoc;
use dayshelf_wire::plan::single::{PlanAnswer, SlotClock};
use dayshelf_wire::plan::{locate, read_json, read_toml};
use dayshelf_wire::problem::{Kind, Problem};
use serde_json::Value;

use crate::answer::Answer;
use crate::api::author::reading;
use crate::app::App;
use crate::extract::{Manage, Organiser, Params, PlanBytes};
use crate::no::No;

const JSON: &str = "application/json";
const TOML: &str = "application/toml";

/// Bring everything that the plan names to what it says, or nothing. The same plan again changes nothing.
///
/// What the plan does not name stays as it is, except windows, offers and fulfilment blocks of slots that
/// it names. With `dry_run=true` it is only said what would change. Product tables come inside the plan,
/// as `products.csv`.
#[utoipa::path(
    put, path = "/v1/plan", operation_id = "plan_apply", tag = "plan",
    params(
        ("dry_run" = Option<bool>, Query, description = "Say what would change, and change nothing"),
        ("yes" = Option<bool>, Query, description = "It is meant, even where it destroys what people have or were promised"),
        ("tell" = Option<TellShape>, Query, description = "Whether and when customers hear of other times and places")
    ),
    request_body(content((PlanDoc = "application/json"), (String = "application/toml"))),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "What changed, in order; nothing when all was so already", body = PlanAnswer)),
    extensions(("x-problems" = json!([
        "unknown", "credential_frozen", "name_taken", "invalid", "limit_reached", "in_use", "needs_yes", "slot_cancelled", "slot_over",
        "too_few_units", "time_in_gap", "zone_unknown", "currency_unknown", "plan_wrong", "query_wrong"
    ])))
)]
pub(super) async fn apply(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    mut params: Params,
    sent: PlanBytes,
) -> Result<Answer, No> {
    let dry_run = params.flag("dry_run")?;
    let yes = params.flag("yes")?;
    let tell = tell(&mut params)?;
    params.end()?;
    let home = organiser.home;
    let sent = Arc::new(sent);
    let plan = read(&app, home, Arc::clone(&sent)).await?;
    let clocks = SlotClock::of_plan(&plan, &app.zones);
    let names = names(&app, home, &plan).await?;
    let leave = if yes { Leave::Given } else { Leave::NotAsked };
    let by = organiser.credential();
    let ask = ApplyPlan { plan, by, tell, leave };
    let command = Command::ApplyPlan(Box::new(ask.clone()));
    let decided =
        if dry_run { rehearse(&app, home, command).await } else { app.submit(home, command, None).await };
    let decided = match decided {
        Ok(decided) => decided,
        Err(no) => {
            let place = place_of(&app, home, (ask, no.problem().kind)).await?;
            return Err(no.map(|problem| with_place(problem.in_plan(&place), &sent)));
        }
    };
    let changes = decided.facts.iter().map(|fact| names.change(fact)).collect();
    Answer::ok(&PlanAnswer { dry_run, changes, clocks })
}

/// What the parts of its slots are called before the plan is done.
async fn names(app: &App, home: Home, plan: &Plan) -> Result<NamesBefore, No> {
    let slugs: Vec<String> = plan.slots.iter().map(|slot| slot.spec.slug.clone()).collect();
    let look = move |books: Option<&Books>, _| books.map(|books| NamesBefore::of(books, &slugs));
    Ok(app.desk.look(home, look).await?.unwrap_or_default())
}

/// The path of the thing that a plan was refused at. It is found by trying the plan once more, aside from any
/// transaction: if it is not refused for the same any more, nothing is said.
async fn place_of(app: &App, home: Home, (ask, kind): (ApplyPlan, Kind)) -> Result<String, No> {
    let command = Command::ApplyPlan(Box::new(ask.clone()));
    let look = move |books: Option<&Books>, now| place_in_plan(books?, now, &ask);
    let found = app.desk.study(home, move |books| needs(books, &command), look).await?;
    let same = found.filter(|(refusal, _)| Problem::from(refusal).kind == kind);
    Ok(same.map(|(_, place)| place).unwrap_or_default())
}

/// Who hears of other times and places.
fn tell(params: &mut Params) -> Result<Tell, No> {
    match params.take("tell").as_deref() {
        None | Some("after_quiet") => Ok(Tell::AfterQuiet),
        Some("now") => Ok(Tell::Now),
        Some("nobody") => Ok(Tell::Nobody),
        Some(_) => {
            let detail = "`tell` is `now`, `after_quiet` or `nobody`.";
            Err(Problem::new(Kind::QueryWrong, detail).with("field", "tell").into())
        }
    }
}

/// Reads the plan aside: a large one takes a while, and others are served meanwhile.
pub(super) async fn read(app: &App, home: Home, sent: Arc<PlanBytes>) -> Result<Plan, No> {
    let app = app.clone();
    let read = tokio::task::spawn_blocking(move || match sent.media_type.as_str() {
        JSON => reading(&app, home, |context| read_json(&sent.bytes, context)),
        TOML => {
            let text = str::from_utf8(&sent.bytes).map_err(|flaw| not_text(&sent.bytes, flaw))?;
            reading(&app, home, |context| read_toml(text, context))
        }
        _ => Err(Problem::media_type_wrong(&[JSON, TOML])),
    });
    Ok(read.await.map_err(|fault| No::fault("a plan could not be read", &fault))??)
}

fn not_text(bytes: &[u8], flaw: std::str::Utf8Error) -> Problem {
    let line = bytes[..flaw.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
    Problem::new(Kind::PlanWrong, format!("line {line}: This is not UTF-8.")).with("line", line)
}

/// What the plan would change, or why it would not be taken.
async fn rehearse(app: &App, home: Home, plan: Command) -> Result<Decided, No> {
    match app.desk.rehearse(home, plan).await {
        Reply::Done(decided) => Ok(decided),
        Reply::Refused { refusal, .. } => Err(refusal.into()),
        Reply::Fault(fault) => Err(fault.into()),
    }
}

/// The line of the field that is wrong, where the plan has lines.
pub(super) fn with_place(problem: Problem, sent: &PlanBytes) -> Problem {
    let text = Some(sent).filter(|sent| sent.media_type == TOML);
    let text = text.and_then(|sent| str::from_utf8(&sent.bytes).ok());
    let field = problem.members.get("field").and_then(Value::as_str);
    let Some(at) = text.zip(field).and_then(|(text, field)| locate(text, field)) else { return problem };
    let detail = format!("line {}, column {}: {}", at.line, at.column, problem.detail);
    Problem { detail, ..problem }.with("line", at.line).with("column", at.column)
}
