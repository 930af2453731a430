//! The auditor: a second model of the whole product, in plain maps, that says what every answer must be.
//!
//! It is written from the documents (concepts, internals, the list of refusals) and shares no function with
//! `core`: only the types, which are the words that both speak. It keeps no counters that could drift: what
//! somebody has, what was taken of an offer or of a window is added up from a list of claims each time.
//! [`Auditor::answer`] predicts an answer and compares it whole, with every amount, instant and unit;
//! [`Auditor::pulse`] does so for what is due. Ids and texts that `core` may choose freely are taken over from
//! the answer (`Hints`) and checked to be new. Start at `decide`; `rest` has the invariants.

mod admit;
mod change;
mod compare;
mod confirm;
mod due;
mod goods;
mod hang;
mod holds;
mod library;
mod line;
mod lobby;
pub(crate) mod money;
mod orders;
mod parts;
mod passes;
mod plan;
mod rest;
mod shelf;
mod single;
mod slots;
mod sound;
mod stock;
mod write;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use dayshelf_core::access::{Code, List};
use dayshelf_core::block::Block;
use dayshelf_core::change::{Credential, Pending, Trail};
use dayshelf_core::command::{By, Command, Expect, Sourced};
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::Hold;
use dayshelf_core::ids::{
    BlockId, CodeId, ConfirmationId, EndpointId, FulfilmentId, HoldId, KeyId, ListId, OfferId, OrderId,
    PassId, PictureId, PoolId, ProductId, SeriesId, SlotId, TemplateId, WindowId,
};
use dayshelf_core::lobby::Lobby;
use dayshelf_core::offer::OfferSpec;
use dayshelf_core::order::Order;
use dayshelf_core::organiser::{Endpoint, Organiser};
use dayshelf_core::picture::Picture;
use dayshelf_core::pool::{Account, Balance, Draw, Move, PoolRole, PoolSpec};
use dayshelf_core::product::Product;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::series::{Occurrence, Series};
use dayshelf_core::slot::{FulfilmentSpec, Slot};
use dayshelf_core::template::Template;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::Entry;
use dayshelf_core::window::{Phase, WindowSpec};

pub(crate) use admit::is_inside;
pub(crate) use due::next_portion;
pub(crate) use lobby::{before, let_in, next_number};
pub use shelf::Shown;
pub(crate) use single::named;

/// A predicted no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum No {
    /// This very refusal.
    Exact(Refusal),
    /// A refusal with this code, whose text is not predicted.
    Code(&'static str),
    /// A plan's, which is done as a whole or refused for any reason: see `plan`.
    OfPlan,
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Exact(refusal)
    }
}

impl No {
    pub(crate) fn fits(&self, told: &Refusal) -> bool {
        match self {
            Self::Exact(refusal) => refusal == told,
            Self::Code(code) => *code == told.code(),
            Self::OfPlan => true,
        }
    }

    /// Its place in the order of precedence.
    fn rank(&self) -> usize {
        let code = match self {
            Self::Exact(refusal) => refusal.code(),
            Self::Code(code) => code,
            Self::OfPlan => return 0,
        };
        Refusal::CODES.iter().position(|known| *known == code).unwrap_or(usize::MAX)
    }
}

/// Done, with the facts in [`Auditor::out`], or a no.
pub(crate) type Answer = Result<(), No>;

/// A pool as the auditor knows it.
#[derive(Clone, Debug)]
pub(crate) struct Stock {
    pub role: PoolRole,
    pub version: u32,
    pub spec: PoolSpec,
    pub has: Balance,
    pub counted: u64,
}

/// A window as the auditor knows it.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub spec: WindowSpec,
    pub phase: Phase,
    /// Who came to its lobby.
    pub lobby: Lobby,
    /// When it was written as it is.
    pub put_at: Instant,
}

/// A line that somebody holds or has bought: what limits, ladders and drips count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub hold: HoldId,
    pub line: usize,
    pub window: WindowId,
    pub offer: OfferId,
    pub buyer: Option<u128>,
    pub units: u32,
}

