//! Power cuts: the disk loses what was not synced, by chance, and the program dies.
//!
//! kill -9 can't tell a program that waits for its disk from one that does not, because the kernel keeps
//! what was written. This can.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use super::stage::Stage;
use super::{Setting, Tally, between, runtime};
use crate::Outcome;
use crate::chance::Chance;
use crate::disk::{Deaf, Disk};
use crate::judge::LOST;
use crate::node::Setup;
use crate::place::Folder;

/// Cuts over the same data.
const CUTS_OF_ONE_LIFE: u64 = 10;
/// Cuts of the short form.
const SHORT: u64 = 3;
/// Cuts within which a disk that does not hear the log's syncs must be found out: one in three comes just after a move.
const DEAF_CUTS: u64 = 10;
/// Lives that may end with a torn file before one must lose an acknowledgement: one in ten does.
const DEAF_LIVES: u64 = 6;
/// Cuts within which a program that does not wait must be found out.
const LOWERED_CUTS: u64 = 10;
/// Acknowledgements before a cut that is to lose some of them.
const AT_STAKE: u64 = 20;
/// How long they may take to come.
const STAKE_SPAN_MAX: Duration = Duration::from_secs(60);
/// The variable that names a build of such a program.
const LOWERED: &str = "DAYSHELF_LOWERED_BIN";

/// Every acknowledgement survives every cut.
///
/// # Errors
/// When the test itself can't go on.
pub fn cuts(setting: &Setting) -> Outcome<Tally> {
    let mut chance = setting.chance("power");
    let mut tally = Tally::default();
    while setting.goes_on(tally.rounds, SHORT) && tally.violations.is_empty() {
        let cuts = if setting.until.is_some() { CUTS_OF_ONE_LIFE } else { SHORT };
        tally.add(life(setting, Cuts { times: cuts, deaf: None }, &mut chance)?);
    }
    Ok(tally)
}

/// The same on a disk that acknowledges the log's syncs and does not do them: what a database loses that
/// does not wait for its log. If that is not found, the test is worth nothing: an acknowledgement must be seen to
/// be lost, by the client's own book, and nothing else counts. Where parts of the log had been moved into the file, that
/// is torn instead, and another life is lived.
///
/// # Errors
/// When the test itself can't go on.
pub fn deaf(setting: &Setting) -> Outcome<Tally> {
    let mut chance = setting.chance("power-deaf");
    let cuts = Cuts { times: DEAF_CUTS, deaf: Some(Deaf::Log) };
    let mut tally = Tally::default();
    for _ in 0..DEAF_LIVES {
        tally.violations.clear();
        match life(setting, cuts, &mut chance) {
            Ok(life) => tally.add(life),
            Err(fault) => tally.violations.push(format!("could not go on: {fault}")),
        }
        let is_torn = !tally.violations.is_empty();
        if !is_torn || tally.violations.iter().any(|text| text.starts_with(LOST)) {
            break;
        }
    }
    must_be_found(&mut tally, "a disk that loses the log");
    Ok(tally)
}

/// The same with a build of the program that does not wait for its disk at a commit, where there is one. If
/// nothing is lost then, the test is worth nothing.
///
/// # Errors
/// When the test itself can't go on.
pub fn lowered(setting: &Setting) -> Outcome<Tally> {
    let mut chance = setting.chance("power-lowered");
    let Some(program) = std::env::var_os(LOWERED).map(std::path::PathBuf::from) else {
        let notes = vec![format!("left out: {LOWERED} names no build with the feature `lowered-sync`")];
        return Ok(Tally { notes, ..Tally::default() });
    };
    let setting = Setting { program, ..setting.clone() };
    let cuts = Cuts { times: LOWERED_CUTS, deaf: Some(Deaf::Nobody) };
    let mut tally = life(&setting, cuts, &mut chance)?;
    must_be_found(&mut tally, "a program that does not wait for its disk");
    Ok(tally)
}

/// How often the power is cut, and what is to come of it.
#[derive(Clone, Copy)]
struct Cuts {
    times: u64,
    /// Set where acknowledgements are to be lost: whose syncs the disk does not hear once the shelf is on it.
    deaf: Option<Deaf>,
}

/// Turns the loss of an acknowledgement into a note, and its absence into a violation.
fn must_be_found(tally: &mut Tally, what: &str) {
    let found = std::mem::take(&mut tally.violations);
    match (found.iter().find(|text| text.starts_with(LOST)), found.first()) {
        (Some(lost), _) => {
            tally.notes.push(format!("found out after {} cuts, as it must be: {lost:.160}", tally.rounds));
        }
        (None, Some(other)) => tally.violations.push(format!("{what} was not found out: {other:.160}")),
        (None, None) => tally.violations.push(format!("{what} was not found out")),
    }
}

fn life(setting: &Setting, cuts: Cuts, chance: &mut Chance) -> Outcome<Tally> {
    let mut folder = Folder::new()?;
    let mut disk = Disk::mount(&folder.path().join("disk"), Chance::seeded(chance.number()))?;
    let setup =
        Setup { data: disk.place().join("data"), ..Setup::new(&setting.program, folder.path(), "data") };
    let mut tally = runtime()?.block_on(under_load(setup, folder.path(), &mut disk, (cuts, chance)))?;
    tally.notes.push(format!("{} unsynced changes were lost", disk.machine().lost));
    if !tally.violations.is_empty() && cuts.deaf.is_none() {
        folder.keep();
    }
    Ok(tally)
}

async fn under_load(
    setup: Setup,
    folder: &Path,
    disk: &mut Disk,
    (cuts, chance): (Cuts, &mut Chance),
) -> Outcome<Tally> {
    let mut stage = Stage::open(vec![setup.clone()], folder, chance).await?;
    if let Some(deaf) = cuts.deaf {
        // Without the shelf and the key to it nothing could be judged.
        sync_all(&setup.data)?;
        disk.machine().deaf = deaf;
    }
    while stage.tally.rounds < cuts.times && stage.tally.violations.is_empty() {
        if cuts.deaf.is_some() {
            at_stake(&stage).await?;
        }
        tokio::time::sleep(between(chance, 200, 1_500)).await;
        disk.machine().cut();
        stage.kill(0);
        disk.cut_and_mount()?;
        stage.tally.rounds += 1;
        if let Err(fault) = stage.start(0) {
            stage.tally.violations.push(format!("does not start after a power cut: {fault}"));
            break;
        }
        let kept = std::fs::read_to_string(setup.data.join("keys/torture.key")).unwrap_or_default();
        if kept.trim() != stage.crowd.hall.shelf.key {
            stage.tally.violations.push("the organiser's key file is gone after a power cut".to_owned());
        }
        stage.judge(chance).await?;
    }
    Ok(stage.close().await)
}

/// Makes everything durable that is in a folder.
fn sync_all(folder: &Path) -> Outcome {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_all(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Waits until so many answers were given that a cut may lose.
async fn at_stake(stage: &Stage) -> Outcome {
    let ledger = &stage.crowd.hall.ledger;
    let (before, begun) = (ledger.acknowledged(), Instant::now());
    while ledger.acknowledged() < before + AT_STAKE {
        if begun.elapsed() > STAKE_SPAN_MAX {
            return Err("nobody is answered any more".into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}
