//! Secrets that sing when they get out: everything secret is used once, and then looked for in all that the
//! program has said, at the most talkative level of its log, in its metrics, and on its command line.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};

use crate::stand::{Folder, Http, PATIENCE, PLAN, Server, run, text};

const CODE: &str = "canary-code-5d1f";
const TOKEN: &str = "tok_canary_77aa31";
const EMAIL: &str = "canary-mail-90b2@example.org";
const NAME: &str = "Canary Person 41ce";

/// One unit that anybody can take, and one that only the code opens.
fn plan() -> String {
    let code = format!("\n[[codes]]\ngroup = \"friends\"\ncode = \"{CODE}\"\n\n[[slots]]");
    let window = r#"
    [[slots.windows]]
    key = "friends"
    title = "Friends"
    audience = { code = "friends" }
    opens = "start"
    closes = "end"
    hold = { for = "10m" }

    [[slots.windows]]
    key = "public""#;
    let plan = PLAN.replace("units = 500", "units = 2").replacen("[[slots]]", code.trim_start(), 1);
    plan.replacen("\n    [[slots.windows]]\n    key = \"public\"", window, 1)
}

/// A receiver on this machine that counts what it gets and keeps its signatures.
#[derive(Clone, Default)]
struct Receiver {
    count: Arc<AtomicUsize>,
    signatures: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let app = Router::new().route("/hooks", post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        url
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, _body: Bytes) -> StatusCode {
    let signature = headers.get("webhook-signature").unwrap().to_str().unwrap();
    receiver.signatures.lock().unwrap().extend(signature.split(' ').map(str::to_owned));
    receiver.count.fetch_add(1, Ordering::SeqCst);
    StatusCode::NO_CONTENT
}

/// Secrets with what they are, to be looked for.
#[derive(Default)]
struct Canaries(Vec<(String, String)>);

impl Canaries {
    /// Adds a secret, and the part of it that is nothing but secret.
    fn add(&mut self, what: &str, secret: &str) {
        assert!(secret.len() >= 8, "{what} is too short to be looked for: {secret}");
        self.0.push((what.to_owned(), secret.to_owned()));
        if let Some((_, core)) = secret.rsplit_once('_').filter(|(_, core)| core.len() >= 16) {
            self.0.push((format!("{what}, its secret part"), core.to_owned()));
        }
    }

    fn take(&mut self, what: &str, answer: &(u16, Value), field: &str) -> String {
        assert!((200..300).contains(&answer.0), "{what}: {answer:?}");
        let secret = answer.1[field].as_str().unwrap_or_else(|| panic!("{what}: {answer:?}")).to_owned();
        self.add(what, &secret);
        secret
    }

