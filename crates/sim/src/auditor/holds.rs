//! Holds: made, checked out, extended, released, and how they end without an order.
//!
//! Whatever stands in the way of one is listed, and the first in the order of precedence is the answer; how a
//! hold gets its units is one act, for a cart and for a basket that comes to checkout. Orders are in `confirm`.

use std::collections::BTreeMap;

use dayshelf_core::command::{By, MakeHold, Want};
use dayshelf_core::fact::{Fact, HoldEnd};
use dayshelf_core::hold::{FulfilmentChoice, Hold, HoldState, Line};
use dayshelf_core::ids::{EntryId, HoldId, PoolId, WindowId};
use dayshelf_core::money::Money;
use dayshelf_core::pool::{Account, Draw, Move};
use dayshelf_core::refusal::{Ended, Noun, Refusal};
use dayshelf_core::text::Contact;
use dayshelf_core::time::{Instant, Span};
use dayshelf_core::window::{HoldAt, WindowSpec};

use super::shelf::{Basket, Demand};
use super::{Answer, Auditor, Claim, No, earliest, owner, unknown};

/// How long a basket without units is kept.
const BASKET: Span = Span::hours(24);

impl Auditor {
    pub(super) fn make_hold(&mut self, now: Instant, make: &MakeHold) -> Answer {
        self.named(make.slot, &make.wants, make.fulfilment)?;
        self.in_bounds(&make.wants)?;
        self.on_calendar(now, make.slot, &make.wants)?;
        self.offered(now, make.slot, &make.wants)?;
        let windows = self.admitted(now, make.slot, (make.code, key_of(make.contact.as_ref())))?;
        let tries: Vec<Result<Hold, No>> =
            windows.into_iter().map(|window| self.hold_in(now, make, window)).collect();
        // The first window that can serves; if none can, the first one says why.
        let best = tries.iter().position(Result::is_ok).unwrap_or(0);
        let hold = tries.into_iter().nth(best).unwrap_or(Err(No::Code("not_admitted")))?;
        let moves = self.hand_out(&hold);
        self.say(Fact::HoldMade { hold: Box::new(hold), moves });
        Ok(())
    }

    /// What becomes of a demand in one window: a basket, which has its units already where the cart gives them.
    fn hold_in(&self, now: Instant, make: &MakeHold, window: WindowId) -> Result<Hold, No> {
        let MakeHold { id, slot, ref wants, ref contact, fulfilment, number, secret, .. } = *make;
        let terms = self.terms(window)?;
        self.through_lobby(now, window, number)?;
        Self::all_sold(terms, wants)?;
        let units = wants.iter().map(|want| want.quantity).sum();
        let limit = self.within_limit(window, key_of(contact.as_ref()), units);
        let way = self.way(now, slot, fulfilment);
        let choice = way.clone().ok().flatten();
        let there = self.draw(now, &Demand::of(window, wants, choice, &BTreeMap::new()));
        earliest([limit.err(), way.err(), there.as_ref().err().cloned()])?;
        let basket = Hold {
            // Whose it is and for what.
            id,
            secret,
            contact: contact.clone(),
            slot,
            window,
            fulfilment: choice,
            lines: self.lines(now, wants, vec![Vec::new(); wants.len()]),
            // Nothing is taken, tried, or extended yet.
            state: HoldState::Basket,
            taken: false,
            places: Vec::new(),
            extended: 0,
            turn: None,
            number: number.filter(|_| terms.lobby.is_some()),
            attempt: None,
            made_at: now,
            due: now.plus(BASKET),
        };
        match terms.hold.at {
            HoldAt::Cart => Ok(with_units(&basket, there?, now.plus(terms.hold.span))),
            HoldAt::Checkout | HoldAt::Payment => Ok(basket),
        }
    }

    /// Lines with the price of now.
    pub(super) fn lines(&self, now: Instant, wants: &[Want], draws: Vec<Vec<Draw>>) -> Vec<Line> {
        let currency = self.organiser.spec.currency;
        let mut lines = Vec::new();
        for (&Want { offer, quantity }, draws) in wants.iter().zip(draws) {
            let priced = self.price(now, offer).map(|(_, price)| price);
            let unit_price = priced.unwrap_or(Money { currency, amount: 0 });
            lines.push(Line { draws, unit_price, quantity, offer });
        }
        lines
    }

    /// A hold is there from now on, with the units that it has.
    fn hand_out(&mut self, hold: &Hold) -> Vec<Move> {
        if hold.taken {
            self.claim(hold);
        }
        self.holds.insert(hold.id, hold.clone());
        self.put_moves(&draws_of(hold), (Account::Free, Account::Held))
    }

