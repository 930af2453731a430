//! What goes wrong with a disk, and when: the power, a write, a sync, the room, and syncs that are not done.
//!
//! A step is a write, a sync, a change of a length or of a name; the n-th of them can be made to fail. The
//! index that the embedded database keeps in shared memory is no step: the kernel writes it when it likes,
//! and it is made anew after a crash.

use fuser::Errno;

use super::image::Image;
use crate::chance::Chance;

/// What happens at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The power fails before it is done.
    PowerCut,
    /// It fails, as a broken disk fails. A sync that failed has lost what it should have made safe.
    Broken,
    /// It fails for want of room; a sync fails so too.
    Full,
}

impl Fault {
    /// All of them, with their names.
    pub const ALL: [(&'static str, Self); 3] =
        [("cut", Self::PowerCut), ("eio", Self::Broken), ("enospc", Self::Full)];
}

/// Whose syncs are acknowledged and not done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deaf {
    /// Nobody's: an honest disk.
    #[default]
    Nobody,
    /// Those of the log, which is what a database does that does not wait for its log at a commit.
    Log,
}

/// A disk and what is planned for it.
pub struct Machine {
    /// What it holds.
    pub image: Image,
    /// Whose syncs it does not hear.
    pub deaf: Deaf,
    /// Bytes that fit at most.
    pub room: Option<u64>,
    /// Steps so far.
    pub steps: u64,
    /// What happens at which step.
    pub fault: Option<(u64, Fault)>,
    /// What the fault hit, once it has.
    pub hit: Option<String>,
    /// Whether the power is off.
    pub dark: bool,
    /// Changes that cuts have lost.
    pub lost: usize,
    /// Decides what is lost.
    pub chance: Chance,
}

/// A kind of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Bytes are written.
    Write,
    /// Something is made safe.
    Sync,
    /// A length changes.
    Length,
    /// A name comes, goes or changes.
    Name,
}

impl Machine {
    /// A new disk.
    pub fn new(chance: Chance) -> Self {
        Self {
            image: Image::default(),
            deaf: Deaf::Nobody,
            room: None,
            steps: 0,
            fault: None,
            hit: None,
            dark: false,
            lost: 0,
            chance,
        }
    }

    /// Loses what was not synced, by chance; nothing works until the power is back.
    pub fn cut(&mut self) {
        if !self.dark {
            self.lost += self.image.cut(&mut self.chance);
        }
        self.dark = true;
    }

    /// Whether anything works at all.
    ///
    /// # Errors
    /// When the power is off.
    pub fn alive(&self) -> Result<(), Errno> {
        if self.dark { Err(Errno::EIO) } else { Ok(()) }
    }

    /// Counts a step on a file or folder, and lets happen what was planned for it.
    ///
    /// # Errors
    /// When the step must not be done.
    pub fn step(&mut self, number: u64, step: Step) -> Result<(), Errno> {
        self.alive()?;
        let name = self.image.node(number).map(|node| node.name.clone()).unwrap_or_default();
        if name.ends_with("-shm") {
            return Ok(());
        }
        self.steps += 1;
        let Some((_, fault)) = self.fault.filter(|(at, _)| *at == self.steps) else { return Ok(()) };
        self.hit = Some(format!("{step:?} of {}", if name.is_empty() { "the folder" } else { &name }));
        match fault {
            Fault::PowerCut => {
                self.cut();
                Err(Errno::EIO)
            }
            Fault::Broken => {
                if step == Step::Sync {
                    // What a kernel does whose write-back failed: the pages count as clean, and are lost.
                    self.lost += self.image.lose(number, &mut self.chance);
                }
                Err(Errno::EIO)
            }
            Fault::Full => Err(Errno::ENOSPC),
        }
    }

    /// Whether so many more bytes fit.
    ///
    /// # Errors
    /// When they don't.
    pub fn fits(&self, more: u64) -> Result<(), Errno> {
        match self.room {
            Some(room) if more > 0 && self.image.bytes() + more > room => Err(Errno::ENOSPC),
            _ => Ok(()),
        }
    }

    /// Makes a file or folder safe, or says that it did.
    pub fn sync(&mut self, number: u64) {
        let deaf = match self.deaf {
            Deaf::Nobody => false,
            Deaf::Log => self.image.node(number).is_some_and(|node| node.name.ends_with("-wal")),
        };
        if !deaf {
            self.image.sync(number);
        }
    }
}
