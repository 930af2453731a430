//! What all edits of a slot share: its answer, and where the anchors of its blocks are at a new place.

use dayshelf_core::command::{Command, Resolutions};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::SlotId;
use dayshelf_core::slot::Slot;
use dayshelf_desk::Key;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::time::Place;
use dayshelf_wire::whole::SlotWhole;

use crate::answer::Answer;
use crate::api::author::{look, slot_in};
use crate::app::App;
use crate::no::No;

/// What the anchors of a slot's blocks stand for at a place. Blocks that come meanwhile are missing in it,
/// which the core takes for a stale edit.
pub(crate) async fn resolved(app: &App, slot: SlotId, place: &Place) -> Result<Resolutions, No> {
    let look = look(app, slot.home(), move |books| slot_in(books, slot).map(|_| books.whens_of(slot)));
    let anchored = look.await?;
    Ok(place.resolutions(anchored.into_iter().map(|when| when.anchor)))
}

/// Carries an edit out, and answers with the slot as it stands after.
pub(super) async fn edited(app: &App, id: SlotId, command: Command, key: Option<Key>) -> Result<Answer, No> {
    let decided = app.submit(id.home(), command, key).await?;
    let put = decided.facts.iter().find_map(|fact| match fact {
        Fact::SlotPut { slot, .. } if slot.id == id => Some(Slot::clone(slot)),
        _ => None,
    });
    let slot = match put {
        Some(slot) => slot,
        // Nothing was to be changed.
        None => look(app, id.home(), move |books| slot_in(books, id).cloned()).await?,
    };
    let place = Place::of(&slot.spec.times, &app.zones);
    let place = place.map_err(|unknown| Problem::zone_unknown("zone", &unknown))?;
    Ok(Answer::ok(&SlotWhole::from(&slot).told(&place))?.version(slot.version).replayed(decided.replayed))
}
