//! A series is one entry: what apps do with it, what becomes of its evenings, and what comes back where the answer is no.

use dayshelf_core::change::{Answer, Edit, Wish};
use dayshelf_core::command::{ChangeSlot, Command, Expect, MakeHold, Want};
use dayshelf_core::ids::{ConfirmationId, HoldId, SlotId};
use dayshelf_core::slot::{Slot, SlotState};
use dayshelf_core::text::Digest;
use dayshelf_ical::time::Civil;
use dayshelf_testkit::site::Site;

use crate::house::{Got, House, between};

pub const ENTRY: &str = "/dav/p/kiln/slots/evening.ics";
pub const SLOTS: &str = "/dav/p/kiln/slots/";
pub const WEEK: i64 = 7 * 86_400;
pub const HOUR: i64 = 3_600;

/// Six in the evening in ten days.
pub fn first(house: &House) -> Civil {
    Civil((house.desk.mint().now().0 / 86_400_000 + 10) * 86_400 + 18 * HOUR)
}

pub fn later(at: Civil, seconds: i64) -> Civil {
    Civil(at.0 + seconds)
}

/// As iCalendar writes it.
pub fn basic(at: Civil) -> String {
    at.to_string().replace(['-', ':'], "")
}

pub fn berlin(name: &str, at: Civil) -> String {
    format!("{name};TZID=Europe/Berlin:{}\r\n", basic(at))
}

/// A series of this rule as an app writes it, with further lines.
pub fn series(uid: &str, start: Civil, rule: &str, more: &str) -> String {
    let (start, end) = (berlin("DTSTART", start), berlin("DTEND", later(start, 2 * HOUR)));
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//App//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\n\
         {start}{end}RRULE:{rule}\r\n{more}SUMMARY:Evening\r\nLOCATION:Yard\r\nX-OWN;A=b:kept as it is\r\nEND:VEVENT\r\n\
         END:VCALENDAR\r\n"
    )
}

/// The text with an override of one evening.
fn overridden(text: &str, at: Civil, start: Civil, title: &str) -> String {
    let uid = between(text, "UID:", "\r\n").unwrap();
    let lines =
        [berlin("RECURRENCE-ID", at), berlin("DTSTART", start), berlin("DTEND", later(start, 2 * HOUR))];
    let event = format!(
        "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\n{}SUMMARY:{title}\r\nLOCATION:Yard\r\nEND:VEVENT\r\n",
        lines.concat()
    );
    text.replace("END:VCALENDAR", &format!("{event}END:VCALENDAR"))
}

/// A series of five weeks that is on sale: a template's offer from a pool of each evening.
async fn on_sale(house: &House) -> Civil {
    let start = first(house);
    house
        .put_plan(&format!(
            r#"
pools = [{{ key = "clay", title = "Clay", units = 50 }}]

[[templates]]
key = "table"
windows = [{{ key = "public", title = "Everyone", opens = "start - 300d", closes = "end" }}]
offers = [{{ key = "seat", title = "Seat", recipe = [{{ pool = "clay" }}], price = "12.00" }}]

[[series]]
key = "evening"
title = "Evening"
place = "Yard"
zone = "Europe/Berlin"
start = "{start}"
length = "2h"
rule = "FREQ=WEEKLY;COUNT=5"
template = "table"
"#
        ))
        .await;
    start
}

/// The slots that stand, by start.
pub async fn slots(house: &House) -> Vec<Slot> {
    let look = house.desk.look(house.home, |books, _| books.unwrap().slots.values().cloned().collect());
    let mut all: Vec<Slot> = look.await.unwrap();
    all.retain(|slot| !slot.state.is_off());
    all.sort_by_key(|slot| slot.spec.times.start);
    all
}

pub async fn starts(house: &House) -> Vec<Civil> {
    slots(house).await.iter().map(|slot| Civil(slot.spec.times.start_local.0)).collect()
}

pub fn weeks(start: Civil, weeks: impl IntoIterator<Item = i64>) -> Vec<Civil> {
    weeks.into_iter().map(|week| later(start, week * WEEK)).collect()
}

/// Somebody holds a seat of the evening that starts then.
async fn hold(house: &House, start: Civil) {
    let look = house.desk.look(house.home, move |books, _| {
        let books = books.unwrap();
        let slot = books.slots.values().find(|one| one.spec.times.start_local.0 == start.0).unwrap();
        (slot.id, books.offers_of(slot.id).next().unwrap().id)
    });
    let (slot, offer) = look.await.unwrap();
    let hold = MakeHold {
        number: None,
        id: HoldId(house.desk.mint().id(house.home)),
        slot,
        wants: vec![Want { offer, quantity: 1 }],
        code: None,
        contact: None,
        fulfilment: None,
        secret: Digest([3; 32]),
    };
    house.submit(Command::MakeHold(Box::new(hold))).await;
}

