//! Passkeys, second factors and links for coming back, on both engines.

use dayshelf_core::ids::{Home, PasskeyId, PersonId, SessionId};
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use dayshelf_store::{
    Challenge, Ended, Entered, Newcomer, Passkey, Person, Recovery, SessionEntry, Store, WayIn,
};

use crate::shop::id;
use crate::site::on_both;

const SHOP: Home = Home { shard: 0, number: 1 };
const NOW: Instant = Instant(10_000_000);
const SOON: Instant = Instant(NOW.0 + 1_000);
const ANN: PersonId = PersonId(dayshelf_core::ids::Id(1));

fn passkey(number: u64, whose: PersonId) -> Passkey {
    Passkey {
        id: PasskeyId(id(number)),
        person: whose,
        credential: vec![7; number as usize],
        public_key: vec![1, 2, 3],
        name: "phone".to_owned(),
        counter: 0,
        backed_up: false,
        made_at: NOW,
        used_at: None,
    }
}

async fn with_ann(store: &Store, password: &str) -> PersonId {
    let ann = Person {
        id: PersonId(id(1)),
        email: "ann@example.org".to_owned(),
        name: "Ann".to_owned(),
        password: password.to_owned(),
        made_at: NOW,
    };
    let passkey = Some(passkey(30, ann.id));
    let newcomer = Newcomer { person: ann.clone(), passkey };
    assert_eq!(store.enter_first(newcomer, SHOP).await.unwrap(), Entered::Done);
    ann.id
}

/// A challenge is answered once, by whom it was given to, in its time; and there are only so many.
#[tokio::test]
async fn challenges_are_answered_once() {
    on_both(async |site| {
        let store = site.open().await;
        let key = |number: u8| Digest([number; 32]);
        let (ann, bea) = (key(100), key(101));
        let ask = async |number: u8, person: Option<PersonId>, until: Instant| {
            store.ask(key(number), Challenge { asker: ann, person, until }, NOW).await.unwrap()
        };
        assert!(ask(1, None, SOON).await && ask(2, Some(ANN), SOON).await);
        let answered =
            async |number: u8, asker: Digest| store.answered(key(number), asker, NOW).await.unwrap();
        assert_eq!(answered(1, bea).await, None, "another browser's");
        assert_eq!(answered(9, ann).await, None, "never asked");
        assert_eq!(answered(1, ann).await, Some(None));
        assert_eq!(answered(1, ann).await, None, "answered before");
        assert_eq!(answered(2, ann).await, Some(Some(ANN)));
        assert!(ask(3, None, NOW).await);
        assert_eq!(answered(3, ann).await, None, "it is over");
    })
    .await;
}

/// A counter rises or never counts; what is there is not taken by another; the last way in stays.
#[tokio::test]
async fn passkeys_are_kept() {
    on_both(async |site| {
        let store = site.open().await;
        let ann = with_ann(&store, "").await;
        let first = passkey(30, ann);
        assert_eq!(store.passkey(&first.credential).await.unwrap(), Some(first.clone()));
        assert!(!store.keep_passkey(Passkey { person: PersonId(id(2)), ..first.clone() }).await.unwrap());
        let used = async |counter: u32| {
            store.use_passkey(first.credential.clone(), (counter, true), SOON).await.unwrap()
        };
        assert!(used(0).await && used(0).await, "it does not count");
        assert!(used(5).await);
        for counter in [5, 4, 0] {
            assert!(!used(counter).await, "{counter} after 5");
        }
        assert!(used(u32::MAX).await);
        let now = store.passkey(&first.credential).await.unwrap().unwrap();
        assert_eq!((now.counter, now.backed_up, now.used_at), (u32::MAX, true, Some(SOON)));
        assert_eq!(store.end_passkey(ann, first.id).await.unwrap(), Ended::LastWay);
        assert_eq!(
            store.end_passkey(PersonId(id(2)), first.id).await.unwrap(),
            Ended::Done,
            "none of theirs"
        );
        assert!(store.keep_passkey(passkey(31, ann)).await.unwrap());
        assert!(store.name_passkey(ann, PasskeyId(id(31)), "key".to_owned()).await.unwrap());
        assert!(!store.name_passkey(PersonId(id(2)), PasskeyId(id(31)), "key".to_owned()).await.unwrap());
        let names: Vec<_> = store.passkeys(ann).await.unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["key", "phone"], "newest first");
        assert_eq!(store.end_passkey(ann, first.id).await.unwrap(), Ended::Done);
        assert_eq!(store.passkey(&first.credential).await.unwrap(), None);
    })
    .await;
}

