//! Slots as their organiser edits them.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House, fresh_key};

fn draft(slug: &str) -> Value {
    json!({"slug": slug, "title": "Raku night", "start": "2030-06-14T19:00", "end": "start + 2h"})
}

fn tag(got: &Got) -> String {
    got.header("etag").unwrap_or_else(|| panic!("no ETag: {got:?}")).to_owned()
}

/// From a draft that nobody else sees to a slot on the calendar, and off it again.
#[tokio::test(flavor = "multi_thread")]
async fn from_draft_to_cancelled() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let once = fresh_key();
    let create = || house.post("/v1/slots").key(&once).bearer(&key).json(&draft("raku"));
    let made = create().send().await;
    assert_eq!((made.status.as_u16(), made.text("state").as_str()), (201, "draft"), "{made:?}");
    assert_eq!(
        (made.text("zone"), made.text("start")),
        ("Europe/Berlin".into(), "2030-06-14T17:00:00.000Z".into())
    );
    assert_eq!(create().send().await.body, made.body);
    let taken = house.post("/v1/slots").bearer(&key).json(&draft("raku")).send().await;
    assert_eq!((taken.status.as_u16(), taken.problem().as_str()), (409, "name_taken"));
    let path = format!("/v1/slots/{}", made.text("id"));
    assert_eq!(house.get(&path).send().await.status, 404, "a draft is nobody else's business");
    let foreign = house.foreign_key(Scope::Manage).await;
    assert_eq!(house.get(&path).bearer(&foreign).send().await.status, 404);
    let own = house.get(&path).bearer(&key).send().await;
    assert_eq!((own.status.as_u16(), own.header("etag")), (200, Some("\"v1\"")), "{own:?}");
    let publish = format!("{path}/publish");
    assert_eq!(house.post(&publish).bearer(&key).send().await.problem(), "if_match_missing");
    let once = fresh_key();
    let published = house.post(&publish).key(&once).bearer(&key).header("if-match", &tag(&own)).send().await;
    assert_eq!(published.text("state"), "published", "{published:?}");
    let again = house.post(&publish).key(&once).bearer(&key).header("if-match", &tag(&own)).send().await;
    assert!(again.is_replay() && again.body == published.body, "{again:?}");
    assert_eq!(house.get(&path).send().await.status, 200);
    let cancel = |tag: &str| {
        let call = house.post(&format!("{path}/change")).bearer(&key).header("if-match", tag);
        call.json(&json!({"cancel": true}))
    };
    assert_eq!(cancel("\"v1\"").send().await.problem(), "version_stale");
    let got = cancel(&tag(&published)).send().await;
    assert_eq!(
        (got.status.as_u16(), got.json()["slot"]["state"].as_str()),
        (200, Some("cancelled")),
        "{got:?}"
    );
    assert_eq!(cancel("*").send().await.problem(), "slot_cancelled");
}

/// A change needs the ETag that it was made from: of two, the second is told.
#[tokio::test(flavor = "multi_thread")]
async fn nobodys_work_is_overwritten() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let path = format!(
        "/v1/slots/{}",
        house.post("/v1/slots").bearer(&key).json(&draft("raku")).send().await.text("id")
    );
    let mut body = draft("raku");
    body["title"] = json!("Raku at midnight");
    let put = |tag: &str| house.call(Method::PUT, &path).bearer(&key).header("if-match", tag).json(&body);
    assert_eq!(put("v1").send().await.problem(), "if_match_wrong");
    let got = put("\"v1\"").send().await;
    assert_eq!(
        (got.json()["slot"]["title"].as_str(), tag(&got).as_str()),
        (Some("Raku at midnight"), "\"v2\"")
    );
    let stale = put("\"v1\"").send().await;
    assert_eq!((stale.status.as_u16(), stale.problem().as_str()), (412, "version_stale"));
    assert_eq!(stale.json()["current"], 2);
    assert_eq!(tag(&put("\"v2\"").send().await), "\"v2\"", "nothing to change, nothing changed");
    let never = house.desk.mint().id(house.home);
    let path = format!("/v1/slots/slot_{never}");
    let none = house.call(Method::PUT, &path).bearer(&key).header("if-match", "*").json(&body).send().await;
    assert_eq!((none.status.as_u16(), none.problem().as_str()), (404, "unknown"), "{none:?}");
}

