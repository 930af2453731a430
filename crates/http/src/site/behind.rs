//! What the pages behind a secret share: reading the secret, naming the slot, and the way to the goods.

use std::sync::Arc;

use dayshelf_core::command::By;
use dayshelf_core::hold::FulfilmentChoice;
use dayshelf_core::ids::Id;
use dayshelf_core::refusal::Noun;
use dayshelf_core::slot::{Fulfilment, FulfilmentKind};
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use dayshelf_desk::SlotCard;
use dayshelf_pages::{Href, Link, SlotSummary, Still};
use dayshelf_wire::secret::{Bearer, Opens, same_digest};

use super::here;
use super::page::Lost;
use super::shelf::path;
use super::wall::Wall;
use crate::app::App;
use crate::extract::Caller;
use crate::no::No;

/// A secret from an address, for one kind of thing.
#[derive(Clone, Copy)]
pub(super) struct Key(pub Bearer);

impl Key {
    /// Reads the secret. Whatever is wrong with it, nothing is there.
    ///
    /// # Errors
    /// When it is none of this kind.
    pub fn read(text: &str, opens: Opens) -> Result<Self, Lost> {
        let bearer = Bearer::parse(text).filter(|bearer| bearer.opens == opens);
        bearer.map(Self).ok_or_else(|| nothing().into())
    }

    /// Lets through whoever has the right one.
    ///
    /// # Errors
    /// When it is another.
    pub fn fits(&self, secret: &Digest) -> Result<(), Lost> {
        if same_digest(&self.0.digest(), secret) { Ok(()) } else { Err(nothing().into()) }
    }

    pub fn by(&self) -> By {
        By::Bearer(self.0.digest())
    }

    pub fn caller(&self) -> Caller {
        Caller::Bearer(self.0.digest())
    }

    /// The address of what came of it, which has the same secret: `/o/…` of a hold's order.
    pub fn path_of(&self, opens: Opens, id: Id) -> String {
        let start = match opens {
            Opens::Hold => "h",
            Opens::Order => "o",
            Opens::Entry => "w",
            Opens::Api => return "/".to_owned(),
        };
        format!("/{start}/{}", Bearer { opens, id, ..self.0 }.text())
    }

    /// Its own address.
    pub fn path(&self) -> String {
        self.path_of(self.0.opens, self.0.id)
    }
}

/// There is nothing behind this secret.
fn nothing() -> No {
    No::unknown(Noun::Hold)
}

/// The slot's card and wall.
pub(super) struct Stage {
    pub card: Arc<SlotCard>,
    pub wall: Wall,
    pub now: Instant,
}

impl Stage {
    /// The stage of a slot.
    ///
    /// # Errors
    /// When there is no such slot.
    pub fn of(app: &App, slot: dayshelf_core::ids::SlotId) -> Result<Self, No> {
        let card = app.board().slot(slot).ok_or_else(|| No::unknown(Noun::Slot))?;
        let wall = Wall::of(app, &card.sheet.slot.spec.times.zone)?;
        Ok(Self { now: app.now().max(card.at), card, wall })
    }

    /// The slot as other pages name it.
    pub fn summary(&self, app: &App) -> SlotSummary {
        let slot = &self.card.sheet.slot;
        SlotSummary {
            id: slot.id.to_string(),
            title: slot.spec.title.clone(),
            path: Href::new(path(&self.card)),
            time: self.wall.long_span(slot.spec.times.start, slot.spec.times.end),
            place: super::slot::place(&slot.spec.place),
            picture: super::pictures::first(app, &self.card.sheet),
            still: Still::of(&slot.id.to_string()),
        }
    }

    /// The title of an offer; of one that is gone, a word for it.
    pub fn offer(&self, id: dayshelf_core::ids::OfferId) -> String {
        let offer = self.card.sheet.offers.iter().find(|offer| offer.id == id);
        offer.map_or_else(|| "An offer of this slot".to_owned(), |offer| offer.spec.title.clone())
    }

    pub fn calendar(&self) -> Link {
        Link::new("See the calendar", here::house_path(&self.card.sheet.organiser))
    }

    /// The block that was chosen.
    pub fn block(&self, choice: FulfilmentChoice) -> Option<&Fulfilment> {
        self.card.sheet.fulfilments.iter().find(|block| block.id == choice.block)
    }

    /// Whether the goods are sent: nobody comes for them, and nobody shows a pass.
    pub fn is_sent(&self, choice: Option<FulfilmentChoice>) -> bool {
        let block = choice.and_then(|choice| self.block(choice));
        block.is_some_and(|block| block.spec.kind == FulfilmentKind::Delivery)
    }

    /// From when to when the goods can be fetched.
    pub fn times(&self, choice: FulfilmentChoice) -> Option<(Instant, Instant)> {
        let spec = &self.block(choice)?.spec;
        let time_box = choice.places.and_then(|pool| spec.boxes.iter().find(|known| known.pool == pool));
        Some(match time_box {
            Some(time_box) => (time_box.from.at, time_box.until.at),
            None => (spec.opens.at, spec.closes.at),
        })
    }

    /// `Pickup at the workshop, Sun 22 Nov, 09:00–09:30 CET`; `By mail, between Mon 23 Nov and Fri 27 Nov`.
    pub fn way(&self, choice: FulfilmentChoice) -> Option<String> {
        let (block, (from, until)) = (self.block(choice)?, self.times(choice)?);
        Some(match block.spec.kind {
            FulfilmentKind::Pickup => format!("{}, {}", block.spec.title, self.wall.span_words(from, until)),
            FulfilmentKind::Delivery => format!("{}, {}", block.spec.title, self.wall.days(from, until)),
            FulfilmentKind::Digital => block.spec.title.clone(),
        })
    }
}
