//! Every statement and every bulk write is prepared on both engines, and the tables agree with the schema.

mod faults;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use dayshelf_testkit::cluster::Database;

use crate::cell::Cell;
use crate::store::{Config, Store};
use crate::tables::{self, Rows};
use crate::{migrate, statements};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn fresh() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("dayshelf-engine-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs the body on both engines.
async fn on_both(body: impl AsyncFn(Store, Config)) {
    let folder = Folder::fresh();
    let config = Config::file(&folder.0.join("data.db"));
    body(Store::open(&config).await.unwrap(), config).await;
    if let Some(database) = Database::fresh() {
        let config = Config::url(database.url());
        body(Store::open(&config).await.unwrap(), config).await;
    }
}

/// One engine numbers parameters in the order of appearance, so first appearances must ascend.
#[test]
fn parameters_ascend() {
    let pages = tables::ALL.iter().flat_map(|table| [table.first_page(), table.next_page()]);
    for text in statements::ALL.iter().map(|text| (*text).to_owned()).chain(pages) {
        let mut highest = 0;
        for piece in text.split('$').skip(1) {
            let digits: String = piece.chars().take_while(char::is_ascii_digit).collect();
            let number: u32 = digits.parse().unwrap();
            assert!(number <= highest + 1, "${number} comes too early in: {text}");
            highest = highest.max(number);
        }
    }
}

/// A statement that only one engine understands must not get further than this.
#[tokio::test]
async fn everything_is_understood_by_both() {
    on_both(async |store, _| {
        let mut session = store.data.session();
        for text in statements::ALL {
            session.prepare(text).await.unwrap();
        }
        for table in tables::ALL {
            session.prepare(&table.first_page()).await.unwrap();
            if table.key > 0 {
                session.prepare(&table.next_page()).await.unwrap();
            }
            session.prepare_rows(&Rows::add(table, 0)).await.unwrap();
            session.prepare_rows(&Rows::put(table, 0)).await.unwrap();
            for width in 1..=table.key {
                session.prepare_rows(&Rows::remove(table, 0, width)).await.unwrap();
            }
        }
    })
    .await;
}

/// The schema itself refuses a pool that is out of balance or below zero, whatever we believe.
#[tokio::test]
async fn the_schema_keeps_the_balance() {
    on_both(async |store, _| {
        for (free, held) in [(-1, 2), (2, 2)] {
            let mut session = store.data.session();
            session.begin(super::Purpose::Write).await.unwrap();
            let mut rows = Rows::put(&tables::POOL, 0);
            rows.cells.push(Cell::Id([7; 16]));
            rows.cells.extend([1, free, held, 0, 0, 0, 0].map(Cell::Int));
            rows.cells.push(Cell::Bytes(vec![1]));
            let fault = session.write_and_commit(&[rows]).await.unwrap_err();
            assert!(matches!(fault, crate::CommitFault::NotCommitted(_)), "{fault:?}");
            assert_eq!(fault.fault().kind(), crate::FaultKind::Constraint);
        }
        let mut session = store.data.session();
        assert_eq!(
            session.query(&tables::POOL.first_page(), &[Cell::from(0u16), Cell::from(9u16)]).await.unwrap(),
            []
        );
    })
    .await;
}

/// A migration that was run with another text than ours is refused, and so is a schema from the future,
/// unless it says that we may use it.
#[tokio::test]
async fn foreign_schemas_are_refused() {
    on_both(async |store, config| {
        let mut session = store.data.session();
        let future = [Cell::Int(100), Cell::Text("future".to_owned()), Cell::Text("?".to_owned())];
        session.execute(statements::NOTE_MIGRATION, &future).await.unwrap();
        assert!(migrate::check(&mut session).await.is_ok());
        session.script("update meta set value = '100' where name = 'oldest'").await.unwrap();
        let fault = migrate::check(&mut session).await.unwrap_err();
        assert_eq!(fault.kind(), crate::FaultKind::Schema);
        session.script("update meta set value = '1' where name = 'oldest'").await.unwrap();
        session.script("update migration set checksum = 'other' where number = 2").await.unwrap();
        drop((session, store));
        let fault = Store::open(&config).await.err().unwrap();
        assert_eq!(fault.kind(), crate::FaultKind::Schema);
        assert!(fault.to_string().contains("another text"), "{fault}");
    })
    .await;
}
