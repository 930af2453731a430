//! What a dry run names as in the way of a move, and nights of a partner's from outside.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::House;

/// Two evenings at one yard with Ann at the door; who comes to the first sleeps at the cottage.
struct Evenings {
    house: House,
    key: String,
    slots: Value,
}

fn evening(slug: &str, day: u32, pool: &str) -> String {
    format!(
        r#"
[[slots]]
slug = "{slug}"
title = "{slug}"
start = "2030-06-{day}T18:00"
end = "start + 3h"
windows = [{{ key = "public", opens = "start - 7d", closes = "start" }}]
offers = [{{ key = "seat", title = "Seat", recipe = [{{ pool = "plenty" }}, {{ pool = "{pool}" }}], price = "90.00" }}]
fulfilments = [{{ key = "pickup", kind = "pickup", place = "Yard", opens = "end", closes = "end + 1h" }}]
blocks = [{{ key = "door", when = "start", until = "end", shift = {{ person = "Ann" }} }}]
"#
    )
}

impl Evenings {
    async fn new() -> Self {
        let house = House::new().await;
        let key = house.api_key(Scope::Manage).await;
        let pools = "pools = [{ key = \"cottage\", title = \"Cottage\", units = 2, nights = { first = \"2030-06-14\" } }]";
        let plan = [pools, &evening("retreat", 14, "cottage"), &evening("market", 15, "stock")].concat();
        let plan = house.call(Method::PUT, "/v1/plan").bearer(&key).raw("application/toml", plan);
        let plan = plan.send().await;
        assert_eq!(plan.status, 200, "{plan:?}");
        let slots = house.get("/v1/slots?limit=500").bearer(&key).send().await.json();
        Self { house, key, slots }
    }

    fn id(&self, slug: &str) -> String {
        let slots = self.slots["items"].as_array().unwrap();
        let slot = slots.iter().find(|slot| slot["slug"] == slug).unwrap();
        slot["id"].as_str().unwrap().to_owned()
    }

    /// Asks for other times of the first evening.
    async fn change(&self, dry_run: bool, (start, end): (&str, &str)) -> Value {
        let path = format!("/v1/slots/{}/change", self.id("retreat"));
        let body = json!({"dry_run": dry_run, "start": start, "end": end});
        let ask = self.house.post(&path).bearer(&self.key).header("if-match", "*").json(&body);
        let got = ask.send().await;
        assert_eq!(got.status, 200, "{got:?}");
        got.json()
    }

    async fn cottage(&self) -> Value {
        let pools = self.house.get("/v1/pools?limit=500").bearer(&self.key).send().await.json();
        let pools = pools["items"].as_array().unwrap().clone();
        pools.into_iter().find(|pool| pool["key"] == "cottage").unwrap()
    }
}

const NEXT_DAY: (&str, &str) = ("2030-06-15T18:00", "2030-06-15T21:00");

fn conflicts(said: &Value) -> Vec<Value> {
    said["effect"]["conflicts"].as_array().unwrap().clone()
}

/// Where a move takes a slot into another's pickup, into a shift of somebody who works there, or off a partner's nights, the
/// dry run names it; nothing is refused for it, and nothing is in the way of a slot that stays on its day.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_move_gets_in_the_way_of() {
    let evenings = Evenings::new().await;
    let near = evenings.change(true, ("2030-06-14T19:00", "2030-06-14T22:00")).await;
    assert_eq!(conflicts(&near), [Value::Null; 0]);
    let said = conflicts(&evenings.change(true, NEXT_DAY).await);
    let kinds: Vec<&str> = said.iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["pickup", "shift", "night"], "{said:?}");
    assert_eq!((&said[0]["other_slot"], &said[0]["wanted"]), (&json!(evenings.id("market")), &json!("Yard")));
    assert_eq!((&said[1]["other_slot"], &said[1]["wanted"]), (&json!(evenings.id("market")), &json!("Ann")));
    let night = &said[2];
    assert_eq!((&night["wanted"], &night["other_slot"]), (&json!("Cottage"), &Value::Null), "{night}");
    assert_eq!(night["needs"], json!({"first": "2030-06-15", "last": "2030-06-15"}));
    assert_eq!(night["has"], json!({"first": "2030-06-14", "last": "2030-06-14"}));
    assert!(night["id"].as_str().unwrap().starts_with("offer_"), "{night}");
    assert_eq!(night["other"], evenings.cottage().await["id"]);
    assert_eq!(evenings.change(false, NEXT_DAY).await["verdict"], "apply", "it is told, not refused");
}

