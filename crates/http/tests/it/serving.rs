//! Serving on a socket, and ending well.

use std::process::Command;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use dayshelf_desk::Desk;
use dayshelf_http::{App, Config, router};
use dayshelf_store::Store;
use dayshelf_testkit::cluster::{Cluster, Durability};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::house::House;

async fn send(stream: &mut TcpStream, head: &str) {
    stream.write_all(format!("{head}\r\nhost: localhost\r\n\r\n").as_bytes()).await.unwrap();
}

/// Reads until the text is there; what was read.
async fn until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.contains(wanted) {
        let read =
            tokio::time::timeout(Duration::from_secs(60), stream.read(&mut buffer)).await.unwrap().unwrap();
        assert!(read > 0, "ended before {wanted:?}: {text}");
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    text
}

/// Shutdown ends open streams, lets the connection close, and comes back well before its bound; new
/// connections are refused.
#[tokio::test(flavor = "multi_thread")]
async fn shuts_down_with_open_streams() {
    let house = House::with(|config| config.bounds.drain = Duration::from_secs(3_600)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let serving = tokio::spawn(dayshelf_http::serve(
        listener,
        house.app.clone(),
        house.routes.clone(),
        shutdown.clone(),
    ));
    let mut stream = TcpStream::connect(address).await.unwrap();
    send(&mut stream, &format!("GET /v1/slots/{}/live HTTP/1.1", house.id("drop"))).await;
    until(&mut stream, "event: stock").await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    send(&mut idle, "GET /healthz HTTP/1.1").await;
    until(&mut idle, "ok\n").await;
    shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(60), serving).await.unwrap().unwrap().unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert!(rest.ends_with(b"0\r\n\r\n"), "the stream ended as a whole: {}", String::from_utf8_lossy(&rest));
    assert!(TcpStream::connect(address).await.is_err());
    assert_eq!(house.get("/readyz").send().await.status, 503);
}

/// When a drop opens, everybody comes at once: whoever connects while nobody has time to accept them waits, and is not
/// turned away.
#[tokio::test(flavor = "multi_thread")]
async fn hundreds_may_come_at_once() {
    let listener = dayshelf_http::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn").ok();
    let allowed = allowed.and_then(|text| text.trim().parse().ok()).unwrap_or(500_usize);
    let mut coming = tokio::task::JoinSet::new();
    for _ in 0..allowed.min(500) {
        coming.spawn(TcpStream::connect(address));
    }
    // The system has room or it has not: it asks again and again, and nobody is ever accepted here.
    let all = tokio::time::timeout(Duration::from_secs(60), coming.join_all()).await;
    assert!(all.unwrap().iter().all(Result::is_ok));
}

/// A head that does not come to its end is given up.
#[tokio::test(flavor = "multi_thread")]
async fn slow_heads_are_given_up() {
    let house = House::with(|config| config.bounds.head = Duration::from_millis(100)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let serving = tokio::spawn(dayshelf_http::serve(
        listener,
        house.app.clone(),
        house.routes.clone(),
        shutdown.clone(),
    ));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost:").await.unwrap();
    let mut rest = Vec::new();
    tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut rest)).await.unwrap().unwrap();
    assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    shutdown.cancel();
    serving.await.unwrap().unwrap();
}

/// A database that is away comes back: whoever asks meanwhile is told to ask again, and not that something broke.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_away_is_busy() {
    let Some(cluster) = Cluster::start(Durability::Fast) else { return };
    let database = cluster.database();
    let store = Store::open(&dayshelf_store::Config::url(database.url())).await.unwrap();
    let desk = Desk::open(&store).await.unwrap();
    let routes = router(App::new(desk, store, Config::new("http://localhost")));
    let ready = async || {
        let asked = Request::get("/readyz").body(Body::empty()).unwrap();
        routes.clone().oneshot(asked).await.unwrap().status()
    };
    assert_eq!(ready().await, 200);
    let server = cluster.process_id().unwrap().to_string();
    assert!(Command::new("kill").args(["-9", &server]).status().unwrap().success());
    // Its children notice a little later that it is gone.
    let began = Instant::now();
    let status = loop {
        let status = ready().await;
        if status != 200 {
            break status;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "the server lives on");
    };
    assert_eq!(status, 503);
}

/// A message that may be read in two ways, by us and by a proxy in front, is read in none: nothing can hide behind it.
#[tokio::test(flavor = "multi_thread")]
async fn where_a_message_ends_is_clear() {
    let house = House::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let serving = tokio::spawn(dayshelf_http::serve(
        listener,
        house.app.clone(),
        house.routes.clone(),
        shutdown.clone(),
    ));
    for lengths in [
        "content-length: 4\r\ncontent-length: 5",
        "content-length: +4",
        "content-length : 4",
        "transfer-encoding: identity",
        "transfer-encoding: chunked, identity",
        "transfer-encoding: xchunked",
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!("POST /v1/holds HTTP/1.1\r\nhost: localhost\r\n{lengths}\r\n\r\n");
        stream.write_all(format!("{head}0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n").as_bytes()).await.unwrap();
        let mut got = Vec::new();
        let read = stream.read_to_end(&mut got);
        // A connection that is closed with something unread may be reset; what came before counts.
        drop(tokio::time::timeout(Duration::from_secs(60), read).await.unwrap());
        let text = String::from_utf8_lossy(&got);
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 400 "), "{lengths}: {text}");
        assert!(!text.contains("200 OK"), "{lengths}: {text}");
    }
    shutdown.cancel();
    serving.await.unwrap().unwrap();
}