/// What `core` may choose freely, in the order in which an answer names it.
#[derive(Clone, Debug, Default)]
struct Hints {
    turns: VecDeque<HoldId>,
    passes: BTreeMap<OrderId, Vec<PassId>>,
    texts: BTreeMap<PoolId, (String, String)>,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Auditor {
    pub(crate) organiser: Organiser,
    pub(crate) keys: BTreeSet<KeyId>,
    pub(crate) endpoints: BTreeMap<EndpointId, Endpoint>,
    pub(crate) codes: BTreeMap<CodeId, Code>,
    pub(crate) lists: BTreeMap<ListId, List>,
    pub(crate) slots: BTreeMap<SlotId, Slot>,
    pub(crate) pictures: BTreeMap<PictureId, Picture>,
    pub(crate) products: BTreeMap<ProductId, Product>,
    pub(crate) templates: BTreeMap<TemplateId, Template>,
    pub(crate) series: BTreeMap<SeriesId, Series>,
    /// Which slots are occurrences of series.
    pub(crate) ties: BTreeMap<SlotId, Occurrence>,
    pub(crate) windows: BTreeMap<WindowId, Frame>,
    pub(crate) blocks: BTreeMap<FulfilmentId, FulfilmentSpec>,
    /// Broadcasts, reminders, shifts, cues and rules.
    pub(crate) parts: BTreeMap<BlockId, Block>,
    pub(crate) pools: BTreeMap<PoolId, Stock>,
    pub(crate) offers: BTreeMap<OfferId, OfferSpec>,
    /// Holds that live.
    pub(crate) holds: BTreeMap<HoldId, Hold>,
    /// Holds that have ended.
    pub(crate) ended: BTreeMap<HoldId, Hold>,
    pub(crate) orders: BTreeMap<OrderId, Order>,
    /// What changes have left behind.
    pub(crate) trails: BTreeMap<SlotId, Trail>,
    /// Changes that wait for a yes.
    pub(crate) pendings: BTreeMap<ConfirmationId, Pending>,
    /// What credentials did lately.
    watched: BTreeMap<Credential, change::Watched>,
    /// Waiters in the order of their places.
    pub(crate) line: Vec<Entry>,
    claims: BTreeMap<SlotId, Vec<Claim>>,
    /// Passes for which goods were given.
    given: BTreeSet<PassId>,
    next_place: u64,
    pub(crate) sources: BTreeMap<Digest, Sourced>,
    passes: BTreeSet<PassId>,
    /// Price steps that have not begun.
    steps: BTreeSet<(Instant, OfferId, u16)>,
    /// The next portion of each drip.
    drips: BTreeMap<WindowId, Instant>,
    /// Slots whose waiters may be served by what has changed, and the pools in which more is there.
    stirred: BTreeMap<SlotId, BTreeSet<PoolId>>,
    announced: BTreeMap<OfferId, u32>,
    hints: Hints,
    out: Vec<Fact>,
    flaw: Option<String>,
    /// Whether what waiters were last told may be forgotten, by a restart that nobody hears of.
    forgets: bool,
}

/// The first place in a line; below it is room for those who lost a hold to a count.
const PLACE_FIRST: u64 = 1 << 32;

impl Auditor {
    /// The auditor of an organiser that has nothing yet.
    pub fn new(organiser: Organiser) -> Self {
        Self {
            organiser,
            keys: BTreeSet::new(),
            endpoints: BTreeMap::new(),
            codes: BTreeMap::new(),
            lists: BTreeMap::new(),
            slots: BTreeMap::new(),
            pictures: BTreeMap::new(),
            products: BTreeMap::new(),
            templates: BTreeMap::new(),
            windows: BTreeMap::new(),
            blocks: BTreeMap::new(),
            parts: BTreeMap::new(),
            series: BTreeMap::new(),
            ties: BTreeMap::new(),
            pools: BTreeMap::new(),
            offers: BTreeMap::new(),
            holds: BTreeMap::new(),
            ended: BTreeMap::new(),
            orders: BTreeMap::new(),
            trails: BTreeMap::new(),
            pendings: BTreeMap::new(),
            watched: BTreeMap::new(),
            line: Vec::new(),
            claims: BTreeMap::new(),
            given: BTreeSet::new(),
            next_place: PLACE_FIRST,
            sources: BTreeMap::new(),
            passes: BTreeSet::new(),
            steps: BTreeSet::new(),
            drips: BTreeMap::new(),
            stirred: BTreeMap::new(),
            announced: BTreeMap::new(),
            hints: Hints::default(),
            out: Vec::new(),
            flaw: None,
            forgets: false,
        }
    }

