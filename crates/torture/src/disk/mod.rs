//! A disk of our own, mounted through FUSE, whose power can be cut and whose writes can be made to fail.
//!
//! It lives in the memory of this process. It needs `/dev/fuse` and the right to mount, which root has.
//! Start at [`Disk::mount`].

mod face;
mod image;
mod plan;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fuser::{BackgroundSession, Config, MountOption, SessionACL};

pub use plan::{Deaf, Fault, Machine};

use crate::Outcome;
use crate::chance::Chance;
use face::Face;

/// ECONNABORTED.
const ABORTED: i32 = 103;

/// A mounted disk.
pub struct Disk {
    machine: Arc<Mutex<Machine>>,
    session: Option<BackgroundSession>,
    place: PathBuf,
}

impl Disk {
    /// Mounts a new, empty disk on a folder.
    ///
    /// # Errors
    /// When this machine can't mount one.
    pub fn mount(place: &Path, chance: Chance) -> Outcome<Self> {
        if !Path::new("/dev/fuse").exists() {
            return Err(
                "needed, not found: /dev/fuse; power cuts and failing writes need a kernel with FUSE".into(),
            );
        }
        std::fs::create_dir_all(place)?;
        let machine = Arc::new(Mutex::new(Machine::new(chance)));
        let mut disk = Self { machine, session: None, place: place.to_owned() };
        disk.attach()?;
        Ok(disk)
    }

    fn attach(&mut self) -> Outcome {
        let mut config = Config::default();
        config.mount_options =
            vec![MountOption::FSName("torture".to_owned()), MountOption::DefaultPermissions];
        config.acl = SessionACL::All;
        let session = fuser::spawn_mount(Face(Arc::clone(&self.machine)), &self.place, &config);
        self.session = Some(session.map_err(|cause| {
            format!("no disk could be mounted at {} (are we root?): {cause}", self.place.display())
        })?);
        Ok(())
    }

    /// Where it is mounted.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// The disk and what is planned for it.
    pub fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The power is off and on again: what was not synced is lost by chance, no fault is planned any more,
    /// and the kernel has forgotten what it knew. Nobody may have a file open any more.
    ///
    /// # Errors
    /// When somebody still uses it, or it can't be mounted again.
    pub fn cut_and_mount(&mut self) -> Outcome {
        self.machine().cut();
        self.detach()?;
        {
            let mut machine = self.machine();
            machine.dark = false;
            machine.fault = None;
        }
        self.attach()
    }

    fn detach(&mut self) -> Outcome {
        match self.session.take().map(BackgroundSession::umount_and_join) {
            // So a loop is told that its mount is gone, when questions were under way.
            Some(Err(cause)) if cause.raw_os_error() == Some(ABORTED) => Ok(()),
            Some(done) => Ok(done?),
            None => Ok(()),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Err(fault) = self.detach() {
            eprintln!("torture: the disk at {} stays mounted: {fault}", self.place.display());
        }
    }
}
