//! What a viewer may buy of a slot, worked out from its card.

use std::collections::BTreeSet;

use dayshelf_core::ids::{OfferId, PoolId, WindowId};
use dayshelf_core::offer::{Offer, OfferKind};
use dayshelf_core::refusal::Withheld;
use dayshelf_core::slot::SlotState;
use dayshelf_core::time::Instant;
use dayshelf_core::window::{Audience, Phase, Window};
use dayshelf_desk::SlotCard;
use dayshelf_wire::live::{StockHead, StockShape, WindowStock};
use dayshelf_wire::slot::{OfferReading, SaleReading, SaleState};

/// Who looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// Anyone: the public windows count.
    #[default]
    Public,
    /// Whoever these windows admit beside the public ones.
    Admitted(Vec<WindowId>),
    /// The organiser's stream, which shows one window at a time: the one that is open to most.
    Organiser,
}

impl Viewer {
    /// Whoever these windows admit; the order does not matter.
    pub fn admitted(mut windows: Vec<WindowId>) -> Self {
        windows.sort_unstable();
        windows.dedup();
        if windows.is_empty() { Self::Public } else { Self::Admitted(windows) }
    }

    /// Whether a window admits this viewer.
    pub fn sees(&self, window: &Window) -> bool {
        let named = match self {
            Self::Public => false,
            Self::Admitted(windows) => windows.contains(&window.id),
            Self::Organiser => true,
        };
        named || window.spec.audience == Audience::Public
    }
}

/// How an offer stands for a viewer.
#[derive(Clone, Debug)]
pub struct OfferStand {
    /// The offer, with its present count of units taken.
    pub offer: Offer,
    /// Whether the viewer can buy it.
    pub state: SaleState,
    /// Units the viewer may buy now.
    pub free: u32,
    /// The window through which the viewer can buy it, now or next.
    pub window: Option<WindowId>,
    /// When that window opens.
    opens: Option<Instant>,
}

/// A slot as a viewer may buy it at an instant.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The instant.
    pub now: Instant,
    /// The journal's sequence at which this is true.
    pub sequence: u64,
    /// The window that is open for the viewer, or the next to open.
    pub window: Option<WindowId>,
    /// The offers, in the order of their making.
    pub offers: Vec<OfferStand>,
    slot: dayshelf_core::ids::SlotId,
}

impl OfferStand {
    /// The same, for the shapes of a page.
    pub fn reading(&self) -> OfferReading<'_> {
        let Self { offer, state, free, window, .. } = self;
        OfferReading { offer, state: *state, free: *free, window: *window }
    }
}

impl Reading {
    /// The reading of a card. An instant before the card's own counts as the card's.
    pub fn of(card: &SlotCard, viewer: &Viewer, now: Instant) -> Self {
        let now = now.max(card.at);
        let selling = card.sheet.slot.state == SlotState::Published;
        let mut seen: Vec<&Window> =
            card.sheet.windows.iter().filter(|window| selling && viewer.sees(window)).collect();
        // The most particular audience first, as the desk admits; of equals the one that opens first.
        seen.sort_by_key(|window| (rank(window), window.spec.opens.at, window.id));
        if *viewer == Viewer::Organiser {
            seen.sort_by_key(|window| (std::cmp::Reverse(rank(window)), window.spec.opens.at, window.id));
            seen = window_now(&seen, now).into_iter().collect();
        }
        let stand =
            |offer: &Offer| stand(card, &seen, now, card.offer(offer.id).unwrap_or_else(|| offer.clone()));
        let offers = card.sheet.offers.iter().map(stand).collect();
        Self {
            now,
            sequence: card.sequence,
            window: window_now(&seen, now).map(|window| window.id),
            offers,
            slot: card.sheet.slot.id,
        }
    }

    /// The offers for the shapes of a page.
    pub fn offers(&self) -> Vec<OfferReading<'_>> {
        self.offers.iter().map(OfferStand::reading).collect()
    }

    /// An offer's standing.
    pub fn offer(&self, id: OfferId) -> Option<&OfferStand> {
        self.offers.iter().find(|stand| stand.offer.id == id)
    }

    /// The live message.
    pub fn stock(&self) -> StockShape {
        let head = StockHead { slot: self.slot, sequence: self.sequence, now: self.now, window: self.window };
        StockShape::of(head, &self.offers())
    }

    /// What a line of the calendar shows.
    pub fn sale(&self) -> SaleReading {
        // An add-on can't be bought alone, so it says nothing about the slot.
        let mains: Vec<&OfferStand> =
            self.offers.iter().filter(|stand| stand.offer.spec.kind == OfferKind::Main).collect();
        let any = |state: SaleState| mains.iter().any(|stand| stand.state == state);
        let order = [
            SaleState::Open,
            SaleState::SoldOut,
            SaleState::Ahead,
            SaleState::Paused,
            SaleState::Unfulfillable,
        ];
        let sale = order.into_iter().find(|state| any(*state)).unwrap_or(SaleState::Closed);
        let ahead = mains.iter().filter(|stand| stand.state == SaleState::Ahead);
        let free = match sale {
            SaleState::Open | SaleState::SoldOut => Some(free_of(&mains)),
            SaleState::Ahead | SaleState::Paused | SaleState::Unfulfillable | SaleState::Closed => None,
        };
        let opens_at = ahead.filter_map(|stand| stand.opens).min();
        SaleReading { sale, opens_at, free, sequence: self.sequence }
    }
}

