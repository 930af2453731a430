//! `POST /v1/holds`.

use dayshelf_core::ids::SlotId;
use serde_json::{Value, json};

use crate::house::{House, fresh_key};

/// The answer says what is held, until when, for how much, and with which secret it is used.
#[tokio::test(flavor = "multi_thread")]
async fn holds_units() {
    let house = House::new().await;
    let got = house.post("/v1/holds").json(&house.wish("drop/one", 2)).send().await;
    assert_eq!(got.status, 201, "{got:?}");
    let json = got.json();
    assert_eq!(json["state"], "held");
    assert_eq!(json["lines"][0]["unit_price"], json!({"amount": 2800, "currency": "EUR"}));
    assert_eq!(json["total"]["amount"], 5600);
    assert_eq!(json["window"], house.id("drop:public"));
    let remaining = json["remaining_ms"].as_i64().unwrap();
    assert!(remaining == 8 * 60_000, "the whole span is left at the instant of the decision: {remaining}");
    assert!(got.text("secret").starts_with("hs_") && got.text("id").starts_with("hold_"));
    assert_eq!(got.header("cache-control"), Some("no-store"));
    let slot = house.get(&format!("/v1/slots/{}", house.id("drop"))).send().await.json();
    assert_eq!(slot["offers"][0]["free"], 8);
    assert_eq!(slot["offers"][1]["free"], 4);
}

/// A retry gets the same bytes, the secret included; another body under the key is its own refusal, and a
/// refusal is replayed too.
#[tokio::test(flavor = "multi_thread")]
async fn happens_once() {
    let house = House::new().await;
    let (key, wish) = (fresh_key(), house.wish("drop/one", 3));
    let first = house.post("/v1/holds").key(&key).json(&wish).send().await;
    let again = house.post("/v1/holds").key(&key).json(&wish).send().await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert!(!first.is_replay() && again.is_replay());
    let other = house.post("/v1/holds").key(&key).json(&house.wish("drop/one", 1)).send().await;
    assert_eq!((other.status.as_u16(), other.problem().as_str()), (422, "key_reused"));
    let (key, wish) = (fresh_key(), house.wish("drop/one", 8));
    let no = house.post("/v1/holds").key(&key).json(&wish).send().await;
    assert_eq!((no.problem().as_str(), no.json()["left"].as_u64()), ("too_few_left", Some(7)));
    let waitlist = format!("/v1/slots/{}/waitlist", house.id("drop"));
    assert_eq!(no.json()["waitlist_url"], waitlist);
    let again = house.post("/v1/holds").key(&key).json(&wish).send().await;
    assert_eq!(no.body, again.body);
    assert!(again.is_replay());
}

/// Every refusal that a hold can meet, with its status and code.
#[tokio::test(flavor = "multi_thread")]
async fn refusals() {
    let house = House::new().await;
    let with = |offer: &str, member: &str, value: Value| {
        let mut wish = house.wish(offer, 1);
        wish[member] = value;
        wish
    };
    let line = |offer: &str, quantity: u32| json!({"offer": house.id(offer), "quantity": quantity});
    let pickup = house.id("limited+pickup");
    let at = |number: u32| json!({"block": pickup, "box": house.id(&format!("limited+pickup#{number}"))});
    let limited = |quantity: u32, who: &str| {
        let mut wish = house.wish("limited/one", quantity);
        wish["contact"] = json!({"email": who});
        wish["fulfilment"] = at(1);
        wish
    };
    let mut full = with("limited/one", "contact", json!({"email": "bea@example.org"}));
    full["fulfilment"] = at(0);
    let mut late = full.clone();
    late["contact"] = json!({"email": "eva@example.org"});
    assert_eq!(house.post("/v1/holds").json(&full).send().await.status, 201);
    assert_eq!(house.post("/v1/holds").json(&limited(2, "cleo@example.org")).send().await.status, 201);
    let unknown_slot = with("drop/one", "slot", json!("slot_01k9ydt4zq7m8v2c5x6b3n0aef"));
    let foreign_offer = with("drop/one", "lines", json!([line("drop/one", 1), line("moon/vase", 1)]));
    let table = [
        (unknown_slot, 404, "unknown"),
        (foreign_offer, 404, "unknown"),
        (house.wish("draft/one", 1), 409, "slot_not_published"),
        (with("moon/vase", "code", json!("WRONG")), 403, "code_wrong"),
        (with("moon/vase", "code", json!("NOWHERE")), 403, "code_wrong"),
        (house.wish("friends/vase", 1), 403, "not_admitted"),
        (house.wish("moon/vase", 1), 409, "window_not_open"),
        (house.wish("over/one", 1), 409, "window_closed"),
        (house.wish("limited/other", 1), 409, "offer_not_in_window"),
        (with("drop/one", "lines", json!([])), 422, "lines_out_of_bounds"),
        (
            with("drop/one", "lines", json!([line("drop/one", 1), line("drop/one", 1)])),
            422,
            "lines_out_of_bounds",
        ),
        (house.wish("drop/one", 0), 422, "quantity_out_of_bounds"),
        (house.wish("drop/one", 9), 422, "quantity_out_of_bounds"),
        (house.wish("drop/wrap", 1), 422, "add_on_alone"),
        (limited(1, "cleo@example.org"), 409, "buyer_limit"),
        (limited(3, "dora@example.org"), 409, "buyer_limit"),
        (late, 409, "places_full"),
    ];
    for (wish, field) in [(&table[0].0, "slot"), (&table[1].0, "lines[1].offer")] {
        let got = house.post("/v1/holds").json(wish).send().await;
        assert_eq!((got.problem().as_str(), got.text("field").as_str()), ("unknown", field), "{got:?}");
    }
    for (wish, status, code) in table {
        let got = house.post("/v1/holds").json(&wish).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{wish}: {got:?}");
    }
    let early = house.post("/v1/holds").json(&house.wish("moon/vase", 1)).send().await;
    assert!(early.text("opens_at").ends_with('Z'));
}

/// The code opens the window that it is for.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_opens_its_window() {
    let house = House::new().await;
    let mut wish = house.wish("moon/vase", 2);
    wish["code"] = json!(" moonrise ");
    let got = house.post("/v1/holds").json(&wish).send().await;
    assert_eq!(got.status, 201, "{got:?}");
    assert_eq!(got.json()["window"], house.id("moon:vip"));
}

/// A slot that was called off sells nothing, its holds lapse, and the calendar says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_slot_sells_nothing() {
    let house = House::new().await;
    let (hold, secret) = house.hold("drop/one", 1).await;
    let slot = SlotId::parse(house.id("drop")).unwrap();
    house.call_off(slot).await;
    let got = house.post("/v1/holds").json(&house.wish("drop/one", 1)).send().await;
    assert_eq!((got.status.as_u16(), got.problem().as_str()), (409, "slot_cancelled"));
    let lapsed = house.get(&format!("/v1/holds/{hold}")).bearer(&secret).send().await.json();
    assert_eq!(
        (lapsed["state"].as_str(), lapsed["cause"].as_str()),
        (Some("lapsed"), Some("slot_cancelled"))
    );
    assert_eq!(lapsed["remaining_ms"], 0);
    let no = house.confirm(&hold, &secret, "at_pickup").send().await;
    assert_eq!((no.problem().as_str(), no.text("state").as_str()), ("hold_ended", "lapsed"));
    let shown = house.get(&format!("/v1/slots/{slot}")).send().await.json();
    assert_eq!((shown["state"].as_str(), shown["sale"].as_str()), (Some("cancelled"), Some("closed")));
}
