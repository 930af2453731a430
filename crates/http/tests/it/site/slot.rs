//! `/{organiser}/{slot}` in its states, and its forms' refusals.

use dayshelf_core::ids::SlotId;
use serde_json::{Value, json};

use super::reader::Page;
use crate::house::House;
use crate::slots::live::Watcher;

const HOSTILE: &str = r##"
pools = [{ key = "evil", title = "E", units = 5 }]
[[slots]]
slug = "evil"
title = "</script><script>alert('1')</script>\"&"
story = "<img src=x onerror=alert(2)>\n\nSecond <b>paragraph</b>."
image = 'https://example.org/"onerror="alert(3)'
place = "<i>there</i>"
start = "now - 5m"
end = "start + 3h"
windows = [{ key = "public", title = "<u>all</u>", opens = "start", closes = "end" }]
offers = [{ key = "one", title = "\"><script>x</script>", about = "<s>", recipe = [{ pool = "evil" }], price = "1.50" }]
"##;

const LISTED: &str = r#"
pools = [{ key = "few", title = "Few", units = 7 }]
lists = [{ key = "regulars", customers = ["ann@example.org"] }]
[[slots]]
slug = "regulars"
title = "For regulars"
start = "now - 5m"
end = "start + 3h"
windows = [{ key = "list", audience = { list = "regulars" }, opens = "start", closes = "end" }]
offers = [{ key = "one", title = "One", recipe = [{ pool = "few" }], price = "1.50" }]

[[slots]]
slug = "nothing"
title = "A meeting"
start = "now + 1h"
end = "start + 3h"
"#;

/// An open slot sells: its stock, its price, its form, and what machines read, all from one card.
#[tokio::test(flavor = "multi_thread")]
async fn sells() {
    let house = House::new().await;
    let (page, api) = at_one_sequence(&house).await;
    page.has(&[
        "<h1>A drop</h1>",
        "10 left",
        "from €28",
        "action=\"/kiln/drop/hold\"",
        "Hold for 8 minutes",
        "Only together with One",
        "A story.",
        "Closes in",
        "property=\"og:title\" content=\"A drop\"",
        "rel=\"canonical\" href=\"http://localhost/kiln/drop\"",
        "(UTC+",
        &format!("data-window=\"{}\"", house.id("drop:public")),
        &format!("name=\"quantity.{}\"", house.id("drop/one")),
    ]);
    page.has_not(&["noindex", "data-private", "example.org/film", "name=\"code\""]);
    let documents = page.json_ld();
    let (event, way) = (&documents[0], &documents[1]);
    assert_eq!((event["@type"].as_str(), way["@type"].as_str()), (Some("Event"), Some("BreadcrumbList")));
    assert_eq!(way["itemListElement"][1]["item"], "http://localhost/kiln/drop");
    let offers = event["offers"].as_array().unwrap();
    assert_eq!(offers.len(), 2, "an add-on is no offer of its own");
    for (offer, known) in offers.iter().zip(api["offers"].as_array().unwrap()) {
        assert_eq!(offer["inventoryLevel"]["value"], known["free"]);
        assert_eq!(offer["price"].as_str().unwrap().parse::<i64>().unwrap() * 100, known["price"]["amount"]);
        assert_eq!(offer["availability"], "https://schema.org/InStock");
    }
}

/// The page and the API's slot, both true at the same sequence.
async fn at_one_sequence(house: &House) -> (Page, Value) {
    for _ in 0..100 {
        let page = house.open("/kiln/drop").await;
        let api = house.get(&format!("/v1/slots/{}", house.id("drop"))).send().await.json();
        if page.html.contains(&format!("data-sequence=\"{}\"", api["sequence"])) {
            return (page, api);
        }
    }
    panic!("the page and the API never met at one sequence");
}

