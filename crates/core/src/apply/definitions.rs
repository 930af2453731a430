//! Facts about what the organiser wrote: slots and all that they own, pools, codes, keys, endpoints.

use std::collections::BTreeSet;

use super::{change, series};
use crate::block::{Act, Block};
use crate::books::Books;
use crate::change::Credential;
use crate::decide::slots_closed_by;
use crate::fact::Fact;
use crate::ids::{BlockId, OfferId, SlotId, WindowId};
use crate::lobby::Number;
use crate::offer::Offer;
use crate::pool::{Balance, Pool};
use crate::slot::{Fulfilment, Slot, SlotState};
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
            books.stir_all(&BTreeSet::new());
        }
        Fact::CodeRemoved(code) => forget_code(books, *code),
        Fact::ListPut(list) => {
            books.lists.insert(list.id, (**list).clone());
            books.stir_all(&BTreeSet::new());
        }
        Fact::ListRemoved(list) => drop(books.lists.remove(list)),
        Fact::PicturePut(picture) => drop(books.pictures.insert(picture.id, (**picture).clone())),
        Fact::PictureRemoved(picture) => drop(books.pictures.remove(picture)),
        Fact::ProductPut(product) => drop(books.products.insert(product.id, (**product).clone())),
        Fact::ProductRemoved(product) => drop(books.products.remove(product)),
        Fact::TemplatePut(template) => drop(books.templates.insert(template.id, (**template).clone())),
        Fact::TemplateRemoved(template) => drop(books.templates.remove(template)),
        _ => return apply_to_slot(books, fact),
    }
    true
}

fn apply_to_slot(books: &mut Books, fact: &Fact) -> bool {
    match fact {
        Fact::SeriesPut(_) | Fact::OccurrencePut(_) => series::apply(books, fact),
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
        Fact::BlockPut { block, .. } => put_block(books, block),
        Fact::BlockRemoved(block) => remove_block(books, *block),
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
        Fact::StepBegan { offer, step } => tell_step(books, *offer, *step),
        Fact::Dripped { window, at } => tell_portion(books, *window, *at),
        Fact::NumberTaken { number, lot } => give_number(books, *number, *lot),
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
    if let Some(known) = books.slots.insert(slot.id, slot.clone())
        // What was thrown away has no name any more; another may have it now.
        && books.slugs.get(&known.spec.slug) == Some(&slot.id)
    {
        books.slugs.remove(&known.spec.slug);
    }
    if slot.state != SlotState::Discarded {
        books.slugs.insert(slot.spec.slug.clone(), slot.id);
    }
    books.parts.entry(slot.id).or_default();
    // Others may sell bundles that admit to it.
    books.stir_all(&BTreeSet::new());
    // Rules of a slot watch while it is on the calendar.
    let rules: Vec<BlockId> =
        books.blocks_of(slot.id).filter(|block| block.rule().is_some()).map(|block| block.id).collect();
    for rule in rules.iter().filter_map(|rule| books.blocks.get(rule).cloned()).collect::<Vec<_>>() {
        reopen(books, &rule);
    }
    books.alert.extend(rules);
}

fn put_window(books: &mut Books, window: &Window) {
    if let Some(known) = books.windows.remove(&window.id) {
        books.unschedule_window(&known);
    }
    if window.spec.hold.buyer_limit.is_none() {
        count_buyers(books, window.id, &[]);
    }
    let mut window = window.clone();
    if crate::planted!(DripTellsAgain) {
        window.told = window.spec.opens.at;
    }
    books.parts.entry(window.spec.slot).or_default().windows.insert(window.id);
    books.schedule_window(&window);
    books.stir(window.spec.slot);
    books.windows.insert(window.id, window);
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
    if phase == Phase::Open {
        // The first portion comes with the opening.
        window.told = window.told.max(window.spec.opens.at);
    }
    books.schedule_window(&window);
    let slot = window.spec.slot;
    books.windows.insert(id, window);
    match phase {
        Phase::Open => books.stir_with_all_pools(slot),
        Phase::Ahead | Phase::Closed => books.stir(slot),
    }
}

/// Somebody took a number.
fn give_number(books: &mut Books, number: Number, lot: u64) {
    let Some(window) = books.windows.get_mut(&number.window) else { return };
    if let Some(terms) = window.spec.lobby {
        window.lobby.give(number, lot, &terms);
    }
}

/// A portion of a drip is out.
fn tell_portion(books: &mut Books, id: WindowId, at: Instant) {
    let Some(mut window) = books.windows.remove(&id) else { return };
    books.unschedule_window(&window);
    window.told = window.told.max(at);
    books.schedule_window(&window);
    let slot = window.spec.slot;
    books.windows.insert(id, window);
    books.stir_with_all_pools(slot);
}

/// A price step has begun by the clock.
fn tell_step(books: &mut Books, id: OfferId, step: u16) {
    let Some(mut offer) = books.offers.remove(&id) else { return };
    books.unschedule_offer(&offer);
    let begun = offer.spec.ladder.get(usize::from(step)).and_then(|step| step.from);
    offer.told = begun.map_or(offer.told, |from| offer.told.max(from.at));
    books.schedule_offer(&offer);
    books.offers.insert(id, offer);
}

fn put_fulfilment(books: &mut Books, fulfilment: &Fulfilment) {
    books.parts.entry(fulfilment.spec.slot).or_default().fulfilments.insert(fulfilment.id);
    books.fulfilments.insert(fulfilment.id, fulfilment.clone());
    books.stir_all(&BTreeSet::new());
}

fn put_offer(books: &mut Books, offer: &Offer) {
    if let Some(known) = books.offers.remove(&offer.id) {
        books.unschedule_offer(&known);
    }
    books.parts.entry(offer.spec.slot).or_default().offers.insert(offer.id);
    books.schedule_offer(offer);
    books.offers.insert(offer.id, offer.clone());
    books.stir(offer.spec.slot);
}

fn put_block(books: &mut Books, block: &Block) {
    let before = books.blocks.remove(&block.id);
    if let Some(known) = &before {
        books.unschedule_block(known);
    }
    books.parts.entry(block.spec.slot).or_default().blocks.insert(block.id);
    books.schedule_block(block);
    books.blocks.insert(block.id, block.clone());
    // A rule that begins again once it has fired keeps closed what it kept closed.
    if let Some(known) = before.filter(|known| Block { begun: block.begun, ..known.clone() } != *block) {
        reopen(books, &known);
    }
}

fn remove_block(books: &mut Books, id: BlockId) {
    if let Some(known) = books.blocks.remove(&id) {
        books.unschedule_block(&known);
        books.parts.entry(known.spec.slot).or_default().blocks.remove(&id);
    }
}

/// Waiters of slots that a rule kept closed may be served again.
fn reopen(books: &mut Books, rule: &Block) {
    let closes = matches!(rule.rule().map(|rule| &rule.act), Some(Act::Close(_)));
    if !closes || !rule.has_fired() {
        return;
    }
    let slots: Vec<SlotId> =
        slots_closed_by(books, rule).into_iter().filter(|slot| books.waited.contains(slot)).collect();
    slots.into_iter().for_each(|slot| books.stir_with_all_pools(slot));
    books.stir_all(&BTreeSet::new());
}
