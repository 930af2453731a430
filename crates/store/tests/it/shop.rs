//! A small shop to test with, and a desk that is just large enough: it decides, keeps and remembers.

use std::collections::BTreeMap;

use dayshelf_core::apply::apply;
use dayshelf_core::block::{BlockKind, Shift};
use dayshelf_core::books::{Books, needs};
use dayshelf_core::change::Credential;
use dayshelf_core::command::{ApplyPlan, By, Command, Confirm, JoinWaitlist, MakeHold, Want};
use dayshelf_core::decide::{Stop, found, pulse, transact};
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::{Buyer, Method};
use dayshelf_core::ids::{
    BlockId, EntryId, HoldId, Home, Id, OfferId, OrderId, OrganiserId, PaymentId, PoolId, Salt, SlotId,
    WindowId,
};
use dayshelf_core::look::Look;
use dayshelf_core::money::{Currency, Money};
use dayshelf_core::organiser::{Organiser, OrganiserSpec};
use dayshelf_core::plan::{
    Plan, PlanAct, PlanAudience, PlanBlock, PlanBlockKind, PlanOffer, PlanPool, PlanSlot, PlanStep,
    PlanTrigger, PlanUnsold, PlanWindow,
};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::slot::{SlotSpec, SlotTimes};
use dayshelf_core::text::{BuyerKey, Contact, Digest};
use dayshelf_core::time::{Anchor, Instant, LocalTime, Span, When};
use dayshelf_core::window::{Fairness, HoldAt, HoldTerms, TurnTerms};
use dayshelf_store::{Batch, Changes, CommitFault, KeyUse, Outcome, Record, Store, Writer};

/// The organiser of all tests.
pub const HOME: Home = Home { shard: 0, number: 1 };
/// When the tests' slot begins: far ahead of every machine's clock, so that only the test moves time.
pub const START: Instant = Instant(4_000_000_000_000);

/// An id that is the same in every run and rises with `number`.
pub fn id(number: u64) -> Id {
    Id::mint(1_700_000_000_000 + number as i64, HOME, Salt(number))
}

pub fn contact(who: u64) -> Contact {
    Contact { email: format!("buyer{who}@example.org"), key: BuyerKey(u128::from(who)) }
}

/// A desk without a queue.
pub struct Desk {
    pub writer: Writer,
    pub shelf: BTreeMap<Home, Books>,
    /// The place that the books are true at.
    pub seq: u64,
    /// The instant that decides; tests move it.
    pub now: Instant,
}

impl Desk {
    /// Loads what there is.
    pub async fn open(store: &Store) -> Self {
        let mut writer = store.writer(0).unwrap();
        let books = writer.load_shard().await.unwrap();
        let seq = store.reader().head(0).await.unwrap().seq;
        let shelf = books.into_iter().map(|books| (books.home(), books)).collect();
        Self { writer, shelf, seq, now: START }
    }

    pub fn books(&self) -> &Books {
        &self.shelf[&HOME]
    }

    /// Decides a command and keeps what follows.
    pub async fn run(&mut self, command: Command) -> Result<Vec<Fact>, Refusal> {
        self.run_with_key(command, None).await
    }

    pub async fn run_with_key(
        &mut self,
        command: Command,
        key: Option<KeyUse>,
    ) -> Result<Vec<Fact>, Refusal> {
        self.begin().await;
        let outcome = self.decide(&command).await;
        self.keep(vec![(key, outcome.clone())]).await.unwrap();
        match outcome {
            Outcome::Facts(facts) => Ok(facts),
            Outcome::Refused(refusal) => Err(refusal),
        }
    }

    /// Takes the head, and catches up with whoever else wrote.
    pub async fn begin(&mut self) {
        let head = self.writer.begin().await.unwrap();
        for record in self.writer.records_after(self.seq, 1_000).await.unwrap() {
            if let Outcome::Facts(facts) = &record.outcome {
                facts.iter().for_each(|fact| lay(&mut self.shelf, record.home, fact));
            }
        }
        self.shelf.values_mut().for_each(Books::forget_fetched);
        self.seq = head.seq;
        self.now = self.now.max(head.now);
    }

