//! `GET /{organiser}/pass-keys.json`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dayshelf_core::ids::SlotId;
use dayshelf_core::time::Instant;
use dayshelf_wire::pass::Pass;

use crate::house::House;

/// Whoever has the published keys can verify the pass of an order, and nothing secret is published.
#[tokio::test(flavor = "multi_thread")]
async fn published_keys_verify_passes() {
    let house = House::new().await;
    let keys = house.get("/kiln/pass-keys.json").send().await;
    assert_eq!(keys.status, 200);
    let (order, secret) = house.order("drop/one", 2).await;
    let order = house.get(&format!("/v1/orders/{order}")).bearer(&secret).send().await.json();
    let text = order["lines"][0]["pass"]["text"].as_str().unwrap();
    let json = keys.json();
    let public = URL_SAFE_NO_PAD.decode(json["keys"][0]["public_key"].as_str().unwrap()).unwrap();
    let published =
        [(json["keys"][0]["number"].as_u64().unwrap() as u32, <[u8; 32]>::try_from(public).unwrap())];
    let slot = SlotId::parse(house.id("drop")).unwrap();
    let now = house.desk.mint().now();
    let pass = Pass::verify(text, &published, slot, now).unwrap();
    assert_eq!(
        (pass.quantity, pass.serial.to_string().as_str()),
        (2, order["lines"][0]["pass"]["serial"].as_str().unwrap())
    );
    assert!(Pass::verify(text, &published, slot, Instant(now.0 + 4 * 86_400_000)).is_err());
    assert_eq!(house.get("/nobody/pass-keys.json").send().await.problem(), "unknown");
}
