//! Broadcasts, reminders, shifts, cues and rules of a slot: one resource for all kinds.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House, fresh_key};

fn tag(got: &Got) -> String {
    got.header("etag").unwrap_or_else(|| panic!("no ETag: {got:?}")).to_owned()
}

/// One of each kind, as its author writes it.
fn kinds() -> Vec<(&'static str, Value)> {
    let source = json!({"kind": "hls", "url": "https://example.org/live.m3u8"});
    let kinds = [
        ("broadcast", json!({"sources": [source], "replay": "https://example.org/again"})),
        ("reminder", json!({"text": "It begins in an hour."})),
        ("announcement", json!({"audience": "followers", "channel": "push", "text": "Soon."})),
        ("shift", json!({"person": "Ann", "tasks": ["wrap"]})),
        ("cue", json!({"camera": "top", "host": "Bea", "offer": "one"})),
        ("rule", json!({"below": {"pool": "plenty", "units": 5}, "then": {"close": ["twin"]}})),
    ];
    let doc = |(kind, what): (&'static str, Value)| {
        (kind, json!({"key": kind, "when": "start - 1h", "until": "end", kind: what}))
    };
    kinds.into_iter().map(doc).collect()
}

/// Each is made once, shown, listed page by page, moved with its slot, changed by who has seen it, removed.
#[tokio::test(flavor = "multi_thread")]
async fn from_making_to_removal() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let slot = house.id("drop");
    let all = format!("/v1/slots/{slot}/blocks");
    let mut ids = Vec::new();
    for (kind, doc) in kinds() {
        let once = fresh_key();
        let create = || house.post(&all).key(&once).bearer(&key).json(&doc);
        let made = create().send().await;
        assert_eq!(made.status, 201, "{kind}: {made:?}");
        assert!(create().send().await.is_replay(), "{kind}");
        let whole = made.json();
        assert_eq!(
            (whole["kind"].as_str(), whole["when"]["anchor"].as_str()),
            (Some(kind), Some("start - 1h"))
        );
        assert!(whole[kind].is_object(), "{whole}");
        let shown = house.get(&format!("/v1/blocks/{}", made.text("id"))).bearer(&key).send().await;
        assert_eq!((shown.json(), tag(&shown)), (whole, tag(&made)));
        ids.push(made.text("id"));
    }
    let first = house.get(&format!("{all}?limit=4")).bearer(&key).send().await.json();
    let next = first["next"].as_str().unwrap_or_else(|| panic!("no next page: {first}"));
    let second = house.get(&format!("{all}?limit=4&cursor={next}")).bearer(&key).send().await.json();
    let items =
        [first["items"].as_array().unwrap().clone(), second["items"].as_array().unwrap().clone()].concat();
    let listed: Vec<&str> = items.iter().filter_map(|item| item["id"].as_str()).collect();
    assert_eq!((listed, second["next"].is_null()), (ids.iter().map(String::as_str).collect(), true));
    let path = format!("/v1/blocks/{}", ids[3]);
    let before = house.get(&path).bearer(&key).send().await;
    let put = |tag: &str, doc: Value| {
        house.call(Method::PUT, &path).bearer(&key).header("if-match", tag).json(&doc)
    };
    let later = json!({"key": "shift", "when": "start", "until": "end", "shift": {"person": "Bea"}});
    let changed = put(&tag(&before), later.clone()).send().await;
    assert_eq!((changed.status.as_u16(), changed.json()["shift"]["person"].as_str()), (200, Some("Bea")));
    assert_eq!(put(&tag(&before), later).send().await.problem(), "version_stale");
    let remove = |tag: &str| house.call(Method::DELETE, &path).bearer(&key).header("if-match", tag);
    assert_eq!(remove(&tag(&changed)).send().await.status, 204);
    assert_eq!(house.get(&path).bearer(&key).send().await.problem(), "unknown");
}

/// A shift is answered with a smaller key, and once for its idempotency key.
#[tokio::test(flavor = "multi_thread")]
async fn shifts_are_answered() {
    let house = House::new().await;
    let (manage, sell) = (house.api_key(Scope::Manage).await, house.api_key(Scope::Sell).await);
    let all = format!("/v1/slots/{}/blocks", house.id("drop"));
    let make = async |doc: Value| house.post(&all).bearer(&manage).json(&doc).send().await.text("id");
    let shift =
        make(json!({"key": "wrap", "when": "start", "until": "end", "shift": {"person": "Ann"}})).await;
    let cue = make(json!({"key": "open", "when": "start", "cue": {}})).await;
    let answer = async |id: &str, word: &str| {
        house.post(&format!("/v1/blocks/{id}/{word}")).bearer(&sell).json(&json!({})).send().await
    };
    for word in ["accept", "decline", "accept", "accept"] {
        let got = answer(&shift, word).await;
        let state = if word == "accept" { "accepted" } else { "declined" };
        assert_eq!((got.status.as_u16(), got.text("state").as_str()), (200, state), "{got:?}");
    }
    assert_eq!(answer(&cue, "accept").await.problem(), "nobody_assigned");
    let read = house.api_key(Scope::Read).await;
    let path = format!("/v1/blocks/{shift}/accept");
    assert_eq!(house.post(&path).bearer(&read).json(&json!({})).send().await.problem(), "scope_too_small");
}

