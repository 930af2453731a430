//! What a reader typed into the slot's form, and the requests that it stands for.

use dayshelf_core::ids::{FulfilmentId, OfferId, PoolId, SlotId};
use dayshelf_wire::buyer::ContactShape;
use dayshelf_wire::hold::{FulfilmentShape, HoldRequest, WantShape};
use dayshelf_wire::name::{FulfilmentRef, OfferRef, PoolRef, SlotRef};
use dayshelf_wire::problem::Problem;
use dayshelf_wire::waitlist::JoinRequest;

use crate::extract::Form;

/// What was typed. Quantities are kept as they were written.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub quantities: Vec<(OfferId, String)>,
    pub code: String,
    pub email: String,
    pub fulfilment: String,
    /// The texts of the numbers that the browser has kept, the one that leads in first.
    pub numbers: Vec<String>,
}

impl Typed {
    pub fn of(form: &Form) -> Self {
        let quantities = form.under("quantity.");
        Self {
            quantities: quantities
                .filter_map(|(offer, text)| Some((OfferId::parse(offer)?, text.to_owned())))
                .collect(),
            code: form.text("code").to_owned(),
            email: form.text("email").to_owned(),
            fulfilment: form.text("fulfilment").to_owned(),
            numbers: Vec::new(),
        }
    }

    /// The code, if one was given.
    pub fn code_shown(&self) -> Option<&str> {
        Some(self.code.trim()).filter(|code| !code.is_empty())
    }

    /// How many were chosen of an offer; none when nothing readable was.
    pub fn quantity(&self, offer: OfferId) -> Option<u32> {
        let (_, text) = self.quantities.iter().find(|(known, _)| *known == offer)?;
        text.parse().ok()
    }

    /// Offers of which some were chosen.
    fn wants(&self) -> Result<Vec<WantShape>, Problem> {
        let mut wants = Vec::new();
        for (offer, text) in &self.quantities {
            let quantity: u32 = if text.is_empty() {
                0
            } else {
                let wrong = |_| Problem::value_wrong(&format!("quantity.{offer}"), "write a whole number");
                text.parse().map_err(wrong)?
            };
            if quantity > 0 {
                wants.push(WantShape { offer: OfferRef(*offer), quantity });
            }
        }
        Ok(wants)
    }

    /// Asks for units.
    ///
    /// # Errors
    /// When something in it can't be read.
    pub fn hold_request(&self, slot: SlotId) -> Result<HoldRequest, Problem> {
        Ok(HoldRequest {
            slot: SlotRef(slot),
            lines: self.wants()?,
            code: self.code_shown().map(str::to_owned),
            contact: (!self.email.is_empty()).then(|| ContactShape { email: self.email.clone() }),
            fulfilment: self.fulfilment()?,
            number: self.numbers.first().cloned(),
        })
    }

    fn fulfilment(&self) -> Result<Option<FulfilmentShape>, Problem> {
        if self.fulfilment.is_empty() {
            return Ok(None);
        }
        let (block, time_box) = match self.fulfilment.split_once('.') {
            Some((block, time_box)) => (block, Some(time_box)),
            None => (self.fulfilment.as_str(), None),
        };
        let wrong = || Problem::value_wrong("fulfilment", "choose one of the ways that the page shows");
        let block = FulfilmentRef(FulfilmentId::parse(block).ok_or_else(wrong)?);
        let time_box = match time_box {
            Some(time_box) => Some(PoolRef(PoolId::parse(time_box).ok_or_else(wrong)?)),
            None => None,
        };
        Ok(Some(FulfilmentShape { block, time_box }))
    }

    /// Asks for a place in line: for the offer whose own button was pressed, else for the one chosen.
    ///
    /// # Errors
    /// When none or several were chosen.
    pub fn join_request(&self, pressed: &str) -> Result<JoinRequest, Problem> {
        let want = if pressed.is_empty() {
            let wants = self.wants()?;
            match wants.as_slice() {
                [only] => *only,
                [] => return Err(Problem::value_wrong("form", "choose how many you wait for")),
                _ => {
                    return Err(Problem::value_wrong(
                        "form",
                        "wait for one thing at a time: each has its line",
                    ));
                }
            }
        } else {
            let wrong = || Problem::value_wrong("form", "choose one of the things that the page shows");
            let offer = OfferId::parse(pressed).ok_or_else(wrong)?;
            WantShape { offer: OfferRef(offer), quantity: self.quantity(offer).unwrap_or(1).max(1) }
        };
        Ok(JoinRequest {
            offer: want.offer,
            quantity: want.quantity,
            contact: ContactShape { email: self.email.clone() },
            code: self.code_shown().map(str::to_owned),
        })
    }
}
