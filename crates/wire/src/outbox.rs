//! The public shape of a mail to a buyer.

use serde::Serialize;
use utoipa::ToSchema;

use crate::endpoint::DeliveryState;
use crate::name::{EntryRef, OrderRef};
use crate::time::At;

/// A mail in the log of an organiser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MailShape {
    /// The journal's sequence of what it tells.
    pub sequence: u64,
    /// The order that it is about; none where it goes to somebody in line.
    pub order: Option<OrderRef>,
    /// The place in line that it is about, where it goes to somebody in line.
    pub entry: Option<EntryRef>,
    /// What it tells: `order.confirmed`, `order.changed`, `order.cancelled`, `order.resent`, `slot.reminder`,
    /// `slot.announcement` or `waitlist.message`.
    #[serde(rename = "type")]
    #[schema(example = "order.confirmed")]
    pub kind: String,
    /// The address that it goes to.
    pub to: String,
    /// Its subject line.
    pub subject: String,
    /// Where it is in its life.
    pub state: DeliveryState,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried next, while it waits.
    pub next_at: Option<At>,
    /// The whole message as it is sent, by RFC 5322.
    pub message: String,
}
