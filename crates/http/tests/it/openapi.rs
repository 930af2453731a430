//! The OpenAPI document: complete, and true to what is answered.

use std::collections::BTreeSet;

use dayshelf_core::limits::{
    BURST_SLOTS_MAX, BURST_SLOTS_MIN, HOLD_EXTENSIONS_MAX, LINE_UNITS_MAX, LOBBY_PACE_MAX, PART_UNITS_MAX,
    POOL_UNITS_MAX,
};
use dayshelf_wire::feed::{MINUTES_MAX, MINUTES_MIN};
use serde_json::Value;

use crate::house::House;

/// The document as it is served.
pub fn document() -> Value {
    serde_json::to_value(dayshelf_http::openapi()).unwrap()
}

/// Every operation with its path and method.
pub fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(|(method, operation)| (path.clone(), method.clone(), operation.clone()))
    });
    all.collect()
}

/// What buyers' and organisers' programs are promised.
const PROMISED: &[&str] = &[
    "get /v1/organisers/{organiser}/slots",
    "get /v1/slots/{slot}",
    "get /v1/slots/{slot}/live",
    "post /v1/slots/{slot}/waitlist",
    "post /v1/slots/{slot}/lobby",
    "get /v1/slots/{slot}/lobby",
    "post /v1/holds",
    "get /v1/holds/{hold}",
    "post /v1/holds/{hold}/extend",
    "post /v1/holds/{hold}/release",
    "post /v1/holds/{hold}/checkout",
    "post /v1/holds/{hold}/confirm",
    "get /v1/orders/{order}",
    "post /v1/orders/{order}/cancel",
    "post /v1/orders/{order}/move",
    "post /v1/orders/{order}/handover",
    "put /v1/orders/{order}/buyer",
    "post /v1/orders/{order}/notes",
    "post /v1/orders/{order}/resend",
    "post /v1/orders/{order}/handover/undo",
    "post /v1/passes/redeem",
    "get /v1/waitlist/{entry}",
    "delete /v1/waitlist/{entry}",
    "post /v1/waitlist/{entry}/decline",
    "get /{organiser}/pass-keys.json",
    "post /v1/organisers",
    "get /v1/organiser",
    "put /v1/organiser",
    "put /v1/organiser/look",
    "get /v1/organiser/look/contrast",
    "get /v1/slots",
    "post /v1/slots",
    "put /v1/slots/{slot}",
    "delete /v1/slots/{slot}",
    "get /v1/slots/{slot}/sheet",
    "get /v1/slots/{slot}/booked",
    "post /v1/slots/{slot}/publish",
    "post /v1/slots/{slot}/change",
    "post /v1/slots/{slot}/undo",
    "get /v1/confirmations",
    "post /v1/confirmations/{confirmation}/answer",
    "post /v1/keys/{key}/unfreeze",
    "post /v1/calendar-passwords/{password}/unfreeze",
    "get /v1/slots/{slot}/waitlist",
    "post /v1/slots/{slot}/windows",
    "put /v1/slots/{slot}/windows/{window}",
    "delete /v1/slots/{slot}/offers/{offer}",
    "get /v1/slots/{slot}/fulfilments/{fulfilment}",
    "get /v1/slots/{slot}/blocks",
    "put /v1/blocks/{block}",
    "get /v1/pictures",
    "post /v1/pictures",
    "put /v1/pictures/{picture}",
    "get /v1/products",
    "post /v1/products",
    "delete /v1/products/{product}",
    "get /v1/templates",
    "put /v1/templates/{template}",
    "get /v1/templates/{template}/file",
    "post /v1/slots/{slot}/template",
    "get /v1/series",
    "post /v1/series",
    "get /v1/series/{series}",
    "post /v1/series/{series}/change",
    "post /v1/series/{series}/end",
    "post /v1/blocks/{block}/accept",
    "post /v1/pools/{pool}/movements",
    "post /v1/pools/{pool}/counts",
    "put /v1/plan",
    "get /v1/journal",
    "get /v1/orders",
    "post /v1/codes",
    "put /v1/lists/{list}",
    "patch /v1/lists/{list}",
    "delete /v1/keys/{key}",
    "get /v1/endpoints/{endpoint}/deliveries",
    "post /v1/endpoints/{endpoint}/deliveries/{delivery}/replay",
    "post /v1/endpoints/{endpoint}/test",
    "get /v1/outbox",
    "put /v1/import",
    "post /v1/slots/{slot}/pause",
    "post /v1/slots/{slot}/resume",
    "get /v1/texts",
    "put /v1/texts/{text}",
    "post /v1/plan/preview",
    "get /problems/{code}",
];

