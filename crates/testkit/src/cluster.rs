//! A throw-away PostgreSQL: one server per test process, one database per test.
//!
//! Here: what tests call. Not here: how the server is found, started and ended (`server`). Start at
//! [`Database::fresh`].

use crate::server::Server;
use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long a server may take to follow a new setting, on a busy machine.
const FOLLOW_SPAN_MAX: Duration = Duration::from_secs(60);
/// A commit that only sees whether it has to wait. What it writes means nothing to anybody.
const PROBE: &str = "set application_name = 'probe'; set synchronous_commit = on; \
                     select pg_logical_emit_message(true, 'testkit', 'probe')";

/// What a server does when it says that something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It does not wait for the disk: quick, and enough for every test that does not cut the power.
    Fast,
    /// It waits for the disk, as in production: for benches.
    Synced,
}

/// A running server. It ends, and its folder goes, when this is dropped or its process ends in any way.
#[derive(Debug)]
pub struct Cluster {
    server: Server,
    databases_made: AtomicU32,
}

impl Cluster {
    /// The server that this test process shares, started at the first call.
    ///
    /// None, and a loud line on standard error, if PostgreSQL's server programs are not installed.
    ///
    /// # Panics
    /// If they are not installed and `CI` is set, or if they are and the server does not start.
    pub fn shared() -> Option<&'static Cluster> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(|| Cluster::start(Durability::Fast)).as_ref()
    }

    /// A server of its own, for tests that stop it or ask for [`Durability::Synced`].
    ///
    /// None, and a loud line on standard error, if PostgreSQL's server programs are not installed.
    ///
    /// # Panics
    /// If they are not installed and `CI` is set, or if they are and the server does not start.
    pub fn start(durability: Durability) -> Option<Cluster> {
        let Some(programs) = crate::server::programs() else {
            missing();
            return None;
        };
        match Server::start(&programs, durability) {
            Ok(server) => Some(Cluster { server, databases_made: AtomicU32::new(0) }),
            Err(cause) => panic!("PostgreSQL is installed but did not start: {cause}"),
        }
    }

    /// A new, empty database in this server.
    ///
    /// # Panics
    /// If the server does not make it.
    pub fn database(&self) -> Database<'_> {
        let number = self.databases_made.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        // Copying the template's files takes half the time of writing it to the log, where no write waits for the
        // disk (85 against 160 ms, measured with PostgreSQL 15).
        if let Err(cause) = self.server.query(&format!("create database {name} strategy file_copy")) {
            panic!("the database {name} was not made: {cause}");
        }
        Database { cluster: self, name }
    }

    /// The folder with everything this server writes, its `log` among it.
    pub fn folder(&self) -> &Path {
        self.server.folder()
    }

    /// From now on the server waits at every commit for a standby that is away, or does not.
    ///
    /// # Errors
    /// What the server complained of, or that it does not follow.
    pub fn standby_is_away(&self, away: bool) -> Result<(), String> {
        let names = if away { "nobody" } else { "" };
        // Dropping a database must not wait, even when the test fails.
        self.server.query("alter database postgres set synchronous_commit = local")?;
        self.server.query(&format!("alter system set synchronous_standby_names = '{names}'"))?;
        self.server.query("select pg_reload_conf()")?;
        // One of the server's processes follows at some time after that, and until then commits go on as before.
        let begun = Instant::now();
        while self.commit_waits()? != away {
            if begun.elapsed() > FOLLOW_SPAN_MAX {
                return Err(format!("the server does not follow: standby_is_away({away})"));
            }
        }
        Ok(())
    }

    /// From now on whoever asks the server for TLS gets it, with this certificate and its key.
    ///
    /// # Errors
    /// What the server or the file system complained of, or that it does not follow.
    pub fn speak_tls(&self, certificate: &str, key: &str) -> Result<(), String> {
        self.server.keep("server.crt", certificate)?;
        self.server.keep("server.key", key)?;
        let loaded = "select pg_conf_load_time()";
        let before = self.server.query(loaded)?;
        self.server.query("alter system set ssl = on")?;
        self.server.query("select pg_reload_conf()")?;
        let begun = Instant::now();
        // A connection is served by a process that was started after the server has read all of it.
        while self.server.query(loaded)? == before || self.server.query("show ssl")?.trim() != "on" {
            if begun.elapsed() > FOLLOW_SPAN_MAX {
                return Err("the server does not follow: speak_tls".to_owned());
            }
        }
        Ok(())
    }

    /// Whether a commit that is made now has to wait for the standby. The wait is given up.
    fn commit_waits(&self) -> Result<bool, String> {
        let give_up = "select count(pg_cancel_backend(pid)) from pg_stat_activity \
                       where wait_event = 'SyncRep' and application_name = 'probe'";
        std::thread::scope(|scope| {
            let probe = scope.spawn(|| self.server.query(PROBE));
            let mut waits = false;
            while !probe.is_finished() {
                waits |= self.server.query(give_up)?.trim() != "0";
            }
            match probe.join() {
                Ok(Err(cause)) if !waits => Err(cause),
                _ => Ok(waits),
            }
        })
    }

    /// Cancels the waits for the standby; how many there were.
    ///
    /// # Errors
    /// What the server complained of.
    pub fn cancel_waits_for_standby(&self) -> Result<u32, String> {
        let waiting =
            "select count(pg_cancel_backend(pid)) from pg_stat_activity where wait_event = 'SyncRep'";
        self.server.query(waiting)?.trim().parse().map_err(|cause| format!("{cause}"))
    }

    /// A second database with what is in the first now. Whoever is connected to that is cut off.
    ///
    /// # Panics
    /// If the server does not make it.
    pub fn copy(&self, of: &Database<'_>) -> Database<'_> {
        let number = self.databases_made.fetch_add(1, Ordering::Relaxed);
        let (name, of) = (format!("test_{number}"), &of.name);
        let copy = format!("create database {name} template {of}");
        if let Err(cause) = self.alone_with(of, &[&copy]) {
            panic!("the database {of} was not copied: {cause}");
        }
        Database { cluster: self, name }
    }

    /// Puts a database in the place of another, as a standby that takes over. Whoever is connected is cut off.
    ///
    /// # Panics
    /// If the server does not do it.
    pub fn replace(&self, gone: &Database<'_>, by: &Database<'_>) {
        let (gone, by) = (&gone.name, &by.name);
        let aside = format!("alter database {gone} rename to {gone}_gone");
        let there = format!("alter database {by} rename to {gone}");
        if let Err(cause) = self.alone_with(by, &[]).and_then(|()| self.alone_with(gone, &[&aside, &there])) {
            panic!("the database {gone} was not replaced: {cause}");
        }
    }

    /// Does something to a database that nobody is connected to.
    fn alone_with(&self, name: &str, statements: &[&str]) -> Result<(), String> {
        let allow = |allowed: bool| format!("alter database {name} allow_connections {allowed}");
        let cut =
            format!("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{name}'");
        self.server.query(&allow(false))?;
        self.server.query(&cut)?;
        for statement in statements {
            self.server.query(statement)?;
        }
        // A renamed one keeps that setting, and nobody wants it any more.
        self.server.query(&allow(true)).map(drop)
    }

    /// The server's process, for tests that pause or kill it.
    ///
    /// # Errors
    /// If the server has ended.
    pub fn process_id(&self) -> Result<u32, String> {
        self.server.process_id()
    }
}

