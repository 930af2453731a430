//! Where a buyer goes whose bank wants to know that it is them.

use dayshelf_core::hold::{Attempt, Hold, HoldState, Method};
use dayshelf_relay::payments::Sandbox;

use crate::app::App;

/// Whether the outcome of a payment waits for the buyer.
pub(crate) fn asks_the_buyer(attempt: &Attempt) -> bool {
    attempt.method == Method::Sandbox && Sandbox::asks_the_buyer(&attempt.token)
}

/// The path of the bank's page for the hold with this secret.
pub(crate) fn bank_path(secret: &str) -> String {
    format!("/h/{secret}/bank")
}

/// Where the buyer of a hold has to go now, if anywhere.
pub(super) fn redirect_url(app: &App, hold: &Hold, secret: &str) -> Option<String> {
    let attempt = hold.attempt.as_ref().filter(|_| hold.state == HoldState::Confirming)?;
    redirect_of(app, attempt, secret)
}

/// The bank's address for an attempt, if its bank asks.
pub(super) fn redirect_of(app: &App, attempt: &Attempt, secret: &str) -> Option<String> {
    asks_the_buyer(attempt).then(|| format!("{}{}", app.config.public_url, bank_path(secret)))
}
