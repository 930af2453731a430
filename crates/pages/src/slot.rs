//! The slot page: the product page on which one buys.

use askama::Template;

use crate::{
    Badge, Countdown, FormState, Frame, Href, Link, Moment, Permille, Picture, Place, Still, TimeSpan,
};

/// A product that is sold here, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductView {
    /// Its title.
    pub title: String,
    /// What it is, paragraph by paragraph.
    pub about: Vec<String>,
}

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaqView {
    /// What people ask.
    pub question: String,
    /// What to know, paragraph by paragraph.
    pub answer: Vec<String>,
}

/// The price now and what it will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceView {
    /// `€28`; `from €12` when offers differ.
    pub now: String,
    /// `€32 from 18:20`, `€32 once 10 are taken`; none when the price stays.
    pub next: Option<String>,
    /// The offer whose price this is, when it is one; the script then keeps it true.
    pub offer: Option<String>,
}

/// Where a window is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowState {
    /// Opens later.
    Upcoming,
    /// Open now.
    Open,
    /// Closed.
    Ended,
}

impl WindowState {
    /// The word for this state in class names.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Open => "open",
            Self::Ended => "ended",
        }
    }
}

/// One audience window, as text and as a band on the page's time axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowView {
    /// Who: `VIP`, `Everyone`.
    pub name: String,
    /// Condition: `with a code`; empty for none.
    pub condition: String,
    /// From opening to closing.
    pub time: TimeSpan,
    /// True when it opens or closes on another day than the slot's, so that days must be named.
    pub dated: bool,
    /// `12 left`, `rolls into Everyone`; empty for none.
    pub note: String,
    /// The offer whose live stock the note says, if it does.
    pub counts: Option<String>,
    /// Where it is in its life.
    pub state: WindowState,
    /// Its start on the axis.
    pub from: Permille,
    /// Its end on the axis.
    pub until: Permille,
    /// How much of its length is behind us.
    pub filled: Permille,
}

/// The time axis that all windows are drawn on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// Label at the start: `17:40`.
    pub from: String,
    /// Label at the end: `18:45 WET`.
    pub until: String,
    /// Now, if it is on the axis.
    pub now: Option<Permille>,
}

/// Whether an offer can be had by this viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferState {
    /// Can be bought by this viewer.
    Open,
    /// Nothing left; one can wait.
    Waitlist,
    /// Nothing left.
    SoldOut,
    /// Not open yet.
    Upcoming,
    /// Kept from sale for now.
    Paused,
    /// Gone for good.
    Unfulfillable,
    /// Over.
    Ended,
}

impl OfferState {
    /// The word for this state in class names.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waitlist => "waitlist",
            Self::SoldOut => "sold_out",
            Self::Upcoming => "upcoming",
            Self::Paused => "paused",
            Self::Unfulfillable => "unfulfillable",
            Self::Ended => "ended",
        }
    }

    /// The word for this state in the stock stream, so that the script sees when it changes.
    #[must_use]
    pub const fn stream_word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waitlist | Self::SoldOut => "sold_out",
            Self::Upcoming => "ahead",
            Self::Paused => "paused",
            Self::Unfulfillable => "unfulfillable",
            Self::Ended => "closed",
        }
    }
}

/// One offer with its quantity field, sent as `quantity.{id}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferView {
    /// The offer's id.
    pub id: String,
    /// Name.
    pub name: String,
    /// What comes with it; empty for none.
    pub note: String,
    /// Price of one now, formatted.
    pub price: String,
    /// Price of one now in minor units, for the sum that the script shows.
    pub price_minor: i64,
    /// ISO 4217 code of that price.
    pub currency: String,
    /// `7 left`, `Sold out`; empty to show nothing.
    pub left: String,
    /// Units this viewer may buy now, at most; zero hides the stepper.
    pub quantity_max: u32,
    /// The window's limit per buyer, whatever is free.
    pub quantity_limit: u32,
    /// Units chosen.
    pub quantity: u32,
    /// Bought only beside something else.
    pub add_on: bool,
    /// Whether it can be had.
    pub state: OfferState,
}

