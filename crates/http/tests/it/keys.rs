//! API keys: their text is said once, their scope and their end count at once.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::json;

use crate::house::{House, fresh_key};

/// A key works from its making to its revocation, and its text is never said again but to a retry.
#[tokio::test(flavor = "multi_thread")]
async fn from_making_to_revocation() {
    let house = House::new().await;
    let manage = house.api_key(Scope::Manage).await;
    let (once, body) = (fresh_key(), json!({"name": "till", "scope": "sell"}));
    let issue = || house.post("/v1/keys").key(&once).bearer(&manage).json(&body);
    let made = issue().send().await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(issue().send().await.body, made.body);
    let (id, text) = (made.text("id"), made.text("key"));
    let heard = async || {
        let all = house.get("/v1/keys").bearer(&manage).send().await.json();
        let items = all["items"].as_array().unwrap().clone();
        items.into_iter().find(|one| one["id"] == id.as_str()).unwrap()["heard_at"].is_string()
    };
    // Whether a till still speaks is seen from its key.
    assert!(!heard().await);
    assert_eq!(house.get("/v1/organiser").bearer(&text).send().await.status, 200);
    assert!(heard().await);
    assert_eq!(house.get("/v1/organiser").header("x-api-key", &text).send().await.status, 200);
    let all = house.get("/v1/keys").bearer(&manage).send().await;
    assert!(all.json()["items"].as_array().unwrap().iter().any(|one| one["id"] == id.as_str()));
    assert!(!String::from_utf8_lossy(&all.body).contains("dsk_"), "{all:?}");
    let revoke = || house.call(Method::DELETE, &format!("/v1/keys/{id}")).bearer(&manage);
    assert_eq!(revoke().send().await.status, 204);
    assert_eq!(house.get("/v1/organiser").bearer(&text).send().await.problem(), "unauthorised");
    assert_eq!(revoke().send().await.problem(), "unknown");
}

/// A key ends at its time, and one without a name or with an unknown scope is not made.
#[tokio::test(flavor = "multi_thread")]
async fn ends_at_its_time() {
    let house = House::new().await;
    let manage = house.api_key(Scope::Manage).await;
    let issue = |body: serde_json::Value| house.post("/v1/keys").bearer(&manage).json(&body);
    house.ended_key(&manage).await;
    let table = [
        (json!({"name": " ", "scope": "read"}), "value_wrong", "name"),
        (json!({"name": "x".repeat(101), "scope": "read"}), "too_long", "name"),
        (json!({"name": "x", "scope": "all"}), "value_wrong", "scope"),
        (json!({"name": "x", "scope": "read", "expires": "tomorrow"}), "value_wrong", "expires"),
        (json!({"name": "x", "scope": "read", "expires": "2020-01-01T00:00:00Z"}), "invalid", "expires"),
        (json!({"name": "x"}), "missing_field", "scope"),
    ];
    for (body, code, field) in table {
        let got = issue(body).send().await;
        assert_eq!((got.problem().as_str(), got.json()["field"].as_str()), (code, Some(field)), "{got:?}");
    }
}

/// When a program was last heard of is known to whoever asks, on another node and after a restart; what may not speak any
/// more is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_knows_who_was_heard() {
    let house = House::new().await;
    let manage = house.api_key(Scope::Manage).await;
    let made = house.post("/v1/keys").bearer(&manage).json(&json!({"name": "till", "scope": "sell"}));
    let made = made.send().await;
    let (id, text) = (made.text("id"), made.text("key"));
    assert_eq!(house.get("/v1/organiser").bearer(&text).send().await.status, 200);
    let other = house.again();
    let heard = async || {
        let all = other.get("/v1/keys").bearer(&manage).send().await.json();
        let items = all["items"].as_array().unwrap().clone();
        items.into_iter().find(|one| one["id"] == id.as_str()).map(|one| one["heard_at"].is_string())
    };
    // Nobody waited for the note, so it comes a moment later.
    let mut looks = 0;
    while heard().await != Some(true) {
        looks += 1;
        assert!(looks < 1_000, "the other node never hears of it");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let path = format!("/v1/keys/{id}");
    assert_eq!(house.call(Method::DELETE, &path).bearer(&manage).send().await.status, 204);
    assert!(house.store.heard(house.home).await.unwrap().iter().all(|(key, _)| key.to_string() != id));
}