    /// Notes what a hold claims from now on.
    pub(super) fn claim(&mut self, hold: &Hold) {
        let claims = self.claims.entry(hold.slot).or_default();
        claims.extend(hold.lines.iter().enumerate().map(|(line, wanted)| Claim {
            hold: hold.id,
            line,
            window: hold.window,
            offer: wanted.offer,
            buyer: key_of(hold.contact.as_ref()),
            units: wanted.quantity,
        }));
    }

    /// The hold that somebody may act on: nothing in its state stands in the way.
    pub(super) fn acting(&self, id: HoldId, by: By) -> Result<Hold, No> {
        let known = [&self.holds, &self.ended].into_iter().find_map(|holds| holds.get(&id));
        let hold = known.ok_or(unknown(Noun::Hold))?;
        owner(by, hold.secret)?;
        earliest([bar(&hold.state).map(No::Exact)])?;
        Ok(hold.clone())
    }

    pub(super) fn terms(&self, window: WindowId) -> Result<&WindowSpec, No> {
        self.windows.get(&window).map(|frame| &frame.spec).ok_or(unknown(Noun::Window))
    }

    pub(super) fn check_out(&mut self, now: Instant, id: HoldId, by: By) -> Answer {
        let basket = self.acting(id, by)?;
        let terms = self.terms(basket.window)?;
        earliest([basket.taken.then_some(No::Exact(Refusal::HoldTaken))])?;
        // Where the first who pays gets it, the checkout only looks whether one still may.
        let only_looks = terms.hold.at == HoldAt::Payment;
        let drawn = self.drawn_for(now, &basket);
        let limit = self.within_limit(basket.window, key_of(basket.contact.as_ref()), units_of(&basket));
        let none = |no: Option<No>| no.filter(|_| !only_looks);
        earliest([
            self.unsold(now, &basket),
            shut(terms, now),
            none(limit.err()),
            self.way_over(now, &basket),
            none(drawn.as_ref().err().cloned()),
        ])?;
        if !only_looks {
            self.take(drawn?);
        }
        Ok(())
    }

    /// Why what a basket is for is not sold any more, in its slot or in another one of a bundle.
    pub(super) fn unsold(&self, now: Instant, basket: &Hold) -> Option<No> {
        let wants = wants_of(basket);
        let off = self.on_calendar(now, basket.slot, &wants).err();
        off.or_else(|| self.offered(now, basket.slot, &wants).err())
    }

    /// A basket has no place yet, and the chosen time may be over by the time it wants one.
    pub(super) fn way_over(&self, now: Instant, basket: &Hold) -> Option<No> {
        let choice = basket.fulfilment?;
        let stands = self.blocks.get(&choice.block).is_some_and(|block| match choice.places {
            None => block.boxes.is_empty() && now < block.closes.at,
            Some(pool) => block.boxes.iter().any(|place| place.pool == pool && now < place.until.at),
        });
        (!stands).then_some(No::Exact(Refusal::PlacesFull))
    }

    /// A basket with its units drawn, due by its window's terms.
    pub(super) fn drawn_for(&self, now: Instant, basket: &Hold) -> Result<Hold, No> {
        let (wants, back) = (wants_of(basket), BTreeMap::new());
        let there = self.draw(now, &Demand::of(basket.window, &wants, basket.fulfilment, &back))?;
        Ok(with_units(basket, there, now.plus(self.terms(basket.window)?.hold.span)))
    }

    /// A basket has its units from now on.
    pub(super) fn take(&mut self, taken: Hold) {
        let moves = self.hand_out(&taken);
        let Hold { id: hold, lines, places, due, .. } = taken;
        self.say(Fact::HoldTaken { hold, lines, places, due, moves });
    }

    pub(super) fn extend(&mut self, now: Instant, id: HoldId, by: By) -> Answer {
        let mut hold = self.acting(id, by)?;
        let Extensions { span, most } = self.extensions_of(&hold)?;
        if most <= hold.extended {
            return Err(Refusal::ExtensionsUsed { max: most }.into());
        }
        hold.extended += 1;
        hold.due = now.max(hold.due).plus(span);
        self.say(Fact::HoldExtended { hold: id, due: hold.due, extended: hold.extended });
        self.holds.insert(id, hold);
        Ok(())
    }

