//! The organiser beside: a small shop of the same shard whose books must never be taken for the first one's.
//!
//! It adds units to a pool, which must all arrive, and sells a few others to buyers who pay through the relay's own
//! workers; the auditor does not look at it. Start at [`World::found_beside`].

use std::collections::BTreeSet;

use dayshelf_core::access::List;
use dayshelf_core::change::{Credential, Edit, Tell, Wish};
use dayshelf_core::command::{
    By, ChangeSlot, Command, Confirm, Expect, JoinWaitlist, MoveStock, Movement, Resolutions, Want,
};
use dayshelf_core::hold::{Buyer, HoldState, Method};
use dayshelf_core::ids::{
    ConfirmationId, EndpointId, EntryId, HoldId, Home, Id, ListId, OrderId, OrganiserId, PaymentId, PoolId,
    Salt,
};
use dayshelf_core::organiser::{Endpoint, EndpointState};
use dayshelf_core::pool::PoolSpec;
use dayshelf_core::text::{Digest, Secret};
use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::Ask;
use dayshelf_testkit::shop::{Put, Shop, contact, hold};

use super::errand::{Answer, Errand};
use super::{Verdict, World};
use crate::scene::{DAWN, Scene, id};

/// When its slot begins: after every life.
const AHEAD: Span = Span::hours(24 * 60);
/// Units that it sells: so few that a late payment may find none.
const UNITS: u32 = 12;

/// See the module.
pub(super) struct Beside {
    pub(super) home: Home,
    /// Units that its answered errands have added.
    pub(super) units: u32,
    asked: u64,
    pub(super) put: Option<Put>,
}

impl Beside {
    pub(super) fn new(home: Home) -> Self {
        Self { home, units: 0, asked: 0, put: None }
    }

    pub(super) fn pool_id(&self) -> PoolId {
        PoolId(Id::mint(1, self.home, Salt(1)))
    }

    fn pool(&self) -> Command {
        let spec = PoolSpec {
            key: "beside".into(),
            title: "Beside".into(),
            units: 0,
            buffer: 0,
            borrows: Vec::new(),
            nights: None,
            place: String::new(),
            channel: String::new(),
        };
        Command::PutPool { id: self.pool_id(), expected: Expect::New, spec: Box::new(spec) }
    }

    pub(super) fn add(&mut self) -> Command {
        self.asked += 1;
        let mut source = [9; 32];
        source[..8].copy_from_slice(&self.asked.to_be_bytes());
        Command::MoveStock(Box::new(MoveStock {
            pool: self.pool_id(),
            movement: Movement::Add,
            units: 1,
            reason: "beside".into(),
            source: Digest(source),
        }))
    }

    pub(super) fn next_id(&mut self, now: Instant) -> Id {
        self.asked += 1;
        Id::mint(now.0, self.home, Salt(self.asked))
    }

    /// An errand of the shop was answered.
    pub(super) fn heard(&mut self, command: &Command, answer: &Answer) -> Verdict {
        match (command, answer) {
            (Command::MoveStock(_), Answer::Done { .. }) => self.units += 1,
            (Command::MoveStock(_), Answer::Refused { .. }) => {
                return Err(format!("I14: the organiser beside is answered {answer:?}"));
            }
            // Its buyers may be refused: somebody was faster, or their time is over.
            _ => {}
        }
        Ok(())
    }

    fn endpoint(&self, number: u64, kinds: &[&str]) -> Endpoint {
        Endpoint {
            id: EndpointId(Id::mint(2, self.home, Salt(number))),
            url: "https://beside.example/hook".into(),
            secret: Secret([3; 32]),
            seed: Secret([4; 32]),
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            state: EndpointState::On,
            version: 1,
        }
    }
}

impl World {
    /// Founds it, with its shop and three receivers, of which one never answers.
    pub(super) fn found_beside(&mut self) -> Verdict {
        let mut organiser = Scene::organiser();
        organiser.spec.slug = "beside".to_owned();
        organiser.id = OrganiserId(id(900));
        let home = self.found(organiser)?;
        self.beside = Beside::new(home);
        let shop = Shop { units: UNITS, opens: Span(-AHEAD.0), closes: Span::hours(1), ..Shop::default() };
        let (plan, put) = shop.plan(home, DAWN.plus(AHEAD));
        self.beside.put = Some(put);
        let endpoints = [
            self.beside.endpoint(1, &[]),
            self.beside.endpoint(2, &["order.*", "hold.made"]),
            self.beside.endpoint(3, &[]),
        ];
        self.outside.books().dead = Some(endpoints[2].id);
        let endpoints = endpoints
            .map(|endpoint| Command::PutEndpoint { expected: Expect::New, endpoint: Box::new(endpoint) });
        for command in [self.beside.pool(), plan].into_iter().chain(endpoints) {
            if let Answer::Refused { refusal, .. } = self.send(home, &command)? {
                return Err(format!("no shop beside: {refusal:?} to {command:?}"));
            }
        }
        Ok(())
    }

    /// The shop writes down what no board shows, and whoever reads the journal has to hear of all the same.
    pub(super) fn change_unseen(&mut self) -> Verdict {
        let (id, customers) = (ListId(self.beside.next_id(self.now)), BTreeSet::new());
        let list = List { id, key: "unseen".into(), customers, version: 0 };
        let command = Command::PutList { expected: Expect::New, list: Box::new(list) };
        self.send(self.beside.home, &command)?;
        self.read_on()
    }

