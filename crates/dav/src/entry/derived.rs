//! Entries that are only looked at: windows and pickup, made from a slot's blocks.
//!
//! Start at [`derived`].

use dayshelf_core::ids::Id;
use dayshelf_core::slot::{FulfilmentKind, SlotState};
use dayshelf_core::time::Instant;
use dayshelf_desk::SlotSheet;
use dayshelf_ical::feed::Status;
use dayshelf_ical::time::Moment;
use dayshelf_ical::zone::Zone;
use dayshelf_store::CalendarKind;

use super::made::{Made, made};

/// An entry that is only looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// Which calendar.
    pub kind: CalendarKind,
    /// Its block's id, which names it.
    pub block: String,
    /// When it begins.
    pub from: Instant,
    /// When it ends.
    pub until: Instant,
    /// Its text.
    pub text: String,
}

/// What a block is shown as.
struct Shown<'b> {
    kind: CalendarKind,
    id: Id,
    block: String,
    title: &'b str,
    place: &'b str,
    span: (Instant, Instant),
}

/// The entries of a slot's blocks.
pub fn derived(sheet: &SlotSheet, zone: &Zone, url: &str) -> Vec<Derived> {
    let windows = sheet.windows.iter().map(|window| Shown {
        kind: CalendarKind::Windows,
        id: window.id.0,
        block: window.id.to_string(),
        title: &window.spec.title,
        place: "",
        span: (window.spec.opens.at, window.spec.closes.at),
    });
    let pickup = sheet.fulfilments.iter().filter(|block| block.spec.kind == FulfilmentKind::Pickup);
    let pickup = pickup.map(|block| Shown {
        kind: CalendarKind::Pickup,
        id: block.id.0,
        block: block.id.to_string(),
        title: &block.spec.title,
        place: &block.spec.place,
        span: (block.spec.opens.at, block.spec.closes.at),
    });
    windows.chain(pickup).map(|shown| entry(sheet, zone, url, &shown)).collect()
}

fn entry(sheet: &SlotSheet, zone: &Zone, url: &str, shown: &Shown<'_>) -> Derived {
    let (from, until) = shown.span;
    let local = |at: Instant| zone.local(Moment(at.0));
    let text = made(&Made {
        uid: format!("{}@dayshelf", shown.block),
        stamp: Moment(shown.id.made_at_ms()),
        times: (local(from), local(until)),
        zone,
        title: &format!("{}: {}", sheet.slot.spec.title, shown.title),
        about: "",
        place: shown.place,
        url,
        status: match sheet.slot.state {
            SlotState::Draft => Status::Tentative,
            SlotState::Published => Status::Confirmed,
            SlotState::Cancelled => Status::Cancelled,
        },
        // The texts of blocks that did not change stay the same, whatever else of the slot does.
        sequence: 0,
    });
    Derived { kind: shown.kind, block: shown.block.clone(), from, until, text }
}
