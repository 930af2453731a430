//! Webhook endpoints, and the log of what was sent to them.

use std::time::Duration;

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use dayshelf_relay::webhooks::{Config, Guard, Webhooks};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_util::sync::CancellationToken;

use crate::house::{House, fresh_key};

/// The secret is said once and to a retry; edits need the ETag, keep the keys, and check the address.
#[tokio::test(flavor = "multi_thread")]
async fn from_making_to_removal() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let (once, body) = (fresh_key(), json!({"url": "https://example.org/hook", "kinds": ["order.*"]}));
    let create = || house.post("/v1/endpoints").key(&once).bearer(&key).json(&body);
    let made = create().send().await;
    assert_eq!(made.status, 201, "{made:?}");
    assert!(made.text("secret").starts_with("whsec_") && made.text("public_key").starts_with("whpk_"));
    assert_eq!(create().send().await.body, made.body);
    let path = format!("/v1/endpoints/{}", made.text("id"));
    let shown = house.get(&path).bearer(&key).send().await;
    assert!(!String::from_utf8_lossy(&shown.body).contains("whsec_"), "{shown:?}");
    let put = |tag: &str, body: Value| {
        house.call(Method::PUT, &path).bearer(&key).header("if-match", tag).json(&body)
    };
    let off = put("\"v1\"", json!({"url": "https://example.org/other", "on": false})).send().await;
    assert_eq!((off.text("state").as_str(), off.text("public_key")), ("off", made.text("public_key")));
    assert_eq!(put("\"v1\"", body.clone()).send().await.status, 412);
    let table = [
        (json!({"url": "ftp://example.org"}), "value_wrong", "url"),
        (json!({"url": "https://example.org", "kinds": ["Order"]}), "value_wrong", "kinds[0]"),
        (json!({"url": "https://example.org", "kinds": ["order.*", "nope"]}), "value_wrong", "kinds[1]"),
        (json!({"url": "https://example.org", "kinds": ["stock.chnged"]}), "value_wrong", "kinds[0]"),
        (json!({"url": "https://example.org", "kinds": ["hold"]}), "value_wrong", "kinds[0]"),
        (json!({"url": "https://example.org", "kinds": ["order.promised"]}), "value_wrong", "kinds[0]"),
        (json!({"url": "https://example.org", "on": 1}), "wrong_type", "on"),
    ];
    for (body, code, field) in table {
        let got = put("*", body).send().await;
        assert_eq!((got.problem().as_str(), got.json()["field"].as_str()), (code, Some(field)), "{got:?}");
        assert!(!got.text("detail").contains("?."), "a question ends once: {got:?}");
    }
    let all = house.get("/v1/endpoints").bearer(&key).send().await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    assert_eq!(house.call(Method::DELETE, &path).bearer(&key).send().await.status, 204);
    assert_eq!(house.get(&path).bearer(&key).send().await.status, 404);
}

/// What is never posted to is refused when it is put, and not found out by deliveries that fail.
#[tokio::test(flavor = "multi_thread")]
async fn nowhere_inside() {
    let house = House::with(|config| config.webhooks = Guard::default()).await;
    let key = house.api_key(Scope::Manage).await;
    let create = |url: &str| house.post("/v1/endpoints").bearer(&key).json(&json!({"url": url}));
    let inside = [
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "https://192.168.1.7/hook",
        "https://169.254.169.254/latest",
        "https://shop.internal/hook",
        "https://example.org:9000/hook",
        "http://example.org/hook",
    ];
    for url in inside {
        let got = create(url).send().await;
        assert_eq!(
            (got.problem(), got.text("field")),
            ("value_wrong".into(), "url".into()),
            "{url}: {got:?}"
        );
    }
    let got = create(inside[0]).send().await;
    let detail = "url: nothing is ever posted there: the address is not a public one; write one with https that \
                  anybody can reach.";
    assert_eq!(got.text("detail"), detail);
    let path = format!("/v1/endpoints/{}", create("https://example.org/hook").send().await.text("id"));
    let put = |url: &str| {
        let call = house.call(Method::PUT, &path).bearer(&key).header("if-match", "*");
        call.json(&json!({"url": url, "on": false}))
    };
    assert_eq!(put(inside[0]).send().await.problem(), "value_wrong");
    assert_eq!(put("https://example.org/hook").send().await.text("state"), "off");
}

