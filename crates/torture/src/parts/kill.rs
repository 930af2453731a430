//! kill -9 in a loop under load: the node, the database server, both.

use std::path::Path;

use super::stage::Stage;
use super::{Setting, Tally, between, runtime};
use crate::Outcome;
use crate::chance::Chance;
use crate::node::Setup;
use crate::place::Folder;
use crate::server::{End, Server};

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

/// On a database server, with three nodes; the node dies, or the server, or both.
///
/// # Errors
/// When the test itself can't go on.
pub fn server(setting: &Setting) -> Outcome<Tally> {
    let mut chance = setting.chance("kill-server");
    let mut tally = Tally::default();
    let runtime = runtime()?;
    let mut home = Folder::new()?;
    let mut server = Server::make(home.path(), "server", "127.0.0.1", Vec::new())?;
    server.start()?;
    let mut lives = 0;
    while setting.goes_on(tally.rounds, SHORT) && tally.violations.is_empty() {
        lives += 1;
        let mut folder = Folder::new()?;
        let url = server.database(&format!("life{lives}"))?;
        let setups = (0..NODES)
            .map(|node| Setup::new(&setting.program, folder.path(), &format!("node{node}")).on(&url));
        let setups: Vec<Setup> = setups.collect();
        let life = Life { setting, before: tally.rounds, server: &mut server };
        let life = runtime.block_on(life.run(setups, folder.path(), &mut chance))?;
        if !life.violations.is_empty() {
            folder.keep();
            home.keep();
        }
        tally.add(life);
    }
    Ok(tally)
}

/// Nodes on one database.
const NODES: usize = 3;

struct Life<'a> {
    setting: &'a Setting,
    before: u64,
    server: &'a mut Server,
}

impl Life<'_> {
    async fn run(mut self, setups: Vec<Setup>, folder: &Path, chance: &mut Chance) -> Outcome<Tally> {
        let mut stage = Stage::open(setups, folder, chance).await?;
        while stage.tally.rounds < KILLS_OF_ONE_LIFE
            && self.setting.goes_on(self.before + stage.tally.rounds, SHORT)
        {
            tokio::time::sleep(between(chance, 200, 1_200)).await;
            // In turn, so that the short form has each of them.
            match (self.before + stage.tally.rounds) % 5 {
                0 => kill_node(&mut stage, chance).await?,
                1 => self.restart_server(End::Kill).await?,
                3 => self.restart_server(End::Quit).await?,
                2 => {
                    (0..NODES).for_each(|place| stage.kill(place));
                    self.restart_server(End::Kill).await?;
                    (0..NODES).try_for_each(|place| stage.start(place))?;
                }
                _ => {
                    kill_node(&mut stage, chance).await?;
                    kill_node(&mut stage, chance).await?;
                }
            }
            stage.tally.rounds += 1;
            stage.judge(chance).await?;
            if !stage.tally.violations.is_empty() {
                break;
            }
        }
        Ok(stage.close().await)
    }

    /// The nodes go on without it, and find it again.
    async fn restart_server(&mut self, end: End) -> Outcome {
        self.server.end(end)?;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        self.server.start()
    }
}

/// The others go on meanwhile.
async fn kill_node(stage: &mut Stage, chance: &mut Chance) -> Outcome {
    let place = chance.below(NODES as u64) as usize;
    stage.kill(place);
    tokio::time::sleep(between(chance, 0, 300)).await;
    stage.start(place)
}
