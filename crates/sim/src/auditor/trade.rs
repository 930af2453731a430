//! What orders, waiters and stock do to the auditor's counters.

use dayshelf_core::command::Movement;
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::Hold;
use dayshelf_core::ids::{EntryId, HoldId};
use dayshelf_core::order::Order;
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::Entry;

use super::{Auditor, Line, Sale, State, Verdict, Waiter, add, differ, sub};

/// How often an entry that is too big may be passed over.
const PASSES: u32 = 3;

impl Auditor {
    pub(super) fn hear_trade(&mut self, now: Instant, fact: &Fact) -> Verdict {
        match fact {
            Fact::OrderConfirmed { order, late: false, .. } => self.bought(order),
            Fact::OrderConfirmed { order, late: true, .. } => self.bought_late(now, order),
            Fact::LatePaymentUnfilled { order } => self.unfilled(now, order.hold),
            Fact::OrderCancelled { order, lines, .. } => {
                let sale = self.sales.get_mut(&order.id).ok_or("there is no such order")?;
                let (vip, buyer) = (sale.vip, sale.buyer);
                for place in lines {
                    let sale = self.sales.get_mut(&order.id).ok_or("there is no such order")?;
                    let line = sale.lines.get_mut(usize::from(*place)).filter(|line| line.stands);
                    let line = line.ok_or("given back twice")?;
                    line.stands = false;
                    let line = *line;
                    sub(&mut self.mine.sold, line.units)?;
                    self.free_again(line.units);
                    self.taken[line.ware] -= line.quantity;
                    self.tally(vip, Some(buyer), line.quantity, false)?;
                }
                Ok(())
            }
            Fact::OrderHanded { order, line, .. } => {
                let sale = self.sales.get_mut(&order.id).ok_or("there is no such order")?;
                let line = sale.lines.get_mut(usize::from(*line)).filter(|line| line.stands);
                let line = line.ok_or("handed over twice")?;
                line.stands = false;
                let units = line.units;
                sub(&mut self.mine.sold, units)?;
                add(&mut self.mine.handed, units);
                Ok(())
            }
            Fact::StockMoved { movement, units, .. } => self.stock(*movement, *units),
            _ => self.hear_line(now, fact),
        }
    }

