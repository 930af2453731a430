//! The waitlist.

use std::time::Duration;

use serde_json::{Value, json};

use crate::house::{Got, House, fresh_key};

fn join(house: &House, offer: &str, quantity: u32, who: &str) -> (String, Value) {
    let (slot, _) = offer.split_once('/').unwrap();
    let body = json!({"offer": house.id(offer), "quantity": quantity, "contact": {"email": format!("{who}@example.org")}});
    (format!("/v1/slots/{}/waitlist", house.id(slot)), body)
}

async fn joined(house: &House, offer: &str, quantity: u32, who: &str) -> (String, String) {
    let (path, body) = join(house, offer, quantity, who);
    let got = house.post(&path).json(&body).send().await;
    assert_eq!(got.status, 201, "{got:?}");
    (got.text("id"), got.text("secret"))
}

/// Takes all ten units and says how to give them back.
async fn sold_out(house: &House) -> (String, String) {
    house.hold("drop/pair", 5).await
}

async fn show(house: &House, entry: &(String, String)) -> Got {
    house.get(&format!("/v1/waitlist/{}", entry.0)).bearer(&entry.1).send().await
}

/// In line, with the number of those before; a retry of joining gets the same bytes.
#[tokio::test(flavor = "multi_thread")]
async fn waits_in_line() {
    let house = House::new().await;
    sold_out(&house).await;
    let (path, body) = join(&house, "drop/one", 1, "ann");
    let key = fresh_key();
    let first = house.post(&path).key(&key).json(&body).send().await;
    assert_eq!((first.status.as_u16(), first.text("state").as_str()), (201, "waiting"), "{first:?}");
    let again = house.post(&path).key(&key).json(&body).send().await;
    assert_eq!(again.body, first.body);
    assert!(again.is_replay());
    let bea = joined(&house, "drop/one", 1, "bea").await;
    let got = show(&house, &bea).await;
    assert_eq!((got.status.as_u16(), got.json()["ahead"].as_u64()), (200, Some(1)));
    let slot = house.get(&format!("/v1/slots/{}", house.id("drop"))).send().await.json();
    assert_eq!((slot["waiting"].as_u64(), slot["sale"].as_str()), (Some(2), Some("sold_out")));
}

/// What comes back is the first waiter's turn, with a hold that its own secret opens; declined, it goes to
/// the next. What is set aside is never shown as free.
#[tokio::test(flavor = "multi_thread")]
async fn a_turn_is_a_hold_and_can_be_declined() {
    let house = House::new().await;
    let (hold, secret) = sold_out(&house).await;
    let (ann, bea) = (joined(&house, "drop/one", 8, "ann").await, joined(&house, "drop/one", 8, "bea").await);
    let no = house.post(&format!("/v1/waitlist/{}/decline", ann.0)).bearer(&ann.1).send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (409, "no_turn"));
    house.post(&format!("/v1/holds/{hold}/release")).bearer(&secret).send().await;
    let turn = show(&house, &ann).await.json();
    assert_eq!(turn["state"], "turn", "{turn}");
    let slot = house.get(&format!("/v1/slots/{}", house.id("drop"))).send().await.json();
    assert_eq!(slot["offers"][0]["free"], 2);
    let (turn_id, turn_secret) =
        (turn["hold"]["id"].as_str().unwrap(), turn["hold"]["secret"].as_str().unwrap());
    let opened = house.get(&format!("/v1/holds/{turn_id}")).bearer(turn_secret).send().await;
    assert_eq!((opened.status.as_u16(), opened.text("state").as_str()), (200, "held"));
    let (decline, key) = (format!("/v1/waitlist/{}/decline", ann.0), fresh_key());
    let got = house.post(&decline).key(&key).bearer(&ann.1).send().await;
    assert_eq!((got.status.as_u16(), got.text("cause").as_str()), (200, "declined"), "{got:?}");
    let again = house.post(&decline).key(&key).bearer(&ann.1).send().await;
    assert_eq!(again.body, got.body);
    let bea = show(&house, &bea).await.json();
    assert_eq!(bea["state"], "turn");
    let (next, text) = (bea["hold"]["id"].as_str().unwrap(), bea["hold"]["secret"].as_str().unwrap());
    assert_eq!(house.confirm(next, text, "at_pickup").send().await.status, 201);
}

/// Whoever leaves is out of line; leaving twice says so.
#[tokio::test(flavor = "multi_thread")]
async fn leaves() {
    let house = House::new().await;
    sold_out(&house).await;
    let (ann, bea) = (joined(&house, "drop/one", 1, "ann").await, joined(&house, "drop/one", 1, "bea").await);
    let path = format!("/v1/waitlist/{}", ann.0);
    let delete = || house.call(axum::http::Method::DELETE, &path);
    assert_eq!(delete().send().await.problem(), "unauthorised");
    assert_eq!(delete().bearer(&bea.1).send().await.problem(), "secret_wrong");
    let got = delete().bearer(&ann.1).send().await;
    assert_eq!((got.status.as_u16(), got.text("cause").as_str()), (200, "withdrew"), "{got:?}");
    assert_eq!(delete().bearer(&ann.1).send().await.problem(), "entry_left");
    assert_eq!(show(&house, &ann).await.text("state"), "left");
    assert_eq!(show(&house, &bea).await.json()["ahead"], 0);
    assert_eq!(show(&house, &(bea.0.clone(), ann.1.clone())).await.problem(), "secret_wrong");
}

