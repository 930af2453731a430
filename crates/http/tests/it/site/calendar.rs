//! `/`, `/{organiser}` and its feed.

use dayshelf_core::ids::SlotId;
use dayshelf_core::time::Instant;
use dayshelf_store::{Calendar, CalendarChange, CalendarKind, EntryHead, EntryState, StoredEntry};

use super::reader::Page;
use crate::house::House;

/// What a calendar says of a slot: the piece of the page that is about it.
fn entry<'p>(page: &'p Page, slug: &str) -> &'p str {
    let at = page
        .html
        .find(&format!("href=\"/kiln/{slug}\""))
        .unwrap_or_else(|| panic!("no {slug}: {}", page.html));
    let end = page.html[at..].find("</li>").unwrap();
    &page.html[at..at + end]
}

/// With one organiser, `/` leads to its calendar; with several it lists them.
#[tokio::test(flavor = "multi_thread")]
async fn the_way_in() {
    let house = House::new().await;
    assert_eq!(house.open("/").await.path, "/kiln");
    house.foreign_key(dayshelf_core::organiser::Scope::Read).await;
    let index = house.open("/").await;
    index.has(&["href=\"/kiln\"", "href=\"/other\"", "Next: "]);
}

/// What was called off is nobody's next.
#[tokio::test(flavor = "multi_thread")]
async fn the_next_one_takes_place() {
    let house = House::new().await;
    house.foreign_key(dayshelf_core::organiser::Scope::Read).await;
    house.open("/").await.has(&["Next: Its twin"]);
    house.call_off(SlotId::parse(house.id("twin")).unwrap()).await;
    house.open("/").await.has(&["Next: Moon"]).has_not(&["Its twin"]);
}

/// Where nothing is, the way on is the calendar of the organiser in whose house it is not.
#[tokio::test(flavor = "multi_thread")]
async fn the_way_on_from_nothing() {
    let house = House::new().await;
    for (address, way) in [
        ("/kiln/nothing", "href=\"/kiln\">See the calendar of "),
        ("/kiln/drop/nothing/at/all", "href=\"/kiln\">See the calendar of "),
        ("/nobody/nothing", "href=\"/\">See what is on the shelf"),
        ("/nobody", "href=\"/\">See what is on the shelf"),
    ] {
        let page = house.open(address).await;
        assert_eq!(page.status, 404, "{address}");
        page.has(&[way]);
    }
}

/// An address with a slash too many leads on to the page, never to another host, and never from the API.
#[tokio::test(flavor = "multi_thread")]
async fn a_slash_too_many() {
    let house = House::new().await;
    let table = [
        ("/kiln/", 303, Some("/kiln")),
        ("/kiln/drop/?code=a", 303, Some("/kiln/drop?code=a")),
        ("/nobody/nothing/", 303, Some("/nobody/nothing")),
        ("//other.example/", 404, None),
        ("/\\other.example/", 404, None),
        ("/kiln//", 404, None),
        ("/v1/nothing/", 404, None),
    ];
    for (address, status, next) in table {
        let got = house.get(address).header("accept", "text/html").send().await;
        assert_eq!((got.status.as_u16(), got.header("location")), (status, next), "{address}");
    }
    assert_eq!(house.get("/kiln/").send().await.status, 404, "who wants no page is told");
}

/// Month and list say of every slot what a stranger can do, and drafts are not there.
#[tokio::test(flavor = "multi_thread")]
async fn says_what_can_be_had() {
    let house = House::new().await;
    for view in ["month", "list"] {
        let page = house.open(&format!("/kiln?view={view}")).await;
        assert_eq!(page.status, 200);
        assert!(entry(&page, "drop").contains("10 left") && entry(&page, "drop").contains("from €28"));
        assert!(entry(&page, "over").contains("Sales closed"));
        assert!(entry(&page, "moon").contains("Opens "));
        assert!(entry(&page, "friends").contains("By invitation"));
        assert!(entry(&page, "gift").contains("€0"));
        page.has_not(&["/kiln/draft"]).has(&["Europe/Berlin (CE"]);
    }
    house.open("/kiln").await.has(&["rel=\"canonical\" href=\"http://localhost/kiln\""]);
    assert_eq!(house.get("/kiln?view=month&month=9999-99").send().await.status, 200);
}

/// The month equals the pools after selling out, and again after units came back. A page that is kept for all stands
/// for the rest of its second at most, whatever changes: `kept` has the test of that.
#[tokio::test(flavor = "multi_thread")]
async fn the_month_equals_the_pools() {
    let house = House::new().await;
    let (hold, secret) = house.hold("drop/one", 8).await;
    comes_to_say(&house, "2 left").await;
    house.hold("drop/pair", 1).await;
    comes_to_say(&house, "Sold out – waitlist").await;
    let got = house.post(&format!("/v1/holds/{hold}/release")).bearer(&secret).send().await;
    assert_eq!(got.status, 200);
    comes_to_say(&house, "8 left").await;
}

async fn comes_to_say(house: &House, words: &str) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let page = house.open("/kiln").await;
        if entry(&page, "drop").contains(words) {
            return;
        }
        assert!(std::time::Instant::now() < until, "not {words}: {}", entry(&page, "drop"));
    }
}

/// A month without slots says when the next ones are; months lead on, and end.
#[tokio::test(flavor = "multi_thread")]
async fn empty_months_lead_on() {
    let house = House::new().await;
    let page = house.open("/kiln?view=month&month=2020-02").await;
    page.has(&[
        "Nothing on the shelf in February",
        "The next date is ",
        "February 2020",
        "Today",
        "rel=\"next\"",
    ]);
    page.has_not(&["rel=\"prev\""]);
    house.open("/kiln?month=2199-01").await.has(&["New dates will stand here"]).has_not(&["rel=\"next\""]);
}

