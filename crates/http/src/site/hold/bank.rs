//! `/h/{secret}/bank`: the sandbox's bank asks the buyer, and leads them back to the hold.
//!
//! The answer goes to the provider, never to the desk: what comes of it is told by the provider, as with any
//! other. An answer that comes after the hold's end is a late payment.

use axum::extract::{Path, State};
use dayshelf_core::hold::{Attempt, HoldState};
use dayshelf_pages::{BankPage, Href};
use dayshelf_relay::payments::{Promise, Verdict};
use dayshelf_wire::problem::Problem;

use super::{Opened, open};
use crate::api::holds::bank::{asks_the_buyer, bank_path};
use crate::app::App;
use crate::extract::Form;
use crate::no::No;
use crate::site::page::{self, Shown, found, fresh_key, on_to};
use crate::site::say;

/// The payment that the bank asks about, if it does.
fn asked(opened: &Opened) -> Option<&Attempt> {
    let open = matches!(opened.hold.state, HoldState::Confirming | HoldState::Lapsed(_));
    opened.hold.attempt.as_deref().filter(|attempt| open && asks_the_buyer(attempt))
}

pub(in crate::site) async fn show(State(app): State<App>, Path(text): Path<String>) -> Shown {
    let opened = open(&app, &text).await?;
    let (Some(attempt), Some(_)) = (asked(&opened), app.sandbox()) else {
        return on_to(&opened.key.path());
    };
    let stage = &opened.stage;
    let organiser = &stage.card.sheet.organiser;
    found(&BankPage {
        frame: page::frame("Is it you?", organiser, stage.now),
        path: Href::new(bank_path(&opened.key.0.text())),
        slot: stage.summary(&app),
        amount: say::money(attempt.amount),
        shop: organiser.spec.name.clone(),
        late: opened.hold.state != HoldState::Confirming,
        key: fresh_key(),
    })
}

/// Takes the buyer's answer, waits some seconds for what comes of it, and leads back to the hold.
pub(in crate::site) async fn answer(
    State(app): State<App>,
    Path(text): Path<String>,
    form: Result<Form, No>,
) -> Shown {
    let form = form?;
    let opened = open(&app, &text).await?;
    let verdict = match form.text("verdict") {
        "approve" => Verdict::Approve,
        "decline" => Verdict::Deny,
        _ => return Err(No::from(Problem::value_wrong("verdict", "choose `approve` or `decline`")).into()),
    };
    let (Some(attempt), Some(sandbox)) = (asked(&opened), app.sandbox()) else {
        return on_to(&opened.key.path());
    };
    // Asked for before, so that an outcome right after the answer is not missed.
    let told = app.board().outcome(opened.hold.id);
    sandbox.meet(&Promise::of(&opened.hold, attempt));
    if sandbox.answer(attempt.id, verdict) {
        drop(tokio::time::timeout(app.config.bounds.confirm, told).await);
    }
    on_to(&opened.key.path())
}
