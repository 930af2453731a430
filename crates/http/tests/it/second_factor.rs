//! A code beside the password: begun, confirmed, asked for, used once, and done without.

use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use serde_json::{Value, json};

use crate::house::{Got, House};
use crate::people::{cookie, house};

/// An app for codes, from the secret that somebody typed into it.
pub struct App(Vec<u8>);

impl App {
    fn new(secret: &str) -> Self {
        let digit =
            |letter: u8| u64::from(if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' });
        let eight = |letters: &[u8]| letters.iter().fold(0, |all: u64, letter| all << 5 | digit(*letter));
        let bytes =
            secret.as_bytes().chunks(8).flat_map(|letters| eight(letters).to_be_bytes()[3..].to_vec());
        Self(bytes.collect())
    }

    /// The code of so many steps from now. One step ahead counts as well, so that a test need not wait.
    pub fn code(&self, house: &House, ahead: i64) -> String {
        self.code_of(house.desk.mint().now().0.div_euclid(30_000) + ahead)
    }

    fn code_of(&self, step: i64) -> String {
        let tag = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0), &step.to_be_bytes());
        let at = usize::from(tag.as_ref()[19] & 15);
        let number = u32::from_be_bytes(tag.as_ref()[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

/// Turns the second factor on: the app, and the recovery codes.
pub async fn on(house: &House, session: &str) -> (App, Vec<String>) {
    let begun = house.page("POST", "/v1/second-factor", session, &Value::Null).await;
    assert_eq!(begun.status, 201, "{begun:?}");
    let app = App::new(&begun.text("secret"));
    assert!(begun.text("uri").contains(&format!("secret={}&", begun.text("secret"))));
    assert!(begun.json()["qr"].as_array().unwrap().len() > 20);
    let body = json!({"code": app.code(house, 0)});
    let got = house.page("POST", "/v1/second-factor/confirm", session, &body).await;
    assert_eq!(got.status, 200, "{got:?}");
    (app, serde_json::from_value(got.json()["codes"].clone()).unwrap())
}

async fn sign_in(house: &House, code: Option<&str>) -> Got {
    let body = json!({"email": "ada@example.org", "password": "correct horse battery", "code": code});
    house.page("POST", "/v1/session", "", &body).await
}

/// A secret counts once a code of it was sent. From then on a password needs a code, each code works once, and one
/// that came before the last works no more.
#[tokio::test(flavor = "multi_thread")]
async fn codes_are_asked_for() {
    let house = house().await;
    let owner = house.set_up().await;
    let wrong = json!({"code": "000000"});
    let confirm = "/v1/second-factor/confirm";
    assert_eq!(house.page("POST", confirm, &owner, &wrong).await.problem(), "second_factor_off");
    let begun = house.page("POST", "/v1/second-factor", &owner, &Value::Null).await;
    let wrong = json!({"code": "not six digits"});
    let got = house.page("POST", confirm, &owner, &wrong).await;
    assert_eq!((got.problem().as_str(), got.text("field").as_str()), ("value_wrong", "code"));
    assert_eq!(sign_in(&house, None).await.status, 201, "it does not count yet");
    let codes = house.page("POST", "/v1/second-factor/codes", &owner, &Value::Null).await;
    assert_eq!(codes.problem(), "second_factor_off");
    let before = house.desk.mint().now().0.div_euclid(30_000);
    let (app, codes) = on(&house, &owner).await;
    let again = house.page("POST", "/v1/second-factor", &owner, &Value::Null).await;
    assert_eq!(again.problem(), "second_factor_on");
    assert_ne!(begun.text("secret").len(), 0);
    let state = house.page("GET", "/v1/second-factor", &owner, &Value::Null).await;
    assert_eq!((&state.json()["on"], &state.json()["codes_left"]), (&json!(true), &json!(10)));
    assert!(!String::from_utf8_lossy(&state.body).contains(&begun.text("secret")), "shown once");

    for none in [None, Some(""), Some("  ")] {
        let got = sign_in(&house, none).await;
        assert_eq!(got.problem(), "second_factor_wanted");
        assert!(got.header("set-cookie").is_none());
    }
    assert_eq!(sign_in(&house, Some("wrong")).await.problem(), "second_factor_wrong");
    assert_eq!(
        sign_in(&house, Some(&app.code_of(before - 1))).await.problem(),
        "second_factor_wrong",
        "before the last"
    );
    let code = app.code(&house, 1);
    assert_eq!(sign_in(&house, Some(&code)).await.status, 201);
    assert_eq!(sign_in(&house, Some(&code)).await.problem(), "second_factor_wrong", "it was used");
    // A recovery code does the same, once, however it is typed.
    let typed = codes[3].replace('-', " ").to_lowercase();
    assert_eq!(sign_in(&house, Some(&typed)).await.status, 201);
    assert_eq!(sign_in(&house, Some(&codes[3])).await.problem(), "second_factor_wrong");
    let state = house.page("GET", "/v1/second-factor", &owner, &Value::Null).await.json();
    assert_eq!(state["codes_left"], 9);
    let renewed = house.page("POST", "/v1/second-factor/codes", &owner, &Value::Null).await.json();
    assert_eq!(
        sign_in(&house, Some(&codes[4])).await.problem(),
        "second_factor_wrong",
        "others took its place"
    );
    assert_eq!(sign_in(&house, renewed["codes"][0].as_str()).await.status, 201);
    assert_eq!(house.page("DELETE", "/v1/second-factor", &owner, &Value::Null).await.status, 204);
    assert_eq!(sign_in(&house, None).await.status, 201);
    let log = house.page("GET", "/v1/audit?limit=500", &owner, &Value::Null).await.json();
    let lines = log["items"].as_array().unwrap();
    let has =
        |act: &str, status: u64| lines.iter().any(|line| line["act"] == act && line["status"] == status);
    for (act, status) in [
        ("POST /v1/second-factor", 201),
        ("POST /v1/second-factor/confirm", 200),
        ("POST /v1/second-factor/codes", 200),
        ("DELETE /v1/second-factor", 204),
        ("POST /v1/session", 401),
        ("POST /v1/session", 201),
    ] {
        assert!(has(act, status), "{act} {status}: {log}");
    }
}

/// Wrong codes are counted for the person, from wherever they come, and then no code works for a while; whoever is
/// signed in stays so.
#[tokio::test(flavor = "multi_thread")]
async fn codes_are_not_guessed() {
    let house = house().await;
    let owner = house.set_up().await;
    let (app, codes) = on(&house, &owner).await;
    for _ in 0..10 {
        assert_eq!(sign_in(&house, Some("wrong")).await.problem(), "second_factor_wrong");
    }
    for code in [app.code(&house, 1), codes[0].clone()] {
        let got = sign_in(&house, Some(&code)).await;
        assert_eq!((got.problem().as_str(), got.header("retry-after")), ("rate_limited", Some("900")));
    }
    assert_eq!(house.page("GET", "/v1/session", &owner, &Value::Null).await.status, 200);
    let state = house.page("GET", "/v1/second-factor", &owner, &Value::Null).await.json();
    assert_eq!(state["codes_left"], 10, "what was refused used nothing up");
}

/// A passkey's device has seen its owner, so that no code is asked for beside it.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_both() {
    let house = house().await;
    let owner = house.set_up().await;
    on(&house, &owner).await;
    let mut device = crate::house::device::Device::new();
    let options = house.page("POST", "/v1/passkeys/options", &owner, &json!({})).await.json();
    let body = json!({"name": "phone", "credential": device.make(&options)});
    assert_eq!(house.page("POST", "/v1/passkeys", &owner, &body).await.status, 201);
    let question = house.page("POST", "/v1/session/passkey/options", "", &Value::Null).await;
    let signed = device.sign(&question.json());
    let got = house.page("POST", "/v1/session/passkey", &cookie(&question), &signed).await;
    assert_eq!(got.status, 201, "{got:?}");
}

/// An owner asks everybody for a second factor. Whoever has a password alone may set one up, and nothing else, until it
/// is there; sessions that are open already wait for it as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_team_may_have_to_have_one() {
    let house = house().await;
    let owner = house.set_up().await;
    let manager = house.somebody(&owner, "manager").await;
    let rules = "/v1/sign-in-rules";
    assert_eq!(house.page("GET", rules, &owner, &Value::Null).await.json(), json!({"second_factor": false}));
    let on_rule = json!({"second_factor": true});
    assert_eq!(house.page("PUT", rules, &manager, &on_rule).await.problem(), "role_too_small");
    let (ours, _) = on(&house, &owner).await;
    assert_eq!(house.page("PUT", rules, &owner, &on_rule).await.status, 200);
    assert_eq!(house.page("GET", rules, &owner, &Value::Null).await.json(), on_rule, "the owner has one");

    let slots = "/v1/calendar?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z";
    for path in [slots, "/v1/organiser", "/v1/people"] {
        let got = house.page("GET", path, &manager, &Value::Null).await;
        let expected = if path == "/v1/people" { "role_too_small" } else { "second_factor_due" };
        assert_eq!(got.problem(), expected, "{path}");
    }
    let session = house.page("GET", "/v1/session", &manager, &Value::Null).await;
    assert_eq!(session.json()["lacks_factor"], true);
    let again = json!({"email": "manager@example.org", "password": "twelve letters"});
    let signed_in = house.page("POST", "/v1/session", "", &again).await;
    assert_eq!((signed_in.status.as_u16(), &signed_in.json()["lacks_factor"]), (201, &json!(true)));
    let fresh = cookie(&signed_in);
    on(&house, &fresh).await;
    for cookie in [&fresh, &manager] {
        assert_eq!(house.page("GET", slots, cookie, &Value::Null).await.status, 200);
        let session = house.page("GET", "/v1/session", cookie, &Value::Null).await;
        assert_eq!(session.json()["lacks_factor"], false);
    }

    // Whoever takes theirs away is asked again; where nobody is asked any more, the password is enough.
    assert_eq!(house.page("DELETE", "/v1/second-factor", &fresh, &Value::Null).await.status, 204);
    assert_eq!(house.page("GET", slots, &fresh, &Value::Null).await.problem(), "second_factor_due");
    assert_eq!(house.page("PUT", rules, &owner, &json!({"second_factor": false})).await.status, 200);
    assert_eq!(house.page("GET", slots, &fresh, &Value::Null).await.status, 200);
    assert_eq!(sign_in(&house, Some(&ours.code(&house, 1))).await.status, 201);
}

/// With a key that seals, the database has nothing that makes codes; codes work, also of a secret that was kept before
/// there was a key.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_sealed() {
    for (seal, length) in [(None, 20), (dayshelf_http::Seal::of(&"5c".repeat(32)), 1 + 12 + 20 + 16)] {
        let house = House::with(|config| {
            *config = config.clone().with_setup_token(crate::people::TOKEN);
            config.knocks = None;
            config.seal.clone_from(&seal);
        })
        .await;
        let owner = house.set_up().await;
        let (app, _) = on(&house, &owner).await;
        let person = house.store.person_by_email("ada@example.org").await.unwrap().unwrap();
        let kept = house.store.second_factor(person.id).await.unwrap().unwrap().secret;
        assert_eq!(kept.len(), length);
        assert_eq!(kept.windows(20).any(|window| window == app.0), seal.is_none());
        assert_eq!(sign_in(&house, Some(&app.code(&house, 1))).await.status, 201);
    }
}
