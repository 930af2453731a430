//! Many buyers at once: exactly what there is, and a truthful answer for everybody.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use crate::house::{Got, House};

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
