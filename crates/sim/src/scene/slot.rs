//! A slot of a scene: its times, offers, fulfilments and windows, as an organiser might write them.

use dayshelf_core::ids::{FulfilmentId, ListId, OfferId, PoolId, SlotId, WindowId};
use dayshelf_core::lobby::LobbyTerms;
use dayshelf_core::offer::{OfferKind, OfferSpec, Part, Step};
use dayshelf_core::pool::PoolSpec;
use dayshelf_core::slot::{Extra, FulfilmentKind, FulfilmentSpec, SlotSpec, SlotTimes, TimeBox};
use dayshelf_core::time::{Anchor, Edge, Instant, LocalTime, Span, When};
use dayshelf_core::window::{
    Allotment, Audience, Drip, Fairness, HoldAt, HoldTerms, TurnTerms, Unsold, WindowSpec,
};

use super::{DAWN, GROUPS, Ids, money};
use crate::chance::Chance;

/// A slot with all that it owns.
#[derive(Clone, Debug)]
pub struct Draft {
    pub id: SlotId,
    pub spec: SlotSpec,
    pub windows: Vec<(WindowId, WindowSpec)>,
    pub offers: Vec<(OfferId, OfferSpec)>,
    pub blocks: Vec<(FulfilmentId, FulfilmentSpec)>,
    pub publish: bool,
}

/// What a slot may refer to.
pub struct Around<'a> {
    pub number: u64,
    pub pools: &'a [(PoolId, PoolSpec)],
    pub list: ListId,
    pub earlier: &'a [SlotId],
    pub near: Option<Instant>,
}

/// The instant of an anchor on a slot that is then.
pub fn at(times: &SlotTimes, anchor: Anchor) -> Instant {
    let edge = if anchor.edge == Edge::Start { times.start } else { times.end };
    edge.plus(Span::hours(i64::from(anchor.days) * 24)).plus(Span::seconds(anchor.seconds))
}

/// So many seconds after an edge of a slot.
pub fn when(times: &SlotTimes, anchor: Anchor) -> When {
    When { anchor, at: at(times, anchor) }
}

/// A slot's times from its start and its length.
pub fn times(start: Instant, length: Span) -> SlotTimes {
    let end = start.plus(length);
    SlotTimes {
        zone: "Europe/Berlin".into(),
        start_local: LocalTime(start.0 / 1_000),
        end_local: LocalTime(end.0 / 1_000),
        start,
        end,
        tzdb: "2026a".into(),
    }
}

impl Draft {
    pub fn draw(chance: &mut Chance, ids: &mut Ids, around: &Around<'_>) -> Self {
        let far = DAWN.plus(Span::minutes(chance.between(6 * 24 * 60, 26 * 24 * 60) as i64));
        // Mostly at about the same time, so that orders can move from one to the other.
        let near = around.near.filter(|_| chance.percent(70));
        let start = near.map_or(far, |near| near.plus(Span::minutes(chance.between(0, 600) as i64)));
        let times = times(start, Span::minutes(chance.between(30, 48 * 60) as i64));
        let extras = (0..chance.between(0, 2)).map(|number| Extra {
            title: format!("extra {number}"),
            url: "https://example.org/extra".into(),
        });
        let spec = SlotSpec {
            slug: format!("drop-{}", around.number),
            title: "Drop".into(),
            story: String::new(),
            image: String::new(),
            place: "Yard".into(),
            times,
            extras: extras.collect(),
            faqs: Vec::new(),
        };
        let id = SlotId(ids.next());
        let mut draft = Self {
            id,
            spec,
            windows: Vec::new(),
            offers: Vec::new(),
            blocks: Vec::new(),
            publish: chance.percent(95),
        };
        draft.draw_offers(chance, ids, around);
        draft.draw_blocks(chance, ids);
        draft.draw_windows(chance, ids, around);
        draft
    }

