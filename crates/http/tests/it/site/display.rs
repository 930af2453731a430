//! `/display/{organiser}`, the worker that keeps it, and what is said of others on a slot's page.

use std::time::Duration;

use dayshelf_core::organiser::Scope;

use super::hold::{ANN, held};
use super::reader::Page;
use crate::house::House;

/// The page as soon as it is as wanted: one that many read may be a moment old.
async fn until(house: &House, path: &str, wanted: impl Fn(&Page) -> bool) -> Page {
    for _ in 0..1_200 {
        let page = house.open(path).await;
        if wanted(&page) {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{path} never became as wanted:\n{}", house.open(path).await.html);
}

/// A screen shows what is on and not over, with what is left and a code to book it.
#[tokio::test(flavor = "multi_thread")]
async fn a_screen_shows_what_is_on() {
    let house = House::new().await;
    let page = house.open("/display/kiln").await;
    assert_eq!(page.status, 200);
    page.has(&["noindex", "A drop", "10 left", "localhost/kiln/drop", "data-keep=\"/display/keep.js\""]);
    page.has(&["aria-label=\"QR code of localhost/kiln/drop\""]);
    page.has_not(&["localhost/kiln/draft"]);
    house.hold("drop/one", 3).await;
    house.open("/display/kiln").await.has(&["7 left"]);
    for wrong in ["/display/nobody", "/display/console"] {
        assert_eq!(house.open(wrong).await.status, 404, "{wrong}");
    }
}

/// What nobody has put up yet is said of today, and a slot's own picture is shown.
#[tokio::test(flavor = "multi_thread")]
async fn a_screen_without_slots_and_one_with_a_picture() {
    let mut house = House::new().await;
    house.foreign_key(Scope::Read).await;
    house.open("/display/other").await.has(&["<strong>Today</strong>", "Nothing is on the calendar yet"]);
    house
        .put(
            "[[slots]]\nslug = 'shown'\ntitle = 'Shown'\nimage = '/pictures/shown.webp'\n\
             start = 'now - 1m'\nend = 'start + 1h'\n",
        )
        .await;
    house.open("/display/kiln").await.has(&["src=\"/pictures/shown.webp\""]);
}

/// The worker is at both addresses below which it keeps pages, may load from this server alone, and knows what the
/// pages load.
#[tokio::test(flavor = "multi_thread")]
async fn the_worker_keeps_what_its_pages_load() {
    let house = House::new().await;
    let screen = house.open("/display/kiln").await;
    let order = ordered(&house, "ann@example.org").await;
    order.has(&["data-keep=\"/o/keep.js\"", "brightness", "Show it large", "/feed.ics"]);
    for path in ["/o/keep.js", "/display/keep.js"] {
        let got = house.get(path).send().await;
        assert_eq!((got.status.as_u16(), got.header("cache-control")), (200, Some("no-cache")));
        assert_eq!(got.header("content-type"), Some("text/javascript; charset=utf-8"));
        let policy = got.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; connect-src 'self';"), "{policy}");
        let script = String::from_utf8_lossy(&got.body).into_owned();
        for (page, asset) in [(&screen, "display.css"), (&screen, "display.js"), (&order, "site.css")] {
            let address = page.html.split('"').find(|part| part.ends_with(asset)).unwrap();
            assert!(script.contains(address), "{address} is not kept");
        }
    }
}

async fn ordered(house: &House, email: &str) -> Page {
    let page = held(house, "drop", "one", "1").await;
    let action = format!("{}/confirm", page.path);
    let fields = [("name", ANN[0].1), ("email", email), ("payment", "at_pickup")];
    house.send(&page, &action, &fields).await
}

/// From three persons on the page says how many booked; a person counts once, and whoever called off does not.
#[tokio::test(flavor = "multi_thread")]
async fn how_many_booked() {
    let house = House::new().await;
    let said = "people booked this slot in the last 15 minutes";
    for email in ["ann@example.org", "bea@example.org", "BEA@example.org"] {
        ordered(&house, email).await;
        house.open("/kiln/drop").await.has_not(&[said]);
    }
    let last = ordered(&house, "cora@example.org").await;
    let three = format!("3 {said}");
    until(&house, "/kiln/drop", |page| page.html.contains(&three)).await;
    house.open("/kiln/twin").await.has_not(&[said]);
    house.send(&last, &format!("{}/cancel", last.path), &[("line", "0")]).await.has(&["Cancelled"]);
    until(&house, "/kiln/drop", |page| !page.html.contains(said)).await;
}

/// Where nothing is left, the page shows where something is; where something is, it asks nobody who they are.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_elsewhere() {
    let house = House::new().await;
    let page = house.open("/kiln/drop").await;
    page.has_not(&["Other times", "name=\"email\""]);
    let lost = held(&house, "drop", "one", "1").await;
    let field = format!("quantity.{}", house.id("drop/one"));
    let rest = [(field.as_str(), "8")];
    house.send(&page, "/kiln/drop/hold", &rest).await.has(&["Held for you"]);
    held(&house, "drop", "one", "1").await.has(&["Held for you"]);
    // A pair can be waited for while one is left.
    let none =
        until(&house, "/kiln/drop", |page| page.html.contains("Other times with something left")).await;
    none.has(&["Join the waitlist", "name=\"email\""]);
    assert!((1..=3).contains(&none.html.matches("<li class=\"other\">").count()));
    let over = house.send(&lost, &format!("{}/release", lost.path), &[]).await;
    over.has(&["You let it go", "One is left right now: you can hold it again.", "Hold again"]);
    until(&house, "/kiln/drop", |page| page.html.contains("Hold for 8 minutes")).await;
    let back = held(&house, "drop", "one", "1").await;
    house.open(&lost.path).await.has(&["Nothing is left right now", "Join the waitlist", "Other times"]);
    back.has(&["Held for you"]);
}
