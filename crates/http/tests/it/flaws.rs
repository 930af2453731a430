//! What bad input of an organiser gets: its own problem, the field, what to do; and nothing half-applied.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::House;

/// The body with one member replaced.
fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn slot() -> Value {
    json!({"slug": "new", "title": "New", "start": "2030-06-14T19:00", "end": "start + 2h"})
}

fn window() -> Value {
    json!({"key": "new", "audience": {"code": "new"}, "opens": "end - 1h", "closes": "end"})
}

fn offer() -> Value {
    json!({"key": "new", "recipe": [{"pool": "plenty"}], "price": "5.00"})
}

fn block() -> Value {
    json!({"key": "new", "kind": "pickup", "opens": "end", "closes": "end + 1h"})
}

/// Where it is sent, the body, the problem's code, its flaw or nothing, and the field.
type Line = (&'static str, Value, &'static str, &'static str, &'static str);

fn slots() -> Vec<Line> {
    let at =
        |field: &str, value: Value, code, flaw, path| ("slots", with(slot(), field, value), code, flaw, path);
    vec![
        at("colour", json!("red"), "unknown_field", "", "colour"),
        at("title", json!(7), "wrong_type", "", "title"),
        at("title", json!(""), "invalid", "empty", "title"),
        at("title", json!("x".repeat(201)), "invalid", "above_max", "title"),
        at("title", json!("a\u{0}b"), "invalid", "unseen", "title"),
        at("title", json!("a\u{202e}b"), "invalid", "unseen", "title"),
        at("place", json!("here\nthere"), "invalid", "unseen", "place"),
        at("story", json!("a\u{0}b"), "invalid", "unseen", "story"),
        at("image", json!("javascript:alert(1)"), "invalid", "not_an_address", "image"),
        at("image", json!("vase.webp"), "invalid", "not_an_address", "image"),
        at(
            "extras",
            json!([{"title": "Film", "url": "javascript:x"}]),
            "invalid",
            "not_an_address",
            "extras[0].url",
        ),
        at("slug", json!("No Slug"), "invalid", "not_a_slug", "slug"),
        at("zone", json!("Europe/Berlinn"), "zone_unknown", "", "zone"),
        at("start", json!("2030-03-31T02:30"), "time_in_gap", "", "start"),
        at("start", json!("tomorrow"), "value_wrong", "", "start"),
        at("end", json!("2030-06-14T18:00"), "invalid", "inverted", "end"),
        ("slots", json!({"slug": "new"}), "missing_field", "", "title"),
    ]
}

fn windows() -> Vec<Line> {
    let at = |field: &str, value: Value, code, flaw, path| {
        ("windows", with(window(), field, value), code, flaw, path)
    };
    let lent = |pool: &str, units: i64| json!([{"pool": pool, "units": units}]);
    vec![
        at("closes", json!("end - 1h"), "invalid", "inverted", "closes"),
        at("audience", json!("public"), "invalid", "overlaps", "opens"),
        at("audience", json!("friends"), "value_wrong", "", "audience"),
        at("audience", json!({"list": "none"}), "invalid", "no_such", "audience.list"),
        at("audience", json!({"code": "No Slug"}), "invalid", "not_a_slug", "audience.code"),
        at("unsold", json!({"roll": "new"}), "invalid", "cycle", "unsold"),
        at("unsold", json!({"roll": "public"}), "invalid", "rolls_nowhere", "unsold"),
        at("allotments", lent("plenty", 1_001), "invalid", "above_pool", "allotments[0].units"),
        at("allotments", lent("plenty", -1), "value_wrong", "", "allotments[0].units"),
        at("allotments", lent("none", 1), "invalid", "no_such", "allotments[0].pool"),
        at("offers", json!(["none"]), "invalid", "no_such", "offers[0]"),
        at("opens", json!("soon"), "value_wrong", "", "opens"),
        at("hold", json!({"for": "1s"}), "invalid", "below_min", "hold.for"),
        at("hold", json!({"for": "long"}), "value_wrong", "", "hold.for"),
        at("hold", json!({"limit": 0}), "invalid", "below_min", "hold.limit"),
        at("waitlist", json!({"turn": "72h"}), "invalid", "above_max", "waitlist.turn"),
        at("drip", json!({"units": 0, "every": "1m"}), "invalid", "below_min", "drip.units"),
    ]
}

