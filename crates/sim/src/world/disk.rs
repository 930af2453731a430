//! A simulated disk and the processes that use it: what was synced is kept apart from what was only written.
//!
//! A power cut keeps everything that was synced, and of the rest whatever chance keeps, torn where it likes.
//! A sync that fails has told all it ever will: what it should have made durable may be lost although every
//! process still reads it. Traps make the n-th call fail, or be the last one. Start at [`Disk`]. Not here:
//! locks (`locks`), the engine's way in (`vfs`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::locks::Locks;
use crate::chance::Chance;

/// A piece of a write that reaches the disk whole, or torn.
const SECTOR: usize = 512;

/// What a process does to the disk, as far as it can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Bytes into a file.
    Write,
    /// A file made durable.
    Sync,
    /// A file cut off.
    Truncate,
    /// A file opened.
    Open,
    /// A file removed.
    Delete,
}

/// Why the disk did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// It failed.
    Failed,
    /// There is no room.
    Full,
    /// There is no memory for it just now.
    Starved,
    /// The process is no more.
    Dead,
    /// The file is not there.
    Missing,
}

/// What a trap does when it is sprung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blow {
    /// The call fails.
    Fail,
    /// The call finds no room.
    Fill,
    /// The call finds no memory, which says nothing about the disk: nothing was done, and it may be tried again.
    Starve,
    /// The process is killed in the middle of the call.
    Kill,
    /// The power is cut in the middle of the call.
    Cut,
}

/// A trap: the n-th call of a process that it waits for is struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trap {
    /// Whose calls are counted.
    pub process: u64,
    /// Which calls; all of them where none is named.
    pub act: Option<Act>,
    /// How many go well before.
    pub after: u32,
    /// What comes then.
    pub blow: Blow,
}

/// The disk. Cheap to clone: all clones are the same disk.
#[derive(Clone)]
pub struct Disk(Arc<Mutex<State>>);

/// What there is on a disk, and who uses it.
pub(super) struct State {
    files: BTreeMap<String, File>,
    /// Removed files whose removal is not durable.
    removed: BTreeMap<String, File>,
    live: BTreeSet<u64>,
    traps: Vec<Trap>,
    sprung: Vec<Trap>,
    chance: Chance,
    powered: bool,
    pub(super) locks: BTreeMap<String, Locks>,
    handles: u64,
}

#[derive(Clone, Default)]
struct File {
    /// What processes read.
    content: Vec<u8>,
    /// What is certain to be there after a power cut.
    synced: Vec<u8>,
    /// What may be there, in the order in which it was done.
    pending: Vec<Pending>,
    /// Whether its name is durable.
    named: bool,
}

#[derive(Clone)]
enum Pending {
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
}

fn lay(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[at..end].copy_from_slice(bytes);
}

impl File {
    fn write(&mut self, at: usize, bytes: &[u8]) {
        lay(&mut self.content, at, bytes);
        self.pending.push(Pending::Write { at, bytes: bytes.to_vec() });
    }

    fn truncate(&mut self, size: usize) {
        self.content.resize(size, 0);
        self.pending.push(Pending::Truncate(size));
    }

    fn sync(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            match pending {
                Pending::Write { at, bytes } => lay(&mut self.synced, at, &bytes),
                Pending::Truncate(size) => self.synced.resize(size, 0),
            }
        }
        self.named = true;
    }

    /// Keeps of what is pending what chance keeps, sector by sector and some of them in part; the rest never
    /// becomes durable.
    fn settle(&mut self, chance: &mut Chance) {
        // In some cuts nothing gets through and in some everything does: each hides other mistakes.
        let kept = [0, 10, 50, 90, 100][chance.between(0, 4) as usize];
        for pending in std::mem::take(&mut self.pending) {
            match pending {
                Pending::Truncate(size) if chance.percent(kept) => self.synced.resize(size, 0),
                Pending::Truncate(_) => {}
                Pending::Write { at, bytes } => {
                    let mut from = 0;
                    while from < bytes.len() {
                        let sector_end = SECTOR - (at + from) % SECTOR;
                        let until = bytes.len().min(from + sector_end);
                        if chance.percent(kept) {
                            let torn = chance.percent(10);
                            let part = if torn {
                                chance.between(0, (until - from) as u64) as usize
                            } else {
                                until - from
                            };
                            lay(&mut self.synced, at + from, &bytes[from..from + part]);
                        }
                        from = until;
                    }
                }
            }
        }
    }
}

