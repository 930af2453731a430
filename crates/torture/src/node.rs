//! The real program as a process: started, killed, asked for its health.
//!
//! Start at [`Setup::start`]. A node does not outlive the thread that started it.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::Outcome;

/// How long a start or an end may take.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How a node is started.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The program.
    pub program: PathBuf,
    /// Its data folder.
    pub data: PathBuf,
    /// The database's address; the file in the data folder where there is none.
    pub url: Option<String>,
    /// Where to listen; port 0 takes a free one.
    pub listen: String,
    /// Where its log goes.
    pub log: PathBuf,
    /// A program and its arguments that starts it, as one that sets limits.
    pub wrap: Vec<String>,
}

impl Setup {
    /// A node on this data folder, its log beside it.
    pub fn new(program: &Path, folder: &Path, name: &str) -> Self {
        Self {
            program: program.to_owned(),
            data: folder.join(name),
            url: None,
            listen: "127.0.0.1:0".to_owned(),
            log: folder.join(format!("{name}.log")),
            wrap: Vec::new(),
        }
    }

    /// The same on a database server.
    #[must_use]
    pub fn on(self, url: &str) -> Self {
        Self { url: Some(url.to_owned()), ..self }
    }

    fn command(&self) -> Command {
        // Whoever starts it may be killed too; then it must not stay.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).args(&self.wrap).arg(&self.program);
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("DAYSHELF_"))
        {
            command.env_remove(name);
        }
        if let Some(url) = &self.url {
            command.env("DAYSHELF_STORE_URL", url);
        }
        command.env("DAYSHELF_LIMITS_CLAIMS_BURST", "0").arg("--data").arg(&self.data);
        command.stdin(Stdio::null());
        command
    }

    /// Starts it and waits until it serves.
    ///
    /// # Errors
    /// When it does not, with the end of its log.
    pub fn start(&self) -> Outcome<Node> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut command = self.command();
        command.args(["--listen", &self.listen, "--log", "info", "serve"]).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().map_err(|cause| format!("setpriv (of util-linux): {cause}"))?;
        let out = child.stdout.take().ok_or("the program has no output")?;
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            BufReader::new(out).lines().map_while(Result::ok).for_each(|line| drop(tell.send(line)))
        });
        let said = told.recv_timeout(PATIENCE);
        let base = said.ok().and_then(|line| {
            let bound = line.split("listening on ").nth(1)?.trim_end_matches(')').to_owned();
            Some(format!("http://{bound}"))
        });
        let mut node = Node { child, base: String::new() };
        match base {
            Some(base) => {
                node.base = base;
                Ok(node)
            }
            None => {
                node.kill();
                Err(format!("the program did not begin to serve; its log ends:\n{}", self.log_end()).into())
            }
        }
    }

    /// Runs another of its commands on the same data.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn run(&self, args: &[&str]) -> Outcome<Output> {
        Ok(self.command().args(args).output()?)
    }

    /// Runs a command that must succeed; what it printed.
    ///
    /// # Errors
    /// What it complained of.
    pub fn done(&self, args: &[&str]) -> Outcome<String> {
        let output = self.run(args)?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(said);
        }
        Err(format!(
            "{args:?} ended with {}: {said}{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )
        .into())
    }

    /// What doctor finds; nothing when it is content.
    ///
    /// # Errors
    /// When it can't be asked.
    pub fn doctor(&self) -> Outcome<Option<String>> {
        let output = self.run(&["doctor"])?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let healthy = output.status.success() && said.starts_with("healthy");
        Ok((!healthy).then(|| format!("{said}{}", String::from_utf8_lossy(&output.stderr))))
    }

    /// The last lines of its log.
    pub fn log_end(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

/// A running node.
pub struct Node {
    child: Child,
    /// Its address.
    pub base: String,
}

impl Node {
    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, as a crash does.
    pub fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Asks it to end, and waits until it has; its code.
    ///
    /// # Errors
    /// When it does not end.
    pub fn end(&mut self) -> Outcome<Option<i32>> {
        Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status()?;
        self.ended(PATIENCE)?.ok_or_else(|| "the program does not end".into())
    }

    /// Waits until it has ended by itself; its code within, or nothing if it runs on.
    ///
    /// # Errors
    /// What the system says.
    pub fn ended(&mut self, span: Duration) -> Outcome<Option<Option<i32>>> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status.code()));
            }
            if begun.elapsed() >= span {
                return Ok(None);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Its resident memory in bytes.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn resident(&self) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kibibytes * 1_024)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}
