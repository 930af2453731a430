//! Passkeys: made at the first start and later, signing in, and every answer that proves nothing.

use dayshelf_core::ids::{PersonId, SessionId};
use dayshelf_core::time::{Instant, Span};
use dayshelf_store::SessionEntry;
use dayshelf_wire::secret::token_digest;
use serde_json::{Value, json};

use crate::house::device::{Device, text};
use crate::house::{Got, House};
use crate::people::{TOKEN, cookie, house};

/// A browser that asks to sign in by a passkey: its cookie, and what it was asked.
async fn asked(house: &House) -> (String, Value) {
    let got = house.page("POST", "/v1/session/passkey/options", "", &Value::Null).await;
    assert_eq!(got.status, 201, "{got:?}");
    assert_eq!((got.text("rpId"), got.text("userVerification")), ("localhost".into(), "required".into()));
    (cookie(&got), got.json())
}

async fn answer(house: &House, browser: &str, answer: &Value) -> Got {
    house.page("POST", "/v1/session/passkey", browser, answer).await
}

/// Adds a passkey to whoever is signed in.
async fn added(house: &House, session: &str, name: &str) -> Device {
    let mut device = Device::new();
    let options = house.page("POST", "/v1/passkeys/options", session, &json!({})).await;
    assert_eq!(options.status, 201, "{options:?}");
    let credential = device.make(&options.json());
    let got =
        house.page("POST", "/v1/passkeys", session, &json!({"name": name, "credential": credential})).await;
    assert_eq!(got.status, 201, "{got:?}");
    device
}

/// A session of the owner that began so long ago.
async fn old_session(house: &House, session: &str, ago: Span) -> String {
    let id = house.page("GET", "/v1/session", session, &Value::Null).await.json();
    let person = PersonId::parse(id["person"]["id"].as_str().unwrap()).unwrap();
    let now = house.desk.mint().now();
    let entry = SessionEntry {
        id: SessionId(house.desk.mint().id(house.home)),
        made_at: Instant(now.0 - ago.0),
        seen_at: now,
        until: now.plus(Span::hours(1)),
        agent: String::new(),
        address: String::new(),
    };
    let token = format!("token-{}", entry.id);
    house.store.begin_session(token_digest("session", &token), entry, (person, house.home)).await.unwrap();
    format!("dayshelf={token}")
}

/// The first person comes with a passkey and no password, signs in by it, and can't lose it as long as it is the only
/// way in; a password may follow.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_by_a_passkey() {
    let house = house().await;
    let mut device = Device::new();
    let got = house.page("POST", "/v1/passkeys/options", "", &json!({"email": "Ada@example.org"})).await;
    let (browser, options) = (cookie(&got), got.json());
    assert_eq!(options["user"]["name"], "ada@example.org");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    let passkey = device.make(&options);
    let person = json!({"name": "Ada", "email": "ada@example.org", "passkey": passkey});
    let body = json!({"token": TOKEN, "person": person, "existing": "kiln"});
    // Another browser can't use the answer, and by that try it is not used up.
    let other = asked(&house).await.0;
    assert_eq!(house.page("POST", "/v1/setup", &other, &body).await.problem(), "passkey_wrong");
    assert_eq!(house.page("POST", "/v1/setup", "", &body).await.problem(), "passkey_wrong");
    let got = house.page("POST", "/v1/setup", &browser, &body).await;
    assert_eq!(got.status, 201, "{got:?}");
    assert_eq!(got.json()["has_password"], false);
    let owner = cookie(&got);
    for password in ["", "correct horse battery"] {
        let body = json!({"email": "ada@example.org", "password": password});
        assert_eq!(house.page("POST", "/v1/session", "", &body).await.problem(), "sign_in_wrong");
    }
    let (browser, question) = asked(&house).await;
    let got = answer(&house, &browser, &device.sign(&question)).await;
    assert_eq!((got.status.as_u16(), got.json()["role"].as_str()), (201, Some("owner")), "{got:?}");
    let list = house.page("GET", "/v1/passkeys", &owner, &Value::Null).await.json();
    assert!(list["items"][0]["used_at"].is_string(), "{list}");
    let path = format!("/v1/passkeys/{}", list["items"][0]["id"].as_str().unwrap());
    assert_eq!(house.page("DELETE", &path, &owner, &Value::Null).await.problem(), "last_way_in");
    let password = json!({"password": "a longer sentence"});
    assert_eq!(house.page("PUT", "/v1/session/password", &owner, &password).await.status, 204);
    let got = house.page("PUT", "/v1/session/password", &owner, &password).await;
    assert_eq!((got.problem().as_str(), got.text("field").as_str()), ("missing_field", "before"));
    assert_eq!(house.page("DELETE", &path, &owner, &Value::Null).await.status, 204);
    let (browser, question) = asked(&house).await;
    assert_eq!(answer(&house, &browser, &device.sign(&question)).await.problem(), "passkey_wrong");
    let log = house.page("GET", "/v1/audit?limit=500", &owner, &Value::Null).await.json().to_string();
    for act in [
        "POST /v1/setup",
        "POST /v1/session/passkey",
        "PUT /v1/session/password",
        "DELETE /v1/passkeys/{passkey}",
    ] {
        assert!(log.contains(act), "{act}: {log}");
    }
}

