//! Webhooks: what organisers' own programs hear of the journal, signed, in order, for as long as it takes.
//!
//! A reader turns facts into deliveries (`journal`, `stock`), which are kept in the transaction that moves
//! the reader on. A lane for each endpoint tries them (`lane`, `post`), so that a slow receiver delays
//! nobody else. Start at [`Webhooks`].

mod guard;
mod journal;
mod kinds;
mod lane;
mod lanes;
mod post;
mod schedule;
mod stepped;
mod stock;
mod web;

pub use guard::{Guard, Unfit};
pub use kinds::{KINDS, PING, STOCK_CHANGED, can_be_heard, delivery_id, delivery_text, goes_out, nearest};
pub(crate) use post::{AGENT, client, retry_after, trouble};
pub use post::{Answer, Receiver};
pub use schedule::{Clock, Schedule};
pub use stepped::{leave, step};
pub use web::{Config, Outbox, StartFault, Webhooks};
