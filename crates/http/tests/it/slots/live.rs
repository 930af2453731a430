//! `GET /v1/slots/{slot}/live`.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures_util::StreamExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::house::House;

/// A viewer's end of a stream.
pub struct Watcher {
    body: axum::body::BodyDataStream,
    text: String,
}

impl Watcher {
    pub async fn of(house: &House, path: &str) -> Self {
        Self::with(house, path, ("accept", "text/event-stream")).await
    }

    /// A viewer who sends a header along.
    pub async fn with(house: &House, path: &str, (name, value): (&str, &str)) -> Self {
        let request = Request::get(path).header(name, value).body(Body::empty()).unwrap();
        let response = house.routes.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The next message: its id and its data; `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<(u64, Value)> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let message: String = self.text.drain(..end + 2).collect();
                let line = |name: &str| message.lines().find_map(|line| line.strip_prefix(name));
                if let Some(data) = line("data: ") {
                    assert_eq!(line("event: "), Some("stock"));
                    return Some((
                        line("id: ").unwrap().parse().unwrap(),
                        serde_json::from_str(data).unwrap(),
                    ));
                }
                continue;
            }
            let bytes = tokio::time::timeout(Duration::from_secs(60), self.body.next()).await.unwrap()?;
            self.text.push_str(std::str::from_utf8(&bytes.unwrap()).unwrap());
        }
    }
}

/// The state comes at once, and every change after it, with a sequence that rises.
#[tokio::test(flavor = "multi_thread")]
async fn tells_what_changes() {
    let house = House::new().await;
    let path = format!("/v1/slots/{}/live", house.id("drop"));
    let mut watcher = Watcher::of(&house, &path).await;
    let (first, stock) = watcher.next().await.unwrap();
    assert_eq!((stock["offers"][0]["free"].as_u64(), stock["sequence"].as_u64()), (Some(10), Some(first)));
    assert_eq!(stock["window"], house.id("drop:public"));
    assert_eq!(stock["offers"][0]["price"]["amount"], 2800);
    house.hold("drop/one", 5).await;
    let (second, stock) = watcher.next().await.unwrap();
    assert!(second > first);
    assert_eq!(stock["offers"][0]["free"], 5);
}

/// Whoever shows a code sees the window that it opens.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_has_its_own_stream() {
    let house = House::new().await;
    let path = format!("/v1/slots/{}/live", house.id("moon"));
    let (_, public) = Watcher::of(&house, &path).await.next().await.unwrap();
    let code = ("x-dayshelf-code", "moonrise");
    let (_, vip) = Watcher::with(&house, &path, code).await.next().await.unwrap();
    assert_eq!((public["offers"][0]["free"].as_u64(), vip["offers"][0]["free"].as_u64()), (Some(0), Some(4)));
    let wrong = house.get(&path).header("x-dayshelf-code", "nothing").send().await;
    assert_eq!(wrong.problem(), "code_wrong");
    // An address is no place for a code.
    assert_eq!(house.get(&format!("{path}?code=moonrise")).send().await.problem(), "query_wrong");
}

/// There is room for so many viewers; a place is free again when one goes.
#[tokio::test(flavor = "multi_thread")]
async fn viewers_are_bounded() {
    let house = House::with(|config| config.bounds.streams = 1).await;
    let path = format!("/v1/slots/{}/live", house.id("drop"));
    let watcher = Watcher::of(&house, &path).await;
    let no = house.get(&path).send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (503, "busy"));
    assert_eq!(no.header("retry-after"), Some("5"));
    drop(watcher);
    let mut watcher = Watcher::of(&house, &path).await;
    assert!(watcher.next().await.is_some());
}
