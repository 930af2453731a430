//! Locks on one simulated file, and the memory that its users share, as processes of one machine have them.
//!
//! Not here: the file's content (`disk`).

use std::collections::BTreeMap;
use std::sync::Arc;

/// Locks of the shared memory.
const SLOTS: usize = 8;
/// Bytes of a region of the shared memory.
const REGION: usize = 32 * 1_024;

/// One open file of one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Holder {
    pub process: u64,
    pub handle: u64,
}

/// How much of a file somebody has, from nothing to all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    #[default]
    None,
    Shared,
    Reserved,
    Pending,
    Exclusive,
}

/// A lock of the shared memory.
#[derive(Clone, Debug, Default)]
struct Slot {
    shared: Vec<Holder>,
    exclusive: Option<Holder>,
}

/// Memory that is shared for as long as somebody has it.
#[derive(Default)]
pub(super) struct Shared {
    regions: std::sync::Mutex<Vec<Region>>,
}

/// A region at an address that stays.
struct Region(Box<[std::sync::atomic::AtomicU64]>);

impl Shared {
    /// The address of a region, which is made if it may be.
    pub(super) fn region(&self, place: usize, create: bool) -> Option<*mut u8> {
        let mut regions = self.regions.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while create && regions.len() <= place {
            regions.push(Region((0..REGION / 8).map(|_| std::sync::atomic::AtomicU64::new(0)).collect()));
        }
        regions.get(place).map(|region| region.0.as_ptr().cast::<u8>().cast_mut())
    }
}

/// All locks on one file.
#[derive(Default)]
pub(super) struct Locks {
    levels: BTreeMap<Holder, Level>,
    slots: [Slot; SLOTS],
    shared: Option<Arc<Shared>>,
    users: Vec<Holder>,
}

impl Locks {
    /// Whether anybody has anything of it.
    pub(super) fn is_used(&self) -> bool {
        !self.levels.is_empty() || !self.users.is_empty()
    }

    /// Whether somebody means to write.
    pub(super) fn is_reserved(&self) -> bool {
        self.levels.values().any(|level| *level >= Level::Reserved)
    }

    fn others(&self, holder: Holder, least: Level) -> bool {
        self.levels.iter().any(|(other, level)| *other != holder && *level >= least)
    }

    /// Raises what somebody has; `false` while others are in the way.
    pub(super) fn raise(&mut self, holder: Holder, level: Level) -> bool {
        let has = self.levels.get(&holder).copied().unwrap_or_default();
        let free = match level {
            _ if has >= level => return true,
            Level::None => true,
            Level::Shared => !self.others(holder, Level::Pending),
            Level::Reserved => !self.others(holder, Level::Reserved),
            Level::Pending | Level::Exclusive => {
                if !self.others(holder, Level::Reserved) {
                    // Whoever waits for the readers to go lets no new ones in.
                    self.levels.insert(holder, Level::Pending);
                }
                !self.others(holder, Level::Shared)
            }
        };
        if free {
            self.levels.insert(holder, level);
        }
        free
    }

    /// Lowers what somebody has.
    pub(super) fn lower(&mut self, holder: Holder, level: Level) {
        match level {
            Level::None => drop(self.levels.remove(&holder)),
            level => drop(self.levels.insert(holder, level)),
        }
    }

    /// The shared memory, for one user more.
    pub(super) fn share(&mut self, holder: Holder) -> Arc<Shared> {
        if !self.users.contains(&holder) {
            self.users.push(holder);
        }
        Arc::clone(self.shared.get_or_insert_default())
    }

    /// One user less; the memory is gone with the last one.
    pub(super) fn unshare(&mut self, holder: Holder) {
        self.users.retain(|user| *user != holder);
        self.slots.iter_mut().for_each(|slot| slot.let_go(|other| other == holder));
        if self.users.is_empty() {
            self.shared = None;
        }
    }

    /// Takes slots for one alone; all of them or none.
    pub(super) fn take(&mut self, holder: Holder, slots: std::ops::Range<usize>) -> bool {
        let slots = &mut self.slots[slots];
        let taken = |slot: &Slot| {
            slot.exclusive.is_some_and(|other| other != holder)
                || slot.shared.iter().any(|other| *other != holder)
        };
        if slots.iter().any(taken) {
            return false;
        }
        slots.iter_mut().for_each(|slot| slot.exclusive = Some(holder));
        true
    }

    /// Takes slots together with others.
    pub(super) fn join(&mut self, holder: Holder, slots: std::ops::Range<usize>) -> bool {
        let slots = &mut self.slots[slots];
        if slots.iter().any(|slot| slot.exclusive.is_some_and(|other| other != holder)) {
            return false;
        }
        slots.iter_mut().for_each(|slot| slot.shared.push(holder));
        true
    }

    /// Gives slots back.
    pub(super) fn give(&mut self, holder: Holder, slots: std::ops::Range<usize>) {
        for slot in &mut self.slots[slots] {
            if slot.exclusive == Some(holder) {
                slot.exclusive = None;
            } else if let Some(place) = slot.shared.iter().position(|other| *other == holder) {
                slot.shared.swap_remove(place);
            }
        }
    }

    /// Everything that a process had is free.
    pub(super) fn forget_process(&mut self, process: u64) {
        self.levels.retain(|holder, _| holder.process != process);
        self.users.retain(|holder| holder.process != process);
        self.slots.iter_mut().for_each(|slot| slot.let_go(|holder| holder.process == process));
        if self.users.is_empty() {
            self.shared = None;
        }
    }
}

impl Slot {
    fn let_go(&mut self, who: impl Fn(Holder) -> bool) {
        self.shared.retain(|holder| !who(*holder));
        self.exclusive = self.exclusive.filter(|holder| !who(*holder));
    }
}
