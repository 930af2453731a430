//! `/h/{secret}` in its states, and buying without script, to the end.

use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::ids::SlotId;
use dayshelf_relay::payments::{Payments, Sandbox, SandboxConfig};
use tokio_util::sync::CancellationToken;

use super::reader::Page;
use crate::house::House;

/// A hold on units of the drop, made on its page.
pub async fn held(house: &House, slot: &str, offer: &str, quantity: &str) -> Page {
    let path = format!("/kiln/{slot}");
    let page = house.open(&path).await;
    let field = format!("quantity.{}", house.id(&format!("{slot}/{offer}")));
    house.send(&page, &format!("{path}/hold"), &[(&field, quantity), ("email", "ann@example.org")]).await
}

pub const ANN: [(&str, &str); 2] = [("name", "Ann <b>"), ("email", "ann@example.org")];

async fn confirm(house: &House, page: &Page, payment: &[(&str, &str)]) -> Page {
    let path = page.address("/h/").replace("/confirm", "").replace("/extend", "");
    let fields = [&ANN, payment].concat();
    house.send(page, &format!("{path}/confirm"), &fields).await
}

/// The sandbox and the worker that asks it.
fn paying(house: &House) -> (Payments, CancellationToken) {
    let channel = Payments::channel();
    let soon = Duration::from_millis(50);
    let sandbox = Sandbox::new(SandboxConfig { slow: soon, late: soon, callback: soon }, channel.0.clone());
    let stop = CancellationToken::new();
    let worker = Payments::start(&house.desk, &house.store, Arc::new(sandbox), channel, stop.clone());
    (worker, stop)
}

/// From the slot to the order and back: held, bought in the sandbox, cancelled, paid back.
#[tokio::test(flavor = "multi_thread")]
async fn from_slot_to_order_and_back() {
    let house = House::new().await;
    let (worker, stop) = paying(&house);
    let page = held(&house, "drop", "one", "2").await;
    page.has(&[
        "Held for you",
        "2 ×",
        "€56",
        "value=\"ann@example.org\"",
        "8 left",
        "8 more minutes",
        "noindex",
    ]);
    let declined = confirm(&house, &page, &[("payment", "sandbox"), ("token", "tok_decline")]).await;
    declined.has(&["The card was declined", "Your units are still held", "Ann &#60;b&#62;"]);
    let order = confirm(&house, &declined, &[("payment", "sandbox"), ("token", "tok_success")]).await;
    assert!(order.path.starts_with("/o/os_"), "{}", order.path);
    order.has(&["Thank you, Ann &#60;b&#62;", "<svg", "DS1.", "https://example.org/film", "Film"]);
    let cancelled = house.send(&order, &format!("{}/cancel", order.path), &[("line", "0")]).await;
    cancelled.has(&["<h1>Cancelled</h1>"]).has_not(&["DS1.", "example.org/film", "/cancel\""]);
    for _ in 0..2_400 {
        if house.open(&order.path).await.html.contains("€56 went back") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    house.open(&order.path).await.has(&["Paid €56 by test card.", "€56 went back to it."]);
    house.open("/kiln/drop").await.has(&["10 left"]);
    stop.cancel();
    worker.join().await;
    assert_eq!(house.store.doctor().await.unwrap(), []);
}

/// A payment that takes longer shows that it is under way, and then the order.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_under_way() {
    let house = House::with(|config| config.bounds.confirm = Duration::from_millis(50)).await;
    let page = held(&house, "drop", "one", "1").await;
    let path = page.path.clone();
    let under_way = confirm(&house, &page, &[("payment", "sandbox"), ("token", "tok_success")]).await;
    assert_eq!(under_way.path, path);
    under_way
        .has(&["Confirming your payment", "http-equiv=\"refresh\"", "data-poll=\"2\""])
        .has_not(&["/confirm"]);
    let bearer = dayshelf_wire::secret::Bearer::parse(path.trim_start_matches("/h/")).unwrap();
    house.pay(&dayshelf_core::ids::HoldId(bearer.id).to_string(), true).await;
    assert!(house.open(&path).await.path.starts_with("/o/"));
}

