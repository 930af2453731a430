//! `/o/{secret}`: passes, extras, cancelling by line, moving.

use dayshelf_core::ids::{OrderId, SlotId};
use dayshelf_core::organiser::Scope;
use dayshelf_wire::order_link::order_path;
use serde_json::json;

use super::hold::ANN;
use super::reader::Page;
use crate::house::House;

/// An order of one and a wrapping, bought on the pages and paid by the test.
async fn ordered(house: &House) -> Page {
    ordered_in(house, "").await
}

/// The same by somebody whose browser says this zone.
async fn ordered_in(house: &House, zone: &str) -> Page {
    let page = house.open("/kiln/drop").await;
    let (one, wrap) =
        (format!("quantity.{}", house.id("drop/one")), format!("quantity.{}", house.id("drop/wrap")));
    let held = house.send(&page, "/kiln/drop/hold", &[(&one, "2"), (&wrap, "1")]).await;
    let action = format!("{}/confirm", held.path);
    let fields = [&ANN[..], &[("payment", "at_pickup"), ("zone", zone)]].concat();
    house.send(&held, &action, &fields).await
}

/// The page says that a mail is on its way where mail goes out, and nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn says_where_the_mail_goes() {
    let house = House::new().await;
    let order = ordered(&house).await;
    order.has(&["It is yours."]).has_not(&["on its way to"]);
    let (courier, _asked) = dayshelf_relay::mail::Courier::channel();
    house.app.recovers_through(courier);
    let again = house.open(&order.path).await;
    again.has(&["The confirmation is on its way to ann@example.org."]);
}

/// Cancelled by line, then whole; each time the page says what is left.
#[tokio::test(flavor = "multi_thread")]
async fn cancelled_by_line() {
    let house = House::new().await;
    let order = ordered(&house).await;
    order.has(&[
        "2 ×",
        "Wrap",
        "€59",
        "Cancel what is ticked",
        "Which lines?",
        "Add to calendar",
        "calendar.google.com/calendar/render?action=TEMPLATE&",
        "outlook.live.com",
    ]);
    assert_eq!(order.html.matches("role=\"img\" aria-label=\"QR code").count(), 2);
    let action = format!("{}/cancel", order.path);
    let none = house.send(&order, &action, &[]).await;
    assert_eq!(none.status, 422);
    none.has(&["id=\"e-line\"", "tick at least one line"]);
    let part = house.send(&none, &action, &[("line", "1")]).await;
    part.has(&["€56", "line-off", "Cancel my order", "example.org/film"]);
    assert_eq!(part.html.matches("role=\"img\" aria-label=\"QR code").count(), 1);
    let again = house.form(&action, &[("key", "a-key-that-comes-again"), ("line", "1")]).await;
    assert_eq!(again.status, 409);
    let gone = house.send(&part, &action, &[("line", "0")]).await;
    gone.has(&["<h1>Cancelled</h1>", "Nothing was charged."]);
    gone.has_not(&[
        "role=\"img\" aria-label=\"QR code",
        "example.org/film",
        "Change of plans",
        "Add to calendar",
    ]);
    house.open("/kiln/drop").await.has(&["10 left"]);
}

/// An order moves to a slot that sells the same and has room; where there is none, nothing is offered.
#[tokio::test(flavor = "multi_thread")]
async fn moved() {
    let house = House::new().await;
    let order = ordered(&house).await;
    order.has_not(&["Move to another time"]);
    let cancelled = house.send(&order, &format!("{}/cancel", order.path), &[("line", "1")]).await;
    cancelled.has(&["Move to another time", "Its twin", "1000 left"]).has_not(&["value=\"\" selected"]);
    let action = format!("{}/move", order.path);
    let no = house.send(&cancelled, &action, &[("slot", "")]).await;
    no.has(&["choose the time to move to", "id=\"e-slot\""]);
    let no = house.send(&no, &action, &[("slot", house.id("gift"))]).await;
    no.has(&["does not sell the same"]);
    let moved = house.send(&no, &action, &[("slot", house.id("twin"))]).await;
    moved
        .has(&["This order was moved: it is now for Its twin", "no longer for A drop", "/kiln/twin"])
        .has_not(&[
            "line-off\"><span class=\"line-name\"><span class=\"line-what\"><span class=\"line-quantity\">2",
        ]);
    house.open("/kiln/drop").await.has(&["10 left"]);
    let ics = house.get(&format!("{}/order.ics", order.path)).send().await;
    assert!(String::from_utf8_lossy(&ics.body).contains("SUMMARY:Its twin"));
}

/// A slot to move to that has no pickup says so; one that has says nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_move_would_lose() {
    let mut house = House::new().await;
    let slot = |slug: &str, way: &str| {
        format!(
            "[[slots]]\nslug = '{slug}'\ntitle = '{slug}'\nstart = 'now - 5m'\nend = 'start + 3h'\n\
             windows = [{{ key = 'public', opens = 'start', closes = 'end' }}]\n\
             offers = [{{ key = 'jar', title = 'Jar', recipe = [{{ pool = 'jars' }}], price = '5.00' }}]\n{way}"
        )
    };
    let pickup = "fulfilments = [{ key = 'desk', kind = 'pickup', opens = 'end', closes = 'end + 1h' }]\n";
    let mail = "fulfilments = [{ key = 'mail', kind = 'delivery', opens = 'end', closes = 'end + 1h' }]\n";
    let slots =
        [slot("here", pickup), slot("same", pickup), slot("bare", ""), slot("sent-on", mail)].concat();
    house.put(&format!("pools = [{{ key = 'jars', title = 'Jars', units = 20 }}]\n{slots}")).await;
    let held = super::hold::held(&house, "here", "jar", "1").await;
    let fields = [&ANN[..], &[("payment", "at_pickup")]].concat();
    let order = house.send(&held, &format!("{}/confirm", held.path), &fields).await;
    order.has(&[
        "same · 19 left</option>",
        "bare · 19 left · no pickup</option>",
        "sent-on · 19 left · no pickup</option>",
    ]);
}