async fn pendings(house: &House) -> usize {
    house.desk.look(house.home, |books, _| books.unwrap().pendings.len()).await.unwrap()
}

/// The only entry of the calendar.
async fn only(house: &House) -> (String, String) {
    let entries = house.entries(SLOTS).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    let text = house.get(&entries[0].0).await.text;
    (entries[0].0.clone(), text)
}

/// It was done as it was asked for, and the bytes are kept.
pub async fn kept(house: &House, put: &Got, text: &str) {
    assert!(put.status.is_success(), "{put:?}");
    let got = house.get(ENTRY).await;
    assert_eq!(got.text, text);
    assert_eq!(put.header("etag"), got.header("etag"), "{put:?}");
}

/// It was not, or not all of it: our version is there, and says so by its tag.
pub fn came_back(put: &Got) {
    assert_eq!((put.status.as_u16(), put.header("etag")), (204, None), "{put:?}");
}

/// A new entry that recurs is a draft series with a slot for each evening, and one entry. What is moved, renamed, left
/// out or put back in an app is so, and its bytes are kept to the letter.
#[tokio::test(flavor = "multi_thread")]
async fn an_app_runs_a_series() {
    for site in [Some(Site::file()), Site::server(2)].into_iter().flatten() {
        let house = House::at(site).await;
        let start = first(&house);
        let text = series("evening@app", start, "FREQ=WEEKLY;COUNT=5", "");
        let put = house.put(ENTRY, &text).await;
        assert_eq!(put.status, 201);
        kept(&house, &put, &text).await;
        assert_eq!(starts(&house).await, weeks(start, 0..5));
        assert!(slots(&house).await.iter().all(|slot| slot.state == SlotState::Draft));
        assert_eq!(house.entries(SLOTS).await.len(), 1, "its evenings have no entries of their own");

        let one = later(start, WEEK);
        let moved = overridden(&text, one, later(one, HOUR), "Evening, late");
        kept(&house, &house.put(ENTRY, &moved).await, &moved).await;
        let late = slots(&house).await.remove(1);
        assert_eq!(late.spec.title, "Evening, late");
        assert_eq!(Civil(late.spec.times.start_local.0), later(one, HOUR));

        // The whole of it an hour later: the evening that was moved by itself stays.
        let whole = later(start, HOUR);
        let all = overridden(
            &series("evening@app", whole, "FREQ=WEEKLY;COUNT=5", ""),
            later(one, HOUR),
            later(one, HOUR),
            "Evening, late",
        );
        kept(&house, &house.put(ENTRY, &all).await, &all).await;
        assert_eq!(starts(&house).await, weeks(whole, 0..5));
        kept(&house, &house.put(ENTRY, &moved).await, &moved).await;

        // Without its override the evening is like the others again.
        kept(&house, &house.put(ENTRY, &text).await, &text).await;
        assert_eq!(starts(&house).await, weeks(start, 0..5));
        assert_eq!(slots(&house).await.remove(1).spec.title, "Evening");

        let without = series("evening@app", start, "FREQ=WEEKLY;COUNT=5", &berlin("EXDATE", one));
        kept(&house, &house.put(ENTRY, &without).await, &without).await;
        assert_eq!(starts(&house).await, weeks(start, [0, 2, 3, 4]));
        // An app that calls one off by its status keeps it in sight.
        let off = later(start, 3 * WEEK);
        let called_off = overridden(&without, off, off, "Evening")
            .replace("END:VEVENT\r\nEND:VCALENDAR", "STATUS:CANCELLED\r\nEND:VEVENT\r\nEND:VCALENDAR");
        kept(&house, &house.put(ENTRY, &called_off).await, &called_off).await;
        assert_eq!(starts(&house).await, weeks(start, [0, 2, 4]));
        kept(&house, &house.put(ENTRY, &called_off).await, &called_off).await;
        let also =
            [berlin("EXDATE", one), berlin("EXDATE", off), berlin("RDATE", later(one, 86_400))].concat();
        let with = series("evening@app", start, "FREQ=WEEKLY;COUNT=4", &also)
            .replace("SUMMARY:Evening", "SUMMARY:Night");
        kept(&house, &house.put(ENTRY, &with).await, &with).await;
        let mut expected = weeks(start, [0, 2]);
        expected.insert(1, later(one, 86_400));
        assert_eq!(starts(&house).await, expected);
        assert!(slots(&house).await.iter().all(|slot| slot.spec.title == "Night"));

        assert_eq!(house.call("DELETE", ENTRY, &[], "").await.status, 204);
        assert_eq!(house.get(ENTRY).await.status, 404);
        assert!(slots(&house).await.is_empty() && house.entries(SLOTS).await.is_empty());
    }
}

