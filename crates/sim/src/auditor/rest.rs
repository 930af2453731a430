//! What must hold at rest, added up anew from holds, orders and waiters; and at the end of a life.

use std::collections::BTreeMap;

use dayshelf_core::books::Books;
use dayshelf_core::hold::HoldState;
use dayshelf_core::ids::PoolId;
use dayshelf_core::order::{LineState, Order};
use dayshelf_core::pool::{Balance, Draw, PoolRole};
use dayshelf_core::text::BuyerKey;
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::EntryState;

use super::holds::draws_of;
use super::money::next_step;
use super::passes::passes_are_sound;
use super::{Auditor, Claim};

type Verdict = Result<(), String>;

impl Auditor {
    /// Every unit is somebody's, every claim stands for a hold or an order, money adds up.
    ///
    /// # Errors
    /// What does not.
    pub fn at_rest(&self) -> Verdict {
        self.units_are_owned()?;
        self.claims_stand()?;
        passes_are_sound(self.orders.values())?;
        self.orders.values().try_for_each(money_adds_up)
    }

    fn units_are_owned(&self) -> Verdict {
        let mut owned: BTreeMap<PoolId, Balance> = BTreeMap::new();
        let mut add = |draws: &[Draw], account: fn(&mut Balance) -> &mut u32| {
            for draw in draws {
                *account(owned.entry(draw.pool).or_default()) += draw.units;
            }
        };
        for hold in self.holds.values().filter(|hold| hold.taken) {
            add(&draws_of(hold), |has| &mut has.held);
        }
        for entry in &self.line {
            if let EntryState::Waiting { draws, .. } = &entry.state {
                add(draws, |has| &mut has.held);
            }
        }
        for order in self.orders.values() {
            add(&order.places, |has| &mut has.sold);
            for line in &order.lines {
                match line.state {
                    LineState::Confirmed => add(&line.draws, |has| &mut has.sold),
                    LineState::Handed => add(&line.draws, |has| &mut has.handed),
                    LineState::Cancelled if line.draws.is_empty() => {}
                    LineState::Cancelled => return Err(format!("{} keeps what it gave back", order.id)),
                }
            }
        }
        for pool in self.pools.values() {
            if let PoolRole::Allotment { from, .. } = pool.role {
                owned.entry(from).or_default().lent += pool.has.supplied;
            }
        }
        for (id, pool) in &self.pools {
            let owned = owned.get(id).copied().unwrap_or_default();
            let has = (pool.has.held, pool.has.sold, pool.has.handed, pool.has.lent);
            if has != (owned.held, owned.sold, owned.handed, owned.lent) {
                return Err(format!("{id} has {:?}; owned are {owned:?}", pool.has));
            }
        }
        Ok(())
    }

    fn claims_stand(&self) -> Verdict {
        let mut claims: Vec<Claim> = Vec::new();
        for hold in self.holds.values().filter(|hold| hold.taken) {
            let buyer = hold.contact.as_ref().map(|contact| contact.key.0);
            claims.extend(hold.lines.iter().enumerate().map(|(line, wanted)| Claim {
                hold: hold.id,
                line,
                window: hold.window,
                offer: wanted.offer,
                buyer,
                units: wanted.quantity,
            }));
        }
        for order in self.orders.values() {
            let lines = order.lines.iter().enumerate();
            let standing = lines.filter(|(_, line)| line.state != LineState::Cancelled);
            claims.extend(standing.map(|(line, bought)| Claim {
                hold: order.hold,
                line,
                window: order.window,
                offer: bought.offer,
                buyer: Some(order.buyer.contact.key.0),
                units: bought.quantity,
            }));
        }
        let mut kept: Vec<Claim> = self.claims.values().flatten().copied().collect();
        let key = |claim: &Claim| (claim.hold, claim.line);
        claims.sort_by_key(key);
        kept.sort_by_key(key);
        if claims == kept { Ok(()) } else { Err("claims do not stand for holds and orders".into()) }
    }

