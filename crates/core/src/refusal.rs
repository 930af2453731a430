//! Every expected no, in the order in which they are looked for.
//!
//! The order of the variants is the order of precedence: of two that apply, the earlier one is
//! answered. Each has a stable code, which ends the `type` of its problem document. A fault (a bug of
//! ours, a broken machine) is not a refusal.

use crate::change::Reason;
use crate::command::Sourced;
use crate::ids::{OfferId, WindowId};
use crate::look::Colour;
use crate::order::Redemption;
use crate::time::Instant;

/// What a command names that is not there for this caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noun {
    /// An organiser.
    Organiser,
    /// A slot.
    Slot,
    /// A window.
    Window,
    /// An offer.
    Offer,
    /// A pool.
    Pool,
    /// A fulfilment block.
    Fulfilment,
    /// A block beside windows, offers and fulfilment.
    Block,
    /// A template.
    Template,
    /// A picture.
    Picture,
    /// A product.
    Product,
    /// A series.
    Series,
    /// A code.
    Code,
    /// A customer list.
    List,
    /// A hold.
    Hold,
    /// An order.
    Order,
    /// A line of an order.
    Line,
    /// A note about an order.
    Note,
    /// A waitlist entry.
    Entry,
    /// A number in a lobby.
    Number,
    /// An API key.
    Key,
    /// A calendar of somebody else that is subscribed to.
    Feed,
    /// A text that is kept to be used again.
    Text,
    /// A webhook endpoint.
    Endpoint,
    /// Somebody of the team.
    Person,
    /// A session.
    Session,
    /// An invitation.
    Invitation,
    /// A price step.
    Step,
    /// A time box of a fulfilment block.
    Box,
    /// A change that waits for a yes.
    Confirmation,
    /// One time that a pass was taken for its goods.
    Redemption,
}

/// What is wrong with something that an organiser wrote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// Not a slug.
    NotASlug,
    /// A name that leads elsewhere.
    Reserved,
    /// Empty, but needed.
    Empty,
    /// Longer, higher or more than this.
    AboveMax(i64),
    /// Shorter, lower or fewer than this.
    BelowMin(i64),
    /// It ends before it begins.
    Inverted,
    /// A time that is over.
    Past,
    /// It overlaps another window of the same audience.
    Overlaps(String),
    /// Named twice.
    Repeated,
    /// It leads back to itself.
    Cycle,
    /// It rolls into a window that is over before this one closes, or that is in another slot.
    RollsNowhere,
    /// A ladder needs at least one step, and the first has no condition.
    NoFirstPrice,
    /// A later step without a condition would never let the earlier ones be seen.
    StepWithoutCondition,
    /// Steps out of order: the one before begins later.
    StepOutOfOrder,
    /// A time box that lies outside of its block.
    OutsideBlock,
    /// A letter that nobody sees, or that turns the direction of reading, by its code point.
    Unseen(String),
    /// An address that is none of the web's.
    NotAnAddress,
    /// A colour that can't be read where it is seen.
    TooFaint(Faint),
    /// A price in another currency than the organiser's.
    OtherCurrency,
    /// It names something that is not there.
    NoSuch(String),
    /// An add-on to itself or to another add-on.
    AddOnToAddOn,
    /// More than a pool has to give.
    AbovePool(Lacking),
}

/// What a pool has to give.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lacking {
    /// The pool's key.
    pub pool: String,
    /// How many it has.
    pub max: u32,
}

/// How a colour falls short, and what would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Faint {
    /// The colour.
    pub colour: Colour,
    /// Hundredths of its contrast, where it is lowest.
    pub contrast: u32,
    /// The nearest of its shades that would do.
    pub nearest: Colour,
}

/// A place in what the organiser wrote and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The path of the field, as `windows[vip].opens`.
    pub field: String,
    /// What is wrong.
    pub flaw: Flaw,
}

/// How a hold had ended when something more was asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It became an order.
    Confirmed,
    /// It was given back.
    Released,
    /// It lapsed.
    Lapsed,
}

/// Why a slot that is on the calendar sells nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withheld {
    /// The organiser paused the sale.
    Paused,
    /// A rule keeps it from sale while stock is low.
    StockLow,
    /// What it sells, or every place to fetch it from, is gone for good.
    Unfulfillable,
}

/// Declares the refusals with their codes, in order of precedence.
macro_rules! refusals {
    ($($(#[$doc:meta])* $code:ident => $name:ident $(($inner:ty))? $({ $($field:ident: $kind:ty),* $(,)? })?;)*) => {
        /// Every expected no. Earlier variants win over later ones.
        #[allow(missing_docs, reason = "the fields are named by their types; the variants say what they mean")]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Refusal {
            $($(#[$doc])* $name $(($inner))? $({ $($field: $kind),* })?,)*
        }

        impl Refusal {
            /// All codes, in order of precedence.
            pub const CODES: &'static [&'static str] = &[$(stringify!($code)),*];

            /// The stable code.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => stringify!($code),)*
                }
            }
        }
    };
}