/// A series that was made elsewhere is one entry, with an override for each evening that differs and only as long as
/// it does; every change of one of them is another tag.
#[tokio::test(flavor = "multi_thread")]
async fn a_series_made_elsewhere() {
    let house = House::new().await;
    let start = on_sale(&house).await;
    let (href, text) = only(&house).await;
    for line in [
        "RRULE:FREQ=WEEKLY;COUNT=5\r\n".to_owned(),
        berlin("DTSTART", start),
        berlin("DTEND", later(start, 2 * HOUR)),
        "TZID:Europe/Berlin\r\n".to_owned(),
        "STATUS:CONFIRMED\r\n".to_owned(),
    ] {
        assert!(text.contains(&line), "{line}{text}");
    }
    assert!(text.contains("BEGIN:DAYLIGHT") || text.contains("BEGIN:STANDARD"), "{text}");
    assert!(!text.contains("RECURRENCE-ID"), "{text}");
    let (tag, token) = (house.entries(SLOTS).await, synced(&house, "").await.token());
    let third = slots(&house).await.remove(2);
    let place = |place: &str| Wish::Edit(Box::new(Edit { place: Some(place.into()), ..Edit::default() }));
    house.submit(changes(&house, third.id, place("Barn")).await).await;
    let other = house.get(&href).await.text;
    let expected = format!(
        "{}{}",
        berlin("RECURRENCE-ID", later(start, 2 * WEEK)),
        berlin("DTSTART", later(start, 2 * WEEK))
    );
    assert!(other.contains(&expected) && other.contains("LOCATION:Barn"), "{other}");
    assert_ne!(house.entries(SLOTS).await, tag);
    let told = synced(&house, &token).await;
    assert_eq!(told.responses().len(), 1, "{told:?}");
    assert!(told.responses()[0].0 == href && !told.text.contains(" 404 "), "{told:?}");
    assert_eq!(house.put(&href, &other).await.status, 204, "as it stands it asks for nothing");
    assert_eq!(slots(&house).await[2].spec.place, "Barn");
    house.submit(changes(&house, third.id, place("Yard")).await).await;
    assert!(!house.get(&href).await.text.contains("RECURRENCE-ID"));
    house.submit(house.cancels(third.id)).await;
    let off = house.get(&href).await.text;
    assert!(off.contains(&expected) && off.contains("STATUS:CANCELLED"), "{off}");
}

/// An evening that people have bought of is not called off by an app: it comes back, marked, with the address of the
/// yes, until somebody has answered.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_bought_waits_for_a_yes() {
    let house = House::new().await;
    let start = on_sale(&house).await;
    let (href, text) = only(&house).await;
    let (second, third) = (later(start, WEEK), later(start, 2 * WEEK));
    hold(&house, second).await;
    let dates = [berlin("EXDATE", second), berlin("EXDATE", third)].concat();
    let without = text.replace("SUMMARY", &format!("{dates}SUMMARY"));
    came_back(&house.put(&href, &without).await);
    let marked = house.get(&href).await.text;
    assert!(
        !marked.contains(&berlin("EXDATE", second)) && marked.contains(&berlin("EXDATE", third)),
        "{marked}"
    );
    assert!(marked.contains(&berlin("RECURRENCE-ID", second)), "{marked}");
    assert!(marked.contains("[cancellation requested: confirm] Evening"), "{marked}");
    assert!(marked.replace("\r\n ", "").contains("http://localhost/yes/"), "{marked}");
    assert_eq!(starts(&house).await, weeks(start, [0, 1, 3, 4]));
    assert_eq!(pendings(&house).await, 1);
    // As it came back it asks for nothing; what was asked for once is not asked for twice.
    house.put(&href, &marked).await;
    came_back(&house.put(&href, &without).await);
    assert_eq!(pendings(&house).await, 1);
    house.answer(Answer::No).await;
    let stays = house.get(&href).await.text;
    assert!(!stays.contains("[cancellation") && !stays.contains(&berlin("EXDATE", second)), "{stays}");
    assert_eq!(starts(&house).await, weeks(start, [0, 1, 3, 4]));
    // Whoever said no and leaves it out again is asked again.
    came_back(&house.put(&href, &without).await);
    assert_eq!(pendings(&house).await, 1);
    house.answer(Answer::Yes).await;
    let gone = house.get(&href).await.text;
    assert!(gone.contains(&berlin("EXDATE", second)) && !gone.contains("RECURRENCE-ID"), "{gone}");
    assert_eq!(starts(&house).await, weeks(start, [0, 3, 4]));
}

