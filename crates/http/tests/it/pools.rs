//! Pools: made, changed, removed; stock that comes, goes and is counted.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House, fresh_key};

async fn made(house: &House, key: &str) -> Got {
    let body = json!({"key": "clay", "title": "Clay", "units": 20, "buffer": 2, "borrows": ["plenty"]});
    house.post("/v1/pools").bearer(key).json(&body).send().await
}

/// A pool is made once, changed by who has seen it, and removed when its units are free.
#[tokio::test(flavor = "multi_thread")]
async fn from_making_to_removal() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let (once, body) = (fresh_key(), json!({"key": "clay", "units": 20, "buffer": 2}));
    let create = || house.post("/v1/pools").key(&once).bearer(&key).json(&body);
    let first = create().send().await;
    assert_eq!((first.status.as_u16(), first.header("etag")), (201, Some("\"v1\"")), "{first:?}");
    assert_eq!(
        (first.json()["balance"]["free"].as_u64(), first.json()["available"].as_u64()),
        (Some(20), Some(18))
    );
    assert_eq!(create().send().await.body, first.body);
    let path = format!("/v1/pools/{}", first.text("id"));
    assert_eq!(house.get(&path).bearer(&key).send().await.json(), first.json());
    let put = |tag: &str, body: Value| {
        house.call(Method::PUT, &path).bearer(&key).header("if-match", tag).json(&body)
    };
    let dry = house.call(Method::PUT, &format!("{path}?dry_run=true")).bearer(&key).header("if-match", "*");
    let dry = dry.json(&json!({"key": "clay", "units": 25})).send().await;
    assert_eq!((dry.status.as_u16(), dry.json()["balance"]["free"].as_u64()), (200, Some(25)), "{dry:?}");
    assert_eq!(house.get(&path).bearer(&key).send().await.json(), first.json(), "a look changes nothing");
    let got = put("\"v1\"", json!({"key": "clay", "units": 25})).send().await;
    assert_eq!((got.json()["balance"]["supplied"].as_u64(), got.header("etag")), (Some(25), Some("\"v2\"")));
    assert_eq!(put("\"v1\"", json!({"key": "clay", "units": 5})).send().await.status, 412);
    let stock = &pool_of(&house, &key, "stock").await;
    let remove = |id: &str| house.call(Method::DELETE, &format!("/v1/pools/{id}")).bearer(&key);
    assert_eq!(remove(stock).send().await.problem(), "in_use");
    assert_eq!(remove(&first.text("id")).send().await.status, 204);
    assert_eq!(house.get(&path).bearer(&key).send().await.problem(), "unknown");
}

async fn pool_of(house: &House, key: &str, name: &str) -> String {
    let page = house.get("/v1/pools?limit=500").bearer(key).send().await.json();
    let pool = page["items"].as_array().unwrap().iter().find(|pool| pool["key"] == name).cloned();
    pool.unwrap_or_else(|| panic!("no pool {name}"))["id"].as_str().unwrap().to_owned()
}

