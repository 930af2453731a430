//! Files of pictures, by the digest of their content.
//!
//! They stand in no journal: the facts of pictures name them. Written before those facts, so that whoever knows a
//! picture finds its files; what no picture names is swept later. Start at [`Store::keep_picture_files`].

use std::collections::BTreeSet;

use dayshelf_core::ids::Home;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use sha2::{Digest as _, Sha256};

use crate::calendars::key;
use crate::cell::Cell;
use crate::fault::StoreFault;
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// Files that one sweep looks at; more of them wait for the next.
const SWEPT_MAX: usize = 1_000;

/// The name of a file: the digest of its content.
pub fn picture_digest(body: &[u8]) -> Digest {
    Digest(Sha256::digest(body).into())
}

/// Everything here fails with what the engine says.
impl Store {
    /// Keeps files, there or not. Those that are there count as new.
    pub async fn keep_picture_files(
        &self,
        home: Home,
        bodies: Vec<Vec<u8>>,
        at: Instant,
    ) -> Result<(), StoreFault> {
        self.check(home.shard)?;
        let mut rows = Rows::put(&tables::PICTURE_FILE, home.shard);
        let mut known = BTreeSet::new();
        for body in bodies {
            let digest = picture_digest(&body);
            if known.insert(digest) {
                let name = Cell::Bytes(digest.0.to_vec());
                rows.cells.extend([Cell::from(home.number), name, Cell::Int(at.0), Cell::Bytes(body)]);
            }
        }
        self.aside(Box::new(move |session| Box::pin(async move { session.write(&[rows]).await }))).await
    }

    /// The content of a file.
    pub async fn picture_file(&self, home: Home, digest: Digest) -> Result<Option<Vec<u8>>, StoreFault> {
        let cells = [key(home), vec![Cell::Bytes(digest.0.to_vec())]].concat();
        let rows = self.reader().rows(statements::PICTURE_FILE, cells).await?;
        rows.first().map(|row| row.bytes(0).map(<[u8]>::to_vec)).transpose()
    }

    /// Removes files from before an instant that are not among those which pictures name; says how many.
    pub async fn sweep_picture_files(
        &self,
        home: Home,
        named: BTreeSet<Digest>,
        before: Instant,
    ) -> Result<u64, StoreFault> {
        let mut unnamed = Vec::new();
        let mut after = Vec::new();
        loop {
            let cells =
                [key(home), vec![Cell::Int(before.0), Cell::Bytes(after), Cell::from(SWEPT_MAX)]].concat();
            let rows = self.reader().rows(statements::PICTURE_FILES_BEFORE, cells).await?;
            for row in &rows {
                let digest = Digest(row.array(0)?);
                if !named.contains(&digest) {
                    unnamed.push(digest);
                }
            }
            let Some(last) = rows.last().filter(|_| rows.len() == SWEPT_MAX) else { break };
            after = last.bytes(0)?.to_vec();
        }
        let mut swept = 0;
        for digest in unnamed {
            let name = Cell::Bytes(digest.0.to_vec());
            let cells = [key(home), vec![name, Cell::Int(before.0)]].concat();
            let text = statements::SWEEP_PICTURE_FILE;
            let work = self
                .aside(Box::new(move |session| Box::pin(async move { session.execute(text, &cells).await })));
            swept += work.await?;
        }
        Ok(swept)
    }
}
