//! Doctor finds what is wrong and nothing else; backups are whole, proven, and go to either engine.

use dayshelf_core::command::{By, Command};
use dayshelf_core::hold::Method;
use dayshelf_core::ids::{EntryId, HoldId, OrderId};
use dayshelf_core::time::Span;
use dayshelf_store::{Batch, Changes, Config, FaultKind, Store};

use crate::shop::{Desk, HOME, confirm, hold, id, join, open_shop, pool_id};
use crate::site::{Site, on_both};

/// A day in a shop: everything that can happen to a cup.
async fn day(store: &Store) -> Desk {
    let mut desk = open_shop(store).await;
    desk.run(hold(100, 1, 1)).await.unwrap();
    desk.run(confirm(100, 200, 2, Method::AtPickup)).await.unwrap();
    desk.run(hold(101, 3, 1)).await.unwrap();
    desk.run(confirm(101, 210, 4, Method::Sandbox)).await.unwrap();
    desk.run(hold(102, 5, 1)).await.unwrap();
    desk.run(join(300, 6)).await.unwrap();
    desk.run(join(301, 7)).await.unwrap();
    desk.run(Command::LeaveWaitlist { entry: EntryId(id(301)), by: By::Organiser }).await.unwrap();
    desk.run(Command::ReleaseHold { hold: HoldId(id(102)), by: By::Organiser }).await.unwrap();
    desk.now = desk.now.plus(Span::minutes(6));
    desk.run(Command::Pulse).await.unwrap();
    desk.run(Command::CancelOrder { order: OrderId(id(200)), by: By::Organiser, lines: None }).await.unwrap();
    desk.run(hold(103, 8, 1)).await.unwrap();
    desk
}

/// A healthy shop gets a clean bill, while it is open and afterwards.
#[tokio::test]
async fn a_healthy_shop_is_healthy() {
    on_both(async |site| {
        let store = site.open().await;
        assert_eq!(store.doctor().await.unwrap(), []);
        let mut desk = day(&store).await;
        assert_eq!(store.doctor().await.unwrap(), []);
        desk.begin().await;
        assert_eq!(store.doctor().await.unwrap(), [], "beside a writer in a transaction");
        desk.writer.rollback().await;
        desk.now = desk.now.plus(Span::hours(2));
        desk.run(Command::Pulse).await.unwrap();
        assert_eq!(store.doctor().await.unwrap(), []);
    })
    .await;
}

/// Rows that do not follow from the journal are found: a unit that moved without a fact, and a hold
/// whose end was never written.
#[tokio::test]
async fn planted_faults_are_found() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = day(&store).await;
        desk.begin().await;
        let books = desk.shelf.get_mut(&HOME).unwrap();
        let balance = &mut books.pools.get_mut(&pool_id()).unwrap().balance;
        balance.free += 1;
        balance.supplied += 1;
        books.holds.get_mut(&HoldId(id(103))).unwrap().extended = 1;
        let mut changes = Changes::new();
        let touch =
            dayshelf_core::fact::Fact::HoldExtended { hold: HoldId(id(103)), due: desk.now, extended: 1 };
        changes.note(HOME, desk.seq, &touch);
        let none = dayshelf_core::fact::Fact::PoolRemoved { pool: pool_id(), moves: Vec::new() };
        changes.note(HOME, desk.seq, &none);
        let shelf = |home| desk.shelf.get(&home);
        let batch =
            Batch { seq: desk.seq, at: desk.now, records: &[], changes: &changes, keys: None, books: &shelf };
        desk.writer.commit(&batch).await.unwrap();
        let found: Vec<String> = store.doctor().await.unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("pool") && found[0].contains("supplied is 4 and should be 3"), "{found:?}");
        assert!(found[1].contains("hold") && found[1].contains("body"), "{found:?}");
        let fault = store.backup(&site.path("sick.db")).await.unwrap_err();
        assert_eq!(fault.kind(), FaultKind::Incoherent, "a backup of sick data does not count");
        assert!(!site.path("sick.db").exists());
    })
    .await;
}

/// A backup is taken while the shop is open, does not overwrite another, and comes back as it was.
#[tokio::test]
async fn a_backup_comes_back() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = day(&store).await;
        let path = site.path("backup.db");
        std::fs::write(site.path("backup.db.partial"), "left by a crash").unwrap();
        let backup = store.backup(&path).await.unwrap();
        assert_eq!((backup.records, backup.shards), (desk.seq, store.shards()));
        assert_eq!(store.backup(&path).await.unwrap_err().kind(), FaultKind::Config);
        let left: Vec<_> =
            std::fs::read_dir(&site.folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(!left.iter().any(|name| name.to_string_lossy().contains("partial")), "{left:?}");
        // What happens after the backup is not in it.
        desk.run(Command::ReleaseHold { hold: HoldId(id(103)), by: By::Organiser }).await.unwrap();
        into_both(&site, &store, backup.records).await;
        let again = Store::restore(&path, &site.config).await.err().unwrap();
        assert!(
            matches!(again.kind(), FaultKind::Config | FaultKind::Locked),
            "there is data already: {again}"
        );
    })
    .await;
}

/// Restores the site's backup into new data of both engines.
async fn into_both(site: &Site, store: &Store, records: u64) {
    let before = store.reader().journal(0, 0, 1_000).await.unwrap();
    let database = dayshelf_testkit::cluster::Database::fresh();
    let file = Config::file(&site.path("restored.db"));
    for config in std::iter::once(file).chain(database.iter().map(|database| Config::url(database.url()))) {
        let (restored, backup) = Store::restore(&site.path("backup.db"), &config).await.unwrap();
        assert_eq!(backup.records, records);
        assert_eq!(restored.shards(), store.shards());
        let records = restored.reader().journal(0, 0, 1_000).await.unwrap();
        assert_eq!(records, before[..records.len()]);
        let mut desk = Desk::open(&restored).await;
        desk.run(Command::ReleaseHold { hold: HoldId(id(103)), by: By::Organiser }).await.unwrap();
        assert_eq!(restored.doctor().await.unwrap(), []);
    }
}
