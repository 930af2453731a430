//! Seeding: the two example plans and the webhook endpoint, put up through the public API.

use std::time::Instant;

use serde_json::{Value, json};

use super::stage::Stage;
use super::{plans, squeeze};
use crate::access;
use crate::client::Client;
use crate::config::Redacted;
use crate::failure::{Exit, Failure};
use crate::folder::read_key;
use crate::out::tell;
use crate::pictures::{self, Missing};

/// The organiser of the first drop.
const ORGANISER: &str = "lumen-clay";

/// What was put up.
pub struct Seeded {
    /// The organiser's name in addresses.
    pub organiser: String,
    /// The drop's name in addresses.
    pub slug: String,
    /// The drop.
    pub slot: String,
    /// Its offer.
    pub offer: String,
    /// When its first window opens, as the API says it.
    pub vip_opens: String,
    /// The overlay's address.
    pub overlay: String,
    /// The market's name in addresses.
    pub market: String,
}

/// Puts everything up.
///
/// # Errors
/// When the server says no to any of it.
pub async fn seed(stage: &Stage, seconds: Option<u64>) -> Result<Seeded, Failure> {
    let mut drop = plans::first_drop()?;
    if let Some(seconds) = seconds {
        if seconds < 20 {
            return Err(Failure::new("--seconds: 20 at least, so that a hold can lapse").exit(Exit::Usage));
        }
        let whole = squeeze::length(&drop).unwrap_or(seconds);
        squeeze::squeeze(&mut drop, seconds, whole);
    }
    let maker = put_up(stage, "first drop", &drop).await?;
    stage.receiver.learn(endpoint(stage, &maker).await?);
    let market = plans::market(jiff::Zoned::now().date())?;
    put_up(stage, "market weekend", &market).await?;
    let slot = find_slot(&stage.client).await?;
    let page = stage.client.get(&format!("/v1/slots/{slot}")).await?;
    let slug = page.text("/slug").to_owned();
    let overlay = maker.get(&format!("/v1/slots/{slot}/overlay")).await?.text("/url").to_owned();
    Ok(Seeded {
        organiser: ORGANISER.to_owned(),
        offer: page.text("/offers/0/id").to_owned(),
        vip_opens: page.text("/windows/0/opens/at").to_owned(),
        overlay,
        market: market["organiser"]["slug"].as_str().unwrap_or_default().to_owned(),
        slot,
        slug,
    })
}

/// Founds the plan's organiser if it is new, and applies the plan; the client with the organiser's key.
async fn put_up(stage: &Stage, what: &str, plan: &Value) -> Result<Client, Failure> {
    let begun = Instant::now();
    tell!("  applying the {what}");
    let slug = plan["organiser"]["slug"].as_str().unwrap_or_default();
    let kept = stage.server.folder.key_path(slug);
    let key = if kept.exists() {
        read_key(&kept)?
    } else {
        let operator = stage.client.with_key(stage.server.folder.operator_key()?);
        access::found(&operator, &stage.server.folder, &plan["organiser"]).await?.0
    };
    let client = stage.client.with_key(key);
    let mut plan = plan.clone();
    let pictures = pictures::put_up(&client, &mut plan, &plans::picture, Missing::PutUp).await;
    pictures.map_err(|flaw| Failure::new(format!("{}: {}", flaw.field, flaw.detail)))?;
    // Started a second time, the demo moves what it sold the last time: that is meant.
    client.put("/v1/plan?yes=true", &plan).await?;
    let slots = plan["slots"].as_array().map_or(0, Vec::len);
    tell!("  {} applied in {} ms", crate::care::counted(slots, "slot", "slots"), begun.elapsed().as_millis());
    Ok(client)
}

/// Registers the receiver; its key.
async fn endpoint(stage: &Stage, maker: &Client) -> Result<Redacted, Failure> {
    let body = json!({ "url": format!("http://{}/", stage.receiver_address), "kinds": ["stock.changed"] });
    let reply = maker.post("/v1/endpoints", &body).await?;
    Ok(Redacted::new(reply.text("/secret")))
}

/// The first drop of the demo's organiser.
///
/// # Errors
/// When there is none.
pub async fn find_slot(client: &Client) -> Result<String, Failure> {
    let page = client.get(&format!("/v1/organisers/{ORGANISER}/slots")).await?;
    match page.text("/items/0/id") {
        "" => Err(Failure::new(format!("{} has no drop of {ORGANISER}", client.base()))),
        slot => Ok(slot.to_owned()),
    }
}
