//! A small network of namespaces, in which cables can be pulled.
//!
//! It is made within the network namespace of this process, which must be one of its own (`main` sees to
//! that), so all of it is gone when this process is. Needs iproute2, util-linux and the right to make
//! namespaces, which root has. Start at [`Lan::new`].

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

/// The address of whoever made the network; members are told theirs.
pub const HERE: &str = "10.77.0.254";

/// A network.
pub struct Lan {
    members: Vec<Member>,
}

/// A machine on it, which is no more than a network namespace.
struct Member {
    cable: String,
    address: String,
    /// Keeps the namespace.
    holder: Child,
}

fn ip(words: &str) -> Outcome {
    run(Command::new("ip").args(words.split(' ')))
}

fn run(command: &mut Command) -> Outcome {
    let output = command.stdin(Stdio::null()).output().map_err(|cause| format!("{command:?}: {cause}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim()).into())
}

impl Lan {
    /// An empty network.
    ///
    /// # Errors
    /// When this machine can't make one.
    pub fn new() -> Outcome<Self> {
        ip("link set lo up")?;
        ip("link add lan type bridge")?;
        ip(&format!("addr add {HERE}/24 dev lan"))?;
        ip("link set lan up")?;
        Ok(Self { members: Vec::new() })
    }

    /// Adds a machine; its number.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn join(&mut self, address: &str) -> Outcome<usize> {
        let number = self.members.len();
        let cable = format!("cable{number}");
        let mut holder = Command::new("setpriv");
        holder.args(["--pdeathsig", "KILL", "unshare", "--net", "sleep", "infinity"]).stdin(Stdio::null());
        let holder = holder.spawn()?;
        let process = holder.id();
        let here = std::fs::read_link("/proc/self/ns/net")?;
        let begun = Instant::now();
        while std::fs::read_link(format!("/proc/{process}/ns/net")).map_or(true, |there| there == here) {
            if begun.elapsed() > Duration::from_secs(10) {
                return Err("no network namespace was made".into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.members.push(Member { cable: cable.clone(), address: address.to_owned(), holder });
        ip(&format!("link add {cable} type veth peer name eth0 netns {process}"))?;
        ip(&format!("link set {cable} master lan up"))?;
        for words in [
            "link set lo up".to_owned(),
            format!("addr add {address}/24 dev eth0"),
            "link set eth0 up".to_owned(),
        ] {
            self.inside(number, &words)?;
        }
        Ok(number)
    }

    fn inside(&self, number: usize, words: &str) -> Outcome {
        let program = self.runner(number);
        run(Command::new(&program[0]).args(&program[1..]).arg("ip").args(words.split(' ')))
    }

    /// The program and its arguments that run another on a machine.
    pub fn runner(&self, number: usize) -> Vec<String> {
        let process = self.members[number].holder.id().to_string();
        ["nsenter", "--target", &process, "--net", "--"].map(str::to_owned).to_vec()
    }

    /// A machine's address.
    pub fn address(&self, number: usize) -> &str {
        &self.members[number].address
    }

    /// Pulls a machine's cable: nothing reaches it, and nobody is told.
    ///
    /// # Errors
    /// When it can't be pulled.
    pub fn pull(&self, number: usize) -> Outcome {
        ip(&format!("link set {} down", self.members[number].cable))
    }

    /// Puts it in again.
    ///
    /// # Errors
    /// When it can't be put in.
    pub fn plug(&self, number: usize) -> Outcome {
        ip(&format!("link set {} up", self.members[number].cable))
    }

    /// Two machines do not reach each other any more; others reach both.
    ///
    /// # Errors
    /// When they can't be parted.
    pub fn part(&self, one: usize, other: usize) -> Outcome {
        self.inside(one, &format!("route add blackhole {}/32", self.members[other].address))?;
        self.inside(other, &format!("route add blackhole {}/32", self.members[one].address))
    }

    /// They do again.
    ///
    /// # Errors
    /// When they can't be joined.
    pub fn heal(&self, one: usize, other: usize) -> Outcome {
        self.inside(one, &format!("route del blackhole {}/32", self.members[other].address))?;
        self.inside(other, &format!("route del blackhole {}/32", self.members[one].address))
    }
}

impl Drop for Lan {
    fn drop(&mut self) {
        for member in &mut self.members {
            drop(member.holder.kill());
            drop(member.holder.wait());
        }
        if let Err(fault) = ip("link del lan") {
            eprintln!("torture: the network stays until this process ends: {fault}");
        }
    }
}
