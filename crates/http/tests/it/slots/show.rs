//! `GET /v1/slots/{slot}`.

use crate::house::House;

/// Everything a buyer needs, and nothing of what is not theirs to see.
#[tokio::test(flavor = "multi_thread")]
async fn shows_a_slot() {
    let house = House::new().await;
    let got = house.get(&format!("/v1/slots/{}", house.id("limited"))).send().await;
    assert_eq!(got.status, 200);
    let json = got.json();
    assert_eq!((json["slug"].as_str(), json["state"].as_str()), (Some("limited"), Some("published")));
    assert_eq!(json["windows"][0]["buyer_limit"], 2);
    assert_eq!(
        (json["offers"][0]["state"].as_str(), json["offers"][1]["state"].as_str()),
        (Some("open"), Some("closed"))
    );
    assert_eq!(json["fulfilments"][0]["boxes"][0]["left"], 1);
    assert_eq!(json["fulfilments"][0]["boxes"][1]["places"], 50);
    let drop = house.get(&format!("/v1/slots/{}", house.id("drop"))).send().await;
    assert_eq!(drop.json()["extras"], serde_json::json!(["Film"]));
    assert!(
        !String::from_utf8_lossy(&drop.body).contains("example.org/film"),
        "extras are for those who bought"
    );
}

/// A code shows what it opens; without one the window's units are not free for this viewer.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_shows_its_window() {
    let house = House::new().await;
    let path = format!("/v1/slots/{}", house.id("moon"));
    let public = house.get(&path).send().await.json();
    assert_eq!(
        (public["offers"][0]["free"].as_u64(), public["offers"][0]["state"].as_str()),
        (Some(0), Some("ahead"))
    );
    for code in ["Moonrise", " moon rise "] {
        let json = house.get(&path).header("x-dayshelf-code", code).send().await.json();
        assert_eq!(
            (json["offers"][0]["free"].as_u64(), json["offers"][0]["state"].as_str()),
            (Some(4), Some("open"))
        );
        assert_eq!(json["offers"][0]["window"], house.id("moon:vip"));
    }
    assert!(!public.to_string().to_lowercase().contains("moonrise"));
    let long = "x".repeat(101);
    for (code, status, problem) in
        [("WRONG", 403, "code_wrong"), ("NOWHERE", 403, "code_wrong"), (long.as_str(), 422, "too_long")]
    {
        let got = house.get(&path).header("x-dayshelf-code", code).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, problem));
    }
}

/// Drafts, foreign and broken ids are all the same to a stranger.
#[tokio::test(flavor = "multi_thread")]
async fn unknown_is_unknown() {
    let house = House::new().await;
    let far = "slot_7zzzzzzzzzzzzzzzzzzzzzzzzz";
    for id in [house.id("draft"), "slot_1", "hold_01k9ydt4zq7m8v2c5x6b3n0aef", far] {
        let got = house.get(&format!("/v1/slots/{id}")).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (404, "unknown"), "{id}");
        let got = house.get(&format!("/v1/slots/{id}/live")).send().await;
        assert_eq!(got.problem(), "unknown");
    }
    let got = house.get(&format!("/v1/slots/{}?colour=red", house.id("drop"))).send().await;
    assert_eq!((got.problem().as_str(), got.text("field").as_str()), ("query_wrong", "colour"));
    // An id of a shard that this installation does not have.
    let wish = serde_json::json!({"slot": far, "lines": []});
    assert_eq!(house.post("/v1/holds").json(&wish).send().await.problem(), "unknown");
}
