//! Buying with the sandbox provider and the worker that asks it, from the basket to the money back.

use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::ids::HoldId;
use dayshelf_relay::payments::{Payments, Sandbox, SandboxConfig, Verdict};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::house::{Got, House};

/// The worker and its provider, with delays for tests.
fn paying(house: &House) -> (Payments, Sandbox, CancellationToken) {
    let channel = Payments::channel();
    let soon = Duration::from_millis(50);
    let sandbox = Sandbox::new(SandboxConfig { slow: soon, late: soon, callback: soon }, channel.0.clone());
    let stop = CancellationToken::new();
    let worker = Payments::start(&house.desk, &house.store, Arc::new(sandbox.clone()), channel, stop.clone());
    (worker, sandbox, stop)
}

async fn buy(house: &House, token: &str) -> (String, String, Got) {
    let (hold, secret) = house.hold("drop/one", 1).await;
    let body = json!({
        "buyer": {"name": "Ann", "email": "ann@example.org"},
        "payment": {"method": "sandbox", "token": token}
    });
    let got = house.post(&format!("/v1/holds/{hold}/confirm")).bearer(&secret).json(&body).send().await;
    (hold, secret, got)
}

/// Reads until what is read is as wanted, and not for ever.
async fn until(house: &House, path: &str, secret: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..2_400 {
        let json = house.get(path).bearer(secret).send().await.json();
        if wanted(&json) {
            return json;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{path} never became what was wanted");
}

/// Each test token gets the answer that it stands for.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_do_what_they_say() {
    let house = House::new().await;
    let (worker, _sandbox, stop) = paying(&house);
    for (token, status) in
        [("tok_success", 201), ("tok_slow", 201), ("tok_double", 201), ("tok_decline", 402)]
    {
        let (_, _, got) = buy(&house, token).await;
        assert_eq!(got.status.as_u16(), status, "{token}: {got:?}");
    }
    stop.cancel();
    worker.join().await;
}

/// The money is taken after the order is there, and goes back when it is cancelled.
#[tokio::test(flavor = "multi_thread")]
async fn money_follows_the_order() {
    let house = House::new().await;
    let (worker, _sandbox, stop) = paying(&house);
    let (_, _, got) = buy(&house, "tok_success").await;
    let (path, secret) = (format!("/v1/orders/{}", got.text("id")), got.text("secret"));
    until(&house, &path, &secret, |order| order["payment"]["captured"]["amount"] == 2800).await;
    let cancelled = house.post(&format!("{path}/cancel")).bearer(&secret).send().await;
    assert_eq!(cancelled.status, 200, "{cancelled:?}");
    until(&house, &path, &secret, |order| order["payment"]["refunded"]["amount"] == 2800).await;
    stop.cancel();
    worker.join().await;
    assert_eq!(house.store.doctor().await.unwrap(), []);
}

/// A payment that waits for the buyer's bank is under way until the bank has spoken.
#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_under_way() {
    let house = House::with(|config| config.bounds.confirm = Duration::from_millis(100)).await;
    let (worker, sandbox, stop) = paying(&house);
    let (hold, secret, got) = buy(&house, "tok_3ds").await;
    assert_eq!((got.status.as_u16(), got.text("state").as_str()), (202, "confirming"), "{got:?}");
    let row = house.store.reader().hold(HoldId::parse(&hold).unwrap()).await.unwrap().unwrap();
    let payment = row.attempt.unwrap().id;
    for _ in 0..2_400 {
        if sandbox.answer(payment, Verdict::Approve) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let path = format!("/v1/holds/{hold}");
    let json = until(&house, &path, &secret, |hold| hold["state"] == "confirmed").await;
    let order = format!("/v1/orders/{}", json["order"].as_str().unwrap());
    let order_secret = secret.replace(
        &format!("hs_{}", hold.trim_start_matches("hold_")),
        &format!("os_{}", order.rsplit('_').next().unwrap()),
    );
    assert_eq!(house.get(&order).bearer(&order_secret).send().await.status, 200);
    stop.cancel();
    worker.join().await;
}
