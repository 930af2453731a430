//! `PUT /v1/plan`: a whole drop at once, tried first, applied or not at all.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House};

const DROP: &str = r#"pools = [{ key = "cups", title = "Cups", units = 12 }]

[[slots]]
slug = "cups"
title = "Cups"
start = "2030-06-14T19:00"
end = "start + 2h"
windows = [
    { key = "vip", audience = { code = "vip" }, opens = "start - 20m", closes = "start", allotments = [{ pool = "cups", units = 4 }], unsold = { roll = "public" } },
    { key = "public", opens = "start", closes = "end" },
]
offers = [{ key = "cup", title = "Cup", recipe = [{ pool = "cups" }], price = "18.00" }]
"#;

async fn put(house: &House, key: &str, query: &str, text: &str) -> Got {
    let call = house.call(Method::PUT, &format!("/v1/plan{query}")).bearer(key);
    call.raw("application/toml", text.to_owned()).send().await
}

fn kinds(got: &Got) -> Vec<String> {
    let all = got.json()["changes"].as_array().unwrap_or_else(|| panic!("{got:?}")).clone();
    all.iter().map(|one| one["type"].as_str().unwrap().to_owned()).collect()
}

/// What a dry run announces is what happens; the same plan again changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn tried_applied_and_applied_again() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let tried = put(&house, &key, "?dry_run=true", DROP).await;
    assert_eq!((tried.status.as_u16(), tried.json()["dry_run"].as_bool()), (200, Some(true)), "{tried:?}");
    assert_eq!(
        house.get("/v1/organisers/kiln/slots?from=2030-01-01T00:00:00Z").send().await.json()["items"],
        json!([])
    );
    let done = put(&house, &key, "?dry_run=false", DROP).await;
    assert_eq!(kinds(&done), kinds(&tried));
    for kind in ["pool.put", "slot.created", "offer.put", "window.put", "slot.published"] {
        assert!(kinds(&done).iter().any(|known| known == kind), "{kind}: {done:?}");
    }
    let slot =
        done.json()["changes"].as_array().unwrap().iter().find(|one| one["type"] == "slot.created").cloned();
    let path = format!("/v1/slots/{}", slot.unwrap()["subject"].as_str().unwrap());
    assert_eq!(house.get(&path).send().await.text("title"), "Cups");
    assert_eq!(kinds(&put(&house, &key, "", DROP).await), Vec::<String>::new());
    let later = DROP.replace("18.00", "19.00");
    assert_eq!(kinds(&put(&house, &key, "", &later).await), ["slot.changed", "offer.put"]);
    let offers = house.get(&format!("{path}/offers")).bearer(&key).send().await.json();
    assert_eq!(offers["items"][0]["ladder"][0]["price"]["amount"], 1_900);
}

/// What a plan takes out has its name, when it is tried and when it is done.
#[tokio::test(flavor = "multi_thread")]
async fn what_goes_has_a_name() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    assert_eq!(put(&house, &key, "", DROP).await.status, 200);
    let without: String =
        DROP.lines().filter(|line| !line.contains("\"vip\"")).collect::<Vec<_>>().join("\n");
    for query in ["?dry_run=true", ""] {
        let got = put(&house, &key, query, &without).await.json();
        let changes = got["changes"].as_array().unwrap();
        let name = |kind: &str| changes.iter().find(|one| one["type"] == kind).map(|one| one["name"].clone());
        assert_eq!(name("window.removed"), Some(json!("vip")), "{got:?}");
        assert_eq!(name("pool.removed"), Some(json!("Cups: vip")), "{got:?}");
    }
}

