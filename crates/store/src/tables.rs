//! Every table once: its name, its key, its columns. Bulk writes and scans follow from this.
//!
//! Not here: how an engine writes rows in bulk (`engine`), nor the schema itself (`migrations/`); a test
//! compares the two. Start at [`Table`].

use crate::cell::{Cell, Row};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Int,
    Bytes,
    Text,
}

/// A table. Its first column is always the shard, which is not listed; the key's columns come first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// How many of the columns make the key, after the shard.
    pub(crate) key: usize,
    pub(crate) columns: &'static [(&'static str, Kind)],
}

/// What to do with rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Act {
    /// Add rows that must not be there yet.
    Add,
    /// Put rows, there or not.
    Put,
    /// Remove the rows whose key begins with these cells, there or not.
    Remove,
}

/// Rows of one table and one shard, to be written together.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) table: &'static Table,
    pub(crate) act: Act,
    pub(crate) shard: u16,
    /// Cells in one row: all columns, or the leading ones of the key for [`Act::Remove`].
    pub(crate) width: usize,
    /// The cells, row after row.
    pub(crate) cells: Vec<Cell>,
}

impl Rows {
    pub(crate) fn add(table: &'static Table, shard: u16) -> Self {
        Self { table, act: Act::Add, shard, width: table.columns.len(), cells: Vec::new() }
    }

    pub(crate) fn put(table: &'static Table, shard: u16) -> Self {
        Self { table, act: Act::Put, shard, width: table.columns.len(), cells: Vec::new() }
    }

    /// Removes by the first `width` columns of the key.
    pub(crate) fn remove(table: &'static Table, shard: u16, width: usize) -> Self {
        Self { table, act: Act::Remove, shard, width, cells: Vec::new() }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &[Cell]> {
        self.cells.chunks_exact(self.width)
    }
}

impl Table {
    /// Rows of it that are read at once.
    pub(crate) fn page_rows(&self) -> usize {
        match self.name {
            // A row of files is as long as a picture.
            "picture_file" => 20,
            _ => 5_000,
        }
    }

    fn names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|(name, _)| *name).collect()
    }

    /// The first page of a shard's rows in the order of their key: shard, limit.
    pub(crate) fn first_page(&self) -> String {
        let names = self.names();
        let order =
            if self.key == 0 { String::new() } else { format!(" order by {}", names[..self.key].join(", ")) };
        format!("select {} from {} where shard = $1{order} limit $2", names.join(", "), self.name)
    }

    /// The page after a key: shard, the key's cells, limit. Only for tables with a key beside the shard.
    pub(crate) fn next_page(&self) -> String {
        let names = self.names();
        let key = names[..self.key].join(", ");
        let after: Vec<String> = (0..self.key).map(|place| format!("${}", place + 2)).collect();
        let (all, table, after, limit) = (names.join(", "), self.name, after.join(", "), self.key + 2);
        format!(
            "select {all} from {table} where shard = $1 and ({key}) > ({after}) order by {key} limit ${limit}"
        )
    }

    /// The key of a row that was read by a page.
    pub(crate) fn key_of(&self, row: &Row) -> Vec<Cell> {
        row.0.iter().take(self.key).cloned().collect()
    }
}

/// Declares the tables and lists them.
macro_rules! tables {
    ($($constant:ident = $name:literal, key $key:literal { $($column:ident: $kind:ident),* $(,)? };)*) => {
        $(pub(crate) static $constant: Table =
            Table { name: $name, key: $key, columns: &[$((stringify!($column), Kind::$kind)),*] };)*

        /// All tables of the shards, in the order in which a copy fills them.
        pub(crate) static ALL: &[&Table] = &[$(&$constant),*];
    };
}

