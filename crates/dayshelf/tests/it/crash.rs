//! Killed under load: what was acknowledged is there afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use crate::stand::{Folder, Http, PATIENCE, PLAN, Server, done};

/// Every hold that was answered before the kill can be read after the restart, and doctor is content.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_holds_survive_a_kill() {
    let folder = Folder::new();
    let mut server = Server::start(&folder.data());
    server.apply(&folder.file("plan.toml", PLAN));
    let http = Http::new(&server.base);
    let (slot, offer) = http.shelf("test-shop").await;

    let answered = Arc::new(AtomicU32::new(0));
    let buyers: Vec<_> = (0..8)
        .map(|_| {
            let (http, slot, offer, answered) =
                (http.clone(), slot.clone(), offer.clone(), Arc::clone(&answered));
            tokio::spawn(async move {
                let mut held = Vec::new();
                // The connection breaks when the server is killed; what was answered before counts.
                while let Some((201, hold)) = http.hold(&slot, &offer, 1).await {
                    answered.fetch_add(1, Ordering::Relaxed);
                    held.push((
                        hold["id"].as_str().unwrap().to_owned(),
                        hold["secret"].as_str().unwrap().to_owned(),
                    ));
                }
                held
            })
        })
        .collect();
    let begun = Instant::now();
    while answered.load(Ordering::Relaxed) < 120 && begun.elapsed() < PATIENCE {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    server.signal("KILL");
    server.ended();
    let mut held = Vec::new();
    for buyer in buyers {
        held.extend(buyer.await.unwrap());
    }
    assert!(held.len() >= 120, "only {} holds were answered", held.len());

    let server = Server::start(&folder.data());
    let http = Http::new(&server.base);
    for (id, secret) in &held {
        let (status, hold) = http.get(&format!("/v1/holds/{id}"), Some(secret)).await;
        assert_eq!((status, hold["state"].as_str()), (200, Some("held")), "{id}: {hold}");
    }
    // A hold whose answer was lost may be there too, one for each buyer; more would be a phantom.
    let (_, page) = http.get(&format!("/v1/slots/{slot}"), None).await;
    let taken = 500 - page["offers"][0]["free"].as_u64().unwrap();
    assert!(
        (held.len() as u64..=held.len() as u64 + 8).contains(&taken),
        "{taken} taken, {} answered",
        held.len()
    );
    assert!(done(&["doctor", "--data", &folder.data().to_string_lossy()]).starts_with("healthy"));
}
