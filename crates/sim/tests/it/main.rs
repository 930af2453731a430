//! Lives of many seeds, each compared with what the auditor predicts.

#[cfg(test)]
mod lives;
#[cfg(test)]
mod worlds;
