//! Buying what is held. The payment itself is made by a reader of the journal; here it is waited for.

use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{HoldId, OrderId, PaymentId};
use dayshelf_pages::AddressForm;
use dayshelf_wire::buyer::{AddressShape, BuyerShape};
use dayshelf_wire::hold::{ConfirmIds, ConfirmRequest, MethodShape, PaymentRequest};
use dayshelf_wire::problem::Problem;

use super::fill::Typed;
use crate::api::holds::bank::asks_the_buyer;
use crate::app::App;
use crate::extract::Form;
use crate::no::No;
use crate::site::behind::Key;

/// Where the buyer goes next.
pub(super) enum Next {
    /// Back to the hold, which says what came of it.
    Hold,
    /// To the bank, which asks first.
    Bank,
}

/// Confirms the hold, and waits some seconds for its payment. What came of it is on the hold's page.
pub(super) async fn pay(app: &App, key: Key, hold: HoldId, typed: &Typed, form: &Form) -> Result<Next, No> {
    let home = hold.home();
    let mint = app.desk.mint();
    let ids = ConfirmIds { hold, order: OrderId(mint.id(home)), payment: PaymentId(mint.id(home)) };
    let command = request(typed, form)?.command(ids, key.by())?;
    // Asked for before, so that an outcome right after the commit is not missed.
    let told = app.board().outcome(hold);
    let once = form.once.key(key.caller(), home);
    let command = Command::Confirm(Box::new(command));
    let decided = app.submit(home, command.clone(), Some(once)).await?;
    let asks = |fact: &Fact| matches!(fact, Fact::ConfirmBegun { attempt, .. } if asks_the_buyer(attempt));
    if decided.facts.iter().any(asks) {
        return Ok(Next::Bank);
    }
    let ordered = decided.facts.iter().any(|fact| matches!(fact, Fact::OrderConfirmed { .. }));
    if !ordered && !decided.replayed {
        // Whatever is told, the page reads it from the hold; one that takes longer is shown as under way.
        drop(tokio::time::timeout(app.config.bounds.confirm, told).await);
        if app.store.is_shared() {
            // What the page will read may be another node's, and not yet with the standby that the database waits
            // for. Whoever asks again waits for all that was written before.
            app.submit(home, command, Some(once)).await?;
        }
    }
    Ok(Next::Hold)
}

fn request(typed: &Typed, form: &Form) -> Result<ConfirmRequest, Problem> {
    let method = match typed.payment.as_str() {
        "sandbox" => MethodShape::Sandbox,
        "at_pickup" => MethodShape::AtPickup,
        "free" => MethodShape::Free,
        _ => return Err(Problem::value_wrong("payment", "choose how to pay")),
    };
    // A list of cards is sent along with every way of paying.
    let token = if method == MethodShape::Sandbox { typed.token.clone() } else { String::new() };
    Ok(ConfirmRequest {
        buyer: BuyerShape {
            name: typed.name.clone(),
            email: typed.email.clone(),
            address: address(typed),
            // The page's script fills it in; nobody has to say it.
            zone: form.text("zone").to_owned(),
        },
        payment: PaymentRequest { method, token },
    })
}

/// The address, where anything of one was typed.
fn address(typed: &Typed) -> Option<AddressShape> {
    if typed.address == AddressForm::default() {
        return None;
    }
    let AddressForm { street, extra, postcode, city, region, country } = typed.address.clone();
    Some(AddressShape { street, extra, postcode, city, region, country })
}
