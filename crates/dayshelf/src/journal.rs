//! The journal for people: one line for each fact. It only looks.

use dayshelf_store::{Outcome, Record, Store};
use dayshelf_wire::journal::{Decided, JournalEntry};
use dayshelf_wire::time::At;

use crate::cli::JournalArgs;
use crate::config::Config;
use crate::failure::{Exit, Failure};
use crate::out;

/// Records that are read at once.
const PAGE: usize = 500;

/// Prints a shard's journal.
///
/// # Errors
/// When there is no such shard; what the store says.
pub async fn print(config: &Config, args: &JournalArgs) -> Result<(), Failure> {
    let store = Store::look(&config.store()?).await?;
    if args.shard >= store.shards() {
        let sentence = format!("there is no shard {}: the last one is {}", args.shard, store.shards() - 1);
        return Err(Failure::new(sentence).exit(Exit::Usage));
    }
    let reader = store.reader();
    let mut after = args.after;
    let mut left = if args.limit == 0 { u64::MAX } else { args.limit };
    while left > 0 {
        let limit = usize::try_from(left).unwrap_or(PAGE).min(PAGE);
        let page = reader.journal(args.shard, after, limit).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        left -= page.len() as u64;
        for line in page.iter().flat_map(lines) {
            if !out::line(format_args!("{line}")) {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn lines(record: &Record) -> Vec<String> {
    let at = At(record.at);
    match &record.outcome {
        Outcome::Refused(refusal) => vec![format!("{}  {at}  refused  {}", record.seq, refusal.code())],
        Outcome::Facts(facts) => {
            let entry = |(number, fact)| {
                let decided = Decided { sequence: record.seq, number, at: record.at };
                let entry = JournalEntry::of(decided, fact);
                format!("{}  {at}  {}  {}  {}", entry.id, entry.kind, entry.subject, entry.data)
            };
            (0..).zip(facts).map(entry).collect()
        }
    }
}
