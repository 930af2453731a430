//! The pipeline from outside: a dry run, the change that it spoke of, what waits for a yes, and the way back.

use dayshelf_core::change::{Credential, Tell, Wish};
use dayshelf_core::command::{ChangeSlot, Command, Expect, Resolutions};
use dayshelf_core::ids::{ConfirmationId, PasswordId, SlotId};
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House, fresh_key};

/// Asks for a change of a slot of the house.
async fn change(house: &House, key: &str, slot: &str, body: &Value) -> Got {
    let path = format!("/v1/slots/{}/change", house.id(slot));
    house.post(&path).bearer(key).header("if-match", "*").json(body).send().await
}

/// The start of a slot so many minutes later, on its own wall.
fn later(shown: &Value, minutes: i64) -> String {
    let local = shown["effect"]["moved"][0]["from"]["before"]["local"].as_str().unwrap();
    let start = dayshelf_ical::time::Civil::parse(&local[..19]).unwrap();
    dayshelf_ical::time::Civil(start.0 + minutes * 60).to_string()
}

/// What a dry run of a move by a second says, to read the present start from.
async fn shown(house: &House, key: &str, slot: &str) -> Value {
    let far = json!({"dry_run": true, "start": "2031-01-01T10:00"});
    let got = change(house, key, slot, &far).await;
    assert_eq!(got.status, 200, "{got:?}");
    got.json()
}

/// A dry run says all that would move, in the slot's zone and in UTC, whom it touches and who is told when; it
/// changes nothing, and the change then does just that.
#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_and_the_change() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    house.order("limited/one", 1).await;
    house.hold("limited/one", 1).await;
    let start = later(&shown(&house, &key, "limited").await, -1);
    let body = json!({"dry_run": true, "start": start, "tell": "after_quiet"});
    let said = change(&house, &key, "limited", &body).await.json();
    assert_eq!((said["verdict"].as_str(), said["dry_run"].as_bool()), (Some("settle"), Some(true)), "{said}");
    let effect = &said["effect"];
    let kinds: Vec<&str> =
        effect["moved"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["slot", "window", "fulfilment", "box", "box"], "{effect}");
    assert_eq!(effect["moved"][1]["from"]["anchor"], "start");
    assert!(effect["moved"][0]["from"]["after"]["utc"].as_str().unwrap().ends_with('Z'));
    assert_eq!((&effect["holds"]["count"], &effect["orders"]["count"]), (&json!(1), &json!(1)));
    assert_eq!(effect["customers"]["first"], json!(["ann@example.org"]));
    let sheet = || async {
        house.get(&format!("/v1/slots/{}/sheet", house.id("limited"))).bearer(&key).send().await.json()
    };
    assert_ne!(
        sheet().await["slot"]["start"],
        effect["moved"][0]["from"]["after"]["utc"],
        "nothing was done"
    );
    let done = change(&house, &key, "limited", &json!({"start": start})).await;
    assert_eq!((done.status.as_u16(), done.json()["verdict"].as_str()), (200, Some("settle")), "{done:?}");
    let now = sheet().await;
    assert_eq!(now["slot"]["start"], effect["moved"][0]["from"]["after"]["utc"]);
    assert_eq!(now["windows"][0]["opens"]["at"], effect["moved"][1]["from"]["after"]["utc"]);
    assert_eq!(now["trail"]["told_at"], done.json()["trail"]["told_at"]);
    assert!(now["trail"]["undo_until"].is_string() && now["trail"]["sequence"] == 0, "{now}");
}

/// A change is taken back with all that moved, once; a retry of that is the same answer.
#[tokio::test(flavor = "multi_thread")]
async fn taken_back() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let before = shown(&house, &key, "limited").await;
    let body = json!({"start": later(&before, -1), "title": "Other", "units": {"pool": pool(&house, &key).await, "units": 7}});
    assert_eq!(change(&house, &key, "limited", &body).await.status, 200);
    let (path, once) = (format!("/v1/slots/{}/undo", house.id("limited")), fresh_key());
    let undo = || house.post(&path).key(&once).bearer(&key);
    let back = undo().send().await;
    assert_eq!(back.status, 200, "{back:?}");
    assert_eq!(
        (&back.json()["slot"]["title"], &back.json()["slot"]["start"]),
        (&before["slot"]["title"], &before["slot"]["start"])
    );
    let again = undo().send().await;
    assert!(again.is_replay() && again.json()["slot"] == back.json()["slot"], "{again:?}");
    let none = house.post(&path).bearer(&key).send().await;
    assert_eq!((none.status.as_u16(), none.problem().as_str()), (409, "nothing_to_undo"), "{none:?}");
}

