//! What buyers were told of their pickup.

use crate::hold::FulfilmentChoice;
use crate::slot::{Fulfilment, FulfilmentKind};
use crate::time::Instant;

/// Where and when somebody was to fetch what they bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// The block and the time box, as buyers choose them.
    pub choice: FulfilmentChoice,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// The block's own place; empty where it is the slot's.
    pub place: String,
}

impl Handover {
    /// What a pickup block promises whoever chose this of it; none where it is not there any more.
    pub fn of(block: &Fulfilment, choice: FulfilmentChoice) -> Option<Self> {
        let spec = &block.spec;
        if spec.kind != FulfilmentKind::Pickup || block.id != choice.block {
            return None;
        }
        let (from, until) = match choice.places {
            None => (spec.opens.at, spec.closes.at),
            Some(pool) => {
                let time_box = spec.boxes.iter().find(|time_box| time_box.pool == pool)?;
                (time_box.from.at, time_box.until.at)
            }
        };
        Some(Self { choice, from, until, place: spec.place.clone() })
    }
}
