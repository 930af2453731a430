//! Founding organisers, and what they say about themselves.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{House, OPERATOR, fresh_key};

fn about(slug: &str) -> Value {
    json!({"slug": slug, "name": "A pottery", "zone": "Europe/Lisbon", "currency": "EUR"})
}

/// The operator founds an organiser; its first key works at once, passes can be verified, and a retry gets
/// the same answer, key and all.
#[tokio::test(flavor = "multi_thread")]
async fn the_operator_founds() {
    let house = House::new().await;
    let key = fresh_key();
    let found = || house.post("/v1/organisers").key(&key).bearer(OPERATOR).json(&about("pottery"));
    let first = found().send().await;
    assert_eq!(first.status, 201, "{first:?}");
    let text = first.json()["key"]["key"].as_str().unwrap().to_owned();
    assert_eq!(first.json()["key"]["scope"], "manage");
    let own = house.get("/v1/organiser").bearer(&text).send().await;
    assert_eq!(own.json(), first.json()["organiser"]);
    assert_eq!(own.header("etag"), Some("\"v1\""));
    let keys = house.get("/pottery/pass-keys.json").send().await;
    assert_eq!(keys.status, 200, "{keys:?}");
    let again = found().send().await;
    assert!(again.is_replay() && again.body == first.body, "{again:?}");
    let taken = house.post("/v1/organisers").bearer(OPERATOR).json(&about("pottery")).send().await;
    assert_eq!((taken.status.as_u16(), taken.problem().as_str()), (409, "name_taken"));
    assert_eq!(taken.json()["field"], "slug");
}

/// Nobody else founds, and what can't be is not founded.
#[tokio::test(flavor = "multi_thread")]
async fn founding_is_checked() {
    let house = House::new().await;
    let manage = house.api_key(Scope::Manage).await;
    for secret in [manage.as_str(), "operator", "dsk_"] {
        let got = house.post("/v1/organisers").bearer(secret).json(&about("x")).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (401, "unauthorised"));
    }
    let with = |field: &str, value: Value| {
        let mut body = about("good");
        body[field] = value;
        body
    };
    let table = [
        (with("zone", json!("Europe/Lisboa")), "zone_unknown", "zone"),
        (with("currency", json!("EURO")), "currency_unknown", "currency"),
        (with("currency", json!("XQQ")), "currency_unknown", "currency"),
        (with("slug", json!("Not a slug")), "invalid", "slug"),
        (with("slug", json!("overlay")), "invalid", "slug"),
        (with("name", json!(" ")), "invalid", "name"),
        (with("colour", json!("red")), "unknown_field", "colour"),
    ];
    for (body, code, field) in table {
        let got = house.post("/v1/organisers").bearer(OPERATOR).json(&body).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (422, code), "{got:?}");
        assert_eq!(got.json()["field"], field, "{got:?}");
    }
}

/// The organiser changes what it says about itself, but only what it has seen; its slug stays.
#[tokio::test(flavor = "multi_thread")]
async fn changes_what_it_says() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let put = |body: &Value| house.call(Method::PUT, "/v1/organiser").bearer(&key).json(body);
    let mut body = about("kiln");
    assert_eq!(put(&body).send().await.problem(), "if_match_missing");
    let got = put(&body).header("if-match", "\"v1\"").send().await;
    assert_eq!((got.status.as_u16(), got.header("etag")), (200, Some("\"v2\"")), "{got:?}");
    assert_eq!(got.json()["zone"], "Europe/Lisbon");
    let stale = put(&body).header("if-match", "\"v1\"").send().await;
    assert_eq!((stale.status.as_u16(), stale.json()["current"].as_u64()), (412, Some(2)));
    body["slug"] = json!("oven");
    let renamed = put(&body).header("if-match", "*").send().await;
    assert_eq!((renamed.problem().as_str(), renamed.text("field").as_str()), ("in_use", "slug"));
    assert!(renamed.text("detail").starts_with("slug: this name is in the addresses"), "{renamed:?}");
    body["slug"] = json!("overlay");
    let got = put(&body).header("if-match", "*").send().await;
    assert_eq!((got.problem().as_str(), got.json()["flaw"].as_str()), ("invalid", Some("reserved")));
    body["slug"] = json!("kiln");
    body["currency"] = json!("USD");
    let got = put(&body).header("if-match", "*").send().await;
    assert_eq!((got.problem().as_str(), got.json()["field"].as_str()), ("invalid", Some("currency")));
    assert!(got.text("detail").contains("prices in the currency of before"), "{got:?}");
}
