//! Who may call what, from the OpenAPI document: each route is tried with everything that must not open it.

use std::collections::BTreeSet;

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::House;
use crate::openapi::operations;

/// The least scope that a route says suffices, if keys open it.
fn scope(operation: &Value) -> Option<&str> {
    let security = operation["security"].as_array()?;
    security.iter().find_map(|one| one["organiser"][0].as_str())
}

/// Every route that wants a secret or a key refuses callers without one, with a broken one, and with a key
/// whose scope is below what it says.
#[tokio::test(flavor = "multi_thread")]
async fn the_matrix() {
    let house = House::new().await;
    let keys = [
        ("read", house.api_key(Scope::Read).await),
        ("sell", house.api_key(Scope::Sell).await),
        ("manage", house.api_key(Scope::Manage).await),
    ];
    let document = serde_json::to_value(dayshelf_http::openapi()).unwrap();
    let mut tried = 0;
    for (path, method, operation) in operations(&document) {
        if !is_closed(&operation) {
            continue;
        }
        let address = filled(&house, &path);
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let call = || house.call(method.clone(), &address).key(&crate::house::fresh_key());
        for call in [
            call(),
            call().bearer("dsk_nonsense"),
            call().bearer("hs_nonsense"),
            call().header("x-api-key", "x"),
        ] {
            let got = call.send().await;
            assert_eq!(got.status, 401, "{method} {path}: {got:?}");
        }
        let Some(least) = scope(&operation) else { continue };
        let enough = keys.iter().position(|(name, _)| *name == least).unwrap();
        for (place, (name, text)) in keys.iter().enumerate() {
            let got = call().bearer(text).send().await;
            let refused = got.status == 403 && got.problem() == "scope_too_small";
            assert_eq!(refused, place < enough, "{method} {path} with {name}: {got:?}");
            tried += 1;
        }
    }
    assert!(tried >= 12, "{tried}");
}

/// Whether nobody gets in without a secret or a key.
fn is_closed(operation: &Value) -> bool {
    let ways = operation["security"].as_array();
    ways.is_some_and(|ways| {
        !ways.is_empty() && ways.iter().all(|way| way.as_object().is_some_and(|way| !way.is_empty()))
    })
}

/// Something of every kind that belongs to the house, by its place in paths.
async fn things(house: &House, manage: &str) -> Vec<(&'static str, String)> {
    let make = async |path: &str, body: Value| {
        let got = house.post(path).bearer(manage).json(&body).send().await;
        assert!(got.status.is_success(), "{path}: {got:?}");
        got.text("id")
    };
    let order = house.order("drop/one", 1).await.0;
    let hold = house.hold("drop/one", 1).await.0;
    house.hold("drop/pair", 4).await;
    let line = format!("/v1/slots/{}/waitlist", house.id("drop"));
    let blocks = format!("/v1/slots/{}/blocks", house.id("drop"));
    let wait = json!({"offer": house.id("drop/one"), "quantity": 1, "contact": {"email": "ann@example.org"}});
    let change = format!("/v1/slots/{}/change", house.id("drop"));
    let cancel = house.post(&change).bearer(manage).header("if-match", "*").json(&json!({"cancel": true}));
    let waits = cancel.send().await.json()["confirmation"]["id"].as_str().unwrap().to_owned();
    let series = json!({
        "key": "theirs", "title": "Theirs", "start": "2031-01-01T18:00", "length": "1h", "rule": "FREQ=DAILY",
        "zone": "Europe/Berlin",
    });
    let series = house.post("/v1/series").bearer(manage).json(&series).send().await;
    let series = series.json()["series"]["id"].as_str().unwrap().to_owned();
    vec![
        ("{confirmation}", waits),
        ("{series}", series),
        ("{slot}", house.id("drop").to_owned()),
        ("{window}", house.id("drop:public").to_owned()),
        ("{offer}", house.id("drop/one").to_owned()),
        ("{fulfilment}", house.id("limited+pickup").to_owned()),
        (
            "{block}",
            make(
                &blocks,
                json!({"key": "theirs", "when": "start", "until": "end", "shift": {"person": "Ann"}}),
            )
            .await,
        ),
        ("{picture}", crate::library::sent(house, manage).await["id"].as_str().unwrap().to_owned()),
        ("{product}", make("/v1/products", json!({"key": "theirs", "title": "Theirs"})).await),
        ("{template}", make("/v1/templates", json!({"key": "theirs"})).await),
        ("{pool}", make("/v1/pools", json!({"key": "theirs", "units": 5})).await),
        ("{code}", make("/v1/codes", json!({"group": "theirs", "code": "THEIRS"})).await),
        ("{list}", make("/v1/lists", json!({"key": "theirs", "customers": []})).await),
        ("{key}", make("/v1/keys", json!({"name": "theirs", "scope": "read"})).await),
        ("{password}", make("/v1/calendar-passwords", json!({"name": "theirs"})).await),
        (
            "{feed}",
            make("/v1/feeds", json!({"url": "https://example.org/theirs.ics", "title": "Theirs"})).await,
        ),
        ("{text}", make("/v1/texts", json!({"title": "Theirs", "text": "Theirs."})).await),
        ("{endpoint}", make("/v1/endpoints", json!({"url": "https://example.org"})).await),
        ("{delivery}", format!("msg_{}", house.desk.mint().id(house.home))),
        ("{entry}", make(&line, wait).await),
        ("{order}", order),
        ("{hold}", hold),
    ]
}