/// A slot that is written as a whole, or called off, is tried first by the rules of every change; `tell` says who hears.
#[tokio::test(flavor = "multi_thread")]
async fn tried_as_a_whole() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    house.order("limited/one", 1).await;
    let path = format!("/v1/slots/{}", house.id("limited"));
    let read = || async { house.get(&path).bearer(&key).send().await };
    let before = read().await;
    let mut body = before.json();
    body["title"] = json!("Another title");
    let call = |method: Method, query: &str| {
        house.call(method, &format!("{path}{query}")).bearer(&key).header("if-match", "*")
    };
    let tried = call(Method::PUT, "?dry_run=true").json(&body).send().await;
    assert_eq!((tried.status.as_u16(), &tried.json()["dry_run"]), (200, &json!(true)), "{tried:?}");
    assert_eq!(read().await.json()["title"], before.json()["title"], "nothing was done");
    let tried = call(Method::DELETE, "?dry_run=true").send().await;
    assert_eq!((tried.status.as_u16(), &tried.json()["verdict"]), (200, &json!("confirm")), "{tried:?}");
    assert_eq!(read().await.header("etag"), before.header("etag"), "nothing was done");
    let waiting = house.get("/v1/confirmations").bearer(&key).send().await.json();
    assert_eq!(waiting["items"], json!([]), "nothing waits for a yes either");
    let bad = call(Method::DELETE, "?tell=perhaps").send().await;
    assert_eq!((bad.problem(), bad.text("field")), ("query_wrong".into(), "tell".into()));
    let sheet = || async { house.get(&format!("{path}/sheet")).bearer(&key).send().await.json() };
    body["place"] = json!("The other kiln");
    let done = call(Method::PUT, "?tell=nobody").json(&body).send().await;
    assert_eq!((done.status.as_u16(), &done.json()["dry_run"]), (200, &json!(false)), "{done:?}");
    assert_eq!(sheet().await["trail"]["notice"], Value::Null, "{done:?}");
    let mut body = read().await.json();
    body["place"] = json!("The third kiln");
    let done = call(Method::PUT, "").json(&body).send().await;
    assert_eq!(done.json()["verdict"], "settle", "{done:?}");
}

/// A slot that moves takes its windows, price steps and time boxes along: civil days stay civil, exact
/// offsets exact, over the change of the clocks too.
#[tokio::test(flavor = "multi_thread")]
async fn everything_moves_along() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let made = house.post("/v1/slots").bearer(&key).json(&draft("raku")).send().await;
    let path = format!("/v1/slots/{}", made.text("id"));
    let add = |what: &str, body: Value| house.post(&format!("{path}/{what}")).bearer(&key).json(&body);
    let window = json!({"key": "all", "opens": "start - 1d at 09:00", "closes": "start - 20m"});
    assert_eq!(add("windows", window).send().await.status, 201);
    let block = json!({"key": "pickup", "kind": "pickup", "opens": "end + 1d at 10:00", "closes": "end + 1d at 12:00",
        "boxes_of": {"length": "1h", "places": 3}});
    assert_eq!(add("fulfilments", block).send().await.status, 201);
    let offer = json!({"key": "seat", "recipe": [{"pool": "plenty"}], "ladder": [
        {"title": "Early", "price": "10.00"}, {"title": "Late", "price": "12.00", "from": "start - 6h"}]});
    let offer = add("offers", offer).send().await;
    assert_eq!(offer.status, 201, "{offer:?}");
    let moved = house
        .post(&format!("{path}/change"))
        .bearer(&key)
        .header("if-match", &tag(&offer))
        .json(&json!({"start": "2030-10-27T19:00", "end": "start + 2h"}))
        .send()
        .await;
    assert_eq!(
        (moved.status.as_u16(), moved.json()["slot"]["start"].as_str()),
        (200, Some("2030-10-27T18:00:00.000Z")),
        "{moved:?}"
    );
    let sheet = house.get(&format!("{path}/sheet")).bearer(&key).send().await.json();
    assert_eq!(sheet["windows"][0]["opens"]["at"], "2030-10-26T07:00:00.000Z", "nine o'clock in summer time");
    assert_eq!(sheet["windows"][0]["opens"]["anchor"], "start - 1d at 09:00");
    assert_eq!(sheet["windows"][0]["closes"]["at"], "2030-10-27T17:40:00.000Z");
    assert_eq!(sheet["fulfilments"][0]["boxes"][1]["from"]["at"], "2030-10-28T10:00:00.000Z");
    assert_eq!(sheet["offers"][0]["ladder"][1]["from"]["at"], "2030-10-27T12:00:00.000Z");
}

