//! Live streams: first at once, paced, shared, latest wins, and gone with their last viewer.

use std::time::Duration;

use bytes::Bytes;
use dayshelf_core::time::Span;
use dayshelf_relay::live::{Hub, Viewer};
use dayshelf_testkit::shop::Shop;
use dayshelf_testkit::site::Site;
use futures_util::{Stream, StreamExt};
use serde_json::Value;

use crate::stand::{Stand, done};

/// The JSON of a frame, after its form was checked.
fn stock(frame: &Bytes) -> Value {
    let text = std::str::from_utf8(frame).unwrap();
    let rest = text.strip_prefix("event: stock\nid: ").unwrap();
    let (id, data) = rest.strip_suffix("\n\n").unwrap().split_once("\ndata: ").unwrap();
    let json: Value = serde_json::from_str(data).unwrap();
    assert_eq!(json["sequence"].to_string(), id);
    json
}

async fn next(stream: &mut (impl Stream<Item = Bytes> + Unpin)) -> Value {
    let frame = tokio::time::timeout(Duration::from_secs(60), stream.next()).await;
    stock(&frame.expect("a frame in time").expect("the stream goes on"))
}

fn free(json: &Value) -> u64 {
    json["offers"][0]["free"].as_u64().unwrap()
}

/// A viewer sees the present state at once and the last state soon; what was in between may be left out,
/// sequences only rise, and two viewers share the very same bytes.
#[tokio::test(flavor = "multi_thread")]
async fn latest_wins() {
    let site = Site::file();
    let stand = Stand::new(&site.open().await, &Shop { units: 40, ..Shop::default() }).await;
    let hub = Hub::new(stand.desk.clone());
    let mut one = Box::pin(hub.subscribe(stand.put.slot, Viewer::Public).unwrap());
    let mut two = Box::pin(hub.subscribe(stand.put.slot, Viewer::Public).unwrap());
    let frames = (one.next().await.unwrap(), two.next().await.unwrap());
    assert_eq!(frames.0.as_ptr(), frames.1.as_ptr(), "one rendering for all");
    assert_eq!((free(&stock(&frames.0)), hub.viewers(), hub.streams()), (40, 2, 1));
    let before = stock(&frames.0)["sequence"].as_u64();
    for _ in 0..30 {
        done(stand.ask(stand.hold(1)).await);
    }
    let (mut seen, mut sequence) = (0, before);
    loop {
        let json = next(&mut one).await;
        assert!(json["sequence"].as_u64() > sequence, "never back");
        sequence = json["sequence"].as_u64();
        seen += 1;
        if free(&json) == 10 {
            break;
        }
    }
    assert!(seen <= 30);
    // The second viewer did not look meanwhile: it gets the last state, not a queue of old ones.
    assert_eq!(free(&next(&mut two).await), 10);
    drop((one, two));
    assert_eq!(hub.viewers(), 0);
    let gone = async {
        while hub.streams() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), gone).await.expect("the pump ends with its last viewer");
}

/// Changes that come quickly are gathered: ten messages a second at most.
#[tokio::test(flavor = "multi_thread")]
async fn paced() {
    let site = Site::file();
    let stand = Stand::new(&site.open().await, &Shop { units: 5_000, ..Shop::default() }).await;
    let hub = Hub::new(stand.desk.clone());
    let mut stream = Box::pin(hub.subscribe(stand.put.slot, Viewer::Public).unwrap());
    assert_eq!(free(&next(&mut stream).await), 5_000);
    let began = std::time::Instant::now();
    let mut asked = 0_u64;
    while began.elapsed() < Duration::from_secs(1) {
        done(stand.ask(stand.hold(1)).await);
        asked += 1;
    }
    let mut seen = 0_u128;
    while free(&next(&mut stream).await) != 5_000 - asked {
        seen += 1;
    }
    let most = began.elapsed().as_millis() / 100 + 1;
    assert!(seen <= most, "{seen} messages, {most} at most");
}

/// A window that opens by the clock is told without anybody doing anything.
#[tokio::test(flavor = "multi_thread")]
async fn openings_are_told() {
    // A slow machine may look only after the opening; then there is more time until the next.
    for ahead in [Span(700), Span::seconds(7), Span::seconds(70)] {
        let site = Site::file();
        let shop = Shop { opens: ahead, ..Shop::default() };
        let stand = Stand::new(&site.open().await, &shop).await;
        let hub = Hub::new(stand.desk.clone());
        let mut stream = Box::pin(hub.subscribe(stand.put.slot, Viewer::Public).unwrap());
        let first = next(&mut stream).await;
        if first["offers"][0]["state"] == "open" {
            continue;
        }
        assert_eq!((first["offers"][0]["state"].as_str(), free(&first)), (Some("ahead"), 0));
        assert_eq!(first["window"], stand.put.window.to_string());
        loop {
            let json = next(&mut stream).await;
            if json["offers"][0]["state"] == "open" {
                assert_eq!(free(&json), 10);
                return;
            }
        }
    }
    panic!("nobody looked before the opening");
}

/// No stream for a slot that is not there, and none after the hub was closed; open ones end.
#[tokio::test(flavor = "multi_thread")]
async fn streams_end() {
    let site = Site::file();
    let stand = Stand::new(&site.open().await, &Shop::default()).await;
    let hub = Hub::new(stand.desk.clone());
    let nowhere = dayshelf_core::ids::SlotId(stand.desk.mint().id(stand.home));
    assert!(hub.subscribe(nowhere, Viewer::Public).is_none());
    let mut stream = Box::pin(hub.subscribe(stand.put.slot, Viewer::Public).unwrap());
    next(&mut stream).await;
    hub.close();
    let end = tokio::time::timeout(Duration::from_secs(60), stream.next()).await;
    assert!(end.expect("the stream ends in time").is_none());
    assert!(hub.subscribe(stand.put.slot, Viewer::Public).is_none());
}
