//! Assets, robots, the sitemap, the console.

use dayshelf_pages::ASSETS;

use crate::house::House;

/// Every asset that a page names is there for ever, and under no other hash.
#[tokio::test(flavor = "multi_thread")]
async fn assets_are_for_ever() {
    let house = House::new().await;
    for asset in ASSETS {
        let got = house.get(&asset.path()).send().await;
        assert_eq!((got.status.as_u16(), got.header("content-type")), (200, Some(asset.content_type)));
        assert!(got.header("cache-control").unwrap().contains("immutable"));
    }
    let page = house.open("/kiln").await;
    assert_eq!(house.get(&page.address("/assets/")).send().await.status, 200);
    for path in ["/assets/0000/site.css", "/assets/x/../y"] {
        assert_eq!(house.get(path).send().await.status, 404);
    }
}

/// Machines find what is public and are kept from what is not; the console says how to build it.
#[tokio::test(flavor = "multi_thread")]
async fn for_machines() {
    let house = House::new().await;
    let text = async |path: &str| String::from_utf8(house.get(path).send().await.body.to_vec()).unwrap();
    let robots = text("/robots.txt").await;
    assert!(robots.contains("Disallow: /h/") && robots.contains("Sitemap: http://localhost/sitemap.xml"));
    let map = text("/sitemap.xml").await;
    assert!(
        map.contains("<loc>http://localhost/kiln</loc>")
            && map.contains("<loc>http://localhost/kiln/drop</loc>")
    );
    assert!(!map.contains("draft") && map.trim_end().ends_with("</urlset>"));
    house.open("/console").await.has(&["npm run build", "/openapi.json"]);
}
