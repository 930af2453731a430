//! The lobby over the API: a number, where it stands, and what a hold needs it for. Its page: `site/lobby`.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::json;

use crate::house::{Got, House, fresh_key};

/// An hour before its opening, with a lobby that is open; and one that has begun an hour ago.
pub const PLAN: &str = r#"
pools = [{ key = "hot", title = "Hot", units = 20 }]

[[slots]]
slug = "soon"
title = "Soon"
start = "now + 1h"
end = "start + 3h"
windows = [{ key = "public", opens = "start", closes = "end", lobby = { per_minute = 1, ahead = "2h", for = "5m" } }]
offers = [{ key = "one", title = "One", recipe = [{ pool = "hot" }], price = "28.00" }]

[[slots]]
slug = "rush"
title = "Rush"
start = "now - 1h"
end = "start + 4h"
windows = [{ key = "public", opens = "start", closes = "end", lobby = { per_minute = 1 } }]
offers = [{ key = "one", title = "One", recipe = [{ pool = "hot" }], price = "28.00" }]
"#;

pub async fn house() -> House {
    let mut house = House::new().await;
    house.put(PLAN).await;
    house
}

pub async fn number(house: &House, slot: &str) -> String {
    let got = house.post(&format!("/v1/slots/{}/lobby", house.id(slot))).json(&json!({})).send().await;
    assert_eq!(
        (got.status.as_u16(), got.text("window").as_str()),
        (201, house.id(&format!("{slot}:public")))
    );
    got.text("number")
}

async fn stands(house: &House, slot: &str, number: &str) -> Got {
    house.get(&format!("/v1/slots/{}/lobby", house.id(slot))).header("x-dayshelf-number", number).send().await
}

async fn hold(house: &House, slot: &str, number: Option<&str>) -> Got {
    let mut wish = house.wish(&format!("{slot}/one"), 1);
    if let Some(number) = number {
        wish["number"] = json!(number);
    }
    house.post("/v1/holds").json(&wish).send().await
}

/// Opens the window that opens in an hour, as if it had opened a minute ago.
pub async fn open_now(house: &House) {
    let key = house.api_key(Scope::Manage).await;
    let path = format!("/v1/slots/{}/windows/{}", house.id("soon"), house.id("soon:public"));
    let body = json!({
        "key": "public", "opens": "start - 61m", "closes": "end",
        "lobby": {"per_minute": 1, "ahead": "2h", "for": "5m"}
    });
    let put = house.call(Method::PUT, &path).bearer(&key).header("if-match", "*").json(&body);
    let done = put.send().await;
    assert_eq!(done.status, 200, "{done:?}");
}

/// Scripts meet the same line: without a number there is no hold, with one that waits neither, and the problem says
/// what to do. A retry gets the same number; a forged one is none.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_line_for_scripts() {
    let house = house().await;
    let none = hold(&house, "rush", None).await;
    assert_eq!((none.status.as_u16(), none.problem().as_str()), (409, "number_needed"));
    let lobby = format!("/v1/slots/{}/lobby", house.id("rush"));
    assert_eq!(none.text("lobby_url"), lobby);
    let key = fresh_key();
    let first = house.post(&lobby).key(&key).json(&json!({})).send().await;
    let again = house.post(&lobby).key(&key).json(&json!({})).send().await;
    assert!(again.is_replay() && again.body == first.body, "{again:?}");
    let (first, second) = (first.text("number"), number(&house, "rush").await);
    let told = stands(&house, "rush", &first).await.json();
    assert_eq!((&told["state"], &told["before"], &told["early"]), (&json!("in"), &json!(0), &json!(0)));
    let told = stands(&house, "rush", &second).await.json();
    assert_eq!((told["state"].as_str(), told["number"].as_str()), (Some("waits"), Some(second.as_str())));
    let no = hold(&house, "rush", Some(&second)).await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (409, "number_waits"));
    assert_eq!(no.json()["lets_in_at"], told["lets_in_at"]);
    let held = hold(&house, "rush", Some(&first)).await;
    assert_eq!(held.status, 201, "{held:?}");
    assert_eq!(hold(&house, "rush", Some(&first)).await.problem(), "number_used");
    let release = format!("/v1/holds/{}/release", held.text("id"));
    house.post(&release).bearer(&held.text("secret")).send().await;
    assert_eq!(hold(&house, "rush", Some(&first)).await.status, 201);
    let forged = first.replace(&first[3..4], if &first[3..4] == "0" { "1" } else { "0" });
    assert_eq!(hold(&house, "rush", Some(&forged)).await.problem(), "number_needed");
    for wrong in [forged.as_str(), "", "junk"] {
        assert_eq!(stands(&house, "rush", wrong).await.problem(), "unknown");
    }
    let elsewhere = format!("/v1/slots/{}/lobby", house.id("drop"));
    assert_eq!(house.post(&elsewhere).json(&json!({})).send().await.problem(), "no_lobby");
}

/// Whoever comes before the opening is in a draw that nobody can read before; at the opening each has a place of its
/// own, and whoever comes then is behind them all.
#[tokio::test(flavor = "multi_thread")]
async fn drawn_at_the_opening() {
    let house = house().await;
    let mut early = Vec::new();
    for _ in 0..5 {
        early.push(number(&house, "soon").await);
    }
    let told = stands(&house, "soon", &early[0]).await.json();
    assert_eq!((&told["state"], &told["early"]), (&json!("ahead"), &json!(5)));
    assert!(told["before"].is_null() && told["lets_in_at"].is_null() && told["until"].is_null(), "{told}");
    assert_eq!(hold(&house, "soon", Some(&early[0])).await.problem(), "window_not_open");
    open_now(&house).await;
    let mut times = Vec::new();
    for number in &early {
        times.push(stands(&house, "soon", number).await.text("lets_in_at"));
    }
    let late = stands(&house, "soon", &number(&house, "soon").await).await.json();
    assert_eq!((late["state"].as_str(), late["early"].as_u64()), (Some("waits"), Some(5)));
    assert!(
        times.iter().all(|time| time.as_str() < late["lets_in_at"].as_str().unwrap()),
        "{times:?} {late}"
    );
    times.sort();
    times.dedup();
    assert_eq!(times.len(), 5, "each has its own minute: {times:?}");
}
