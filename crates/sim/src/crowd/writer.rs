//! What the organiser rewrites: windows, offers, pools, fulfilments, and who may do what. Mostly something that
//! can be, sometimes not.

use dayshelf_core::access::{Code, CustomersChange, List};
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::{CodeId, EndpointId, FulfilmentId, Id, KeyId, ListId, OfferId, PoolId, WindowId};
use dayshelf_core::nights::Nights;
use dayshelf_core::organiser::{ApiKey, Endpoint, EndpointState, Scope};
use dayshelf_core::pool::PoolSpec;
use dayshelf_core::slot::TimeBox;
use dayshelf_core::text::{BuyerKey, Secret};
use dayshelf_core::time::{Anchor, Instant, LocalDay, Span, When};
use dayshelf_core::window::{Allotment, Drip, WindowSpec};

use super::Crowd;
use crate::auditor::{Auditor, is_inside};
use crate::scene::{DAWN, GROUPS, slot};

/// A list as it is written: whole; or, where only who is on it is another and nobody's work is in the way, by who comes
/// and who goes.
fn written(known: &Auditor, expected: Expect, list: List) -> Command {
    let old = known.lists.get(&list.id).filter(|old| old.key == list.key && expected != Expect::New);
    let Some(old) = old else { return Command::PutList { expected, list: Box::new(list) } };
    let (add, remove) = (&list.customers - &old.customers, &old.customers - &list.customers);
    let change = Box::new(CustomersChange { add, remove });
    match expected {
        // Half of them, by what they hold, so that no draw of chance is needed.
        _ if list.customers.len().is_multiple_of(2) => Command::PutList { expected, list: Box::new(list) },
        // A list that nobody has is as little changed as one that was seen too long ago.
        Expect::Version(seen) if seen != old.version => {
            let id = Id::mint(list.id.0.made_at_ms() + 1, list.id.home(), list.id.0.salt());
            Command::ChangeCustomers { list: ListId(id), change }
        }
        _ => Command::ChangeCustomers { list: list.id, change },
    }
}

impl Crowd {
    fn version(&mut self, known: &Auditor, slot: dayshelf_core::ids::SlotId) -> Expect {
        let version = known.slots.get(&slot).map_or(1, |slot| slot.version);
        self.expects(version)
    }

    pub(super) fn edits_window(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        let open: Vec<_> = known.windows.iter().filter(|(_, frame)| is_inside(&frame.spec, now)).collect();
        let open = self.chance.pick(open.into_iter()).filter(|_| self.chance.percent(60));
        let (id, frame) = open.or_else(|| self.chance.pick(known.windows.iter()))?;
        let (mut id, mut spec) = (*id, frame.spec.clone());
        let mut expected = self.version(known, spec.slot);
        if self.chance.percent(12) {
            let mut extra = known.windows.iter().filter(|(_, frame)| frame.spec.key.starts_with("extra"));
            let extra = extra.next().map(|(id, _)| *id).filter(|_| self.chance.percent(70));
            return Some(Command::RemoveWindow { id: extra.unwrap_or(id), expected: Expect::Any });
        }
        let times = known.slots.get(&spec.slot).map(|slot| slot.spec.times.clone())?;
        match self.chance.between(0, 14) {
            0 | 1 => {
                let seconds = spec.closes.at.since(times.start).0 / 1_000
                    + self.chance.between(0, 7_200) as i64
                    - 3_600;
                spec.closes = slot::when(&times, Anchor::start(seconds));
            }
            2 => {
                let seconds = now.since(times.start).0 / 1_000 + self.chance.between(0, 300) as i64;
                spec.closes = slot::when(&times, Anchor::start(seconds));
            }
            3 => {
                let limit = self.chance.percent(70).then(|| self.chance.between(1, 7) as u32);
                spec.hold.buyer_limit = limit;
            }
            4 | 5 => self.relends(known, &mut spec),
            6 => {
                spec.drip = spec.drip.map(|drip| Drip { units: drip.units + 1, ..drip });
            }
            7 => spec.turn = slot::draw_turn(&mut self.chance),
            8 => spec.hold.span = Span::seconds(self.chance.between(0, 900) as i64),
            9 => spec.hold.extensions = self.chance.between(0, 3) as u8,
            10 => {
                let next = known.windows_of(spec.slot).map(|(id, _)| id).filter(|other| *other != id).last();
                spec.unsold = slot::draw_unsold(&mut self.chance, next);
            }
            _ => {
                // A window of its own, for a list, next to the others.
                id = WindowId(self.ids.next());
                expected = Expect::New;
                spec.key = format!("extra-{}", self.chance.between(0, 20));
                spec.allotments.truncate(1);
                for lent in &mut spec.allotments {
                    *lent = Allotment {
                        units: u32::from(self.chance.percent(25)),
                        lent: PoolId(self.ids.next()),
                        ..*lent
                    };
                }
                spec.unsold = dayshelf_core::window::Unsold::Return;
                if self.chance.percent(75) {
                    // And on second thoughts not.
                    let at = self.after(now, (1, 120));
                    self.say(at, Command::RemoveWindow { id, expected: Expect::Any });
                }
                let groups = ["extra", "vip", "crew"];
                let group = groups[(self.chance.bits() % 3) as usize];
                spec.audience = dayshelf_core::window::Audience::Code(group.into());
            }
        }
        if self.chance.percent(3) {
            spec.key = "Not A Slug".into();
        }
        Some(Command::PutWindow { id, expected, spec: Box::new(spec) })
    }