/// Before the opening the page counts down; a code lets in whom it admits, and nobody else sees its units.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_opens_its_window() {
    let house = House::new().await;
    let page = house.open("/kiln/moon").await;
    page.has(&[
        "Opens ",
        "disabled",
        "with a code",
        "Use code",
        "action=\"/kiln/moon/code\"",
        "http-equiv=\"refresh\"",
    ]);
    page.has_not(&["4 left", "6 left", "2 left", "data-private", "/kiln/moon/hold\" name"]);
    let event = &page.json_ld()[0];
    assert_eq!(event["offers"][0]["availability"], "https://schema.org/PreOrder");
    assert_eq!(event["offers"][0]["inventoryLevel"], Value::Null);
    let (cookie, got) = house.code(&page, "/kiln/moon/code", "moonrise").await;
    assert_eq!((got.status.as_u16(), got.header("location")), (303, Some("/kiln/moon")));
    let whole = got.header("set-cookie").unwrap();
    assert!(whole.contains("Path=/kiln/moon;") && whole.contains("HttpOnly; SameSite=Lax"), "{whole}");
    let friend = house.open_with("/kiln/moon", &cookie).await;
    friend.has(&[
        "4 left",
        "data-stream=\"/kiln/moon/live\"",
        "value=\"moonrise\"",
        "Your code opens",
        "Hold for",
    ]);
    friend.has_not(&["data-private", "data-poll=\"3\""]);
    // What the list of windows says moves with the rest.
    friend.has(&[&format!("class=\"window-note\" data-badge=\"{}\">", house.id("moon/vase"))]);
    assert_eq!(friend.json_ld()[0]["offers"][0]["inventoryLevel"], Value::Null);
    let (none, wrong) = house.code(&page, "/kiln/moon/code", "sunrise").await;
    assert_eq!((none.as_str(), wrong.status.as_u16()), ("", 403));
    let wrong = Page::of("/kiln/moon/code".into(), wrong);
    wrong.has(&["This code does not open anything here", "Opens "]).has_not(&["4 left", "data-stream"]);
    let vase = format!("quantity.{}", house.id("moon/vase"));
    let held = house.send(&friend, "/kiln/moon/hold", &[(&vase, "2"), ("code", "Moonrise")]).await;
    let stream = format!("{}/live", held.path);
    held.has(&["Held for you", "Vase for others", "2 left", &format!("data-stream=\"{stream}\"")]);
    let mut others = Watcher::of(&house, &stream).await;
    let (_, stock) = others.next().await.unwrap();
    assert_eq!((&stock["offers"][0]["free"], &stock["window"]), (&json!(2), &json!(house.id("moon:vip"))));
    assert_eq!(house.get("/h/x/live").send().await.status, 404);
    house.open_with("/kiln/moon", &cookie).await.has(&["2 left"]);
    // In an address it opens nothing, and a cookie that is wrong by now is forgotten.
    house.open("/kiln/moon?code=moonrise").await.has_not(&["2 left", "data-stream"]);
    house.open_with("/kiln/moon", "dayshelf_code=sunrise").await.has(&["Opens "]).has_not(&["2 left"]);
    let old = house.get("/kiln/moon").header("cookie", "dayshelf_code=sunrise").send().await;
    assert!(old.header("set-cookie").unwrap().contains("Max-Age=0"), "{old:?}");
}

/// The page of somebody with a code streams what the code lets in to; without it, what the public may buy.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_streams() {
    let house = House::new().await;
    let page = house.open("/kiln/moon").await;
    let (cookie, _) = house.code(&page, "/kiln/moon/code", "MoonRise").await;
    let mut friend = Watcher::with(&house, "/kiln/moon/live", ("cookie", &cookie)).await;
    let (first, stock) = friend.next().await.unwrap();
    assert_eq!((&stock["offers"][0]["free"], &stock["window"]), (&json!(4), &json!(house.id("moon:vip"))));
    let mut body = house.wish("moon/vase", 3);
    body["code"] = json!("MOONRISE");
    assert_eq!(house.post("/v1/holds").json(&body).send().await.status, 201);
    let (next, stock) = friend.next().await.unwrap();
    assert_eq!(stock["offers"][0]["free"], 1);
    assert!(next > first);
    for cookie in ["", "dayshelf_code=nothing"] {
        let mut public = Watcher::with(&house, "/kiln/moon/live", ("cookie", cookie)).await;
        let (_, stock) = public.next().await.unwrap();
        assert_eq!(stock["offers"][0]["free"], 0, "{stock}");
    }
    assert_eq!(house.get("/kiln/draft/live").send().await.status, 404);
}

