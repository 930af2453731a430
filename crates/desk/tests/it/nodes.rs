//! Several desks on one database: any of them takes any command, and one may die.

use std::time::{Duration, Instant};

use dayshelf_desk::{Ask, Desk, DeskFault, Reply};
use dayshelf_store::{Config, Store};
use dayshelf_testkit::cluster::{Cluster, Durability};
use dayshelf_testkit::shop::{Shop, hold};
use dayshelf_testkit::site::Site;

use crate::stand::{Stand, key, left};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Three nodes sell one hot pool; one goes away in the middle. Exactly what there is is held, and every
/// board that is left comes to say so.
#[tokio::test(flavor = "multi_thread")]
async fn three_nodes_sell_one_pool() {
    let Some(site) = Site::server(2) else { return };
    let store = site.open().await;
    let stand = Stand::new(&store, &Shop { units: 100, ..Shop::default() }).await;
    let stores = [site.open().await, site.open().await];
    let mut desks = vec![stand.desk.clone()];
    for store in &stores {
        desks.push(Desk::open(store).await.unwrap());
    }
    let (home, put) = (stand.home, stand.put);
    let ask = |desk: &Desk| {
        let (desk, command) = (desk.clone(), hold(desk.mint().id(home), put.slot, put.offer, 1));
        tokio::spawn(async move { desk.submit(Ask { home, command, key: None }).await })
    };
    let first: Vec<_> = (0..90).map(|turn| ask(&desks[turn % 3])).collect();
    // The third node is gone before its buyers have all been answered.
    drop(desks.pop());
    let second: Vec<_> = (0..90).map(|turn| ask(&desks[turn % 2])).collect();
    let mut held = 0;
    for answer in first.into_iter().chain(second) {
        held += u32::from(matches!(answer.await.unwrap(), Reply::Done(_)));
    }
    assert_eq!(held, 100);
    for desk in &desks {
        let mut cards = desk.board().watch(put.slot).unwrap();
        let converged = cards.wait_for(|card| card.left(put.window, put.offer) == 0);
        tokio::time::timeout(PATIENCE, converged).await.unwrap().unwrap();
        assert_eq!(left(desk, &put), 0);
    }
}

/// With the standby away, an answer is not given again either until the standby has what it says: the first
/// commit's wait may have been given up, and a failover would lose it.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_standby_lacks_is_not_told_again() {
    let Some(cluster) = Cluster::start(Durability::Fast) else { return };
    let database = cluster.database();
    let store = Store::open(&Config { shards: Some(1), ..Config::url(database.url()) }).await.unwrap();
    let stand = Stand::new(&store, &Shop::default()).await;
    let ask = Ask { home: stand.home, command: stand.hold(1), key: Some(key(7, 1)) };
    cluster.standby_is_away(true).unwrap();
    for _ in 0..2 {
        let reply = given_up(&cluster, &stand.desk, &ask).await;
        assert!(matches!(reply, Reply::Fault(DeskFault::Unknown)), "{reply:?}");
    }
    cluster.standby_is_away(false).unwrap();
    let begun = Instant::now();
    loop {
        match stand.desk.submit(ask.clone()).await {
            Reply::Done(decided) => {
                assert!(decided.replayed);
                break;
            }
            other => assert!(begun.elapsed() < PATIENCE, "{other:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What a desk answers whose waits for the standby are all given up.
async fn given_up(cluster: &Cluster, desk: &Desk, ask: &Ask) -> Reply {
    let begun = Instant::now();
    loop {
        let (desk, ask) = (desk.clone(), ask.clone());
        let asked = tokio::spawn(async move { desk.submit(ask).await });
        while !asked.is_finished() {
            cluster.cancel_waits_for_standby().unwrap();
            assert!(begun.elapsed() < PATIENCE, "nobody answers");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        match asked.await.unwrap() {
            // Nothing was done: the lock or a new connection took too long, as happens on a busy machine.
            Reply::Fault(DeskFault::Retry) => {}
            reply => return reply,
        }
    }
}