    /// Lends a window more, less, or of another pool.
    fn relends(&mut self, known: &Auditor, spec: &mut WindowSpec) {
        match spec.allotments.first_mut() {
            Some(lent) if self.chance.percent(30) => {
                // All that may be lent, or a little more than that.
                lent.units += known.sellable(lent.pool) + self.chance.between(0, 2) as u32;
            }
            Some(lent) if self.chance.percent(70) => lent.units = self.chance.between(0, 8) as u32,
            Some(_) if self.chance.percent(40) => drop(spec.allotments.pop()),
            _ => {
                let Some(pool) = self.some_stock(known) else { return };
                let units = self.chance.between(1, 4) as u32;
                spec.allotments.push(Allotment { pool, units, lent: PoolId(self.ids.next()) });
            }
        }
    }

    pub(super) fn edits_offer(&mut self, known: &Auditor) -> Option<Command> {
        let (id, spec) = self.chance.pick(known.offers.iter())?;
        let (mut id, mut spec) = (*id, spec.clone());
        let mut expected = self.version(known, spec.slot);
        match self.chance.between(0, 9) {
            0 => return Some(Command::RemoveOffer { id, expected }),
            1..4 => spec.ladder.iter_mut().for_each(|step| step.price.amount += 100),
            4 => spec.units_max = self.chance.between(0, 6) as u32,
            5 => drop(spec.ladder.pop()),
            6 | 7 => {
                id = OfferId(self.ids.next());
                expected = Expect::New;
                spec.key = format!("late-{}", self.chance.between(0, 20));
            }
            8 => {
                for step in &mut spec.ladder {
                    step.after_units = step.after_units.map(|units| units + 1);
                }
            }
            _ => {
                if let (Some(part), Some(pool)) = (spec.recipe.first_mut(), self.some_stock(known)) {
                    part.pool = pool;
                }
            }
        }
        Some(Command::PutOffer { id, expected, spec: Box::new(spec) })
    }

    pub(super) fn edits_pool(&mut self, known: &Auditor) -> Option<Command> {
        let id = self.some_stock(known)?;
        let pool = known.pools.get(&id)?;
        let expected = self.expects(pool.version);
        let mut spec = pool.spec.clone();
        match self.chance.between(0, 9) {
            0 | 1 => {
                let mut spare = known.pools.iter().filter(|(_, pool)| pool.spec.key.starts_with("spare"));
                let spare = spare.next().map(|(id, _)| *id).filter(|_| self.chance.percent(70));
                return Some(Command::RemovePool(spare.unwrap_or(id)));
            }
            2..5 => spec.units = spec.units.saturating_sub(self.chance.between(1, 4) as u32),
            5 | 6 => spec.units += self.chance.between(1, 4) as u32,
            7 if spec.nights.is_some() => spec.nights = None,
            7 if self.chance.percent(40) => spec.nights = self.some_nights(known),
            7 => spec.buffer = self.chance.between(0, 3) as u32,
            8 => {
                let lender = self.some_stock(known)?;
                if !spec.borrows.contains(&lender) {
                    spec.borrows.push(lender);
                }
            }
            _ => {
                let key = format!("spare-{}", self.chance.between(0, 9));
                let units = self.chance.between(0, 3) as u32;
                // Some are a partner's, for given nights.
                let nights = if units > 1 { self.some_nights(known) } else { None };
                let (title, borrows) = (key.clone(), Vec::new());
                // A channel is a word or two, and not more.
                let letters = if self.chance.percent(10) { 61 } else { 60 };
                let (place, channel) = ("Cellar".into(), "x".repeat(letters));
                let spec = PoolSpec { key, title, units, buffer: 0, borrows, nights, place, channel };
                return Some(Command::PutPool {
                    id: PoolId(self.ids.next()),
                    expected: Expect::New,
                    spec: Box::new(spec),
                });
            }
        }
        Some(Command::PutPool { id, expected, spec: Box::new(spec) })
    }

