//! The journal for people: one line for each fact. It only looks.

use dayshelf_store::{Outcome, Store};
use dayshelf_wire::journal::{Decided, JournalEntry};
use dayshelf_wire::time::At;

use crate::cli::JournalArgs;
use crate::config::Config;
use crate::failure::Failure;

/// Records that are read at once.
const PAGE: usize = 500;

/// Prints a shard's journal.
///
/// # Errors
/// What the store says.
pub async fn print(config: &Config, args: &JournalArgs) -> Result<(), Failure> {
    let store = Store::look(&config.store()?).await?;
    let reader = store.reader();
    let mut after = args.after;
    let mut left = if args.limit == 0 { u64::MAX } else { args.limit };
    while left > 0 {
        let limit = usize::try_from(left).unwrap_or(PAGE).min(PAGE);
        let page = reader.journal(args.shard, after, limit).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        left -= page.len() as u64;
        for record in &page {
            match &record.outcome {
                Outcome::Facts(facts) => {
                    for (number, fact) in (0..).zip(facts) {
                        let decided = Decided { sequence: record.seq, number, at: record.at };
                        println!("{}", line(&JournalEntry::of(decided, fact)));
                    }
                }
                Outcome::Refused(refusal) => {
                    let when = serde_json::to_string(&At(record.at)).unwrap_or_default();
                    println!("{}.0  {}  refused  {}", record.seq, when.trim_matches('"'), refusal.code());
                }
            }
        }
    }
    Ok(())
}

fn line(entry: &JournalEntry) -> String {
    let when = serde_json::to_string(&entry.at).unwrap_or_default();
    format!("{}  {}  {}  {}  {}", entry.id, when.trim_matches('"'), entry.kind, entry.subject, entry.data)
}
