//! What GET answers, PUT takes: unchanged it changes nothing, and what nobody writes can't be changed.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House};

/// A slot with one of everything, whose parts name each other.
const RICH: &str = r#"pools = [
    { key = "rich", title = "Rich", units = 20, buffer = 1, borrows = ["plenty"] },
]
lists = [{ key = "regulars", customers = ["ann@example.org"] }]

[[slots]]
slug = "rich"
title = "Rich"
start = "2030-06-14T19:00"
end = "start + 2h"
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
    assert!(things.len() >= 2 + 3 + 2 + 6 + 1, "{things:?}");
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
        wanted["version"] = body["version"].clone();
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
