//! Writing entries anew: from slots and what is kept of their entries to the rows of one change.
//!
//! Pure: everything comes in, rows go out. An entry whose text stays the same keeps its token, so no app is woken
//! for it. An evening of a series has no entry of its own: what is left is a row that says which version of its slot
//! was seen. Start at [`Renewal::renew`]; the entries of series are in [`super::course`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dayshelf_core::ids::{ConfirmationId, SlotId};
use dayshelf_core::organiser::Organiser;
use dayshelf_core::slot::{Slot, SlotState};
use dayshelf_core::time::Instant;
use dayshelf_desk::SlotCard;
use dayshelf_ical::zone::{Zone, Zones};
use dayshelf_store::{Calendar, CalendarChange, CalendarKind, EntryHead, EntryState, StoredEntry};
use dayshelf_wire::change::link::confirmation_path;
use sha2::{Digest as _, Sha256};

use crate::entry::{Derived, Mark, Marked, Said, calendar_of, derived, people, shown};
use crate::scene::is_written;
use crate::span::{Span, span_of};

/// What the note of an entry begins with of which a change waits for a yes.
const WAITS: &str = "A change waits for your yes or no: ";
/// The calendar of entries that come from elsewhere.
pub(super) const SLOTS: &str = "slots";

/// Changes that wait for a yes, by slot: their ids, and what they want.
pub type Waiting = BTreeMap<SlotId, (ConfirmationId, Mark)>;

/// What renewing needs beside the slots.
pub struct Renewal {
    /// Whose calendars.
    pub organiser: Arc<Organiser>,
    /// The organiser's zone.
    pub own: Zone,
    /// The zone database.
    pub zones: Zones,
    /// When.
    pub now: Instant,
    /// The address that people type.
    pub public_url: String,
    /// Changes that wait for a yes, by slot; for a series the first of its evenings'.
    pub waiting: Waiting,
    /// Slots that are shown in the entry of their series.
    pub within: BTreeSet<SlotId>,
}

impl Renewal {
    /// Puts the entries of these slots into a change. `kept` is all that is kept of them in any calendar.
    pub fn renew(
        &self,
        cards: &[Arc<SlotCard>],
        kept: Vec<StoredEntry>,
        calendars: &[Calendar],
        change: &mut CalendarChange,
    ) {
        let mut by_slot: BTreeMap<SlotId, Vec<StoredEntry>> = BTreeMap::new();
        for entry in kept {
            by_slot.entry(entry.head.slot).or_default().push(entry);
        }
        for card in cards {
            let kept = by_slot.remove(&card.sheet.slot.id).unwrap_or_default();
            let is_own = |entry: &StoredEntry| {
                let calendar = calendars.iter().find(|calendar| calendar.name == entry.head.calendar);
                calendar.is_none_or(|calendar| is_written(calendar.kind))
            };
            let (own, looked_at) = kept.into_iter().partition(is_own);
            if self.within.contains(&card.sheet.slot.id) {
                self.renew_within(&card.sheet.slot, own, change);
            } else {
                self.renew_own(&card.sheet.slot, own, change);
            }
            self.renew_derived(card, looked_at, calendars, change);
        }
    }

    /// The entry that the organiser may edit.
    fn renew_own(&self, slot: &Slot, own: Vec<StoredEntry>, change: &mut CalendarChange) {
        let token = change.seen + 1;
        let alive = own.iter().find(|entry| entry.head.state != EntryState::Gone);
        if let Some(gone) = own.iter().find(|_| alive.is_none()) {
            // Its organiser has taken it off the calendar; all there is to keep is that this was seen.
            let head = EntryHead { version: slot.version.into(), ..gone.head.clone() };
            change.entries.push(StoredEntry { head, ..gone.clone() });
            return;
        }
        if let Some(entry) = alive.filter(|_| slot.state == SlotState::Discarded) {
            change.entries.push(retired(entry, slot.version.into(), token, self.now));
            return;
        }
        let Some(entry) = alive else {
            let body = self.text(None, slot);
            change.entries.push(self.fresh(slot, body, token));
            return;
        };
        let kept = entry.pending.as_deref().unwrap_or(&entry.body);
        let body = self.text(Some(kept), slot);
        change.entries.push(put_in(entry, body, slot.version.into(), token, self));
    }

