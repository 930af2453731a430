//! `PATCH /v1/calendars`.

use axum::extract::State;
use dayshelf_store::{CalendarChange, FaultKind};
use dayshelf_wire::caldav::{CalendarRequest, CalendarShape};
use dayshelf_wire::problem::Problem;

use super::{calendar_shape, user};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Manage, Organiser};
use crate::no::No;

/// How often an app may be faster.
const TRIES: usize = 20;

/// Switch a calendar on or off. Apps are told at their next look; what stands in it is kept.
#[utoipa::path(
    patch, path = "/v1/calendars", operation_id = "calendar_change", tag = "calendars",
    request_body = CalendarRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The calendar", body = CalendarShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    Body(request): Body<CalendarRequest>,
) -> Result<Answer, No> {
    let home = organiser.home;
    for _ in 0..TRIES {
        let known = app.store.calendars(home).await?;
        let (seen, edition) = (known.revision, known.edition);
        let mut calendars = known.completed();
        let calendar = calendars.iter_mut().find(|calendar| calendar.name == request.name);
        let calendar =
            calendar.ok_or_else(|| Problem::value_wrong("name", "there is no calendar of this name"))?;
        calendar.shown = request.shown;
        let changed = calendar.clone();
        let change = CalendarChange { seen, edition, calendars, ..CalendarChange::default() };
        match app.store.change_calendars(home, change).await {
            Ok(()) => {
                return Answer::ok(&calendar_shape(&app, home, &user(&app, home)?, &changed).await?);
            }
            Err(fault) if fault.kind() == FaultKind::Retry => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    Err(Problem::busy(1).into())
}
