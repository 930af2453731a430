//! Finding, starting and ending a PostgreSQL server in a temporary folder.
//!
//! The server must not outlive the test process, however that one ends. So it is started by a small shell
//! script that reads from a pipe whose other end only the test process holds: when that process is gone, even
//! by SIGKILL, the kernel closes the pipe, and the script ends the server and removes the folder. A process
//! group of its own keeps Ctrl-C from reaching the script before its work.
//!
//! Not here: what tests call (`cluster`). Start at [`Server::start`].

use crate::cluster::Durability;
use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The role that owns everything in the server; it needs no password, and only this machine can connect.
pub const USER: &str = "dayshelf";

/// How long a start may take on a busy machine before it counts as failed.
const START_SPAN_MAX: Duration = Duration::from_secs(60);
/// How often to look whether the server is ready.
const LOOK_SPAN: Duration = Duration::from_millis(10);
/// Another process may take the free port between our look and the server's start; then we look again.
const START_TRIES: usize = 5;
/// A Unix socket's path has at most 107 bytes; the folder leaves room for the file's name.
const FOLDER_BYTES_MAX: usize = 80;

/// Runs the server named by its arguments and waits for it; when standard input ends, ends it at once.
/// `stopped` tells the test process that the server went by itself.
const GUARD: &str = r#"
folder=$1; shift
exec 3<&0 </dev/null
"$@" >>"$folder/log" 2>&1 3<&- &
server=$!
( read -r nothing <&3; [ -e "$folder/stopped" ] || kill -QUIT "$server" ) &
reader=$!
exec 3<&-
wait "$server"
: >"$folder/stopped"
wait "$reader"
cd /
rm -rf "$folder"
"#;

/// Where the server's programs are: the newest of Debian's versions, else the path.
pub fn programs() -> Option<PathBuf> {
    let complete =
        |folder: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file());
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| complete(folder))
        .collect();
    versions.sort();
    let newest = versions.pop().map(|(_, folder)| folder);
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest.or_else(|| std::env::split_paths(&path).find(complete))
}

/// A running server; dropping it, or the end of this process, ends it and removes its folder.
#[derive(Debug)]
pub struct Server {
    /// Its standard input is the pipe that keeps the server alive.
    guard: Child,
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// Makes a folder, initialises it and starts a server there; returns once it takes connections.
    pub fn start(programs: &Path, durability: Durability) -> Result<Server, String> {
        let mut last = String::new();
        for _ in 0..START_TRIES {
            match Server::start_once(programs, durability) {
                Ok(server) => return Ok(server),
                Err(Failed::PortTaken(cause)) => last = cause,
                Err(Failed::Otherwise(cause)) => return Err(cause),
            }
        }
        Err(last)
    }

    fn start_once(programs: &Path, durability: Durability) -> Result<Server, Failed> {
        let place = Place::make()?;
        initialise(programs, &place)?;
        let port = free_port().map_err(|cause| Failed::Otherwise(format!("no free port: {cause}")))?;
        let mut guard = place.command(Path::new("/bin/sh"));
        guard.args(["-c", GUARD, "guard"]).arg(&place.folder);
        guard.arg(programs.join("postgres")).args(settings(&place.folder, port, durability));
        guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let guard = guard.spawn().map_err(|cause| Failed::Otherwise(format!("/bin/sh: {cause}")))?;
        let server = Server { guard, programs: programs.to_owned(), folder: place.folder.clone(), port };
        // From here on the guard removes the folder.
        place.keep();
        server.wait_until_ready()?;
        Ok(server)
    }

