//! The drop of a seed: pools, offers, a VIP window and a public one, and the commands that make it.

use dayshelf_core::access::Code;
use dayshelf_core::command::{Command, Expect, PutSlot, Resolutions};
use dayshelf_core::ids::{CodeId, Home, Id, OfferId, OrganiserId, PoolId, Salt, SlotId, WindowId};
use dayshelf_core::money::{Currency, Money};
use dayshelf_core::offer::{OfferKind, OfferSpec, Part, Step};
use dayshelf_core::organiser::{Organiser, OrganiserSpec};
use dayshelf_core::pool::PoolSpec;
use dayshelf_core::slot::{SlotSpec, SlotTimes};
use dayshelf_core::text::Digest;
use dayshelf_core::time::{Anchor, Instant, LocalTime, Span, When};
use dayshelf_core::window::{
    Allotment, Audience, Fairness, HoldAt, HoldTerms, TurnTerms, Unsold, WindowSpec,
};

use crate::chance::Chance;

/// Where the organiser of the simulation lives.
pub const HOME: Home = Home { shard: 0, number: 1 };
/// The start of every life: an arbitrary day.
pub const DAWN: Instant = Instant(1_760_000_000_000);
/// The digest of the VIP code.
pub const CODE: Digest = Digest([7; 32]);
const EUR: Currency = Currency(*b"EUR");

/// An offer of the scene: units of stock and of seats for one of it.
#[derive(Clone, Copy, Debug)]
pub struct Ware {
    /// Its id.
    pub id: OfferId,
    /// Units of stock.
    pub stock: u32,
    /// Units of seats.
    pub seats: u32,
}

/// One of the two windows.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Its id.
    pub id: WindowId,
    /// Its first instant.
    pub opens: Instant,
    /// The first instant after it.
    pub closes: Instant,
    /// Units per buyer, if limited.
    pub limit: Option<u32>,
}

/// The whole drop.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The slot.
    pub slot: SlotId,
    /// The pool of goods, the pool of seats, and what the VIP window was lent of the goods.
    pub pools: [PoolId; 3],
    /// Units of goods, of seats, and lent.
    pub units: [u32; 3],
    /// A single one, a pack of two, one with a seat.
    pub wares: [Ware; 3],
    /// For code holders; its unsold units roll to the public window.
    pub vip: Frame,
    /// For everyone.
    pub public: Frame,
    /// When the slot ends.
    pub end: Instant,
    /// How long a hold lasts.
    pub hold: Span,
    /// How long a turn lasts.
    pub turn: Span,
    /// The price before and after the step.
    pub prices: [i64; 2],
    /// After how many units of an offer the step begins.
    pub step_units: u32,
}

/// The id of a numbered thing.
pub const fn id(number: u64) -> Id {
    Id::mint(DAWN.0 + number as i64, HOME, Salt(number))
}

fn minutes(from: Instant, count: u64) -> Instant {
    from.plus(Span::minutes(count as i64))
}

impl Scene {
    /// The scene of a seed.
    pub fn draw(chance: &mut Chance) -> Self {
        let goods = chance.between(4, 40) as u32;
        let lent = chance.between(0, u64::from(goods)) as u32;
        let limit = |chance: &mut Chance| chance.percent(60).then(|| chance.between(2, 6) as u32);
        let opens = minutes(DAWN, 10);
        let closes = minutes(opens, chance.between(5, 20));
        let gap = chance.between(0, 3);
        let starts = if chance.percent(30) { minutes(opens, 2) } else { minutes(closes, gap) };
        let ends = minutes(closes, chance.between(10, 45));
        let ware = |number, stock, seats| Ware { id: OfferId(id(number)), stock, seats };
        Self {
            slot: SlotId(id(1)),
            pools: [PoolId(id(2)), PoolId(id(3)), PoolId(id(4))],
            units: [goods, chance.between(0, 10) as u32, lent],
            wares: [ware(5, 1, 0), ware(6, 2, 0), ware(7, 1, 1)],
            vip: Frame { id: WindowId(id(8)), opens, closes, limit: limit(chance) },
            public: Frame { id: WindowId(id(9)), opens: starts, closes: ends, limit: limit(chance) },
            end: minutes(ends, chance.between(0, 120)),
            hold: Span::seconds(chance.between(60, 600) as i64),
            turn: Span::seconds(chance.between(60, 300) as i64),
            prices: [1_000, 1_500],
            step_units: chance.between(1, 12) as u32,
        }
    }