async fn pool(house: &House, key: &str) -> String {
    let page = house.get("/v1/pools").bearer(key).send().await.json();
    let plenty = page["items"].as_array().unwrap().iter().find(|pool| pool["key"] == "plenty");
    plenty.unwrap()["id"].as_str().unwrap().to_owned()
}

/// Calling off what people have bought waits; it is listed, nothing is done, a no leaves it, a yes does it.
#[tokio::test(flavor = "multi_thread")]
async fn waits_for_a_yes() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let (order, secret) = house.order("drop/one", 1).await;
    let asked = change(&house, &key, "drop", &json!({"cancel": true})).await;
    assert_eq!(
        (asked.status.as_u16(), asked.json()["verdict"].as_str()),
        (202, Some("confirm")),
        "{asked:?}"
    );
    assert_eq!(asked.json()["reasons"][0]["code"], "bought");
    let id = asked.json()["confirmation"]["id"].as_str().unwrap().to_owned();
    let listed = house.get("/v1/confirmations").bearer(&key).send().await.json();
    assert_eq!(
        (&listed["items"][0]["id"], &listed["items"][0]["cancel"]),
        (&json!(id), &json!(true)),
        "{listed}"
    );
    let state = || async { house.get(&format!("/v1/orders/{order}")).bearer(&secret).send().await.json() };
    assert_eq!(state().await["lines"][0]["state"], "confirmed", "nothing was done");
    let again = change(&house, &key, "drop", &json!({"cancel": true})).await;
    assert_eq!(again.json()["confirmation"]["id"], json!(id), "it waits already");
    let answer = |id: &str, word: &str| {
        house.post(&format!("/v1/confirmations/{id}/answer")).bearer(&key).json(&json!({"answer": word}))
    };
    assert_eq!(answer(&id, "no").send().await.status, 200);
    assert_eq!(answer(&id, "yes").send().await.problem(), "unknown");
    let asked = change(&house, &key, "drop", &json!({"cancel": true})).await.json();
    let id = asked["confirmation"]["id"].as_str().unwrap().to_owned();
    let done = answer(&id, "yes").send().await;
    assert_eq!((done.status.as_u16(), &done.json()["slot"]["state"]), (200, &json!("cancelled")), "{done:?}");
    assert_eq!(state().await["lines"][0]["state"], "cancelled");
    let gone = house.get(&format!("/v1/confirmations/{id}")).bearer(&key).send().await;
    assert_eq!(gone.problem(), "unknown");
}

/// The link is enough: its page asks and does nothing, its form does it, without script and without a key; a link
/// that was bent leads nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn answered_by_the_link() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    house.order("drop/one", 1).await;
    let asked = change(&house, &key, "drop", &json!({"cancel": true})).await.json();
    let url = asked["confirmation"]["url"].as_str().unwrap();
    let path = url.strip_prefix("http://localhost").unwrap();
    let page = house.open(path).await;
    page.has(&["Call it off?", "Orders that would be cancelled: 1", "name=\"answer\" value=\"yes\""]);
    let slot = house.id("drop").to_owned();
    assert_eq!(house.get(&format!("/v1/slots/{slot}")).send().await.json()["state"], "published");
    let bent = format!("{}0", &path[..path.len() - 1]);
    let other = if bent == path { format!("{}1", &path[..path.len() - 1]) } else { bent };
    assert_eq!(house.open(&other).await.status, 404);
    let done = house.send(&page, path, &[("answer", "yes")]).await;
    done.has(&["Done"]);
    assert_eq!(house.get(&format!("/v1/slots/{slot}")).send().await.json()["state"], "cancelled");
    assert_eq!(house.open(path).await.status, 404, "it was answered");
}