    /// A night or two at a partner's about the days of some slot, on them or beside them.
    fn some_nights(&mut self, known: &Auditor) -> Option<Nights> {
        let slot = self.chance.pick(known.slots.values())?;
        let LocalDay(day) = slot.spec.times.start_local.day();
        let first = day + self.chance.between(0, 2) as i64 - 1;
        Some(Nights { first: LocalDay(first), last: LocalDay(first + self.chance.between(0, 1) as i64) })
    }

    pub(super) fn edits_block(&mut self, known: &Auditor) -> Option<Command> {
        let Some((id, spec)) = self.chance.pick(known.blocks.iter()) else {
            return self.new_block(known);
        };
        let (id, mut spec) = (*id, spec.clone());
        let expected = self.version(known, spec.slot);
        match self.chance.between(0, 7) {
            0 => return Some(Command::RemoveFulfilment { id, expected }),
            1 => return self.new_block(known),
            2 => drop(spec.boxes.pop()),
            3 => spec.title = "Another way".into(),
            // Elsewhere in time, or at another place.
            4 => {
                let later = Span::minutes(self.chance.between(0, 300) as i64 - 60);
                let whens = spec.boxes.iter_mut().flat_map(|place| [&mut place.from, &mut place.until]);
                for when in whens.chain([&mut spec.opens, &mut spec.closes]) {
                    when.anchor.seconds += later.0 / 1_000;
                    when.at = when.at.plus(later);
                }
            }
            5 => spec.place = ["", "gate", "stall"][(self.chance.bits() % 3) as usize].into(),
            _ => {
                let more = self.chance.between(0, 6) as u32;
                spec.boxes
                    .iter_mut()
                    .for_each(|place| place.places = (place.places + more).saturating_sub(3));
            }
        }
        Some(Command::PutFulfilment { id, expected, spec: Box::new(spec) })
    }

    fn new_block(&mut self, known: &Auditor) -> Option<Command> {
        let slot = self.some_slot(known)?.clone();
        let times = &slot.spec.times;
        let hung = self.chance.percent(40).then(|| self.hung_on(known, slot.id, 600)).flatten();
        let opens = hung.unwrap_or_else(|| slot::when(times, Anchor::end(0)));
        let later = |minutes: i64| When {
            anchor: Anchor { seconds: opens.anchor.seconds + minutes * 60, ..opens.anchor },
            at: opens.at.plus(Span::minutes(minutes)),
        };
        // Without a length, beyond the block, and as it should be.
        let from = later(-i64::from(self.chance.percent(5)));
        let until = later(self.chance.between(0, 3) as i64 * 10);
        let places = self.chance.between(0, 8) as u32;
        let time_box = TimeBox { from, until, pool: PoolId(self.ids.next()), places };
        let spec = dayshelf_core::slot::FulfilmentSpec {
            slot: slot.id,
            key: format!("late-{}", self.chance.between(0, 5)),
            title: "Late".into(),
            kind: dayshelf_core::slot::FulfilmentKind::Pickup,
            place: String::new(),
            opens,
            closes: later(120),
            boxes: vec![time_box],
        };
        let id = FulfilmentId(self.ids.next());
        Some(Command::PutFulfilment { id, expected: Expect::New, spec: Box::new(spec) })
    }

