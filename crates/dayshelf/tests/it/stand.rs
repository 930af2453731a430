//! A running server of a test's own, and the command line beside it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long anything in these tests may take.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A plan whose times do not move with the clock: the window is open for years.
pub const PLAN: &str = r#"
[organiser]
slug = "test-shop"
name = "Test Shop"
zone = "Europe/Berlin"
currency = "EUR"

[[pools]]
key = "cups"
title = "Cups"
units = 500

[[slots]]
slug = "cups"
title = "Cups"
start = 2020-01-01T10:00
end = 2099-01-01T10:00

    [[slots.windows]]
    key = "public"
    title = "Everyone"
    opens = "start"
    closes = "end"
    hold = { for = "10m" }
    waitlist = { turn = "5m" }

    [[slots.offers]]
    key = "cup"
    title = "Cup"
    recipe = [{ pool = "cups" }]
    units_max = 5
    ladder = [{ title = "Standard", price = "12.50" }]
"#;

/// A folder that goes when the test is over.
pub struct Folder(pub PathBuf);

impl Folder {
    /// An empty folder.
    pub fn new() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("dayshelf-it-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A file in it.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Where the data is.
    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// The program, without the surroundings of whoever runs the tests.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dayshelf"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("DAYSHELF_")) {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its end.
pub fn run(args: &[&str]) -> Output {
    program().args(args).output().unwrap()
}

/// Runs a command that must succeed; what it printed.
pub fn done(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs a command that must fail; its code and what it said.
pub fn failed(args: &[&str]) -> (i32, String) {
    let output = run(args);
    assert!(!output.status.success(), "{args:?}: {}", text(&output.stdout));
    (output.status.code().unwrap_or(-1), text(&output.stderr) + &text(&output.stdout))
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A running server.
pub struct Server {
    child: Child,
    /// Its address.
    pub base: String,
    /// Where its data is.
    pub data: PathBuf,
}

impl Server {
    /// Starts a server on a free port and waits until it says where.
    pub fn start(data: &Path) -> Self {
        Self::with(data, &[])
    }

    /// Starts a server that is configured by these variables too.
    pub fn with(data: &Path, variables: &[(&str, &str)]) -> Self {
        let mut command = program();
        command.args(["serve", "--listen", "127.0.0.1:0", "--log", "warn", "--data"]).arg(data);
        command.env("DAYSHELF_LIMITS_CLAIMS_BURST", "0").envs(variables.iter().copied());
        Self::of(command, data)
    }

    /// Starts a server that logs whatever it can into a file, and posts webhooks to this machine.
    pub fn talkative(data: &Path, log: &Path) -> Self {
        let mut command = program();
        command.args(["serve", "--listen", "127.0.0.1:0", "--log", "trace", "--data"]).arg(data);
        command.env("DAYSHELF_WEBHOOKS_ALLOW_PRIVATE", "true").stderr(std::fs::File::create(log).unwrap());
        Self::of(command, data)
    }

    /// Starts a server that logs for machines into a file.
    pub fn logging_json(data: &Path, log: &Path) -> Self {
        let mut command = program();
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        command.env("DAYSHELF_LOGS_FORMAT", "json").stderr(std::fs::File::create(log).unwrap());
        Self::of(command, data)
    }

    /// Starts the demo without a crowd of its own; its windows take so many seconds in all.
    pub fn of_demo(data: &Path, seconds: u32) -> Self {
        let mut command = program();
        command
            .args(["demo", "--listen", "127.0.0.1:0", "--seconds", &seconds.to_string(), "--data"])
            .arg(data);
        Self::of(command, data)
    }

    fn of(mut command: Command, data: &Path) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let base = lines.find_map(|said| base_in(&said)).expect("the server ended before it served");
        // Whatever else it says is read, so that it never waits for us.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, base, data: data.to_owned() }
    }

    /// Applies a plan file; what was printed.
    pub fn apply(&self, plan: &Path) -> String {
        let (data, plan) = (self.data.to_string_lossy(), plan.to_string_lossy());
        done(&["apply", &plan, "--data", &data, "--server", &self.base])
    }

    /// Sends a signal by name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.unwrap().success());
    }

    /// Waits until it has ended; its code.
    pub fn ended(&mut self) -> Option<i32> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(begun.elapsed() < PATIENCE, "the server does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Scheme, host and port of the first address in a line.
fn base_in(said: &str) -> Option<String> {
    let address = said.split_whitespace().find(|word| word.starts_with("http://"))?;
    let host = address["http://".len()..].split('/').next()?;
    Some(format!("http://{host}"))
}

/// A buyer's HTTP client.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    base: String,
}

impl Http {
    pub fn new(base: &str) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
        Self { client, base: base.to_owned() }
    }

    /// Reads.
    pub async fn get(&self, path: &str, secret: Option<&str>) -> (u16, Value) {
        let mut request = self.client.get(format!("{}{path}", self.base));
        if let Some(secret) = secret {
            request = request.bearer_auth(secret);
        }
        answer(request).await.unwrap()
    }

    /// Asks; `None` when nobody answered.
    pub async fn post(&self, path: &str, secret: Option<&str>, body: &Value) -> Option<(u16, Value)> {
        let mut request = self.client.post(format!("{}{path}", self.base)).json(body);
        request = request
            .header("Idempotency-Key", format!("{:032x}", u128::from_le_bytes(dayshelf_desk::random())));
        if let Some(secret) = secret {
            request = request.bearer_auth(secret);
        }
        answer(request).await
    }

    /// Reads what is no JSON.
    pub async fn text(&self, path: &str) -> String {
        let request = self.client.get(format!("{}{path}", self.base));
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Opens a live stream and reads its first bytes.
    pub async fn stream(&self, path: &str) -> reqwest::Response {
        let request = self.client.get(format!("{}{path}", self.base)).header("Accept", "text/event-stream");
        let mut stream = request.send().await.unwrap();
        assert_eq!(stream.status(), 200);
        assert!(stream.chunk().await.unwrap().is_some());
        stream
    }

    /// The first slot of an organiser and its first offer.
    pub async fn shelf(&self, organiser: &str) -> (String, String) {
        let (_, page) =
            self.get(&format!("/v1/organisers/{organiser}/slots?from=2020-01-01T00:00:00Z"), None).await;
        let slot = page["items"][0]["id"].as_str().unwrap().to_owned();
        let (_, page) = self.get(&format!("/v1/slots/{slot}"), None).await;
        (slot, page["offers"][0]["id"].as_str().unwrap().to_owned())
    }

    /// Asks for a hold.
    pub async fn hold(&self, slot: &str, offer: &str, quantity: u32) -> Option<(u16, Value)> {
        let body = json!({ "slot": slot, "lines": [{ "offer": offer, "quantity": quantity }] });
        self.post("/v1/holds", None, &body).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Option<(u16, Value)> {
    let answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    let bytes = answer.bytes().await.ok()?;
    Some((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
}
