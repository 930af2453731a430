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

/// The console is there with a policy that lets nothing of others in, or says how to build it.
#[tokio::test(flavor = "multi_thread")]
async fn the_console() {
    let house = House::new().await;
    let page = house.get("/console").send().await;
    let text = String::from_utf8_lossy(&page.body).into_owned();
    if !text.contains("id=\"app\"") {
        assert!(text.contains("npm run build") && text.contains("/openapi.json"), "{text}");
        assert_eq!(house.get("/console/assets/index.js").send().await.status, 404);
        return;
    }
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    // The address of a view is the same page; a script is there for ever, packed for whoever can unpack it.
    assert_eq!(house.get("/console/slots/slot_x").send().await.body, page.body);
    let script =
        text.split('"').find(|part| part.starts_with("/console/assets/") && part.ends_with(".js")).unwrap();
    let plain = house.get(script).send().await;
    assert!(plain.header("cache-control").unwrap().contains("immutable"), "{script}");
    assert_eq!(plain.header("content-type"), Some("text/javascript; charset=utf-8"));
    let packed = house.get(script).header("accept-encoding", "br, gzip;q=0.8").send().await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < plain.body.len());
    assert_eq!(house.get("/console/assets/none.js").send().await.status, 404);
}

/// What others put into their pages is small, stays at its address, and says nothing of who is signed in here.
#[tokio::test(flavor = "multi_thread")]
async fn for_pages_of_others() {
    let house = House::new().await;
    let got = house.get("/embed.js").send().await;
    assert_eq!(got.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(got.header("access-control-allow-origin"), Some("*"));
    assert!(got.body.len() < 10_000, "{}", got.body.len());
    let text = String::from_utf8_lossy(&got.body).into_owned();
    assert!(text.contains("credentials: 'omit'") && !text.contains("cookie"), "{text}");
}

/// Machines find what is public and are kept from what is not.
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
}
