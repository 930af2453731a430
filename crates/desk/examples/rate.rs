//! How many durable holds a second the desk takes without HTTP: `rate [clients] [seconds]`.

use std::time::{Duration, Instant};

use dayshelf_desk::{Ask, Desk, Key, Reply};
use dayshelf_testkit::shop::{Shop, hold};
use dayshelf_testkit::site::Site;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<u64>().ok());
    let (clients, seconds) = (args.next().unwrap_or(64), args.next().unwrap_or(5));
    let site = Site::file();
    let store = site.open().await;
    let Ok(desk) = Desk::open(&store).await else { return };
    let now = desk.mint().now();
    let home = dayshelf_core::ids::Home { shard: 0, number: 0 };
    let Reply::Done(founded) =
        desk.submit(Ask { home, command: Shop::founding("shop", now), key: None }).await
    else {
        return;
    };
    let home = founded.home;
    let (plan, put) = Shop { units: 10_000_000, ..Shop::default() }.plan(home, now);
    drop(desk.submit(Ask { home, command: plan, key: None }).await);
    let until = Instant::now() + Duration::from_secs(seconds);
    let runs = (0..clients).map(|client| {
        let desk = desk.clone();
        tokio::spawn(async move {
            let mut count = 0_u64;
            while Instant::now() < until {
                let command = hold(desk.mint().id(home), put.slot, put.offer, 1);
                let fingerprint = (u128::from(client) << 64) | (u128::from(count) + 1);
                let key = Some(Key { fingerprint, request: [1; 16], salt: [2; 16] });
                if let Reply::Done(_) = desk.submit(Ask { home, command, key }).await {
                    count += 1;
                }
            }
            count
        })
    });
    let mut total = 0;
    for run in runs.collect::<Vec<_>>() {
        total += run.await.unwrap_or(0);
    }
    println!("{clients} clients: {} holds a second", total / seconds);
}
