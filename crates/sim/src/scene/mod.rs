//! The scene of a seed: an organiser with pools, codes, a customer list and one to four slots, and the commands
//! that make it. A slot's blocks are drawn in `slot`; how a slot becomes a plan is in `plan`.

pub(crate) mod plan;
pub(crate) mod slot;

use dayshelf_core::access::{Code, List};
use dayshelf_core::change::{ChangeTerms, Credential};
use dayshelf_core::command::{ApplyPlan, Command, Expect};
use dayshelf_core::ids::{CodeId, Home, Id, ListId, OrganiserId, PoolId, Salt};
use dayshelf_core::limits::BURST_SLOTS_MIN;
use dayshelf_core::look::Look;
use dayshelf_core::money::{Currency, Money};
use dayshelf_core::organiser::{Organiser, OrganiserSpec};
use dayshelf_core::pool::PoolSpec;
use dayshelf_core::text::{BuyerKey, Digest};
use dayshelf_core::time::{Instant, Span};

use crate::chance::Chance;
use slot::Draft;

/// Where the organiser of the simulation lives.
pub const HOME: Home = Home { shard: 0, number: 1 };
/// The start of every life: an arbitrary second.
pub const DAWN: Instant = Instant(1_760_000_000_000);
/// The last instant for which the organiser plans anything.
pub const DUSK: Instant = DAWN.plus(Span::hours(31 * 24));
/// The groups that codes belong to.
pub const GROUPS: [&str; 2] = ["vip", "crew"];

const EUR: Currency = Currency(*b"EUR");

/// Makes ids that nobody has had.
#[derive(Clone, Debug)]
pub struct Ids(u64);

impl Ids {
    /// The next one.
    pub const fn next(&mut self) -> Id {
        self.0 += 1;
        Id::mint(DAWN.0 + self.0 as i64, HOME, Salt(self.0))
    }

    /// The next digest of a secret or a sender's own id.
    pub fn digest(&mut self) -> Digest {
        self.0 += 1;
        let mut bytes = [9; 32];
        bytes[..8].copy_from_slice(&self.0.to_be_bytes());
        Digest(bytes)
    }
}

/// What a seed begins with.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The commands that make it, in their order.
    pub commands: Vec<Command>,
    /// What codes there are.
    pub codes: Vec<Digest>,
    /// Buyers who come.
    pub buyers: u64,
    /// Whether what is due is done at its instant, or only before somebody says something.
    pub is_prompt: bool,
    /// Ids from here on are new.
    pub ids: Ids,
}

/// The id of something that is there before the life begins: no life makes it.
pub const fn id(number: u64) -> Id {
    Id::mint(DAWN.0 - 1_000_000 + number as i64, HOME, Salt(number))
}

/// An amount in the organiser's currency.
pub const fn money(amount: i64) -> Money {
    Money { amount, currency: EUR }
}

/// Whose life it is. Its id is the one that a desk which founds it at dawn gives it: to the rules alone it is given,
/// and both must be the same to be compared.
pub fn organiser() -> Organiser {
    let spec = OrganiserSpec {
        slug: "maker".into(),
        name: "Maker".into(),
        about: String::new(),
        zone: "Europe/Berlin".into(),
        currency: EUR,
        // Few slots are made, so a program that has gone wild is told by few.
        changes: ChangeTerms { burst: BURST_SLOTS_MIN, ..ChangeTerms::USUAL },
        at_pickup: true,
    };
    Organiser {
        id: OrganiserId(Id::mint(DAWN.0, HOME, Salt(1))),
        version: 1,
        spec,
        look: Look::default(),
        pass_keys: Vec::new(),
    }
}

impl Scene {
    /// Whose life it is.
    pub fn organiser() -> Organiser {
        organiser()
    }