    fn draw_offers(&mut self, chance: &mut Chance, ids: &mut Ids, around: &Around<'_>) {
        let count = chance.between(2, 4);
        for number in 0..count {
            let mut pools: Vec<PoolId> = around.pools.iter().map(|(id, _)| *id).collect();
            let mut recipe = Vec::new();
            for _ in 0..if chance.percent(60) { 1 } else { chance.between(2, 3) } {
                if pools.is_empty() {
                    break;
                }
                let pool = pools.remove((chance.bits() % pools.len() as u64) as usize);
                let units = if chance.percent(75) { 1 } else { chance.between(2, 3) as u32 };
                recipe.push(Part { pool, units });
            }
            let mains: Vec<OfferId> = self.mains().collect();
            let is_add_on = number > 0 && chance.percent(25) && !mains.is_empty();
            let slots = if chance.percent(20) { around.earlier.to_vec() } else { Vec::new() };
            let spec = OfferSpec {
                slot: self.id,
                slots,
                key: format!("ware-{number}"),
                title: "Ware".into(),
                about: String::new(),
                image: String::new(),
                recipe,
                ladder: self.draw_ladder(chance),
                kind: if is_add_on { OfferKind::AddOn(mains) } else { OfferKind::Main },
                units_max: chance.between(2, 8) as u32,
            };
            self.offers.push((OfferId(ids.next()), spec));
        }
    }

    fn mains(&self) -> impl Iterator<Item = OfferId> + '_ {
        self.offers.iter().filter(|(_, spec)| spec.kind == OfferKind::Main).map(|(id, _)| *id)
    }

    /// A price that rises by time, by units taken, or by whichever comes first.
    fn draw_ladder(&self, chance: &mut Chance) -> Vec<Step> {
        let base = if chance.percent(12) { 0 } else { chance.between(5, 60) as i64 * 100 };
        let first = Step { title: "first".into(), price: money(base), from: None, after_units: None };
        let mut ladder = vec![first];
        let (mut seconds, mut units) = (-(chance.between(1, 96) as i64) * 3_600, 0);
        for number in 0..chance.between(0, 3) {
            seconds += chance.between(600, 40_000) as i64;
            units += chance.between(1, 12) as u32;
            let by = chance.between(0, 2);
            ladder.push(Step {
                title: format!("step {number}"),
                price: money(base + (number as i64 + 1) * 250),
                from: (by != 1).then(|| when(&self.spec.times, Anchor::start(seconds))),
                after_units: (by != 0).then_some(units),
            });
        }
        ladder
    }

    fn draw_blocks(&mut self, chance: &mut Chance, ids: &mut Ids) {
        let count = if chance.percent(45) { 0 } else { chance.between(1, 2) };
        for number in 0..count {
            let kind = match chance.between(0, 3) {
                0 => FulfilmentKind::Delivery,
                1 => FulfilmentKind::Digital,
                _ => FulfilmentKind::Pickup,
            };
            let times = &self.spec.times;
            let mut boxes = Vec::new();
            // Some are fetched while others still buy, and are over for those.
            let early = chance.percent(40).then(|| -(chance.between(1, 60) as i64) * 3_600);
            let edge = |seconds| early.map_or(Anchor::end(seconds), |early| Anchor::start(early + seconds));
            if kind == FulfilmentKind::Pickup {
                for place in 0..chance.between(1, 4) as i64 {
                    boxes.push(TimeBox {
                        from: when(times, edge(place * 1_800)),
                        until: when(times, edge((place + 1) * 1_800)),
                        pool: PoolId(ids.next()),
                        places: chance.between(1, 20) as u32,
                    });
                }
            }
            let spec = FulfilmentSpec {
                slot: self.id,
                key: format!("way-{number}"),
                title: "Way".into(),
                kind,
                place: "Yard".into(),
                opens: when(times, edge(-(number as i64))),
                closes: when(times, Anchor::end(10_000)),
                boxes,
            };
            self.blocks.push((FulfilmentId(ids.next()), spec));
        }
    }

    /// Code holders first, then a list, then everyone, each after the other or overlapping a little.
    fn draw_windows(&mut self, chance: &mut Chance, fresh: &mut Ids, around: &Around<'_>) {
        let mut opens = -(chance.between(1, 120) as i64) * 3_600;
        let mut audiences = vec![Audience::Public];
        if chance.percent(35) {
            audiences.insert(0, Audience::List(around.list));
        }
        if chance.percent(65) {
            let group = GROUPS[(chance.bits() % 2) as usize];
            audiences.insert(0, Audience::Code(group.into()));
        }
        if chance.percent(20) {
            audiences.push(Audience::Public);
        }
        let last = audiences.len() - 1;
        let ids: Vec<WindowId> = audiences.iter().map(|_| WindowId(fresh.next())).collect();
        let pools: Vec<PoolId> = around.pools.iter().map(|(id, _)| *id).collect();
        for (place, audience) in audiences.into_iter().enumerate() {
            let closes = opens + chance.between(600, 100_000) as i64;
            let ends = if place == last && chance.percent(50) {
                let length = self.spec.times.end.since(self.spec.times.start).0 / 1_000;
                Anchor::end(if closes < length { 0 } else { closes - length })
            } else {
                Anchor::start(closes)
            };
            let next = ids.get(place + 1).copied();
            let spec = WindowSpec {
                slot: self.id,
                key: format!("window-{place}"),
                title: "Window".into(),
                audience,
                opens: when(&self.spec.times, Anchor::start(opens)),
                closes: when(&self.spec.times, ends),
                offers: self.draw_sold(chance),
                allotments: Vec::new(),
                unsold: draw_unsold(chance, next),
                drip: chance.percent(20).then(|| Drip {
                    units: chance.between(1, 8) as u32,
                    every: Span::seconds(chance.between(300, 20_000) as i64),
                }),
                lobby: lobby_of(opens),
                hold: draw_hold(chance),
                turn: draw_turn(chance),
            };
            self.windows.push((ids[place], spec));
            let overlap = if chance.percent(15) { -(chance.between(1, 300) as i64) } else { 0 };
            opens = (closes + overlap.max(if place == last { 0 } else { -300 })).max(opens + 1);
            if matches!(self.windows[place].1.audience, Audience::Public) {
                opens = opens.max(at_seconds(&self.spec.times, ends));
            }
        }
        self.lend(chance, fresh, &pools);
    }

    /// Mostly all offers, else some of them.
    fn draw_sold(&self, chance: &mut Chance) -> Vec<OfferId> {
        if chance.percent(75) {
            return Vec::new();
        }
        self.offers.iter().map(|(id, _)| *id).filter(|_| chance.percent(70)).collect()
    }

    fn lend(&mut self, chance: &mut Chance, ids: &mut Ids, pools: &[PoolId]) {
        let count = self.windows.len();
        for (place, (_, spec)) in self.windows.iter_mut().enumerate() {
            // Early windows are lent something more often than the one for everyone.
            let often = if place + 1 < count { 60 } else { 20 };
            for pool in pools {
                if !chance.percent(often / 2) {
                    continue;
                }
                let lent = PoolId(ids.next());
                let units = chance.between(0, 5) as u32;
                spec.allotments.push(Allotment { pool: *pool, units, lent });
            }
        }
    }
}