    /// What is left of an evening's own entry, which is shown in that of its series.
    fn renew_within(&self, slot: &Slot, own: Vec<StoredEntry>, change: &mut CalendarChange) {
        let (version, token) = (u64::from(slot.version), change.seen + 1);
        let (gone, alive): (Vec<_>, Vec<_>) =
            own.into_iter().partition(|entry| entry.head.state == EntryState::Gone);
        change.entries.extend(alive.iter().map(|entry| retired(entry, version, token, self.now)));
        match gone.into_iter().next().filter(|_| alive.is_empty()) {
            Some(entry) if entry.head.version == version => {}
            Some(entry) => {
                let head = EntryHead { version, ..entry.head };
                change.entries.push(StoredEntry { head, ..entry });
            }
            // Nobody has ever heard of it, so nobody is told that it is gone.
            None if alive.is_empty() => {
                let fresh = self.fresh(slot, Vec::new(), 0);
                change.entries.push(retired(&fresh, version, 0, self.now));
            }
            None => {}
        }
    }

    /// The text that shows a slot.
    pub fn text(&self, kept: Option<&[u8]>, slot: &Slot) -> Vec<u8> {
        // What asked a question goes on asking until it is answered.
        let asks = || {
            let said = Said::read(kept?, &self.zones, &self.own).ok()?;
            let asks = said.times.is_none() && slot.state == SlotState::Draft;
            asks.then(|| Marked { mark: Mark::Zone, link: String::new() })
        };
        let mark = self.waits(slot.id).or_else(asks);
        shown(kept, slot, mark.as_ref(), (&self.zones, &self.own, &self.url(slot)))
    }

    /// What has to be asked about an entry: whether a change may be made, before anything else.
    fn note(&self, entry: &StoredEntry) -> String {
        match self.waits(entry.head.slot) {
            Some(marked) => format!("{WAITS}{}", marked.link),
            None if waits(&entry.head.note) => String::new(),
            None => entry.head.note.clone(),
        }
    }

    /// The mark of a change that waits for a yes.
    pub(super) fn waits(&self, slot: SlotId) -> Option<Marked> {
        let (id, wants) = self.waiting.get(&slot)?;
        let path = confirmation_path(&self.organiser, *id);
        let link = path.map(|path| format!("{}{path}", self.public_url)).unwrap_or_default();
        Some(Marked { mark: *wants, link })
    }

    fn url(&self, slot: &Slot) -> String {
        format!("{}/{}/{}", self.public_url, self.organiser.spec.slug, slot.spec.slug)
    }

    fn fresh(&self, slot: &Slot, body: Vec<u8>, token: u64) -> StoredEntry {
        let head = EntryHead {
            calendar: SLOTS.to_owned(),
            name: format!("{}.ics", slot.id),
            slot: slot.id,
            uid: format!("{}@dayshelf", slot.id),
            state: EntryState::Shown,
            version: slot.version.into(),
            token,
            tag: [0; 16],
            size: 0,
            from: slot.spec.times.start,
            until: slot.spec.times.end,
            changed: self.now,
            note: String::new(),
        };
        entry_of(head, body)
    }

