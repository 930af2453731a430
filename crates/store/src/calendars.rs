//! What organisers' calendar apps see beside the slots: calendars and their entries' bytes.
//!
//! Nothing here is commerce: what sells stands in the journal, and an entry whose bytes are lost is written
//! anew from its slot. Changes of one organiser are ordered by a rising integer: whoever changes something
//! says which one was seen, and is turned away when somebody else was faster. Start at
//! [`Store::change_calendars`].

use dayshelf_core::ids::{Home, Id, SlotId};
use dayshelf_core::time::Instant;

use crate::cell::{Cell, Row};
use crate::engine::Session;
use crate::fault::{FaultKind, StoreFault};
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// Columns of an entry without its texts, as every statement that reads one names them.
const HEAD_COLUMNS: usize = 13;

/// What a calendar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CalendarKind {
    /// Slots, to be moved and edited.
    Slots = 0,
    /// Entries that are drafts.
    Drafts = 1,
    /// Audience windows, to look at.
    Windows = 2,
    /// Pickup, to look at.
    Pickup = 3,
    /// Shifts, to look at.
    Shifts = 4,
    /// Broadcasts, to look at.
    Broadcast = 5,
    /// One person's shifts, to look at.
    Person = 6,
}

/// A calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Its name in addresses.
    pub name: String,
    /// What it shows.
    pub kind: CalendarKind,
    /// Whether apps are told of it.
    pub shown: bool,
    /// The revision at which it last changed.
    pub token: u64,
}

/// All calendars of an organiser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendars {
    /// How often something in them has changed.
    pub revision: u64,
    /// The edition of the program's own texts that they were last made with.
    pub edition: u64,
    /// The calendars, by name.
    pub all: Vec<Calendar>,
}

/// A viewer's own property of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarProperty {
    /// The calendar's name.
    pub calendar: String,
    /// Its namespace and name.
    pub property: String,
    /// Its value; none to forget it.
    pub value: Option<String>,
}

/// Whether an entry is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// It is.
    Shown = 0,
    /// It was; this is what is left for those who have not heard.
    Gone = 1,
    /// Its name is kept for a slot that is being made.
    Reserved = 2,
}

/// An entry without its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryHead {
    /// The calendar's name.
    pub calendar: String,
    /// Its own name in addresses.
    pub name: String,
    /// The slot that it shows, or that owns what it shows. The entry of a series has the series' id here: no two things
    /// have one id.
    pub slot: SlotId,
    /// Its UID.
    pub uid: String,
    /// Whether it is there.
    pub state: EntryState,
    /// The version of the slot that it shows; of a series a number that rises with every change of it and of its slots.
    pub version: u64,
    /// The revision at which it last changed.
    pub token: u64,
    /// The digest of its text.
    pub tag: [u8; 16],
    /// Bytes of its text.
    pub size: u32,
    /// When the first of what it shows begins.
    pub from: Instant,
    /// When the last of it ends.
    pub until: Instant,
    /// When it last changed.
    pub changed: Instant,
    /// What the organiser has to be asked about it, in words of the calendar server; empty for nothing.
    pub note: String,
}

/// An entry with its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// All but the texts.
    pub head: EntryHead,
    /// Its text.
    pub body: Vec<u8>,
    /// What was put and is not yet decided.
    pub pending: Option<Vec<u8>>,
}

/// A change of an organiser's calendars.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarChange {
    /// The revision that was seen; the change takes the next.
    pub seen: u64,
    /// The edition of the program's texts from now on.
    pub edition: u64,
    /// Entries as they are from now on.
    pub entries: Vec<StoredEntry>,
    /// Calendars as they are from now on.
    pub calendars: Vec<Calendar>,
}

