//! Erasing a customer: the one act that writes the journal anew.
//!
//! Everywhere in an organiser's data the person becomes nobody: each stored body is read, the person's key becomes a new
//! one at random, name, address and zone go, and the rest is written back as it was. The same person stays the same
//! nobody in the journal and in the rows, so units, money and limits add up as before and doctor has nothing to find.
//! It is done in one transaction while no server runs, because servers have the books in memory. Not here: what was
//! written about the person in free text, and copies elsewhere. Start at [`Store::erase`].

use std::collections::BTreeSet;

use dayshelf_core::access::List;
use dayshelf_core::hold::Hold;
use dayshelf_core::ids::Home;
use dayshelf_core::order::Order;
use dayshelf_core::text::{BuyerKey, Contact, ERASED_EMAIL};
use dayshelf_core::waitlist::Entry;

use crate::cell::{Cell, Row};
use crate::changes::PartKind;
use crate::codec::{Codec, CodecFault, Erasure, decode_erasing, encode};
use crate::delivery::DeliveryState;
use crate::engine::Session;
use crate::fault::{FaultKind, StoreFault};
use crate::journal::Outcome;
use crate::load::page;
use crate::store::Store;
use crate::tables::{self, Rows, Table};

/// Who is erased.
#[derive(Clone, Debug)]
pub struct Gone {
    home: Home,
    /// The mail address in small letters.
    email: String,
    erasure: Erasure,
}

impl Gone {
    /// A customer of an organiser, and random bytes that are kept nowhere else, of which nobody's key is made.
    pub fn new(home: Home, who: Contact, random: [u8; 16]) -> Self {
        let instead = BuyerKey(u128::from_be_bytes(random));
        Self { home, email: who.email.trim().to_lowercase(), erasure: Erasure { gone: who.key, instead } }
    }
}

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Orders, holds and places in line that stay, as nobody's.
    pub kept: u64,
    /// Records of the journal that were written anew.
    pub records: u64,
    /// Mails that are empty now; what was still to be sent is not.
    pub mails: u64,
    /// Messages to endpoints that are gone from the log.
    pub messages: u64,
}

/// How a body is written anew, if it names who is erased.
type Rewrite = fn(&[u8], Erasure) -> Result<Option<Vec<u8>>, CodecFault>;

/// Tables with bodies that may name a customer, and the column of the body.
static BODIES: [(&Table, usize, Rewrite); 7] = [
    (&tables::JOURNAL, 6, rewrite::<Outcome>),
    (&tables::PART, 2, rewrite::<List>),
    (&tables::HOLD, 1, rewrite::<Hold>),
    (&tables::HOLD_ENDED, 1, rewrite::<Hold>),
    (&tables::ENTRY, 1, rewrite::<Entry>),
    (&tables::ENTRY_LEFT, 1, rewrite::<Entry>),
    (&tables::ORDERS, 3, rewrite::<Order>),
];

/// A body without the person; nothing where it does not name them.
fn rewrite<T: Codec>(body: &[u8], erasure: Erasure) -> Result<Option<Vec<u8>>, CodecFault> {
    let written = encode(&decode_erasing::<T>(body, erasure)?);
    Ok((written != body).then_some(written))
}

impl Store {
    /// Where the organiser with a slug is at home, if there is one.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn home_of(&self, slug: &str) -> Result<Option<Home>, StoreFault> {
        for shard in 0..self.shards() {
            let all = self.writer(shard)?.load_shard().await?;
            if let Some(books) = all.iter().find(|books| books.organiser.spec.slug == slug) {
                return Ok(Some(books.home()));
            }
        }
        Ok(None)
    }

    /// Erases a customer of an organiser. Their orders stay, as numbers.
    ///
    /// # Errors
    /// [`FaultKind::Locked`] while a server runs, or while messages that name the person wait to be delivered; what the
    /// engine says. Nothing is changed then.
    pub async fn erase(&self, gone: Gone) -> Result<Erased, StoreFault> {
        self.check(gone.home.shard)?;
        let is_shared = self.is_shared();
        let erased = self.aside(Box::new(move |session| {
            Box::pin(async move {
                if is_shared {
                    nobody_serves(session, gone.home.shard).await?;
                }
                erase(session, &gone).await
            })
        }));
        let erased = erased.await?;
        // What rows were before lies in the file until it is written anew.
        self.pool.with(Box::new(|session| Box::pin(async move { session.script("vacuum").await }))).await?;
        Ok(erased)
    }
}

/// Servers have turns to read their journals. Where there can be one alone, the lock on the file says so already.
async fn nobody_serves(session: &mut Session, shard: u16) -> Result<(), StoreFault> {
    let now = session.clock().await?;
    for row in page(session, &tables::CONSUMER, shard, None).await? {
        if row.int(3)? > now.0 {
            let advice =
                "a server runs on this data: stop all of them, and wait a minute after one that was killed";
            return Err(StoreFault::new(FaultKind::Locked, advice));
        }
    }
    Ok(())
}