/// More time, as often as the window allows; then it is given back.
#[tokio::test(flavor = "multi_thread")]
async fn extended_and_released() {
    let house = House::new().await;
    let page = held(&house, "drop", "pair", "1").await;
    let path = page.path.clone();
    page.has(&["One extension left"]);
    // Who is halfway through the form goes on with it, and the script knows that it was typed.
    let typed = [("name", "Ann"), ("email", ""), ("payment", "at_pickup")];
    let longer = house.send(&page, &format!("{path}/extend"), &typed).await;
    longer.has(&["No extensions left", "name=\"name\" value=\"Ann\"", " data-typed>"]);
    house.open(&path).await.has(&["No extensions left"]).has_not(&[" data-typed>", "value=\"Ann\""]);
    assert!(longer.html.contains(">16:00<") || longer.html.contains(">15:5"), "{}", longer.html);
    let no = house.form(&format!("{path}/extend"), &[("key", "another-key-of-a-page")]).await;
    assert_eq!(no.status, 409);
    let released = house.send(&longer, &format!("{path}/release"), &[]).await;
    released.has(&["You let it go", "href=\"/kiln/drop\""]).has_not(&["/confirm"]);
    house.open("/kiln/drop").await.has(&["10 left"]);
    let again = house.form(&format!("{path}/release"), &[("key", "a-key-that-comes-late")]).await;
    assert_eq!(again.header("location"), Some(path.as_str()));
    let late = house
        .form(
            &format!("{path}/confirm"),
            &[
                ("key", "a-key-that-comes-late2"),
                ("name", "Ann"),
                ("email", "a@b.cd"),
                ("payment", "sandbox"),
            ],
        )
        .await;
    assert_eq!(late.header("location"), Some(path.as_str()));
}

