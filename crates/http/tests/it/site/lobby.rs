//! `/{organiser}/{slot}/lobby`: the waiting line, without script.

use super::reader::Page;
use crate::house::House;
use crate::lobby::{house, number, open_now};

/// Takes a number on the slot's page; the cookie that the browser has then, and the page that it is led to.
async fn joined(house: &House, slot: &str) -> (String, Page) {
    let page = house.open(&format!("/kiln/{slot}")).await;
    page.has(&["Get in line"]).has_not(&["Hold for"]);
    let key = page.html.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let got = house.form(&format!("/kiln/{slot}/lobby"), &[("key", key)]).await;
    assert_eq!(got.status, 303, "{got:?}");
    let cookie = got.header("set-cookie").unwrap();
    assert!(cookie.contains(&format!("Path=/kiln/{slot};")) && cookie.contains("HttpOnly; SameSite=Lax"));
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let page = house.open_with(got.header("location").unwrap(), &cookie).await;
    (cookie, page)
}

/// In the draw before the opening; the place is kept over reloads, and joining twice is one place.
#[tokio::test(flavor = "multi_thread")]
async fn in_the_draw() {
    let house = house().await;
    let (cookie, page) = joined(&house, "soon").await;
    page.has(&["You are in the draw", "Nobody else is here so far", "a place by lot", "noindex"]);
    page.has(&["http-equiv=\"refresh\"", "5 minutes to choose", "One person is let in each minute"]);
    number(&house, "soon").await;
    house.open_with("/kiln/soon/lobby", &cookie).await.has(&["2 people are here so far"]);
    house.open_with("/kiln/soon", &cookie).await.has(&["To my place in line"]);
    // Whoever has no number is led to where one is given out.
    let other = house.open("/kiln/soon/lobby").await;
    assert_eq!(other.path, "/kiln/soon");
    open_now(&house).await;
    let after = house.open_with("/kiln/soon/lobby", &cookie).await;
    // One of the two is in by now, the other one waits for the next minute or is in as well.
    assert!(["/kiln/soon", "/kiln/soon/lobby"].contains(&after.path.as_str()), "{}", after.path);
}

/// Let in: the page opens by itself and holds; whoever is not shows where they stand, and is not let past it.
#[tokio::test(flavor = "multi_thread")]
async fn opens_by_itself() {
    let house = house().await;
    let (cookie, page) = joined(&house, "rush").await;
    assert_eq!(page.path, "/kiln/rush", "nobody is before");
    page.has(&["It is your turn", "Hold for 10 minutes"]);
    let (second, waits) = joined(&house, "rush").await;
    waits.has(&["You are next", "opens by itself", "behind everybody who was here before"]);
    let one = format!("quantity.{}", house.id("rush/one"));
    let hold = async |cookie: &str| {
        // Each time from the page as it is now, with the key of its form.
        let page = house.open_with("/kiln/rush", cookie).await;
        let key = page.html.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let fields = [("key", key), (one.as_str(), "1")].map(|(name, value)| format!("{name}={value}"));
        let call =
            house.post("/kiln/rush/hold").header("cookie", cookie).header("origin", "http://localhost");
        call.raw("application/x-www-form-urlencoded", fields.join("&")).send().await
    };
    let no = hold(&second).await;
    assert_eq!(no.status, 409, "{no:?}");
    Page::of("/kiln/rush/hold".into(), no).has(&["It is not your turn yet", "To my place in line"]);
    let no = hold("").await;
    Page::of("/kiln/rush/hold".into(), no).has(&["This opens by a waiting line", "Get in line"]);
    let got = hold(&cookie).await;
    assert!(got.header("location").unwrap().starts_with("/h/hs_"), "{got:?}");
    let no = hold(&cookie).await;
    Page::of("/kiln/rush/hold".into(), no).has(&["You hold something with this place in line already"]);
    // What has no lobby leads on.
    let elsewhere = house.form("/kiln/drop/lobby", &[("key", "0123456789abcdef")]).await;
    assert_eq!(elsewhere.header("location"), Some("/kiln/drop"));
}

/// Friends are let in by a code, others later, each by a line of its own; guests are let in by a list.
const LINES: &str = r#"
lists = [{ key = "guests", customers = ["ann@example.org"] }]
codes = [{ group = "pals", code = "PALS" }]