/// A key that goes wild is stopped, says so, and is let on by another one; the others go on meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_wild_key_is_frozen() {
    let house = House::new().await;
    let (wild, calm) = (house.api_key(Scope::Manage).await, house.api_key(Scope::Manage).await);
    let mut slots = Vec::new();
    for number in 0..=20 {
        let draft = json!({"slug": format!("n{number}"), "title": "N", "start": "2030-06-14T19:00", "end": "start + 2h"});
        let slot = house.post("/v1/slots").bearer(&wild).json(&draft).send().await.text("id");
        let publish = house.post(&format!("/v1/slots/{slot}/publish")).bearer(&wild).header("if-match", "*");
        assert_eq!(publish.send().await.status, 200);
        slots.push(slot);
    }
    let cancel = |key: &str, slot: &str| {
        let call = house.post(&format!("/v1/slots/{slot}/change")).bearer(key).header("if-match", "*");
        call.json(&json!({"cancel": true}))
    };
    for slot in &slots[..20] {
        assert_eq!(cancel(&wild, slot).send().await.status, 200);
    }
    for _ in 0..2 {
        let got = cancel(&wild, &slots[20]).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (403, "credential_frozen"), "{got:?}");
    }
    let keys = house.get("/v1/keys").bearer(&calm).send().await.json();
    let frozen = keys["items"].as_array().unwrap().iter().find(|key| key["frozen_since"].is_string());
    let path = format!("/v1/keys/{}/unfreeze", frozen.unwrap()["id"].as_str().unwrap());
    assert_eq!(house.post(&path).bearer(&wild).send().await.problem(), "credential_frozen");
    assert_eq!(house.post(&path).bearer(&calm).send().await.status, 204);
    assert_eq!(cancel(&wild, &slots[20]).send().await.status, 200);
    assert!(SlotId::parse(&slots[20]).is_some());
}

/// A calendar app that went wild is seen in the list of passwords, and let on by whoever manages; others go on meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_wild_calendar_app_is_let_on() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let issue = async |name: &str| {
        let made =
            house.post("/v1/calendar-passwords").bearer(&key).json(&json!({"name": name, "scope": "write"}));
        PasswordId::parse(&made.send().await.text("id")).unwrap()
    };
    let (wild, calm) = (issue("Phone").await, issue("Desk").await);
    let mut slots = Vec::new();
    for number in 0..=20 {
        let draft = json!({"slug": format!("n{number}"), "title": "N", "start": "2030-06-14T19:00", "end": "start + 2h"});
        let slot = house.post("/v1/slots").bearer(&key).json(&draft).send().await.text("id");
        let publish = house.post(&format!("/v1/slots/{slot}/publish")).bearer(&key).header("if-match", "*");
        assert_eq!(publish.send().await.status, 200);
        slots.push(SlotId::parse(&slot).unwrap());
    }
    let cancel = async |by: PasswordId, slot: SlotId| {
        let ask = ChangeSlot {
            slot,
            expected: Expect::Any,
            wish: Wish::Cancel,
            tell: Tell::Nobody,
            by: Credential::Password(by),
            resolved: Resolutions::new(),
            waits_as: ConfirmationId(house.desk.mint().id(house.home)),
        };
        house.submit(Command::ChangeSlot(Box::new(ask))).await;
        house.get(&format!("/v1/slots/{slot}")).send().await.json()["state"] == "cancelled"
    };
    for slot in &slots[..20] {
        assert!(cancel(wild, *slot).await);
    }
    assert!(!cancel(wild, slots[20]).await, "the change that was one too many was done");
    let frozen = async || {
        let all = house.get("/v1/calendar-passwords").bearer(&key).send().await.json();
        let all = all["items"].as_array().unwrap().clone();
        all.iter()
            .filter(|one| one["frozen_since"].is_string())
            .map(|one| one["name"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(frozen().await, ["Phone"]);
    let unfreeze = |password: PasswordId| {
        house.post(&format!("/v1/calendar-passwords/{password}/unfreeze")).bearer(&key).send()
    };
    assert_eq!(unfreeze(calm).await.status, 204, "nothing was to be done");
    assert_eq!(unfreeze(PasswordId(house.desk.mint().id(house.home))).await.problem(), "unknown");
    assert_eq!(frozen().await, ["Phone"]);
    assert_eq!(unfreeze(wild).await.status, 204);
    assert!(frozen().await.is_empty() && cancel(wild, slots[20]).await);
}

/// An edge that the clocks show twice is told with both readings; one that they jump over is refused with both.
#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_jump() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let fold = json!({"dry_run": true, "start": "2030-10-27T02:30", "end": "2030-10-27T05:00"});
    let said = change(&house, &key, "moon", &fold).await.json();
    let clock = &said["effect"]["clocks"][0];
    assert_eq!((&clock["what"], &clock["reading"]), (&json!("start"), &json!("fold")), "{said}");
    assert_eq!(clock["taken"]["local"], "2030-10-27T02:30:00+02:00");
    assert_eq!(clock["other"]["local"], "2030-10-27T02:30:00+01:00");
    let gap = json!({"dry_run": true, "start": "2030-03-31T02:30", "end": "2030-03-31T05:00"});
    let got = change(&house, &key, "moon", &gap).await;
    assert_eq!((got.problem().as_str(), &got.json()["field"]), ("time_in_gap", &json!("start")), "{got:?}");
}
