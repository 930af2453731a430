//! `GET /v1/journal`.

use axum::extract::State;
use dayshelf_store::{Outcome, Record};
use dayshelf_wire::journal::{Decided, JournalEntry, JournalPage};

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Organiser, Params, Read};
use crate::no::No;

/// Entries on a page: no record is begun beyond it. A record with more entries, such as that of a large
/// plan, is a page of its own.
const ENTRIES_MAX: usize = 2_000;

/// What was decided for the organiser, oldest first: every fact, once and for ever. Keep `next` and ask
/// again with it; entries keep their `id`, so that reading twice does no harm.
#[utoipa::path(
    get, path = "/v1/journal", operation_id = "journal_read", tag = "journal",
    params(
        ("after" = Option<u64>, Query, description = "The sequence that was read last; from the beginning if left out"),
        ("limit" = Option<u32>, Query, description = "Sequences on a page, 100 if left out, 500 at most")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "What comes next", body = JournalPage)),
    extensions(("x-problems" = json!(["query_wrong"])))
)]
pub(super) async fn read(
    State(app): State<App>,
    organiser: Organiser<Read>,
    mut params: Params,
) -> Result<Answer, No> {
    let after = params.number("after")?.unwrap_or(0).min(i64::MAX.unsigned_abs());
    let limit = params.limit()?;
    params.end()?;
    let records = app.reader.journal_of(organiser.home, after, limit + 1).await?;
    Answer::ok(&page(&records, after, limit))
}

fn page(records: &[Record], after: u64, limit: usize) -> JournalPage {
    let mut page = JournalPage { items: Vec::new(), next: after, more: false };
    for (place, record) in records.iter().enumerate() {
        let facts = match &record.outcome {
            Outcome::Facts(facts) => facts.as_slice(),
            Outcome::Refused(_) => &[],
        };
        let full = !page.items.is_empty() && page.items.len() + facts.len() > ENTRIES_MAX;
        if place == limit || full {
            page.more = true;
            break;
        }
        let entry =
            |(number, fact)| JournalEntry::of(Decided { sequence: record.seq, number, at: record.at }, fact);
        page.items.extend((0..).zip(facts).map(entry));
        page.next = record.seq;
    }
    page
}
