//! API keys: making one, seeing which there are, ending one.

mod all;
mod issue;
mod revoke;
mod unfreeze;

use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{Home, KeyId};
use dayshelf_wire::access::{KeyRequest, KeyShape};
use dayshelf_wire::secret::{Bearer, Opens, secret_digest};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::facts::find;
use crate::app::App;
use crate::extract::{Caller, Once};
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(all::all, issue::issue))
        .routes(routes!(revoke::revoke))
        .routes(routes!(unfreeze::unfreeze))
}

/// Issues a key once for this idempotency key, and says its text also to a retry. The flag says whether
/// it was one.
pub(super) async fn issued(
    app: &App,
    home: Home,
    (once, caller): (&Once, Caller),
    request: &KeyRequest,
) -> Result<(KeyShape, bool), No> {
    let key = once.key(caller, home);
    let secret = once.secret(&key.salt, "key");
    let id = KeyId(app.desk.mint().id(home));
    let made = request.key(id, secret_digest(&secret), app.now())?;
    let decided = app.submit(home, Command::IssueKey(Box::new(made)), Some(key)).await?;
    let made = find(&decided, |fact| match fact {
        Fact::KeyIssued(key) => Some(key),
        _ => None,
    })?;
    // A replay has another salt: the first one, which makes the first secret again.
    let secret = once.secret(&decided.salt, "key");
    let text = Bearer { opens: Opens::Api, id: made.id.0, secret }.text();
    Ok((KeyShape::of(made, Some(text)), decided.replayed))
}
