//! What lasts: the journal, the rows that follow from it, and the two engines that keep them.
//!
//! Here: schema and migrations, the form of what is stored, the desk's writer, short reads, doctor,
//! backup. Not here: any rule about holds, money or time; the core decides, the desk asks us to keep.
//! Start at [`Store`] and [`Writer`].

mod app_passwords;
mod backup;
mod calendars;
mod cell;
mod changes;
mod codec;
mod consumer;
mod delivery;
mod doctor;
mod domains;
mod engine;
mod erase;
mod fault;
mod feeds;
mod ground;
mod heard;
mod journal;
mod load;
mod mail;
mod migrate;
mod people;
mod pictures;
mod reader;
mod rows;
mod runs;
mod statements;
mod store;
mod tables;
mod texts;
mod writer;

pub use app_passwords::AppPassword;
pub use backup::Backup;
pub use calendars::{
    Calendar, CalendarChange, CalendarKind, CalendarProperty, Calendars, EntryHead, EntryState, StoredEntry,
};
pub use changes::Changes;
pub use codec::CodecFault;
pub use consumer::Consumer;
pub use delivery::{Delivery, DeliveryState, Trouble};
pub use doctor::Difference;
pub use erase::{Erased, Gone};
pub use fault::{CommitFault, FaultKind, StoreFault};
pub use feeds::{Feed, FeedCourse, FeedEntry, FeedSubject};
pub use ground::{Ground, Simulated, Turn};
pub use journal::{Batch, Head, KeyRecord, KeyUse, Outcome, Record};
pub use mail::Mail;
pub use people::{
    AuditLine, Challenge, Ended, Entered, Invitation, Member, Newcomer, Passkey, Person, Recovery,
    SecondFactor, Session, SessionEntry, WayIn,
};
pub use pictures::picture_digest;
pub use reader::{Cursor, Reader, Settling};
pub use runs::{KeyRun, KeySlice};
pub use store::{Config, Store};
pub use texts::KeptText;
pub use writer::{Fetched, Writer};