/// What is wrong is said at its field: no kind or two of them, a rule without a cause, what is not there.
#[tokio::test(flavor = "multi_thread")]
async fn flaws_have_their_place() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let all = format!("/v1/slots/{}/blocks", house.id("drop"));
    let table = [
        (json!({"key": "x", "when": "start"}), "value_wrong", "key"),
        (json!({"key": "x", "when": "start", "cue": {}, "shift": {}}), "value_wrong", "key"),
        (json!({"key": "x", "when": "soon", "cue": {}}), "value_wrong", "when"),
        (json!({"key": "x", "when": "start", "cue": {"offer": "none"}}), "invalid", "cue.offer"),
        (json!({"key": "x", "when": "start", "shift": {}}), "missing_field", "until"),
        (json!({"key": "x", "when": "start", "rule": {"then": {"close": []}}}), "value_wrong", "rule.below"),
        (
            json!({"key": "x", "when": "start", "rule": {"sold_out": "public", "then": {"open": "public"}}}),
            "invalid",
            "rule.then",
        ),
        (
            json!({"key": "x", "when": "start", "broadcast": {"replay": "ftp://x"}}),
            "invalid",
            "broadcast.replay",
        ),
        (
            json!({"key": "x", "when": "start", "broadcast": {"sources": [{"kind": "film", "url": "x"}]}}),
            "value_wrong",
            "broadcast.sources[0].kind",
        ),
        (json!({"key": "x", "when": "start", "reminder": {"text": ""}}), "invalid", "reminder.text"),
    ];
    for (doc, problem, field) in table {
        let got = house.post(&all).bearer(&key).json(&doc).send().await;
        assert_eq!(
            (got.problem().as_str(), got.json()["field"].as_str()),
            (problem, Some(field)),
            "{doc}: {got:?}"
        );
    }
}

/// A rule closes the twin when stock is low: card, API, page and hold say so; it opens again by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_rule_closes_a_slot() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let all = format!("/v1/slots/{}/blocks", house.id("drop"));
    let rule = json!({"below": {"pool": "stock", "units": 9}, "then": {"close": ["twin"]}});
    let doc = json!({"key": "low", "when": "start", "rule": rule});
    assert_eq!(house.post(&all).bearer(&key).json(&doc).send().await.status, 201);
    let twin = house.id("twin").to_owned();
    let sale = async || house.get(&format!("/v1/slots/{twin}")).send().await.text("sale");
    let page = async || String::from_utf8(house.get("/kiln/twin").send().await.body.to_vec()).unwrap();
    assert_eq!(sale().await, "open");
    let (hold, secret) = house.hold("drop/one", 2).await;
    assert_eq!(sale().await, "paused");
    assert!(page().await.contains("Paused for now"));
    let body = json!({"slot": twin, "lines": [{"offer": house.id("twin/one"), "quantity": 1}]});
    let refused = house.post("/v1/holds").json(&body).send().await;
    assert_eq!(
        (refused.problem().as_str(), refused.json()["why"].as_str()),
        ("not_offered", Some("stock_low"))
    );
    let release = house.post(&format!("/v1/holds/{hold}/release")).bearer(&secret).json(&json!({}));
    assert_eq!(release.send().await.status, 200);
    assert_eq!(sale().await, "open");
}

/// The slot's page says when the broadcast is, and the public API where it plays; nobody sees shifts.
#[tokio::test(flavor = "multi_thread")]
async fn the_public_sees_broadcasts() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let all = format!("/v1/slots/{}/blocks", house.id("drop"));
    for (_, doc) in kinds() {
        assert_eq!(house.post(&all).bearer(&key).json(&doc).send().await.status, 201);
    }
    let page = String::from_utf8(house.get("/kiln/drop").send().await.body.to_vec()).unwrap();
    assert!(page.contains("Live now") && page.contains("broadcast"), "{page}");
    let slot = house.get(&format!("/v1/slots/{}", house.id("drop"))).send().await;
    let broadcasts = slot.json()["broadcasts"].clone();
    assert_eq!(broadcasts[0]["sources"][0]["url"], "https://example.org/live.m3u8");
    assert!(!slot.body.windows(4).any(|part| part == b"wrap\"" || part == b"Ann\""));
}
