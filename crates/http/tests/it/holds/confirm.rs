//! `POST /v1/holds/{hold}/confirm`.

use std::time::Duration;

use serde_json::json;

use crate::house::{House, fresh_key};

/// Without a provider the order is there at once, with passes, extras and its secret.
#[tokio::test(flavor = "multi_thread")]
async fn confirms_without_a_provider() {
    let house = House::new().await;
    let (hold, secret) = house.hold("drop/one", 2).await;
    let key = fresh_key();
    let got = house.confirm(&hold, &secret, "at_pickup").key(&key).send().await;
    assert_eq!(got.status, 201, "{got:?}");
    let json = got.json();
    assert_eq!((json["state"].as_str(), json["total"]["amount"].as_u64()), (Some("confirmed"), Some(5600)));
    assert_eq!(json["extras"][0]["url"], "https://example.org/film");
    assert!(json["lines"][0]["pass"]["text"].as_str().unwrap().starts_with("DS1."));
    assert!(got.text("secret").starts_with("os_"));
    let again = house.confirm(&hold, &secret, "at_pickup").key(&key).send().await;
    assert_eq!(again.body, got.body);
    assert!(again.is_replay());
    let ended = house.confirm(&hold, &secret, "at_pickup").send().await;
    assert_eq!((ended.problem().as_str(), ended.text("state").as_str()), ("hold_ended", "confirmed"));
    let order = format!("/v1/orders/{}", got.text("id"));
    assert_eq!(house.get(&order).bearer(&got.text("secret")).send().await.status, 200);
}

/// With a provider the answer waits for the outcome; a retry is answered with the same order, as it was then, whatever
/// became of it since.
#[tokio::test(flavor = "multi_thread")]
async fn waits_for_the_payment() {
    let house = House::new().await;
    let (hold, secret) = house.hold("drop/one", 1).await;
    let key = fresh_key();
    let confirming = || house.confirm(&hold, &secret, "sandbox").key(&key).send();
    let (got, twin, ()) = tokio::join!(confirming(), confirming(), house.pay(&hold, true));
    assert_eq!(
        (got.status, &got.body),
        (twin.status, &twin.body),
        "whoever asks while the first waits, waits too"
    );
    assert_eq!((got.status.as_u16(), got.text("state").as_str()), (201, "confirmed"), "{got:?}");
    assert_eq!(got.json()["payment"]["authorised"]["amount"], 2800);
    let again = async || house.confirm(&hold, &secret, "sandbox").key(&key).send().await;
    assert_eq!(again().await.body, got.body);
    let cancel = house.post(&format!("/v1/orders/{}/cancel", got.text("id"))).bearer(&got.text("secret"));
    let cancelled = cancel.json(&json!({})).send().await;
    assert_eq!(cancelled.text("state"), "cancelled", "{cancelled:?}");
    let again = again().await;
    assert_eq!((again.status, &again.body), (got.status, &got.body), "its pass too: {again:?}");
    assert!(again.is_replay());
}

/// A declined payment is a problem with the time that is left; the hold goes on and another way works.
#[tokio::test(flavor = "multi_thread")]
async fn says_that_a_payment_was_declined() {
    let house = House::new().await;
    let (hold, secret) = house.hold("drop/one", 1).await;
    let key = fresh_key();
    let confirming = house.confirm(&hold, &secret, "sandbox").key(&key).send();
    let (got, ()) = tokio::join!(confirming, house.pay(&hold, false));
    assert_eq!((got.status.as_u16(), got.problem().as_str()), (402, "payment_declined"));
    assert!(got.text("expires_at").ends_with('Z'));
    let again = house.confirm(&hold, &secret, "sandbox").key(&key).send().await;
    assert_eq!(again.body, got.body);
    assert!(again.is_replay());
    assert_eq!(house.confirm(&hold, &secret, "at_pickup").send().await.status, 201);
    let late = house.confirm(&hold, &secret, "sandbox").key(&key).send().await;
    assert_eq!(
        (late.status, &late.body),
        (got.status, &got.body),
        "not the order that another payment made: {late:?}"
    );
}

