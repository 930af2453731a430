//! Opening: migrations once, shards once, one process at a time where only one may.

use std::time::Duration;

use dayshelf_store::{Config, FaultKind, Store};

use crate::site::on_both;

/// Opening twice changes nothing, and data keeps the shards it was made with.
#[tokio::test]
async fn opening_again_changes_nothing() {
    on_both(async |site| {
        let shards = site.open().await.shards();
        let other = Config { shards: Some(5), ..site.config.clone() };
        // Whoever had it open lets go a moment after it is dropped.
        let again = async || loop {
            match Store::open(&other).await {
                Err(fault) if fault.kind() == FaultKind::Locked => tokio::task::yield_now().await,
                opened => break opened.unwrap().shards(),
            }
        };
        let again = tokio::time::timeout(std::time::Duration::from_secs(30), again()).await;
        assert_eq!(again.unwrap(), shards);
        assert_eq!(Store::look(&site.config).await.unwrap().shards(), shards);
    })
    .await;
}

/// Many that open new data at once find it made once.
#[tokio::test]
async fn opening_together_migrates_once() {
    on_both(async |site| {
        if site.single {
            return;
        }
        let (one, two, three) =
            tokio::join!(Store::open(&site.config), Store::open(&site.config), Store::open(&site.config));
        assert_eq!([one, two, three].map(|store| store.unwrap().shards()), [2, 2, 2]);
    })
    .await;
}

/// Where one process at most may write, a second is refused and a look is not.
#[tokio::test]
async fn a_second_writer_is_refused() {
    on_both(async |site| {
        if !site.single {
            return;
        }
        let store = site.open().await;
        let fault = Store::open(&site.config).await.err().unwrap();
        assert_eq!(fault.kind(), FaultKind::Locked);
        let look = Store::look(&site.config).await.unwrap();
        assert_eq!(look.writer(0).err().unwrap().kind(), FaultKind::Config);
        drop(store);
        site.open().await;
    })
    .await;
}

/// What can't be right is said at once.
#[tokio::test]
async fn nonsense_is_refused() {
    on_both(async |site| {
        let store = site.open().await;
        assert_eq!(store.writer(store.shards()).err().unwrap().kind(), FaultKind::Config);
        let none = Config { url: "ftp://example.org".to_owned(), shards: None };
        assert_eq!(Store::open(&none).await.err().unwrap().kind(), FaultKind::Config);
        let many = Config { shards: Some(2_000), url: site.config.url.clone() };
        drop(store);
        // The file is let go by the last thread that had it.
        let fault = loop {
            match Store::open(&many).await.err().unwrap() {
                fault if fault.kind() == FaultKind::Locked => {
                    tokio::time::sleep(Duration::from_millis(5)).await
                }
                fault => break fault,
            }
        };
        assert_eq!(fault.kind(), FaultKind::Config);
    })
    .await;
}
