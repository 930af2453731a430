//! What surrounds every handler.

use std::time::Duration;

use axum::http::Method;

use crate::house::House;

/// What is nowhere, and what answers other methods, are problem documents too.
#[tokio::test(flavor = "multi_thread")]
async fn fall_backs_are_problems() {
    let house = House::new().await;
    for path in ["/v1", "/v1/holds/x/y/z", "/v1/nothing", "/v2/of/a/thing"] {
        let got = house.get(path).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (404, "route_unknown"), "{path}");
    }
    let got = house.call(Method::PUT, "/v1/holds").send().await;
    assert_eq!((got.status.as_u16(), got.problem().as_str()), (405, "method_not_allowed"));
    assert_eq!(got.header("allow"), Some("POST"));
}

/// Every answer has the headers that keep browsers and caches honest, and an id to ask us about.
#[tokio::test(flavor = "multi_thread")]
async fn answers_are_dressed() {
    let house = House::with(|config| config.public_url = "https://shop.example".into()).await;
    for path in ["/healthz", "/v1/nothing", "/openapi.json"] {
        let got = house.get(path).send().await;
        assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(got.header("referrer-policy"), Some("no-referrer"));
        assert!(
            got.header("content-security-policy").is_some()
                && got.header("strict-transport-security").is_some()
        );
        assert_eq!(got.header("x-request-id").map(str::len), Some(16));
        assert!(got.header("cache-control").is_some());
    }
    let head = house.call(Method::HEAD, "/healthz").send().await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
}

/// Browsers are told to insist on https where it is, for subdomains only where the operator says that they are ours, and
/// never from an address that is no https.
#[tokio::test(flavor = "multi_thread")]
async fn subdomains_are_promised_where_they_are_ours() {
    for (public_url, all, told) in [
        ("https://shop.example", false, Some("max-age=31536000")),
        ("https://shop.example", true, Some("max-age=31536000; includeSubDomains")),
        ("http://shop.example", true, None),
    ] {
        let house = House::with(|config| {
            config.public_url = public_url.into();
            config.hsts_subdomains = all;
        })
        .await;
        let got = house.get("/healthz").send().await;
        assert_eq!(got.header("strict-transport-security"), told, "{public_url}, {all}");
    }
}

/// Pages of other sites may do what buyers do, without cookies, and nothing of the organiser's.
#[tokio::test(flavor = "multi_thread")]
async fn other_sites_may_buy() {
    let house = House::new().await;
    let slot = format!("/v1/slots/{}", house.id("drop"));
    let asks = |path: &str, method: &str| {
        house
            .call(Method::OPTIONS, path)
            .header("origin", "https://blog.example")
            .header("access-control-request-method", method)
    };
    for (path, method) in
        [("/v1/holds", "POST"), (slot.as_str(), "GET"), ("/v1/organisers/kiln/slots", "GET")]
    {
        let got = asks(path, method).send().await;
        assert_eq!(
            (got.status.as_u16(), got.header("access-control-allow-origin")),
            (204, Some("*")),
            "{path}"
        );
        assert!(got.header("access-control-allow-headers").unwrap().contains("idempotency-key"));
        assert!(got.header("access-control-allow-credentials").is_none());
    }
    let order = "/v1/orders/order_01k9ydt4zq7m8v2c5x6b3n0aef/handover";
    let notes = "/v1/orders/order_01k9ydt4zq7m8v2c5x6b3n0aef/notes";
    for (path, method) in [(order, "POST"), (notes, "POST"), ("/metrics", "GET"), ("/healthz", "GET")] {
        assert_eq!(asks(path, method).send().await.header("access-control-allow-origin"), None, "{path}");
    }
    let bare = house.call(Method::OPTIONS, "/v1/holds").send().await;
    assert_eq!((bare.status.as_u16(), bare.header("allow")), (405, Some("POST")));
}

/// More than may be in work at once is told so, and when to come back.
#[tokio::test(flavor = "multi_thread")]
async fn requests_are_bounded() {
    let house = House::with(|config| config.bounds.requests = 1).await;
    let (hold, secret) = house.hold("drop/one", 1).await;
    let waiting = house.confirm(&hold, &secret, "sandbox").send();
    let beside = async {
        // The payment has begun, so the confirmation is in work and waits.
        let mut busy = house.get("/healthz").send().await;
        for _ in 0..12_000 {
            if busy.status == 503 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
            busy = house.get("/healthz").send().await;
        }
        house.pay(&hold, true).await;
        busy
    };
    let (got, busy) = tokio::join!(waiting, beside);
    assert_eq!(got.status, 201);
    assert_eq!(
        (busy.status.as_u16(), busy.problem().as_str(), busy.header("retry-after")),
        (503, "busy", Some("1"))
    );
}

/// A body that does not arrive is given up.
#[tokio::test(flavor = "multi_thread")]
async fn slow_bodies_are_given_up() {
    let house = House::with(|config| config.bounds.body = Duration::from_millis(50)).await;
    let never = futures_util::stream::pending::<Result<bytes::Bytes, std::convert::Infallible>>();
    let got =
        house.post("/v1/holds").raw("application/json", axum::body::Body::from_stream(never)).send().await;
    assert_eq!((got.status.as_u16(), got.problem().as_str()), (408, "timed_out"));
}

/// Below a handler that panics or never ends there is a net: the caller gets an answer, and no cause.
#[tokio::test(flavor = "multi_thread")]
async fn there_is_a_net() {
    async fn breaks() -> &'static str {
        panic!("a secret cause")
    }
    let mut house = House::with(|config| config.bounds.request = Duration::from_millis(50)).await;
    let more = axum::Router::new()
        .route("/breaks", axum::routing::get(breaks))
        .route("/hangs", axum::routing::get(std::future::pending::<&'static str>));
    house.routes = dayshelf_http::router_with(house.app.clone(), more);
    let got = house.get("/breaks").send().await;
    assert_eq!((got.status.as_u16(), got.problem().as_str()), (500, "fault"));
    assert_eq!(got.text("fault"), got.header("x-request-id").unwrap());
    assert!(!String::from_utf8_lossy(&got.body).contains("secret cause"));
    let got = house.get("/hangs").send().await;
    assert_eq!((got.status.as_u16(), got.problem().as_str()), (503, "outcome_unknown"));
    assert_eq!(house.get("/healthz").send().await.status, 200);
}

/// Health, readiness, measures, and what a problem means.
#[tokio::test(flavor = "multi_thread")]
async fn operators_can_look() {
    let house = House::new().await;
    assert_eq!(house.get("/healthz").send().await.status, 200);
    assert_eq!(house.get("/readyz").send().await.status, 200);
    house.hold("drop/one", 1).await;
    let slot = house.id("drop").to_owned();
    house.get(&format!("/v1/slots/{slot}")).send().await;
    let text = String::from_utf8(house.get("/metrics").send().await.body.to_vec()).unwrap();
    assert!(
        text.contains(r#"dayshelf_http_requests_total{method="POST",route="/v1/holds",status="2xx"} 1"#),
        "{text}"
    );
    assert!(!text.contains(&slot) && text.ends_with("# EOF\n"));
    let meaning = house.get("/problems/too_few_left").send().await.json();
    assert_eq!((meaning["status"].as_u64(), meaning["code"].as_str()), (Some(409), Some("too_few_left")));
    assert_eq!(house.get("/problems/never_heard_of").send().await.status, 404);
}
