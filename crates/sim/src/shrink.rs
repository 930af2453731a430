//! Making a list that fails shorter: parts are left out as long as it still fails in the same way.

use crate::life::{Failure, Found, Said, relive};

/// Lives that may be lived to make one list shorter.
const LIVES_MAX: usize = 600;

/// A shorter list of what was said that fails in the same way, and what it fails with. A failure at the end of a
/// life needs the whole life, so it stays as it is.
pub fn shrink(failure: &Failure) -> Failure {
    let mut best = failure.clone();
    if failure.found == Found::End {
        return best;
    }
    let mut lives = 0;
    let mut part = (best.said.len() / 2).max(1);
    while lives < LIVES_MAX {
        let mut from = 0;
        let mut is_shorter = false;
        while from < best.said.len() && lives < LIVES_MAX {
            lives += 1;
            match without(&best, from, part) {
                Some(shorter) => {
                    best = shorter;
                    is_shorter = true;
                }
                None => from += part,
            }
        }
        if part == 1 && !is_shorter {
            break;
        }
        part = (part / 2).max(1);
    }
    best
}

/// The failure without a part of what was said, if it is one still.
fn without(failure: &Failure, from: usize, part: usize) -> Option<Failure> {
    let until = (from + part).min(failure.said.len());
    let kept: Vec<Said> = [&failure.said[..from], &failure.said[until..]].concat();
    let shorter = relive(&kept, failure.is_prompt).err()?;
    (shorter.found == failure.found && shorter.said.len() < failure.said.len()).then_some(shorter)
}