impl OfferView {
    fn chooses(&self) -> bool {
        self.quantity_max > 0 && matches!(self.state, OfferState::Open | OfferState::Waitlist)
    }
}

/// The field for a code, sent as `code`: with the form when something can be held, and else as a
/// form of its own. Both can send it to `{path}/code`, so that the page can show what it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeField {
    /// `VIP code`.
    pub label: String,
    /// What was typed or came with the link.
    pub value: String,
    /// `Opens the VIP window, 17:40–18:00.`; empty for none.
    pub hint: String,
    /// True when nothing can be bought now without one.
    pub needed: bool,
    /// The idempotency key of the code's own form.
    pub key: String,
}

/// One way to receive the goods, sent as `fulfilment`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FulfilmentChoice {
    /// What the form sends.
    pub value: String,
    /// `10:00–10:30`, `Post, 2–3 days`.
    pub label: String,
    /// `6 places left`, `+ €4.90`; empty for none.
    pub note: String,
    /// No place left.
    pub full: bool,
    /// Chosen.
    pub chosen: bool,
}

/// Choices under one heading: a pickup block with its time boxes, or delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FulfilmentGroup {
    /// `Pickup, Sunday 22 November`.
    pub title: String,
    /// Where; empty for none.
    pub note: String,
    /// The same on a map.
    pub map: Option<Link>,
    /// The choices.
    pub choices: Vec<FulfilmentChoice>,
}

/// A broadcast of the slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BroadcastView {
    /// `Live from the studio`.
    pub title: String,
    /// Under way now.
    pub live: bool,
    /// When it begins.
    pub from: Moment,
    /// From its beginning to its end, where it has one.
    pub until: Option<TimeSpan>,
    /// A page of it: the stream's, or the replay's.
    pub link: Option<Link>,
}

/// What others did here a moment ago, by rules that allow it to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofView {
    /// `6 people booked this slot in the last 15 minutes`.
    pub text: String,
    /// For a reader without script, whose page does not take it back: `(at 18:04 CET)`.
    pub as_of: String,
    /// Until when it may be shown, in milliseconds since 1970.
    pub until_ms: i64,
}

/// Another slot of the same organiser, with something left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherSlot {
    /// `/{organiser}/{slot}`.
    pub path: Href,
    /// Title.
    pub title: String,
    /// From start to end.
    pub time: TimeSpan,
    /// Stock as of now.
    pub badge: Badge,
}

/// The one button that fits this viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing can be done before the window opens.
    OpensAt {
        /// `Opens at 18:00 WET`.
        label: String,
        /// Time left until then.
        countdown: Countdown,
    },
    /// A waiting line stands before it. The form goes to `{path}/lobby`.
    Lobby {
        /// `Get in line`.
        label: String,
        /// How it works, in a sentence.
        note: String,
        /// Time left until the opening, before it.
        countdown: Option<Countdown>,
        /// The id of the window that it is the line of.
        window: String,
    },
    /// Take units.
    Hold {
        /// For a reader without script: `Hold for 8 minutes`, `Buy`.
        label: String,
        /// The same with `{n}` for the units chosen: `Hold {n} for 8 minutes`.
        label_counted: String,
    },
    /// Wait for units.
    Waitlist {
        /// `Join the waitlist`.
        label: String,
        /// How waiting works and how many wait: `4 are waiting. Your turn is a hold of 10 minutes.`
        note: String,
    },
    /// Nothing to be had.
    SoldOut {
        /// What to do next.
        note: String,
    },
    /// On the calendar, and not sold: for now, or for good.
    Withheld {
        /// `Paused for now`.
        label: String,
        /// Why, and what to do next.
        note: String,
    },
    /// It only takes place: there is no button.
    NotForSale {
        /// That nothing is sold.
        note: String,
    },
    /// Over.
    Ended {
        /// What to do next.
        note: String,
    },
    /// Called off.
    Cancelled {
        /// What to do next.
        note: String,
    },
}