/// The organiser's own list has drafts and cancelled slots, page by page, and nobody else's.
#[tokio::test(flavor = "multi_thread")]
async fn own_slots() {
    let house = House::new().await;
    let (key, foreign) = (house.api_key(Scope::Read).await, house.foreign_key(Scope::Read).await);
    let (mut path, mut slugs) = ("/v1/slots?limit=4".to_owned(), Vec::new());
    loop {
        let page = house.get(&path).bearer(&key).send().await.json();
        slugs.extend(page["items"].as_array().unwrap().iter().map(|one| one["slug"].to_string()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/slots?limit=4&cursor={next}");
    }
    assert_eq!(slugs.len(), 10, "{slugs:?}");
    assert!(slugs.contains(&"\"draft\"".to_owned()));
    let none = house.get("/v1/slots").bearer(&foreign).send().await.json();
    assert_eq!(none["items"], json!([]));
}

/// A draft that is thrown away is in no list, on no page and in no feed, and its name is free; who asks for it by its
/// id is told what became of it, and it does not come back.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_thrown_away() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let made = house.post("/v1/slots").bearer(&key).json(&draft("raku")).send().await;
    let path = format!("/v1/slots/{}", made.text("id"));
    let off = house
        .post(&format!("{path}/change"))
        .bearer(&key)
        .header("if-match", "*")
        .json(&json!({"cancel": true}))
        .send()
        .await;
    assert_eq!(
        (off.status.as_u16(), off.json()["slot"]["state"].as_str()),
        (200, Some("discarded")),
        "{off:?}"
    );
    for list in ["/v1/slots?limit=500", "/v1/organisers/kiln/slots?from=2030-01-01T00:00:00Z", "/v1/calendar"]
    {
        let got = house.get(list).bearer(&key).send().await;
        assert_eq!(got.status, 200, "{got:?}");
        assert!(!String::from_utf8_lossy(&got.body).contains("Raku"), "{list}: {got:?}");
    }
    let feed = house.get("/kiln/feed.ics").send().await;
    assert!(!String::from_utf8_lossy(&feed.body).contains("Raku"));
    assert_eq!(house.get("/kiln/raku").header("accept", "text/html").send().await.status, 404);
    assert_eq!(house.get(&path).send().await.status, 404);
    assert_eq!(house.get(&path).bearer(&key).send().await.json()["state"], "discarded");
    let back = house.post(&format!("{path}/publish")).bearer(&key).header("if-match", "*").send().await;
    assert_eq!(back.problem(), "slot_cancelled");
    let again = house.post("/v1/slots").bearer(&key).json(&draft("raku")).send().await;
    assert_eq!(again.status, 201, "its name is free: {again:?}");
    let overlay = house.post(&format!("{path}/overlay")).bearer(&key).send().await;
    assert_eq!(overlay.problem(), "slot_cancelled");
    let third = house.post("/v1/slots").bearer(&key).json(&draft("raku")).send().await;
    assert_eq!(third.problem(), "name_taken", "it is another's now: {third:?}");
}