/// Somebody who is invited may come with a passkey, and whoever is here adds one, names it and takes it away; it is
/// theirs alone.
#[tokio::test(flavor = "multi_thread")]
async fn passkeys_are_their_owners() {
    let house = house().await;
    let owner = house.set_up().await;
    let made = house.page("POST", "/v1/invitations", &owner, &json!({"label": "Ben", "role": "stall"})).await;
    let token = made.text("link").split_once("#invitation=").unwrap().1.to_owned();
    let got = house.page("POST", "/v1/passkeys/options", "", &json!({"email": "ben@example.org"})).await;
    let mut bens = Device::new();
    let person = json!({"name": "Ben", "email": "ben@example.org", "passkey": bens.make(&got.json())});
    let accept = json!({"token": token, "person": person});
    let ben = house.page("POST", "/v1/invitations/accept", &cookie(&got), &accept).await;
    assert_eq!((ben.status.as_u16(), ben.json()["role"].as_str()), (201, Some("stall")), "{ben:?}");
    let ben = cookie(&ben);
    let (browser, question) = asked(&house).await;
    assert_eq!(answer(&house, &browser, &bens.sign(&question)).await.json()["person"]["name"], "Ben");

    let device = added(&house, &owner, "  Ada's phone ").await;
    let list =
        async |who: &str| house.page("GET", "/v1/passkeys", who, &Value::Null).await.json()["items"].clone();
    let mine = list(&owner).await;
    assert_eq!((mine.as_array().unwrap().len(), mine[0]["name"].as_str()), (1, Some("Ada's phone")));
    assert!(mine[0]["used_at"].is_null());
    let path = format!("/v1/passkeys/{}", mine[0]["id"].as_str().unwrap());
    let call = async |method: &str, who: &str, body: Value| house.page(method, &path, who, &body).await;
    assert_eq!(call("PUT", &ben, json!({"name": "mine"})).await.problem(), "unknown");
    assert_eq!(call("DELETE", &ben, Value::Null).await.status, 204, "none of Ben's");
    assert_eq!(call("PUT", &owner, json!({"name": " "})).await.problem(), "value_wrong");
    assert_eq!(call("PUT", &owner, json!({"name": "Phone"})).await.status, 204);
    assert_eq!(list(&owner).await[0]["name"], "Phone");
    // What is there already is named, so that a device makes no second one, and another's is taken from nobody.
    let options = house.page("POST", "/v1/passkeys/options", &owner, &json!({})).await.json();
    assert_eq!(options["excludeCredentials"][0]["id"], text(&device.credential));
    let mut copy = Device::new();
    copy.credential = device.credential.clone();
    let stolen = copy.make(&house.page("POST", "/v1/passkeys/options", &ben, &json!({})).await.json());
    let got = house.page("POST", "/v1/passkeys", &ben, &json!({"name": "x", "credential": stolen})).await;
    assert_eq!(got.problem(), "passkey_wrong");
    assert_eq!(call("DELETE", &owner, Value::Null).await.status, 204);
    assert_eq!(list(&owner).await, json!([]));
}

