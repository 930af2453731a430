//! What calendar apps are told of, and the passwords that they come with.

use axum::http::Method;
use dayshelf_core::ids::{SeriesId, SlotId};
use dayshelf_core::organiser::Scope;
use dayshelf_core::time::Instant;
use dayshelf_store::{CalendarChange, Calendars, EntryHead, EntryState, StoredEntry};
use serde_json::{Value, json};

use crate::house::{Got, House};

async fn list(house: &House, key: &str, path: &str) -> Vec<Value> {
    let got = house.get(path).bearer(key).send().await;
    assert_eq!(got.status, 200, "{got:?}");
    got.json()["items"].as_array().unwrap().clone()
}

/// Every organiser has the standard calendars; what is only looked at is off until somebody switches it on, and what
/// is switched is so for whoever looks next.
#[tokio::test(flavor = "multi_thread")]
async fn switched_on_and_off() {
    let house = House::new().await;
    let (manage, read) = (house.api_key(Scope::Manage).await, house.api_key(Scope::Read).await);
    let all = list(&house, &read, "/v1/calendars").await;
    let said: Vec<(&str, bool, bool)> = all
        .iter()
        .map(|one| {
            (
                one["name"].as_str().unwrap(),
                one["shown"].as_bool().unwrap(),
                one["editable"].as_bool().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("slots", true, true),
        ("drafts", true, true),
        ("windows", false, false),
        ("pickup", false, false),
        ("shifts", false, false),
        ("broadcast", false, false),
    ];
    assert_eq!(said, expected);
    assert_eq!(all[2]["url"], "http://localhost/dav/p/kiln/windows/");
    assert_eq!((&all[2]["kind"], &all[2]["questions"]), (&json!("windows"), &json!([])));
    let switch = async |key: &str, body: Value| -> Got {
        house.call(Method::PATCH, "/v1/calendars").bearer(key).json(&body).send().await
    };
    let on = switch(&manage, json!({"name": "windows", "shown": true})).await;
    assert_eq!((on.status.as_u16(), &on.json()["shown"]), (200, &json!(true)), "{on:?}");
    let shown = async |name: &str| {
        let all = list(&house, &read, "/v1/calendars").await;
        all.iter().find(|one| one["name"] == name).unwrap()["shown"].clone()
    };
    assert_eq!((shown("windows").await, shown("pickup").await), (json!(true), json!(false)));
    switch(&manage, json!({"name": "windows", "shown": false})).await;
    assert_eq!((shown("windows").await, shown("slots").await), (json!(false), json!(true)));
    let wrong = switch(&manage, json!({"name": "holidays", "shown": true})).await;
    assert_eq!((wrong.problem().as_str(), &wrong.json()["field"]), ("value_wrong", &json!("name")));
    assert_eq!(switch(&read, json!({"name": "windows", "shown": true})).await.status, 403);
    let foreign = house.foreign_key(Scope::Manage).await;
    switch(&foreign, json!({"name": "pickup", "shown": true})).await;
    assert_eq!(shown("pickup").await, json!(false), "that was another organiser's");
}

/// A password's text is answered once, it is listed without, and it ends for good; only its organiser sees it.
#[tokio::test(flavor = "multi_thread")]
async fn passwords_of_apps() {
    let house = House::new().await;
    let (manage, read) = (house.api_key(Scope::Manage).await, house.api_key(Scope::Read).await);
    let issue = async |key: &str, body: Value| -> Got {
        house.post("/v1/calendar-passwords").bearer(key).json(&body).send().await
    };
    let made = issue(&manage, json!({"name": "Ann's phone", "calendars": ["slots"], "scope": "read"})).await;
    assert_eq!(made.status, 201, "{made:?}");
    let (id, text) = (made.text("id"), made.text("password"));
    assert_eq!(
        (made.text("user").as_str(), made.text("url").as_str(), &made.json()["used_at"]),
        ("kiln", "http://localhost/dav/", &Value::Null)
    );
    let twin = issue(&manage, json!({"name": "Ann's phone"})).await;
    assert_ne!(twin.text("password"), text);
    assert_eq!((&twin.json()["scope"], &twin.json()["calendars"]), (&json!("write"), &json!([])));
    let all = list(&house, &manage, "/v1/calendar-passwords").await;
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|one| one.get("password").is_none()) && !json!(all).to_string().contains(&text));
    let mine = all.iter().find(|one| one["id"] == id.as_str()).unwrap();
    assert_eq!((&mine["scope"], &mine["calendars"]), (&json!("read"), &json!(["slots"])));

    let table = [
        (json!({"name": " "}), "value_wrong", "name"),
        (json!({"name": "x".repeat(101)}), "too_long", "name"),
        (json!({"name": "x", "calendars": ["a b"]}), "value_wrong", "calendars[0]"),
        (json!({"name": "x", "calendars": vec!["a"; 51]}), "too_long", "calendars"),
        (json!({"name": "x", "scope": "all"}), "value_wrong", "scope"),
        (json!({}), "missing_field", "name"),
    ];
    for (body, code, field) in table {
        let got = issue(&manage, body).await;
        assert_eq!((got.problem().as_str(), got.json()["field"].as_str()), (code, Some(field)), "{got:?}");
    }
    assert_eq!(issue(&read, json!({"name": "x"})).await.status, 403);

    let foreign = house.foreign_key(Scope::Manage).await;
    let revoke = async |key: &str| {
        house.call(Method::DELETE, &format!("/v1/calendar-passwords/{id}")).bearer(key).send().await
    };
    assert!(list(&house, &foreign, "/v1/calendar-passwords").await.is_empty());
    assert_eq!(revoke(&foreign).await.problem(), "unknown");
    assert_eq!(revoke(&read).await.status, 403);
    assert_eq!(revoke(&manage).await.status, 204);
    assert_eq!(revoke(&manage).await.problem(), "unknown");
    assert_eq!(list(&house, &manage, "/v1/calendar-passwords").await.len(), 1);
}

/// What has to be asked about an entry names its slot, or its series.
#[tokio::test(flavor = "multi_thread")]
async fn questions_name_what_they_are_about() {
    let house = House::new().await;
    let read = house.api_key(Scope::Read).await;
    let known = house.desk.look(house.home, |books, _| *books.unwrap().slots.keys().next().unwrap());
    let (slot, series) = (known.await.unwrap(), house.desk.mint().id(house.home));
    let entry = |id: SlotId, name: &str| StoredEntry {
        head: EntryHead {
            calendar: "slots".to_owned(),
            name: name.to_owned(),
            slot: id,
            uid: name.to_owned(),
            state: EntryState::Shown,
            version: 1,
            token: 1,
            tag: [0; 16],
            size: 0,
            from: Instant(0),
            until: Instant(1),
            changed: Instant(0),
            note: format!("About {name}?"),
        },
        body: Vec::new(),
        pending: None,
    };
    let change = CalendarChange {
        entries: vec![entry(slot, "a"), entry(SlotId(series), "b")],
        calendars: Calendars::default().completed(),
        ..CalendarChange::default()
    };
    house.store.change_calendars(house.home, change).await.unwrap();
    let all = list(&house, &read, "/v1/calendars").await;
    let (slot, series) = (slot.to_string(), SeriesId(series).to_string());
    let expected = json!([
        {"slot": slot, "series": null, "question": "About a?"},
        {"slot": null, "series": series, "question": "About b?"},
    ]);
    let slots = all.iter().find(|one| one["name"] == "slots").unwrap();
    assert_eq!(slots["questions"], expected);
}
