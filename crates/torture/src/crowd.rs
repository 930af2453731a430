//! Buyers who never tire: each asks one thing at a time, and asks again with the same key until it knows.
//!
//! They live through kills and failovers: whoever gets no answer tries the next node. Start at
//! [`Crowd::begin`]; [`Crowd::pause`] lets each finish what it is about.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::Outcome;
use crate::api::{Answer, Api, Ask};
use crate::chance::Chance;
use crate::ledger::{Act, Ledger};
use crate::race::Race;
use crate::shelf::Shelf;

/// How long one question may stay open before the run is given up.
pub const OPEN_SPAN_MAX: Duration = Duration::from_secs(150);
/// The pause before a question is asked again.
const AGAIN_AFTER: Duration = Duration::from_millis(25);
/// Carts that a buyer keeps at most, so that it comes back to them.
const CARTS_MAX: usize = 12;

/// What all buyers share.
pub struct Hall {
    /// The client.
    pub api: Api,
    /// What is sold.
    pub shelf: Shelf,
    /// The book.
    pub ledger: Ledger,
    /// The nodes' addresses; they change when a node is started again.
    pub nodes: RwLock<Vec<String>>,
    /// What everybody races for.
    pub race: Race,
    paused: AtomicBool,
    resting: AtomicUsize,
    ended: AtomicBool,
    /// Questions that were never settled.
    stuck: Mutex<Vec<String>>,
    /// When answers came: the longest gap between them is an outage.
    yeses: Mutex<Vec<u64>>,
    pace: Duration,
}

impl Hall {
    /// Where nothing was asked yet.
    pub fn new(shelf: Shelf, ledger: Ledger, nodes: Vec<String>) -> Outcome<Arc<Self>> {
        Ok(Arc::new(Self {
            api: Api::new()?,
            shelf,
            ledger,
            nodes: RwLock::new(nodes),
            race: Race::default(),
            paused: AtomicBool::new(false),
            resting: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
            stuck: Mutex::default(),
            yeses: Mutex::default(),
            pace: Duration::from_millis(1),
        }))
    }

    /// Puts another address in the place of a node's.
    pub fn moved(&self, place: usize, base: &str) {
        let mut nodes = self.nodes.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(node) = nodes.get_mut(place) {
            base.clone_into(node);
        }
    }

    /// A node's address, another with each number.
    pub fn node(&self, number: usize) -> String {
        let nodes = self.nodes.read().unwrap_or_else(PoisonError::into_inner);
        nodes.get(number % nodes.len().max(1)).cloned().unwrap_or_default()
    }

    /// Questions that were never settled.
    pub fn stuck(&self) -> Vec<String> {
        self.stuck.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The longest time within a span of the ledger's microseconds in which nobody got a yes.
    pub fn longest_gap(&self, from: u64, until: u64) -> Duration {
        let yeses = self.yeses.lock().unwrap_or_else(PoisonError::into_inner);
        let mut marks: Vec<u64> = yeses.iter().copied().filter(|at| (from..until).contains(at)).collect();
        marks.extend([from, until]);
        marks.sort_unstable();
        Duration::from_micros(marks.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0))
    }

    /// Asks until there is an answer that settles it; nothing when the run was given up.
    pub async fn settle(&self, act: Act, ask: Ask, number: usize) -> Option<Answer> {
        let entry = self.ledger.open(act, &ask);
        let begun = Instant::now();
        let mut node = number;
        loop {
            self.ledger.tried(entry);
            match self.api.ask(&self.node(node), &ask).await {
                // The payment goes on; the same question waits for its end.
                Some(answer) if answer.status == 202 => {}
                Some(answer) if answer.settles() => {
                    self.ledger.close(entry, &answer);
                    if answer.is_yes() {
                        let now = self.ledger.now();
                        self.yeses.lock().unwrap_or_else(PoisonError::into_inner).push(now);
                    }
                    return Some(answer);
                }
                Some(answer) => self.ledger.trouble(&answer),
                None => {}
            }
            if begun.elapsed() > OPEN_SPAN_MAX || self.ended.load(Ordering::Relaxed) {
                let text = format!("{act:?} {} was never answered", ask.path);
                self.stuck.lock().unwrap_or_else(PoisonError::into_inner).push(text);
                return None;
            }
            tokio::time::sleep(AGAIN_AFTER).await;
            node += 1;
        }
    }

