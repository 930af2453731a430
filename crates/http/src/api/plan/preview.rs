//! `POST /v1/plan/preview`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use dayshelf_core::decide::{Foresight, Stop};
use dayshelf_core::ids::Home;
use dayshelf_core::plan::Plan;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::time::Instant;
use dayshelf_desk::{SlotCard, card_of};
use dayshelf_relay::live::Viewer;
use dayshelf_wire::plan::doc::PlanDoc;
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::time::Place;

use super::apply::{read, with_place};
use crate::app::App;
use crate::extract::{Manage, Organiser, Params, PlanBytes};
use crate::no::No;
use crate::site::slot_preview;

/// The page of a slot as a buyer will see it at a moment, with a plan that was not put up yet. Nothing changes.
///
/// The plan is done on a copy of the books, the slot is published there if it is a draft, and time goes on to the
/// moment with nobody doing anything. A plan without anything in it shows the slot as it is. The page is the same that
/// buyers get, and can't be bought from.
#[utoipa::path(
    post, path = "/v1/plan/preview", operation_id = "plan_preview", tag = "plan",
    params(
        ("slot" = String, Query, description = "The slot's slug"),
        ("at" = Option<String>, Query, description = "The moment, as plans write it: `start - 10m`, `end + 1h`, or a time on the slot's wall. None is now, and one that has passed is now too"),
        ("window" = Option<String>, Query, description = "The key of a window that admits the reader, beside those for everybody"),
        ("sold_out" = Option<bool>, Query, description = "As if all that can be bought at that moment were held by others")
    ),
    request_body(content((PlanDoc = "application/json"), (String = "application/toml"))),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
    extensions(("x-problems" = json!([
        "unknown", "name_taken", "invalid", "limit_reached", "in_use", "slot_cancelled", "slot_over", "too_few_units",
        "time_in_gap", "zone_unknown", "currency_unknown", "plan_wrong", "query_wrong"
    ])))
)]
pub(super) async fn preview(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    mut params: Params,
    sent: PlanBytes,
) -> Result<Response, No> {
    let slot = params.take("slot").unwrap_or_default();
    let asked =
        Asked { at: params.take("at"), window: params.take("window"), sold_out: params.flag("sold_out")? };
    params.end()?;
    if slot.is_empty() {
        return Err(Problem::new(Kind::QueryWrong, "Say the slug of a `slot`.").with("field", "slot").into());
    }
    let sent = Arc::new(sent);
    let plan = read(&app, organiser.home, Arc::clone(&sent)).await?;
    let seen = foresee(&app, organiser.home, plan, slot).await;
    let seen = seen.map_err(|no| no.map(|problem| with_place(problem, &sent)))?;
    let shown = tokio::task::spawn_blocking(move || {
        let (card, viewer) = asked.seen(&app, seen)?;
        slot_preview(&app, card, viewer)
    });
    shown.await.map_err(|fault| No::fault("a page could not be shown ahead", &fault))?
}

/// What of the slot is asked for.
struct Asked {
    at: Option<String>,
    window: Option<String>,
    sold_out: bool,
}

impl Asked {
    /// The slot's card at the moment, and who looks.
    fn seen(self, app: &App, mut seen: Foresight) -> Result<(SlotCard, Viewer), No> {
        let at = self.moment(app, &seen)?;
        let broken = |broken| No::fault("books could not be seen ahead", &broken);
        seen.advance(at).map_err(broken)?;
        if self.sold_out {
            seen.sell_out().map_err(broken)?;
        }
        let viewer = match &self.window {
            None => Viewer::Public,
            Some(key) => {
                let window = seen.books.windows_of(seen.slot).find(|window| window.spec.key == *key);
                Viewer::admitted(vec![window.ok_or_else(|| No::unknown(Noun::Window))?.id])
            }
        };
        let card = card_of(&seen.books, seen.slot, seen.now);
        Ok((card.ok_or_else(|| No::unknown(Noun::Slot))?, viewer))
    }

    /// The moment that is meant, in the time of the slot as it would be.
    fn moment(&self, app: &App, seen: &Foresight) -> Result<Instant, No> {
        let Some(text) = &self.at else { return Ok(seen.now) };
        let slot = seen.books.slots.get(&seen.slot).ok_or_else(|| No::unknown(Noun::Slot))?;
        let place = Place::of(&slot.spec.times, &app.zones);
        let place = place.map_err(|unknown| Problem::zone_unknown("zone", &unknown))?;
        let when = place.when(text);
        Ok(when.map_err(|flaw| Problem::new(Kind::QueryWrong, flaw.to_string()).with("field", "at"))?.at)
    }
}

/// Copied books with the plan done in them.
async fn foresee(app: &App, home: Home, plan: Plan, slot: String) -> Result<Foresight, No> {
    let look = move |books: Option<&dayshelf_core::books::Books>, now| {
        let books = books.ok_or(Stop::Refused(Refusal::Unknown(Noun::Organiser)))?;
        Foresight::of(books, now, &plan, &slot)
    };
    match app.desk.look(home, look).await? {
        Ok(seen) => Ok(seen),
        Err(Stop::Refused(refusal)) => Err(refusal.into()),
        Err(Stop::Broken(broken)) => Err(No::fault("books could not be seen ahead", &broken)),
    }
}