/// The entry of a series is deleted: what nobody has bought of is called off, and the entry comes back with the rest.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_series_comes_back_with_what_is_bought() {
    let house = House::new().await;
    let start = on_sale(&house).await;
    let (href, _) = only(&house).await;
    hold(&house, later(start, 3 * WEEK)).await;
    assert_eq!(house.call("DELETE", &href, &[], "").await.status, 204);
    let (again, text) = only(&house).await;
    assert_eq!(again, href);
    assert_eq!(starts(&house).await, weeks(start, [3]));
    assert!(text.contains("[cancellation requested: confirm] Evening"), "{text}");
    let found = expanded(&house, start).await;
    assert_eq!(found, weeks(start, [3]), "an app shows what stands and nothing else");
    house.answer(Answer::Yes).await;
    assert!(house.entries(SLOTS).await.is_empty());
    assert!(slots(&house).await.is_empty());
}

/// "This and all future", as apps do it: the entry that was gets an end, and a new one has the rest. Whoever has
/// bought goes along with the new one, what nobody has bought of is made anew, on sale as before.
#[tokio::test(flavor = "multi_thread")]
async fn this_and_all_future() {
    let house = House::new().await;
    let start = on_sale(&house).await;
    let (href, text) = only(&house).await;
    let fourth = later(start, 3 * WEEK);
    hold(&house, fourth).await;
    let bought = slots(&house).await.remove(3).id;
    // Two weeks stay; the rest is an hour later from then on.
    let cut = text.replace("FREQ=WEEKLY;COUNT=5", "FREQ=WEEKLY;COUNT=2");
    came_back(&house.put(&href, &cut).await);
    let rest = later(start, 2 * WEEK + HOUR);
    let put = house.put(ENTRY, &series("another@app", rest, "FREQ=WEEKLY;COUNT=3", "")).await;
    assert_eq!(put.status, 201, "{put:?}");
    let mut expected = weeks(start, 0..2);
    expected.extend(weeks(rest, 0..3));
    assert_eq!(starts(&house).await, expected);
    assert_eq!(pendings(&house).await, 0, "nobody is asked about what goes on");
    let all = slots(&house).await;
    assert_eq!(all[3].id, bought, "who has bought goes along");
    assert!(all.iter().all(|slot| slot.state == SlotState::Published));
    let entries = house.entries(SLOTS).await;
    assert_eq!(entries.len(), 2);
    let first = house.get(&href).await.text;
    assert!(!first.contains("RECURRENCE-ID") && !first.contains("RDATE"), "{first}");
    let second = house.get(ENTRY).await.text;
    assert!(second.contains("X-OWN;A=b:kept as it is"), "{second}");
}

/// The same where the new entry comes first, and names the one that it is parted from.
#[tokio::test(flavor = "multi_thread")]
async fn this_and_all_future_the_other_way_round() {
    let house = House::new().await;
    let start = on_sale(&house).await;
    let (href, text) = only(&house).await;
    let uid = between(&text, "UID:", "\r\n").unwrap();
    let ids: Vec<SlotId> = slots(&house).await.iter().map(|slot| slot.id).collect();
    let rest = later(start, 2 * WEEK + HOUR);
    let new = series("another@app", rest, "FREQ=WEEKLY;COUNT=3", &format!("RELATED-TO:{uid}\r\n"));
    let put = house.put(ENTRY, &new).await;
    assert_eq!(put.status, 201, "{put:?}");
    let cut = text.replace("FREQ=WEEKLY;COUNT=5", "FREQ=WEEKLY;COUNT=2");
    assert_eq!(house.put(&href, &cut).await.status, 204);
    let all: Vec<SlotId> = slots(&house).await.iter().map(|slot| slot.id).collect();
    assert_eq!(all, ids, "each goes on as it is");
    assert_eq!(starts(&house).await[2..], weeks(rest, 0..3));
}

