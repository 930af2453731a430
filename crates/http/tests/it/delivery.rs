//! What is sent: the address that it needs, and who gets to see it.

use dayshelf_core::organiser::Scope;
use serde_json::{Value, json};

use crate::house::{Got, House};

fn address() -> Value {
    json!({"street": "Hidden Lane 1", "extra": "2nd floor", "postcode": "1200-066", "city": "Lisboa", "country": "pt"})
}

/// A confirmation of a hold on what is sent, with this address or none.
async fn confirm(house: &House, to: Value) -> Got {
    let (hold, secret) = house.hold("sent/print", 1).await;
    let body = json!({
        "buyer": {"name": "Ann", "email": "ann@example.org", "address": to},
        "payment": {"method": "sandbox", "token": "tok_success"}
    });
    let call = house.post(&format!("/v1/holds/{hold}/confirm")).bearer(&secret).json(&body);
    if to != address() {
        return call.send().await;
    }
    let (got, ()) = tokio::join!(call.send(), house.pay(&hold, true));
    got
}

/// Without an address, or with one that can't be, nothing is confirmed, and the field is named.
#[tokio::test(flavor = "multi_thread")]
async fn needs_an_address() {
    let house = House::new().await;
    let got = confirm(&house, Value::Null).await;
    assert_eq!((got.status.as_u16(), got.problem().as_str()), (422, "address_missing"), "{got:?}");
    assert_eq!(got.json()["field"], "buyer.address");
    let with = |field: &str, value: Value| {
        let mut body = address();
        body[field] = value;
        body
    };
    let table = [
        (with("street", json!("")), "value_wrong", "buyer.address.street"),
        (with("city", json!(" ")), "value_wrong", "buyer.address.city"),
        (with("country", json!("Portugal")), "value_wrong", "buyer.address.country"),
        (with("country", json!("XX")), "value_wrong", "buyer.address.country"),
        (with("postcode", json!("1".repeat(21))), "too_long", "buyer.address.postcode"),
        (with("planet", json!("Mars")), "unknown_field", "buyer.address.planet"),
        (with("street", json!(7)), "wrong_type", "buyer.address.street"),
        (json!({"street": "A 1", "country": "PT"}), "missing_field", "buyer.address.city"),
    ];
    for (body, code, field) in table {
        let got = confirm(&house, body).await;
        assert_eq!((got.problem().as_str(), got.json()["field"].as_str()), (code, Some(field)), "{got:?}");
    }
    let (hold, secret) = house.hold("sent/print", 1).await;
    let got = house.confirm(&hold, &secret, "at_pickup").send().await;
    assert_eq!(got.problem(), "method_unfit", "nobody fetches it");
}

/// The buyer and who sends goods see the address; who reads figures does not, nor does the journal.
#[tokio::test(flavor = "multi_thread")]
async fn who_sees_it() {
    let house = House::new().await;
    let got = confirm(&house, address()).await;
    assert_eq!(got.status, 201, "{got:?}");
    assert_eq!(got.json()["buyer"]["address"]["country"], "PT");
    let path = format!("/v1/orders/{}", got.text("id"));
    let own = house.get(&path).bearer(&got.text("secret")).send().await;
    assert_eq!(own.json()["buyer"]["address"]["street"], "Hidden Lane 1");
    for (scope, sees) in [(Scope::Read, false), (Scope::Sell, true), (Scope::Manage, true)] {
        let key = house.api_key(scope).await;
        for path in [path.as_str(), "/v1/orders"] {
            let got = house.get(path).bearer(&key).send().await;
            let text = String::from_utf8(got.body.to_vec()).unwrap();
            assert!(text.contains("ann@example.org"), "{text}");
            assert_eq!(text.contains("Hidden Lane"), sees, "{scope:?} {path}: {text}");
        }
        let journal = house.get("/v1/journal?after=0&limit=500").bearer(&key).send().await;
        let text = String::from_utf8(journal.body.to_vec()).unwrap();
        assert!(text.contains("order.confirmed") && !text.contains("Hidden Lane"), "{scope:?}");
    }
}

/// What is fetched keeps no address, though one was sent.
#[tokio::test(flavor = "multi_thread")]
async fn kept_only_where_needed() {
    let house = House::new().await;
    let (hold, secret) = house.hold("limited/one", 1).await;
    let body = json!({
        "buyer": {"name": "Ann", "email": "ann@example.org", "address": address()},
        "payment": {"method": "at_pickup"}
    });
    let got = house.post(&format!("/v1/holds/{hold}/confirm")).bearer(&secret).json(&body).send().await;
    assert_eq!((got.status.as_u16(), got.json()["buyer"].get("address")), (201, None), "{got:?}");
}

/// On the page: the fields are there, what is missing is said at its field, and the order says where it goes.
#[tokio::test(flavor = "multi_thread")]
async fn on_the_page() {
    let house = House::new().await;
    house.open("/kiln/sent").await.has(&["Sent to you", "Sent between ", ", included in the price"]);
    let held = crate::site::hold::held(&house, "sent", "print", "1").await;
    held.has(&["Where to send it", "name=\"street\"", "autocomplete=\"shipping country\"", "By mail"]);
    held.has(&["<option value=\"DE\">Germany</option>"]).has_not(&[
        "Pay at pickup",
        " selected>",
        "Your pass",
    ]);
    let action = format!("{}/confirm", held.path);
    let ann =
        [("name", "Ann"), ("email", "ann@example.org"), ("payment", "sandbox"), ("token", "tok_success")];
    let no = house.send(&held, &action, &ann).await;
    assert_eq!(no.status, 422);
    no.has(&["Write where it shall be sent.", "id=\"e-street\""]);
    let fields =
        [&ann[..], &[("street", "Hidden Lane 1"), ("city", "Lisboa"), ("country", "Portugal")]].concat();
    let no = house.send(&no, &action, &fields).await;
    no.has(&["id=\"e-country\"", "Choose the country", "value=\"Hidden Lane 1\""]);
    let id = dayshelf_wire::secret::Bearer::parse(held.path.trim_start_matches("/h/")).unwrap().id;
    let id = dayshelf_core::ids::HoldId(id).to_string();
    let fields = [&ann[..], &[("street", "Hidden <b> 1"), ("city", "Lisboa"), ("country", "PT")]].concat();
    let (order, ()) = tokio::join!(house.send(&no, &action, &fields), house.pay(&id, true));
    assert!(order.path.starts_with("/o/"), "{}", order.html);
    order.has_not(&["Your pass", "class=\"qr\""]).has(&[
        "By mail, between ",
        "Sent to",
        "Hidden &#60;b&#62; 1",
        "Lisboa",
        "Portugal",
    ]);
}
