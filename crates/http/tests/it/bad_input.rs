//! Every kind of bad input in one list: each gets a problem of its own type, the place of what is wrong, and what
//! to do next. Finer tables stand in `malformed`, `flaws` and beside the routes.

use std::collections::BTreeMap;

use axum::http::Method;
use dayshelf_core::access::Code;
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::CodeId;
use dayshelf_core::organiser::Scope;
use dayshelf_core::time::Instant;
use dayshelf_wire::secret::code_digest;
use serde_json::{Value, json};

use crate::house::{Got, House, fresh_key};

/// What was done wrong, what it was answered, the end of its type, and what says where and what next.
type Line = (&'static str, Got, String, Vec<(&'static str, Value)>);

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

/// What is wrong with a body alone.
async fn bodies(house: &House) -> Vec<Line> {
    let hold = async |body: Value| house.post("/v1/holds").json(&body).send().await;
    let wish = |quantity: u32| house.wish("drop/one", quantity);
    let line = json!({"offer": house.id("drop/one"), "quantity": 1});
    let raw = house.post("/v1/holds").raw("application/json", "{\"slot\":").send().await;
    vec![
        ("a malformed body", raw, "body_not_json".into(), vec![]),
        (
            "an unknown field",
            hold(with(wish(1), "colour", json!("red"))).await,
            "unknown_field".into(),
            vec![("field", json!("colour"))],
        ),
        (
            "a repeated field",
            house
                .post("/v1/holds")
                .raw("application/json", "{\"lines\":[{\"quantity\":1,\"quantity\":2}]}")
                .send()
                .await,
            "repeated_field".into(),
            vec![("field", json!("lines[0].quantity"))],
        ),
        (
            "a wrong type",
            hold(with(wish(1), "lines", json!("one"))).await,
            "wrong_type".into(),
            vec![("field", json!("lines"))],
        ),
        (
            "an over-long list",
            hold(with(wish(1), "lines", json!(vec![line; 21]))).await,
            "lines_out_of_bounds".into(),
            vec![("field", json!("lines")), ("max", json!(20))],
        ),
        (
            "a negative quantity",
            hold(with(wish(1), "lines", json!([{"offer": house.id("drop/one"), "quantity": -1}]))).await,
            "value_wrong".into(),
            vec![("field", json!("lines[0].quantity"))],
        ),
        (
            "a zero quantity",
            hold(wish(0)).await,
            "quantity_out_of_bounds".into(),
            vec![("field", json!("lines[0].quantity")), ("max", json!(8))],
        ),
    ]
}

/// What else buyers get wrong.
async fn buyers(house: &House) -> Vec<Line> {
    let hold = async |body: Value| house.post("/v1/holds").json(&body).send().await;
    let wish = |quantity: u32| house.wish("drop/one", quantity);
    let expired = Code {
        id: CodeId(house.desk.mint().id(house.home)),
        group: "vip".into(),
        digest: code_digest("OLDMOON", house.home),
        expires: Some(Instant(1)),
        version: 0,
    };
    house.submit(Command::PutCode { expected: Expect::New, code: Box::new(expired) }).await;
    let moon = |code: &str| with(house.wish("moon/vase", 1), "code", json!(code));
    let waitlist = json!(format!("/v1/slots/{}/waitlist", house.id("drop")));
    let opens = house.get(&format!("/v1/slots/{}", house.id("moon"))).send().await.json();
    let opens = opens["windows"].as_array().unwrap().iter().find(|window| window["key"] == "public").unwrap()
        ["opens"]["at"]
        .clone();
    let key = fresh_key();
    house.post("/v1/holds").key(&key).json(&wish(1)).send().await;
    let reused = house.post("/v1/holds").key(&key).json(&wish(2)).send().await;
    let missing = house.post("/v1/holds").without_key().json(&wish(1)).send().await;
    vec![
        ("a wrong code", hold(moon("WRONG")).await, "code_wrong".into(), vec![("field", json!("code"))]),
        ("an expired code", hold(moon("OLDMOON")).await, "code_wrong".into(), vec![("field", json!("code"))]),
        ("no idempotency key", missing, "idempotency_key_missing".into(), vec![]),
        ("a reused idempotency key", reused, "key_reused".into(), vec![]),
        (
            "a window that is not open",
            hold(house.wish("moon/vase", 1)).await,
            "window_not_open".into(),
            vec![("opens_at", opens)],
        ),
        (
            "more than is left",
            hold(with(
                house.wish("drop/pair", 6),
                "lines",
                json!([{"offer": house.id("drop/pair"), "quantity": 6}]),
            ))
            .await,
            "too_few_left".into(),
            vec![("left", json!(4)), ("waitlist_url", waitlist), ("field", json!("lines[0].quantity"))],
        ),
    ]
}

