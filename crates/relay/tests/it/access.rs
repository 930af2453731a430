//! Links for people who can't sign in: to their own address, never to a stranger's, and not without end.

use dayshelf_core::ids::{Id, PersonId};
use dayshelf_core::people::Role;
use dayshelf_relay::mail::{Courier, SmtpConfig, Through, recovery_digest};
use dayshelf_store::{Entered, Person};
use dayshelf_testkit::shop::Shop;
use dayshelf_testkit::site::on_both;

use crate::mail::{Sink, relay};
use crate::stand::{Stand, until};

/// Somebody who is known gets a link that is theirs and works; an address that nobody has gets nothing, and so does
/// whoever has asked too often. In the log stands who asked, and from where.
#[tokio::test(flavor = "multi_thread")]
async fn links_go_to_their_owners() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let now = stand.desk.mint().now();
        let ada = Person {
            id: PersonId(Id(77)),
            email: "ada@example.org".to_owned(),
            name: "Ada".to_owned(),
            password: String::new(),
            made_at: now,
        };
        assert_eq!(stand.store.enter_first(ada.clone(), stand.home).await.unwrap(), Entered::Done);
        assert_eq!(stand.store.memberships(ada.id).await.unwrap(), [(stand.home, Role::Owner)]);
        let sink = Sink::start().await;
        let url = format!("smtp://127.0.0.1:{}", sink.port);
        let server = SmtpConfig { url, user: String::new(), password: String::new() };
        let relay = relay(&stand, Through::Smtp(server));
        let courier: Courier = relay.courier().unwrap().clone();
        let ask = |email: &str| assert!(courier.ask(email.to_owned(), "10.0.0.7".to_owned()));
        ask("nobody@example.org");
        for _ in 0..5 {
            ask("ada@example.org");
        }
        // In order, and one after the other: when the log has the last of them, nothing else is under way.
        let lines = until("the log", async || {
            let lines = stand.store.audit_log(stand.home, None, 10).await.unwrap();
            Some(lines).filter(|lines| lines.len() >= 3)
        });
        for line in lines.await {
            let said = (line.name.as_str(), line.act.as_str(), line.address.as_str());
            assert_eq!(said, ("Ada", "POST /v1/recovery", "10.0.0.7"));
        }
        let got = until("three mails", async || Some(sink.taken()).filter(|got| got.len() >= 3));
        let got = got.await;
        for (recipient, text) in &got {
            assert!(recipient.contains("<ada@example.org>"), "{recipient}");
            let text = text.replace("=\r\n", "").replace("=3D", "=");
            assert!(text.contains("Subject: Your way back into Dayshelf"), "{text}");
            let token = text.split("https://shop.example.org/console#recovery=").nth(1).unwrap();
            let token: String = token.chars().take_while(char::is_ascii_hexdigit).collect();
            let kept = stand.store.recovery(recovery_digest(&token), now).await.unwrap().unwrap();
            assert_eq!((kept.person, kept.lifts), (ada.id, false));
        }
        assert!(stand.store.mails(stand.home, None, 10).await.unwrap().is_empty(), "in no outbox");
        relay.join().await;
        assert_eq!(sink.taken().len(), 3, "so many are enough");
    })
    .await;
}

/// Without a mail server there is no way to people: a folder is for others to read.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_no_way() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let folder = std::env::temp_dir()
            .join(format!("dayshelf-access-{:032x}", u128::from_le_bytes(dayshelf_desk::random())));
        let relay = relay(&stand, Through::Folder(folder.clone()));
        assert!(relay.courier().is_none());
        relay.join().await;
        std::fs::remove_dir_all(&folder).unwrap();
    })
    .await;
}