impl Disk {
    /// An empty disk whose mishaps follow from a seed.
    pub fn new(chance: Chance) -> Self {
        Self(Arc::new(Mutex::new(State {
            files: BTreeMap::new(),
            removed: BTreeMap::new(),
            live: BTreeSet::new(),
            traps: Vec::new(),
            sprung: Vec::new(),
            chance,
            powered: true,
            locks: BTreeMap::new(),
            handles: 0,
        })))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A process begins to use it.
    pub fn begin(&self, process: u64) {
        self.state().live.insert(process);
    }

    /// A process is no more: its locks go, and what it still does does nothing.
    pub fn kill(&self, process: u64) {
        self.state().kill(process);
    }

    /// Whether a process lives.
    pub fn is_live(&self, process: u64) -> bool {
        self.state().is_live(process)
    }

    /// Whether the power is on.
    pub fn is_powered(&self) -> bool {
        self.state().powered
    }

    /// Cuts the power: every process is gone at once.
    pub fn cut(&self) {
        self.state().cut();
    }

    /// Comes up again with what the cut has left.
    pub fn power_on(&self) {
        self.state().power_on();
    }

    /// Lays a trap.
    pub fn trap(&self, trap: Trap) {
        self.state().traps.push(trap);
    }

    /// Takes away the traps that were not sprung.
    pub fn disarm(&self) {
        self.state().traps.clear();
    }

    /// The traps that were sprung since this was asked last.
    pub fn take_sprung(&self) -> Vec<Trap> {
        std::mem::take(&mut self.state().sprung)
    }
}

impl State {
    fn kill(&mut self, process: u64) {
        self.live.remove(&process);
        self.locks.values_mut().for_each(|locks| locks.forget_process(process));
        self.locks.retain(|_, locks| locks.is_used());
    }

    fn cut(&mut self) {
        self.live.clear();
        self.locks.clear();
        self.powered = false;
    }

    fn power_on(&mut self) {
        let chance = &mut self.chance;
        // What was removed without its folder's being synced may be there again.
        for (name, file) in std::mem::take(&mut self.removed) {
            if chance.percent(50) {
                self.files.entry(name).or_insert(file);
            }
        }
        self.files.retain(|_, file| file.named || chance.percent(50));
        for file in self.files.values_mut() {
            file.settle(chance);
            file.content.clone_from(&file.synced);
            file.named = true;
        }
        self.powered = true;
    }

    pub(super) fn handle(&mut self) -> u64 {
        self.handles += 1;
        self.handles
    }

    pub(super) fn is_live(&self, process: u64) -> bool {
        self.live.contains(&process)
    }

    /// Whether a call may be done; the blow that strikes it, if one does.
    fn admit(&mut self, process: u64, act: Act) -> Result<(), Blow> {
        if !self.is_live(process) {
            return Err(Blow::Kill);
        }
        let waits = |trap: &Trap| trap.process == process && trap.act.is_none_or(|one| one == act);
        let mut struck = None;
        for (place, trap) in self.traps.iter_mut().enumerate().filter(|(_, trap)| waits(trap)) {
            match trap.after.checked_sub(1) {
                Some(left) => trap.after = left,
                None => struck = struck.or(Some(place)),
            }
        }
        let Some(place) = struck else { return Ok(()) };
        let trap = self.traps.remove(place);
        self.sprung.push(trap);
        Err(trap.blow)
    }

