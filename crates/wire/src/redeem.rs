//! Passes in JSON: redeeming one, and who redeemed it.
//!
//! The pass's own text is in `pass`; what redeeming means is the core's.

use dayshelf_core::change::Credential;
use dayshelf_core::command::{HandOver, Taken};
use dayshelf_core::ids::OrderId;
use dayshelf_core::limits::STALL_CHARS_MAX;
use dayshelf_core::order::Redemption;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::change::CredentialShape;
use crate::order::{HandOverRequest, OrderShape};
use crate::problem::Problem;
use crate::stock::on_one_line;
use crate::time::At;

/// Takes a pass for its goods.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemRequest {
    /// The text of the pass, as its QR code has it.
    #[schema(example = "DS1.AAAAAQ", max_length = 200)]
    pub pass: String,
    /// What the stall calls itself.
    #[serde(default)]
    #[schema(example = "north gate", max_length = 60)]
    pub stall: String,
    /// When the goods were given, where that was without network: then this tells of it, and it is never refused
    /// because the pass was taken before. More than an hour ahead, it is noted as of now; before the purchase, as of
    /// that. Left out, it asks: give nothing before the answer.
    #[serde(default)]
    pub redeemed_at: Option<At>,
}

impl RedeemRequest {
    /// What is asked of the line that the pass proves.
    ///
    /// # Errors
    /// When the stall's name is too long.
    pub fn command(&self, of: (OrderId, u16), by: Credential) -> Result<HandOver, Problem> {
        let taken = self.redeemed_at.map_or(Taken::Now, |at| Taken::Before(at.0));
        let (order, line) = of;
        Ok(HandOver { order, line, taken, by, stall: stall(&self.stall)? })
    }
}

impl HandOverRequest {
    /// The command.
    ///
    /// # Errors
    /// When the stall's name is too long.
    pub fn command(&self, order: OrderId, by: Credential) -> Result<HandOver, Problem> {
        Ok(HandOver { order, line: self.line, taken: Taken::Now, by, stall: stall(&self.stall)? })
    }
}

fn stall(name: &str) -> Result<String, Problem> {
    let name = name.trim();
    if name.chars().count() > STALL_CHARS_MAX {
        return Err(Problem::too_long("stall", STALL_CHARS_MAX));
    }
    on_one_line("stall", name)?;
    Ok(name.to_owned())
}

/// One time that a pass was taken for its goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RedemptionShape {
    /// When, by the clock of whoever took it, if that can be.
    pub at: At,
    /// The credential that it was told with.
    pub by: CredentialShape,
    /// What the stall calls itself; may be empty.
    pub stall: String,
}

impl From<&Redemption> for RedemptionShape {
    fn from(one: &Redemption) -> Self {
        Self { at: At(one.at), by: one.by.into(), stall: one.stall.clone() }
    }
}

/// What became of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RedeemOutcomeShape {
    /// Taken, for the first time.
    Redeemed,
    /// Taken without network though it had been taken before, or though its line was given back: somebody has to
    /// look into it.
    Again,
    /// This very report was known.
    Known,
}

/// The answer to a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RedeemedShape {
    /// What became of it.
    pub outcome: RedeemOutcomeShape,
    /// The number of its line, counted from 0.
    pub line: u16,
    /// The order as it stands after.
    pub order: OrderShape,
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::refusal::Refusal;
    use dayshelf_core::time::Instant;

    /// Whoever is told no hears when, where and on whose credential it was taken before; a stall without a name is
    /// its credential.
    #[test]
    fn says_who_took_it() {
        let at = Instant(1_764_000_000_000);
        let said = |stall: &str| {
            let before = Redemption { at, by: Credential::House, stall: stall.into() };
            serde_json::to_value(Problem::from(&Refusal::AlreadyRedeemed(Box::new(before)))).unwrap()
        };
        let north = said("north");
        assert_eq!(
            north["detail"],
            format!(
                "This pass was redeemed at {} by north. Give nothing for it; take that \
                         handover back first if it was a slip.",
                At(at)
            )
        );
        assert_eq!(
            (&north["at"], &north["stall"], &north["by"]["kind"]),
            (
                &serde_json::json!(At(at).to_string()),
                &serde_json::json!("north"),
                &serde_json::json!("house")
            )
        );
        assert_eq!(
            said("")["detail"],
            format!(
                "This pass was redeemed at {} by house. Give nothing for it; take that \
                         handover back first if it was a slip.",
                At(at)
            )
        );
    }

    /// Names of stalls are as long as they may be, not longer, and blanks around them are none of them.
    #[test]
    fn names_of_stalls_are_bounded() {
        assert_eq!(stall(" n "), Ok("n".to_owned()));
        assert!(stall(&"é".repeat(STALL_CHARS_MAX)).is_ok());
        assert!(stall(&"é".repeat(STALL_CHARS_MAX + 1)).is_err());
    }
}
