//! The CalDAV server: an organiser's own calendar app is the client, and its entries are slots.
//!
//! Intent comes as an explicit, authenticated PUT or DELETE and goes to the desk like any other; it is never
//! inferred from what is missing. What an app sees is what customers were promised: where the desk says no, the
//! app gets our version back. Not here: rules (`core`), SQL (`store`), iCalendar text (`ical`). Start at [`Dav`],
//! then at `server` for how a request goes, at `shelf` for what is kept, at `write` for a PUT.

mod course;
mod entry;
mod login;
mod methods;
mod no;
mod occur;
mod place;
mod props;
mod report;
mod ring;
mod scene;
mod server;
mod setup;
mod shelf;
mod span;
mod write;
pub mod xml;

pub use server::Dav;
