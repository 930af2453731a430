//! One seed, one life: a drop is drawn, a crowd buys, waits, pays late and changes its mind, an organiser moves
//! everything about, and an auditor that was written apart from the rules predicts every answer.
//!
//! Start at [`life::live`]. The same seed lives the same life, to the byte; the trace hash of a life says so.

pub mod auditor;
pub mod chance;
//C
//L
//Q
//S
//E
//H
pub mod under;
