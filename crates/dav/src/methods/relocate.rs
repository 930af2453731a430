//! MOVE of an entry. What it does is in [`crate::write`]; here is only what it may be asked of.

use axum::response::Response;

use crate::no::No;
use crate::place::Place;
use crate::server::Call;
use crate::write;

pub(super) async fn answer(call: &Call<'_>) -> Result<Response, No> {
    match &call.place {
        Place::Entry { calendar, name, .. } => write::relocate(call, (calendar, name)).await,
        // A calendar is never taken away by the way: its entries are slots.
        Place::Calendar { .. } | Place::Home { .. } => Err(No::Plain(axum::http::StatusCode::FORBIDDEN)),
        Place::Root | Place::Principals => Err(No::METHOD),
    }
}
