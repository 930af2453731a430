//! Who runs what, and who is signed in where, on both engines.

use dayshelf_core::ids::{AuditId, Home, InvitationId, PersonId, SessionId};
use dayshelf_core::people::Role;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use dayshelf_store::{AuditLine, Entered, Invitation, Person, SessionEntry, Store};

use crate::shop::id;
use crate::site::on_both;

const SHOP: Home = Home { shard: 0, number: 1 };
const OTHER: Home = Home { shard: 0, number: 2 };
const NOW: Instant = Instant(1_000_000);

fn person(number: u64, email: &str) -> Person {
    let (name, password) = (format!("Person {number}"), format!("hash {number}"));
    Person { id: PersonId(id(number)), email: email.to_owned(), name, password, made_at: NOW }
}

fn invitation(number: u64, role: Role, until: Instant) -> Invitation {
    let (label, made_by) = ("somebody".to_owned(), PersonId(id(1)));
    Invitation { id: InvitationId(id(number)), home: SHOP, role, label, made_by, made_at: NOW, until }
}

fn entry(number: u64, until: i64) -> SessionEntry {
    let (agent, address) = ("a browser".to_owned(), "10.0.0.7".to_owned());
    let id = SessionId(id(number));
    SessionEntry { id, made_at: NOW, seen_at: NOW, until: Instant(until), agent, address }
}

async fn with_owner(store: &Store) -> Person {
    let ann = person(1, "ann@example.org");
    assert!(!store.has_people().await.unwrap());
    assert_eq!(store.enter_first(ann.clone(), SHOP).await.unwrap(), Entered::Done);
    ann
}

/// The first start happens once; a link lets one person in, once, in its time, and nobody twice.
#[tokio::test]
async fn links_let_in_once() {
    on_both(async |site| {
        let store = site.open().await;
        let ann = with_owner(&store).await;
        assert!(store.has_people().await.unwrap());
        assert_eq!(store.enter_first(person(2, "bea@example.org"), SHOP).await.unwrap(), Entered::Spent);
        let (link, old) = (Digest([1; 32]), Digest([2; 32]));
        store.invite(link, invitation(10, Role::Stall, Instant(NOW.0 + 10))).await.unwrap();
        store.invite(old, invitation(11, Role::Owner, NOW)).await.unwrap();
        let bea = person(2, "bea@example.org");
        assert_eq!(store.enter(bea.clone(), old, NOW).await.unwrap(), Entered::Spent, "it is over");
        assert_eq!(store.enter(person(3, "ann@example.org"), link, NOW).await.unwrap(), Entered::Known);
        assert_eq!(store.enter(bea.clone(), link, NOW).await.unwrap(), Entered::Done);
        assert_eq!(store.enter(person(4, "cat@example.org"), link, NOW).await.unwrap(), Entered::Spent);
        assert_eq!(store.person_by_email("bea@example.org").await.unwrap(), Some(bea.clone()));
        let members = store.members(SHOP).await.unwrap();
        let roles: Vec<_> = members.iter().map(|member| (member.person.id, member.role)).collect();
        assert_eq!(roles, [(ann.id, Role::Owner), (bea.id, Role::Stall)]);
        assert!(store.members(OTHER).await.unwrap().is_empty());
        assert_eq!(store.invitations(SHOP).await.unwrap().len(), 1, "the one that is over is nobody's");
        // Whoever is here already gets the role of the link.
        store.invite(link, invitation(12, Role::Manager, Instant(NOW.0 + 10))).await.unwrap();
        assert_eq!(store.join(bea.id, link, NOW).await.unwrap(), Entered::Done);
        assert_eq!(store.memberships(bea.id).await.unwrap(), [(SHOP, Role::Manager)]);
        store.invite(link, invitation(13, Role::Manager, Instant(NOW.0 + 10))).await.unwrap();
        store.end_invitation(OTHER, InvitationId(id(13))).await.unwrap();
        assert!(store.invitation(link).await.unwrap().is_some(), "another's to take back");
        store.end_invitation(SHOP, InvitationId(id(13))).await.unwrap();
        assert_eq!(store.join(bea.id, link, NOW).await.unwrap(), Entered::Spent);
    })
    .await;
}