/// They are there.
#[test]
fn has_every_route() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let all: BTreeSet<String> =
        operations(&document).into_iter().map(|(path, method, _)| format!("{method} {path}")).collect();
    for route in PROMISED {
        assert!(all.contains(*route), "{route} is missing: {all:?}");
    }
}

/// What has to lie within a range says so: the range that is said to whoever is beyond it.
#[test]
fn ranges_are_described() {
    let document = document();
    let units = i64::from(POOL_UNITS_MAX);
    let line = i64::from(LINE_UNITS_MAX);
    let table = [
        ("WantShape", "quantity", 1, line),
        ("JoinRequest", "quantity", 1, line),
        ("MovementRequest", "units", 1, units),
        ("CountRequest", "units", 0, units),
        ("PoolDoc", "units", 0, units),
        ("PoolDoc", "buffer", 0, units),
        ("PartDoc", "units", 0, units),
        ("DrawDoc", "units", 1, i64::from(PART_UNITS_MAX)),
        ("DripDoc", "units", 1, units),
        ("BoxDoc", "places", 0, units),
        ("BoxesDoc", "places", 0, units),
        ("StepDoc", "after_units", 0, units),
        ("BelowDoc", "units", 1, units),
        ("ShrinkDoc", "keep", 0, units),
        ("OfferDoc", "units_max", 1, line),
        ("HoldDoc", "limit", 1, line),
        ("HoldDoc", "extensions", 0, i64::from(HOLD_EXTENSIONS_MAX)),
        ("LobbyDoc", "per_minute", 1, i64::from(LOBBY_PACE_MAX)),
        ("OrganiserDoc", "burst", i64::from(BURST_SLOTS_MIN), i64::from(BURST_SLOTS_MAX)),
        ("FeedRequest", "minutes", i64::from(MINUTES_MIN), i64::from(MINUTES_MAX)),
        ("SeriesDoc", "days_ahead", 1, 730),
    ];
    for (shape, field, from, to) in table {
        let field = &document["components"]["schemas"][shape]["properties"][field];
        assert_eq!((&field["minimum"], &field["maximum"]), (&from.into(), &to.into()), "{shape}: {field}");
    }
}

/// Every operation has a name of its own, a summary, a success, a fault; every listed problem exists, and
/// every reference leads somewhere.
#[test]
fn is_sound() {
    let document = document();
    let codes: BTreeSet<&str> = dayshelf_wire::problem::Kind::ALL.iter().map(|kind| kind.code()).collect();
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let at = format!("{method} {path}");
        assert!(
            names.insert(operation["operationId"].as_str().unwrap().to_owned()),
            "{at}: the name is taken"
        );
        assert!(operation["summary"].is_string() || operation["description"].is_string(), "{at}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{at}");
        assert!(responses.contains_key("500") && responses.contains_key("503"), "{at}");
        for code in operation["x-problems"].as_array().into_iter().flatten() {
            assert!(codes.contains(code.as_str().unwrap()), "{at}: there is no problem {code}");
        }
        // A message that is sent once more moves nothing.
        let sends = path.ends_with("/replay") || path.ends_with("/test");
        // Neither does letting people and their calendar apps in or out.
        let admits = ["people", "calendars"].iter().any(|tag| operation["tags"][0] == *tag);
        // Nor does a look at what would be.
        let looks = path.ends_with("/preview");
        // An address is subscribed to once, however often it is asked for; a feed that is read twice is read, and what
        // is left of a series goes on the calendar.
        let reads = path.starts_with("/v1/feeds") || path == "/v1/series/{series}/publish";
        // The same text is kept once.
        let keeps = path == "/v1/texts";
        let is_exempt = sends || admits || looks || reads || keeps;
        let moves = method == "post" && path.starts_with("/v1/") && !is_exempt;
        let has_key = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|one| one["name"] == "Idempotency-Key");
        assert!(has_key || !moves, "{at} needs an idempotency key");
    }
    references(&document, &document);
}

fn references(document: &Value, within: &Value) {
    match within {
        Value::Object(members) => {
            if let Some(to) = members.get("$ref").and_then(Value::as_str) {
                assert!(document.pointer(to.trim_start_matches('#')).is_some(), "{to} leads nowhere");
            }
            members.values().for_each(|value| references(document, value));
        }
        Value::Array(values) => values.iter().for_each(|value| references(document, value)),
        _ => {}
    }
}

/// The served document is the generated one.
#[tokio::test(flavor = "multi_thread")]
async fn is_served() {
    let house = House::new().await;
    let got = house.get("/openapi.json").send().await;
    assert_eq!(got.header("access-control-allow-origin"), Some("*"));
    assert_eq!(got.json(), document());
}
