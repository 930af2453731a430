//! Passwords of organisers' calendar apps: one a device, kept as a digest.
//!
//! They open calendars and nothing else, so they stand in no journal. Whether one may do something is checked
//! above. Start at [`AppPassword`].

use dayshelf_core::ids::{Home, Id, PasswordId};
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;

use crate::calendars::key;
use crate::cell::{Cell, Row};
use crate::fault::StoreFault;
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// A password of an organiser's calendar app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppPassword {
    /// Its id.
    pub id: PasswordId,
    /// What is kept of it.
    pub digest: Digest,
    /// Which device it is for, in the organiser's words.
    pub name: String,
    /// The calendars that it opens; empty for all.
    pub calendars: Vec<String>,
    /// Whether it may change them.
    pub may_write: bool,
    /// When it was made.
    pub made: Instant,
    /// When it was last used; none for never.
    pub used: Option<Instant>,
    /// What the app said that it is.
    pub used_by: String,
}

impl AppPassword {
    fn from_row(row: &Row) -> Result<Self, StoreFault> {
        Ok(Self {
            id: PasswordId(Id::from_bytes(row.id(0)?)),
            digest: Digest(row.array(1)?),
            name: row.text(2)?.to_owned(),
            calendars: row.text(3)?.split_whitespace().map(str::to_owned).collect(),
            may_write: row.int(4)? != 0,
            made: Instant(row.int(5)?),
            used: Some(Instant(row.int(6)?)).filter(|used| used.0 >= 0),
            used_by: row.text(7)?.to_owned(),
        })
    }
}

/// Everything here fails with what the engine says.
impl Store {
    /// An organiser's app passwords, oldest first.
    pub async fn app_passwords(&self, home: Home) -> Result<Vec<AppPassword>, StoreFault> {
        let rows = self.reader().rows(statements::CALENDAR_PASSWORDS, key(home)).await?;
        rows.iter().map(AppPassword::from_row).collect()
    }

    /// The app password of which this is kept.
    pub async fn app_password(&self, home: Home, digest: Digest) -> Result<Option<AppPassword>, StoreFault> {
        let cells = [key(home), vec![Cell::Bytes(digest.0.to_vec())]].concat();
        let rows = self.reader().rows(statements::CALENDAR_PASSWORD_OF, cells).await?;
        rows.first().map(AppPassword::from_row).transpose()
    }

    /// Keeps a new app password.
    pub async fn keep_app_password(&self, password: AppPassword) -> Result<(), StoreFault> {
        let home = password.id.home();
        let mut rows = Rows::add(&tables::CALENDAR_PASSWORD, home.shard);
        let never = Instant(-1);
        rows.cells.extend([
            Cell::from(home.number),
            Cell::from(password.id.0),
            Cell::Bytes(password.digest.0.to_vec()),
            Cell::Text(password.name),
            Cell::Text(password.calendars.join(" ")),
            Cell::Int(i64::from(password.may_write)),
            Cell::Int(password.made.0),
            Cell::Int(password.used.unwrap_or(never).0),
            Cell::Text(password.used_by),
        ]);
        self.aside(Box::new(move |session| Box::pin(async move { session.write(&[rows]).await }))).await
    }

    /// Notes that an app password was used, and by what.
    pub async fn note_app_password(&self, id: PasswordId, at: Instant, by: String) -> Result<(), StoreFault> {
        let home = id.home();
        let cells = [vec![Cell::Int(at.0), Cell::Text(by)], key(home), vec![Cell::from(id.0)]].concat();
        self.execute(statements::NOTE_CALENDAR_PASSWORD, cells).await.map(drop)
    }

    /// Ends an app password; says whether there was one.
    pub async fn end_app_password(&self, id: PasswordId) -> Result<bool, StoreFault> {
        let cells = [key(id.home()), vec![Cell::from(id.0)]].concat();
        self.execute(statements::REMOVE_CALENDAR_PASSWORD, cells).await.map(|count| count > 0)
    }

    async fn execute(&self, text: &'static str, cells: Vec<Cell>) -> Result<u64, StoreFault> {
        self.aside(Box::new(move |session| Box::pin(async move { session.execute(text, &cells).await })))
            .await
    }
}
