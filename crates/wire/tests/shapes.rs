//! The shapes as a whole: their schemas hang together, and a slot looks as buyers' programs expect.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use dayshelf_core::ids::{Home, Id, OfferId, PoolId, Salt, SlotId, WindowId};
use dayshelf_core::money::{Currency, Money};
use dayshelf_core::offer::{Offer, OfferKind, OfferSpec, Part, Step};
use dayshelf_core::slot::{Slot, SlotSpec, SlotState};
use dayshelf_core::time::Instant;
use dayshelf_ical::time::Civil;
use dayshelf_ical::zone::Zones;
use dayshelf_wire::library::ShownShape;
use dayshelf_wire::live::{StockHead, StockShape};
use dayshelf_wire::slot::{OfferReading, SaleReading, SaleState, SlotReading, SlotShape};
use dayshelf_wire::time::Place;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(components(schemas(
    dayshelf_wire::access::CodeChange,
    dayshelf_wire::access::CodeRequest,
    dayshelf_wire::access::KeyShape,
    dayshelf_wire::access::ListChange,
    dayshelf_wire::access::ListRequest,
    dayshelf_wire::access::OrganiserShape,
    dayshelf_wire::endpoint::DeliveryShape,
    dayshelf_wire::endpoint::EndpointRequest,
    dayshelf_wire::endpoint::EndpointShape,
    dayshelf_wire::hold::ConfirmRequest,
    dayshelf_wire::hold::HoldRequest,
    dayshelf_wire::hold::HoldShape,
    dayshelf_wire::journal::JournalEntry,
    dayshelf_wire::live::StockShape,
    dayshelf_wire::order::OrderShape,
    dayshelf_wire::page::Page<dayshelf_wire::slot::SlotLine>,
    dayshelf_wire::pass::PassKeysShape,
    dayshelf_wire::plan::doc::PlanDoc,
    dayshelf_wire::plan::single::PlanAnswer,
    dayshelf_wire::plan::single::SlotRequest,
    dayshelf_wire::problem::Problem,
    dayshelf_wire::slot::SlotShape,
    dayshelf_wire::stock::CountRequest,
    dayshelf_wire::stock::MovementRequest,
    dayshelf_wire::stock::PoolShape,
    dayshelf_wire::waitlist::EntryShape,
    dayshelf_wire::waitlist::JoinRequest,
    dayshelf_wire::webhook::Payload,
    dayshelf_wire::whole::FulfilmentWhole,
    dayshelf_wire::whole::OfferWhole,
    dayshelf_wire::whole::SlotWhole,
    dayshelf_wire::whole::WindowWhole,
)))]
struct Shapes;

/// Every reference of the OpenAPI document leads somewhere, and inputs take no unknown fields.
#[test]
fn schemas_hang_together() {
    let json = Shapes::openapi().to_json().unwrap();
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for reference in json.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is nowhere");
    }
    for input in ["HoldRequest", "ConfirmRequest", "PlanDoc", "WindowDoc", "MovementRequest", "JoinRequest"] {
        assert_eq!(schemas[input]["additionalProperties"], false, "{input}");
    }
    assert_eq!(schemas["SlotId"]["type"], "string");
}

fn id(salt: u64) -> Id {
    Id::mint(1_764_000_000_000, Home { shard: 0, number: 1 }, Salt(salt))
}

fn offer() -> Offer {
    let price = |amount| Money { amount, currency: Currency(*b"EUR") };
    let step = |title: &str, amount, after_units| Step {
        title: title.into(),
        price: price(amount),
        from: None,
        after_units,
    };
    let spec = OfferSpec {
        slot: SlotId(id(1)),
        slots: Vec::new(),
        key: "vase".into(),
        title: "Vase".into(),
        about: String::new(),
        image: String::new(),
        recipe: vec![Part { pool: PoolId(id(3)), units: 1 }],
        ladder: vec![step("early", 4_800, None), step("late", 5_600, Some(12))],
        kind: OfferKind::Main,
        units_max: 4,
    };
    Offer { id: OfferId(id(2)), taken: 9, told: Instant(0), spec }
}

fn slot() -> Slot {
    let zone = Zones::bundled().zone("Europe/Berlin").unwrap();
    let wall = |text| Civil::parse(text).unwrap();
    let place = Place::new(zone, wall("2026-12-04T18:00"), wall("2026-12-04T19:00"));
    let spec = SlotSpec {
        faqs: Vec::new(),
        slug: "first-drop".into(),
        title: "First drop".into(),
        story: "Once.".into(),
        image: String::new(),
        place: "Workshop".into(),
        times: place.times(),
        extras: vec![dayshelf_core::slot::Extra {
            title: "Film".into(),
            url: "https://example.org/film".into(),
        }],
    };
    Slot {
        id: SlotId(id(1)),
        state: SlotState::Published,
        version: 3,
        overlay: 0,
        template: None,
        paused: None,
        spec,
    }
}

/// The page of a slot has price now and next, what is free for this viewer, and times with their zone;
/// the address of an extra is not for those who only look.
#[test]
fn a_slot_for_a_viewer() {
    let (slot, offer, now) = (slot(), offer(), Instant(1_796_000_000_000));
    let reading = SlotReading {
        slot: &slot,
        sale: SaleReading { sale: SaleState::Open, opens_at: None, free: Some(21), sequence: 7 },
        now,
        waiting: 2,
        windows: Vec::new(),
        offers: vec![OfferReading {
            offer: &offer,
            state: SaleState::Open,
            free: 21,
            window: Some(WindowId(id(4))),
        }],
        blocks: Vec::new(),
        fulfilments: Vec::new(),
        shown: ShownShape { pictures: Vec::new(), products: Vec::new(), faqs: Vec::new() },
    };
    let json = serde_json::to_value(SlotShape::of(&reading)).unwrap();
    assert_eq!(
        (&json["start"], &json["zone"]),
        (&"2026-12-04T17:00:00.000Z".into(), &"Europe/Berlin".into())
    );
    assert_eq!((json["sale"].as_str(), json["sequence"].as_u64()), (Some("open"), Some(7)));
    let shown = &json["offers"][0];
    assert_eq!((shown["price"]["amount"].as_i64(), shown["free"].as_u64()), (Some(4_800), Some(21)));
    assert_eq!(
        (shown["next_step"]["price"]["amount"].as_i64(), shown["next_step"]["units_before"].as_u64()),
        (Some(5_600), Some(3))
    );
    assert_eq!(json["extras"], serde_json::json!(["Film"]));
    assert!(!json.to_string().contains("example.org/film"));
    let head = StockHead { slot: slot.id, sequence: 7, now, window: None };
    let stock = serde_json::to_value(StockShape::of(head, &reading.offers)).unwrap();
    assert_eq!(stock["offers"][0]["price"]["amount"], 4_800);
    assert_eq!(stock["sequence"], 7);
}

/// No two shapes share a name: the document has one schema for each name, and the second would take the place of
/// the first.
#[test]
fn each_schema_has_a_name_of_its_own() {
    let mut seen = std::collections::BTreeMap::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for line in text.lines() {
                let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "));
                let Some(name) = rest.and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next())
                else {
                    continue;
                };
                let before = seen.insert(name.to_owned(), path.clone());
                assert_eq!(before, None, "{name} stands in {} too", path.display());
            }
        }
    }
    assert!(seen.len() > 100, "the shapes are read where they stand");
}