    fn assert_none_in(&self, place: &str, said: &str) {
        for (what, secret) in &self.0 {
            let line = said.lines().find(|line| line.contains(secret.as_str()));
            assert!(line.is_none(), "{what} is in {place}: {}", line.unwrap_or_default());
        }
    }
}

/// Uses the API's keys and the secrets of an endpoint.
async fn organiser(http: &Http, key: &str, receiver: &Receiver, canaries: &mut Canaries) {
    let url = receiver.start().await;
    let made = http.post("/v1/endpoints", Some(key), &json!({ "url": url })).await.unwrap();
    canaries.take("the endpoint's secret", &made, "secret");
    let path = format!("/v1/endpoints/{}/test", made.1["id"].as_str().unwrap());
    assert!(http.post(&path, Some(key), &json!({})).await.unwrap().0 < 300);
    let body = json!({ "name": "spare", "scope": "sell" });
    let spare = http.post("/v1/keys", Some(key), &body).await.unwrap();
    let spare = canaries.take("an issued key", &spare, "key");
    assert_eq!(http.get("/v1/orders", Some(&spare)).await.0, 200);
    assert_eq!(http.get("/v1/orders", Some(&format!("{spare}x"))).await.0, 401);
}

/// Buys with the code, and waits in line: all that a buyer is given and gives.
async fn buyer(http: &Http, canaries: &mut Canaries) {
    let (slot, offer) = http.shelf("test-shop").await;
    let lines = json!([{ "offer": offer, "quantity": 2 }]);
    let body = json!({ "slot": slot, "lines": lines, "code": CODE, "contact": { "email": EMAIL } });
    let hold = http.post("/v1/holds", None, &body).await.unwrap();
    let secret = canaries.take("a hold's secret", &hold, "secret");
    let path = format!("/v1/holds/{}", hold.1["id"].as_str().unwrap());
    assert_eq!(http.get(&path, Some(&secret)).await.0, 200);
    assert_eq!(http.get(&format!("/h/{secret}"), None).await.0, 200, "a page has its secret in its address");

    let body = json!({ "offer": offer, "quantity": 1, "contact": { "email": EMAIL } });
    let entry = http.post(&format!("/v1/slots/{slot}/waitlist"), None, &body).await.unwrap();
    let waits = canaries.take("an entry's secret", &entry, "secret");
    let own = format!("/v1/waitlist/{}", entry.1["id"].as_str().unwrap());
    assert_eq!(http.get(&own, Some(&waits)).await.0, 200);

    let buyer = json!({ "name": NAME, "email": EMAIL });
    let pay = |token: &str| json!({ "buyer": buyer, "payment": { "method": "sandbox", "token": token } });
    let confirm = format!("{path}/confirm");
    let declined = http.post(&confirm, Some(&secret), &pay(TOKEN)).await.unwrap();
    assert!(declined.0 >= 400, "{declined:?}");
    let order = http.post(&confirm, Some(&secret), &pay("tok_success")).await.unwrap();
    let secret = canaries.take("an order's secret", &order, "secret");
    let path = format!("/v1/orders/{}", order.1["id"].as_str().unwrap());
    let (_, read) = http.get(&path, Some(&secret)).await;
    canaries.add("a pass", read["lines"][0]["pass"]["text"].as_str().unwrap_or_else(|| panic!("{read}")));

    // What is wrong, in a place where it should not stand, and with what stands in no address.
    http.get(&format!("/v1/slots/{slot}?code={CODE}"), None).await;
    http.get(&format!("{path}?secret={secret}"), None).await;
    http.post(&format!("/v1/holds/{secret}/confirm"), Some(&waits), &pay(TOKEN)).await.unwrap();
    let wrong = json!({ "slot": slot, "lines": lines, "code": CODE, "secret": secret });
    assert_eq!(http.post("/v1/holds", None, &wrong).await.unwrap().0, 422);
    assert!(http.post(&format!("{path}/cancel"), Some(&secret), &json!({})).await.unwrap().0 < 500);
}

fn keys(data: &Path, canaries: &mut Canaries) -> String {
    let mut key = String::new();
    let mut folders = vec![data.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "key") {
                let text = std::fs::read_to_string(&path).unwrap().trim().to_owned();
                canaries.add(&path.display().to_string(), &text);
                if text.starts_with("dsk_") && !path.ends_with("operator.key") {
                    key = text;
                }
            }
        }
    }
    key
}

/// No secret, code, token, pass, name or mail address gets out by the log, the metrics or the command line.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_ever_said() {
    let folder = Folder::new();
    let (data, log) = (folder.data(), folder.0.join("log.txt"));
    let mut server = Server::talkative(&data, &log);
    let (plan, at) = (folder.file("plan.toml", &plan()), data.to_string_lossy().into_owned());
    let applied =
        run(&["apply", &plan.to_string_lossy(), "--data", &at, "--server", &server.base, "--log", "trace"]);
    assert!(applied.status.success(), "{}", text(&applied.stderr));
    let out = data.join("made.key");
    let made = run(&[
        "key",
        "create",
        "test-shop",
        "--name",
        "made",
        "--scope",
        "manage",
        "--out",
        &out.to_string_lossy(),
        "--data",
        &at,
        "--server",
        &server.base,
        "--log",
        "trace",
    ]);
    assert!(made.status.success(), "{}", text(&made.stderr));

    let mut canaries = Canaries::default();
    for (what, secret) in
        [("the code", CODE), ("the token", TOKEN), ("the address", EMAIL), ("the name", NAME)]
    {
        canaries.add(what, secret);
    }
    let key = keys(&data, &mut canaries);
    let (http, receiver) = (Http::new(&server.base), Receiver::default());
    organiser(&http, &key, &receiver, &mut canaries).await;
    buyer(&http, &mut canaries).await;
    let begun = Instant::now();
    while receiver.count.load(Ordering::SeqCst) < 3 {
        assert!(begun.elapsed() < PATIENCE, "no webhook came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for signature in receiver.signatures.lock().unwrap().iter() {
        canaries.add("a signature", signature);
    }
    let metrics = http.text("/metrics").await;
    server.signal("TERM");
    assert_eq!(server.ended(), Some(0));

    let logged = std::fs::read_to_string(&log).unwrap();
    assert!(logged.contains("TRACE") && logged.contains("/v1/holds/{hold}/confirm"), "{logged}");
    assert!(metrics.contains("# EOF"), "{metrics}");
    canaries.assert_none_in("the log", &logged);
    canaries.assert_none_in("the metrics", &metrics);
    for (name, output) in [("apply", applied), ("key create", made)] {
        canaries.assert_none_in(name, &(text(&output.stdout) + &text(&output.stderr)));
    }
}
