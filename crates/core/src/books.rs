//! The books: everything of one organiser that a decision may need, in memory.
//!
//! Holds and waiters that live are always here. Orders, ended holds and known source ids are only here
//! when a command needed them: whoever keeps the books fetches them before deciding ([`needs`]) and may
//! drop them after. Facts change the books in `apply`; nothing else does.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::{Code, List};
use crate::block::Block;
use crate::change::{Credential, Guard, Part, Pending, Trail, Wish};
use crate::command::{Command, Sourced};
use crate::decide::takes_pickups_along;
use crate::hold::Hold;
use crate::ids::{
    BlockId, CodeId, ConfirmationId, EndpointId, EntryId, FulfilmentId, HoldId, Home, KeyId, ListId, OfferId,
    OrderId, PictureId, PoolId, ProductId, SeriesId, SlotId, TemplateId, WindowId,
};
use crate::lobby::Number;
use crate::offer::Offer;
use crate::order::Order;
use crate::organiser::{ApiKey, Endpoint, Organiser};
use crate::picture::Picture;
use crate::plan::{Plan, PlanSlot, PlanWindow};
use crate::pool::Pool;
use crate::product::Product;
use crate::series::{Occurrence, PutSeries, Series};
use crate::slot::{Fulfilment, Slot};
use crate::template::Template;
use crate::text::{BuyerKey, Digest};
use crate::time::{Instant, LocalTime, When};
use crate::waitlist::Entry;
use crate::window::Window;

/// The first place in a line. Below it is room for those who are put in front.
pub const PLACE_FIRST: u64 = 1 << 32;

/// Something that is due at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// A window closes. Closings come before openings of the same instant, so that units roll in time.
    Closes(WindowId),
    /// A hold lapses, a turn lapses, or a payment is called off.
    Hold(HoldId),
    /// A window opens.
    Opens(WindowId),
    /// A price step begins.
    Step(OfferId, u16),
    /// A drip lets out its next portion.
    Drip(WindowId),
    /// A slot's customers are told of its time and place.
    Tell(SlotId),
    /// Nobody has said yes to a change in time.
    Confirmation(ConfirmationId),
    /// The time of a block comes.
    Begins(BlockId),
}

/// What a slot owns and sells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Its windows.
    pub windows: BTreeSet<WindowId>,
    /// Its offers.
    pub offers: BTreeSet<OfferId>,
    /// Its fulfilment blocks.
    pub fulfilments: BTreeSet<FulfilmentId>,
    /// Its blocks of other kinds.
    pub blocks: BTreeSet<BlockId>,
    /// Its holds that live.
    pub holds: BTreeSet<HoldId>,
    /// Its waiters in the order of joining.
    pub line: BTreeMap<u64, EntryId>,
}

