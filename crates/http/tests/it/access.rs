//! Codes and customer lists: they go in and never come out.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House, fresh_key};

/// A new code opens its window; changed and removed, the old text opens nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_opens_until_it_is_removed() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let (once, body) = (fresh_key(), json!({"group": "vip", "code": "Early Bird"}));
    let made = house.post("/v1/codes").key(&once).bearer(&key).json(&body).send().await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(house.post("/v1/codes").key(&once).bearer(&key).json(&body).send().await.body, made.body);
    assert!(!String::from_utf8_lossy(&made.body).to_lowercase().contains("early"));
    let mut wish = house.wish("moon/vase", 1);
    wish["code"] = json!("earlybird");
    assert_eq!(house.post("/v1/holds").json(&wish).send().await.status, 201);
    let taken = house.post("/v1/codes").bearer(&key).json(&json!({"group": "x", "code": "EARLYBIRD"}));
    assert_eq!(taken.send().await.problem(), "name_taken");
    let path = format!("/v1/codes/{}", made.text("id"));
    let other = json!({"group": "vip", "code": "LATER", "expires": "2020-01-01T00:00:00Z"});
    let put = |seen: &str| house.call(Method::PUT, &path).bearer(&key).header("if-match", seen).json(&other);
    let unseen = house.call(Method::PUT, &path).bearer(&key).json(&other).send().await;
    assert_eq!(unseen.problem(), "if_match_missing");
    let changed = put("\"v1\"").send().await;
    let stale = put("\"v1\"").send().await;
    assert_eq!((stale.problem().as_str(), stale.json()["current"].as_u64()), ("version_stale", Some(2)));
    // The same again is no change.
    assert_eq!(put("\"v2\"").send().await.header("etag"), Some("\"v2\""));
    assert_eq!((changed.status.as_u16(), changed.text("id")), (200, made.text("id")), "{changed:?}");
    for text in ["earlybird", "later"] {
        wish["code"] = json!(text);
        assert_eq!(house.post("/v1/holds").json(&wish).send().await.problem(), "code_wrong", "{text}");
    }
    assert_eq!(house.get(&path).bearer(&key).send().await.json(), changed.json());
    assert_eq!(house.call(Method::DELETE, &path).bearer(&key).send().await.status, 204);
    assert_eq!(house.get(&path).bearer(&key).send().await.problem(), "unknown");
}

/// Pages lead through all codes, each once.
#[tokio::test(flavor = "multi_thread")]
async fn lists_are_paged() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    for number in 0..3 {
        let body = json!({"group": "many", "code": format!("CODE-{number}")});
        assert_eq!(house.post("/v1/codes").bearer(&key).json(&body).send().await.status, 201);
    }
    let (mut path, mut seen) = ("/v1/codes?limit=2".to_owned(), Vec::new());
    loop {
        let page = house.get(&path).bearer(&key).send().await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|one| one["id"].to_string()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/codes?limit=2&cursor={next}");
    }
    assert_eq!(seen.len(), 5, "two of the plan and three more");
    seen.dedup();
    assert_eq!(seen.len(), 5);
    for (query, code) in
        [("limit=0", "query_wrong"), ("cursor=x", "cursor_wrong"), ("colour=red", "query_wrong")]
    {
        let got = house.get(&format!("/v1/codes?{query}")).bearer(&key).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (400, code), "{query}");
    }
}

