//! Who may call what, from the OpenAPI document: each route is tried with everything that must not open it.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::Value;

use crate::house::House;
use crate::openapi::operations;

/// The least scope that a route says suffices, if keys open it.
fn scope(operation: &Value) -> Option<&str> {
    let security = operation["security"].as_array()?;
    security.iter().find_map(|one| one["organiser"][0].as_str())
}

/// Every route that wants a secret or a key refuses callers without one, with a broken one, and with a key
/// whose scope is below what it says.
#[tokio::test(flavor = "multi_thread")]
async fn the_matrix() {
    let house = House::new().await;
    let keys = [
        ("read", house.api_key(Scope::Read).await),
        ("sell", house.api_key(Scope::Sell).await),
        ("manage", house.api_key(Scope::Manage).await),
    ];
    let document = serde_json::to_value(dayshelf_http::openapi()).unwrap();
    let mut tried = 0;
    for (path, method, operation) in operations(&document) {
        if operation["security"].as_array().is_none_or(Vec::is_empty) {
            continue;
        }
        let address = filled(&house, &path);
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let call = || house.call(method.clone(), &address).key(&crate::house::fresh_key());
        for call in [
            call(),
            call().bearer("dsk_nonsense"),
            call().bearer("hs_nonsense"),
            call().header("x-api-key", "x"),
        ] {
            let got = call.send().await;
            assert_eq!(got.status, 401, "{method} {path}: {got:?}");
        }
        let Some(least) = scope(&operation) else { continue };
        let enough = keys.iter().position(|(name, _)| *name == least).unwrap();
        for (place, (name, text)) in keys.iter().enumerate() {
            let got = call().bearer(text).send().await;
            let refused = got.status == 403 && got.problem() == "scope_too_small";
            assert_eq!(refused, place < enough, "{method} {path} with {name}: {got:?}");
            tried += 1;
        }
    }
    assert!(tried >= 12, "{tried}");
}

/// The path with ids in it; of things that do not exist, which is said only to those who may ask.
fn filled(house: &House, path: &str) -> String {
    let never = house.desk.mint().id(house.home);
    let kinds = [
        ("{slot}", "slot"),
        ("{hold}", "hold"),
        ("{order}", "order"),
        ("{entry}", "wait"),
        ("{pool}", "pool"),
        ("{window}", "window"),
        ("{offer}", "offer"),
        ("{fulfilment}", "fulfil"),
        ("{code}", "code"),
        ("{list}", "list"),
        ("{key}", "key"),
        ("{endpoint}", "hook"),
    ];
    kinds
        .iter()
        .fold(path.to_owned(), |path, (name, prefix)| path.replace(name, &format!("{prefix}_{never}")))
}
