//! `POST /v1/passes/redeem`, and handovers that are taken back.

use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{House, fresh_key};

async fn pass(house: &House, order: &str, secret: &str) -> String {
    let order = house.get(&format!("/v1/orders/{order}")).bearer(secret).send().await.json();
    order["lines"][0]["pass"]["text"].as_str().unwrap_or_else(|| panic!("{order}")).to_owned()
}

/// A stall takes a pass once; the next one hears who took it. Whoever can't or may not gets nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn redeems_once() {
    let house = House::new().await;
    let (order, secret) = house.order("drop/one", 1).await;
    let text = pass(&house, &order.to_string(), &secret).await;
    let (sell, read) = (house.api_key(Scope::Sell).await, house.api_key(Scope::Read).await);
    let foreign = house.foreign_key(Scope::Sell).await;
    let path = "/v1/passes/redeem";
    let ask = |stall: &str| json!({"pass": text, "stall": stall});
    let forged = format!("{}AAAA", &text[..text.len() - 4]);
    let table = [
        (house.post(path).json(&ask("north")), 401, "unauthorised"),
        (house.post(path).bearer(&secret).json(&ask("north")), 401, "unauthorised"),
        (house.post(path).bearer(&read).json(&ask("north")), 403, "scope_too_small"),
        // Both organisers of the house sign with one key, so it is the home of the serial that keeps them apart.
        (house.post(path).bearer(&foreign).json(&ask("north")), 404, "unknown"),
        (house.post(path).bearer(&sell).json(&json!({"pass": forged})), 422, "value_wrong"),
        (house.post(path).bearer(&sell).json(&json!({"pass": "hello"})), 422, "value_wrong"),
        (house.post(path).bearer(&sell).json(&ask(&"n".repeat(61))), 422, "too_long"),
        (house.post(path).bearer(&sell).json(&json!({})), 422, "missing_field"),
    ];
    for (call, status, code) in table {
        let got = call.send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{got:?}");
    }
    let key = fresh_key();
    let got = house.post(path).key(&key).bearer(&sell).json(&ask("north")).send().await;
    let told = got.json();
    assert_eq!((got.status.as_u16(), &told["outcome"], &told["line"]), (200, &json!("redeemed"), &json!(0)));
    assert_eq!(told["order"]["lines"][0]["state"], "handed");
    assert_eq!(told["order"]["lines"][0]["redemptions"][0]["stall"], "north");
    let again = house.post(path).key(&key).bearer(&sell).json(&ask("north")).send().await;
    assert_eq!(again.body, got.body, "a retry is no second redemption");
    let no = house.post(path).bearer(&sell).json(&ask("south")).send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (409, "already_redeemed"));
    assert_eq!((&no.json()["stall"], &no.json()["by"]["kind"]), (&json!("north"), &json!("key")));
    let own = house.get(&format!("/v1/orders/{order}")).bearer(&secret).send().await.json();
    assert_eq!(own["lines"][0].get("redemptions"), None, "whose credential it was is not for the buyer");
}

/// What stalls without network tell is never refused: the first counts, the second is found and both are named, and
/// the same told again is known.
#[tokio::test(flavor = "multi_thread")]
async fn finds_what_was_redeemed_twice() {
    let house = House::new().await;
    let (order, secret) = house.order("drop/one", 1).await;
    let text = pass(&house, &order.to_string(), &secret).await;
    let sell = house.api_key(Scope::Sell).await;
    let tell = async |stall: &str, at: &str| -> Value {
        let body = json!({"pass": text, "stall": stall, "redeemed_at": at});
        let got = house.post("/v1/passes/redeem").bearer(&sell).json(&body).send().await;
        assert_eq!(got.status.as_u16(), 200, "{got:?}");
        got.json()
    };
    let (early, late) = ("2026-11-25T18:00:01Z", "2026-11-25T18:00:09Z");
    assert_eq!(tell("south", late).await["outcome"], "redeemed");
    let again = tell("north", early).await;
    assert_eq!(again["outcome"], "again");
    let stalls: Vec<&Value> = again["order"]["lines"][0]["redemptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["stall"])
        .collect();
    assert_eq!(stalls, ["south", "north"]);
    assert_eq!(tell("north", early).await["outcome"], "known");
    assert_eq!(tell("south", late).await["outcome"], "known");
}

/// A slip of the hand is taken back, once, and the pass is good again.
#[tokio::test(flavor = "multi_thread")]
async fn takes_a_slip_back() {
    let house = House::new().await;
    let (order, secret) = house.order("drop/one", 1).await;
    let text = pass(&house, &order.to_string(), &secret).await;
    let (sell, read) = (house.api_key(Scope::Sell).await, house.api_key(Scope::Read).await);
    let foreign = house.foreign_key(Scope::Sell).await;
    let (path, line) = (format!("/v1/orders/{order}/handover/undo"), json!({"line": 0}));
    let redeem =
        async || house.post("/v1/passes/redeem").bearer(&sell).json(&json!({"pass": text})).send().await;
    assert_eq!(redeem().await.status.as_u16(), 200);
    let table = [
        (house.post(&path).bearer(&secret).json(&line), 401, "unauthorised"),
        (house.post(&path).bearer(&read).json(&line), 403, "scope_too_small"),
        (house.post(&path).bearer(&foreign).json(&line), 404, "unknown"),
        (house.post(&path).bearer(&sell).json(&json!({"line": 7})), 404, "unknown"),
    ];
    for (call, status, code) in table {
        let got = call.send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{got:?}");
    }
    let back = house.post(&path).bearer(&sell).json(&line).send().await;
    assert_eq!(
        (back.status.as_u16(), &back.json()["lines"][0]["state"]),
        (200, &json!("confirmed")),
        "{back:?}"
    );
    let none = house.post(&path).bearer(&sell).json(&line).send().await;
    assert_eq!((none.status.as_u16(), none.problem().as_str()), (409, "nothing_to_undo"));
    assert_eq!(redeem().await.json()["outcome"], "redeemed");
}
