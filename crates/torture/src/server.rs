//! Database servers of our own: made, started, killed, started again, copied as a standby, promoted.
//!
//! A server runs as an account that is not root, and does not outlive the thread that started it. It writes
//! as in production: nothing is told not to wait for the disk. Start at [`Server::make`].

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

/// The role that owns everything; it needs no password.
pub const USER: &str = "dayshelf";
/// How long a start may take; after a crash the server reads its log first.
const START_SPAN_MAX: Duration = Duration::from_secs(60);
/// The pause between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A signal that ends a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At once, as by power; its children notice by themselves.
    Kill,
    /// At once, children first (`immediate`): it recovers at the next start.
    Quit,
    /// In order.
    Fast,
}

/// A server's programs, folder, and where it listens.
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    account: (u32, u32),
    /// The address that it listens on.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// A program and its arguments that runs it elsewhere, as in another network.
    wrap: Vec<String>,
    child: Option<Child>,
}

/// Where the server's programs are.
///
/// # Errors
/// When they are not installed.
pub fn programs() -> Outcome<PathBuf> {
    let complete =
        |folder: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file());
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| complete(folder))
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        versions.pop().map(|(_, folder)| folder).or_else(|| std::env::split_paths(&path).find(complete));
    let advice = "needed, not found: PostgreSQL's server programs: on Debian `apt-get install postgresql`";
    Ok(found.ok_or(advice)?)
}

/// The user and group number of an account that may run a server.
fn account() -> Outcome<(u32, u32)> {
    let accounts = std::fs::read_to_string("/etc/passwd")?;
    let found = ["postgres", "nobody"].iter().find_map(|wanted| {
        let line = accounts.lines().find(|line| line.split(':').next() == Some(wanted))?;
        let mut numbers = line.split(':').skip(2).map(|field| field.parse().ok());
        Some((numbers.next()??, numbers.next()??))
    });
    Ok(found.ok_or("no account `postgres` or `nobody` to run a server as")?)
}

