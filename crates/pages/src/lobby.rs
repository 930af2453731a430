//! The waiting line before a hot opening: where one stands, and why that is fair.

use askama::Template;

use crate::{Badge, Countdown, Frame, Href, Link, SlotSummary};

/// Where a number is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LobbyState {
    /// The order is drawn at the opening.
    Ahead {
        /// `18:00 WET`.
        opens: String,
        /// `214 people are here so far, you among them.`
        here: String,
        /// Time left until then.
        countdown: Countdown,
    },
    /// In line.
    Waits {
        /// `12 people are before you`.
        before: String,
        /// When one is let in: `18:03 WET`.
        from: String,
        /// Time left until then.
        countdown: Countdown,
    },
    /// Let in, and the time to choose is over.
    Over {
        /// When it ended.
        until: String,
    },
}

/// `/{organiser}/{slot}/lobby`: a place in line. The form goes there too.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "lobby.html")]
pub struct LobbyPage {
    /// Head and surroundings.
    pub frame: Frame,
    /// `/{organiser}/{slot}`.
    pub path: Href,
    /// What is waited for.
    pub slot: SlotSummary,
    /// Stock as of now.
    pub badge: Badge,
    /// Where the number is in its life.
    pub state: LobbyState,
    /// How the line works, sentence by sentence.
    pub rules: Vec<String>,
    /// Idempotency key of the form.
    pub key: String,
    /// The id of the window that it is the line of.
    pub window: String,
    /// Whether the form asks who one is: the window admits by a list.
    pub asks_email: bool,
    /// Where to go next.
    pub next: Vec<Link>,
}