/// Every window that is open at `now`, with what whoever it admits may buy through it. For the organiser: who
/// the public is must not read it.
pub fn open_windows(card: &SlotCard, now: Instant) -> Vec<WindowStock> {
    let selling = card.sheet.slot.state == SlotState::Published;
    let open = card.sheet.windows.iter().filter(|window| selling && window.phase_at(now) == Phase::Open);
    let stock = |window: &Window| {
        let sold = card.sheet.offers.iter().filter(|offer| window.sells(offer.id));
        let stands: Vec<OfferStand> = sold
            .map(|offer| stand(card, &[window], now, card.offer(offer.id).unwrap_or_else(|| offer.clone())))
            .collect();
        let readings: Vec<OfferReading<'_>> = stands.iter().map(OfferStand::reading).collect();
        WindowStock::of(window, now, &readings)
    };
    open.map(stock).collect()
}

/// Units free over several offers. What two offers draw on is there once: of those that share a pool, the
/// one with the most counts for all.
fn free_of(stands: &[&OfferStand]) -> u32 {
    let mut groups: Vec<(BTreeSet<PoolId>, u32)> = Vec::new();
    for stand in stands {
        let mut pools: BTreeSet<PoolId> = stand.offer.spec.recipe.iter().map(|part| part.pool).collect();
        let mut free = stand.free;
        groups.retain(|(known, most)| {
            let apart = known.is_disjoint(&pools);
            if !apart {
                pools.extend(known);
                free = free.max(*most);
            }
            apart
        });
        groups.push((pools, free));
    }
    groups.iter().fold(0, |sum, (_, free)| sum.saturating_add(*free))
}

fn rank(window: &Window) -> u8 {
    match window.spec.audience {
        Audience::List(_) => 0,
        Audience::Code(_) => 1,
        Audience::Public => 2,
    }
}

/// The window that is open, or the next to open.
fn window_now<'w>(seen: &[&'w Window], now: Instant) -> Option<&'w Window> {
    let open = seen.iter().find(|window| window.phase_at(now) == Phase::Open);
    let ahead = || {
        let ahead = seen.iter().filter(|window| window.phase_at(now) == Phase::Ahead);
        ahead.min_by_key(|window| (window.spec.opens.at, window.id))
    };
    open.or_else(ahead).copied()
}

/// How one offer stands in the windows that the viewer sees. A hold comes from one window, so what is free
/// is what the best of them has, not their sum.
fn stand(card: &SlotCard, seen: &[&Window], now: Instant, offer: Offer) -> OfferStand {
    let selling: Vec<&Window> = seen.iter().copied().filter(|window| window.sells(offer.id)).collect();
    let Some(window) = window_now(&selling, now) else {
        return OfferStand { offer, state: SaleState::Closed, free: 0, window: None, opens: None };
    };
    let opens = Some(window.spec.opens.at);
    let gone = card.is_gone(offer.id).then_some(Withheld::Unfulfillable);
    if let Some(why) = card.withheld(now).or(gone) {
        let state = match why {
            Withheld::Paused | Withheld::StockLow => SaleState::Paused,
            Withheld::Unfulfillable => SaleState::Unfulfillable,
        };
        return OfferStand { offer, state, free: 0, window: Some(window.id), opens };
    }
    if window.phase_at(now) == Phase::Ahead {
        return OfferStand { offer, state: SaleState::Ahead, free: 0, window: Some(window.id), opens };
    }
    let open = selling.iter().filter(|window| window.phase_at(now) == Phase::Open);
    let counted = open.map(|window| (card.left(window.id, offer.id), *window));
    let mut best = (0, window);
    for (left, window) in counted {
        if left > best.0 {
            best = (left, window);
        }
    }
    let state = if best.0 > 0 { SaleState::Open } else { SaleState::SoldOut };
    OfferStand { offer, state, free: best.0, window: Some(best.1.id), opens }
}

/// When a card next says something else by the clock alone: a window opens or closes, a step begins, a time
/// box is over.
pub(super) fn turns_at(card: &SlotCard, now: Instant) -> Option<Instant> {
    let windows = card.sheet.windows.iter().flat_map(|window| [window.spec.opens.at, window.spec.closes.at]);
    let steps = card.sheet.offers.iter().flat_map(|offer| &offer.spec.ladder);
    let steps = steps.filter_map(|step| step.from).map(|from| from.at);
    let boxes = card.sheet.fulfilments.iter().flat_map(|block| &block.spec.boxes);
    let boxes = boxes.map(|time_box| time_box.until.at);
    windows.chain(steps).chain(boxes).filter(|at| *at > now).min()
}
