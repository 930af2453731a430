//! Care for the data at rest: doctor, backup, restore, erasing a customer.
//!
//! Each says in words what it found or did; the exit code says it to a shell. Doctor and backup may run
//! beside a server, the others not.

use std::path::Path;
use std::time::Instant;

use dayshelf_store::{Erased, Gone, Store};

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

/// Makes nobody of a customer, everywhere in an organiser's data.
///
/// # Errors
/// When a server runs on the data, when messages that name the customer wait, or when nobody has that slug.
pub async fn erase(config: &Config, slug: &str, email: &str) -> Result<(), Failure> {
    let store = Store::open(&config.store()?).await?;
    let nobody = || Failure::new(format!("no organiser is called {slug}")).exit(Exit::Usage);
    let home = store.home_of(slug).await?.ok_or_else(nobody)?;
    let contact = dayshelf_wire::buyer::contact(email, home)
        .map_err(|advice| Failure::new(format!("{email}: {advice}")).exit(Exit::Usage))?;
    let address = contact.email.to_lowercase();
    let gone = Gone::new(home, contact, dayshelf_desk::random());
    let Erased { kept, records, mails, messages } = store.erase(gone).await?;
    let files = forget_files(&config.data.folder.join(crate::folder::OUTBOX), &address)
        .map_err(|cause| Failure::because("the outbox", &cause))?;
    if (kept, records, mails, messages, files) == (0, 0, 0, 0, 0) {
        tell!("{slug} knows nobody of that address: nothing was changed");
        return Ok(());
    }
    tell!(
        "erased: {} stay as nobody's, {} of the journal written anew, {} emptied, {} taken out of the log, {} out of the \
         outbox. Backups and what others were sent are as they were.",
        counted(count(kept), "order, hold or place in line", "orders, holds and places in line"),
        counted(count(records), "record", "records"),
        counted(count(mails), "mail", "mails"),
        counted(count(messages), "message", "messages"),
        counted(files, "file", "files")
    );
    Ok(())
}

/// Removes the mails to an address from the folder that stands for a mail server; how many they were.
fn forget_files(outbox: &Path, address: &str) -> std::io::Result<usize> {
    if !outbox.is_dir() {
        return Ok(0);
    }
    let mut count = 0;
    for entry in std::fs::read_dir(outbox)? {
        let path = entry?.path();
        if path.is_file() && String::from_utf8_lossy(&std::fs::read(&path)?).to_lowercase().contains(address)
        {
            std::fs::remove_file(&path)?;
            count += 1;
        }
    }
    Ok(count)
}

fn count(of: u64) -> usize {
    usize::try_from(of).unwrap_or(usize::MAX)
}

fn shards(count: u16) -> String {
    counted(usize::from(count), "shard", "shards")
}

/// A number with its noun.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
