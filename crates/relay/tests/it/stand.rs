//! A desk with a drop put up.

use dayshelf_core::command::{By, Command, Confirm};
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::{Buyer, Hold, Method};
use dayshelf_core::ids::{Home, OrderId, PaymentId};
use dayshelf_core::text::Digest;
use dayshelf_desk::{Ask, Decided, Desk, Reply};
use dayshelf_store::Store;
use dayshelf_testkit::shop::{Put, Shop, contact};

pub struct Stand {
    pub desk: Desk,
    pub store: Store,
    pub home: Home,
    pub put: Put,
}

impl Stand {
    /// Founds an organiser and puts a drop up.
    pub async fn new(store: &Store, shop: &Shop) -> Self {
        let desk = Desk::open(store).await.unwrap();
        let now = desk.mint().now();
        let home = Home { shard: desk.shard_of_slug("shop"), number: 0 };
        let home = done(submit(&desk, home, Shop::founding("shop", now)).await).home;
        let (plan, put) = shop.plan(home, now);
        done(submit(&desk, home, plan).await);
        Self { desk, store: store.clone(), home, put }
    }

    pub async fn ask(&self, command: Command) -> Reply {
        submit(&self.desk, self.home, command).await
    }

    /// A hold on the single offer.
    pub fn hold(&self, quantity: u32) -> Command {
        let id = self.desk.mint().id(self.home);
        dayshelf_testkit::shop::hold(id, self.put.slot, self.put.offer, quantity)
    }

    /// A hold that was made.
    pub async fn held(&self, quantity: u32) -> Hold {
        let decided = done(self.ask(self.hold(quantity)).await);
        match decided.facts.first() {
            Some(Fact::HoldMade { hold, .. }) => (**hold).clone(),
            other => panic!("no hold was made: {other:?}"),
        }
    }

    /// Begins to buy what is held, with a token of the sandbox.
    pub async fn confirm(&self, hold: &Hold, token: &str) -> (PaymentId, OrderId) {
        let (payment, order) =
            (PaymentId(self.desk.mint().id(self.home)), OrderId(self.desk.mint().id(self.home)));
        let confirm = Confirm {
            hold: hold.id,
            by: By::Bearer(Digest([7; 32])),
            order,
            payment,
            buyer: Buyer {
                name: "Ann".into(),
                contact: contact(1),
                address: None,
                zone: "America/New_York".into(),
            },
            method: Method::Sandbox,
            token: token.into(),
        };
        done(self.ask(Command::Confirm(Box::new(confirm))).await);
        (payment, order)
    }

    /// What the board says is left of the single offer.
    pub fn left(&self) -> u32 {
        self.desk.board().slot(self.put.slot).map_or(0, |card| card.left(self.put.window, self.put.offer))
    }
}

pub async fn submit(desk: &Desk, home: Home, command: Command) -> Reply {
    desk.submit(Ask { home, command, key: None }).await
}

pub fn done(reply: Reply) -> Decided {
    match reply {
        Reply::Done(decided) => decided,
        other => panic!("not done: {other:?}"),
    }
}

/// Waits for a condition, with a bound.
pub async fn until<T>(what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let bound = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(std::time::Instant::now() < bound, "waited in vain: {what}");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

impl Stand {
    /// An id that nothing has.
    pub fn home_id(&self) -> dayshelf_core::ids::Id {
        self.desk.mint().id(self.home)
    }
}
