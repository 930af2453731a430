//! Lives of many seeds, each compared with what the auditor predicts; and what the lives must have seen.

#[cfg(test)]
mod kept;
#[cfg(test)]
mod lives;
#[cfg(all(test, feature = "planted"))]
mod planted;
#[cfg(test)]
mod queries;
#[cfg(test)]
mod worlds;