/// A till moves stock; the same source is done once under any idempotency key, and a retry gets its bytes.
#[tokio::test(flavor = "multi_thread")]
async fn stock_moves_once() {
    let house = House::new().await;
    let (manage, till) = (house.api_key(Scope::Manage).await, house.api_key(Scope::Sell).await);
    let id = made(&house, &manage).await.text("id");
    let other = pool_of(&house, &manage, "plenty").await;
    let path = format!("/v1/pools/{id}/movements");
    let body = |kind: &str, units: i64, source: &str| json!({"kind": kind, "units": units, "reason": "r", "source": source});
    let (once, lose) = (fresh_key(), body("lose", 3, "s1"));
    let first = house.post(&path).key(&once).bearer(&till).json(&lose).send().await;
    assert_eq!((first.status.as_u16(), first.json()["known"].as_bool()), (200, Some(false)), "{first:?}");
    assert_eq!(first.json()["moves"], json!([{"pool": id, "from": "free", "to": "lost", "units": 3}]));
    let again = house.post(&path).key(&once).bearer(&till).json(&lose).send().await;
    assert!(again.is_replay() && again.body == first.body, "{again:?}");
    // Under another key, the source gets what was answered first; only `known` says that it was before.
    let mut wanted = first.json();
    wanted["known"] = json!(true);
    let other_key = fresh_key();
    for _ in 0..2 {
        let known = house.post(&path).key(&other_key).bearer(&till).json(&lose).send().await;
        assert_eq!((known.status.as_u16(), known.json()), (200, wanted.clone()));
    }
    let stands_for = json!({"kind": "lose", "pool": id, "units": 3, "reason": "r"});
    let mut otherwise = body("lose", 3, "s1");
    otherwise["reason"] = json!("another");
    for other in [body("lose", 4, "s1"), body("find", 3, "s1"), body("lose", 0, "s1"), otherwise] {
        let got = house.post(&path).bearer(&till).json(&other).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (422, "source_reused"), "{other}: {got:?}");
        assert_eq!((&got.json()["field"], &got.json()["first"]), (&json!("source"), &stands_for));
        let detail = got.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("\"lose\" of 3") && detail.contains("Send a new id"), "{detail}");
    }
    let elsewhere = format!("/v1/pools/{other}/movements");
    let got = house.post(&elsewhere).bearer(&till).json(&lose).send().await;
    assert_eq!(got.problem(), "source_reused", "a source is the organiser's, not the pool's");
    let count = json!({"units": 13, "version": 1, "reason": "r", "source": "s1"});
    let got = house.post(&format!("/v1/pools/{id}/counts")).bearer(&till).json(&count).send().await;
    assert_eq!((got.problem().as_str(), &got.json()["first"]), ("source_reused", &stands_for));
    let mut transfer = body("transfer", 4, "s2");
    transfer["to"] = json!(other);
    assert_eq!(house.post(&path).bearer(&till).json(&transfer).send().await.status, 200);
    let balance = house.get(&format!("/v1/pools/{id}")).bearer(&till).send().await.json()["balance"].clone();
    assert_eq!(
        balance,
        json!({"supplied": 16, "free": 13, "held": 0, "sold": 0, "handed": 0, "lost": 3, "lent": 0})
    );
    let mut nowhere = body("add", 1, "s3");
    nowhere["to"] = json!(other);
    let mut foreign = body("transfer", 1, "s9");
    foreign["to"] = json!("pool_01k9ydt4zq7m8v2c5x6b3n0aef");
    let table = [
        (body("remove", 14, "s4"), 409, "too_few_units", json!("units")),
        (body("add", 0, "s5"), 422, "invalid", json!("units")),
        (body("add", -1, "s5"), 422, "value_wrong", json!("units")),
        (body("add", 1, " "), 422, "value_wrong", json!("source")),
        (body("burn", 1, "s6"), 422, "value_wrong", json!("kind")),
        (body("transfer", 1, "s7"), 422, "missing_field", json!("to")),
        (nowhere, 422, "value_wrong", json!("to")),
        (foreign, 404, "unknown", json!("to")),
    ];
    for (body, status, code, field) in table {
        let got = house.post(&path).bearer(&till).json(&body).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{body}: {got:?}");
        assert_eq!(got.json()["field"], field, "{got:?}");
    }
    let no_pool = "/v1/pools/pool_01k9ydt4zq7m8v2c5x6b3n0aef/movements";
    let got = house.post(no_pool).bearer(&till).json(&transfer).send().await;
    assert_eq!((got.problem().as_str(), got.json().get("field")), ("unknown", None), "{got:?}");
    let reused = house.post(&path).key(&once).bearer(&till).json(&body("add", 1, "s8")).send().await;
    assert_eq!((reused.status.as_u16(), reused.problem().as_str()), (422, "key_reused"));
    let keyless = house.post(&path).without_key().bearer(&till).json(&lose).send().await;
    assert_eq!((keyless.status.as_u16(), keyless.problem().as_str()), (400, "idempotency_key_missing"));
}

