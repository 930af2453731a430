//! `/overlay/{secret}`.

use dayshelf_core::organiser::Scope;
use serde_json::json;

use crate::house::House;
use crate::slots::live::Watcher;

/// The path of a slot's overlay, as the API says it.
async fn address(house: &House, slot: &str, key: &str) -> String {
    let got = house.get(&format!("/v1/slots/{}/overlay", house.id(slot))).bearer(key).send().await;
    assert_eq!(got.status, 200, "{got:?}");
    assert_eq!(got.json()["slot"], house.id(slot));
    got.text("url").strip_prefix("http://localhost").unwrap().to_owned()
}

/// The overlay shows what is left, at an address that nobody can guess.
#[tokio::test(flavor = "multi_thread")]
async fn shows_what_is_left() {
    let house = House::new().await;
    let key = house.api_key(Scope::Read).await;
    let mut paths = std::collections::HashMap::new();
    for name in ["drop", "twin", "moon", "over", "gift", "draft"] {
        paths.insert(name, address(&house, name, &key).await);
    }
    let path = |name: &str| paths[name].clone();
    let page = house.open(&path("drop")).await;
    page.has(&["<b data-units>10</b>", "localhost/kiln/drop", "Closes in", "noindex"]);
    house.hold("drop/one", 3).await;
    house.open(&path("drop")).await.has(&["<b data-units>7</b>"]);
    // The friends' window is the one that is open; what the public's pages say is not said here.
    house.open(&path("moon")).await.has(&["<b data-units>4</b>", "card-open", ">vip</span>"]);
    house.open("/kiln/moon").await.has_not(&["4 left", "data-stream"]);
    house.open(&path("over")).await.has(&["Ended", "card-closed"]);
    house.open(&path("gift")).await.has(&["€0", &format!("data-price=\"{}\"", house.id("gift/card"))]);
    // Its layout and colours are chosen in the address; a word that nobody knows is none.
    let look = |words: &str| format!("{}?{words}", path("drop"));
    house.open(&look("layout=bar&theme=light")).await.has(&["layout-bar theme-light"]);
    house.open(&look("layout=%22%3Ex&theme=")).await.has(&["layout-card theme-dark"]);
    assert_ne!(path("drop"), path("twin"));
    let (real, other) = (path("drop"), path("twin"));
    let mixed = format!("{}_{}", real.rsplit_once('_').unwrap().0, other.rsplit_once('_').unwrap().1);
    for wrong in [mixed.as_str(), &real[..real.len() - 1], "/overlay/x", "/overlay/_", &path("draft")] {
        assert_eq!(house.open(wrong).await.status, 404, "{wrong}");
    }
}

/// The overlay's stream follows the window that is open, whomever it admits; the public's stream does not.
#[tokio::test(flavor = "multi_thread")]
async fn streams_the_open_window() {
    let house = House::new().await;
    let key = house.api_key(Scope::Read).await;
    let path = address(&house, "moon", &key).await;
    let mut overlay = Watcher::of(&house, &format!("{path}/live")).await;
    let (_, stock) = overlay.next().await.unwrap();
    assert_eq!((&stock["window"], &stock["offers"][0]["free"]), (&json!(house.id("moon:vip")), &json!(4)));
    let mut body = house.wish("moon/vase", 1);
    body["code"] = json!("MOONRISE");
    assert_eq!(house.post("/v1/holds").json(&body).send().await.status, 201);
    let (_, stock) = overlay.next().await.unwrap();
    assert_eq!(stock["offers"][0]["free"], 3);
    let public = format!("/v1/slots/{}/live", house.id("moon"));
    let (_, stock) = Watcher::of(&house, &public).await.next().await.unwrap();
    assert_eq!((&stock["window"], &stock["offers"][0]["free"]), (&json!(house.id("moon:public")), &json!(0)));
    assert_eq!(house.get("/overlay/x/live").send().await.status, 404);
}

/// Another address takes the place of the old one; a retry gets the same, and only who may manage gets one.
#[tokio::test(flavor = "multi_thread")]
async fn another_address() {
    let house = House::new().await;
    let (read, manage) = (house.api_key(Scope::Read).await, house.api_key(Scope::Manage).await);
    let before = address(&house, "drop", &read).await;
    let renew = format!("/v1/slots/{}/overlay", house.id("drop"));
    let key = crate::house::fresh_key();
    assert_eq!(house.post(&renew).bearer(&read).send().await.problem(), "scope_too_small");
    let got = house.post(&renew).key(&key).bearer(&manage).send().await;
    assert_eq!(got.status, 200, "{got:?}");
    let after = address(&house, "drop", &read).await;
    assert_eq!(got.text("url"), format!("http://localhost{after}"));
    assert_ne!(before, after);
    assert_eq!(house.open(&before).await.status, 404);
    house.open(&after).await.has(&["<b data-units>10</b>"]);
    let again = house.post(&renew).key(&key).bearer(&manage).send().await;
    assert!(again.is_replay() && again.body == got.body, "{again:?}");
    let other = house.foreign_key(Scope::Manage).await;
    assert_eq!(house.post(&renew).bearer(&other).send().await.problem(), "unknown");
}
