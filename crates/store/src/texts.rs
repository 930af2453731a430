//! Texts that organisers keep to use again.
//!
//! They are no commerce, so they stand in no journal. Nobody's change is written over unseen: a text has a version.
//! Start at [`KeptText`].

use dayshelf_core::ids::{Home, Id, TextId};
use dayshelf_core::time::Instant;

use crate::calendars::key;
use crate::cell::{Cell, Row};
use crate::fault::StoreFault;
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// A text to use again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptText {
    /// Its id.
    pub id: TextId,
    /// Rises by one with every change.
    pub version: u32,
    /// What it is for.
    pub title: String,
    /// The text itself.
    pub body: String,
    /// When it was last written.
    pub changed: Instant,
}

impl KeptText {
    fn from_row(row: &Row) -> Result<Self, StoreFault> {
        Ok(Self {
            id: TextId(Id::from_bytes(row.id(0)?)),
            version: u32::try_from(row.int(1)?).unwrap_or(u32::MAX),
            title: row.text(2)?.to_owned(),
            body: row.text(3)?.to_owned(),
            changed: Instant(row.int(4)?),
        })
    }
}

/// Everything here fails with what the engine says.
impl Store {
    /// An organiser's texts, oldest first.
    pub async fn texts(&self, home: Home) -> Result<Vec<KeptText>, StoreFault> {
        let rows = self.reader().rows(statements::KEPT_TEXTS, key(home)).await?;
        rows.iter().map(KeptText::from_row).collect()
    }

    /// A text.
    pub async fn text(&self, id: TextId) -> Result<Option<KeptText>, StoreFault> {
        let cells = [key(id.home()), vec![Cell::from(id.0)]].concat();
        let rows = self.reader().rows(statements::KEPT_TEXT, cells).await?;
        rows.first().map(KeptText::from_row).transpose()
    }

    /// Keeps a new text.
    pub async fn keep_text(&self, text: KeptText) -> Result<(), StoreFault> {
        let home = text.id.home();
        let mut rows = Rows::add(&tables::KEPT_TEXT, home.shard);
        rows.cells.extend([
            Cell::from(home.number),
            Cell::from(text.id.0),
            Cell::from(text.version),
            Cell::Text(text.title),
            Cell::Text(text.body),
            Cell::Int(text.changed.0),
        ]);
        self.aside(Box::new(move |session| Box::pin(async move { session.write(&[rows]).await }))).await
    }

    /// Writes a text over the version before its own; says whether that was still the one that is there.
    pub async fn change_text(&self, text: KeptText) -> Result<bool, StoreFault> {
        let words = vec![
            Cell::from(text.version),
            Cell::Text(text.title),
            Cell::Text(text.body),
            Cell::Int(text.changed.0),
        ];
        let before = Cell::from(text.version.saturating_sub(1));
        let cells = [words, key(text.id.home()), vec![Cell::from(text.id.0), before]].concat();
        self.execute_text(statements::CHANGE_KEPT_TEXT, cells).await
    }

    /// Removes a text; says whether there was one.
    pub async fn remove_text(&self, id: TextId) -> Result<bool, StoreFault> {
        let cells = [key(id.home()), vec![Cell::from(id.0)]].concat();
        self.execute_text(statements::REMOVE_KEPT_TEXT, cells).await
    }

    async fn execute_text(&self, text: &'static str, cells: Vec<Cell>) -> Result<bool, StoreFault> {
        let work =
            self.aside(Box::new(move |session| Box::pin(async move { session.execute(text, &cells).await })));
        work.await.map(|count| count > 0)
    }
}
