//! The simulator: one seed is one life of a drop, from its first window to its last late payment.
//!
//! Here: a scene drawn from the seed ([`scene`]), buyers with human habits ([`crowd`]), what they talk to
//! ([`under`]), and an auditor that knows none of the rules' code and predicts every answer ([`auditor`]).
//! Not here: the rules. Start at [`life::live`]. The same seed gives the same trace, to the bit.

pub mod auditor;
pub mod chance;
pub mod crowd;
pub mod life;
pub mod scene;
pub mod under;
pub mod world;
