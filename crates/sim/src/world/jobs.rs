//! What runs beside the desks: a reader of the journal that leaves deliveries behind, and the log's way into the
//! file.

use std::future::Future;
use std::pin::Pin;

use dayshelf_core::ids::{EndpointId, Home, Id, Salt};
use dayshelf_core::time::{Instant, Span};
use dayshelf_store::{Delivery, DeliveryState, Outcome, Record, Store, StoreFault};

use crate::scene::HOME;

/// The name of the reader.
const READER: &str = "simulated";
/// How long a turn of the reader lasts.
const TURN: Span = Span::seconds(30);

type Job = Pin<Box<dyn Future<Output = Result<(), StoreFault>>>>;

/// Who the deliveries are for.
pub(super) fn endpoint() -> EndpointId {
    EndpointId(Id::mint(0, HOME, Salt(1)))
}

/// The delivery of a record, if one follows from it.
pub(super) fn delivery(record: &Record) -> Option<Delivery> {
    let Outcome::Facts(facts) = &record.outcome else { return None };
    let facts = u32::try_from(facts.len()).unwrap_or(u32::MAX);
    let home = Home { shard: HOME.shard, ..record.home };
    Some(Delivery {
        endpoint: endpoint(),
        id: Id::mint(record.seq as i64, home, Salt(0)),
        subject: Id::mint(0, home, Salt(2)),
        sequence: record.seq,
        kind: "simulated".to_owned(),
        body: facts.to_be_bytes().to_vec(),
        state: DeliveryState::Waiting,
        tries: 0,
        due: Instant(0),
        last_status: 0,
        trouble: None,
    })
}

/// Brings the reader on by a page, if it is its turn.
pub(super) fn read_on(store: Store, holder: u128, limit: usize) -> Job {
    Box::pin(async move {
        let consumer = store.consumer(0, READER, holder)?;
        let Some(place) = consumer.take(TURN).await? else { return Ok(()) };
        let page = store.reader().journal(0, place, limit).await?;
        let Some(last) = page.last().map(|record| record.seq) else { return Ok(()) };
        consumer.advance(last, page.iter().filter_map(delivery).collect()).await
    })
}

/// Moves the log into the file.
pub(super) fn checkpoint(store: Store) -> Job {
    Box::pin(async move { store.checkpoint() })
}
