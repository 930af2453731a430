//! What is committed is there, what is not is not, and books from rows are the books that were.

use dayshelf_core::command::{By, Command, MoveStock, Movement, Sourced};
use dayshelf_core::hold::{HoldState, Method};
use dayshelf_core::ids::{EntryId, HoldId, Home, Id, OrderId, PaymentId};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Span;
use dayshelf_core::waitlist::{EntryState, LeftCause};
use dayshelf_store::{CommitFault, FaultKind, Fetched, KeyUse, Outcome, Settling};

use crate::shop::{self, Desk, HOME, confirm, hold, id, join, open_shop};
use crate::site::on_both;

fn key(number: u8) -> KeyUse {
    KeyUse { fingerprint: u128::from(number), request: [number; 16], salt: [number + 1; 16] }
}

/// Everything that a busy shop has at once: live and ended holds, orders, waiters, a limit that counts.
async fn busy(desk: &mut Desk) {
    desk.run_with_key(hold(100, 1, 1), Some(key(1))).await.unwrap();
    desk.run(confirm(100, 200, 2, Method::AtPickup)).await.unwrap();
    desk.run(hold(101, 3, 1)).await.unwrap();
    desk.run(confirm(101, 210, 4, Method::Sandbox)).await.unwrap();
    desk.run(hold(102, 5, 1)).await.unwrap();
    desk.run_with_key(hold(103, 6, 1), Some(key(2))).await.unwrap_err();
    desk.run(join(300, 6)).await.unwrap();
    desk.run(join(301, 7)).await.unwrap();
    desk.run(Command::LeaveWaitlist { entry: EntryId(id(301)), by: By::Organiser }).await.unwrap();
    desk.run(Command::ReleaseHold { hold: HoldId(id(102)), by: By::Organiser }).await.unwrap();
}

/// A node that begins anew knows what the old one knew.
#[tokio::test]
async fn books_from_rows_are_the_books_that_were() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        busy(&mut desk).await;
        let mut kept = desk.books().clone();
        // Hints live in memory only, and a node that begins looks at every line once.
        kept.announced.clear();
        kept.stirred = kept.waited.iter().map(|slot| (*slot, Default::default())).collect();
        let seq = desk.seq;
        drop((desk, store));
        let store = site.open().await;
        let again = Desk::open(&store).await;
        assert_eq!(again.seq, seq);
        assert_eq!(*again.books(), kept);
    })
    .await;
}

/// Each thing is found by its id in the state that it is in, wherever its row has gone.
#[tokio::test]
async fn things_are_found_by_id() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        busy(&mut desk).await;
        let reader = store.reader();
        let state = async |number| reader.hold(HoldId(id(number))).await.unwrap().map(|hold| hold.state);
        assert_eq!(state(100).await, Some(HoldState::Confirmed(OrderId(id(200)))));
        assert_eq!(state(101).await, Some(HoldState::Confirming));
        assert_eq!(state(102).await, Some(HoldState::Released));
        assert_eq!(state(103).await, None);
        let waiter = async |number| reader.entry(EntryId(id(number))).await.unwrap().map(|entry| entry.state);
        assert!(matches!(waiter(300).await, Some(EntryState::Turn(_))), "the released cup went to the line");
        assert_eq!(waiter(301).await, Some(EntryState::Left(LeftCause::Withdrew)));
        let order = reader.order(OrderId(id(200))).await.unwrap().unwrap();
        assert_eq!(order.buyer.contact, shop::contact(2));
        assert_eq!(
            reader.orders_of_slot(shop::slot_id(), None, 10).await.unwrap(),
            std::slice::from_ref(&order)
        );
        assert_eq!(reader.orders_of(HOME, None, 10).await.unwrap(), std::slice::from_ref(&order));
        assert_eq!(reader.orders_of(HOME, Some(order.id), 10).await.unwrap(), []);
    })
    .await;
}

