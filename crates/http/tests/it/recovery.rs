//! The way back: by mail where there is a mail server, else by the operator, once, and never around the second factor.

use dayshelf_core::ids::PersonId;
use dayshelf_core::time::Span;
use dayshelf_relay::mail::{Courier, recovery_digest};
use dayshelf_store::Recovery;
use serde_json::{Value, json};

use crate::house::device::Device;
use crate::house::{Got, House, OPERATOR};
use crate::people::{cookie, house};
use crate::second_factor::on;

const ADA: &str = "ada@example.org";

/// The operator's link for somebody: what stands behind its hash.
async fn link(house: &House) -> String {
    let call = house.post("/v1/recovery/links").bearer(OPERATOR).json(&json!({"email": ADA}));
    let got = call.send().await;
    assert_eq!(got.status, 201, "{got:?}");
    got.text("link").strip_prefix("http://localhost/console#recovery=").unwrap().to_owned()
}

/// A link as the courier sends it, which ends after so long.
async fn mailed(house: &House, session: &str, life: Span) -> String {
    let shape = house.page("GET", "/v1/session", session, &Value::Null).await.json();
    let person = PersonId::parse(shape["person"]["id"].as_str().unwrap()).unwrap();
    let now = house.desk.mint().now();
    let token = format!("mailed-{}", house.desk.mint().id(house.home));
    let recovery = Recovery { person, lifts: false };
    let times = (now, now.plus(life));
    assert!(house.store.keep_recovery(recovery_digest(&token), recovery, times).await.unwrap());
    token
}

async fn back(house: &House, body: Value) -> Got {
    house.page("POST", "/v1/recovery/use", "", &body).await
}

async fn sign_in(house: &House, password: &str) -> Got {
    house.page("POST", "/v1/session", "", &json!({"email": ADA, "password": password})).await
}

/// The operator's link works once: it gives a new password, takes the second factor away, and ends every session; other
/// links of the person end with it.
#[tokio::test(flavor = "multi_thread")]
async fn the_operators_link() {
    let house = house().await;
    let owner = house.set_up().await;
    on(&house, &owner).await;
    let nobody = json!({"email": "nobody@example.org"});
    let ask = |key: &str, body: &Value| house.post("/v1/recovery/links").bearer(key).json(body).send();
    assert_eq!(ask(OPERATOR, &nobody).await.problem(), "unknown");
    assert_eq!(ask("guess", &nobody).await.status, 401);
    let (first, second) = (link(&house).await, link(&house).await);
    let look = house.page("POST", "/v1/recovery/look", "", &json!({"token": first})).await.json();
    assert_eq!((look["email"].as_str(), &look["code"]), (Some(ADA), &json!(false)));
    let short = back(&house, json!({"token": first, "password": "short"})).await;
    assert_eq!((short.problem().as_str(), short.text("field").as_str()), ("value_wrong", "password"));
    assert_eq!(back(&house, json!({"token": first})).await.problem(), "value_wrong");
    let body = json!({"token": first, "password": "quite another sentence"});
    let got = back(&house, body.clone()).await;
    assert_eq!(got.status, 201, "{got:?}");
    assert_eq!(
        house.page("GET", "/v1/session", &owner, &Value::Null).await.status,
        401,
        "signed out elsewhere"
    );
    let here = cookie(&got);
    assert_eq!(house.page("GET", "/v1/session", &here, &Value::Null).await.status, 200);
    for spent in [&first, &second, "never was"]
        .map(|token| json!({"token": token, "password": "quite another sentence"}))
    {
        assert_eq!(back(&house, spent).await.problem(), "link_spent");
    }
    assert_eq!(sign_in(&house, "correct horse battery").await.problem(), "sign_in_wrong");
    assert_eq!(sign_in(&house, "quite another sentence").await.status, 201, "and no code is asked for");
    let log = house.page("GET", "/v1/audit?limit=500", &here, &Value::Null).await.json();
    let lines = log["items"].as_array().unwrap();
    let made = lines.iter().find(|line| line["act"] == "POST /v1/recovery/links").unwrap();
    assert_eq!(made["name"], "operator, for Ada Berg");
    assert!(
        lines.iter().any(|line| line["act"] == "POST /v1/recovery/use" && line["status"] == 201),
        "{log}"
    );
}

