//! `GET /v1/orders/{order}`.

use dayshelf_core::organiser::Scope;

use crate::house::House;

/// The bearer and the organiser see the order; another organiser and another bearer do not.
#[tokio::test(flavor = "multi_thread")]
async fn shows_an_order_to_those_it_concerns() {
    let house = House::new().await;
    let (order, secret) = house.order("drop/one", 1).await;
    let (_, other) = house.order("drop/one", 1).await;
    let (read, foreign) = (house.api_key(Scope::Read).await, house.foreign_key(Scope::Manage).await);
    let path = format!("/v1/orders/{order}");
    for text in [&secret, &read] {
        let got = house.get(&path).bearer(text).send().await;
        assert_eq!((got.status.as_u16(), got.header("etag")), (200, Some("\"v1\"")), "{got:?}");
        assert!(got.json().get("secret").is_none());
    }
    assert_eq!(house.get(&path).header("x-api-key", &read).send().await.status, 200);
    let table = [
        (house.get(&path), 401, "unauthorised"),
        (house.get(&path).bearer(&other), 401, "secret_wrong"),
        (house.get(&path).bearer(&foreign), 404, "unknown"),
        (house.get(&path).bearer(&format!("{}0", &read[..read.len() - 1])), 401, "unauthorised"),
        (house.get("/v1/orders/order_1").bearer(&read), 404, "unknown"),
    ];
    for (call, status, code) in table {
        let got = call.send().await;
        // One digit in 32 is the right one already.
        let lucky = got.status == 200 && code == "unauthorised" && read.ends_with('0');
        assert!(lucky || (got.status.as_u16(), got.problem().as_str()) == (status, code), "{got:?}");
    }
}
