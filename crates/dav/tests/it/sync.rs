//! The sync-token replay property: after every operation, for every older token, what is told since then leads from
//! what was there to what is there.

use std::collections::BTreeMap;

use dayshelf_core::command::{Command, Expect};
use dayshelf_testkit::site::Site;
use proptest::prelude::*;

use crate::house::{House, event};

const CALENDARS: [&str; 2] = ["/dav/p/kiln/slots/", "/dav/p/kiln/drafts/"];

/// What somebody does.
#[derive(Clone, Debug)]
enum Act {
    /// Puts an entry, new or not, at an hour.
    Put(usize, u8, u8),
    /// Puts an entry that recurs, new or not: so many weeks of it, without some of its evenings, with one of them moved.
    Series(usize, u8),
    /// Deletes one.
    Delete(usize, u8),
    /// Moves one to the other calendar.
    Move(usize, u8),
    /// Calls a slot off elsewhere.
    CallOff(u8),
    /// Publishes a slot elsewhere.
    Publish(u8),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    // The last of the names is that of what recurs.
    let place = || (0..2_usize, 0..5_u8);
    let act = prop_oneof![
        6 => (place(), 0..3_u8).prop_map(|((calendar, name), hour)| Act::Put(calendar, name, hour)),
        4 => (0..2_usize, 0..12_u8).prop_map(|(calendar, shape)| Act::Series(calendar, shape)),
        3 => place().prop_map(|(calendar, name)| Act::Delete(calendar, name)),
        2 => place().prop_map(|(calendar, name)| Act::Move(calendar, name)),
        1 => (0..8_u8).prop_map(Act::CallOff),
        1 => (0..8_u8).prop_map(Act::Publish),
    ];
    prop::collection::vec(act, 1..14)
}

/// The name of the entry that recurs.
const SERIES: u8 = 4;

/// An entry that recurs, near enough for its evenings to have slots.
fn recurring(house: &House, calendar: usize, shape: u8) -> String {
    let day = |days: i64| {
        let at =
            dayshelf_ical::time::Civil((house.desk.mint().now().0 / 86_400_000 + days) * 86_400 + 18 * 3_600);
        at.to_string().replace(['-', ':'], "")
    };
    let (count, is_without, is_moved) = (1 + shape % 3, shape / 3 % 2 == 1, shape >= 6);
    let rule = format!("RRULE:FREQ=WEEKLY;COUNT={count}\r\n");
    let without = format!("EXDATE;TZID=Europe/Berlin:{}\r\n", day(37));
    let uid = format!("series@{calendar}");
    let text = event(&uid, "Evening", &day(30));
    let text = text.replace("DURATION", &format!("{rule}{}DURATION", if is_without { &without } else { "" }));
    let moved = format!(
        "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Berlin:{}\r\n\
         DTSTART;TZID=Europe/Berlin:{}\r\nDURATION:PT1H\r\nSUMMARY:Evening\r\nEND:VEVENT\r\n",
        day(44),
        day(45)
    );
    if is_moved { text.replace("END:VCALENDAR", &format!("{moved}END:VCALENDAR")) } else { text }
}

type State = BTreeMap<String, String>;

/// What an app knows of a calendar at a token.
struct Known {
    calendar: usize,
    token: String,
    state: State,
}

/// What is told since a token, laid over what was known.
async fn replayed(house: &House, calendar: &str, token: &str, mut state: State) -> (String, State) {
    let body = format!(
        "<sync-collection xmlns=\"DAV:\"><sync-token>{token}</sync-token><sync-level>1</sync-level>\
         <prop><getetag/></prop></sync-collection>"
    );
    let got = house.call("REPORT", calendar, &[], &body).await;
    assert_eq!(got.status, 207, "{got:?}");
    for (href, inner) in got.responses() {
        match crate::house::between(&inner, "<D:getetag>", "</D:getetag>") {
            Some(tag) => state.insert(href.clone(), tag.to_owned()),
            None => state.remove(&href),
        };
    }
    (got.token(), state)
}

