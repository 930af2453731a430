//! The library: pictures sent, drawn and served; products that slots show.

use std::io::Cursor;
use std::time::Duration;

use axum::http::Method;
use dayshelf_core::organiser::Scope;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use crate::house::{Got, House, fresh_key};

/// A picture of so many pixels, red above and blue below.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let at = |_, y| if y < height / 2 { Rgb([210, 30, 30]) } else { Rgb([30, 30, 210]) };
    let mut out = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, at))
        .write_to(&mut out, ImageFormat::Png)
        .unwrap();
    out.into_inner()
}

async fn send(house: &House, key: &str, query: &str, body: Vec<u8>) -> Got {
    house.post(&format!("/v1/pictures?{query}")).bearer(key).raw("image/png", body).send().await
}

/// A picture that is there.
pub async fn sent(house: &House, key: &str) -> Value {
    let got = send(house, key, "alt=Half%20red", picture(64, 48)).await;
    assert_eq!(got.status, 201, "{got:?}");
    got.json()
}

fn tag(got: &Got) -> String {
    got.header("etag").unwrap_or_else(|| panic!("no ETag: {got:?}")).to_owned()
}

fn at(picture: &Value, file: usize) -> &str {
    picture["files"][file]["address"].as_str().unwrap_or_else(|| panic!("no file {file}: {picture}"))
}

/// A picture is drawn in its widths and served for good under the name of its content; what is said about it changes,
/// its files do not.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_from_coming_in_to_removal() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let once = fresh_key();
    let query = "/v1/pictures?alt=Half%20red&title=Halves&x=20&y=80";
    let create = || house.post(query).key(&once).bearer(&key).raw("image/png", picture(1_200, 900));
    let made = create().send().await;
    assert_eq!(made.status, 201, "{made:?}");
    let again = create().send().await;
    assert!(again.is_replay() && again.json() == made.json(), "{again:?}");
    let whole = made.json();
    assert_eq!((whole["alt"].as_str(), whole["title"].as_str()), (Some("Half red"), Some("Halves")));
    assert_eq!(whole["focus"], json!({"x": 20, "y": 80}));
    let widths: Vec<u64> =
        whole["files"].as_array().unwrap().iter().filter_map(|file| file["width"].as_u64()).collect();
    assert_eq!(widths, [480, 960, 1_200]);
    let file = house.get(at(&whole, 1)).without_key().send().await;
    assert_eq!(file.status, 200, "{file:?}");
    assert_eq!(file.header("content-type"), Some("image/webp"));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert!(file.header("content-security-policy").unwrap().contains("default-src 'none'"));
    let read = image::load_from_memory_with_format(&file.body, ImageFormat::WebP).unwrap();
    assert_eq!((read.width(), read.height()), (960, 720));
    let fresh = house.get(at(&whole, 1)).header("if-none-match", &tag(&file)).send().await;
    assert_eq!((fresh.status.as_u16(), fresh.body.len()), (304, 0));
    let path = format!("/v1/pictures/{}", made.text("id"));
    let said = json!({"title": "Halves", "alt": "Red over blue"});
    let put = |tag: &str| house.call(Method::PUT, &path).bearer(&key).header("if-match", tag).json(&said);
    let changed = put(&tag(&made)).send().await;
    assert_eq!((changed.status.as_u16(), changed.json()["version"].as_u64()), (200, Some(2)), "{changed:?}");
    assert_eq!(changed.json()["files"], whole["files"]);
    assert_eq!(changed.json()["focus"], json!({"x": 50, "y": 50}));
    assert_eq!(put(&tag(&made)).send().await.problem(), "version_stale");
    let all = house.get("/v1/pictures").bearer(&key).send().await.json();
    assert_eq!(all["items"], json!([changed.json()]));
    assert_eq!(house.get(&path).bearer(&key).send().await.json(), changed.json());
    let gone = house.call(Method::DELETE, &path).bearer(&key).header("if-match", "*").send().await;
    assert_eq!(gone.status, 204, "{gone:?}");
    assert_eq!(house.get(&path).bearer(&key).send().await.problem(), "unknown");
    // A page that somebody opened a moment ago still shows it.
    assert_eq!(house.get(at(&whole, 0)).send().await.status, 200);
    assert_eq!(house.store.doctor().await.unwrap(), []);
}

/// A picture may take longer to arrive than other requests, by what its length takes on a slow line.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_comes_over_a_slow_line() {
    let span = Duration::from_millis(1);
    let house = House::with(|config| (config.bounds.body, config.bounds.request) = (span, span)).await;
    let key = house.api_key(Scope::Manage).await;
    let sent = picture(400, 400);
    // As if it were longer than it is: so long is it waited for, and no longer.
    let slowly = |length: usize| {
        let sent = sent.clone();
        let body = futures_util::stream::once(async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            Ok::<_, std::convert::Infallible>(bytes::Bytes::from(sent))
        });
        let body = axum::body::Body::from_stream(body);
        let asked = house.post("/v1/pictures?alt=A").bearer(&key);
        asked.header("content-length", &length.to_string()).raw("image/png", body)
    };
    assert_eq!(slowly(16 * 1024 * 1024).send().await.status, 201);
    assert!([408, 503].contains(&slowly(1).send().await.status.as_u16()));
}

