//! `POST /v1/calendar-passwords`.

use axum::extract::State;
use dayshelf_core::ids::PasswordId;
use dayshelf_core::refusal::Noun;
use dayshelf_core::refusal::Refusal;
use dayshelf_core::text::Secret;
use dayshelf_desk::random;
use dayshelf_store::AppPassword;
use dayshelf_wire::caldav::{
    AppPasswordRequest, AppPasswordShape, CalendarScope, password_digest, password_text,
};

use super::{password_shape, user};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Manage, Organiser};
use crate::no::No;

/// Passwords of one organiser.
const PASSWORDS_MAX: usize = 200;

/// Make a password for a calendar app. Its text is answered here, once, and kept as a digest only. It moves no
/// units, so a retry makes another one: revoke what is not used.
#[utoipa::path(
    post, path = "/v1/calendar-passwords", operation_id = "calendar_password_issue", tag = "calendars",
    request_body = AppPasswordRequest,
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "The password with its text", body = AppPasswordShape)),
    extensions(("x-problems" = json!(["unknown", "limit_reached"])))
)]
pub(super) async fn issue(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    Body(request): Body<AppPasswordRequest>,
) -> Result<Answer, No> {
    let home = organiser.home;
    let (name, calendars) = request.checked()?;
    if app.store.app_passwords(home).await?.len() >= PASSWORDS_MAX {
        return Err(Refusal::LimitReached { noun: Noun::Key, max: PASSWORDS_MAX as u32 }.into());
    }
    let text = password_text(&Secret(random()));
    let password = AppPassword {
        id: PasswordId(app.desk.mint().id(home)),
        digest: password_digest(&text, home),
        name,
        calendars,
        may_write: request.scope == CalendarScope::Write,
        made: app.now(),
        used: None,
        used_by: String::new(),
    };
    app.store.keep_app_password(password.clone()).await?;
    let shape: AppPasswordShape = password_shape(&app, &user(&app, home)?, &password, Some(text));
    Answer::created(&shape)
}
