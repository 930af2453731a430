//! A payment whose bank asks the buyer first: by API, on the pages, in time and too late.

use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::command::Command;
use dayshelf_core::ids::{HoldId, PaymentId};
use dayshelf_relay::payments::{Payments, Sandbox, SandboxConfig};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::house::{Got, House, fresh_key};

/// The worker, its provider, and the bank's page.
struct Bank {
    house: House,
    worker: Payments,
    sandbox: Sandbox,
    stop: CancellationToken,
}

impl Bank {
    async fn open() -> Self {
        let house = House::new().await;
        let channel = Payments::channel();
        let soon = Duration::from_millis(50);
        let sandbox =
            Sandbox::new(SandboxConfig { slow: soon, late: soon, callback: soon }, channel.0.clone());
        let stop = CancellationToken::new();
        let worker =
            Payments::start(&house.desk, &house.store, Arc::new(sandbox.clone()), channel, stop.clone());
        house.app.pays_through(sandbox.clone());
        Self { house, worker, sandbox, stop }
    }

    /// A hold that is being bought with a card whose bank asks: its id, its secret, the key and the answer.
    async fn buy(&self, offer: &str, quantity: u32) -> Bought {
        let (hold, secret) = self.house.hold(offer, quantity).await;
        let key = fresh_key();
        let got = self.confirm(&hold, &secret, &key).await;
        assert_eq!((got.status.as_u16(), got.text("state").as_str()), (202, "confirming"), "{got:?}");
        let next = got.text("redirect_url").strip_prefix("http://localhost").unwrap().to_owned();
        Bought { hold, secret, key, next, got }
    }

    async fn confirm(&self, hold: &str, secret: &str, key: &str) -> Got {
        let body = json!({
            "buyer": {"name": "Ann", "email": "ann@example.org"},
            "payment": {"method": "sandbox", "token": "tok_3ds"}
        });
        let call = self.house.post(&format!("/v1/holds/{hold}/confirm")).key(key);
        call.bearer(secret).json(&body).send().await
    }

    async fn show(&self, bought: &Bought) -> Value {
        let path = format!("/v1/holds/{}", bought.hold);
        self.house.get(&path).bearer(&bought.secret).send().await.json()
    }

    /// What the bank's page answers to a program that sends its form.
    async fn answer(&self, bought: &Bought, verdict: &str) -> Got {
        self.house.form(&bought.next, &[("key", &fresh_key()), ("verdict", verdict)]).await
    }

    async fn payment(&self, bought: &Bought) -> PaymentId {
        let hold = HoldId::parse(&bought.hold).unwrap();
        self.house.store.reader().hold(hold).await.unwrap().unwrap().attempt.unwrap().id
    }

    /// Ends the hold as the desk does when a payment took too long.
    async fn call_off(&self, bought: &Bought) {
        let (hold, payment) = (HoldId::parse(&bought.hold).unwrap(), self.payment(bought).await);
        self.house.submit(Command::PaymentCalledOff { hold, payment }).await;
    }

    async fn close(self) {
        self.stop.cancel();
        self.worker.join().await;
        assert_eq!(self.house.store.doctor().await.unwrap(), []);
    }
}

struct Bought {
    hold: String,
    secret: String,
    key: String,
    next: String,
    got: Got,
}

/// Whoever sends the buyer to the bank gets the order when it was approved; twice is once.
#[tokio::test(flavor = "multi_thread")]
async fn approved() {
    let bank = Bank::open().await;
    let bought = bank.buy("drop/one", 2).await;
    assert_eq!(bank.show(&bought).await["redirect_url"], bought.got.json()["redirect_url"]);
    let again = bank.confirm(&bought.hold, &bought.secret, &bought.key).await;
    assert!(again.is_replay() && again.json()["redirect_url"] == bought.got.json()["redirect_url"]);
    let (one, two) = tokio::join!(bank.answer(&bought, "approve"), bank.answer(&bought, "approve"));
    for got in [one, two, bank.answer(&bought, "decline").await] {
        let back = format!("/h/{}", bought.secret);
        assert_eq!((got.status.as_u16(), got.header("location")), (303, Some(back.as_str())), "{got:?}");
    }
    let hold = bank.show(&bought).await;
    assert_eq!((&hold["state"], hold.get("redirect_url")), (&json!("confirmed"), None), "{hold}");
    let order = bank.confirm(&bought.hold, &bought.secret, &bought.key).await;
    assert_eq!((order.status.as_u16(), order.text("id")), (201, hold["order"].as_str().unwrap().to_owned()));
    bank.close().await;
}