    /// Waits while the crowd is paused; `false` when it is to go home.
    pub async fn may_go_on(&self) -> bool {
        tokio::time::sleep(self.pace).await;
        if self.paused.load(Ordering::Acquire) {
            self.resting.fetch_add(1, Ordering::AcqRel);
            while self.paused.load(Ordering::Acquire) && !self.ended.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            self.resting.fetch_sub(1, Ordering::AcqRel);
        }
        !self.ended.load(Ordering::Relaxed)
    }
}

/// The buyers at work.
pub struct Crowd {
    /// What they share.
    pub hall: Arc<Hall>,
    tasks: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// Sends buyers in, and some who race for the small pool.
    pub fn begin(hall: &Arc<Hall>, buyers: usize, racers: usize, chance: &mut Chance) -> Self {
        let mut tasks = Vec::new();
        for number in 0..buyers {
            let mut buyer = Buyer::new(Arc::clone(hall), number, Chance::seeded(chance.number()));
            tasks.push(tokio::spawn(async move {
                while buyer.hall.may_go_on().await && buyer.turn().await.is_some() {}
            }));
        }
        for number in 0..racers {
            let (hall, mut chance) = (Arc::clone(hall), Chance::seeded(chance.number()));
            tasks.push(tokio::spawn(async move {
                while hall.may_go_on().await && hall.race.turn(&hall, number, &mut chance).await.is_some() {}
            }));
        }
        Self { hall: Arc::clone(hall), tasks }
    }

    /// Asks everybody to finish what they are about, and to wait then.
    pub fn ask_to_rest(&self) {
        self.hall.paused.store(true, Ordering::Release);
    }

    /// Whether nobody is about anything any more.
    pub fn rests(&self) -> bool {
        let gone = self.tasks.iter().filter(|task| task.is_finished()).count();
        self.hall.resting.load(Ordering::Acquire) + gone >= self.tasks.len()
    }

