//! Calendars that are subscribed to: read from a server on this machine, brought in, followed, listed.

use std::sync::{Arc, Mutex};

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use dayshelf_ical::time::Civil;
use dayshelf_relay::feeds::Feeds;
use dayshelf_relay::webhooks::Guard;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_util::sync::CancellationToken;

use crate::house::House;

/// A server of one calendar: what it answers, and the head of what it was asked last.
#[derive(Clone, Default)]
struct Source(Arc<Mutex<(String, String)>>);

impl Source {
    fn says(&self, status: &str, headers: &str, body: &str) {
        let length = body.len();
        self.0.lock().unwrap().0 = format!(
            "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
    }

    fn shows(&self, entries: &[String]) {
        let body = format!("BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n", entries.concat());
        self.says("200 OK", "etag: \"one\"\r\n", &body);
    }

    fn asked(&self) -> String {
        self.0.lock().unwrap().1.to_ascii_lowercase()
    }

    async fn serve(self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/kiln.ics", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = [0; 16_384];
                let count = stream.read(&mut bytes).await.unwrap_or(0);
                let answer = {
                    let mut known = self.0.lock().unwrap();
                    known.1 = String::from_utf8_lossy(&bytes[..count]).into_owned();
                    known.0.clone()
                };
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        url
    }
}

fn entry(uid: &str, title: &str, day: u32, more: &str) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{title}\r\nDTSTART;TZID=Europe/Berlin:204012{day:02}T180000\r\n\
         DTEND;TZID=Europe/Berlin:204012{day:02}T190000\r\n{more}END:VEVENT\r\n"
    )
}

struct Town {
    house: House,
    key: String,
    source: Source,
    path: String,
    feeds: Feeds,
    stop: CancellationToken,
}

impl Town {
    async fn new() -> Self {
        let house = House::new().await;
        let key = house.api_key(Scope::Manage).await;
        let source = Source::default();
        source.shows(&[]);
        let url = source.clone().serve().await;
        let body = json!({"url": url, "title": "Workshop"});
        let made = house.post("/v1/feeds").bearer(&key).json(&body).send().await;
        assert_eq!(made.status, 201, "{made:?}");
        let again = house.post("/v1/feeds").bearer(&key).json(&body).send().await;
        assert_eq!((again.status.as_u16(), again.text("id")), (200, made.text("id")));
        let path = format!("/v1/feeds/{}", made.text("id"));
        let busy = house.post(&format!("{path}/read")).bearer(&key).send().await;
        assert_eq!(busy.problem(), "busy", "nobody reads yet");
        let stop = CancellationToken::new();
        let feeds = Feeds::start(&house.desk, &house.store, Guard::Anywhere, &stop).unwrap();
        house.app.reads_through(feeds.librarian());
        let town = Self { house, key, source, path, feeds, stop };
        town.is_read_by_itself().await;
        town
    }

