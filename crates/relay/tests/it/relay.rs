//! Everything started together, and ended.

use std::time::Duration;

use dayshelf_relay::live::Viewer;
use dayshelf_relay::{Config, Relay};
use dayshelf_testkit::shop::Shop;
use dayshelf_testkit::site::on_both;
use futures_util::StreamExt;
use tokio_util::sync::CancellationToken;

use crate::stand::{Stand, until};

/// One start serves streams and payments, on either engine; one end ends them, and a second start on
/// the same data goes on.
#[tokio::test(flavor = "multi_thread")]
async fn starts_and_ends() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        for _round in 1..=2 {
            let stop = CancellationToken::new();
            let start = Relay::start(&stand.desk, &stand.store, Config::default(), stop);
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
            let ended = tokio::time::timeout(Duration::from_secs(60), relay.join()).await;
            assert!(ended.is_ok(), "the workers end when they are told to");
            while stream.next().await.is_some() {}
        }
    })
    .await;
}
