//! The auditor: plain counters that follow the life of a drop and say what must come next.
//!
//! It knows what the scene promises to buyers, not how the rules keep it: it shares no function with them, and
//! counts units by arithmetic on quantities, never by the moves that a fact names. Those it adds up apart, and
//! both must agree after every command ([`Auditor::balanced`]). What is predicted is in `predict`, what orders
//! and waiters do to the counters in `trade`.

mod predict;
mod trade;

use std::collections::BTreeMap;

use dayshelf_core::fact::{Fact, HoldEnd};
use dayshelf_core::hold::{Hold, LapseCause};
use dayshelf_core::ids::{EntryId, HoldId, OfferId, OrderId, PaymentId, PoolId, WindowId};
use dayshelf_core::pool::{Account, Draw};
use dayshelf_core::time::Instant;

use crate::scene::{Frame, Scene};

/// Goods, seats, and goods lent to the VIP window.
type Units = [u32; 3];
/// What differs from what was predicted.
type Verdict = Result<(), String>;

/// What one account has in each pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Accounts {
    free: Units,
    held: Units,
    sold: Units,
    handed: Units,
    lost: Units,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Held,
    Confirming,
    Ended,
}

/// A hold as the auditor knows it.
#[derive(Clone, Debug)]
struct Claim {
    vip: bool,
    state: State,
    due: Instant,
    extended: bool,
    buyer: Option<u128>,
    lines: Vec<Line>,
    turn: Option<EntryId>,
    payment: Option<(PaymentId, u128)>,
}

/// A line of a hold or an order.
#[derive(Clone, Copy, Debug)]
struct Line {
    ware: usize,
    quantity: u32,
    units: Units,
    price: i64,
    stands: bool,
}

#[derive(Clone, Debug)]
struct Sale {
    vip: bool,
    buyer: u128,
    lines: Vec<Line>,
}

/// A waiter as the auditor knows it.
#[derive(Clone, Debug)]
struct Waiter {
    id: EntryId,
    ware: usize,
    quantity: u32,
    buyer: u128,
    coded: bool,
    passed: u32,
    gathered: u32,
    units: Units,
    turn: Option<HoldId>,
    requeued: bool,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Auditor {
    scene: Scene,
    /// By arithmetic.
    mine: Accounts,
    /// By the moves that facts name.
    theirs: Accounts,
    claims: BTreeMap<HoldId, Claim>,
    sales: BTreeMap<OrderId, Sale>,
    line: Vec<Waiter>,
    tallies: BTreeMap<(bool, u128), u32>,
    taken: [u32; 3],
    open: [bool; 2],
    closed: [bool; 2],
    must_end: Option<HoldId>,
}

fn differ(what: impl Into<String>) -> Verdict {
    Err(what.into())
}

impl Auditor {
    /// Before anything is there.
    pub fn new(scene: &Scene) -> Self {
        let [goods, seats, lent] = scene.units;
        let mine = Accounts { free: [goods - lent, seats, lent], ..Accounts::default() };
        Self {
            scene: scene.clone(),
            mine,
            theirs: Accounts::default(),
            claims: BTreeMap::new(),
            sales: BTreeMap::new(),
            line: Vec::new(),
            tallies: BTreeMap::new(),
            taken: [0; 3],
            open: [false; 2],
            closed: [false; 2],
            must_end: None,
        }
    }

    /// Takes in what made the scene.
    ///
    /// # Errors
    /// The pools are not what the scene says.
    pub fn founded(&mut self, facts: &[Fact]) -> Verdict {
        facts.iter().try_for_each(|fact| self.add_moves(fact))
    }

    /// Takes in a fact that the scene's life brought.
    ///
    /// # Errors
    /// It may not be.
    pub fn hear(&mut self, now: Instant, fact: &Fact) -> Verdict {
        self.add_moves(fact)?;
        match fact {
            Fact::WindowOpened(window) => self.opened(now, *window),
            Fact::WindowClosed { window, .. } => self.closed(now, *window),
            Fact::HoldMade { hold, .. } => self.made(now, hold),
            Fact::HoldExtended { hold, due, .. } => {
                let span = self.scene.hold;
                let claim = self.live(*hold)?;
                let wanted = claim.due.plus(span);
                claim.due = *due;
                claim.extended = true;
                if *due == wanted { Ok(()) } else { differ(format!("due is {wanted:?}")) }
            }
            Fact::HoldEnded { hold, end, .. } => self.ended(now, *hold, *end),
            Fact::ConfirmBegun { hold, attempt } => {
                let buyer = attempt.buyer.contact.key.0;
                let total: i64 =
                    self.live(*hold)?.lines.iter().map(|line| line.price * i64::from(line.quantity)).sum();
                self.pass_to(*hold, buyer)?;
                let claim = self.live(*hold)?;
                claim.state = State::Confirming;
                claim.payment = Some((attempt.id, buyer));
                if total == attempt.amount.amount { Ok(()) } else { differ(format!("it costs {total}")) }
            }
            Fact::ConfirmFailed { hold, due } => {
                let claim = self.live(*hold)?;
                claim.state = State::Held;
                if *due == claim.due && *due > now { Ok(()) } else { differ("its time is over") }
            }
            _ => self.hear_trade(now, fact),
        }
    }

