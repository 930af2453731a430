//! The calendars of each organiser, brought up to its slots before they are shown.
//!
//! What an entry shows is told by one number: the version of its slot, which rises with every change of the slot, its
//! blocks and its offers. An entry of an older version is written anew, whoever changed the slot. So nothing has
//! to follow the journal, nothing is missed however long nobody looked, and a crash between a change and its
//! entry leaves an entry that is known to be old. A series is one entry, and has such a number too. Start at
//! [`Shelf::bring_up`]; what is written is in [`renew`].

mod course;
mod renew;

pub use renew::{Renewal, Waiting, put_in, retired, waits, with_people};

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use dayshelf_core::books::Books;
use dayshelf_core::change::Wish;
use dayshelf_core::ids::{Home, SeriesId, SlotId};
use dayshelf_desk::{Desk, OrganiserCard, SlotCard};
use dayshelf_ical::zone::Zones;
use dayshelf_store::{Calendar, CalendarChange, Calendars, FaultKind, Store, StoreFault, StoredEntry};

use crate::course::{Known as Course, Run, runs};
use crate::entry::Mark;
use crate::no::No;
use crate::scene::is_written;

/// The edition of the texts that this program makes: raised when what it makes of the same slot changes.
pub const EDITION: u64 = 3;
/// Slots whose entries are written in one transaction.
const SLOTS_AT_ONCE: usize = 1_000;
/// How often somebody else may be faster, or a part of many slots is written.
const TRIES: usize = 30;
/// Cards of slots are published a moment after the organiser's; after so long they are there.
const SETTLE_SPAN: Duration = Duration::from_secs(2);
/// Organisers whose state is remembered.
const HOMES_MAX: usize = 10_000;

/// The calendars of all organisers.
pub struct Shelf {
    desk: Desk,
    store: Store,
    zones: Zones,
    public_url: String,
    homes: Mutex<HashMap<Home, Arc<Known>>>,
}

/// What is remembered of one organiser.
#[derive(Default)]
struct Known {
    /// Whoever brings its calendars up, or changes them.
    turn: tokio::sync::Mutex<()>,
    /// The list of slots that was last looked at.
    seen: Mutex<Option<Seen>>,
    /// What the entries say that waits; none before the first look.
    marked: Mutex<Option<Watched>>,
}

/// What changes an entry and no slot's version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Watched {
    /// The changes that wait for a yes.
    waiting: Waiting,
    /// The sum of the versions of all series, which only rises.
    series: u64,
}

/// All series of an organiser that have entries.
type Runs = BTreeMap<SeriesId, Run>;

/// What is to be written anew.
struct Stale {
    slots: Vec<Arc<SlotCard>>,
    series: Vec<SeriesId>,
}

struct Seen {
    slots: Arc<Vec<(dayshelf_core::time::Instant, SlotId)>>,
    since: Instant,
    is_settled: bool,
}

impl Shelf {
    /// The calendars over this desk and this store.
    pub fn new(desk: Desk, store: Store, zones: Zones, public_url: String) -> Self {
        Self { desk, store, zones, public_url, homes: Mutex::default() }
    }

    /// An organiser's calendars as its slots are now.
    ///
    /// # Errors
    /// When the organiser is unknown, or the store is away.
    pub async fn bring_up(&self, home: Home) -> Result<Calendars, No> {
        let known = self.known(home);
        let card = self.card(home)?;
        let watched = self.watched(home).await?;
        if known.is_settled(&card, &watched) {
            return Ok(self.store.calendars(home).await?);
        }
        let _turn = known.turn.lock().await;
        self.bring_up_in_turn(home, &known, watched).await
    }

    /// What has to be watched beside the slots' versions.
    async fn watched(&self, home: Home) -> Result<Watched, No> {
        let look = self.desk.look(home, |books, _| {
            let series = books.into_iter().flat_map(|books| books.series.values());
            Watched {
                waiting: books.map(waiting).unwrap_or_default(),
                series: series.map(|series| u64::from(series.version)).sum(),
            }
        });
        Ok(look.await?)
    }

    /// The series of an organiser that have entries.
    async fn runs(&self, home: Home) -> Result<Runs, No> {
        let zones = self.zones.clone();
        let look = self.desk.look(home, move |books, _| books.map(|books| runs(books, &zones)));
        Ok(look.await?.unwrap_or_default())
    }

    /// A series as it stands; `None` when there is none of this id.
    ///
    /// # Errors
    /// When the desk is away.
    pub async fn course(&self, id: SeriesId) -> Result<Option<Course>, No> {
        Ok(self.desk.look(id.home(), move |books, _| Course::of(books?, id)).await?)
    }

    /// The organiser as readers see it.
    ///
    /// # Errors
    /// When there is none.
    pub fn card(&self, home: Home) -> Result<OrganiserCard, No> {
        self.desk.board().organiser(home).ok_or(No::NOTHING)
    }

