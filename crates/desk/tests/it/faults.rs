//! A desk whose database is cut off: what was not committed is forgotten, and what another server has is read.
//!
//! The desk here goes round only when the test says so. A desk on its thread looks at the journal all the time,
//! sees the cut as a fault, and reads its books anew in any case.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Poll;
use std::time::{SystemTime, UNIX_EPOCH};

use dayshelf_core::ids::{Home, Id, Salt};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::time::Instant;
use dayshelf_desk::{Ask, DeskFault, Probe, Reply, Step, Stepping, Went};
use dayshelf_store::{Config, Store};
use dayshelf_testkit::cluster::{Cluster, Database, Durability};
use dayshelf_testkit::shop::{Put, Shop, hold};

use crate::stand::{Stand, done, refused};

/// Rounds in which a request must be answered.
const ROUNDS: usize = 100;
/// Take-overs until one goes unnoticed.
const TRIES: usize = 20;

fn now() -> Instant {
    Instant(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64)
}

async fn open(url: String) -> Store {
    Store::open(&Config { shards: Some(1), ..Config::url(url) }).await.unwrap()
}

/// A desk that goes round by hand, with a drop of ten units.
struct Hand {
    desk: Stepping,
    home: Home,
    put: Put,
}

impl Hand {
    async fn open(url: String, (home, put): (Home, Put), probe: Option<Arc<dyn Probe>>) -> Self {
        let desk = Stepping::open(&open(url).await, 0, Arc::new(now), probe).await.unwrap();
        Self { desk, home, put }
    }

    /// Asks for a hold; with the answer, how the last round went.
    async fn hold(&mut self, quantity: u32) -> (Reply, Went) {
        static HOLDS: AtomicU64 = AtomicU64::new(0);
        let id = Id::mint(now().0, self.home, Salt(HOLDS.fetch_add(1, Ordering::Relaxed)));
        let command = hold(id, self.put.slot, self.put.offer, quantity);
        let mut reply = self.desk.way_in().hand_in(Ask { home: self.home, command, key: None }).unwrap();
        for _ in 0..ROUNDS {
            let went = self.desk.step().await;
            if let Ok(reply) = reply.try_recv() {
                return (reply, went);
            }
        }
        panic!("a hold is never answered");
    }
}

/// Puts a drop of ten units up, and is gone.
async fn put_up(url: String) -> (Home, Put) {
    let stand = Stand::new(&open(url).await, &Shop { units: 10, ..Shop::default() }).await;
    (stand.home, stand.put)
}

/// Cuts everybody off from a database once, at a step.
struct Cut {
    database: Database<'static>,
    at: Step,
    done: AtomicBool,
}

impl Probe for Cut {
    fn at(&self, step: Step) -> Poll<()> {
        if step == self.at && !self.done.swap(true, Ordering::Relaxed) {
            let others = "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity \
                          where datname = current_database() and pid <> pg_backend_pid()";
            self.database.run(others).unwrap();
        }
        Poll::Ready(())
    }
}

/// A batch that could not be committed leaves nothing in the books: they are read anew, and what it held is free.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_committed_is_forgotten() {
    let Some(database) = Database::fresh() else { return };
    let url = database.url();
    let put = put_up(url.clone()).await;
    let cut = Cut { database, at: Step::BeforeCommit, done: AtomicBool::new(false) };
    let mut hand = Hand::open(url, put, Some(Arc::new(cut))).await;
    let (reply, went) = hand.hold(3).await;
    assert!(matches!(reply, Reply::Fault(DeskFault::Retry)), "{reply:?}");
    assert_eq!(went, Went::Failed);
    assert_eq!(hand.desk.place(), None, "nothing is decided on these books any more");
    done(hand.hold(10).await.0);
}

/// Another connection may lead to a server that took over without the last facts: the books are read anew,
/// although the journal is as long as they are.
#[tokio::test(flavor = "multi_thread")]
async fn another_server_has_other_books() {
    let Some(cluster) = Cluster::start(Durability::Fast) else { return };
    for _ in 0..TRIES {
        if is_taken_over_in_silence(&cluster).await {
            return;
        }
    }
    panic!("every desk noticed that its connection was cut while it used it");
}

/// Lets another server take over between two rounds; `false` where the cut was noticed as a fault, after which the
/// books are read anew whoever answers.
async fn is_taken_over_in_silence(cluster: &Cluster) -> bool {
    let database = cluster.database();
    let put = put_up(database.url()).await;
    let standby = cluster.copy(&database);
    let mut hand = Hand::open(database.url(), put, None).await;
    done(hand.hold(3).await.0);
    let mut other = Hand::open(standby.url(), put, None).await;
    done(other.hold(4).await.0);
    assert_eq!(hand.desk.place(), other.desk.place(), "the journals are of one length");
    drop(other);
    cluster.replace(&database, &standby);
    let (reply, went) = hand.hold(7).await;
    if hand.desk.take_fault().is_some() {
        return false;
    }
    assert!(matches!(reply, Reply::Fault(DeskFault::Retry)), "decided on another server's books: {reply:?}");
    assert_eq!(went, Went::Failed);
    assert!(matches!(refused(hand.hold(7).await.0), Refusal::TooFewLeft { left: 6, .. }));
    done(hand.hold(6).await.0);
    true
}
