//! What organisers say of a slot to many, over a real desk: reminders and announcements by mail at their time; and an
//! order's mail once more.

use dayshelf_core::block::{BlockKind, BlockSpec, Channel, Message, Told};
use dayshelf_core::command::{Command, Expect, JoinWaitlist, Want};
use dayshelf_core::ids::{BlockId, EntryId, Id};
use dayshelf_core::text::Digest;
use dayshelf_core::time::{Anchor, Instant, Span, When};
use dayshelf_relay::mail::Through;
use dayshelf_store::{DeliveryState, Mail};
use dayshelf_testkit::shop::{Shop, call_off, contact};
use dayshelf_testkit::site::on_both;

use crate::mail::relay;
use crate::stand::{Stand, done, until};

/// What blocks of the test say, and to whom.
#[derive(Clone, Copy)]
struct Saying {
    to: Told,
    how: Channel,
    text: &'static str,
}

const fn by_mail(to: Told, text: &'static str) -> Saying {
    Saying { to, how: Channel::Mail, text }
}

async fn put(stand: &Stand, at: Instant, saying: Saying) {
    let Saying { to, how, text } = saying;
    let message = Message { told: to, channel: how, text: text.into() };
    let id = BlockId(stand.home_id());
    let spec = Box::new(BlockSpec {
        slot: stand.put.slot,
        key: format!("saying-{}", id.0).replace('_', "-"),
        title: "Said".into(),
        when: When { anchor: Anchor::start(0), at },
        until: None,
        kind: if to == Told::Buyers {
            BlockKind::Reminder(message)
        } else {
            BlockKind::Announcement(message)
        },
    });
    done(stand.ask(Command::PutBlock { id, expected: Expect::Any, spec }).await);
}

async fn mails(stand: &Stand, count: usize) -> Vec<Mail> {
    until(&format!("{count} mails that are sent"), async || {
        let mails = stand.store.mails(stand.home, None, 50).await.unwrap();
        let sent = mails.iter().filter(|mail| mail.state == DeliveryState::Delivered).count();
        (sent >= count).then_some(mails)
    })
    .await
}

fn texts(mails: &[Mail], subject: Id) -> Vec<(String, String)> {
    let of = mails.iter().filter(|mail| mail.subject == subject);
    of.map(|mail| (mail.kind.clone(), String::from_utf8_lossy(&mail.body).into_owned())).collect()
}

async fn joined(stand: &Stand, who: u64) -> EntryId {
    let id = EntryId(stand.home_id());
    let join = JoinWaitlist {
        id,
        slot: stand.put.slot,
        want: Want { offer: stand.put.offer, quantity: 1 },
        contact: contact(who),
        code: None,
        secret: Digest([9; 32]),
        lot: 0,
    };
    done(stand.ask(Command::JoinWaitlist(Box::new(join))).await);
    id
}

/// At their time reminders reach whoever has bought, announcements whoever waits, each person once whatever they have;
/// two that begin together are one mail. What is for the page, or for nobody who is known, is no mail.
#[tokio::test(flavor = "multi_thread")]
async fn at_their_time_to_their_audience() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop { units: 2, ..Shop::default() }).await;
        let folder = std::env::temp_dir().join(format!("dayshelf-circulars-{}", stand.home_id()));
        let first = relay(&stand, Through::Folder(folder.clone()));
        let mut orders = Vec::new();
        for _ in 0..2 {
            let hold = stand.held(1).await;
            orders.push(stand.confirm(&hold, "tok_success").await.1);
        }
        mails(&stand, 2).await;
        let waits = joined(&stand, 4).await;
        // Whoever has bought waits for more.
        let also = joined(&stand, 1).await;
        let at = stand.desk.mint().now().plus(Span::seconds(3));
        for saying in [
            by_mail(Told::Buyers, "Bring a bag."),
            by_mail(Told::Buyers, "It may rain."),
            by_mail(Told::Waiting, "There will be more."),
            by_mail(Told::Followers, "Nobody keeps a list of you."),
            Saying { to: Told::Buyers, how: Channel::Page, text: "On the page." },
        ] {
            put(&stand, at, saying).await;
        }
        let all = mails(&stand, 4).await;
        let told: Vec<_> = orders.iter().map(|order| texts(&all, order.0)).collect();
        let reminders: Vec<_> = told.iter().flatten().filter(|(kind, _)| kind == "slot.reminder").collect();
        assert_eq!(reminders.len(), 1, "one person with two orders is one to tell: {all:?}");
        let text = &reminders[0].1;
        for words in [
            "Bring a bag.",
            "It may rain.",
            "There will be more.",
            "A drop",
            "Your order: https://shop.example.org/o/os_",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert_eq!(texts(&all, also.0), [], "what is said to who waits is in that mail");
        assert!(!text.contains("text/calendar") && !text.contains("On the page"), "{text}");
        let waiting = texts(&all, waits.0);
        assert_eq!(waiting.len(), 1, "{waiting:?}");
        assert_eq!(waiting[0].0, "waitlist.message");
        assert!(waiting[0].1.contains("There will be more.") && waiting[0].1.contains("in line"));
        first.join().await;

        // A new start says nothing again, and an order's own mails go on where they were.
        let second = relay(&stand, Through::Folder(folder.clone()));
        done(stand.ask(Command::ResendOrder(orders[0])).await);
        let all = mails(&stand, 5).await;
        assert_eq!(all.len(), 5, "{all:?}");
        assert_eq!((all[0].kind.as_str(), all[0].sequence), ("order.resent", 0));
        let text = String::from_utf8_lossy(&all[0].body).into_owned();
        assert!(text.contains("once more") && text.contains("METHOD:REQUEST"), "{text}");
        second.join().await;
        std::fs::remove_dir_all(&folder).unwrap();
    })
    .await;
}

/// Of a slot that is called off nobody is reminded; its end is all that is told.
#[tokio::test(flavor = "multi_thread")]
async fn not_of_what_is_called_off() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let folder = std::env::temp_dir().join(format!("dayshelf-circulars-{}", stand.home_id()));
        let relay = relay(&stand, Through::Folder(folder.clone()));
        let hold = stand.held(1).await;
        let order = stand.confirm(&hold, "tok_success").await.1;
        mails(&stand, 1).await;
        let at = stand.desk.mint().now().plus(Span::seconds(3));
        put(&stand, at, by_mail(Told::Buyers, "See you soon.")).await;
        for command in call_off(stand.put.slot) {
            done(stand.ask(command).await);
        }
        let slot = stand.put.slot;
        until("the reminder's time", async || {
            let look = stand.desk.look(stand.home, move |books, _| {
                let books = books?;
                Some(books.blocks.values().all(|block| block.spec.slot != slot || block.begun))
            });
            look.await.unwrap().unwrap_or(true).then_some(())
        })
        .await;
        let all = mails(&stand, 2).await;
        let kinds: Vec<String> = texts(&all, order.0).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, ["order.cancelled", "order.confirmed"]);
        relay.join().await;
        let all = stand.store.mails(stand.home, None, 50).await.unwrap();
        assert_eq!(all.len(), 2, "{all:?}");
        std::fs::remove_dir_all(&folder).unwrap();
    })
    .await;
}