refusals! {
    /// The idempotency key was used for another request.
    key_reused => KeyReused;
    /// The first request with this idempotency key has not been answered yet.
    key_in_flight => KeyInFlight;
    /// The sender's own id for a stock movement or a count was used for another one.
    source_reused => SourceReused(Box<Sourced>);
    /// It does not exist, or not for this caller.
    unknown => Unknown(Noun);
    /// The bearer secret is not the one of this hold, order or entry.
    secret_wrong => SecretWrong;
    /// The credential changed too much at once and may change nothing until another one lets it.
    credential_frozen => CredentialFrozen { since: Instant };
    /// Somebody else changed it meanwhile.
    version_stale => VersionStale { current: u32 };
    /// The name is taken.
    name_taken => NameTaken { field: String };
    /// Something that the organiser wrote can't be.
    invalid => Invalid(Box<Invalid>);
    /// No lines, too many of them, or an offer named twice.
    lines_out_of_bounds => LinesOutOfBounds { max: u32 };
    /// None, or more than one may take at once.
    quantity_out_of_bounds => QuantityOutOfBounds { offer: OfferId, max: u32 };
    /// An add-on without the offer that it belongs to.
    add_on_alone => AddOnAlone { offer: OfferId };
    /// There are as many of these as there may be.
    limit_reached => LimitReached { noun: Noun, max: u32 };
    /// It is in use: bought, held, waited for or referred to.
    in_use => InUse { noun: Noun, by: Noun };
    /// It destroys what people have or were promised, and nobody said yes to that.
    needs_yes => NeedsYes(Vec<Reason>);
    /// There is no change to take back, or it is too late.
    nothing_to_undo => NothingToUndo;
    /// The slot is not on the calendar.
    slot_not_published => SlotNotPublished;
    /// The slot was called off.
    slot_cancelled => SlotCancelled;
    /// The slot is over.
    slot_over => SlotOver;
    /// The slot is on the calendar and sells nothing: its sale is paused, stock is low, or it can't be fulfilled any
    /// more.
    not_offered => NotOffered(Withheld);
    /// The code does not open anything here: unknown, expired, or of another group.
    code_wrong => CodeWrong;
    /// No window of this slot admits this buyer.
    not_admitted => NotAdmitted { code_needed: bool };
    /// The window that admits this buyer has not opened.
    window_not_open => WindowNotOpen { opens_at: Instant };
    /// Every window that admits this buyer is over.
    window_closed => WindowClosed { closed_at: Instant };
    /// The lobby gives out no numbers yet.
    lobby_not_open => LobbyNotOpen { opens_at: Instant };
    /// No window that admits this buyer has a lobby: one can hold without a number.
    no_lobby => NoLobby;
    /// The window lets in by number, and there is none, or its time is over.
    number_needed => NumberNeeded;
    /// The number has not been let in yet.
    number_waits => NumberWaits { lets_in_at: Instant };
    /// Somebody holds with this number.
    number_used => NumberUsed;
    /// The window does not sell this offer.
    offer_not_in_window => OfferNotInWindow { offer: OfferId };
    /// More than one buyer may have in this window.
    buyer_limit => BuyerLimit { limit: u32, left: u32 };
    /// The time box has no place left, or is over.
    places_full => PlacesFull;
    /// Too few units are left.
    too_few_left => TooFewLeft { offer: OfferId, left: u32, window: WindowId };
    /// The hold has ended.
    hold_ended => HoldEnded(Ended);
    /// A payment for the hold is under way.
    hold_confirming => HoldConfirming;
    /// The hold holds its units already.
    hold_taken => HoldTaken;
    /// The hold was extended as often as the window allows.
    extensions_used => ExtensionsUsed { max: u8 };
    /// The payment method does not fit: free for what costs money, money for what is free, or at pickup for
    /// what is not fetched or where the organiser takes no money then.
    method_unfit => MethodUnfit;
    /// The goods are sent, and nobody said where to.
    address_missing => AddressMissing;
    /// The provider declined the payment. The hold goes on.
    payment_declined => PaymentDeclined { due: Instant };
    /// The order, or this line of it, was given back or handed over.
    order_closed => OrderClosed;
    /// The pass was taken before: at this instant, by this stall, on this credential.
    already_redeemed => AlreadyRedeemed(Box<Redemption>);
    /// The other slot has no offer of the same name, or none in a window that is open.
    no_counterpart => NoCounterpart { offer: OfferId };
    /// Units are there: hold them.
    units_free => UnitsFree { left: u32 };
    /// This contact is in line for this offer.
    already_waiting => AlreadyWaiting;
    /// More than could ever come back.
    never_enough => NeverEnough { max: u32 };
    /// The entry is out of line.
    entry_left => EntryLeft;
    /// It is not this entry's turn.
    no_turn => NoTurn;
    /// Nobody is assigned who could answer.
    nobody_assigned => NobodyAssigned;
    /// The account does not have that many units.
    too_few_units => TooFewUnits { have: u32 };
    /// A newer count of this pool was taken in before.
    count_stale => CountStale { newest: u64 };
}

impl Refusal {
    /// Its place in the order of precedence; a lower one wins.
    pub fn rank(&self) -> usize {
        Self::CODES.iter().position(|code| *code == self.code()).unwrap_or(usize::MAX)
    }

    /// A flaw at a field.
    pub fn invalid(field: impl Into<String>, flaw: Flaw) -> Self {
        Self::Invalid(Box::new(Invalid { field: field.into(), flaw }))
    }
}
