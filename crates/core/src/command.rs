//! Everything that can be asked of an organiser's books.
//!
//! A command carries all that its decision needs beside the books and the instant: ids, digests, lots
//! and resolved times are made outside. `decide` answers it with facts or a refusal.

use std::collections::BTreeMap;

use crate::access::{Code, CustomersChange, List};
use crate::block::BlockSpec;
use crate::change::{Answer, Credential, Tell, Wish};
use crate::hold::{Buyer, FulfilmentChoice, Method};
use crate::ids::{
    BlockId, CodeId, ConfirmationId, EndpointId, EntryId, FulfilmentId, HoldId, KeyId, ListId, OfferId,
    OrderId, PaymentId, PictureId, PoolId, ProductId, SlotId, TemplateId, WindowId,
};
use crate::lobby::Number;
use crate::look::LookSpec;
use crate::offer::OfferSpec;
use crate::organiser::{ApiKey, Endpoint, Organiser, OrganiserSpec};
use crate::picture::Picture;
use crate::plan::Plan;
use crate::pool::PoolSpec;
use crate::product::Product;
use crate::series::{GrowSeries, PutSeries};
use crate::slot::{FulfilmentSpec, SlotSpec};
use crate::template::{Parts, Template};
use crate::text::{BuyerKey, Contact, Digest};
use crate::time::{Anchor, Instant};
use crate::window::WindowSpec;

/// Which state of a thing the sender has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// It must not exist yet.
    New,
    /// It must be at this version.
    Version(u32),
    /// Whatever it is.
    Any,
}

/// On whose authority something of a buyer is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Whoever has the bearer secret with this digest.
    Bearer(Digest),
    /// The organiser; its credential was checked where it came in.
    Organiser,
}

/// The instants that a slot's anchors stand for at its new place.
pub type Resolutions = BTreeMap<Anchor, Instant>;

