//! Slots: the calendar, one slot, and its live counts.

mod edit;
mod list;
mod live;
mod show;