/// Everything of one organiser that a decision may need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Books {
    /// The organiser.
    pub organiser: Organiser,
    /// API keys that work.
    pub keys: BTreeMap<KeyId, ApiKey>,
    /// Webhook endpoints.
    pub endpoints: BTreeMap<EndpointId, Endpoint>,
    /// Codes.
    pub codes: BTreeMap<CodeId, Code>,
    /// Customer lists.
    pub lists: BTreeMap<ListId, List>,
    /// Pictures of the library.
    pub pictures: BTreeMap<PictureId, Picture>,
    /// Products.
    pub products: BTreeMap<ProductId, Product>,
    /// Templates.
    pub templates: BTreeMap<TemplateId, Template>,
    /// Slots.
    pub slots: BTreeMap<SlotId, Slot>,
    /// Series.
    pub series: BTreeMap<SeriesId, Series>,
    /// Slots that are occurrences of series.
    pub occurrences: BTreeMap<SlotId, Occurrence>,
    /// What changes have left behind, of slots that were changed.
    pub trails: BTreeMap<SlotId, Trail>,
    /// Changes that wait for a yes.
    pub pendings: BTreeMap<ConfirmationId, Pending>,
    /// What credentials have moved and called off lately, and which are frozen.
    pub guards: BTreeMap<Credential, Guard>,
    /// Windows of all slots.
    pub windows: BTreeMap<WindowId, Window>,
    /// Fulfilment blocks of all slots.
    pub fulfilments: BTreeMap<FulfilmentId, Fulfilment>,
    /// Blocks of other kinds of all slots.
    pub blocks: BTreeMap<BlockId, Block>,
    /// Pools.
    pub pools: BTreeMap<PoolId, Pool>,
    /// Offers of all slots.
    pub offers: BTreeMap<OfferId, Offer>,
    /// Holds that live.
    pub holds: BTreeMap<HoldId, Box<Hold>>,
    /// Numbers of lobbies with which somebody holds.
    pub numbers: BTreeSet<Number>,
    /// Waiters in line and at their turn.
    pub entries: BTreeMap<EntryId, Entry>,
    /// Units that limited buyers have in limited windows, held and bought.
    pub tallies: BTreeMap<(WindowId, BuyerKey), u32>,
    /// The next place in line.
    pub next_place: u64,

    /// Orders that were fetched.
    pub orders: BTreeMap<OrderId, Order>,
    /// Ended holds that were fetched.
    pub ended: BTreeMap<HoldId, Box<Hold>>,
    /// Source ids of stock movements and counts that were fetched and are known, with what they stand for. Nothing
    /// stands there for those that were taken in before it was kept.
    pub sources: BTreeMap<Digest, Option<Sourced>>,
    /// Waiters that left since [`Books::forget_fetched`], as they left.
    pub left: BTreeMap<EntryId, Entry>,
    /// Whose tallies changed since [`Books::forget_fetched`].
    pub tallied: BTreeSet<(WindowId, BuyerKey)>,

    /// What is due when. Follows from the rest.
    pub agenda: BTreeSet<(Instant, Due)>,
    /// What each slot owns. Follows from the rest.
    pub parts: BTreeMap<SlotId, Parts>,
    /// The slots of each series by where its rule has them. Follows from the rest.
    pub runs: BTreeMap<SeriesId, BTreeMap<LocalTime, SlotId>>,
    /// Slots by their slug. Follows from the rest.
    pub slugs: BTreeMap<String, SlotId>,
    /// Pools by their key. Follows from the rest.
    pub pool_keys: BTreeMap<String, PoolId>,
    /// Codes by their digest. Follows from the rest.
    pub code_digests: BTreeMap<Digest, CodeId>,
    /// Rules by the pool that they watch; those that watch a window are under none. Follows from the rest.
    pub rules: BTreeSet<(Option<PoolId>, BlockId)>,
    /// Rules that keep slots closed now. Follows from the rest.
    pub closing: BTreeSet<BlockId>,
    /// Rules to look at before the decision is done.
    pub alert: BTreeSet<BlockId>,
    /// What free count of an offer its waiters were last told. A hint, lost with the memory.
    pub announced: BTreeMap<OfferId, u32>,
    /// Slots that someone waits for. Follows from the rest.
    pub waited: BTreeSet<SlotId>,
    /// Slots whose waiters may be served by what has changed since they were last looked at, each with the
    /// pools in which more has become available since.
    pub stirred: BTreeMap<SlotId, BTreeSet<PoolId>>,
}

/// What a command needs in the books beside what is always there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// An order.
    pub order: Option<OrderId>,
    /// A hold that may have ended.
    pub hold: Option<HoldId>,
    /// A source id of a stock movement.
    pub source: Option<Digest>,
    /// Slots all of whose orders are needed: to cancel them, or to count what their buyers have.
    pub orders_of: Vec<SlotId>,
}

