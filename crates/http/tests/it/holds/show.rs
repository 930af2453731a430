//! `GET /v1/holds/{hold}`.

use crate::house::House;

/// The bearer sees the hold, without its secret; nobody else sees anything.
#[tokio::test(flavor = "multi_thread")]
async fn shows_a_hold_to_its_bearer() {
    let house = House::new().await;
    let (hold, secret) = house.hold("drop/one", 1).await;
    let path = format!("/v1/holds/{hold}");
    let got = house.get(&path).bearer(&secret).send().await;
    assert_eq!(got.status, 200);
    assert_eq!((got.text("id"), got.text("state")), (hold.clone(), "held".into()));
    assert!(got.json().get("secret").is_none());
    let (other, other_secret) = house.hold("drop/one", 1).await;
    // The right id with another's secret bytes: the digest decides.
    let forged =
        format!("hs_{}_{}", hold.trim_start_matches("hold_"), other_secret.rsplit('_').next().unwrap());
    let never = hold.replace(&hold[10..14], "0000");
    let table = [
        (house.get(&path), 401, "unauthorised"),
        (house.get(&path).header("authorization", "Basic abc"), 401, "unauthorised"),
        (house.get(&path).bearer("nonsense"), 401, "secret_wrong"),
        (house.get(&path).bearer(&other_secret), 401, "secret_wrong"),
        (house.get(&path).bearer(&forged), 401, "secret_wrong"),
        (house.get(&path).bearer(&secret.replace("hs_", "os_")), 401, "secret_wrong"),
        (house.get("/v1/holds/hold_x").bearer(&secret), 404, "unknown"),
        (
            house.get(&format!("/v1/holds/{never}")).bearer(&secret.replace(&hold[10..14], "0000")),
            404,
            "unknown",
        ),
    ];
    for (call, status, code) in table {
        let got = call.send().await;
        assert_eq!((got.status.as_u16(), got.problem().as_str()), (status, code), "{got:?}");
    }
    assert_ne!(other, hold);
}
