//! Power cuts: the disk loses what was not synced, by chance, and the program dies.
//!
//! kill -9 can't tell a program that waits for its disk from one that does not, because the kernel keeps
//! what was written. This can.

use std::path::Path;

use super::stage::Stage;
use super::{Setting, Tally, between, runtime};
use crate::Outcome;
use crate::chance::Chance;
use crate::disk::{Deaf, Disk};
use crate::node::Setup;
use crate::place::Folder;

/// Cuts over the same data.
const CUTS_OF_ONE_LIFE: u64 = 10;
/// Cuts of the short form.
const SHORT: u64 = 3;
/// Cuts within which a disk that does not hear the log's syncs must be found out.
const DEAF_CUTS: u64 = 3;
/// Cuts within which a program that does not wait must be found out.
const LOWERED_CUTS: u64 = 10;
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
        tally.add(life(setting, Deaf::Nobody, cuts, &mut chance)?);
    }
    Ok(tally)
}

/// The same on a disk that acknowledges the log's syncs and does not do them: what a database loses that
/// does not wait for its log. If that is not found, the test is worth nothing.
///
/// # Errors
/// When the test itself can't go on.
pub fn deaf(setting: &Setting) -> Outcome<Tally> {
    let mut chance = setting.chance("power-deaf");
    let mut tally = life(setting, Deaf::Log, DEAF_CUTS, &mut chance)?;
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
    let mut tally = life(&setting, Deaf::Nobody, LOWERED_CUTS, &mut chance)?;
    must_be_found(&mut tally, "a program that does not wait for its disk");
    Ok(tally)
}

/// Turns a violation into a note, and its absence into a violation.
fn must_be_found(tally: &mut Tally, what: &str) {
    let found = std::mem::take(&mut tally.violations);
    match found.first() {
        Some(first) => {
            tally.notes.push(format!("found out after {} cuts, as it must be: {first:.160}", tally.rounds));
        }
        None => tally.violations.push(format!("{what} was not found out")),
    }
}

fn life(setting: &Setting, deaf: Deaf, cuts: u64, chance: &mut Chance) -> Outcome<Tally> {
    let mut folder = Folder::new()?;
    let mut disk = Disk::mount(&folder.path().join("disk"), Chance::seeded(chance.number()))?;
    disk.machine().deaf = deaf;
    let setup =
        Setup { data: disk.place().join("data"), ..Setup::new(&setting.program, folder.path(), "data") };
    let mut tally = runtime()?.block_on(under_load(setup, folder.path(), &mut disk, (cuts, chance)))?;
    tally.notes.push(format!("{} unsynced changes were lost", disk.machine().lost));
    if !tally.violations.is_empty() && deaf == Deaf::Nobody {
        folder.keep();
    }
    Ok(tally)
}

async fn under_load(
    setup: Setup,
    folder: &Path,
    disk: &mut Disk,
    (cuts, chance): (u64, &mut Chance),
) -> Outcome<Tally> {
    let mut stage = Stage::open(vec![setup.clone()], folder, chance).await?;
    while stage.tally.rounds < cuts && stage.tally.violations.is_empty() {
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