/// A database of one test's own. It goes when this is dropped; connections that are still open are cut.
#[derive(Debug)]
pub struct Database<'a> {
    cluster: &'a Cluster,
    name: String,
}

impl Database<'static> {
    /// A new, empty database in the server that this test process shares.
    ///
    /// None, and a loud line on standard error, if PostgreSQL's server programs are not installed:
    ///
    /// ```
    /// use dayshelf_testkit::cluster::Database;
    ///
    /// let Some(database) = Database::fresh() else { return };
    /// assert!(database.url().starts_with("postgres://"));
    /// ```
    ///
    /// # Panics
    /// If they are not installed and `CI` is set, or if they are and no database can be made.
    pub fn fresh() -> Option<Database<'static>> {
        Some(Cluster::shared()?.database())
    }
}

impl Database<'_> {
    /// Where to connect, over TCP on the loopback address: `postgres://user@127.0.0.1:port/name`.
    pub fn url(&self) -> String {
        format!("postgres://{}@127.0.0.1:{}/{}", crate::server::USER, self.cluster.server.port(), self.name)
    }

    /// Where to connect over the server's Unix socket: `postgres:///name?host=folder&port=port&user=user`.
    pub fn socket_url(&self) -> String {
        let folder = self.cluster.folder().display();
        let port = self.cluster.server.port();
        format!("postgres:///{}?host={folder}&port={port}&user={}", self.name, crate::server::USER)
    }

    /// Runs one statement in it, beside whoever uses it.
    ///
    /// # Errors
    /// What the server says.
    pub fn run(&self, statement: &str) -> Result<String, String> {
        self.cluster.server.query_in(&self.name, statement)
    }

    /// The database's name within its server.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // A test may have ended the server on purpose; its folder goes in any case.
        let dropped =
            self.cluster.server.query(&format!("drop database if exists {} with (force)", self.name));
        if let Err(cause) = dropped {
            eprintln!("testkit: the database {} stays until its server ends: {cause}", self.name);
        }
    }
}

/// Without the server's programs half of the tests say nothing; that must be seen, and in CI it is a failure.
fn missing() {
    let advice = "PostgreSQL's server programs (initdb, postgres, psql) are not installed: on Debian \
                  `apt-get install postgresql`, or run `cargo xtask test`, which sees to it";
    let ci = std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    assert!(!ci, "{advice}");
    // Written past the test harness, which keeps what a passing test prints to itself.
    let line = format!("\ntestkit: SKIPPED, everything here that runs on PostgreSQL: {advice}\n\n");
    let _unheard = std::io::stderr().write_all(line.as_bytes());
}
