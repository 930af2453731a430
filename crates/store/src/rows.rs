//! What the rows of changed things look like, encoded from the books at commit.
//!
//! Not here: which things changed (`changes`), nor how rows are written (`engine`). Start at
//! [`changed_rows`].

use dayshelf_core::books::Books;
use dayshelf_core::hold::HoldState;
use dayshelf_core::ids::{
    BlockId, CodeId, ConfirmationId, EndpointId, EntryId, FulfilmentId, HoldId, Home, Id, KeyId, ListId,
    OfferId, PictureId, ProductId, SeriesId, SlotId, TemplateId, WindowId,
};
use dayshelf_core::offer::Offer;
use dayshelf_core::planted;
use dayshelf_core::pool::{Pool, PoolRole, PoolSpec};
use dayshelf_core::window::Window;

use crate::cell::Cell;
use crate::changes::{Changes, HoldTouch, OrderRow, PartKind, Touched};
use crate::codec::{encode, record};
use crate::fault::{FaultKind, StoreFault};
use crate::tables::{self, Rows};

/// What a settling row points at.
pub(crate) const SETTLING_HOLD: i64 = 0;
pub(crate) const SETTLING_ORDER: i64 = 1;

/// What the body of a pool's row holds: everything but the balances.
pub(crate) struct PoolBody {
    pub(crate) role: PoolRole,
    pub(crate) version: u32,
    pub(crate) spec: PoolSpec,
    pub(crate) counted: u64,
}

record! {
    PoolBody { role, version, spec, counted }
}

/// The rows of one batch, table by table.
struct Sheets {
    part: Rows,
    no_part: Rows,
    counter: Rows,
    no_counter: Rows,
    pool: Rows,
    no_pool: Rows,
    hold: Rows,
    no_hold: Rows,
    hold_ended: Rows,
    entry: Rows,
    no_entry: Rows,
    entry_left: Rows,
    orders: Rows,
    tally: Rows,
    no_tally: Rows,
    source: Rows,
    settling: Rows,
    no_settling: Rows,
}

/// All rows that a batch puts and removes, beside the journal's.
pub(crate) fn changed_rows<'a>(
    shard: u16,
    changes: &Changes,
    books: &dyn Fn(Home) -> Option<&'a Books>,
) -> Result<Vec<Rows>, StoreFault> {
    let mut sheets = Sheets::new(shard);
    for (home, touched) in &changes.homes {
        let missing = || incoherent(format!("the books of organiser {} were not handed over", home.number));
        let books = books(*home).ok_or_else(missing)?;
        sheets.fill(books, touched)?;
    }
    Ok(sheets.into_rows())
}

impl Sheets {
    fn new(shard: u16) -> Self {
        let put = |table| Rows::put(table, shard);
        let remove = |table: &'static tables::Table| Rows::remove(table, shard, table.key);
        Self {
            part: put(&tables::PART),
            no_part: remove(&tables::PART),
            counter: put(&tables::COUNTER),
            no_counter: remove(&tables::COUNTER),
            pool: put(&tables::POOL),
            no_pool: remove(&tables::POOL),
            hold: put(&tables::HOLD),
            no_hold: remove(&tables::HOLD),
            hold_ended: put(&tables::HOLD_ENDED),
            entry: put(&tables::ENTRY),
            no_entry: remove(&tables::ENTRY),
            entry_left: put(&tables::ENTRY_LEFT),
            orders: put(&tables::ORDERS),
            tally: put(&tables::TALLY),
            no_tally: remove(&tables::TALLY),
            source: put(&tables::SOURCE),
            settling: put(&tables::SETTLING),
            no_settling: remove(&tables::SETTLING),
        }
    }

    fn into_rows(self) -> Vec<Rows> {
        let all = [
            self.no_part,
            self.no_counter,
            self.no_pool,
            self.no_hold,
            self.no_entry,
            self.no_tally,
            self.no_settling,
            self.part,
            self.counter,
            self.pool,
            self.hold,
            self.hold_ended,
            self.entry,
            self.entry_left,
            self.orders,
            self.tally,
            self.source,
            self.settling,
        ];
        all.into_iter().filter(|rows| !rows.cells.is_empty()).collect()
    }

