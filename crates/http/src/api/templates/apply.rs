//! `POST /v1/slots/{slot}/template`.

use std::collections::BTreeMap;

use axum::extract::State;
use dayshelf_core::change::Wish;
use dayshelf_core::ids::SlotId;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::template::Filling;
use dayshelf_wire::change::ChangeAnswer;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::template::ApplyTemplateRequest;

use super::comes_to;
use crate::answer::Answer;
use crate::api::author::{look, slot_in};
use crate::api::slots::pipeline::{Wanted, carried_out, rehearsed};
use crate::app::App;
use crate::extract::{Asked, IfMatch, Manage, Own, Params};
use crate::no::No;

/// Give a slot the parts of a template, or bring it up to its newest version. With `dry_run=true` it is only said
/// what would come of it, field by field.
///
/// Parts that an older version had put and the newest does not have go, unless somebody uses them; what the
/// organiser added to the slot stays. Parts of the template that were changed by hand are as it says again. It goes the
/// way of every change of a slot: what would take from people what they were promised waits for a yes, and the answer is
/// 202; who bought is told of a pickup that is elsewhere; it can be taken back by `undo` within the quiet time.
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
    responses(
        (status = 200, description = "It is done, or what would come of it", body = ChangeAnswer),
        (status = 202, description = "It waits for a yes", body = ChangeAnswer)
    ),
    extensions(("x-problems" = json!([
        "unknown", "credential_frozen", "version_stale", "name_taken", "invalid", "limit_reached", "in_use",
        "slot_cancelled", "too_few_units", "value_wrong", "time_in_gap", "zone_unknown", "plan_wrong", "query_wrong"
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
    let slot = own.id;
    let key = asked.once.key(own.organiser.caller(), slot.home());
    let tell = asked.body.tell.into();
    let mut filling = chosen(&app, slot, asked.body).await?;
    filling.parts = comes_to(&app, slot, &filling).await?;
    let wish = Wish::Template(Box::new(filling));
    let wanted = Wanted { slot, expected, wish, tell, place: None };
    let ask = wanted.ask(&app, own.organiser.credential()).await?;
    if dry_run { rehearsed(&app, ask).await } else { carried_out(&app, ask, Some(key)).await }
}

/// The template that is asked for, or the slot's own, with the values for it.
async fn chosen(app: &App, slot: SlotId, asked: ApplyTemplateRequest) -> Result<Filling, No> {
    let given: BTreeMap<String, String> =
        asked.with.iter().map(|(name, value)| (name.clone(), value.text())).collect();
    look(app, slot.home(), move |books| {
        let unknown = Refusal::Unknown(Noun::Template);
        let known = slot_in(books, slot)?;
        let (template, values) = match asked.template {
            Some(key) => (books.templates.values().find(|template| template.key == key), given),
            None => {
                let applied = known.template.as_deref().ok_or(unknown.clone())?;
                let values = if given.is_empty() { applied.values.clone() } else { given };
                (books.templates.get(&applied.template), values)
            }
        };
        let template = template.ok_or(unknown)?;
        Ok(Filling { template: template.id, version: template.version, values, parts: None })
    })
    .await
}
