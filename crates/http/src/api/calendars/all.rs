//! `GET /v1/calendars`.

use axum::extract::State;
use dayshelf_wire::caldav::CalendarShape;
use dayshelf_wire::page::Page;

use super::{calendar_shape, user};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Organiser, Read};
use crate::no::No;

/// All calendars of calendar apps, on one page, with what has to be asked about their entries.
#[utoipa::path(
    get, path = "/v1/calendars", operation_id = "calendar_list", tag = "calendars",
    security(("organiser" = ["read"])),
    responses((status = 200, description = "All of them", body = Page<CalendarShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn all(State(app): State<App>, organiser: Organiser<Read>) -> Result<Answer, No> {
    let user = user(&app, organiser.home)?;
    let mut items = Vec::new();
    for calendar in app.store.calendars(organiser.home).await?.completed() {
        items.push(calendar_shape(&app, organiser.home, &user, &calendar).await?);
    }
    Answer::ok(&Page { items, next: None })
}
