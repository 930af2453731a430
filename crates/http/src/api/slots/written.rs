//! What was read of a slot, sent back: PUT takes what `GET /v1/slots/{slot}` answers, and the slot of its sheet.
//!
//! A slot is written on its wall and read as instants, with the wall beside them on its sheet. What stands there as it was
//! read stays as it is; of a time that is read in two forms, the one that was changed counts. Start at [`request`].

use dayshelf_core::ids::SlotId;
use dayshelf_core::slot::Slot;
use dayshelf_core::time::{Instant, LocalTime};
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::Zone;
use dayshelf_relay::live::{Reading, Viewer};
use dayshelf_wire::body;
use dayshelf_wire::plan::single::SlotRequest;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::whole::SlotWhole;
use serde_json::{Map, Value, json};

use super::pipeline::no_zone;
use super::shape::whole;
use crate::api::author::{look, slot_in};
use crate::api::written::{Form, as_written};
use crate::app::App;
use crate::no::No;

/// How what is read differs from what is written.
const FORM: Form = Form {
    read_only: &[
        "id",
        "version",
        "state",
        "tzdb",
        "template",
        "paused_since",
        "clocks",
        "windows",
        "offers",
        "fulfilments",
        "broadcasts",
        "pictures",
        "products",
    ],
    spans: &[],
    passing: &[
        "as_of",
        "sequence",
        "sale",
        "opens_at",
        "free",
        "waiting",
        "windows.phase",
        "offers.state",
        "offers.free",
        "offers.price",
        "offers.step",
        "offers.next_step",
        "offers.window",
        "fulfilments.boxes.left",
    ],
};

/// What its author would have written of a slot.
///
/// # Errors
/// When it changes what nobody writes, says a time in two ways, or is not of its shape.
pub(super) async fn request(app: &App, id: SlotId, sent: Value) -> Result<SlotRequest, No> {
    let slot = look(app, id.home(), move |books| Ok(slot_in(books, id)?.clone())).await?;
    let shown = shown(app, &slot)?;
    let mut written: Value = as_written(app, id.home(), &FORM, (sent, &shown)).await?;
    if let Some(fields) = written.as_object_mut() {
        let known = app.zones.zone(&slot.spec.times.zone).map_err(no_zone)?;
        let named = fields.get("zone").and_then(Value::as_str).and_then(|name| app.zones.known(name));
        let zones = Zones {
            stays: named.as_ref().is_none_or(|named| named.name() == known.name()),
            zone: named.unwrap_or(known),
        };
        let times = &slot.spec.times;
        edge(fields, ("start", "start_local"), (times.start, times.start_local), &zones)?;
        edge(fields, ("end", "end_local"), (times.end, times.end_local), &zones)?;
        extras(fields, &slot);
    }
    Ok(body::read_value(written)?)
}

/// All that is read of a slot: as its page has it, and its sheet.
fn shown(app: &App, slot: &Slot) -> Result<Value, No> {
    let fault = |fault| No::fault("what is shown is no JSON", &fault);
    let mut all = Map::new();
    if let Some(card) = app.board().slot(slot.id) {
        let page = whole(&card, &Reading::of(&card, &Viewer::Public, app.now()));
        all.extend(serde_json::to_value(page).map_err(fault)?.as_object().cloned().unwrap_or_default());
    }
    let sheet = serde_json::to_value(SlotWhole::from(slot)).map_err(fault)?;
    all.extend(sheet.as_object().cloned().unwrap_or_default());
    Ok(Value::Object(all))
}

/// The zone that the slot is to have.
struct Zones {
    zone: Zone,
    /// Whether it is the one that it has.
    stays: bool,
}

/// One end of the slot, as it is written: on the wall. Words that hang on the start stay words.
fn edge(
    fields: &mut Map<String, Value>,
    (name, wall): (&str, &str),
    (at, local): (Instant, LocalTime),
    zones: &Zones,
) -> Result<(), Problem> {
    let text =
        |fields: &Map<String, Value>, name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let on_wall = text(fields, wall).map(|text| (Civil::parse(&text), text));
    if on_wall.is_some() {
        fields.remove(wall);
    }
    let was = zones.zone.wall_time(Civil(local.0), Moment(at.0));
    let said = text(fields, name);
    let moment = said.as_deref().and_then(Moment::parse);
    let instant = match moment {
        None => None,
        Some(moment) if moment.0 == at.0 && zones.stays => Some((was, true)),
        Some(moment) => Some((zones.zone.shown(moment), false)),
    };
    let is_as_read = |wall: Civil| zones.stays && wall.0 == local.0;
    let two = || {
        Problem::value_wrong(
            name,
            &format!("this and `{wall}` are two times; change one of them and leave the other out"),
        )
    };
    let written = match (instant, on_wall) {
        (None, None) => return Ok(()),
        (Some((time, _)), None) => zones.zone.text(time),
        // Words of the slot itself, such as a wall-clock time, beside one that was read.
        (None, Some((Some(civil), _))) if said.is_some() => {
            let same = said.as_deref().and_then(Civil::parse) == Some(civil);
            return if same || is_as_read(civil) { Ok(()) } else { Err(two()) };
        }
        (Some((time, _)), Some((Some(wall), _))) if time.local == wall || is_as_read(wall) => {
            zones.zone.text(time)
        }
        (None, Some((Some(wall), _))) if is_as_read(wall) => zones.zone.text(was),
        (None | Some((_, true)), Some((_, text))) => text,
        (Some(_), Some(_)) => return Err(two()),
    };
    fields.insert(name.to_owned(), Value::from(written));
    Ok(())
}

/// Buyers read the titles of what comes with an order; behind each is what the organiser wrote.
fn extras(fields: &mut Map<String, Value>, slot: &Slot) {
    for extra in fields.get_mut("extras").and_then(Value::as_array_mut).into_iter().flatten() {
        let known =
            extra.as_str().and_then(|title| slot.spec.extras.iter().find(|known| known.title == title));
        if let Some(known) = known {
            *extra = json!({ "title": known.title, "url": known.url });
        }
    }
}
