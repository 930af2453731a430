//! `POST /v1/orders/{order}/cancel`.

use dayshelf_core::organiser::Scope;
use serde_json::json;

use crate::house::{House, fresh_key};

/// A line comes back once, its units are free again, and the retry gets the same bytes.
#[tokio::test(flavor = "multi_thread")]
async fn cancels_by_line_and_whole() {
    let house = House::new().await;
    let lines = json!([
        {"offer": house.id("drop/one"), "quantity": 2},
        {"offer": house.id("drop/pair"), "quantity": 1}
    ]);
    let wish = json!({"slot": house.id("drop"), "lines": lines});
    let held = house.post("/v1/holds").json(&wish).send().await;
    let order = house.confirm(&held.text("id"), &held.text("secret"), "at_pickup").send().await;
    let (path, secret) = (format!("/v1/orders/{}/cancel", order.text("id")), order.text("secret"));
    let key = fresh_key();
    let part = house.post(&path).key(&key).bearer(&secret).json(&json!({"lines": [1]})).send().await;
    assert_eq!((part.status.as_u16(), part.text("state").as_str()), (200, "partly_cancelled"), "{part:?}");
    assert_eq!(part.header("etag"), Some("\"v2\""));
    let no = house.post(&path).bearer(&secret).json(&json!({"lines": [1]})).send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (409, "order_closed"));
    let sell = house.api_key(Scope::Sell).await;
    let all = house.post(&path).bearer(&sell).send().await;
    assert_eq!((all.status.as_u16(), all.text("state").as_str()), (200, "cancelled"));
    assert_eq!(all.json()["extras"], json!([]));
    let again = house.post(&path).key(&key).bearer(&secret).json(&json!({"lines": [1]})).send().await;
    assert_eq!(again.body, part.body);
    assert!(again.is_replay());
    let slot = house.get(&format!("/v1/slots/{}", house.id("drop"))).send().await.json();
    assert_eq!(slot["offers"][1]["free"], 5);
}

/// What can't be cancelled, and who can't.
#[tokio::test(flavor = "multi_thread")]
async fn refusals() {
    let house = House::new().await;
    let (order, secret) = house.order("drop/one", 1).await;
    let (_, other) = house.order("drop/one", 1).await;
    let (read, foreign) = (house.api_key(Scope::Read).await, house.foreign_key(Scope::Manage).await);
    let path = format!("/v1/orders/{order}/cancel");
    let table = [
        (house.post(&path), 401, "unauthorised"),
        (house.post(&path).bearer(&other), 401, "secret_wrong"),
        (house.post(&path).bearer(&read), 403, "scope_too_small"),
        (house.post(&path).bearer(&foreign), 404, "unknown"),
        (house.post(&path).bearer(&secret).without_key(), 400, "idempotency_key_missing"),
        (house.post(&path).bearer(&secret).json(&json!({"lines": [7]})), 404, "unknown"),
        (house.post(&path).bearer(&secret).json(&json!({"lines": []})), 422, "value_wrong"),
        (house.post(&path).bearer(&secret).json(&json!({"lines": vec![0; 21]})), 422, "too_long"),
        (house.post(&path).bearer(&secret).json(&json!({"lines": [0, 0]})), 422, "value_wrong"),
        (house.post(&path).bearer(&secret).json(&json!({"line": 0})), 422, "unknown_field"),
    ];
    let nowhere = house.post(&path).bearer(&secret).json(&json!({"lines": [0, 7]})).send().await;
    assert_eq!((nowhere.problem().as_str(), nowhere.text("field").as_str()), ("unknown", "lines[1]"));
    for (call, status, code) in table {
        let got = call.send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{got:?}");
    }
}