    /// By how much a hold is extended and how often: never where others are in line behind a turn, nor where a
    /// basket has no units to keep.
    fn extensions_of(&self, hold: &Hold) -> Result<Extensions, No> {
        let terms = self.terms(hold.window)?.hold;
        let never = hold.turn.is_some() || !hold.taken;
        Ok(Extensions { span: terms.span, most: if never { 0 } else { terms.extensions } })
    }

    pub(super) fn release(&mut self, id: HoldId, by: By) -> Answer {
        self.acting(id, by)?;
        self.end(id, HoldEnd::Released);
        Ok(())
    }

    /// Ends a hold without an order; a turn's waiter leaves or gets in line once more.
    pub(super) fn end(&mut self, id: HoldId, end: HoldEnd) {
        let Some(turn) = self.end_alone(id, end) else { return };
        if let Some(entry) = turn {
            self.after_turn(entry, end);
        }
    }

    /// The end of a hold, and whose turn it was.
    pub(super) fn end_alone(&mut self, id: HoldId, end: HoldEnd) -> Option<Option<EntryId>> {
        let Some(mut hold) = self.holds.remove(&id) else {
            self.flaw = Some(format!("{id} ends twice"));
            return None;
        };
        let moves = if hold.taken { self.give_back(&draws_of(&hold), Account::Held) } else { Vec::new() };
        self.drop_claims(hold.slot, |claim| claim.hold == id);
        let turn = hold.turn;
        hold.taken = false;
        hold.state = match end {
            HoldEnd::Released => HoldState::Released,
            HoldEnd::Lapsed(cause) => HoldState::Lapsed(cause),
        };
        self.ended.insert(id, hold);
        self.say(Fact::HoldEnded { hold: id, end, moves });
        Some(turn)
    }
}

/// By how much a hold is extended, and how often at most.
struct Extensions {
    span: Span,
    most: u8,
}

impl<'a> Demand<'a> {
    /// What somebody wants of a window who comes in time.
    fn of(
        window: WindowId,
        wants: &'a [Want],
        choice: Option<FulfilmentChoice>,
        back: &'a BTreeMap<PoolId, i64>,
    ) -> Self {
        Self { window, wants, choice, back, is_late: false }
    }
}

/// What the state of a hold lets nobody do any more.
fn bar(state: &HoldState) -> Option<Refusal> {
    let over = match state {
        HoldState::Basket | HoldState::Held => return None,
        HoldState::Confirming => return Some(Refusal::HoldConfirming),
        HoldState::Confirmed(_) => Ended::Confirmed,
        HoldState::Released | HoldState::ReleasedPaid(_) => Ended::Released,
        HoldState::Lapsed(_) | HoldState::LapsedPaid { .. } => Ended::Lapsed,
    };
    Some(Refusal::HoldEnded(over))
}

/// A basket once it has its units.
fn with_units(basket: &Hold, there: Basket, due: Instant) -> Hold {
    let mut hold = Hold { due, taken: true, state: HoldState::Held, places: there.places, ..basket.clone() };
    hold.lines.iter_mut().zip(there.lines).for_each(|(line, draws)| line.draws = draws);
    hold
}

/// Whose units a limit counts.
pub(super) fn key_of(contact: Option<&Contact>) -> Option<u128> {
    contact.map(|contact| contact.key.0)
}

/// Nothing is taken out of a window that has not opened or is over.
pub(super) fn shut(spec: &WindowSpec, now: Instant) -> Option<No> {
    let (opens_at, closed_at) = (spec.opens.at, spec.closes.at);
    let ahead = (now < opens_at).then_some(Refusal::WindowNotOpen { opens_at });
    ahead.or_else(|| (closed_at <= now).then_some(Refusal::WindowClosed { closed_at })).map(No::Exact)
}

pub(super) fn units_of(hold: &Hold) -> u32 {
    hold.lines.iter().map(|line| line.quantity).sum()
}

pub(super) fn wants_of(hold: &Hold) -> Vec<Want> {
    let want = |&Line { quantity, offer, .. }: &Line| Want { quantity, offer };
    hold.lines.iter().map(want).collect()
}

pub(super) fn draws_of(hold: &Hold) -> Vec<Draw> {
    hold.lines.iter().flat_map(|line| &line.draws).chain(&hold.places).copied().collect()
}

/// What these moves make free, pool by pool.
pub(super) fn freed(moves: &[Move]) -> BTreeMap<PoolId, i64> {
    let mut back = BTreeMap::new();
    for one in moves {
        let units = i64::from(one.units);
        let change =
            i64::from(one.to == Account::Free) * units - i64::from(one.from == Account::Free) * units;
        *back.entry(one.pool).or_default() += change;
    }
    back
}
