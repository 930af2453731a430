//! A primary that is lost, and a standby that was waited for and takes over; three nodes of ours throughout.
//!
//! The primary is cut off, killed, or parted from its standby alone while waits for the standby are
//! cancelled, which makes the server say that it committed what a failover then loses. A node must not
//! believe that. Whoever plays the operator here promotes the standby after a while, as a cluster manager
//! would, and makes a new standby of what was the primary.

use std::path::Path;
use std::time::{Duration, Instant};

use super::stage::Stage;
use super::{Setting, Tally, between, runtime};
use crate::Outcome;
use crate::chance::Chance;
use crate::net::Lan;
use crate::node::Setup;
use crate::place::Folder;
use crate::server::{End, Server, USER};

/// Our nodes.
const NODES: usize = 3;
/// How long nobody may be served, from the loss to the first sale: within it the operator waits too.
const OUTAGE_MAX: Duration = Duration::from_secs(45);
/// How long the operator waits before the standby is promoted.
const NOTICE_SPAN: Duration = Duration::from_secs(2);
/// Failovers over the same data.
const FAILOVERS_OF_ONE_LIFE: u64 = 9;

/// What happens to the primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// Its cable is pulled: connections hang.
    CutOff,
    /// It is killed: connections end.
    Killed,
    /// It does not reach its standby, and waits for it are cancelled.
    Parted,
}

/// Failovers.
///
/// # Errors
/// When the test itself can't go on.
pub fn failovers(setting: &Setting) -> Outcome<Tally> {
    let mut chance = setting.chance("failover");
    let mut tally = Tally::default();
    let runtime = runtime()?;
    // The short form has one, and not always the same.
    let mut turn = chance.below(3);
    while setting.goes_on(tally.rounds, 1) && tally.violations.is_empty() {
        let mut folder = Folder::new()?;
        let mut pair = Pair::new(folder.path())?;
        let life = runtime.block_on(life(setting, folder.path(), &mut pair, (&mut turn, &mut chance)))?;
        if !life.violations.is_empty() {
            folder.keep();
        }
        tally.add(life);
    }
    Ok(tally)
}

async fn life(
    setting: &Setting,
    folder: &Path,
    pair: &mut Pair,
    (turn, chance): (&mut u64, &mut Chance),
) -> Outcome<Tally> {
    let url = pair.url()?;
    let setups = (0..NODES)
        .map(|node| Setup::new(&setting.program, folder, &format!("node{node}")).on(&url))
        .collect();
    let mut stage = Stage::open(setups, folder, chance).await?;
    loop {
        let loss = [Loss::CutOff, Loss::Killed, Loss::Parted][(*turn % 3) as usize];
        *turn += 1;
        tokio::time::sleep(between(chance, 600, 1_500)).await;
        let hall = stage.crowd.hall.clone();
        let from = hall.ledger.now();
        pair.lose(loss, &hall).await?;
        let begun = Instant::now();
        let before = hall.ledger.acknowledged();
        // A sale or two: the first may be a race that nobody had to wait for.
        while hall.ledger.acknowledged() < before + 10 && begun.elapsed() < OUTAGE_MAX * 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let outage = hall.longest_gap(from, hall.ledger.now());
        stage.tally.notes.push(format!("{loss:?}: nobody was served for {:.1} s", outage.as_secs_f64()));
        if outage > OUTAGE_MAX {
            stage.tally.violations.push(format!("{loss:?}: nobody was served for {outage:?}"));
        }
        stage.judge(chance).await?;
        stage.tally.notes.push(hall.ledger.longest(from));
        hall.race.look(true);
        stage.tally.rounds += 1;
        if !stage.tally.violations.is_empty()
            || stage.tally.rounds >= FAILOVERS_OF_ONE_LIFE
            || setting.until.is_none_or(|until| Instant::now() > until)
        {
            return Ok(stage.close().await);
        }
        pair.renew(loss)?;
    }
}