    /// Changes an organiser's calendars by what `make` makes of them as they are now, and of one entry.
    ///
    /// # Errors
    /// What `make` says, or that the store is away.
    pub async fn change(
        &self,
        home: Home,
        entry: Option<(&str, &str)>,
        make: impl Fn(&Calendars, Option<&StoredEntry>) -> Result<CalendarChange, No> + Send + Sync,
    ) -> Result<(), No> {
        let known = self.known(home);
        let _turn = known.turn.lock().await;
        for _ in 0..TRIES {
            let calendars = self.store.calendars(home).await?;
            let found = match entry {
                Some((calendar, name)) => {
                    self.store.calendar_entries(home, calendar, vec![name.to_owned()]).await?
                }
                None => Vec::new(),
            };
            let found = found.into_iter().flatten().next();
            let change = make(&calendars, found.as_ref())?;
            match self.store.change_calendars(home, change).await {
                Ok(()) => return Ok(()),
                Err(fault) if was_late(&fault) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        Err(No::Busy(1))
    }

    /// What renewing entries needs to know.
    ///
    /// # Errors
    /// When the organiser is unknown, or the desk is away.
    pub async fn renewal(&self, home: Home) -> Result<Renewal, No> {
        let (watched, runs) = (self.watched(home).await?, self.runs(home).await?);
        self.renewal_with(home, watched.waiting, &runs)
    }

    fn renewal_with(&self, home: Home, mut waiting: Waiting, runs: &Runs) -> Result<Renewal, No> {
        for (series, run) in runs {
            let first = run.slots.iter().find_map(|slot| waiting.get(slot)).copied();
            waiting.extend(first.map(|first| (SlotId(series.0), first)));
        }
        let within = runs.values().flat_map(|run| run.slots.iter().copied()).collect();
        let card = self.card(home)?;
        let zone = self.zones.zone(&card.organiser.spec.zone).map_err(|_| No::Busy(1))?;
        let now = self.desk.mint().now();
        Ok(Renewal {
            organiser: card.organiser,
            own: zone,
            zones: self.zones.clone(),
            now,
            public_url: self.public_url.clone(),
            waiting,
            within,
        })
    }

    async fn bring_up_in_turn(&self, home: Home, known: &Known, watched: Watched) -> Result<Calendars, No> {
        let mut turned = self.turned(home, known, &watched.waiting).await?;
        for _ in 0..TRIES {
            let began = Instant::now();
            let card = self.card(home)?;
            let calendars = self.store.calendars(home).await?;
            let runs = self.runs(home).await?;
            let mut stale = self.stale(home, &card, (calendars.edition, &turned, &runs)).await?;
            let is_new = calendars.all.is_empty();
            let is_current = stale.slots.is_empty() && stale.series.is_empty();
            if is_current && !is_new && calendars.edition == EDITION {
                known.note(&card, began, &watched);
                return Ok(calendars);
            }
            // A new edition is written as a whole, or nobody could say how far it has come.
            let is_whole = !is_new && calendars.edition != EDITION;
            let at_once = if is_whole { stale.slots.len() } else { SLOTS_AT_ONCE };
            stale.slots.truncate(at_once);
            let renewal = self.renewal_with(home, watched.waiting.clone(), &runs)?;
            let change = self.renewed(home, calendars, (&renewal, &stale)).await?;
            match self.store.change_calendars(home, change).await {
                Ok(()) => turned.retain(|slot| {
                    let is_slot = stale.slots.iter().any(|card| card.sheet.slot.id == *slot);
                    !is_slot && stale.series.iter().all(|series| series.0 != slot.0)
                }),
                Err(fault) if was_late(&fault) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        Err(No::Busy(1))
    }

    /// The change that writes what is stale anew.
    async fn renewed(
        &self,
        home: Home,
        calendars: Calendars,
        (renewal, stale): (&Renewal, &Stale),
    ) -> Result<CalendarChange, No> {
        let seen = calendars.revision;
        let slots: Vec<SlotId> = stale.slots.iter().map(|card| card.sheet.slot.id).collect();
        let kept = self.store.calendar_entries_of(home, slots).await?;
        let mut change = CalendarChange { seen, edition: EDITION, ..CalendarChange::default() };
        let all = with_people(calendars.completed(), &stale.slots, seen + 1);
        renewal.renew(&stale.slots, kept, &all, &mut change);
        for series in &stale.series {
            let kept = self.store.calendar_entries_of(home, vec![SlotId(series.0)]).await?;
            if let Some(course) = self.course(*series).await? {
                renewal.renew_series(&course, &kept, &mut change);
            }
        }
        touch(&mut change, all);
        Ok(change)
    }

    /// The slots of which something else waits than their entries say. What those say is remembered; after a start it
    /// is read once from their notes.
    async fn turned(&self, home: Home, known: &Known, waiting: &Waiting) -> Result<BTreeSet<SlotId>, No> {
        let before = known.marked.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut turned: BTreeSet<SlotId> = waiting.keys().copied().collect();
        match before {
            Some(Watched { waiting: before, .. }) => {
                turned.extend(before.keys());
                turned.retain(|slot| before.get(slot) != waiting.get(slot));
            }
            None => {
                for calendar in self.store.calendars(home).await?.all {
                    let heads = match is_written(calendar.kind) {
                        true => self.store.calendar_heads(home, &calendar.name, 0).await?,
                        false => Vec::new(),
                    };
                    turned.extend(heads.iter().filter(|head| waits(&head.note)).map(|head| head.slot));
                }
            }
        }
        Ok(turned)
    }

    /// The slots and series whose entries show an older version.
    async fn stale(
        &self,
        home: Home,
        card: &OrganiserCard,
        (edition, turned, runs): (u64, &BTreeSet<SlotId>, &Runs),
    ) -> Result<Stale, No> {
        let shown: HashMap<SlotId, u64> = self.store.calendar_versions(home).await?.into_iter().collect();
        let listed: BTreeSet<SlotId> = card.slots.iter().map(|(_, slot)| *slot).collect();
        // A draft that was thrown away is in no list any more, and its entry goes too.
        let gone = shown.keys().copied().filter(|slot| !listed.contains(slot)).collect::<BTreeSet<_>>();
        let cards = listed.union(&gone).filter_map(|slot| self.desk.board().slot(*slot));
        let is_stale = |card: &Arc<SlotCard>| {
            let slot = &card.sheet.slot;
            match shown.get(&slot.id) {
                // A new edition compares all entries by their texts.
                Some(shown) => {
                    let is_old = *shown < u64::from(slot.version) || turned.contains(&slot.id);
                    is_old || (edition != EDITION && edition != 0)
                }
                // Called off before anybody looked, or taken off the calendar and its name given to another.
                None => !slot.state.is_off(),
            }
        };
        let slots: Vec<Arc<SlotCard>> = cards.filter(is_stale).collect();
        let is_stale = |id: &SeriesId, run: &Run| {
            let shown = shown.get(&SlotId(id.0));
            let is_turned = turned.contains(&SlotId(id.0)) || !turned.is_disjoint(&run.slots);
            shown.is_none_or(|shown| *shown < run.stamp) || is_turned || (edition != EDITION && edition != 0)
        };
        let series = runs.iter().filter(|(id, run)| is_stale(id, run)).map(|(id, _)| *id);
        Ok(Stale { series: series.collect(), slots })
    }

    fn known(&self, home: Home) -> Arc<Known> {
        let mut homes = self.homes.lock().unwrap_or_else(PoisonError::into_inner);
        if homes.len() >= HOMES_MAX && !homes.contains_key(&home) {
            // Whoever is in the middle of something keeps its own.
            homes.retain(|_, known| Arc::strong_count(known) > 1);
        }
        Arc::clone(homes.entry(home).or_default())
    }
}

impl Known {
    fn is_settled(&self, card: &OrganiserCard, watched: &Watched) -> bool {
        let marked = self.marked.lock().unwrap_or_else(PoisonError::into_inner);
        if marked.as_ref() != Some(watched) {
            return false;
        }
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().is_some_and(|seen| seen.is_settled && Arc::ptr_eq(&seen.slots, &card.slots))
    }

    /// Notes that everything was up to date. The list of slots is another one after every change of any of them, but
    /// it is published a moment before the changed slot itself: only when it has been there for a while, nothing
    /// can be behind it.
    fn note(&self, card: &OrganiserCard, began: Instant, watched: &Watched) {
        *self.marked.lock().unwrap_or_else(PoisonError::into_inner) = Some(watched.clone());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match seen.as_mut().filter(|seen| Arc::ptr_eq(&seen.slots, &card.slots)) {
            Some(seen) => seen.is_settled = began.duration_since(seen.since) >= SETTLE_SPAN,
            None => {
                *seen =
                    Some(Seen { slots: Arc::clone(&card.slots), since: Instant::now(), is_settled: false });
            }
        }
    }
}

/// Puts the calendars into a change: those that have changed entries with the change's revision as their token.
pub fn touch(change: &mut CalendarChange, all: Vec<Calendar>) {
    let token = change.seen + 1;
    for mut calendar in all {
        let changed = |entry: &StoredEntry| entry.head.calendar == calendar.name && entry.head.token == token;
        if change.entries.iter().any(changed) {
            calendar.token = token;
        }
        change.calendars.push(calendar);
    }
}

/// The changes of an organiser's slots that wait for a yes.
fn waiting(books: &Books) -> Waiting {
    let mark = |wish: &Wish| if *wish == Wish::Cancel { Mark::Cancel } else { Mark::Change };
    let pendings = books.pendings.values();
    pendings.map(|pending| (pending.slot, (pending.id, mark(&pending.wish)))).collect()
}

/// Whether somebody else was faster.
fn was_late(fault: &StoreFault) -> bool {
    fault.kind() == FaultKind::Retry
}
