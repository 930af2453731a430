//! The store: opening the data, and handing out who writes and who reads.
//!
//! Not here: what they do (`writer`, `reader`, `lanes`). Start at [`Store::open`].

use std::path::Path;
use std::sync::Arc;

use dayshelf_core::ids::Home;
use dayshelf_core::time::Instant;

use crate::engine::{self, Access, Data, Pool, Purpose, Session, Work};
use crate::fault::{CommitFault, FaultKind, StoreFault};
use crate::ground::Ground;
use crate::migrate;
use crate::reader::Reader;
use crate::statements;
use crate::writer::Writer;

/// Where the data is and how it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The address of the data, in one of the forms that the head of `engine` names.
    pub url: String,
    /// How many shards new data has: 1 to 1,024, or `None` for what suits the engine. Data that is
    /// there keeps what it has.
    pub shards: Option<u16>,
}

impl Config {
    /// The data behind an address.
    pub fn url(url: impl Into<String>) -> Self {
        Self { url: url.into(), shards: None }
    }

    /// The data in a file.
    pub fn file(path: &Path) -> Self {
        Self::url(engine::file_url(path))
    }
}

/// The data. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) data: Data,
    pub(crate) pool: Pool,
    access: Access,
    shards: Arc<u16>,
}

impl Store {
    /// Opens the data to write, and brings its schema up to date.
    ///
    /// # Errors
    /// [`FaultKind::Locked`] when another process has it where only one may; [`FaultKind::Schema`] when
    /// it was made by a newer program or was tampered with; [`FaultKind::Config`] when the address can't
    /// be used.
    pub async fn open(config: &Config) -> Result<Self, StoreFault> {
        Self::open_on(config, Ground::machine()).await
    }

    /// As [`Store::open`], on a given ground: for whoever simulates the machine.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_on(config: &Config, ground: Ground) -> Result<Self, StoreFault> {
        let data = Data::open(&config.url, Access::Write, ground)?;
        let shards = config.shards.unwrap_or_else(|| data.shards_by_default());
        if !(1..=Home::SHARDS_MAX).contains(&shards) {
            let advice = format!("there are 1 to {} shards, not {shards}", Home::SHARDS_MAX);
            return Err(StoreFault::new(FaultKind::Config, advice));
        }
        let mut session = data.session();
        migrate::migrate(&mut session, shards).await?;
        Self::with(data, session, Access::Write).await
    }

    /// Opens the data to look at, beside whoever writes. Nothing is migrated.
    ///
    /// # Errors
    /// As [`Store::open`]; [`FaultKind::Schema`] also when the schema is older than this program.
    pub async fn look(config: &Config) -> Result<Self, StoreFault> {
        let data = Data::open(&config.url, Access::Look, Ground::machine())?;
        let mut session = data.session();
        migrate::check(&mut session).await?;
        Self::with(data, session, Access::Look).await
    }

    async fn with(data: Data, mut session: Session, access: Access) -> Result<Self, StoreFault> {
        let heads = session.query(statements::COUNT_HEADS, &[]).await?;
        let none = || StoreFault::new(FaultKind::Schema, "the data has no shards");
        let count = heads.first().ok_or_else(none)?.units(0)?;
        let shards = u16::try_from(count).ok().filter(|count| *count > 0).ok_or_else(none)?;
        Ok(Self { pool: Pool::new(data.clone()), data, access, shards: Arc::new(shards) })
    }

    /// How many shards the data has.
    pub fn shards(&self) -> u16 {
        *self.shards
    }

    /// Whether other processes may write the same data: then the journal must be watched.
    pub fn is_shared(&self) -> bool {
        self.data.is_shared()
    }

    /// The desk's connection for one shard. There should be one of them for each.
    ///
    /// # Errors
    /// [`FaultKind::Config`] when the shard does not exist or the data was opened to look at.
    pub fn writer(&self, shard: u16) -> Result<Writer, StoreFault> {
        self.check(shard)?;
        self.check_write()?;
        Ok(Writer::new(self.data.session(), shard))
    }

    /// Short reads. Cheap to clone.
    pub fn reader(&self) -> Reader {
        Reader::new(self.pool.clone())
    }

    /// The clock that decides, outside any transaction.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn clock(&self) -> Result<Instant, StoreFault> {
        self.pool.with(Box::new(|session| Box::pin(session.clock()))).await
    }

    /// Moves what was committed from the log into the file, on simulated files, where no thread does so.
    ///
    /// # Errors
    /// What the engine says.
    pub fn checkpoint(&self) -> Result<(), StoreFault> {
        self.data.checkpoint()
    }

    pub(crate) fn check(&self, shard: u16) -> Result<(), StoreFault> {
        if shard < self.shards() {
            return Ok(());
        }
        let advice = format!("shard {shard} does not exist: there are {}", self.shards());
        Err(StoreFault::new(FaultKind::Config, advice))
    }

    pub(crate) fn check_write(&self) -> Result<(), StoreFault> {
        match self.access {
            Access::Write => Ok(()),
            Access::Look => Err(StoreFault::new(FaultKind::Config, "the data was opened to look at only")),
        }
    }

    /// Runs a short transaction of its own, beside the desk's.
    pub(crate) async fn aside<T: Send + 'static>(
        &self,
        work: Work<Result<T, StoreFault>>,
    ) -> Result<T, StoreFault> {
        self.check_write()?;
        self.pool.with(Box::new(move |session| Box::pin(transaction(session, work)))).await
    }
}

async fn transaction<T>(session: &mut Session, work: Work<Result<T, StoreFault>>) -> Result<T, StoreFault> {
    session.begin(Purpose::Write).await?;
    match work(&mut *session).await {
        Ok(value) => session.write_and_commit(&[]).await.map(|()| value).map_err(CommitFault::into_fault),
        Err(fault) => {
            session.rollback().await;
            Err(fault)
        }
    }
}