    /// From now on announcements are not compared: what was last told is a hint that is lost with the memory.
    pub const fn forget_announcements(&mut self) {
        self.forgets = true;
    }

    /// Predicts what a command does now and compares it with what was answered.
    ///
    /// # Errors
    /// Where they differ.
    pub fn answer(
        &mut self,
        now: Instant,
        command: &Command,
        told: &Result<Vec<Fact>, Refusal>,
    ) -> Result<(), String> {
        self.begin(told.as_deref().unwrap_or_default());
        if let (true, Ok(facts)) = (self.brings(command), told) {
            let before = self.clone();
            self.adopt_plan(now, facts);
            before.nothing_unasked(now, self, (command, facts))?;
            self.settle_all(now, facts);
            self.compare(facts)?;
            self.all_hang()?;
            return self.as_brought(now, command, (&before, facts));
        }
        match (self.decide(now, command), told) {
            (Ok(()), Ok(facts)) => {
                self.settle_all(now, facts);
                self.compare(facts)
            }
            (Err(no), Err(refusal)) if no.fits(refusal) => Ok(()),
            (Err(no), Err(refusal)) => Err(format!("refused with {refusal:?}; predicted was {no:?}")),
            (Err(no), Ok(facts)) => Err(format!("done with {facts:?}; predicted was {no:?}")),
            (Ok(()), Err(refusal)) => Err(format!("refused with {refusal:?}; predicted was {:?}", self.out)),
        }
    }

    /// Serves the lines; and what the command itself made due may have been done with it.
    fn settle_all(&mut self, now: Instant, told: &[Fact]) {
        self.settle(now);
        if told.len() > self.out.len() {
            self.do_due(now);
        }
    }

    /// Predicts everything that is due by `now` and compares it with what was done.
    ///
    /// # Errors
    /// Where they differ.
    pub fn pulse(&mut self, now: Instant, facts: &[Fact]) -> Result<(), String> {
        self.begin(facts);
        self.do_due(now);
        self.compare(facts)
    }

    fn begin(&mut self, facts: &[Fact]) {
        self.out.clear();
        self.flaw = None;
        self.hints = Hints::default();
        for fact in facts {
            self.goods_given(fact);
            match fact {
                Fact::TurnGiven { hold, .. } => self.hints.turns.push_back(hold.id),
                Fact::OrderConfirmed { order, .. } | Fact::LatePaymentUnfilled { order } => {
                    let passes = order.lines.iter().map(|line| line.pass).collect();
                    self.hints.passes.insert(order.id, passes);
                }
                Fact::PoolPut { pool, spec, .. } => {
                    self.hints.texts.insert(*pool, (spec.key.clone(), spec.title.clone()));
                }
                _ => {}
            }
        }
    }