/// The journal gives back what was recorded, whole and in order, with the refusal of the one who came
/// too late and the keys that were used.
#[tokio::test]
async fn the_journal_is_read_in_order() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        busy(&mut desk).await;
        let reader = store.reader();
        let all = reader.journal(0, 0, 1_000).await.unwrap();
        let places: Vec<u64> = all.iter().map(|record| record.seq).collect();
        assert_eq!(places, (1..=desk.seq).collect::<Vec<_>>());
        assert_eq!(reader.journal(0, 3, 2).await.unwrap(), all[3..5]);
        assert_eq!(reader.journal_of(HOME, 3, 2).await.unwrap(), all[3..5]);
        assert_eq!(desk.writer.records_after(desk.seq - 1, 9).await.unwrap(), all[all.len() - 1..]);
        let keys = store.writer(0).unwrap().keys_after(0, 10).await.unwrap();
        assert_eq!(keys.iter().map(|found| found.key).collect::<Vec<_>>(), [key(1), key(2)]);
        let refused = reader.record(0, keys[1].seq).await.unwrap().unwrap().outcome;
        assert!(matches!(refused, Outcome::Refused(Refusal::TooFewLeft { .. })), "{refused:?}");
    })
    .await;
}

/// The place before an instant is found by halving.
#[tokio::test]
async fn the_place_before_an_instant_is_found() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        let mut last = desk.seq;
        for step in 0..20 {
            desk.now = desk.now.plus(Span::seconds(1));
            assert_eq!(store.writer(0).unwrap().place_before(desk.now).await.unwrap(), last, "step {step}");
            desk.run(Command::Pulse).await.unwrap();
            last = desk.seq;
        }
        assert_eq!(store.writer(0).unwrap().place_before(dayshelf_core::time::Instant(0)).await.unwrap(), 0);
    })
    .await;
}

/// What is rolled back, or refused by the store, leaves nothing, and the writer can go on.
#[tokio::test]
async fn nothing_is_kept_of_what_is_not_committed() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        let seq = desk.seq;
        desk.begin().await;
        desk.decide(&hold(100, 1, 1)).await;
        desk.writer.rollback().await;
        assert_eq!(store.reader().head(0).await.unwrap().seq, seq);

        let mut desk = Desk::open(&store).await;
        desk.begin().await;
        let outcome = desk.decide(&hold(100, 1, 1)).await;
        // A unit from nowhere: the rows no longer balance.
        desk.shelf.get_mut(&HOME).unwrap().pools.get_mut(&shop::pool_id()).unwrap().balance.free += 1;
        let fault = desk.keep(vec![(None, outcome)]).await.unwrap_err();
        assert!(matches!(fault, CommitFault::NotCommitted(_)), "{fault:?}");
        assert_eq!(fault.fault().kind(), FaultKind::Constraint);
        assert_eq!(store.reader().hold(HoldId(id(100))).await.unwrap(), None);

        let mut desk = Desk::open(&store).await;
        assert_eq!(desk.seq, seq);
        desk.run(hold(100, 1, 1)).await.unwrap();
        assert_eq!(store.reader().head(0).await.unwrap().seq, seq + 1);
    })
    .await;
}

/// A batch that does not follow the head is refused before anything is sent.
#[tokio::test]
async fn a_gap_is_refused() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        desk.begin().await;
        desk.seq += 1;
        let fault = desk.keep(vec![(None, Outcome::Facts(Vec::new()))]).await.unwrap_err();
        assert_eq!(fault.fault().kind(), FaultKind::Incoherent);
    })
    .await;
}

/// Two desks of two nodes take turns and see each other's facts.
#[tokio::test]
async fn two_desks_keep_one_journal() {
    on_both(async |site| {
        let store = site.open().await;
        let mut one = open_shop(&store).await;
        let other = if site.single { store.clone() } else { site.open().await };
        let mut two = Desk::open(&other).await;
        one.run(hold(100, 1, 2)).await.unwrap();
        two.run(hold(101, 2, 1)).await.unwrap();
        let refusal = one.run(hold(102, 3, 1)).await.unwrap_err();
        assert!(matches!(refusal, Refusal::TooFewLeft { left: 0, .. }), "{refusal:?}");
        two.begin().await;
        two.writer.rollback().await;
        assert_eq!(one.books().pools, two.books().pools);
        assert_eq!(one.books().holds, two.books().holds);
    })
    .await;
}

