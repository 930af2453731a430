//! A desk with a drop put up.

use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::Home;
use dayshelf_core::refusal::Refusal;
use dayshelf_desk::{Ask, Decided, Desk, Key, Reply};
use dayshelf_store::Store;
use dayshelf_testkit::shop::{Put, Shop};

pub struct Stand {
    pub desk: Desk,
    pub home: Home,
    pub put: Put,
}

impl Stand {
    /// Founds an organiser and puts a drop up.
    pub async fn new(store: &Store, shop: &Shop) -> Self {
        let desk = Desk::open(store).await.unwrap();
        let now = desk.mint().now();
        let shard = desk.shard_of_slug("shop");
        let home = Home { shard, number: 0 };
        let founded = done(submit(&desk, home, Shop::founding("shop", now)).await);
        let home = founded.home;
        let (plan, put) = shop.plan(home, now);
        done(submit(&desk, home, plan).await);
        Self { desk, home, put }
    }

    pub async fn ask(&self, command: Command) -> Reply {
        submit(&self.desk, self.home, command).await
    }

    /// A hold on the single offer.
    pub fn hold(&self, quantity: u32) -> Command {
        let id = self.desk.mint().id(self.home);
        dayshelf_testkit::shop::hold(id, self.put.slot, self.put.offer, quantity)
    }

    /// What the board says is left of the single offer.
    pub fn left(&self) -> u32 {
        left(&self.desk, &self.put)
    }
}

pub fn left(desk: &Desk, put: &Put) -> u32 {
    desk.board().slot(put.slot).map_or(0, |card| card.left(put.window, put.offer))
}

pub async fn submit(desk: &Desk, home: Home, command: Command) -> Reply {
    desk.submit(Ask { home, command, key: None }).await
}

pub fn key(fingerprint: u128, request: u8) -> Key {
    Key { fingerprint, request: [request; 16], salt: [9; 16] }
}

pub fn done(reply: Reply) -> Decided {
    match reply {
        Reply::Done(decided) => decided,
        other => panic!("not done: {other:?}"),
    }
}

pub fn refused(reply: Reply) -> Refusal {
    match reply {
        Reply::Refused { refusal, .. } => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// The hold that was made.
pub fn made(decided: &Decided) -> dayshelf_core::hold::Hold {
    match decided.facts.first() {
        Some(Fact::HoldMade { hold, .. }) => (**hold).clone(),
        other => panic!("no hold was made: {other:?}"),
    }
}
