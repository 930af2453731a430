//! `GET /v1/slots/{slot}/waitlist`.

use std::collections::BTreeMap;

use axum::extract::State;
use dayshelf_core::books::Books;
use dayshelf_core::ids::{OfferId, SlotId};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::waitlist::{Entry, EntryState};
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::page::{Page, cursor};
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::waitlist::WaiterShape;

use crate::answer::Answer;
use crate::api::author::{look, slot_in};
use crate::app::App;
use crate::extract::{Own, Params, Read};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "waitlist";

/// Who waits for a slot, in line or at their turn, in the order of joining.
#[utoipa::path(
    get, path = "/v1/slots/{slot}/waitlist", operation_id = "waitlist_line", tag = "waitlist",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("limit" = Option<u32>, Query, description = "Entries on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "A page of the line", body = Page<WaiterShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn line(
    State(app): State<App>,
    own: Own<Read, SlotId>,
    mut params: Params,
) -> Result<Answer, No> {
    let limit = params.limit()?;
    let wrong = || No::from(Problem::plain(Kind::CursorWrong).with("field", "cursor"));
    let place = |key: Vec<u8>| key.try_into().map(u64::from_be_bytes).map_err(|_| wrong());
    let after = params.cursor(LIST)?.map(place).transpose()?;
    params.end()?;
    let slot = own.id;
    let mut found = look(&app, slot.home(), move |books| waiters(books, slot, after, limit + 1)).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(entry, _)| cursor(LIST, &entry.place.to_be_bytes()));
    let items: Vec<WaiterShape> = found.iter().map(|(entry, ahead)| WaiterShape::of(entry, *ahead)).collect();
    Answer::ok(&Page { items, next })
}

type Waiter = (Entry, Option<u32>);

/// Those in line after a place, with how many are before each for the same offer.
fn waiters(books: &Books, slot: SlotId, after: Option<u64>, most: usize) -> Result<Vec<Waiter>, Refusal> {
    slot_in(books, slot)?;
    let line = books.parts.get(&slot).into_iter().flat_map(|parts| &parts.line);
    let mut waiting: BTreeMap<OfferId, u32> = BTreeMap::new();
    let mut found = Vec::new();
    for (place, id) in line {
        let Some(entry) = books.entries.get(id) else { continue };
        let before = waiting.entry(entry.offer).or_insert(0);
        let waits = matches!(entry.state, EntryState::Waiting { .. });
        if after.is_none_or(|after| after < *place) && found.len() < most {
            found.push((entry.clone(), waits.then_some(*before)));
        }
        *before += u32::from(waits);
    }
    Ok(found)
}
