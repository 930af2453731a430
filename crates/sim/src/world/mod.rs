//! The world beneath the simulated crowd: desks over the real store, on disks and clocks that fail.

pub mod disk;
mod locks;
pub mod vfs;