    /// After whole answers both ways of counting agree.
    ///
    /// # Errors
    /// They do not.
    pub fn balanced(&self) -> Verdict {
        if self.mine == self.theirs {
            return Ok(());
        }
        differ(format!("counted are {:?}, moved are {:?}", self.mine, self.theirs))
    }

    /// After a pulse nothing is left undone.
    ///
    /// # Errors
    /// A hold outlived its time, or a window its end.
    pub fn nothing_is_due(&self, now: Instant) -> Verdict {
        let late = self.claims.iter().find(|(_, claim)| claim.state == State::Held && claim.due <= now);
        if let Some((hold, _)) = late {
            return differ(format!("{hold} should have lapsed"));
        }
        for vip in [true, false] {
            let (place, frame) = (usize::from(!vip), self.frame(vip));
            let passed = (self.open[place] || self.closed[place], self.closed[place]);
            if passed != (frame.opens <= now, frame.closes <= now) {
                return differ(format!("{} should have turned", frame.id));
            }
        }
        Ok(())
    }

    fn frame(&self, vip: bool) -> Frame {
        if vip { self.scene.vip } else { self.scene.public }
    }

    fn is_vip(&self, window: WindowId) -> bool {
        window == self.scene.vip.id
    }

    fn ware(&self, offer: OfferId) -> Result<usize, String> {
        let place = self.scene.wares.iter().position(|ware| ware.id == offer);
        place.ok_or_else(|| format!("{offer} is no ware"))
    }

    fn place(&self, pool: PoolId) -> Result<usize, String> {
        let place = self.scene.pools.iter().position(|known| *known == pool);
        place.ok_or_else(|| format!("{pool} is no pool"))
    }

    /// The pool that a window takes goods from.
    fn shelf(&self, vip: bool) -> usize {
        if vip { 2 } else { 0 }
    }

    /// The units of so many wares out of a window.
    fn units_of(&self, vip: bool, ware: usize, quantity: u32) -> Units {
        let mut units = [0; 3];
        units[self.shelf(vip)] = self.scene.wares[ware].stock * quantity;
        units[1] = self.scene.wares[ware].seats * quantity;
        units
    }

    fn live(&mut self, hold: HoldId) -> Result<&mut Claim, String> {
        let claim = self.claims.get_mut(&hold).filter(|claim| claim.state != State::Ended);
        claim.ok_or_else(|| format!("{hold} does not live"))
    }

    fn add_moves(&mut self, fact: &Fact) -> Verdict {
        for one in fact.moves() {
            let place = self.place(one.pool)?;
            for (account, gains) in [(one.from, false), (one.to, true)] {
                let of = match account {
                    Account::Free => &mut self.theirs.free,
                    Account::Held => &mut self.theirs.held,
                    Account::Sold => &mut self.theirs.sold,
                    Account::Handed => &mut self.theirs.handed,
                    Account::Lost => &mut self.theirs.lost,
                    Account::Outside | Account::Lent => continue,
                };
                let after =
                    if gains { of[place].checked_add(one.units) } else { of[place].checked_sub(one.units) };
                of[place] = after.ok_or_else(|| format!("{account:?} does not have them"))?;
            }
        }
        Ok(())
    }

    /// Takes free units away, into an account that the caller adds them to.
    fn take_free(&mut self, units: Units) -> Verdict {
        for (place, units) in units.iter().enumerate() {
            let left = self.mine.free[place].checked_sub(*units);
            self.mine.free[place] = left.ok_or_else(|| format!("oversold: pool {place} by {units}"))?;
        }
        Ok(())
    }

    /// Units that come back are free; what the VIP window was lent is the pool's again once it is over.
    fn free_again(&mut self, units: Units) {
        for (place, units) in units.iter().enumerate() {
            let home = if place == 2 && self.closed[0] { 0 } else { place };
            self.mine.free[home] += units;
        }
    }

