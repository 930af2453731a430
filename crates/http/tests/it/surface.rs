//! What others script against, called once from end to end: every route that is promised, with exactly the members
//! that it is promised to take and to answer.
//!
//! Whoever renames or drops one of these breaks somebody's program. More members may come; these stay. Refusals
//! and odd cases stand beside the routes.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House};
use crate::slots::live::Watcher;

/// Panics when a member is not there.
fn has(of: &Value, members: &[&str]) {
    let known = of.as_object().unwrap_or_else(|| panic!("no object: {of}"));
    for member in members {
        assert!(known.contains_key(*member), "no {member}: {of}");
    }
}

/// The body of an answer with this status.
fn told(got: &Got, status: u16) -> Value {
    assert_eq!(got.status.as_u16(), status, "{got:?}");
    got.json()
}

fn text(of: &Value, member: &str) -> String {
    of[member].as_str().unwrap_or_else(|| panic!("no {member}: {of}")).to_owned()
}

/// Holds as a script does, with everything that a hold may say.
async fn held(house: &House, quantity: u32) -> Value {
    let body = json!({
        "slot": house.id("limited"),
        "lines": [{"offer": house.id("limited/one"), "quantity": quantity}],
        "contact": {"email": "ann@example.org"},
        "fulfilment": {"block": house.id("limited+pickup"), "box": house.id("limited+pickup#1")}
    });
    let hold = told(&house.post("/v1/holds").json(&body).send().await, 201);
    assert_eq!(hold["state"], "held");
    has(&hold, &["id", "secret", "state", "expires_at", "remaining_ms", "lines", "total"]);
    has(&hold["lines"][0], &["offer", "quantity", "unit_price", "total"]);
    has(&hold["total"], &["amount", "currency"]);
    assert_eq!(hold["fulfilment"], body["fulfilment"]);
    hold
}

/// The calendar, the slot and its stream.
#[tokio::test(flavor = "multi_thread")]
async fn reading() {
    let mut house = House::new().await;
    let calendar = "/v1/organisers/kiln/slots?from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z&cursor=";
    let page = told(&house.get(calendar).send().await, 200);
    has(&page, &["items", "next"]);
    has(
        &page["items"][0],
        &["id", "slug", "title", "start", "end", "zone", "state", "sale", "free", "sequence"],
    );

    let ladder = r#"
[[slots]]
slug = "stairs"
title = "Stairs"
start = "now - 5m"
end = "start + 3h"
windows = [{ key = "public", opens = "start", closes = "end" }]
offers = [{ key = "one", recipe = [{ pool = "plenty" }], ladder = [
    { title = "Early bird", price = "4.00" },
    { title = "Standard", price = "5.00", from = "end - 1h", after_units = 3 },
] }]"#;
    house.put(ladder).await;
    let slot = told(&house.get(&format!("/v1/slots/{}", house.id("stairs"))).send().await, 200);
    has(&slot, &["id", "state", "windows", "offers", "fulfilments", "sequence", "as_of"]);
    has(&slot["windows"][0], &["id", "key", "audience", "phase", "opens", "closes"]);
    let offer = &slot["offers"][0];
    has(offer, &["id", "key", "title", "price", "free", "state", "step", "next_step"]);
    assert_eq!((&offer["price"]["amount"], &offer["step"]), (&json!(400), &json!("Early bird")));
    assert_eq!(offer["next_step"]["price"], json!({"amount": 500, "currency": "EUR"}));
    assert_eq!(offer["next_step"]["units_before"], 3);
    assert!(offer["next_step"]["from"]["at"].is_string(), "{offer}");

    let live = format!("/v1/slots/{}/live", house.id("stairs"));
    // The watcher has seen to it that the event is called `stock`.
    let (sequence, stock) = Watcher::of(&house, &live).await.next().await.unwrap();
    has(&stock, &["slot", "sequence", "as_of", "window", "offers"]);
    has(&stock["offers"][0], &["offer", "free", "price", "state"]);
    assert_eq!(stock["sequence"], sequence);
}

