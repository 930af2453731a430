//! `GET /v1/calendar-passwords`.

use axum::extract::State;
use dayshelf_store::AppPassword;
use dayshelf_wire::caldav::AppPasswordShape;
use dayshelf_wire::page::Page;
use dayshelf_wire::time::At;

use super::{frozen, password_shape, user};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Organiser};
use crate::no::No;

/// All passwords of calendar apps, without their texts, on one page, with their last use.
#[utoipa::path(
    get, path = "/v1/calendar-passwords", operation_id = "calendar_password_list", tag = "calendars",
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "All of them", body = Page<AppPasswordShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn passwords(State(app): State<App>, organiser: Organiser<Manage>) -> Result<Answer, No> {
    let user = user(&app, organiser.home)?;
    let all = app.store.app_passwords(organiser.home).await?;
    let frozen = frozen(&app, organiser.home).await?;
    let shape = |password: &AppPassword| AppPasswordShape {
        frozen_since: frozen.get(&password.id).copied().map(At),
        ..password_shape(&app, &user, password, None)
    };
    let items = all.iter().map(shape).collect();
    Answer::ok(&Page::<AppPasswordShape> { items, next: None })
}