/// A test goes out, stands in the log, and can be sent once more under a new id.
#[tokio::test(flavor = "multi_thread")]
async fn a_test_is_sent_and_replayed() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let receiver = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", receiver.local_addr().unwrap());
    let id = house.post("/v1/endpoints").bearer(&key).json(&json!({"url": url, "kinds": ["order.*"]}));
    let path = format!("/v1/endpoints/{}", id.send().await.text("id"));
    let busy = house.post(&format!("{path}/test")).bearer(&key).send().await;
    assert_eq!((busy.status.as_u16(), busy.problem().as_str()), (503, "busy"), "nothing sends yet");
    let taken = tokio::spawn(takes_all(receiver));
    let stop = CancellationToken::new();
    let config = Config { guard: Guard::Anywhere, rest: Duration::from_millis(50), ..Config::default() };
    let webhooks = Webhooks::start(&house.desk, &house.store, config, &stop).unwrap();
    house.app.sends_through(webhooks.outbox());
    let ping = house.post(&format!("{path}/test")).bearer(&key).send().await;
    assert_eq!((ping.status.as_u16(), ping.text("type").as_str()), (202, "endpoint.ping"), "{ping:?}");
    let sent = delivered(&house, &path, &key, &ping.text("id")).await;
    assert_eq!((sent["status"].as_u64(), sent["tries"].as_u64()), (Some(204), Some(1)), "{sent}");
    assert_eq!(sent["trouble"], Value::Null, "{sent}");
    let again =
        house.post(&format!("{path}/deliveries/{}/replay", ping.text("id"))).bearer(&key).send().await;
    assert_eq!(again.status, 202, "{again:?}");
    assert_ne!(again.text("id"), ping.text("id"));
    delivered(&house, &path, &key, &again.text("id")).await;
    for name in ["msg_nonsense", "x", &format!("msg_{}", house.desk.mint().id(house.home))] {
        let got = house.post(&format!("{path}/deliveries/{name}/replay")).bearer(&key).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (404, "unknown"), "{name}");
    }
    let first = house.get(&format!("{path}/deliveries?limit=1")).bearer(&key).send().await.json();
    assert_eq!(first["items"][0]["id"], again.text("id").as_str());
    let next = format!("{path}/deliveries?limit=1&cursor={}", first["next"].as_str().unwrap());
    let second = house.get(&next).bearer(&key).send().await.json();
    assert_eq!((&second["items"][0]["id"], &second["next"]), (&json!(ping.text("id")), &Value::Null));
    stop.cancel();
    webhooks.join().await;
    taken.abort();
}

/// Where nobody answers, the log says why, and when it is tried again.
#[tokio::test(flavor = "multi_thread")]
async fn silence_is_explained() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = format!("http://{gone}/hook");
    let id = house.post("/v1/endpoints").bearer(&key).json(&json!({"url": url, "kinds": ["order.*"]}));
    let path = format!("/v1/endpoints/{}", id.send().await.text("id"));
    let stop = CancellationToken::new();
    let config = Config { guard: Guard::Anywhere, rest: Duration::from_millis(50), ..Config::default() };
    let webhooks = Webhooks::start(&house.desk, &house.store, config, &stop).unwrap();
    house.app.sends_through(webhooks.outbox());
    let ping = house.post(&format!("{path}/test")).bearer(&key).send().await.text("id");
    let tried = logged(&house, &path, &key, &ping, |one| one["tries"] == 1).await;
    assert_eq!((&tried["state"], &tried["status"]), (&json!("pending"), &Value::Null), "{tried}");
    assert_eq!(tried["trouble"], "refused", "{tried}");
    assert!(tried["next_at"].is_string(), "{tried}");
    stop.cancel();
    webhooks.join().await;
}

async fn delivered(house: &House, path: &str, key: &str, id: &str) -> Value {
    logged(house, path, key, id, |one| one["state"] == "delivered").await
}

/// The delivery's entry in the log, once it is as it is wanted.
async fn logged(house: &House, path: &str, key: &str, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..500 {
        let page = house.get(&format!("{path}/deliveries")).bearer(key).send().await.json();
        let found = page["items"].as_array().unwrap().iter().find(|one| one["id"] == id).cloned().unwrap();
        if wanted(&found) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{id} does not come to be so");
}

/// A receiver that says yes to everything.
async fn takes_all(receiver: tokio::net::TcpListener) {
    while let Ok((mut stream, _)) = receiver.accept().await {
        tokio::spawn(async move {
            let mut bytes = [0; 16_384];
            while stream.read(&mut bytes).await.is_ok_and(|count| count > 0) {
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
            }
        });
    }
}
