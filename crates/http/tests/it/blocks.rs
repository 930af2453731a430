//! Windows, offers and fulfilment blocks of a slot, one by one.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House, fresh_key};

fn tag(got: &Got) -> &str {
    got.header("etag").unwrap_or_else(|| panic!("no ETag: {got:?}"))
}

/// One of each: what its author writes, and what it writes instead later.
fn kinds() -> [(&'static str, Value, Value); 3] {
    [
        (
            "windows",
            json!({"key": "late", "audience": {"code": "late"}, "opens": "end - 1h", "closes": "end",
                "allotments": [{"pool": "plenty", "units": 5}], "unsold": "stay"}),
            json!({"key": "late", "title": "Late", "audience": {"code": "late"}, "opens": "end - 30m", "closes": "end",
                "allotments": [{"pool": "plenty", "units": 3}]}),
        ),
        (
            "offers",
            json!({"key": "extra", "recipe": [{"pool": "plenty", "units": 2}], "price": "4.50"}),
            json!({"key": "extra", "title": "Extra", "recipe": [{"pool": "plenty"}], "with": ["one"],
                "ladder": [{"title": "Now", "price": "4.50"}, {"title": "Later", "price": "5.00", "after_units": 3}]}),
        ),
        (
            "fulfilments",
            json!({"key": "post", "kind": "delivery", "opens": "end", "closes": "end + 2d"}),
            json!({"key": "stall", "kind": "pickup", "place": "Stall 7", "opens": "end", "closes": "end + 2h",
                "boxes_of": {"length": "30m", "places": 4}}),
        ),
    ]
}

/// Each is made once, shown, changed by who has seen it, and removed; every edit raises the slot's version.
#[tokio::test(flavor = "multi_thread")]
async fn from_making_to_removal() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    for (kind, first, second) in kinds() {
        let all = format!("/v1/slots/{}/{kind}", house.id("drop"));
        let before = house.get(&all).bearer(&key).send().await;
        let count = before.json()["items"].as_array().unwrap().len();
        let once = fresh_key();
        let create = || house.post(&all).key(&once).bearer(&key).json(&first);
        let made = create().send().await;
        assert_eq!(made.status, 201, "{kind}: {made:?}");
        assert_ne!(tag(&made), tag(&before));
        let again = create().send().await;
        assert!(again.is_replay() && again.body == made.body && tag(&again) == tag(&made), "{again:?}");
        let path = format!("{all}/{}", made.text("id"));
        let shown = house.get(&path).bearer(&key).send().await;
        assert_eq!((shown.json(), tag(&shown)), (made.json(), tag(&made)));
        let put =
            |tag: &str| house.call(Method::PUT, &path).bearer(&key).header("if-match", tag).json(&second);
        assert_eq!(put(tag(&before)).send().await.problem(), "version_stale", "{kind}");
        let changed = put(tag(&made)).send().await;
        assert_eq!(
            (changed.status.as_u16(), changed.text("key")),
            (200, second["key"].as_str().unwrap().to_owned())
        );
        assert_ne!(changed.json(), made.json());
        let same = put(tag(&changed)).send().await;
        assert_eq!((same.json(), tag(&same)), (changed.json(), tag(&changed)), "{kind}: nothing to change");
        let taken = house.post(&all).bearer(&key).json(&second).send().await;
        assert_eq!((taken.problem().as_str(), taken.json()["field"].as_str()), ("name_taken", Some("key")));
        let remove = |tag: &str| house.call(Method::DELETE, &path).bearer(&key).header("if-match", tag);
        assert_eq!(remove(tag(&made)).send().await.status, 412, "{kind}");
        let gone = remove(tag(&changed)).send().await;
        assert_eq!((gone.status.as_u16(), gone.body.len()), (204, 0), "{kind}: {gone:?}");
        assert_eq!(house.get(&path).bearer(&key).send().await.problem(), "unknown");
        let after = house.get(&all).bearer(&key).send().await.json();
        assert_eq!(after["items"].as_array().unwrap().len(), count, "{kind}");
    }
}

/// What somebody has bought, holds or refers to is not removed, and nothing reaches into another slot.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_used_stays() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    house.hold("limited/one", 1).await;
    let slot = house.id("limited");
    let remove = |path: String| house.call(Method::DELETE, &path).bearer(&key).header("if-match", "*");
    for (kind, part) in [("windows", "limited:public"), ("offers", "limited/one")] {
        let got = remove(format!("/v1/slots/{slot}/{kind}/{}", house.id(part))).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (409, "in_use"), "{got:?}");
    }
    for (kind, part) in [("windows", "drop:public"), ("offers", "drop/pair")] {
        let path = format!("/v1/slots/{slot}/{kind}/{}", house.id(part));
        assert_eq!(house.get(&path).bearer(&key).send().await.status, 404);
        assert_eq!(remove(path).send().await.status, 404);
    }
}
