//! `/w/{secret}`: in line, at one's turn, and out of it.

use dayshelf_core::ids::SlotId;

use super::hold::ANN;
use crate::house::House;

/// From sold out to a turn, taken and paid, without script.
#[tokio::test(flavor = "multi_thread")]
async fn from_the_line_to_the_order() {
    let house = House::new().await;
    let (hold, secret) = house.hold("basket/last", 1).await;
    let taken = house.post(&format!("/v1/holds/{hold}/checkout")).bearer(&secret).send().await;
    assert_eq!(taken.status, 200);
    let page = house.open("/kiln/basket").await;
    page.has(&["Sold out – waitlist", "Nobody waits yet", "action=\"/kiln/basket/waitlist\""]);
    let last = format!("quantity.{}", house.id("basket/last"));
    let no = house.send(&page, "/kiln/basket/waitlist", &[(&last, "1"), ("email", "")]).await;
    no.has(&["id=\"e-email\"", "Write a mail address"]);
    let ann = house.send(&no, "/kiln/basket/waitlist", &[(&last, "1"), ("email", "ann@example.org")]).await;
    assert!(ann.path.starts_with("/w/ws_"));
    ann.has(&["1st in line", "Nobody is before you", "The last"]);
    let again = house.open("/kiln/basket").await;
    again.has(&["One person waits"]);
    let twice =
        house.send(&again, "/kiln/basket/waitlist", &[(&last, "1"), ("email", "ann@example.org")]).await;
    twice.has(&["in line for it already"]);
    let bea =
        house.send(&twice, "/kiln/basket/waitlist", &[(&last, "1"), ("email", "bea@example.org")]).await;
    bea.has(&["2nd in line", "One person is before you"]);

    let got = house.post(&format!("/v1/holds/{hold}/release")).bearer(&secret).send().await;
    assert_eq!(got.status, 200);
    let turn = house.open(&ann.path).await;
    turn.has(&["Your turn", "Take it now"]);
    house.open("/kiln/basket").await.has(&["Sold out – waitlist"]);
    house.open(&bea.path).await.has(&["1st in line"]);
    let held = house.open(&turn.address("/h/hs_")).await;
    held.has(&["Held for you", "value=\"ann@example.org\"", "No extensions left"]);
    let fields = [&ANN[..], &[("payment", "sandbox"), ("token", "tok_success")]].concat();
    let action = format!("{}/confirm", held.path);
    let key = dayshelf_wire::secret::Bearer::parse(held.path.trim_start_matches("/h/")).unwrap().id;
    let hold = dayshelf_core::ids::HoldId(key).to_string();
    let (order, ()) = tokio::join!(house.send(&held, &action, &fields), house.pay(&hold, true));
    assert!(order.path.starts_with("/o/"), "{}", order.html);
    let served = house.open(&ann.path).await;
    served.has(&["You got it"]);
    assert_eq!(served.address("/o/os_"), order.path);
    let entry = dayshelf_wire::secret::Bearer::parse(ann.path.trim_start_matches("/w/")).unwrap();
    let id = dayshelf_core::ids::EntryId(entry.id);
    let told = house.get(&format!("/v1/waitlist/{id}")).bearer(&entry.text()).send().await;
    let bought = dayshelf_wire::secret::Bearer::parse(order.path.trim_start_matches("/o/")).unwrap().id;
    assert_eq!(told.json()["order"], dayshelf_core::ids::OrderId(bought).to_string(), "{told:?}");
}

/// Declined and left: the next in line has the turn, and who left sees so.
#[tokio::test(flavor = "multi_thread")]
async fn declined_and_left() {
    let house = House::new().await;
    let (hold, secret) = house.hold("drop/one", 8).await;
    house.hold("drop/pair", 1).await;
    let page = house.open("/kiln/drop").await;
    let (one, pair) =
        (format!("quantity.{}", house.id("drop/one")), format!("quantity.{}", house.id("drop/pair")));
    let join = async |email: &str, quantity: &str| {
        let page = house.open("/kiln/drop").await;
        house.send(&page, "/kiln/drop/waitlist", &[(&one, quantity), ("email", email)]).await
    };
    let both =
        house.send(&page, "/kiln/drop/waitlist", &[(&one, "1"), (&pair, "1"), ("email", "a@b.cd")]).await;
    both.has(&["one thing at a time"]);
    let (ann, bea, cem) = (
        join("ann@example.org", "8").await,
        join("bea@example.org", "8").await,
        join("cem@example.org", "8").await,
    );
    let left = house.send(&bea, &format!("{}/leave", bea.path), &[]).await;
    left.has(&["You are not in line", "You left the line"]);
    house.open(&cem.path).await.has(&["2nd in line"]);
    house.post(&format!("/v1/holds/{hold}/release")).bearer(&secret).send().await;
    let turn = house.open(&ann.path).await;
    let declined = house.send(&turn, &format!("{}/decline", ann.path), &[]).await;
    declined.has(&["You let your turn go"]);
    house.open(&cem.path).await.has(&["Your turn"]);
    let twice = house.form(&format!("{}/decline", ann.path), &[("key", "a-key-that-comes-late")]).await;
    assert_eq!(twice.header("location"), Some(ann.path.as_str()));
}

/// With a slot that is called off its line goes: the heading says so, and the way on is the calendar.
#[tokio::test(flavor = "multi_thread")]
async fn called_off() {
    let house = House::new().await;
    house.hold("drop/one", 8).await;
    house.hold("drop/one", 2).await;
    let page = house.open("/kiln/drop").await;
    let one = format!("quantity.{}", house.id("drop/one"));
    let fields: &[(&str, &str)] = &[(&one, "1"), ("email", "ann@example.org")];
    let waiting = house.send(&page, "/kiln/drop/waitlist", fields).await;
    waiting.has(&["1st in line"]);
    house.call_off(SlotId::parse(house.id("drop")).unwrap()).await;
    let off = house.open(&waiting.path).await;
    off.has(&["<h1>This was called off</h1>", "See the calendar"])
        .has_not(&["not in line", "Back to the shelf"]);
}

/// Beside an offer that can be had, one that is sold out has its own button to wait.
#[tokio::test(flavor = "multi_thread")]
async fn its_own_button() {
    let house = House::new().await;
    house.hold("drop/one", 8).await;
    house.hold("drop/one", 1).await;
    let page = house.open("/kiln/drop").await;
    page.has(&["1 left", "formaction=\"/kiln/drop/waitlist\"", "Hold for 8 minutes"]);
    let (one, pair) = (format!("quantity.{}", house.id("drop/one")), house.id("drop/pair"));
    let fields: &[(&str, &str)] = &[(&one, "1"), ("wait", pair), ("email", "ann@example.org")];
    let waiting = house.send(&page, "/kiln/drop/waitlist", fields).await;
    waiting.has(&["1st in line", "Pair"]);
    let page = house.open("/kiln/drop").await;
    let free = house.send(&page, "/kiln/drop/waitlist", &[(&one, "1"), ("email", "bea@example.org")]).await;
    assert_eq!(free.status, 409);
}
