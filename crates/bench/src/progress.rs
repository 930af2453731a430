//! What a scenario is at, said on standard error while it runs, and how long it may take.
//!
//! Figures go to standard output alone. A scenario that does not end is given up with what it was at, so that nobody
//! has to guess; it can't be stopped, so nothing is measured beside it afterwards. Start at [`within`].

use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::Outcome;

/// As much as the program's first thread has.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// What was said last.
static AT: Mutex<String> = Mutex::new(String::new());

/// What became of a scenario.
pub enum Ended<T> {
    /// It has ended, one way or the other.
    InTime(Outcome<T>),
    /// It has not, and still runs: what it was at.
    TooLate(String),
}

/// Says what is done now.
pub fn say(what: &str) {
    eprintln!("dayshelf-bench: {what}");
    what.clone_into(&mut AT.lock().unwrap_or_else(PoisonError::into_inner));
}

/// Runs something that may take so long.
pub fn within<T: Send + 'static>(
    bound: Duration,
    run: impl FnOnce() -> Outcome<T> + Send + 'static,
) -> Ended<T> {
    let (done, ended) = mpsc::channel();
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let outcome = run();
        // Whoever waited may have given up.
        drop(done.send(outcome));
    });
    let thread = match thread {
        Ok(thread) => thread,
        Err(fault) => return Ended::InTime(Err(fault.into())),
    };
    match ended.recv_timeout(bound) {
        Ok(outcome) => Ended::InTime(outcome),
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Ended::TooLate(AT.lock().unwrap_or_else(PoisonError::into_inner).clone())
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            drop(thread.join());
            Ended::InTime(Err("it broke off; what it said is above".into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What ends is handed on, what breaks off is a failure, and what waits for ever is given up with its last words.
    #[test]
    fn nothing_is_waited_for_without_a_bound() {
        let long = Duration::from_secs(60);
        assert!(matches!(within(long, || Ok(7)), Ended::InTime(Ok(7))));
        let broken = within(long, || -> Outcome { Err("no".into()) });
        assert!(matches!(broken, Ended::InTime(Err(fault)) if fault.to_string() == "no"));
        let (_held, never) = mpsc::channel::<()>();
        let stuck = within(Duration::from_millis(200), move || {
            say("waiting for nobody");
            Ok(never.recv()?)
        });
        // On a machine that is busy the thread may not have come as far as to say it.
        assert!(matches!(stuck, Ended::TooLate(at) if at.is_empty() || at == "waiting for nobody"));
    }
}