    /// The scene of a seed.
    pub fn draw(chance: &mut Chance) -> Self {
        let mut scene = Self {
            commands: Vec::new(),
            codes: Vec::new(),
            buyers: if chance.percent(10) { chance.between(200, 400) } else { chance.between(20, 150) },
            is_prompt: chance.percent(75),
            ids: Ids(1),
        };
        let pools = scene.draw_pools(chance);
        let list = scene.draw_access(chance);
        let by_plan = chance.percent(25);
        let (mut earlier, mut near) = (Vec::new(), None);
        for number in 0..chance.between(1, 4) {
            let around = slot::Around { number, pools: &pools, list, earlier: &earlier, near };
            let draft = Draft::draw(chance, &mut scene.ids, &around);
            near = Some(draft.spec.times.start);
            earlier.push(draft.id);
            if by_plan && number == 0 {
                let plan = plan::of_draft(&draft, &pools);
                scene.commands.push(Command::ApplyPlan(Box::new(ApplyPlan::of(plan, Credential::House))));
            } else {
                scene.put(draft);
            }
        }
        scene
    }

    fn draw_pools(&mut self, chance: &mut Chance) -> Vec<(PoolId, PoolSpec)> {
        let mut pools: Vec<(PoolId, PoolSpec)> = Vec::new();
        let count = chance.between(2, 5);
        for number in 0..count {
            // Each may borrow from those before it, so that lending never leads back.
            let borrows = if chance.percent(25) {
                pools.iter().map(|(id, _)| *id).take(2).collect()
            } else {
                Vec::new()
            };
            let units = if chance.percent(30) { chance.between(60, 300) } else { chance.between(5, 90) };
            let buffer = if chance.percent(15) { chance.between(1, 2) } else { 0 };
            let key = format!("pool-{number}");
            let spec = PoolSpec {
                title: key.clone(),
                key,
                units: units as u32,
                buffer: buffer as u32,
                borrows,
                nights: None,
                place: String::new(),
                channel: String::new(),
            };
            let id = PoolId(self.ids.next());
            let put = Command::PutPool { id, expected: Expect::New, spec: Box::new(spec.clone()) };
            self.commands.push(put);
            pools.push((id, spec));
        }
        pools
    }

    fn draw_access(&mut self, chance: &mut Chance) -> ListId {
        for (number, group) in GROUPS.iter().cycle().take(4).enumerate() {
            let digest = self.ids.digest();
            let expires = (number == 3).then(|| DAWN.plus(Span::hours(chance.between(1, 500) as i64)));
            let code =
                Code { id: CodeId(self.ids.next()), group: (*group).into(), digest, expires, version: 0 };
            self.codes.push(digest);
            self.commands.push(Command::PutCode { expected: Expect::New, code: Box::new(code) });
        }
        let customers =
            (0..self.buyers).filter(|_| chance.percent(30)).map(|buyer| BuyerKey(u128::from(buyer)));
        let list = List {
            id: ListId(self.ids.next()),
            key: "friends".into(),
            customers: customers.collect(),
            version: 0,
        };
        let id = list.id;
        self.commands.push(Command::PutList { expected: Expect::New, list: Box::new(list) });
        id
    }

    fn put(&mut self, draft: Draft) {
        let Draft { id, spec, windows, offers, blocks, publish } = draft;
        self.commands.push(Command::MakeSlot { id, spec: Box::new(spec) });
        let any = Expect::Any;
        let offers = offers.into_iter();
        self.commands.extend(offers.map(|(id, spec)| Command::PutOffer {
            id,
            expected: any,
            spec: Box::new(spec),
        }));
        let blocks = blocks.into_iter();
        self.commands.extend(blocks.map(|(id, spec)| Command::PutFulfilment {
            id,
            expected: any,
            spec: Box::new(spec),
        }));
        // The last window first: the unsold roll into one that is there.
        let windows = windows.into_iter().rev();
        self.commands.extend(windows.map(|(id, spec)| Command::PutWindow {
            id,
            expected: any,
            spec: Box::new(spec),
        }));
        if publish {
            self.commands.push(Command::PublishSlot { slot: id, expected: any });
        }
    }
}