    /// Whose drop it is.
    pub fn organiser() -> Organiser {
        let spec = OrganiserSpec {
            slug: "maker".into(),
            name: "Maker".into(),
            about: String::new(),
            zone: "Europe/Berlin".into(),
            currency: EUR,
        };
        Organiser { id: OrganiserId(id(0)), version: 1, spec, pass_keys: Vec::new() }
    }

    /// The commands that make it.
    pub fn commands(&self) -> Vec<Command> {
        let mut commands = vec![
            self.pool(0, "goods"),
            self.pool(1, "seats"),
            Command::PutCode(Box::new(Code {
                id: CodeId(id(10)),
                group: "vip".into(),
                digest: CODE,
                expires: None,
            })),
            self.put_slot(),
        ];
        commands.extend((0..3).map(|ware| self.offer(ware)));
        commands.push(self.window(&self.public, Audience::Public));
        commands.push(self.window(&self.vip, Audience::Code("vip".into())));
        commands.push(Command::PublishSlot { slot: self.slot, expected: Expect::Any });
        commands
    }

    fn when(&self, at: Instant) -> When {
        When { anchor: Anchor::start(at.since(self.public.opens).0 / 1_000), at }
    }

    fn pool(&self, which: usize, key: &str) -> Command {
        let spec = PoolSpec {
            key: key.into(),
            title: key.into(),
            units: self.units[which],
            buffer: 0,
            borrows: Vec::new(),
        };
        Command::PutPool { id: self.pools[which], expected: Expect::New, spec: Box::new(spec) }
    }

    fn put_slot(&self) -> Command {
        let times = SlotTimes {
            zone: "Europe/Berlin".into(),
            start_local: LocalTime(self.public.opens.0 / 1_000),
            end_local: LocalTime(self.end.0 / 1_000),
            start: self.public.opens,
            end: self.end,
            tzdb: "2026a".into(),
        };
        let spec = SlotSpec {
            slug: "drop".into(),
            title: "Drop".into(),
            story: String::new(),
            image: String::new(),
            place: String::new(),
            times,
            extras: Vec::new(),
        };
        let resolved = Resolutions::new();
        Command::PutSlot(Box::new(PutSlot { id: self.slot, expected: Expect::New, spec, resolved }))
    }

    fn offer(&self, which: usize) -> Command {
        let ware = self.wares[which];
        let money = |amount| Money { amount, currency: EUR };
        let step = |amount, after_units| Step {
            title: "step".into(),
            price: money(amount),
            from: None,
            after_units,
        };
        let mut recipe = vec![Part { pool: self.pools[0], units: ware.stock }];
        if ware.seats > 0 {
            recipe.push(Part { pool: self.pools[1], units: ware.seats });
        }
        let spec = OfferSpec {
            slot: self.slot,
            slots: Vec::new(),
            key: format!("ware-{which}"),
            title: "Ware".into(),
            about: String::new(),
            image: String::new(),
            recipe,
            ladder: vec![step(self.prices[0], None), step(self.prices[1], Some(self.step_units))],
            kind: OfferKind::Main,
            units_max: 10,
        };
        Command::PutOffer { id: ware.id, expected: Expect::New, spec: Box::new(spec) }
    }

    fn window(&self, frame: &Frame, audience: Audience) -> Command {
        let vip = frame.id == self.vip.id;
        let lent = Allotment { pool: self.pools[0], units: self.units[2], lent: self.pools[2] };
        let rolls = vip && self.public.closes > self.vip.closes;
        let spec = WindowSpec {
            slot: self.slot,
            key: if vip { "vip".into() } else { "public".into() },
            title: "Window".into(),
            audience,
            opens: self.when(frame.opens),
            closes: self.when(frame.closes),
            offers: Vec::new(),
            allotments: if vip { vec![lent] } else { Vec::new() },
            unsold: if rolls { Unsold::Roll(self.public.id) } else { Unsold::Return },
            drip: None,
            hold: HoldTerms { at: HoldAt::Cart, span: self.hold, extensions: 1, buyer_limit: frame.limit },
            turn: TurnTerms { fairness: Fairness::FirstCome, span: self.turn },
        };
        Command::PutWindow { id: frame.id, expected: Expect::New, spec: Box::new(spec) }
    }
}
