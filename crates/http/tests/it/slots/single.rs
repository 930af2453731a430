//! Single edits of windows, fulfilment and pools from outside: the same policy as a change of their slot.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House};

/// The path of the first window or fulfilment block of a slot.
async fn first(house: &House, key: &str, (slot, what): (&str, &str)) -> String {
    let list = format!("/v1/slots/{}/{what}", house.id(slot));
    let page = house.get(&list).bearer(key).send().await.json();
    format!("{list}/{}", page["items"][0]["id"].as_str().unwrap())
}

async fn put(house: &House, key: &str, path: &str, body: &Value) -> Got {
    house.call(Method::PUT, path).bearer(key).header("if-match", "*").json(body).send().await
}

/// The code of the only reason why something waits.
fn reason(got: &Got) -> (u16, String) {
    (got.status.as_u16(), got.json()["reasons"][0]["code"].as_str().unwrap_or_default().to_owned())
}

async fn trail(house: &House, key: &str, slot: &str) -> Value {
    let path = format!("/v1/slots/{}/sheet", house.id(slot));
    house.get(&path).bearer(key).send().await.json()["trail"].clone()
}

fn pickup(place: &str, opens: &str, closes: &str) -> Value {
    json!({"key": "pickup", "kind": "pickup", "place": place, "opens": opens, "closes": closes})
}

/// A window that closes on people who hold in it waits, is listed with what it is about, and is answered by its link;
/// once nobody holds in it, it closes without being asked for.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_people_hold_in() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    house.hold("drop/one", 1).await;
    let window = first(&house, &key, ("drop", "windows")).await;
    let early = json!({"key": "public", "title": "Everyone", "opens": "start", "closes": "start + 1m"});
    let asked = put(&house, &key, &window, &early).await;
    assert_eq!(reason(&asked), (202, "across_window".into()), "{asked:?}");
    let shown = house.get(&window).bearer(&key).send().await;
    assert_eq!(shown.json()["closes"]["anchor"], "end", "nothing was done: {shown:?}");
    let again = put(&house, &key, &window, &early).await;
    assert_eq!(again.json()["confirmation"]["id"], asked.json()["confirmation"]["id"], "it waits already");
    let listed = house.get("/v1/confirmations").bearer(&key).send().await.json();
    let part = &listed["items"][0]["part"];
    assert_eq!((&part["kind"], &part["title"]), (&json!("window"), &json!("Everyone")), "{listed}");
    assert!(window.ends_with(part["id"].as_str().unwrap()), "{listed}");
    let url = asked.json()["confirmation"]["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("http://localhost").unwrap();
    let page = house.open(path).await;
    page.has(&["Change it?", "A window would open, close or open again at once."]);
    house.send(&page, path, &[("answer", "yes")]).await.has(&["Done"]);
    let shown = house.get(&window).bearer(&key).send().await;
    assert_eq!(shown.json()["closes"]["anchor"], "start + 1m", "{shown:?}");
    let window = first(&house, &key, ("twin", "windows")).await;
    assert_eq!(put(&house, &key, &window, &early).await.status, 200, "nobody holds in that one");
}

