//! Many buyers at once: exactly what there is, and a truthful answer for everybody.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::json;

use crate::house::{Got, House, fresh_key};

/// Sends holds from so many buyers at once.
async fn all_at_once(house: &Arc<House>, wishes: Vec<serde_json::Value>) -> Vec<Got> {
    let calls: Vec<_> = wishes
        .into_iter()
        .map(|wish| {
            let house = Arc::clone(house);
            tokio::spawn(async move { house.post("/v1/holds").json(&wish).send().await })
        })
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    answers
}

/// Units of the shared pool in all answers that were a yes.
fn units(house: &House, answers: &[Got]) -> u64 {
    let yes = answers.iter().filter(|got| got.status == 201).map(Got::json);
    yes.map(|json| {
        let lines = json["lines"].as_array().unwrap();
        let of = |line: &serde_json::Value| {
            let each = if line["offer"] == house.id("drop/pair") { 2 } else { 1 };
            line["quantity"].as_u64().unwrap() * each
        };
        lines.iter().filter(|line| line["offer"] != house.id("drop/wrap")).map(of).sum::<u64>()
    })
    .sum()
}

/// 200 buyers, 10 units, two offers that share the pool: exactly 10 are held.
#[tokio::test(flavor = "multi_thread")]
async fn two_offers_share_ten_units() {
    let house = Arc::new(House::new().await);
    let wish = |buyer: usize| house.wish(if buyer.is_multiple_of(3) { "drop/pair" } else { "drop/one" }, 1);
    let answers = all_at_once(&house, (0..200).map(wish).collect()).await;
    for got in answers.iter().filter(|got| got.status != 201) {
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (409, "too_few_left"), "{got:?}");
    }
    assert_eq!(units(&house, &answers), 10);
    assert_eq!(house.store.doctor().await.unwrap(), []);
}

/// 1,000 buyers with mixed baskets on 100 units: nobody gets a fault, no unit is sold twice, none is left
/// while somebody who wanted one was told that there is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_mixed_baskets() {
    let mut house = House::new().await;
    house.put("pools = [{ key = \"stock\", title = \"Stock\", units = 100 }]").await;
    let house = Arc::new(house);
    let line = |offer: &str, quantity: usize| json!({"offer": house.id(offer), "quantity": quantity});
    let wish = |buyer: usize| {
        let lines = match buyer % 4 {
            0 => vec![line("drop/one", 1)],
            1 => vec![line("drop/one", 1 + buyer % 3), line("drop/wrap", 1)],
            2 => vec![line("drop/pair", 1), line("drop/one", 1)],
            _ => vec![line("drop/pair", 1 + buyer % 2)],
        };
        json!({"slot": house.id("drop"), "lines": lines})
    };
    let answers = all_at_once(&house, (0..1_000).map(wish).collect()).await;
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    for got in &answers {
        assert!(got.status.as_u16() < 500, "{got:?}");
        let kind = if got.status == 201 { "held".to_owned() } else { got.problem() };
        *kinds.entry(kind).or_default() += 1;
    }
    assert_eq!(kinds.len(), 2, "{kinds:?}");
    assert_eq!(units(&house, &answers), 100, "{kinds:?}");
    assert_eq!(house.store.doctor().await.unwrap(), []);
}

/// Through the API, the pages, a plan and the till at once: what was there and what came is held, sold at the till
/// or left, and never more.
#[tokio::test(flavor = "multi_thread")]
async fn every_channel_at_once() {
    let house = Arc::new(House::new().await);
    let key = house.api_key(Scope::Manage).await;
    let pools = house.get("/v1/pools?limit=500").bearer(&key).send().await.json();
    let stock = pools["items"].as_array().unwrap().iter().find(|pool| pool["key"] == "stock").unwrap();
    let pool = stock["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/pools/{pool}/movements");
    let field = format!("quantity.{}", house.id("drop/one"));
    let calls = (0..200_usize).map(|buyer| {
        let (house, key, path, field) = (Arc::clone(&house), key.clone(), path.clone(), field.clone());
        tokio::spawn(async move {
            match buyer % 10 {
                0 => {
                    let sold = json!({"kind": "remove", "units": 1, "reason": "till", "source": format!("till-{buyer}")});
                    house.post(&path).bearer(&key).json(&sold).send().await
                }
                1 if buyer == 101 => {
                    let plan = json!({"pools": [{"key": "stock", "title": "Stock", "units": 12}]});
                    house.call(Method::PUT, "/v1/plan").bearer(&key).json(&plan).send().await
                }
                2..=4 => {
                    let fields = [("key", fresh_key()), (field.as_str(), "1".to_owned())];
                    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
                    house.form("/kiln/drop/hold", &fields).await
                }
                5 => house.post("/v1/holds").json(&house.wish("drop/pair", 1)).send().await,
                _ => house.post("/v1/holds").json(&house.wish("drop/one", 1)).send().await,
            }
        })
    });
    let calls: Vec<_> = calls.collect();
    let (mut held, mut at_the_till) = (0, 0);
    for (buyer, call) in calls.into_iter().enumerate() {
        let got = call.await.unwrap();
        match (buyer % 10, got.status.as_u16()) {
            (0, 200 | 201) => at_the_till += 1,
            (0, 409) => assert_eq!(got.problem(), "too_few_units"),
            (1, 200) if buyer == 101 => {}
            (2..=4, 303) => held += 1,
            (2..=4, 409) => assert!(String::from_utf8_lossy(&got.body).contains("nothing was held")),
            (5, 201) => held += 2,
            (_, 201) => held += 1,
            (_, 409) => assert_eq!(got.problem(), "too_few_left"),
            other => panic!("{other:?}: {got:?}"),
        }
    }
    // What the plan brought when most had had their answer.
    let late = all_at_once(&house, (0..20).map(|_| house.wish("drop/one", 1)).collect()).await;
    held += units(&house, &late);
    let after = house.get(&format!("/v1/pools/{pool}")).bearer(&key).send().await.json();
    let count = |account: &str| after["balance"][account].as_u64().unwrap_or_else(|| panic!("{after}"));
    assert_eq!((count("held"), count("supplied")), (held, 12 - at_the_till), "{after}");
    assert_eq!(held + at_the_till + count("free"), 12);
    assert_eq!(count("free"), 0, "200 buyers wanted them: {after}");
    assert_eq!(house.store.doctor().await.unwrap(), []);
}