/// Declined by the buyer is declined: the hold goes on, and another card may pay.
#[tokio::test(flavor = "multi_thread")]
async fn declined() {
    let bank = Bank::open().await;
    let bought = bank.buy("drop/one", 1).await;
    let odd = bank.answer(&bought, "perhaps").await;
    assert_eq!(odd.status, 422, "{odd:?}");
    bank.answer(&bought, "decline").await;
    assert_eq!(bank.show(&bought).await["state"], "held");
    let again = bank.confirm(&bought.hold, &bought.secret, &bought.key).await;
    assert_eq!(again.problem(), "payment_declined");
    let other = bank.house.confirm(&bought.hold, &bought.secret, "at_pickup").send().await;
    assert_eq!(other.status, 201, "{other:?}");
    bank.close().await;
}

/// An answer after the hold's end is a late payment: units that are there are taken anew, else the money is let
/// go; the hold says which order came of it.
#[tokio::test(flavor = "multi_thread")]
async fn too_late() {
    let bank = Bank::open().await;
    let (with, without) = (bank.buy("drop/one", 2).await, bank.buy("drop/one", 8).await);
    bank.call_off(&with).await;
    bank.call_off(&without).await;
    let page = bank.house.open(&with.next).await;
    page.has(&["Your hold is over", "Approve €56"]);
    bank.answer(&with, "approve").await;
    let hold = bank.show(&with).await;
    assert_eq!((&hold["state"], hold.get("cause")), (&json!("confirmed"), None), "{hold}");
    let page = bank.house.open(&format!("/h/{}", with.secret)).await;
    page.has(&["Thank you, Ann"]);
    assert!(page.path.starts_with("/o/os_"), "{}", page.path);
    let order = bank.confirm(&with.hold, &with.secret, &with.key).await;
    assert_eq!(
        (order.text("id").as_str(), order.text("state").as_str()),
        (hold["order"].as_str().unwrap(), "confirmed")
    );
    // Eight are wanted, and two are sold by now.
    let payment = bank.payment(&without).await;
    bank.house.hold("drop/one", 8).await;
    bank.answer(&without, "approve").await;
    let hold = bank.show(&without).await;
    assert!(hold["order"].is_string() && hold["state"] == "confirmed", "{hold}");
    let order = bank.confirm(&without.hold, &without.secret, &without.key).await;
    assert_eq!((order.status.as_u16(), order.text("state").as_str()), (201, "cancelled"), "{order:?}");
    bank.house.open(&format!("/h/{}", without.secret)).await.has(&["<h1>Cancelled</h1>"]);
    for _ in 0..400 {
        if bank
            .sandbox
            .balance(payment)
            .is_some_and(|[promised, taken, freed, _]| freed == promised && taken == 0)
        {
            return bank.close().await;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the money was not let go: {:?}", bank.sandbox.balance(payment));
}

/// On the pages, without script: from the form to the bank, and back to the order.
#[tokio::test(flavor = "multi_thread")]
async fn on_the_pages() {
    let bank = Bank::open().await;
    let held = crate::site::hold::held(&bank.house, "drop", "one", "1").await;
    held.has(&["A card whose bank asks you first"]);
    let fields = [("name", "Ann"), ("email", "a@b.cd"), ("payment", "sandbox"), ("token", "tok_3ds")];
    let asked = bank.house.send(&held, &format!("{}/confirm", held.path), &fields).await;
    assert_eq!(asked.path, format!("{}/bank", held.path));
    asked.has(&["Sandbox bank", "A kiln asks for <strong>€28</strong>", "Approve €28", "Decline"]);
    bank.house
        .open(&held.path)
        .await
        .has(&["Your bank asks if it is you", &format!("href=\"{}\"", asked.path)]);
    let order = bank.house.send(&asked, &asked.path, &[("verdict", "approve")]).await;
    assert!(order.path.starts_with("/o/os_"), "{}", order.html);
    order.has(&["Thank you, Ann"]);
    assert_eq!(bank.house.open(&asked.path).await.path, order.path);
    bank.close().await;
}
