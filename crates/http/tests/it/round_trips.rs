//! What GET answers, PUT takes: unchanged it changes nothing, and what nobody writes can't be changed.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House};

/// A slot with one of everything, whose parts name each other.
const RICH: &str = r#"pools = [
    { key = "rich", title = "Rich", units = 20, buffer = 1, borrows = ["plenty"] },
    { key = "cottage", title = "Cottage", units = 2, nights = { first = "2030-06-14", last = "2030-06-15" } },
]
lists = [{ key = "regulars", customers = ["ann@example.org"] }]

[[slots]]
slug = "rich"
title = "Rich"
start = "2030-06-14T19:00"
end = "start + 2h"
extras = [{ title = "Film", url = "https://example.org/film" }]
faqs = [{ question = "How long?", answer = "Two hours." }]
windows = [
    { key = "vip", title = "Friends", audience = { code = "vip" }, opens = "start - 1d at 10:00", closes = "start", offers = ["cup"], allotments = [{ pool = "rich", units = 4 }], unsold = { roll = "all" }, hold = { at = "checkout", for = "7m30s", extensions = 2, limit = 3 }, waitlist = { fairness = "lottery", turn = "4m" } },
    { key = "list", audience = { list = "regulars" }, opens = "start - 2h", closes = "start - 1h", drip = { units = 2, every = "90s" }, unsold = "stay" },
    { key = "all", opens = "start", closes = "end", lobby = { per_minute = 9, ahead = "20m", for = "3m" } },
]
offers = [
    { key = "cup", title = "Cup", about = "A cup.", recipe = [{ pool = "rich" }], ladder = [
        { title = "Early", price = "15.00" },
        { title = "Then", price = "18.00", from = "start + 30m" },
        { title = "Last", price = "21.00", after_units = 9 },
    ], units_max = 4 },
    { key = "ribbon", title = "Ribbon", recipe = [{ pool = "plenty", units = 2 }], price = "3.00", with = ["cup"] },
]
fulfilments = [
    { key = "pickup", kind = "pickup", place = "Yard", opens = "end", closes = "end + 1h", boxes_of = { length = "30m", places = 9 } },
    { key = "post", kind = "delivery", opens = "end + 1d", closes = "end + 2d" },
]
blocks = [
    { key = "live", when = "start", until = "end", broadcast = { sources = [{ kind = "hls", url = "https://example.org/live.m3u8" }], replay = "https://example.org/again" } },
    { key = "nudge", when = "start - 1h", reminder = { audience = "buyers", channel = "mail", text = "Soon." } },
    { key = "camera", when = "start", until = "start + 10m", cue = { camera = "wide", offer = "cup" } },
    { key = "scarce", when = "start", rule = { below = { pool = "rich", units = 2 }, then = { shrink = { pool = "plenty", keep = 5 } } } },
    { key = "early", when = "start - 2h", rule = { sold_out = "vip", then = { open = "all" } } },
    { key = "others", when = "start", rule = { below = { pool = "rich", units = 1 }, then = { close = ["drop"] } } },
]
"#;

async fn put(house: &House, key: &str, path: &str, (etag, body): (&str, &Value)) -> Got {
    house.call(Method::PUT, path).bearer(key).header("if-match", etag).json(body).send().await
}

/// The paths of all parts of the slot, and of its pool.
async fn things(house: &House, key: &str) -> Vec<String> {
    let slots = house.get("/v1/slots?limit=500").bearer(key).send().await.json();
    let slots = slots["items"].as_array().unwrap().clone();
    let slot = slots.iter().find(|slot| slot["slug"] == "rich").unwrap()["id"].as_str().unwrap().to_owned();
    let mut paths = Vec::new();
    for (list, root) in [
        (format!("/v1/slots/{slot}/offers"), format!("/v1/slots/{slot}/offers")),
        (format!("/v1/slots/{slot}/windows"), format!("/v1/slots/{slot}/windows")),
        (format!("/v1/slots/{slot}/fulfilments"), format!("/v1/slots/{slot}/fulfilments")),
        (format!("/v1/slots/{slot}/blocks"), "/v1/blocks".to_owned()),
        ("/v1/pools?limit=500".to_owned(), "/v1/pools".to_owned()),
    ] {
        let page = house.get(&list).bearer(key).send().await.json();
        let items = page["items"].as_array().unwrap_or_else(|| panic!("{list}: {page}")).clone();
        let own = items.iter().filter(|item| !root.ends_with("/pools") || item["role"]["kind"] == "stock");
        paths.extend(own.map(|item| format!("{root}/{}", item["id"].as_str().unwrap())));
    }
    paths
}

