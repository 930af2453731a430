//! Parts that hang on another part of their slot, from outside: written, looked at, moved along, refused.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::House;

/// A cue after the window goes along when the window is made longer, and whoever looks first is told so. The window can't
/// go while something hangs on it, and what hangs on nothing is refused with its field.
#[tokio::test(flavor = "multi_thread")]
async fn hung_on_a_window() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let slot = format!("/v1/slots/{}", house.id("twin"));
    let cue =
        |key: &str, when: &str| json!({"key": key, "title": "Song", "when": when, "cue": {"host": "Ann"}});
    let make =
        async |body: Value| house.post(&format!("{slot}/blocks")).bearer(&key).json(&body).send().await;
    let song = make(cue("song", "windows.public.end + 10m")).await;
    assert_eq!(song.status, 201, "{song:?}");
    assert_eq!(song.json()["when"]["anchor"], "windows.public.end + 10m");
    let windows = house.get(&format!("{slot}/windows")).bearer(&key).send().await.json();
    let window = format!("{slot}/windows/{}", windows["items"][0]["id"].as_str().unwrap());
    let longer = json!({"key": "public", "title": "Everyone", "opens": "start - 10m", "closes": "end + 1h"});
    let put = async |query: &str, body: &Value| {
        let put = house.call(Method::PUT, &format!("{window}{query}")).bearer(&key).header("if-match", "*");
        put.json(body).send().await
    };
    let dry = put("?dry_run=true", &longer).await.json();
    let moved = dry["effect"]["moved"].as_array().unwrap();
    let kinds: Vec<&Value> = moved.iter().map(|one| &one["type"]).collect();
    assert_eq!(kinds, [&json!("window"), &json!("block")], "{dry}");
    assert_eq!(moved[1]["from"]["anchor"], "windows.public.end + 10m", "{dry}");
    let path = format!("/v1/blocks/{}", song.text("id"));
    let at = async || house.get(&path).bearer(&key).send().await.json()["when"]["at"].clone();
    assert_eq!(at().await, song.json()["when"]["at"], "a look moves nothing");
    assert_eq!(put("", &longer).await.status, 200);
    assert_eq!(at().await, moved[1]["from"]["after"]["utc"]);
    let renamed = json!({"key": "other", "title": "Everyone", "opens": "start - 10m", "closes": "end"});
    assert_eq!(put("", &renamed).await.problem(), "in_use");
    let remove = house.call(Method::DELETE, &window).bearer(&key).header("if-match", "*").send().await;
    assert_eq!(remove.problem(), "in_use");
    for (when, wrong) in [
        ("windows.nowhere.end", "windows.nowhere.end"),
        ("windows.public.end + 1d", "hours, minutes and seconds"),
        ("blocks.round.start + 1m", "blocks.round.start"),
    ] {
        let no = make(cue("round", when)).await;
        let said = no.json().to_string();
        assert!(no.status.is_client_error() && said.contains(wrong), "{when}: {said}");
    }
}

/// In a plan parts may hang on each other in any order of writing, and a slot that moves takes all of them along.
#[tokio::test(flavor = "multi_thread")]
async fn in_a_plan() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let plan = |start: &str, closes: &str| {
        format!(
            "[[slots]]\nslug = \"concert\"\ntitle = \"Concert\"\nstart = \"{start}\"\nend = \"start + 2h\"\n\
             zone = \"Europe/Berlin\"\n\
             blocks = [{{ key = \"clip\", when = \"blocks.film.end - 5m\", cue = {{ host = \"Ann\" }} }},\n\
             {{ key = \"film\", when = \"windows.public.end\", until = \"blocks.film.start + 1h\", shift = {{ person = \"Ann\" }} }}]\n\
             windows = [{{ key = \"public\", opens = \"start\", closes = \"{closes}\" }}]\n\
             offers = [{{ key = \"one\", recipe = [{{ pool = \"plenty\" }}], price = \"1.00\" }}]\n"
        )
    };
    let apply = async |text: String| {
        let put = house.call(Method::PUT, "/v1/plan").bearer(&key);
        put.raw("application/toml", text.into_bytes()).send().await
    };
    let first = apply(plan("2031-03-29T18:00", "start + 1h")).await;
    assert_eq!(first.status, 200, "{first:?}");
    let slots = house.get("/v1/slots").bearer(&key).send().await.json();
    let all = slots["items"].as_array().cloned().unwrap_or_default();
    let one = all.iter().find(|one| one["slug"] == "concert");
    let list = async || {
        let id = match one {
            Some(one) => one["id"].as_str().unwrap().to_owned(),
            None => panic!("no concert in {slots}"),
        };
        let all = house.get(&format!("/v1/slots/{id}/blocks")).bearer(&key).send().await.json();
        let at = |key: &str| {
            let one = all["items"].as_array().unwrap().iter().find(|one| one["key"] == key).unwrap();
            one["when"]["at"].as_str().unwrap().to_owned()
        };
        (at("clip"), at("film"))
    };
    assert_eq!(list().await, ("2031-03-29T18:55:00.000Z".into(), "2031-03-29T18:00:00.000Z".into()));
    // The same wall-clock time after the clocks went forward.
    let moved = apply(plan("2031-03-30T18:00", "start + 90m")).await;
    assert_eq!(moved.status, 200, "{moved:?}");
    assert_eq!(list().await, ("2031-03-30T18:25:00.000Z".into(), "2031-03-30T17:30:00.000Z".into()));
    let again = apply(plan("2031-03-30T18:00", "start + 90m")).await.json();
    assert_eq!(again["changes"], json!([]), "the same again changes nothing");
}
