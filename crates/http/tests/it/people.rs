//! The people who run organisers: the first start, signing in, what each role may do, invitations, the log.

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House};
use crate::openapi::operations;

pub const TOKEN: &str = "the-token-of-the-first-start";

pub async fn house() -> House {
    House::with(|config| {
        *config = config.clone().with_setup_token(TOKEN);
        config.knocks = None;
    })
    .await
}

fn ada() -> Value {
    json!({"name": "Ada Berg", "email": "Ada@example.org", "password": "correct horse battery"})
}

/// The cookie of an answer, as a browser sends it back.
pub fn cookie(got: &Got) -> String {
    let line = got.header("set-cookie").unwrap_or_else(|| panic!("no cookie: {got:?}"));
    assert!(line.ends_with("; HttpOnly; SameSite=Strict"), "{line}");
    line.split(';').next().unwrap().to_owned()
}

impl House {
    /// A call as one of our own pages makes it.
    pub async fn page(&self, method: &str, path: &str, cookie: &str, body: &Value) -> Got {
        let call = self.call(method.parse().unwrap(), path).key(&crate::house::fresh_key());
        let call = call.header("cookie", cookie).header("sec-fetch-site", "same-origin");
        if body.is_null() { call.send().await } else { call.json(body).send().await }
    }

    /// Sets the house up, and answers with the owner's cookie.
    pub async fn set_up(&self) -> String {
        let body = json!({"token": TOKEN, "person": ada(), "existing": "kiln"});
        let got = self.page("POST", "/v1/setup", "", &body).await;
        assert_eq!(got.status, 201, "{got:?}");
        cookie(&got)
    }

    /// Somebody new with a role, by an invitation: their cookie.
    pub async fn somebody(&self, owner: &str, role: &str) -> String {
        let made =
            self.page("POST", "/v1/invitations", owner, &json!({"label": "somebody", "role": role})).await;
        assert_eq!(made.status, 201, "{made:?}");
        let link = made.text("link");
        let token = link.split_once("/console#invitation=").unwrap().1.to_owned();
        let person =
            json!({"name": role, "email": format!("{role}@example.org"), "password": "twelve letters"});
        let body = json!({"token": token, "person": person});
        let got = self.page("POST", "/v1/invitations/accept", "", &body).await;
        assert_eq!((got.status.as_u16(), got.json()["role"].as_str()), (201, Some(role)), "{got:?}");
        cookie(&got)
    }
}

/// The link of the first start opens once, for whoever has it, and founds or takes over.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_start() {
    let house = house().await;
    assert_eq!(house.get("/v1/setup").send().await.json()["open"], true);
    let doc = json!({"slug": "moon", "name": "Moon", "zone": "Europe/Berlin", "currency": "EUR"});
    let body = |token: &str| json!({"token": token, "person": ada(), "organiser": doc});
    assert_eq!(house.page("POST", "/v1/setup", "", &body("wrong")).await.problem(), "link_spent");
    let known = house.page("POST", "/v1/setup/choices", "", &json!({"token": TOKEN})).await;
    assert_eq!(known.json()["existing"][0]["slug"], "kiln");
    let mut weak = body(TOKEN);
    weak["person"]["password"] = json!("short");
    let got = house.page("POST", "/v1/setup", "", &weak).await;
    assert_eq!(
        (got.problem().as_str(), got.json()["field"].as_str()),
        ("value_wrong", Some("person.password"))
    );
    let neither = json!({"token": TOKEN, "person": ada()});
    assert_eq!(house.page("POST", "/v1/setup", "", &neither).await.problem(), "value_wrong");
    let got = house.page("POST", "/v1/setup", "", &body(TOKEN)).await;
    assert_eq!(got.status, 201, "{got:?}");
    let session = house.page("GET", "/v1/session", &cookie(&got), &Value::Null).await.json();
    assert_eq!((&session["organiser"]["slug"], &session["role"]), (&json!("moon"), &json!("owner")));
    assert_eq!(session["person"]["email"], "ada@example.org");
    assert_eq!(house.get("/v1/setup").send().await.json()["open"], false);
    let other = json!({"token": TOKEN, "person": ada(), "existing": "kiln"});
    assert_eq!(house.page("POST", "/v1/setup", "", &other).await.problem(), "link_spent");
    assert_eq!(
        house.page("POST", "/v1/setup/choices", "", &json!({"token": TOKEN})).await.problem(),
        "link_spent"
    );
}