/// Whatever an app asks for of a time, it is what the evenings are.
#[tokio::test(flavor = "multi_thread")]
async fn queries_find_evenings() {
    let house = House::new().await;
    let start = on_sale(&house).await;
    let all = slots(&house).await;
    let times = |slot: &Slot, days: i64| {
        let at = later(Civil(slot.spec.times.start_local.0), days * 86_400);
        let mut times = slot.spec.times.clone();
        times.start_local.0 = at.0;
        times.end_local.0 = at.0 + 2 * HOUR;
        times.start.0 += days * 86_400_000;
        times.end.0 += days * 86_400_000;
        Wish::Edit(Box::new(Edit::to(times)))
    };
    house.submit(changes(&house, all[1].id, times(&all[1], 2)).await).await;
    house.submit(house.cancels(all[4].id)).await;
    let moved = later(start, WEEK + 2 * 86_400);
    let mut expected = weeks(start, [0, 2, 3, 4]);
    expected.insert(1, moved);
    assert_eq!(expanded(&house, start).await, expected, "the one that was called off is there, and says so");
    let is_found = async |from: Civil, until: Civil| {
        let range = format!("<C:time-range start=\"{}Z\" end=\"{}Z\"/>", basic(from), basic(until));
        let body = format!(
            "<C:calendar-query xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><prop><getetag/></prop>\
             <C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">{range}</C:comp-filter>\
             </C:comp-filter></C:filter></C:calendar-query>"
        );
        let got = house.call("REPORT", SLOTS, &[("depth", "1")], &body).await;
        assert_eq!(got.status, 207, "{got:?}");
        !got.responses().is_empty()
    };
    let day = |at: Civil| (later(at, -12 * HOUR), later(at, 12 * HOUR));
    for (at, wanted) in
        [(start, true), (later(start, WEEK), false), (moved, true), (later(start, 5 * WEEK), false)]
    {
        let (from, until) = day(at);
        assert_eq!(is_found(from, until).await, wanted, "{at}");
    }
}

/// The evenings that an app would show within half a year, as the server expands them, in the series' own zone.
async fn expanded(house: &House, start: Civil) -> Vec<Civil> {
    let range =
        format!("start=\"{}Z\" end=\"{}Z\"", basic(later(start, -86_400)), basic(later(start, 26 * WEEK)));
    let body = format!(
        "<C:calendar-query xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><prop>\
         <C:calendar-data><C:expand {range}/></C:calendar-data></prop><C:filter><C:comp-filter name=\"VCALENDAR\">\
         <C:comp-filter name=\"VEVENT\"><C:time-range {range}/></C:comp-filter></C:comp-filter></C:filter>\
         </C:calendar-query>"
    );
    let got = house.call("REPORT", SLOTS, &[("depth", "1")], &body).await;
    assert_eq!(got.status, 207, "{got:?}");
    let zone = dayshelf_ical::zone::Zones::bundled().zone("Europe/Berlin").unwrap();
    let starts = got.text.lines().filter_map(|line| line.trim_end().strip_prefix("DTSTART:"));
    let mut starts: Vec<Civil> = starts
        .map(|text| match dayshelf_ical::text::value::Time::parse(text.trim_end_matches("&#13;"), None) {
            Some(dayshelf_ical::text::value::Time::Utc(moment)) => zone.local(moment),
            other => panic!("{text}: {other:?}"),
        })
        .collect();
    starts.sort_unstable();
    starts
}

pub async fn synced(house: &House, token: &str) -> Got {
    let body = format!(
        "<sync-collection xmlns=\"DAV:\"><sync-token>{token}</sync-token><sync-level>1</sync-level>\
         <prop><getetag/></prop></sync-collection>"
    );
    house.call("REPORT", SLOTS, &[], &body).await
}

/// A change of one slot by somebody else.
pub async fn changes(house: &House, slot: SlotId, wish: Wish) -> Command {
    let shift = match &wish {
        Wish::Edit(edit) => edit.times.clone(),
        _ => None,
    };
    let look = house.desk.look(house.home, move |books, _| {
        let (books, by) = (books.unwrap(), shift.as_ref());
        let was = books.slots[&slot].spec.times.start;
        let moved = by.map_or(0, |times| times.start.0 - was.0);
        let whens = books.whens_of(slot).into_iter();
        whens.map(|when| (when.anchor, dayshelf_core::time::Instant(when.at.0 + moved))).collect()
    });
    let resolved = look.await.unwrap();
    let ask = ChangeSlot {
        slot,
        expected: Expect::Any,
        wish,
        tell: dayshelf_core::change::Tell::Nobody,
        by: dayshelf_core::change::Credential::House,
        resolved,
        waits_as: ConfirmationId(house.desk.mint().id(house.home)),
    };
    Command::ChangeSlot(Box::new(ask))
}