/// A payment that takes longer than an answer may is "under way"; a second one beside it is refused.
#[tokio::test(flavor = "multi_thread")]
async fn does_not_wait_for_ever() {
    let house = House::with(|config| config.bounds.confirm = Duration::from_millis(50)).await;
    let (hold, secret) = house.hold("drop/one", 1).await;
    let key = fresh_key();
    let got = house.confirm(&hold, &secret, "sandbox").key(&key).send().await;
    assert_eq!((got.status.as_u16(), got.text("state").as_str()), (202, "confirming"), "{got:?}");
    let no = house.confirm(&hold, &secret, "sandbox").send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (409, "hold_confirming"));
    house.pay(&hold, true).await;
    let again = house.confirm(&hold, &secret, "sandbox").key(&key).send().await;
    assert_eq!((again.status.as_u16(), again.text("state").as_str()), (201, "confirmed"));
}

/// The method fits the sum; the buyer has a name and an address.
#[tokio::test(flavor = "multi_thread")]
async fn refusals() {
    let house = House::new().await;
    let (hold, secret) = house.hold("drop/one", 1).await;
    assert_eq!(house.confirm(&hold, &secret, "free").send().await.problem(), "method_unfit");
    let (gift, gift_secret) = house.hold("gift/card", 1).await;
    assert_eq!(house.confirm(&gift, &gift_secret, "sandbox").send().await.problem(), "method_unfit");
    assert_eq!(house.confirm(&gift, &gift_secret, "free").send().await.status, 201);
    let path = format!("/v1/holds/{hold}/confirm");
    let pay = json!({"method": "at_pickup"});
    let table = [
        (json!({"buyer": {"name": " ", "email": "a@b.org"}, "payment": pay}), "value_wrong", "buyer.name"),
        (json!({"buyer": {"name": "Ann", "email": "nowhere"}, "payment": pay}), "value_wrong", "buyer.email"),
        (
            json!({"buyer": {"name": "x".repeat(201), "email": "a@b.org"}, "payment": pay}),
            "too_long",
            "buyer.name",
        ),
        (json!({"buyer": {"name": "Ann"}, "payment": pay}), "missing_field", "buyer.email"),
        (
            json!({"buyer": {"name": "Ann", "email": "a@b.org"}, "payment": {"method": "gold"}}),
            "value_wrong",
            "payment.method",
        ),
    ];
    for (body, code, field) in table {
        let got = house.post(&path).bearer(&secret).json(&body).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (422, code), "{got:?}");
        assert_eq!(got.text("field"), field);
    }
}

/// An organiser that takes no money at pickup is not paid then, by the API or by the page; what was bought stays as it is.
#[tokio::test(flavor = "multi_thread")]
async fn at_pickup_where_that_is_taken() {
    let house = House::new().await;
    let key = house.api_key(dayshelf_core::organiser::Scope::Manage).await;
    let shown = house.get("/v1/organiser").bearer(&key).send().await;
    assert_eq!(shown.json()["at_pickup"], true);
    let (hold, secret) = house.hold("limited/one", 1).await;
    let path = format!("/h/{secret}");
    let page = async || String::from_utf8(house.get(&path).send().await.body.to_vec()).unwrap();
    let text = page().await;
    assert!(text.contains("Pay at pickup"), "{text}");
    let mut body = shown.json();
    body.as_object_mut().unwrap().remove("version");
    body["at_pickup"] = json!(false);
    let put = house.call(axum::http::Method::PUT, "/v1/organiser").bearer(&key).header("if-match", "*");
    let put = put.json(&body).send().await;
    assert_eq!((put.status.as_u16(), &put.json()["at_pickup"]), (200, &json!(false)), "{put:?}");
    let text = page().await;
    assert!(!text.contains("Pay at pickup"), "{text}");
    assert_eq!(house.confirm(&hold, &secret, "at_pickup").send().await.problem(), "method_unfit");
    body["at_pickup"] = json!(true);
    let put = house.call(axum::http::Method::PUT, "/v1/organiser").bearer(&key).header("if-match", "*");
    assert_eq!(put.json(&body).send().await.status, 200);
    assert_eq!(house.confirm(&hold, &secret, "at_pickup").send().await.status, 201);
}