    fn opened(&mut self, now: Instant, window: WindowId) -> Verdict {
        let vip = self.is_vip(window);
        self.open[usize::from(!vip)] = true;
        if self.frame(vip).opens <= now { Ok(()) } else { differ("it is too early") }
    }

    fn closed(&mut self, now: Instant, window: WindowId) -> Verdict {
        let vip = self.is_vip(window);
        self.open[usize::from(!vip)] = false;
        self.closed[usize::from(!vip)] = true;
        if vip {
            self.mine.free[0] += std::mem::take(&mut self.mine.free[2]);
        }
        if self.frame(vip).closes <= now { Ok(()) } else { differ("it is too early") }
    }

    /// A hold of a buyer, or the one that a turn is.
    fn made(&mut self, now: Instant, hold: &Hold) -> Verdict {
        let vip = self.is_vip(hold.window);
        let frame = self.frame(vip);
        if now < frame.opens || frame.closes <= now {
            return differ("its window is not open");
        }
        if hold.due != now.plus(self.scene.hold) && hold.turn.is_none() {
            return differ("it has another due time");
        }
        let mut lines = Vec::new();
        for line in &hold.lines {
            let ware = self.ware(line.offer)?;
            let price = self.scene.prices[usize::from(self.taken[ware] >= self.scene.step_units)];
            if line.unit_price.amount != price {
                return differ(format!("the price is {price}"));
            }
            let units = self.units_of(vip, ware, line.quantity);
            lines.push(Line { ware, quantity: line.quantity, units, price, stands: true });
        }
        let buyer = hold.contact.as_ref().map(|contact| contact.key.0);
        let claim = Claim {
            vip,
            state: State::Held,
            due: hold.due,
            extended: false,
            buyer,
            lines,
            turn: hold.turn,
            payment: None,
        };
        for line in &claim.lines {
            self.taken[line.ware] += line.quantity;
        }
        self.tally(vip, buyer, claim.quantity(), true)?;
        if hold.turn.is_none() {
            for line in &claim.lines {
                self.take_free(line.units)?;
                add(&mut self.mine.held, line.units);
            }
        }
        match self.claims.insert(hold.id, claim) {
            None => Ok(()),
            Some(_) => differ("it was made before"),
        }
    }

    fn ended(&mut self, now: Instant, hold: HoldId, end: HoldEnd) -> Verdict {
        let claim = self.live(hold)?.clone();
        self.live(hold)?.state = State::Ended;
        for line in &claim.lines {
            sub(&mut self.mine.held, line.units)?;
            self.free_again(line.units);
            self.taken[line.ware] -= line.quantity;
        }
        self.tally(claim.vip, claim.buyer, claim.quantity(), false)?;
        let fits = match end {
            HoldEnd::Lapsed(LapseCause::Time) => claim.state == State::Held && claim.due <= now,
            HoldEnd::Lapsed(LapseCause::Payment) => claim.state == State::Confirming,
            HoldEnd::Released => claim.state == State::Held && now < claim.due,
            HoldEnd::Lapsed(_) => false,
        };
        if fits { Ok(()) } else { differ("it may not end so") }
    }

    /// The limit counts for whoever confirms.
    fn pass_to(&mut self, hold: HoldId, buyer: u128) -> Verdict {
        let claim = self.live(hold)?;
        let (vip, before, units) = (claim.vip, claim.buyer, claim.quantity());
        claim.buyer = Some(buyer);
        self.tally(vip, before, units, false)?;
        self.tally(vip, Some(buyer), units, true)
    }

    fn tally(&mut self, vip: bool, buyer: Option<u128>, units: u32, up: bool) -> Verdict {
        let (Some(limit), Some(buyer)) = (self.frame(vip).limit, buyer) else { return Ok(()) };
        let have = self.tallies.entry((vip, buyer)).or_default();
        if up {
            *have += units;
        } else {
            *have = have.checked_sub(units).ok_or("somebody has fewer than nothing")?;
        }
        if *have <= limit { Ok(()) } else { differ(format!("buyer {buyer} has {have} of {limit}")) }
    }

    fn of_draws(&self, draws: &[Draw]) -> Result<Units, String> {
        let mut units = [0; 3];
        for draw in draws {
            units[self.place(draw.pool)?] += draw.units;
        }
        Ok(units)
    }
}

impl Claim {
    fn quantity(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).sum()
    }
}

fn add(to: &mut Units, units: Units) {
    to.iter_mut().zip(units).for_each(|(have, units)| *have += units);
}

fn sub(from: &mut Units, units: Units) -> Verdict {
    for (have, units) in from.iter_mut().zip(units) {
        *have = have.checked_sub(units).ok_or("an account has fewer than nothing")?;
    }
    Ok(())
}