/// The same structure as JSON does the same; product tables come inside.
#[tokio::test(flavor = "multi_thread")]
async fn json_and_tables() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let mut plan = json!({
        "products": {"csv": "key,title,price,units\ncup,Cup,18.00,4\nbowl,Bowl,24.00,3\n"},
        "slots": [{"slug": "table", "title": "Table", "start": "2030-06-14T19:00", "end": "start + 2h",
            "windows": [{"key": "all", "opens": "start", "closes": "end"}]}]
    });
    let put = |plan: &Value| house.call(Method::PUT, "/v1/plan").bearer(&key).json(plan);
    let done = put(&plan).send().await;
    assert_eq!(kinds(&done).iter().filter(|kind| *kind == "offer.put").count(), 2, "{done:?}");
    assert_eq!(kinds(&put(&plan).send().await), Vec::<String>::new());
    plan["products"] = json!({"file": "/etc/passwd"});
    let got = put(&plan).send().await;
    assert_eq!(
        (got.problem().as_str(), got.json()["field"].as_str()),
        ("value_wrong", Some("products.file"))
    );
    assert!(got.text("detail").contains("products.csv"), "{got:?}");
}

/// A mistake names its line, its field and what to write; of many, each does.
#[tokio::test(flavor = "multi_thread")]
async fn mistakes_have_lines() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let with = |old: &str, new: &str| DROP.replace(old, new);
    let table = [
        (with("units = 12", "units = \"many\""), "wrong_type", "pools[0].units", 1),
        (
            with(" }]\n\n", " }, { key = \"cups\", title = \"More\", units = 1 }]\n\n"),
            "invalid",
            "pools[1].key",
            1,
        ),
        (with("{ key = \"public\"", "{ key = \"vip\""), "invalid", "slots[0].windows[1].key", 10),
        (with("2030-06-14T19:00", "2030-06-31T19:00"), "value_wrong", "slots[0].start", 6),
        (with("start - 20m", "start + 3h"), "invalid", "slots[cups].windows[vip].closes", 9),
        (with("units = 4", "units = 13"), "invalid", "slots[cups].windows[vip].allotments[0].units", 9),
        (with("roll = \"public\"", "roll = \"vip\""), "invalid", "slots[cups].windows[vip].unsold", 9),
        (
            with("pool = \"cups\" }], price", "pool = \"mugs\" }], price"),
            "invalid",
            "slots[cups].offers[cup].recipe[0].pool",
            12,
        ),
        (
            with("price = \"18.00\"", "price = \"18.00 USD\""),
            "invalid",
            "slots[cups].offers[cup].ladder[0].price.currency",
            12,
        ),
    ];
    for (text, code, field, line) in table {
        let got = put(&house, &key, "", &text).await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (422, code), "{got:?}");
        let json = got.json();
        let found = json["line"].as_u64().or(json["mistakes"][0]["line"].as_u64());
        assert_eq!((json["field"].as_str(), found), (Some(field), Some(line)), "{got:?}");
        assert!(got.text("detail").contains(&format!("line {line}")), "{got:?}");
    }
    let two = with("19:00", "25:00").replace("units = 12", "units = -1");
    assert_eq!(put(&house, &key, "", &two).await.status, 422);
    let many = with("\"start + 2h\"", "\"soon\"") + "[[codes]]\ngroup = \"x\"\ncode = \"\"\n";
    let got = put(&house, &key, "", &many).await;
    assert_eq!(
        (got.problem().as_str(), got.json()["mistakes"].as_array().map(Vec::len)),
        ("plan_wrong", Some(2)),
        "{got:?}"
    );
    let broken = put(&house, &key, "", "slots = [").await;
    assert_eq!(
        (broken.problem().as_str(), broken.json()["mistakes"][0]["line"].as_u64()),
        ("plan_wrong", Some(1))
    );
    let pools = house.get("/v1/pools?limit=500").bearer(&key).send().await;
    assert!(!String::from_utf8_lossy(&pools.body).contains("\"cups\""), "nothing was half-applied");
}

