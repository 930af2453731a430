//! `GET /v1/sign-in-rules`, `PUT /v1/sign-in-rules`: what the organiser asks of whoever signs in for it.

use axum::extract::State;
use dayshelf_wire::domain::SignInRules;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Owner, Session};
use crate::no::No;

/// What the organiser asks of whoever signs in.
#[utoipa::path(
    get, path = "/v1/sign-in-rules", operation_id = "sign_in_rules_show", tag = "people",
    security(("session" = ["owner"])),
    responses((status = 200, description = "The rules", body = SignInRules))
)]
pub(super) async fn show(State(app): State<App>, session: Session<Owner>) -> Result<Answer, No> {
    let since = app.store.factor_rule(session.kept.home).await?;
    Answer::ok(&SignInRules { second_factor: since.is_some() })
}

/// Ask something of whoever signs in. It counts from everybody's next request on, for the one who sets it too.
#[utoipa::path(
    put, path = "/v1/sign-in-rules", operation_id = "sign_in_rules_change", tag = "people",
    request_body = SignInRules,
    security(("session" = ["owner"])),
    responses((status = 200, description = "The rules as they count now", body = SignInRules))
)]
pub(super) async fn change(
    State(app): State<App>,
    session: Session<Owner>,
    Body(rules): Body<SignInRules>,
) -> Result<Answer, No> {
    let home = session.kept.home;
    // Set once more, it stays as old as it is.
    if rules.second_factor != app.store.factor_rule(home).await?.is_some() {
        app.store.put_factor_rule(home, rules.second_factor.then(|| app.now())).await?;
    }
    Answer::ok(&rules)
}