/// A link that came by mail ends after its time, asks for a code where there is a second factor, and may give a
/// passkey instead, if its holder made it for this.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_by_mail() {
    let house = house().await;
    let owner = house.set_up().await;
    let (app, _) = on(&house, &owner).await;
    let over = mailed(&house, &owner, Span(0)).await;
    for path in ["/v1/recovery/look", "/v1/recovery/use"] {
        let got =
            house.page("POST", path, "", &json!({"token": over, "password": "quite another sentence"})).await;
        assert!(got.status == 410 || path.ends_with("look") && got.status == 422, "{got:?}");
    }
    let token = mailed(&house, &owner, Span::minutes(30)).await;
    let look = house.page("POST", "/v1/recovery/look", "", &json!({"token": token})).await.json();
    assert_eq!(look["code"], true);
    let body =
        |code: Option<&str>| json!({"token": token, "password": "quite another sentence", "code": code});
    assert_eq!(back(&house, body(None)).await.problem(), "second_factor_wanted");
    assert_eq!(back(&house, body(Some("wrong"))).await.problem(), "second_factor_wrong");
    assert_eq!(
        house.page("GET", "/v1/session", &owner, &Value::Null).await.status,
        200,
        "nothing has changed"
    );
    assert_eq!(back(&house, body(Some(&app.code(&house, 1)))).await.status, 201);
    assert_eq!(house.page("GET", "/v1/session", &owner, &Value::Null).await.status, 401);

    let token = link(&house).await;
    let ask = async |wish: Value| house.page("POST", "/v1/passkeys/options", "", &wish).await;
    assert_eq!(ask(json!({"recovery": "never was"})).await.problem(), "link_spent");
    assert_eq!(ask(json!({})).await.problem(), "missing_field");
    let other = ask(json!({"email": ADA})).await;
    let mut device = Device::new();
    let foreign = json!({"token": token, "passkey": device.make(&other.json())});
    let got = house.page("POST", "/v1/recovery/use", &cookie(&other), &foreign).await;
    assert_eq!(got.problem(), "passkey_wrong", "it was made for somebody new");
    let options = ask(json!({"recovery": token})).await;
    let both = json!({"token": token, "passkey": device.make(&options.json()), "password": "quite another sentence"});
    let got = house.page("POST", "/v1/recovery/use", &cookie(&options), &both).await;
    assert_eq!(got.problem(), "value_wrong");
    let body = json!({"token": token, "passkey": device.make(&options.json())});
    let got = house.page("POST", "/v1/recovery/use", &cookie(&options), &body).await;
    assert_eq!(got.status, 201, "{got:?}");
    let question = house.page("POST", "/v1/session/passkey/options", "", &Value::Null).await;
    let signed = device.sign(&question.json());
    assert_eq!(house.page("POST", "/v1/session/passkey", &cookie(&question), &signed).await.status, 201);
}

/// Asking gets the same answer whoever it is about, and without a mail server it is said that there is none.
#[tokio::test(flavor = "multi_thread")]
async fn asking_tells_nothing() {
    let house = house().await;
    house.set_up().await;
    let ask = async |email: &str| house.page("POST", "/v1/recovery", "", &json!({"email": email})).await;
    assert_eq!(house.get("/v1/recovery").send().await.json()["by_mail"], false);
    assert_eq!(ask(ADA).await.problem(), "no_mail_server");
    let (courier, mut asked) = Courier::channel();
    house.app.recovers_through(courier);
    assert_eq!(house.get("/v1/recovery").send().await.json()["by_mail"], true);
    for email in [" Ada@example.org", "nobody@example.org"] {
        let got = ask(email).await;
        assert_eq!((got.status.as_u16(), got.body.len()), (202, 0), "{got:?}");
        assert_eq!(asked.try_recv().unwrap().email, email.trim().to_lowercase());
    }
    assert_eq!(ask("no address").await.problem(), "value_wrong");
    let abroad =
        house.post("/v1/recovery").header("sec-fetch-site", "cross-site").json(&json!({"email": ADA}));
    assert_eq!(abroad.send().await.problem(), "cross_site");
    let mut got = ask(ADA).await;
    for _ in 0..100 {
        got = ask(ADA).await;
        if got.status != 202 {
            break;
        }
    }
    assert_eq!(got.problem(), "busy", "what waits is bounded");
}