fn offers() -> Vec<Line> {
    let at = |field: &str, value: Value, code, flaw, path| {
        ("offers", with(offer(), field, value), code, flaw, path)
    };
    let part = |pool: &str, units: i64| json!([{"pool": pool, "units": units}]);
    let many: Vec<Value> = (0..21).map(|_| json!({"pool": "plenty"})).collect();
    vec![
        (
            "offers",
            json!({"key": "new", "recipe": [{"pool": "plenty"}]}),
            "invalid",
            "no_first_price",
            "ladder",
        ),
        at("price", json!("5.00 USD"), "invalid", "other_currency", "price"),
        at("price", json!({"amount": 500, "currency": "USD"}), "invalid", "other_currency", "price.currency"),
        at("price", json!({"amount": -1, "currency": "EUR"}), "invalid", "below_min", "price.amount"),
        at("price", json!("5.00 XYZ"), "currency_unknown", "", "price"),
        at("price", json!("-5.00"), "value_wrong", "", "price"),
        at("recipe", json!([]), "invalid", "empty", "recipe"),
        at("recipe", part("plenty", 0), "invalid", "below_min", "recipe[0].units"),
        at("recipe", part("none", 1), "invalid", "no_such", "recipe[0].pool"),
        at("recipe", json!(many), "invalid", "above_max", "recipe"),
        at("units_max", json!(0), "invalid", "below_min", "units_max"),
        at("with", json!(["none"]), "invalid", "no_such", "with[0]"),
        at("with", json!(["wrap"]), "invalid", "add_on_to_add_on", "with"),
    ]
}

fn ladders() -> Vec<Line> {
    let ladder = |steps: Value, code, flaw, path| {
        let body = json!({"key": "new", "recipe": [{"pool": "plenty"}], "ladder": steps});
        ("offers", body, code, flaw, path)
    };
    let step = |from: &str| json!({"title": "Later", "price": "5.00", "from": from});
    let after = |units: u32| json!({"title": "Later", "price": "5.00", "after_units": units});
    let first = json!({"title": "First", "price": "5.00"});
    vec![
        ladder(json!([step("start")]), "invalid", "no_first_price", "ladder"),
        ladder(json!([first, first]), "invalid", "step_without_condition", "ladder[1].from"),
        ladder(json!([first, step("end"), step("start")]), "invalid", "step_out_of_order", "ladder[2].from"),
        ladder(json!([first, after(9), after(3)]), "invalid", "step_out_of_order", "ladder[2].after_units"),
        ladder(json!([{"title": "One"}]), "missing_field", "", "ladder[0].price"),
    ]
}

fn blocks() -> Vec<Line> {
    let at = |field: &str, value: Value, code, flaw, path| {
        ("fulfilments", with(block(), field, value), code, flaw, path)
    };
    let boxes = |from: &str, until: &str| json!([{"from": from, "until": until, "places": 1}]);
    vec![
        at("kind", json!("drone"), "value_wrong", "", "kind"),
        at("closes", json!("end"), "invalid", "inverted", "closes"),
        at("boxes", boxes("end + 10m", "end"), "invalid", "inverted", "boxes[0].until"),
        at("boxes", boxes("end", "later"), "value_wrong", "", "boxes[0].until"),
        at("boxes", boxes("end - 10m", "end + 10m"), "invalid", "outside_block", "boxes[0].from"),
        at("boxes", boxes("end", "end + 2h"), "invalid", "outside_block", "boxes[0].until"),
        at("boxes_of", json!({"length": "2h", "places": 1}), "value_wrong", "", "boxes_of.length"),
        at("boxes_of", json!({"length": "45m", "places": 1}), "value_wrong", "", "boxes_of.length"),
        at("boxes_of", json!({"length": "0s", "places": 1}), "value_wrong", "", "boxes_of.length"),
    ]
}

fn the_rest() -> Vec<Line> {
    let pool = |units: i64, borrows: Value, code, flaw, path| {
        ("pools", json!({"key": "new", "units": units, "borrows": borrows}), code, flaw, path)
    };
    vec![
        pool(-1, json!([]), "value_wrong", "", "units"),
        pool(10_000_001, json!([]), "invalid", "above_max", "units"),
        pool(1, json!(["none"]), "invalid", "no_such", "borrows[0]"),
        pool(1, json!(["plenty", "plenty"]), "invalid", "repeated", "borrows[1]"),
        pool(1, json!(["plenty", "new"]), "invalid", "cycle", "borrows[1]"),
        ("templates", json!({}), "missing_field", "", "key"),
        ("pools", json!({"key": "stock", "units": 1}), "name_taken", "", "key"),
        ("codes", json!({"group": "New group", "code": "X"}), "invalid", "not_a_slug", "group"),
        ("codes", json!({"group": "x".repeat(65), "code": "X"}), "invalid", "not_a_slug", "group"),
        ("codes", json!({"group": "new", "code": " "}), "value_wrong", "", "code"),
        ("codes", json!({"group": "new", "code": "x".repeat(101)}), "too_long", "", "code"),
        ("lists", json!({"key": "new", "customers": "ann@example.org"}), "wrong_type", "", "customers"),
    ]
}

