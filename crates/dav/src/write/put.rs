//! PUT of an entry: a new one becomes a draft, one that is there asks its slot to follow.
//!
//! What recurs is in `series`. Start at [`put`].

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dayshelf_core::ids::SlotId;
use dayshelf_core::slot::Slot;
use dayshelf_core::time::Instant;
use dayshelf_ical::object::Unfit;
use dayshelf_ical::zone::Zone;
use dayshelf_store::{Calendars, EntryHead, EntryState, StoredEntry};

use super::ask::{self, By, Verdict, Wish};
use super::{TRIES, change_of, others, template};
use crate::entry::{Note, Said};
use crate::methods::header_text;
use crate::no::No;
use crate::place;
use crate::props::tag;
use crate::server::Call;
use crate::shelf::{put_in, waits};

/// Puts the entry that is named.
///
/// # Errors
/// When the protocol says no; a business no is a success whose entry is ours.
pub async fn put(call: &Call<'_>, (calendar, name): (&str, &str)) -> Result<Response, No> {
    let calendar = call.written_calendar(calendar)?.name.clone();
    let kind = header_text(&call.headers, header::CONTENT_TYPE.as_str()).unwrap_or("text/calendar");
    if !kind.trim().to_ascii_lowercase().starts_with("text/calendar") {
        return Err(No::caldav("supported-calendar-data"));
    }
    let zone = call.own_zone()?;
    let said = Said::read(call.body.to_vec(), &call.dav.zones, &zone).map_err(unfit)?;
    let putting = Putting { call, calendar: &calendar, name, said: &said, zone: &zone };
    for _ in 0..TRIES {
        call.dav.shelf.bring_up(call.scene.viewer.home).await?;
        let there = call.entry(&calendar, name).await?;
        call.check_seen(there.as_ref())?;
        let done = match there {
            Some(entry) => putting.alter(&entry).await?,
            None => putting.make().await?,
        };
        if let Some(response) = done {
            return Ok(response);
        }
    }
    Err(No::Busy(1))
}

/// A PUT under way.
pub(super) struct Putting<'p> {
    pub(super) call: &'p Call<'p>,
    calendar: &'p str,
    name: &'p str,
    pub(super) said: &'p Said,
    zone: &'p Zone,
}

