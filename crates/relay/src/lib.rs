//! Readers of the journal and the board, and everything that goes out: live streams, payments, webhooks.
//!
//! Nothing is decided here. What comes back from outside becomes a command for the desk, and every worker
//! is one idempotent path: it is woken or comes by itself, reads what is to be done, and does it; a worker
//! that was killed does the same again. Start at [`live::Hub`].

mod bells;
pub mod live;
pub mod payments;