/// Each gets its own problem with the path of the field as it was sent, and a sentence; the books stay.
#[tokio::test(flavor = "multi_thread")]
async fn each_has_its_own_problem() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let state = || async {
        let pools = house.get("/v1/pools?limit=500").bearer(&key).send().await;
        let sheet = house.get(&format!("/v1/slots/{}/sheet", house.id("drop"))).bearer(&key).send().await;
        let slots = house.get("/v1/slots").bearer(&key).send().await;
        (pools.body, sheet.body, slots.body)
    };
    let before = state().await;
    for (what, body, code, flaw, field) in
        [slots(), windows(), offers(), ladders(), blocks(), the_rest()].concat()
    {
        let path = match what {
            "windows" | "offers" | "fulfilments" => format!("/v1/slots/{}/{what}", house.id("drop")),
            _ => format!("/v1/{what}"),
        };
        let got = house.post(&path).bearer(&key).json(&body).send().await;
        let (status, json) = (got.status.as_u16(), got.json());
        assert_eq!(got.problem(), code, "{what} {body}: {got:?}");
        assert_eq!(status, if code == "name_taken" { 409 } else { 422 }, "{what} {body}: {got:?}");
        assert_eq!(json["flaw"].as_str().unwrap_or_default(), flaw, "{what} {body}: {got:?}");
        assert_eq!(json["field"], field, "{what} {body}: {got:?}");
        assert!(got.text("detail").len() > field.len() + 5, "{got:?}");
    }
    assert!(state().await == before, "nothing was half-applied");
}

/// Where it is sent, the body, and the sentence.
type Said = (&'static str, Value, String);

fn with_window(field: &str, value: Value, sentence: &str) -> Said {
    ("windows", with(window(), field, value), sentence.to_owned())
}

/// A number out of range hears the range of its own; a length hears what one is.
fn numbers_said() -> Vec<Said> {
    let units = 10_000_000;
    let whole = |field: &str, number: i64, from: i64, to: i64| {
        format!("{field}: the number {number} can't be; write a whole number from {from} to {to}.")
    };
    let exact = |field: &str| {
        format!("{field}: a length is exact: write hours, minutes or seconds, as \"24h\" or \"8m\".")
    };
    let moved = json!({"kind": "add", "units": -1, "reason": "r", "source": "s"});
    let dear = json!({"amount": 1e30, "currency": "EUR"});
    let dear_said = "price.amount: the number 1000000000000000000000000000000 can't be; write a whole number from 0 to \
                     1000000000.";
    vec![
        ("offers", with(offer(), "units_max", json!(-1)), whole("units_max", -1, 1, 1_000)),
        ("offers", with(offer(), "price", dear), dear_said.to_owned()),
        with_window("hold", json!({"extensions": 300}), &whole("hold.extensions", 300, 0, 5)),
        with_window("hold", json!({"limit": -2}), &whole("hold.limit", -2, 1, 1_000)),
        with_window("hold", json!({"for": "1d"}), &exact("hold.for")),
        with_window(
            "hold",
            json!({"for": "soon"}),
            "hold.for: \"soon\" is no length: write \"90s\", \"8m\" or \"1h30m\".",
        ),
        with_window("hold", json!({"for": "72h"}), "hold.for: this is too much; 48h at most."),
        with_window("drip", json!({"units": -1, "every": "1m"}), &whole("drip.units", -1, 1, units)),
        with_window("drip", json!({"units": 1, "every": "1d"}), &exact("drip.every")),
        ("pools", json!({"key": "new", "units": -1}), whole("units", -1, 0, units)),
        ("pools", json!({"key": "new", "units": 1, "buffer": -1}), whole("buffer", -1, 0, units)),
        ("movements", moved, whole("units", -1, 1, units)),
    ]
}

/// What else is wrong is said as it is, with what would be right.
fn texts_said() -> Vec<Said> {
    let found = json!({"kind": "find", "units": 5, "reason": "r", "source": "s"});
    let shift = json!({"key": "new", "when": "start", "shift": {"person": "Ann"}});
    let endpoint = json!({"url": "https://ann:secret@example.org/", "kinds": []});
    let said = |what, body, sentence: &str| (what, body, sentence.to_owned());
    vec![
        with_window(
            "closes",
            json!("end - 1h"),
            "closes: it does not end after it begins; put the end after the start.",
        ),
        with_window(
            "opens",
            json!("windows.nope.end"),
            "opens: there is no windows.nope.end in this slot that has a time of its own; name one that is there, or \
             begin with \"start\" or \"end\".",
        ),
        with_window(
            "audience",
            json!({}),
            "audience: this is an object without a name; write one of: public, code, list.",
        ),
        with_window(
            "audience",
            json!({"code": "vip", "list": "vip"}),
            "audience: this is an object with several names; write one of: public, code, list.",
        ),
        said(
            "slots",
            with(slot(), "end", json!("start + soon")),
            "end: \"start + soon\" is no time: a length is missing at \"soon\": write \"20m\", \"1h30m\" or \"1d\"; or write a \
             time on the slot's wall, as \"2026-12-04T18:00\".",
        ),
        said(
            "slots",
            with(slot(), "zone", json!("Qwertzuiop")),
            "zone: there is no time zone \"Qwertzuiop\". Write one of the IANA's names, as Europe/Berlin.",
        ),
        said(
            "offers",
            with(offer(), "recipe", json!([])),
            "recipe: this is an empty list; put something in.",
        ),
        said("blocks", shift, "until is missing; add it."),
        said(
            "movements",
            found,
            "Of this pool's units 0 are lost. Find at most so many; add what came on top.",
        ),
        said(
            "endpoints",
            endpoint,
            "url: write the address without a user or a password; what comes from here is known by its signature.",
        ),
    ]
}

/// What is said is true, and what it says to write is taken.
#[tokio::test(flavor = "multi_thread")]
async fn each_says_what_is_so() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let pools = house.get("/v1/pools?limit=500").bearer(&key).send().await.json();
    for (what, body, sentence) in [numbers_said(), texts_said()].concat() {
        let path = match what {
            "windows" | "offers" | "blocks" => format!("/v1/slots/{}/{what}", house.id("drop")),
            "movements" => format!("/v1/pools/{}/movements", pools["items"][0]["id"].as_str().unwrap()),
            _ => format!("/v1/{what}"),
        };
        let got = house.post(&path).bearer(&key).json(&body).send().await;
        assert_eq!(got.text("detail"), sentence, "{what} {body}: {got:?}");
    }
}

