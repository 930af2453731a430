//! The log of mails to buyers, page by page.

use std::time::Duration;

use dayshelf_core::organiser::Scope;
use dayshelf_relay::mail::{Address, Config, Mails, Through};
use tokio_util::sync::CancellationToken;

use crate::house::House;

/// Every order's mail is there once, newest first over pages, as it was sent; who may only read does not see it.
#[tokio::test(flavor = "multi_thread")]
async fn mails_by_page() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let (first, _) = house.order("drop/one", 1).await;
    let (second, _) = house.order("drop/one", 1).await;
    let folder = std::env::temp_dir().join(format!("dayshelf-outbox-{first}"));
    let from = Address { name: String::new(), address: "shop@example.org".to_owned() };
    let mut config = Config::new(Through::Folder(folder.clone()), from, "https://shop.example.org");
    (config.pace, config.rest) = (Duration::from_millis(10), Duration::from_millis(20));
    let stop = CancellationToken::new();
    let mails = Mails::start(&house.desk, &house.store, config, &stop).unwrap();
    let page = async |cursor: &str| {
        house.get(&format!("/v1/outbox?limit=1{cursor}")).bearer(&key).send().await.json()
    };
    let bound = std::time::Instant::now() + Duration::from_secs(20);
    let newest = loop {
        let newest = page("").await;
        let is_there = newest["next"].is_string() && newest["items"][0]["state"] == "delivered";
        if is_there {
            break newest;
        }
        assert!(std::time::Instant::now() < bound, "waited in vain: {newest}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let item = &newest["items"][0];
    assert_eq!(
        (item["order"].as_str(), item["type"].as_str()),
        (Some(second.as_str()), Some("order.confirmed"))
    );
    assert!(item["message"].as_str().unwrap().contains("text/calendar"), "{item}");
    let oldest = page(&format!("&cursor={}", newest["next"].as_str().unwrap())).await;
    assert_eq!(
        (oldest["items"][0]["order"].as_str(), oldest["next"].is_null()),
        (Some(first.as_str()), true)
    );
    let wrong = house.get("/v1/outbox?cursor=b3V0Ym94AA").bearer(&key).send().await;
    assert_eq!(wrong.problem(), "cursor_wrong");
    let reader = house.api_key(Scope::Read).await;
    assert_eq!(house.get("/v1/outbox").bearer(&reader).send().await.status, 403);
    stop.cancel();
    mails.join().await;
    std::fs::remove_dir_all(&folder).unwrap();
}
