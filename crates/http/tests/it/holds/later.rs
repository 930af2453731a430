//! `POST /v1/holds/{hold}/extend`, `/release` and `/checkout`.

use serde_json::json;

use crate::house::{House, fresh_key};

/// More time as often as the window allows; the retry gets the same bytes even after the hold's end.
#[tokio::test(flavor = "multi_thread")]
async fn extends_and_releases_once() {
    let house = House::new().await;
    let (hold, secret) = house.hold("drop/one", 4).await;
    let (extend, key) = (format!("/v1/holds/{hold}/extend"), fresh_key());
    let first = house.post(&extend).key(&key).bearer(&secret).send().await;
    assert_eq!((first.status.as_u16(), first.json()["extended"].as_u64()), (200, Some(1)), "{first:?}");
    let no = house.post(&extend).bearer(&secret).json(&json!({})).send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (409, "extensions_used"));
    let (release, release_key) = (format!("/v1/holds/{hold}/release"), fresh_key());
    let released = house.post(&release).key(&release_key).bearer(&secret).send().await;
    assert_eq!((released.status.as_u16(), released.text("state").as_str()), (200, "released"));
    let ended = house.post(&release).bearer(&secret).send().await;
    assert_eq!((ended.problem().as_str(), ended.text("state").as_str()), ("hold_ended", "released"));
    for (path, key, first) in [(&extend, &key, &first), (&release, &release_key, &released)] {
        let again = house.post(path).key(key).bearer(&secret).send().await;
        assert!(again.is_replay());
        assert_eq!(again.body, first.body);
    }
    // The key of a bearer does not answer whoever has a wrong secret.
    let (_, stranger) = house.hold("drop/one", 1).await;
    let forged = format!("hs_{}_{}", hold.trim_start_matches("hold_"), stranger.rsplit('_').next().unwrap());
    let no = house.post(&release).key(&release_key).bearer(&forged).send().await;
    assert_eq!(no.problem(), "secret_wrong");
    assert!(!no.is_replay());
    let slot = house.get(&format!("/v1/slots/{}", house.id("drop"))).send().await.json();
    assert_eq!(slot["offers"][0]["free"], 9, "one is in the stranger's hold: {slot}");
}

/// A basket holds nothing until checkout; the first to check out has the unit.
#[tokio::test(flavor = "multi_thread")]
async fn checks_out() {
    let house = House::new().await;
    let (first, second) = (house.hold("basket/last", 1).await, house.hold("basket/last", 1).await);
    let path = |hold: &str| format!("/v1/holds/{hold}/checkout");
    let shown = house.get(&format!("/v1/holds/{}", first.0)).bearer(&first.1).send().await;
    assert_eq!(shown.text("state"), "basket");
    let key = fresh_key();
    let got = house.post(&path(&second.0)).key(&key).bearer(&second.1).send().await;
    assert_eq!((got.status.as_u16(), got.text("state").as_str()), (200, "held"));
    let no = house.post(&path(&first.0)).bearer(&first.1).send().await;
    assert_eq!((no.status.as_u16(), no.problem().as_str()), (409, "too_few_left"));
    let no = house.post(&path(&second.0)).bearer(&second.1).send().await;
    assert_eq!(no.problem(), "hold_taken");
    let again = house.post(&path(&second.0)).key(&key).bearer(&second.1).send().await;
    assert_eq!(again.body, got.body);
}

/// All of them need the secret and the key.
#[tokio::test(flavor = "multi_thread")]
async fn need_secret_and_key() {
    let house = House::new().await;
    let (hold, secret) = house.hold("drop/one", 1).await;
    let (_, other) = house.hold("drop/one", 1).await;
    for verb in ["extend", "release", "checkout", "confirm"] {
        let path = format!("/v1/holds/{hold}/{verb}");
        let table = [
            (house.post(&path), 401, "unauthorised"),
            (house.post(&path).bearer(&other).json(&json!({})), 401, "secret_wrong"),
            (house.post(&path).bearer(&secret).without_key(), 400, "idempotency_key_missing"),
            (house.post(&path).bearer(&secret).key("two words"), 400, "idempotency_key_unfit"),
            (house.post(&path).bearer(&secret).key(&"k".repeat(256)), 400, "idempotency_key_unfit"),
            (house.post(&path).bearer(&secret).json(&json!({"surprise": 1})), 422, "unknown_field"),
        ];
        for (call, status, code) in table {
            let got = call.send().await;
            // A body that is wrong is said before the secret is looked at, where both are wrong.
            let problem = got.problem();
            let fits = (got.status.as_u16(), problem.as_str()) == (status, code)
                || (verb == "confirm" && problem == "missing_field");
            assert!(fits, "{verb} {code}: {got:?}");
        }
    }
}