    /// Waits for the first reading, which nobody has to ask for; the next one is an hour away.
    async fn is_read_by_itself(&self) {
        for _ in 0..3_000 {
            let shown = self.house.get(&self.path).bearer(&self.key).send().await.json();
            if !shown["read_at"].is_null() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("nobody reads it");
    }

    /// Reads it now, once nobody else does.
    async fn read(&self) -> Value {
        for _ in 0..1_000 {
            let got = self.house.post(&format!("{}/read", self.path)).bearer(&self.key).send().await;
            if got.status == 200 {
                return got.json();
            }
            assert_eq!(got.problem(), "busy", "{got:?}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("it is read for ever");
    }

    async fn slot(&self, id: &str) -> Value {
        let sheet = self.house.get(&format!("/v1/slots/{id}/sheet")).bearer(&self.key).send().await;
        sheet.json()["slot"].clone()
    }

    async fn end(self) {
        self.stop.cancel();
        self.feeds.join().await;
    }
}

fn count(of: &Value, name: &str) -> usize {
    of["report"][name].as_array().unwrap_or_else(|| panic!("no {name}: {of}")).len()
}

/// An entry becomes a draft, which follows it; what somebody has changed stays and is listed, and so is what is published;
/// a draft that nobody has touched goes with its entry.
#[tokio::test(flavor = "multi_thread")]
async fn drafts_follow_and_the_published_stay() {
    let town = Town::new().await;
    town.source.shows(&[
        entry("1", "Kiln", 4, ""),
        entry("2", "Oven", 5, ""),
        entry("3", "Wheel", 6, ""),
        entry("4", "Glaze", 7, "").replace("Europe/Berlin", "Somewhere"),
        entry("5", "Weekly", 8, "RRULE:FREQ=WEEKLY;COUNT=3\r\n"),
        entry("6", "Press", 9, ""),
    ]);
    let first = town.read().await;
    assert_eq!((count(&first, "made"), count(&first, "questions")), (5, 1), "{first}");
    let id = |title: &str| {
        let made = first["report"]["made"].as_array().unwrap();
        made.iter().find(|one| one["title"] == title).unwrap()["slot"].as_str().unwrap().to_owned()
    };
    let (kiln, oven, wheel, press) = (id("Kiln"), id("Oven"), id("Wheel"), id("Press"));
    assert_eq!(town.slot(&kiln).await["state"], "draft");
    let change = async |slot: &str, to: &str, body: Value| {
        let path = format!("/v1/slots/{slot}/{to}");
        let call = town.house.post(&path).bearer(&town.key).header("if-match", "*").json(&body);
        let got = call.send().await;
        assert!(got.status.is_success(), "{got:?}");
    };
    change(&oven, "change", json!({"title": "My oven"})).await;
    let path = format!("/v1/slots/{press}/windows");
    let window = json!({"key": "all", "opens": "start", "closes": "end"});
    let got = town.house.post(&path).bearer(&town.key).json(&window).send().await;
    assert_eq!(got.status, 201, "{got:?}");
    let windows = format!("/v1/slots/{wheel}/publish");
    let published =
        town.house.post(&windows).bearer(&town.key).header("if-match", "*").json(&json!({})).send().await;
    assert_eq!(published.status, 200, "{published:?}");
    town.source.shows(&[
        entry("1", "Kiln night", 14, ""),
        entry("2", "Oven night", 15, ""),
        entry("3", "Wheel night", 6, ""),
        entry("6", "Press", 9, ""),
    ]);
    let second = town.read().await;
    assert_eq!((count(&second, "made"), count(&second, "changed")), (0, 2), "{second}");
    let now = town.slot(&kiln).await;
    assert_eq!(
        (now["title"].as_str(), now["start_local"].as_str()),
        (Some("Kiln night"), Some("2040-12-14T18:00:00"))
    );
    let now = town.slot(&oven).await;
    assert_eq!(
        (now["title"].as_str(), now["start_local"].as_str()),
        (Some("My oven"), Some("2040-12-15T18:00:00"))
    );
    assert_eq!(town.slot(&wheel).await["title"], "Wheel");
    let differences = second["report"]["differences"].as_array().unwrap();
    let told: Vec<_> = differences.iter().map(|one| (one["is"].as_str(), one["feed"].as_str())).collect();
    assert_eq!(
        told,
        [(Some("My oven"), Some("Oven night")), (Some("Wheel"), Some("Wheel night"))],
        "{second}"
    );
    assert_eq!(count(&second, "discarded"), 1, "the series, which nobody had touched: {second}");
    town.source.shows(&[]);
    let third = town.read().await;
    assert_eq!((count(&third, "discarded"), count(&third, "gone")), (1, 3), "{third}");
    assert_eq!(town.slot(&kiln).await["state"], "discarded");
    for slot in [&oven, &wheel, &press] {
        assert_ne!(town.slot(slot).await["state"], "discarded");
    }
    town.end().await;
}

/// An address that no calendar is read from is refused when somebody subscribes to it.
#[tokio::test(flavor = "multi_thread")]
async fn an_unfit_address_is_refused_at_once() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let stop = CancellationToken::new();
    let feeds = Feeds::start(&house.desk, &house.store, Guard::default(), &stop).unwrap();
    house.app.reads_through(feeds.librarian());
    for url in ["https://127.0.0.1/kiln.ics", "https://example.org:25/kiln.ics", "webcal://10.0.0.7/kiln.ics"]
    {
        let body = json!({"url": url, "title": "Workshop"});
        let got = house.post("/v1/feeds").bearer(&key).json(&body).send().await;
        assert_eq!(
            (got.problem(), got.json()["field"].as_str()),
            ("value_wrong".into(), Some("url")),
            "{url}"
        );
    }
    let all = house.get("/v1/feeds").bearer(&key).send().await.json();
    assert_eq!(all["items"], json!([]));
    stop.cancel();
    feeds.join().await;
}

/// A series that differs from its entry is listed until somebody makes it say the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_series_that_was_made_equal_differs_no_more() {
    let town = Town::new().await;
    let weekly = |title: &str| entry("5", title, 8, "RRULE:FREQ=WEEKLY;COUNT=3\r\n");
    town.source.shows(&[weekly("Weekly")]);
    let first = town.read().await;
    let series = first["report"]["made"][0]["series"].as_str().unwrap().to_owned();
    let change = async |title: &str| {
        let path = format!("/v1/series/{series}/change");
        let call = town.house.post(&path).bearer(&town.key).header("if-match", "*");
        let got = call.json(&json!({"title": title})).send().await;
        assert!(got.status.is_success(), "{got:?}");
    };
    change("Mine").await;
    town.source.shows(&[weekly("Theirs")]);
    let second = town.read().await;
    assert_eq!(count(&second, "differences"), 1, "{second}");
    assert_eq!(count(&town.read().await, "differences"), 1, "it is told again");
    change("Theirs").await;
    let third = town.read().await;
    assert_eq!((count(&third, "differences"), &third["report"]["same"]), (0, &json!(1)), "{third}");
    town.end().await;
}

/// What recurs in UTC is a series there: its slots keep their time in UTC over the change of the clocks, the next reading
/// knows it again, and it follows its entry.
#[tokio::test(flavor = "multi_thread")]
async fn what_recurs_in_utc_follows_as_a_series() {
    let town = Town::new().await;
    // Every week for a year by now; the next one is in three days.
    let day = town.house.app.now().0 / 86_400_000 + 3 - 52 * 7;
    let call = |hour: i64| {
        let start = Civil(day * 86_400 + hour * 3_600).to_string().replace(['-', ':'], "");
        format!(
            "BEGIN:VEVENT\r\nUID:u\r\nSUMMARY:Call\r\nDTSTART:{start}Z\r\nDURATION:PT1H\r\n\
             RRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n"
        )
    };
    let starts = async |series: &str| -> Vec<String> {
        let path = format!("/v1/series/{series}");
        let whole = town.house.get(&path).bearer(&town.key).send().await.json();
        assert_eq!(whole["zone"], "UTC", "{whole}");
        let slots = whole["occurrences"]["items"].as_array().unwrap().clone();
        slots.iter().map(|slot| slot["starts_at"].as_str().unwrap().to_owned()).collect()
    };
    town.source.shows(&[call(17)]);
    let first = town.read().await;
    assert_eq!(count(&first, "made"), 1, "{first}");
    let series = first["report"]["made"][0]["series"].as_str().unwrap().to_owned();
    let all = starts(&series).await;
    // Half a year has a change of the clocks in it.
    assert!(all.len() >= 25 && all.iter().all(|start| start.ends_with("T17:00:00.000Z")), "{all:?}");
    let again = town.read().await;
    assert_eq!((count(&again, "made"), &again["report"]["same"]), (0, &json!(1)), "{again}");
    town.source.shows(&[call(18)]);
    let moved = town.read().await;
    assert_eq!((count(&moved, "made"), count(&moved, "changed")), (0, 1), "{moved}");
    let later = starts(&series).await;
    assert!(
        later.len() == all.len() && later.iter().all(|start| start.ends_with("T18:00:00.000Z")),
        "{later:?}"
    );
    town.end().await;
}

/// It is asked for by what is known of it; what is cut off or refused changes nothing and is told; others see nothing of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_changes_nothing() {
    let town = Town::new().await;
    town.source.shows(&[entry("1", "Kiln", 4, "")]);
    let first = town.read().await;
    let slot = first["report"]["made"][0]["slot"].as_str().unwrap().to_owned();
    town.source.says("304 Not Modified", "", "");
    let same = town.read().await;
    assert!(town.source.asked().contains("if-none-match: \"one\""), "{}", town.source.asked());
    assert_eq!((&same["report"], &same["failures"]), (&first["report"], &json!(0)));
    let table = [
        ("200 OK", "", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "no whole calendar"),
        ("503 Busy", "retry-after: 7200\r\n", "", "503"),
        ("302 Found", "location: ftp://example.org/\r\n", "", "not read from there"),
    ];
    for (place, (status, headers, body, words)) in table.into_iter().enumerate() {
        town.source.says(status, headers, body);
        let got = town.read().await;
        assert_eq!(got["failures"], place + 1, "{got}");
        assert!(got["trouble"].as_str().unwrap().contains(words), "{got}");
    }
    assert_eq!(town.slot(&slot).await["state"], "draft");
    let changed = town.house.call(Method::PATCH, &town.path).bearer(&town.key).json(&json!({"minutes": 30}));
    assert_eq!(changed.send().await.json()["minutes"], 30);
    let wrong = town.house.call(Method::PATCH, &town.path).bearer(&town.key).json(&json!({"minutes": 1}));
    assert_eq!(wrong.send().await.problem(), "value_wrong");
    let removed = town.house.call(Method::DELETE, &town.path).bearer(&town.key).send().await;
    assert_eq!(removed.status, 204);
    assert_eq!(town.house.get(&town.path).bearer(&town.key).send().await.problem(), "unknown");
    assert_eq!(town.slot(&slot).await["state"], "draft", "what it has made stays");
    town.end().await;
}