/// Signing in needs the right password, and signing out ends it; other sites' pages can do neither.
#[tokio::test(flavor = "multi_thread")]
async fn in_and_out() {
    let house = house().await;
    let owner = house.set_up().await;
    let sign_in = |email: &str, password: &str| json!({"email": email, "password": password});
    for (email, password) in [
        ("ada@example.org", "wrong horse battery"),
        ("nobody@example.org", "correct horse battery"),
        ("ada@example.org", ""),
    ] {
        let got = house.page("POST", "/v1/session", "", &sign_in(email, password)).await;
        assert_eq!(got.problem(), "sign_in_wrong", "{email}");
        assert!(got.header("set-cookie").is_none());
    }
    let right = sign_in("ADA@example.org ", "correct horse battery");
    let abroad = |site: &'static str| house.post("/v1/session").header("sec-fetch-site", site).json(&right);
    assert_eq!(abroad("cross-site").send().await.problem(), "cross_site");
    let pageless = house.post("/v1/session").json(&right).send().await;
    assert_eq!(pageless.problem(), "cross_site");
    assert!(pageless.text("detail").contains("an API key"), "{pageless:?}");
    let got = house.page("POST", "/v1/session", "", &right).await;
    let second = cookie(&got);
    assert_ne!(second, owner);
    // A cookie alone changes nothing: the page that asks must be ours.
    let code = json!({"group": "vip", "code": "EMBER"});
    let call = |site: &str| {
        house.post("/v1/codes").header("cookie", &second).header("sec-fetch-site", site).json(&code)
    };
    assert_eq!(call("cross-site").send().await.problem(), "cross_site");
    assert_eq!(call("same-site").send().await.problem(), "cross_site");
    assert_eq!(call("same-origin").send().await.status, 201);
    let listed = house.page("GET", "/v1/sessions", &second, &Value::Null).await.json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let first = items.iter().find(|one| one["here"] == false).unwrap()["id"].as_str().unwrap().to_owned();
    let end = house.page("DELETE", &format!("/v1/sessions/{first}"), &second, &Value::Null).await;
    assert_eq!(end.status, 204);
    assert_eq!(house.page("GET", "/v1/session", &owner, &Value::Null).await.status, 401);
    // Another password signs out everywhere else, and the old one is none any more.
    let third = cookie(&house.page("POST", "/v1/session", "", &right).await);
    // Whoever signs in where somebody is signed in already takes their place there.
    let fourth = cookie(&house.page("POST", "/v1/session", &third, &right).await);
    assert_eq!(house.page("GET", "/v1/session", &third, &Value::Null).await.status, 401);
    assert_eq!(house.page("GET", "/v1/session", &fourth, &Value::Null).await.status, 200);
    let change = json!({"before": "correct horse battery", "password": "a longer sentence"});
    let wrong = json!({"before": "nothing like it", "password": "a longer sentence"});
    let field = house.page("PUT", "/v1/session/password", &second, &wrong).await;
    assert_eq!(field.json()["field"], "before", "{field:?}");
    assert_eq!(house.page("PUT", "/v1/session/password", &second, &change).await.status, 204);
    assert_eq!(house.page("GET", "/v1/session", &fourth, &Value::Null).await.status, 401);
    assert_eq!(house.page("POST", "/v1/session", "", &right).await.problem(), "sign_in_wrong");
    let out = house.page("DELETE", "/v1/session", &second, &Value::Null).await;
    assert!(out.header("set-cookie").unwrap().starts_with("dayshelf=; Path=/; Max-Age=0;"), "{out:?}");
    assert_eq!(house.page("GET", "/v1/session", &second, &Value::Null).await.status, 401);
}

/// Every route that a key of some scope opens, a session of the role with that scope opens too, and no smaller
/// one does; what is people's own no key opens.
#[tokio::test(flavor = "multi_thread")]
async fn roles_and_scopes() {
    let house = house().await;
    let owner = house.set_up().await;
    let mut roles = vec![];
    for role in ["viewer", "stall", "manager"] {
        roles.push((role, house.somebody(&owner, role).await));
    }
    roles.push(("owner", owner));
    let manage = house.api_key(Scope::Manage).await;
    let document = serde_json::to_value(dayshelf_http::openapi()).unwrap();
    let (mut tried, mut own) = (0, 0);
    for (path, method, operation) in operations(&document) {
        let security = operation["security"].as_array().cloned().unwrap_or_default();
        let named = |name: &str| security.iter().find_map(|way| way[name][0].as_str()).map(str::to_owned);
        let least = match (named("organiser"), named("session")) {
            (Some(scope), _) => match scope.as_str() {
                "read" => "viewer",
                "sell" => "stall",
                _ => "manager",
            }
            .to_owned(),
            (None, Some(role)) => role,
            (None, None) => continue,
        };
        // What ends the session that asks is tried elsewhere, and a slot shows itself to everybody.
        if operation["operationId"] == "session_end" || security.iter().any(|way| way == &json!({})) {
            continue;
        }
        let address = crate::authority::filled(&house, &path);
        let method = method.to_uppercase();
        let enough = roles.iter().position(|(name, _)| *name == least).unwrap();
        for (place, (role, cookie)) in roles.iter().enumerate() {
            let got = house.page(&method, &address, cookie, &Value::Null).await;
            let refused = got.status == 403 && got.problem() == "role_too_small";
            assert_eq!(refused, place < enough, "{method} {path} as {role}: {got:?}");
            assert_ne!(got.status, 401, "{method} {path} as {role}: {got:?}");
            tried += 1;
        }
        if named("organiser").is_none() {
            let method: Method = method.parse().unwrap();
            let got = house.call(method, &address).bearer(&manage).send().await;
            assert_eq!(got.status, 401, "{path} with a key: {got:?}");
            own += 1;
        }
    }
    assert!(tried > 200 && own >= 10, "{tried} and {own}");
}

