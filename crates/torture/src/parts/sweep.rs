//! One fault at one step of the disk, swept over all steps of a small life: the power fails, a write or a
//! sync fails, there is no room.
//!
//! Whatever fails, nothing acknowledged is lost, and the program stops rather than believe that a sync was
//! done which failed: at the end of each life the power is cut, so what was only believed is gone.

use std::time::Duration;

use super::{Setting, Tally, runtime};
use crate::Outcome;
use crate::chance::Chance;
use crate::crowd::{Crowd, Hall};
use crate::disk::{Disk, Fault};
use crate::judge::Judge;
use crate::ledger::Ledger;
use crate::node::{Node, Setup};
use crate::place::Folder;
use crate::shelf::Shelf;

/// Every so many steps in the short form; each run begins at another.
const STRIDE_SHORT: u64 = 41;
/// Acknowledgements after which a life is long enough.
const ACKNOWLEDGED: u64 = 14;
/// How long the program may take to sell something, or to stop when its disk has failed it.
const STOP_SPAN_MAX: Duration = Duration::from_secs(60);
/// What the program's exit code says when the data can't be trusted any more.
const BROKEN: i32 = 4;

/// Sweeps.
///
/// # Errors
/// When the test itself can't go on.
pub fn faults(setting: &Setting) -> Outcome<Tally> {
    let mut chance = setting.chance("sweep");
    let mut tally = Tally::default();
    let runtime = runtime()?;
    let mut calm = Life::new(setting, None, &mut chance)?;
    runtime.block_on(calm.live())?;
    let steps = calm.disk.machine().steps;
    if !calm.tally.violations.is_empty() {
        return Ok(calm.tally);
    }
    drop(calm);
    let mut stops = 0;
    // In a soak the strides become finer and finer until each step has had its turn.
    let strides = if setting.until.is_some() { vec![19, 7, 3, 1] } else { vec![STRIDE_SHORT] };
    'strides: for stride in strides {
        let offset = chance.below(stride);
        for at in (1 + offset..=steps).step_by(stride as usize) {
            for (name, fault) in Fault::ALL {
                if setting.until.is_some() && !setting.goes_on(tally.rounds, 0) {
                    break 'strides;
                }
                let mut life = Life::new(setting, Some((at, fault)), &mut chance)?;
                let lived = runtime.block_on(life.live());
                life.tally.violations.extend(lived.err().map(|fault| fault.to_string()));
                let hit = life.disk.machine().hit.clone().unwrap_or_else(|| "nothing".to_owned());
                let told = |text: String| format!("{name} at step {at} of {steps} ({hit}): {text}");
                life.tally.violations = life.tally.violations.drain(..).map(told).collect();
                stops += u64::from(life.stopped);
                tally.add(life.tally);
                tally.rounds += 1;
            }
        }
        tally.notes.push(format!("every {stride}th of {steps} steps"));
    }
    tally.notes.push(format!("the program stopped by itself {stops} times"));
    Ok(tally)
}

/// A small life on a disk of its own.
struct Life {
    setup: Setup,
    fault: Option<(u64, Fault)>,
    chance: Chance,
    tally: Tally,
    stopped: bool,
    // Dropped in this order: the disk is unmounted before its folder goes.
    disk: Disk,
    folder: Folder,
}

impl Life {
    fn new(setting: &Setting, fault: Option<(u64, Fault)>, chance: &mut Chance) -> Outcome<Self> {
        let folder = Folder::new()?;
        let disk = Disk::mount(&folder.path().join("disk"), Chance::seeded(chance.number()))?;
        disk.machine().fault = fault;
        let setup =
            Setup { data: disk.place().join("data"), ..Setup::new(&setting.program, folder.path(), "data") };
        let (chance, tally) = (Chance::seeded(chance.number()), Tally::default());
        Ok(Self { setup, fault, chance, tally, stopped: false, disk, folder })
    }

    /// A start and a shelf, of which either may fail once; sales, which may be interrupted; a cut; a judgement.
    async fn live(&mut self) -> Outcome {
        let mut node = match self.setup.start() {
            Ok(node) => node,
            Err(_) if self.hit() => self.again()?,
            Err(fault) => return Err(fault),
        };
        let shelf = match Shelf::lay(&self.setup, &node).await {
            Ok(shelf) => shelf,
            Err(_) if self.hit() => {
                node.kill();
                node = self.again()?;
                Shelf::lay(&self.setup, &node).await?
            }
            Err(fault) => return Err(fault),
        };
        let hall = Hall::new(
            shelf,
            Ledger::new(&self.folder.path().join("ledger.jsonl"))?,
            vec![node.base.clone()],
        )?;
        // One buyer, so that the steps are the same in each life.
        let crowd = Crowd::begin(&hall, 1, 0, &mut Chance::seeded(7));
        node = self.sell(&crowd, node).await?;
        // The end by SIGTERM has steps of its own.
        let code = node.end()?;
        if code != Some(0) && !self.hit() {
            self.tally.violations.push(format!("ended with {code:?} when it was told to"));
        }
        node = self.again()?;
        hall.moved(0, &node.base);
        let found = Judge::default().judge(&hall, &self.setup, &mut self.chance).await?;
        self.tally.violations.extend(found);
        self.tally.acknowledged += hall.ledger.acknowledged();
        crowd.end().await;
        Ok(())
    }

    fn hit(&self) -> bool {
        self.disk.machine().hit.is_some()
    }

    /// The power is off and on, and the program starts on a disk that works.
    fn again(&mut self) -> Outcome<Node> {
        self.disk.cut_and_mount()?;
        self.setup.start().map_err(|fault| format!("does not start again: {fault}").into())
    }

    /// Lets the buyer buy, and finish; whenever the program is gone, or its power, it is started again: the
    /// last answer may be the one that the fault kept back.
    async fn sell(&mut self, crowd: &Crowd, mut node: Node) -> Outcome<Node> {
        let hall = &crowd.hall;
        let mut begun = std::time::Instant::now();
        let mut sold = 0;
        while !crowd.rests() {
            if hall.ledger.acknowledged() >= ACKNOWLEDGED {
                crowd.ask_to_rest();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
            let dark = self.disk.machine().dark;
            if dark || !node.runs() {
                if !dark {
                    let code = node.ended(Duration::ZERO)?.flatten();
                    self.stopped = true;
                    if code != Some(BROKEN) || !self.hit() {
                        self.tally.violations.push(format!("ended by itself with {code:?}"));
                    }
                }
                node.kill();
                node = self.again()?;
                hall.moved(0, &node.base);
            }
            if hall.ledger.acknowledged() > sold {
                sold = hall.ledger.acknowledged();
                begun = std::time::Instant::now();
            }
            if begun.elapsed() > STOP_SPAN_MAX {
                return Err(format!("neither sells nor stops ({:?})", self.fault).into());
            }
        }
        Ok(node)
    }
}