    /// Codes, lists, keys, endpoints, and what the organiser says about itself.
    pub(super) fn edits_access(&mut self, known: &Auditor) -> Command {
        match self.chance.between(0, 11) {
            0 | 1 => {
                let group = if self.chance.percent(8) {
                    "No Slug"
                } else {
                    GROUPS[(self.chance.bits() % 2) as usize]
                };
                let old = self.chance.pick(known.codes.values()).filter(|_| self.chance.percent(50));
                let digest = old.map(|code| code.digest).unwrap_or_else(|| self.ids.digest());
                let id = old.filter(|_| self.chance.percent(50)).map(|code| code.id);
                let id = id.unwrap_or_else(|| CodeId(self.ids.next()));
                let expires = self
                    .chance
                    .percent(30)
                    .then(|| DAWN.plus(Span::hours(self.chance.between(1, 700) as i64)));
                let version = known.codes.get(&id).map_or(0, |code| code.version);
                let expected = if version == 0 { Expect::New } else { self.expects(version) };
                let code = Code { id, group: group.into(), digest, expires, version };
                Command::PutCode { expected, code: Box::new(code) }
            }
            2 => {
                let code = self.chance.pick(known.codes.keys()).copied();
                Command::RemoveCode(code.unwrap_or_else(|| CodeId(self.ids.next())))
            }
            3..6 => self.edits_list(known),
            6 => {
                let list = self.chance.pick(known.lists.keys()).copied();
                Command::RemoveList(list.unwrap_or_else(|| ListId(self.ids.next())))
            }
            7 => {
                let name = if self.chance.percent(8) { String::new() } else { "till".into() };
                let key = ApiKey {
                    id: KeyId(self.ids.next()),
                    name,
                    secret: self.ids.digest(),
                    scope: Scope::Sell,
                    expires: None,
                    made_at: DAWN,
                };
                Command::IssueKey(Box::new(key))
            }
            8 => {
                let key = self.chance.pick(known.keys.iter()).copied();
                Command::RevokeKey(key.unwrap_or_else(|| KeyId(self.ids.next())))
            }
            9 => self.edits_endpoint(known),
            10 => {
                let hook = self.chance.pick(known.endpoints.keys()).copied();
                Command::RemoveEndpoint(hook.unwrap_or_else(|| EndpointId(self.ids.next())))
            }
            _ => {
                let mut spec = known.organiser.spec.clone();
                match self.chance.between(0, 5) {
                    4 => spec.at_pickup = !spec.at_pickup,
                    0 => spec.slug = "other".into(),
                    1 => spec.name = String::new(),
                    2 => spec.currency = dayshelf_core::money::Currency(*b"CHF"),
                    _ => spec.about = format!("Maker since {}", self.made),
                }
                let expected = self.expects(known.organiser.version);
                Command::ChangeOrganiser { expected, spec: Box::new(spec) }
            }
        }
    }

    fn edits_list(&mut self, known: &Auditor) -> Command {
        let old = self.chance.pick(known.lists.values()).cloned();
        let mut list = old.filter(|_| self.chance.percent(70)).unwrap_or_else(|| List {
            id: ListId(self.ids.next()),
            key: if self.chance.percent(20) { "friends".into() } else { format!("list-{}", self.made % 7) },
            customers: std::collections::BTreeSet::new(),
            version: 0,
        });
        for _ in 0..4 {
            list.customers.insert(BuyerKey(u128::from(self.chance.between(0, self.buyers - 1))));
        }
        if self.chance.percent(30) {
            list.customers.pop_first();
        }
        let expected = if list.version == 0 { Expect::New } else { self.expects(list.version) };
        written(known, expected, list)
    }

    fn edits_endpoint(&mut self, known: &Auditor) -> Command {
        let old = self.chance.pick(known.endpoints.iter()).map(|(id, known)| (*id, known.version));
        let old = old.filter(|_| self.chance.percent(40));
        let (id, version) = old.unwrap_or_else(|| (EndpointId(self.ids.next()), 0));
        let expected = if version == 0 { Expect::New } else { self.expects(version) };
        // Somewhere else each time, or else nothing would change.
        let elsewhere =
            if version.is_multiple_of(2) { "https://example.org/hook" } else { "https://example.org/bell" };
        let url = if self.chance.percent(8) { "" } else { elsewhere };
        let (secret, seed) = (Secret([1; 32]), Secret([2; 32]));
        let endpoint = Endpoint {
            id,
            url: url.into(),
            secret,
            seed,
            kinds: Vec::new(),
            state: EndpointState::On,
            version,
        };
        Command::PutEndpoint { expected, endpoint: Box::new(endpoint) }
    }
}
