//! The offers of the page, with what this viewer may take of each.

use dayshelf_core::limits::LINE_UNITS_MAX;
use dayshelf_core::offer::OfferKind;
use dayshelf_core::time::Instant;
use dayshelf_pages::{OfferState, OfferView};
use dayshelf_relay::live::OfferStand;
use dayshelf_wire::slot::SaleState;

use super::super::say;
use super::super::shelf::{Shelf, Standing};
use super::typed::Typed;

/// All offers, in the order of their making; what goes with others comes after them.
pub(super) fn offers(shelf: &Shelf, typed: &Typed) -> Vec<OfferView> {
    let mut views: Vec<OfferView> =
        shelf.reading.offers.iter().filter_map(|stand| offer(shelf, stand, typed)).collect();
    views.sort_by_key(|view| view.add_on);
    // One of the first is chosen to begin with, so that the button does what it says.
    if typed.quantities.is_empty() {
        let wanted = match shelf.standing() {
            Standing::SoldOut => OfferState::Waitlist,
            _ => OfferState::Open,
        };
        let main = |view: &&mut OfferView| {
            let stand = shelf.mains().find(|stand| stand.offer.id.to_string() == view.id);
            view.state == wanted && view.quantity_max > 0 && stand.is_some()
        };
        if let Some(first) = views.iter_mut().find(main) {
            first.quantity = 1;
        }
    }
    views
}

fn offer(shelf: &Shelf, stand: &OfferStand, typed: &Typed) -> Option<OfferView> {
    let spec = &stand.offer.spec;
    let price = stand.offer.price_at(shelf.now())?;
    let limit = limit(shelf, stand);
    let state = state(shelf, stand, shelf.now());
    let quantity_max = match (state, shelf.standing()) {
        // How many are left behind the gate is not for those before it.
        (OfferState::Open, Standing::Gated(_)) | (OfferState::Waitlist, _) => limit,
        (OfferState::Open, _) => limit.min(stand.free),
        _ => 0,
    };
    let left = match (state, shelf.standing()) {
        (OfferState::Open, Standing::Gated(_)) => String::new(),
        (OfferState::Open, _) => format!("{} left", stand.free),
        (OfferState::Waitlist | OfferState::SoldOut, _) => "Sold out".to_owned(),
        (OfferState::Paused, _) => "Paused".to_owned(),
        (OfferState::Unfulfillable, _) => "Not available any more".to_owned(),
        (OfferState::Upcoming | OfferState::Ended, _) => String::new(),
    };
    Some(OfferView {
        id: stand.offer.id.to_string(),
        name: spec.title.clone(),
        note: note(shelf, stand),
        price: say::money(price),
        price_minor: price.amount,
        currency: price.currency.code().to_owned(),
        left,
        quantity_max,
        quantity_limit: limit,
        quantity: typed.quantity(stand.offer.id).unwrap_or(0),
        add_on: matches!(stand.offer.spec.kind, OfferKind::AddOn(_)),
        state,
    })
}

/// What one buyer may take, whatever is free.
fn limit(shelf: &Shelf, stand: &OfferStand) -> u32 {
    let gate = match shelf.standing() {
        Standing::Gated(window) => Some(window),
        _ => shelf.window_of(stand),
    };
    let of_buyer = gate.and_then(|window| window.spec.hold.buyer_limit).unwrap_or(u32::MAX);
    stand.offer.spec.units_max.min(LINE_UNITS_MAX).min(of_buyer)
}

fn state(shelf: &Shelf, stand: &OfferStand, now: Instant) -> OfferState {
    if let Standing::Gated(window) = shelf.standing()
        && window.sells(stand.offer.id)
        && now < window.spec.closes.at
    {
        return OfferState::Open;
    }
    standing(stand)
}

/// How it stands, whoever may come in.
pub(in crate::site) fn standing(stand: &OfferStand) -> OfferState {
    match stand.state {
        SaleState::Open => OfferState::Open,
        // Nobody waits for what is bought only beside something else.
        SaleState::SoldOut if stand.offer.spec.kind != OfferKind::Main => OfferState::SoldOut,
        SaleState::SoldOut => OfferState::Waitlist,
        SaleState::Ahead => OfferState::Upcoming,
        SaleState::Paused => OfferState::Paused,
        SaleState::Unfulfillable => OfferState::Unfulfillable,
        SaleState::Closed => OfferState::Ended,
    }
}

/// What it is, what it goes with, and what its price will be where several offers have their own.
fn note(shelf: &Shelf, stand: &OfferStand) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !stand.offer.spec.about.is_empty() {
        parts.push(stand.offer.spec.about.trim_end_matches('.').to_owned());
    }
    if let OfferKind::AddOn(with) = &stand.offer.spec.kind {
        let titles = with.iter().filter_map(|id| shelf.reading.offer(*id));
        let titles: Vec<&str> = titles.map(|stand| stand.offer.spec.title.as_str()).collect();
        parts.push(format!("Only together with {}", titles.join(" or ")));
    }
    if shelf.only().is_none()
        && matches!(stand.state, SaleState::Open | SaleState::Ahead)
        && let Some(next) = shelf.next_price(&stand.offer)
    {
        parts.push(next);
    }
    parts.join(" · ")
}
