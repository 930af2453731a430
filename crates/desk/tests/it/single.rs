//! One desk: retries, races, what is due, what survives.

use std::time::Duration;

use dayshelf_core::command::{By, Command, Confirm};
use dayshelf_core::hold::{Buyer, Method};
use dayshelf_core::ids::{OrderId, PaymentId};
use dayshelf_core::refusal::{Ended, Refusal};
use dayshelf_core::text::Digest;
use dayshelf_core::time::Span;
use dayshelf_desk::{Ask, Desk, DeskFault, Reply};
use dayshelf_testkit::shop::{Shop, contact};
use dayshelf_testkit::site::{Holds, Site, on_both};

use crate::stand::{Stand, done, key, left, made, refused};

/// A retry gets the first answer, refusals included, in the same batch, in a later one, and after a
/// restart; another request with the same key is refused.
#[tokio::test(flavor = "multi_thread")]
async fn retries_get_the_first_answer() {
    on_both(async |site| {
        let store = site.open().await;
        let stand = Stand::new(&store, &Shop { units: 3, ..Shop::default() }).await;
        let ask = |command: &Command, key| Ask { home: stand.home, command: command.clone(), key: Some(key) };
        let (hold, other) = (stand.hold(2), stand.hold(2));
        let twice =
            tokio::join!(stand.desk.submit(ask(&hold, key(1, 1))), stand.desk.submit(ask(&other, key(1, 1))));
        let (first, second) = (done(twice.0), done(twice.1));
        assert_eq!(made(&first), made(&second), "a twin in flight gets the same hold");
        assert!(second.replayed && !first.replayed);
        assert_eq!(refused(stand.desk.submit(ask(&hold, key(1, 2))).await), Refusal::KeyReused);
        let no = stand.desk.submit(ask(&other, key(2, 2))).await;
        assert!(matches!(
            no,
            Reply::Refused { refusal: Refusal::TooFewLeft { left: 1, .. }, replayed: false, .. }
        ));
        let expected = (stand.left(), made(&first));
        let Stand { desk, home, put } = stand;
        drop(desk);
        drop(store);
        let store = reopen(&site).await;
        let desk = Desk::open(&store).await.unwrap();
        let again = done(desk.submit(Ask { home, command: other.clone(), key: Some(key(1, 1)) }).await);
        assert_eq!((left(&desk, &put), made(&again)), expected);
        let no = desk.submit(Ask { home, command: other, key: Some(key(2, 2)) }).await;
        assert!(matches!(
            no,
            Reply::Refused { refusal: Refusal::TooFewLeft { left: 1, .. }, replayed: true, .. }
        ));
    })
    .await;
}

/// A desk's threads end after its last handle went; the file is free a moment later.
async fn reopen(site: &dayshelf_testkit::site::Site) -> dayshelf_store::Store {
    for _ in 0..2_400 {
        match dayshelf_store::Store::open(&site.config).await {
            Ok(store) => return store,
            Err(_) => tokio::time::sleep(Duration::from_millis(25)).await,
        }
    }
    site.open().await
}

/// 200 buyers at once for 10 units, through two offers that share the pool: exactly 10 are held.
#[tokio::test(flavor = "multi_thread")]
async fn a_rush_sells_exactly_what_there_is() {
    on_both(async |site| {
        let store = site.open().await;
        let stand = Stand::new(&store, &Shop::default()).await;
        let asks = (0..200).map(|buyer| {
            let offer = if buyer % 3 == 0 { stand.put.pair } else { stand.put.offer };
            let id = stand.desk.mint().id(stand.home);
            let command = dayshelf_testkit::shop::hold(id, stand.put.slot, offer, 1);
            let (desk, home) = (stand.desk.clone(), stand.home);
            tokio::spawn(async move { desk.submit(Ask { home, command, key: None }).await })
        });
        let mut units = 0;
        for answer in asks.collect::<Vec<_>>() {
            match answer.await.unwrap() {
                Reply::Done(decided) => units += made(&decided).draws().map(|draw| draw.units).sum::<u32>(),
                Reply::Refused { refusal: Refusal::TooFewLeft { .. }, .. } => {}
                other => panic!("neither held nor sold out: {other:?}"),
            }
        }
        assert_eq!((units, stand.left()), (10, 0));
    })
    .await;
}

/// A hold lapses by itself, its units come onto the board, and it can't be used any more.
#[tokio::test(flavor = "multi_thread")]
async fn holds_lapse_by_themselves() {
    on_both(async |site| {
        let store = site.open().await;
        let stand = Stand::new(&store, &Shop { hold_span: Span::seconds(5), ..Shop::default() }).await;
        let hold = made(&done(stand.ask(stand.hold(4)).await));
        assert_eq!(stand.left(), 6);
        let mut cards = stand.desk.board().watch(stand.put.slot).unwrap();
        let back = cards.wait_for(|card| card.left(stand.put.window, stand.put.offer) == 10);
        let card = tokio::time::timeout(Duration::from_secs(60), back).await.unwrap().unwrap().at;
        assert!(hold.due <= card, "lapsed {:?} before its time", hold.due.since(card));
        let by = By::Bearer(Digest([7; 32]));
        let late = refused(stand.ask(Command::ReleaseHold { hold: hold.id, by }).await);
        assert_eq!(late, Refusal::HoldEnded(Ended::Lapsed));
    })
    .await;
}