/// Where only a code or a list lets in, the page can be used by whoever has one, and shows no counts.
#[tokio::test(flavor = "multi_thread")]
async fn invited_people_only() {
    let mut house = House::new().await;
    house.put(LISTED).await;
    let page = house.open("/kiln/friends").await;
    page.has(&["By invitation", "/kiln/friends/hold", "name=\"code\""]).has_not(&[" left<", "1000 left"]);
    let vase = format!("quantity.{}", house.id("friends/vase"));
    let no = house.send(&page, "/kiln/friends/hold", &[(&vase, "1")]).await;
    assert_eq!(no.status, 403);
    no.has(&["needs a code", "id=\"e-code\""]);
    house.send(&no, "/kiln/friends/hold", &[(&vase, "1"), ("code", "MOONRISE")]).await.has(&["Held for you"]);

    let page = house.open("/kiln/regulars").await;
    page.has(&["By invitation", "by invitation"]).has_not(&["7 left"]);
    let one = format!("quantity.{}", house.id("regulars/one"));
    let no = house.send(&page, "/kiln/regulars/hold", &[(&one, "1"), ("email", "bea@example.org")]).await;
    no.has(&["Use the address that was invited", "id=\"e-email\"", "bea@example.org"]);
    let held = house.send(&no, "/kiln/regulars/hold", &[(&one, "1"), ("email", "Ann@example.org")]).await;
    held.has(&["Held for you", "Ann@example.org"]);
    let nothing = house.open("/kiln/nothing").await;
    nothing.has(&["Coming up", "Nothing is sold for this date"]).has_not(&["button-main"]);
}

/// A slot that ends soon.
const PAST: &str = "[[slots]]\nslug = 'past'\ntitle = 'Past'\nstart = 'now - 1m'\nend = 'start + 61s'\n\
    windows = [{ key = 'public', opens = 'start', closes = 'end' }]\n\
    offers = [{ key = 'one', title = 'One', recipe = [{ pool = 'plenty' }], price = '28.00' }]\n";

/// Whoever bought with a code finds its window again: on the slot's page, and on the page of the hold that ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_known_again() {
    let house = House::new().await;
    let vase = format!("quantity.{}", house.id("moon/vase"));
    let page = house.open("/kiln/moon").await;
    let (cookie, _) = house.code(&page, "/kiln/moon/code", "MOONRISE").await;
    let page = house.open_with("/kiln/moon", &cookie).await;
    let held = house.send(&page, "/kiln/moon/hold", &[(&vase, "1"), ("code", "MOONRISE")]).await;
    held.has(&["Held for you"]);
    house.open_with("/kiln/moon", &cookie).await.has(&["Your code opens vip", "3 left", "€48"]);
    let released = house.send(&held, &format!("{}/release", held.path), &[]).await;
    released.has(&["4 are left right now", "Hold again"]).has_not(&["It opens"]);
}

/// What is over or called off says so, and sells nothing.
#[tokio::test(flavor = "multi_thread")]
async fn over_and_called_off() {
    let mut house = House::new().await;
    house.put(PAST).await;
    let over = house.open("/kiln/over").await;
    over.has(&["Sales closed", "Ended"]).has_not(&["name=\"quantity."]);
    assert_eq!(over.json_ld()[0]["offers"], serde_json::json!([]));
    let slot = SlotId::parse(house.id("drop")).unwrap();
    house.call_off(slot).await;
    let page = house.open("/kiln/drop").await;
    page.has(&["Cancelled", "called off"]).has_not(&["name=\"quantity.", "10 left"]);
    // Nobody puts it on a calendar, and no window of it goes on.
    let [windows, entry] = ["Who can buy when", "Add to calendar"];
    let mut past = house.open("/kiln/past").await;
    for _ in 0..400 {
        if past.html.contains("Ended") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        past = house.open("/kiln/past").await;
    }
    past.has(&["Ended"]);
    for past in [page, past] {
        past.has_not(&[windows, entry, "calendar.google.com"]);
    }
    over.has(&[windows, entry]);
    let page = house.open("/kiln/drop").await;
    assert_eq!(page.json_ld()[0]["eventStatus"], "https://schema.org/EventCancelled");
    house.open("/kiln").await.has(&["Cancelled"]);
}