/// The calendars that everybody has; apps that find none to write into lose entries.
const STANDARD: [(&str, CalendarKind, bool); 6] = [
    ("slots", CalendarKind::Slots, true),
    ("drafts", CalendarKind::Drafts, true),
    ("windows", CalendarKind::Windows, false),
    ("pickup", CalendarKind::Pickup, false),
    ("shifts", CalendarKind::Shifts, false),
    ("broadcast", CalendarKind::Broadcast, false),
];

impl Calendars {
    /// The calendars with those that everybody has, as the next change would write them.
    pub fn completed(self) -> Vec<Calendar> {
        let token = self.revision + 1;
        let mut all = self.all;
        for (name, kind, shown) in STANDARD {
            if !all.iter().any(|calendar| calendar.name == name) {
                all.push(Calendar { name: name.to_owned(), kind, shown, token });
            }
        }
        all
    }
}

impl CalendarKind {
    fn of(number: i64) -> Result<Self, StoreFault> {
        let standard = STANDARD.into_iter().map(|(_, kind, _)| kind);
        let mut all = standard.chain([Self::Person]);
        let known = all.find(|kind| *kind as i64 == number);
        known.ok_or_else(|| StoreFault::new(FaultKind::Incoherent, "a calendar is of no known kind"))
    }
}

impl EntryHead {
    fn from_row(row: &Row) -> Result<Self, StoreFault> {
        let state = match row.int(4)? {
            0 => EntryState::Shown,
            1 => EntryState::Gone,
            2 => EntryState::Reserved,
            _ => return Err(StoreFault::new(FaultKind::Incoherent, "a calendar entry is in no known state")),
        };
        Ok(Self {
            calendar: row.text(0)?.to_owned(),
            name: row.text(1)?.to_owned(),
            slot: SlotId(Id::from_bytes(row.id(2)?)),
            uid: row.text(3)?.to_owned(),
            state,
            version: row.count(5)?,
            token: row.count(6)?,
            tag: row.array(7)?,
            size: row.units(8)?,
            from: Instant(row.int(9)?),
            until: Instant(row.int(10)?),
            changed: Instant(row.int(11)?),
            note: row.text(12)?.to_owned(),
        })
    }
}

impl StoredEntry {
    fn from_row(row: &Row) -> Result<Self, StoreFault> {
        let pending = if row.is_null(HEAD_COLUMNS + 1) { None } else { Some(row.bytes(HEAD_COLUMNS + 1)?) };
        Ok(Self {
            head: EntryHead::from_row(row)?,
            body: row.bytes(HEAD_COLUMNS)?.to_vec(),
            pending: pending.map(<[u8]>::to_vec),
        })
    }

    fn cells(self, number: u32, out: &mut Vec<Cell>) {
        let head = self.head;
        out.extend([
            Cell::from(number),
            Cell::Text(head.calendar),
            Cell::Text(head.name),
            Cell::from(head.slot.0),
            Cell::Text(head.uid),
            Cell::Int(head.state as i64),
            Cell::from(head.version),
            Cell::from(head.token),
            Cell::Id(head.tag),
            Cell::from(head.size),
            Cell::Int(head.from.0),
            Cell::Int(head.until.0),
            Cell::Int(head.changed.0),
            Cell::Text(head.note),
            Cell::Bytes(self.body),
            self.pending.map_or(Cell::Null, Cell::Bytes),
        ]);
    }
}

/// The cells that every key here begins with.
pub(crate) fn key(home: Home) -> Vec<Cell> {
    vec![Cell::from(home.shard), Cell::from(home.number)]
}

/// Everything here fails with what the engine says.
impl Store {
    /// An organiser's calendars; none before the first change.
    pub async fn calendars(&self, home: Home) -> Result<Calendars, StoreFault> {
        self.pool.with(Box::new(move |session| Box::pin(calendars(session, home)))).await
    }