    /// Lets everybody finish what they are about, and wait.
    ///
    /// # Errors
    /// When somebody never gets an answer.
    pub async fn pause(&self) -> Outcome {
        self.ask_to_rest();
        let begun = Instant::now();
        while !self.rests() {
            if begun.elapsed() > OPEN_SPAN_MAX {
                return Err(format!("not answered any more: {:?}", self.hall.stuck()).into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Lets everybody go on.
    pub fn resume(&self) {
        self.hall.paused.store(false, Ordering::Release);
    }

    /// Sends everybody home.
    pub async fn end(self) {
        self.hall.ended.store(true, Ordering::Release);
        for task in self.tasks {
            drop(task.await);
        }
    }
}

struct Cart {
    hold: String,
    secret: String,
    free: bool,
    order: Option<(String, String)>,
}

struct Buyer {
    hall: Arc<Hall>,
    number: usize,
    chance: Chance,
    carts: Vec<Cart>,
    counted: i64,
}

impl Buyer {
    fn new(hall: Arc<Hall>, number: usize, chance: Chance) -> Self {
        Self { hall, number, chance, carts: Vec::new(), counted: 0 }
    }

    async fn settle(&mut self, act: Act, path: String, bearer: &str, body: Value) -> Option<Answer> {
        let ask = Ask::post(path, bearer, self.chance.key(), body);
        let node = self.number + self.chance.below(3) as usize;
        self.hall.settle(act, ask, node).await
    }

    /// One turn; nothing when the run was given up.
    async fn turn(&mut self) -> Option<()> {
        let dice = self.chance.below(100);
        match dice {
            0..=4 => self.move_stock().await,
            5..=7 if self.number == 0 => self.count().await,
            8..=49 => self.hold().await,
            _ if self.carts.is_empty() => self.hold().await,
            _ => {
                let place = self.chance.below(self.carts.len() as u64) as usize;
                self.go_on_with(place).await
            }
        }
    }

    async fn hold(&mut self) -> Option<()> {
        let key = match self.chance.below(20) {
            0..=2 => "dash",
            3..=4 => "rare",
            5..=8 => "gift",
            9..=13 => "pair",
            _ => "cup",
        };
        let quantity = self.chance.within(1, 3);
        let offer = self.hall.shelf.offer(key)?;
        let body = json!({ "slot": offer.slot, "lines": [{ "offer": offer.id, "quantity": quantity }] });
        let answer = self.settle(Act::Hold, "/v1/holds".to_owned(), "", body).await?;
        if answer.is_yes() {
            let (hold, secret) = (answer.text("/id").to_owned(), answer.text("/secret").to_owned());
            self.carts.push(Cart { hold, secret, free: key == "gift", order: None });
            if self.carts.len() > CARTS_MAX {
                self.carts.remove(0);
            }
        } else if key == "rare" && self.chance.below(3) == 0 {
            let contact = json!({ "email": format!("buyer{}@example.org", self.number) });
            let body = json!({ "offer": offer.id, "quantity": 1, "contact": contact });
            self.settle(Act::Join, format!("/v1/slots/{}/waitlist", offer.slot), "", body).await?;
        }
        Some(())
    }

    async fn go_on_with(&mut self, place: usize) -> Option<()> {
        let cart = &self.carts[place];
        let (path, secret, free) = (format!("/v1/holds/{}", cart.hold), cart.secret.clone(), cart.free);
        if let Some((order, secret)) = cart.order.clone() {
            if self.chance.below(3) == 0 {
                self.settle(Act::Cancel, format!("/v1/orders/{order}/cancel"), &secret, json!({})).await?;
            }
            self.carts.remove(place);
            return Some(());
        }
        if self.chance.below(4) == 0 {
            self.settle(Act::Release, format!("{path}/release"), &secret, Value::Null).await?;
            self.carts.remove(place);
            return Some(());
        }
        let payment = match self.chance.below(12) {
            _ if free => json!({ "method": "free" }),
            0..=3 => json!({ "method": "at_pickup" }),
            4 => json!({ "method": "sandbox", "token": "tok_decline" }),
            _ => json!({ "method": "sandbox", "token": "tok_success" }),
        };
        let buyer = json!({ "name": format!("Buyer {}", self.number), "email": "buyer@example.org" });
        let body = json!({ "buyer": buyer, "payment": payment });
        let answer = self.settle(Act::Confirm, format!("{path}/confirm"), &secret, body).await?;
        if answer.is_yes() {
            self.carts[place].order =
                Some((answer.text("/id").to_owned(), answer.text("/secret").to_owned()));
        } else if answer.status != 402 {
            self.carts.remove(place);
        }
        Some(())
    }

    async fn move_stock(&mut self) -> Option<()> {
        let kind = ["add", "remove", "lose", "find"][self.chance.below(4) as usize];
        let body = json!({
            "kind": kind, "units": self.chance.within(1, 5), "reason": "torture", "source": self.chance.key()
        });
        let (pool, key) = (self.hall.shelf.pool("stock").to_owned(), self.hall.shelf.key.clone());
        self.settle(Act::Move, format!("/v1/pools/{pool}/movements"), &key, body).await.map(drop)
    }

    async fn count(&mut self) -> Option<()> {
        self.counted += 1;
        let body = json!({
            "units": self.chance.within(500, 1_500), "version": self.counted, "reason": "torture",
            "source": self.chance.key()
        });
        let (pool, key) = (self.hall.shelf.pool("count").to_owned(), self.hall.shelf.key.clone());
        self.settle(Act::Count, format!("/v1/pools/{pool}/counts"), &key, body).await.map(drop)
    }
}
