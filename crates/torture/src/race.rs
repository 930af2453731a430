//! The race: a pool so small that it is always nearly gone, and holds that everybody may end.
//!
//! Racers share the secrets of their holds, so that confirmations, releases and looks of one hold meet. What
//! they were answered is checked as a history (`history`).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::api::Ask;
use crate::chance::Chance;
use crate::crowd::Hall;
use crate::ledger::Act;

/// An id with its secret.
type Claim = (String, String);

/// What the racers share.
#[derive(Default)]
pub struct Race {
    holds: Mutex<Vec<Claim>>,
    orders: Mutex<Vec<Claim>>,
    blind: AtomicBool,
}

/// Holds that anybody may still try to end; older ones are let go, ended or not.
const SHARED_MAX: usize = 6;

fn put(claims: &Mutex<Vec<Claim>>, claim: Claim) -> Option<Claim> {
    let mut claims = claims.lock().unwrap_or_else(PoisonError::into_inner);
    claims.push(claim);
    (claims.len() > SHARED_MAX).then(|| claims.remove(0))
}

fn any(claims: &Mutex<Vec<Claim>>, chance: &mut Chance) -> Option<Claim> {
    let claims = claims.lock().unwrap_or_else(PoisonError::into_inner);
    claims.get(chance.below(claims.len() as u64) as usize).cloned()
}

fn take(claims: &Mutex<Vec<Claim>>, chance: &mut Chance) -> Option<Claim> {
    let mut claims = claims.lock().unwrap_or_else(PoisonError::into_inner);
    let place = chance.below(claims.len() as u64) as usize;
    (place < claims.len()).then(|| claims.remove(place))
}

impl Race {
    /// Whether racers look at things from now on. What is looked at is not waited for, so a standby may lack it.
    pub fn look(&self, look: bool) {
        self.blind.store(!look, Ordering::Release);
    }

    /// One turn of a racer; nothing when the run was given up.
    pub async fn turn(&self, hall: &Arc<Hall>, number: usize, chance: &mut Chance) -> Option<()> {
        let node = number + chance.below(3) as usize;
        let hold = any(&self.holds, chance);
        let blind = self.blind.load(Ordering::Acquire);
        match (chance.below(20), hold) {
            (0..=1 | 11..=12, _) if blind => Some(()),
            (0..=1, _) => {
                let path = format!("/v1/pools/{}", hall.shelf.pool("race"));
                hall.settle(Act::Look, Ask::get(path, &hall.shelf.key), node).await.map(drop)
            }
            (2..=5, Some((hold, secret))) => {
                let payment = json!({ "method": "free" });
                let body =
                    json!({ "buyer": { "name": "Racer", "email": "racer@example.org" }, "payment": payment });
                let ask = Ask::post(format!("/v1/holds/{hold}/confirm"), &secret, chance.key(), body);
                let answer = hall.settle(Act::Confirm, ask, node).await?;
                if answer.is_yes() {
                    put(&self.orders, (answer.text("/id").to_owned(), answer.text("/secret").to_owned()));
                }
                Some(())
            }
            (6..=10, Some(claim)) => self.release(hall, claim, chance.key(), node).await,
            (11..=12, Some((hold, secret))) => {
                hall.settle(Act::Look, Ask::get(format!("/v1/holds/{hold}"), &secret), node).await.map(drop)
            }
            (13..=15, _) => match take(&self.orders, chance) {
                Some((order, secret)) => {
                    let path = format!("/v1/orders/{order}/cancel");
                    hall.settle(Act::Cancel, Ask::post(path, &secret, chance.key(), json!({})), node)
                        .await
                        .map(drop)
                }
                None => Some(()),
            },
            _ => self.hold(hall, chance, node).await,
        }
    }

    async fn hold(&self, hall: &Arc<Hall>, chance: &mut Chance, node: usize) -> Option<()> {
        let offer = hall.shelf.offer("race")?;
        let lines = json!([{ "offer": offer.id, "quantity": chance.within(1, 4) }]);
        let ask = Ask::post("/v1/holds", "", chance.key(), json!({ "slot": offer.slot, "lines": lines }));
        let answer = hall.settle(Act::Hold, ask, node).await?;
        if !answer.is_yes() {
            return Some(());
        }
        let claim = (answer.text("/id").to_owned(), answer.text("/secret").to_owned());
        match put(&self.holds, claim) {
            // Units must come back, or the race is over.
            Some(oldest) => self.release(hall, oldest, chance.key(), node).await,
            None => Some(()),
        }
    }

    async fn release(&self, hall: &Arc<Hall>, claim: Claim, key: String, node: usize) -> Option<()> {
        let (hold, secret) = claim;
        let ask = Ask::post(format!("/v1/holds/{hold}/release"), &secret, key, Value::Null);
        hall.settle(Act::Release, ask, node).await.map(drop)
    }
}