    /// What a command does. On a no nothing has changed.
    fn decide(&mut self, now: Instant, command: &Command) -> Answer {
        match command {
            Command::TakeNumber(ask) => self.take_number(now, ask),
            Command::MakeHold(make) => self.make_hold(now, make),
            Command::CheckOut { hold, by } => self.check_out(now, *hold, *by),
            Command::ExtendHold { hold, by } => self.extend(now, *hold, *by),
            Command::ReleaseHold { hold, by } => self.release(*hold, *by),
            Command::Confirm(ask) => self.confirm(now, ask),
            Command::PaymentAuthorised { hold, payment, reference } => {
                self.authorised(now, *hold, (*payment, reference))
            }
            Command::PaymentDeclined { hold, payment } => self.declined(now, *hold, *payment),
            Command::PaymentCalledOff { hold, payment } => self.called_off(*hold, *payment),
            Command::PaymentMoved { order, moved, amount, before } => {
                self.money_moved(*order, *moved, *amount, *before)
            }
            Command::CancelOrder { order, by, lines } => {
                self.cancel_order(now, *order, *by, lines.as_deref())
            }
            Command::MoveOrder { order, by, slot } => self.move_order(now, *order, *by, *slot),
            Command::HandOver(ask) => self.hand_over(now, ask),
            Command::UndoHandOver { order, line } => self.undo_hand_over(now, *order, *line),
            Command::EditOrder { order, expected, buyer } => self.edit_order(*order, *expected, buyer),
            Command::NoteOrder { order, by, text } => self.note_order(now, *order, (*by, text)),
            Command::ResendOrder(order) => self.resend_order(*order),
            Command::JoinWaitlist(join) => self.join(now, join),
            Command::LeaveWaitlist { entry, by } => self.leave(*entry, *by),
            Command::DeclineTurn { entry, by } => self.decline(*entry, *by),
            Command::MoveStock(ask) => self.move_stock(ask),
            Command::CountStock(ask) => self.count_stock(now, ask),
            Command::Pulse => Ok(()),
            _ => self.decide_definition(now, command),
        }
    }

    /// Says a fact, and notes whose line it stirs.
    fn say(&mut self, fact: Fact) {
        let moves = fact.moves();
        let freed = moves.iter().filter(|one| one.to == Account::Free).map(|one| one.pool);
        let mut more: BTreeSet<PoolId> = freed.collect();
        if let Fact::PoolPut { pool, .. } = &fact {
            more.insert(*pool);
        }
        let takes = moves.iter().any(|one| one.from == Account::Free);
        if !more.is_empty() || matches!(fact, Fact::StockCounted { .. }) {
            self.stir_all(&more);
        }
        if takes {
            self.announced.clear();
        }
        match &fact {
            // Others may sell bundles that admit to it.
            Fact::SlotPut { .. } | Fact::FulfilmentPut(_) => self.stir_all(&BTreeSet::new()),
            Fact::WindowPut { window, .. } => self.stir(window.spec.slot),
            Fact::OfferPut(offer) => self.stir(offer.spec.slot),
            // Whom a list or a code admits may be in line anywhere.
            Fact::ListPut(_) | Fact::CodePut(_) => self.stir_all(&BTreeSet::new()),
            Fact::WindowClosed { window, .. } => {
                if let Some(slot) = self.windows.get(window).map(|frame| frame.spec.slot) {
                    self.stir(slot);
                }
            }
            Fact::WindowOpened(window) | Fact::Dripped { window, .. } => self.lets_out(*window),
            _ => {}
        }
        self.out.push(fact);
    }

    fn stir_all(&mut self, more: &BTreeSet<PoolId>) {
        for entry in &self.line {
            self.stirred.entry(entry.slot).or_default().extend(more);
        }
    }

    fn stir(&mut self, slot: SlotId) {
        self.stirred.entry(slot).or_default();
    }

    /// A window that opens, or a drip, lets out more of all that the slot's offers draw on.
    fn lets_out(&mut self, window: WindowId) {
        let Some(slot) = self.windows.get(&window).map(|frame| frame.spec.slot) else { return };
        let parts = self.offers_of(slot).flat_map(|(_, spec)| &spec.recipe);
        let pools: BTreeSet<PoolId> = parts.map(|part| part.pool).collect();
        self.stirred.entry(slot).or_default().extend(pools);
    }

