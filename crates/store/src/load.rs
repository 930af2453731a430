//! Books from rows: what a node reads when it begins to serve a shard.
//!
//! Not here: what is fetched for single commands (`writer`). Start at [`shard`].

use std::collections::BTreeMap;

use dayshelf_core::books::Books;
use dayshelf_core::hold::Hold;
use dayshelf_core::ids::{Id, OfferId, PoolId, WindowId};
use dayshelf_core::organiser::Organiser;
use dayshelf_core::pool::{Balance, Pool};
use dayshelf_core::text::BuyerKey;
use dayshelf_core::waitlist::Entry;

use crate::cell::{Cell, Row};
use crate::changes::PartKind;
use crate::codec::decode;
use crate::engine::Session;
use crate::fault::{FaultKind, StoreFault};
use crate::rows::PoolBody;
use crate::tables::{self, Table};

/// The books of a shard while they are put together, by the organiser's number.
type Shelf = BTreeMap<u32, Books>;

/// The books of all organisers of a shard.
pub(crate) async fn shard(session: &mut Session, shard: u16) -> Result<Vec<Books>, StoreFault> {
    let mut shelf = Shelf::new();
    // An organiser's row may come after rows of its things, so the parts are read first and laid then.
    let mut parts = Vec::new();
    each(session, &tables::PART, shard, |row| {
        let kind = PartKind::of(row.int(1)?).ok_or_else(|| incoherent("a part is of no known kind"))?;
        if kind == PartKind::Organiser {
            let organiser: Organiser = decode(row.bytes(2)?)?;
            shelf.insert(organiser.id.home().number, Books::open(organiser));
        } else {
            parts.push((kind, row));
        }
        Ok(())
    })
    .await?;
    for (kind, row) in parts {
        lay_part(&mut shelf, kind, &row)?;
    }
    each(session, &tables::COUNTER, shard, |row| lay_counter(&mut shelf, &row)).await?;
    each(session, &tables::POOL, shard, |row| {
        let pool = pool(&row)?;
        books(&mut shelf, pool.id.0)?.pools.insert(pool.id, pool);
        Ok(())
    })
    .await?;
    each(session, &tables::HOLD, shard, |row| {
        let hold: Hold = decode(row.bytes(1)?)?;
        books(&mut shelf, hold.id.0)?.holds.insert(hold.id, Box::new(hold));
        Ok(())
    })
    .await?;
    each(session, &tables::ENTRY, shard, |row| {
        let entry: Entry = decode(row.bytes(1)?)?;
        books(&mut shelf, entry.id.0)?.entries.insert(entry.id, entry);
        Ok(())
    })
    .await?;
    each(session, &tables::TALLY, shard, |row| {
        let window = WindowId(Id::from_bytes(row.id(0)?));
        let buyer = BuyerKey(u128::from_be_bytes(row.id(1)?));
        books(&mut shelf, window.0)?.tallies.insert((window, buyer), row.units(2)?);
        Ok(())
    })
    .await?;
    let mut all: Vec<Books> = shelf.into_values().collect();
    all.iter_mut().for_each(Books::reindex);
    Ok(all)
}

/// Does something with each row of a table and shard, in the order of the key.
pub(crate) async fn each(
    session: &mut Session,
    table: &'static Table,
    shard: u16,
    mut act: impl FnMut(Row) -> Result<(), StoreFault>,
) -> Result<(), StoreFault> {
    let mut after = None;
    loop {
        let rows = page(session, table, shard, after).await?;
        let last = rows.last().map(|row| table.key_of(row));
        let full = rows.len() == table.page_rows();
        for row in rows {
            act(row)?;
        }
        after = last;
        if !full {
            return Ok(());
        }
    }
}

