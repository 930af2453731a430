//! Entries that are only looked at: windows, pickup, shifts and broadcasts, made from a slot's blocks.
//!
//! Start at [`derived`].

use dayshelf_core::block::{Block, BlockKind};
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
    title: String,
    about: String,
    place: &'b str,
    span: (Instant, Instant),
}

/// The entries of a slot's blocks.
pub fn derived(sheet: &SlotSheet, zone: &Zone, url: &str) -> Vec<Derived> {
    let windows = sheet.windows.iter().map(|window| Shown {
        kind: CalendarKind::Windows,
        id: window.id.0,
        block: window.id.to_string(),
        title: window.spec.title.clone(),
        about: String::new(),
        place: "",
        span: (window.spec.opens.at, window.spec.closes.at),
    });
    let pickup = sheet.fulfilments.iter().filter(|block| block.spec.kind == FulfilmentKind::Pickup);
    let pickup = pickup.map(|block| Shown {
        kind: CalendarKind::Pickup,
        id: block.id.0,
        block: block.id.to_string(),
        title: block.spec.title.clone(),
        about: String::new(),
        place: &block.spec.place,
        span: (block.spec.opens.at, block.spec.closes.at),
    });
    let others = sheet.blocks.iter().filter_map(of_block);
    windows.chain(pickup).chain(others).map(|shown| entry(sheet, zone, url, &shown)).collect()
}

/// A shift says who works and what there is to do; a broadcast where it can be seen.
fn of_block(block: &Block) -> Option<Shown<'_>> {
    let spec = &block.spec;
    let (kind, title, about) = match &spec.kind {
        BlockKind::Shift(shift) if shift.person.is_empty() => {
            (CalendarKind::Shifts, format!("{} (nobody yet)", spec.title), shift.tasks.join("\n"))
        }
        BlockKind::Shift(shift) => {
            (CalendarKind::Shifts, format!("{} ({})", spec.title, shift.person), shift.tasks.join("\n"))
        }
        BlockKind::Broadcast(broadcast) => {
            let sources: Vec<&str> = broadcast.sources.iter().map(|source| source.url.as_str()).collect();
            (CalendarKind::Broadcast, spec.title.clone(), sources.join("\n"))
        }
        _ => return None,
    };
    let span = (spec.when.at, spec.until.map_or(spec.when.at, |until| until.at));
    Some(Shown { kind, id: block.id.0, block: block.id.to_string(), title, about, place: "", span })
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
        about: &shown.about,
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