/// Seconds after the slot's start at which an anchor is.
fn at_seconds(times: &SlotTimes, anchor: Anchor) -> i64 {
    at(times, anchor).since(times.start).0 / 1_000
}

pub fn draw_unsold(chance: &mut Chance, next: Option<WindowId>) -> Unsold {
    match (chance.between(0, 9), next) {
        (0..5, Some(next)) => Unsold::Roll(next),
        (0..2, None) | (5..7, _) => Unsold::Stay,
        _ => Unsold::Return,
    }
}

pub fn draw_hold(chance: &mut Chance) -> HoldTerms {
    let at = match chance.between(0, 9) {
        0..7 => HoldAt::Cart,
        7 => HoldAt::Checkout,
        _ => HoldAt::Payment,
    };
    HoldTerms {
        at,
        span: Span::seconds(chance.between(60, 1_200) as i64),
        extensions: chance.between(0, 2) as u8,
        buyer_limit: chance.percent(50).then(|| chance.between(2, 6) as u32),
    }
}

/// Some windows have a lobby. Which ones follows from their opening, so that lives without one are as they were.
fn lobby_of(opens: i64) -> Option<LobbyTerms> {
    (opens.rem_euclid(9) == 4).then(|| LobbyTerms {
        ahead: Span::minutes(opens.rem_euclid(40)),
        per_minute: 10 + opens.rem_euclid(97) as u32,
        span: Span::seconds(30 + opens.rem_euclid(200)),
    })
}

pub fn draw_turn(chance: &mut Chance) -> TurnTerms {
    let fairness = match chance.between(0, 5) {
        0..3 => Fairness::FirstCome,
        3..5 => Fairness::Lottery,
        _ => Fairness::Announce,
    };
    TurnTerms { fairness, span: Span::seconds(chance.between(60, 1_800) as i64) }
}