    /// A viewer's own properties of an organiser's calendars.
    pub async fn calendar_properties(
        &self,
        home: Home,
        viewer: &str,
    ) -> Result<Vec<CalendarProperty>, StoreFault> {
        let cells = [key(home), vec![Cell::Text(viewer.to_owned())]].concat();
        let rows = self.reader().rows(statements::CALENDAR_PROPERTIES, cells).await?;
        let property = |row: &Row| {
            Ok(CalendarProperty {
                calendar: row.text(0)?.to_owned(),
                property: row.text(1)?.to_owned(),
                value: Some(row.text(2)?.to_owned()),
            })
        };
        rows.iter().map(property).collect()
    }

    /// Entries of a calendar that changed after a revision, by name, the gone and the reserved ones too.
    pub async fn calendar_heads(
        &self,
        home: Home,
        calendar: &str,
        after: u64,
    ) -> Result<Vec<EntryHead>, StoreFault> {
        let cells = [key(home), vec![Cell::Text(calendar.to_owned()), Cell::from(after)]].concat();
        let rows = self.reader().rows(statements::CALENDAR_HEADS, cells).await?;
        rows.iter().map(EntryHead::from_row).collect()
    }

    /// Entries by name, in the order asked for; `None` for those that never were.
    pub async fn calendar_entries(
        &self,
        home: Home,
        calendar: &str,
        names: Vec<String>,
    ) -> Result<Vec<Option<StoredEntry>>, StoreFault> {
        let calendar = calendar.to_owned();
        self.pool.with(Box::new(move |session| Box::pin(entries(session, home, calendar, names)))).await
    }

    /// A page of a calendar's entries after a name.
    pub async fn calendar_page(
        &self,
        home: Home,
        calendar: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<StoredEntry>, StoreFault> {
        let rest = vec![Cell::Text(calendar.to_owned()), Cell::Text(after.to_owned()), Cell::from(limit)];
        let rows = self.reader().rows(statements::CALENDAR_ENTRIES, [key(home), rest].concat()).await?;
        rows.iter().map(StoredEntry::from_row).collect()
    }

    /// Which entry of a calendar has this UID.
    pub async fn calendar_uid(
        &self,
        home: Home,
        calendar: &str,
        uid: &str,
    ) -> Result<Option<String>, StoreFault> {
        let rest = vec![Cell::Text(calendar.to_owned()), Cell::Text(uid.to_owned())];
        let rows = self.reader().rows(statements::CALENDAR_UID, [key(home), rest].concat()).await?;
        rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()
    }

    /// Which version of each slot the entries show.
    pub async fn calendar_versions(&self, home: Home) -> Result<Vec<(SlotId, u64)>, StoreFault> {
        let rows = self.reader().rows(statements::CALENDAR_VERSIONS, key(home)).await?;
        let version = |row: &Row| Ok((SlotId(Id::from_bytes(row.id(0)?)), row.count(1)?));
        rows.iter().map(version).collect()
    }

    /// All entries of some slots, in any calendar.
    pub async fn calendar_entries_of(
        &self,
        home: Home,
        slots: Vec<SlotId>,
    ) -> Result<Vec<StoredEntry>, StoreFault> {
        self.pool.with(Box::new(move |session| Box::pin(entries_of(session, home, slots)))).await
    }

    /// Changes an organiser's calendars, all of it or nothing.
    ///
    /// # Errors
    /// [`FaultKind::Retry`] when somebody else has changed them since: look again.
    pub async fn change_calendars(&self, home: Home, change: CalendarChange) -> Result<(), StoreFault> {
        self.aside(Box::new(move |session| Box::pin(change_in(session, home, change)))).await
    }

    /// Keeps a viewer's own properties of calendars.
    pub async fn keep_calendar_properties(
        &self,
        home: Home,
        viewer: &str,
        all: Vec<CalendarProperty>,
    ) -> Result<(), StoreFault> {
        let viewer = Cell::Text(viewer.to_owned());
        let mut put = Rows::put(&tables::CALENDAR_PROPERTY, home.shard);
        let mut forget = Vec::new();
        for CalendarProperty { calendar, property, value } in all {
            let (calendar, property) = (Cell::Text(calendar), Cell::Text(property));
            match value {
                Some(value) => put.cells.extend([
                    Cell::from(home.number),
                    calendar,
                    viewer.clone(),
                    property,
                    Cell::Text(value),
                ]),
                None => forget.push([key(home), vec![calendar, viewer.clone(), property]].concat()),
            }
        }
        self.aside(Box::new(move |session| {
            Box::pin(async move {
                for cells in &forget {
                    session.execute(statements::FORGET_CALENDAR_PROPERTY, cells).await?;
                }
                if put.cells.is_empty() { Ok(()) } else { session.write(&[put]).await }
            })
        }))
        .await
    }
}

async fn calendars(session: &mut Session, home: Home) -> Result<Calendars, StoreFault> {
    // The revision first: what is read after it may be newer, which the next change finds out.
    let rows = session.query(statements::READ_CALENDAR_HOME, &key(home)).await?;
    let Some(row) = rows.first() else { return Ok(Calendars::default()) };
    let (revision, edition) = (row.count(0)?, row.count(1)?);
    let rows = session.query(statements::CALENDARS, &key(home)).await?;
    let calendar = |row: &Row| {
        Ok(Calendar {
            name: row.text(0)?.to_owned(),
            kind: CalendarKind::of(row.int(1)?)?,
            shown: row.int(2)? != 0,
            token: row.count(3)?,
        })
    };
    let all: Result<Vec<Calendar>, StoreFault> = rows.iter().map(calendar).collect();
    Ok(Calendars { revision, edition, all: all? })
}

async fn entries(
    session: &mut Session,
    home: Home,
    calendar: String,
    names: Vec<String>,
) -> Result<Vec<Option<StoredEntry>>, StoreFault> {
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let cells = [key(home), vec![Cell::Text(calendar.clone()), Cell::Text(name)]].concat();
        let rows = session.query(statements::CALENDAR_ENTRY, &cells).await?;
        found.push(rows.first().map(StoredEntry::from_row).transpose()?);
    }
    Ok(found)
}

