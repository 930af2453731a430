//! The life of one simulated buyer, from arriving to going home.
//!
//! Everybody has a temper: most buy, some click twice, some leave, some have the wrong card. Pauses are
//! those of people. Start at [`live`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use super::Crowd;
use super::chance::Chance;
use crate::client::{Client, No, Reply, fresh_key};
use crate::config::Redacted;
use crate::demo::voice::{money, say};

/// Names, so that lines can be told apart.
const NAMES: [&str; 24] = [
    "Ada", "Ben", "Cleo", "Dan", "Edda", "Finn", "Gia", "Hugo", "Ines", "Jon", "Kaja", "Luca", "Mia", "Noah",
    "Ola", "Paul", "Quinn", "Rosa", "Sami", "Tea", "Uma", "Vito", "Wim", "Zoe",
];
/// The longest pause of a person who wants something, in milliseconds.
const PAUSE_MS_MAX: u64 = 20_000;
/// How often somebody in line, or whose payment is under way, looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(700);

/// A payment that takes longer than this is a late one.
const LATE: Duration = Duration::from_secs(1);

/// Cards whose payment is under way for a while. Nobody has `tok_late`, which says yes only after the payment was
/// called off: that takes a quarter of an hour, and the show is over by then.
const SLOW_CARDS: [&str; 4] = ["tok_slow", "tok_double", "tok_reorder", "tok_3ds"];

/// What a buyer is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Temper {
    /// Pays with a card that works.
    Steady,
    /// Clicks everything twice.
    Doubles,
    /// Walks away from what is held.
    Leaves,
    /// Gives it back.
    Returns,
    /// Has a card that is declined, and then another.
    Declined,
    /// Has a bank that takes its time.
    Slow,
    /// Pays at pickup.
    AtPickup,
}

/// Who buys.
struct Buyer {
    crowd: Arc<Crowd>,
    name: String,
    email: String,
    /// The address behind which the buyer sits, for servers that trust this machine as a proxy.
    origin: String,
    code: Option<&'static str>,
    temper: Temper,
    chance: Chance,
}

/// Lives one buyer's life.
pub async fn live(crowd: Arc<Crowd>, number: usize, mut chance: Chance) {
    let temper = match chance.below(100) {
        0..45 => Temper::Steady,
        45..57 => Temper::Doubles,
        57..68 => Temper::Leaves,
        68..76 => Temper::Returns,
        76..84 => Temper::Declined,
        84..92 => Temper::Slow,
        _ => Temper::AtPickup,
    };
    let scene = &crowd.scene;
    let vip = scene.vip.filter(|span| span.until > scene.now() && chance.percent(20));
    let span = vip.unwrap_or(scene.public);
    // A few are too early and hear when to come back.
    let early = chance.percent(8) && span.from > scene.now();
    let arrival = if early { span.from - 500 } else { span.arrival(&mut chance).max(scene.now()) };
    let name = format!("{} {}", NAMES[number % NAMES.len()], number / NAMES.len() + 1);
    let email = format!("buyer{number}.{:x}@example.org", chance.below(1 << 32));
    let origin = format!("10.{}.{}.{}", 1 + number / 60_000, number / 250 % 250, 1 + number % 250);
    let code = vip.map(|_| crowd.code);
    let mut buyer = Buyer { crowd: Arc::clone(&crowd), name, email, origin, code, temper, chance };
    scene.until(arrival).await;
    crowd.tally.count(|counts| counts.buyers += 1);
    buyer.shop(span.from).await;
}

impl Buyer {
    async fn shop(&mut self, opens: i64) {
        let quantity = if self.chance.percent(75) { 1 } else { 2 };
        for _ in 0..4 {
            match self.hold(quantity).await {
                Ok(hold) => return self.decide(hold).await,
                Err(no) => {
                    self.crowd.tally.no(&no);
                    match no.code() {
                        "window_not_open" => {
                            let pause = i64::try_from(self.chance.between(100, 900)).unwrap_or(0);
                            self.crowd.scene.until(opens + pause).await;
                        }
                        "too_few_left" => return self.wait_in_line(quantity).await,
                        // The time box filled up while it was being chosen, or too many asked at once.
                        "places_full" | "rate_limited" | "busy" => self.pause(1_500).await,
                        _ => return,
                    }
                }
            }
        }
    }

