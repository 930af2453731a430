//! `GET /v1/organisers/{organiser}/slots`.

use dayshelf_wire::time::At;

use crate::house::House;

/// By start, page after page, without drafts.
#[tokio::test(flavor = "multi_thread")]
async fn pages_through_the_calendar() {
    let house = House::new().await;
    let whole = house.get("/v1/organisers/kiln/slots").send().await.json();
    let slugs = |json: &serde_json::Value| -> Vec<String> {
        json["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|slot| slot["slug"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = slugs(&whole);
    assert_eq!(all.len(), 9, "{all:?}");
    assert!(!all.contains(&"draft".to_owned()) && all[0] == "over" && all[8] == "moon");
    assert!(whole["next"].is_null());
    let mut paged = Vec::new();
    let mut next = String::new();
    loop {
        let page = house.get(&format!("/v1/organisers/kiln/slots?limit=3&cursor={next}")).send().await.json();
        paged.extend(slugs(&page));
        let Some(cursor) = page["next"].as_str() else { break };
        next = cursor.to_owned();
    }
    assert_eq!(paged, all);
    let from = At(dayshelf_core::time::Instant(house.desk.mint().now().0 + 60_000)).to_string();
    let later = house.get(&format!("/v1/organisers/kiln/slots?from={from}")).send().await.json();
    assert_eq!(slugs(&later), ["twin", "moon"]);
    let before = house.get(&format!("/v1/organisers/kiln/slots?to={from}")).send().await.json();
    assert_eq!(slugs(&before).len(), 7);
    let plus = house.get("/v1/organisers/kiln/slots?from=2026-12-04T18:00:00+01:00").send().await;
    assert!(plus.problem() == "query_wrong" && plus.text("detail").contains("%2B"), "{plus:?}");
}

/// A line says what the public can get of it.
#[tokio::test(flavor = "multi_thread")]
async fn lines_are_truthful() {
    let house = House::new().await;
    let json = house.get("/v1/organisers/kiln/slots").send().await.json();
    let line = |slug: &str| {
        json["items"].as_array().unwrap().iter().find(|slot| slot["slug"] == slug).unwrap().clone()
    };
    assert_eq!(line("drop")["sale"], "open");
    assert_eq!(line("drop")["free"], 10, "two offers share ten units, and an add-on is not for sale alone");
    assert_eq!(line("over")["sale"], "closed");
    assert_eq!((line("moon")["sale"].as_str(), line("moon")["opens_at"].is_string()), (Some("ahead"), true));
    assert_eq!(line("drop")["zone"], "Europe/Berlin");
    assert!(line("drop")["sequence"].as_u64().unwrap() > 0);
}

/// What can't be read in an address is named.
#[tokio::test(flavor = "multi_thread")]
async fn refusals() {
    let house = House::new().await;
    let path = "/v1/organisers/kiln/slots";
    let table = [
        ("/v1/organisers/nobody/slots".to_owned(), 404, "unknown", None),
        (format!("{path}?from=yesterday"), 400, "query_wrong", Some("from")),
        (format!("{path}?from=2026-12-04T18:00:00"), 400, "query_wrong", Some("from")),
        (format!("{path}?limit=0"), 400, "query_wrong", Some("limit")),
        (format!("{path}?limit=501"), 400, "query_wrong", Some("limit")),
        (format!("{path}?page=2"), 400, "query_wrong", Some("page")),
        (format!("{path}?limit=2&limit=3"), 400, "query_wrong", Some("limit")),
        (format!("{path}?from=2026-12-04T18:00:00Z&to=2026-12-03T18:00:00Z"), 400, "query_wrong", Some("to")),
        (format!("{path}?cursor=abc"), 400, "cursor_wrong", Some("cursor")),
        (format!("{path}?cursor=c2xvdHMAAA"), 400, "cursor_wrong", None),
    ];
    for (path, status, code, field) in table {
        let got = house.get(&path).send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{path}: {got:?}");
        assert!(field.is_none_or(|field| got.text("field") == field), "{path}: {got:?}");
    }
}
