//! Doctor, backup, restore and erasing, beside a server that sells and without one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dayshelf_testkit::cluster::Database;
use serde_json::json;

use crate::stand::{Folder, Http, PLAN, Server, done, failed, program, text};

/// A backup taken while holds are made is whole: restored elsewhere, it is healthy and it serves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_while_selling() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    server.apply(&folder.file("plan.toml", PLAN));
    let http = Http::new(&server.base);
    let (slot, offer) = http.shelf("test-shop").await;
    assert_eq!(http.hold(&slot, &offer, 3).await.unwrap().0, 201);

    let enough = Arc::new(AtomicBool::new(false));
    let selling = {
        let (http, slot, offer, enough) = (http.clone(), slot.clone(), offer.clone(), Arc::clone(&enough));
        tokio::spawn(async move {
            let mut made = 0;
            while !enough.load(Ordering::Relaxed) && made < 400 {
                made += u32::from(http.hold(&slot, &offer, 1).await.unwrap().0 == 201);
            }
            made
        })
    };
    let data = folder.data().to_string_lossy().into_owned();
    let file = folder.0.join("backup.db").to_string_lossy().into_owned();
    let backup = tokio::task::spawn_blocking({
        let (data, file) = (data.clone(), file.clone());
        move || done(&["backup", &file, "--data", &data])
    });
    assert!(backup.await.unwrap().contains("examined by doctor"));
    enough.store(true, Ordering::Relaxed);
    assert!(selling.await.unwrap() > 0, "nothing was sold meanwhile");
    assert!(done(&["doctor", "--data", &data]).starts_with("healthy"));
    assert!(failed(&["backup", &file, "--data", &data]).1.contains("is there already"));
    let nowhere = folder.0.join("nowhere/backup.db").to_string_lossy().into_owned();
    assert!(failed(&["backup", &nowhere, "--data", &data]).1.contains("there is no folder"));
    let (code, said) = failed(&["journal", "--shard", "5", "--data", &data]);
    assert!(code == 2 && said.contains("there is no shard 5: the last one is 0"), "{said}");

    let elsewhere = folder.0.join("elsewhere");
    let into = elsewhere.to_string_lossy().into_owned();
    assert!(done(&["restore", &file, "--data", &into]).starts_with("restored"));
    assert!(done(&["doctor", "--data", &into]).starts_with("healthy"));
    let (code, said) = failed(&["restore", &file, "--data", &into]);
    assert_eq!(code, 2);
    assert!(said.contains("new data only"), "{said}");

    let restored = Server::start(&elsewhere);
    let (_, page) = Http::new(&restored.base).get(&format!("/v1/slots/{slot}"), None).await;
    assert!(page["offers"][0]["free"].as_u64().unwrap() <= 497, "{page}");
    assert!(done(&["journal", "--data", &into, "--limit", "5"]).contains("organiser.founded"));
}

/// What was changed behind the program's back is named, line by line and by the exit code, and a backup of it is none.
#[tokio::test]
async fn doctor_tells_what_differs() {
    let Some(database) = Database::fresh() else { return };
    let (folder, url) = (Folder::new(), database.url());
    let server = Server::with(&folder.data(), &[("DAYSHELF_STORE_URL", &url)]);
    server.apply(&folder.file("plan.toml", PLAN));
    let http = Http::new(&server.base);
    let (slot, offer) = http.shelf("test-shop").await;
    assert_eq!(http.hold(&slot, &offer, 3).await.unwrap().0, 201);
    drop(server);

    let file = folder.0.join("backup.db");
    let asked = |args: &[&str]| {
        let mut command = program();
        command.args(args).arg("--data").arg(folder.data()).env("DAYSHELF_STORE_URL", &url);
        let output = command.output().unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, said, _) = asked(&["doctor"]);
    assert!(code == Some(0) && said.starts_with("healthy"), "{code:?}: {said}");
    database.run("update pool set free = free - 1, sold = sold + 1").unwrap();
    let (code, said, failure) = asked(&["doctor"]);
    assert_eq!(code, Some(3), "{said}{failure}");
    assert!(said.contains("free is 496 and should be 497"), "{said}");
    assert!(failure.contains("1 row differs"), "{failure}");
    let (code, _, failure) = asked(&["backup", &file.to_string_lossy()]);
    assert!(code != Some(0) && !file.exists(), "{code:?}: {failure}");
    database.run("update pool set free = free + 1, sold = sold - 1").unwrap();
    assert_eq!(asked(&["doctor"]).0, Some(0));
}

/// Whether a folder has a file in which a text stands.
fn has(folder: &std::path::Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return has(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
    })
}

/// A customer is erased while no server runs: no file of the data folder has their name or address then, and the order
/// is there, with nobody's.
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_erased() {
    let folder = Folder::new();
    let mut server = Server::start(&folder.data());
    server.apply(&folder.file("plan.toml", PLAN));
    let http = Http::new(&server.base);
    let (slot, offer) = http.shelf("test-shop").await;
    let (_, hold) = http.hold(&slot, &offer, 2).await.unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let (path, secret) = (format!("/v1/holds/{}/confirm", text(&hold["id"])), text(&hold["secret"]));
    let buyer = json!({ "name": "Adalberta Quill", "email": "Quill@Example.org" });
    let pay = json!({ "buyer": buyer, "payment": { "method": "sandbox", "token": "tok_success" } });
    let (status, order) = http.post(&path, Some(&secret), &pay).await.unwrap();
    assert!(status < 300, "{order}");
    let data = folder.data().to_string_lossy().into_owned();
    let erase = ["erase", "quill@example.org", "--organiser", "test-shop", "--data", &data];
    let (code, said) = failed(&erase);
    assert!(code == 1 && said.contains("another process"), "{code}: {said}");
    server.signal("TERM");
    assert_eq!(server.ended(), Some(0));

    assert!(has(&folder.data(), "quill@example.org") && has(&folder.data(), "Adalberta Quill"));
    let (code, said) = failed(&["erase", "quill@example.org", "--organiser", "nobody", "--data", &data]);
    assert!(code == 2 && said.contains("no organiser is called nobody"), "{code}: {said}");
    let said = done(&erase);
    assert!(said.starts_with("erased: "), "{said}");
    assert!(!has(&folder.data(), "quill@example.org") && !has(&folder.data(), "Adalberta Quill"));
    assert!(done(&["doctor", "--data", &data]).starts_with("healthy"));
    let journal = done(&["journal", "--data", &data]);
    assert!(journal.contains("order.confirmed") && journal.contains("erased@erased.invalid"), "{journal}");
    assert!(done(&erase).contains("nothing was changed"));
}