    /// The organiser beside or one of its buyers has something to do; nobody waits for it.
    pub(super) fn ask_beside(&mut self) -> Verdict {
        let command = self.want_beside();
        let key = Some(self.key());
        let mut errand = Errand::new(Ask { home: self.beside.home, command, key });
        let node = self.any_node();
        self.hand_in(&mut errand, node)?;
        self.errands.push(errand);
        Ok(())
    }

    fn want_beside(&mut self) -> Command {
        let dice = self.chance.between(0, 9);
        let wanted = match dice {
            0 | 1 => None,
            2 => self.wants_in_line(),
            3..=5 => self.wants_hold(),
            6 | 7 => self.wants_to_buy(),
            8 => self.wants_back(),
            _ => self.moves(),
        };
        wanted.unwrap_or_else(|| self.beside.add())
    }

    pub(super) fn wants_hold(&mut self) -> Option<Command> {
        let put = self.beside.put?;
        let id = self.beside.next_id(self.now);
        let mut wanted = hold(id, put.slot, put.offer, self.chance.between(1, 3) as u32);
        if let Command::MakeHold(make) = &mut wanted
            && self.chance.percent(40)
        {
            make.wants.push(Want { offer: put.pair, quantity: 1 });
        }
        Some(wanted)
    }

    /// Somebody gets in line, who may have bought already.
    fn wants_in_line(&mut self) -> Option<Command> {
        let put = self.beside.put?;
        Some(Command::JoinWaitlist(Box::new(JoinWaitlist {
            id: EntryId(self.beside.next_id(self.now)),
            slot: put.slot,
            want: Want { offer: put.offer, quantity: 1 },
            contact: contact(self.chance.between(1, 2)),
            code: None,
            secret: Digest([7; 32]),
            lot: 0,
        })))
    }

    /// Somebody confirms a hold.
    fn wants_to_buy(&mut self) -> Option<Command> {
        let held = self.declined_beside().or_else(|| self.held_beside())?;
        let (order, payment) = (self.beside.next_id(self.now), self.beside.next_id(self.now));
        Some(Command::Confirm(Box::new(Confirm {
            hold: held,
            by: By::Bearer(Digest([7; 32])),
            order: OrderId(order),
            payment: PaymentId(payment),
            buyer: Buyer { name: "Bea".into(), contact: contact(1), address: None, zone: String::new() },
            method: Method::Sandbox,
            token: "tok".into(),
        })))
    }

    /// A hold whose buyer was declined: most try again.
    fn declined_beside(&mut self) -> Option<HoldId> {
        let books = self.shadow.books(self.beside.home)?;
        let mut held = books.holds.values().filter(|hold| hold.state == HoldState::Held);
        let declined = held.find(|hold| hold.attempt.is_some())?.id;
        self.chance.percent(80).then_some(declined)
    }

    fn held_beside(&mut self) -> Option<HoldId> {
        let books = self.shadow.books(self.beside.home)?;
        let held = books.holds.values().filter(|hold| hold.state == HoldState::Held);
        let held: Vec<HoldId> = held.map(|hold| hold.id).collect();
        self.chance.pick(held.into_iter())
    }

    /// Somebody gives an order back or a line of it, or a hold.
    fn wants_back(&mut self) -> Option<Command> {
        let by = By::Bearer(Digest([7; 32]));
        if self.chance.percent(30) {
            return Some(Command::ReleaseHold { hold: self.held_beside()?, by });
        }
        let books = self.shadow.books(self.beside.home)?;
        let standing = books.orders.values().filter(|order| !order.is_cancelled());
        let standing: Vec<OrderId> = standing.map(|order| order.id).collect();
        let order = self.chance.pick(standing.into_iter())?;
        let lines = self.chance.percent(50).then(|| vec![0]);
        Some(Command::CancelOrder { order, by: By::Organiser, lines })
    }

    /// The slot is dragged about.
    fn moves(&mut self) -> Option<Command> {
        let slot = self.beside.put?.slot;
        let hours = Span::hours(self.chance.between(0, 3) as i64);
        let books = self.shadow.books(self.beside.home)?;
        let mut times = books.slots.get(&slot)?.spec.times.clone();
        let length = times.end.since(times.start);
        let start = DAWN.plus(AHEAD).plus(hours);
        let later = start.since(times.start).0 / 1_000;
        (times.start_local.0, times.end_local.0) = (times.start_local.0 + later, times.end_local.0 + later);
        (times.start, times.end) = (start, start.plus(length));
        let moved = |at: Instant| at.plus(Span::seconds(later));
        let resolved: Resolutions =
            books.whens_of(slot).into_iter().map(|when| (when.anchor, moved(when.at))).collect();
        let tell = [Tell::AfterQuiet, Tell::AfterQuiet, Tell::Now, Tell::Nobody];
        let tell = tell[self.chance.between(0, 3) as usize];
        let waits_as = ConfirmationId(self.beside.next_id(self.now));
        Some(Command::ChangeSlot(Box::new(ChangeSlot {
            slot,
            expected: Expect::Any,
            wish: Wish::Edit(Box::new(Edit::to(times))),
            tell,
            by: Credential::House,
            resolved,
            waits_as,
        })))
    }
}
