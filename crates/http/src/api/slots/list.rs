//! `GET /v1/organisers/{organiser}/slots`.

use std::sync::Arc;

use axum::extract::{Path, State};
use dayshelf_core::ids::{Id, SlotId};
use dayshelf_core::refusal::Noun;
use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::SlotCard;
use dayshelf_relay::live::{Reading, Viewer};
use dayshelf_wire::page::{Page, cursor};
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::slot::SlotLine;

use super::shape::line;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::Params;
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "slots";
/// A calendar without `from` begins so long ago: what runs since yesterday may still sell.
const BEFORE: Span = Span::hours(24);
/// A calendar without `to` ends so long after its beginning.
const AFTER: Span = Span::hours(366 * 24);

/// An organiser's calendar: what is published or was called off, by start.
#[utoipa::path(
    get, path = "/v1/organisers/{organiser}/slots", operation_id = "slot_list", tag = "slots",
    params(
        ("organiser" = String, Path, description = "The organiser's name in addresses"),
        ("from" = Option<String>, Query, description = "Slots that start at this time or later; a day ago if left out"),
        ("to" = Option<String>, Query, description = "Slots that start before this time; a year after `from` if left out"),
        ("limit" = Option<u32>, Query, description = "Slots on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    responses((status = 200, description = "A page of the calendar", body = Page<SlotLine>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn list(
    State(app): State<App>,
    Path(slug): Path<String>,
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
    let organiser = app.board().organiser_by_slug(&slug).ok_or_else(|| No::unknown(Noun::Organiser))?;
    let from = after.map_or(from, |(start, _)| start.max(from));
    let cards = app.board().slots_between(organiser.organiser.id.home(), from, until);
    let seen = |card: &Arc<SlotCard>| {
        let slot = &card.sheet.slot;
        slot.state.is_public() && after.is_none_or(|after| after < (slot.spec.times.start, slot.id))
    };
    let mut rest = cards.into_iter().filter(seen).peekable();
    let cards: Vec<Arc<SlotCard>> = rest.by_ref().take(limit).collect();
    let next = cards.last().filter(|_| rest.peek().is_some()).map(|last| key(&last.sheet.slot));
    let items: Vec<SlotLine> =
        cards.iter().map(|card| line(card, &Reading::of(card, &Viewer::Public, now))).collect();
    Answer::ok(&Page { items, next })
}

fn key(slot: &dayshelf_core::slot::Slot) -> String {
    let start = slot.spec.times.start.0.to_be_bytes();
    cursor(LIST, &[&start[..], &slot.id.0.to_bytes()].concat())
}

pub(super) fn place(key: &[u8]) -> Result<(Instant, SlotId), No> {
    let wrong = || No::plain(Kind::CursorWrong);
    let (start, id) = key.split_at_checked(8).ok_or_else(wrong)?;
    let start = i64::from_be_bytes(start.try_into().map_err(|_| wrong())?);
    let id = Id::from_bytes(id.try_into().map_err(|_| wrong())?);
    Ok((Instant(start), SlotId(id)))
}
