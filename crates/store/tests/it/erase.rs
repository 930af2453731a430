//! A customer who is erased is nobody everywhere, and everything adds up as before.

use dayshelf_core::access::{CustomersChange, List};
use dayshelf_core::command::{By, Command, Expect};
use dayshelf_core::hold::Method;
use dayshelf_core::ids::{EndpointId, EntryId, HoldId, ListId};
use dayshelf_core::text::{BuyerKey, Contact, ERASED_EMAIL};
use dayshelf_core::time::{Instant, Span};
use dayshelf_store::{Delivery, DeliveryState, Erased, FaultKind, Gone, Mail, Store};

use crate::shop::{Desk, HOME, confirm, contact, hold, id, join, open_shop, pool_id};
use crate::site::{Site, on_both};

/// The customer; the number is one that no other bytes look like.
const SHE: u64 = 0x1122_3344_5566_7788;
const NOBODY: [u8; 16] = [0x5a; 16];

/// What tells who the customer is: their mail address and name, and the key that stands for them.
fn traces() -> Vec<Vec<u8>> {
    let email = contact(SHE).email;
    let texts = [email.as_str(), "Adalberta Quill"];
    let key = contact(SHE).key.0.to_be_bytes().to_vec();
    texts.iter().map(|text| text.as_bytes().to_vec()).chain([key]).collect()
}

/// How many of the traces are in one copy of everything.
async fn found(store: &Store, site: &Site, name: &str) -> usize {
    let copy = site.path(name);
    store.backup(&copy).await.unwrap();
    let bytes = std::fs::read(copy).unwrap();
    traces().iter().filter(|trace| bytes.windows(trace.len()).any(|window| window == **trace)).count()
}

/// She holds, buys, waits and leaves the line; buyer 4 buys as well.
async fn day(store: &Store) -> Desk {
    let mut desk = open_shop(store).await;
    for (who, number) in [(SHE, 100), (4, 110)] {
        desk.run(hold(number, who, 1)).await.unwrap();
        let Command::Confirm(mut ask) = confirm(number, number + 100, who, Method::AtPickup) else {
            panic!()
        };
        let name = if who == SHE { "Adalberta Quill" } else { "Bruno Ast" };
        ask.buyer.name = name.to_owned();
        desk.run(Command::Confirm(ask)).await.unwrap();
    }
    desk.run(hold(130, 6, 1)).await.unwrap();
    desk.run(join(300, SHE)).await.unwrap();
    desk.run(Command::LeaveWaitlist { entry: EntryId(id(300)), by: By::Organiser }).await.unwrap();
    desk.run(Command::ReleaseHold { hold: HoldId(id(130)), by: By::Organiser }).await.unwrap();
    desk.run(hold(120, SHE, 1)).await.unwrap();
    desk
}

fn gone() -> Gone {
    let who = Contact { email: format!(" {} ", contact(SHE).email.to_uppercase()), key: contact(SHE).key };
    Gone::new(HOME, who, NOBODY)
}

fn message(state: DeliveryState) -> Delivery {
    Delivery {
        endpoint: EndpointId(id(900)),
        id: id(901),
        subject: id(902),
        sequence: 1,
        kind: "order.confirmed".to_owned(),
        body: format!("{{\"email\":\"{}\"}}", contact(SHE).email.to_uppercase()).into_bytes(),
        state,
        tries: 0,
        due: Instant(1_000),
        last_status: 0,
        trouble: None,
    }
}

fn mail(subject: u64, recipient: &str) -> Mail {
    Mail {
        home: HOME,
        seq: subject,
        subject: id(subject),
        kind: "order.confirmed".to_owned(),
        sequence: 0,
        recipient: recipient.to_owned(),
        title: recipient.to_owned(),
        body: format!("Dear {recipient}").into_bytes(),
        state: DeliveryState::Waiting,
        tries: 0,
        due: Instant(1_000),
    }
}

