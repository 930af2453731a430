//! Webhooks over a real desk, to receivers on this machine that are slow, broken, rude, or gone.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use dayshelf_core::command::{By, Command, Expect};
use dayshelf_core::ids::EndpointId;
use dayshelf_core::organiser::{Endpoint, EndpointState};
use dayshelf_core::text::{Digest, Secret};
use dayshelf_core::time::{Instant, Span};
use dayshelf_relay::webhooks::{Clock, Config, Guard, Schedule, Webhooks, delivery_text};
use dayshelf_store::{DeliveryState, Trouble};
use dayshelf_testkit::shop::Shop;
use dayshelf_testkit::site::Site;
use dayshelf_wire::webhook::{Message, public_text, shared_text};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::stand::{Stand, done, until};

/// What a receiver got.
#[derive(Clone, Debug)]
pub struct Got {
    pub id: String,
    timestamp: i64,
    signature: String,
    pub body: Bytes,
    pub status: u16,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }
}

/// A receiver with as many addresses as tests want; each answers with the status that is set for it.
#[derive(Clone, Default)]
pub struct Receiver {
    got: Arc<Mutex<HashMap<String, Vec<Got>>>>,
    statuses: Arc<Mutex<HashMap<String, Arc<AtomicU16>>>>,
    base: String,
}

/// Answers after a minute.
const HANGS: u16 = 1;
/// Answers when another status is set, with that one.
pub const WAITS: u16 = 2;

