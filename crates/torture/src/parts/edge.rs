//! The edge: no more file descriptors, and a thousand connections that never finish their request.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::stage::Stage;
use super::{Setting, Tally, runtime};
use crate::Outcome;
use crate::api::Ask;
use crate::chance::Chance;
use crate::node::Setup;
use crate::place::Folder;

/// File descriptors that the program may have.
const FILES_MAX: u32 = 96;
/// Connections that want more than that.
const CONNECTIONS: usize = 140;
/// Connections that never finish.
const SLOW: usize = 1_000;
/// How long is sold before the memory is looked at.
const WARM_SPAN: Duration = Duration::from_secs(12);
/// Memory that a thousand unfinished requests may cost, 64 KiB each as a body may have, with the sales beside them.
const SLOW_BYTES_MAX: u64 = 96 << 20;
/// How long a bounded wait may be.
const PATIENCE: Duration = Duration::from_secs(30);

/// Out of file descriptors: whoever is connected is served, and once there are some again, everybody.
///
/// # Errors
/// When the test itself can't go on.
pub fn files(setting: &Setting) -> Outcome<Tally> {
    let wrap = ["prlimit", &format!("--nofile={FILES_MAX}:{FILES_MAX}")].map(str::to_owned);
    play(setting, "files", wrap.to_vec(), async |stage, chance| {
        let address = address(stage);
        let mut idle = Vec::new();
        for _ in 0..CONNECTIONS {
            if let Ok(Ok(stream)) =
                tokio::time::timeout(Duration::from_millis(100), TcpStream::connect(&address)).await
            {
                idle.push(stream);
            }
        }
        let wanted = idle.len();
        tokio::time::sleep(Duration::from_millis(500)).await;
        let node = stage.nodes[0].as_mut().ok_or("no node")?;
        if !node.runs() {
            stage.tally.violations.push("it ended for want of file descriptors".to_owned());
            stage.start(0)?;
        }
        drop(idle);
        serves_again(stage).await?;
        stage.judge(chance).await?;
        stage.tally.notes.push(format!("{wanted} connections to {FILES_MAX} file descriptors"));
        Ok(())
    })
}

/// A thousand connections that send a byte of their head now and then: others are served, memory stays
/// bounded, and they are cut off.
///
/// # Errors
/// When the test itself can't go on.
pub fn slow(setting: &Setting) -> Outcome<Tally> {
    play(setting, "slow", Vec::new(), async |stage, chance| {
        let address = address(stage);
        // What the sales themselves take, caches and all, some 45 MiB in ten seconds, is there before.
        tokio::time::sleep(WARM_SPAN).await;
        let before = stage.nodes[0].as_ref().ok_or("no node")?.resident()?;
        let mut slow = Vec::new();
        for _ in 0..SLOW {
            let mut stream = TcpStream::connect(&address).await?;
            stream.write_all(b"POST /v1/holds HTTP/1.1\r\nHost: slow").await?;
            slow.push(stream);
        }
        let sold = stage.crowd.hall.ledger.acknowledged();
        let begun = Instant::now();
        let mut most = 0;
        let mut cut_off = 0;
        while begun.elapsed() < PATIENCE && cut_off < SLOW {
            most = most.max(stage.nodes[0].as_ref().ok_or("no node")?.resident()?);
            cut_off = 0;
            for stream in &mut slow {
                // A connection that the server has closed refuses the second byte after that.
                cut_off += usize::from(stream.write_all(b"o").await.is_err());
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        let sold = stage.crowd.hall.ledger.acknowledged() - sold;
        let grown = most.saturating_sub(before);
        if sold < 20 {
            stage.tally.violations.push(format!("only {sold} acknowledgements beside slow connections"));
        }
        if grown > SLOW_BYTES_MAX {
            stage.tally.violations.push(format!("memory grew by {grown} bytes"));
        }
        if cut_off < SLOW {
            stage.tally.violations.push(format!("only {cut_off} of {SLOW} slow connections were cut off"));
        }
        let (seconds, grown) = (begun.elapsed().as_secs(), grown >> 20);
        stage.tally.notes.push(format!(
            "{sold} acknowledgements beside {SLOW} slow connections, cut off after {seconds} s; {grown} MiB more memory"
        ));
        serves_again(stage).await?;
        stage.judge(chance).await
    })
}

fn address(stage: &Stage) -> String {
    stage.crowd.hall.node(0).trim_start_matches("http://").to_owned()
}

async fn serves_again(stage: &Stage) -> Outcome {
    let hall = &stage.crowd.hall;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let answer = hall.api.ask(&hall.node(0), &Ask::get("/readyz", "")).await;
        if answer.is_some_and(|answer| answer.is_yes()) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err("it does not serve again".into())
}

/// Rounds of a play on one node.
fn play(
    setting: &Setting,
    name: &str,
    wrap: Vec<String>,
    act: impl AsyncFn(&mut Stage, &mut Chance) -> Outcome,
) -> Outcome<Tally> {
    let mut chance = setting.chance(name);
    let mut tally = Tally::default();
    let runtime = runtime()?;
    while setting.goes_on(tally.rounds, 1) && tally.violations.is_empty() {
        let mut folder = Folder::new()?;
        let setup = Setup { wrap: wrap.clone(), ..Setup::new(&setting.program, folder.path(), "data") };
        let life = runtime.block_on(async {
            let mut stage = Stage::open(vec![setup], folder.path(), &mut chance).await?;
            act(&mut stage, &mut chance).await?;
            stage.tally.rounds += 1;
            Outcome::Ok(stage.close().await)
        })?;
        if !life.violations.is_empty() {
            folder.keep();
        }
        tally.add(life);
    }
    Ok(tally)
}
