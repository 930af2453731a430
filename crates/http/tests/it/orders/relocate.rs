//! `POST /v1/orders/{order}/move`.

use serde_json::json;

use crate::house::{House, fresh_key};

/// The order goes to the twin that sells the same offer, and its units come back to the slot it left.
#[tokio::test(flavor = "multi_thread")]
async fn moves_an_order() {
    let house = House::new().await;
    let (order, secret) = house.order("drop/one", 3).await;
    let (path, key) = (format!("/v1/orders/{order}/move"), fresh_key());
    let body = json!({"slot": house.id("twin")});
    let got = house.post(&path).key(&key).bearer(&secret).json(&body).send().await;
    assert_eq!((got.status.as_u16(), got.text("slot").as_str()), (200, house.id("twin")), "{got:?}");
    let again = house.post(&path).key(&key).bearer(&secret).json(&body).send().await;
    assert_eq!(again.body, got.body);
    let slot = house.get(&format!("/v1/slots/{}", house.id("drop"))).send().await.json();
    assert_eq!(slot["offers"][1]["free"], 5);
    let no = house.post(&path).bearer(&secret).json(&json!({"slot": house.id("gift")})).send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (409, "no_counterpart"));
    let no = house.post(&path).bearer(&secret).json(&json!({"slot": house.id("draft")})).send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (409, "slot_not_published"));
    let elsewhere = json!({"slot": "slot_01k9ydt4zq7m8v2c5x6b3n0aef"});
    let nowhere = house.post(&path).bearer(&secret).json(&elsewhere).send().await;
    assert_eq!((nowhere.problem().as_str(), nowhere.text("field").as_str()), ("unknown", "slot"));
    let there = house.post(&path).bearer(&secret).json(&body).send().await;
    assert_eq!(there.text("detail"), "slot: the order is in this slot already; name another one.");
    let no = house.post(&path).bearer(&secret).json(&json!({"slot": "slot_1"})).send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (422, "value_wrong"));
    let no = house.post(&path).bearer(&secret).json(&json!({})).send().await;
    assert_eq!((no.problem().as_str(), no.text("field").as_str()), ("missing_field", "slot"));
}