/// Every one of them, read and put unchanged, is answered as it stands, and stands as it was.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_can_be_put() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let plan = house.call(Method::PUT, "/v1/plan").bearer(&key).raw("application/toml", RICH.to_owned());
    let done = plan.send().await;
    assert_eq!(done.status, 200, "{done:?}");
    let things = things(&house, &key).await;
    assert!(things.len() > 2 + 3 + 2 + 6, "{things:?}");
    for path in things {
        let first = house.get(&path).bearer(&key).send().await;
        let (etag, body) = (first.header("etag").unwrap().to_owned(), first.json());
        let put_back = put(&house, &key, &path, (&etag, &body)).await;
        assert_eq!(put_back.status, 200, "{path}: {body}\n{put_back:?}");
        assert_eq!(put_back.json(), body, "{path}");
        let again = house.get(&path).bearer(&key).send().await;
        assert_eq!((again.header("etag"), again.json()), (Some(etag.as_str()), body.clone()), "{path}");

        // A little is changed in it, and only that.
        let mut changed = body.clone();
        changed["title"] = json!("Another title");
        let got = put(&house, &key, &path, (&etag, &changed)).await;
        assert_eq!(got.status, 200, "{path}: {got:?}");
        let mut wanted = got.json();
        assert_eq!(wanted["title"], "Another title");
        wanted["title"] = body["title"].clone();
        if body.get("version").is_some() {
            wanted["version"] = body["version"].clone();
        }
        assert_eq!(wanted, body, "{path}");

        // What nobody writes can't be changed, and says so.
        let etag = got.header("etag").unwrap().to_owned();
        let mut other = body.clone();
        other["id"] = json!("offer_01k9ydt4zq7m8v2c5x6b3n0aef");
        let refused = put(&house, &key, &path, (&etag, &other)).await;
        let told = refused.json();
        assert_eq!((refused.status.as_u16(), &told["field"]), (422, &json!("id")), "{path}: {refused:?}");
        assert!(told["detail"].as_str().unwrap().contains("leave it out"), "{told}");
    }
}

/// An instant follows from its words: who changes it alone is told what to change.
#[tokio::test(flavor = "multi_thread")]
async fn instants_follow_from_their_words() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let plan = house.call(Method::PUT, "/v1/plan").bearer(&key).raw("application/toml", RICH.to_owned());
    assert_eq!(plan.send().await.status, 200);
    let things = things(&house, &key).await;
    let path = things.iter().find(|path| path.contains("/windows/")).unwrap();
    let read = house.get(path).bearer(&key).send().await;
    let etag = read.header("etag").unwrap().to_owned();
    let mut body = read.json();
    body["opens"]["at"] = json!("2030-06-01T00:00:00.000Z");
    let got = put(&house, &key, path, (&etag, &body)).await;
    assert_eq!((got.status.as_u16(), &got.json()["field"]), (422, &json!("opens.at")), "{got:?}");
    body["opens"]["anchor"] = json!("start - 3h");
    let got = put(&house, &key, path, (&etag, &body)).await;
    assert_eq!((got.status.as_u16(), &got.json()["opens"]["anchor"]), (200, &json!("start - 3h")), "{got:?}");
}