/// A list admits who is on it; it shows how many, never who, and can't go while a window names it.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_admits_customers() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let body =
        json!({"key": "regulars", "customers": ["ann@example.org", "ANN@example.org", "bea@example.org"]});
    let made = house.post("/v1/lists").bearer(&key).json(&body).send().await;
    assert_eq!((made.status.as_u16(), made.json()["customers"].as_u64()), (201, Some(2)), "{made:?}");
    let path = format!("/v1/lists/{}", made.text("id"));
    let put = |seen: &Got, body: &Value| {
        let tag = seen.header("etag").unwrap();
        house.call(Method::PUT, &path).bearer(&key).header("if-match", tag).json(body)
    };
    let slot = house.id("friends");
    let window =
        json!({"key": "regulars", "audience": {"list": "regulars"}, "opens": "start", "closes": "end"});
    let got = house.post(&format!("/v1/slots/{slot}/windows")).bearer(&key).json(&window).send().await;
    assert_eq!(got.status, 201, "{got:?}");
    let hold = |email: &str| {
        let mut wish = house.wish("friends/vase", 1);
        wish["contact"] = json!({"email": email});
        house.post("/v1/holds").json(&wish)
    };
    assert_eq!(hold("ann@example.org").send().await.status, 201);
    assert_eq!(hold("cleo@example.org").send().await.problem(), "not_admitted");
    assert_eq!(house.call(Method::DELETE, &path).bearer(&key).send().await.problem(), "in_use");
    let more: Vec<Value> = (0..3_000).map(|number| json!(format!("buyer-{number}@example.org"))).collect();
    let body = json!({"key": "regulars", "customers": more});
    let got = put(&made, &body).send().await;
    assert_eq!((got.status.as_u16(), got.json()["customers"].as_u64()), (200, Some(3_000)), "{got:?}");
    assert_eq!(house.get(&path).bearer(&key).send().await.json(), got.json());
    assert_eq!(hold("ann@example.org").send().await.problem(), "not_admitted");
    let body = json!({"key": "regulars", "customers": ["ann@example.org"]});
    assert_eq!(put(&made, &body).send().await.problem(), "version_stale", "nobody's list is lost");
    let body = json!({"key": "regulars", "customers": ["ann@example.org", "nowhere"]});
    let got = put(&got, &body).send().await;
    assert_eq!((got.problem().as_str(), got.json()["field"].as_str()), ("value_wrong", Some("customers[1]")));
}

/// Customers come on a list and off it one by one, by several hands at once; whoever is meant is named once.
#[tokio::test(flavor = "multi_thread")]
async fn customers_come_and_go() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let body = json!({"key": "regulars", "customers": ["ann@example.org"]});
    let made = house.post("/v1/lists").bearer(&key).json(&body).send().await;
    let path = format!("/v1/lists/{}", made.text("id"));
    let patch = |body: Value| house.call(Method::PATCH, &path).bearer(&key).json(&body).send();
    let count = |got: &Got| (got.status.as_u16(), got.json()["customers"].as_u64());
    let one = || patch(json!({"add": ["bea@example.org", "ANN@example.org"]}));
    let other = || patch(json!({"add": ["cleo@example.org"]}));
    let (one, other) = tokio::join!(one(), other());
    assert_eq!((one.status.as_u16(), other.status.as_u16()), (200, 200), "{one:?} {other:?}");
    let got = patch(json!({})).await;
    assert_eq!((count(&got), got.text("key")), ((200, Some(3)), "regulars".to_owned()));
    let off = json!({"remove": ["ann@example.org", "nobody@example.org"]});
    assert_eq!(count(&patch(off.clone()).await), (200, Some(2)));
    let again = patch(off).await;
    assert_eq!(count(&again), (200, Some(2)), "taken off once more");
    assert_eq!(house.get(&path).bearer(&key).send().await.header("etag"), again.header("etag"));
    for (body, field) in [
        (json!({"add": ["dan@example.org", "nowhere"]}), "add[1]"),
        (json!({"add": ["dan@example.org"], "remove": ["DAN@example.org"]}), "remove"),
    ] {
        let got = patch(body).await;
        assert_eq!((got.problem().as_str(), got.json()["field"].as_str()), ("value_wrong", Some(field)));
    }
    assert_eq!(count(&patch(json!({})).await), (200, Some(2)), "nothing was half applied");
    let read = house.api_key(Scope::Read).await;
    let got = house.call(Method::PATCH, &path).bearer(&read).json(&json!({"add": []})).send().await;
    assert_eq!(got.status, 403);
}