    pub async fn decide(&mut self, command: &Command) -> Outcome {
        if let Command::Found(organiser) = command {
            let facts = found(command).unwrap();
            lay(&mut self.shelf, organiser.id.home(), &facts[0]);
            return Outcome::Facts(facts);
        }
        let wanted = needs(&self.shelf[&HOME], command);
        let fetched = self.writer.fetch(HOME, &wanted).await.unwrap();
        let books = self.shelf.get_mut(&HOME).unwrap();
        fetched.lay_into(books);
        if *command == Command::Pulse {
            return Outcome::Facts(pulse(books, self.now).unwrap());
        }
        match transact(books, self.now, command) {
            Ok(facts) => Outcome::Facts(facts),
            Err(Stop::Refused(refusal)) => Outcome::Refused(refusal),
            Err(Stop::Broken(broken)) => panic!("{broken}"),
        }
    }

    /// Commits what was decided since [`Desk::begin`].
    pub async fn keep(&mut self, decided: Vec<(Option<KeyUse>, Outcome)>) -> Result<(), CommitFault> {
        let mut changes = Changes::new();
        let mut records = Vec::new();
        let mut seq = self.seq;
        for (key, outcome) in decided {
            seq += 1;
            if let Outcome::Facts(facts) = &outcome {
                facts.iter().for_each(|fact| changes.note(HOME, seq, fact));
            }
            records.push(Record { seq, at: self.now, home: HOME, key, outcome });
        }
        let books = |home| self.shelf.get(&home);
        let batch =
            Batch { seq, at: self.now, records: &records, changes: &changes, keys: None, books: &books };
        self.writer.commit(&batch).await?;
        self.seq = seq;
        self.shelf.values_mut().for_each(Books::forget_fetched);
        Ok(())
    }
}

/// Applies a fact to whoever's books it is about.
pub fn lay(shelf: &mut BTreeMap<Home, Books>, home: Home, fact: &Fact) {
    if let Fact::OrganiserFounded(organiser) = fact {
        shelf.insert(home, Books::open((**organiser).clone()));
    }
    apply(shelf.get_mut(&home).unwrap(), fact).unwrap();
}

pub fn slot_id() -> SlotId {
    SlotId(id(10))
}

pub fn pool_id() -> PoolId {
    PoolId(id(11))
}

pub fn offer_id() -> OfferId {
    OfferId(id(12))
}

pub fn window_id() -> WindowId {
    WindowId(id(13))
}

pub fn found_shop() -> Command {
    Command::Found(Box::new(Organiser {
        id: OrganiserId(id(1)),
        version: 1,
        spec: OrganiserSpec {
            slug: "maker".to_owned(),
            name: "Maker".to_owned(),
            about: "Cups".to_owned(),
            zone: "Europe/Berlin".to_owned(),
            currency: Currency(*b"EUR"),
            changes: dayshelf_core::change::ChangeTerms::USUAL,
            at_pickup: true,
        },
        look: Look::default(),
        pass_keys: Vec::new(),
    }))
}

/// One slot of three cups, and a public window with a limit of two a buyer.
pub fn plan() -> Command {
    limited(Some(2))
}

/// The same with another limit, or none.
pub fn limited(buyer_limit: Option<u32>) -> Command {
    let when = |seconds: i64| When { anchor: Anchor::start(seconds), at: START.plus(Span::seconds(seconds)) };
    let window = PlanWindow {
        id: window_id(),
        key: "public".to_owned(),
        title: "Public".to_owned(),
        audience: PlanAudience::Public,
        opens: when(0),
        closes: when(3_600),
        offers: Vec::new(),
        allotments: Vec::new(),
        unsold: PlanUnsold::Stay,
        drip: None,
        lobby: None,
        hold: HoldTerms { at: HoldAt::Cart, span: Span::minutes(8), extensions: 1, buyer_limit },
        turn: TurnTerms { fairness: Fairness::FirstCome, span: Span::minutes(5) },
    };
    let price = Money { amount: 4_200, currency: Currency(*b"EUR") };
    let step = PlanStep { title: "standard".to_owned(), price, from: None, after_units: None };
    let offer = PlanOffer {
        id: offer_id(),
        key: "cup".to_owned(),
        title: "A cup".to_owned(),
        about: String::new(),
        image: String::new(),
        slots: Vec::new(),
        recipe: vec![("cups".to_owned(), 1)],
        ladder: vec![step],
        with: Vec::new(),
        units_max: 5,
    };
    let spec = SlotSpec {
        slug: "first-drop".to_owned(),
        title: "First drop".to_owned(),
        story: "Three cups.".to_owned(),
        image: String::new(),
        place: String::new(),
        times: times(),
        extras: Vec::new(),
        faqs: Vec::new(),
    };
    let slot = PlanSlot {
        id: slot_id(),
        spec,
        publish: true,
        windows: vec![window],
        offers: vec![offer],
        fulfilments: Vec::new(),
        blocks: blocks(),
    };
    let plan = Plan {
        organiser: None,
        pools: vec![cups()],
        lists: Vec::new(),
        codes: Vec::new(),
        templates: Vec::new(),
        slots: vec![slot],
        applied: Vec::new(),
        series: Vec::new(),
    };
    Command::ApplyPlan(Box::new(ApplyPlan::of(plan, Credential::House)))
}

