//! Everything that can have been decided.
//!
//! A fact is small where its subject is always in the books (holds, waiters) and whole where it may not
//! be (orders), so that it can be applied by a node that has not loaded the order. Whatever moves units
//! says so in `moves`: the journal is the stock ledger.

use crate::access::{Code, List};
use crate::block::Block;
use crate::change::{Credential, Made, Pending, PendingEnd, Promise, Telling};
use crate::command::{CountStock, MoveStock, Movement, PaymentMoved, Sourced};
use crate::hold::{Attempt, Hold, LapseCause, Line};
use crate::ids::{
    BlockId, CodeId, ConfirmationId, EndpointId, EntryId, FulfilmentId, HoldId, KeyId, ListId, OfferId,
    PictureId, PoolId, ProductId, SlotId, TemplateId, WindowId,
};
use crate::lobby::Number;
use crate::offer::Offer;
use crate::order::{Order, Redemption};
use crate::organiser::{ApiKey, Endpoint, Organiser};
use crate::picture::Picture;
use crate::pool::{Draw, Move, PoolRole, PoolSpec};
use crate::product::Product;
use crate::series::{Occurrence, Series};
use crate::slot::{Fulfilment, Slot};
use crate::template::Template;
use crate::text::{BuyerKey, Digest};
use crate::time::Instant;
use crate::waitlist::{Entry, LeftCause};
use crate::window::Window;

/// What happened to a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotChange {
    /// It was made.
    Created,
    /// Its text changed, or its blocks or offers did.
    Changed,
    /// Its times changed, and its blocks went with it.
    Moved,
    /// It went on the calendar.
    Published,
    /// It was called off.
    Cancelled,
}

/// What happened to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockChange {
    /// It was made or changed.
    Put,
    /// It moved with its slot.
    Moved,
    /// Its time has come.
    Began,
    /// The person of a shift comes.
    Accepted,
    /// The person of a shift does not come.
    Declined,
    /// A rule acted.
    Fired,
    /// A rule was crossed back; what it did that can be undone is undone.
    Rearmed,
}

/// How a hold ended without an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldEnd {
    /// The buyer gave it back.
    Released,
    /// It lapsed.
    Lapsed(LapseCause),
}

