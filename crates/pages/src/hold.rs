//! The hold page: units are yours until the time shown; fill in and confirm.

use askama::Template;

use crate::{Countdown, FormState, Frame, Href, Line, Link, Moment, OfferState, OtherSlot, SlotSummary};

/// Where a hold is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldState {
    /// Chosen but not held: in this window units go to the first who pays.
    Basket,
    /// Held until the instant shown.
    Held {
        /// Time left.
        countdown: Countdown,
        /// The instant itself.
        until: Moment,
        /// Seconds of the hold in all, for the bar.
        span_s: u32,
        /// Seconds left when the page was rendered.
        left_s: u32,
    },
    /// The payment is under way. Set [`Frame::refresh_after_s`] and [`Frame::poll_s`] with it.
    Confirming {
        /// The bank's page, where the bank asks the buyer first.
        bank: Option<Href>,
    },
    /// It ended without the buyer's doing.
    Lapsed(Lapse),
    /// The buyer gave it back.
    Released,
}

/// Why a hold lapsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// The time ran out.
    Time,
    /// The slot was called off.
    CalledOff,
    /// The payment came to nothing.
    Payment,
    /// A count found fewer than were held.
    Deficit,
}

impl Lapse {
    const fn eyebrow(self) -> &'static str {
        match self {
            Self::CalledOff => "Hold ended",
            Self::Time | Self::Payment | Self::Deficit => "Hold lapsed",
        }
    }

    const fn heading(self) -> &'static str {
        match self {
            Self::Time => "The time ran out",
            Self::CalledOff => "This was called off",
            Self::Payment => "The payment did not come through",
            Self::Deficit => "There were fewer than we thought",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Time => "Your units went back to the shelf and nothing was charged.",
            Self::CalledOff => "The shop called it off, so your hold ended. Nothing was charged.",
            Self::Payment => {
                "It was not there in time, so your units went back to the shelf. Nothing was charged."
            }
            Self::Deficit => {
                "A count found fewer than were thought to be there, and yours were among them. \
                 Nothing was charged. We are sorry."
            }
        }
    }
}

/// A sandbox card, sent as `token`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCard {
    /// The token.
    pub token: String,
    /// `Pays at once`.
    pub label: String,
}

/// Which fields a way of paying needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentKind {
    /// The sandbox provider with its test cards.
    Sandbox(Vec<TestCard>),
    /// Cash or card at pickup.
    AtPickup,
    /// Nothing to pay.
    Free,
}

impl PaymentKind {
    /// What the form sends as `payment`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Sandbox(_) => "sandbox",
            Self::AtPickup => "at_pickup",
            Self::Free => "free",
        }
    }

    fn cards(&self) -> &[TestCard] {
        match self {
            Self::Sandbox(cards) => cards,
            Self::AtPickup | Self::Free => &[],
        }
    }
}

/// One way of paying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentChoice {
    /// What it needs.
    pub kind: PaymentKind,
    /// `Test card`.
    pub label: String,
    /// What happens then; empty for none.
    pub note: String,
    /// Chosen.
    pub chosen: bool,
}

/// Where the goods are sent: `street`, `extra`, `postcode`, `city`, `region`, `country`, typed so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressForm {
    /// Street and number.
    pub street: String,
    /// A second line.
    pub extra: String,
    /// The postcode.
    pub postcode: String,
    /// The city, town or village.
    pub city: String,
    /// The state or province.
    pub region: String,
    /// The country's two letters.
    pub country: String,
}

/// The buyer's part: `name`, `email`, `payment`, `token`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerForm {
    /// Key and errors.
    pub state: FormState,
    /// Name typed so far.
    pub name: String,
    /// E-mail address typed so far.
    pub email: String,
    /// Where the goods are sent; none where they are not.
    pub address: Option<AddressForm>,
    /// The countries to choose from, two letters and name.
    pub countries: &'static [(&'static str, &'static str)],
    /// Ways of paying; a single one is shown without a choice.
    pub payments: Vec<PaymentChoice>,
    /// `Pay €56.00`, `Confirm`.
    pub button: String,
}

/// What is left for others of an offer in this hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldLeft {
    /// The offer's id.
    pub offer: String,
    /// Its name.
    pub name: String,
    /// `5 left`, `Sold out`.
    pub text: String,
    /// How it stands for others; the script sees when that changes.
    pub state: OfferState,
}

/// `/h/{secret}`: a hold. Forms go to `{path}/confirm`, `{path}/extend`, `{path}/release`.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "hold.html")]
pub struct HoldPage {
    /// Head and surroundings.
    pub frame: Frame,
    /// `/h/{secret}`.
    pub path: Href,
    /// What is bought.
    pub slot: SlotSummary,
    /// The journal sequence at which the counts on this page are true.
    pub sequence: u64,
    /// The hold's own stock stream, where its window is not the public's.
    pub stream: Option<Href>,
    /// Where it is in its life.
    pub state: HoldState,
    /// What is held.
    pub lines: Vec<Line>,
    /// Sum, formatted.
    pub total: String,
    /// `incl. 23 % VAT`; empty for none.
    pub total_note: String,
    /// What others can still get.
    pub left: Vec<HoldLeft>,
    /// The buyer's part; shown in the states basket and held.
    pub buyer: BuyerForm,
    /// How often the hold can still be extended.
    pub extensions_left: u32,
    /// What one extension gives: `2 more minutes`.
    pub extension: String,
    /// Idempotency key of the extend form.
    pub extend_key: String,
    /// Idempotency key of the release form.
    pub release_key: String,
    /// When the hold is over: what is left of it now, and what to do.
    pub over: String,
    /// Where to go when the hold is over.
    pub next: Vec<Link>,
    /// Where something is left, when nothing is here.
    pub others: Vec<OtherSlot>,
}

impl HoldPage {
    fn is_open(&self) -> bool {
        matches!(self.state, HoldState::Basket | HoldState::Held { .. })
    }

    fn is_over(&self) -> bool {
        matches!(self.state, HoldState::Lapsed(_) | HoldState::Released)
    }

    fn is_held(&self) -> bool {
        matches!(self.state, HoldState::Held { .. })
    }
}