/// What is made by itself, with a member of it and another value for that.
async fn made(house: &House, key: &str) -> Vec<(String, &'static str, Value)> {
    let post = async |path: &str, body: Value| {
        let got = house.post(path).bearer(key).json(&body).send().await;
        assert_eq!(got.status, 201, "{path}: {got:?}");
        format!("{path}/{}", got.text("id"))
    };
    let picture = crate::library::sent(house, key).await["id"].as_str().unwrap().to_owned();
    let product = json!({"key": "mug", "title": "Mug", "about": "It holds tea.", "pictures": [picture],
        "faqs": [{"question": "Is it safe?", "answer": "Yes."}]});
    let template = json!({"key": "usual", "title": "Usual", "parameters": [{"key": "units", "default": 3}],
        "windows": [{"key": "public", "opens": "start - 1h", "closes": "end"}]});
    let endpoint = json!({"url": "https://example.org/hook", "kinds": ["hold.*"], "on": false});
    let code = json!({"group": "vip", "code": "EARLY", "expires": "2030-01-01T00:00:00Z"});
    let list = json!({"key": "known", "customers": ["ann@example.org", "bea@example.org"]});
    vec![
        (format!("/v1/pictures/{picture}"), "alt", json!("Half blue")),
        (post("/v1/products", product).await, "title", json!("Cup")),
        (post("/v1/templates", template).await, "title", json!("As usual")),
        (post("/v1/endpoints", endpoint).await, "url", json!("https://example.org/other")),
        (post("/v1/codes", code).await, "group", json!("friends")),
        (post("/v1/lists", list).await, "key", json!("well-known")),
        ("/v1/organiser".to_owned(), "name", json!("Another name")),
    ]
}

/// Pictures, products, templates, endpoints, codes, lists and the organiser: read and put unchanged nothing is another;
/// one member of them is changed, and changed back.
#[tokio::test(flavor = "multi_thread")]
async fn whole_things_can_be_put_back() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    for (path, field, other) in made(&house, &key).await {
        let first = house.get(&path).bearer(&key).send().await;
        let (etag, body) = (first.header("etag").unwrap().to_owned(), first.json());
        let same = put(&house, &key, &path, (&etag, &body)).await;
        assert_eq!((same.status.as_u16(), same.json()), (200, body.clone()), "{path}");
        assert_eq!(same.header("etag"), Some(etag.as_str()), "{path}: nothing has changed");

        let mut changed = body.clone();
        changed[field] = other.clone();
        let got = put(&house, &key, &path, (&etag, &changed)).await;
        assert_eq!((got.status.as_u16(), &got.json()[field]), (200, &other), "{path}: {got:?}");
        let etag = got.header("etag").unwrap().to_owned();
        let mut back = got.json();
        for (name, value) in body.as_object().unwrap().iter().filter(|(name, _)| *name != "version") {
            back[name] = value.clone();
        }
        let got = put(&house, &key, &path, (&etag, &back)).await;
        assert_eq!(got.status, 200, "{path}: {got:?}");
        let mut again = got.json();
        assert_ne!(got.header("etag"), Some(etag.as_str()), "{path}");
        if body.get("version").is_some() {
            again["version"] = body["version"].clone();
        }
        assert_eq!(again, body, "{path}");

        let mut foreign = again.clone();
        foreign["id"] = json!("pool_01k9ydt4zq7m8v2c5x6b3n0aef");
        let refused = put(&house, &key, &path, ("*", &foreign)).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (422, &json!("id")), "{path}");
    }
}

