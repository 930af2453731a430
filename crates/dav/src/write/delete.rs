//! DELETE of an entry: a wish to call its slot off.
//!
//! Where nobody has anything of the slot, that is done. Where somebody has, it needs a yes, and the entry comes
//! back and says so. Start at [`delete`].

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dayshelf_core::slot::SlotState;

use super::TRIES;
use super::ask::{self, Verdict};
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
        let sheet = call.sheet_of(&entry.head)?;
        let verdict = match sheet.slot.state {
            // It was called off before; what is left is to take it off the calendar.
            SlotState::Cancelled | SlotState::Discarded => Verdict::Done,
            SlotState::Draft | SlotState::Published => {
                ask::call_off(call.dav, &sheet.slot, call.scene.viewer.password).await
            }
        };
        match verdict {
            Verdict::Done => call.retire(&entry.head, &call.sheet_of(&entry.head)?.slot).await?,
            Verdict::Refused | Verdict::Waits(_) => call.say_no(&entry.head, &entry.body).await?,
            Verdict::Stale => continue,
            Verdict::Away(no) => return Err(no),
        }
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Err(No::Busy(1))
}
