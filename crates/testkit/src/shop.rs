//! A small drop to test with: one pool, one offer, one public window that is open, and what tests vary.

use dayshelf_core::change::{Answer, ChangeTerms, Credential, Tell, Wish};
use dayshelf_core::command::{
    AnswerChange, ApplyPlan, ChangeSlot, Command, Expect, MakeHold, Resolutions, Want,
};
use dayshelf_core::ids::{
    ConfirmationId, HoldId, Home, Id, OfferId, OrganiserId, PoolId, Salt, SlotId, WindowId,
};
use dayshelf_core::look::Look;
use dayshelf_core::money::{Currency, Money};
use dayshelf_core::organiser::{Organiser, OrganiserSpec, PassKey};
use dayshelf_core::plan::{
    Plan, PlanAudience, PlanOffer, PlanPool, PlanSlot, PlanStep, PlanUnsold, PlanWindow,
};
use dayshelf_core::slot::{SlotSpec, SlotTimes};
use dayshelf_core::text::{BuyerKey, Contact, Digest, Secret};
use dayshelf_core::time::{Anchor, Instant, LocalTime, Span, When};
use dayshelf_core::window::{Fairness, HoldAt, HoldTerms, TurnTerms};

/// What tests vary about the drop.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Units in the pool.
    pub units: u32,
    /// When units are held.
    pub at: HoldAt,
    /// How long a hold lasts.
    pub hold_span: Span,
    /// How long a turn lasts.
    pub turn_span: Span,
    /// When the window opens, from the instant of making.
    pub opens: Span,
    /// When the window closes, from the instant of making.
    pub closes: Span,
    /// Units per buyer.
    pub buyer_limit: Option<u32>,
    /// The price of one, in cents.
    pub price: i64,
}

impl Default for Shop {
    fn default() -> Self {
        Self {
            units: 10,
            at: HoldAt::Cart,
            hold_span: Span::minutes(8),
            turn_span: Span::minutes(5),
            opens: Span::minutes(-5),
            closes: Span::hours(1),
            buyer_limit: None,
            price: 2_800,
        }
    }
}

/// The ids of a drop that was put up.
#[derive(Clone, Copy, Debug)]
pub struct Put {
    /// The slot.
    pub slot: SlotId,
    /// The offer that takes one unit.
    pub offer: OfferId,
    /// The offer that takes two units of the same pool.
    pub pair: OfferId,
    /// The pool.
    pub pool: PoolId,
    /// The window.
    pub window: WindowId,
}

impl Shop {
    /// The command that opens the books of an organiser with this slug.
    pub fn founding(slug: &str, now: Instant) -> Command {
        let home = Home { shard: 0, number: 0 };
        Command::Found(Box::new(Organiser {
            id: OrganiserId(Id::mint(now.0, home, Salt(now.0 as u64))),
            version: 1,
            spec: OrganiserSpec {
                slug: slug.into(),
                name: "A test shop".into(),
                about: String::new(),
                zone: "Europe/Berlin".into(),
                currency: Currency(*b"EUR"),
                changes: ChangeTerms::USUAL,
                at_pickup: true,
            },
            look: Look::default(),
            pass_keys: vec![PassKey { number: 1, seed: Secret([5; 32]), public: [6; 32], made_at: now }],
        }))
    }

    /// The plan of the drop, published, and the ids of its parts.
    pub fn plan(&self, home: Home, now: Instant) -> (Command, Put) {
        let id = |salt: u64| Id::mint(now.0, home, Salt(salt));
        let put = Put {
            slot: SlotId(id(1)),
            offer: OfferId(id(2)),
            pair: OfferId(id(3)),
            pool: PoolId(id(4)),
            window: WindowId(id(5)),
        };
        let start = now;
        let slot = PlanSlot {
            id: put.slot,
            spec: slot_spec(start),
            publish: true,
            windows: vec![self.window(put.window, start)],
            offers: vec![self.offer(put.offer, "one", 1), self.offer(put.pair, "pair", 2)],
            fulfilments: Vec::new(),
            blocks: Vec::new(),
        };
        let pool = PlanPool {
            id: put.pool,
            key: "stock".into(),
            title: "Stock".into(),
            units: self.units,
            buffer: 0,
            borrows: Vec::new(),
            nights: None,
            place: String::new(),
            channel: String::new(),
        };
        let plan = Plan {
            organiser: None,
            pools: vec![pool],
            lists: Vec::new(),
            codes: Vec::new(),
            templates: Vec::new(),
            applied: Vec::new(),
            series: Vec::new(),
            slots: vec![slot],
        };
        (Command::ApplyPlan(Box::new(ApplyPlan::of(plan, Credential::House))), put)
    }