/// A code's text and a list's customers, which are never read, stay where nobody writes them.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_never_read_stays() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let code =
        house.post("/v1/codes").bearer(&key).json(&json!({"group": "x", "code": "EARLY"})).send().await;
    let path = format!("/v1/codes/{}", code.text("id"));
    let got = put(&house, &key, &path, ("*", &json!({"group": "vip"}))).await;
    assert_eq!((got.status.as_u16(), got.header("etag")), (200, Some("\"v2\"")), "{got:?}");
    let read = house.get(&path).bearer(&key).send().await;
    assert_eq!(read.header("etag"), Some("\"v2\""), "{read:?}");
    let mut wish = house.wish("moon/vase", 1);
    wish["code"] = json!("early");
    assert_eq!(house.post("/v1/holds").json(&wish).send().await.status, 201, "the text is the same");

    let body = json!({"key": "known", "customers": ["ann@example.org", "bea@example.org"]});
    let list = house.post("/v1/lists").bearer(&key).json(&body).send().await;
    let path = format!("/v1/lists/{}", list.text("id"));
    for body in [json!({"key": "friends"}), json!({"key": "friends", "customers": 2})] {
        let got = put(&house, &key, &path, ("*", &body)).await;
        assert_eq!((got.status.as_u16(), &got.json()["customers"]), (200, &json!(2)), "{got:?}");
    }
    let wrong = put(&house, &key, &path, ("*", &json!({"key": "friends", "customers": 3}))).await;
    assert_eq!((wrong.status.as_u16(), &wrong.json()["field"]), (422, &json!("customers")), "{wrong:?}");
    let fewer =
        put(&house, &key, &path, ("*", &json!({"key": "friends", "customers": ["ann@example.org"]}))).await;
    assert_eq!(fewer.json()["customers"], 1);
}

/// A disabled endpoint stays so when it is put back, and nobody else makes it so.
#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_is_read_is_kept() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let body = json!({"url": "https://example.org/hook", "on": false});
    let made = house.post("/v1/endpoints").bearer(&key).json(&body).send().await;
    let path = format!("/v1/endpoints/{}", made.text("id"));
    let disabled = json!({"url": "https://example.org/hook", "state": "disabled"});
    let got = put(&house, &key, &path, ("*", &disabled)).await;
    assert_eq!((got.status.as_u16(), &got.json()["field"]), (422, &json!("state")), "{got:?}");
    let on = json!({"url": "https://example.org/hook", "state": "on"});
    assert_eq!(put(&house, &key, &path, ("*", &on)).await.json()["state"], "on");
}

/// A slot, as its page or its sheet has it, can be put: unchanged it is nothing; a time counts that was changed, and one
/// that is said in two ways is refused; what is sold is put at its own address.
#[tokio::test(flavor = "multi_thread")]
async fn a_slot_can_be_put_back() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let plan = house.call(Method::PUT, "/v1/plan").bearer(&key).raw("application/toml", RICH.to_owned());
    assert_eq!(plan.send().await.status, 200);
    let all = house.get("/v1/slots?limit=500").bearer(&key).send().await.json();
    let all = all["items"].as_array().unwrap().clone();
    let id = all.iter().find(|slot| slot["slug"] == "rich").unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/slots/{id}");
    let page = async || house.get(&path).bearer(&key).send().await;
    let sheet = async || house.get(&format!("{path}/sheet")).bearer(&key).send().await.json()["slot"].clone();
    let first = sheet().await;
    for body in [page().await.json(), first.clone()] {
        let got = put(&house, &key, &path, ("*", &body)).await;
        assert_eq!(
            (got.status.as_u16(), &got.json()["verdict"]),
            (200, &json!("nothing")),
            "{body}\n{got:?}"
        );
    }
    assert_eq!(sheet().await, first, "nothing has changed, not what comes with an order either");

    let mut body = page().await.json();
    body["title"] = json!("Richer");
    assert_eq!(put(&house, &key, &path, ("*", &body)).await.json()["slot"]["title"], "Richer");
    // The instant alone, the wall alone, and both of them: one hour later each.
    let mut body = page().await.json();
    body["start"] = json!("2030-06-14T18:00:00Z");
    let got = put(&house, &key, &path, ("*", &body)).await;
    assert_eq!(got.json()["slot"]["start_local"], "2030-06-14T20:00:00", "{got:?}");
    let mut body = sheet().await;
    body["start_local"] = json!("2030-06-14T20:30:00");
    let got = put(&house, &key, &path, ("*", &body)).await;
    assert_eq!(got.json()["slot"]["start"], "2030-06-14T18:30:00.000Z", "{got:?}");
    let mut body = sheet().await;
    (body["start"], body["start_local"]) = (json!("2030-06-14T17:00:00Z"), json!("2030-06-14T19:30:00"));
    for (name, value) in [("start", None), ("windows", Some(json!([]))), ("version", Some(json!(1)))] {
        let mut body = if value.is_some() { page().await.json() } else { body.clone() };
        if let Some(value) = value {
            body[name] = value;
        }
        let got = put(&house, &key, &path, ("*", &body)).await;
        assert_eq!((got.status.as_u16(), &got.json()["field"]), (422, &json!(name)), "{got:?}");
    }
    let words = json!({"slug": "rich", "title": "Rich", "start": "2030-06-14T19:00", "end": "start + 2h"});
    let got = put(&house, &key, &path, ("*", &words)).await;
    assert_eq!(got.json()["slot"]["end_local"], "2030-06-14T21:00:00", "{got:?}");
}

