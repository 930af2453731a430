//! What helps an organiser and is no commerce, as it is kept: texts to use again, and when programs were heard of.

use dayshelf_core::ids::{KeyId, TextId};
use dayshelf_core::time::Instant;
use dayshelf_store::KeptText;

use crate::shop::{HOME, id, open_shop};
use crate::site::on_both;

/// A text is written over the version that its writer has seen, and over no other.
#[tokio::test]
async fn a_text_is_written_over_what_was_seen() {
    on_both(async |site| {
        let store = site.open().await;
        drop(open_shop(&store).await);
        let text = |version, body: &str| KeptText {
            id: TextId(id(600)),
            version,
            title: "The way".to_owned(),
            body: body.to_owned(),
            changed: Instant(i64::from(version)),
        };
        store.keep_text(text(1, "first")).await.unwrap();
        assert_eq!(store.texts(HOME).await.unwrap(), [text(1, "first")]);
        assert!(store.change_text(text(2, "second")).await.unwrap());
        assert!(!store.change_text(text(2, "too late")).await.unwrap());
        assert_eq!(store.text(TextId(id(600))).await.unwrap(), Some(text(2, "second")));
        assert!(store.remove_text(TextId(id(600))).await.unwrap());
        assert!(!store.remove_text(TextId(id(600))).await.unwrap());
        assert_eq!(store.text(TextId(id(600))).await.unwrap(), None);
    })
    .await;
}

/// Of each key the last note counts.
#[tokio::test]
async fn keys_are_heard_of() {
    on_both(async |site| {
        let store = site.open().await;
        drop(open_shop(&store).await);
        let (first, second) = (KeyId(id(601)), KeyId(id(602)));
        for (key, at) in [(first, 5), (second, 6), (first, 7)] {
            store.note_heard(key, Instant(at)).await.unwrap();
        }
        assert_eq!(store.heard(HOME).await.unwrap(), [(first, Instant(7)), (second, Instant(6))]);
        store.forget_heard(first).await.unwrap();
        assert_eq!(store.heard(HOME).await.unwrap(), [(second, Instant(6))]);
    })
    .await;
}
