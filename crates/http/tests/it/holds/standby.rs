//! What a standby does not have yet is not told to a buyer.

use std::time::{Duration, Instant};

use dayshelf_core::command::Command;
use dayshelf_core::hold::HoldState;
use dayshelf_core::ids::{HoldId, PaymentId};
use dayshelf_desk::Ask;
use dayshelf_store::{Config, Store};
use dayshelf_testkit::cluster::{Cluster, Durability};

use crate::house::{House, fresh_key};

const PATIENCE: Duration = Duration::from_secs(60);

/// The payment that a hold waits for, once it has begun.
async fn begun(house: &House, hold: HoldId) -> PaymentId {
    let begun = Instant::now();
    loop {
        let row = house.store.reader().hold(hold).await.unwrap().unwrap();
        if let (HoldState::Confirming, Some(attempt)) = (row.state, row.attempt) {
            return attempt.id;
        }
        assert!(begun.elapsed() < PATIENCE, "no payment has begun");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The commit that makes the order is seen by all, and its wait for the standby is given up: a failover would
/// lose it. So the buyer, whose answer is read from what is seen, hears nothing yet.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_standby_lacks_is_not_told() {
    let Some(cluster) = Cluster::start(Durability::Fast) else { return };
    let database = cluster.database();
    let store = Store::open(&Config { shards: Some(1), ..Config::url(database.url()) }).await.unwrap();
    let house = House::on(store, |config| config.bounds.confirm = PATIENCE).await;
    let (hold, secret) = house.hold("drop/one", 1).await;
    let key = fresh_key();
    let ask = || house.confirm(&hold, &secret, "sandbox").key(&key).send();
    let paid = async {
        let hold = HoldId::parse(&hold).unwrap();
        let payment = begun(&house, hold).await;
        cluster.standby_is_away(true).unwrap();
        let command = Command::PaymentAuthorised { hold, payment, reference: "paid".into() };
        // Nobody knows what became of it; the order stands in the rows all the same.
        drop(house.desk.submit(Ask { home: house.home, command, key: None }).await);
    };
    let waits_are_given_up = async {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            cluster.cancel_waits_for_standby().unwrap();
        }
    };
    let answer = tokio::select! {
        (answer, ()) = async { tokio::join!(ask(), paid) } => answer,
        () = waits_are_given_up => unreachable!(),
    };
    assert_eq!(answer.status, 503, "{answer:?}");
    cluster.standby_is_away(false).unwrap();
    let begun = Instant::now();
    loop {
        let answer = ask().await;
        if answer.status == 201 {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{answer:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
