//! `/overlay/{secret}`.

use dayshelf_core::ids::SlotId;
use dayshelf_http::overlay_path;

use crate::house::House;

/// The overlay shows what is left, at an address that nobody can guess.
#[tokio::test(flavor = "multi_thread")]
async fn shows_what_is_left() {
    let house = House::new().await;
    let path = |name: &str| {
        let card = house.desk.board().slot(SlotId::parse(house.id(name)).unwrap()).unwrap();
        overlay_path(&card).unwrap()
    };
    let page = house.open(&path("drop")).await;
    page.has(&["<b data-units>10</b>", "localhost/kiln/drop", "Closes in", "noindex"]);
    house.hold("drop/one", 3).await;
    house.open(&path("drop")).await.has(&["<b data-units>7</b>"]);
    house.open(&path("moon")).await.has(&["Opens in", "card-ahead"]).has_not(&["data-units"]);
    house.open(&path("over")).await.has(&["Ended", "card-closed"]);
    house.open(&path("gift")).await.has(&["€0", &format!("data-price=\"{}\"", house.id("gift/card"))]);
    assert_ne!(path("drop"), path("twin"));
    let (real, other) = (path("drop"), path("twin"));
    let mixed = format!("{}_{}", real.rsplit_once('_').unwrap().0, other.rsplit_once('_').unwrap().1);
    for wrong in [mixed.as_str(), &real[..real.len() - 1], "/overlay/x", "/overlay/_", &path("draft")] {
        assert_eq!(house.open(wrong).await.status, 404, "{wrong}");
    }
}