/// What organisers get wrong about windows.
async fn windows(house: &House) -> Vec<Line> {
    let key = house.api_key(Scope::Manage).await;
    let path = format!("/v1/slots/{}/windows", house.id("drop"));
    let post = async |body: Value| house.post(&path).bearer(&key).json(&body).send().await;
    let window = || json!({"key": "new", "audience": {"code": "new"}, "opens": "end - 1h", "closes": "end"});
    let field = |path: &str| vec![("field", json!(path))];
    let lent = json!([{"pool": "plenty", "units": 5_000}]);
    vec![
        (
            "an overlapping window",
            post(with(window(), "audience", json!("public"))).await,
            "invalid#overlaps".into(),
            field("opens"),
        ),
        (
            "an inverted window",
            post(with(window(), "closes", json!("start"))).await,
            "invalid#inverted".into(),
            field("closes"),
        ),
        (
            "a cyclic roll",
            post(with(window(), "unsold", json!({"roll": "new"}))).await,
            "invalid#cycle".into(),
            field("unsold"),
        ),
        (
            "an allotment above its pool",
            post(with(window(), "allotments", lent)).await,
            "invalid#above_pool".into(),
            vec![("field", json!("allotments[0].units")), ("max", json!(1_000)), ("pool", json!("plenty"))],
        ),
    ]
}

/// What else organisers get wrong.
async fn organisers(house: &House) -> Vec<Line> {
    let key = house.api_key(Scope::Manage).await;
    let foreign = house.foreign_key(Scope::Manage).await;
    let drop = house.id("drop").to_owned();
    let post = async |what: &str, body: Value| {
        house.post(&format!("/v1/slots/{drop}/{what}")).bearer(&key).json(&body).send().await
    };
    let offer = |price: Value| json!({"key": "new", "recipe": [{"pool": "plenty"}], "ladder": [price]});
    let slot = |start: &str| json!({"slug": "new", "title": "New", "start": start, "end": "start + 2h"});
    let slots = async |body: Value| house.post("/v1/slots").bearer(&key).json(&body).send().await;
    let stale = house.call(Method::PUT, "/v1/organiser").bearer(&key).header("if-match", "\"v9\"");
    let about = json!({"slug": "kiln", "name": "K", "zone": "Europe/Lisbon", "currency": "EUR"});
    let theirs = house.get(&format!("/v1/slots/{drop}/sheet")).bearer(&foreign).send().await;
    let field = |path: &str| vec![("field", json!(path))];
    vec![
        (
            "an unknown currency",
            post("offers", offer(json!({"title": "A", "price": "5.00 XYZ"}))).await,
            "currency_unknown".into(),
            field("ladder[0].price"),
        ),
        (
            "a step without a price",
            post("offers", offer(json!({"title": "A"}))).await,
            "missing_field".into(),
            field("ladder[0].price"),
        ),
        (
            "a time that the clocks jump over",
            slots(slot("2030-03-31T02:30")).await,
            "time_in_gap".into(),
            vec![
                ("field", json!("start")),
                ("readings", json!(["2030-03-31T01:30:00", "2030-03-31T03:30:00"])),
            ],
        ),
        (
            "an unknown zone",
            slots(with(slot("2030-06-14T19:00"), "zone", json!("Europe/Berlinn"))).await,
            "zone_unknown".into(),
            field("zone"),
        ),
        ("a foreign organiser's id", theirs, "unknown".into(), vec![("noun", json!("slot"))]),
        (
            "a stale ETag",
            stale.json(&about).send().await,
            "version_stale".into(),
            vec![("current", json!(1))],
        ),
    ]
}

