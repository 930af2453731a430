//! What a slot says at a glance, from its card: whether one can buy, how many are left, the price.
//!
//! The calendar, the slot's page, the overlay and the index say it in the same words.

use std::sync::Arc;

use dayshelf_core::offer::{Offer, OfferKind, Step};
use dayshelf_core::refusal::Withheld;
use dayshelf_core::time::Instant;
use dayshelf_core::window::{Audience, Phase, Window};
use dayshelf_desk::SlotCard;
use dayshelf_pages::{Badge, BadgeKind, PriceView};
use dayshelf_relay::live::{OfferStand, Reading, Viewer};
use dayshelf_wire::slot::SaleState;

use super::here;
use super::say;
use super::wall::Wall;
use crate::app::App;
use crate::no::No;

/// So few are called few.
const LOW: u32 = 10;

/// A slot's card as a viewer sees it.
pub(super) struct Shelf {
    pub card: Arc<SlotCard>,
    pub viewer: Viewer,
    pub reading: Reading,
    pub wall: Wall,
}

/// How a slot stands for a viewer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Standing<'s> {
    /// Called off.
    Cancelled,
    /// Something can be bought.
    Open,
    /// Nothing is left; one can wait.
    SoldOut,
    /// It opens then.
    Ahead(Instant),
    /// A window is open that may admit the viewer, once they say who they are.
    Gated(&'s Window),
    /// It is kept from sale for now: paused, or closed by a rule while stock is low.
    Paused(Withheld),
    /// What it needs is gone for good.
    Unfulfillable,
    /// All windows are over.
    Closed,
    /// Nothing is sold.
    NotForSale,
}

impl Shelf {
    /// The card for this viewer, now.
    ///
    /// # Errors
    /// A fault when the slot's zone is gone.
    pub fn of(app: &App, card: Arc<SlotCard>, viewer: Viewer) -> Result<Self, No> {
        Self::at(app, card, viewer, app.now())
    }

    /// The card for this viewer at an instant.
    ///
    /// # Errors
    /// As [`Shelf::of`].
    pub fn at(app: &App, card: Arc<SlotCard>, viewer: Viewer, now: Instant) -> Result<Self, No> {
        let reading = Reading::of(&card, &viewer, now);
        let wall = Wall::of(app, &card.sheet.slot.spec.times.zone)?;
        Ok(Self { card, viewer, reading, wall })
    }

    /// The way to its page.
    pub fn path(&self) -> String {
        path(&self.card)
    }

    pub fn now(&self) -> Instant {
        self.reading.now
    }