impl Needs {
    /// Whether nothing has to be fetched.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What must be fetched before `command` can be decided on books that have only what is always there.
pub fn needs(books: &Books, command: &Command) -> Needs {
    match command {
        Command::CancelOrder { order, .. }
        | Command::MoveOrder { order, .. }
        | Command::EditOrder { order, .. }
        | Command::NoteOrder { order, .. }
        | Command::ResendOrder(order)
        | Command::UndoHandOver { order, .. }
        | Command::PaymentMoved { order, .. } => Needs { order: Some(*order), ..Needs::default() },
        Command::HandOver(ask) => Needs { order: Some(ask.order), ..Needs::default() },
        Command::CheckOut { hold, .. }
        | Command::ExtendHold { hold, .. }
        | Command::ReleaseHold { hold, .. }
        | Command::PaymentAuthorised { hold, .. }
        | Command::PaymentDeclined { hold, .. }
        | Command::PaymentCalledOff { hold, .. } => Needs { hold: Some(*hold), ..Needs::default() },
        Command::Confirm(confirm) => Needs { hold: Some(confirm.hold), ..Needs::default() },
        Command::MoveStock(movement) => Needs { source: Some(movement.source), ..Needs::default() },
        Command::CountStock(count) => Needs { source: Some(count.source), ..Needs::default() },
        Command::ChangeSlot(change) => concerned(books, change.slot, &change.wish),
        Command::AnswerChange(answer) => {
            let pending = books.pendings.get(&answer.confirmation);
            pending.map(|pending| concerned(books, pending.slot, &pending.wish)).unwrap_or_default()
        }
        Command::UndoChange(undo) => Needs { orders_of: vec![undo.slot], ..Needs::default() },
        Command::PutWindow { id, spec, .. } => {
            let counts = counts_buyers_anew(books, *id, spec.hold.buyer_limit);
            let counts = counts || takes_pickups_along(books, spec.slot);
            Needs { orders_of: counts.then_some(spec.slot).into_iter().collect(), ..Needs::default() }
        }
        Command::PutBlock { spec, .. } => {
            let along = takes_pickups_along(books, spec.slot);
            Needs { orders_of: along.then_some(spec.slot).into_iter().collect(), ..Needs::default() }
        }
        Command::PutFulfilment { id, .. } | Command::RemoveFulfilment { id, .. } => {
            let known = books.fulfilments.get(id).map(|known| known.spec.slot);
            Needs { orders_of: known.into_iter().collect(), ..Needs::default() }
        }
        Command::PutSeries(put) => Needs { orders_of: kept_by(books, put), ..Needs::default() },
        Command::ApplyPlan(apply) => Needs { orders_of: counted_by(books, &apply.plan), ..Needs::default() },
        _ => Needs::default(),
    }
}

/// What must be known of a slot's orders: who bought loses it, or was promised another time or place.
fn concerned(books: &Books, slot: SlotId, wish: &Wish) -> Needs {
    let all = match wish {
        Wish::Edit(edit) => edit.times.is_some() || edit.place.is_some(),
        Wish::Part(part) => match &**part {
            Part::Fulfilment(id, _) => books.fulfilments.contains_key(id),
            // A pickup may hang on what is edited.
            Part::Window(..) | Part::Block(..) if takes_pickups_along(books, slot) => true,
            Part::Window(id, Some(spec)) => counts_buyers_anew(books, *id, spec.hold.buyer_limit),
            _ => false,
        },
        // A template may put anything.
        Wish::Template(_) | Wish::Cancel => true,
    };
    Needs { orders_of: all.then_some(slot).into_iter().collect(), ..Needs::default() }
}

/// Whether a window that has sold without a limit gets one: what its buyers have is counted then.
pub(crate) fn counts_buyers_anew(books: &Books, window: WindowId, limit: Option<u32>) -> bool {
    let known = books.windows.get(&window);
    limit.is_some() && known.is_some_and(|known| known.spec.hold.buyer_limit.is_none() && known.taken > 0)
}

/// The slots that a series keeps and that somebody has bought of: they may be moved or called off.
fn kept_by(books: &Books, put: &PutSeries) -> Vec<SlotId> {
    let from = put.parted.as_ref().map_or(put.id, |parted| parted.series);
    let run = books.runs.get(&from);
    let kept = put.kept.iter().filter_map(|kept| run?.get(&kept.was).copied());
    let sold = |slot: &SlotId| {
        books.windows_of(*slot).any(|window| window.taken > 0)
            || books.offers_of(*slot).any(|offer| offer.taken > 0)
    };
    kept.filter(sold).collect()
}

/// The slots of a plan in which that is so, and those that it takes to another time or place.
fn counted_by(books: &Books, plan: &Plan) -> Vec<SlotId> {
    let known = plan.slots.iter().filter_map(|slot| Some((*books.slugs.get(&slot.spec.slug)?, slot)));
    let counts = known.filter(|(id, slot)| {
        let before = books.slots.get(id).map(|slot| &slot.spec);
        let shown = (&slot.spec.times, &slot.spec.place);
        before.is_some_and(|before| shown != (&before.times, &before.place))
            || counted_in(books, *id, &slot.windows)
            || takes_pickups_along(books, *id)
            || takes_handovers_elsewhere(books, *id, slot)
    });
    counts.map(|(id, _)| id).collect()
}

/// Whether a plan puts a pickup block elsewhere than it is, or leaves it out.
fn takes_handovers_elsewhere(books: &Books, slot: SlotId, plan: &PlanSlot) -> bool {
    books.fulfilments_of(slot).map(|block| &block.spec).any(|spec| {
        let Some(planned) = plan.fulfilments.iter().find(|planned| planned.key == spec.key) else {
            return true;
        };
        let shown = (planned.kind, planned.opens.at, planned.closes.at, &planned.place);
        let boxes = planned.boxes.iter().map(|place| (place.from.at, place.until.at));
        shown != (spec.kind, spec.opens.at, spec.closes.at, &spec.place)
            || !boxes.eq(spec.boxes.iter().map(|place| (place.from.at, place.until.at)))
    })
}

fn counted_in(books: &Books, slot: SlotId, windows: &[PlanWindow]) -> bool {
    books.windows_of(slot).any(|window| {
        let planned = windows.iter().find(|planned| planned.key == window.spec.key);
        planned.is_some_and(|planned| counts_buyers_anew(books, window.id, planned.hold.buyer_limit))
    })
}

impl Books {
    /// The books of an organiser that has nothing yet.
    pub fn open(organiser: Organiser) -> Self {
        Self {
            organiser,
            keys: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            codes: BTreeMap::new(),
            lists: BTreeMap::new(),
            pictures: BTreeMap::new(),
            products: BTreeMap::new(),
            templates: BTreeMap::new(),
            slots: BTreeMap::new(),
            series: BTreeMap::new(),
            occurrences: BTreeMap::new(),
            trails: BTreeMap::new(),
            pendings: BTreeMap::new(),
            guards: BTreeMap::new(),
            windows: BTreeMap::new(),
            fulfilments: BTreeMap::new(),
            blocks: BTreeMap::new(),
            pools: BTreeMap::new(),
            offers: BTreeMap::new(),
            holds: BTreeMap::new(),
            numbers: BTreeSet::new(),
            entries: BTreeMap::new(),
            tallies: BTreeMap::new(),
            next_place: PLACE_FIRST,
            orders: BTreeMap::new(),
            ended: BTreeMap::new(),
            sources: BTreeMap::new(),
            left: BTreeMap::new(),
            tallied: BTreeSet::new(),
            agenda: BTreeSet::new(),
            parts: BTreeMap::new(),
            runs: BTreeMap::new(),
            slugs: BTreeMap::new(),
            pool_keys: BTreeMap::new(),
            code_digests: BTreeMap::new(),
            rules: BTreeSet::new(),
            closing: BTreeSet::new(),
            alert: BTreeSet::new(),
            announced: BTreeMap::new(),
            waited: BTreeSet::new(),
            stirred: BTreeMap::new(),
        }
    }