    fn fill(&mut self, books: &Books, touched: &Touched) -> Result<(), StoreFault> {
        for (kind, id) in &touched.parts {
            self.part(books, *kind, *id);
        }
        for (place, id) in touched.pools.iter().enumerate() {
            if planted!(PoolRowSkipped) && place > 0 {
                continue;
            }
            match books.pools.get(id) {
                Some(pool) => self.pool.cells.extend(pool_cells(pool)),
                None => self.no_pool.cells.push(id.0.into()),
            }
        }
        let mut counters = touched.counters.clone();
        for (id, touch) in &touched.holds {
            let hold = self.hold(books, *id, *touch)?;
            counters.insert((PartKind::Window, hold.window.0));
            counters.extend(hold.lines.iter().map(|line| (PartKind::Offer, line.offer.0)));
        }
        for (id, order) in &touched.orders {
            self.order(books, id.0, order);
        }
        for id in &touched.entries {
            self.entry(books, *id)?;
        }
        for (kind, id) in counters {
            self.counter(books, kind, id);
        }
        if touched.places {
            self.counter.cells.extend([Cell::from(books.organiser.id.0), Cell::from(books.next_place)]);
        }
        for (window, buyer) in &books.tallied {
            let key = [Cell::from(window.0), Cell::Id(buyer.0.to_be_bytes())];
            match books.tallies.get(&(*window, *buyer)) {
                Some(units) => {
                    self.tally.cells.extend(key);
                    self.tally.cells.push(Cell::from(*units));
                }
                None if planted!(TallyNotRemoved) => {}
                None => self.no_tally.cells.extend(key),
            }
        }
        for (digest, seq) in &touched.sources {
            let number = Cell::from(books.home().number);
            let cells = [number, Cell::Bytes(digest.0.to_vec()), Cell::from(*seq)];
            self.source.cells.extend(cells);
        }
        Ok(())
    }

    fn part(&mut self, books: &Books, kind: PartKind, id: Id) {
        match part_body(books, kind, id) {
            Some(body) => {
                self.part.cells.extend([Cell::from(id), Cell::Int(kind as i64), Cell::Bytes(body)]);
            }
            None => self.no_part.cells.extend([Cell::from(id), Cell::Int(kind as i64)]),
        }
    }

    fn hold<'a>(
        &mut self,
        books: &'a Books,
        id: HoldId,
        touch: HoldTouch,
    ) -> Result<&'a dayshelf_core::hold::Hold, StoreFault> {
        let live = books.holds.get(&id);
        let missing = || incoherent(format!("{id} changed and is not in the books"));
        let hold = live.or_else(|| books.ended.get(&id)).ok_or_else(missing)?;
        let row = [Cell::from(id.0), Cell::Bytes(encode(hold))];
        if live.is_some() {
            self.hold.cells.extend(row);
        } else {
            if !planted!(EndedHoldStaysLive) {
                self.no_hold.cells.push(id.0.into());
            }
            self.hold_ended.cells.extend(row);
        }
        if touch.paying {
            match hold.state {
                HoldState::Confirming => {
                    self.settling.cells.extend([Cell::from(id.0), Cell::Int(SETTLING_HOLD)]);
                }
                _ => self.no_settling.cells.push(id.0.into()),
            }
        }
        Ok(hold)
    }

    fn order(&mut self, books: &Books, id: Id, order: &OrderRow) {
        self.orders.cells.extend([
            Cell::from(id),
            Cell::from(books.home().number),
            Cell::from(order.slot.0),
            Cell::Bytes(order.body.clone()),
        ]);
        if order.settles {
            self.settling.cells.extend([Cell::from(id), Cell::Int(SETTLING_ORDER)]);
        } else if order.old {
            self.no_settling.cells.push(id.into());
        }
    }

    fn entry(&mut self, books: &Books, id: EntryId) -> Result<(), StoreFault> {
        if let Some(entry) = books.entries.get(&id) {
            self.entry.cells.extend([Cell::from(id.0), Cell::Bytes(encode(entry))]);
            return Ok(());
        }
        let missing = || incoherent(format!("{id} changed and is not in the books"));
        let entry = books.left.get(&id).ok_or_else(missing)?;
        self.no_entry.cells.push(id.0.into());
        self.entry_left.cells.extend([Cell::from(id.0), Cell::Bytes(encode(entry))]);
        Ok(())
    }

    fn counter(&mut self, books: &Books, kind: PartKind, id: Id) {
        let taken = match kind {
            PartKind::Window => books.windows.get(&WindowId(id)).map(|window| window.taken),
            _ => books.offers.get(&OfferId(id)).map(|offer| offer.taken),
        };
        match taken {
            Some(_) if planted!(CounterRowSkipped) && kind == PartKind::Offer => {}
            Some(taken) => self.counter.cells.extend([Cell::from(id), Cell::from(taken)]),
            None => self.no_counter.cells.push(id.into()),
        }
    }
}