/// What is no picture, claims too much or is not described does not come in.
#[tokio::test(flavor = "multi_thread")]
async fn some_do_not_come_in() {
    let house = House::with(|config| config.bounds.picture_bytes = 200_000).await;
    let key = house.api_key(Scope::Manage).await;
    let svg = || b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
    assert_eq!(send(&house, &key, "alt=A", svg()).await.problem(), "picture_unfit");
    let as_svg = house.post("/v1/pictures?alt=A").bearer(&key).raw("image/svg+xml", svg()).send().await;
    assert_eq!(as_svg.problem(), "media_type_wrong");
    assert!(as_svg.text("detail").ends_with("Send image/jpeg or image/png or image/webp."), "{as_svg:?}");
    assert_eq!(send(&house, &key, "alt=A", picture(20, 200)).await.problem(), "picture_unfit");
    assert_eq!(send(&house, &key, "alt=A", vec![0; 200_001]).await.problem(), "too_large");
    let bare = send(&house, &key, "", picture(20, 20)).await;
    assert_eq!((bare.problem().as_str(), bare.json()["field"].as_str()), ("invalid", Some("alt")));
    assert_eq!(send(&house, &key, "alt=A&x=101", picture(20, 20)).await.problem(), "query_wrong");
    assert_eq!(send(&house, &key, "alt=A&z=1", picture(20, 20)).await.problem(), "query_wrong");
    let sell = house.api_key(Scope::Sell).await;
    assert_eq!(send(&house, &sell, "alt=A", picture(20, 20)).await.problem(), "scope_too_small");
    let all = house.get("/v1/pictures").bearer(&key).send().await.json();
    assert_eq!(all["items"], json!([]));
    for nowhere in ["/pictures/x/y.webp", "/pictures/org_01k9ydt4zq7m8v2c5x6b3n0aef/y.webp"] {
        assert_eq!(house.get(nowhere).send().await.status, 404, "{nowhere}");
    }
}

/// A product is shown by every slot that sells an offer of its key: its pictures, its text, its questions; and a
/// picture that something shows is not removed.
#[tokio::test(flavor = "multi_thread")]
async fn a_slot_shows_its_products() {
    let house = House::new().await;
    let key = house.api_key(Scope::Manage).await;
    let first = sent(&house, &key).await;
    let second = send(&house, &key, "alt=Another", picture(60, 48)).await.json();
    let doc = json!({
        "key": "one", "title": "The one", "about": "Thrown by hand.\n\nGlazed with ash.",
        "pictures": [first["id"], second["id"]],
        "faqs": [{"question": "Is it <b>safe</b>?", "answer": "In the upper rack."}],
    });
    let made = house.post("/v1/products").bearer(&key).json(&doc).send().await;
    assert_eq!(made.status, 201, "{made:?}");
    let twice = house.post("/v1/products").bearer(&key).json(&doc).send().await;
    assert_eq!(twice.problem(), "name_taken");
    let slot = house.id("drop").to_owned();
    let own = json!({"faqs": [{"question": "May I bring my dog?", "answer": "Please do."}]});
    let change = house.post(&format!("/v1/slots/{slot}/change")).bearer(&key).header("if-match", "*");
    let changed = change.json(&own).send().await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let shown = house.get(&format!("/v1/slots/{slot}")).send().await.json();
    assert_eq!(
        (shown["faqs"][0]["answer"].as_str(), shown["products"][0]["key"].as_str()),
        (Some("Please do."), Some("one"))
    );
    assert_eq!(shown["pictures"][0]["id"], first["id"]);
    let page = house.open("/kiln/drop").await;
    page.has(&[
        "What you get",
        "<p>Glazed with ash.</p>",
        "<summary>May I bring my dog?</summary><p>Please do.</p>",
        "&#60;b&#62;safe",
        "<svg class=\"tones\"",
        "alt=\"Half red\" width=\"64\" height=\"48\"",
        "id=\"picture-2\"",
        "/library.css",
        &format!("content=\"http://localhost{}\"", at(&first, 0)),
    ]);
    let images = page.json_ld()[0]["image"].clone();
    assert_eq!(images[0], format!("http://localhost{}", at(&first, 0)));
    house.open("/kiln/twin").await.has(&["What you get"]).has_not(&["my dog"]);
    house.open("/kiln/moon").await.has_not(&["What you get", "library.css"]);
    let remove = async |picture: &Value| {
        let path = format!("/v1/pictures/{}", picture["id"].as_str().unwrap());
        house.call(Method::DELETE, &path).bearer(&key).header("if-match", "*").send().await
    };
    assert_eq!(remove(&first).await.json()["by"], "product");
    let path = format!("/v1/products/{}", made.text("id"));
    let less = json!({"key": "one", "title": "The one", "pictures": [second["id"]]});
    let put = house.call(Method::PUT, &path).bearer(&key).header("if-match", &tag(&made)).json(&less);
    assert_eq!(put.send().await.json()["version"], 2);
    // The address of a file in `image`, as plans have it, is the picture with all that is known of it.
    let image = json!({"image": at(&first, 0)});
    let change = house.post(&format!("/v1/slots/{slot}/change")).bearer(&key).header("if-match", "*");
    assert_eq!(change.json(&image).send().await.status, 200);
    assert_eq!(remove(&first).await.json()["by"], "slot");
    let shown = house.get(&format!("/v1/slots/{slot}")).send().await.json();
    assert_eq!((&shown["pictures"][0]["id"], &shown["pictures"][1]["id"]), (&first["id"], &second["id"]));
    house.open("/kiln?view=list").await.has(&["class=\"tones\""]);
    let gone = house.call(Method::DELETE, &path).bearer(&key).header("if-match", "*").send().await;
    assert_eq!(gone.status, 204);
    assert_eq!(remove(&second).await.status, 204);
    house.open("/kiln/twin").await.has_not(&["What you get"]);
}