/// A rolling circle over several windows, and a name that the server does not take from a client.
#[tokio::test(flavor = "multi_thread")]
async fn circles_and_moves() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let windows = format!("/v1/slots/{}/windows", house.id("moon"));
    let vip = house.id("moon:vip");
    let public = format!("{windows}/{}", house.id("moon:public"));
    let body = json!({"key": "public", "opens": "start", "closes": "end", "unsold": {"roll": "vip"}});
    let put = |path: &str, body: &Value| {
        house.call(Method::PUT, path).bearer(&key).header("if-match", "*").json(body)
    };
    let got = put(&public, &body).send().await;
    assert_eq!(
        (got.problem().as_str(), got.json()["field"].as_str()),
        ("invalid", Some("unsold")),
        "{got:?}"
    );
    let renamed =
        json!({"key": "public", "audience": {"code": "vip"}, "opens": "start - 2h", "closes": "start"});
    let got = put(&format!("{windows}/{vip}"), &renamed).send().await;
    assert_eq!((got.status.as_u16(), got.problem().as_str()), (409, "name_taken"), "{got:?}");
    let inverted = json!({"start": "2030-06-14T19:00", "end": "2030-06-14T18:00"});
    let path = format!("/v1/slots/{}/change", house.id("moon"));
    let got = house.post(&path).bearer(&key).header("if-match", "*").json(&inverted).send().await;
    assert_eq!((got.problem().as_str(), got.json()["field"].as_str()), ("invalid", Some("end")), "{got:?}");
    let short = json!({"key": "late", "audience": {"code": "late"}, "opens": "start + 1h", "closes": "end"});
    assert_eq!(house.post(&windows).bearer(&key).json(&short).send().await.status, 201);
    let shorter = json!({"start": "2030-06-14T19:00", "end": "start + 30m"});
    let got = house.post(&path).bearer(&key).header("if-match", "*").json(&shorter).send().await;
    assert_eq!(
        (got.problem().as_str(), got.json()["field"].as_str()),
        ("invalid", Some("windows[late].closes")),
        "{got:?}"
    );
    let gap = json!({"start": "2030-03-31T02:30", "end": "start + 1h"});
    let got = house.post(&path).bearer(&key).header("if-match", "*").json(&gap).send().await;
    assert_eq!(
        (got.problem().as_str(), got.json()["field"].as_str()),
        ("time_in_gap", Some("start")),
        "{got:?}"
    );
    assert_eq!(got.json()["readings"], json!(["2030-03-31T01:30:00", "2030-03-31T03:30:00"]));
}