/// A hold's whole life by its bearer, and the order that comes of it by its own and by the organiser's key.
#[tokio::test(flavor = "multi_thread")]
async fn buying() {
    let house = House::new().await;
    let hold = held(&house, 1).await;
    let (path, secret) = (format!("/v1/holds/{}", text(&hold, "id")), text(&hold, "secret"));
    let shown = told(&house.get(&path).bearer(&secret).send().await, 200);
    assert_eq!(shown["id"], hold["id"]);
    let longer = told(&house.post(&format!("{path}/extend")).bearer(&secret).send().await, 200);
    assert!(text(&longer, "expires_at") > text(&hold, "expires_at"), "{longer}");
    let released = told(&house.post(&format!("{path}/release")).bearer(&secret).send().await, 200);
    assert_eq!(released["state"], "released");

    let hold = held(&house, 2).await;
    let confirm = format!("/v1/holds/{}/confirm", text(&hold, "id"));
    let body = json!({
        "buyer": {"name": "Ann", "email": "ann@example.org"},
        "payment": {"method": "sandbox", "token": "tok_success"}
    });
    let secret = text(&hold, "secret");
    let asked = house.post(&confirm).bearer(&secret).json(&body).send();
    let (order, ()) = tokio::join!(asked, house.pay(hold["id"].as_str().unwrap(), true));
    let order = told(&order, 201);
    has(&order, &["id", "secret", "state", "slot", "lines", "total", "payment", "buyer", "extras"]);
    has(&order["lines"][0], &["line", "offer", "quantity", "unit_price", "total", "state", "pass"]);
    assert!(text(&order["lines"][0]["pass"], "text").starts_with("DS1."));
    let (path, secret) = (format!("/v1/orders/{}", text(&order, "id")), text(&order, "secret"));
    let key = house.api_key(Scope::Sell).await;
    for bearer in [&secret, &key] {
        assert_eq!(told(&house.get(&path).bearer(bearer).send().await, 200)["id"], order["id"]);
    }
    let given =
        house.post(&format!("{path}/cancel")).bearer(&secret).json(&json!({"lines": [0]})).send().await;
    assert_eq!(told(&given, 200)["state"], "cancelled");

    let (order, secret) = house.order("drop/one", 1).await;
    let elsewhere = json!({"slot": house.id("twin")});
    let moved = house.post(&format!("/v1/orders/{order}/move")).bearer(&key).json(&elsewhere).send().await;
    assert_eq!(told(&moved, 200)["slot"], house.id("twin"));
    assert_eq!(
        told(&house.get(&format!("/v1/orders/{order}")).bearer(&secret).send().await, 200)["state"],
        "confirmed"
    );
}

/// A place in line, the turn, and both ways out.
#[tokio::test(flavor = "multi_thread")]
async fn waiting() {
    let house = House::new().await;
    let (hold, hold_secret) = house.hold("drop/pair", 5).await;
    let path = format!("/v1/slots/{}/waitlist", house.id("drop"));
    let mut entries = Vec::new();
    for who in ["ann", "bea"] {
        let contact = json!({"email": format!("{who}@example.org")});
        let body = json!({"offer": house.id("drop/one"), "quantity": 8, "contact": contact});
        let entry = told(&house.post(&path).json(&body).send().await, 201);
        has(&entry, &["id", "secret", "state", "slot", "offer", "quantity", "joined_at", "ahead"]);
        assert_eq!(entry["state"], "waiting");
        entries.push((format!("/v1/waitlist/{}", text(&entry, "id")), text(&entry, "secret")));
    }
    let [ann, bea] = entries.try_into().unwrap();
    let gone = house.call(Method::DELETE, &bea.0).bearer(&bea.1).send().await;
    assert_eq!(told(&gone, 200)["state"], "left");
    house.post(&format!("/v1/holds/{hold}/release")).bearer(&hold_secret).send().await;
    let turn = told(&house.get(&ann.0).bearer(&ann.1).send().await, 200);
    assert_eq!(turn["state"], "turn");
    has(&turn["hold"], &["id", "secret", "state", "expires_at", "remaining_ms", "lines", "total"]);
    let no = house.post(&format!("{}/decline", ann.0)).bearer(&ann.1).send().await;
    assert_eq!(told(&no, 200)["state"], "left");
}

/// An organiser's things: each is made, read, listed, changed and removed.
#[tokio::test(flavor = "multi_thread")]
async fn keeping() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let slot = house.id("drop").to_owned();
    let things = [
        ("/v1/pools".to_owned(), json!({"key": "new", "units": 5})),
        ("/v1/codes".to_owned(), json!({"group": "new", "code": "NEWMOON"})),
        // Customers are kept in lists, which windows and reminders name.
        ("/v1/lists".to_owned(), json!({"key": "new", "customers": ["ann@example.org"]})),
        ("/v1/endpoints".to_owned(), json!({"url": "https://example.org/hooks", "kinds": ["stock.changed"]})),
        (
            format!("/v1/slots/{slot}/windows"),
            json!({"key": "new", "audience": {"code": "new"}, "opens": "end - 1h", "closes": "end"}),
        ),
        (
            format!("/v1/slots/{slot}/offers"),
            json!({"key": "new", "recipe": [{"pool": "plenty"}], "price": "5.00"}),
        ),
        (
            format!("/v1/slots/{slot}/fulfilments"),
            json!({"key": "new", "kind": "digital", "opens": "end", "closes": "end + 1h"}),
        ),
        (
            format!("/v1/slots/{slot}/blocks"),
            json!({"key": "new", "when": "start", "until": "end", "shift": {"person": "Ann"}}),
        ),
    ];
    for (path, body) in things {
        let made = told(&house.post(&path).bearer(&key).json(&body).send().await, 201);
        let id = text(&made, "id");
        let all = told(&house.get(&path).bearer(&key).send().await, 200);
        assert!(all["items"].as_array().unwrap().iter().any(|one| one["id"] == id), "{path}: {all}");
        // A block stands under its own id, since all that is done to it is done by that.
        let one = if path.ends_with("/blocks") { format!("/v1/blocks/{id}") } else { format!("{path}/{id}") };
        let read = house.get(&one).bearer(&key).send().await;
        // Codes and lists have no version: they are written whole, and nothing of them is ever read back.
        let tag = read.header("etag").unwrap_or("*").to_owned();
        assert_eq!(told(&read, 200)["id"], id);
        let put =
            house.call(Method::PUT, &one).bearer(&key).header("if-match", &tag).json(&body).send().await;
        assert_eq!(told(&put, 200)["id"], id, "{one}");
        let gone = house.call(Method::DELETE, &one).bearer(&key).header("if-match", "*").send().await;
        assert_eq!(gone.status, 204, "{one}: {gone:?}");
        assert_eq!(house.get(&one).bearer(&key).send().await.status, 404, "{one}");
    }
}