impl Server {
    /// Makes a server in a new folder within another; it does not run yet.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn make(within: &Path, name: &str, host: &str, wrap: Vec<String>) -> Outcome<Self> {
        let server = Self::place(within, name, host, wrap)?;
        let data = server.data();
        server.run("initdb", &["-A", "trust", "-E", "UTF8", "--locale=C", "-N", "-U", USER, "-D", &data])?;
        let hba = format!(
            "local all all trust\nhost all all {0}/24 trust\nhost replication all {0}/24 trust\n",
            server.host
        );
        std::fs::write(server.folder.join("data/pg_hba.conf"), hba)?;
        Ok(server)
    }

    fn place(within: &Path, name: &str, host: &str, wrap: Vec<String>) -> Outcome<Self> {
        let folder = within.join(name);
        std::fs::create_dir_all(&folder)?;
        let account = account()?;
        chown(&folder, Some(account.0), Some(account.1))?;
        let port = if host == "127.0.0.1" { crate::place::free_port()? } else { 5_432 };
        let host = host.to_owned();
        Ok(Self { programs: programs()?, folder, account, host, port, wrap, child: None })
    }

    /// Makes a copy of a running server that follows it and is waited for at every commit.
    ///
    /// # Errors
    /// When it can't be copied.
    pub fn standby_of(
        primary: &Self,
        within: &Path,
        name: &str,
        host: &str,
        wrap: Vec<String>,
    ) -> Outcome<Self> {
        let server = Self::place(within, name, host, wrap)?;
        let (data, port) = (server.data(), primary.port.to_string());
        let from = format!("host={} port={port} user={USER} application_name=standby", primary.host);
        server.run(
            "pg_basebackup",
            &["-d", &from, "-D", &data, "-X", "stream", "-R", "-c", "fast", "--no-sync"],
        )?;
        Ok(server)
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    /// A program of the server's, as its account, where it runs.
    fn command(&self, program: &str) -> Command {
        let (user, group) = self.account;
        let mut words = self.wrap.clone();
        words.extend(
            ["setpriv", "--reuid", &user.to_string(), "--regid", &group.to_string()].map(str::to_owned),
        );
        words.extend(["--clear-groups", "--pdeathsig", "KILL"].map(str::to_owned));
        words.push(self.programs.join(program).display().to_string());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    fn run(&self, program: &str, args: &[&str]) -> Outcome<String> {
        let output = self.command(program).args(args).output()?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim()).into())
    }

    /// Starts it and waits until it takes connections.
    ///
    /// # Errors
    /// When it does not.
    pub fn start(&mut self) -> Outcome {
        let begun = Instant::now();
        loop {
            let log = std::fs::File::options().create(true).append(true).open(self.folder.join("log"))?;
            let mut command = self.command("postgres");
            command.args(["-D", &self.data(), "-h", &self.host, "-p", &self.port.to_string()]);
            command.arg("-k").arg(&self.folder).args([
                "-c",
                "max_connections=100",
                "-c",
                "wal_sender_timeout=5s",
            ]);
            let mut child = command.stdout(log.try_clone()?).stderr(log).spawn()?;
            while child.try_wait()?.is_none() {
                if self.sql("select 1").is_ok() {
                    self.child = Some(child);
                    return Ok(());
                }
                if begun.elapsed() > START_SPAN_MAX {
                    drop(child.kill());
                    return Err(format!("the server did not start: {}", self.log_end()).into());
                }
                std::thread::sleep(LOOK_EVERY);
            }
            // Children of one that was killed may still hold its memory; then it is tried again.
            if begun.elapsed() > START_SPAN_MAX {
                return Err(format!("the server ended again and again: {}", self.log_end()).into());
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    fn log_end(&self) -> String {
        let text = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }

    /// Runs a statement over the server's own socket, which no partition cuts.
    ///
    /// # Errors
    /// What it complained of.
    pub fn sql(&self, statement: &str) -> Outcome<String> {
        let (folder, port) = (self.folder.display().to_string(), self.port.to_string());
        self.run(
            "psql",
            &[
                "-XqAt",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                &folder,
                "-p",
                &port,
                "-U",
                USER,
                "-d",
                "postgres",
                "-c",
                statement,
            ],
        )
    }

    /// Ends it.
    ///
    /// # Errors
    /// When it can't be told.
    pub fn end(&mut self, end: End) -> Outcome {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let signal = match end {
            End::Kill => "-KILL",
            End::Quit => "-QUIT",
            End::Fast => "-INT",
        };
        Command::new("kill").arg(signal).arg(child.id().to_string()).status()?;
        child.wait()?;
        Ok(())
    }

    /// Makes a standby the server that is written to.
    ///
    /// # Errors
    /// When it does not become one.
    pub fn promote(&self) -> Outcome {
        let done = self.sql("select pg_promote(true, 30)")?;
        if done == "t" { Ok(()) } else { Err(format!("the standby was not promoted: {done}").into()) }
    }

    /// Waits until a statement answers what is wanted.
    ///
    /// # Errors
    /// When it never does.
    pub fn wait_for(&self, statement: &str, wanted: &str) -> Outcome {
        let begun = Instant::now();
        loop {
            let said = self.sql(statement);
            if said.as_ref().is_ok_and(|said| said == wanted) {
                return Ok(());
            }
            if begun.elapsed() > START_SPAN_MAX {
                return Err(format!("{statement} is {said:?}, never {wanted}").into());
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Makes a database; where it is.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn database(&self, name: &str) -> Outcome<String> {
        self.sql(&format!("create database {name}"))?;
        Ok(format!("postgres://{USER}@{}:{}/{name}", self.host, self.port))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(fault) = self.end(End::Quit) {
            eprintln!("torture: a database server stays: {fault}");
        }
    }
}