/// A hold that lapses says so, and its units are back on the shelf.
#[tokio::test(flavor = "multi_thread")]
async fn lapsed() {
    let mut house = House::new().await;
    house
        .put(
            "pools = [{ key = 'quick', title = 'Q', units = 1 }]\n[[slots]]\nslug = 'quick'\ntitle = 'Quick'\n\
             start = 'now - 5m'\nend = 'start + 3h'\n\
             windows = [{ key = 'public', opens = 'start', closes = 'end', hold = { for = '5s' } }]\n\
             offers = [{ key = 'one', title = 'One', recipe = [{ pool = 'quick' }], price = '1.50' }]\n",
        )
        .await;
    let page = held(&house, "quick", "one", "1").await;
    page.has(&["Held for you", "0:0", "None left"]);
    house.open("/kiln/quick").await.has(&["Sold out – waitlist"]);
    for _ in 0..600 {
        if house.open("/kiln/quick").await.html.contains("Hold for 5 seconds") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    house.open("/kiln/quick").await.has(&["1 left", "Hold for 5 seconds"]);
    house.open(&page.path).await.has(&["The time ran out", "href=\"/kiln/quick\""]).has_not(&["/confirm"]);
}

/// A hold of a slot that is called off says so, and leads to what comes next; nothing counts down to anything.
#[tokio::test(flavor = "multi_thread")]
async fn called_off() {
    let house = House::new().await;
    let page = held(&house, "drop", "one", "1").await;
    // By this the script sees that something else can be done.
    page.has(&["data-was=\"open\""]);
    house.call_off(SlotId::parse(house.id("drop")).unwrap()).await;
    let off = house.open(&page.path).await;
    off.has(&["<h1>This was called off</h1>", "Nothing was charged.", "href=\"/kiln\">See the calendar"]);
    off.has_not(&["The time ran out", "/confirm", "data-until", "Back to the shelf"]);
}

/// More time is given beside the clock; Enter in a field still confirms.
#[tokio::test(flavor = "multi_thread")]
async fn more_time_beside_the_clock() {
    let house = House::new().await;
    let page = held(&house, "drop", "one", "1").await;
    let (head, rest) = page.html.split_once("</header>\n<aside").unwrap();
    assert!(head.contains("/extend\"") && !rest.contains("/extend\""), "{}", page.html);
    let first = page.html.find("<button class=\"unseen\" form=\"confirm\"").unwrap();
    assert!(first < page.html.find("/extend\"").unwrap());
}

/// Where units are held at checkout, pressing the button goes to checkout: the last unit is then held.
#[tokio::test(flavor = "multi_thread")]
async fn baskets() {
    let mut house = House::new().await;
    house
        .put(
            "pools = [{ key = 'race', title = 'R', units = 1 }]\n[[slots]]\nslug = 'race'\ntitle = 'Race'\n\
         start = 'now - 5m'\nend = 'start + 3h'\n\
         windows = [{ key = 'public', opens = 'start', closes = 'end', hold = { at = 'payment' } }]\n\
         offers = [{ key = 'one', title = 'One', recipe = [{ pool = 'race' }], price = '1.50' }]\n",
        )
        .await;
    let stale = house.open("/kiln/basket").await;
    held(&house, "basket", "last", "1").await.has(&["Held for you"]);
    let field = format!("quantity.{}", house.id("basket/last"));
    let late = house.send(&stale, "/kiln/basket/hold", &[(&field, "1")]).await;
    late.has(&["nothing is left at the moment", "Sold out – waitlist", "Join the waitlist"]);
    let (one, other) = (held(&house, "race", "one", "1").await, held(&house, "race", "one", "1").await);
    one.has(&["Not held yet", "Confirm for €1.50"]).has_not(&["/release", "/extend"]);
    let (worker, stop) = paying(&house);
    let paid = confirm(&house, &one, &[("payment", "sandbox"), ("token", "tok_success")]).await;
    assert!(paid.path.starts_with("/o/"), "{}", paid.html);
    let late = confirm(&house, &other, &[("payment", "sandbox"), ("token", "tok_success")]).await;
    late.has_not(&["Thank you"]);
    stop.cancel();
    worker.join().await;
}

/// What is wrong about the buyer stands at its field, and what was typed stays.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_keep_what_was_typed() {
    let house = House::new().await;
    let page = held(&house, "limited", "one", "1").await;
    page.has(&["Pay at pickup", "Test card", "value=\"sandbox\" checked"]);
    let path = page.path.clone();
    let action = format!("{path}/confirm");
    let no = house
        .send(&page, &action, &[("name", ""), ("email", "bea@example.org"), ("payment", "at_pickup")])
        .await;
    assert_eq!(no.status, 422);
    no.has(&["id=\"e-name\"", "value=\"bea@example.org\"", "value=\"at_pickup\" checked"]);
    let no = house.send(&no, &action, &[("name", "Bea"), ("email", "bea"), ("payment", "at_pickup")]).await;
    no.has(&["id=\"e-email\"", "value=\"Bea\""]);
    let no =
        house.send(&no, &action, &[("name", "Bea"), ("email", "bea@example.org"), ("payment", "free")]).await;
    no.has(&["id=\"e-payment\""]);
    let no =
        house.send(&no, &action, &[("name", "Bea"), ("email", "bea@example.org"), ("payment", "gold")]).await;
    no.has(&["choose how to pay"]);
    let done = house
        .send(&no, &action, &[("name", "Bea"), ("email", "bea@example.org"), ("payment", "at_pickup")])
        .await;
    done.has(&["Thank you, Bea", "Pay €28 when you collect.", "Pickup"]);
    assert_eq!(house.open(&path).await.path, done.path, "the hold's page leads to the order");
}

/// A secret that is not the right one opens nothing.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_secret() {
    let house = House::new().await;
    let page = held(&house, "drop", "one", "1").await;
    let mut wrong = page.path.clone();
    let last = if wrong.pop() == Some('0') { '4' } else { '0' };
    wrong.push(last);
    let other_kind = page.path.replace("/h/hs_", "/o/os_");
    for path in [wrong.as_str(), other_kind.as_str(), &page.path[..30]] {
        assert_eq!(house.open(path).await.status, 404, "{path}");
        let got = house.form(&format!("{path}/release"), &[("key", "a-key-of-no-page-at-all")]).await;
        assert!([404, 405].contains(&got.status.as_u16()), "{path}: {got:?}");
    }
    house.open(&page.path).await.has(&["Held for you"]);
}
