//! Texts that are kept to be used again: kept once, changed by who has seen them, removed.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::House;

/// A text from its making to its removal; whoever may read may read it, whoever manages writes it.
#[tokio::test(flavor = "multi_thread")]
async fn from_making_to_removal() {
    let house = House::new().await;
    let (manage, read) = (house.api_key(Scope::Manage).await, house.api_key(Scope::Read).await);
    let body = json!({"title": " The way ", "text": "Through the gate,\nsecond door on the left."});
    let keep = |key: &str| house.post("/v1/texts").bearer(key).json(&body);
    assert_eq!(keep(&read).send().await.problem(), "scope_too_small");
    let made = keep(&manage).send().await;
    assert_eq!(
        (made.status.as_u16(), made.header("etag"), made.text("title").as_str()),
        (201, Some("\"v1\""), "The way")
    );
    let again = keep(&manage).send().await;
    assert_eq!((again.status.as_u16(), again.json()), (200, made.json()), "the same is kept once");
    let path = format!("/v1/texts/{}", made.text("id"));
    let put = |tag: &str, body: &Value| {
        house.call(Method::PUT, &path).bearer(&manage).header("if-match", tag).json(body)
    };
    assert_eq!(put("\"v1\"", &made.json()).send().await.json(), made.json(), "as it was read");
    let other = json!({"title": "The way", "text": "Through the gate."});
    let changed = put("\"v1\"", &other).send().await;
    assert_eq!(
        (changed.header("etag"), changed.text("text").as_str()),
        (Some("\"v2\""), "Through the gate.")
    );
    let stale = put("\"v1\"", &body).send().await;
    assert_eq!((stale.status.as_u16(), stale.problem().as_str()), (412, "version_stale"), "{stale:?}");
    let list = house.get("/v1/texts").bearer(&read).send().await.json();
    assert_eq!(list["items"], json!([changed.json()]));
    assert_eq!(house.get(&path).bearer(&read).send().await.json(), changed.json());
    let remove = || house.call(Method::DELETE, &path).bearer(&manage);
    assert_eq!(remove().send().await.status, 204);
    assert_eq!(remove().send().await.problem(), "unknown");
    assert_eq!(house.get(&path).bearer(&read).send().await.problem(), "unknown");
}

/// A text says something under a name, within bounds; and there are only so many.
#[tokio::test(flavor = "multi_thread")]
async fn has_bounds() {
    let house = House::new().await;
    let manage = house.api_key(Scope::Manage).await;
    let keep = |body: &Value| house.post("/v1/texts").bearer(&manage).json(body);
    let table = [
        (json!({"title": " ", "text": "x"}), "value_wrong", "title"),
        (json!({"title": "x", "text": "\n"}), "value_wrong", "text"),
        (json!({"title": "x".repeat(201), "text": "x"}), "too_long", "title"),
        (json!({"title": "x", "text": "x".repeat(2_001)}), "too_long", "text"),
        (json!({"title": "x"}), "missing_field", "text"),
    ];
    for (body, code, field) in table {
        let got = keep(&body).send().await;
        assert_eq!((got.problem().as_str(), got.json()["field"].as_str()), (code, Some(field)), "{got:?}");
    }
    for number in 0..200 {
        assert_eq!(keep(&json!({"title": number.to_string(), "text": "x"})).send().await.status, 201);
    }
    let no = keep(&json!({"title": "one more", "text": "x"})).send().await;
    assert_eq!((no.problem().as_str(), no.json()["max"].as_u64()), ("limit_reached", Some(200)), "{no:?}");
}
