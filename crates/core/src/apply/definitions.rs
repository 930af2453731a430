//! Facts about what the organiser wrote: slots and all that they own, pools, codes, keys, endpoints.

use super::change;
use crate::books::{Books, Due};
use crate::change::Credential;
use crate::fact::Fact;
use crate::ids::WindowId;
use crate::offer::Offer;
use crate::pool::{Balance, Pool};
use crate::slot::{Fulfilment, Slot};
use crate::text::BuyerKey;
use crate::time::Instant;
use crate::window::{Phase, Window};

/// A pool must exist before units can move into it, so it is made before the moves of its fact.
pub(super) fn make_pools(books: &mut Books, fact: &Fact) {
    let Fact::PoolPut { pool, role, version, spec, .. } = fact else { return };
    let known = books.pools.remove(pool);
    if let Some(known) = &known {
        books.pool_keys.remove(&known.spec.key);
    }
    books.pool_keys.insert(spec.key.clone(), *pool);
    let (balance, counted) = known.map_or((Balance::default(), 0), |known| (known.balance, known.counted));
    let put = Pool { id: *pool, role: *role, version: *version, spec: (**spec).clone(), balance, counted };
    books.pools.insert(*pool, put);
}

/// Applies a fact about definitions; `false` when it is about something else.
pub(super) fn apply(books: &mut Books, fact: &Fact) -> bool {
    match fact {
        Fact::OrganiserFounded(organiser) | Fact::OrganiserChanged(organiser) => {
            books.organiser = (**organiser).clone();
        }
        Fact::KeyIssued(key) => drop(books.keys.insert(key.id, (**key).clone())),
        Fact::KeyRevoked(key) => {
            books.keys.remove(key);
            books.guards.remove(&Credential::Key(*key));
        }
        Fact::EndpointPut(endpoint) => drop(books.endpoints.insert(endpoint.id, (**endpoint).clone())),
        Fact::EndpointRemoved(endpoint) => drop(books.endpoints.remove(endpoint)),
        Fact::CodePut(code) => {
            forget_code(books, code.id);
            books.code_digests.insert(code.digest, code.id);
            books.codes.insert(code.id, (**code).clone());
        }
        Fact::CodeRemoved(code) => forget_code(books, *code),
        Fact::ListPut(list) => drop(books.lists.insert(list.id, (**list).clone())),
        Fact::ListRemoved(list) => drop(books.lists.remove(list)),
        _ => return apply_to_slot(books, fact),
    }
    true
}

fn apply_to_slot(books: &mut Books, fact: &Fact) -> bool {
    match fact {
        Fact::SlotPut { slot, .. } => put_slot(books, slot),
        Fact::ChangeMade(_)
        | Fact::ConfirmationAsked(_)
        | Fact::ConfirmationEnded { .. }
        | Fact::CustomersTold(_)
        | Fact::CredentialFrozen { .. }
        | Fact::CredentialFreed { .. } => change::apply(books, fact),
        Fact::WindowPut { window, .. } => put_window(books, window),
        Fact::BuyersCounted { window, counts } => count_buyers(books, *window, counts),
        Fact::WindowRemoved { window, .. } => remove_window(books, *window),
        Fact::WindowOpened(window) => turn_window(books, *window, Phase::Open),
        Fact::WindowClosed { window, .. } => turn_window(books, *window, Phase::Closed),
        Fact::FulfilmentPut(fulfilment) => put_fulfilment(books, fulfilment),
        Fact::FulfilmentRemoved(id) => {
            if let Some(known) = books.fulfilments.remove(id) {
                books.parts.entry(known.spec.slot).or_default().fulfilments.remove(id);
            }
        }
        Fact::PoolPut { .. } => {}
        Fact::PoolRemoved { pool, .. } => {
            if let Some(known) = books.pools.remove(pool) {
                books.pool_keys.remove(&known.spec.key);
            }
        }
        Fact::OfferPut(offer) => put_offer(books, offer),
        Fact::OfferRemoved(id) => {
            if let Some(known) = books.offers.remove(id) {
                books.unschedule_offer(&known);
                books.parts.entry(known.spec.slot).or_default().offers.remove(id);
            }
        }
        Fact::StepBegan { offer, step } => {
            let ladder = books.offers.get(offer).map(|offer| &offer.spec.ladder);
            let from = ladder.and_then(|ladder| ladder.get(usize::from(*step))).and_then(|step| step.from);
            if let Some(from) = from {
                books.agenda.remove(&(from.at, Due::Step(*offer, *step)));
            }
        }
        Fact::Dripped { window, at } => {
            books.agenda.remove(&(*at, Due::Drip(*window)));
            let next = books.windows.get(window).and_then(|window| window.drip_next(*at));
            books.agenda.extend(next.map(|next| (next, Due::Drip(*window))));
            if let Some(slot) = books.windows.get(window).map(|window| window.spec.slot) {
                books.stir_with_all_pools(slot);
            }
        }
        _ => return false,
    }
    true
}

