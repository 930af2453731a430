//! Backups: one state of everything in one file, whatever the engine, proven before it counts.
//!
//! A backup is written aside, made durable, examined by doctor, and only then given its name. It is a
//! file of the embedded engine, so that it can be looked at like any other data. Start at
//! [`Store::backup`] and [`Store::restore`].

use std::fs;
use std::path::{Path, PathBuf};

use crate::cell::{Cell, Row};
use crate::engine::{Purpose, Session, seal_file};
use crate::fault::{CommitFault, FaultKind, StoreFault};
use crate::load::page;
use crate::store::{Config, Store};
use crate::tables::{self, Rows, Table};

/// What was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Shards.
    pub shards: u16,
    /// Records of all journals.
    pub records: u64,
}

impl Store {
    /// Writes one state of everything to a new file, beside whoever writes.
    ///
    /// # Errors
    /// [`FaultKind::Config`] when the file is there already or can't be written;
    /// [`FaultKind::Incoherent`] when doctor finds that the copy, and so the data, contradicts itself.
    pub async fn backup(&self, path: &Path) -> Result<Backup, StoreFault> {
        if path.exists() {
            return Err(StoreFault::new(FaultKind::Config, format!("{} is there already", path.display())));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(StoreFault::new(
                FaultKind::Config,
                format!("there is no folder {}", folder.display()),
            ));
        }
        let aside = path.with_added_extension("partial");
        clear(&aside)?;
        let to = aside.clone();
        let copied = self.pool.with(Box::new(move |session| {
            Box::pin(async move {
                match session.copy_file(&to).await {
                    Some(copied) => copied.map(|()| true),
                    None => Ok(false),
                }
            })
        }));
        if !copied.await? {
            self.dump(&aside).await?;
        }
        seal_file(&aside)?;
        let backup = prove(&aside).await?;
        let named = fs::rename(&aside, path).and_then(|()| sync_folder(path));
        named.map_err(|cause| StoreFault::caused(FaultKind::Config, "naming the backup", cause))?;
        Ok(backup)
    }

    /// Fills new data with a backup's, and examines the result.
    ///
    /// A restore that was cut off can be done again.
    ///
    /// # Errors
    /// [`FaultKind::Config`] when there is something in the data already; [`FaultKind::Incoherent`] when
    /// doctor finds fault with the backup or the result.
    pub async fn restore(path: &Path, into: &Config) -> Result<(Self, Backup), StoreFault> {
        let backup = prove(path).await?;
        let from = Self::look(&Config::file(path)).await?;
        let into = Self::open(&Config { shards: Some(backup.shards), ..into.clone() }).await?;
        if into.shards() != backup.shards || into.records().await? > 0 {
            return Err(StoreFault::new(FaultKind::Config, "a backup is restored into new data only"));
        }
        copy(&mut from.data.session(), &mut into.data.session(), backup.shards).await?;
        healthy(&into).await?;
        Ok((into, backup))
    }

    /// Copies row by row into a new file.
    async fn dump(&self, path: &Path) -> Result<(), StoreFault> {
        let shards = self.shards();
        let into = Self::open(&Config { shards: Some(shards), ..Config::file(path) }).await?;
        let mut from = self.data.session();
        copy(&mut from, &mut into.data.session(), shards).await
    }

    /// Records of all journals.
    async fn records(&self) -> Result<u64, StoreFault> {
        let mut records = 0;
        for shard in 0..self.shards() {
            records += self.reader().head(shard).await?.seq;
        }
        Ok(records)
    }
}

/// Examines a backup without changing it.
async fn prove(path: &Path) -> Result<Backup, StoreFault> {
    let store = Store::look(&Config::file(path)).await?;
    healthy(&store).await?;
    Ok(Backup { shards: store.shards(), records: store.records().await? })
}

async fn healthy(store: &Store) -> Result<(), StoreFault> {
    let found = store.doctor().await?;
    let Some(first) = found.first() else { return Ok(()) };
    let what = format!("doctor finds {} differences, the first: {first}", found.len());
    Err(StoreFault::new(FaultKind::Incoherent, what))
}

/// Copies all rows of all shards as they are at one time. The heads come last: data whose heads stand
/// at nothing counts as new.
async fn copy(from: &mut Session, into: &mut Session, shards: u16) -> Result<(), StoreFault> {
    from.begin(Purpose::Snapshot).await?;
    let (heads, others): (Vec<&'static Table>, Vec<_>) =
        tables::ALL.iter().partition(|table| ***table == tables::HEAD);
    for table in others.into_iter().chain(heads) {
        for shard in 0..shards {
            copy_table(from, into, table, shard).await?;
        }
    }
    from.rollback().await;
    Ok(())
}

async fn copy_table(
    from: &mut Session,
    into: &mut Session,
    table: &'static Table,
    shard: u16,
) -> Result<(), StoreFault> {
    let mut after: Option<Vec<Cell>> = None;
    loop {
        let found = page(from, table, shard, after).await?;
        let full = found.len() == table.page_rows();
        after = found.last().map(|row| table.key_of(row));
        let mut rows = Rows::put(table, shard);
        rows.cells = found.into_iter().flat_map(|Row(cells)| cells).collect();
        if !rows.cells.is_empty() {
            into.begin(Purpose::Write).await?;
            into.write_and_commit(&[rows]).await.map_err(CommitFault::into_fault)?;
        }
        if !full {
            return Ok(());
        }
    }
}

/// Removes what an earlier backup that was cut off has left.
fn clear(aside: &Path) -> Result<(), StoreFault> {
    let beside = ["", "-wal", "-shm", ".lock"];
    for ending in beside {
        let mut name = aside.as_os_str().to_owned();
        name.push(ending);
        match fs::remove_file(PathBuf::from(name)) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreFault::caused(FaultKind::Config, "removing an unfinished backup", cause));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A name is durable when its folder is.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}