    /// How the slot stands for the viewer.
    pub fn standing(&self) -> Standing<'_> {
        let sheet = &self.card.sheet;
        if sheet.slot.state.is_off() {
            return Standing::Cancelled;
        }
        if sheet.windows.is_empty() || sheet.offers.is_empty() {
            return Standing::NotForSale;
        }
        if let Some(withheld) = self.withheld() {
            return withheld;
        }
        let sale = self.reading.sale();
        if let Some(window) = self.gate(sale.sale) {
            return Standing::Gated(window);
        }
        match (sale.sale, sale.opens_at) {
            (SaleState::Open, _) => Standing::Open,
            (SaleState::SoldOut, _) => Standing::SoldOut,
            (SaleState::Ahead, Some(opens)) => Standing::Ahead(opens),
            _ => self.next_for_anyone().map_or(Standing::Closed, Standing::Ahead),
        }
    }

    /// Why nothing is sold though windows are open or to come.
    fn withheld(&self) -> Option<Standing<'_>> {
        let mut windows = self.card.sheet.windows.iter();
        let sells = windows.any(|window| window.phase_at(self.now()) != Phase::Closed);
        let why = self.card.withheld(self.now()).filter(|_| sells)?;
        Some(match why {
            Withheld::Paused | Withheld::StockLow => Standing::Paused(why),
            Withheld::Unfulfillable => Standing::Unfulfillable,
        })
    }

    /// The open window that asks who the viewer is, where nothing else can be done.
    fn gate(&self, sale: SaleState) -> Option<&Window> {
        let open = self.card.sheet.windows.iter().filter(|window| window.phase_at(self.now()) == Phase::Open);
        let mut unseen = open.filter(|window| !self.viewer.sees(window));
        unseen.find(|window| match (&window.spec.audience, sale) {
            (_, SaleState::Open | SaleState::SoldOut) => false,
            (Audience::List(_), _) => true,
            // Before the public's opening, a field for the code stands beside the countdown.
            (Audience::Code(_), sale) => sale == SaleState::Closed,
            (Audience::Public, _) => false,
        })
    }

    /// When the next window of any audience opens.
    fn next_for_anyone(&self) -> Option<Instant> {
        let opens = self.card.sheet.windows.iter().map(|window| window.spec.opens.at);
        opens.filter(|opens| *opens > self.now()).min()
    }

    /// The window that a stand leads through.
    pub fn window_of(&self, stand: &OfferStand) -> Option<&Window> {
        let id = stand.window?;
        self.card.sheet.windows.iter().find(|window| window.id == id)
    }

    /// Offers that stand alone.
    pub fn mains(&self) -> impl Iterator<Item = &OfferStand> {
        self.reading.offers.iter().filter(|stand| stand.offer.spec.kind == OfferKind::Main)
    }

    /// The one offer that all of it is about, if it is one.
    pub fn only(&self) -> Option<&OfferStand> {
        let mut mains = self.mains();
        mains.next().filter(|_| mains.next().is_none())
    }

    /// Units that can be bought; offers that draw on the same pools count once.
    pub fn units(&self) -> u32 {
        self.reading.sale().free.unwrap_or(0)
    }

    /// The stock badge.
    pub fn badge(&self) -> Badge {
        match self.standing() {
            Standing::Cancelled => Badge::new(BadgeKind::Cancelled, "Cancelled"),
            Standing::Open => {
                let units = self.units();
                let kind = if units <= LOW { BadgeKind::Low } else { BadgeKind::Open };
                let offer = self.only().map(|stand| stand.offer.id.to_string());
                Badge { offer, ..Badge::new(kind, format!("{units} left")) }
            }
            Standing::SoldOut => Badge::new(BadgeKind::Waitlist, "Sold out – waitlist"),
            Standing::Ahead(opens) => {
                let opens = self.wall.when(opens, self.now());
                Badge::new(BadgeKind::Upcoming, format!("Opens {opens}"))
            }
            Standing::Gated(_) => Badge::new(BadgeKind::Upcoming, "By invitation"),
            Standing::Paused(_) => Badge::new(BadgeKind::Upcoming, "Paused for now"),
            Standing::Unfulfillable => Badge::new(BadgeKind::Ended, "Not available any more"),
            Standing::Closed if self.is_over() => Badge::new(BadgeKind::Ended, "Ended"),
            Standing::Closed => Badge::new(BadgeKind::Ended, "Sales closed"),
            Standing::NotForSale if self.is_over() => Badge::new(BadgeKind::Ended, "Ended"),
            Standing::NotForSale => Badge::new(BadgeKind::Upcoming, "Coming up"),
        }
    }

    /// Whether the slot has ended.
    pub fn is_over(&self) -> bool {
        self.card.sheet.slot.spec.times.end <= self.now()
    }

    /// Whether nobody goes there any more, nor buys: it was called off, or is over.
    pub fn is_past(&self) -> bool {
        match self.standing() {
            Standing::Cancelled => true,
            Standing::Open | Standing::SoldOut | Standing::Ahead(_) | Standing::Gated(_) => false,
            Standing::Paused(_) | Standing::Unfulfillable | Standing::Closed | Standing::NotForSale => {
                self.is_over()
            }
        }
    }

    /// The price as of now; none where nothing is sold any more.
    pub fn price(&self) -> Option<PriceView> {
        if matches!(
            self.standing(),
            Standing::Cancelled | Standing::Unfulfillable | Standing::Closed | Standing::NotForSale
        ) {
            return None;
        }
        if let Some(stand) = self.only() {
            let now = say::money(stand.offer.price_at(self.now())?);
            return Some(PriceView {
                now,
                next: self.next_price(&stand.offer),
                offer: Some(stand.offer.id.to_string()),
            });
        }
        // What is gone is no price that anybody still gets, as long as something else is there.
        let is_there = |stand: &&OfferStand| stand.state != SaleState::SoldOut;
        let some_are = self.mains().any(|stand| is_there(&stand));
        let shown = self.mains().filter(|stand| !some_are || is_there(stand));
        let prices = shown.filter_map(|stand| stand.offer.price_at(self.now()));
        let (mut low, mut high) = (None, None);
        for price in prices {
            low = Some(low.map_or(price, |low| price.min(low)));
            high = Some(high.map_or(price, |high| price.max(high)));
        }
        let (low, high) = (low?, high?);
        let now = if low == high { say::money(low) } else { format!("from {}", say::money(low)) };
        Some(PriceView { now, next: None, offer: None })
    }

    /// `€32 from 18:20`, `€32 once 10 are taken`.
    pub fn next_price(&self, offer: &Offer) -> Option<String> {
        let step: &Step = offer.next_step(self.now())?;
        let price = say::money(step.price);
        let from = step.from.map(|from| self.wall.when(from.at, self.now()));
        // How many more it takes moves with every hold, and the page does not; how many it takes in all stays.
        Some(match (from, step.after_units) {
            (Some(from), Some(units)) => format!("{price} from {from}, or once {units} are taken"),
            (Some(from), None) => format!("{price} from {from}"),
            (None, Some(units)) => format!("{price} once {units} are taken"),
            (None, None) => return None,
        })
    }

    /// The window that matters now, where the badge does not say it: `Friends from 17:40`.
    pub fn windows_line(&self) -> String {
        let (now, start) = (self.now(), self.card.sheet.slot.spec.times.start);
        let said = match self.standing() {
            Standing::Cancelled | Standing::Unfulfillable => return String::new(),
            Standing::Ahead(opens) => Some(opens),
            _ => None,
        };
        let windows = &self.card.sheet.windows;
        let Some(window) = windows.iter().find(|window| window.phase_at(now) != Phase::Closed) else {
            return String::new();
        };
        let (name, opens, closes) = (&window.spec.title, window.spec.opens.at, window.spec.closes.at);
        match window.phase_at(now) {
            Phase::Open => format!("{name} until {}", self.wall.when(closes, start)),
            _ if said == Some(opens) => String::new(),
            _ => format!("{name} from {}", self.wall.when(opens, start)),
        }
    }
}

/// The way to a slot's page: `/{organiser}/{slot}`, or `/{slot}` under the organiser's own name.
pub(super) fn path(card: &SlotCard) -> String {
    here::slot_path(card)
}

/// Whether the public may see the slot.
pub(super) fn is_public(card: &SlotCard) -> bool {
    card.sheet.slot.state.is_public()
}