impl Receiver {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let receiver = Self { base, ..Self::default() };
        let app = Router::new().route("/{name}", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    pub fn set(&self, name: &str, status: u16) {
        self.status(name).store(status, Ordering::SeqCst);
    }

    fn status(&self, name: &str) -> Arc<AtomicU16> {
        let mut statuses = self.statuses.lock().unwrap();
        Arc::clone(statuses.entry(name.to_owned()).or_insert_with(|| Arc::new(AtomicU16::new(200))))
    }

    /// The next status that is not [`WAITS`].
    async fn other(&self, name: &str) -> u16 {
        let set = self.status(name);
        for _ in 0..12_000 {
            if set.load(Ordering::SeqCst) != WAITS {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        set.load(Ordering::SeqCst)
    }

    pub fn got(&self, name: &str) -> Vec<Got> {
        self.got.lock().unwrap().get(name).cloned().unwrap_or_default()
    }

    /// Waits for so many calls of an address.
    pub async fn wait(&self, name: &str, count: usize) -> Vec<Got> {
        until(&format!("{count} calls of {name}"), async || {
            Some(self.got(name)).filter(|got| got.len() >= count)
        })
        .await
    }
}

async fn take(
    State(receiver): State<Receiver>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
    let status = receiver.status(&name).load(Ordering::SeqCst);
    let got = Got {
        id: text("webhook-id"),
        timestamp: text("webhook-timestamp").parse().unwrap(),
        signature: text("webhook-signature"),
        body,
        status,
    };
    receiver.got.lock().unwrap().entry(name.clone()).or_default().push(got);
    match status {
        HANGS => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
        WAITS => {
            let other = receiver.other(&name).await;
            StatusCode::from_u16(other).unwrap_or(StatusCode::REQUEST_TIMEOUT).into_response()
        }
        302 => (StatusCode::FOUND, [("location", format!("{}/elsewhere", receiver.base))]).into_response(),
        429 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3600")]).into_response(),
        known => StatusCode::from_u16(known).unwrap().into_response(),
    }
}

/// A desk with webhooks to a receiver, and a clock that tests move.
pub struct Post {
    pub stand: Stand,
    pub receiver: Receiver,
    pub webhooks: Webhooks,
    /// Milliseconds that the clock is ahead.
    pub ahead: Arc<AtomicI64>,
    stop: CancellationToken,
    _site: Site,
}

impl Post {
    pub async fn new(schedule: Schedule) -> Self {
        Self::at(Site::file(), schedule).await
    }

    async fn at(site: Site, schedule: Schedule) -> Self {
        let stand = Stand::new(&site.open().await, &Shop { units: 200, ..Shop::default() }).await;
        let (stop, ahead) = (CancellationToken::new(), Arc::new(AtomicI64::new(0)));
        let webhooks = start(&stand, schedule, &ahead, &stop);
        Self { stand, receiver: Receiver::start().await, webhooks, ahead, stop, _site: site }
    }

    /// Makes an endpoint at an address of the receiver.
    pub async fn endpoint(&self, name: &str, kinds: &[&str]) -> Endpoint {
        let endpoint = Endpoint {
            id: EndpointId(self.stand.desk.mint().id(self.stand.home)),
            url: format!("{}/{name}", self.receiver.base),
            secret: Secret([3; 32]),
            seed: Secret([4; 32]),
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            state: EndpointState::On,
            version: 1,
        };
        let put = Command::PutEndpoint { expected: Expect::New, endpoint: Box::new(endpoint.clone()) };
        done(self.stand.ask(put).await);
        endpoint
    }

    async fn state(&self, endpoint: EndpointId) -> EndpointState {
        let look = self.stand.desk.look(self.stand.home, move |books, _| {
            books.and_then(|books| books.endpoints.get(&endpoint).map(|endpoint| endpoint.state))
        });
        look.await.unwrap().unwrap()
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn start(stand: &Stand, schedule: Schedule, ahead: &Arc<AtomicI64>, stop: &CancellationToken) -> Webhooks {
    let (wall, ahead) = (Clock::default(), Arc::clone(ahead));
    let clock = Clock::new(move || wall.now().plus(Span(ahead.load(Ordering::SeqCst))));
    let config = Config {
        guard: Guard::Anywhere,
        schedule,
        clock,
        rest: Duration::from_millis(20),
        ..Config::default()
    };
    Webhooks::start(&stand.desk, &stand.store, config, stop).unwrap()
}

/// Tries come soon one after another, in tests that do not look at their times.
pub fn hasty() -> Schedule {
    Schedule { waits: vec![Span(30); 1_000] }
}

/// What is sent verifies with both keys under the specification's rules, carries the fact, and keeps
/// secrets to itself; types that were not asked for are not sent.
#[tokio::test(flavor = "multi_thread")]
async fn signed_and_whole() {
    let post = Post::new(hasty()).await;
    let endpoint = post.endpoint("all", &["hold.made", "hold.released"]).await;
    let hold = post.stand.held(2).await;
    let by = By::Bearer(Digest([7; 32]));
    done(post.stand.ask(Command::ReleaseHold { hold: hold.id, by }).await);
    let got = post.receiver.wait("all", 2).await;
    let now = Clock::default().now().0 / 1_000;
    for one in &got {
        let message = Message { id: &one.id, timestamp: one.timestamp, body: &one.body };
        message.verify(&one.signature, &shared_text(&endpoint.secret.0), now).unwrap();
        message.verify(&one.signature, &public_text(&endpoint.seed.0), now).unwrap();
        assert!(one.signature.contains("v1,") && one.signature.contains("v1a,"));
    }
    let made = got[0].json();
    assert_eq!((made["type"].as_str(), got[1].kind().as_str()), (Some("hold.made"), "hold.released"));
    assert_eq!(made["data"]["id"], hold.id.to_string());
    assert_eq!(made["data"]["subject"], hold.id.to_string());
    assert!(made["data"]["sequence"].as_u64() < got[1].json()["data"]["sequence"].as_u64());
    assert!(made["data"].get("secret").is_none());
    assert_eq!(post.receiver.got("all").len(), 2);
}

/// A receiver that fails for a while gets everything in the end, every message of one subject in its
/// order, the same id on every try, and nothing twice after it was taken.
#[tokio::test(flavor = "multi_thread")]
async fn order_is_kept_through_failures() {
    let post = Post::new(hasty()).await;
    post.receiver.set("flaky", 500);
    post.endpoint("flaky", &["hold.*"]).await;
    let mut holds = Vec::new();
    for _ in 0..5 {
        let hold = post.stand.held(1).await;
        let by = By::Bearer(Digest([7; 32]));
        done(post.stand.ask(Command::ExtendHold { hold: hold.id, by }).await);
        done(post.stand.ask(Command::ReleaseHold { hold: hold.id, by }).await);
        holds.push(hold.id.to_string());
    }
    post.receiver.wait("flaky", 12).await;
    post.receiver.set("flaky", 204);
    let taken = |got: Vec<Got>| got.into_iter().filter(|one| one.status == 204).collect::<Vec<_>>();
    let took = until("all is taken", async || {
        Some(taken(post.receiver.got("flaky"))).filter(|taken| taken.len() >= 15)
    })
    .await;
    for hold in holds {
        let of_hold = took.iter().filter(|one| one.json()["data"]["subject"] == hold.as_str());
        let kinds: Vec<String> = of_hold.map(Got::kind).collect();
        assert_eq!(kinds, ["hold.made", "hold.extended", "hold.released"]);
    }
    let all = post.receiver.got("flaky");
    let mut ids: Vec<&str> = took.iter().map(|one| one.id.as_str()).collect();
    assert!(all.iter().all(|one| ids.contains(&one.id.as_str())), "a retry keeps its id");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 15, "each was taken once");
    // Of one hold nothing was tried before what came earlier had been taken.
    for one in all.iter().filter(|one| one.status == 500) {
        assert_eq!(one.kind(), "hold.made");
    }
}

/// A receiver that hangs for a minute delays neither another endpoint nor the desk: while its first call still
/// waits for an answer, everybody else has had all of theirs.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_receiver_delays_nobody() {
    let post = Post::new(hasty()).await;
    post.receiver.set("hangs", HANGS);
    post.endpoint("hangs", &["hold.made"]).await;
    post.endpoint("quick", &["hold.made"]).await;
    post.stand.held(1).await;
    post.receiver.wait("hangs", 1).await;
    for _ in 0..100 {
        post.stand.held(1).await;
    }
    post.receiver.wait("quick", 101).await;
    assert_eq!(post.receiver.got("hangs").len(), 1, "the first call has not been answered yet");
}

/// 410 ends an endpoint at once; a redirect is a failure and is not followed.
#[tokio::test(flavor = "multi_thread")]
async fn gone_and_redirected() {
    let post = Post::new(hasty()).await;
    post.receiver.set("gone", 410);
    post.receiver.set("moved", 302);
    let gone = post.endpoint("gone", &["hold.made"]).await;
    post.endpoint("moved", &["hold.made"]).await;
    post.stand.held(1).await;
    until("the endpoint is disabled", async || {
        (post.state(gone.id).await == EndpointState::Disabled).then_some(())
    })
    .await;
    assert_eq!(post.receiver.got("gone").len(), 1);
    post.receiver.wait("moved", 3).await;
    assert!(post.receiver.got("elsewhere").is_empty());
    post.stand.held(1).await;
    let log = until("the log says so", async || {
        let log = post.webhooks.log(gone.id, None, 10).await.unwrap();
        Some(log).filter(|log| log.iter().all(|one| one.state == DeliveryState::GivenUp))
    })
    .await;
    assert_eq!(log.iter().map(|one| (one.tries, one.last_status)).collect::<Vec<_>>(), [(1, 410)]);
}

/// The tries come at the times of the schedule and at no other; then the endpoint is given up.
#[tokio::test(flavor = "multi_thread")]
async fn tries_follow_the_schedule() {
    let post = Post::new(Schedule::default()).await;
    post.receiver.set("down", 503);
    let endpoint = post.endpoint("down", &["hold.made"]).await;
    post.stand.held(1).await;
    let hour = 3_600;
    let waits = [5, 300, 1_800, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
    for (tries, seconds) in (1..).zip(waits) {
        let log = until("a try", async || {
            let log = post.webhooks.log(endpoint.id, None, 1).await.unwrap();
            Some(log).filter(|log| log.first().is_some_and(|one| one.tries == tries))
        })
        .await;
        let wait = log[0].due.since(now(&post)).0;
        assert!((seconds * 1_000 - 4_000..=seconds * 1_100).contains(&wait), "try {tries}: {wait} ms");
        post.ahead.fetch_add(seconds * 1_100 + 1, Ordering::SeqCst);
    }
    until("it is given up", async || {
        (post.state(endpoint.id).await == EndpointState::Disabled).then_some(())
    })
    .await;
    assert_eq!(post.receiver.got("down").len(), 10);
}

fn now(post: &Post) -> Instant {
    Clock::default().now().plus(Span(post.ahead.load(Ordering::SeqCst)))
}

/// A receiver that asks for time gets it.
#[tokio::test(flavor = "multi_thread")]
async fn retry_after_is_honoured() {
    let post = Post::new(Schedule::default()).await;
    post.receiver.set("busy", 429);
    let endpoint = post.endpoint("busy", &["hold.made"]).await;
    post.stand.held(1).await;
    let log = until("a try", async || {
        let log = post.webhooks.log(endpoint.id, None, 1).await.unwrap();
        Some(log).filter(|log| log.first().is_some_and(|one| one.tries == 1))
    })
    .await;
    let wait = log[0].due.since(now(&post)).0;
    assert!((3_500_000..=3_600_000).contains(&wait), "{wait} ms");
}

/// An old delivery can be sent once more, under a new id; a test says that it is one.
#[tokio::test(flavor = "multi_thread")]
async fn replays_and_pings() {
    let post = Post::new(hasty()).await;
    let endpoint = post.endpoint("again", &["hold.made"]).await;
    post.stand.held(1).await;
    let first = post.receiver.wait("again", 1).await.remove(0);
    let log = post.webhooks.log(endpoint.id, None, 10).await.unwrap();
    assert_eq!(delivery_text(log[0].id), first.id);
    let id = post.webhooks.outbox().replay(&endpoint, log[0].id).await.unwrap().unwrap();
    let got = post.receiver.wait("again", 2).await;
    assert_eq!((got[1].id.clone(), &got[1].body), (delivery_text(id), &first.body));
    assert_ne!(got[1].id, first.id);
    assert_eq!(post.webhooks.outbox().replay(&endpoint, post.stand.home_id()).await.unwrap(), None);
    post.webhooks.outbox().ping(&endpoint).await.unwrap();
    assert_eq!(post.receiver.wait("again", 3).await[2].kind(), "endpoint.ping");
}

/// What was decided while nobody read is sent by the next reader, and nothing is sent twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_goes_on_where_it_was() {
    let mut post = Post::new(hasty()).await;
    post.endpoint("on", &["hold.made"]).await;
    post.stand.held(1).await;
    post.receiver.wait("on", 1).await;
    post.stop.cancel();
    let idle = start(&post.stand, hasty(), &post.ahead, &post.stop);
    std::mem::replace(&mut post.webhooks, idle).join().await;
    for _ in 0..3 {
        post.stand.held(1).await;
    }
    post.stop = CancellationToken::new();
    post.webhooks = start(&post.stand, hasty(), &post.ahead, &post.stop);
    let got = post.receiver.wait("on", 4).await;
    let mut ids: Vec<&str> = got.iter().map(|one| one.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

/// Of two nodes on the same data one sends; when it ends, the other goes on, and nothing is sent twice.
#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_nodes_sends() {
    let Some(site) = Site::server(2) else { return };
    let mut post = Post::at(site, hasty()).await;
    let stop = CancellationToken::new();
    let desk = dayshelf_desk::Desk::open(&post.stand.store).await.unwrap();
    let Stand { store, home, put, .. } = &post.stand;
    let other = Stand { desk, store: store.clone(), home: *home, put: *put };
    let _second = start(&other, hasty(), &post.ahead, &stop);
    post.endpoint("both", &["hold.made"]).await;
    for _ in 0..5 {
        post.stand.held(1).await;
        other.held(1).await;
    }
    post.receiver.wait("both", 10).await;
    post.stop.cancel();
    let idle = start(&post.stand, hasty(), &post.ahead, &post.stop);
    std::mem::replace(&mut post.webhooks, idle).join().await;
    for _ in 0..5 {
        other.held(1).await;
    }
    let got = post.receiver.wait("both", 15).await;
    stop.cancel();
    let told = |one: &Got| (one.json()["data"]["subject"].to_string(), one.id.clone());
    let told: std::collections::BTreeSet<_> = got.iter().map(told).collect();
    let holds: std::collections::BTreeSet<_> = told.iter().map(|(hold, _)| hold).collect();
    assert_eq!((got.len(), told.len(), holds.len()), (15, 15, 15));
}

/// The guard holds at the sending end too: an endpoint that leads inside is never connected to.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_inside() {
    let site = Site::file();
    let stand = Stand::new(&site.open().await, &Shop::default()).await;
    let stop = CancellationToken::new();
    let config = Config { schedule: hasty(), rest: Duration::from_millis(20), ..Config::default() };
    let webhooks = Webhooks::start(&stand.desk, &stand.store, config, &stop).unwrap();
    let receiver = Receiver::start().await;
    let post = Post { stand, receiver, webhooks, ahead: Arc::default(), stop, _site: site };
    let endpoint = post.endpoint("inside", &["hold.made"]).await;
    post.stand.held(1).await;
    let log = until("a few tries", async || {
        let log = post.webhooks.log(endpoint.id, None, 1).await.unwrap();
        Some(log).filter(|log| log.first().is_some_and(|one| one.tries >= 3))
    })
    .await;
    assert_eq!((log[0].last_status, log[0].trouble), (0, Some(Trouble::NotAllowed)));
    assert!(post.receiver.got("inside").is_empty());
}