/// The body of a part's row, or nothing when the part is gone.
pub(crate) fn part_body(books: &Books, kind: PartKind, id: Id) -> Option<Vec<u8>> {
    match kind {
        PartKind::Organiser => Some(encode(&books.organiser)),
        PartKind::Key => books.keys.get(&KeyId(id)).map(encode),
        PartKind::Endpoint => books.endpoints.get(&EndpointId(id)).map(encode),
        PartKind::Code => books.codes.get(&CodeId(id)).map(encode),
        PartKind::List => books.lists.get(&ListId(id)).map(encode),
        PartKind::Slot => books.slots.get(&SlotId(id)).map(encode),
        PartKind::Trail => books.trails.get(&SlotId(id)).map(encode),
        PartKind::Pending => books.pendings.get(&ConfirmationId(id)).map(encode),
        PartKind::Guard => {
            let mut guards = books.guards.values();
            guards.find(|guard| guard.credential.watched() == Some(id)).map(encode)
        }
        PartKind::Fulfilment => books.fulfilments.get(&FulfilmentId(id)).map(encode),
        PartKind::Series => books.series.get(&SeriesId(id)).map(encode),
        PartKind::Occurrence => books.occurrences.get(&SlotId(id)).map(encode),
        PartKind::Picture => books.pictures.get(&PictureId(id)).map(encode),
        PartKind::Product => books.products.get(&ProductId(id)).map(encode),
        PartKind::Template => books.templates.get(&TemplateId(id)).map(encode),
        PartKind::Block => books.blocks.get(&BlockId(id)).map(encode),
        // What is taken has rows of its own, because it changes with every hold.
        PartKind::Window => {
            books.windows.get(&WindowId(id)).map(|window| encode(&Window { taken: 0, ..window.clone() }))
        }
        PartKind::Offer => {
            books.offers.get(&OfferId(id)).map(|offer| encode(&Offer { taken: 0, ..offer.clone() }))
        }
    }
}

/// The cells of a pool's row, without the shard.
pub(crate) fn pool_cells(pool: &Pool) -> [Cell; 9] {
    let Pool { id, role, version, spec, balance, counted } = pool;
    let body = PoolBody { role: *role, version: *version, spec: spec.clone(), counted: *counted };
    [
        Cell::from(id.0),
        Cell::from(balance.supplied),
        Cell::from(balance.free),
        Cell::from(balance.held),
        Cell::from(balance.sold),
        Cell::from(balance.handed),
        Cell::from(balance.lost),
        Cell::from(balance.lent),
        Cell::Bytes(encode(&body)),
    ]
}

fn incoherent(what: String) -> StoreFault {
    StoreFault::new(FaultKind::Incoherent, what)
}