    /// What a blow means for whoever called.
    fn suffer(&mut self, process: u64, blow: Blow) -> Trouble {
        match blow {
            Blow::Fail => Trouble::Failed,
            Blow::Fill => Trouble::Full,
            Blow::Starve => Trouble::Starved,
            Blow::Kill => {
                self.kill(process);
                Trouble::Dead
            }
            Blow::Cut => {
                self.cut();
                Trouble::Dead
            }
        }
    }

    /// Whether a file is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    pub(super) fn open(&mut self, process: u64, name: &str, create: bool) -> Result<(), Trouble> {
        let admitted = self.admit(process, Act::Open);
        admitted.map_err(|blow| self.suffer(process, blow))?;
        if !self.has(name) {
            if !create {
                return Err(Trouble::Missing);
            }
            self.files.insert(name.to_owned(), File::default());
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, process: u64, name: &str, durably: bool) -> Result<(), Trouble> {
        if !self.has(name) {
            return Err(Trouble::Missing);
        }
        let admitted = self.admit(process, Act::Delete);
        admitted.map_err(|blow| self.suffer(process, blow))?;
        if let Some(file) = self.files.remove(name)
            && !durably
        {
            self.removed.insert(name.to_owned(), file);
        }
        Ok(())
    }

    /// Reads as much as there is; says how much that was.
    pub(super) fn read(
        &self,
        process: u64,
        name: &str,
        (at, out): (usize, &mut [u8]),
    ) -> Result<usize, Trouble> {
        if !self.is_live(process) {
            return Err(Trouble::Dead);
        }
        let content = self.files.get(name).map_or(&[][..], |file| &file.content);
        let found = content.get(at..).unwrap_or_default();
        let count = found.len().min(out.len());
        out[..count].copy_from_slice(&found[..count]);
        Ok(count)
    }

    pub(super) fn write(
        &mut self,
        process: u64,
        name: &str,
        (at, bytes): (usize, &[u8]),
    ) -> Result<(), Trouble> {
        let admitted = self.admit(process, Act::Write);
        let alive = self.is_live(process);
        let part = match admitted {
            Ok(()) => bytes.len(),
            Err(Blow::Starve) => 0,
            // A write that is struck may have done a part of its work.
            Err(_) if alive => self.chance.between(0, bytes.len() as u64) as usize,
            Err(_) => 0,
        };
        if part > 0
            && let Some(file) = self.files.get_mut(name)
        {
            file.write(at, &bytes[..part]);
        }
        admitted.map_err(|blow| self.suffer(process, blow))
    }

    pub(super) fn truncate(&mut self, process: u64, name: &str, size: usize) -> Result<(), Trouble> {
        let admitted = self.admit(process, Act::Truncate);
        admitted.map_err(|blow| self.suffer(process, blow))?;
        if let Some(file) = self.files.get_mut(name) {
            file.truncate(size);
        }
        Ok(())
    }

    pub(super) fn sync(&mut self, process: u64, name: &str) -> Result<(), Trouble> {
        let admitted = self.admit(process, Act::Sync);
        let alive = self.is_live(process);
        if let Some(file) = self.files.get_mut(name) {
            match admitted {
                Ok(()) => {
                    // With a new file's first sync its folder is synced too, and with it what was removed.
                    if !file.named {
                        self.removed.clear();
                    }
                    file.sync();
                }
                Err(Blow::Starve) => {}
                // Some of it got through, and nobody will ever try the rest again.
                Err(Blow::Fail | Blow::Fill) => file.settle(&mut self.chance),
                // The process died while the disk was at it: all of it may still come, or be lost.
                Err(_) if alive && self.chance.percent(50) => file.sync(),
                Err(_) => {}
            }
        }
        admitted.map_err(|blow| self.suffer(process, blow))
    }

    /// About how much there is on it, and in what is not certain to be.
    pub(super) fn bytes(&self) -> usize {
        let files = self.files.values().chain(self.removed.values());
        files.map(|file| file.content.len() + file.pending.len() * SECTOR).sum()
    }

    pub(super) fn size(&self, name: &str) -> usize {
        self.files.get(name).map_or(0, |file| file.content.len())
    }
}

#[cfg(test)]
mod tests;