/// A page of a table's rows after a key, or the first; one that is not full is the last.
pub(crate) async fn page(
    session: &mut Session,
    table: &'static Table,
    shard: u16,
    after: Option<Vec<Cell>>,
) -> Result<Vec<Row>, StoreFault> {
    let mut cells = vec![Cell::from(shard)];
    let text = match after {
        None => table.first_page(),
        Some(key) => {
            cells.extend(key);
            table.next_page()
        }
    };
    cells.push(Cell::from(table.page_rows()));
    session.query(&text, &cells).await
}

fn lay_part(shelf: &mut Shelf, kind: PartKind, row: &Row) -> Result<(), StoreFault> {
    let id = Id::from_bytes(row.id(0)?);
    let body = row.bytes(2)?;
    let books = books(shelf, id)?;
    match kind {
        PartKind::Organiser => {}
        PartKind::Key => lay(&mut books.keys, body, |part| part.id)?,
        PartKind::Endpoint => lay(&mut books.endpoints, body, |part| part.id)?,
        PartKind::Code => lay(&mut books.codes, body, |part| part.id)?,
        PartKind::List => lay(&mut books.lists, body, |part| part.id)?,
        PartKind::Slot => lay(&mut books.slots, body, |part| part.id)?,
        PartKind::Trail => lay(&mut books.trails, body, |part| part.slot)?,
        PartKind::Pending => lay(&mut books.pendings, body, |part| part.id)?,
        PartKind::Guard => lay(&mut books.guards, body, |part| part.credential)?,
        PartKind::Window => lay(&mut books.windows, body, |part| part.id)?,
        PartKind::Fulfilment => lay(&mut books.fulfilments, body, |part| part.id)?,
        PartKind::Series => lay(&mut books.series, body, |part| part.id)?,
        PartKind::Occurrence => lay(&mut books.occurrences, body, |part| part.slot)?,
        PartKind::Picture => lay(&mut books.pictures, body, |part| part.id)?,
        PartKind::Product => lay(&mut books.products, body, |part| part.id)?,
        PartKind::Template => lay(&mut books.templates, body, |part| part.id)?,
        PartKind::Block => lay(&mut books.blocks, body, |part| part.id)?,
        PartKind::Offer => lay(&mut books.offers, body, |part| part.id)?,
    }
    Ok(())
}

fn lay<K: Ord, V: crate::codec::Codec>(
    parts: &mut BTreeMap<K, V>,
    body: &[u8],
    key: impl Fn(&V) -> K,
) -> Result<(), StoreFault> {
    let part: V = decode(body)?;
    parts.insert(key(&part), part);
    Ok(())
}

fn lay_counter(shelf: &mut Shelf, row: &Row) -> Result<(), StoreFault> {
    let id = Id::from_bytes(row.id(0)?);
    let books = books(shelf, id)?;
    if books.organiser.id.0 == id {
        books.next_place = row.count(1)?;
    } else if let Some(window) = books.windows.get_mut(&WindowId(id)) {
        window.taken = row.units(1)?;
    } else if let Some(offer) = books.offers.get_mut(&OfferId(id)) {
        offer.taken = row.units(1)?;
    } else {
        return Err(incoherent("a counter counts nothing"));
    }
    Ok(())
}

/// The pool of a row.
pub(crate) fn pool(row: &Row) -> Result<Pool, StoreFault> {
    let PoolBody { role, version, spec, counted } = decode(row.bytes(8)?)?;
    let balance = Balance {
        supplied: row.units(1)?,
        free: row.units(2)?,
        held: row.units(3)?,
        sold: row.units(4)?,
        handed: row.units(5)?,
        lost: row.units(6)?,
        lent: row.units(7)?,
    };
    Ok(Pool { id: PoolId(Id::from_bytes(row.id(0)?)), role, version, spec, balance, counted })
}

fn books(shelf: &mut Shelf, id: Id) -> Result<&mut Books, StoreFault> {
    shelf.get_mut(&id.home().number).ok_or_else(|| incoherent("a row belongs to no organiser"))
}

fn incoherent(what: &str) -> StoreFault {
    StoreFault::new(FaultKind::Incoherent, what)
}
