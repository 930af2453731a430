//! A name of an organiser's own: whose it can be, and that its pages are at home there, from the calendar to the order.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House, fresh_key};

const NAME: &str = "mugs.example";

async fn put(house: &House, key: &str, domain: &Value) -> Got {
    let call = house.call(Method::PUT, "/v1/organiser/domain").bearer(key);
    call.json(&json!({"domain": domain})).send().await
}

async fn under(house: &House, name: &str, path: &str) -> Got {
    house.get(path).header("host", name).header("accept", "text/html").send().await
}

fn words(got: &Got) -> String {
    String::from_utf8_lossy(&got.body).into_owned()
}

/// A name is taken as browsers send it, is one organiser's in the whole installation, and goes back when it is let go of.
/// Whoever hands out certificates learns which names are somebody's.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_one_organisers() {
    let house = House::new().await;
    let (ours, theirs) = (house.api_key(Scope::Manage).await, house.foreign_key(Scope::Manage).await);
    let ask =
        async |name: &str| house.get(&format!("/v1/domains/ask?domain={name}")).send().await.status.as_u16();
    assert_eq!(ask(NAME).await, 404);
    let got = put(&house, &ours, &json!(" Mugs.Example. ")).await;
    assert_eq!((got.status.as_u16(), got.text("domain").as_str()), (200, NAME), "{got:?}");
    assert_eq!(got.text("url"), "http://mugs.example/");
    assert_eq!((ask(NAME).await, ask("MUGS.example").await, ask("other.example").await), (200, 200, 404));
    let taken = put(&house, &theirs, &json!(NAME)).await;
    assert_eq!((taken.problem().as_str(), taken.text("field").as_str()), ("name_taken", "domain"));
    for wrong in ["mugs", "192.0.2.7", "https://mugs.example", "mugs.example/shop", ""] {
        assert_eq!(put(&house, &ours, &json!(wrong)).await.problem(), "value_wrong", "{wrong}");
    }
    let reader = house.api_key(Scope::Read).await;
    assert_eq!(put(&house, &reader, &json!(NAME)).await.problem(), "scope_too_small");
    // Another one in its place lets the first go, and none is none.
    assert_eq!(put(&house, &ours, &json!("pots.example")).await.status, 200);
    assert_eq!(put(&house, &theirs, &json!(NAME)).await.status, 200);
    let none = put(&house, &ours, &Value::Null).await;
    assert_eq!((none.json().get("domain"), none.text("url")), (None, "http://localhost/kiln".to_owned()));
    assert_eq!((ask("pots.example").await, ask(NAME).await), (404, 200));
    let shown = house.get("/v1/organiser/domain").bearer(&theirs).send().await;
    assert_eq!(shown.text("domain"), NAME);
}

/// The installation's own name leads to everybody, so it is nobody's.
#[tokio::test(flavor = "multi_thread")]
async fn the_installations_name_is_nobodys() {
    let house = House::with(|config| config.public_url = "https://shop.example".to_owned()).await;
    let key = house.api_key(Scope::Manage).await;
    assert_eq!(put(&house, &key, &json!("Shop.example")).await.problem(), "name_taken");
    let got = house.get("/v1/domains/ask?domain=shop.example").send().await;
    assert_eq!(got.status, 200, "it needs a certificate as well");
}

