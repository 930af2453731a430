//! Series from outside: made with a slot for each occurrence, moved as a whole and from one on, ended; what people
//! have bought waits for a yes, and what was changed by itself stays.

use dayshelf_core::organiser::Scope;
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::Resolution;
use serde_json::{Value, json};

use crate::house::{Got, House, fresh_key};

const DAY: i64 = 86_400;

/// Six in the evening, so many days from today, as the wall of the series has it.
fn evening(house: &House, days: i64) -> Civil {
    let today = house.app.now().0 / 1_000 / DAY * DAY;
    Civil(today + days * DAY + 18 * 3_600)
}

/// A workshop every week from in three days on, with eight seats each evening.
fn workshop(house: &House) -> Value {
    json!({
        "key": "workshop", "title": "Workshop", "place": "The kiln", "zone": "Europe/Berlin",
        "start": evening(house, 3).to_string(), "length": "2h", "rule": "FREQ=WEEKLY", "days_ahead": 40,
        "template": "evening", "pools": [{"key": "seats", "units": 8}],
    })
}

/// What each evening of it gets.
fn template() -> Value {
    json!({
        "key": "evening", "parameters": [{"key": "date", "default": "x"}],
        "windows": [{"key": "public", "opens": "start - 90d", "closes": "end"}],
        "offers": [{"key": "seat", "title": "A seat", "recipe": [{"pool": "seats-{date}"}], "price": "28.00"}],
        "fulfilments": [{"key": "there", "kind": "pickup", "opens": "start", "closes": "end"}],
        "blocks": [{"key": "doors", "when": "start - 30m", "cue": {"host": "Ann"}}],
    })
}

struct Put {
    house: House,
    key: String,
    id: String,
}

impl Put {
    async fn up() -> Self {
        let house = House::new().await;
        let key = house.api_key(Scope::Manage).await;
        let made = house.post("/v1/templates").bearer(&key).json(&template()).send().await;
        assert_eq!(made.status, 201, "{made:?}");
        let made = house.post("/v1/series").bearer(&key).json(&workshop(&house)).send().await;
        assert_eq!(made.status, 201, "{made:?}");
        let id = made.json()["series"]["id"].as_str().unwrap().to_owned();
        Self { house, key, id }
    }

    async fn ask(&self, what: &str, body: &Value) -> Got {
        let path = format!("/v1/series/{}/{what}", self.id);
        self.house.post(&path).bearer(&self.key).header("if-match", "*").json(body).send().await
    }

    async fn shown(&self, id: &str) -> Vec<Value> {
        let got = self.house.get(&format!("/v1/series/{id}")).bearer(&self.key).send().await;
        assert_eq!(got.status, 200, "{got:?}");
        got.json()["occurrences"]["items"].as_array().unwrap().clone()
    }

    async fn sheet(&self, slot: &Value) -> Value {
        let path = format!("/v1/slots/{}/sheet", slot.as_str().unwrap());
        self.house.get(&path).bearer(&self.key).send().await.json()
    }

    /// Buys a seat.
    async fn order(&self, slot: &Value) {
        let sheet = self.sheet(slot).await;
        let wish = json!({"slot": slot, "lines": [{"offer": sheet["offers"][0]["id"], "quantity": 1}]});
        let held = self.house.post("/v1/holds").json(&wish).send().await;
        assert_eq!(held.status, 201, "{held:?}");
        let bought = self.house.confirm(&held.text("id"), &held.text("secret"), "at_pickup").send().await;
        assert_eq!(bought.status, 201, "{bought:?}");
    }
}

fn became(got: &Got, slot: &Value) -> String {
    let all = got.json()["outcomes"].as_array().unwrap_or_else(|| panic!("{got:?}")).clone();
    let one = all.iter().find(|one| one["slot"] == *slot);
    one.map(|one| one["became"].as_str().unwrap().to_owned()).unwrap_or_default()
}