/// A count is reconciled, an older one changes nothing, and what was bought is never taken away.
#[tokio::test(flavor = "multi_thread")]
async fn counts_are_reconciled() {
    let house = House::new().await;
    let (manage, till) = (house.api_key(Scope::Manage).await, house.api_key(Scope::Sell).await);
    house.order("drop/one", 4).await;
    let id = pool_of(&house, &manage, "stock").await;
    let count = |units: u64, version: u64| {
        let body =
            json!({"units": units, "version": version, "reason": "evening", "source": format!("c{version}")});
        house.post(&format!("/v1/pools/{id}/counts")).bearer(&till).json(&body)
    };
    let got = count(9, 1).send().await.json();
    assert_eq!((got["expected"].as_u64(), got["shortfall"].as_u64()), (Some(10), Some(0)), "{got}");
    let again = count(9, 1).send().await.json();
    let same = |name: &str| again[name] == got[name];
    assert!(
        ["pool", "sequence", "moves", "expected", "shortfall"].into_iter().all(same),
        "{again} and {got}"
    );
    assert_eq!((&got["known"], &again["known"]), (&json!(false), &json!(true)));
    let mut other = json!({"units": 8, "version": 1, "reason": "evening", "source": "c1"});
    for version in [1, 2] {
        other["version"] = json!(version);
        let reused = house.post(&format!("/v1/pools/{id}/counts")).bearer(&till).json(&other).send().await;
        assert_eq!((reused.status.as_u16(), reused.problem().as_str()), (422, "source_reused"), "{reused:?}");
        let first = json!({"pool": id, "units": 9, "version": 1, "reason": "evening"});
        assert_eq!(reused.json()["first"], first);
    }
    let got = count(3, 2).send().await.json();
    assert_eq!((got["expected"].as_u64(), got["shortfall"].as_u64()), (Some(9), Some(1)), "{got}");
    let mut older = json!({"units": 10, "version": 1, "reason": "late", "source": "c9"});
    let stale = house.post(&format!("/v1/pools/{id}/counts")).bearer(&till).json(&older).send().await;
    assert_eq!((stale.problem().as_str(), stale.json()["newest"].as_u64()), ("count_stale", Some(2)));
    older["version"] = json!("new");
    let wrong = house.post(&format!("/v1/pools/{id}/counts")).bearer(&till).json(&older).send().await;
    assert_eq!((wrong.problem().as_str(), wrong.json()["field"].as_str()), ("wrong_type", Some("version")));
}

/// Where stock lies and which channel it is for is said, kept, and put as it was read.
#[tokio::test(flavor = "multi_thread")]
async fn has_a_place_and_a_channel() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let body = json!({"key": "lamps", "units": 4, "place": " Cellar ", "channel": "livestream"});
    let made = house.post("/v1/pools").bearer(&key).json(&body).send().await;
    assert_eq!((made.text("place").as_str(), made.text("channel").as_str()), ("Cellar", "livestream"));
    let path = format!("/v1/pools/{}", made.text("id"));
    let put = |body: Value| house.call(Method::PUT, &path).bearer(&key).header("if-match", "*").json(&body);
    let same = put(made.json()).send().await;
    assert_eq!((same.status.as_u16(), same.json()), (200, made.json()));
    let moved = put(json!({"key": "lamps", "units": 4, "place": "Market"})).send().await;
    assert_eq!((moved.text("place").as_str(), moved.text("channel").as_str()), ("Market", ""));
    assert_eq!(house.get(&path).bearer(&key).send().await.json(), moved.json());
    for (field, max) in [("place", 200), ("channel", 60)] {
        let mut long = json!({"key": "lamps", "units": 4});
        long[field] = json!("x".repeat(max + 1));
        let no = put(long).send().await;
        assert_eq!(
            (no.problem().as_str(), no.json()["flaw"].as_str()),
            ("invalid", Some("above_max")),
            "{no:?}"
        );
    }
    let plain = house.post("/v1/pools").bearer(&key).json(&json!({"key": "cups", "units": 4})).send().await;
    assert_eq!((plain.text("place").as_str(), plain.text("channel").as_str()), ("", ""));
}

/// A pool says what a count of it should find: what it lent to a window lies on the same shelf, what was handed over does not.
/// Counting just that moves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_count_should_find() {
    let house = House::new().await;
    let (key, till) = (house.api_key(Scope::Manage).await, house.api_key(Scope::Sell).await);
    let path = format!("/v1/pools/{}", pool_of(&house, &key, "vip-stock").await);
    let shown = async || house.get(&path).bearer(&key).send().await.json();
    let pool = shown().await;
    let units = |name: &str| pool["balance"][name].as_u64().unwrap();
    assert!(units("lent") > 0, "{pool}");
    assert_eq!(pool["on_hand"].as_u64(), Some(units("free") + units("lent")), "{pool}");
    let page = house.get("/v1/pools?limit=500").bearer(&key).send().await.json();
    assert!(page["items"].as_array().unwrap().contains(&pool), "{page}");
    let count = json!({"units": pool["on_hand"], "version": 1, "reason": "r", "source": "c1"});
    let got = house.post(&format!("{path}/counts")).bearer(&till).json(&count).send().await;
    assert_eq!((got.status.as_u16(), &got.json()["moves"]), (200, &json!([])), "{got:?}");
    assert_eq!(shown().await, pool);
}
