//! Applying plans: once, twice, wrongly.

use serde_json::json;

use crate::stand::{Folder, Http, PLAN, Server, done, failed};

/// The second time there is nothing to do; a dry run changes nothing and says what it would.
#[test]
fn twice_is_once() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    let plan = folder.file("plan.toml", PLAN);
    let (data, path) = (folder.data().to_string_lossy().into_owned(), plan.to_string_lossy().into_owned());
    let args = ["apply", &path, "--data", &data, "--server", &server.base];
    let dry: Vec<&str> = args.iter().copied().chain(["--dry-run"]).collect();

    let would = done(&dry);
    assert!(would.contains("would found test-shop") && would.contains("Cups"), "{would}");
    let first = done(&args);
    assert!(first.contains("founded test-shop") && first.contains("Cups"), "{first}");
    assert!(done(&args).contains("nothing to change"));

    std::fs::write(&plan, PLAN.replace("12.50", "13.50")).unwrap();
    let would = done(&dry);
    assert!(would.contains("would be") && would.contains("Cup"), "{would}");
    assert_eq!(done(&dry), would, "a dry run changes nothing");
    assert!(!done(&args).contains("nothing to change"));
}

/// A picture beside the plan is put into the library once, and its address into the slot; a dry run puts none up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_beside_the_plan() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    let vase = include_bytes!("../../../../examples/moon-vase.webp");
    std::fs::write(folder.0.join("vase.webp"), vase).unwrap();
    let picture = "title = \"Cups\"\nstart";
    let with = |file: &str| PLAN.replace(picture, &format!("title = \"Cups\"\nimage = \"{file}\"\nstart"));
    let plan = folder.file("plan.toml", PLAN);
    server.apply(&plan);
    std::fs::write(&plan, with("vase.webp")).unwrap();
    let (data, path) = (folder.data().to_string_lossy().into_owned(), plan.to_string_lossy().into_owned());
    let args = ["apply", &path, "--data", &data, "--server", &server.base];
    let dry: Vec<&str> = args.iter().copied().chain(["--dry-run"]).collect();
    let would = done(&dry);
    assert!(would.contains("would be"), "{would}");
    assert_eq!(done(&dry), would, "a dry run changes nothing");
    assert!(!server.apply(&plan).contains("nothing to change"));
    assert!(server.apply(&plan).contains("nothing to change"));
    assert!(done(&dry).contains("nothing to change"));
    let api = Http::new(&server.base);
    let slot = format!("/v1/slots/{}", api.shelf("test-shop").await.0);
    let before = api.get(&slot, None).await.1;
    assert!(before["image"].as_str().unwrap().starts_with("/pictures/org_"), "{before}");

    let line = 1 + with("").lines().position(|line| line.starts_with("image")).unwrap();
    std::fs::write(folder.0.join("words.png"), "no picture").unwrap();
    for (file, advice) in [("nowhere.png", "can't be read"), ("words.png", "This picture can't be taken")] {
        std::fs::write(&plan, with(file)).unwrap();
        let (code, said) = failed(&args);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(&format!("plan.toml, line {line}")) && said.contains(advice), "{said}");
    }
    let after = api.get(&slot, None).await.1;
    assert_eq!(after["image"], before["image"], "nothing was changed by it");
}

/// A mistake names the file, its line and its column, and what to write instead; nothing is applied.
#[test]
fn a_mistake_has_a_line() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    let plan = folder.file("plan.toml", PLAN);
    server.apply(&plan);
    let (data, path) = (folder.data().to_string_lossy().into_owned(), plan.to_string_lossy().into_owned());
    for (right, wrong, advice) in [
        ("Europe/Berlin", "Europe/Berlni", "Europe/Berlin"),
        ("closes = \"end\"", "closes = \"start - 1h\"", "closes"),
        ("units = 500", "units = \"many\"", "units"),
        ("title = \"Cups\"", "titel = \"Cups\"", "titel"),
        ("[[pools]]", "[[pools]", "TOML"),
    ] {
        let text = PLAN.replacen(right, wrong, 1);
        let at = 1 + text.lines().position(|line| line.contains(wrong)).unwrap();
        std::fs::write(&plan, text).unwrap();
        let (code, said) = failed(&["apply", &path, "--data", &data, "--server", &server.base]);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(&format!("plan.toml, line {at}")), "{wrong}: {said}");
        assert!(said.contains(advice), "{wrong}: {said}");
    }
    std::fs::write(&plan, PLAN).unwrap();
    assert!(server.apply(&plan).contains("nothing to change"));
}

