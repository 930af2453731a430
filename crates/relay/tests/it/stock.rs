//! What endpoints hear of stock: few messages, the newest counts, and every window that is open.

use std::sync::atomic::Ordering;

use dayshelf_core::access::Code;
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::CodeId;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Span;
use dayshelf_core::window::{Audience, WindowSpec};
use dayshelf_relay::live::{Reading, Viewer};
use dayshelf_relay::webhooks::Schedule;
use dayshelf_store::DeliveryState;
use serde_json::{Value, json};

use crate::stand::{done, until};
use crate::webhooks::{Got, Post, WAITS, hasty};

/// Many changes of one slot become few messages; the last one is true, and none says what was said.
#[tokio::test(flavor = "multi_thread")]
async fn stock_is_coalesced() {
    let post = Post::new(hasty()).await;
    post.endpoint("stock", &["stock.changed"]).await;
    let began = std::time::Instant::now();
    for _ in 0..100 {
        post.stand.held(1).await;
    }
    let free = |one: &Got| one.json()["data"]["offers"][0]["free"].as_u64().unwrap();
    let got = until("the last count", async || {
        Some(post.receiver.got("stock")).filter(|got| got.last().is_some_and(|one| free(one) == 100))
    })
    .await;
    let most = began.elapsed().as_millis() / 250 + 2;
    assert!((got.len() as u128) <= most, "{} messages, {most} at most", got.len());
    let sequences: Vec<u64> = got.iter().filter_map(|one| one.json()["data"]["sequence"].as_u64()).collect();
    assert!(sequences.windows(2).all(|pair| pair[0] < pair[1]), "{sequences:?}");
    let data = got[0].json()["data"].clone();
    assert_eq!(data["slot"], post.stand.put.slot.to_string());
    assert_eq!(data["offers"][0]["state"], "open");
    assert_eq!(data["offers"][0]["price"]["amount"], 2_800);
}

/// While only a code lets in, the message says what is left there; who the public is reads nothing of it.
#[tokio::test(flavor = "multi_thread")]
async fn stock_of_the_open_window() {
    let post = Post::new(hasty()).await;
    let (code, slot) = (Digest([9; 32]), post.stand.put.slot);
    let look = post.stand.desk.look(post.stand.home, move |books, _| {
        books.and_then(|books| books.windows_of(slot).next().cloned())
    });
    let window = look.await.unwrap().unwrap();
    let spec = WindowSpec { audience: Audience::Code("hush".into()), ..window.spec };
    let vip = Code {
        id: CodeId(post.stand.home_id()),
        group: "hush".into(),
        digest: code,
        expires: None,
        version: 0,
    };
    let put = Command::PutWindow { id: window.id, expected: Expect::Any, spec: Box::new(spec) };
    for command in [Command::PutCode { expected: Expect::New, code: Box::new(vip) }, put] {
        done(post.stand.ask(command).await);
    }
    post.endpoint("vip", &["stock.changed"]).await;
    let Command::MakeHold(mut hold) = post.stand.hold(3) else { panic!("no hold") };
    hold.code = Some(code);
    done(post.stand.ask(Command::MakeHold(hold)).await);
    let got = until("the window's count", async || {
        let got = post.receiver.got("vip");
        got.into_iter().find(|one| one.json()["data"]["windows"][0]["offers"][0]["free"] == 197)
    })
    .await;
    let data = got.json()["data"].clone();
    assert_eq!(data["windows"][0]["window"], window.id.to_string());
    assert_eq!(data["windows"][0]["title"], "Everyone");
    assert_eq!(
        (&data["windows"][0]["audience"], &data["windows"][0]["offers"][0]["state"]),
        (&json!("code"), &json!("open"))
    );
    assert_eq!((&data["offers"][0]["free"], &data["window"]), (&json!(0), &Value::Null));
    assert!(!data.to_string().contains("hush"), "{data}");
    let card = post.stand.desk.board().slot(slot).unwrap();
    let public = serde_json::to_value(Reading::of(&card, &Viewer::Public, card.at).stock()).unwrap();
    assert!(public.get("windows").is_none() && !public.to_string().contains("197"), "{public}");
}

/// A receiver that was away is told the last count, not all that there were.
#[tokio::test(flavor = "multi_thread")]
async fn old_counts_give_way() {
    let post = Post::new(Schedule { waits: vec![Span::minutes(5); 20] }).await;
    post.receiver.set("away", 500);
    let endpoint = post.endpoint("away", &["stock.changed"]).await;
    for left in (195..200).rev() {
        post.stand.held(1).await;
        until("a message about it", async || {
            let log = post.webhooks.log(endpoint.id, None, 1).await.unwrap();
            let body = log.first().map(|one| serde_json::from_slice::<Value>(&one.body).unwrap());
            body.filter(|body| body["data"]["offers"][0]["free"] == left)
        })
        .await;
    }
    post.receiver.set("away", 200);
    let mut looks = 0;
    let took = until("the last count", async || {
        // A try that was under way may be noted, and its wait begin, only after the time has come.
        if looks % 200 == 0 {
            post.ahead.fetch_add(Span::minutes(6).0, Ordering::SeqCst);
        }
        looks += 1;
        let taken: Vec<Got> = post.receiver.got("away").into_iter().filter(|one| one.status == 200).collect();
        Some(taken).filter(|taken| taken.iter().any(|one| one.json()["data"]["offers"][0]["free"] == 195))
    })
    .await;
    assert!(took.len() <= 2, "{} messages", took.len());
}

/// A count that is under way when a newer one takes its place is not tried again, whatever its receiver says: the newer
/// one would wait behind it.
#[tokio::test(flavor = "multi_thread")]
async fn a_count_under_way_gives_way_too() {
    let post = Post::new(Schedule { waits: vec![Span::minutes(5); 20] }).await;
    post.receiver.set("slow", WAITS);
    let endpoint = post.endpoint("slow", &["stock.changed"]).await;
    post.stand.held(1).await;
    let first = post.receiver.wait("slow", 1).await.remove(0);
    post.stand.held(1).await;
    until("the first count to give way", async || {
        let log = post.webhooks.log(endpoint.id, None, 2).await.unwrap();
        let old = log.iter().find(|one| one.body == first.body)?;
        (log.len() == 2 && old.state == DeliveryState::GivenUp).then_some(())
    })
    .await;
    post.receiver.set("slow", 500);
    let got = post.receiver.wait("slow", 2).await;
    assert_eq!(got[1].json()["data"]["offers"][0]["free"], 198);
}
