//! What is logged, and what never is.

use std::io::Write;
use std::sync::{Arc, Mutex};

use dayshelf_core::organiser::Scope;
use tracing_subscriber::fmt::MakeWriter;

use crate::house::House;

/// A log that a test can read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'l> MakeWriter<'l> for Log {
    type Writer = Self;

    fn make_writer(&'l self) -> Self {
        self.clone()
    }
}

/// A request has a line with its route; no secret, key, code or address of a thing is in it.
#[tokio::test]
async fn logs_routes_and_no_secrets() {
    let house = House::new().await;
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    // For all threads: a log line that another test meets first would stay switched off for this one.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    // A wrong password is told of, and nothing of what was typed.
    let typed = serde_json::json!({"email": "guess@example.org", "password": "guessed it all"});
    assert_eq!(house.page("POST", "/v1/session", "", &typed).await.problem(), "sign_in_wrong");
    let (hold, secret) = house.hold("drop/one", 1).await;
    let got = house.get(&format!("/v1/holds/{hold}")).bearer(&secret).send().await;
    let key = house.api_key(Scope::Read).await;
    house.get("/v1/orders/order_1").header("x-api-key", &key).send().await;
    house.get(&format!("/v1/slots/{}?code=moonrise", house.id("moon"))).send().await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let refused = |line: &str| line.contains("not allowed") && line.contains("/v1/session");
    assert!(text.lines().any(|line| refused(line) && line.contains("INFO")), "{text}");
    assert!(
        text.contains("/v1/holds/{hold}") && text.contains(got.header("x-request-id").unwrap()),
        "{text}"
    );
    for never in [secret.as_str(), key.as_str(), "moonrise", hold.as_str(), "guess@example", "guessed it"] {
        assert!(!text.contains(never), "{never} was logged: {text}");
    }
}
