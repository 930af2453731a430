//! Templates: kept, shared as a file, applied to a slot, brought up to a newer version with a look before.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House};

fn tag(got: &Got) -> String {
    got.header("etag").unwrap_or_else(|| panic!("no ETag: {got:?}")).to_owned()
}

fn evening(blocks: &[&str]) -> Value {
    let blocks: Vec<Value> = blocks
        .iter()
        .map(|key| json!({"key": key, "when": "start - {lead}", "cue": {"host": "{host}"}}))
        .collect();
    json!({
        "key": "evening", "title": "An evening",
        "parameters": [{"key": "lead", "default": "20m"}, {"key": "host", "default": "Ann"}],
        "blocks": blocks,
    })
}

/// A template is applied with values, looked at before it is brought up, and brought up with the same values.
#[tokio::test(flavor = "multi_thread")]
async fn applied_and_brought_up() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let made = house.post("/v1/templates").bearer(&key).json(&evening(&["doors", "song"])).send().await;
    assert_eq!((made.status.as_u16(), made.json()["version"].as_u64()), (201, Some(1)), "{made:?}");
    let path = format!("/v1/templates/{}", made.text("id"));
    let slot = house.id("drop").to_owned();
    let blocks = async || {
        let all = house.get(&format!("/v1/slots/{slot}/blocks")).bearer(&key).send().await.json();
        let items = all["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let apply = async |query: &str, body: Value| {
        let sheet = house.get(&format!("/v1/slots/{slot}/sheet")).bearer(&key).send().await;
        let post = house.post(&format!("/v1/slots/{slot}/template{query}")).bearer(&key);
        post.header("if-match", &tag(&sheet)).json(&body).send().await
    };
    let got = apply("", json!({"template": "evening", "with": {"host": "Bea"}})).await;
    assert_eq!(got.status, 200, "{got:?}");
    assert_eq!(blocks().await, ["doors", "song"]);
    let put = house.call(Method::PUT, &path).bearer(&key).header("if-match", &tag(&made));
    let put = put.json(&evening(&["song", "speech"])).send().await;
    assert_eq!((put.status.as_u16(), put.json()["version"].as_u64()), (200, Some(2)));
    let dry = apply("?dry_run=true", json!({})).await.json();
    let kinds: Vec<&str> =
        dry["changes"].as_array().unwrap().iter().filter_map(|one| one["type"].as_str()).collect();
    assert!(kinds.contains(&"block.put") && kinds.contains(&"block.removed"), "{dry}");
    assert_eq!(blocks().await, ["doors", "song"], "a look changes nothing");
    assert_eq!(apply("", json!({})).await.status, 200);
    assert_eq!(blocks().await, ["song", "speech"]);
    let sheet = house.get(&format!("/v1/slots/{slot}/sheet")).bearer(&key).send().await.json();
    let applied = &sheet["slot"]["template"];
    assert_eq!((applied["version"].as_u64(), applied["values"]["host"].as_str()), (Some(2), Some("Bea")));
    assert_eq!(sheet["blocks"][0]["cue"]["host"], "Bea");
    let other = apply("?dry_run=true", json!({"template": "evening", "with": {"host": "Cid"}})).await.json();
    let song = other["changes"].as_array().unwrap().iter().find(|one| one["type"] == "block.put").unwrap();
    let field = &song["fields"][0];
    assert_eq!(
        (&field["field"], &field["before"]["host"], &field["after"]["host"]),
        (&json!("cue"), &json!("Bea"), &json!("Cid")),
        "{other}"
    );
    assert_eq!(song["fields"].as_array().unwrap().len(), 1, "what stays is not listed: {song}");
    let remove = house.call(Method::DELETE, &path).bearer(&key).header("if-match", &tag(&put));
    assert_eq!(remove.send().await.problem(), "in_use");
}

