//! The page of the sandbox's bank, which wants to know that the buyer is the buyer.

use askama::Template;

use crate::{Frame, Href, SlotSummary};

/// `/h/{secret}/bank`: approve or decline. Sent to `{path}` with `verdict`.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "bank.html")]
pub struct BankPage {
    /// Head and surroundings.
    pub frame: Frame,
    /// `/h/{secret}/bank`.
    pub path: Href,
    /// What is bought.
    pub slot: SlotSummary,
    /// How much, formatted.
    pub amount: String,
    /// Who is paid.
    pub shop: String,
    /// Whether the hold has ended meanwhile.
    pub late: bool,
    /// Idempotency key of the form.
    pub key: String,
}
