//! Serving: the whole way of a sale, ending well, and who may not start.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::stand::{Folder, Http, PLAN, Server, failed};

/// From an empty folder to an order that can be read again, by plain HTTP.
#[tokio::test]
async fn a_sale_from_end_to_end() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    server.apply(&folder.file("plan.toml", PLAN));
    let http = Http::new(&server.base);
    let (slot, offer) = http.shelf("test-shop").await;

    let (status, hold) = http.hold(&slot, &offer, 2).await.unwrap();
    assert_eq!(status, 201, "{hold}");
    assert_eq!(hold["total"], json!({ "amount": 2500, "currency": "EUR" }));
    let secret = hold["secret"].as_str().unwrap();

    let buyer = json!({ "name": "Ann Example", "email": "ann@example.org" });
    let body = json!({ "buyer": buyer, "payment": { "method": "sandbox", "token": "tok_success" } });
    let path = format!("/v1/holds/{}/confirm", hold["id"].as_str().unwrap());
    let (status, order) = http.post(&path, Some(secret), &body).await.unwrap();
    assert_eq!(status, 201, "{order}");

    let path = format!("/v1/orders/{}", order["id"].as_str().unwrap());
    let (status, again) = http.get(&path, order["secret"].as_str()).await;
    assert_eq!(status, 200, "{again}");
    assert_eq!(again["lines"][0]["quantity"], 2);
    assert_eq!(http.get(&path, None).await.0, 401);

    let (_, page) = http.get(&format!("/v1/slots/{slot}"), None).await;
    assert_eq!(page["offers"][0]["free"], 498);
    let key = folder.data().join("operator.key");
    assert_eq!(std::fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
}

/// A live stream that somebody watches does not keep the program from ending: it is ended, not waited for.
#[tokio::test]
async fn it_ends_while_somebody_watches() {
    let folder = Folder::new();
    let mut server = Server::with(&folder.data(), &[("DAYSHELF_LISTEN_DRAIN_SECONDS", "600")]);
    server.apply(&folder.file("plan.toml", PLAN));
    let http = Http::new(&server.base);
    let (slot, _) = http.shelf("test-shop").await;
    let stream = http.stream(&format!("/v1/slots/{slot}/live")).await;
    server.signal("TERM");
    assert_eq!(server.ended(), Some(0));
    drop(stream);
}

/// Two processes on one embedded database would be two truths; the second says so.
#[test]
fn the_second_process_is_turned_away() {
    let folder = Folder::new();
    let _first = Server::start(&folder.data());
    let data = folder.data();
    let (code, said) = failed(&["serve", "--listen", "127.0.0.1:0", "--data", &data.to_string_lossy()]);
    assert_eq!(code, 1);
    assert!(said.contains("Another Dayshelf is running on this data"), "{said}");
}

/// A configuration that can't be says which key, where, and ends with the code for it.
#[test]
fn a_wrong_configuration_says_where() {
    let folder = Folder::new();
    let file = folder.file("my.toml", "[listen]\nadress = '127.0.0.1:0'\n");
    let (code, said) = failed(&["serve", "--config", &file.to_string_lossy()]);
    assert_eq!(code, 2);
    assert!(said.contains("my.toml, line 2: there is no key listen.adress"), "{said}");
}

/// What is logged for machines is an object for each line, which says when, how bad and from where.
#[test]
fn logs_are_structured() {
    let folder = Folder::new();
    let log = folder.0.join("log");
    let mut server = Server::logging_json(&folder.data(), &log);
    server.signal("TERM");
    assert_eq!(server.ended(), Some(0));
    let text = std::fs::read_to_string(log).unwrap();
    let mut said = Vec::new();
    for line in text.lines() {
        let entry: Value = serde_json::from_str(line).unwrap_or_else(|flaw| panic!("{flaw}: {line}"));
        for member in ["timestamp", "level", "target", "message"] {
            assert!(entry[member].is_string(), "no {member}: {line}");
        }
        said.push(entry);
    }
    let serving = said.iter().find(|entry| entry["message"] == "serving").unwrap();
    assert_eq!(format!("http://{}", serving["address"].as_str().unwrap()), server.base);
    assert!(said.iter().any(|entry| entry["signal"] == "SIGTERM"), "{text}");
}
