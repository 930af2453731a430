//! Care for the data at rest: doctor, backup, restore.
//!
//! Each says in words what it found or did; the exit code says it to a shell. Doctor and backup may run
//! beside a server.

use std::path::Path;
use std::time::Instant;

use dayshelf_store::Store;

use crate::config::Config;
use crate::failure::{Exit, Failure};
use crate::out::tell;

/// Recomputes everything from the journal and compares.
///
/// # Errors
/// With exit code 3 when something differs.
pub async fn doctor(config: &Config) -> Result<(), Failure> {
    let begun = Instant::now();
    let store = Store::look(&config.store()?).await?;
    let found = store.doctor().await?;
    let mut records = 0;
    for shard in 0..store.shards() {
        records += store.reader().head(shard).await?.seq;
    }
    let millis = begun.elapsed().as_millis();
    if found.is_empty() {
        tell!(
            "healthy: {records} records in {}, every pool, hold and order as the journal says ({millis} ms)",
            shards(store.shards())
        );
        return Ok(());
    }
    for difference in &found {
        tell!("{difference}");
    }
    let text = format!(
        "{} from what the journal says. Nothing was changed. Stop selling, keep a copy of the data, and restore \
         the last good backup or ask for help.",
        counted(found.len(), "row differs", "rows differ")
    );
    Err(Failure::new(text).exit(Exit::Differs))
}

/// Writes one state of everything to a new file.
///
/// # Errors
/// When the file is there already, can't be written, or the data is not healthy.
pub async fn backup(config: &Config, file: &Path) -> Result<(), Failure> {
    let begun = Instant::now();
    let store = Store::look(&config.store()?).await?;
    let backup = store.backup(file).await?;
    tell!(
        "{}: {} records in {}, synced and examined by doctor ({} ms)",
        file.display(),
        backup.records,
        shards(backup.shards),
        begun.elapsed().as_millis()
    );
    Ok(())
}

/// Fills new data with a backup's.
///
/// # Errors
/// When there is something in the data already, or doctor finds fault with the backup or the result.
pub async fn restore(config: &Config, file: &Path) -> Result<(), Failure> {
    if !file.is_file() {
        return Err(Failure::new(format!("there is no backup at {}", file.display())).exit(Exit::Usage));
    }
    crate::folder::Folder::at(&config.data.folder).make()?;
    let (store, backup) = Store::restore(file, &config.store()?).await?;
    tell!(
        "restored {} records in {} and examined them; start the server with the same configuration",
        backup.records,
        shards(store.shards())
    );
    Ok(())
}

fn shards(count: u16) -> String {
    counted(usize::from(count), "shard", "shards")
}

/// A number with its noun.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
