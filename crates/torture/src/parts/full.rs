//! A disk that fills up while things are sold, and is freed again.

use std::time::{Duration, Instant};

use super::stage::Stage;
use super::{Setting, Tally, between, runtime};
use crate::Outcome;
use crate::chance::Chance;
use crate::disk::Disk;
use crate::node::Setup;
use crate::place::Folder;

/// What is left on the disk when it gets tight.
const ROOM_LEFT: u64 = 150_000;
/// How long it may take until the program notices.
const FILL_SPAN_MAX: Duration = Duration::from_secs(60);

/// The program says no in an orderly way or stops; once there is room again it sells on, and nothing is lost.
///
/// # Errors
/// When the test itself can't go on.
pub fn disk(setting: &Setting) -> Outcome<Tally> {
    let mut chance = setting.chance("full");
    let mut tally = Tally::default();
    while setting.goes_on(tally.rounds, 1) && tally.violations.is_empty() {
        let mut folder = Folder::new()?;
        let disk = Disk::mount(&folder.path().join("disk"), Chance::seeded(chance.number()))?;
        let setup =
            Setup { data: disk.place().join("data"), ..Setup::new(&setting.program, folder.path(), "data") };
        let life = runtime()?.block_on(life(setup, &folder, &disk, &mut chance))?;
        if !life.violations.is_empty() {
            folder.keep();
        }
        tally.add(life);
    }
    Ok(tally)
}

async fn life(setup: Setup, folder: &Folder, disk: &Disk, chance: &mut Chance) -> Outcome<Tally> {
    let mut stage = Stage::open(vec![setup], folder.path(), chance).await?;
    tokio::time::sleep(between(chance, 300, 900)).await;
    {
        let mut machine = disk.machine();
        machine.room = Some(machine.image.bytes() + ROOM_LEFT);
    }
    let begun = Instant::now();
    let code = loop {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let node = stage.nodes[0].as_mut().ok_or("no node")?;
        if let Some(code) = node.ended(Duration::ZERO)? {
            break code;
        }
        if begun.elapsed() > FILL_SPAN_MAX {
            return Err("the disk never became full".into());
        }
    };
    if code != Some(4) {
        stage.tally.violations.push(format!("on a full disk it ended with {code:?}, not with 4"));
    }
    // While there is no room it may serve or say why it can't; it must not hang, and not eat the data.
    let while_full = match stage.start(0) {
        Ok(()) => {
            tokio::time::sleep(Duration::from_millis(500)).await;
            stage.kill(0);
            "it started"
        }
        Err(_) => "it did not start",
    };
    disk.machine().room = None;
    stage.start(0)?;
    stage.judge(chance).await?;
    let before = stage.crowd.hall.ledger.acknowledged();
    tokio::time::sleep(Duration::from_millis(700)).await;
    stage.judge(chance).await?;
    if stage.crowd.hall.ledger.acknowledged() <= before {
        stage.tally.violations.push("nothing was sold after the disk had room again".to_owned());
    }
    stage.tally.rounds += 1;
    stage.tally.notes.push(format!("it stopped with {code:?}; while the disk was full {while_full}"));
    Ok(stage.close().await)
}