/// Everything that can be asked. The names are the product on one screen.
#[allow(missing_docs, reason = "the fields are named by their types; the variants say what they mean")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Open the books of a new organiser.
    Found(Box<Organiser>),
    /// Change what the organiser says about itself.
    ChangeOrganiser { expected: Expect, spec: Box<OrganiserSpec> },
    /// Give the organiser's pages a logo and a colour, or take them away.
    ChangeLook { expected: Expect, look: LookSpec },
    /// Make an API key.
    IssueKey(Box<ApiKey>),
    /// End an API key.
    RevokeKey(KeyId),
    /// Make or change a webhook endpoint.
    PutEndpoint { expected: Expect, endpoint: Box<Endpoint> },
    /// Remove a webhook endpoint.
    RemoveEndpoint(EndpointId),
    /// Make or change a code.
    PutCode { expected: Expect, code: Box<Code> },
    /// Remove a code. What was bought with it stays.
    RemoveCode(CodeId),
    /// Make or replace a customer list.
    PutList { expected: Expect, list: Box<List> },
    /// Take customers on a list and off it, whatever others do with it meanwhile.
    ChangeCustomers { list: ListId, change: Box<CustomersChange> },
    /// Remove a customer list.
    RemoveList(ListId),

    /// Keep a picture, or say other things about it. What was drawn of it stays what it is.
    PutPicture { expected: Expect, picture: Box<Picture> },
    /// Remove a picture that nothing shows.
    RemovePicture { id: PictureId, expected: Expect },
    /// Make or change a product.
    PutProduct { expected: Expect, product: Box<Product> },
    /// Remove a product. Offers of its key stay.
    RemoveProduct { id: ProductId, expected: Expect },

    /// Make a slot, a draft.
    MakeSlot { id: SlotId, spec: Box<SlotSpec> },
    /// Put a draft on the calendar.
    PublishSlot { slot: SlotId, expected: Expect },
    /// Sell nothing of a slot until it goes on. What is held stays held, and can be bought.
    PauseSlot(SlotId),
    /// Go on selling after a pause. Whoever waits is served first.
    ResumeSlot(SlotId),
    /// Change a slot, give it the parts of a template, or call it off. What would destroy something waits for a yes;
    /// new times move everything that is anchored to it.
    ChangeSlot(Box<ChangeSlot>),
    /// Say yes or no to a change that waits for it.
    AnswerChange(Box<AnswerChange>),
    /// Take a slot's last change back.
    UndoChange(Box<UndoChange>),
    /// Let a frozen credential make changes again; another one must say so.
    Unfreeze { credential: Credential, by: Credential },
    /// Give a slot's overlay another address; the old one leads nowhere any more.
    RenewOverlay(SlotId),
    /// Make or change a window.
    PutWindow { id: WindowId, expected: Expect, spec: Box<WindowSpec> },
    /// Remove a window that nobody has used.
    RemoveWindow { id: WindowId, expected: Expect },
    /// Make or change a fulfilment block.
    PutFulfilment { id: FulfilmentId, expected: Expect, spec: Box<FulfilmentSpec> },
    /// Remove a fulfilment block that nobody has chosen.
    RemoveFulfilment { id: FulfilmentId, expected: Expect },
    /// Make or change a block of another kind: broadcast, reminder, announcement, shift, cue or rule.
    PutBlock { id: BlockId, expected: Expect, spec: Box<BlockSpec> },
    /// Remove such a block. What a rule did is undone.
    RemoveBlock { id: BlockId, expected: Expect },
    /// Answer for whoever is assigned to a shift.
    AnswerShift { block: BlockId, answer: ShiftAnswer },
    /// Make or change a pool.
    PutPool { id: PoolId, expected: Expect, spec: Box<PoolSpec> },
    /// Remove a pool whose units are all free and that nothing draws on.
    RemovePool(PoolId),
    /// Make or change an offer.
    PutOffer { id: OfferId, expected: Expect, spec: Box<OfferSpec> },
    /// Remove an offer that nobody has bought.
    RemoveOffer { id: OfferId, expected: Expect },
    /// Keep a template, or its next version.
    PutTemplate { expected: Expect, template: Box<Template> },
    /// Remove a template that no slot has parts of.
    RemoveTemplate { id: TemplateId, expected: Expect },
    /// Make or change a series. Each occurrence gets a slot; those that have one are brought to what the rule makes
    /// of them by the way of every change, each for itself.
    PutSeries(Box<PutSeries>),
    /// Give a series the slots of its next occurrences.
    GrowSeries(Box<GrowSeries>),
    /// Bring everything that the plan names to what it says, or nothing.
    ApplyPlan(Box<ApplyPlan>),

    /// Take a number in the lobby of a window.
    TakeNumber(TakeNumber),
    /// Claim units.
    MakeHold(Box<MakeHold>),
    /// Turn a basket into a hold, where the window holds at checkout.
    CheckOut { hold: HoldId, by: By },
    /// Ask for more time.
    ExtendHold { hold: HoldId, by: By },
    /// Give the units back.
    ReleaseHold { hold: HoldId, by: By },
    /// Buy what is held.
    Confirm(Box<Confirm>),
    /// The provider promised the money.
    PaymentAuthorised { hold: HoldId, payment: PaymentId, reference: String },
    /// The provider said no.
    PaymentDeclined { hold: HoldId, payment: PaymentId },
    /// The provider confirmed that the money is let go.
    PaymentCalledOff { hold: HoldId, payment: PaymentId },
    /// The provider took, let go of or gave back money of an order. `before` is what it had taken, let go
    /// of or given back when it was asked: a repeated call-back is known by it.
    PaymentMoved { order: OrderId, moved: PaymentMoved, amount: i64, before: i64 },

    /// Give back an order, whole or by line.
    CancelOrder { order: OrderId, by: By, lines: Option<Vec<u16>> },
    /// Take an order to another slot.
    MoveOrder { order: OrderId, by: By, slot: SlotId },
    /// Give the goods of a line to the buyer, for its pass.
    HandOver(Box<HandOver>),
    /// Take a handover back that was a slip of the hand.
    UndoHandOver { order: OrderId, line: u16 },
    /// Write an order's buyer anew: the name, how to reach them, where the goods go.
    EditOrder { order: OrderId, expected: Expect, buyer: Box<Buyer> },
    /// Write something down about an order, for the team alone.
    NoteOrder { order: OrderId, by: Credential, text: String },
    /// Tell the buyer of an order once more what they were told of it.
    ResendOrder(OrderId),

    /// Get in line.
    JoinWaitlist(Box<JoinWaitlist>),
    /// Get out of line, at a turn too.
    LeaveWaitlist { entry: EntryId, by: By },
    /// Let a turn go to the next in line.
    DeclineTurn { entry: EntryId, by: By },

    /// Move stock for a reason.
    MoveStock(Box<MoveStock>),
    /// Reconcile a pool with what a till or a person counted.
    CountStock(Box<CountStock>),

    /// Do what is due.
    Pulse,
}

/// See [`Command::ChangeSlot`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSlot {
    /// The slot.
    pub slot: SlotId,
    /// What the sender has seen.
    pub expected: Expect,
    /// What is wanted.
    pub wish: Wish,
    /// Whether and when customers hear of it.
    pub tell: Tell,
    /// Whose credential it came with.
    pub by: Credential,
    /// What the anchors of its blocks stand for at its new times; may be empty when the times stay.
    pub resolved: Resolutions,
    /// The id under which it waits, if it has to.
    pub waits_as: ConfirmationId,
}

/// See [`Command::AnswerChange`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerChange {
    /// The change that waits.
    pub confirmation: ConfirmationId,
    /// Yes or no.
    pub answer: Answer,
    /// Who says so.
    pub by: Credential,
    /// What the anchors of the slot's blocks stand for at the times that it wants, if it wants others.
    pub resolved: Resolutions,
    /// What the template that it wants comes to now, if it wants one.
    pub parts: Option<Box<Parts>>,
}

/// See [`Command::UndoChange`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoChange {
    /// The slot.
    pub slot: SlotId,
    /// Who takes it back.
    pub by: Credential,
    /// What the anchors of its blocks stand for at the times from before the change.
    pub resolved: Resolutions,
}