/// A look makes nothing; what is made then has a slot, a pool and the template's parts for each occurrence, once, and
/// is listed in pages.
#[tokio::test(flavor = "multi_thread")]
async fn made_with_a_slot_each() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let body = workshop(&house);
    let early = house.post("/v1/series").bearer(&key).json(&body).send().await;
    assert_eq!(early.problem(), "unknown", "there is no such template yet: {early:?}");
    house.post("/v1/templates").bearer(&key).json(&template()).send().await;
    let dry = house.post("/v1/series?dry_run=true").bearer(&key).json(&body).send().await;
    assert_eq!((dry.status.as_u16(), dry.json()["outcomes"].as_array().unwrap().len()), (200, 6), "{dry:?}");
    let none = house.get("/v1/series").bearer(&key).send().await.json();
    assert_eq!(none["items"], json!([]));
    let once = fresh_key();
    let post = || house.post("/v1/series").key(&once).bearer(&key).json(&body);
    let made = post().send().await;
    assert_eq!(
        (made.status.as_u16(), made.json()["outcomes"].as_array().unwrap().len()),
        (201, 6),
        "{made:?}"
    );
    let again = post().send().await;
    assert!(again.is_replay() && again.json()["series"] == made.json()["series"], "{again:?}");
    let twice = house.post("/v1/series").bearer(&key).json(&body).send().await;
    assert_eq!(twice.problem(), "name_taken");
    let id = made.json()["series"]["id"].as_str().unwrap().to_owned();
    let first = house.get(&format!("/v1/series/{id}?limit=4")).bearer(&key).send().await.json();
    let next = first["occurrences"]["next"].as_str().unwrap();
    let rest = house.get(&format!("/v1/series/{id}?limit=4&cursor={next}")).bearer(&key).send().await.json();
    let items = |page: &Value| page["occurrences"]["items"].as_array().unwrap().clone();
    assert_eq!((items(&first).len(), items(&rest).len()), (4, 2));
    assert_eq!(rest["occurrences"]["next"], Value::Null);
    assert_eq!((&first["series"]["zone"], &first["version"]), (&json!("Europe/Berlin"), &json!(1)));
    let slot = &items(&first)[1];
    let date = evening(&house, 10).to_string()[..10].to_owned();
    assert_eq!(slot["slug"], format!("workshop-{date}"));
    assert_eq!(slot["occurrence"], evening(&house, 10).to_string());
    let path = format!("/v1/slots/{}/sheet", slot["slot"].as_str().unwrap());
    let sheet = house.get(&path).bearer(&key).send().await.json();
    assert_eq!((&sheet["slot"]["state"], &sheet["blocks"][0]["key"]), (&json!("published"), &json!("doors")));
    assert_eq!(sheet["slot"]["template"]["values"]["date"], date);
    let pools = house.get("/v1/pools").bearer(&key).send().await.json();
    let seats = pools["items"].as_array().unwrap().iter();
    let seats = seats.filter(|pool| pool["key"].as_str().unwrap().starts_with("seats-"));
    let titles: Vec<&str> = seats.clone().filter_map(|pool| pool["title"].as_str()).collect();
    assert!(titles.contains(&format!("Workshop, {date}").as_str()), "{titles:?}");
    assert_eq!(seats.filter(|pool| pool["units"] == 8 || pool["supplied"] == 8).count(), 6, "{pools}");
    let wrong =
        json!({"key": "x", "title": "X", "start": "2027-01-01T10:00", "length": "1h", "rule": "FREQ=OFTEN"});
    let refused = house.post("/v1/series").bearer(&key).json(&wrong).send().await;
    assert_eq!(refused.json()["field"], "rule", "{refused:?}");
    for length in ["x", "1d", "0m"] {
        let body = json!({"key": "x", "title": "X", "start": "2027-01-01T10:00", "length": length, "rule": "FREQ=DAILY"});
        let refused = house.post("/v1/series").bearer(&key).json(&body).send().await.json();
        assert_eq!(refused["field"], "length", "{refused}");
        assert_eq!(refused["mistakes"].as_array().map_or(1, Vec::len), 1, "{refused}");
    }
}