/// Every refusal that joining can meet.
#[tokio::test(flavor = "multi_thread")]
async fn refusals() {
    let house = House::new().await;
    let (path, body) = join(&house, "drop/one", 1, "ann");
    let free = house.post(&path).json(&body).send().await;
    assert_eq!((free.status.as_u16(), free.problem().as_str()), (409, "units_free"));
    sold_out(&house).await;
    joined(&house, "drop/one", 1, "ann").await;
    let mut bad = body.clone();
    bad["contact"]["email"] = json!("nowhere");
    let mut coded = join(&house, "moon/vase", 1, "ann");
    coded.1["code"] = json!("WRONG");
    let table = [
        ((path.clone(), body), 409, "already_waiting"),
        ((path.clone(), bad), 422, "value_wrong"),
        (join(&house, "drop/one", 0, "cleo"), 422, "quantity_out_of_bounds"),
        (join(&house, "moon/vase", 1, "cleo"), 409, "window_not_open"),
        (coded, 403, "code_wrong"),
        (join(&house, "over/one", 1, "cleo"), 409, "window_closed"),
        (join(&house, "draft/one", 1, "cleo"), 409, "slot_not_published"),
        (join(&house, "friends/vase", 1, "cleo"), 403, "not_admitted"),
        (join(&house, "limited/other", 1, "cleo"), 409, "offer_not_in_window"),
    ];
    for ((path, body), status, code) in table {
        let got = house.post(&path).json(&body).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{got:?}");
    }
    let basket = house.hold("basket/last", 1).await;
    house.post(&format!("/v1/holds/{}/checkout", basket.0)).bearer(&basket.1).send().await;
    let (path, body) = join(&house, "basket/last", 2, "dora");
    let got = house.post(&path).json(&body).send().await;
    assert_eq!((got.problem().as_str(), got.json()["max"].as_u64()), ("never_enough", Some(1)));
}

/// Too many claims from one address are told when to come back; others are not held up.
#[tokio::test(flavor = "multi_thread")]
async fn claims_are_limited_per_address() {
    let house = House::with(|config| {
        config.rate = Some(dayshelf_http::Rate { burst: 3, per_second: 1 });
        config.trusted_proxies = vec![std::net::Ipv4Addr::UNSPECIFIED.into()];
    })
    .await;
    let wish = house.wish("drop/one", 1);
    let from = |address: &str| house.post("/v1/holds").header("x-forwarded-for", address).json(&wish);
    for _ in 0..3 {
        assert_eq!(from("10.9.9.9, 192.0.2.1").send().await.status, 201);
    }
    let no = from("10.1.1.1, 192.0.2.1").send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (429, "rate_limited"));
    assert_eq!(no.header("retry-after"), Some("1"));
    assert_eq!(from("192.0.2.2").send().await.status, 201);
    tokio::time::timeout(Duration::from_secs(60), async {
        while from("192.0.2.1").send().await.status == 429 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .unwrap();
}

/// The chance is worked out from what is held and how holds ended, and said only once enough have; the page says it in
/// words, with what it was worked out from.
#[tokio::test(flavor = "multi_thread")]
async fn the_chance_is_worked_out() {
    let house = House::new().await;
    for _ in 0..19 {
        let (hold, secret) = house.hold("drop/one", 1).await;
        let got = house.post(&format!("/v1/holds/{hold}/release")).bearer(&secret).send().await;
        assert_eq!(got.status, 200, "{got:?}");
    }
    let (first, secret) = house.hold("drop/one", 2).await;
    house.hold("drop/one", 8).await;
    let ann = joined(&house, "drop/one", 2, "ann").await;
    let outlook = show(&house, &ann).await.json()["outlook"].clone();
    assert_eq!(outlook, json!({"needed": 2, "held": 10, "holds_ended": 19, "holds_back": 19}));
    let page = house.open(&format!("/w/{}", ann.1)).await;
    page.has(&["Too few holds have ended here to tell your chance", "19 holds have ended here so far"]);
    let bea = joined(&house, "drop/one", 8, "bea").await;
    let got = house.post(&format!("/v1/holds/{first}/release")).bearer(&secret).send().await;
    assert_eq!(got.status, 200, "{got:?}");
    let turn = show(&house, &ann).await.json();
    assert!(turn["state"] == "turn" && turn.get("outlook").is_none(), "{turn}");
    let outlook = show(&house, &bea).await.json()["outlook"].clone();
    let all = json!({"needed": 8, "held": 10, "holds_ended": 20, "holds_back": 20, "chance_percent": 100});
    assert_eq!(outlook, all, "the turn of the one before may come back too");
    let page = house.open(&format!("/w/{}", bea.1)).await;
    page.has(&["Your chance by what is held now: above 95\u{a0}%", "8 units would have to come back"]);
    page.has(&["Of the last 20 holds here, 20 ended without an order."]);
}
