//! Mail to buyers: the order's entry for their calendar, and what became of it. Beside that, links for people of
//! the team who can't sign in (`access`).
//!
//! A reader of the journal plans each mail in the transaction that moves it on (`clerk`), with what it says
//! (`letter`, `words`) as a message that stays the same on every try (`message`). Whoever has the reader's turn also
//! sends (`post`): over SMTP, or into a folder where none is configured. Start at [`Mails::start`].

mod access;
mod circular;
mod clerk;
mod letter;
mod message;
mod origins;
mod post;
mod stepped;
mod words;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::time::Span;
use dayshelf_desk::Desk;
use dayshelf_store::Store;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::webhooks::{Clock, Schedule};
pub use access::{Asked, Courier, RECOVERY_LIFE, recovery_digest};
use clerk::{Clerk, Shared};
use letter::Letters;
pub use message::Address;
pub use origins::Origins;
use post::Post;
pub use post::{Carrier, PostFault, Sent, SmtpConfig};
pub use stepped::step;

/// The name of the reader in the store.
const CONSUMER: &str = "mail";
/// The holder of the reader's turn where one process has the data: a new one after a crash need not wait.
const ALONE: u128 = 1;

/// How mails are sent.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where they go.
    pub through: Through,
    /// Whom they are from. It stands in buyers' calendars, so it should stay.
    pub from: Address,
    /// The address that people type, for links.
    pub public_url: String,
    /// Names of their own that organisers' pages are reached by; whoever serves pages tells of them.
    pub origins: Origins,
    /// The clock for what is due.
    pub clock: Clock,
    /// The waits between tries.
    pub schedule: Schedule,
    /// The shortest time between two looks into a journal.
    pub pace: Duration,
    /// The longest.
    pub rest: Duration,
}

/// Where mails go.
#[derive(Clone, Debug)]
pub enum Through {
    /// Into files of a folder, for those who have no mail server.
    Folder(PathBuf),
    /// To a mail server.
    Smtp(SmtpConfig),
}

impl Config {
    /// The usual waits.
    pub fn new(through: Through, from: Address, public_url: impl Into<String>) -> Self {
        Self {
            through,
            from,
            public_url: public_url.into(),
            origins: Origins::default(),
            clock: Clock::default(),
            schedule: waits(),
            pace: Duration::from_millis(500),
            rest: Duration::from_secs(5),
        }
    }
}

/// Ten tries over two days; a mail about a slot is of no use much later.
fn waits() -> Schedule {
    let minutes = [1, 5, 15, 30, 60, 120, 360, 720, 1_440].map(Span::minutes);
    Schedule { waits: minutes.to_vec() }
}

/// The running readers.
pub struct Mails {
    clerks: JoinSet<()>,
    courier: Option<Courier>,
}

impl Mails {
    /// Starts a reader for every shard.
    ///
    /// # Errors
    /// When the mail server's name can't be used, the folder can't be made, or the readers can't.
    pub fn start(
        desk: &Desk,
        store: &Store,
        config: Config,
        stop: &CancellationToken,
    ) -> Result<Self, PostFault> {
        let Config { through, from, public_url, origins, clock, schedule, pace, rest } = config;
        // A folder is no way to somebody who can't sign in, and what lies in it is for others to read.
        let reaches_people = matches!(through, Through::Smtp(_));
        let shared = Arc::new(Shared {
            desk: Arc::new(desk.clone()),
            store: store.clone(),
            post: Arc::new(Post::new(through, &from.address)?),
            letters: Letters::new(from.clone(), public_url.clone(), origins),
            from,
            public_url,
            clock,
            schedule,
            pace,
            rest,
        });
        let holder = if store.is_shared() { u128::from_le_bytes(dayshelf_desk::random()) } else { ALONE };
        let mut clerks = JoinSet::new();
        for shard in 0..desk.shards() {
            let Some(bell) = desk.bell(shard) else { continue };
            let consumer = store.consumer(shard, CONSUMER, holder)?;
            let (shared, stop) = (Arc::clone(&shared), stop.clone());
            clerks.spawn(Clerk { shared, shard, consumer, bell, turn: None, stop }.run());
        }
        let mut courier = None;
        if reaches_people {
            let (sender, asked) = Courier::channel();
            courier = Some(sender);
            clerks.spawn(access::run(Arc::clone(&shared), asked, stop.clone()));
        }
        Ok(Self { clerks, courier })
    }

    /// The way to people who can't sign in, where there is a mail server.
    pub fn courier(&self) -> Option<&Courier> {
        self.courier.as_ref()
    }

    /// Waits until the readers have ended, after they were told to.
    pub async fn join(mut self) {
        while self.clerks.join_next().await.is_some() {}
    }
}