/// A series moves with all its slots and what hangs on them, orders or not; one that was moved by itself stays and is
/// listed; a date left out is called off, or waits for a yes where somebody has bought.
#[tokio::test(flavor = "multi_thread")]
async fn changed_as_a_whole() {
    let put = Put::up().await;
    let before = put.shown(&put.id).await;
    let slots: Vec<Value> = before.iter().map(|one| one["slot"].clone()).collect();
    put.order(&slots[1]).await;
    let start = Civil(evening(&put.house, 17).0 + DAY).to_string();
    let path = format!("/v1/slots/{}/change", slots[2].as_str().unwrap());
    let moved = put.house.post(&path).bearer(&put.key).header("if-match", "*");
    assert_eq!(moved.json(&json!({"start": start})).send().await.status, 200);
    assert_eq!(put.shown(&put.id).await[2]["overridden"], true);
    let body = json!({"move": "1h", "dry_run": true});
    let dry = put.ask("change", &body).await;
    assert_eq!(
        (became(&dry, &slots[0]), became(&dry, &slots[2])),
        ("changed".into(), "stays".into()),
        "{dry:?}"
    );
    assert_eq!(put.shown(&put.id).await[0], before[0], "a look changes nothing");
    let done = put.ask("change", &json!({"move": "1h"})).await;
    let all: Vec<String> = slots.iter().map(|slot| became(&done, slot)).collect();
    assert_eq!(all, ["changed", "changed", "stays", "changed", "changed", "changed"], "{done:?}");
    let after = put.shown(&put.id).await;
    assert_eq!(after[1]["occurrence"], Civil(evening(&put.house, 10).0 + 3_600).to_string());
    let sheet = put.sheet(&slots[1]).await;
    let at = |value: &Value| Moment::parse(value.as_str().unwrap()).unwrap();
    let (doors, begin) = (at(&sheet["blocks"][0]["when"]["at"]), at(&sheet["slot"]["start"]));
    assert_eq!(doors.plus_seconds(1_800), begin, "the doors go along: {sheet}");
    assert!(sheet["trail"]["told_at"].is_string(), "who has bought hears of it: {sheet}");
    let except = [after[1]["occurrence"].clone(), after[3]["occurrence"].clone()];
    let left_out = put.ask("change", &json!({"except": except})).await;
    assert_eq!(
        (became(&left_out, &slots[1]), became(&left_out, &slots[3])),
        ("waits".into(), "cancelled".into()),
        "{left_out:?}"
    );
    let after = put.shown(&put.id).await;
    assert_eq!(
        (&after[1]["state"], &after[1]["dropped"], &after[3]["state"]),
        (&json!("published"), &json!(true), &json!("cancelled"))
    );
    let listed = put.house.get("/v1/confirmations").bearer(&put.key).send().await.json();
    assert_eq!((&listed["items"][0]["slot"], listed["items"].as_array().unwrap().len()), (&slots[1], 1));
    let stale = put.house.post(&format!("/v1/series/{}/change", put.id)).bearer(&put.key);
    let stale = stale.header("if-match", "\"v1\"").json(&json!({"title": "X"})).send().await;
    assert_eq!(stale.problem(), "version_stale", "{stale:?}");
}

/// This one and all after it are a series of their own, with the same slots and what was bought of them; then both
/// are ended.
#[tokio::test(flavor = "multi_thread")]
async fn parted_and_ended() {
    let put = Put::up().await;
    let before = put.shown(&put.id).await;
    let slots: Vec<Value> = before.iter().map(|one| one["slot"].clone()).collect();
    put.order(&slots[4]).await;
    let nowhere = put.ask("change", &json!({"from": evening(&put.house, 4).to_string(), "move": "1h"})).await;
    assert_eq!(nowhere.json()["field"], "from", "{nowhere:?}");
    let from = before[3]["occurrence"].clone();
    let parted = put.ask("change", &json!({"from": from, "move": "1d", "title": "Late workshop"})).await;
    assert_eq!(parted.status, 200, "{parted:?}");
    let later = parted.json()["series"]["id"].as_str().unwrap().to_owned();
    assert_ne!(later, put.id);
    let (first, second) = (put.shown(&put.id).await, put.shown(&later).await);
    assert_eq!((first.len(), second.len()), (3, 3), "{parted:?}");
    assert_eq!(second[1]["slot"], slots[4], "the slots go over, and what was bought with them");
    assert_eq!(put.sheet(&slots[4]).await["offers"][0]["taken"], 1);
    assert_eq!(became(&parted, &slots[4]), "waits", "a day later, nobody is there to whom it was promised");
    assert_eq!((&second[0]["title"], &second[1]["title"]), (&json!("Late workshop"), &json!("Workshop")));
    assert_eq!(second[1]["occurrence"], evening(&put.house, 32).to_string());
    let head = put.house.get(&format!("/v1/series/{}", put.id)).bearer(&put.key).send().await.json();
    assert_eq!(head["due"], Value::Null, "the earlier half makes no more");
    let path = format!("/v1/series/{later}/end");
    let ended = put.house.post(&path).bearer(&put.key).header("if-match", "*").json(&json!({})).send().await;
    assert_eq!(
        (became(&ended, &slots[3]), became(&ended, &slots[4])),
        ("cancelled".into(), "waits".into()),
        "{ended:?}"
    );
    assert_eq!(ended.json()["series"]["due"], Value::Null);
    let states: Vec<Value> = put.shown(&later).await.iter().map(|one| one["state"].clone()).collect();
    assert_eq!(states, ["cancelled", "published", "cancelled"]);
}

