//! A backup is taken while things are sold, and restored elsewhere, onto either engine; sales go on there.

use std::path::Path;
use std::time::Duration;

use super::stage::Stage;
use super::{Setting, Tally, between, runtime};
use crate::Outcome;
use crate::chance::Chance;
use crate::crowd::{Crowd, Hall};
use crate::judge::facts_of_holds;
use crate::ledger::{Act, Ledger};
use crate::node::Setup;
use crate::place::Folder;
use crate::server::Server;

/// Everything acknowledged before the backup began is in it, nothing that was never asked for; doctor is
/// content with it, and the restored node sells on.
///
/// # Errors
/// When the test itself can't go on.
pub fn under_load(setting: &Setting) -> Outcome<Tally> {
    let mut chance = setting.chance("backup");
    let mut tally = Tally::default();
    let home = Folder::new()?;
    let mut server = Server::make(home.path(), "server", "127.0.0.1", Vec::new())?;
    server.start()?;
    let runtime = runtime()?;
    while setting.goes_on(tally.rounds, 1) && tally.violations.is_empty() {
        let folder = Folder::new()?;
        // From either engine into the other.
        let url = server.database(&format!("from{}", tally.rounds))?;
        let into = server.database(&format!("into{}", tally.rounds))?;
        let here = Setup::new(&setting.program, folder.path(), "here");
        let there = Setup::new(&setting.program, folder.path(), "there");
        let (here, there) = match tally.rounds % 2 {
            0 => (here, there.on(&into)),
            _ => (here.on(&url), there),
        };
        let life = runtime.block_on(life(here, there, folder.path(), &mut chance))?;
        tally.add(life);
    }
    Ok(tally)
}

async fn life(here: Setup, there: Setup, folder: &Path, chance: &mut Chance) -> Outcome<Tally> {
    let file = folder.join("backup.db").display().to_string();
    let mut stage = Stage::open(vec![here.clone()], folder, chance).await?;
    tokio::time::sleep(between(chance, 600, 1_200)).await;
    let hall = stage.crowd.hall.clone();
    let holds = |hall: &Hall| -> Vec<String> {
        let made = hall.ledger.entries(0).into_iter().filter(|entry| entry.act == Act::Hold);
        made.filter_map(|entry| Some(entry.yes()?.text("/id").to_owned())).collect()
    };
    let before = holds(&hall);
    let said = {
        let (here, file) = (here.clone(), file.clone());
        tokio::task::spawn_blocking(move || here.done(&["backup", &file])).await??
    };
    stage.judge(chance).await?;
    stage.crowd.pause().await?;
    let after = holds(&hall);
    stage.tally.notes.push(format!(
        "{} holds before it, {} after: {}",
        before.len(),
        after.len(),
        said.trim()
    ));
    there.done(&["restore", &file])?;
    let mut node = there.start()?;
    // The key of the organiser is kept beside the data, not in it; it goes on being good.
    let there_hall =
        Hall::new(hall.shelf.clone(), Ledger::new(&folder.join("there.jsonl"))?, vec![node.base.clone()])?;
    let restored = facts_of_holds(&there_hall).await?;
    let lost = before.iter().filter(|hold| !restored.contains(*hold)).count();
    let phantom = restored.iter().filter(|hold| !after.contains(*hold)).count();
    if lost + phantom > 0 {
        stage
            .tally
            .violations
            .push(format!("{lost} holds were lost by the backup, {phantom} nobody asked for"));
    }
    stage.tally.violations.extend(there.doctor()?.map(|said| format!("doctor of the restored data: {said}")));
    let crowd = Crowd::begin(&there_hall, 4, 0, chance);
    tokio::time::sleep(Duration::from_millis(800)).await;
    crowd.pause().await?;
    let sold = there_hall.ledger.acknowledged();
    if sold < 10 {
        stage.tally.violations.push(format!("only {sold} acknowledgements by the restored node"));
    }
    stage.tally.acknowledged += sold;
    stage.tally.violations.extend(there.doctor()?.map(|said| format!("doctor after selling on: {said}")));
    crowd.end().await;
    node.end()?;
    stage.tally.rounds += 1;
    Ok(stage.close().await)
}
