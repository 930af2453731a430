//! One seed, one life: a drop is drawn, a crowd buys, waits, pays late and changes its mind, an organiser moves
//! everything about, and an auditor that was written apart from the rules predicts every answer.
//!
//! Start at [`life::live`]. The same seed lives the same life, to the byte; the trace hash of a life says so.

pub mod auditor;
pub mod chance;
pub mod crowd;
#[cfg(feature = "planted")]
pub mod hunt;
pub mod ledger;
pub mod life;
pub mod queries;
pub mod scene;
pub mod seen;
pub mod shrink;
pub mod under;
pub mod world;
