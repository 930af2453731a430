//! The worker that walks the rules of series: when the next occurrence comes within reach, it gets its slot.
//!
//! When that is stands in the books, and the board shows it; the worker comes by itself, looks, walks the rule and
//! hands in what it makes. A series that has been walked from an older version is refused, so several nodes give no
//! occurrence two slots, and a worker that was killed does the same again. Start at [`Walker::start`].

use std::collections::HashMap;
use std::time::Duration;

use dayshelf_core::command::Command;
use dayshelf_core::ids::{Home, SeriesId};
use dayshelf_core::money::Currency;
use dayshelf_core::refusal::Refusal;
use dayshelf_core::series::{GrowSeries, Series};
use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::{Ask, Desk, DeskFault, Reply};
use dayshelf_ical::zone::Zones;
use dayshelf_wire::plan::series::SeriesDoc;
use dayshelf_wire::plan::{Context, Mistake, Mistakes};
use dayshelf_wire::series::ask::{grow, template_in};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::rounds::Rounds;

/// How often the worker looks at the board. Slots are made half a year ahead, so nobody waits for it.
const ROUND: Duration = Duration::from_secs(2);
/// How long a series that could not be walked is left alone.
const AGAIN: Span = Span::hours(1);
/// Series of one organiser that are walked in one round.
const SERIES_MAX: usize = 50;

/// The running worker.
pub(crate) struct Walker {
    task: JoinHandle<()>,
}

/// Why a series has no more slots yet.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    /// What its author wrote can't be read.
    #[error("it can't be walked: {0}")]
    Text(Mistakes),
    /// The core says no.
    #[error("its slots are refused: {0:?}")]
    Refused(Refusal),
    /// The desk has no answer.
    #[error("the desk has no answer")]
    Desk(#[from] DeskFault),
}

/// A series that is due, with what it takes to walk it.
struct Found {
    series: Series,
    template: Option<String>,
    zone: String,
    currency: Currency,
    now: Instant,
}

struct Work {
    desk: Desk,
    zones: Zones,
    /// Series that could not be walked, and when they may be again.
    left_alone: HashMap<SeriesId, Instant>,
}

impl Walker {
    /// Starts the worker; it ends when `stop` says so.
    pub(crate) fn start(desk: &Desk, stop: &CancellationToken) -> Self {
        let work = Work { desk: desk.clone(), zones: Zones::bundled(), left_alone: HashMap::new() };
        Self { task: tokio::spawn(work.run(stop.clone())) }
    }

    /// Waits until the worker has ended, after it was told to.
    pub(crate) async fn join(self) {
        drop(self.task.await);
    }
}

impl Work {
    async fn run(mut self, stop: CancellationToken) {
        let mut rounds = Rounds::new(ROUND, &stop);
        while rounds.next().await {
            let now = self.desk.mint().now();
            let due = |due: Option<Instant>| due.is_some_and(|due| due <= now);
            let cards = self.desk.board().organisers();
            for card in cards.iter().filter(|card| due(card.series_due)) {
                if stop.is_cancelled() {
                    break;
                }
                self.walk_all(card.organiser.id.home()).await;
            }
        }
    }

    /// Walks the series of an organiser that are due.
    async fn walk_all(&mut self, home: Home) {
        let found = match self.found(home).await {
            Ok(found) => found,
            Err(fault) => return tracing::warn!(%fault, "series can't be looked at"),
        };
        for found in found {
            let (id, now) = (found.series.id, found.now);
            if self.left_alone.get(&id).is_some_and(|until| now < *until) {
                continue;
            }
            match self.walk(home, &found).await {
                Ok(()) => drop(self.left_alone.remove(&id)),
                Err(trouble) => {
                    tracing::warn!(series = %id, %trouble, "a series gets no more slots for now");
                    self.left_alone.insert(id, now.plus(AGAIN));
                }
            }
        }
    }

    async fn found(&self, home: Home) -> Result<Vec<Found>, DeskFault> {
        let left_alone = self.left_alone.clone();
        self.desk
            .look(home, move |books, now| {
                let Some(books) = books else { return Vec::new() };
                let due = books.series.values().filter(|one| one.reach.due.is_some_and(|due| due <= now));
                // Those that can't be walked keep no other waiting.
                let due = due.filter(|one| left_alone.get(&one.id).is_none_or(|until| *until <= now));
                let spec = &books.organiser.spec;
                let found = due.map(|series| Found {
                    template: SeriesDoc::kept(&series.spec.text)
                        .ok()
                        .and_then(|doc| template_in(books, doc.template.as_deref()).ok().flatten()),
                    series: series.clone(),
                    zone: spec.zone.clone(),
                    currency: spec.currency,
                    now,
                });
                found.take(SERIES_MAX).collect()
            })
            .await
    }

    async fn walk(&self, home: Home, found: &Found) -> Result<(), Trouble> {
        let ask = self.asked(home, found)?;
        let command = Command::GrowSeries(Box::new(ask));
        match self.desk.submit(Ask { home, command, key: None }).await {
            // Another node has walked it meanwhile, or somebody has changed it: it is looked at again.
            Reply::Done(_) | Reply::Refused { refusal: Refusal::VersionStale { .. }, .. } => Ok(()),
            Reply::Refused { refusal, .. } => Err(Trouble::Refused(refusal)),
            Reply::Fault(fault) => Err(fault.into()),
        }
    }

    /// What the rule makes next, asked for.
    fn asked(&self, home: Home, found: &Found) -> Result<GrowSeries, Trouble> {
        let mint = || self.desk.mint().id(home);
        let no_files = |_: &str| Err("a series reads no files".to_owned());
        let context = Context {
            zones: &self.zones,
            now: found.now,
            home,
            zone: Some(&found.zone),
            currency: Some(found.currency),
            mint: &mint,
            read_file: &no_files,
        };
        let doc = SeriesDoc::kept(&found.series.spec.text)
            .map_err(|problem| Trouble::Text(Mistakes(vec![Mistake::new(problem)])))?;
        grow(&found.series, &doc, found.template.clone(), &context).map_err(Trouble::Text)
    }
}