/// The envelope: media types, sizes, queries, text that is none.
#[tokio::test(flavor = "multi_thread")]
async fn envelopes() {
    let house = House::with(|config| config.bounds.plan_bytes = 10_000).await;
    let key = house.api_key(Scope::Manage).await;
    let call = |query: &str| house.call(Method::PUT, &format!("/v1/plan{query}")).bearer(&key);
    let table = [
        (call("").raw("text/csv", "a,b"), 415, "media_type_wrong"),
        (call(""), 415, "media_type_wrong"),
        (call("").raw("application/toml", "#".repeat(10_001)), 413, "too_large"),
        (call("").raw("application/toml", vec![b'a', 0xff]), 422, "plan_wrong"),
        (call("").raw("application/json", "{"), 400, "body_not_json"),
        (call("?dry_run=maybe").raw("application/toml", ""), 400, "query_wrong"),
        (call("?dry-run=true").raw("application/toml", ""), 400, "query_wrong"),
    ];
    for (call, status, code) in table {
        let got = call.send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{got:?}");
    }
}

/// Five hundred slots with their blocks go in at once, and a plan that fails at its last slot leaves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn many_slots_or_none() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let slot = |number: usize, closes: &str| {
        json!({"slug": format!("many-{number}"), "title": "Many", "start": format!("2030-06-{:02}T19:00", number % 28 + 1), "end": "start + 2h",
            "windows": [{"key": "vip", "audience": {"code": "vip"}, "opens": "start - 1h", "closes": "start", "unsold": {"roll": "all"}},
                {"key": "all", "opens": "start", "closes": closes}],
            "offers": [{"key": "one", "recipe": [{"pool": "plenty"}], "price": "5.00"}],
            "fulfilments": [{"key": "pickup", "kind": "pickup", "opens": "end", "closes": "end + 2h", "boxes_of": {"length": "30m", "places": 9}}]})
    };
    let mut slots: Vec<Value> = (0..500).map(|number| slot(number, "end")).collect();
    slots.push(slot(500, "start"));
    let put =
        |slots: &[Value]| house.call(Method::PUT, "/v1/plan").bearer(&key).json(&json!({"slots": slots}));
    let got = put(&slots).send().await;
    assert_eq!(
        (got.problem().as_str(), got.json()["field"].as_str()),
        ("invalid", Some("slots[many-500].windows[all].closes"))
    );
    let count = || async {
        let (mut count, mut next) = (0, String::new());
        loop {
            let path = format!("/v1/slots?limit=500&cursor={next}");
            let page = house.get(&path).bearer(&key).send().await.json();
            count += page["items"].as_array().unwrap().iter().filter(|one| one["title"] == "Many").count();
            match page["next"].as_str() {
                Some(more) => more.clone_into(&mut next),
                None => return count,
            }
        }
    };
    assert_eq!(count().await, 0);
    slots.truncate(500);
    let got = put(&slots).send().await;
    assert_eq!(got.status, 200, "{got:?}");
    assert_eq!(count().await, 500);
}

async fn look(house: &House, key: &str, query: &str, text: &str) -> Got {
    let call = house.call(Method::POST, &format!("/v1/plan/preview{query}")).bearer(key);
    call.raw("application/toml", text.to_owned()).send().await
}

fn page(got: &Got) -> String {
    assert_eq!(got.status.as_u16(), 200, "{got:?}");
    assert_eq!(got.header("content-type"), Some("text/html; charset=utf-8"));
    String::from_utf8(got.body.to_vec()).unwrap()
}

/// A slot that is not there yet is looked at as buyers will see it, at any moment, and is still not there.
#[tokio::test(flavor = "multi_thread")]
async fn looked_at_before_it_is_put_up() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let before = page(&look(&house, &key, "?slot=cups&at=start+-+30m", DROP).await);
    assert!(before.contains("Opens") && before.contains("<h1"), "{before}");
    let inside = page(&look(&house, &key, "?slot=cups&at=start+-+10m&window=vip", DROP).await);
    assert!(inside.contains("4 left"), "{inside}");
    let during = page(&look(&house, &key, "?slot=cups&at=start+%2B+1m", DROP).await);
    assert!(during.contains("12 left") && during.contains("18"), "{during}");
    let gone = page(&look(&house, &key, "?slot=cups&at=2030-06-14T19:01&sold_out=true", DROP).await);
    assert!(gone.contains("Sold out"), "{gone}");
    let after = page(&look(&house, &key, "?slot=cups&at=end+%2B+1h", DROP).await);
    assert!(after.contains("Ended"), "{after}");
    assert_eq!(house.get("/kiln/cups").send().await.status.as_u16(), 404);

    // One that is there needs no plan, and is shown with what has been sold by then.
    put(&house, &key, "", DROP).await;
    assert!(page(&look(&house, &key, "?slot=cups&at=start", "").await).contains("12 left"));
}