/// See [`Command::ApplyPlan`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplyPlan {
    /// The plan.
    pub plan: Plan,
    /// Whose credential it came with.
    pub by: Credential,
    /// Whether and when customers hear of other times and places.
    pub tell: Tell,
    /// Whether somebody has said yes to what it destroys.
    pub leave: Leave,
}

impl ApplyPlan {
    /// A plan as it is sent when nothing else is said: nobody has said yes to what it destroys, and customers
    /// hear of other times and places after the quiet time.
    pub const fn of(plan: Plan, by: Credential) -> Self {
        Self { plan, by, tell: Tell::AfterQuiet, leave: Leave::NotAsked }
    }
}

/// Whether somebody has said yes to what a change destroys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// Nobody was asked yet.
    NotAsked,
    /// Yes.
    Given,
}

/// What the person of a shift says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShiftAnswer {
    /// They come.
    Accept,
    /// They don't.
    Decline,
}

/// What a buyer wants of one offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// The offer.
    pub offer: OfferId,
    /// How many.
    pub quantity: u32,
}

/// See [`Command::TakeNumber`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeNumber {
    /// The slot.
    pub slot: SlotId,
    /// The keyed digest of the buyer's code.
    pub code: Option<Digest>,
    /// Who comes, where a list admits.
    pub buyer: Option<BuyerKey>,
    /// The lot, for the order of those who come before the opening.
    pub lot: u64,
}

/// See [`Command::MakeHold`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MakeHold {
    /// The hold's id.
    pub id: HoldId,
    /// The slot.
    pub slot: SlotId,
    /// What is wanted.
    pub wants: Vec<Want>,
    /// The keyed digest of the buyer's code.
    pub code: Option<Digest>,
    /// How to reach the buyer.
    pub contact: Option<Contact>,
    /// How the goods are received.
    pub fulfilment: Option<FulfilmentChoice>,
    /// The number that was let in, where the window has a lobby.
    pub number: Option<Number>,
    /// The digest of the bearer secret.
    pub secret: Digest,
}

/// See [`Command::Confirm`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// The hold.
    pub hold: HoldId,
    /// On whose authority.
    pub by: By,
    /// The id of the order to be.
    pub order: OrderId,
    /// The id of the payment to be.
    pub payment: PaymentId,
    /// Who buys.
    pub buyer: Buyer,
    /// How it is paid.
    pub method: Method,
    /// The provider's token for the buyer's means of payment; empty where there is none.
    pub token: String,
}

/// See [`Command::HandOver`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// The order.
    pub order: OrderId,
    /// The line.
    pub line: u16,
    /// When the pass was taken.
    pub taken: Taken,
    /// Whose credential it came with.
    pub by: Credential,
    /// What the stall calls itself; may be empty.
    pub stall: String,
}

/// When a pass was taken for its goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is asked for: the goods wait for the answer.
    Now,
    /// At this instant, by a stall without network, which gave the goods and tells of it now. It can't be refused
    /// any more.
    Before(Instant),
}

/// What happened to money of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentMoved {
    /// It was taken.
    Captured,
    /// It was let go.
    Voided,
    /// It was given back.
    Refunded,
    /// It was promised, but could not be taken.
    Failed,
}

/// See [`Command::JoinWaitlist`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinWaitlist {
    /// The entry's id.
    pub id: EntryId,
    /// The slot.
    pub slot: SlotId,
    /// What is wanted.
    pub want: Want,
    /// How to reach the waiter.
    pub contact: Contact,
    /// The keyed digest of the waiter's code.
    pub code: Option<Digest>,
    /// The digest of the bearer secret.
    pub secret: Digest,
    /// The entry's lot, for windows that serve by lottery.
    pub lot: u64,
}

/// A kind of stock movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Units come in.
    Add,
    /// Free units go out.
    Remove,
    /// Free units are broken, stolen or not found.
    Lose,
    /// Lost units turn up.
    Find,
    /// Free units go to another pool.
    Transfer(PoolId),
}

/// See [`Command::MoveStock`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveStock {
    /// The pool.
    pub pool: PoolId,
    /// What kind.
    pub movement: Movement,
    /// How many.
    pub units: u32,
    /// Why, in words.
    pub reason: String,
    /// The digest of the sender's own id for this movement: the same one is done once.
    pub source: Digest,
}

/// See [`Command::CountStock`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountStock {
    /// The pool.
    pub pool: PoolId,
    /// Units counted that this pool answers for: free, held and sold ones.
    pub units: u32,
    /// A number that rises with every count of the same source; older counts change nothing.
    pub version: u64,
    /// Why, in words.
    pub reason: String,
    /// The digest of the sender's own id for this count.
    pub source: Digest,
}

/// What a sender's own id stands for: the movement or the count that first came with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sourced {
    /// A movement.
    Moved(MoveStock),
    /// A count.
    Counted(CountStock),
}

impl Sourced {
    /// The digest of the sender's own id.
    pub fn source(&self) -> Digest {
        match self {
            Self::Moved(ask) => ask.source,
            Self::Counted(ask) => ask.source,
        }
    }
}
