//! What search machines read: the slot as an `Event` with its `Offer`s, and the way to it.
//!
//! Always what the public may buy, whoever looks, and true at the card's sequence.

use dayshelf_core::ids::WindowId;
use dayshelf_core::offer::OfferKind;
use dayshelf_core::slot::SlotState;
use dayshelf_core::time::Instant;
use dayshelf_core::window::Window;
use dayshelf_desk::SlotCard;
use dayshelf_pages::{JsonLd, Picture};
use dayshelf_relay::live::{OfferStand, Reading, Viewer};
use dayshelf_wire::slot::SaleState;
use serde_json::{Value, json};

use super::super::here::canonical;
use super::super::pictures;
use super::super::say;
use super::super::wall::Wall;
use crate::app::App;

const CONTEXT: &str = "https://schema.org";

/// The documents of a slot's page.
pub(super) fn documents(app: &App, card: &SlotCard, wall: &Wall) -> Vec<JsonLd> {
    let reading = Reading::of(card, &Viewer::Public, app.now());
    let to = |document: &Value| JsonLd::new(&document.to_string());
    vec![to(&event(app, card, wall, &reading)), to(&way(app, card))]
}

fn event(app: &App, card: &SlotCard, wall: &Wall, reading: &Reading) -> Value {
    let (sheet, spec) = (&card.sheet, &card.sheet.slot.spec);
    let at = canonical(app, sheet.organiser.id.home());
    let (origin, url) = (&at.origin, at.slot(card));
    let instant = |at: Instant| wall.moment(at).instant;
    let status = match sheet.slot.state {
        SlotState::Cancelled | SlotState::Discarded => "EventCancelled",
        SlotState::Draft | SlotState::Published => "EventScheduled",
    };
    let mut event = json!({
        "@context": CONTEXT,
        "@type": "Event",
        "name": spec.title,
        "url": url,
        "startDate": instant(spec.times.start),
        "endDate": instant(spec.times.end),
        "eventStatus": format!("{CONTEXT}/{status}"),
        "organizer": {
            "@type": "Organization",
            "name": sheet.organiser.spec.name,
            "url": at.house(&sheet.organiser),
        },
        "offers": reading.offers.iter().filter_map(|stand| offer(card, wall, stand, (reading.now, &url))).collect::<Vec<_>>(),
    });
    if !spec.story.is_empty() {
        event["description"] = say::preview(&spec.story).into();
    }
    let pictures = pictures::pictures(app, sheet);
    if !pictures.is_empty() {
        let address = |picture: &Picture| format!("{origin}{}", picture.src);
        event["image"] = pictures.iter().map(address).collect::<Vec<_>>().into();
    }
    event["location"] = if spec.place.is_empty() {
        json!({"@type": "VirtualLocation", "url": event["url"]})
    } else {
        json!({"@type": "Place", "name": spec.place, "address": spec.place})
    };
    event
}

/// An offer that the public can buy, could buy, or will be able to; none when that is over.
fn offer(card: &SlotCard, wall: &Wall, stand: &OfferStand, (now, url): (Instant, &str)) -> Option<Value> {
    let spec = &stand.offer.spec;
    let availability = match stand.state {
        _ if spec.kind != OfferKind::Main => return None,
        SaleState::Open => "InStock",
        SaleState::SoldOut => "SoldOut",
        SaleState::Ahead => "PreOrder",
        SaleState::Paused => "OutOfStock",
        SaleState::Unfulfillable => "Discontinued",
        SaleState::Closed => return None,
    };
    let price = stand.offer.price_at(now)?;
    let window = window(card, stand.window?)?;
    let mut offer = json!({
        "@type": "Offer",
        "name": spec.title,
        "url": url,
        "price": say::plain_amount(price),
        "priceCurrency": price.currency.code(),
        "availability": format!("{CONTEXT}/{availability}"),
        "validFrom": wall.moment(window.spec.opens.at).instant,
        "validThrough": wall.moment(window.spec.closes.at).instant,
    });
    if stand.state != SaleState::Ahead {
        offer["inventoryLevel"] = json!({"@type": "QuantitativeValue", "value": stand.free});
    }
    Some(offer)
}

fn window(card: &SlotCard, id: WindowId) -> Option<&Window> {
    card.sheet.windows.iter().find(|window| window.id == id)
}

fn way(app: &App, card: &SlotCard) -> Value {
    let sheet = &card.sheet;
    let at = canonical(app, sheet.organiser.id.home());
    let step = |position: u8, name: &str, address: &str| json!({"@type": "ListItem", "position": position, "name": name, "item": address});
    let organiser = &sheet.organiser.spec;
    json!({
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            step(1, &organiser.name, &at.house(&sheet.organiser)),
            step(2, &sheet.slot.spec.title, &at.slot(card)),
        ],
    })
}