/// A plan of a new organiser is looked at whole before anybody is founded: a wrong one leaves nobody and no key behind,
/// and a dry run says what is wrong, or whose slug it is.
#[test]
fn a_wrong_plan_founds_nobody() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    let plan = folder.file("plan.toml", PLAN);
    let (data, path) = (folder.data().to_string_lossy().into_owned(), plan.to_string_lossy().into_owned());
    let args = ["apply", &path, "--data", &data, "--server", &server.base];
    let dry: Vec<&str> = args.iter().copied().chain(["--dry-run"]).collect();
    let key = folder.data().join("keys/test-shop.key");
    for (right, wrong, advice) in [
        ("Europe/Berlin", "Europe/Berlni", "Europe/Berlin"),
        ("closes = \"end\"", "closes = \"start - 1h\"", "closes"),
        ("title = \"Cups\"", "titel = \"Cups\"", "titel"),
    ] {
        let text = PLAN.replacen(right, wrong, 1);
        let at = 1 + text.lines().position(|line| line.contains(wrong)).unwrap();
        std::fs::write(&plan, text).unwrap();
        for args in [&dry[..], &args[..]] {
            let (code, said) = failed(args);
            assert_eq!(code, 2, "{said}");
            assert!(
                said.contains(&format!("plan.toml, line {at}")) && said.contains(advice),
                "{wrong}: {said}"
            );
            assert!(!key.exists(), "{wrong}");
        }
    }
    // A picture beside it has no library yet that it could be in.
    let picture = PLAN.replace("title = \"Cups\"\nstart", "title = \"Cups\"\nimage = \"vase.webp\"\nstart");
    std::fs::write(&plan, picture).unwrap();
    assert!(failed(&dry).1.contains("vase.webp can't be read"));
    std::fs::write(folder.0.join("vase.webp"), include_bytes!("../../../../examples/moon-vase.webp"))
        .unwrap();
    assert!(done(&dry).contains("would found test-shop"));
    assert!(server.apply(&plan).contains("founded test-shop"));
    let operator = folder.data().join("operator.key").to_string_lossy().into_owned();
    let (_, said) = failed(&[&dry[..], &["--key-file", &operator]].concat());
    assert!(said.contains("is there already"), "{said}");
}

/// Whoever founded an organiser and crashed before the answer came gets its key by asking again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_founding_without_an_answer_is_asked_again() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    let asked = "0123456789abcdef0123456789abcdef";
    std::fs::create_dir_all(folder.data().join("keys")).unwrap();
    std::fs::write(folder.data().join("keys/test-shop.founding"), asked).unwrap();
    let operator = std::fs::read_to_string(folder.data().join("operator.key")).unwrap();
    let spec =
        json!({ "slug": "test-shop", "name": "Test Shop", "zone": "Europe/Berlin", "currency": "EUR" });
    drop(rustls::crypto::ring::default_provider().install_default());
    let founding = reqwest::Client::new().post(format!("{}/v1/organisers", server.base)).json(&spec);
    let founding = founding.bearer_auth(operator.trim()).header("Idempotency-Key", asked);
    assert_eq!(founding.send().await.unwrap().status(), 201);
    let plan = folder.file("plan.toml", PLAN);
    assert!(server.apply(&plan).contains("founded test-shop"));
    assert!(!folder.data().join("keys/test-shop.founding").exists());
    assert!(server.apply(&plan).contains("nothing to change"));
}

/// Without a server the command says which address did not answer.
#[test]
fn nobody_there() {
    let folder = Folder::new();
    let plan = folder.file("plan.toml", PLAN);
    let key = folder.file("some.key", "dsk_x");
    let (path, key) = (plan.to_string_lossy(), key.to_string_lossy());
    let (code, said) = failed(&["apply", &path, "--server", "http://127.0.0.1:9", "--key-file", &key]);
    assert_eq!(code, 1);
    assert!(said.contains("no answer from http://127.0.0.1:9"), "{said}");
}

/// An address that no calendar is read from is refused by the command line, and nothing is listed then.
#[test]
fn feeds_by_the_command_line() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    server.apply(&folder.file("plan.toml", PLAN));
    let data = folder.data().to_string_lossy().into_owned();
    let beside = ["--data", &data, "--server", &server.base];
    let inside = ["feed", "add", "test-shop", "https://10.0.0.1/kiln.ics", "--title", "Kiln"];
    let (code, said) = failed(&[&inside[..], &beside[..]].concat());
    assert!(code != 0 && said.contains("not read from there"), "{said}");
    assert_eq!(done(&[&["feed", "list", "test-shop"][..], &beside[..]].concat()).trim(), "");
}

/// A template goes into a file and comes back from it; a slot gets its parts, and who looks before it is brought up is
/// told which fields change.
#[test]
fn templates_by_the_command_line() {
    let folder = Folder::new();
    let server = Server::start(&folder.data());
    let template = |minutes: u32| {
        format!(
            "[[templates]]\nkey = \"evening\"\ntitle = \"Evening\"\nparameters = [{{ key = \"host\", default = \"Ann\" }}]\n\
             blocks = [{{ key = \"doors\", title = \"Doors\", when = \"start - {minutes}m\", cue = {{ host = \"{{host}}\" }} }}]\n"
        )
    };
    let plan = folder.file("plan.toml", &format!("{PLAN}\n{}", template(20)));
    server.apply(&plan);
    let data = folder.data().to_string_lossy().into_owned();
    let ask = |words: &[&str]| {
        let all = ["template"].iter().chain(words).copied();
        done(&all.chain(["--data", &data, "--server", &server.base]).collect::<Vec<_>>())
    };
    assert!(ask(&["list", "test-shop"]).contains("evening  v1  Evening"));
    let out = folder.data().join("evening.toml").to_string_lossy().into_owned();
    ask(&["export", "test-shop", "evening", "--out", &out]);
    assert!(ask(&["import", "test-shop", &out]).contains("nothing to change"));
    let apply = ["apply", "test-shop", "cups", "evening", "--with", "host=Bea"];
    assert!(ask(&apply).contains("Doors"));
    std::fs::write(&out, template(30)).unwrap();
    ask(&["import", "test-shop", &out]);
    assert!(ask(&["list", "test-shop"]).contains("evening  v2"));
    let would = ask(&["apply", "test-shop", "cups", "--dry-run"]);
    assert!(would.contains("Doors: when") && would.contains("dry run"), "{would}");
    let (code, said) = failed(&[
        "template",
        "import",
        "test-shop",
        &plan.to_string_lossy(),
        "--data",
        &data,
        "--server",
        &server.base,
    ]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("[[templates]]"), "{said}");
}