    async fn hold(&mut self, quantity: u32) -> Result<Reply, No> {
        let client = self.crowd.client.clone();
        let scene = &self.crowd.scene;
        let mut body = json!({
            "slot": scene.slot,
            "lines": [{ "offer": scene.offer, "quantity": quantity }],
            "contact": { "email": self.email },
        });
        if let Some(place) = scene.place(&client, &mut self.chance).await {
            body["fulfilment"] = place;
        }
        if let Some(code) = self.code {
            body["code"] = code.into();
        }
        let reply = self.ask(&client, "/v1/holds", &body).await?;
        self.crowd.tally.count(|counts| counts.holds += 1);
        say(&format!("{} holds {quantity} for {}", self.name, money(&reply.body["total"])));
        Ok(reply)
    }

    /// What a buyer does with what is held.
    async fn decide(&mut self, hold: Reply) {
        let left = hold.body["remaining_ms"].as_u64().unwrap_or(0);
        self.pause(left / 2).await;
        let client = self.crowd.client.with_key(Redacted::new(hold.text("/secret")));
        let id = hold.text("/id").to_owned();
        match self.temper {
            Temper::Leaves => self.leave(&client, &id, left).await,
            Temper::Returns => self.give_back(&client, &id).await,
            Temper::Declined => {
                self.pay(&client, &id, ("sandbox", "tok_decline")).await;
                self.pause(left / 6).await;
                self.pay(&client, &id, ("sandbox", "tok_success")).await;
            }
            Temper::Slow => {
                let card = self.chance.one_of(&SLOW_CARDS).copied().unwrap_or(SLOW_CARDS[0]);
                self.pay(&client, &id, ("sandbox", card)).await;
            }
            Temper::AtPickup => {
                self.pay(&client, &id, ("at_pickup", "")).await;
            }
            Temper::Steady | Temper::Doubles => {
                self.pay(&client, &id, ("sandbox", "tok_success")).await;
            }
        }
    }

    /// Pays; true when that made an order.
    async fn pay(&mut self, client: &Client, hold: &str, (method, token): (&str, &str)) -> bool {
        let body = json!({
            "buyer": { "name": self.name, "email": self.email },
            "payment": { "method": method, "token": token },
        });
        let begun = Instant::now();
        let crowd = Arc::clone(&self.crowd);
        let tally = &crowd.tally;
        let order = match self.ask(client, &format!("/v1/holds/{hold}/confirm"), &body).await {
            Ok(reply) if reply.status == 202 => {
                say(&format!("{} waits for the bank", self.name));
                self.ask_the_bank(&reply).await;
                self.settled(client, hold).await
            }
            Ok(reply) => Some(reply),
            Err(no) if no.code().contains("declined") => {
                tally.count(|counts| counts.declined += 1);
                say(&format!("{}'s card is declined", self.name));
                None
            }
            Err(no) => {
                tally.no(&no);
                None
            }
        };
        let late = begun.elapsed() > LATE;
        tally.count(|counts| counts.late += u64::from(late));
        let Some(order) = order else { return false };
        let lines = order.body["lines"].as_array().cloned().unwrap_or_default();
        let units: u64 = lines.iter().filter_map(|line| line["quantity"].as_u64()).sum();
        tally.count(|counts| {
            counts.orders += 1;
            counts.units += units;
            counts.money += order.body["total"]["amount"].as_i64().unwrap_or(0);
            order.text("/total/currency").clone_into(&mut counts.currency);
            counts.at_pickup += u64::from(method == "at_pickup");
        });
        say(&format!("{} has bought {units}", self.name));
        true
    }

    /// Answers the bank that wants to know who pays, if it does; most are who they say.
    async fn ask_the_bank(&mut self, confirming: &Reply) {
        let Some((_, page)) = confirming.text("/redirect_url").split_once("/h/") else { return };
        let path = format!("/h/{page}");
        self.pause(3_000).await;
        let verdict = if self.chance.percent(85) { "approve" } else { "decline" };
        say(&format!("{} is asked by the bank: {verdict}", self.name));
        let key = fresh_key();
        if let Err(no) = self.crowd.client.form(&path, &[("verdict", verdict), ("key", &key)]).await {
            self.crowd.tally.no(&no);
        }
    }

    /// Waits for a payment that is under way; the hold's last form when it became an order.
    async fn settled(&self, client: &Client, hold: &str) -> Option<Reply> {
        // A payment is called off after a quarter of an hour, so this ends.
        loop {
            sleep(LOOK_AGAIN).await;
            let reply = client.get(&format!("/v1/holds/{hold}")).await;
            match reply {
                Ok(reply) if reply.text("/state") == "confirming" => {}
                Ok(reply) if reply.text("/state") == "confirmed" => return Some(reply),
                Ok(_) => return None,
                Err(no) => {
                    self.crowd.tally.no(&no);
                    return None;
                }
            }
        }
    }

