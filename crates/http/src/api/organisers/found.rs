//! `POST /v1/organisers`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{Home, OrganiserId};
use dayshelf_core::look::Look;
use dayshelf_core::organiser::{Organiser, PassKey};
use dayshelf_core::text::Secret;
use dayshelf_desk::{Decided, random};
use dayshelf_wire::access::{FoundedShape, KeyRequest, OrganiserShape, ScopeShape};
use dayshelf_wire::pass::public_key;
use dayshelf_wire::plan::doc::OrganiserDoc;
use dayshelf_wire::plan::single;

use crate::answer::Answer;
use crate::api::author::read_with;
use crate::api::facts::find;
use crate::api::keys::issued;
use crate::app::App;
use crate::extract::{Asked, Caller, Once, Operator};
use crate::no::No;

/// Open the books of a new organiser, with a key that signs its passes, and issue its first API key. A
/// retry with the same idempotency key gets the same key again.
#[utoipa::path(
    post, path = "/v1/organisers", operation_id = "organiser_found", tag = "organisers",
    params(("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")),
    request_body = OrganiserDoc,
    security(("operator" = [])),
    responses((status = 201, description = "The organiser and its first API key", body = FoundedShape)),
    extensions(("x-problems" = json!(["name_taken", "invalid", "limit_reached", "zone_unknown", "currency_unknown", "plan_wrong"])))
)]
pub(super) async fn found(
    State(app): State<App>,
    _: Operator,
    asked: Asked<OrganiserDoc>,
) -> Result<Answer, No> {
    let once = (&asked.once, Caller::Operator);
    let (decided, organiser) = founded(&app, &asked.body, once).await?;
    let first = KeyRequest { name: "first key".to_owned(), scope: ScopeShape::Manage, expires: None };
    // Whoever was cut off between the two gets the key by a retry.
    let (key, _) = issued(&app, decided.home, once, &first).await?;
    let version = organiser.version;
    let answer = Answer::created(&FoundedShape { organiser, key })?;
    Ok(answer.version(version).replayed(decided.replayed))
}

/// Opens the books of a new organiser, once for this idempotency key.
pub(in crate::api) async fn founded(
    app: &App,
    doc: &OrganiserDoc,
    (once, caller): (&Once, Caller),
) -> Result<(Decided, OrganiserShape), No> {
    // Number 0 is the shard itself; the desk gives the new organiser its own.
    let shard = Home { shard: app.desk.shard_of_slug(&doc.slug), number: 0 };
    let spec = read_with(app, shard, (None, None), |context| single::organiser(doc, context));
    let spec = spec.map_err(|problem| No::from(problem).alone())?;
    let seed: [u8; 32] = random();
    let pass_key = PassKey { number: 1, seed: Secret(seed), public: public_key(&seed), made_at: app.now() };
    let id = OrganiserId(app.desk.mint().id(shard));
    let organiser = Organiser { id, version: 1, spec, look: Look::default(), pass_keys: vec![pass_key] };
    let key = once.key(caller, shard);
    let command = Command::Found(Box::new(organiser));
    let decided = app.submit(shard, command, Some(key)).await.map_err(No::alone)?;
    let organiser = find(&decided, |fact| match fact {
        Fact::OrganiserFounded(organiser) => Some(OrganiserShape::from(&**organiser)),
        _ => None,
    })?;
    Ok((decided, organiser))
}
