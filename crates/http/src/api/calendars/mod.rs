//! Calendars of calendar apps: which are shown, what has to be asked about their entries, and the passwords of
//! the apps.
//!
//! None of it is commerce, so no command is made of it and nothing stands in the journal; but that a password was
//! frozen is. What an app reads and writes with its password is CalDAV and not here.

mod all;
mod change;
mod issue;
mod passwords;
mod revoke;
mod unfreeze;

use std::collections::BTreeMap;

use dayshelf_core::change::Credential;
use dayshelf_core::ids::{Home, PasswordId, SeriesId};
use dayshelf_core::time::Instant;
use dayshelf_store::{AppPassword, Calendar, EntryState};
use dayshelf_wire::caldav::{
    AppPasswordShape, CalendarKind, CalendarQuestion, CalendarScope, CalendarShape, path_part,
};
use dayshelf_wire::name::{PasswordRef, SeriesRef, SlotRef};
use dayshelf_wire::time::At;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::author::look;
use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(all::all, change::change))
        .routes(routes!(passwords::passwords, issue::issue))
        .routes(routes!(revoke::revoke))
        .routes(routes!(unfreeze::unfreeze))
}

/// The name to log in with, which is the organiser's in addresses.
fn user(app: &App, home: Home) -> Result<String, No> {
    let card = app.board().organiser(home);
    card.map(|card| card.organiser.spec.slug.clone())
        .ok_or_else(|| No::unknown(dayshelf_core::refusal::Noun::Organiser))
}

/// The passwords that may change nothing now, and since when.
async fn frozen(app: &App, home: Home) -> Result<BTreeMap<PasswordId, Instant>, No> {
    look(app, home, |books| {
        let frozen = books.guards.values().filter_map(|guard| match guard.credential {
            Credential::Password(password) => Some((password, guard.frozen?)),
            _ => None,
        });
        Ok(frozen.collect())
    })
    .await
}

fn password_shape(app: &App, user: &str, password: &AppPassword, text: Option<String>) -> AppPasswordShape {
    AppPasswordShape {
        id: PasswordRef(password.id),
        password: text,
        name: password.name.clone(),
        user: user.to_owned(),
        url: format!("{}/dav/", app.config.public_url),
        calendars: password.calendars.clone(),
        scope: if password.may_write { CalendarScope::Write } else { CalendarScope::Read },
        made_at: At(password.made),
        used_at: password.used.map(At),
        used_by: password.used_by.clone(),
        frozen_since: None,
    }
}

async fn calendar_shape(app: &App, home: Home, user: &str, calendar: &Calendar) -> Result<CalendarShape, No> {
    let heads = app.store.calendar_heads(home, &calendar.name, 0).await?;
    let asking = heads.into_iter().filter(|head| head.state == EntryState::Shown && !head.note.is_empty());
    let questions = asking.map(|head| {
        // The entry of a series has the series' id where others have their slot's.
        let slot = app.board().slot(head.slot).map(|_| SlotRef(head.slot));
        let series = slot.is_none().then_some(SeriesRef(SeriesId(head.slot.0)));
        CalendarQuestion { slot, series, question: head.note }
    });
    let kind = kind(calendar.kind);
    Ok(CalendarShape {
        name: calendar.name.clone(),
        kind,
        shown: calendar.shown,
        editable: matches!(kind, CalendarKind::Slots | CalendarKind::Drafts),
        url: format!("{}/dav/p/{user}/{}/", app.config.public_url, path_part(&calendar.name)),
        questions: questions.collect(),
    })
}

const fn kind(kind: dayshelf_store::CalendarKind) -> CalendarKind {
    match kind {
        dayshelf_store::CalendarKind::Slots => CalendarKind::Slots,
        dayshelf_store::CalendarKind::Drafts => CalendarKind::Drafts,
        dayshelf_store::CalendarKind::Windows => CalendarKind::Windows,
        dayshelf_store::CalendarKind::Pickup => CalendarKind::Pickup,
        dayshelf_store::CalendarKind::Shifts => CalendarKind::Shifts,
        dayshelf_store::CalendarKind::Broadcast => CalendarKind::Broadcast,
        dayshelf_store::CalendarKind::Person => CalendarKind::Person,
    }
}