    /// Walks away, and looks much later what became of the hold.
    async fn leave(&self, client: &Client, hold: &str, left: u64) {
        say(&format!("{} walks away", self.name));
        sleep(Duration::from_millis(left + 1_500)).await;
        match client.get(&format!("/v1/holds/{hold}")).await {
            Ok(reply) if reply.text("/state") == "lapsed" => {
                self.crowd.tally.count(|counts| counts.lapsed += 1);
                say(&format!("{}'s hold has lapsed", self.name));
            }
            Ok(reply) => say(&format!("{}'s hold is still {}", self.name, reply.text("/state"))),
            Err(no) => self.crowd.tally.no(&no),
        }
    }

    async fn give_back(&mut self, client: &Client, hold: &str) {
        match self.ask(client, &format!("/v1/holds/{hold}/release"), &json!({})).await {
            Ok(_) => {
                self.crowd.tally.count(|counts| counts.released += 1);
                say(&format!("{} gives it back", self.name));
            }
            Err(no) => self.crowd.tally.no(&no),
        }
    }

    /// Gets in line, and takes the turn if there is one.
    async fn wait_in_line(&mut self, quantity: u32) {
        if self.chance.percent(25) {
            return;
        }
        let scene = &self.crowd.scene;
        let mut body =
            json!({ "offer": scene.offer, "quantity": quantity, "contact": { "email": self.email } });
        if let Some(code) = self.code {
            body["code"] = code.into();
        }
        let path = format!("/v1/slots/{}/waitlist", scene.slot);
        let entry = match self.ask(&self.crowd.client.clone(), &path, &body).await {
            Ok(entry) => entry,
            Err(no) => return self.crowd.tally.no(&no),
        };
        self.crowd.tally.count(|counts| counts.waited += 1);
        say(&format!("{} gets in line", self.name));
        let client = self.crowd.client.with_key(Redacted::new(entry.text("/secret")));
        let path = format!("/v1/waitlist/{}", entry.text("/id"));
        while self.crowd.scene.now() < self.crowd.scene.public.until {
            sleep(LOOK_AGAIN).await;
            match client.get(&path).await {
                Ok(reply) if reply.text("/state") == "waiting" => {}
                Ok(reply) if reply.text("/state") == "turn" => return self.take_turn(&client, &reply).await,
                Ok(_) => return,
                Err(no) => return self.crowd.tally.no(&no),
            }
        }
    }

    async fn take_turn(&mut self, client: &Client, entry: &Reply) {
        self.crowd.tally.count(|counts| counts.turns += 1);
        say(&format!("it is {}'s turn", self.name));
        let left = entry.body["hold"]["remaining_ms"].as_u64().unwrap_or(0);
        self.pause(left / 3).await;
        if self.chance.percent(20) {
            let path = format!("/v1/waitlist/{}/decline", entry.text("/id"));
            if let Err(no) = self.ask(client, &path, &json!({})).await {
                self.crowd.tally.no(&no);
            }
            return say(&format!("{} lets the turn go", self.name));
        }
        let hold = entry.text("/hold/id").to_owned();
        let client = match entry.text("/hold/secret") {
            "" => client.clone(),
            secret => self.crowd.client.with_key(Redacted::new(secret)),
        };
        if self.pay(&client, &hold, ("sandbox", "tok_success")).await {
            self.crowd.tally.count(|counts| counts.served += 1);
        }
    }

    /// Asks once, or twice at the same time with the same key, and compares.
    async fn ask(&self, client: &Client, path: &str, body: &Value) -> Result<Reply, No> {
        let key = fresh_key();
        if self.temper != Temper::Doubles {
            return client.post_for(&self.origin, path, &key, body).await;
        }
        let one = client.post_for(&self.origin, path, &key, body);
        let other = client.post_for(&self.origin, path, &key, body);
        let (one, other) = tokio::join!(one, other);
        let same = match (&one, &other) {
            (Ok(one), Ok(other)) => {
                one.body["id"] == other.body["id"] && one.text("/secret") == other.text("/secret")
            }
            (Err(one), Err(other)) => one.code() == other.code(),
            // The twin in flight may be told to come back; the answer itself is the other's.
            (Ok(_), Err(no)) | (Err(no), Ok(_)) => matches!(no.status(), 409 | 429),
        };
        self.crowd.tally.count(|counts| {
            counts.doubled += 1;
            counts.unequal += u64::from(!same);
        });
        one.or(other)
    }

    /// A person's pause, up to so many milliseconds.
    async fn pause(&mut self, most: u64) {
        let most = most.clamp(200, PAUSE_MS_MAX);
        sleep(Duration::from_millis(self.chance.between(most / 5, most))).await;
    }
}
