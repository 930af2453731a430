//! kill -9 in a loop under load: the node, the database server, both.

use std::path::Path;

use super::stage::Stage;
use super::{Setting, Tally, between, runtime};
use crate::Outcome;
use crate::chance::Chance;
use crate::node::Setup;
use crate::place::Folder;

/// Kills over the same data; then it begins anew, so that judging stays quick.
const KILLS_OF_ONE_LIFE: u64 = 12;
/// Kills of the short form.
const SHORT: u64 = 5;

/// On the embedded database.
///
/// # Errors
/// When the test itself can't go on.
pub fn embedded(setting: &Setting) -> Outcome<Tally> {
    let mut chance = setting.chance("kill");
    let mut tally = Tally::default();
    let runtime = runtime()?;
    while setting.goes_on(tally.rounds, SHORT) && tally.violations.is_empty() {
        let mut folder = Folder::new()?;
        let life = runtime.block_on(embedded_life(setting, folder.path(), tally.rounds, &mut chance))?;
        if !life.violations.is_empty() {
            folder.keep();
        }
        tally.add(life);
    }
    Ok(tally)
}

async fn embedded_life(setting: &Setting, folder: &Path, before: u64, chance: &mut Chance) -> Outcome<Tally> {
    let setup = Setup::new(&setting.program, folder, "data");
    let mut stage = Stage::open(vec![setup], folder, chance).await?;
    while stage.tally.rounds < KILLS_OF_ONE_LIFE && setting.goes_on(before + stage.tally.rounds, SHORT) {
        tokio::time::sleep(between(chance, 100, 1_200)).await;
        stage.kill(0);
        stage.start(0)?;
        stage.tally.rounds += 1;
        // Some are killed again before anybody has looked.
        if chance.below(4) == 0 {
            continue;
        }
        stage.judge(chance).await?;
        if !stage.tally.violations.is_empty() {
            break;
        }
    }
    stage.judge(chance).await?;
    Ok(stage.close().await)
}
