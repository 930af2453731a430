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
use dayshelf_wire::broadcast::watched_at;

use super::made::{Made, made};

/// An entry that is only looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// Which kind of calendar.
    pub kind: CalendarKind,
    /// Whose, where each person has one of that kind; else empty.
    pub person: String,
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
    person: &'b str,
    id: Id,
    block: String,
    title: String,
    about: String,
    place: &'b str,
    conference: &'b str,
    span: (Instant, Instant),
}

/// The entries of a slot's blocks.
pub fn derived(sheet: &SlotSheet, zone: &Zone, url: &str) -> Vec<Derived> {
    let windows = sheet.windows.iter().map(|window| Shown {
        kind: CalendarKind::Windows,
        person: "",
        id: window.id.0,
        block: window.id.to_string(),
        title: window.spec.title.clone(),
        about: String::new(),
        place: "",
        conference: "",
        span: (window.spec.opens.at, window.spec.closes.at),
    });
    let pickup = sheet.fulfilments.iter().filter(|block| block.spec.kind == FulfilmentKind::Pickup);
    let pickup = pickup.map(|block| Shown {
        kind: CalendarKind::Pickup,
        person: "",
        id: block.id.0,
        block: block.id.to_string(),
        title: block.spec.title.clone(),
        about: String::new(),
        place: &block.spec.place,
        conference: "",
        span: (block.spec.opens.at, block.spec.closes.at),
    });
    let others = sheet.blocks.iter().flat_map(of_block);
    windows.chain(pickup).chain(others).map(|shown| entry(sheet, zone, url, &shown)).collect()
}

/// A shift says who works and what there is to do, and stands in that person's own calendar too; a broadcast says
/// where it can be seen.
fn of_block(block: &Block) -> Vec<Shown<'_>> {
    let spec = &block.spec;
    let shown = |kind, title: String, about: String| Shown {
        kind,
        person: "",
        id: block.id.0,
        block: block.id.to_string(),
        title,
        about,
        place: "",
        conference: "",
        span: (spec.when.at, spec.until.map_or(spec.when.at, |until| until.at)),
    };
    match &spec.kind {
        BlockKind::Shift(shift) => {
            let (person, tasks) = (shift.person.trim(), shift.tasks.join("\n"));
            let who = if person.is_empty() { "nobody yet" } else { person };
            let all = shown(CalendarKind::Shifts, format!("{} ({who})", spec.title), tasks.clone());
            let own = Shown { person, ..shown(CalendarKind::Person, spec.title.clone(), tasks) };
            [all, own]
                .into_iter()
                .filter(|one| one.kind == CalendarKind::Shifts || !person.is_empty())
                .collect()
        }
        BlockKind::Broadcast(broadcast) => {
            let sources: Vec<&str> = broadcast.sources.iter().map(|source| source.url.as_str()).collect();
            let plain = shown(CalendarKind::Broadcast, spec.title.clone(), sources.join("\n"));
            vec![Shown { conference: watched_at(block).unwrap_or_default(), ..plain }]
        }
        _ => Vec::new(),
    }
}

fn entry(sheet: &SlotSheet, zone: &Zone, url: &str, shown: &Shown<'_>) -> Derived {
    let (from, until) = shown.span;
    let wall = |at: Instant| zone.shown(Moment(at.0));
    let text = made(&Made {
        uid: format!("{}@dayshelf", shown.block),
        stamp: Moment(shown.id.made_at_ms()),
        times: (wall(from), wall(until)),
        zone,
        title: &format!("{}: {}", sheet.slot.spec.title, shown.title),
        about: &shown.about,
        place: shown.place,
        url,
        conference: shown.conference,
        status: match sheet.slot.state {
            SlotState::Draft => Status::Tentative,
            SlotState::Published => Status::Confirmed,
            SlotState::Cancelled | SlotState::Discarded => Status::Cancelled,
        },
        // The texts of blocks that did not change stay the same, whatever else of the slot does.
        sequence: 0,
    });
    let person = shown.person.to_owned();
    Derived { kind: shown.kind, person, block: shown.block.clone(), from, until, text }
}

/// What the name of a person's calendar begins with.
const PERSON: &str = "shifts-";
/// Letters of a person's name in that of their calendar: addresses have an end.
const PERSON_CHARS_MAX: usize = 60;

/// The name of a person's calendar in addresses, which has no spaces: `shifts-Ann_Example`.
pub fn calendar_of(person: &str) -> String {
    let words: Vec<&str> = person.split_whitespace().collect();
    let plain = words.join("_").replace(['/', '\\'], "_");
    format!(
        "{PERSON}{}",
        plain.chars().filter(|c| !c.is_control()).take(PERSON_CHARS_MAX).collect::<String>()
    )
}

/// Whose calendar this is, as people write it.
pub fn person_of(calendar: &str) -> String {
    calendar.strip_prefix(PERSON).unwrap_or(calendar).replace('_', " ")
}

/// The people who have shifts in a slot.
pub fn people(sheet: &SlotSheet) -> impl Iterator<Item = &str> {
    let persons = sheet.blocks.iter().filter_map(|block| match &block.spec.kind {
        BlockKind::Shift(shift) => Some(shift.person.trim()),
        _ => None,
    });
    persons.filter(|person| !person.is_empty())
}
