//! `PUT /v1/orders/{order}/buyer`, `POST /v1/orders/{order}/notes` and `POST /v1/orders/{order}/resend`.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::json;

use crate::house::{House, fresh_key};

/// Whoever may sell writes the buyer anew, with the version that was seen; a buyer can't, and a reader can't.
#[tokio::test(flavor = "multi_thread")]
async fn edits_the_buyer() {
    let house = House::new().await;
    let (order, secret) = house.order("drop/one", 1).await;
    let (sell, read) = (house.api_key(Scope::Sell).await, house.api_key(Scope::Read).await);
    let path = format!("/v1/orders/{order}");
    let edit = format!("{path}/buyer");
    let put = || house.call(Method::PUT, &edit);
    let body = json!({"buyer": {"name": "Bea Example", "email": "bea@example.org"}});
    let etag = house.get(&path).bearer(&sell).send().await.header("etag").unwrap().to_owned();
    let table = [
        (put().header("if-match", &etag).json(&body), 401, "unauthorised"),
        (put().header("if-match", &etag).bearer(&secret).json(&body), 401, "unauthorised"),
        (put().header("if-match", &etag).bearer(&read).json(&body), 403, "scope_too_small"),
        (put().bearer(&sell).json(&body), 428, "if_match_missing"),
        (put().header("if-match", "\"v99\"").bearer(&sell).json(&body), 412, "version_stale"),
        (
            put()
                .header("if-match", &etag)
                .bearer(&sell)
                .json(&json!({"buyer": {"name": "B", "email": "b"}})),
            422,
            "value_wrong",
        ),
    ];
    for (call, status, code) in table {
        let got = call.send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{got:?}");
    }
    let got = put().header("if-match", &etag).bearer(&sell).json(&body).send().await;
    assert_eq!(got.status, 200, "{got:?}");
    assert_eq!((&got.json()["buyer"]["name"], &got.json()["version"]), (&json!("Bea Example"), &json!(2)));
    let same = put().header("if-match", got.header("etag").unwrap()).bearer(&sell).json(&body).send().await;
    assert_eq!((same.status.as_u16(), &same.json()["version"]), (200, &json!(2)), "nothing of it was new");
    // The pass and the buyer's own way in stay.
    let own = house.get(&path).bearer(&secret).send().await.json();
    assert_eq!(own["buyer"]["email"], "bea@example.org");
}

/// The team reads what it wrote down; the buyer, keys that only read and the journal do not.
#[tokio::test(flavor = "multi_thread")]
async fn notes_stay_with_the_team() {
    let house = House::new().await;
    let (order, secret) = house.order("drop/one", 1).await;
    let (sell, read) = (house.api_key(Scope::Sell).await, house.api_key(Scope::Read).await);
    let path = format!("/v1/orders/{order}");
    let notes = format!("{path}/notes");
    let (text, key) = (json!({"text": " Rings twice. "}), fresh_key());
    let no = house.post(&notes).bearer(&secret).json(&text).send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (401, "unauthorised"));
    for (body, code) in [(json!({"text": " "}), "invalid"), (json!({"text": "x".repeat(1_001)}), "invalid")] {
        let no = house.post(&notes).bearer(&sell).json(&body).send().await;
        assert_eq!((no.status.as_u16(), no.problem().as_str()), (422, code), "{no:?}");
    }
    for _ in 0..2 {
        let got = house.post(&notes).key(&key).bearer(&sell).json(&text).send().await;
        assert_eq!(got.status, 201, "{got:?}");
        assert_eq!(got.json()["notes"][0]["text"], "Rings twice.");
        assert_eq!(got.json()["notes"][0]["by"]["kind"], "key");
    }
    let shown = house.get(&path).bearer(&sell).send().await.json();
    assert_eq!(shown["notes"].as_array().unwrap().len(), 1, "a retry writes nothing twice");
    let listed = house.get("/v1/orders").bearer(&sell).send().await.json();
    assert_eq!(listed["items"][0]["notes"][0]["text"], "Rings twice.");
    for bearer in [&secret, &read] {
        let got = house.get(&path).bearer(bearer).send().await;
        assert!(got.status == 200 && !String::from_utf8_lossy(&got.body).contains("Rings"), "{got:?}");
    }
    let journal = house.get("/v1/journal?limit=500").bearer(&sell).send().await;
    let journal = String::from_utf8_lossy(&journal.body).into_owned();
    assert!(journal.contains("order.noted") && !journal.contains("Rings"), "{journal}");
}

/// One press is one mail more to tell, however often it is sent; what has ended is not told again.
#[tokio::test(flavor = "multi_thread")]
async fn resends_once_per_press() {
    let house = House::new().await;
    let (order, secret) = house.order("drop/one", 1).await;
    let sell = house.api_key(Scope::Sell).await;
    let (path, key) = (format!("/v1/orders/{order}/resend"), fresh_key());
    assert_eq!(house.post(&path).bearer(&secret).send().await.status, 401);
    for _ in 0..2 {
        let got = house.post(&path).key(&key).bearer(&sell).send().await;
        assert_eq!((got.status.as_u16(), &got.json()["version"]), (200, &json!(1)), "{got:?}");
    }
    let journal = house.get("/v1/journal?limit=500").bearer(&sell).send().await.json();
    let resent = journal["items"].as_array().unwrap().iter().filter(|fact| fact["type"] == "order.resent");
    assert_eq!(resent.count(), 1);
    let cancel = house.post(&format!("/v1/orders/{order}/cancel")).bearer(&sell).json(&json!({}));
    assert_eq!(cancel.send().await.status, 200);
    let no = house.post(&path).bearer(&sell).send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (409, "order_closed"));
}
