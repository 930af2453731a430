//! The worker that brings slots to the time zone data of this program.
//!
//! A slot is on its own wall: where a country changes its clocks, six in the evening stays six in the evening, and the
//! instant is another one. So a program that starts looks once at every slot that lies ahead and was put there with older
//! data. What is at another instant by now goes the way of every change: all that hangs on the slot goes along, whoever
//! has bought is told, and what would take something from people waits for a yes. Start at [`Clocks::start`].

use std::time::Duration;

use dayshelf_core::change::{Credential, Edit, Tell, Wish};
use dayshelf_core::command::{ChangeSlot, Command, Expect};
use dayshelf_core::ids::ConfirmationId;
use dayshelf_core::refusal::Refusal;
use dayshelf_core::slot::SlotTimes;
use dayshelf_core::time::{Anchor, Instant, When};
use dayshelf_desk::{Ask, Desk, DeskFault, Reply, SlotSheet};
use dayshelf_ical::zone::Zones;
use dayshelf_wire::time::Place;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::rounds::Rounds;

/// How long after a round in which the desk had no answer another one begins.
const AGAIN: Duration = Duration::from_secs(60);

/// The running worker, which ends by itself when all is looked at.
pub(crate) struct Clocks {
    task: JoinHandle<()>,
}

/// A slot whose instants are others by now.
struct Elsewhere {
    times: SlotTimes,
    place: Place,
    anchors: Vec<Anchor>,
}

struct Work {
    desk: Desk,
    zones: Zones,
}

impl Clocks {
    /// Starts the worker; it ends when it is done, or when `stop` says so.
    pub(crate) fn start(desk: &Desk, stop: &CancellationToken) -> Self {
        let work = Work { desk: desk.clone(), zones: Zones::bundled() };
        Self { task: tokio::spawn(work.run(stop.clone())) }
    }

    /// Waits until the worker has ended.
    pub(crate) async fn join(self) {
        drop(self.task.await);
    }
}

impl Work {
    async fn run(self, stop: CancellationToken) {
        let mut rounds = Rounds::new(AGAIN, &stop);
        while rounds.next().await {
            match self.all(&stop).await {
                Ok(()) => return,
                Err(fault) => tracing::warn!(%fault, "slots can't be brought to the time zone data yet"),
            }
        }
    }

    async fn all(&self, stop: &CancellationToken) -> Result<(), DeskFault> {
        let now = self.desk.mint().now();
        for organiser in self.desk.board().organisers() {
            for (_, slot) in organiser.slots.iter() {
                if stop.is_cancelled() {
                    return Ok(());
                }
                let Some(card) = self.desk.board().slot(*slot) else { continue };
                if let Some(elsewhere) = self.elsewhere(&card.sheet, now) {
                    self.bring(&card.sheet, elsewhere).await?;
                }
            }
        }
        Ok(())
    }

    /// A slot that lies ahead, and that older data have put elsewhere than these do. What newer data have put, a newer
    /// program beside this one has.
    fn elsewhere(&self, sheet: &SlotSheet, now: Instant) -> Option<Elsewhere> {
        let was = &sheet.slot.spec.times;
        if sheet.slot.state.is_off() || was.start <= now || was.tzdb.as_str() >= Zones::version() {
            return None;
        }
        let place = Place::of(was, &self.zones).ok()?;
        let times = place.times();
        let whens = whens(sheet);
        let mut own = whens.iter().filter(|when| when.anchor.hangs_on().is_none());
        let moves = (times.start, times.end) != (was.start, was.end)
            || own.any(|when| place.instant(when.anchor) != when.at);
        let anchors = whens.iter().map(|when| when.anchor).collect();
        moves.then_some(Elsewhere { times, place, anchors })
    }

    async fn bring(&self, sheet: &SlotSheet, to: Elsewhere) -> Result<(), DeskFault> {
        let (slot, was) = (&sheet.slot, &sheet.slot.spec.times);
        tracing::warn!(
            slot = %slot.id, zone = %was.zone, before_ms = was.start.0, after_ms = to.times.start.0,
            before_tzdb = %was.tzdb, after_tzdb = %to.times.tzdb,
            "a slot is at another instant by newer time zone data"
        );
        let ask = ChangeSlot {
            slot: slot.id,
            expected: Expect::Version(slot.version),
            wish: Wish::Edit(Box::new(Edit { times: Some(to.times), ..Edit::default() })),
            tell: Tell::AfterQuiet,
            by: Credential::House,
            resolved: to.place.resolutions(to.anchors),
            waits_as: ConfirmationId(self.desk.mint().id(slot.id.home())),
        };
        let (home, command) = (slot.id.home(), Command::ChangeSlot(Box::new(ask)));
        match self.desk.submit(Ask { home, command, key: None }).await {
            // Another node was faster, or somebody has changed it meanwhile and so by data like these.
            Reply::Done(_) | Reply::Refused { refusal: Refusal::VersionStale { .. }, .. } => Ok(()),
            Reply::Refused { refusal, .. } => {
                tracing::warn!(slot = %slot.id, ?refusal, "a slot can't be brought to the time zone data");
                Ok(())
            }
            Reply::Fault(fault) => Err(fault),
        }
    }
}

/// All times that hang on a slot.
fn whens(sheet: &SlotSheet) -> Vec<When> {
    let windows = sheet.windows.iter().flat_map(|window| [window.spec.opens, window.spec.closes]);
    let steps = sheet.offers.iter().flat_map(|offer| &offer.spec.ladder).filter_map(|step| step.from);
    let fulfilments = sheet.fulfilments.iter().flat_map(|block| {
        let boxes = block.spec.boxes.iter().flat_map(|place| [place.from, place.until]);
        boxes.chain([block.spec.opens, block.spec.closes])
    });
    let blocks = sheet.blocks.iter().flat_map(|block| [Some(block.spec.when), block.spec.until]).flatten();
    windows.chain(steps).chain(fulfilments).chain(blocks).collect()
}
