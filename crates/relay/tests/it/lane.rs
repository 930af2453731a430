//! A webhook's lane whose node is gone between two writes: whatever was written by then, no message is missing among
//! those of an endpoint that goes on.

use std::sync::Arc;

use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::{EndpointId, Home, Id, SlotId};
use dayshelf_core::organiser::{Endpoint, EndpointState};
use dayshelf_core::text::Secret;
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::Entry;
use dayshelf_desk::{Ask, Board, Desk, DeskFault, Reply};
use dayshelf_relay::office::Office;
use dayshelf_relay::step::Step;
use dayshelf_relay::webhooks::{self, Answer, Clock, Receiver};
use dayshelf_store::{Delivery, DeliveryState};
use dayshelf_testkit::shop::Shop;
use dayshelf_testkit::site::Site;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use tokio::sync::Semaphore;

use crate::stand::{Stand, done};

/// A receiver that is gone for good.
struct Gone;

impl Receiver for Gone {
    fn post<'p>(&'p self, _: &'p Endpoint, _: &'p Delivery, _: Instant) -> BoxFuture<'p, Answer> {
        ready(Answer::Gone).boxed()
    }
}

/// When a node is gone: as its lane asks the desk for something, or once the desk has done it and before the lane
/// hears of that.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dies {
    Before,
    After,
}

/// The desk of a node that goes while its lane asks: whoever waits for an answer waits for ever.
struct Dying {
    desk: Desk,
    dies: Dies,
    reached: Arc<Semaphore>,
}

impl Office for Dying {
    fn board(&self) -> &Arc<Board> {
        Office::board(&self.desk)
    }

    fn id(&self, home: Home) -> Id {
        Office::id(&self.desk, home)
    }

    fn chance(&self) -> u64 {
        self.desk.chance()
    }

    fn endpoints(&self, home: Home) -> BoxFuture<'static, Result<Vec<Endpoint>, DeskFault>> {
        self.desk.endpoints(home)
    }

    fn line(&self, slot: SlotId) -> BoxFuture<'static, Result<Vec<Entry>, DeskFault>> {
        self.desk.line(slot)
    }

    fn submit(&self, ask: Ask) -> BoxFuture<'static, Reply> {
        let (asked, dies, reached) = (Office::submit(&self.desk, ask), self.dies, Arc::clone(&self.reached));
        async move {
            if dies == Dies::After {
                asked.await;
            }
            reached.add_permits(1);
            std::future::pending().await
        }
        .boxed()
    }
}

/// An endpoint for whom something waits, and who has what of it.
struct Lane {
    stand: Stand,
    endpoint: EndpointId,
    _site: Site,
}

impl Lane {
    async fn new() -> Self {
        let site = Site::file();
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let endpoint = Endpoint {
            id: EndpointId(stand.home_id()),
            url: "https://gone.example/hook".into(),
            secret: Secret([3; 32]),
            seed: Secret([4; 32]),
            kinds: vec!["hold.made".to_owned()],
            state: EndpointState::On,
            version: 1,
        };
        let id = endpoint.id;
        let put = Command::PutEndpoint { expected: Expect::New, endpoint: Box::new(endpoint) };
        done(stand.ask(put).await);
        stand.held(1).await;
        Self { stand, endpoint: id, _site: site }
    }

    /// Where a worker takes its step: always the same one, who has the turn.
    async fn step(&self, office: Arc<dyn Office>) -> Step {
        let (store, shard) = (self.stand.store.clone(), self.stand.home.shard);
        let rung = store.reader().head(shard).await.unwrap().seq;
        Step { office, store, shard, holder: 7, rung, clock: Clock::default() }
    }

    async fn state(&self) -> (EndpointState, Vec<DeliveryState>) {
        let endpoints = Office::endpoints(&self.stand.desk, self.stand.home).await.unwrap();
        let endpoint = endpoints.iter().find(|endpoint| endpoint.id == self.endpoint).unwrap();
        let log = self.stand.store.delivery_log(self.endpoint, None, 10).await.unwrap();
        (endpoint.state, log.iter().map(|delivery| delivery.state).collect())
    }

    /// The lane's node goes in the middle of a step.
    async fn dies(&self, dies: Dies) {
        let reached = Arc::new(Semaphore::new(0));
        let dying = Dying { desk: self.stand.desk.clone(), dies, reached: Arc::clone(&reached) };
        let step = self.step(Arc::new(dying)).await;
        tokio::select! {
            done = webhooks::step(&step, Arc::new(Gone)) => panic!("the lane asked nothing: {done:?}"),
            reached = reached.acquire() => drop(reached.unwrap()),
        }
    }
}

/// A node goes between the two writes with which a lane gives up: that the endpoint is switched off, and that what it
/// did not take is over. What was not written is done by the next node; nothing is over at an endpoint that is on.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_given_up_while_its_endpoint_is_on() {
    use DeliveryState::{GivenUp, Waiting};
    let lane = Lane::new().await;
    lane.dies(Dies::Before).await;
    assert_eq!(lane.state().await, (EndpointState::On, vec![Waiting]), "gone before it is switched off");
    let step = lane.step(Arc::new(lane.stand.desk.clone())).await;
    webhooks::step(&step, Arc::new(Gone)).await.unwrap();
    assert_eq!(lane.state().await, (EndpointState::Disabled, vec![GivenUp]), "and the next node does both");

    let lane = Lane::new().await;
    lane.dies(Dies::After).await;
    // It waits for whoever switches the endpoint on again.
    assert_eq!(lane.state().await, (EndpointState::Disabled, vec![Waiting]), "gone after it is switched off");
}