[[slots]]
slug = "twice"
title = "Twice"
start = "now + 1h"
end = "start + 3h"
windows = [
    { key = "pals", audience = { code = "pals" }, opens = "start - 10m", closes = "end", lobby = { per_minute = 1, ahead = "2h" } },
    { key = "public", opens = "start", closes = "end", lobby = { per_minute = 1, ahead = "2h" } },
]
offers = [{ key = "one", title = "One", recipe = [{ pool = "hot" }], price = "28.00" }]

[[slots]]
slug = "invited"
title = "Invited"
start = "now - 1h"
end = "start + 4h"
windows = [{ key = "guests", audience = { list = "guests" }, opens = "start", closes = "end", lobby = { per_minute = 1 } }]
offers = [{ key = "one", title = "One", recipe = [{ pool = "hot" }], price = "28.00" }]
"#;

/// The value of a hidden field of a form.
fn hidden<'p>(page: &'p Page, name: &str) -> &'p str {
    let start = page.html.split(&format!("name=\"{name}\" value=\"")).nth(1);
    start.unwrap_or_else(|| panic!("no {name}: {}", page.html)).split('"').next().unwrap()
}

/// Presses the button of the line on a page; the cookie that is kept then, if one is, and where it leads.
async fn take(house: &House, page: &Page, (slot, cookie): (&str, &str), more: &str) -> (String, String) {
    let fields = format!("key={}&window={}{more}", hidden(page, "key"), hidden(page, "window"));
    let call = house.post(&format!("/kiln/{slot}/lobby")).header("origin", "http://localhost");
    let call = if cookie.is_empty() { call } else { call.header("cookie", cookie) };
    let got = call.raw("application/x-www-form-urlencoded", fields).send().await;
    assert_eq!(got.status, 303, "{got:?}");
    let kept = got.header("set-cookie").map(|kept| kept.split(';').next().unwrap().to_owned());
    (kept.unwrap_or_default(), got.header("location").unwrap().to_owned())
}

/// A place in one window's line is not in the way of one in another's: each has its own cookie and its own page.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_in_each_line() {
    let mut house = house().await;
    house.put(LINES).await;
    let page = house.open("/kiln/twice").await;
    assert_eq!(hidden(&page, "window"), house.id("twice:public"));
    let (public, there) = take(&house, &page, ("twice", ""), "").await;
    assert!(public.starts_with(&format!("dayshelf_number_{}=", house.id("twice:public"))), "{public}");
    assert!(there.ends_with(&format!("/lobby?window={}", house.id("twice:public"))), "{there}");
    let friend = format!("dayshelf_code=PALS; {public}");
    let page = house.open_with("/kiln/twice", &friend).await;
    assert_eq!(hidden(&page, "window"), house.id("twice:pals"));
    let (pals, there) = take(&house, &page, ("twice", &friend), "").await;
    assert!(pals.starts_with(&format!("dayshelf_number_{}=", house.id("twice:pals"))), "{pals}");
    let both = format!("{friend}; {pals}");
    house.open_with(&there, &both).await.has(&["You are in the draw", "Nobody else is here so far"]);
    let other = format!("/kiln/twice/lobby?window={}", house.id("twice:public"));
    house.open_with(&other, &both).await.has(&["You are in the draw", "Nobody else is here so far"]);
    // Pressed again, it is the same place.
    let page = house.open_with("/kiln/twice", &both).await;
    page.has(&["To my place in line"]);
    let (kept, again) = take(&house, &page, ("twice", &both), "").await;
    assert_eq!((kept.as_str(), again.as_str()), ("", there.as_str()));
}

/// Where a list admits, the line asks who one is; whoever is not on the list gets no place.
#[tokio::test(flavor = "multi_thread")]
async fn the_line_of_a_list() {
    let mut house = house().await;
    house.put(LINES).await;
    let page = house.open("/kiln/invited").await;
    page.has(&["name=\"email\"", "Get in line"]);
    let key = hidden(&page, "key");
    let no = house.form("/kiln/invited/lobby", &[("key", key), ("email", "bea@example.org")]).await;
    assert!(no.status.is_client_error() && no.header("set-cookie").is_none(), "{no:?}");
    let page = house.open("/kiln/invited").await;
    let (kept, there) = take(&house, &page, ("invited", ""), "&email=ann%40example.org").await;
    assert!(there.contains("/lobby?window="), "{there}");
    house.open_with(&there, &kept).await.has(&["It is your turn"]);
}