/// A command gets what it needs beside the books: the order, the ended hold, the known source.
#[tokio::test]
async fn needs_are_fetched() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        busy(&mut desk).await;
        let cancel = Command::CancelOrder { order: OrderId(id(200)), by: By::Organiser, lines: None };
        desk.run(cancel.clone()).await.unwrap();
        assert_eq!(desk.run(cancel).await, Err(Refusal::OrderClosed));
        let release = Command::ReleaseHold { hold: HoldId(id(102)), by: By::Organiser };
        assert!(matches!(desk.run(release).await, Err(Refusal::HoldEnded(_))));
        let more = Command::MoveStock(Box::new(MoveStock {
            pool: shop::pool_id(),
            movement: Movement::Add,
            units: 2,
            reason: "found a box".to_owned(),
            source: Digest([9; 32]),
        }));
        desk.run(more.clone()).await.unwrap();
        let supplied = desk.books().pools[&shop::pool_id()].balance.supplied;
        let Command::MoveStock(first) = more.clone() else { unreachable!() };
        let other = Command::MoveStock(Box::new(MoveStock { units: 3, ..*first.clone() }));
        let reused = Refusal::SourceReused(Box::new(Sourced::Moved(*first)));
        // Kept beside the books: as it is, and after a restart.
        for round in 0..2 {
            assert_eq!(desk.run(more.clone()).await, Ok(Vec::new()), "{round}: the same source counts once");
            assert_eq!(desk.run(other.clone()).await, Err(reused.clone()), "{round}");
            assert_eq!(desk.books().pools[&shop::pool_id()].balance.supplied, supplied);
            drop(desk);
            desk = Desk::open(&store).await;
        }
        assert_eq!(store.doctor().await.unwrap(), Vec::new());
    })
    .await;
}

/// Payments that need a next step are found after a restart, and are gone when they are at rest.
#[tokio::test]
async fn open_payments_are_found() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        busy(&mut desk).await;
        let reader = store.reader();
        let open = async || reader.settling(0, Id(0), 10).await.unwrap();
        assert_eq!(open().await, [Settling::Hold(HoldId(id(101)))]);
        desk.run(Command::PaymentAuthorised {
            hold: HoldId(id(101)),
            payment: PaymentId(id(211)),
            reference: "ref".to_owned(),
        })
        .await
        .unwrap();
        assert_eq!(open().await, [Settling::Order(OrderId(id(210)))]);
        let moved = dayshelf_core::command::PaymentMoved::Captured;
        desk.run(Command::PaymentMoved { order: OrderId(id(210)), moved, amount: 4_200, before: 0 })
            .await
            .unwrap();
        assert_eq!(open().await, []);
    })
    .await;
}

/// A limit that is switched on knows what was bought before, by a node too that has none of it in memory.
#[tokio::test]
async fn a_limit_counts_what_was_bought_before() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        desk.run(shop::limited(None)).await.unwrap();
        desk.run(shop::hold(100, 2, 2)).await.unwrap();
        desk.run(shop::confirm(100, 200, 2, Method::AtPickup)).await.unwrap();
        drop((desk, store));
        let store = site.open().await;
        let mut desk = Desk::open(&store).await;
        assert!(desk.books().tallies.is_empty() && desk.books().orders.is_empty());
        desk.run(shop::limited(Some(2))).await.unwrap();
        let again = desk.run(shop::hold(101, 2, 1)).await;
        assert_eq!(again, Err(Refusal::BuyerLimit { limit: 2, left: 0 }));
        desk.run(shop::hold(102, 3, 1)).await.unwrap();
        assert_eq!(store.doctor().await.unwrap(), []);
    })
    .await;
}

/// What belongs to one organiser is not fetched for another of the same shard, whatever id it names.
#[tokio::test]
async fn a_stranger_gets_nothing() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        busy(&mut desk).await;
        for command in [
            Command::CancelOrder { order: OrderId(id(200)), by: By::Organiser, lines: None },
            Command::ReleaseHold { hold: HoldId(id(102)), by: By::Organiser },
        ] {
            let needs = dayshelf_core::books::needs(desk.books(), &command);
            let stranger = Home { number: HOME.number + 1, ..HOME };
            assert_eq!(desk.writer.fetch(stranger, &needs).await.unwrap(), Fetched::default());
            assert_ne!(desk.writer.fetch(HOME, &needs).await.unwrap(), Fetched::default());
        }
    })
    .await;
}