/// A secret counts from its first code on; steps only rise, recovery codes work once, and wrong ones are counted for a
/// while.
#[tokio::test]
async fn codes_are_taken_once() {
    on_both(async |site| {
        let store = site.open().await;
        let ann = with_ann(&store, "hash").await;
        let codes = |from: u8| (from..from + 10).map(|number| Digest([number; 32])).collect::<Vec<_>>();
        assert!(!store.confirm_factor(ann, (5, NOW), codes(0)).await.unwrap(), "nothing was begun");
        assert!(!store.renew_codes(ann, codes(0)).await.unwrap());
        assert!(store.begin_factor(ann, vec![1; 20]).await.unwrap());
        assert!(!store.renew_codes(ann, codes(0)).await.unwrap(), "it does not count yet");
        assert!(store.begin_factor(ann, vec![2; 20]).await.unwrap(), "begun anew");
        assert!(store.confirm_factor(ann, (5, NOW), codes(0)).await.unwrap());
        assert!(!store.confirm_factor(ann, (6, NOW), codes(50)).await.unwrap(), "once");
        assert!(!store.begin_factor(ann, vec![3; 20]).await.unwrap(), "it counts");
        let factor = store.second_factor(ann).await.unwrap().unwrap();
        assert_eq!((factor.secret, factor.since, factor.step), (vec![2; 20], Some(NOW), 5));
        assert!(
            !format!("{:?}", store.second_factor(ann).await.unwrap()).contains('['),
            "no secret in a log"
        );
        for (step, taken) in [(4, false), (5, false), (7, true), (7, false), (6, false), (8, true)] {
            assert_eq!(store.use_step(ann, step).await.unwrap(), taken, "{step}");
        }
        assert!(store.use_recovery_code(ann, Digest([3; 32])).await.unwrap());
        assert!(!store.use_recovery_code(ann, Digest([3; 32])).await.unwrap());
        assert_eq!(store.recovery_codes_left(ann).await.unwrap(), 9);
        assert!(store.renew_codes(ann, codes(100)).await.unwrap());
        assert!(!store.use_recovery_code(ann, Digest([4; 32])).await.unwrap());
        assert_eq!(store.recovery_codes_left(ann).await.unwrap(), 10);
        let tried = async |at: i64| store.try_factor(ann, Instant(at)).await.unwrap();
        for _ in 0..10 {
            assert!(tried(NOW.0).await);
        }
        assert!(!tried(NOW.0).await && !tried(NOW.0 + 15 * 60_000 - 1).await);
        assert!(tried(NOW.0 + 15 * 60_000).await, "a new stretch");
        store.end_factor(ann).await.unwrap();
        assert_eq!(store.second_factor(ann).await.unwrap(), None);
        assert_eq!(store.recovery_codes_left(ann).await.unwrap(), 0);
        assert!(!store.use_step(ann, 99).await.unwrap());
    })
    .await;
}

/// A link works once and in its time, ends every session and every other link, and takes the second factor away only
/// where it says so. A new password ends links too.
#[tokio::test]
async fn links_bring_back_once() {
    on_both(async |site| {
        let store = site.open().await;
        let ann = with_ann(&store, "hash").await;
        let link = |number: u8| Digest([number; 32]);
        let keep = async |number: u8, lifts: bool, until: Instant| {
            let recovery = Recovery { person: ann, lifts };
            store.keep_recovery(link(number), recovery, (NOW, until)).await.unwrap()
        };
        store.begin_factor(ann, vec![1; 20]).await.unwrap();
        store.confirm_factor(ann, (5, NOW), vec![link(90)]).await.unwrap();
        assert!(keep(1, false, SOON).await && keep(2, false, SOON).await && keep(3, false, SOON).await);
        assert!(!keep(4, false, SOON).await, "so many are enough");
        assert!(keep(5, true, SOON).await, "the operator may always");
        assert_eq!(store.recovery(link(4), NOW).await.unwrap(), None);
        assert_eq!(store.recovery(link(1), SOON).await.unwrap(), None, "over");
        assert_eq!(store.recovery(link(1), NOW).await.unwrap(), Some(Recovery { person: ann, lifts: false }));
        let entry = SessionEntry {
            id: SessionId(id(20)),
            made_at: NOW,
            seen_at: NOW,
            until: SOON,
            agent: String::new(),
            address: String::new(),
        };
        store.begin_session(link(70), entry.clone(), (ann, SHOP)).await.unwrap();
        let way = || WayIn::Password("other".to_owned());
        assert_eq!(store.recover(link(1), SOON, way()).await.unwrap(), None, "over");
        assert_eq!(store.recover(link(1), NOW, way()).await.unwrap(), Some(ann));
        assert_eq!(store.session(link(70)).await.unwrap(), None, "signed out");
        assert_eq!(store.person(ann).await.unwrap().unwrap().password, "other");
        assert!(store.second_factor(ann).await.unwrap().is_some());
        for number in [1, 2, 5] {
            assert_eq!(store.recover(link(number), NOW, way()).await.unwrap(), None, "{number} is used up");
        }
        assert!(keep(6, true, SOON).await);
        let passkey = WayIn::Passkey(passkey(31, ann));
        assert_eq!(store.recover(link(6), NOW, passkey).await.unwrap(), Some(ann));
        assert_eq!(store.second_factor(ann).await.unwrap(), None, "lifted");
        assert_eq!(store.passkeys(ann).await.unwrap().len(), 2);
        assert!(keep(7, false, SOON).await);
        store.set_password(ann, "third".to_owned(), link(70)).await.unwrap();
        assert_eq!(store.recovery(link(7), NOW).await.unwrap(), None);
    })
    .await;
}