/// Of a time that the clocks show twice both readings are told, wherever it is written; the second of them has its offset.
#[tokio::test(flavor = "multi_thread")]
async fn both_readings_of_a_fold_are_told() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let told = |clock: &Value| {
        assert_eq!((&clock["what"], &clock["reading"]), (&json!("start"), &json!("fold")), "{clock}");
        assert_eq!(clock["taken"]["local"], "2030-10-27T02:30:00+02:00");
        assert_eq!(clock["other"]["local"], "2030-10-27T02:30:00+01:00");
    };
    let body =
        json!({"slug": "night", "title": "Night", "start": "2030-10-27T02:30", "end": "2030-10-27T05:00"});
    let made = house.post("/v1/slots").bearer(&key).json(&body).send().await;
    told(&made.json()["clocks"][0]);
    let path = format!("/v1/slots/{}", made.text("id"));
    let day =
        json!({"slug": "night", "title": "Night", "start": "2030-10-28T02:30", "end": "2030-10-28T05:00"});
    let moved = put(&house, &key, &path, ("*", &day)).await.json();
    assert!(moved["slot"].get("clocks").is_none(), "{moved}");
    told(&put(&house, &key, &path, ("*", &body)).await.json()["slot"]["clocks"][0]);
    let change = json!({"start": "2030-10-27T02:30", "end": "2030-10-27T06:00"});
    let changed = house.post(&format!("{path}/change")).bearer(&key).header("if-match", "*").json(&change);
    told(&changed.send().await.json()["slot"]["clocks"][0]);

    // The second one is written as an instant, or with its offset.
    for text in ["2030-10-27T01:30:00Z", "2030-10-27T02:30:00+01:00"] {
        let mut second = house.get(&format!("{path}/sheet")).bearer(&key).send().await.json()["slot"].clone();
        second["start"] = json!(text);
        let got = put(&house, &key, &path, ("*", &second)).await;
        let slot = &got.json()["slot"];
        assert_eq!(slot["start"], "2030-10-27T01:30:00.000Z", "{got:?}");
        let clock = &slot["clocks"][0];
        assert_eq!(clock["taken"]["local"], "2030-10-27T02:30:00+01:00", "{clock}");
        assert_eq!(clock["other"]["local"], "2030-10-27T02:30:00+02:00", "{clock}");
        put(&house, &key, &path, ("*", &body)).await;
    }

    let plan = "[[slots]]\nslug = \"other-night\"\ntitle = \"Night\"\nstart = \"2030-10-27T02:30\"\nend = \"start + 2h\"\n\
                windows = [{ key = \"public\", opens = \"start - 1d\", closes = \"end\" }]\n";
    for path in ["/v1/plan?dry_run=true", "/v1/plan"] {
        let got =
            house.call(Method::PUT, path).bearer(&key).raw("application/toml", plan.to_owned()).send().await;
        assert_eq!(
            (got.status.as_u16(), &got.json()["clocks"][0]["slot"]),
            (200, &json!("other-night")),
            "{got:?}"
        );
        told(&got.json()["clocks"][0]);
    }
}

