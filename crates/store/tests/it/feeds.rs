//! Calendars that are subscribed to, as they are kept: due, claimed by one, settled, with what their entries became.

use dayshelf_core::ids::{FeedId, SeriesId, SlotId};
use dayshelf_core::time::{Instant, Span};
use dayshelf_store::{Feed, FeedCourse, FeedEntry, FeedSubject, Store};

use crate::shop::{HOME, id, open_shop};
use crate::site::on_both;

fn feed(number: u64, due: i64) -> Feed {
    Feed {
        id: FeedId(id(number)),
        url: format!("https://example.org/{number}.ics"),
        title: "Kiln".to_owned(),
        zone: None,
        unknown_zone: Some("Europe/Berlin".to_owned()),
        every: Span::hours(1),
        made: Instant(5),
        course: FeedCourse {
            read: None,
            due: Instant(due),
            failures: 0,
            trouble: String::new(),
            etag: String::new(),
            modified: String::new(),
            report: String::new(),
        },
    }
}

async fn due(store: &Store, now: i64) -> Vec<FeedId> {
    let due = store.feeds_due(HOME.shard, Instant(now), 10).await.unwrap();
    due.into_iter().map(|feed| feed.id).collect()
}

/// What is due is found, the longest due first; who has claimed it is alone with it until it is settled or the claim ends.
#[tokio::test]
async fn due_claimed_and_settled() {
    on_both(async |site| {
        let store = site.open().await;
        drop(open_shop(&store).await);
        let (first, second) = (feed(500, 200), feed(501, 100));
        for feed in [&first, &second] {
            store.keep_feed(feed.clone()).await.unwrap();
        }
        assert_eq!(store.feed(first.id).await.unwrap().as_ref(), Some(&first));
        assert_eq!(store.feeds(HOME).await.unwrap(), [first.clone(), second.clone()]);
        assert_eq!(due(&store, 50).await, []);
        assert_eq!(due(&store, 300).await, [second.id, first.id]);
        let claim =
            async |now| store.claim_feed(second.id, Instant(now), Instant(now + 1_000)).await.unwrap();
        assert!(claim(300).await);
        assert!(!claim(400).await, "somebody reads it");
        assert_eq!(due(&store, 400).await, [first.id]);
        assert!(claim(1_300).await, "whoever read it has died");
        let went = FeedCourse {
            read: Some(Instant(1_400)),
            due: Instant(5_000),
            failures: 2,
            trouble: "the server answers 503".to_owned(),
            etag: "\"one\"".to_owned(),
            modified: "Thu".to_owned(),
            report: "{}".to_owned(),
        };
        store.settle_feed(second.id, went.clone()).await.unwrap();
        assert_eq!(store.feed(second.id).await.unwrap().map(|feed| feed.course), Some(went));
        assert_eq!(due(&store, 4_999).await, [first.id]);
        let changed =
            Feed { title: "Oven".to_owned(), zone: Some("Asia/Tokyo".to_owned()), ..second.clone() };
        assert!(store.change_feed(&changed, Instant(1_500)).await.unwrap());
        let found = store.feed(second.id).await.unwrap().unwrap();
        assert_eq!((found.title.as_str(), found.zone.as_deref()), ("Oven", Some("Asia/Tokyo")));
        assert_eq!(found.course.due, Instant(1_500), "what is said otherwise is read at once");
    })
    .await;
}

/// What an entry became is remembered under its name, once, as long as its feed is there.
#[tokio::test]
async fn entries_are_remembered() {
    on_both(async |site| {
        let store = site.open().await;
        drop(open_shop(&store).await);
        let feed = feed(500, 100);
        store.keep_feed(feed.clone()).await.unwrap();
        let entry = |name: &str, subject, said: &str| FeedEntry {
            name: name.to_owned(),
            subject,
            version: 3,
            said: said.to_owned(),
        };
        let (slot, series) = (FeedSubject::Slot(SlotId(id(7))), FeedSubject::Series(SeriesId(id(8))));
        for (name, subject, said) in [("a", slot, "one"), ("b", series, "two"), ("a", slot, "three")] {
            store.keep_feed_entry(feed.id, entry(name, subject, said)).await.unwrap();
        }
        let mut all = store.feed_entries(feed.id).await.unwrap();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        assert_eq!(all, [entry("a", slot, "three"), entry("b", series, "two")]);
        store.forget_feed_entry(feed.id, "a".to_owned()).await.unwrap();
        assert_eq!(store.feed_entries(feed.id).await.unwrap().len(), 1);
        assert!(store.end_feed(feed.id).await.unwrap());
        assert!(!store.end_feed(feed.id).await.unwrap(), "there is none any more");
        store.keep_feed_entry(feed.id, entry("c", slot, "late")).await.unwrap();
        assert_eq!(store.feed_entries(feed.id).await.unwrap(), [], "a reading that ends late leaves nothing");
    })
    .await;
}