/// Three of them.
fn cups() -> PlanPool {
    PlanPool {
        id: pool_id(),
        key: "cups".to_owned(),
        title: "Cups".to_owned(),
        units: 3,
        buffer: 0,
        borrows: Vec::new(),
        nights: None,
        place: String::new(),
        channel: String::new(),
    }
}

/// An hour from [`START`].
fn times() -> SlotTimes {
    SlotTimes {
        zone: "Europe/Berlin".to_owned(),
        start_local: LocalTime(START.0 / 1_000),
        end_local: LocalTime(START.0 / 1_000 + 3_600),
        start: START,
        end: START.plus(Span::hours(1)),
        tzdb: "2026a".to_owned(),
    }
}

/// A shift of Ann's, and a rule that closes other slots of the same cups when the last one is held.
fn blocks() -> Vec<PlanBlock> {
    let when = |seconds: i64| When { anchor: Anchor::start(seconds), at: START.plus(Span::seconds(seconds)) };
    let tasks = vec!["wrap".to_owned(), "label".to_owned()];
    let shift = BlockKind::Shift(Shift { person: "Ann".to_owned(), tasks });
    let below = PlanTrigger::FreeBelow("cups".to_owned(), 1);
    let kinds = [
        ("wrapping", PlanBlockKind::Plain(shift)),
        ("last-cup", PlanBlockKind::Rule(below, PlanAct::Close(Vec::new()))),
    ];
    let block = |(number, (key, kind)): (u64, (&str, PlanBlockKind))| PlanBlock {
        id: BlockId(id(20 + number)),
        key: key.to_owned(),
        title: key.to_owned(),
        when: when(0),
        until: Some(when(3_600)),
        kind,
    };
    (0..).zip(kinds).map(block).collect()
}

pub fn hold(number: u64, who: u64, quantity: u32) -> Command {
    Command::MakeHold(Box::new(MakeHold {
        id: HoldId(id(number)),
        slot: slot_id(),
        wants: vec![Want { offer: offer_id(), quantity }],
        code: None,
        contact: Some(contact(who)),
        fulfilment: None,
        number: None,
        secret: Digest([number as u8; 32]),
    }))
}

pub fn confirm(hold: u64, order: u64, who: u64, method: Method) -> Command {
    Command::Confirm(Box::new(Confirm {
        hold: HoldId(id(hold)),
        by: By::Organiser,
        order: OrderId(id(order)),
        payment: PaymentId(id(order + 1)),
        buyer: Buyer {
            name: "Ann".to_owned(),
            contact: contact(who),
            address: None,
            zone: "Europe/Berlin".to_owned(),
        },
        method,
        token: "tok_ok".to_owned(),
    }))
}

pub fn join(number: u64, who: u64) -> Command {
    Command::JoinWaitlist(Box::new(JoinWaitlist {
        id: EntryId(id(number)),
        slot: slot_id(),
        want: Want { offer: offer_id(), quantity: 1 },
        contact: contact(who),
        code: None,
        secret: Digest([number as u8; 32]),
        lot: number,
    }))
}

/// A desk whose shop is open.
pub async fn open_shop(store: &Store) -> Desk {
    let mut desk = Desk::open(store).await;
    desk.run(found_shop()).await.unwrap();
    desk.run(plan()).await.unwrap();
    desk.now = START;
    desk.run(Command::Pulse).await.unwrap();
    desk
}
