//! What a feed's calendar says, brought to its drafts.
//!
//! An entry becomes a draft once, and is remembered with what it said. Where it says something else later, a draft
//! follows in the fields that nobody else has changed; what is published stays, and the difference is told. A draft that
//! nobody has touched goes with its entry. Series are in `series`. Start at [`bring`].

use std::collections::{BTreeMap, BTreeSet};

use dayshelf_core::change::{Credential, Edit, Tell, Verdict, Wish};
use dayshelf_core::command::{ChangeSlot, Command, Expect, Resolutions};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{ConfirmationId, Home, SlotId};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::slot::{Slot, SlotState};
use dayshelf_core::time::{Anchor, Instant};
use dayshelf_desk::{Ask, Decided, DeskFault, Reply};
use dayshelf_store::{Feed, FeedEntry, FeedSubject, StoreFault};
use dayshelf_wire::feed::memory::{Compared, Field, Manner, Said, compare};
use dayshelf_wire::feed::{FeedDifference, FeedQuestion, FeedReport, FeedSlot};
use dayshelf_wire::import::{Draft, Drafts, ImportAnswer, ReadAs, read};
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::time::Place;

use super::Shared;
use super::series::is_bare;

/// Letters of a field's text in a report.
const TEXT_CHARS_MAX: usize = 300;

/// Why a calendar could not be brought in, or not all of it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// It can't be read.
    #[error("{0}")]
    Text(String),
    /// The desk has no answer.
    #[error("this server was busy; it is read again")]
    Desk(#[from] DeskFault),
    /// What is remembered can't be had.
    #[error("this server was busy; it is read again")]
    Store(#[from] StoreFault),
}

/// A calendar under way.
pub(super) struct Bringing<'b> {
    pub shared: &'b Shared,
    pub feed: &'b Feed,
    pub home: Home,
    pub report: FeedReport,
}

/// Brings a calendar in, and says what it came to.
///
/// # Errors
/// When it can't be read, or something is out of reach; what was done by then is remembered.
pub(super) async fn bring(shared: &Shared, feed: &Feed, text: String) -> Result<FeedReport, Trouble> {
    let home = feed.id.home();
    let known = shared.store.feed_entries(feed.id).await?;
    let mut known: BTreeMap<String, FeedEntry> =
        known.into_iter().map(|entry| (entry.name.clone(), entry)).collect();
    let (drafts, answer) = understood(shared, feed, text, known.keys().cloned().collect()).await?;
    let ImportAnswer { questions, over, cancelled, left_out, flaws, .. } = answer;
    let questions = questions.into_iter().map(FeedQuestion::from).collect();
    let by_date = drafts.by_date;
    let report = FeedReport { questions, over, cancelled, left_out, by_date, flaws, ..FeedReport::default() };
    let mut bringing = Bringing { shared, feed, home, report };
    for draft in &drafts.slots {
        match known.remove(&draft.name) {
            Some(entry) => bringing.again(entry, draft).await?,
            None => bringing.first(draft).await?,
        }
    }
    for draft in &drafts.series {
        match known.remove(&draft.name) {
            Some(entry) => bringing.series_again(entry, draft).await?,
            None => bringing.series_first(draft).await?,
        }
    }
    // What one reading did not come to is not gone.
    if left_out == 0 {
        for entry in known.into_values().filter(|entry| !is_idle(entry, &drafts.idle)) {
            bringing.gone(entry).await?;
        }
    }
    Ok(bringing.report)
}

/// Whether an entry is in the calendar though nothing is made of it now.
fn is_idle(entry: &FeedEntry, idle: &BTreeSet<String>) -> bool {
    let whole = entry.name.split('.').next().unwrap_or_default();
    idle.contains(&entry.name) || idle.contains(whole)
}

async fn understood(
    shared: &Shared,
    feed: &Feed,
    text: String,
    known: BTreeSet<String>,
) -> Result<(Drafts, ImportAnswer), Trouble> {
    let card = shared.desk.board().organiser(feed.id.home());
    let own = card.map(|card| card.organiser.spec.zone.clone()).unwrap_or_default();
    let (zones, now) = (shared.zones.clone(), shared.desk.mint().now());
    let (zone, told) = (feed.zone.clone(), feed.unknown_zone.clone());
    // A large calendar takes a while, and others are served meanwhile.
    let read = tokio::task::spawn_blocking(move || {
        let floating = zone.as_deref().unwrap_or(&own);
        let unknown_zone = told.as_deref();
        let how = ReadAs { zones: &zones, floating, field: "zone", unknown_zone, now, known: &known };
        read(text, how)
    });
    let read = read.await.map_err(|_| Trouble::Text("the calendar can't be read".to_owned()))?;
    read.map_err(|problem| Trouble::Text(problem.detail))
}

