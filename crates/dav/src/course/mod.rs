//! A series as one entry: what an entry says of it, what it is in the books, and the text that shows it.
//!
//! An evening of a series is a slot; here all of them are one resource with a rule, further dates, dates that are
//! left out and overrides. Not here: what becomes of a change (`write`), and when texts are written (`shelf`).
//! Start at [`read`], then at [`Wanted`] and [`written`].

mod wanted;
mod written;

pub use dayshelf_wire::series::course::{Course, DAY, ONCE, Own};
pub use wanted::{Known, Run, Wanted, runs};
pub use written::{Fresh, written};

use dayshelf_ical::entry::Entry;
use dayshelf_ical::object::Object;
use dayshelf_ical::zone::legend::Legend;

use crate::entry::Mark;

/// What a text says of a series; `None` when it recurs in a way that no series can.
pub fn read(object: &Object, legend: &Legend) -> Option<Course> {
    let master = object.document().node(object.master().at)?;
    if master.property("EXRULE").is_some() {
        return None;
    }
    Course::read(object.master(), object.overrides(), legend, unmarked)
}

/// What an override says.
fn own_of(course: &Course, entry: &Entry, legend: &Legend) -> Option<Own> {
    course.own_of(entry, legend, unmarked)
}

fn unmarked(title: &str) -> &str {
    Mark::of(title).1
}