/// What a route needs to get as far as asking whose the thing is.
fn least_body(name: &str, house: &House) -> Value {
    match name {
        "order_move" => json!({"slot": house.id("twin")}),
        "order_handover" | "order_handover_undo" => json!({"line": 0}),
        "order_edit" => json!({"buyer": {"name": "Ann", "email": "ann@example.org"}}),
        "order_note" => json!({"text": "Theirs."}),
        "hold_confirm" => json!({
            "buyer": {"name": "Ann", "email": "ann@example.org"},
            "payment": {"method": "at_pickup"}
        }),
        _ => json!({}),
    }
}

/// Another organiser's key, one that was revoked and one that has expired open nothing of the house: what
/// is named is unknown to them, what is not named is their own, and the journal does not move.
#[tokio::test(flavor = "multi_thread")]
async fn other_keys_open_nothing() {
    let house = House::new().await;
    let manage = house.api_key(Scope::Manage).await;
    let things = things(&house, &manage).await;
    let foreign = house.foreign_key(Scope::Manage).await;
    let issue = |body: Value| house.post("/v1/keys").bearer(&manage).json(&body);
    let revoked = issue(json!({"name": "revoked", "scope": "manage"})).send().await;
    let path = format!("/v1/keys/{}", revoked.text("id"));
    assert_eq!(house.call(Method::DELETE, &path).bearer(&manage).send().await.status, 204);
    let dead = [revoked.text("key"), house.ended_key(&manage).await];
    let journal = || async { house.get("/v1/journal?limit=500").bearer(&manage).send().await.body };
    let before = journal().await;
    let document = serde_json::to_value(dayshelf_http::openapi()).unwrap();
    let (mut named, mut all) = (0, 0);
    for (path, method, operation) in operations(&document) {
        if !is_closed(&operation) {
            continue;
        }
        let (name, keyed) = (operation["operationId"].as_str().unwrap(), scope(&operation).is_some());
        let address = things.iter().fold(path.clone(), |path, (place, id)| path.replace(place, id));
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let call = |key: &str| {
            let call = house.call(method.clone(), &address).key(&crate::house::fresh_key()).bearer(key);
            call.header("if-match", "*").json(&least_body(name, &house))
        };
        for key in &dead {
            let got = call(key).send().await;
            assert_eq!(got.status, 401, "{name} with a key that has ended: {got:?}");
        }
        let got = call(&foreign).send().await;
        assert!(!got.status.is_server_error(), "{name} with another's key: {got:?}");
        let expected = if keyed { (404, "unknown") } else { (401, "") };
        if !keyed || path.contains('{') {
            assert_eq!(got.status, expected.0, "{name} with another's key: {got:?}");
            assert!(!keyed || got.problem() == expected.1, "{name} with another's key: {got:?}");
            named += 1;
        } else {
            let text = String::from_utf8_lossy(&got.body).into_owned();
            assert!(things.iter().all(|(_, id)| !text.contains(id)), "{name} shows another's: {text}");
        }
        all += 1;
    }
    assert!(named >= 40 && all >= 55, "{named} of {all}");
    assert!(journal().await == before, "something of the house was touched");
}

