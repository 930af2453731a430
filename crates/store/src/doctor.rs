//! Doctor: recomputes everything from the journal alone and compares it with the rows.
//!
//! It sees one state of the data, beside whoever writes. It repairs nothing. Start at [`Store::doctor`].

use std::collections::BTreeMap;
use std::fmt;

use dayshelf_core::apply::apply;
use dayshelf_core::books::{Books, PLACE_FIRST};
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::{Hold, HoldState};
use dayshelf_core::ids::Id;
use dayshelf_core::order::Order;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::Entry;

use crate::cell::{Cell, Row};
use crate::changes::PartKind;
use crate::codec::{Codec, decode, encode};
use crate::engine::{Purpose, Session};
use crate::fault::StoreFault;
use crate::journal::{Outcome, Record};
use crate::load::each;
use crate::pictures::picture_digest;
use crate::rows::{PoolBody, SETTLING_HOLD, SETTLING_ORDER, part_body, pool_cells};
use crate::store::Store;
use crate::tables::{self, Table};
use crate::{reader, statements};

/// Records that are read at once.
const PAGE: usize = 2_000;
/// Differences that are told of one table; more of them say nothing new.
const DIFFERENCES_MAX: usize = 100;

/// Something that the journal and the rows do not agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The shard.
    pub shard: u16,
    /// The table.
    pub table: &'static str,
    /// The row's key, or the record's place.
    pub key: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "shard {} {} {}: {}", self.shard, self.table, self.key, self.what)
    }
}

impl Store {
    /// Compares the journal with the rows. An empty list is a clean bill of health.
    ///
    /// # Errors
    /// What the engine says; a body that can't be read is a difference, not an error, except in the
    /// journal itself.
    pub async fn doctor(&self) -> Result<Vec<Difference>, StoreFault> {
        let shards = self.shards();
        self.pool.with(Box::new(move |session| Box::pin(examine(session, shards)))).await
    }
}

async fn examine(session: &mut Session, shards: u16) -> Result<Vec<Difference>, StoreFault> {
    session.begin(Purpose::Snapshot).await?;
    let mut found = Vec::new();
    for shard in 0..shards {
        let mut exam = Exam { shard, found: Vec::new(), shelf: BTreeMap::new(), sourced: BTreeMap::new() };
        exam.replay(session).await?;
        exam.compare(session).await?;
        found.append(&mut exam.found);
    }
    session.rollback().await;
    Ok(found)
}

/// One shard under examination.
struct Exam {
    shard: u16,
    found: Vec<Difference>,
    /// Books from the journal, with all that was ever ended, left and ordered, by organiser's number.
    shelf: BTreeMap<u32, Books>,
    /// The record of each source of stock, by organiser's number.
    sourced: BTreeMap<(u32, Digest), u64>,
}

/// What a table should hold, by the key's cells.
type Expected = BTreeMap<Vec<u8>, Row>;
/// Says what a table should hold of one organiser.
type Expect = fn(&Books, &mut Expected);
/// A row as this version would write it.
type Canonical = fn(&Row) -> Result<Row, StoreFault>;

impl Exam {
    fn tell(&mut self, table: &'static str, key: impl Into<String>, what: impl Into<String>) {
        if self.found.iter().filter(|known| known.table == table).count() < DIFFERENCES_MAX {
            self.found.push(Difference { shard: self.shard, table, key: key.into(), what: what.into() });
        }
    }

    /// Applies the whole journal to empty books.
    async fn replay(&mut self, session: &mut Session) -> Result<(), StoreFault> {
        let head = session.query(statements::READ_HEAD, &[Cell::from(self.shard)]).await?;
        let head = head.first().map(|row| row.count(0)).transpose()?.unwrap_or(0);
        let (mut seq, mut at) = (0, Instant(i64::MIN));
        loop {
            let page = reader::records(session, self.shard, seq, PAGE).await?;
            for record in &page {
                if record.seq != seq + 1 {
                    self.tell("journal", record.seq.to_string(), format!("it follows record {seq}"));
                }
                if record.at < at {
                    self.tell("journal", record.seq.to_string(), "it is earlier than the one before");
                }
                (seq, at) = (record.seq, record.at);
                self.apply(record);
            }
            if page.len() < PAGE {
                break;
            }
        }
        if head != seq {
            self.tell("journal_head", "seq", format!("it says {head}, and the last record is {seq}"));
        }
        Ok(())
    }