impl Putting<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        self.said.object.bytes()
    }

    fn href(&self, calendar: &str, name: &str) -> String {
        place::entry(&self.call.scene.viewer.user, calendar, name)
    }

    /// What the entry wishes of its slot, which stands in a zone already if it is there.
    fn wish(&self, slot: Option<&Slot>) -> Wish {
        let zone = slot.and_then(|slot| self.call.dav.zones.zone(&slot.spec.times.zone).ok());
        let times = self.said.times_in(zone.as_ref()).unwrap_or_else(|| self.said.times_on(self.zone));
        Wish { title: self.said.title.clone(), place: self.said.place.clone(), times }
    }

    /// On whose word things change, and whom the entry has told of it.
    pub(super) const fn by(&self) -> By {
        By { password: self.call.scene.viewer.password, tell: self.said.tell }
    }

    fn note(&self) -> String {
        self.said.note.as_ref().map(Note::sentence).unwrap_or_default()
    }

    /// A new entry; `None` when somebody else was faster.
    async fn make(&self) -> Result<Option<Response>, No> {
        let (store, home) = (&self.call.dav.store, self.call.scene.viewer.home);
        if let Some(name) = store.calendar_uid(home, self.calendar, self.said.object.uid()).await? {
            return Err(No::caldav_at("no-uid-conflict", &self.href(self.calendar, &name)));
        }
        if let Some(entry) = self.elsewhere().await? {
            return self.bring_over(&entry).await.map(Some);
        }
        let verdict = match self.make_series().await? {
            Some(verdict) => verdict,
            None => {
                let slot = self.mint();
                self.reserve(slot, self.note()).await?;
                self.draft(slot).await?
            }
        };
        match verdict {
            // What waits is of evenings that go on from another series, and marked.
            Verdict::Done | Verdict::Waits(_) => {}
            Verdict::Stale => return Ok(None),
            Verdict::Away(no) => return Err(no),
            // There are as many slots as there may be.
            Verdict::Refused => {
                return Err(No::Plain(StatusCode::INSUFFICIENT_STORAGE));
            }
        }
        self.answer(StatusCode::CREATED).await.map(Some)
    }

    /// Makes the draft of a new entry, from the template that it names. One that can't be used is a question, and the
    /// draft is made without it.
    async fn draft(&self, slot: SlotId) -> Result<Verdict, No> {
        let (dav, wish) = (self.call.dav, self.wish(None));
        let Some(template) = template::named(dav, slot, self.said).await? else {
            return Ok(ask::make(dav, slot, &wish).await);
        };
        let by = self.call.scene.viewer.password;
        match template::make(dav, slot, (&wish, by), &template).await {
            Verdict::Refused => {}
            verdict => return Ok(verdict),
        }
        let verdict = ask::make(dav, slot, &wish).await;
        if verdict == Verdict::Done {
            let note = Note::Template(template.key).sentence();
            let put = |entry: &StoredEntry, _: u64| {
                let head = EntryHead { note: note.clone(), ..entry.head.clone() };
                StoredEntry { head, ..entry.clone() }
            };
            self.call.change_entry((self.calendar, self.name), put).await?;
        }
        Ok(verdict)
    }

    /// Keeps the name and the bytes for a slot that is about to be made: whoever comes after a crash finds both,
    /// if the slot was made, and nobody finds anything if it was not.
    pub(super) async fn reserve(&self, fresh: SlotId, note: String) -> Result<(), No> {
        let home = self.call.scene.viewer.home;
        let head = EntryHead {
            calendar: self.calendar.to_owned(),
            name: self.name.to_owned(),
            slot: fresh,
            uid: self.said.object.uid().to_owned(),
            state: EntryState::Reserved,
            version: 0,
            token: 0,
            tag: [0; 16],
            size: 0,
            from: Instant(0),
            until: Instant(0),
            changed: Instant(0),
            note,
        };
        let make = |calendars: &Calendars, _: Option<&StoredEntry>| {
            let mut change = change_of(calendars);
            let body = Vec::new();
            change.entries.push(StoredEntry {
                head: head.clone(),
                body,
                pending: Some(self.bytes().to_vec()),
            });
            Ok(change)
        };
        self.call.dav.shelf.change(home, None, make).await
    }

    /// The id of what a new entry becomes.
    pub(super) fn mint(&self) -> SlotId {
        SlotId(self.call.dav.desk.mint().id(self.call.scene.viewer.home))
    }

    /// The entry of the same UID in another calendar that may be written: apps that move an entry put it there
    /// before they delete it here.
    async fn elsewhere(&self) -> Result<Option<StoredEntry>, No> {
        let home = self.call.scene.viewer.home;
        for other in others(&self.call.scene.calendars.all, self.calendar) {
            let uid = self.said.object.uid();
            if let Some(name) = self.call.dav.store.calendar_uid(home, &other.name, uid).await? {
                return self.call.entry(&other.name, &name).await;
            }
        }
        Ok(None)
    }

    /// Takes an entry over from another calendar, and then looks at what it says.
    async fn bring_over(&self, entry: &StoredEntry) -> Result<Response, No> {
        super::relocate::carry(self.call, entry, (self.calendar, self.name)).await?;
        let there = self.call.entry(self.calendar, self.name).await?.ok_or(No::Busy(1))?;
        self.alter(&there).await?;
        self.answer(StatusCode::CREATED).await
    }

    /// An entry that is there; `None` when its slot has changed meanwhile.
    async fn alter(&self, entry: &StoredEntry) -> Result<Option<Response>, No> {
        if entry.head.uid != self.said.object.uid() {
            return Err(No::caldav_at("no-uid-conflict", &self.href(self.calendar, self.name)));
        }
        if let Some(id) = self.call.series_of(&entry.head).await? {
            return self.alter_series(entry, id).await.map(Some);
        }
        let sheet = self.call.sheet_of(&entry.head)?;
        let slot = &sheet.slot;
        if slot.state.is_off() {
            self.call.say_no(&entry.head, self.bytes()).await?;
            return Ok(Some(StatusCode::NO_CONTENT.into_response()));
        }
        if self.said.is_cancelled {
            return self.call_off(entry, slot).await;
        }
        let wish = self.wish(Some(slot));
        let is_moved = !self.said.is_at(slot) || (self.said.times.is_none() && !says_the_same(&wish, slot));
        let is_same = !is_moved && wish.title == slot.spec.title && wish.place == slot.spec.place;
        if is_same {
            self.keep(entry, slot).await?;
            return self.answer(StatusCode::NO_CONTENT).await.map(Some);
        }
        self.call.keep_pending(&entry.head, Some(self.bytes())).await?;
        let verdict = ask::alter(self.call.dav, slot, &wish, self.by()).await;
        match verdict {
            Verdict::Done => {
                self.call.dav.shelf.bring_up(self.call.scene.viewer.home).await?;
                self.note_anew(entry).await?;
                self.answer(StatusCode::NO_CONTENT).await.map(Some)
            }
            Verdict::Refused | Verdict::Waits(_) => {
                self.call.say_no(&entry.head, self.bytes()).await?;
                Ok(Some(StatusCode::NO_CONTENT.into_response()))
            }
            Verdict::Stale => {
                self.call.keep_pending(&entry.head, None).await?;
                Ok(None)
            }
            Verdict::Away(no) => Err(no),
        }
    }

    /// A status says that it shall be called off.
    async fn call_off(&self, entry: &StoredEntry, slot: &Slot) -> Result<Option<Response>, No> {
        match ask::call_off(self.call.dav, slot, self.call.scene.viewer.password).await {
            Verdict::Done => {
                self.call.keep_pending(&entry.head, Some(self.bytes())).await?;
                self.answer(StatusCode::NO_CONTENT).await.map(Some)
            }
            Verdict::Refused | Verdict::Waits(_) => {
                self.call.say_no(&entry.head, self.bytes()).await?;
                Ok(Some(StatusCode::NO_CONTENT.into_response()))
            }
            Verdict::Stale => Ok(None),
            Verdict::Away(no) => Err(no),
        }
    }

    /// Keeps bytes that say of the slot what it is.
    async fn keep(&self, entry: &StoredEntry, slot: &Slot) -> Result<(), No> {
        let renewal = self.call.dav.shelf.renewal(self.call.scene.viewer.home).await?;
        let (bytes, note) = (self.bytes(), self.note());
        let keep = |entry: &StoredEntry, token: u64| {
            let body = renewal.text(Some(bytes), slot);
            // Of a slot that has changed since, its own renewal knows more than we do.
            let version = entry.head.version.min(slot.version.into());
            let mut kept = put_in(entry, body, version, token, &renewal);
            if !waits(&kept.head.note) {
                kept.head.note.clone_from(&note);
            }
            kept
        };
        self.call.change_entry((&entry.head.calendar, &entry.head.name), keep).await
    }

    /// Notes what has to be asked about an entry now, when that has changed.
    async fn note_anew(&self, entry: &StoredEntry) -> Result<(), No> {
        let note = self.note();
        if entry.head.note == note || waits(&entry.head.note) {
            return Ok(());
        }
        let put = |entry: &StoredEntry, _: u64| {
            let head = EntryHead { note: note.clone(), ..entry.head.clone() };
            StoredEntry { head, ..entry.clone() }
        };
        self.call.change_entry((self.calendar, self.name), put).await
    }

    /// Success. An ETag says that the bytes are kept as they came; without one, an app looks at what was made of
    /// them.
    pub(super) async fn answer(&self, status: StatusCode) -> Result<Response, No> {
        self.call.dav.shelf.bring_up(self.call.scene.viewer.home).await?;
        let entry = self.call.entry(self.calendar, self.name).await?;
        let mut response = status.into_response();
        if let Some(entry) = entry.filter(|entry| entry.body == self.bytes())
            && let Ok(tag) = HeaderValue::from_str(&tag(&entry.head))
        {
            response.headers_mut().insert(header::ETAG, tag);
        }
        Ok(response)
    }
}

/// Whether a draft whose zone is a question stands on the wall where its entry says.
fn says_the_same(wish: &Wish, slot: &Slot) -> bool {
    let times = wish.times.times();
    (times.start, times.end) == (slot.spec.times.start, slot.spec.times.end)
}

fn unfit(unfit: Unfit) -> No {
    match unfit {
        Unfit::TooBig => No::caldav("max-resource-size"),
        Unfit::Component(_) => No::caldav("supported-calendar-component"),
        Unfit::Unreadable(_) | Unfit::NotOneCalendar | Unfit::Value(_) => No::caldav("valid-calendar-data"),
        Unfit::Method
        | Unfit::NoEntry
        | Unfit::NoUid
        | Unfit::SeveralUids
        | Unfit::NotOneMaster
        | Unfit::TooManyOverrides
        | Unfit::NoStart => No::caldav("valid-calendar-object-resource"),
    }
}
