//! `GET /v1/calendar`.

use axum::extract::State;
use dayshelf_core::ids::SlotId;
use dayshelf_core::slot::Slot;
use dayshelf_core::time::{Instant, Span};
use dayshelf_wire::calendar::CalendarSlot;
use dayshelf_wire::page::{Page, cursor};
use dayshelf_wire::problem::{Kind, Problem};

use super::list::place;
use crate::answer::Answer;
use crate::api::author::look;
use crate::app::App;
use crate::extract::{Organiser, Params, Read};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "calendar";
/// A calendar without `from` begins so long ago.
const BEFORE: Span = Span::hours(31 * 24);
/// A calendar without `to` ends so long after its beginning.
const AFTER: Span = Span::hours(366 * 24);

/// The organiser's own calendar: every slot, drafts and cancelled ones too, by start, with its windows and how
/// much of it is sold. A slot is there when any of it, or of its windows, lies between the two times.
#[utoipa::path(
    get, path = "/v1/calendar", operation_id = "calendar_own", tag = "slots",
    params(
        ("from" = Option<String>, Query, description = "What is over at this time is left out; 31 days ago if left out"),
        ("to" = Option<String>, Query, description = "What begins at this time or later is left out; 366 days after `from` if left out"),
        ("limit" = Option<u32>, Query, description = "Slots on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "A page of the calendar", body = Page<CalendarSlot>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn calendar(
    State(app): State<App>,
    organiser: Organiser<Read>,
    mut params: Params,
) -> Result<Answer, No> {
    let now = app.now();
    let from = params.instant("from")?.unwrap_or(Instant(now.0.saturating_sub(BEFORE.0)));
    let until = params.instant("to")?.unwrap_or(from.plus(AFTER));
    let limit = params.limit()?;
    let after = params.cursor(LIST)?.map(|key| place(&key)).transpose()?;
    params.end()?;
    if until < from {
        let problem = Problem::new(Kind::QueryWrong, "to: this is before `from`.").with("field", "to");
        return Err(problem.into());
    }
    let page = look(&app, organiser.home, move |books| {
        let within = |slot: &&Slot| {
            let times = &slot.spec.times;
            let windows =
                books.windows_of(slot.id).map(|window| (window.spec.opens.at, window.spec.closes.at));
            let mut spans = windows.chain([(times.start, times.end)]);
            spans.any(|(start, end)| start < until && from < end)
        };
        let mut found: Vec<&Slot> = books.slots.values().filter(within).collect();
        found.sort_by_key(|slot| place_of(slot));
        found.retain(|slot| after.is_none_or(|after| after < place_of(slot)));
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|slot| key(slot));
        let items = found.into_iter().map(|slot| CalendarSlot::of(books, slot, now)).collect::<Vec<_>>();
        Ok(Page { items, next })
    })
    .await?;
    Answer::ok(&page)
}

fn place_of(slot: &Slot) -> (Instant, SlotId) {
    (slot.spec.times.start, slot.id)
}

fn key(slot: &Slot) -> String {
    let (start, id) = place_of(slot);
    cursor(LIST, &[&start.0.to_be_bytes()[..], &id.0.to_bytes()].concat())
}
