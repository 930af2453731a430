//! Payments: asking the provider for what holds and orders need, and telling the desk what it said.
//!
//! Law: nothing is asked before the commit that needs it, no call happens inside a transaction, and an
//! unknown outcome is asked about until it is known. Start at [`Payments`]; the provider's side is
//! [`Provider`], of which [`Sandbox`] is built in.

mod provider;
mod sandbox;
mod settle;
mod stepped;
mod worker;

pub use provider::{Callback, MoneyReply, MoneyStep, Notice, Promise, Provider, Standing, Unread};
pub use sandbox::{Sandbox, SandboxConfig, Verdict};
pub use stepped::{hear, home_of, step};
pub use worker::Payments;