/// The partner has other nights: asked before, and then done; what can be no nights is refused with the field.
#[tokio::test(flavor = "multi_thread")]
async fn nights_are_put_like_all_of_a_pool() {
    let evenings = Evenings::new().await;
    evenings.change(false, NEXT_DAY).await;
    let mut body = evenings.cottage().await;
    assert_eq!(body["nights"], json!({"first": "2030-06-14", "last": "2030-06-14"}));
    let path = format!("/v1/pools/{}", body["id"].as_str().unwrap());
    let put = async |query: &str, body: &Value| {
        let put = evenings.house.call(Method::PUT, &format!("{path}{query}")).bearer(&evenings.key);
        put.header("if-match", "*").json(body).send().await
    };
    body["nights"] = json!({"first": "2030-06-13"});
    let said = put("?dry_run=true", &body).await.json();
    assert_eq!(conflicts(&said).len(), 1, "{said}");
    for (nights, field) in [
        (json!({"first": "2030-06-15", "last": "2030-06-14"}), "nights.last"),
        (json!({"first": "soon"}), "nights.first"),
        (json!({"last": "2030-06-14"}), "nights.first"),
    ] {
        body["nights"] = nights;
        let refused = put("", &body).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (422, &json!(field)), "{refused:?}");
    }
    body["nights"] = json!({"first": "2030-06-15"});
    assert_eq!(conflicts(&put("?dry_run=true", &body).await.json()), [Value::Null; 0]);
    assert_eq!(put("", &body).await.status, 200);
    let back = evenings.change(true, ("2030-06-14T18:00", "2030-06-14T21:00")).await;
    assert_eq!(conflicts(&back).len(), 1, "{back}");
}

/// Rooms of other nights are not sold: the page says so, and a hold is refused with the reason. With the partner's other
/// nights they are on sale again.
#[tokio::test(flavor = "multi_thread")]
async fn rooms_of_other_nights_are_not_sold() {
    let evenings = Evenings::new().await;
    let path = format!("/v1/slots/{}", evenings.id("retreat"));
    let offer = async || evenings.house.get(&path).send().await.json()["offers"][0].clone();
    assert_eq!(offer().await["state"], "ahead");
    evenings.change(false, NEXT_DAY).await;
    let withheld = offer().await;
    assert_eq!((&withheld["state"], &withheld["free"]), (&json!("unfulfillable"), &json!(0)), "{withheld}");
    let wish = json!({"slot": evenings.id("retreat"), "lines": [{"offer": withheld["id"], "quantity": 1}]});
    let refused = evenings.house.post("/v1/holds").json(&wish).send().await;
    assert_eq!(
        (refused.problem().as_str(), &refused.json()["why"]),
        ("not_offered", &json!("unfulfillable"))
    );
    let mut cottage = evenings.cottage().await;
    cottage["nights"] = json!({"first": "2030-06-15"});
    let pool = format!("/v1/pools/{}", cottage["id"].as_str().unwrap());
    let put = evenings.house.call(Method::PUT, &pool).bearer(&evenings.key).header("if-match", "*");
    assert_eq!(put.json(&cottage).send().await.status, 200);
    assert_eq!(offer().await["state"], "ahead");
}