/// A workshop of four evenings is bought whole: one offer draws on the pools of all of them, and where one evening
/// has no seat left, nothing is taken of the others. In a plan, and through the API over a series that is there.
#[tokio::test(flavor = "multi_thread")]
async fn four_evenings_or_none() {
    let put = Put::up().await;
    let evenings = put.shown(&put.id).await;
    let four: Vec<&Value> = evenings.iter().take(4).collect();
    let slugs: Vec<&Value> = four.iter().map(|one| &one["slug"]).collect();
    let pool = |one: &Value| format!("seats-{}", &one["occurrence"].as_str().unwrap()[..10]);
    let recipe: Vec<Value> = four.iter().map(|one| json!({"pool": pool(one)})).collect();
    let whole =
        json!({"key": "whole", "title": "All four", "price": "99.00", "slots": slugs, "recipe": recipe});
    let plan = json!({"slots": [{
        "slug": "workshop", "title": "The whole workshop", "zone": "Europe/Berlin",
        "start": four[0]["occurrence"], "end": "start + 2h", "offers": [whole],
        "windows": [{"key": "public", "opens": "start - 90d", "closes": "start"}],
    }]});
    let applied =
        put.house.call(axum::http::Method::PUT, "/v1/plan").bearer(&put.key).json(&plan).send().await;
    assert_eq!(applied.status, 200, "{applied:?}");
    let changes = applied.json()["changes"].as_array().unwrap().clone();
    let made = changes.iter().find(|one| one["type"] == "slot.created").unwrap()["subject"].clone();
    let others = json!({"key": "others", "title": "The same by the API", "price": "99.00", "slots": slugs, "recipe": recipe});
    let path = format!("/v1/slots/{}/offers", made.as_str().unwrap());
    let added = put.house.post(&path).bearer(&put.key).header("if-match", "*").json(&others).send().await;
    assert_eq!(added.status, 201, "{added:?}");
    for offer in put.sheet(&made).await["offers"].as_array().unwrap() {
        assert_eq!(offer["recipe"].as_array().unwrap().len(), 4, "{offer}");
        let wish = json!({"slot": made, "lines": [{"offer": offer["id"], "quantity": 2}]});
        let held = put.house.post("/v1/holds").json(&wish).send().await;
        assert_eq!(held.status, 201, "{held:?}");
    }
    // The third evening sells out by itself: eight seats, four of them held by the bundles.
    for _ in 0..4 {
        put.order(&evenings[2]["slot"]).await;
    }
    let free = async || {
        let pools = put.house.get("/v1/pools?limit=500").bearer(&put.key).send().await.json();
        let all = pools["items"].as_array().unwrap().clone();
        let of = |one: &Value| all.iter().find(|known| known["key"] == pool(one)).unwrap().clone();
        four.iter().map(|one| of(one)["balance"]["free"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(free().await, [4, 4, 0, 4]);
    let offer = put.sheet(&made).await["offers"][0]["id"].clone();
    let wish = json!({"slot": made, "lines": [{"offer": offer, "quantity": 1}]});
    let none = put.house.post("/v1/holds").json(&wish).send().await;
    assert_eq!(none.problem(), "too_few_left", "{none:?}");
    assert_eq!(free().await, [4, 4, 0, 4], "all or nothing");
}

/// What is read can be put back and changes nothing; with other words and another time of day every slot goes along; a
/// later first date calls the earlier ones off and moves nobody; what is left out has its default again.
#[tokio::test(flavor = "multi_thread")]
async fn put_as_a_whole() {
    let put = Put::up().await;
    let path = format!("/v1/series/{}", put.id);
    let send = async |query: &str, body: &Value| {
        let call = put.house.call(axum::http::Method::PUT, &format!("{path}{query}")).bearer(&put.key);
        call.header("if-match", "*").json(body).send().await
    };
    let read = async || put.house.get(&path).bearer(&put.key).send().await.json();
    let before = put.shown(&put.id).await;
    let same = send("", &read().await).await;
    assert_eq!((same.status.as_u16(), &same.json()["outcomes"]), (200, &json!([])), "{same:?}");

    let mut later = read().await;
    later["title"] = json!("Late workshop");
    let start = evening(&put.house, 3);
    later["series"]["start"] = json!(Civil(start.0 + 3_600).to_string());
    let dry = send("?dry_run=true", &later).await;
    assert_eq!(dry.json()["outcomes"].as_array().unwrap().len(), before.len(), "{dry:?}");
    assert_eq!(put.shown(&put.id).await, before);
    let done = send("?tell=nobody", &later).await;
    assert!(before.iter().all(|one| became(&done, &one["slot"]) == "changed"), "{done:?}");
    let after = put.shown(&put.id).await;
    for (was, is) in before.iter().zip(&after) {
        assert_eq!((&is["slot"], &is["title"]), (&was["slot"], &json!("Late workshop")));
        assert_eq!(is["occurrence"], was["occurrence"].as_str().unwrap().replace("T18:", "T19:"));
    }

    let mut doc = read().await["series"].clone();
    doc["start"] = json!(Civil(start.0 + 3_600 + 7 * DAY).to_string());
    doc.as_object_mut().unwrap().remove("place");
    let done = send("", &doc).await;
    assert_eq!(became(&done, &before[0]["slot"]), "cancelled", "{done:?}");
    let left = put.shown(&put.id).await;
    assert_eq!(
        (left[1]["slot"].clone(), left[1]["starts_at"].clone()),
        (after[1]["slot"].clone(), after[1]["starts_at"].clone())
    );
    assert_eq!(put.sheet(&left[1]["slot"]).await["slot"]["place"], "");
}

/// How far a series has slots, and in which zone it is, nobody writes; what is no series says where.
#[tokio::test(flavor = "multi_thread")]
async fn put_says_what_is_wrong() {
    let put = Put::up().await;
    let path = format!("/v1/series/{}", put.id);
    let got = put.house.get(&path).bearer(&put.key).send().await;
    let whole = got.json();
    let send = async |body: &Value, version: &str| {
        let call = put.house.call(axum::http::Method::PUT, &path).bearer(&put.key);
        call.header("if-match", version).json(body).send().await
    };
    let doc = &whole["series"];
    for (name, value, code, field) in [
        ("rule", json!("WEEKLY"), "value_wrong", "rule"),
        ("rule", json!(7), "wrong_type", "rule"),
        ("zone", json!("Europe/Paris"), "value_wrong", "zone"),
        ("start", json!("soon"), "value_wrong", "start"),
        ("also", json!(["2031-03-30T02:30"]), "time_in_gap", "also[0]"),
        ("titel", json!("x"), "unknown_field", "titel"),
        ("template", json!("nothing"), "unknown", ""),
    ] {
        let mut doc = doc.clone();
        doc[name] = value;
        let got = send(&doc, "*").await;
        assert_eq!(got.problem(), code, "{name}: {got:?}");
        let said = got.json()["field"].as_str().unwrap_or_default().to_owned();
        assert!(said.ends_with(field), "{name}: {got:?}");
    }
    let mut other = whole.clone();
    other["version"] = json!(99);
    assert_eq!(send(&other, "*").await.json()["field"], "version");
    assert_eq!(send(&whole, "\"v0\"").await.problem(), "version_stale");
    assert_eq!(send(&whole, "*").await.status, 200, "nothing of it was done");
}

/// In the night in which the clocks go back an evening of two hours has two, and whoever makes the series is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_night_with_an_hour_more() {
    let put = Put::up().await;
    let zone = put.house.app.zones().known("Europe/Berlin").unwrap();
    let nights = (3..400).map(|day| Civil(evening(&put.house, day).0 - 18 * 3_600 + 5_400));
    let is_fold = |at: &Civil| matches!(zone.resolve(Civil(at.0 + 3_600)), Resolution::Fold { .. });
    let night = nights.into_iter().find(is_fold).unwrap();
    let body = json!({
        "key": "nights", "title": "Nights", "zone": "Europe/Berlin", "start": night.to_string(), "length": "2h",
        "rule": "FREQ=DAILY;COUNT=2", "days_ahead": 500,
    });
    let made = put.house.post("/v1/series").bearer(&put.key).json(&body).send().await;
    let clocks = &made.json()["clocks"];
    assert_eq!((&clocks[0]["what"], &clocks[0]["reading"]), (&json!("end"), &json!("fold")), "{made:?}");
    assert_eq!(clocks.as_array().unwrap().len(), 1, "{clocks}");
    for evening in put.shown(made.json()["series"]["id"].as_str().unwrap()).await {
        let slot = put.sheet(&evening["slot"]).await["slot"].clone();
        let at = |name: &str| Moment::parse(slot[name].as_str().unwrap()).unwrap().0;
        assert_eq!(at("end") - at("start"), 7_200_000, "{slot}");
    }
}