/// Slots, keys, stock, the plan and the journal.
#[tokio::test(flavor = "multi_thread")]
async fn running() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let slot = json!({"slug": "new", "title": "New", "start": "2030-06-14T19:00", "end": "start + 2h"});
    let made = told(&house.post("/v1/slots").bearer(&key).json(&slot).send().await, 201);
    assert_eq!(made["state"], "draft");
    let path = format!("/v1/slots/{}", text(&made, "id"));
    let post = |what: &str, body: Value| {
        house.post(&format!("{path}/{what}")).bearer(&key).header("if-match", "*").json(&body)
    };
    told(&post("publish", json!({})).send().await, 200);
    assert_eq!(told(&house.get(&path).send().await, 200)["state"], "published");
    told(&post("change", json!({"title": "Newer"})).send().await, 200);
    let remove = |path: &str| house.call(Method::DELETE, path).bearer(&key).header("if-match", "*");
    assert_eq!(told(&remove(&path).send().await, 200)["verdict"], "apply");
    assert_eq!(told(&house.get(&path).send().await, 200)["state"], "cancelled");

    let issued =
        house.post("/v1/keys").bearer(&key).json(&json!({"name": "till", "scope": "sell"})).send().await;
    let issued = told(&issued, 201);
    has(&issued, &["id", "key", "name", "scope"]);
    let gone =
        house.call(Method::DELETE, &format!("/v1/keys/{}", text(&issued, "id"))).bearer(&key).send().await;
    assert_eq!(gone.status, 204);

    let pool = told(
        &house.post("/v1/pools").bearer(&key).json(&json!({"key": "clay", "units": 5})).send().await,
        201,
    );
    let pool = format!("/v1/pools/{}", text(&pool, "id"));
    let body = json!({"kind": "lose", "units": 1, "reason": "broken", "source": "till-1"});
    let moved = told(&house.post(&format!("{pool}/movements")).bearer(&key).json(&body).send().await, 200);
    has(&moved, &["pool", "sequence", "known", "moves"]);
    let body = json!({"units": 3, "version": 1, "reason": "evening", "source": "till-2"});
    let counted = told(&house.post(&format!("{pool}/counts")).bearer(&key).json(&body).send().await, 200);
    assert_eq!((&counted["expected"], &counted["shortfall"]), (&json!(4), &json!(0)), "{counted}");

    let plan = json!({"pools": [{"key": "clay", "title": "Clay", "units": 9}]});
    let put = |query: &str| house.call(Method::PUT, &format!("/v1/plan{query}")).bearer(&key).json(&plan);
    let tried = told(&put("?dry_run=true").send().await, 200);
    assert_eq!(
        (&tried["dry_run"], tried["changes"].as_array().map(Vec::len)),
        (&json!(true), Some(1)),
        "{tried}"
    );
    let done = told(&put("").send().await, 200);
    assert_eq!(
        (&done["dry_run"], done["changes"].as_array().map(Vec::len)),
        (&json!(false), Some(1)),
        "{done}"
    );
    assert_eq!(told(&put("").send().await, 200)["changes"], json!([]));

    let page = told(&house.get("/v1/journal?after=0&limit=2").bearer(&key).send().await, 200);
    has(&page, &["items", "next", "more"]);
    has(&page["items"][0], &["id", "sequence", "at", "type", "subject", "data"]);
    let next = page["next"].as_u64().unwrap();
    let on = told(&house.get(&format!("/v1/journal?after={next}")).bearer(&key).send().await, 200);
    assert!(on["items"][0]["sequence"].as_u64() > Some(next), "{on}");
}