/// A session is had by its token, ends where it is ended, and takes its role from the team at every look.
#[tokio::test]
async fn sessions_follow_the_team() {
    on_both(async |site| {
        let store = site.open().await;
        let ann = with_owner(&store).await;
        let (here, there) = (Digest([7; 32]), Digest([8; 32]));
        store.begin_session(here, entry(20, 2_000_000), (ann.id, SHOP)).await.unwrap();
        store.begin_session(there, entry(21, 2_000_000), (ann.id, SHOP)).await.unwrap();
        let found = store.session(here).await.unwrap().unwrap();
        assert_eq!((found.person.clone(), found.home, found.role), (ann.clone(), SHOP, Role::Owner));
        assert_eq!(store.session(Digest([9; 32])).await.unwrap(), None);
        let seen = (Instant(1_500_000), Instant(3_000_000));
        store.session_seen(here, seen, "10.0.0.8".to_owned()).await.unwrap();
        let listed = store.sessions(ann.id).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.id.0).collect::<Vec<_>>(), [id(21), id(20)], "newest first");
        assert_eq!((listed[1].seen_at, listed[1].address.as_str()), (seen.0, "10.0.0.8"));
        store.set_password(ann.id, "other".to_owned(), here).await.unwrap();
        assert_eq!(store.session(there).await.unwrap(), None, "signed out elsewhere");
        assert_eq!(store.session(here).await.unwrap().unwrap().person.password, "other");
        // The last owner stays; with a second one the first may go, and is signed out with it.
        assert!(!store.set_role(SHOP, ann.id, Some(Role::Viewer)).await.unwrap());
        assert!(!store.set_role(SHOP, ann.id, None).await.unwrap());
        let link = Digest([1; 32]);
        store.invite(link, invitation(10, Role::Owner, Instant(NOW.0 + 10))).await.unwrap();
        store.enter(person(2, "bea@example.org"), link, NOW).await.unwrap();
        assert!(store.set_role(SHOP, ann.id, Some(Role::Viewer)).await.unwrap());
        assert_eq!(store.session(here).await.unwrap().unwrap().role, Role::Viewer);
        assert!(store.set_role(SHOP, ann.id, None).await.unwrap());
        assert_eq!(store.session(here).await.unwrap(), None);
        assert!(store.memberships(ann.id).await.unwrap().is_empty());
        // A session that has run out goes when somebody signs in.
        let bea = PersonId(id(2));
        store.begin_session(there, entry(22, NOW.0), (bea, SHOP)).await.unwrap();
        store.begin_session(here, entry(23, 2_000_000), (bea, SHOP)).await.unwrap();
        assert_eq!(store.sessions(bea).await.unwrap().len(), 1);
        store.end_session(PersonId(id(1)), SessionId(id(23))).await.unwrap();
        assert!(store.session(here).await.unwrap().is_some(), "not theirs to end");
        store.end_session(bea, SessionId(id(23))).await.unwrap();
        assert!(store.session(here).await.unwrap().is_none());
    })
    .await;
}

/// The audit log is an organiser's own, newest first, in pages.
#[tokio::test]
async fn the_log_comes_in_pages() {
    on_both(async |site| {
        let store = site.open().await;
        let line = |number: u64, home: Home| AuditLine {
            id: AuditId(id(number)),
            home,
            at: NOW,
            person: PersonId(id(1)),
            name: "Ann".to_owned(),
            act: "POST /v1/slots".to_owned(),
            subject: "/v1/slots".to_owned(),
            status: 201,
            address: "10.0.0.7".to_owned(),
        };
        for number in 30..35 {
            store.audit(line(number, SHOP)).await.unwrap();
        }
        store.audit(line(40, OTHER)).await.unwrap();
        let first = store.audit_log(SHOP, None, 3).await.unwrap();
        assert_eq!(first.iter().map(|line| line.id.0).collect::<Vec<_>>(), [id(34), id(33), id(32)]);
        let rest = store.audit_log(SHOP, Some(id(32)), 3).await.unwrap();
        assert_eq!(rest, [line(31, SHOP), line(30, SHOP)]);
    })
    .await;
}
