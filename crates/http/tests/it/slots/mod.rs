//! Slots: the calendar, one slot, and its live counts.

mod list;
mod live;
mod show;
