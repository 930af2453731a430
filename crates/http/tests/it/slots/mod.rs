//! Slots: the calendar, one slot, and its live counts.

mod booked;
mod calendar;
mod change;
mod conflicts;
mod edit;
mod hung;
mod list;
pub mod live;
mod pause;
mod show;
mod single;