/// A primary and the standby that it waits for.
struct Pair {
    // The servers end before their network.
    servers: [Option<Server>; 2],
    primary: usize,
    lan: Lan,
    folder: std::path::PathBuf,
}

impl Pair {
    fn new(folder: &Path) -> Outcome<Self> {
        let mut lan = Lan::new()?;
        for address in ["10.77.0.1", "10.77.0.2"] {
            lan.join(address)?;
        }
        let mut server = Server::make(folder, "server0", lan.address(0), lan.runner(0))?;
        server.start()?;
        server.database("dayshelf")?;
        let mut pair = Self { servers: [Some(server), None], primary: 0, lan, folder: folder.to_owned() };
        pair.follow()?;
        Ok(pair)
    }

    /// Both servers, of which the nodes take the one that can be written to.
    fn url(&self) -> Outcome<String> {
        let (one, two) = (self.lan.address(0), self.lan.address(1));
        let port = self.primary()?.port;
        Ok(format!("postgres://{USER}@{one}:{port},{two}:{port}/dayshelf?target_session_attrs=read-write"))
    }

    fn primary(&self) -> Outcome<&Server> {
        Ok(self.servers[self.primary].as_ref().ok_or("there is no primary")?)
    }

    /// Makes a standby of the other machine, and lets the primary wait for it.
    fn follow(&mut self) -> Outcome {
        let other = 1 - self.primary;
        self.servers[other] = None;
        let name = format!("server{other}");
        if self.folder.join(&name).exists() {
            std::fs::remove_dir_all(self.folder.join(&name))?;
        }
        let primary = self.primary()?;
        let mut standby = Server::standby_of(
            primary,
            &self.folder,
            &name,
            self.lan.address(other),
            self.lan.runner(other),
        )?;
        standby.start()?;
        primary.sql("alter system set synchronous_standby_names = '*'")?;
        primary.sql("select pg_reload_conf()")?;
        primary.wait_for("select count(*) from pg_stat_replication where sync_state = 'sync'", "1")?;
        self.servers[other] = Some(standby);
        Ok(())
    }

    /// Loses the primary, and promotes the standby after a while.
    async fn lose(&mut self, loss: Loss, hall: &crate::crowd::Hall) -> Outcome {
        let (lost, other) = (self.primary, 1 - self.primary);
        match loss {
            Loss::CutOff => {
                self.lan.pull(lost)?;
                tokio::time::sleep(NOTICE_SPAN).await;
            }
            Loss::Killed => {
                if let Some(server) = &mut self.servers[lost] {
                    server.end(End::Kill)?;
                }
                tokio::time::sleep(NOTICE_SPAN).await;
            }
            Loss::Parted => {
                // What is shown while waits are cancelled is committed on one machine only.
                hall.race.look(false);
                self.lan.part(lost, other)?;
                let begun = Instant::now();
                while begun.elapsed() < NOTICE_SPAN {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    self.primary()?.sql(
                        "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'",
                    )?;
                }
                // The operator makes sure that nobody talks to the old one any more.
                if let Some(server) = &mut self.servers[lost] {
                    server.end(End::Kill)?;
                }
            }
        }
        self.primary = other;
        let primary = self.primary()?;
        primary.promote()?;
        // There is nobody to wait for until it has a standby of its own.
        primary.sql("alter system set synchronous_standby_names = ''")?;
        primary.sql("select pg_reload_conf()").map(drop)
    }

    /// The network is whole again, and what was the primary becomes the standby.
    fn renew(&mut self, loss: Loss) -> Outcome {
        let other = 1 - self.primary;
        if let Some(server) = &mut self.servers[other] {
            server.end(End::Kill)?;
        }
        match loss {
            Loss::CutOff => self.lan.plug(other)?,
            Loss::Killed => {}
            Loss::Parted => self.lan.heal(0, 1)?,
        }
        self.follow()
    }
}