fn forget_code(books: &mut Books, code: crate::ids::CodeId) {
    if let Some(known) = books.codes.remove(&code) {
        books.code_digests.remove(&known.digest);
    }
}

fn put_slot(books: &mut Books, slot: &Slot) {
    if let Some(known) = books.slots.insert(slot.id, slot.clone()) {
        books.slugs.remove(&known.spec.slug);
    }
    books.slugs.insert(slot.spec.slug.clone(), slot.id);
    books.parts.entry(slot.id).or_default();
    books.stir(slot.id);
}

fn put_window(books: &mut Books, window: &Window) {
    let mut told = None;
    if let Some(known) = books.windows.remove(&window.id) {
        // Portions that the drip has let out are not let out again.
        let next = books.agenda.iter().find(|(_, due)| *due == Due::Drip(window.id));
        let every = known.spec.drip.map_or(0, |drip| drip.every.0);
        told = next.map(|(at, _)| Instant(at.0.saturating_sub(every)));
        if told.is_none() && known.phase == Phase::Open && !crate::planted!(DripTellsAgain) {
            // No portion was left to come, so all up to the old end are out.
            told = Some(Instant(known.spec.closes.at.0 - 1));
        }
        books.unschedule_window(&known);
    }
    if window.spec.hold.buyer_limit.is_none() {
        count_buyers(books, window.id, &[]);
    }
    books.parts.entry(window.spec.slot).or_default().windows.insert(window.id);
    books.schedule_window(window, told);
    books.windows.insert(window.id, window.clone());
    books.stir(window.spec.slot);
}

/// What buyers have in a window is this from now on, and nothing else.
fn count_buyers(books: &mut Books, window: WindowId, counts: &[(BuyerKey, u32)]) {
    let all = (window, BuyerKey(0))..=(window, BuyerKey(u128::MAX));
    let known: Vec<_> = books.tallies.range(all).map(|(key, _)| *key).collect();
    for key in known {
        books.tallies.remove(&key);
        books.tallied.insert(key);
    }
    for (buyer, units) in counts {
        books.tallies.insert((window, *buyer), *units);
        books.tallied.insert((window, *buyer));
    }
}

fn remove_window(books: &mut Books, id: WindowId) {
    if let Some(known) = books.windows.remove(&id) {
        books.unschedule_window(&known);
        books.parts.entry(known.spec.slot).or_default().windows.remove(&id);
    }
}

fn turn_window(books: &mut Books, id: WindowId, phase: Phase) {
    let Some(mut window) = books.windows.remove(&id) else { return };
    books.unschedule_window(&window);
    window.phase = phase;
    books.schedule_window(&window, None);
    let slot = window.spec.slot;
    books.windows.insert(id, window);
    match phase {
        Phase::Open => books.stir_with_all_pools(slot),
        Phase::Ahead | Phase::Closed => books.stir(slot),
    }
}

fn put_fulfilment(books: &mut Books, fulfilment: &Fulfilment) {
    books.parts.entry(fulfilment.spec.slot).or_default().fulfilments.insert(fulfilment.id);
    books.fulfilments.insert(fulfilment.id, fulfilment.clone());
}

fn put_offer(books: &mut Books, offer: &Offer) {
    let mut told = Vec::new();
    if let Some(known) = books.offers.remove(&offer.id) {
        told = books.steps_told(&known);
        books.unschedule_offer(&known);
    }
    books.parts.entry(offer.spec.slot).or_default().offers.insert(offer.id);
    books.schedule_offer(offer, None);
    // A step that has begun does not begin again because its offer changed.
    books.agenda.retain(|(at, due)| !matches!(due, Due::Step(id, _) if *id == offer.id && told.contains(at)));
    books.offers.insert(offer.id, offer.clone());
    books.stir(offer.spec.slot);
}