/// Nothing that tells who they are is anywhere afterwards, in rows, journal, mails and log; the order is there, units
/// and limits are what they were, doctor has nothing to find, and others' data is untouched.
#[tokio::test]
async fn who_is_erased_is_nobody() {
    on_both(async |site| {
        let store = site.open().await;
        let desk = day(&store).await;
        let before = desk.books().clone();
        drop(desk);
        let consumer = store.consumer(0, "webhooks", 1).unwrap();
        assert_eq!(consumer.take(Span::minutes(1)).await.unwrap(), Some(0));
        consumer.advance(1, vec![message(DeliveryState::Waiting)]).await.unwrap();
        store
            .keep_mails(0, &[mail(200, &contact(SHE).email), mail(210, "buyer4@example.org")])
            .await
            .unwrap();
        assert_eq!(found(&store, &site, "before.db").await, 3);

        if !site.single {
            assert_eq!(
                store.erase(gone()).await.unwrap_err().kind(),
                FaultKind::Locked,
                "a server has a turn"
            );
        }
        consumer.take(Span(0)).await.unwrap();
        let fault = store.erase(gone()).await.unwrap_err();
        assert_eq!(fault.kind(), FaultKind::Locked, "a message waits: {fault}");
        assert_eq!(found(&store, &site, "refused.db").await, 3, "nothing is changed by a refusal");
        store.settle_deliveries(0, vec![message(DeliveryState::Delivered)]).await.unwrap();
        let erased = store.erase(gone()).await.unwrap();
        // An order, two holds and a place; two holds made, one confirmed, one place taken.
        assert_eq!(erased, Erased { kept: 4, records: 4, mails: 1, messages: 1 });

        assert_eq!(found(&store, &site, "after.db").await, 0);
        assert_eq!(store.doctor().await.unwrap(), []);
        let mut desk = Desk::open(&store).await;
        let after = desk.books();
        assert_eq!(after.pools[&pool_id()], before.pools[&pool_id()]);
        assert_eq!(after.tallies.values().sum::<u32>(), before.tallies.values().sum::<u32>());
        let held = &after.holds[&HoldId(id(120))];
        assert!(held.contact.as_ref().is_some_and(Contact::is_erased));
        let orders = store.reader().orders_of_slot(crate::shop::slot_id(), None, 10).await.unwrap();
        let buyers: Vec<(&str, &str)> =
            orders.iter().map(|order| (&*order.buyer.name, &*order.buyer.contact.email)).collect();
        assert_eq!(buyers, [("", ERASED_EMAIL), ("Bruno Ast", "buyer4@example.org")]);
        let mails = store.mails_due(0, Instant(9_000), 10).await.unwrap();
        assert_eq!(mails.iter().map(|mail| &*mail.recipient).collect::<Vec<_>>(), ["buyer4@example.org"]);

        // Whoever comes back is somebody new; a second time there is nothing to erase.
        assert_eq!(store.erase(gone()).await.unwrap(), Erased::default());
        desk.run(Command::ReleaseHold { hold: HoldId(id(120)), by: By::Organiser }).await.unwrap();
        assert_eq!(store.doctor().await.unwrap(), []);
    })
    .await;
}

/// A list that names them names nobody in their place.
#[tokio::test]
async fn lists_forget_too() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        let list = ListId(id(400));
        let made = List {
            id: list,
            key: "members".to_owned(),
            customers: [contact(SHE).key, contact(4).key].into(),
            version: 1,
        };
        let put = Command::PutList { expected: Expect::Any, list: Box::new(made) };
        desk.run(put).await.unwrap();
        let change = CustomersChange { add: [contact(5).key].into(), remove: [contact(4).key].into() };
        desk.run(Command::ChangeCustomers { list, change: Box::new(change) }).await.unwrap();
        drop(desk);
        store.erase(gone()).await.unwrap();
        assert_eq!(store.doctor().await.unwrap(), []);
        let desk = Desk::open(&store).await;
        let nobody = BuyerKey(u128::from_be_bytes(NOBODY));
        assert_eq!(desk.books().lists[&list].customers, [nobody, contact(5).key].into());
        assert_eq!(store.home_of("maker").await.unwrap(), Some(HOME));
        assert_eq!(store.home_of("baker").await.unwrap(), None);
    })
    .await;
}
