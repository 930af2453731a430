//! Everything started together, and ended.

use std::time::Duration;

use dayshelf_desk::{Ask, Key};
use dayshelf_relay::live::Viewer;
use dayshelf_relay::{Config, Relay};
use dayshelf_testkit::shop::Shop;
use dayshelf_testkit::site::on_both;
use futures_util::StreamExt;
use tokio_util::sync::CancellationToken;

use crate::stand::{Stand, done, until};

/// One start serves streams, payments and keys, on either engine; one end ends them, and a second start on
/// the same data goes on.
#[tokio::test(flavor = "multi_thread")]
async fn starts_and_ends() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        for round in 1..=2_u8 {
            let config = Config { keys_pace: Duration::from_millis(20), ..Config::default() };
            let start = Relay::start(&stand.desk, &stand.store, config, CancellationToken::new());
            let relay = start.unwrap();
            let mut stream = Box::pin(relay.hub().subscribe(stand.put.slot, Viewer::Public).unwrap());
            assert!(stream.next().await.is_some());
            let hold = stand.held(1).await;
            let (_, order) = stand.confirm(&hold, "tok_success").await;
            until("the order is paid", async || {
                let order = stand.store.reader().order(order).await.unwrap();
                order.filter(|order| order.payment.captured == 2_800)
            })
            .await;
            let key = Key { fingerprint: u128::from(round), request: [round; 16], salt: [9; 16] };
            let ask = Ask { home: stand.home, command: stand.hold(1), key: Some(key) };
            let seq = done(stand.desk.submit(ask).await).seq;
            let found = until("the key is indexed", async || {
                stand.store.reader().find_key(stand.home.shard, key.fingerprint).await.unwrap()
            })
            .await;
            assert_eq!(found, seq);
            let ended = tokio::time::timeout(Duration::from_secs(10), relay.join()).await;
            assert!(ended.is_ok(), "the workers end when they are told to");
            while stream.next().await.is_some() {}
        }
    })
    .await;
}