    fn apply(&mut self, record: &Record) {
        let Outcome::Facts(facts) = &record.outcome else { return };
        for fact in facts {
            if let Fact::OrganiserFounded(organiser) = fact {
                self.shelf.insert(record.home.number, Books::open((**organiser).clone()));
            }
            if let Some(said) = fact.sourced() {
                self.sourced.insert((record.home.number, said.source()), record.seq);
            }
            let applied = match self.shelf.get_mut(&record.home.number) {
                Some(books) => apply(books, fact).map_err(|broken| broken.to_string()),
                None => Err("its organiser was never founded".to_owned()),
            };
            if let Err(what) = applied {
                self.tell("journal", record.seq.to_string(), what);
                return;
            }
        }
    }

    async fn compare(&mut self, session: &mut Session) -> Result<(), StoreFault> {
        let tables: [(&'static Table, Expect, Canonical); 9] = [
            (&tables::PART, parts, canonical_part),
            (&tables::POOL, pools, canonical_last::<PoolBody>),
            (&tables::HOLD, holds, canonical_last::<Hold>),
            (&tables::HOLD_ENDED, ended, canonical_last::<Hold>),
            (&tables::ENTRY, entries, canonical_last::<Entry>),
            (&tables::ENTRY_LEFT, left, canonical_last::<Entry>),
            (&tables::ORDERS, orders, canonical_last::<Order>),
            (&tables::TALLY, tallies, as_it_is),
            (&tables::SETTLING, settling, as_it_is),
        ];
        for (table, expect, canonical) in tables {
            let mut expected = Expected::new();
            self.shelf.values().for_each(|books| expect(books, &mut expected));
            let rows = rows(session, table, self.shard).await?;
            for row in rows {
                let key = key_bytes(&table.key_of(&row));
                match (expected.remove(&key), canonical(&row)) {
                    (None, _) => self.tell(table.name, name(&row), "it should not be there"),
                    (_, Err(fault)) => self.tell(table.name, name(&row), fault.to_string()),
                    (Some(wanted), Ok(row)) if wanted != row => {
                        let what = differing(table, &wanted, &row);
                        self.tell(table.name, name(&wanted), what);
                    }
                    _ => {}
                }
            }
            for row in expected.values() {
                self.tell(table.name, name(row), "it is missing");
            }
        }
        self.compare_files(session).await?;
        self.compare_sources(session).await?;
        self.compare_counters(session).await
    }

    /// Each file is what its name says, and each picture has its files. One that no picture names waits to be swept.
    async fn compare_files(&mut self, session: &mut Session) -> Result<(), StoreFault> {
        let files = |books: &Books| {
            let number = books.home().number;
            let all = books.pictures.values().flat_map(|picture| &picture.drawn.files);
            all.map(|file| ((number, file.digest), file.bytes)).collect::<Vec<_>>()
        };
        let mut missing: BTreeMap<_, u32> = self.shelf.values().flat_map(files).collect();
        let (table, mut wrong) = (tables::PICTURE_FILE.name, Vec::new());
        each(session, &tables::PICTURE_FILE, self.shard, |row| {
            let (number, digest) = (row.units(0)?, Digest(row.array(1)?));
            let body = row.bytes(3)?;
            let long = missing.remove(&(number, digest));
            if picture_digest(body) != digest || long.is_some_and(|long| long as usize != body.len()) {
                wrong.push(digest);
            }
            Ok(())
        })
        .await?;
        for digest in wrong {
            self.tell(table, format!("{digest:?}"), "its content is not what its name says");
        }
        for (_, digest) in missing.into_keys() {
            self.tell(table, format!("{digest:?}"), "it is missing, and a picture names it");
        }
        Ok(())
    }

    /// Each source tells which record it stands for, unless it was taken in before that was kept.
    async fn compare_sources(&mut self, session: &mut Session) -> Result<(), StoreFault> {
        let mut expected = std::mem::take(&mut self.sourced);
        for row in rows(session, &tables::SOURCE, self.shard).await? {
            let (number, digest) = (row.units(0)?, Digest(row.array(1)?));
            match expected.remove(&(number, digest)) {
                None => self.tell("source", name(&row), "it should not be there"),
                Some(_) if row.is_null(2) => {}
                Some(seq) if row.count(2)? != seq => {
                    self.tell("source", name(&row), format!("it should tell of record {seq}"));
                }
                Some(_) => {}
            }
        }
        for (_, digest) in expected.into_keys() {
            self.tell("source", format!("{digest:?}"), "it is missing");
        }
        Ok(())
    }

    /// Counters that were never touched have no row.
    async fn compare_counters(&mut self, session: &mut Session) -> Result<(), StoreFault> {
        let mut expected = BTreeMap::new();
        for books in self.shelf.values() {
            expected.insert(books.organiser.id.0.to_bytes(), (books.next_place, PLACE_FIRST));
            expected.extend(
                books.windows.values().map(|window| (window.id.0.to_bytes(), (window.taken.into(), 0))),
            );
            expected
                .extend(books.offers.values().map(|offer| (offer.id.0.to_bytes(), (offer.taken.into(), 0))));
        }
        for row in rows(session, &tables::COUNTER, self.shard).await? {
            let counted = row.count(1)?;
            match expected.remove(&row.id(0)?) {
                None => self.tell("counter", name(&row), "it should not be there"),
                Some((wanted, _)) if wanted != counted => {
                    self.tell("counter", name(&row), format!("it says {counted} and should say {wanted}"));
                }
                Some(_) => {}
            }
        }
        for (id, (wanted, untouched)) in expected {
            if wanted != untouched {
                let key = Id::from_bytes(id).to_string();
                self.tell("counter", key, format!("it is missing and should say {wanted}"));
            }
        }
        Ok(())
    }
}

async fn rows(session: &mut Session, table: &'static Table, shard: u16) -> Result<Vec<Row>, StoreFault> {
    let mut all = Vec::new();
    each(session, table, shard, |row| {
        all.push(row);
        Ok(())
    })
    .await?;
    Ok(all)
}

fn expect(expected: &mut Expected, key: usize, cells: impl IntoIterator<Item = Cell>) {
    // As they are read back: sixteen bytes are bytes like others.
    let plain = |cell| match cell {
        Cell::Id(bytes) => Cell::Bytes(bytes.to_vec()),
        other => other,
    };
    let cells: Vec<Cell> = cells.into_iter().map(plain).collect();
    expected.insert(key_bytes(cells.get(..key).unwrap_or_default()), Row(cells));
}

/// A key as bytes, numbers in front of bytes of one length: only equality matters.
fn key_bytes(cells: &[Cell]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(32);
    for cell in cells {
        match cell {
            Cell::Int(value) => bytes.extend_from_slice(&value.to_be_bytes()),
            other => bytes.extend_from_slice(other.as_bytes().unwrap_or_default()),
        }
    }
    bytes
}

fn parts(books: &Books, expected: &mut Expected) {
    let ids = std::iter::once((PartKind::Organiser, books.organiser.id.0))
        .chain(books.keys.keys().map(|id| (PartKind::Key, id.0)))
        .chain(books.endpoints.keys().map(|id| (PartKind::Endpoint, id.0)))
        .chain(books.codes.keys().map(|id| (PartKind::Code, id.0)))
        .chain(books.lists.keys().map(|id| (PartKind::List, id.0)))
        .chain(books.slots.keys().map(|id| (PartKind::Slot, id.0)))
        .chain(books.trails.keys().map(|id| (PartKind::Trail, id.0)))
        .chain(books.pendings.keys().map(|id| (PartKind::Pending, id.0)))
        .chain(books.guards.keys().filter_map(|by| Some((PartKind::Guard, by.watched()?))))
        .chain(books.windows.keys().map(|id| (PartKind::Window, id.0)))
        .chain(books.fulfilments.keys().map(|id| (PartKind::Fulfilment, id.0)))
        .chain(books.pictures.keys().map(|id| (PartKind::Picture, id.0)))
        .chain(books.products.keys().map(|id| (PartKind::Product, id.0)))
        .chain(books.templates.keys().map(|id| (PartKind::Template, id.0)))
        .chain(books.series.keys().map(|id| (PartKind::Series, id.0)))
        .chain(books.occurrences.keys().map(|id| (PartKind::Occurrence, id.0)))
        .chain(books.blocks.keys().map(|id| (PartKind::Block, id.0)))
        .chain(books.offers.keys().map(|id| (PartKind::Offer, id.0)));
    for (kind, id) in ids {
        if let Some(body) = part_body(books, kind, id) {
            expect(expected, 2, [Cell::from(id), Cell::Int(kind as i64), Cell::Bytes(body)]);
        }
    }
}

fn pools(books: &Books, expected: &mut Expected) {
    books.pools.values().for_each(|pool| expect(expected, 1, pool_cells(pool)));
}

fn holds(books: &Books, expected: &mut Expected) {
    books.holds.values().for_each(|hold| expect(expected, 1, [hold.id.0.into(), Cell::Bytes(encode(hold))]));
}

fn ended(books: &Books, expected: &mut Expected) {
    books.ended.values().for_each(|hold| expect(expected, 1, [hold.id.0.into(), Cell::Bytes(encode(hold))]));
}

fn entries(books: &Books, expected: &mut Expected) {
    books
        .entries
        .values()
        .for_each(|entry| expect(expected, 1, [entry.id.0.into(), Cell::Bytes(encode(entry))]));
}

fn left(books: &Books, expected: &mut Expected) {
    books
        .left
        .values()
        .for_each(|entry| expect(expected, 1, [entry.id.0.into(), Cell::Bytes(encode(entry))]));
}

fn orders(books: &Books, expected: &mut Expected) {
    for order in books.orders.values() {
        let whose = Cell::from(books.home().number);
        let cells = [order.id.0.into(), whose, order.slot.0.into(), Cell::Bytes(encode(order))];
        expect(expected, 1, cells);
    }
}

fn tallies(books: &Books, expected: &mut Expected) {
    for ((window, buyer), units) in &books.tallies {
        expect(expected, 2, [window.0.into(), Cell::Id(buyer.0.to_be_bytes()), Cell::from(*units)]);
    }
}

fn settling(books: &Books, expected: &mut Expected) {
    for hold in books.holds.values().filter(|hold| hold.state == HoldState::Confirming) {
        expect(expected, 1, [hold.id.0.into(), Cell::Int(SETTLING_HOLD)]);
    }
    for order in books.orders.values().filter(|order| order.payment_step().is_some()) {
        expect(expected, 1, [order.id.0.into(), Cell::Int(SETTLING_ORDER)]);
    }
}

fn as_it_is(row: &Row) -> Result<Row, StoreFault> {
    Ok(row.clone())
}

/// The row with its last cell, the body, as this version writes it.
fn canonical_last<T: Codec>(row: &Row) -> Result<Row, StoreFault> {
    let mut row = row.clone();
    let last = row.0.len().saturating_sub(1);
    let value: T = decode(row.bytes(last)?)?;
    row.0[last] = Cell::Bytes(encode(&value));
    Ok(row)
}

fn canonical_part(row: &Row) -> Result<Row, StoreFault> {
    match PartKind::of(row.int(1)?) {
        Some(PartKind::Organiser) => canonical_last::<dayshelf_core::organiser::Organiser>(row),
        Some(PartKind::Key) => canonical_last::<dayshelf_core::organiser::ApiKey>(row),
        Some(PartKind::Endpoint) => canonical_last::<dayshelf_core::organiser::Endpoint>(row),
        Some(PartKind::Code) => canonical_last::<dayshelf_core::access::Code>(row),
        Some(PartKind::List) => canonical_last::<dayshelf_core::access::List>(row),
        Some(PartKind::Slot) => canonical_last::<dayshelf_core::slot::Slot>(row),
        Some(PartKind::Trail) => canonical_last::<dayshelf_core::change::Trail>(row),
        Some(PartKind::Pending) => canonical_last::<dayshelf_core::change::Pending>(row),
        Some(PartKind::Guard) => canonical_last::<dayshelf_core::change::Guard>(row),
        Some(PartKind::Window) => canonical_last::<dayshelf_core::window::Window>(row),
        Some(PartKind::Series) => canonical_last::<dayshelf_core::series::Series>(row),
        Some(PartKind::Occurrence) => canonical_last::<dayshelf_core::series::Occurrence>(row),
        Some(PartKind::Picture) => canonical_last::<dayshelf_core::picture::Picture>(row),
        Some(PartKind::Product) => canonical_last::<dayshelf_core::product::Product>(row),
        Some(PartKind::Template) => canonical_last::<dayshelf_core::template::Template>(row),
        Some(PartKind::Block) => canonical_last::<dayshelf_core::block::Block>(row),
        Some(PartKind::Fulfilment) => canonical_last::<dayshelf_core::slot::Fulfilment>(row),
        Some(PartKind::Offer) => canonical_last::<dayshelf_core::offer::Offer>(row),
        None => Ok(row.clone()),
    }
}

/// Which columns differ; numbers with both values.
fn differing(table: &Table, wanted: &Row, found: &Row) -> String {
    let pairs = table.columns.iter().zip(wanted.0.iter().zip(&found.0));
    let told = pairs.filter(|(_, (wanted, found))| wanted != found).map(|((column, _), pair)| match pair {
        (Cell::Int(wanted), Cell::Int(found)) => format!("{column} is {found} and should be {wanted}"),
        _ => format!("{column} is not what it should be"),
    });
    told.collect::<Vec<_>>().join(", ")
}

/// The key of a row for people.
fn name(row: &Row) -> String {
    match row.0.first() {
        Some(Cell::Int(value)) => value.to_string(),
        _ => row.id(0).map_or_else(|_| "?".to_owned(), |bytes| Id::from_bytes(bytes).to_string()),
    }
}