/// Hours are exact also in the night in which the clocks go back: a slot of two hours has two, though its end reads as the
/// first half past two would, wherever it is written, sent back as it was read, or moved; and calendars are told the moment.
#[tokio::test(flavor = "multi_thread")]
async fn a_length_is_exact_where_the_clocks_go_back() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let night =
        |start: &str, end: &str| json!({"slug": "night", "title": "Night", "start": start, "end": end});
    let (begins, ends) = ("2030-10-26T23:30:00.000Z", "2030-10-27T01:30:00.000Z");
    let is_whole = |slot: &Value| {
        assert_eq!((&slot["start"], &slot["end"]), (&json!(begins), &json!(ends)), "{slot}");
        assert_eq!(slot["end_local"].as_str().unwrap_or("2030-10-27T02:30:00"), "2030-10-27T02:30:00");
    };
    let two = night("2030-10-27T01:30", "start + 2h");
    let made = house.post("/v1/slots").bearer(&key).json(&two).send().await;
    is_whole(&made.json());
    let clock = &made.json()["clocks"][0];
    assert_eq!(
        (&clock["what"], &clock["taken"]["local"]),
        (&json!("end"), &json!("2030-10-27T02:30:00+01:00"))
    );
    let path = format!("/v1/slots/{}", made.text("id"));
    let sheet =
        || async { house.get(&format!("{path}/sheet")).bearer(&key).send().await.json()["slot"].clone() };
    let read = sheet().await;
    is_whole(&read);
    let mut wall = read.clone();
    for name in ["start", "end"] {
        wall.as_object_mut().unwrap().remove(name);
    }
    for body in [&read, &wall, &two, &night("2030-10-27T01:30", "2030-10-27T02:30:00+01:00")] {
        let got = put(&house, &key, &path, ("*", body)).await;
        assert_eq!(got.json()["verdict"], "nothing", "{body}\n{got:?}");
    }
    let change =
        |body: Value| house.post(&format!("{path}/change")).bearer(&key).header("if-match", "*").json(&body);
    for (start, end, lasts) in [
        ("2030-10-28T01:30", None, "2030-10-28T02:30:00.000Z"),
        ("2030-10-27T01:30", Some("start + 2h"), ends),
        ("2030-10-27T02:30", Some("start + 1h"), "2030-10-27T01:30:00.000Z"),
        ("2030-10-27T01:30", Some("start + 2h"), ends),
    ] {
        let mut body = json!({ "start": start });
        body["end"] = end.map_or(Value::Null, Value::from);
        let got = change(body).send().await;
        assert_eq!(got.json()["slot"]["end"], lasts, "{start} {end:?} {got:?}");
    }
    let publish = house.post(&format!("{path}/publish")).bearer(&key).header("if-match", "*");
    assert_eq!(publish.send().await.status, 200);
    let organiser = house.get("/v1/organiser").bearer(&key).send().await.text("slug");
    let file = house.get(&format!("/{organiser}/night.ics")).send().await;
    let text = String::from_utf8(file.body.to_vec()).unwrap();
    assert!(text.contains("DTSTART;TZID=Europe/Berlin:20301027T013000\r\n"), "{text}");
    assert!(
        text.contains("DTEND:20301027T013000Z\r\n"),
        "beside a zone's name it would be an hour earlier: {text}"
    );

    let plan = "[[slots]]\nslug = \"night\"\ntitle = \"Night\"\nstart = \"2030-10-27T01:30\"\nend = \"start + 2h\"\n";
    let got = house
        .call(Method::PUT, "/v1/plan")
        .bearer(&key)
        .raw("application/toml", plan.to_owned())
        .send()
        .await;
    assert_eq!(got.json()["changes"], json!([]), "{got:?}");
}