/// A refusal keeps what was typed, stands at its field, and says what to do next.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_say_what_to_do() {
    let house = House::new().await;
    house.hold("drop/one", 8).await;
    let (one, pair) =
        (format!("quantity.{}", house.id("drop/one")), format!("quantity.{}", house.id("drop/pair")));
    let wrap = format!("quantity.{}", house.id("drop/wrap"));
    type Case<'c> = (&'c [(&'c str, &'c str)], u16, &'c str);
    let cases: [Case<'_>; 6] = [
        (&[(&one, "3"), ("email", "ann@example.org")], 409, "One: only 2 left, so nothing was held"),
        (&[(&one, "0")], 422, "Choose how many you want first"),
        (&[(&one, "many")], 422, "whole number"),
        (&[(&one, "9")], 422, "One: choose 1 to 8."),
        (&[(&wrap, "1")], 422, "Wrap comes only together"),
        (&[(&pair, "1"), ("email", "ann")], 422, "Write a mail address"),
    ];
    for (fields, status, words) in cases {
        let page = house.open("/kiln/drop").await;
        let no = house.send(&page, "/kiln/drop/hold", fields).await;
        assert_eq!(no.status, status, "{words}");
        no.has(&[words, "notice-refused", "field-error"]);
        if let Some((_, email)) = fields.iter().find(|(name, _)| *name == "email") {
            no.has(&[&format!("value=\"{email}\"")]);
        }
    }
    let limited = house.open("/kiln/limited").await;
    limited.has(&["1 place left", "50 places left", "data-limit=\"2\""]);
    let one = format!("quantity.{}", house.id("limited/one"));
    let first = format!("{}.{}", house.id("limited+pickup"), house.id("limited+pickup#0"));
    let both: &[(&str, &str)] = &[(&one, "1"), ("fulfilment", &first)];
    house.send(&limited, "/kiln/limited/hold", both).await.has(&["Held for you"]);
    let again = house.open("/kiln/limited").await;
    again.has(&["Full", "disabled"]);
    let no = house.send(&again, "/kiln/limited/hold", both).await;
    no.has(&["No place is left at this time"]);
    let no = house.send(&no, "/kiln/limited/hold", &[(&one, "3")]).await;
    no.has(&["One person may have 2 in this window"]);
}

/// A second press of the button is the first press again; another site can't press it.
#[tokio::test(flavor = "multi_thread")]
async fn forms_are_sent_once_and_from_here() {
    let house = House::new().await;
    let one = format!("quantity.{}", house.id("drop/one"));
    let fields: &[(&str, &str)] = &[("key", "a-key-of-this-page-1"), (&one, "2")];
    let first = house.form("/kiln/drop/hold", fields).await;
    let second = house.form("/kiln/drop/hold", fields).await;
    assert_eq!((first.status, first.header("location")), (second.status, second.header("location")));
    house.open("/kiln/drop").await.has(&["8 left"]);
    let sent = house.call(axum::http::Method::POST, "/kiln/drop/hold").header("sec-fetch-site", "cross-site");
    let body = format!("key=a-key-of-this-page-2&{one}=1");
    let got = sent.raw("application/x-www-form-urlencoded", body).send().await;
    assert_eq!(got.status, 422);
    assert!(String::from_utf8_lossy(&got.body).contains("another site"));
    house.open("/kiln/drop").await.has(&["8 left"]);
    let stale = house.form("/kiln/drop/hold", &[(&one, "1")]).await;
    assert_eq!(stale.status, 400);
}

/// Texts of the organiser stay texts, wherever they stand.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_texts_stay_texts() {
    let mut house = House::new().await;
    house.put(HOSTILE).await;
    for path in ["/kiln/evil", "/kiln?view=list", "/kiln", "/kiln/drop"] {
        let page = house.open(path).await;
        page.has_not(&["<script>", "onerror=alert(2)>", "javascript:", "<i>there", "<u>all", "<s>"]);
    }
    let page = house.open("/kiln/evil").await;
    assert_eq!(page.json_ld()[0]["name"], "</script><script>alert('1')</script>\"&");
    assert_eq!(page.json_ld()[0]["offers"][0]["price"], "1.50");
    let one = format!("quantity.{}", house.id("evil/one"));
    let fields: &[(&str, &str)] = &[(&one, "99"), ("email", "\"><script>x"), ("code", "'><script>y")];
    house.send(&page, "/kiln/evil/hold", fields).await.has_not(&["<script>"]);
}

/// What is not there, or not public, is a page that leads on; a program gets a problem document.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_here() {
    let house = House::new().await;
    for path in [
        "/nobody",
        "/kiln/nothing",
        "/kiln/draft",
        "/h/x",
        "/o/os_x_y",
        "/w/x",
        "/a/b/c/d",
        "/h/x/hold",
        "/dav/x",
    ] {
        let page = house.open(path).await;
        assert_eq!(page.status, 404, "{path}");
        page.has(&["There is nothing on this shelf", "class=\"button\" href=\"/", "noindex"])
            .has_not(&["Reference"]);
    }
    for path in ["/v1/nothing", "/v1/a/b/c", "/v1"] {
        let got = house.get(path).header("accept", "text/html,*/*").send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (404, "route_unknown"), "{path}");
    }
    let got = house.post("/v1/nothing").send().await;
    assert_eq!(got.problem(), "route_unknown");
    let got = house.get("/a/b/c/d").send().await;
    assert_eq!(got.problem(), "route_unknown");
}
