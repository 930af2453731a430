//! `POST /v1/slots/{slot}/template`.

use std::collections::BTreeMap;

use axum::extract::State;
use dayshelf_core::command::{ApplyTemplate, Command};
use dayshelf_core::ids::SlotId;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::template::Template;
use dayshelf_desk::Reply;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::plan::diff::PartsBefore;
use dayshelf_wire::plan::single::PlanAnswer;
use dayshelf_wire::plan::template::TemplateText;
use dayshelf_wire::template::ApplyTemplateRequest;

use crate::answer::Answer;
use crate::api::author::{look, place_of, reading, slot_in};
use crate::app::App;
use crate::extract::{Asked, IfMatch, Manage, Own, Params};
use crate::no::No;

/// Give a slot the parts of a template, or bring it up to its newest version. With `dry_run=true` it is only said
/// what would change, field by field.
///
/// Parts that an older version had put and the newest does not have go, unless somebody uses them; what the
/// organiser added to the slot stays. Parts of the template that were changed by hand are as it says again.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/template", operation_id = "template_apply", tag = "templates",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("dry_run" = Option<bool>, Query, description = "Say what would change, and change nothing"),
        ("If-Match" = String, Header, description = "The slot's ETag"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = ApplyTemplateRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "What changed, in order", body = PlanAnswer)),
    extensions(("x-problems" = json!([
        "unknown", "version_stale", "name_taken", "invalid", "limit_reached", "in_use", "slot_cancelled",
        "too_few_units", "value_wrong", "time_in_gap", "zone_unknown", "plan_wrong", "query_wrong"
    ])))
)]
pub(super) async fn apply(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    IfMatch(expected): IfMatch,
    mut params: Params,
    asked: Asked<ApplyTemplateRequest>,
) -> Result<Answer, No> {
    let dry_run = params.flag("dry_run")?;
    params.end()?;
    let (home, slot) = (own.id.home(), own.id);
    let key = asked.once.key(own.organiser.caller(), home);
    // A retry is answered as the first time, when the parts were not yet as they are; so only who looks is told fields.
    let before = match dry_run {
        true => look(&app, home, move |books| Ok(PartsBefore::of(books, slot))).await?,
        false => PartsBefore::default(),
    };
    let (template, values) = chosen(&app, slot, asked.body).await?;
    let place = place_of(&app, slot).await?;
    let text = TemplateText::kept(&template.text)?;
    let parts = reading(&app, home, |context| text.parts(&values, context, &place))?;
    let (template, version) = (template.id, template.version);
    let ask = ApplyTemplate { slot, expected, template, version, values, parts };
    let command = Command::ApplyTemplate(Box::new(ask));
    let decided = match dry_run {
        true => match app.desk.rehearse(home, command).await {
            Reply::Done(decided) => decided,
            Reply::Refused { refusal, .. } => return Err(refusal.into()),
            Reply::Fault(fault) => return Err(fault.into()),
        },
        false => app.submit(home, command, Some(key)).await?,
    };
    let changes = decided.facts.iter().map(|fact| before.change(fact)).collect();
    Ok(Answer::ok(&PlanAnswer { dry_run, changes })?.replayed(decided.replayed))
}

/// The template that is asked for, or the slot's own, with the values for it.
async fn chosen(
    app: &App,
    slot: SlotId,
    asked: ApplyTemplateRequest,
) -> Result<(Template, BTreeMap<String, String>), No> {
    let given: BTreeMap<String, String> =
        asked.with.iter().map(|(name, value)| (name.clone(), value.text())).collect();
    look(app, slot.home(), move |books| {
        let unknown = Refusal::Unknown(Noun::Template);
        let known = slot_in(books, slot)?;
        let Some(key) = asked.template else {
            let applied = known.template.as_deref().ok_or(unknown.clone())?;
            let template = books.templates.get(&applied.template).ok_or(unknown)?;
            let values = if given.is_empty() { applied.values.clone() } else { given };
            return Ok((template.clone(), values));
        };
        let template = books.templates.values().find(|template| template.key == key);
        Ok((template.ok_or(unknown)?.clone(), given))
    })
    .await
}