/// Whoever looks for payments is told of those alone: a hold that nobody pays yet is none, and a confirmation is.
#[tokio::test(flavor = "multi_thread")]
async fn payments_are_told_from_holds() {
    on_both(async |site| {
        let store = site.open().await;
        let stand = Stand::new(&store, &Shop { price: 100, ..Shop::default() }).await;
        let until = || stand.desk.board().payments_until(stand.home.shard);
        let before = until();
        let hold = made(&done(stand.ask(stand.hold(1)).await));
        assert_eq!(until(), before);
        let id = || stand.desk.mint().id(stand.home);
        let confirm = Command::Confirm(Box::new(Confirm {
            hold: hold.id,
            by: By::Organiser,
            order: OrderId(id()),
            payment: PaymentId(id()),
            buyer: Buyer { name: "Ann".into(), contact: contact(1), address: None, zone: String::new() },
            method: Method::Sandbox,
            token: "tok_ok".into(),
        }));
        let confirmed = done(stand.ask(confirm).await);
        assert_eq!(until(), confirmed.seq);
    })
    .await;
}

/// What a command would do is said without doing it.
#[tokio::test(flavor = "multi_thread")]
async fn rehearsals_change_nothing() {
    on_both(async |site| {
        let store = site.open().await;
        let stand = Stand::new(&store, &Shop::default()).await;
        let facts = done(stand.desk.rehearse(stand.home, stand.hold(3)).await).facts;
        assert_eq!((facts.len(), stand.left()), (1, 10));
        let held =
            stand.desk.look(stand.home, |books, _| books.map(|books| books.holds.len())).await.unwrap();
        assert_eq!(held, Some(0));
    })
    .await;
}

/// A key that went into a run and out of memory still answers after a restart, and so does one that did not.
#[tokio::test(flavor = "multi_thread")]
async fn keys_in_runs_still_answer() {
    let site = dayshelf_testkit::site::Site::file();
    let store = site.open().await;
    let Stand { desk, home, put } = Stand::new(&store, &Shop { units: 1, ..Shop::default() }).await;
    let ask = |desk: &Desk, number: u128| {
        let command = dayshelf_testkit::shop::hold(desk.mint().id(home), put.slot, put.offer, 1);
        let (desk, key) = (desk.clone(), key(number << 80 | number, 1));
        async move { desk.submit(Ask { home, command, key: Some(key) }).await }
    };
    let first = made(&done(ask(&desk, 0).await));
    // More than one run of keys, each with a refusal to remember.
    for hundred in 1..170 {
        let asks = (hundred * 100..hundred * 100 + 100).map(|number| tokio::spawn(ask(&desk, number)));
        for answer in asks.collect::<Vec<_>>() {
            refused(answer.await.unwrap());
        }
    }
    drop(desk);
    drop(store);
    let store = reopen(&site).await;
    assert!(store.writer(home.shard).unwrap().keys_come().await.unwrap() > 0, "no run was written");
    let desk = Desk::open(&store).await.unwrap();
    let again = done(ask(&desk, 0).await);
    assert_eq!((made(&again), again.replayed), (first, true));
    for number in [100, 16_999] {
        assert!(matches!(ask(&desk, number).await, Reply::Refused { replayed: true, .. }), "{number}");
    }
    assert!(matches!(ask(&desk, 17_000).await, Reply::Refused { replayed: false, .. }));
}

/// A batch that can't be committed tells nobody that the last unit is gone: not who asked for it, not who was
/// second, and not the board. With the same key it is had as soon as the data can be written again.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_commit_sells_nothing_out() {
    let Some(site) = Site::server(1) else { return };
    let store = site.open().await;
    let stand = Stand::new(&store, &Shop { units: 1, ..Shop::default() }).await;
    let ask = |command: &Command, number| Ask {
        home: stand.home,
        command: command.clone(),
        key: Some(key(number, number as u8)),
    };
    let (first, second) = (stand.hold(1), stand.hold(1));
    let cards = stand.desk.board().watch(stand.put.slot).unwrap();
    site.let_holds_be(Holds::Refused);
    for _ in 0..3 {
        let told = tokio::join!(stand.desk.submit(ask(&first, 1)), stand.desk.submit(ask(&second, 2)));
        for reply in [told.0, told.1] {
            assert!(matches!(reply, Reply::Fault(DeskFault::Retry)), "{reply:?}");
        }
        assert_eq!(stand.left(), 1);
    }
    assert_eq!(cards.borrow().left(stand.put.window, stand.put.offer), 1);
    site.let_holds_be(Holds::Kept);
    done(stand.desk.submit(ask(&first, 1)).await);
    let no = refused(stand.desk.submit(ask(&second, 2)).await);
    assert!(matches!(no, Refusal::TooFewLeft { left: 0, .. }), "{no:?}");
    assert_eq!(stand.left(), 0);
    assert_eq!(store.doctor().await.unwrap(), []);
}
