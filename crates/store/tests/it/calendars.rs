//! What calendar apps see: the rising integer, entries with their tombstones, and app passwords.

use dayshelf_core::ids::{Home, PasswordId, SlotId};
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use dayshelf_store::{
    AppPassword, Calendar, CalendarChange, CalendarKind, CalendarProperty, EntryHead, EntryState, FaultKind,
    StoredEntry,
};

use crate::shop::id;
use crate::site::on_both;

fn home() -> Home {
    id(1).home()
}

fn entry(name: &str, slot: u64, token: u64) -> StoredEntry {
    let head = EntryHead {
        calendar: "slots".into(),
        name: name.into(),
        slot: SlotId(id(slot)),
        uid: format!("{name}@example.org"),
        state: EntryState::Shown,
        version: 3,
        token,
        tag: [7; 16],
        size: 4,
        from: Instant(10),
        until: Instant(i64::MAX),
        changed: Instant(5),
        note: String::new(),
    };
    StoredEntry { head, body: b"text".to_vec(), pending: None }
}

fn calendar(token: u64) -> Calendar {
    Calendar { name: "slots".into(), kind: CalendarKind::Slots, shown: true, token }
}

/// A change takes the next revision; whoever has not seen the last one changes nothing at all.
#[tokio::test]
async fn changes_are_in_order() {
    on_both(async |site| {
        let store = site.open().await;
        assert_eq!(store.calendars(home()).await.unwrap().revision, 0);
        let change =
            |seen, entries| CalendarChange { seen, edition: 2, entries, calendars: vec![calendar(seen + 1)] };
        store.change_calendars(home(), change(0, vec![entry("a.ics", 50, 1)])).await.unwrap();
        let late = store.change_calendars(home(), change(0, vec![entry("b.ics", 51, 1)])).await;
        assert_eq!(late.unwrap_err().kind(), FaultKind::Retry);
        let gone = EntryHead { state: EntryState::Gone, token: 2, ..entry("a.ics", 50, 2).head };
        let gone = StoredEntry { head: gone, body: Vec::new(), pending: None };
        store.change_calendars(home(), change(1, vec![gone.clone(), entry("c.ics", 52, 2)])).await.unwrap();
        let known = store.calendars(home()).await.unwrap();
        assert_eq!((known.revision, known.edition, known.all), (2, 2, vec![calendar(2)]));
        let heads = store.calendar_heads(home(), "slots", 1).await.unwrap();
        assert_eq!(heads, [gone.head.clone(), entry("c.ics", 52, 2).head], "what was late left nothing");
        assert_eq!(store.calendar_heads(home(), "slots", 2).await.unwrap(), []);
        let uid = async |uid| store.calendar_uid(home(), "slots", uid).await.unwrap();
        assert_eq!(uid("c.ics@example.org").await.as_deref(), Some("c.ics"));
        assert_eq!(uid("a.ics@example.org").await, None, "what is gone has given its UID back");
        let other = Home { number: home().number + 1, ..home() };
        assert_eq!(store.calendar_heads(other, "slots", 0).await.unwrap(), []);
    })
    .await;
}

/// Entries come back as they were put, by name, by page and by slot, with what is pending.
#[tokio::test]
async fn entries_are_kept_to_the_byte() {
    on_both(async |site| {
        let store = site.open().await;
        let odd =
            StoredEntry { body: vec![0, 255, 13, 10], pending: Some(vec![9]), ..entry("ü b.ics", 50, 1) };
        let all = vec![entry("a.ics", 50, 1), odd.clone()];
        let change = CalendarChange { seen: 0, edition: 0, entries: all.clone(), calendars: Vec::new() };
        store.change_calendars(home(), change).await.unwrap();
        let names = vec!["ü b.ics".into(), "none".into()];
        let read = store.calendar_entries(home(), "slots", names).await.unwrap();
        assert_eq!(read, [Some(odd.clone()), None]);
        assert_eq!(store.calendar_page(home(), "slots", "", 1).await.unwrap(), [all[0].clone()]);
        assert_eq!(store.calendar_page(home(), "slots", "a.ics", 9).await.unwrap(), [odd]);
        assert_eq!(store.calendar_entries_of(home(), vec![SlotId(id(50))]).await.unwrap(), all);
        assert_eq!(store.calendar_versions(home()).await.unwrap(), [(SlotId(id(50)), 3)]);
    })
    .await;
}

/// Properties belong to their viewer, and can be forgotten.
#[tokio::test]
async fn properties_are_per_viewer() {
    on_both(async |site| {
        let store = site.open().await;
        let colour = |value: Option<&str>| CalendarProperty {
            calendar: "slots".into(),
            property: "x colour".into(),
            value: value.map(str::to_owned),
        };
        let red = vec![colour(Some("red"))];
        store.keep_calendar_properties(home(), "ann", red.clone()).await.unwrap();
        assert_eq!(store.calendar_properties(home(), "ann").await.unwrap(), red);
        assert_eq!(store.calendar_properties(home(), "bea").await.unwrap(), []);
        store.keep_calendar_properties(home(), "ann", vec![colour(None)]).await.unwrap();
        assert_eq!(store.calendar_properties(home(), "ann").await.unwrap(), []);
    })
    .await;
}

/// An app password is found by what is kept of it, notes its use, and ends for good.
#[tokio::test]
async fn app_passwords_live_and_end() {
    on_both(async |site| {
        let store = site.open().await;
        let fresh = AppPassword {
            id: PasswordId(id(80)),
            digest: Digest([4; 32]),
            name: "phone".into(),
            calendars: vec!["slots".into(), "pickup".into()],
            may_write: true,
            made: Instant(1_000),
            used: None,
            used_by: String::new(),
        };
        store.keep_app_password(fresh.clone()).await.unwrap();
        assert_eq!(store.app_password(home(), fresh.digest).await.unwrap(), Some(fresh.clone()));
        assert_eq!(store.app_password(home(), Digest([5; 32])).await.unwrap(), None);
        store.note_app_password(fresh.id, Instant(2_000), "DAVx5".into()).await.unwrap();
        let used = AppPassword { used: Some(Instant(2_000)), used_by: "DAVx5".into(), ..fresh.clone() };
        assert_eq!(store.app_passwords(home()).await.unwrap(), [used]);
        assert!(store.end_app_password(fresh.id).await.unwrap());
        assert!(!store.end_app_password(fresh.id).await.unwrap());
        assert_eq!(store.app_password(home(), fresh.digest).await.unwrap(), None);
    })
    .await;
}