/// The team: roles count at once, the last owner stays, another organiser's people are unknown, and links are
/// used up. Everything that was done is in the log, with who did it and from where.
#[tokio::test(flavor = "multi_thread")]
async fn the_team_and_its_log() {
    let house = house().await;
    let owner = house.set_up().await;
    let stall = house.somebody(&owner, "stall").await;
    let team = house.page("GET", "/v1/people", &owner, &Value::Null).await.json();
    let id = |place: usize| team["items"][place]["id"].as_str().unwrap().to_owned();
    assert_eq!((&team["items"][0]["role"], &team["items"][1]["role"]), (&json!("owner"), &json!("stall")));
    let pool = json!({"key": "extra", "units": 3});
    assert_eq!(house.page("POST", "/v1/pools", &stall, &pool).await.problem(), "role_too_small");
    let path = format!("/v1/people/{}", id(1));
    let promote = json!({"role": "manager"});
    assert_eq!(house.page("PUT", &path, &owner, &promote).await.status, 204);
    assert_eq!(house.page("POST", "/v1/pools", &stall, &pool).await.status, 201);
    let own = format!("/v1/people/{}", id(0));
    assert_eq!(house.page("DELETE", &own, &owner, &Value::Null).await.problem(), "last_owner");
    assert_eq!(house.page("PUT", &own, &owner, &promote).await.problem(), "last_owner");
    let foreign = format!("/v1/people/person_{}", house.desk.mint().id(house.home));
    assert_eq!(house.page("PUT", &foreign, &owner, &promote).await.problem(), "unknown");
    assert_eq!(house.page("DELETE", &path, &owner, &Value::Null).await.status, 204);
    assert_eq!(house.page("GET", "/v1/session", &stall, &Value::Null).await.status, 401);
    // An invitation that was taken back lets nobody in.
    let made = house.page("POST", "/v1/invitations", &owner, &json!({"label": "x", "role": "viewer"})).await;
    let token = json!({"token": made.text("link").split_once('=').unwrap().1});
    let look = house.page("POST", "/v1/invitations/look", "", &token).await;
    assert_eq!((&look.json()["role"], &look.json()["organiser"]["slug"]), (&json!("viewer"), &json!("kiln")));
    let listed = house.page("GET", "/v1/invitations", &owner, &Value::Null).await;
    assert!(!String::from_utf8_lossy(&listed.body).contains("#invitation"), "{listed:?}");
    let gone = format!("/v1/invitations/{}", made.text("id"));
    assert_eq!(house.page("DELETE", &gone, &owner, &Value::Null).await.status, 204);
    assert_eq!(house.page("POST", "/v1/invitations/look", "", &token).await.problem(), "link_spent");
    assert_eq!(house.page("POST", "/v1/invitations/accept", "", &token).await.problem(), "link_spent");
    // What is only tried changes nothing, and a form tries with every pause in typing.
    let tried = json!({"pools": [{"key": "tried", "units": 1}]});
    assert_eq!(house.page("PUT", "/v1/plan?dry_run=true", &owner, &tried).await.status, 200);
    let log = house.page("GET", "/v1/audit?limit=500", &owner, &Value::Null).await.json();
    let lines: Vec<(String, u64)> = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|line| {
            (
                format!("{} {}", line["name"].as_str().unwrap(), line["act"].as_str().unwrap()),
                line["status"].as_u64().unwrap(),
            )
        })
        .collect();
    let has =
        |line: &str, status: u64| assert!(lines.contains(&(line.to_owned(), status)), "{line}: {lines:?}");
    has("Ada Berg POST /v1/setup", 201);
    has("Ada Berg POST /v1/invitations", 201);
    has("stall POST /v1/invitations/accept", 201);
    has("stall POST /v1/pools", 403);
    has("stall POST /v1/pools", 201);
    has("Ada Berg PUT /v1/people/{person}", 409);
    assert!(!log.to_string().contains("correct horse"), "no body is kept");
    assert!(!log.to_string().contains("/v1/plan"), "{lines:?}");
}

/// Tries to come in are few from one address, by whichever door.
#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slow() {
    let house = House::with(|_| {}).await;
    let body = json!({"token": "guess"});
    let mut limited = None;
    for _ in 0..30 {
        let got = house.page("POST", "/v1/invitations/look", "", &body).await;
        if got.status == 429 {
            limited = Some(got);
            break;
        }
        assert_eq!(got.problem(), "link_spent");
    }
    let got = limited.unwrap();
    assert_eq!(got.problem(), "rate_limited");
    assert!(got.header("retry-after").is_some());
    let body = json!({"email": "ada@example.org", "password": "guess"});
    assert_eq!(house.page("POST", "/v1/session", "", &body).await.problem(), "rate_limited");
}