    /// The entries that are only looked at.
    fn renew_derived(
        &self,
        card: &SlotCard,
        kept: Vec<StoredEntry>,
        calendars: &[Calendar],
        change: &mut CalendarChange,
    ) {
        let slot = &card.sheet.slot;
        let zone = self.zones.zone(&slot.spec.times.zone).unwrap_or_else(|_| self.own.clone());
        let mut wanted: BTreeMap<(String, String), Derived> = BTreeMap::new();
        for one in derived(&card.sheet, &zone, &self.url(slot)) {
            let is_its = |calendar: &&Calendar| {
                let whose = one.kind != CalendarKind::Person || calendar.name == calendar_of(&one.person);
                calendar.kind == one.kind && whose
            };
            let calendar = calendars.iter().find(is_its);
            if let Some(calendar) = calendar.filter(|_| !slot.state.is_off()) {
                wanted.insert((calendar.name.clone(), format!("{}.ics", one.block)), one);
            }
        }
        let token = change.seen + 1;
        for entry in kept {
            let key = (entry.head.calendar.clone(), entry.head.name.clone());
            match wanted.remove(&key) {
                Some(one) => {
                    let (from, until) = (one.from, one.until);
                    let body = one.text.into_bytes();
                    let is_same = entry.head.state == EntryState::Shown && entry.head.tag == tag_of(&body);
                    if !is_same {
                        let head = EntryHead {
                            token,
                            from,
                            until,
                            version: slot.version.into(),
                            changed: self.now,
                            state: EntryState::Shown,
                            ..entry.head
                        };
                        change.entries.push(entry_of(head, body));
                    }
                }
                None if entry.head.state == EntryState::Shown => {
                    change.entries.push(retired(&entry, slot.version.into(), token, self.now));
                }
                None => {}
            }
        }
        for ((calendar, name), one) in wanted {
            let head = EntryHead {
                calendar,
                name,
                slot: slot.id,
                uid: format!("{}@dayshelf", one.block),
                state: EntryState::Shown,
                version: slot.version.into(),
                token,
                tag: [0; 16],
                size: 0,
                from: one.from,
                until: one.until,
                changed: self.now,
                note: String::new(),
            };
            change.entries.push(entry_of(head, one.text.into_bytes()));
        }
    }
}

/// Calendars of people's shifts; whoever has more than these is in the one of all shifts.
const PEOPLE_MAX: usize = 200;

/// The calendars with one for each person who has a shift in these slots. They are switched on one by one, since each
/// wakes devices.
pub fn with_people(mut all: Vec<Calendar>, cards: &[Arc<SlotCard>], token: u64) -> Vec<Calendar> {
    let mut count = all.iter().filter(|calendar| calendar.kind == CalendarKind::Person).count();
    for name in cards.iter().flat_map(|card| people(&card.sheet)).map(calendar_of) {
        if count < PEOPLE_MAX && all.iter().all(|calendar| calendar.name != name) {
            all.push(Calendar { name, kind: CalendarKind::Person, shown: false, token });
            count += 1;
        }
    }
    all
}

/// Whether a note says that a change waits for a yes.
pub fn waits(note: &str) -> bool {
    note.starts_with(WAITS)
}

/// An entry with another text. When it says the same bytes, no app has to hear of it.
pub fn put_in(
    entry: &StoredEntry,
    body: Vec<u8>,
    version: u64,
    token: u64,
    renewal: &Renewal,
) -> StoredEntry {
    let is_same = entry.head.state == EntryState::Shown && entry.head.tag == tag_of(&body);
    let Span { from, until } = span_of(&body, &renewal.zones, &renewal.own);
    let note = renewal.note(entry);
    let mut head = EntryHead { state: EntryState::Shown, version, from, until, note, ..entry.head.clone() };
    if !is_same {
        head.token = token;
        head.changed = renewal.now;
    }
    entry_of(head, body)
}

/// An entry of this text, with its tag and size.
pub fn entry_of(head: EntryHead, body: Vec<u8>) -> StoredEntry {
    let size = u32::try_from(body.len()).unwrap_or(u32::MAX);
    StoredEntry { head: EntryHead { tag: tag_of(&body), size, ..head }, body, pending: None }
}

/// What is left of an entry for those who have not heard that it is gone.
pub fn retired(entry: &StoredEntry, version: u64, token: u64, now: Instant) -> StoredEntry {
    let head = EntryHead {
        state: EntryState::Gone,
        version,
        token,
        size: 0,
        changed: now,
        note: String::new(),
        ..entry.head.clone()
    };
    StoredEntry { head, body: Vec::new(), pending: None }
}

/// The tag of a text: half of its digest.
pub fn tag_of(body: &[u8]) -> [u8; 16] {
    let digest: [u8; 32] = Sha256::digest(body).into();
    let mut tag = [0; 16];
    tag.copy_from_slice(&digest[..16]);
    tag
}
