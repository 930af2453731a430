//! The look of an organiser's pages: what is refused, and that what is taken is on every page.

use axum::http::Method;
use dayshelf_core::look::Scheme;
use dayshelf_core::organiser::Scope;
use dayshelf_pages::{LookSheet, TOKENS_CSS};
use serde_json::{Value, json};

use crate::house::{Got, House};
use crate::library::sent;

async fn put(house: &House, key: &str, look: &Value) -> Got {
    house.call(Method::PUT, "/v1/organiser/look").bearer(key).header("if-match", "*").json(look).send().await
}

fn words(got: &Got) -> String {
    String::from_utf8_lossy(&got.body).into_owned()
}

/// The address of the sheet with the colours that a page loads; nothing where it loads none.
fn sheet_of(page: &str) -> Option<&str> {
    let from = page.find("/assets/").and_then(|_| page.find("/look-"))?;
    let start = page[..from].rfind('"')? + 1;
    page[start..].split('"').next()
}

/// A colour that can't be read is refused with what was measured and with one that would do, which is taken then. The
/// contrast can be asked for before.
#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_read_is_refused() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let got = put(&house, &key, &json!({"accent": {"light": "#ffd400"}})).await;
    let no = got.json();
    assert_eq!((got.status.as_u16(), got.problem().as_str()), (422, "invalid"), "{got:?}");
    assert_eq!((no["field"].as_str(), no["flaw"].as_str()), (Some("accent.light"), Some("too_faint")));
    assert_eq!(no["needed"], 4.5);
    assert!((1.3..1.5).contains(&no["contrast"].as_f64().unwrap()), "{no}");
    let nearest = no["nearest"].as_str().unwrap();
    assert!(got.text("detail").contains(nearest), "{no}");
    let ask = |query: &str| house.get(&format!("/v1/organiser/look/contrast?{query}")).bearer(&key).send();
    let asked = ask("light=%23ffd400").await.json();
    assert_eq!(asked["light"]["nearest"], nearest);
    assert_eq!((&asked["light"]["will_do"], &asked["dark"]["will_do"]), (&json!(false), &json!(true)));
    let near = ask(&format!("light=%23{}&dark=%23{}", &nearest[1..], &nearest[1..])).await.json();
    assert_eq!((&near["light"]["will_do"], &near["dark"]["will_do"]), (&json!(true), &json!(false)));
    assert!(near["light"]["on_page"].as_f64().unwrap() >= 4.5, "{near}");
    for (query, problem) in
        [("", "value_wrong"), ("light=red", "value_wrong"), ("light=%23ffffff&x=1", "query_wrong")]
    {
        assert_eq!(ask(query).await.problem(), problem, "{query}");
    }
    for (look, problem, field) in [
        (json!({"accent": {"light": "green"}}), "value_wrong", "accent.light"),
        (json!({"accent": {"light": "#0b5d4a", "dark": "#0b5d4a"}}), "invalid", "accent.dark"),
        (json!({"accent": {"dark": "#74d6b7"}}), "missing_field", "accent.light"),
        (json!({"colour": "#0b5d4a"}), "unknown_field", "colour"),
    ] {
        let got = put(&house, &key, &look).await;
        assert_eq!(
            (got.problem(), got.json()["field"].as_str()),
            (problem.to_owned(), Some(field)),
            "{got:?}"
        );
    }
    let got = put(&house, &key, &json!({"accent": {"light": nearest}})).await;
    assert_eq!(got.status, 200, "{got:?}");
    let accent = &got.json()["look"]["accent"];
    assert_eq!((&accent["light"], &accent["dark_follows"]), (&json!(nearest), &json!(true)));
}

/// Logo and colours are on every public page, the sheet is served for good, and taken away they are gone. A logo can't
/// be removed from the library.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_the_look() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let overlay = house.get(&format!("/v1/slots/{}/overlay", house.id("drop"))).bearer(&key).send().await;
    let overlay =
        overlay.text("url").split_once("/overlay/").map(|(_, rest)| format!("/overlay/{rest}")).unwrap();
    let pages = ["/kiln", "/kiln?view=list", "/kiln/drop", "/display/kiln", overlay.as_str()];
    for path in pages {
        let page = house.get(path).send().await;
        assert_eq!((page.status.as_u16(), sheet_of(&words(&page))), (200, None), "{path}");
    }
    let picture = sent(&house, &key).await;
    let id = picture["id"].as_str().unwrap();
    let look = json!({"logo": id, "accent": {"light": "#7a1f5c", "dark": "#f29bd4"}});
    let put_look = put(&house, &key, &look).await;
    assert_eq!(put_look.status, 200, "{put_look:?}");
    let logo = put_look.json()["look"]["logo"]["address"].as_str().unwrap().to_owned();
    assert_eq!(picture["files"][0]["address"], logo.as_str());
    for path in pages {
        let page = words(&house.get(path).send().await);
        let sheet = sheet_of(&page).unwrap_or_else(|| panic!("{path} has no colours: {page}"));
        assert!(sheet.ends_with("/look-7a1f5c-f29bd4.css"), "{path}: {sheet}");
        assert_eq!(page.contains(&logo), !path.starts_with("/overlay/"), "{path}");
        let served = house.get(sheet).send().await;
        assert_eq!(served.header("content-type"), Some("text/css; charset=utf-8"), "{path}");
        assert_eq!(served.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert!(words(&served).contains("--accent:#7a1f5c"), "{served:?}");
    }
    let removed = house.call(Method::DELETE, &format!("/v1/pictures/{id}")).bearer(&key);
    let removed = removed.header("if-match", "*").send().await;
    assert_eq!((removed.status.as_u16(), removed.problem().as_str()), (409, "in_use"), "{removed:?}");
    assert_eq!(put(&house, &key, &json!({})).await.status, 200);
    assert_eq!(sheet_of(&words(&house.get("/kiln").send().await)), None);
    assert_eq!(put(&house, &key, &look).await.status, 200, "the picture is still there");
    assert_eq!(house.store.doctor().await.unwrap(), []);
}

/// The rule measures on what the pages have under an accent, and pages write on it what the rule measured.
#[test]
fn the_rule_measures_what_is_drawn() {
    let (light, dark) = TOKENS_CSS.split_once("prefers-color-scheme").unwrap();
    let text = LookSheet { light: [0; 3], dark: [255; 3] }.text();
    let (on_light, on_dark) = text.split_once("prefers-color-scheme").unwrap();
    for (scheme, tokens, sheet) in [(Scheme::Light, light, on_light), (Scheme::Dark, dark, on_dark)] {
        let [page, card] = scheme.grounds();
        for (name, colour, text) in
            [("--paper", page, tokens), ("--surface", card, tokens), ("--on-accent", scheme.words(), sheet)]
        {
            let place = text.find(&format!("{name}:")).unwrap_or_else(|| panic!("no {name}: {text}"));
            let value = text[place + name.len() + 1..].trim_start();
            assert!(value.starts_with(&colour.to_string()), "{name} of {scheme:?} is {}", &value[..8]);
        }
    }
}
