//! Where in a plan a refusal was met: the path of the thing that was being put.
//!
//! A refusal that is not about a field does not know which of a plan's hundred things it met. So whoever has to tell
//! somebody asks here, with the same books. Not here: what a plan does (`planning`). Start at [`place_in_plan`].

use super::{change, planning, policy};
use crate::books::Books;
use crate::change::Reason;
use crate::command::ApplyPlan;
use crate::fact::Fact;
use crate::ids::SlotId;
use crate::refusal::Refusal;
use crate::time::Instant;

/// The refusal that a plan meets, and the path of what it was met at, as `slots[drop].windows[vip]`; nothing for a plan
/// that is not refused.
pub fn place_in_plan(books: &Books, now: Instant, ask: &ApplyPlan) -> Option<(Refusal, String)> {
    let mut trial = planning::Trial::on(books, now);
    if let Err(refusal) = planning::walk(&mut trial, &ask.plan) {
        return Some((refusal, trial.at));
    }
    let facts = trial.facts;
    let refusal = change::of_plan(books, now, ask, facts.clone()).err()?;
    let place = match &refusal {
        Refusal::NeedsYes(_) => place_of_yes(books, now, &facts),
        _ => String::new(),
    };
    Some((refusal, place))
}

/// The first thing that needs a yes.
fn place_of_yes(books: &Books, now: Instant, facts: &[Fact]) -> String {
    let mut slots: Vec<SlotId> = facts.iter().filter_map(|fact| policy::slot_of(books, fact)).collect();
    slots.sort_unstable();
    slots.dedup();
    for slot in slots.iter().filter_map(|slot| books.slots.get(slot)) {
        let of_slot = facts.iter().filter(|fact| policy::slot_of(books, fact) == Some(slot.id));
        let of_slot: Vec<Fact> = of_slot.cloned().collect();
        if let Some(reason) = policy::reasons(books, now, slot, &of_slot, None).first() {
            return place_of(books, &slot.spec.slug, reason);
        }
    }
    String::new()
}

fn place_of(books: &Books, slug: &str, reason: &Reason) -> String {
    let below = match reason {
        Reason::BelowSold { pool, .. } => {
            let key = books.pools.get(pool).map(|pool| &pool.spec.key);
            return key.map_or_else(String::new, |key| format!("pools[{key}].units"));
        }
        Reason::AcrossWindow { window, .. } => {
            books.windows.get(window).map(|window| format!(".windows[{}]", window.spec.key))
        }
        Reason::BeyondPromise { block, .. } => {
            books.fulfilments.get(block).map(|block| format!(".fulfilments[{}]", block.spec.key))
        }
        Reason::Bought { .. } | Reason::IntoPast => None,
    };
    format!("slots[{slug}]{}", below.unwrap_or_default())
}