/// A slot as it stands, with what hangs on it.
struct Standing {
    slot: Slot,
    anchors: Vec<Anchor>,
    /// Whether nobody has given it a window, an offer or anything else.
    is_bare: bool,
    now: Instant,
}

impl Bringing<'_> {
    /// An entry that was not seen before.
    async fn first(&mut self, draft: &Draft) -> Result<(), Trouble> {
        let said = Said::of(&draft.spec);
        let card = self.shared.desk.board().organiser(self.home);
        if let Some(slot) = card.and_then(|card| card.slugs.get(&draft.spec.slug).copied()) {
            return self.adopt(slot, draft, &said).await;
        }
        let id = SlotId(self.shared.desk.mint().id(self.home));
        let make = Command::MakeSlot { id, spec: Box::new(draft.spec.clone()) };
        if self.submit(make, &draft.spec.title).await?.is_none() {
            return Ok(());
        }
        self.report.made.push(FeedSlot::slot(SlotRef(id), &draft.spec.title));
        self.remember(&draft.name, FeedSubject::Slot(id), (1, said.text())).await
    }

    /// A slot of that name is there: made by an import, or by a reading that was cut off. Where it is what the feed says, it
    /// is followed from now on.
    async fn adopt(&mut self, id: SlotId, draft: &Draft, said: &Said) -> Result<(), Trouble> {
        self.report.same += 1;
        match self.standing(id).await? {
            Some(Standing { slot, .. }) if Said::of(&slot.spec) == *said => {
                self.remember(&draft.name, FeedSubject::Slot(id), (slot.version, said.text())).await
            }
            _ => Ok(()),
        }
    }

    /// An entry that has become something before.
    async fn again(&mut self, entry: FeedEntry, draft: &Draft) -> Result<(), Trouble> {
        let title = &draft.spec.title;
        let id = match entry.subject {
            FeedSubject::Slot(id) => id,
            FeedSubject::Series(id) => {
                let of = FeedSlot::series(id.into(), title);
                self.report.differences.push(FeedDifference::new(of, "series", ("a series", "one date")));
                return Ok(());
            }
        };
        let standing = self.standing(id).await?;
        let standing = standing.filter(|one| !one.slot.state.is_off() && one.now < one.slot.spec.times.end);
        let Some(standing) = standing else {
            self.report.same += 1;
            return Ok(());
        };
        let (new, is) = (Said::of(&draft.spec), Said::of(&standing.slot.spec));
        let old = Said::read(&entry.said).unwrap_or_else(|| is.clone());
        let is_draft = standing.slot.state == SlotState::Draft;
        let mut compared = compare(&old, &new, &is, if is_draft { Manner::Follow } else { Manner::Compare });
        let mut version = entry.version;
        if !compared.take.is_empty() {
            match self.follow(&standing, draft, &compared).await? {
                // Whoever had touched it has still touched it.
                Some(now) if entry.version == standing.slot.version => version = now,
                Some(_) => {}
                None => compared.differ.append(&mut compared.take),
            }
        }
        let of = || FeedSlot::slot(SlotRef(id), &standing.slot.spec.title);
        if !compared.take.is_empty() {
            self.report.changed.push(of());
        }
        for field in &compared.differ {
            let (is, feed) = (short(is.field(*field)), short(new.field(*field)));
            self.report.differences.push(FeedDifference::new(of(), field.name(), (&is, &feed)));
        }
        self.report.same += usize::from(compared == Compared::default());
        let said = old.remembered(&new, &compared.differ).text();
        if (version, &said) == (entry.version, &entry.said) {
            return Ok(());
        }
        self.remember(&entry.name, entry.subject, (version, said)).await
    }

    /// Changes a draft in the fields that are taken over: its version then. Nothing where it can't be done.
    async fn follow(
        &mut self,
        standing: &Standing,
        draft: &Draft,
        compared: &Compared,
    ) -> Result<Option<u32>, Trouble> {
        let spec = &draft.spec;
        let taken = |field| compared.take.contains(&field);
        let edit = Edit {
            title: taken(Field::Title).then(|| spec.title.clone()),
            story: taken(Field::Story).then(|| spec.story.clone()),
            place: taken(Field::Place).then(|| spec.place.clone()),
            times: taken(Field::Times).then(|| spec.times.clone()),
            ..Edit::default()
        };
        let place = Place::of(&spec.times, &self.shared.zones);
        let Ok(place) = place else { return Ok(None) };
        let resolved = place.resolutions(standing.anchors.iter().copied());
        let ask = self.asked(&standing.slot, Wish::Edit(Box::new(edit)), resolved);
        let Some(decided) = self.change(ask, &spec.title).await? else { return Ok(None) };
        let put = decided.facts.iter().find_map(|fact| match fact {
            Fact::SlotPut { slot, .. } if slot.id == standing.slot.id => Some(slot.version),
            _ => None,
        });
        Ok(Some(put.unwrap_or(standing.slot.version)))
    }

    /// An entry that is not in the calendar any more.
    async fn gone(&mut self, entry: FeedEntry) -> Result<(), Trouble> {
        let id = match entry.subject {
            FeedSubject::Slot(id) => id,
            FeedSubject::Series(id) => return self.series_gone(entry, id).await,
        };
        let standing = self.standing(id).await?.filter(|one| !one.slot.state.is_off());
        let Some(Standing { slot, is_bare, now, .. }) = standing else {
            return Ok(self.shared.store.forget_feed_entry(self.feed.id, entry.name).await?);
        };
        // Calendars leave out what is over.
        if slot.spec.times.end <= now {
            return Ok(());
        }
        let of = FeedSlot::slot(SlotRef(id), &slot.spec.title);
        let is_untouched = is_bare && slot.state == SlotState::Draft && slot.version == entry.version;
        if is_untouched {
            let ask = self.asked(&slot, Wish::Cancel, Resolutions::new());
            if self.change(ask, &slot.spec.title).await?.is_some() {
                self.report.discarded.push(of);
                return Ok(self.shared.store.forget_feed_entry(self.feed.id, entry.name).await?);
            }
        }
        self.report.gone.push(of);
        Ok(())
    }

    async fn standing(&self, id: SlotId) -> Result<Option<Standing>, DeskFault> {
        let look = self.shared.desk.look(self.home, move |books, now| {
            let books = books?;
            let slot = books.slots.get(&id)?.clone();
            let anchors = books.whens_of(id).into_iter().map(|when| when.anchor).collect();
            Some(Standing { slot, anchors, is_bare: is_bare(books, id), now })
        });
        look.await
    }

    fn asked(&self, slot: &Slot, wish: Wish, resolved: Resolutions) -> ChangeSlot {
        ChangeSlot {
            slot: slot.id,
            expected: Expect::Version(slot.version),
            wish,
            tell: Tell::Nobody,
            by: Credential::House,
            resolved,
            waits_as: ConfirmationId(self.shared.desk.mint().id(self.home)),
        }
    }

    /// Changes a draft, unless that would have to wait for somebody's yes.
    async fn change(&mut self, ask: ChangeSlot, title: &str) -> Result<Option<Decided>, Trouble> {
        match self.shared.desk.preview(ask.clone()).await? {
            Ok(preview) if matches!(preview.verdict, Verdict::Confirm | Verdict::Freeze) => Ok(None),
            Ok(_) => self.submit(Command::ChangeSlot(Box::new(ask)), title).await,
            Err(refusal) => {
                self.refused(&refusal, title);
                Ok(None)
            }
        }
    }

    /// Hands a command in; nothing where it was refused, which is told.
    pub(super) async fn submit(&mut self, command: Command, title: &str) -> Result<Option<Decided>, Trouble> {
        match self.shared.desk.submit(Ask { home: self.home, command, key: None }).await {
            Reply::Done(decided) => Ok(Some(decided)),
            Reply::Refused { refusal, .. } => {
                self.refused(&refusal, title);
                Ok(None)
            }
            Reply::Fault(fault) => Err(fault.into()),
        }
    }

    fn refused(&mut self, refusal: &Refusal, title: &str) {
        // Somebody was faster: the next reading looks at what is there then.
        if !matches!(refusal, Refusal::VersionStale { .. }) {
            self.ask(Problem::from(refusal).detail, title);
        }
    }

    pub(super) fn ask(&mut self, question: String, title: &str) {
        self.report.questions.push(FeedQuestion { uid: None, title: title.to_owned(), question });
    }

    pub(super) async fn remember(
        &self,
        name: &str,
        subject: FeedSubject,
        (version, said): (u32, String),
    ) -> Result<(), Trouble> {
        let entry = FeedEntry { name: name.to_owned(), subject, version, said };
        Ok(self.shared.store.keep_feed_entry(self.feed.id, entry).await?)
    }
}

pub(super) fn short(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}
