//! A server process under load, and what the system says about it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Outcome;
use crate::shop::Wanted;

/// The system counts processor time in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);
/// How long a server may take to begin, and to end.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server. It ends when this is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    said: Value,
}

impl Server {
    /// Starts a server over this data.
    ///
    /// # Errors
    /// When it does not begin to serve.
    pub fn start(url: &str, wanted: Option<Wanted>) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", url]);
        if let Some(Wanted { units, price, hold_minutes, more_slots }) = wanted {
            let words =
                [units.to_string(), price.to_string(), hold_minutes.to_string(), more_slots.to_string()];
            command.args(words);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().ok_or("the server has no output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line).map_err(|fault| {
            drop(child.kill());
            format!("the server did not begin: {fault}")
        })?;
        let address = said["address"].as_str().unwrap_or_default().parse()?;
        Ok(Self { child, address, said })
    }

    /// Something that the server said about what it sells: `slot`, `offer`, `pair` or `key`.
    pub fn said(&self, name: &str) -> &str {
        self.said[name].as_str().unwrap_or_default()
    }

    /// Resident memory, in bytes.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn resident(&self) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kilobytes * 1_024.0)
    }

    /// Processor time so far.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn processor_time(&self) -> Outcome<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name may have spaces; it ends with the last bracket. User and system time are the 14th and
        // 15th words of the line, the 12th and 13th after the name.
        let (_, rest) = stat.rsplit_once(')').ok_or("no name in stat")?;
        let words: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |place: usize| words.get(place).and_then(|word| word.parse::<u32>().ok()).unwrap_or(0);
        Ok(TICK * (ticks(11) + ticks(12)))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
