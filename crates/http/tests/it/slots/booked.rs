//! `GET /v1/slots/{slot}/booked`: what is held and by how many, sold, and waited for.

use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::House;

/// Holds, orders and waiters are counted where they are, at one instant; what is given back is gone.
#[tokio::test(flavor = "multi_thread")]
async fn counts_where_it_is() {
    let house = House::new().await;
    let key = house.api_key(Scope::Read).await;
    let path = format!("/v1/slots/{}/booked", house.id("drop"));
    let get = async || house.get(&path).bearer(&key).send().await.json();
    let of = |booked: &Value, list: &str, name: &str, id: &str| {
        let found = booked[list].as_array().unwrap().iter().find(|one| one[name] == house.id(id));
        found.unwrap_or_else(|| panic!("{id} in {booked}")).clone()
    };
    let before = get().await;
    house.order("drop/one", 2).await;
    let (first, secret) = house.hold("drop/one", 1).await;
    house.hold("drop/one", 2).await;
    let now = get().await;
    let offer = of(&now, "offers", "offer", "drop/one");
    assert_eq!((&offer["held"], &offer["holds"], &offer["sold"]), (&json!(3), &json!(2), &json!(2)), "{now}");
    assert!(offer["first_free"].is_string() && now["as_of"].is_string());
    let window = of(&now, "windows", "window", "drop:public");
    assert_eq!((&window["held"], &window["holds"]), (&json!(3), &json!(2)));
    let sold = |booked: &Value| booked["units"]["sold"].as_u64().unwrap();
    assert_eq!(sold(&now), sold(&before) + 2);
    assert_eq!(now["units"]["held"], 3);

    let left = house.post(&format!("/v1/holds/{first}/release")).bearer(&secret).send().await;
    assert_eq!(left.status, 200, "{left:?}");
    house.hold("drop/pair", 3).await;
    let wait = json!({"offer": house.id("drop/one"), "quantity": 2, "contact": {"email": "ann@example.org"}});
    let line = format!("/v1/slots/{}/waitlist", house.id("drop"));
    let entry = house.post(&line).json(&wait).send().await;
    let now = get().await;
    let offer = of(&now, "offers", "offer", "drop/one");
    assert_eq!((&offer["held"], &offer["holds"]), (&json!(2), &json!(1)), "{now}");
    assert_eq!(entry.status, 201, "{entry:?}");
    assert_eq!((&offer["waiting"], &offer["waiting_units"]), (&json!(1), &json!(2)), "{now}");
    let foreign = house.foreign_key(Scope::Read).await;
    assert_eq!(house.get(&path).bearer(&foreign).send().await.status, 404);
}
