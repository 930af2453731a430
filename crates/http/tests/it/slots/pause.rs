//! `POST /v1/slots/{slot}/pause` and `…/resume`.

use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{House, fresh_key};

/// A paused sale sells nothing, says so to everybody, and goes on; to press twice is to press once, and a retry gets the
/// same answer.
#[tokio::test(flavor = "multi_thread")]
async fn pauses_and_goes_on() {
    let house = House::new().await;
    let manage = house.api_key(Scope::Manage).await;
    let slot = house.id("drop").to_owned();
    let (hold, secret) = house.hold("drop/one", 1).await;
    let ask = |what: &str| house.post(&format!("/v1/slots/{slot}/{what}")).bearer(&manage);
    let (once, page) = (fresh_key(), format!("/v1/slots/{slot}"));
    let state = async || house.get(&page).send().await.json()["offers"][0]["state"].clone();
    assert_eq!(state().await, "open");
    let paused = ask("pause").key(&once).send().await;
    assert_eq!(paused.status, 200, "{paused:?}");
    assert!(paused.json()["paused_since"].is_string(), "{paused:?}");
    assert_eq!(ask("pause").key(&once).send().await.json(), paused.json());
    assert_eq!(ask("pause").send().await.json(), paused.json(), "it has been paused since then");
    assert_eq!(state().await, "paused");
    let no = house.post("/v1/holds").json(&house.wish("drop/one", 1)).send().await;
    assert_eq!((no.problem().as_str(), no.json()["why"].as_str()), ("not_offered", Some("paused")), "{no:?}");
    // What is held can be bought.
    assert_eq!(house.confirm(&hold, &secret, "at_pickup").send().await.status, 201);
    // Every desk sees it, and what was read can be put.
    let sheet = house.get(&format!("/v1/slots/{slot}/sheet")).bearer(&manage).send().await.json();
    assert_eq!(sheet["slot"]["paused_since"], paused.json()["paused_since"]);
    let put = |body: &Value| {
        house.call(axum::http::Method::PUT, &page).bearer(&manage).header("if-match", "*").json(body)
    };
    assert_eq!(put(&sheet["slot"]).send().await.status, 200);
    let mut other = sheet["slot"].clone();
    other["paused_since"] = Value::Null;
    let no = put(&other).send().await;
    assert_eq!((no.problem().as_str(), no.json()["field"].as_str()), ("value_wrong", Some("paused_since")));
    let on = ask("resume").send().await;
    assert_eq!((on.status.as_u16(), &on.json()["paused_since"]), (200, &Value::Null), "{on:?}");
    assert_eq!(ask("resume").send().await.status, 200);
    assert_eq!(state().await, "open");
    house.hold("drop/one", 1).await;
}

/// Only what is on the calendar is paused, and only by who manages.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_has_nothing_to_pause() {
    let house = House::new().await;
    let (manage, sell) = (house.api_key(Scope::Manage).await, house.api_key(Scope::Sell).await);
    let body = json!({
        "slug": "unseen", "title": "Unseen", "zone": "Europe/Berlin", "start": "2031-01-01T18:00", "end": "start + 1h",
    });
    let made = house.post("/v1/slots").bearer(&manage).json(&body).send().await;
    let draft = format!("/v1/slots/{}/pause", made.text("id"));
    assert_eq!(house.post(&draft).bearer(&manage).send().await.problem(), "slot_not_published");
    let mine = format!("/v1/slots/{}/pause", house.id("drop"));
    assert_eq!(house.post(&mine).bearer(&sell).send().await.problem(), "scope_too_small");
}