/// What is wrong is said: about the plan as the plan's own route says it, and about what was asked for.
#[tokio::test(flavor = "multi_thread")]
async fn looked_at_in_vain() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    assert_eq!(look(&house, &key, "?slot=plates", DROP).await.problem(), "unknown");
    assert_eq!(look(&house, &key, "?slot=cups&window=press", DROP).await.problem(), "unknown");
    for query in ["", "?slot=cups&at=teatime", "?slot=cups&when=start"] {
        assert_eq!(look(&house, &key, query, DROP).await.problem(), "query_wrong", "{query}");
    }
    let wrong = DROP.replace("2030-06-14T19:00", "soon");
    assert_eq!(look(&house, &key, "?slot=cups", &wrong).await.problem(), "value_wrong");
    let reader = house.api_key(Scope::Read).await;
    assert_eq!(look(&house, &reader, "?slot=cups", DROP).await.status.as_u16(), 403);
}

/// What a plan is refused for by what was sold meanwhile is said at the thing in the plan, with its line.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_lines() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    house.order("drop/one", 4).await;
    let pool = |units: u32| {
        format!(
            "pools = [\n  {{ key = \"plenty\", title = \"Plenty\", units = 1000 }},\n  {{ key = \"stock\", title = \"Stock\", units = {units} }},\n]\n"
        )
    };
    let drop = |rest: &str| format!("\n\n[[slots]]\nslug = \"drop\"\ntitle = \"Drop\"\n{rest}\n");
    let times = "start = \"2030-06-14T19:00\"\nend = \"start + 2h\"";
    let window = "windows = [{ key = \"public\", opens = \"start\", closes = \"end\" }]";
    let offers =
        "offers = [{ key = \"other\", title = \"O\", recipe = [{ pool = \"stock\" }], price = \"1.00\" }]";
    let all = "offers = [{ key = \"one\", title = \"One\", recipe = [{ pool = \"stock\" }], price = \"28.00\" },\n\
               { key = \"pair\", title = \"Pair\", recipe = [{ pool = \"stock\", units = 2 }], price = \"50.00\" },\n\
               { key = \"wrap\", title = \"Wrap\", recipe = [{ pool = \"plenty\" }], price = \"3.00\", with = [\"one\"] }]";
    let table = [
        (pool(2), "too_few_units", "pools[stock].units", 3),
        (drop(&format!("{times}\n{window}\n{all}")), "needs_yes", "slots[drop].windows[public]", 8),
        (drop(&format!("{times}\n{window}\n{offers}")), "in_use", "slots[drop].offers[one]", 9),
        (
            "\n[[slots]]\nslug = \"over\"\ntitle = \"Over\"\nstart = \"2020-06-14T19:00\"\nend = \"start + 2h\"\npublish = true\n".to_owned(),
            "needs_yes",
            "slots[over]",
            2,
        ),
    ];
    for query in ["", "?dry_run=true"] {
        for (text, code, field, line) in &table {
            let got = put(&house, &key, query, text).await;
            let json = got.json();
            assert_eq!((got.problem().as_str(), json["field"].as_str()), (*code, Some(*field)), "{got:?}");
            assert_eq!(json["line"].as_u64(), Some(*line), "{got:?}");
            let detail = got.text("detail");
            assert!(detail.starts_with(&format!("line {line}, ")) && detail.contains(field), "{detail}");
        }
    }
}