tables! {
    HEAD = "journal_head", key 0 { seq: Int, batch: Int, at_ms: Int };
    JOURNAL = "journal", key 1 {
        seq: Int, at_ms: Int, number: Int, fingerprint: Bytes, request: Bytes, salt: Bytes, body: Bytes,
    };
    PART = "part", key 2 { id: Bytes, kind: Int, body: Bytes };
    COUNTER = "counter", key 1 { id: Bytes, units: Int };
    POOL = "pool", key 1 {
        id: Bytes, supplied: Int, free: Int, held: Int, sold: Int, handed: Int, lost: Int, lent: Int, body: Bytes,
    };
    HOLD = "hold", key 1 { id: Bytes, body: Bytes };
    HOLD_ENDED = "hold_ended", key 1 { id: Bytes, body: Bytes };
    ENTRY = "entry", key 1 { id: Bytes, body: Bytes };
    ENTRY_LEFT = "entry_left", key 1 { id: Bytes, body: Bytes };
    ORDERS = "orders", key 1 { id: Bytes, number: Int, slot: Bytes, body: Bytes };
    TALLY = "tally", key 2 { window_id: Bytes, buyer: Bytes, units: Int };
    SOURCE = "source", key 2 { number: Int, digest: Bytes, seq: Int };
    SETTLING = "settling", key 1 { id: Bytes, kind: Int };
    CONSUMER = "consumer", key 1 { name: Text, seq: Int, holder: Bytes, until_ms: Int };
    KEY_RUN = "key_run", key 2 { part: Int, seq: Int, body: Bytes };
    DELIVERY = "delivery", key 2 {
        endpoint: Bytes, id: Bytes, subject: Bytes, sequence: Int, kind: Text, body: Bytes, state: Int, tries: Int,
        due_ms: Int, last_status: Int, trouble: Int,
    };
    MAIL = "mail", key 3 {
        number: Int, seq: Int, subject: Bytes, kind: Text, sequence: Int, recipient: Text, title: Text, body: Bytes,
        state: Int, tries: Int, due_ms: Int,
    };
    SETUP = "setup", key 1 { name: Text, at_ms: Int };
    PERSON = "person", key 1 { id: Bytes, email: Text, name: Text, password: Text, made_ms: Int };
    MEMBER = "member", key 3 { home_shard: Int, number: Int, person: Bytes, role: Int, since_ms: Int };
    SESSION = "session", key 1 {
        digest: Bytes, id: Bytes, person: Bytes, home_shard: Int, number: Int, made_ms: Int, seen_ms: Int,
        until_ms: Int, agent: Text, address: Text,
    };
    INVITATION = "invitation", key 1 {
        digest: Bytes, id: Bytes, home_shard: Int, number: Int, role: Int, label: Text, made_by: Bytes, made_ms: Int,
        until_ms: Int,
    };
    AUDIT = "audit", key 3 {
        home_shard: Int, number: Int, id: Bytes, at_ms: Int, person: Bytes, name: Text, act: Text, subject: Text,
        status: Int, address: Text,
    };
    DOMAIN = "domain", key 2 { home_shard: Int, number: Int, name: Text, since_ms: Int };
    FACTOR_RULE = "factor_rule", key 2 { home_shard: Int, number: Int, since_ms: Int };
    PASSKEY = "passkey", key 1 {
        credential: Bytes, id: Bytes, person: Bytes, name: Text, public_key: Bytes, counter: Int, backed_up: Int,
        made_ms: Int, used_ms: Int,
    };
    CHALLENGE = "challenge", key 1 { digest: Bytes, asker: Bytes, person: Bytes, until_ms: Int };
    SECOND_FACTOR = "second_factor", key 1 {
        person: Bytes, secret: Bytes, since_ms: Int, step: Int, wrong: Int, wrong_ms: Int,
    };
    RECOVERY_CODE = "recovery_code", key 2 { person: Bytes, digest: Bytes };
    RECOVERY_LINK = "recovery_link", key 1 { digest: Bytes, person: Bytes, lifts: Int, made_ms: Int, until_ms: Int };
    PICTURE_FILE = "picture_file", key 2 { number: Int, digest: Bytes, made_ms: Int, body: Bytes };
    CALENDAR_HOME = "calendar_home", key 1 { number: Int, revision: Int, edition: Int };
    CALENDAR = "calendar", key 2 { number: Int, name: Text, kind: Int, shown: Int, token: Int };
    CALENDAR_PROPERTY = "calendar_property", key 4 {
        number: Int, calendar: Text, viewer: Text, property: Text, value: Text,
    };
    CALENDAR_ENTRY = "calendar_entry", key 3 {
        number: Int, calendar: Text, name: Text, slot: Bytes, uid: Text, state: Int, version: Int, token: Int,
        tag: Bytes, size: Int, from_ms: Int, until_ms: Int, changed_ms: Int, note: Text, body: Bytes, pending: Bytes,
    };
    FEED = "feed", key 2 {
        number: Int, id: Bytes, url: Text, title: Text, zone: Text, unknown_zone: Text, every_ms: Int, made_ms: Int,
        read_ms: Int, due_ms: Int, busy_ms: Int, failures: Int, trouble: Text, etag: Text, modified: Text, report: Text,
    };
    FEED_ENTRY = "feed_entry", key 3 {
        number: Int, feed: Bytes, name: Text, kind: Int, subject: Bytes, version: Int, said: Text,
    };
    KEPT_TEXT = "kept_text", key 2 {
        number: Int, id: Bytes, version: Int, title: Text, body: Text, changed_ms: Int,
    };
    HEARD = "heard", key 2 { number: Int, id: Bytes, at_ms: Int };
    CALENDAR_PASSWORD = "calendar_password", key 2 {
        number: Int, id: Bytes, digest: Bytes, name: Text, calendars: Text, may_write: Int, made_ms: Int,
        used_ms: Int, used_by: Text,
    };
}