async fn erase(session: &mut Session, gone: &Gone) -> Result<Erased, StoreFault> {
    let mut erased = Erased::default();
    let mut subjects: BTreeSet<Vec<u8>> = BTreeSet::new();
    for (table, column, rewrite) in BODIES {
        let is_part = *table == tables::PART;
        let is_subject = !is_part && *table != tables::JOURNAL;
        let count = each_row(session, (table, gone), |row, sheet| {
            // Of the parts, lists alone name customers.
            if is_part && row.int(1)? != PartKind::List as i64 {
                return Ok(());
            }
            let Some(body) = rewrite(row.bytes(column)?, gone.erasure)? else { return Ok(()) };
            if is_subject {
                subjects.insert(row.bytes(0)?.to_vec());
            }
            sheet.put(row, &[(column, Cell::Bytes(body))]);
            Ok(())
        });
        let count = count.await?;
        if is_subject {
            erased.kept += count;
        } else if !is_part {
            erased.records += count;
        }
    }
    forget_tallies(session, gone).await?;
    erased.messages = forget_messages(session, gone, &subjects).await?;
    erased.mails = empty_mails(session, gone, &subjects).await?;
    Ok(erased)
}

/// Rows of a page that are written and removed.
struct Sheet {
    put: Rows,
    remove: Rows,
}

impl Sheet {
    /// Writes a row anew with some of its cells changed.
    fn put(&mut self, row: &Row, cells: &[(usize, Cell)]) {
        let first = self.put.cells.len();
        self.put.cells.extend(row.0.iter().cloned());
        for (column, cell) in cells {
            self.put.cells[first + column] = cell.clone();
        }
    }

    fn remove(&mut self, row: &Row) {
        let table = self.remove.table;
        self.remove.cells.extend(table.key_of(row));
    }
}

/// Looks at all rows of a table, page by page, and does what was noted of each page; how many rows were touched.
async fn each_row(
    session: &mut Session,
    (table, gone): (&'static Table, &Gone),
    mut note: impl FnMut(&Row, &mut Sheet) -> Result<(), StoreFault>,
) -> Result<u64, StoreFault> {
    let shard = gone.home.shard;
    let (mut after, mut count) = (None, 0);
    loop {
        let found = page(session, table, shard, after).await?;
        let mut sheet = Sheet { put: Rows::put(table, shard), remove: Rows::remove(table, shard, table.key) };
        for row in &found {
            note(row, &mut sheet)?;
        }
        after = found.last().map(|row| table.key_of(row));
        let touched = sheet.put.rows().count().max(sheet.remove.rows().count());
        count += touched as u64;
        let sheets = [sheet.remove, sheet.put];
        let sheets: Vec<Rows> = sheets.into_iter().filter(|rows| !rows.cells.is_empty()).collect();
        if !sheets.is_empty() {
            session.write(&sheets).await?;
        }
        if found.len() < table.page_rows() {
            return Ok(count);
        }
    }
}

/// What a buyer has in limited windows counts on, for nobody.
async fn forget_tallies(session: &mut Session, gone: &Gone) -> Result<(), StoreFault> {
    let noted = each_row(session, (&tables::TALLY, gone), |row, sheet| {
        if row.id(1)? == gone.erasure.gone.0.to_be_bytes() {
            sheet.remove(row);
            sheet.put(row, &[(1, Cell::Id(gone.erasure.instead.0.to_be_bytes()))]);
        }
        Ok(())
    });
    noted.await.map(drop)
}

/// The log of what endpoints were told loses what names the person. What waits was promised, so it has to go out before.
async fn forget_messages(
    session: &mut Session,
    gone: &Gone,
    subjects: &BTreeSet<Vec<u8>>,
) -> Result<u64, StoreFault> {
    let noted = each_row(session, (&tables::DELIVERY, gone), |row, sheet| {
        let is_about = subjects.contains(row.bytes(2)?);
        if !is_about && !String::from_utf8_lossy(row.bytes(5)?).to_lowercase().contains(&gone.email) {
            return Ok(());
        }
        if row.int(6)? == DeliveryState::Waiting as i64 {
            let advice = "messages that name this customer wait to be delivered: let the server deliver them first, or \
                          switch their endpoint off";
            return Err(StoreFault::new(FaultKind::Locked, advice));
        }
        sheet.remove(row);
        Ok(())
    });
    noted.await
}

/// Mails stay as what was told when, without a word; what was not sent yet is given up.
async fn empty_mails(
    session: &mut Session,
    gone: &Gone,
    subjects: &BTreeSet<Vec<u8>>,
) -> Result<u64, StoreFault> {
    let noted = each_row(session, (&tables::MAIL, gone), |row, sheet| {
        let is_theirs = row.text(5)?.to_lowercase() == gone.email || subjects.contains(row.bytes(2)?);
        if row.int(0)? != i64::from(gone.home.number) || !is_theirs {
            return Ok(());
        }
        let mut cells = vec![
            (5, Cell::Text(ERASED_EMAIL.to_owned())),
            (6, Cell::Text(String::new())),
            (7, Cell::Bytes(Vec::new())),
        ];
        if row.int(8)? == DeliveryState::Waiting as i64 {
            cells.push((8, Cell::Int(DeliveryState::GivenUp as i64)));
        }
        sheet.put(row, &cells);
        Ok(())
    });
    noted.await
}