async fn entries_of(
    session: &mut Session,
    home: Home,
    slots: Vec<SlotId>,
) -> Result<Vec<StoredEntry>, StoreFault> {
    let mut found = Vec::new();
    for slot in slots {
        let cells = [key(home), vec![Cell::from(slot.0)]].concat();
        let rows = session.query(statements::CALENDAR_ENTRIES_OF, &cells).await?;
        for row in &rows {
            found.push(StoredEntry::from_row(row)?);
        }
    }
    Ok(found)
}

async fn change_in(session: &mut Session, home: Home, change: CalendarChange) -> Result<(), StoreFault> {
    session.execute(statements::MAKE_CALENDAR_HOME, &key(home)).await?;
    let next = [Cell::from(change.seen + 1), Cell::from(change.edition)];
    let cells = [next.to_vec(), key(home), vec![Cell::from(change.seen)]].concat();
    if session.execute(statements::RAISE_CALENDAR_HOME, &cells).await? != 1 {
        return Err(StoreFault::new(FaultKind::Retry, "the calendars were changed by somebody else"));
    }
    let mut calendars = Rows::put(&tables::CALENDAR, home.shard);
    for calendar in change.calendars {
        calendars.cells.extend([
            Cell::from(home.number),
            Cell::Text(calendar.name),
            Cell::Int(calendar.kind as i64),
            Cell::Int(i64::from(calendar.shown)),
            Cell::from(calendar.token),
        ]);
    }
    let mut entries = Rows::put(&tables::CALENDAR_ENTRY, home.shard);
    change.entries.into_iter().for_each(|entry| entry.cells(home.number, &mut entries.cells));
    let written: Vec<Rows> = [calendars, entries].into_iter().filter(|rows| !rows.cells.is_empty()).collect();
    session.write(&written).await
}