/// A pickup at another place is done and told after the quiet time; one at another time altogether waits, and so
/// does one that goes; `tell` may say that nobody hears.
#[tokio::test(flavor = "multi_thread")]
async fn a_pickup_that_somebody_bought_for() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let slot = format!("/v1/slots/{}", house.id("gift"));
    let made = house.post(&format!("{slot}/fulfilments")).bearer(&key);
    let made = made.json(&pickup("Stall", "end", "end + 1h")).send().await;
    assert_eq!(made.status, 201, "{made:?}");
    house.order("gift/card", 1).await;
    let block = first(&house, &key, ("gift", "fulfilments")).await;
    let quiet = put(&house, &key, &format!("{block}?tell=nobody"), &pickup("Gate", "end", "end + 1h")).await;
    assert_eq!(quiet.status, 200, "{quiet:?}");
    assert_eq!(trail(&house, &key, "gift").await["told_at"], Value::Null);
    let moved = put(&house, &key, &block, &pickup("Gate", "end + 30m", "end + 1h")).await;
    assert_eq!((moved.status.as_u16(), moved.text("place").as_str()), (200, "Gate"), "{moved:?}");
    assert!(trail(&house, &key, "gift").await["told_at"].is_string());
    let bad = put(&house, &key, &format!("{block}?tell=perhaps"), &pickup("Gate", "end", "end + 1h")).await;
    assert_eq!((bad.status.as_u16(), bad.problem().as_str()), (400, "query_wrong"), "{bad:?}");
    let away = put(&house, &key, &block, &pickup("Gate", "end + 24h", "end + 25h")).await;
    assert_eq!(reason(&away), (202, "beyond_promise".into()), "{away:?}");
    let gone = house.call(Method::DELETE, &block).bearer(&key).header("if-match", "*").send().await;
    assert_eq!(reason(&gone), (202, "beyond_promise".into()), "{gone:?}");
    assert_eq!(gone.json()["confirmation"]["part"]["title"], Value::Null, "it would be removed: {gone:?}");
    assert_eq!(house.get(&block).bearer(&key).send().await.status, 200, "nothing was done");
    let id = gone.json()["confirmation"]["id"].as_str().unwrap().to_owned();
    let yes = house.post(&format!("/v1/confirmations/{id}/answer")).bearer(&key);
    let yes = yes.json(&json!({"answer": "yes"})).send().await;
    assert_eq!((yes.status.as_u16(), yes.json()["verdict"].as_str()), (200, Some("settle")), "{yes:?}");
    assert_eq!(house.get(&block).bearer(&key).send().await.status, 404);
    let told = house.get("/v1/journal?limit=200").bearer(&key).send().await.json();
    let removed = |record: &&Value| record["data"]["change"] == "part_removed";
    assert!(told["items"].as_array().unwrap().iter().any(|record| removed(&record)), "{told}");
}

/// A pool below what is sold waits, and so does one that a removal of units would leave so; above it, it is done.
#[tokio::test(flavor = "multi_thread")]
async fn a_pool_below_what_is_sold() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    house.order("drop/one", 3).await;
    let page = house.get("/v1/pools").bearer(&key).send().await.json();
    let stock = page["items"].as_array().unwrap().iter().find(|pool| pool["key"] == "stock").unwrap();
    let path = format!("/v1/pools/{}", stock["id"].as_str().unwrap());
    let units = |units: u32| json!({"key": "stock", "title": "Stock", "units": units});
    assert_eq!(put(&house, &key, &path, &units(3)).await.status, 200);
    let asked = put(&house, &key, &path, &units(1)).await;
    assert_eq!(reason(&asked), (202, "below_sold".into()), "{asked:?}");
    assert_eq!((asked.json()["reasons"][0]["short"].as_u64(), asked.header("etag")), (Some(2), None));
    assert_eq!(asked.json()["confirmation"]["part"]["kind"], "pool");
    assert_eq!(house.get(&path).bearer(&key).send().await.json()["units"], 3);
}

