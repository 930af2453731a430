//! An entry's text and its slot: what the text says, the text that a slot is given, and line edits between.
//!
//! An entry shows what customers were promised. Where the organiser's bytes say the same as the slot, they stay
//! as they are; where they say something else, those lines alone are written anew. Not here: what becomes of
//! a change (`write`). Start at [`Said::read`] and [`shown`].

mod derived;
mod made;
mod mark;
mod said;
mod shown;

pub use derived::{Derived, calendar_of, derived, people, person_of};
pub use made::{Made, made, zone_text};
pub use mark::{Mark, Marked};
pub use said::{Note, Said};
pub use shown::shown;
