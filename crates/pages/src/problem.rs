//! The problem page: nothing here, or an expected no, with what to do next.

use askama::Template;

use crate::{Frame, Link};

/// A refusal or a fault as a page of its own, when there is no form to show it on.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    /// Head and surroundings.
    pub frame: Frame,
    /// What is wrong, in a few words.
    pub title: String,
    /// Why, and what to do next.
    pub text: String,
    /// The refusal's code, which the picture is drawn from.
    pub code: String,
    /// The fault's id, to quote when asking; none for what is no fault of the server.
    pub fault: Option<String>,
    /// Where to go; the first is the button.
    pub next: Vec<Link>,
}
