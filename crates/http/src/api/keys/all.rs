//! `GET /v1/keys`.

use axum::extract::State;
use dayshelf_core::change::Credential;
use dayshelf_core::organiser::ApiKey;
use dayshelf_wire::access::KeyShape;
use dayshelf_wire::page::Page;
use dayshelf_wire::time::At;

use crate::answer::Answer;
use crate::api::author::look;
use crate::app::App;
use crate::extract::{Manage, Organiser};
use crate::heard::Heard;
use crate::no::No;

/// All API keys that were not revoked, without their texts, on one page.
#[utoipa::path(
    get, path = "/v1/keys", operation_id = "key_list", tag = "keys",
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "All of them", body = Page<KeyShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn all(State(app): State<App>, organiser: Organiser<Manage>) -> Result<Answer, No> {
    let keys = look(&app, organiser.home, |books| {
        let frozen = |key| books.guards.get(&Credential::Key(key)).and_then(|guard| guard.frozen);
        let shape =
            |key: &ApiKey| KeyShape { frozen_since: frozen(key.id).map(At), ..KeyShape::of(key, None) };
        Ok(books.keys.values().map(|key| (key.id, shape(key))).collect::<Vec<_>>())
    })
    .await?;
    let heard = Heard::all(&app, organiser.home).await?;
    let items =
        keys.into_iter().map(|(id, shape)| KeyShape { heard_at: heard(id).map(At), ..shape }).collect();
    Answer::ok(&Page { items, next: None })
}
