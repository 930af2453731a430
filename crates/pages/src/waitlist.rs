//! The waitlist page: one's place in line, and one's turn.

use askama::Template;

use crate::{Countdown, Frame, Href, Link, Moment, SlotSummary};

/// A chance in words, and what it was worked out from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChanceView {
    /// `Your chance by what is held now: about 35 %`.
    pub text: String,
    /// How it is worked out, sentence by sentence.
    pub how: Vec<String>,
}

/// Where a waitlist entry is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitState {
    /// In line.
    Waiting {
        /// `3rd in line`, `In the draw`.
        place: String,
        /// How it goes on: `Two people are before you. We write to you the moment units come back.`
        note: String,
        /// How likely a turn is, where that can be told.
        chance: Option<ChanceView>,
    },
    /// Units are held for this reader.
    Turn {
        /// `/h/{secret}` of the ready-made hold.
        hold: Href,
        /// Time left.
        countdown: Countdown,
        /// The instant itself.
        until: Moment,
    },
    /// The turn was not taken in time.
    Lapsed {
        /// `You keep a place in line for one more turn.`
        note: String,
    },
    /// Out of the line, by choice or because the slot is over.
    Left {
        /// What happened, in a few words.
        heading: String,
        /// Why, and what to do next.
        note: String,
    },
    /// The turn was taken and paid.
    Served {
        /// `/o/{secret}`.
        order: Href,
    },
}

/// `/w/{secret}`: a waitlist entry. Forms go to `{path}/decline` and `{path}/leave`.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "waitlist.html")]
pub struct WaitlistPage {
    /// Head and surroundings.
    pub frame: Frame,
    /// `/w/{secret}`.
    pub path: Href,
    /// What is waited for.
    pub slot: SlotSummary,
    /// Name of the offer.
    pub offer: String,
    /// Units asked for.
    pub quantity: u32,
    /// Where we write to; empty for nowhere.
    pub email: String,
    /// Where it is in its life.
    pub state: WaitState,
    /// Idempotency key of the form (leave or decline, whichever is shown).
    pub key: String,
    /// Where to go next.
    pub next: Vec<Link>,
}
