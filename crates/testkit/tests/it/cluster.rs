//! The throw-away PostgreSQL: databases are apart, and a server goes with the process that started it.

use dayshelf_testkit::cluster::{Cluster, Database, Durability};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Set for a copy of this test binary that is to start a server and then be killed.
const VICTIM: &str = "DAYSHELF_TESTKIT_VICTIM";

fn until(what: &str, done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited for 60 s: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn runs(process_id: u32) -> bool {
    let mut kill = Command::new("kill");
    kill.args(["-0", &process_id.to_string()])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn ask(url: &str, statement: &str) -> Result<String, String> {
    let output =
        Command::new("psql").args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, url]).output();
    let output = output.map_err(|cause| cause.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

// Aim: both addresses lead to the same database, and what one test writes another does not see.
#[test]
fn databases_are_apart() {
    let (Some(one), Some(other)) = (Database::fresh(), Database::fresh()) else { return };
    assert_ne!(one.name(), other.name());
    ask(&one.url(), "create table shelf (day int); insert into shelf values (7)").unwrap();
    assert_eq!(ask(&one.socket_url(), "select day from shelf").unwrap(), "7");
    assert!(ask(&other.url(), "select day from shelf").unwrap_err().contains("does not exist"));
}

#[test]
fn a_dropped_database_is_gone() {
    let Some(database) = Database::fresh() else { return };
    let url = database.url();
    assert_eq!(ask(&url, "select 1").unwrap(), "1");
    drop(database);
    assert!(ask(&url, "select 1").unwrap_err().contains("does not exist"));
}

#[test]
fn a_synced_server_waits_for_the_disk() {
    let Some(cluster) = Cluster::start(Durability::Synced) else { return };
    assert_eq!(ask(&cluster.database().url(), "show fsync").unwrap(), "on");
    let Some(shared) = Database::fresh() else { return };
    assert_eq!(ask(&shared.url(), "show fsync").unwrap(), "off");
}

#[test]
fn a_dropped_server_leaves_nothing() {
    let Some(cluster) = Cluster::start(Durability::Fast) else { return };
    let (folder, process_id) = (cluster.folder().to_owned(), cluster.process_id().unwrap());
    assert!(runs(process_id) && folder.exists());
    drop(cluster);
    assert!(!runs(process_id) && !folder.exists());
}

// Aim: a test process that is killed takes its server with it. The victim is this binary again, told to run the
// test below.
#[test]
fn a_killed_process_takes_its_server_along() {
    if Cluster::shared().is_none() {
        return;
    }
    let note = std::env::temp_dir().join(format!("dayshelf-victim-{}", std::process::id()));
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["cluster::victim", "--exact", "--nocapture"])
        .env(VICTIM, &note)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until("the victim's server", || note.exists());
    let text = std::fs::read_to_string(&note).unwrap();
    let (process_id, folder) = text.split_once(' ').unwrap();
    let (process_id, folder): (u32, PathBuf) = (process_id.parse().unwrap(), folder.into());
    assert!(runs(process_id) && folder.exists());

    victim.kill().unwrap();
    victim.wait().unwrap();
    until("the end of the victim's server", || !runs(process_id) && !folder.exists());
    std::fs::remove_file(&note).unwrap();
}

// Not a test by itself: starts a server, says so, and waits to be killed.
#[test]
fn victim() {
    let Some(note) = std::env::var_os(VICTIM) else { return };
    let cluster = Cluster::shared().unwrap();
    let text = format!("{} {}", cluster.process_id().unwrap(), cluster.folder().display());
    let aside = Path::new(&note).with_extension("part");
    std::fs::write(&aside, text).unwrap();
    std::fs::rename(&aside, &note).unwrap();
    // Ends by itself if the test that started it is gone.
    let mut nothing = String::new();
    std::io::stdin().read_line(&mut nothing).unwrap();
}