/// Everything that can have been decided.
#[allow(missing_docs, reason = "the fields are named by their types; the variants say what they mean")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// An organiser's books were opened.
    OrganiserFounded(Box<Organiser>),
    /// What the organiser says about itself changed.
    OrganiserChanged(Box<Organiser>),
    /// An API key was made.
    KeyIssued(Box<ApiKey>),
    /// An API key ended.
    KeyRevoked(KeyId),
    /// A webhook endpoint was made or changed.
    EndpointPut(Box<Endpoint>),
    /// A webhook endpoint was removed.
    EndpointRemoved(EndpointId),
    /// A code was made or changed.
    CodePut(Box<Code>),
    /// A code was removed.
    CodeRemoved(CodeId),
    /// A customer list was made or replaced.
    ListPut(Box<List>),
    /// A customer list was removed.
    ListRemoved(ListId),

    /// A picture came into the library, or other things are said about it.
    PicturePut(Box<Picture>),
    /// A picture was removed.
    PictureRemoved(PictureId),
    /// A product was made or changed.
    ProductPut(Box<Product>),
    /// A product was removed.
    ProductRemoved(ProductId),

    /// A template was made, or its next version.
    TemplatePut(Box<Template>),
    /// A template was removed.
    TemplateRemoved(TemplateId),

    /// A series was made or changed, or has more slots.
    SeriesPut(Box<Series>),
    /// A slot became an occurrence of a series, or another one.
    OccurrencePut(Box<Occurrence>),

    /// A slot was made or changed.
    SlotPut { slot: Box<Slot>, change: SlotChange },
    /// A change of a slot was carried out; what it did to the slot and its blocks comes after it.
    ChangeMade(Box<Made>),
    /// A change waits for a yes.
    ConfirmationAsked(Box<Pending>),
    /// A change that waited was done, or will not be.
    ConfirmationEnded { confirmation: ConfirmationId, slot: SlotId, end: PendingEnd },
    /// A slot's customers are told of its time and place.
    CustomersTold(Box<Telling>),
    /// A credential moved or called off too much at once, and may change nothing until it is let again.
    CredentialFrozen { credential: Credential, at: Instant },
    /// A frozen credential may make changes again.
    CredentialFreed { credential: Credential },
    /// A window was made or changed, or moved with its slot.
    WindowPut { window: Box<Window>, moves: Vec<Move> },
    /// A window that had sold without a limit got one: units that each buyer has in it by now.
    BuyersCounted { window: WindowId, counts: Vec<(BuyerKey, u32)> },
    /// A window was removed.
    WindowRemoved { window: WindowId, moves: Vec<Move> },
    /// A window opened.
    WindowOpened(WindowId),
    /// A window closed, and its unsold units went where it says.
    WindowClosed { window: WindowId, moves: Vec<Move> },
    /// A fulfilment block was made or changed, or moved with its slot.
    FulfilmentPut(Box<Fulfilment>),
    /// A fulfilment block was removed.
    FulfilmentRemoved(FulfilmentId),
    /// Something happened to a block of another kind.
    BlockPut { block: Box<Block>, change: BlockChange, moves: Vec<Move> },
    /// Such a block was removed.
    BlockRemoved(BlockId),
    /// A pool was made or changed.
    PoolPut { pool: PoolId, role: PoolRole, version: u32, spec: Box<PoolSpec>, moves: Vec<Move> },
    /// A pool was removed.
    PoolRemoved { pool: PoolId, moves: Vec<Move> },
    /// An offer was made or changed, or its steps moved with its slot.
    OfferPut(Box<Offer>),
    /// An offer was removed.
    OfferRemoved(OfferId),
    /// A price step began by the clock.
    StepBegan { offer: OfferId, step: u16 },
    /// A drip let out the portion that was due at this instant.
    Dripped { window: WindowId, at: Instant },

    /// Somebody took a number in a lobby. `lot` is what the order is drawn with, of those who came before the opening.
    NumberTaken { number: Number, lot: u64 },

    /// A hold, or a basket where the window holds later.
    HoldMade { hold: Box<Hold>, moves: Vec<Move> },
    /// A basket's units are held from now on.
    HoldTaken { hold: HoldId, lines: Vec<Line>, places: Vec<Draw>, due: Instant, moves: Vec<Move> },
    /// A hold got more time.
    HoldExtended { hold: HoldId, due: Instant, extended: u8 },
    /// A hold ended without an order.
    HoldEnded { hold: HoldId, end: HoldEnd, moves: Vec<Move> },
    /// A payment is under way.
    ConfirmBegun { hold: HoldId, attempt: Box<Attempt> },
    /// A payment takes too long and is being called off.
    ConfirmCallingOff { hold: HoldId },
    /// A payment was declined; the hold goes on.
    ConfirmFailed { hold: HoldId, due: Instant },
    /// A hold became an order. `late` says that its units had been given back and were found again.
    OrderConfirmed { order: Box<Order>, late: bool, moves: Vec<Move> },
    /// What the buyer of an order that was confirmed, moved, sent again or given back is told of it, as it is now.
    OrderPromised(Box<Promise>),
    /// A payment succeeded after its hold's end and nothing was left: an order that is cancelled from
    /// the start, so that the money goes back.
    LatePaymentUnfilled { order: Box<Order> },
    /// Lines of an order were given back. The order is whole, as it stands after.
    OrderCancelled { order: Box<Order>, lines: Vec<u16>, moves: Vec<Move> },
    /// An order went to another slot.
    OrderMoved { order: Box<Order>, from: MovedFrom, moves: Vec<Move> },
    /// A line's goods were given to the buyer.
    OrderHanded { order: Box<Order>, line: u16, moves: Vec<Move> },
    /// An order's buyer is written otherwise. `was` is who it counted for until then.
    OrderEdited { order: Box<Order>, was: BuyerKey },
    /// Something was written down about an order.
    OrderNoted(Box<Order>),
    /// The buyer of an order is told of it once more.
    OrderResent(Box<Order>),
    /// A stall without network had taken a pass that was taken before, or whose line was given back.
    RedeemedAgain { order: Box<Order>, line: u16, again: Box<Redemption> },
    /// A handover was taken back.
    HandOverUndone { order: Box<Order>, line: u16, moves: Vec<Move> },
    /// Money of an order moved.
    PaymentMoved { order: Box<Order>, moved: PaymentMoved, amount: i64 },

    /// Someone got in line.
    EntryJoined(Box<Entry>),
    /// An entry too big to fit was passed over.
    EntryPassed(EntryId),
    /// Units were set aside for an entry too big to be served at once.
    EntryGathered { entry: EntryId, quantity: u32, draws: Vec<Draw>, moves: Vec<Move> },
    /// It is an entry's turn. Units set aside before are part of the hold.
    TurnGiven { entry: EntryId, hold: Box<Hold>, moves: Vec<Move> },
    /// An entry whose turn lapsed is in line once more.
    EntryRequeued { entry: EntryId, place: u64 },
    /// An entry is out of line; what was set aside for it is free again.
    EntryLeft { entry: EntryId, cause: LeftCause, moves: Vec<Move> },
    /// Units came back where everyone in line is told at once.
    UnitsAnnounced { slot: SlotId, offer: OfferId, free: u32 },

    /// Stock moved for a reason.
    StockMoved {
        pool: PoolId,
        movement: Movement,
        units: u32,
        reason: String,
        source: Digest,
        moves: Vec<Move>,
    },
    /// A count was reconciled. `shortfall` are sold units that nobody can find: an incident.
    StockCounted { pool: PoolId, count: Counted, moves: Vec<Move> },
}

