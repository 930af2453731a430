//! What bad input gets, wherever a body is read: its own problem, with the path of the field.

use axum::body::Body;
use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::json;

use crate::house::House;
use crate::openapi::{document, operations};

/// Malformed bodies, one line each.
#[tokio::test(flavor = "multi_thread")]
async fn bodies() {
    let house = House::new().await;
    let (slot, offer) = (house.id("drop"), house.id("drop/one"));
    let with =
        |tail: &str| format!(r#"{{"slot":"{slot}","lines":[{{"offer":"{offer}","quantity":1}}]{tail}}}"#);
    let line = |line: &str| format!(r#"{{"slot":"{slot}","lines":[{line}]}}"#);
    let table = [
        ("{".to_owned(), 400, "body_not_json", ""),
        ("nonsense".to_owned(), 400, "body_not_json", ""),
        (with("} x"), 400, "body_not_json", ""),
        ("\u{feff}{}".to_owned(), 400, "body_not_json", ""),
        ("[]".to_owned(), 422, "wrong_type", "body"),
        ("null".to_owned(), 422, "wrong_type", "body"),
        (String::new(), 422, "missing_field", "slot"),
        ("{}".to_owned(), 422, "missing_field", "slot"),
        (with(r#","colour":"red""#), 422, "unknown_field", "colour"),
        (
            line(&format!(r#"{{"offer":"{offer}","quantity":1,"size":2}}"#)),
            422,
            "unknown_field",
            "lines[0].size",
        ),
        (line(&format!(r#"{{"offer":"{offer}"}}"#)), 422, "missing_field", "lines[0].quantity"),
        (line(&format!(r#"{{"offer":"{offer}","quantity":"1"}}"#)), 422, "wrong_type", "lines[0].quantity"),
        (line(&format!(r#"{{"offer":"{offer}","quantity":-1}}"#)), 422, "value_wrong", "lines[0].quantity"),
        (line(&format!(r#"{{"offer":"{offer}","quantity":1.5}}"#)), 422, "wrong_type", "lines[0].quantity"),
        (
            line(&format!(r#"{{"offer":"{offer}","quantity":4294967296}}"#)),
            422,
            "value_wrong",
            "lines[0].quantity",
        ),
        (line(r#"{"offer":"offer_1","quantity":1}"#), 422, "value_wrong", "lines[0].offer"),
        (line(&format!(r#"{{"offer":"{slot}","quantity":1}}"#)), 422, "value_wrong", "lines[0].offer"),
        (with(r#","contact":{"email":"x"}"#), 422, "value_wrong", "contact.email"),
        (with(r#","contact":{"phone":"1"}"#), 422, "unknown_field", "contact.phone"),
        (with(&format!(r#","code":"{}""#, "x".repeat(101))), 422, "too_long", "code"),
    ];
    for (body, status, code, field) in table {
        let got = house.post("/v1/holds").raw("application/json", body.clone()).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{body}: {got:?}");
        assert_eq!(got.json()["field"].as_str().unwrap_or_default(), field, "{body}: {got:?}");
    }
    let slot = house.get(&format!("/v1/slots/{slot}")).send().await.json();
    assert_eq!(slot["offers"][1]["free"], 5, "nothing was half-applied");
}

/// The envelope: media types, sizes, broken UTF-8, idempotency keys.
#[tokio::test(flavor = "multi_thread")]
async fn envelopes() {
    let house = House::new().await;
    let wish = house.wish("drop/one", 1);
    let post = || house.post("/v1/holds");
    let charset = post().raw("application/json; charset=utf-8", wish.to_string()).send().await;
    assert_eq!(charset.status, 201);
    let chunks = || {
        let chunk = |_| Ok::<_, std::convert::Infallible>(bytes::Bytes::from(vec![b' '; 1024]));
        Body::from_stream(futures_util::stream::iter((0..100).map(chunk)))
    };
    let table = [
        (post().raw("text/plain", wish.to_string()), 415, "media_type_wrong"),
        (post().raw("application/x-www-form-urlencoded", "a=b"), 415, "media_type_wrong"),
        (post().raw("application/json", vec![b' '; 64 * 1024 + 1]), 413, "too_large"),
        (post().raw("application/json", chunks()), 413, "too_large"),
        (post().raw("application/json", vec![b'"', 0xff, b'"']), 400, "body_not_json"),
        (post().without_key().json(&wish), 400, "idempotency_key_missing"),
        (post().key("").json(&wish), 400, "idempotency_key_unfit"),
        (post().key("with space and more").json(&wish), 400, "idempotency_key_unfit"),
        (post().json(&json!({"slot": "x".repeat(60_000)})), 422, "value_wrong"),
    ];
    for (call, status, code) in table {
        let got = call.send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{got:?}");
        assert!(got.body.len() < 2_000, "an answer does not echo what came in: {}", got.body.len());
    }
}

/// A query that a route does not take is refused there, before anything is done: whoever writes `dry_run` where there is
/// none must not find that it was meant. What is no route of the API takes what others append to addresses.
#[tokio::test(flavor = "multi_thread")]
async fn queries() {
    let house = House::new().await;
    let routes = operations(&document());
    for (path, method, _) in routes.iter().filter(|(path, ..)| path.starts_with("/v1/")) {
        let named = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        let address = named.collect::<Vec<_>>().join("/");
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let got = house.call(method, &format!("{address}?colour=red")).send().await;
        assert_eq!(got.problem(), "query_wrong", "{path}: {got:?}");
        assert_eq!(got.json()["field"], "colour", "{path}: {got:?}");
    }
    let key = house.api_key(Scope::Manage).await;
    let made = house.post("/v1/pools").bearer(&key).json(&json!({"key": "clay", "units": 5})).send().await;
    let pool = format!("/v1/pools/{}", made.text("id"));
    let remove = |query: &str| house.call(Method::DELETE, &format!("{pool}{query}")).bearer(&key);
    let tried = remove("?dry_run=true").header("if-match", "*").send().await;
    assert_eq!((tried.status.as_u16(), tried.problem().as_str()), (400, "query_wrong"), "{tried:?}");
    let detail = "dry_run: this address takes no parameters; leave it out.";
    assert_eq!(tried.text("detail"), detail);
    assert_eq!(house.get(&pool).bearer(&key).send().await.status, 200, "nothing was done");
    let head = house.call(Method::HEAD, &format!("{pool}?colour=red")).bearer(&key).send().await;
    assert_eq!(head.status, 400);
    let list = house.get("/v1/pools?colour=red").bearer(&key).send().await;
    let detail = "colour: this parameter does not exist here; known are cursor, limit.";
    assert_eq!(list.text("detail"), detail);
    assert_eq!(remove("?").header("if-match", "*").send().await.status, 204, "an empty query is none");
    for page in ["/kiln?utm_source=post", "/healthz?at=1"] {
        assert_eq!(house.get(page).send().await.status, 200, "{page}");
    }
}