    /// The server writes its state into the last line of its pid file.
    fn wait_until_ready(&self) -> Result<(), Failed> {
        let begun = Instant::now();
        let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        loop {
            let state = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
            if state.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
                return Ok(());
            }
            if self.folder.join("stopped").exists() {
                let log = log();
                let taken = log.contains("could not bind");
                return Err(if taken { Failed::PortTaken(log) } else { Failed::Otherwise(log) });
            }
            if begun.elapsed() > START_SPAN_MAX {
                let span = START_SPAN_MAX.as_secs();
                return Err(Failed::Otherwise(format!("not ready after {span} s; its log:\n{}", log())));
            }
            std::thread::sleep(LOOK_SPAN);
        }
    }

    /// Runs one statement as the owner of everything; a process of its own, so that it works in any runtime.
    pub fn query(&self, statement: &str) -> Result<String, String> {
        self.query_in("postgres", statement)
    }

    /// The same in a database.
    pub fn query_in(&self, database: &str, statement: &str) -> Result<String, String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
            "-U",
            USER,
            "-c",
            statement,
        ]);
        psql.arg("-h").arg(&self.folder).arg("-p").arg(self.port.to_string());
        ended_well(&mut psql)
    }

    /// Writes a file beside the data that only the server's account may read.
    pub fn keep(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.folder.join("data").join(name);
        let owner = fs::metadata(&self.folder).map(|folder| (folder.uid(), folder.gid()));
        let kept = owner.and_then(|(user, group)| {
            fs::write(&path, text)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            chown(&path, Some(user), Some(group))
        });
        kept.map_err(|cause| format!("{}: {cause}", path.display()))
    }

    /// The folder of data, socket and log.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The TCP port on the loopback address.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's own process.
    pub fn process_id(&self) -> Result<u32, String> {
        let path = self.folder.join("data/postmaster.pid");
        let text = fs::read_to_string(&path).map_err(|cause| format!("{}: {cause}", path.display()))?;
        text.lines().next().and_then(|line| line.parse().ok()).ok_or_else(|| format!("no number in {text:?}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Closing the pipe is the whole of it; waiting leaves neither a zombie nor a folder behind.
        drop(self.guard.stdin.take());
        if let Err(cause) = self.guard.wait() {
            eprintln!("testkit: the guard of {} was not waited for: {cause}", self.folder.display());
        }
    }
}

/// Why a start failed, and whether another port could help.
enum Failed {
    PortTaken(String),
    Otherwise(String),
}

/// A new folder for a server, and the account that owns it. Removed when dropped, unless it is kept.
struct Place {
    folder: PathBuf,
    /// The account to run as, by user and group number: set for root, whom the server refuses to run as.
    account: Option<(u32, u32)>,
    kept: bool,
}

impl Place {
    fn make() -> Result<Place, Failed> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let parent =
            Some(std::env::temp_dir()).filter(|folder| folder.as_os_str().len() <= FOLDER_BYTES_MAX - 40);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("dayshelf-test-{}-{number}", std::process::id());
        let folder = parent.unwrap_or_else(|| PathBuf::from("/tmp")).join(name);
        let fault = |cause: io::Error| Failed::Otherwise(format!("{}: {cause}", folder.display()));
        // What an earlier process of the same number left behind, if even its guard was killed.
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(fault)?;
        }
        fs::create_dir(&folder).map_err(fault)?;
        let mut place = Place { folder: folder.clone(), account: None, kept: false };
        if fs::metadata(&folder).map_err(fault)?.uid() == 0 {
            let (user, group) = unprivileged().ok_or_else(|| {
                Failed::Otherwise(
                    "no account `postgres` or `nobody` to run the server as, instead of root".to_owned(),
                )
            })?;
            chown(&folder, Some(user), Some(group)).map_err(fault)?;
            place.account = Some((user, group));
        }
        Ok(place)
    }

    /// A program to run here, as the account that owns the folder.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder);
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }

    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.kept
            && let Err(cause) = fs::remove_dir_all(&self.folder)
        {
            eprintln!("testkit: {} stays behind: {cause}", self.folder.display());
        }
    }
}

fn initialise(programs: &Path, place: &Place) -> Result<(), Failed> {
    let mut initdb = place.command(&programs.join("initdb"));
    initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]);
    initdb.arg("--username").arg(USER).arg("--pgdata").arg(place.folder.join("data")).stdin(Stdio::null());
    ended_well(&mut initdb).map(drop).map_err(Failed::Otherwise)
}

fn settings(folder: &Path, port: u16, durability: Durability) -> Vec<String> {
    let mut settings = vec![
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        format!("unix_socket_directories={}", folder.display()),
        "max_connections=200".to_owned(),
        "timezone=UTC".to_owned(),
    ];
    if durability == Durability::Fast {
        settings.extend(["fsync=off", "full_page_writes=off"].map(str::to_owned));
    }
    let data = vec!["-D".to_owned(), folder.join("data").display().to_string()];
    data.into_iter().chain(settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting])).collect()
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The user and group number of an account that may run the server.
fn unprivileged() -> Option<(u32, u32)> {
    let accounts = fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].iter().find_map(|wanted| {
        let account = accounts.lines().find(|line| line.split(':').next() == Some(wanted))?;
        let mut numbers = account.split(':').skip(2).map(|field| field.parse().ok());
        Some((numbers.next()??, numbers.next()??))
    })
}

/// Runs a program to its end; its output if it ended well, else what it complained of.
fn ended_well(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|cause| format!("{program}: {cause}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{program} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()))
}
