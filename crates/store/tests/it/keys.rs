//! Idempotency keys in runs: found again, newest first, listed, and let go when they are old.

use dayshelf_core::time::Instant;
use dayshelf_store::{Batch, Changes, KeyRun, KeySlice, Store};
use dayshelf_testkit::site::on_both;

/// The fingerprints of the tests: some share a part, some do not.
fn fingerprint(number: u64) -> u128 {
    (u128::from(number % 3) << 120) | u128::from(number)
}

/// Commits a run alone, slice by slice.
async fn write(store: &Store, run: KeyRun) {
    for slice in run.slices() {
        write_slice(store, &slice).await;
    }
}

async fn write_slice(store: &Store, slice: &KeySlice) {
    let mut writer = store.writer(0).unwrap();
    let head = writer.begin().await.unwrap();
    let changes = Changes::new();
    let batch = Batch {
        seq: head.seq,
        at: head.now,
        records: &[],
        changes: &changes,
        keys: Some(slice),
        books: &|_| None,
    };
    writer.commit(&batch).await.unwrap();
}

/// Keys are found over many runs; one that was used again stands for the newer record.
#[tokio::test]
async fn keys_are_found_in_runs() {
    on_both(async |site| {
        let store = site.open().await;
        let mut writer = store.writer(0).unwrap();
        assert_eq!(writer.keys_come().await.unwrap(), 0);
        // More runs than are looked through at once.
        for run in 0..40_u64 {
            let mut keys: Vec<(u128, u64)> =
                (run * 10..run * 10 + 10).map(|number| (fingerprint(number), number + 1)).collect();
            keys.push((fingerprint(7), run * 10 + 10));
            write(&store, KeyRun { up_to: run * 10 + 10, lapsed: 0, keys }).await;
        }
        assert_eq!(writer.keys_come().await.unwrap(), 400);
        assert_eq!(writer.find_key(fingerprint(3)).await.unwrap(), Some(4));
        assert_eq!(writer.find_key(fingerprint(399)).await.unwrap(), Some(400));
        assert_eq!(writer.find_key(fingerprint(7)).await.unwrap(), Some(400), "the newer one");
        assert_eq!(writer.find_key(fingerprint(400)).await.unwrap(), None);
        let mut listed = std::collections::BTreeSet::new();
        writer
            .list_keys(&mut |fingerprint| {
                assert!(listed.insert(fingerprint) || fingerprint == self::fingerprint(7))
            })
            .await
            .unwrap();
        assert!(listed.into_iter().eq((0..400).map(fingerprint).collect::<std::collections::BTreeSet<_>>()));
    })
    .await;
}

/// A run comes in slices: each can be found at once, and the run counts with the last.
#[tokio::test]
async fn a_run_comes_in_slices() {
    on_both(async |site| {
        let store = site.open().await;
        let mut writer = store.writer(0).unwrap();
        let spread = |number: u64| (u128::from(number % 200) << 120) | u128::from(number);
        let keys = (0..1_000).map(|number| (spread(number), number + 1)).collect();
        let slices = KeyRun { up_to: 1_000, lapsed: 0, keys }.slices();
        assert!(slices.len() > 3 && slices.iter().rev().skip(1).all(|slice| !slice.last));
        write_slice(&store, &slices[0]).await;
        assert_eq!(writer.find_key(spread(0)).await.unwrap(), Some(1));
        assert_eq!(writer.find_key(spread(199)).await.unwrap(), None, "its slice comes later");
        assert_eq!(writer.keys_come().await.unwrap(), 0, "and until then the run does not count");
        for slice in &slices {
            write_slice(&store, slice).await;
        }
        assert_eq!(writer.keys_come().await.unwrap(), 1_000);
        for number in 0..1_000 {
            assert_eq!(writer.find_key(spread(number)).await.unwrap(), Some(number + 1));
        }
    })
    .await;
}

/// Runs go when all their records are older than an instant, and not before.
#[tokio::test]
async fn old_runs_go() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = crate::shop::open_shop(&store).await;
        write(&store, KeyRun { up_to: desk.seq, lapsed: 0, keys: vec![(fingerprint(3), 1)] }).await;
        let between = desk.now;
        desk.now = Instant(desk.now.0 + 1);
        desk.run(crate::shop::hold(100, 1, 1)).await.unwrap();
        write(&store, KeyRun { up_to: desk.seq, lapsed: 0, keys: vec![(fingerprint(6), desk.seq)] }).await;
        let mut writer = store.writer(0).unwrap();
        for (before, first) in [(between, Some(1)), (Instant(between.0 + 1), None)] {
            writer.begin().await.unwrap();
            let lapsed = writer.place_before(before).await.unwrap();
            let next = KeyRun { up_to: desk.seq + 1, lapsed, keys: vec![(fingerprint(9), desk.seq)] };
            writer.forget_keys(&next.slices()[0]).await.unwrap();
            assert_eq!(writer.find_key(fingerprint(3)).await.unwrap(), first);
            assert_eq!(writer.find_key(fingerprint(6)).await.unwrap(), Some(desk.seq));
            writer.rollback().await;
        }
    })
    .await;
}
