//! A hold as it stood right after a decision: what never changes from its row, the rest from the facts, so
//! that a retry is answered with the same bytes however far the hold has come since.

use dayshelf_core::fact::{Fact, HoldEnd};
use dayshelf_core::hold::{Hold, HoldState};
use dayshelf_core::ids::HoldId;
use dayshelf_core::refusal::Noun;
use dayshelf_desk::Decided;
use dayshelf_wire::hold::HoldShape;

use crate::app::App;
use crate::no::No;

/// The shape of a hold after what was decided about it.
pub(super) async fn changed(app: &App, id: HoldId, decided: &Decided) -> Result<HoldShape, No> {
    let mut hold = app.reader.hold(id).await?.ok_or_else(|| No::unknown(Noun::Hold))?;
    for fact in decided.facts.iter() {
        lay(&mut hold, fact);
    }
    Ok(HoldShape::of(&hold, decided.at, None))
}

fn lay(kept: &mut Hold, fact: &Fact) {
    match fact {
        Fact::HoldTaken { hold, due, .. } if *hold == kept.id => {
            (kept.state, kept.due, kept.extended) = (HoldState::Held, *due, 0);
        }
        Fact::HoldExtended { hold, due, extended } if *hold == kept.id => {
            (kept.state, kept.due, kept.extended) = (HoldState::Held, *due, *extended);
        }
        Fact::HoldEnded { hold, end, .. } if *hold == kept.id => {
            kept.state = match end {
                HoldEnd::Released => HoldState::Released,
                HoldEnd::Lapsed(cause) => HoldState::Lapsed(*cause),
            };
        }
        Fact::ConfirmBegun { hold, .. } if *hold == kept.id => kept.state = HoldState::Confirming,
        _ => {}
    }
}