    /// Where the organiser lives.
    pub fn home(&self) -> Home {
        self.organiser.id.home()
    }

    /// When the next thing is due, if anything is.
    pub fn next_due(&self) -> Option<Instant> {
        self.agenda.first().map(|(at, _)| *at)
    }

    /// Lets go of what was only fetched.
    pub fn forget_fetched(&mut self) {
        self.orders.clear();
        self.ended.clear();
        self.sources.clear();
        self.left.clear();
        self.tallied.clear();
    }

    /// The windows of a slot, in the order of their ids.
    pub fn windows_of(&self, slot: SlotId) -> impl Iterator<Item = &Window> + '_ {
        let ids = self.parts.get(&slot).map(|parts| &parts.windows);
        ids.into_iter().flatten().filter_map(|id| self.windows.get(id))
    }

    /// The offers of a slot, in the order of their ids.
    pub fn offers_of(&self, slot: SlotId) -> impl Iterator<Item = &Offer> + '_ {
        let ids = self.parts.get(&slot).map(|parts| &parts.offers);
        ids.into_iter().flatten().filter_map(|id| self.offers.get(id))
    }

    /// The change of a slot that waits for a yes, if one does; there is never more than one.
    pub fn pending_of(&self, slot: SlotId) -> Option<&Pending> {
        self.pendings.values().find(|pending| pending.slot == slot)
    }

    /// The fulfilment blocks of a slot, in the order of their ids.
    pub fn fulfilments_of(&self, slot: SlotId) -> impl Iterator<Item = &Fulfilment> + '_ {
        let ids = self.parts.get(&slot).map(|parts| &parts.fulfilments);
        ids.into_iter().flatten().filter_map(|id| self.fulfilments.get(id))
    }

    /// The blocks of other kinds of a slot, in the order of their ids.
    pub fn blocks_of(&self, slot: SlotId) -> impl Iterator<Item = &Block> + '_ {
        let ids = self.parts.get(&slot).map(|parts| &parts.blocks);
        ids.into_iter().flatten().filter_map(|id| self.blocks.get(id))
    }

    /// Every time that hangs on a slot: of its windows, price steps, fulfilment and all other blocks.
    pub fn whens_of(&self, slot: SlotId) -> Vec<When> {
        let mut all = Vec::new();
        all.extend(self.windows_of(slot).flat_map(|window| [window.spec.opens, window.spec.closes]));
        for block in self.fulfilments_of(slot) {
            all.extend([block.spec.opens, block.spec.closes]);
            all.extend(block.spec.boxes.iter().flat_map(|time_box| [time_box.from, time_box.until]));
        }
        all.extend(self.offers_of(slot).flat_map(|offer| &offer.spec.ladder).filter_map(|step| step.from));
        all.extend(self.blocks_of(slot).flat_map(Block::whens));
        all
    }
}