/// A template that leaves those at the gate who were told when to come waits for a yes, in the answer's words; the yes
/// applies it as it is read then, and it can be taken back.
#[tokio::test(flavor = "multi_thread")]
async fn waits_for_a_yes_and_is_taken_back() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let slot = house.id("drop").to_owned();
    let pickup = |hour: u8| {
        json!({"key": "pickup", "title": "Pickup", "kind": "pickup", "opens": format!("start + 1d at {hour}:00"),
            "closes": format!("start + 1d at {}:00", hour + 2)})
    };
    let template = |hour: u8| json!({"key": "fetch", "title": "Fetch", "fulfilments": [pickup(hour)]});
    let made = house.post("/v1/templates").bearer(&key).json(&template(10)).send().await;
    let path = format!("/v1/templates/{}", made.text("id"));
    let apply = async |query: &str| {
        let post = house.post(&format!("/v1/slots/{slot}/template{query}")).bearer(&key);
        post.header("if-match", "*").json(&json!({"template": "fetch"})).send().await
    };
    let first = apply("").await;
    assert_eq!((first.status.as_u16(), first.json()["verdict"].as_str()), (200, Some("apply")), "{first:?}");
    let fulfilments = async || {
        let all = house.get(&format!("/v1/slots/{slot}/fulfilments")).bearer(&key).send().await.json();
        all["items"].as_array().unwrap().clone()
    };
    let one = async || {
        let all = fulfilments().await;
        all.into_iter().find(|one| one["key"] == "pickup").unwrap()
    };
    let block = one().await;
    let mut wish = house.wish("drop/one", 1);
    wish["fulfilment"] = json!({"block": block["id"]});
    let held = house.post("/v1/holds").json(&wish).send().await;
    let bought = house.confirm(&held.text("id"), &held.text("secret"), "at_pickup").send().await;
    assert_eq!(bought.status, 201, "{held:?} {bought:?}");
    let tag = |got: &Got| got.header("etag").unwrap_or_default().to_owned();
    let put = house.call(Method::PUT, &path).bearer(&key).header("if-match", &tag(&made));
    assert_eq!(put.json(&template(16)).send().await.status, 200);
    let dry = apply("?dry_run=true").await.json();
    assert_eq!((&dry["verdict"], &dry["reasons"][0]["code"]), (&json!("confirm"), &json!("beyond_promise")));
    assert_eq!(dry["effect"]["customers"]["count"], 1, "{dry}");
    assert_eq!(dry["effect"]["moved"][0]["type"], "fulfilment", "{dry}");
    let asked = apply("").await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let confirmation = asked.json()["confirmation"].clone();
    assert_eq!(confirmation["template"]["version"], 2, "{confirmation}");
    assert_eq!(one().await["opens"], block["opens"], "nothing of it is done");
    let answer = format!("/v1/confirmations/{}/answer", confirmation["id"].as_str().unwrap());
    let yes = house.post(&answer).bearer(&key).json(&json!({"answer": "yes"})).send().await;
    assert_eq!((yes.status.as_u16(), yes.json()["verdict"].as_str()), (200, Some("settle")), "{yes:?}");
    assert_ne!(one().await["opens"], block["opens"]);
    let undo = house.post(&format!("/v1/slots/{slot}/undo")).bearer(&key).send().await;
    assert_eq!(undo.status, 200, "{undo:?}");
    assert_eq!(one().await["opens"], block["opens"], "it is as before");
}

/// The file of a template is a plan that keeps it at another organiser; what is no template is refused at its field.
#[tokio::test(flavor = "multi_thread")]
async fn shared_as_a_file() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let made = house.post("/v1/templates").bearer(&key).json(&evening(&["doors"])).send().await;
    let file = house.get(&format!("/v1/templates/{}/file", made.text("id"))).bearer(&key).send().await;
    assert_eq!(file.header("content-type"), Some("application/toml"));
    let other = house.foreign_key(Scope::Manage).await;
    let plan = house.call(Method::PUT, "/v1/plan").bearer(&other);
    let kept = plan.raw("application/toml", file.body.to_vec()).send().await;
    assert_eq!(kept.status, 200, "{kept:?}");
    let list = house.get("/v1/templates").bearer(&other).send().await.json();
    assert_eq!(list["items"][0]["key"], "evening");
    let wrong = json!({"key": "x", "blocks": [{"key": "y", "when": "start", "song": {}}]});
    let refused = house.post("/v1/templates").bearer(&key).json(&wrong).send().await;
    assert_eq!(
        (refused.problem().as_str(), refused.json()["field"].as_str()),
        ("unknown_field", Some("blocks[0].song"))
    );
    let values = json!({"template": "evening", "with": {"hots": "Bea"}});
    let post = house.post(&format!("/v1/slots/{}/template", house.id("drop"))).bearer(&key);
    let refused = post.header("if-match", "*").json(&values).send().await;
    assert_eq!(refused.json()["field"], "with.hots", "{refused:?}");
}
