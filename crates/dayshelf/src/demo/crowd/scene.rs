//! What buyers see before they act: the slot, its windows, its ways to receive the goods, the clock.

use std::time::Duration;

use dayshelf_wire::time::At;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::chance::Chance;
use crate::client::{Client, No, Reply};

/// A slot as the API shows it.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The slot's id.
    pub slot: String,
    /// The offer that the crowd is after.
    pub offer: String,
    /// The window for those who have the code.
    pub vip: Option<Span>,
    /// The window for everyone.
    pub public: Span,
    /// Milliseconds that the server's clock is ahead of ours.
    ahead: i64,
}

/// From when to when, in milliseconds since 1970 by the server's clock.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The first millisecond.
    pub from: i64,
    /// The first millisecond after.
    pub until: i64,
}

impl Scene {
    /// Looks at a slot.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn look(client: &Client, slot: &str) -> Result<Option<Self>, No> {
        let page = client.get(&format!("/v1/slots/{slot}")).await?;
        Ok(Self::read(&page))
    }

    fn read(page: &Reply) -> Option<Self> {
        let windows = page.body.get("windows")?.as_array()?;
        let span = |audience: &str| {
            let window = windows.iter().find(|window| window["audience"] == audience)?;
            Some(Span { from: millis(&window["opens"]["at"])?, until: millis(&window["closes"]["at"])? })
        };
        Some(Self {
            slot: page.text("/id").to_owned(),
            offer: page.text("/offers/0/id").to_owned(),
            vip: span("code"),
            public: span("public")?,
            ahead: millis(page.body.get("as_of")?)? - local(),
        })
    }

    /// The server's clock.
    pub fn now(&self) -> i64 {
        local() + self.ahead
    }

    /// Waits until the server's clock shows an instant.
    pub async fn until(&self, instant: i64) {
        let wait = u64::try_from(instant - self.now()).unwrap_or(0);
        sleep(Duration::from_millis(wait)).await;
    }

    /// One of the time boxes in which there is room, as a hold wants it.
    pub async fn place(&self, client: &Client, chance: &mut Chance) -> Option<Value> {
        let page = client.get(&format!("/v1/slots/{}", self.slot)).await.ok()?;
        let block = page.body.get("fulfilments")?.get(0)?;
        let boxes = block.get("boxes")?.as_array()?;
        let roomy: Vec<&Value> =
            boxes.iter().filter(|time_box| time_box["left"].as_u64() > Some(0)).collect();
        match chance.one_of(&roomy) {
            Some(time_box) => Some(json!({ "block": block["id"], "box": time_box["id"] })),
            None if boxes.is_empty() => Some(json!({ "block": block["id"] })),
            None => None,
        }
    }
}

impl Span {
    /// An instant in the span at which a buyer comes: most of them in its first half, few near its end.
    pub fn arrival(&self, chance: &mut Chance) -> i64 {
        let length = u64::try_from(self.until - self.from).unwrap_or(0);
        let share = if chance.percent(65) { length / 2 } else { length * 9 / 10 };
        self.from + i64::try_from(chance.below(share)).unwrap_or(0)
    }
}

fn millis(at: &Value) -> Option<i64> {
    serde_json::from_value::<At>(at.clone()).ok().map(|at| at.0.0)
}

fn local() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