/// Under the name the pages begin at `/`, every link on them stays there, and machines are told that address wherever
/// they read. Nobody else's pages are there, and under the installation's name all stays as it was.
#[tokio::test(flavor = "multi_thread")]
async fn the_pages_are_at_home_there() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    house.foreign_key(Scope::Read).await;
    let before = words(&under(&house, "localhost", "/kiln/drop").await);
    assert!(before.contains("rel=\"canonical\" href=\"http://localhost/kiln/drop\""), "{before}");
    put(&house, &key, &json!(NAME)).await;

    let calendar = words(&under(&house, NAME, "/?view=list").await);
    assert!(calendar.contains("href=\"/drop\"") && !calendar.contains("href=\"/kiln"), "{calendar}");
    assert!(
        calendar.contains("href=\"/feed.ics\"") && calendar.contains("href=\"/?view=month"),
        "{calendar}"
    );
    assert!(calendar.contains("rel=\"canonical\" href=\"http://mugs.example/\""), "{calendar}");

    for (host, path) in [(NAME, "/drop"), ("Mugs.example:8080", "/drop"), (NAME, "/kiln/drop")] {
        let page = words(&under(&house, host, path).await);
        assert!(page.contains("rel=\"canonical\" href=\"http://mugs.example/drop\""), "{host}{path}: {page}");
        assert!(page.contains("action=\"/drop/hold\"") && !page.contains("\"/kiln"), "{host}{path}: {page}");
        assert!(page.contains("\"url\":\"http://mugs.example/drop\""), "{host}{path}: {page}");
        assert!(
            page.contains("\"item\":\"http://mugs.example/\"") && !page.contains("http://localhost"),
            "{page}"
        );
    }
    let home = words(&under(&house, "localhost", "/kiln/drop").await);
    assert!(home.contains("action=\"/kiln/drop/hold\""), "{home}");
    assert!(
        home.contains("rel=\"canonical\" href=\"http://mugs.example/drop\""),
        "one address for machines: {home}"
    );

    let map = words(&under(&house, NAME, "/sitemap.xml").await);
    assert!(
        map.contains("<loc>http://mugs.example/</loc>")
            && map.contains("<loc>http://mugs.example/drop</loc>")
    );
    assert!(!map.contains("localhost") && !map.contains("/other"), "{map}");
    let map = words(&under(&house, "localhost", "/sitemap.xml").await);
    assert!(map.contains("<loc>http://localhost/other</loc>") && !map.contains("kiln"), "{map}");
    let robots = words(&under(&house, NAME, "/robots.txt").await);
    assert!(robots.contains("Sitemap: http://mugs.example/sitemap.xml"), "{robots}");
    let feed = words(&under(&house, NAME, "/feed.ics").await).replace("\r\n ", "");
    assert!(feed.contains("http://mugs.example/drop") && !feed.contains("http://localhost"), "{feed}");

    assert_eq!(under(&house, NAME, "/other").await.status, 404, "another organiser is not here");
    assert_eq!(under(&house, NAME, "/no-such-slot").await.status, 404);
    assert_eq!(
        under(&house, "pots.example", "/drop").await.status,
        404,
        "nobody's name is the installation's"
    );
    let console = under(&house, NAME, "/console/calendar").await;
    assert_eq!(
        (console.status.as_u16(), console.header("location")),
        (307, Some("http://localhost/console/calendar"))
    );
    assert_eq!(under(&house, NAME, "/v1/slots/none").await.status, 404);
    assert_eq!(under(&house, NAME, "/healthz").await.status, 200);
}

/// Somebody buys under the name from the slot's page to the order, and the cookie of a code is that page's alone.
#[tokio::test(flavor = "multi_thread")]
async fn one_buys_there() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    put(&house, &key, &json!(NAME)).await;
    let form = async |path: &str, fields: &str| {
        let call =
            house.call(Method::POST, path).header("host", NAME).header("origin", "http://mugs.example");
        call.raw("application/x-www-form-urlencoded", format!("key={}&{fields}", fresh_key())).send().await
    };
    let code = form("/moon/code", "code=moonrise").await;
    assert_eq!((code.status.as_u16(), code.header("location")), (303, Some("/moon")), "{code:?}");
    let cookie = code.header("set-cookie").unwrap_or_default();
    assert!(cookie.contains("; Path=/moon;"), "{cookie}");
    let held = form("/drop/hold", &format!("quantity.{}=1", house.id("drop/one"))).await;
    let hold = held.header("location").unwrap_or_else(|| panic!("{}", words(&held))).to_owned();
    assert!(hold.starts_with("/h/"), "{hold}");
    let page = words(&under(&house, NAME, &hold).await);
    assert!(page.contains("href=\"/\"") && !page.contains("href=\"/kiln"), "{page}");
    // A form of the installation's page is no form of this one.
    let foreign =
        house.call(Method::POST, "/drop/hold").header("host", NAME).header("origin", "http://evil.example");
    let foreign = foreign.raw("application/x-www-form-urlencoded", "key=0123456789abcdef").send().await;
    assert_ne!(foreign.status, 303);
}