    fn window(&self, id: WindowId, start: Instant) -> PlanWindow {
        let at = |span: Span| When { anchor: Anchor::start(span.0 / 1_000), at: start.plus(span) };
        PlanWindow {
            id,
            key: "public".into(),
            title: "Everyone".into(),
            audience: PlanAudience::Public,
            opens: at(self.opens),
            closes: at(self.closes),
            offers: Vec::new(),
            allotments: Vec::new(),
            unsold: PlanUnsold::Return,
            drip: None,
            lobby: None,
            hold: HoldTerms {
                at: self.at,
                span: self.hold_span,
                extensions: 1,
                buyer_limit: self.buyer_limit,
            },
            turn: TurnTerms { fairness: Fairness::FirstCome, span: self.turn_span },
        }
    }

    fn offer(&self, id: OfferId, key: &str, units: u32) -> PlanOffer {
        let price = Money { amount: self.price * i64::from(units), currency: Currency(*b"EUR") };
        PlanOffer {
            id,
            key: key.into(),
            title: key.into(),
            about: String::new(),
            image: String::new(),
            slots: Vec::new(),
            recipe: vec![("stock".into(), units)],
            ladder: vec![PlanStep { title: "Standard".into(), price, from: None, after_units: None }],
            with: Vec::new(),
            units_max: 10,
        }
    }
}

fn slot_spec(start: Instant) -> SlotSpec {
    SlotSpec {
        slug: "drop".into(),
        title: "A drop".into(),
        story: "A story.".into(),
        image: String::new(),
        place: String::new(),
        times: SlotTimes {
            zone: "Europe/Berlin".into(),
            start_local: LocalTime(start.0 / 1_000 + 3_600),
            end_local: LocalTime(start.0 / 1_000 + 10_800),
            start,
            end: start.plus(Span::hours(2)),
            tzdb: "test".into(),
        },
        extras: Vec::new(),
        faqs: Vec::new(),
    }
}

/// Someone who buys.
pub fn contact(who: u64) -> Contact {
    Contact { email: format!("buyer{who}@example.org"), key: BuyerKey(u128::from(who)) }
}

/// A hold on one offer.
pub fn hold(id: Id, slot: SlotId, offer: OfferId, quantity: u32) -> Command {
    Command::MakeHold(Box::new(MakeHold {
        id: HoldId(id),
        slot,
        wants: vec![Want { offer, quantity }],
        code: None,
        contact: None,
        fulfilment: None,
        number: None,
        secret: Digest([7; 32]),
    }))
}

/// Publishing at whatever version.
pub fn publish(slot: SlotId) -> Command {
    Command::PublishSlot { slot, expected: Expect::Any }
}

/// A slot called off by somebody who means it: the request, and the yes to it where it waits for one.
pub fn call_off(slot: SlotId) -> [Command; 2] {
    let (by, waits_as) = (Credential::House, ConfirmationId(slot.0));
    let ask = ChangeSlot {
        slot,
        expected: Expect::Any,
        wish: Wish::Cancel,
        tell: Tell::AfterQuiet,
        by,
        resolved: Resolutions::new(),
        waits_as,
    };
    let yes = AnswerChange {
        confirmation: waits_as,
        answer: Answer::Yes,
        by,
        resolved: Resolutions::new(),
        parts: None,
    };
    [Command::ChangeSlot(Box::new(ask)), Command::AnswerChange(Box::new(yes))]
}
