//! Webhook endpoints: making and changing them, and the log of what was sent to them.
//!
//! Nothing is sent here: a test and a replay put a delivery into the endpoint's lane.

mod all;
mod change;
mod create;
mod deliveries;
mod remove;
mod replay;
mod show;
mod test;

use dayshelf_core::ids::EndpointId;
use dayshelf_core::organiser::Endpoint;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_relay::webhooks::{KINDS, Outbox, can_be_heard, delivery_text, nearest};
use dayshelf_store::{Delivery, Trouble};
use dayshelf_wire::endpoint::{DeliveryShape, DeliveryState, DeliveryTrouble};
use dayshelf_wire::name::EndpointRef;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::time::At;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::look;
use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(all::all, create::create))
        .routes(routes!(show::show, change::change, remove::remove))
        .routes(routes!(deliveries::deliveries))
        .routes(routes!(replay::replay))
        .routes(routes!(test::test))
}

/// An endpoint as it stands, with its keys.
async fn known(app: &App, id: EndpointId) -> Result<Endpoint, No> {
    look(app, id.home(), move |books| {
        books.endpoints.get(&id).cloned().ok_or(Refusal::Unknown(Noun::Endpoint))
    })
    .await
}

/// Every type that is asked for is one that goes out: an endpoint that hears nothing for ever is nobody's wish.
fn heard(kinds: &[String]) -> Result<(), Problem> {
    let Some(index) = kinds.iter().position(|kind| !can_be_heard(kind)) else { return Ok(()) };
    let field = format!("kinds[{index}]");
    if let Some(near) = kinds.get(index).and_then(|kind| nearest(kind)) {
        let sentence = format!("there is nothing of that type to hear. Did you mean \"{near}\"?");
        return Err(Problem::value_wrong(&field, &sentence).with("nearest", near));
    }
    let groups: Vec<&str> = KINDS.iter().map(|(group, _)| *group).collect();
    let sentence = format!(
        "there is nothing of that type to hear; types begin with one of {}, as \"hold.*\"",
        groups.join(", ")
    );
    Err(Problem::value_wrong(&field, &sentence))
}

/// Where an endpoint is put, it can be posted to by the same look as before each try. What a name leads to is seen then.
fn reachable(app: &App, url: &str) -> Result<(), Problem> {
    app.config.webhooks.check(url).map(drop).map_err(|unfit| {
        let sentence =
            format!("nothing is ever posted there: {unfit}; write one with https that anybody can reach");
        Problem::value_wrong("url", &sentence)
    })
}

/// The lanes, which are there once the program has started them.
fn outbox(app: &App) -> Result<&Outbox, No> {
    app.outbox().ok_or_else(|| Problem::busy(5).into())
}

fn shape(delivery: &Delivery) -> DeliveryShape {
    let state = match delivery.state {
        dayshelf_store::DeliveryState::Waiting => DeliveryState::Pending,
        dayshelf_store::DeliveryState::Delivered => DeliveryState::Delivered,
        dayshelf_store::DeliveryState::GivenUp => DeliveryState::Failed,
    };
    DeliveryShape {
        id: delivery_text(delivery.id),
        endpoint: EndpointRef(delivery.endpoint),
        sequence: delivery.sequence,
        kind: delivery.kind.clone(),
        state,
        tries: delivery.tries,
        next_at: (state == DeliveryState::Pending).then_some(At(delivery.due)),
        status: (delivery.last_status != 0).then_some(delivery.last_status),
        trouble: delivery.trouble.map(trouble),
    }
}

fn trouble(trouble: Trouble) -> DeliveryTrouble {
    match trouble {
        Trouble::NotAllowed => DeliveryTrouble::NotAllowed,
        Trouble::NameUnknown => DeliveryTrouble::NameUnknown,
        Trouble::Refused => DeliveryTrouble::Refused,
        Trouble::TimedOut => DeliveryTrouble::TimedOut,
        Trouble::NotTrusted => DeliveryTrouble::NotTrusted,
        Trouble::BrokenOff => DeliveryTrouble::BrokenOff,
    }
}