/// A code is the same code in whichever letters it is written, and nobody takes one over from another group; what is named
/// twice in one of a thing's lists, and an add-on to itself, is refused there.
#[tokio::test(flavor = "multi_thread")]
async fn codes_and_lists_of_names() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let code = |group: &str, code: &str| format!("[[codes]]\ngroup = \"{group}\"\ncode = \"{code}\"\n");
    assert_eq!(kinds(&put(&house, &key, "", &code("early", "Sun rise")).await), ["code.put"]);
    assert_eq!(kinds(&put(&house, &key, "", &code("early", "SUNRISE")).await), Vec::<String>::new());
    put(&house, &key, "", DROP).await;
    let with = |old: &str, new: &str| DROP.replace(old, new);
    let price = "price = \"18.00\" }";
    let table = [
        (code("late", "sunrise"), "name_taken", "codes[0].code"),
        (with(price, "price = \"18.00\", with = [\"cup\"] }"), "invalid", "slots[cups].offers[cup].with[0]"),
        (
            with(
                price,
                "price = \"18.00\" }, { key = \"lid\", recipe = [{ pool = \"cups\" }], price = \"1.00\", with = [\"cup\", \"cup\"] }",
            ),
            "invalid",
            "slots[cups].offers[lid].with[1]",
        ),
        (
            with(price, "price = \"18.00\", slots = [\"drop\", \"drop\"] }"),
            "invalid",
            "slots[cups].offers[cup].slots[1]",
        ),
        (
            with("closes = \"end\" }", "closes = \"end\", offers = [\"cup\", \"cup\"] }"),
            "invalid",
            "slots[cups].windows[public].offers[1]",
        ),
        (
            DROP.to_owned()
                + "blocks = [{ key = \"low\", when = \"start\", rule = { sold_out = \"public\", then = { close = [\"drop\", \"drop\"] } } }]",
            "invalid",
            "slots[cups].blocks[low].rule.then.close[1]",
        ),
    ];
    for (text, problem, field) in table {
        let got = put(&house, &key, "", &text).await;
        let found = (got.problem(), got.text("field"));
        assert_eq!(found, (problem.to_owned(), field.to_owned()), "{got:?}");
        assert!(got.json()["line"].is_u64(), "{got:?}");
    }
}

/// An allotment that gives back more than is free is named, in a plan and alone; so is one that is not there any more.
#[tokio::test(flavor = "multi_thread")]
async fn allotments_that_are_used() {
    let mut house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let parts =
        |units: u32| format!("[{{ pool = \"plenty\", units = 2 }}, {{ pool = \"clay\", units = {units} }}]");
    let text = |parts: &str| {
        format!(
            "pools = [{{ key = \"clay\", units = 9 }}]\n[[slots]]\nslug = \"lent\"\ntitle = \"Lent\"\n\
             start = \"now - 5m\"\nend = \"start + 3h\"\n\
             windows = [{{ key = \"all\", opens = \"start\", closes = \"end\", allotments = {parts} }}]\n\
             offers = [{{ key = \"one\", recipe = [{{ pool = \"clay\" }}], price = \"5.00\" }}]\n"
        )
    };
    house.put(&text(&parts(4))).await;
    house.hold("lent/one", 3).await;
    let alone = format!("/v1/slots/{}/windows/{}", house.id("lent"), house.id("lent:all"));
    let alone = |allotments: Value| {
        let body = json!({"key": "all", "opens": "start", "closes": "end", "allotments": allotments});
        house.call(Method::PUT, &alone).bearer(&key).header("if-match", "*").json(&body)
    };
    for (got, field) in [
        (put(&house, &key, "", &text(&parts(1))).await, "slots[lent].windows[all].allotments[1].units"),
        (put(&house, &key, "", &text("[]")).await, "slots[lent].windows[all].allotments"),
        (alone(json!([{"pool": "clay", "units": 1}])).send().await, "allotments[0].units"),
        (alone(json!([])).send().await, "allotments"),
    ] {
        assert_eq!((got.problem().as_str(), got.text("field").as_str()), ("too_few_units", field), "{got:?}");
        let detail = got.text("detail");
        assert!(detail.contains(&format!("{field}: of the units that would go, 1 are free")), "{detail}");
    }
}