/// Where an order was before it moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedFrom {
    /// The slot it left.
    pub slot: SlotId,
    /// The window whose counts it left.
    pub window: WindowId,
    /// Offer and quantity of each line that left, in the order of the lines.
    pub lines: Vec<(OfferId, u32)>,
}

/// What a count said and what it meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Units counted.
    pub units: u32,
    /// Units that the books expected.
    pub expected: u32,
    /// Sold units that the count can't account for.
    pub shortfall: u32,
    /// The count's version.
    pub version: u64,
    /// Why, in words.
    pub reason: String,
    /// The digest of the sender's own id for it.
    pub source: Digest,
}

impl Fact {
    /// Whether somebody may be written to because of it: buyers of what they bought, and those whom a reminder or an
    /// announcement is for. Most facts are of holds, and nobody is.
    pub const fn may_be_written_of(&self) -> bool {
        matches!(
            self,
            Self::OrderConfirmed { .. }
                | Self::OrderMoved { .. }
                | Self::OrderResent(_)
                | Self::OrderCancelled { .. }
                | Self::CustomersTold(_)
                | Self::BlockPut { change: BlockChange::Began, .. }
        )
    }

    /// Whether a payment may have its next step because of it. Most facts are of holds that nobody pays yet.
    pub const fn may_be_paid_for(&self) -> bool {
        matches!(
            self,
            Self::ConfirmBegun { .. }
                | Self::ConfirmCallingOff { .. }
                | Self::ConfirmFailed { .. }
                | Self::OrderConfirmed { .. }
                | Self::LatePaymentUnfilled { .. }
                | Self::OrderCancelled { .. }
                | Self::OrderMoved { .. }
                | Self::PaymentMoved { .. }
        )
    }

    /// What a movement or a count said, as its sender's own id stands for it.
    pub fn sourced(&self) -> Option<Sourced> {
        match self {
            Self::StockMoved { pool, movement, units, reason, source, .. } => {
                let (pool, movement, units) = (*pool, *movement, *units);
                Some(Sourced::Moved(MoveStock {
                    pool,
                    movement,
                    units,
                    reason: reason.clone(),
                    source: *source,
                }))
            }
            Self::StockCounted { pool, count, .. } => {
                let Counted { units, version, ref reason, source, .. } = *count;
                let reason = reason.clone();
                Some(Sourced::Counted(CountStock { pool: *pool, units, version, reason, source }))
            }
            _ => None,
        }
    }

    /// The units that this fact moved.
    pub fn moves(&self) -> &[Move] {
        match self {
            Self::WindowPut { moves, .. }
            | Self::WindowRemoved { moves, .. }
            | Self::WindowClosed { moves, .. }
            | Self::BlockPut { moves, .. }
            | Self::PoolPut { moves, .. }
            | Self::PoolRemoved { moves, .. }
            | Self::HoldMade { moves, .. }
            | Self::HoldTaken { moves, .. }
            | Self::HoldEnded { moves, .. }
            | Self::OrderConfirmed { moves, .. }
            | Self::OrderCancelled { moves, .. }
            | Self::OrderMoved { moves, .. }
            | Self::OrderHanded { moves, .. }
            | Self::HandOverUndone { moves, .. }
            | Self::EntryGathered { moves, .. }
            | Self::TurnGiven { moves, .. }
            | Self::EntryLeft { moves, .. }
            | Self::StockMoved { moves, .. }
            | Self::StockCounted { moves, .. } => moves,
            _ => &[],
        }
    }
}
