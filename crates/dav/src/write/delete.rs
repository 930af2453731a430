//! DELETE of an entry: a wish to call its slot off.
//!
//! Where nobody has anything of the slot, that is done. Where somebody has, it needs a yes, and the entry comes
//! back and says so. Start at [`delete`].

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dayshelf_core::ids::SeriesId;
use dayshelf_core::slot::SlotState;
use dayshelf_store::StoredEntry;

use super::ask::{self, Verdict};
use super::{TRIES, series};
use crate::no::No;
use crate::server::Call;

/// Deletes the entry that is named.
///
/// # Errors
/// When there is none, or the protocol says no.
pub async fn delete(call: &Call<'_>, (calendar, name): (&str, &str)) -> Result<Response, No> {
    let calendar = call.written_calendar(calendar)?.name.clone();
    for _ in 0..TRIES {
        call.dav.shelf.bring_up(call.scene.viewer.home).await?;
        let entry = call.entry(&calendar, name).await?.ok_or(No::NOTHING)?;
        call.check_seen(Some(&entry))?;
        if let Some(id) = call.series_of(&entry.head).await? {
            return delete_series(call, &entry, id).await;
        }
        let sheet = call.sheet_of(&entry.head)?;
        let verdict = match sheet.slot.state {
            // It was called off before; what is left is to take it off the calendar.
            SlotState::Cancelled | SlotState::Discarded => Verdict::Done,
            SlotState::Draft | SlotState::Published => {
                ask::call_off(call.dav, &sheet.slot, call.scene.viewer.password).await
            }
        };
        match verdict {
            Verdict::Done => {
                call.retire(&entry.head, call.sheet_of(&entry.head)?.slot.version.into()).await?
            }
            Verdict::Refused | Verdict::Waits(_) => call.say_no(&entry.head, &entry.body).await?,
            Verdict::Stale => continue,
            Verdict::Away(no) => return Err(no),
        }
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Err(No::Busy(1))
}

/// The entry of a series: what lies ahead is called off. Where any of it still stands, it comes back with that.
async fn delete_series(call: &Call<'_>, entry: &StoredEntry, id: SeriesId) -> Result<Response, No> {
    match series::end(call, id).await? {
        Verdict::Away(no) => return Err(no),
        Verdict::Stale => return Err(No::Busy(1)),
        Verdict::Done if series::ahead(call, id).await?.is_empty() => {
            let known = call.dav.shelf.course(id).await?;
            let version = known.map_or(entry.head.version, |known| known.stamp);
            call.retire(&entry.head, version).await?;
        }
        Verdict::Done | Verdict::Refused | Verdict::Waits(_) => {
            series::write(call, &entry.head, (id, &entry.body), false).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