/// A picture's address in a feed leads to it from anywhere.
#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_the_feed() {
    let mut house = House::new().await;
    let slot = |slug: &str, image: &str| {
        let times = "start = \"now + 24h\"\nend = \"start + 1h\"";
        format!("[[slots]]\nslug = \"{slug}\"\ntitle = \"{slug}\"\nimage = \"{image}\"\n{times}\n")
    };
    let own = slot("pictured", "/pictures/of/it.webp");
    house.put(&(own + &slot("elsewhere", "https://example.org/cup.jpg"))).await;
    for feed in ["/kiln/feed.ics", "/kiln/pictured.ics"] {
        let got = house.get(feed).send().await;
        let text = String::from_utf8(got.body.to_vec()).unwrap().replace("\r\n ", "");
        let own = "IMAGE;VALUE=URI;DISPLAY=FULLSIZE:http://localhost/pictures/of/it.webp\r\n";
        assert!(text.contains(own), "{text}");
        let elsewhere = "IMAGE;VALUE=URI;DISPLAY=FULLSIZE:https://example.org/cup.jpg\r\n";
        assert_eq!(text.contains(elsewhere), feed.ends_with("feed.ics"), "{text}");
    }
}

/// The feed is a calendar that readers need not fetch twice.
#[tokio::test(flavor = "multi_thread")]
async fn the_feed() {
    let house = House::new().await;
    let got = house.get("/kiln/feed.ics").send().await;
    assert_eq!(got.header("content-type"), Some("text/calendar; charset=utf-8"));
    let text = String::from_utf8(got.body.to_vec()).unwrap();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1);
    assert_eq!(text.matches("BEGIN:VEVENT").count(), text.matches("END:VEVENT").count());
    let unfolded = text.replace("\r\n ", "");
    assert!(
        unfolded.contains("SUMMARY:A drop\r\n") && unfolded.contains("URL:http://localhost/kiln/drop\r\n")
    );
    assert!(unfolded.contains("DTSTART;TZID=Europe/Berlin:") && !unfolded.contains("SUMMARY:Draft"));
    assert!(unfolded.contains("\r\nSOURCE;VALUE=URI:http://localhost/kiln/feed.ics\r\n"));
    let tag = got.header("etag").unwrap().to_owned();
    let again = house.get("/kiln/feed.ics").header("if-none-match", &tag).send().await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    let one = house.get("/kiln/drop.ics").send().await;
    let one = String::from_utf8(one.body.to_vec()).unwrap();
    assert_eq!(one.matches("BEGIN:VEVENT").count(), 1);
    assert_eq!(house.get("/kiln/draft.ics").header("accept", "text/html").send().await.status, 404);
}

/// Each calendar that an organiser writes in an app has a feed: what stands in it, and for the first what stands in no
/// other. What is not public is in none, and there is none of a calendar that is only looked at.
#[tokio::test(flavor = "multi_thread")]
async fn each_calendar_has_a_feed() {
    let house = House::new().await;
    let calendar = |name: &str, kind| Calendar { name: name.into(), kind, shown: true, token: 1 };
    let entry = |slot: &str, state| StoredEntry {
        head: EntryHead {
            calendar: "workshops".into(),
            name: format!("{slot}.ics"),
            slot: SlotId::parse(house.id(slot)).unwrap(),
            uid: format!("{slot}@example.org"),
            state,
            version: 1,
            token: 1,
            tag: [7; 16],
            size: 4,
            from: Instant(10),
            until: Instant(i64::MAX),
            changed: Instant(5),
            note: String::new(),
        },
        body: b"text".to_vec(),
        pending: None,
    };
    let change = CalendarChange {
        seen: 0,
        edition: 0,
        entries: vec![
            entry("twin", EntryState::Shown),
            entry("draft", EntryState::Shown),
            entry("moon", EntryState::Gone),
        ],
        calendars: vec![
            calendar("slots", CalendarKind::Slots),
            calendar("workshops", CalendarKind::Drafts),
            calendar("windows", CalendarKind::Windows),
        ],
    };
    house.store.change_calendars(house.home, change).await.unwrap();
    let titles = async |query: &str| {
        let got = house.get(&format!("/kiln/feed.ics{query}")).send().await;
        assert_eq!(got.status, 200, "{got:?}");
        let text = String::from_utf8(got.body.to_vec()).unwrap().replace("\r\n ", "");
        let lines = text.lines().filter_map(|line| line.strip_prefix("SUMMARY:").map(str::to_owned));
        (lines.collect::<Vec<_>>(), text)
    };
    let (workshops, text) = titles("?calendar=workshops").await;
    assert_eq!(workshops, ["Its twin"]);
    assert!(text.contains("SOURCE;VALUE=URI:http://localhost/kiln/feed.ics?calendar=workshops"), "{text}");
    let (all, _) = titles("").await;
    let (slots, _) = titles("?calendar=slots").await;
    assert_eq!(slots.len() + 1, all.len(), "{slots:?}");
    assert!(!slots.contains(&"Its twin".to_owned()) && slots.contains(&"Moon".to_owned()), "{slots:?}");
    for none in ["windows", "nothing"] {
        let got = house.get(&format!("/kiln/feed.ics?calendar={none}")).header("accept", "text/html");
        assert_eq!(got.send().await.status, 404, "{none}");
    }
}