    fn hear_line(&mut self, now: Instant, fact: &Fact) -> Verdict {
        match fact {
            Fact::EntryJoined(entry) => self.joined(entry),
            Fact::EntryPassed(entry) => {
                let waiter = self.waiter(*entry)?;
                waiter.passed += 1;
                if waiter.passed <= PASSES { Ok(()) } else { differ("passed over too often") }
            }
            Fact::EntryGathered { entry, quantity, draws, .. } => {
                let units = self.of_draws(draws)?;
                let waiter = self.waiter(*entry)?;
                if waiter.passed < PASSES && waiter.gathered == 0 {
                    return differ("not passed over often enough");
                }
                waiter.gathered += quantity;
                add(&mut waiter.units, units);
                self.take_free(units)?;
                add(&mut self.mine.held, units);
                Ok(())
            }
            Fact::TurnGiven { entry, hold, .. } => self.turn(now, *entry, hold),
            Fact::EntryRequeued { entry, .. } => {
                let place = self.line.iter().position(|waiter| waiter.id == *entry);
                let mut waiter = self.line.remove(place.ok_or("nobody waits")?);
                if waiter.turn.is_none() || waiter.requeued {
                    return differ("requeued without a first turn");
                }
                (waiter.turn, waiter.requeued, waiter.passed) = (None, true, 0);
                self.line.push(waiter);
                Ok(())
            }
            Fact::EntryLeft { entry, .. } => {
                let place = self.line.iter().position(|waiter| waiter.id == *entry);
                let waiter = self.line.remove(place.ok_or("nobody waits")?);
                sub(&mut self.mine.held, waiter.units)?;
                self.free_again(waiter.units);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn waiter(&mut self, entry: EntryId) -> Result<&mut Waiter, String> {
        self.line.iter_mut().find(|waiter| waiter.id == entry).ok_or_else(|| "nobody waits".into())
    }

    fn joined(&mut self, entry: &Entry) -> Verdict {
        let waiter = Waiter {
            id: entry.id,
            ware: self.ware(entry.offer)?,
            quantity: entry.quantity,
            buyer: entry.contact.key.0,
            coded: entry.code.is_some(),
            passed: 0,
            gathered: 0,
            units: [0; 3],
            turn: None,
            requeued: false,
        };
        self.line.push(waiter);
        Ok(())
    }

    /// A turn is the first one's in line who fits.
    fn turn(&mut self, now: Instant, entry: EntryId, hold: &Hold) -> Verdict {
        let vip = self.is_vip(hold.window);
        let place = self.line.iter().position(|waiter| waiter.id == entry).ok_or("nobody waits")?;
        if let Some(first) = self.line[..place].iter().find(|waiter| self.fits(vip, waiter)) {
            return differ(format!("{} was before", first.id));
        }
        if !self.fits(vip, &self.line[place]) {
            return differ("it does not fit");
        }
        let due = now.plus(self.scene.turn).min(self.frame(vip).closes);
        if hold.due != due {
            return differ("the turn has another due time");
        }
        self.made(now, hold)?;
        let waiter = self.waiter(entry)?;
        waiter.turn = Some(hold.id);
        let (ware, rest) = (waiter.ware, waiter.quantity - waiter.gathered);
        let gathered = std::mem::take(&mut waiter.units);
        waiter.gathered = 0;
        let fresh = self.units_of(vip, ware, rest);
        self.take_free(fresh)?;
        add(&mut self.mine.held, fresh);
        let line = self.live(hold.id)?.lines.first_mut().ok_or("a turn for nothing")?;
        line.units = fresh;
        add(&mut line.units, gathered);
        Ok(())
    }

    fn bought(&mut self, order: &Order) -> Verdict {
        let buyer = order.buyer.contact.key.0;
        self.pass_to(order.hold, buyer)?;
        let claim = self.live(order.hold)?;
        claim.state = State::Ended;
        claim.payment = None;
        let (vip, lines) = (claim.vip, claim.lines.clone());
        for line in &lines {
            sub(&mut self.mine.held, line.units)?;
            add(&mut self.mine.sold, line.units);
        }
        self.sell(order, vip, lines)
    }

    /// A payment after its hold's end: the units are drawn anew, within the limit, at the old price.
    fn bought_late(&mut self, now: Instant, order: &Order) -> Verdict {
        let (vip, lines) = self.late_lines(now, order.hold)?;
        for line in &lines {
            self.take_free(line.units)?;
            add(&mut self.mine.sold, line.units);
            self.taken[line.ware] += line.quantity;
        }
        let units = lines.iter().map(|line| line.quantity).sum();
        self.tally(vip, Some(order.buyer.contact.key.0), units, true)?;
        self.sell(order, vip, lines)
    }

    /// The lines of a lapsed hold from where they would be drawn now, and its payment ends.
    fn late_lines(&mut self, now: Instant, hold: HoldId) -> Result<(bool, Vec<Line>), String> {
        let claim = self.claims.get_mut(&hold).filter(|claim| claim.state == State::Ended);
        let claim = claim.ok_or("its hold has not ended")?;
        claim.payment.take().ok_or("its hold awaits no payment")?;
        let (vip, mut lines) = (claim.vip, claim.lines.clone());
        let drawn = vip && self.scene.vip.opens <= now && now < self.scene.vip.closes;
        for line in &mut lines {
            line.units = self.units_of(drawn, line.ware, line.quantity);
        }
        Ok((vip, lines))
    }

    fn unfilled(&mut self, now: Instant, hold: HoldId) -> Verdict {
        let buyer = self.claims.get(&hold).and_then(|claim| claim.payment).map(|(_, buyer)| buyer);
        let (vip, lines) = self.late_lines(now, hold)?;
        let mut there = self.mine.free;
        let fits = lines.iter().all(|line| sub(&mut there, line.units).is_ok());
        let units: u32 = lines.iter().map(|line| line.quantity).sum();
        let within = buyer.is_none_or(|buyer| self.left_to(vip, buyer) >= units);
        if fits && within && now < self.scene.end { differ("there were units for it") } else { Ok(()) }
    }

    fn sell(&mut self, order: &Order, vip: bool, lines: Vec<Line>) -> Verdict {
        let same = order.lines.len() == lines.len()
            && order.lines.iter().zip(&lines).all(|(ordered, line)| {
                ordered.quantity == line.quantity && ordered.unit_price.amount == line.price
            });
        let buyer = order.buyer.contact.key.0;
        match self.sales.insert(order.id, Sale { vip, buyer, lines }) {
            None if same => Ok(()),
            None => differ("other lines than its hold's"),
            Some(_) => differ("ordered twice"),
        }
    }

    fn stock(&mut self, movement: Movement, units: u32) -> Verdict {
        match movement {
            Movement::Add => self.mine.free[0] += units,
            Movement::Lose => {
                self.take_free([units, 0, 0])?;
                self.mine.lost[0] += units;
            }
            Movement::Find => {
                sub(&mut self.mine.lost, [units, 0, 0])?;
                self.mine.free[0] += units;
            }
            Movement::Remove | Movement::Transfer(_) => return differ("nobody asked for it"),
        }
        Ok(())
    }
}