async fn carry_out(house: &House, act: &Act) {
    let name = |name: &u8| format!("{name}.ics");
    let slot_of = async |place: u8| {
        let find = move |books: Option<&dayshelf_core::books::Books>, _| {
            books.unwrap().slots.keys().nth(usize::from(place)).copied()
        };
        house.desk.look(house.home, find).await.unwrap()
    };
    match act {
        Act::Put(calendar, entry, hour) => {
            let text = event(&format!("{entry}@{calendar}"), "Kiln", &format!("20301204T1{hour}0000"));
            house.put(&format!("{}{}", CALENDARS[*calendar], name(entry)), &text).await;
        }
        Act::Series(calendar, shape) => {
            let text = recurring(house, *calendar, *shape);
            house.put(&format!("{}{}", CALENDARS[*calendar], name(&SERIES)), &text).await;
        }
        Act::Delete(calendar, entry) => {
            house.call("DELETE", &format!("{}{}", CALENDARS[*calendar], name(entry)), &[], "").await;
        }
        Act::Move(calendar, entry) => {
            let from = format!("{}{}", CALENDARS[*calendar], name(entry));
            let to = format!("{}{}", CALENDARS[1 - *calendar], name(entry));
            house.call("MOVE", &from, &[("destination", &to)], "").await;
        }
        Act::CallOff(place) => {
            if let Some(slot) = slot_of(*place).await {
                let command = house.cancels(slot);
                drop(house.desk.submit(dayshelf_desk::Ask { home: house.home, command, key: None }).await);
            }
        }
        Act::Publish(place) => {
            if let Some(slot) = slot_of(*place).await {
                let command = Command::PublishSlot { slot, expected: Expect::Any };
                drop(house.desk.submit(dayshelf_desk::Ask { home: house.home, command, key: None }).await);
            }
        }
    }
}

async fn replays(house: House, acts: &[Act]) {
    let mut known: Vec<Known> = Vec::new();
    for act in [None].into_iter().chain(acts.iter().map(Some)) {
        if let Some(act) = act {
            carry_out(&house, act).await;
        }
        for (calendar, path) in CALENDARS.iter().enumerate() {
            let now: State = house.entries(path).await.into_iter().collect();
            let (token, whole) = replayed(&house, path, "", State::new()).await;
            assert_eq!(whole, now, "after {act:?}, without a token");
            for before in known.iter().filter(|known| known.calendar == calendar) {
                let (at, state) = replayed(&house, path, &before.token, before.state.clone()).await;
                assert_eq!(
                    (at, state),
                    (token.clone(), now.clone()),
                    "after {act:?}, since {}",
                    before.token
                );
            }
            let is_new = |known: &&Known| known.calendar == calendar && known.token == token;
            match known.iter().find(is_new) {
                Some(same) => {
                    assert_eq!(same.state, now, "after {act:?} the token is the same, and so must all be")
                }
                None => known.push(Known { calendar, token, state: now }),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 60, ..ProptestConfig::default() })]

    /// RFC 6578 leaves it to the server what an old token leads to; here all of them lead to what is there.
    #[test]
    fn every_token_leads_to_now(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async { replays(House::new().await, &acts).await });
    }
}

/// The same on the other engine, once.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_on_the_other_engine() {
    let Some(site) = Site::server(2) else { return };
    let acts = [
        Act::Put(0, 0, 1),
        Act::Put(0, 1, 1),
        Act::Move(0, 0),
        Act::Publish(1),
        Act::Put(0, 1, 2),
        Act::Delete(0, 1),
        Act::CallOff(0),
    ];
    replays(House::at(site).await, &acts).await;
}

/// A token that we never made is told to be one.
#[tokio::test(flavor = "multi_thread")]
async fn unknown_tokens_are_refused() {
    let house = House::new().await;
    for token in ["urn:dayshelf:sync:99999", "data:,17", "urn:dayshelf:sync:x"] {
        let body = format!(
            "<sync-collection xmlns=\"DAV:\"><sync-token>{token}</sync-token><prop/></sync-collection>"
        );
        let got = house.call("REPORT", CALENDARS[0], &[], &body).await;
        assert_eq!(got.status, 403);
        assert!(got.text.contains("valid-sync-token"), "{got:?}");
    }
}
