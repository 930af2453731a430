//! The journal, the orders and the line, as integrators read them.

use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::House;

/// Reading on from `next` gives every fact once, in order, and nothing of anybody else.
#[tokio::test(flavor = "multi_thread")]
async fn every_fact_once() {
    let house = House::new().await;
    let key = house.api_key(Scope::Read).await;
    house.foreign_key(Scope::Read).await;
    let (order, _) = house.order("drop/one", 1).await;
    let (mut next, mut ids, mut kinds) = (0, Vec::new(), Vec::new());
    loop {
        let page = house.get(&format!("/v1/journal?after={next}&limit=1")).bearer(&key).send().await.json();
        for entry in page["items"].as_array().unwrap() {
            ids.push(entry["id"].as_str().unwrap().to_owned());
            kinds.push((entry["type"].as_str().unwrap().to_owned(), entry["subject"].clone()));
        }
        assert!(page["next"].as_u64().unwrap() >= next, "{page}");
        next = page["next"].as_u64().unwrap();
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(kinds.iter().filter(|(kind, _)| kind == "organiser.founded").count(), 1);
    assert!(kinds.contains(&("order.confirmed".to_owned(), json!(order))), "{kinds:?}");
    let whole = house.get("/v1/journal?limit=500").bearer(&key).send().await;
    let all: Vec<Value> =
        whole.json()["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(all, ids.iter().map(|id| json!(id)).collect::<Vec<_>>());
    assert!(!String::from_utf8_lossy(&whole.body).contains("dsk_"));
    let end = house.get(&format!("/v1/journal?after={next}")).bearer(&key).send().await.json();
    assert_eq!(end, json!({"items": [], "next": next, "more": false}));
    for query in ["after=-1", "after=x", "limit=501", "before=1"] {
        let got = house.get(&format!("/v1/journal?{query}")).bearer(&key).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (400, "query_wrong"), "{query}");
    }
}

/// The organiser's orders page by page, of all slots or one.
#[tokio::test(flavor = "multi_thread")]
async fn own_orders() {
    let house = House::new().await;
    let (key, foreign) = (house.api_key(Scope::Read).await, house.foreign_key(Scope::Read).await);
    let orders = [
        house.order("drop/one", 1).await.0,
        house.order("gift/card", 1).await.0,
        house.order("drop/one", 2).await.0,
    ];
    let list = |query: String| {
        let call = house.get(&format!("/v1/orders?{query}")).bearer(&key);
        async move { call.send().await.json() }
    };
    let ids = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = list("limit=2".into()).await;
    assert_eq!(ids(&first), orders[..2]);
    let rest = list(format!("limit=2&cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!((ids(&rest), &rest["next"]), (orders[2..].to_vec(), &Value::Null));
    let drop = list(format!("slot={}", house.id("drop"))).await;
    assert_eq!(ids(&drop), [orders[0].clone(), orders[2].clone()]);
    assert_eq!(drop["items"][0]["buyer"]["email"], "ann@example.org");
    let none = house.get("/v1/orders").bearer(&foreign).send().await.json();
    assert_eq!(none["items"], json!([]));
    let theirs = house.get(&format!("/v1/orders?slot={}", house.id("drop"))).bearer(&foreign).send().await;
    assert_eq!((theirs.status.as_u16(), theirs.problem().as_str()), (404, "unknown"));
    // An id of this organiser that is no slot's is not a slot without orders.
    let (of_slots, (_, order)) = (house.id("drop"), orders[0].split_once('_').unwrap());
    let (of_slots, _) = of_slots.split_once('_').unwrap();
    let nothing = house.get(&format!("/v1/orders?slot={of_slots}_{order}")).bearer(&key).send().await;
    assert_eq!((nothing.status.as_u16(), nothing.problem().as_str()), (404, "unknown"));
}

/// The organiser sees who waits, in order, and how to reach them.
#[tokio::test(flavor = "multi_thread")]
async fn the_line() {
    let house = House::new().await;
    let key = house.api_key(Scope::Read).await;
    house.hold("drop/pair", 5).await;
    let path = format!("/v1/slots/{}/waitlist", house.id("drop"));
    for who in ["ann", "bea", "cleo"] {
        let body = json!({"offer": house.id("drop/one"), "quantity": 1, "contact": {"email": format!("{who}@example.org")}});
        assert_eq!(house.post(&path).json(&body).send().await.status, 201);
    }
    let first = house.get(&format!("{path}?limit=2")).bearer(&key).send().await.json();
    assert_eq!(first["items"][1]["contact"]["email"], "bea@example.org");
    assert_eq!((&first["items"][1]["ahead"], &first["items"][1]["state"]), (&json!(1), &json!("waiting")));
    let next = first["next"].as_str().unwrap();
    let rest = house.get(&format!("{path}?limit=2&cursor={next}")).bearer(&key).send().await.json();
    assert_eq!((&rest["items"][0]["ahead"], &rest["next"]), (&json!(2), &Value::Null));
    assert_eq!(house.get(&path).send().await.status, 401);
}