/// A buyer's secret opens its own thing and nothing beside it: not another of the same kind, not one of another
/// kind, and not when its id or its secret part is swapped, cut or longer; and the journal does not move.
#[tokio::test(flavor = "multi_thread")]
async fn other_secrets_open_nothing() {
    let house = House::new().await;
    let manage = house.api_key(Scope::Manage).await;
    let things = things(&house, &manage).await;
    let (order, hold) = (house.order("gift/card", 1).await, house.hold("gift/card", 1).await);
    let line = format!("/v1/slots/{}/waitlist", house.id("drop"));
    let wait = json!({"offer": house.id("drop/one"), "quantity": 1, "contact": {"email": "bea@example.org"}});
    let entry = house.post(&line).json(&wait).send().await;
    let others = [order.1, hold.1, entry.text("secret")];
    // What was refused has its place in the journal too, but it is no fact.
    let journal =
        || async { house.get("/v1/journal?limit=500").bearer(&manage).send().await.json()["items"].clone() };
    let before = journal().await;
    let document = serde_json::to_value(dayshelf_http::openapi()).unwrap();
    let mut tried = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let named = |name: &str| {
            operation["security"].as_array().into_iter().flatten().any(|way| !way[name].is_null())
        };
        if !is_closed(&operation) || !(named("bearer") || named("operator")) {
            continue;
        }
        let name = operation["operationId"].as_str().unwrap();
        let address = things.iter().fold(path.clone(), |path, (place, id)| path.replace(place, id));
        let own = [("{order}", "os"), ("{hold}", "hs"), ("{entry}", "ws")].into_iter();
        let own = own.filter(|(place, _)| path.contains(place)).map(|(place, prefix)| {
            let id = &things.iter().find(|(known, _)| *known == place).unwrap().1;
            let id = id.split_once('_').unwrap().1;
            // The right id, with somebody else's secret part.
            format!("{prefix}_{id}_{}", others[0].rsplit_once('_').unwrap().1)
        });
        let changed =
            others.iter().flat_map(|one| [one.clone(), one[..one.len() - 1].to_owned(), format!("{one}0")]);
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        for secret in own.chain(changed) {
            let call = house.call(method.clone(), &address).key(&crate::house::fresh_key()).bearer(&secret);
            let got = call.header("if-match", "*").json(&least_body(name, &house)).send().await;
            assert_eq!(got.status, 401, "{name} with {secret}: {got:?}");
        }
        tried.insert(name.to_owned());
    }
    for name in
        ["hold_show", "hold_confirm", "order_show", "order_cancel", "waitlist_leave", "organiser_found"]
    {
        assert!(tried.contains(name), "{name} was not tried: {tried:?}");
    }
    assert!(journal().await == before, "something of the house was touched");
}

/// The path with ids in it; of things that do not exist, which is said only to those who may ask.
pub fn filled(house: &House, path: &str) -> String {
    let never = house.desk.mint().id(house.home);
    let kinds = [
        ("{slot}", "slot"),
        ("{hold}", "hold"),
        ("{order}", "order"),
        ("{entry}", "wait"),
        ("{pool}", "pool"),
        ("{window}", "window"),
        ("{offer}", "offer"),
        ("{fulfilment}", "fulfil"),
        ("{block}", "block"),
        ("{template}", "template"),
        ("{series}", "series"),
        ("{code}", "code"),
        ("{list}", "list"),
        ("{key}", "key"),
        ("{endpoint}", "hook"),
        ("{password}", "app"),
        ("{delivery}", "msg"),
        ("{confirmation}", "confirm"),
        ("{person}", "person"),
        ("{session}", "session"),
        ("{invitation}", "invite"),
        ("{passkey}", "passkey"),
    ];
    kinds
        .iter()
        .fold(path.to_owned(), |path, (name, prefix)| path.replace(name, &format!("{prefix}_{never}")))
}