/// What can't be had at any time is said where no window is open, too, for a hold and for a place in line.
#[tokio::test(flavor = "multi_thread")]
async fn quantities_come_before_windows() {
    let house = House::new().await;
    let vase = house.id("moon/vase");
    let line = format!("/v1/slots/{}/waitlist", house.id("moon"));
    let table = [
        (json!(0), "quantity_out_of_bounds"),
        (json!(101), "quantity_out_of_bounds"),
        (json!(4_294_967_295_u32), "quantity_out_of_bounds"),
        (json!(4_294_967_296_u64), "value_wrong"),
        (json!(-1), "value_wrong"),
        (json!(1.5), "wrong_type"),
        (json!("1"), "wrong_type"),
        (json!(null), "wrong_type"),
        (json!(1), "window_not_open"),
    ];
    for (quantity, code) in table {
        let wish = with(house.wish("moon/vase", 1), "lines", json!([{"offer": vase, "quantity": quantity}]));
        let held = house.post("/v1/holds").json(&wish).send().await;
        assert_eq!(held.problem(), code, "{quantity}: {held:?}");
        let join = json!({"offer": vase, "quantity": quantity, "contact": {"email": "ann@example.org"}});
        let joined = house.post(&line).json(&join).send().await;
        assert_eq!(joined.problem(), code, "{quantity}: {joined:?}");
        if code != "window_not_open" {
            assert_eq!(held.json()["field"], "lines[0].quantity", "{held:?}");
            assert_eq!(joined.json()["field"], "quantity", "{joined:?}");
        }
    }
    let twice = json!([{"offer": vase, "quantity": 1}, {"offer": vase, "quantity": 1}]);
    for lines in [json!([]), twice] {
        let got =
            house.post("/v1/holds").json(&with(house.wish("moon/vase", 1), "lines", lines)).send().await;
        assert_eq!((got.problem().as_str(), &got.json()["field"]), ("lines_out_of_bounds", &json!("lines")));
    }
}

/// Nothing is half-applied: the organiser's journal has nothing of any of it.
#[tokio::test(flavor = "multi_thread")]
async fn each_kind_has_its_own_problem() {
    let house = House::new().await;
    let mut types: BTreeMap<String, &str> = BTreeMap::new();
    let (buyers, organisers) = (buyers(&house).await, organisers(&house).await);
    let all = [bodies(&house).await, buyers, windows(&house).await, organisers].concat();
    for (what, got, reference, members) in all {
        let json = got.json();
        drop(got.problem());
        assert_eq!(json["type"], format!("/problems/{reference}"), "{what}: {got:?}");
        for (name, value) in members {
            assert_eq!(json[name], value, "{what}: {got:?}");
        }
        let page = reference.split('#').next().unwrap_or_default();
        let page = house.get(&format!("/problems/{page}")).send().await;
        assert_eq!(page.status, 200, "{what}: its type can be read up");
        let next = ["value_wrong", "code_wrong"].contains(&reference.as_str());
        assert!(types.insert(reference, what).is_none() || next, "{what} is told apart");
    }
    let key = house.api_key(Scope::Read).await;
    let journal = house.get("/v1/journal?after=0&limit=500").bearer(&key).send().await.json();
    let kinds: Vec<&str> =
        journal["items"].as_array().unwrap().iter().filter_map(|one| one["type"].as_str()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "hold.made").count(), 1, "{kinds:?}");
    let pools = house.get(&format!("/v1/slots/{}/sheet", house.id("drop"))).bearer(&key).send().await;
    assert!(!String::from_utf8_lossy(&pools.body).contains("\"new\""), "{pools:?}");
}