/// An order of a slot that was called off says why it is cancelled.
#[tokio::test(flavor = "multi_thread")]
async fn called_off() {
    let house = House::new().await;
    let order = ordered(&house).await;
    house.call_off(SlotId::parse(house.id("drop")).unwrap()).await;
    house.open(&order.path).await.has(&["<h1>Cancelled</h1>", "A drop was called off. Nothing was charged."]);
}

/// The order's own feed has the entry of its mails, is read again only when it changed, and never names its address.
#[tokio::test(flavor = "multi_thread")]
async fn the_order_as_a_feed() {
    let house = House::new().await;
    let order = ordered(&house).await;
    let path = format!("{}/feed.ics", order.path);
    let got = house.get(&path).send().await;
    let text = String::from_utf8(got.body.to_vec()).unwrap().replace("\r\n ", "");
    let id = OrderId(dayshelf_wire::secret::Bearer::parse(order.path.trim_start_matches("/o/")).unwrap().id);
    for line in [format!("UID:{id}@dayshelf"), "STATUS:CONFIRMED".into(), "X-PUBLISHED-TTL:PT900S".into()] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} in {text}");
    }
    assert!(!text.contains(&order.path), "{text}");
    assert!(got.header("cache-control").unwrap().starts_with("private"));
    let tag = got.header("etag").unwrap().to_owned();
    assert_eq!(house.get(&path).header("if-none-match", &tag).send().await.status, 304);
    house.send(&order, &format!("{}/cancel", order.path), &[("line", "0"), ("line", "1")]).await;
    let off = house.get(&path).header("if-none-match", &tag).send().await;
    assert!(String::from_utf8_lossy(&off.body).contains("STATUS:CANCELLED"), "{off:?}");
}

/// What was handed over shows no pass any more, and can't be given back.
#[tokio::test(flavor = "multi_thread")]
async fn collected() {
    let house = House::new().await;
    let order = ordered(&house).await;
    let id = dayshelf_wire::secret::Bearer::parse(order.path.trim_start_matches("/o/")).unwrap().id;
    let key = house.api_key(Scope::Sell).await;
    let path = format!("/v1/orders/{}/handover", OrderId(id));
    let got = house.post(&path).bearer(&key).json(&json!({"line": 0})).send().await;
    assert_eq!(got.status, 200, "{got:?}");
    let page = house.open(&order.path).await;
    page.has(&["Collected"]);
    assert_eq!(page.html.matches("role=\"img\" aria-label=\"QR code").count(), 1);
}

/// The link in a mail opens the order as its buyer's own address does, and acts for them; bent, or of another order,
/// it leads nowhere. It is none for the API. The zone that the page's script filled in stands with the order.
#[tokio::test(flavor = "multi_thread")]
async fn the_link_in_a_mail() {
    let house = House::new().await;
    let own = ordered_in(&house, "America/New_York").await;
    let other = ordered_in(&house, "Nowhere/At_All").await;
    let id =
        |page: &Page| OrderId::parse(&format!("order_{}", page.path.split('_').nth(1).unwrap())).unwrap();
    let organiser = house.app.board().organiser(house.home).unwrap().organiser;
    let link = order_path(&organiser, id(&own)).unwrap();
    assert_ne!(link, own.path, "it is not the buyer's own secret");
    let key = house.api_key(Scope::Sell).await;
    let shown = async |page: &Page| {
        house.get(&format!("/v1/orders/{}", id(page))).bearer(&key).send().await.json()["buyer"]["zone"]
            .clone()
    };
    assert_eq!((shown(&own).await, shown(&other).await), (json!("America/New_York"), json!(null)));
    let page = house.open(&link).await;
    assert_eq!(page.status, 200);
    page.has(&["2 ×", "Cancel what is ticked"]);
    let bent = format!("{}{}", &link[..link.len() - 1], if link.ends_with('0') { '1' } else { '0' });
    let secret = link.rsplit('_').next().unwrap();
    let swapped = format!("/o/os_{}_{secret}", id(&other).0);
    for wrong in [bent, swapped] {
        assert_eq!(house.open(&wrong).await.status, 404, "{wrong}");
    }
    let bearer = link.strip_prefix("/o/").unwrap();
    let api = house.get(&format!("/v1/orders/{}", id(&own))).bearer(bearer).send().await;
    assert_ne!(api.status, 200, "{api:?}");
    let part = house.send(&page, &format!("{link}/cancel"), &[("line", "1")]).await;
    part.has(&["line-off"]);
    assert_eq!(part.path, link);
    house.open(&own.path).await.has(&["line-off"]);
}
