//! Passes: taken for their goods once by whoever can be told no; what others took is written down as they tell it.
//!
//! What a pass gave is kept here from the answers alone, beside the prediction of them: see `goods_given`.

use dayshelf_core::command::{HandOver, Taken};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{OrderId, PassId};
use dayshelf_core::order::{LineState, Order, Redemption};
use dayshelf_core::pool::Account;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::slot::SlotState;
use dayshelf_core::time::{Instant, Span};

use super::{Answer, Auditor, No, unknown};

/// For so long a handover can be taken back.
const UNDO: Span = Span::minutes(15);
/// A stall's clock may be so far ahead; what it tells beyond is noted as of the telling.
const AHEAD: Span = Span::hours(1);
/// So many takers of one pass are written down.
const KEPT: usize = 64;

impl Auditor {
    pub(super) fn hand_over(&mut self, now: Instant, ask: &HandOver) -> Answer {
        let mut order = self.with_line(ask.order, ask.line)?;
        let bought = order.confirmed_at;
        let line = &mut order.lines[usize::from(ask.line)];
        let mut at = if let Taken::Before(at) = ask.taken { at } else { now };
        let is_ahead = at.since(now) > AHEAD;
        if is_ahead {
            at = now;
        }
        if at < bought {
            at = bought;
        }
        let one = Redemption { at, by: ask.by, stall: ask.stall.clone() };
        order.version += 1;
        if line.state == LineState::Confirmed {
            line.state = LineState::Handed;
            line.redeemed = vec![one];
            let draws = line.draws.clone();
            let moves = self.put_moves(&draws, (Account::Sold, Account::Handed));
            self.orders.insert(ask.order, order.clone());
            self.say(Fact::OrderHanded { order: Box::new(order), line: ask.line, moves });
            return Ok(());
        }
        if ask.taken == Taken::Now {
            return match line.redeemed.first() {
                Some(first) if line.state == LineState::Handed => {
                    Err(Refusal::AlreadyRedeemed(Box::new(first.clone())).into())
                }
                _ => Err(Refusal::OrderClosed.into()),
            };
        }
        let of_stall = |known: &Redemption| (known.by, &known.stall) == (one.by, &one.stall);
        let known = line.redeemed.contains(&one) || is_ahead && line.redeemed.iter().any(of_stall);
        if !known {
            if line.redeemed.len() == KEPT {
                return Err(No::Code("limit_reached"));
            }
            line.redeemed.push(one.clone());
            self.orders.insert(ask.order, order.clone());
            self.say(Fact::RedeemedAgain { order: Box::new(order), line: ask.line, again: Box::new(one) });
        }
        Ok(())
    }

    pub(super) fn undo_hand_over(&mut self, now: Instant, id: OrderId, place: u16) -> Answer {
        let mut order = self.with_line(id, place)?;
        let line = &mut order.lines[usize::from(place)];
        let lately = |one: &Redemption| one.at <= now && now.since(one.at) < UNDO;
        let alone = line.redeemed.len() == 1 && line.redeemed.iter().all(lately);
        if line.state != LineState::Handed || !alone {
            return Err(Refusal::NothingToUndo.into());
        }
        match self.slots.get(&order.slot).map(|slot| slot.state) {
            Some(SlotState::Draft) => return Err(Refusal::SlotNotPublished.into()),
            Some(SlotState::Cancelled | SlotState::Discarded) => return Err(Refusal::SlotCancelled.into()),
            Some(SlotState::Published) | None => {}
        }
        line.state = LineState::Confirmed;
        line.redeemed.clear();
        order.version += 1;
        let draws = line.draws.clone();
        let moves = self.put_moves(&draws, (Account::Handed, Account::Sold));
        self.orders.insert(id, order.clone());
        self.say(Fact::HandOverUndone { order: Box::new(order), line: place, moves });
        Ok(())
    }

    fn with_line(&self, id: OrderId, line: u16) -> Result<Order, No> {
        let order = self.orders.get(&id).ok_or(unknown(Noun::Order))?;
        let known = order.lines.get(usize::from(line));
        known.map(|_| order.clone()).ok_or(unknown(Noun::Line))
    }

    /// Notes for which passes goods were given, from what was answered: once, until it is taken back; and whoever
    /// took one besides is named.
    pub(super) fn goods_given(&mut self, told: &Fact) {
        let flaw = match told {
            Fact::OrderHanded { order, line, .. } => {
                let first = pass_of(order, *line).is_some_and(|pass| self.given.insert(pass));
                (!first).then_some("a pass is redeemed twice")
            }
            Fact::HandOverUndone { order, line, .. } => {
                let given = pass_of(order, *line).is_some_and(|pass| self.given.remove(&pass));
                (!given).then_some("a pass that was not redeemed is given back")
            }
            Fact::RedeemedAgain { order, line, again } => {
                let kept = order.lines.get(usize::from(*line)).map(|line| &line.redeemed);
                let named = kept.is_some_and(|kept| kept.contains(again));
                let given = pass_of(order, *line).is_some_and(|pass| self.given.contains(&pass));
                let both = kept.is_some_and(|kept| !given || kept.len() > 1);
                (!named || !both).then_some("of those who redeemed a pass, one is not named")
            }
            _ => None,
        };
        if let Some(flaw) = flaw {
            self.flaw = Some(format!("{flaw} (I11)"));
        }
    }
}

/// A pass proves one line; whoever took it is known where its goods are given, and nobody where they are not.
pub(super) fn passes_are_sound<'o>(orders: impl Iterator<Item = &'o Order>) -> Result<(), String> {
    let mut known = std::collections::BTreeSet::new();
    for order in orders {
        for line in &order.lines {
            let fits = match line.state {
                LineState::Confirmed => line.redeemed.is_empty(),
                LineState::Handed => !line.redeemed.is_empty(),
                LineState::Cancelled => true,
            };
            if !fits || !known.insert(line.pass) {
                return Err(format!("the pass {} of {} is not sound (I11)", line.pass, order.id));
            }
        }
    }
    Ok(())
}

fn pass_of(order: &Order, line: u16) -> Option<PassId> {
    order.lines.get(usize::from(line)).map(|line| line.pass)
}
