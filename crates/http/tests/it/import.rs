//! Calendars of others as drafts.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::House;

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Kiln\r\nDTSTART;TZID=W. Europe Standard Time:20401204T180000\r\nDTEND;TZID=W. Europe Standard Time:20401204T190000\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Oven\r\nDTSTART;TZID=Somewhere:20401205T180000\r\nDURATION:PT1H\r\nEND:VEVENT\r\nno property\r\nEND:VCALENDAR\r\n";

/// A dry run makes nothing; then what is clear becomes a draft, once; an answer makes the rest.
#[tokio::test(flavor = "multi_thread")]
async fn drafts_and_questions() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let put = async |path: &str, body: Value| {
        let got = house.call(Method::PUT, path).bearer(&key).json(&body).send().await;
        assert_eq!(got.status, 200, "{got:?}");
        got.json()
    };
    let count = |answer: &Value, name: &str| answer[name].as_array().map_or(0, Vec::len);
    let body = json!({"calendar": CALENDAR});
    let dry = put("/v1/import?dry_run=true", body.clone()).await;
    assert_eq!((count(&dry, "drafts"), count(&dry, "questions"), count(&dry, "flaws")), (1, 1, 1), "{dry}");
    assert!(dry["drafts"][0]["slot"].is_null() && dry["dry_run"] == true);
    assert!(dry["questions"][0]["question"].as_str().unwrap().starts_with("which zone is \"Somewhere\"?"));
    let made = put("/v1/import", body.clone()).await;
    let slot = made["drafts"][0]["slot"].as_str().unwrap().to_owned();
    let sheet = house.get(&format!("/v1/slots/{slot}/sheet")).bearer(&key).send().await.json();
    let sheet = &sheet["slot"];
    assert_eq!((sheet["state"].as_str(), sheet["title"].as_str()), (Some("draft"), Some("Kiln")), "{sheet}");
    let again = put("/v1/import", body).await;
    assert_eq!((count(&again, "drafts"), again["already"].as_u64()), (0, Some(1)), "{again}");
    let told = put("/v1/import", json!({"calendar": CALENDAR, "unknown_zone": "Asia/Tokyo"})).await;
    assert_eq!((count(&told, "drafts"), count(&told, "questions")), (1, 0), "{told}");
    assert_eq!(told["drafts"][0]["zone"], "Asia/Tokyo");
}

/// What recurs becomes one draft series with its slots, once.
#[tokio::test(flavor = "multi_thread")]
async fn what_recurs_is_a_series() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Kiln\r\nDTSTART;TZID=Europe/Berlin:20200103T180000\r\nDTEND;TZID=Europe/Berlin:20200103T190000\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let body = json!({"calendar": calendar});
    let put = async |path: &str| {
        let got = house.call(Method::PUT, path).bearer(&key).json(&body).send().await;
        assert_eq!(got.status, 200, "{got:?}");
        got.json()
    };
    let dry = put("/v1/import?dry_run=true").await;
    assert!(dry["series"][0]["series"].is_null() && dry["drafts"].as_array().unwrap().is_empty(), "{dry}");
    let made = put("/v1/import").await;
    let one = &made["series"][0];
    let whole = house
        .get(&format!("/v1/series/{}", one["series"].as_str().unwrap()))
        .bearer(&key)
        .send()
        .await
        .json();
    assert_eq!((&whole["key"], &whole["series"]["rule"]), (&one["key"], &json!("FREQ=WEEKLY")), "{whole}");
    let slots = whole["occurrences"]["items"].as_array().unwrap();
    assert!(slots.iter().all(|slot| slot["state"] == "draft") && slots.len() >= 25, "{whole}");
    let again = put("/v1/import").await;
    assert_eq!(
        (again["series"].as_array().map(Vec::len), again["already"].as_u64()),
        (Some(0), Some(1)),
        "{again}"
    );
}

/// What recurs in UTC is a series there: its slots keep their time in UTC over the change of the clocks, and it is said that
/// on the organiser's wall they do not.
#[tokio::test(flavor = "multi_thread")]
async fn what_recurs_in_utc_is_a_series_there() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u\r\nSUMMARY:Call\r\nDTSTART:20200103T170000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let got = house.call(Method::PUT, "/v1/import").bearer(&key).json(&json!({"calendar": calendar}));
    let made = got.send().await.json();
    let one = &made["series"][0];
    assert_eq!((&one["zone"], &one["start"]), (&json!("UTC"), &json!("2020-01-03T17:00:00")), "{made}");
    assert!(one["notes"][0].as_str().unwrap().contains("Europe/Berlin"), "{made}");
    let path = format!("/v1/series/{}", one["series"].as_str().unwrap());
    let whole = house.get(&path).bearer(&key).send().await.json();
    let slots = whole["occurrences"]["items"].as_array().unwrap();
    // Half a year has a change of the clocks in it.
    assert!(slots.len() >= 25, "{whole}");
    assert!(
        slots.iter().all(|slot| slot["starts_at"].as_str().unwrap().ends_with("T17:00:00.000Z")),
        "{whole}"
    );
}

/// What is no calendar, no zone, or not allowed, is refused and says why.
#[tokio::test(flavor = "multi_thread")]
async fn refusals() {
    let house = House::new().await;
    let (key, reader) = (house.api_key(Scope::Manage).await, house.api_key(Scope::Read).await);
    for (key, body, code) in [
        (&key, json!({"calendar": "no calendar"}), "value_wrong"),
        (&key, json!({"calendar": CALENDAR, "zone": "Berlin"}), "zone_unknown"),
        (&key, json!({"calendar": CALENDAR, "unknown_zone": "x"}), "zone_unknown"),
        (&reader, json!({"calendar": CALENDAR}), "scope_too_small"),
    ] {
        let got = house.call(Method::PUT, "/v1/import").bearer(key).json(&body).send().await;
        assert_eq!(got.problem(), code, "{got:?}");
    }
}

/// All drafts of a series go on the calendar at once, and what its rule makes later does so by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_series_is_published_as_a_whole() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let series = json!({
        "key": "nights", "title": "Nights", "start": "2031-01-01T18:00", "length": "1h",
        "rule": "FREQ=DAILY;COUNT=3", "zone": "Europe/Berlin", "publish": false,
    });
    let made = house.post("/v1/series").bearer(&key).json(&series).send().await.json();
    let path = format!("/v1/series/{}", made["series"]["id"].as_str().unwrap());
    let publish = async || {
        let got = house.post(&format!("{path}/publish")).bearer(&key).json(&json!({})).send().await;
        assert_eq!(got.status, 200, "{got:?}");
        got.json()
    };
    let slots = house.get(&path).bearer(&key).send().await.json();
    let count = slots["occurrences"]["items"].as_array().unwrap().len();
    let first = publish().await;
    assert_eq!(
        (first["published"].as_array().unwrap().len(), &first["already"]),
        (count, &json!(0)),
        "{first}"
    );
    let whole = house.get(&path).bearer(&key).send().await.json();
    assert_eq!(whole["series"]["publish"], true, "{whole}");
    let again = publish().await;
    assert_eq!(
        (again["published"].as_array().unwrap().len(), &again["already"]),
        (0, &json!(count)),
        "{again}"
    );
}
