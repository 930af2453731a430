//! The page of a change that waits for a yes.

use askama::Template;

use crate::{Frame, Href};

/// Where the change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmationState {
    /// It waits.
    Waits,
    /// It was done just now.
    Done,
    /// It will not be done.
    Left,
}

/// `/yes/{secret}`: what would be done, and a yes or a no. Sent to `{path}` with `answer`.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "confirmation.html")]
pub struct ConfirmationPage {
    /// Head and surroundings.
    pub frame: Frame,
    /// `/yes/{secret}`.
    pub path: Href,
    /// The slot's title.
    pub title: String,
    /// What is asked, as a question.
    pub question: String,
    /// When it is now, where that would change.
    pub before: Option<String>,
    /// When it would be.
    pub after: Option<String>,
    /// What follows from it, a sentence each.
    pub reasons: Vec<String>,
    /// Who is told.
    pub told: String,
    /// What is on the button.
    pub act: String,
    /// Until when it waits.
    pub until: String,
    /// Where it is.
    pub state: ConfirmationState,
    /// Idempotency key of the form.
    pub key: String,
}