    /// Moves units between two accounts of a pool, by arithmetic.
    fn shift(&mut self, moves: &mut Vec<Move>, one: Move) {
        if one.units == 0 {
            return;
        }
        moves.push(one);
        let Some(pool) = self.pools.get_mut(&one.pool) else {
            self.flaw = Some(format!("{} is no pool", one.pool));
            return;
        };
        let has = &mut pool.has;
        if let Some(from) = account(has, one.from) {
            match from.checked_sub(one.units) {
                Some(left) => *from = left,
                None => self.flaw = Some(format!("{one:?} is more than there is")),
            }
        }
        if let Some(to) = account(has, one.to) {
            *to += one.units;
        }
        has.supplied = has.free + has.held + has.sold + has.handed + has.lost + has.lent;
    }

    fn put_moves(&mut self, draws: &[Draw], way: (Account, Account)) -> Vec<Move> {
        let mut moves = Vec::new();
        for draw in draws {
            self.shift(&mut moves, Move { pool: draw.pool, from: way.0, to: way.1, units: draw.units });
        }
        moves
    }

    /// What somebody claims of a slot.
    pub(crate) fn claims_of(&self, slot: SlotId) -> &[Claim] {
        self.claims.get(&slot).map(Vec::as_slice).unwrap_or_default()
    }

    fn drop_claims(&mut self, slot: SlotId, gone: impl Fn(&Claim) -> bool) {
        if let Some(claims) = self.claims.get_mut(&slot) {
            claims.retain(|claim| !gone(claim));
        }
    }

    pub(crate) fn windows_of(&self, slot: SlotId) -> impl Iterator<Item = (WindowId, &Frame)> {
        self.windows.iter().filter(move |(_, frame)| frame.spec.slot == slot).map(|(id, frame)| (*id, frame))
    }

    pub(crate) fn offers_of(&self, slot: SlotId) -> impl Iterator<Item = (OfferId, &OfferSpec)> {
        self.offers.iter().filter(move |(_, spec)| spec.slot == slot).map(|(id, spec)| (*id, spec))
    }

    pub(crate) fn blocks_of(&self, slot: SlotId) -> impl Iterator<Item = (FulfilmentId, &FulfilmentSpec)> {
        self.blocks.iter().filter(move |(_, spec)| spec.slot == slot).map(|(id, spec)| (*id, spec))
    }
}

/// An account of a balance; outside there is no end of units.
fn account(has: &mut Balance, which: Account) -> Option<&mut u32> {
    match which {
        Account::Outside => None,
        Account::Free => Some(&mut has.free),
        Account::Held => Some(&mut has.held),
        Account::Sold => Some(&mut has.sold),
        Account::Handed => Some(&mut has.handed),
        Account::Lost => Some(&mut has.lost),
        Account::Lent => Some(&mut has.lent),
    }
}

/// The earliest of several noes in the order of precedence.
fn earliest(noes: impl IntoIterator<Item = Option<No>>) -> Answer {
    noes.into_iter().flatten().min_by_key(No::rank).map_or(Ok(()), Err)
}

/// Whether the sender has seen the version that is there.
fn seen(expected: Expect, current: Option<u32>, noun: Noun) -> Option<No> {
    match (expected, current) {
        (Expect::Any, _) | (Expect::New, None) => None,
        (Expect::Version(_), None) => Some(Refusal::Unknown(noun).into()),
        (Expect::Version(version), Some(current)) if version == current => None,
        (_, Some(current)) => Some(Refusal::VersionStale { current }.into()),
    }
}

/// Whether this bearer is the owner.
fn owner(by: By, secret: Digest) -> Answer {
    if by == By::Organiser || by == By::Bearer(secret) { Ok(()) } else { Err(Refusal::SecretWrong.into()) }
}

fn unknown(noun: Noun) -> No {
    Refusal::Unknown(noun).into()
}