impl Action {
    fn sells(&self) -> bool {
        matches!(self, Self::Hold { .. } | Self::Waitlist { .. })
    }

    fn holds(&self) -> bool {
        matches!(self, Self::Hold { .. })
    }

    fn lobby(&self) -> bool {
        matches!(self, Self::Lobby { .. })
    }

    fn waits(&self) -> bool {
        matches!(self, Self::Waitlist { .. })
    }

    fn over(&self) -> bool {
        matches!(self, Self::NotForSale { .. } | Self::Ended { .. } | Self::Cancelled { .. })
    }
}

/// `/{organiser}/{slot}`: everything about one slot, and the button to buy.
///
/// The form goes to `{path}/hold` or `{path}/waitlist`, by [`Action`]; an offer that is sold out
/// beside others that are not has a button that sends the same form to `{path}/waitlist` with
/// `wait={offer}`.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "slot.html")]
pub struct SlotPage {
    /// Head and surroundings.
    pub frame: Frame,
    /// The slot's id, for the stock stream.
    pub id: String,
    /// The journal sequence at which the counts on this page are true.
    pub sequence: u64,
    /// `/{organiser}/{slot}`.
    pub path: Href,
    /// Title.
    pub title: String,
    /// One sentence under the title; empty for none.
    pub lead: String,
    /// The story, paragraph by paragraph.
    pub story: Vec<String>,
    /// The pictures, the one that stands for the slot first.
    pub pictures: Vec<Picture>,
    /// What is drawn when there is no picture.
    pub still: Still,
    /// From start to end.
    pub time: TimeSpan,
    /// Place.
    pub place: Option<Place>,
    /// When it can be seen.
    pub broadcasts: Vec<BroadcastView>,
    /// `/{organiser}/{slot}.ics`, to put the slot on one's calendar.
    pub ics: Option<Href>,
    /// Calendars on the web that take it by a link.
    pub elsewhere: Vec<Link>,
    /// Stock as of now.
    pub badge: Badge,
    /// Price as of now; none when nothing is sold any more.
    pub price: Option<PriceView>,
    /// A line with a countdown while the window is open: `VIP window closes in`.
    pub closing: Option<(String, Countdown)>,
    /// The window that the stock stream names, open or next to open; empty for none. A change makes
    /// the script look again.
    pub window: String,
    /// The viewer's own stock stream, where a code lets them into a window that is not the public's.
    pub stream: Option<Href>,
    /// True when the stream's counts are not this viewer's, because it is not known yet whether they are let
    /// in: then the script fetches the page again instead of showing them.
    pub private: bool,
    /// All windows by opening.
    pub windows: Vec<WindowView>,
    /// The axis for them.
    pub axis: Option<Axis>,
    /// What is sold.
    pub offers: Vec<OfferView>,
    /// Code entry, when some window asks for one.
    pub code: Option<CodeField>,
    /// How to receive the goods; empty when there is nothing to choose.
    pub fulfilment: Vec<FulfilmentGroup>,
    /// Whether the form asks for the e-mail address: to wait, or where a window asks who one is.
    pub asks_email: bool,
    /// E-mail address typed so far.
    pub email: String,
    /// What one gets: the products that are sold here.
    pub products: Vec<ProductView>,
    /// What people ask.
    pub faqs: Vec<FaqView>,
    /// What others did here a moment ago, where it may be said.
    pub proof: Option<ProofView>,
    /// Where something is left, when nothing is here.
    pub others: Vec<OtherSlot>,
    /// Time left to choose, for a reader who was let in from the waiting line.
    pub turn: Option<Countdown>,
    /// The button.
    pub action: Action,
    /// Key and errors of the form.
    pub form: FormState,
}

impl SlotPage {
    /// Whether the page has something that the style of the library is for.
    fn has_library(&self) -> bool {
        !self.pictures.is_empty() || !self.products.is_empty() || !self.faqs.is_empty()
    }
}