/// A program that takes a slot apart is stopped, and whatever it does next is refused; what is new or as it was is not
/// counted.
#[tokio::test(flavor = "multi_thread")]
async fn taken_apart() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let about = house.get("/v1/organiser").bearer(&key).send().await.json();
    let text = |name: &str| about[name].clone();
    // Two slots at once, or twenty parts of slots.
    let calmer = json!({"slug": text("slug"), "name": text("name"), "zone": text("zone"), "currency": text("currency"), "burst": 2});
    assert_eq!(put(&house, &key, "/v1/organiser", &calmer).await.status, 200);
    let all = format!("/v1/slots/{}/offers", house.id("gift"));
    let mut offers = Vec::new();
    for number in 0..=20 {
        let offer = json!({"key": format!("n{number}"), "recipe": [{"pool": "plenty"}], "price": "1.00"});
        let made = house.post(&all).bearer(&key).json(&offer).send().await;
        assert_eq!(made.status, 201, "{made:?}");
        offers.push((format!("{all}/{}", made.text("id")), offer));
    }
    let remove = |path: &str| house.call(Method::DELETE, path).bearer(&key).header("if-match", "*");
    for (path, _) in &offers[..20] {
        assert_eq!(remove(path).send().await.status, 204);
    }
    let (last, offer) = &offers[20];
    for _ in 0..2 {
        let got = remove(last).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (403, "credential_frozen"), "{got:?}");
    }
    assert_eq!(put(&house, &key, last, offer).await.problem(), "credential_frozen");
    assert_eq!(house.get(last).bearer(&key).send().await.status, 200, "it is there");
}

/// Whoever only looks at an edit of one part gets what a change of the slot would say of itself, with the fields, and
/// nothing is done: for a change, a new part and one that goes.
#[tokio::test(flavor = "multi_thread")]
async fn looked_at_first() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    house.hold("drop/one", 1).await;
    let window = first(&house, &key, ("drop", "windows")).await;
    let early = json!({"key": "public", "title": "Everyone", "opens": "start", "closes": "start + 1m"});
    let dry = put(&house, &key, &format!("{window}?dry_run=true"), &early).await;
    assert_eq!(reason(&dry), (200, "across_window".into()), "{dry:?}");
    let dry = dry.json();
    assert_eq!((&dry["dry_run"], &dry["verdict"]), (&json!(true), &json!("confirm")), "{dry}");
    let moved = &dry["effect"]["moved"];
    assert_eq!((moved.as_array().unwrap().len(), &moved[0]["type"]), (1, &json!("window")), "{dry}");
    let change = dry["changes"].as_array().unwrap().iter().find(|one| one["type"] == "window.put").unwrap();
    let fields: Vec<_> =
        change["fields"].as_array().unwrap().iter().map(|one| one["field"].clone()).collect();
    assert!(fields.contains(&json!("closes")) && fields.contains(&json!("title")), "{change}");
    let shown = house.get(&window).bearer(&key).send().await;
    assert_eq!(shown.json()["closes"]["anchor"], "end", "nothing was done: {shown:?}");
    let pending = house.get("/v1/confirmations").bearer(&key).send().await.json();
    assert_eq!(pending["items"], json!([]), "nothing waits");

    let blocks = format!("/v1/slots/{}/blocks", house.id("drop"));
    let cue = json!({"key": "song", "title": "A song", "when": "start + 1m", "cue": {"host": "Ann"}});
    let new = house.post(&format!("{blocks}?dry_run=true")).bearer(&key).json(&cue).send().await;
    assert_eq!((new.status.as_u16(), new.json()["verdict"].as_str()), (200, Some("apply")), "{new:?}");
    let list = house.get(&blocks).bearer(&key).send().await.json();
    assert_eq!(list["items"], json!([]), "{list}");
    let made = house.post(&blocks).bearer(&key).json(&cue).send().await;
    assert_eq!(made.status, 201, "{made:?}");
    let path = format!("/v1/blocks/{}", made.text("id"));
    let remove = async |query: &str| {
        let path = format!("{path}{query}");
        house.call(Method::DELETE, &path).bearer(&key).header("if-match", "*").send().await
    };
    let dry = remove("?dry_run=true").await.json();
    assert!(dry["changes"].as_array().unwrap().iter().any(|one| one["type"] == "block.removed"), "{dry}");
    assert_eq!(house.get(&path).bearer(&key).send().await.status, 200, "it is still there");
    assert_eq!(remove("?dry_run=perhaps").await.problem(), "query_wrong");
    assert_eq!(remove("").await.status, 204);
}