    /// The books say the same as the auditor's maps.
    ///
    /// # Errors
    /// What they say otherwise.
    pub fn same_books(&self, books: &Books) -> Verdict {
        let pools = books.pools.iter().map(|(id, pool)| (*id, pool.balance));
        agree("pools", pools, self.pools.iter().map(|(id, pool)| (*id, pool.has)))?;
        agree("holds", books.holds.iter().map(|(id, hold)| (id, &**hold)), self.holds.iter())?;
        agree("orders", books.orders.iter(), self.orders.iter())?;
        let lines = books.entries.iter().map(|(id, entry)| (*id, entry.clone()));
        let mine: BTreeMap<_, _> = self.line.iter().map(|entry| (entry.id, entry.clone())).collect();
        agree("waiters", lines, mine.into_iter())?;
        let taken = books.offers.iter().map(|(id, offer)| (*id, offer.taken));
        let claimed = self.offers.iter().map(|(id, spec)| {
            let claims = self.claims_of(spec.slot).iter().filter(|claim| claim.offer == *id);
            (*id, claims.map(|claim| claim.units).sum::<u32>())
        });
        agree("taken of offers", taken, claimed)?;
        let taken = books.windows.iter().map(|(id, window)| (*id, window.taken));
        let claimed = self.windows.iter().map(|(id, frame)| {
            let claims = self.claims_of(frame.spec.slot).iter().filter(|claim| claim.window == *id);
            (*id, claims.map(|claim| claim.units).sum::<u32>())
        });
        agree("taken of windows", taken, claimed)?;
        let mut tallies: BTreeMap<_, u32> = BTreeMap::new();
        for (id, frame) in self.windows.iter().filter(|(_, frame)| frame.spec.hold.buyer_limit.is_some()) {
            for claim in self.claims_of(frame.spec.slot).iter().filter(|claim| claim.window == *id) {
                if let Some(buyer) = claim.buyer {
                    *tallies.entry((*id, BuyerKey(buyer))).or_default() += claim.units;
                }
            }
        }
        let theirs = books.tallies.iter().map(|(key, units)| (*key, *units));
        agree("what buyers have", theirs, tallies.into_iter())
    }

    /// At the end of a life, after a time without faults: nothing that should have ended is left.
    ///
    /// # Errors
    /// What is left.
    pub fn at_the_end(&self, now: Instant) -> Verdict {
        if let Some(hold) = self.holds.values().find(|hold| hold.state == HoldState::Confirming) {
            return Err(format!("{} is confirming for ever", hold.id));
        }
        if let Some(hold) = self.holds.values().find(|hold| hold.due <= now) {
            return Err(format!("{} lives on past its end", hold.id));
        }
        if let Some(order) = self.orders.values().find(|order| next_step(order).is_some()) {
            return Err(format!("money of {} is open: {:?}", order.id, order.payment));
        }
        Ok(())
    }
}

/// Captured and voided is at most what was promised, given back at most what was captured.
fn money_adds_up(order: &Order) -> Verdict {
    let money = &order.payment;
    let parts = [money.captured, money.voided, money.refunded];
    let sound = parts.iter().all(|part| *part >= 0)
        && money.captured + money.voided <= money.authorised
        && money.refunded <= money.captured;
    if sound { Ok(()) } else { Err(format!("money of {} does not add up: {money:?}", order.id)) }
}

fn agree<K: std::fmt::Debug + PartialEq, V: std::fmt::Debug + PartialEq>(
    what: &str,
    theirs: impl Iterator<Item = (K, V)>,
    mine: impl Iterator<Item = (K, V)>,
) -> Verdict {
    let (mut theirs, mut mine) = (theirs, mine);
    loop {
        match (theirs.next(), mine.next()) {
            (None, None) => return Ok(()),
            (one, other) if one == other => {}
            (one, other) => return Err(format!("{what}: the books say {one:?}, the auditor {other:?}")),
        }
    }
}
