//! The two signals that ask the program to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// Listens from this call on, not only once somebody waits; comes back with the name of the signal that asked the
/// program to end.
///
/// # Errors
/// When the system does not let us listen.
pub fn asked_to_end() -> impl Future<Output = Result<&'static str, Failure>> {
    let (interrupt, terminate) = (listen(SignalKind::interrupt()), listen(SignalKind::terminate()));
    async move {
        let (mut interrupt, mut terminate) = (interrupt?, terminate?);
        Ok(tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        })
    }
}

fn listen(kind: SignalKind) -> Result<Signal, Failure> {
    signal(kind).map_err(|cause| Failure::because("signals", &cause))
}
