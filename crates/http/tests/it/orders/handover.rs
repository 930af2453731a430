//! `POST /v1/orders/{order}/handover`.

use dayshelf_core::organiser::Scope;
use serde_json::json;

use crate::house::{House, fresh_key};

/// A till hands a line over, once; a buyer can't.
#[tokio::test(flavor = "multi_thread")]
async fn hands_over_once() {
    let house = House::new().await;
    let (order, secret) = house.order("drop/one", 1).await;
    let (sell, read) = (house.api_key(Scope::Sell).await, house.api_key(Scope::Read).await);
    let foreign = house.foreign_key(Scope::Sell).await;
    let (path, line, key) = (format!("/v1/orders/{order}/handover"), json!({"line": 0}), fresh_key());
    let table = [
        (house.post(&path).json(&line), 401, "unauthorised"),
        (house.post(&path).bearer(&secret).json(&line), 401, "unauthorised"),
        (house.post(&path).bearer(&read).json(&line), 403, "scope_too_small"),
        (house.post(&path).bearer(&foreign).json(&line), 404, "unknown"),
        (house.post(&path).bearer(&sell).json(&json!({"line": 3})), 404, "unknown"),
        (house.post(&path).bearer(&sell).json(&json!({"line": -1})), 422, "value_wrong"),
        (house.post(&path).bearer(&sell).json(&json!({})), 422, "missing_field"),
    ];
    for (call, status, code) in table {
        let got = call.send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{got:?}");
    }
    let nowhere = house.post(&path).bearer(&sell).json(&json!({"line": 3})).send().await;
    assert_eq!((nowhere.problem().as_str(), nowhere.text("field").as_str()), ("unknown", "line"));
    let early = house.post(&format!("{path}/undo")).bearer(&sell).json(&line).send().await;
    assert_eq!(early.problem(), "nothing_to_undo");
    assert!(
        early.text("detail").contains("not handed over") && !early.text("detail").contains("Change it again")
    );
    let got = house.post(&path).key(&key).bearer(&sell).json(&line).send().await;
    assert_eq!(
        (got.status.as_u16(), got.json()["lines"][0]["state"].as_str()),
        (200, Some("handed")),
        "{got:?}"
    );
    let again = house.post(&path).key(&key).bearer(&sell).json(&line).send().await;
    assert_eq!(again.body, got.body);
    let no = house.post(&path).bearer(&sell).json(&line).send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (409, "already_redeemed"));
    assert_eq!(no.json()["by"]["kind"], "key");
}
