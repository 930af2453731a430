//! The two signals that ask the program to end.

use tokio::signal::unix::{SignalKind, signal};

use crate::failure::Failure;

/// Comes back with the name of the signal that asked the program to end.
///
/// # Errors
/// When the system does not let us listen.
pub async fn asked_to_end() -> Result<&'static str, Failure> {
    let listen = |kind: SignalKind| signal(kind).map_err(|cause| Failure::because("signals", &cause));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    Ok(tokio::select! {
        _ = interrupt.recv() => "SIGINT",
        _ = terminate.recv() => "SIGTERM",
    })
}
