//! `GET /v1/calendar`: everything of the organiser, with how much of it is sold.

use dayshelf_core::organiser::Scope;

use crate::house::House;

/// Every slot of the range is there with its windows and counts, page by page, and nobody else's.
#[tokio::test(flavor = "multi_thread")]
async fn shows_what_is_sold() {
    let house = House::new().await;
    let key = house.api_key(Scope::Read).await;
    let get = |query: &str| house.get(&format!("/v1/calendar{query}")).bearer(&key);
    let before = get("?limit=500").send().await.json();
    let find = |page: &serde_json::Value, name: &str| {
        let items = page["items"].as_array().unwrap().clone();
        items.into_iter().find(|one| one["slot"]["id"] == house.id(name)).unwrap()
    };
    let was = find(&before, "drop");
    assert_eq!(was["slot"]["slug"], "drop");
    assert!(!was["windows"].as_array().unwrap().is_empty(), "{was}");
    house.order("drop/one", 2).await;
    house.hold("drop/one", 1).await;
    let now = find(&get("?limit=500").send().await.json(), "drop");
    let count = |slot: &serde_json::Value, name: &str| slot["units"][name].as_u64().unwrap();
    assert_eq!(count(&now, "sold"), count(&was, "sold") + 2);
    assert_eq!(count(&now, "held"), count(&was, "held") + 1);
    assert_eq!(count(&now, "free"), count(&was, "free") - 3);
    let all = before["items"].as_array().unwrap().len();
    let (mut seen, mut cursor) = (0, String::new());
    loop {
        let page = get(&format!("?limit=2&cursor={cursor}")).send().await.json();
        seen += page["items"].as_array().unwrap().len();
        let Some(next) = page["next"].as_str() else { break };
        cursor = next.to_owned();
    }
    assert_eq!(seen, all);
    let none = get("?from=2001-01-01T00:00:00Z&to=2001-02-01T00:00:00Z").send().await.json();
    assert!(none["items"].as_array().unwrap().is_empty());
    assert_eq!(
        get("?from=2001-02-01T00:00:00Z&to=2001-01-01T00:00:00Z").send().await.problem(),
        "query_wrong"
    );
    let foreign = house.foreign_key(Scope::Read).await;
    let theirs = house.get("/v1/calendar").bearer(&foreign).send().await.json();
    assert!(theirs["items"].as_array().unwrap().is_empty());
}