/// One line per answer that signs nobody in: spoilt, old, of another browser, site, host or purpose, without its
/// owner, or by a copy of the device.
#[tokio::test(flavor = "multi_thread")]
async fn answers_that_prove_nothing() {
    let house = house().await;
    let owner = house.set_up().await;
    let mut device = added(&house, &owner, "phone").await;
    let refused = async |what: &str, browser: &str, said: &Value| {
        let got = answer(&house, browser, said).await;
        assert_eq!(got.problem(), "passkey_wrong", "{what}");
        assert!(got.header("set-cookie").is_none(), "{what}");
    };
    type Lie = fn(&mut Device);
    let lies: [(&str, Lie); 5] = [
        ("another site", |device| device.origin = "http://localhost.evil".into()),
        ("another host", |device| device.host = "evil.example".into()),
        ("its owner unseen", |device| device.flags = 0b1001),
        ("untouched", |device| device.flags = 0b1100),
        ("on several devices, which it can't be", |device| device.flags = 0b1_0101),
    ];
    for (what, lie) in lies {
        let (browser, question) = asked(&house).await;
        let before = (device.host.clone(), device.origin.clone(), device.flags);
        lie(&mut device);
        let said = device.sign(&question);
        (device.host, device.origin, device.flags) = before;
        refused(what, &browser, &said).await;
    }
    let (browser, question) = asked(&house).await;
    let said = device.sign(&question);
    refused("another browser", &asked(&house).await.0, &said).await;
    refused("no browser", "", &said).await;
    let mut spoilt = said.clone();
    spoilt["response"]["signature"] = json!("AAAA");
    refused("a spoilt signature", &browser, &spoilt).await;
    refused("the same question again", &browser, &said).await;
    let (browser, question) = asked(&house).await;
    let mut other = device.sign(&question);
    other["response"]["userHandle"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
    refused("for somebody else", &browser, &other).await;
    let (browser, question) = asked(&house).await;
    let mut unknown = Device::new();
    unknown.user = device.user.clone();
    refused("a device that nobody has added", &browser, &unknown.sign(&question)).await;
    let making = house.page("POST", "/v1/passkeys/options", "", &json!({"email": "x@example.org"})).await;
    refused("a question that makes a passkey", &cookie(&making), &device.sign(&making.json())).await;
    for garbage in ["", "e30", "####"] {
        let (browser, question) = asked(&house).await;
        let mut said = device.sign(&question);
        said["response"]["clientDataJSON"] = json!(garbage);
        refused("garbage", &browser, &said).await;
    }
    // It still signs in, and a copy of it that has not counted along does not.
    let (browser, question) = asked(&house).await;
    assert_eq!(answer(&house, &browser, &device.sign(&question)).await.status, 201);
    let (browser, question) = asked(&house).await;
    refused("a copy", &browser, &device.sign_again(&question)).await;
    let (browser, question) = asked(&house).await;
    let said = device.sign(&question);
    let abroad =
        house.post("/v1/session/passkey").header("cookie", &browser).header("sec-fetch-site", "cross-site");
    assert_eq!(abroad.json(&said).send().await.problem(), "cross_site");
    assert_eq!(answer(&house, &browser, &said).await.status, 201, "which used nothing up");
}

/// A browser that was left open changes nothing about how its owner signs in, and a making that was asked for by one
/// session is answered by no other.
#[tokio::test(flavor = "multi_thread")]
async fn who_signed_in_long_ago_signs_in_again() {
    let house = house().await;
    let owner = house.set_up().await;
    added(&house, &owner, "phone").await;
    let id = house.page("GET", "/v1/passkeys", &owner, &Value::Null).await.json()["items"][0]["id"].clone();
    let old = old_session(&house, &owner, Span::minutes(16)).await;
    let young = old_session(&house, &owner, Span::minutes(5)).await;
    let path = format!("/v1/passkeys/{}", id.as_str().unwrap());
    let credential = Device::new().make(&json!({"user": {"id": "AA"}, "challenge": "AA"}));
    let add = json!({"name": "x", "credential": credential});
    for (method, path, body) in [
        ("POST", "/v1/passkeys/options", json!({})),
        ("POST", "/v1/passkeys", add),
        ("DELETE", path.as_str(), Value::Null),
        ("POST", "/v1/second-factor", Value::Null),
        ("POST", "/v1/second-factor/codes", Value::Null),
        ("DELETE", "/v1/second-factor", Value::Null),
    ] {
        assert_eq!(house.page(method, path, &old, &body).await.problem(), "sign_in_again", "{method} {path}");
        let got = house.page(method, path, &young, &body).await;
        assert!(got.status.is_success() || got.problem() != "sign_in_again", "{method} {path}: {got:?}");
    }
    let options = house.page("POST", "/v1/passkeys/options", &young, &json!({})).await.json();
    let made = Device::new().make(&options);
    let body = json!({"name": "x", "credential": made});
    assert_eq!(house.page("POST", "/v1/passkeys", &owner, &body).await.problem(), "passkey_wrong");
    assert_eq!(house.page("POST", "/v1/passkeys", &young, &body).await.status, 201);
}

/// Where the public address has no name, passkeys are not there, and that is said.
#[tokio::test(flavor = "multi_thread")]
async fn addresses_without_a_name() {
    let house = House::with(|config| config.public_url = "http://10.0.0.7:8080".into()).await;
    let got = house.page("POST", "/v1/session/passkey/options", "", &Value::Null).await;
    assert_eq!(got.problem(), "passkeys_unavailable");
}
