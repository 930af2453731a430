//! What would be: books in which a plan is done, one of its slots is on the calendar, and time has gone on.
//!
//! Nothing of it happens. It is looked at by whoever composes a drop and wants to see it as a buyer will: before it
//! opens, while it sells, when nothing is left, and afterwards. All of it goes through the decisions that the plan,
//! the pulse and a buyer would meet. Start at [`Foresight::of`].

use super::draw::{self, Shelf};
use super::holds::priced;
use super::planning::{Trial, tried};
use super::{Stop, moves, pulse, settle, transact};
use crate::apply::{Broken, apply};
use crate::books::Books;
use crate::command::{Command, Expect, Want};
use crate::fact::Fact;
use crate::hold::{Hold, HoldState};
use crate::ids::{HoldId, Id, OfferId, Salt, SlotId};
use crate::plan::Plan;
use crate::pool::Account;
use crate::refusal::{Noun, Refusal};
use crate::slot::SlotState;
use crate::text::Digest;
use crate::time::Instant;
use crate::window::{Phase, Window};

/// Pulses at most until a moment has come; with more that is due by then, it is looked at as far as that.
const PULSES_MAX: usize = 50;

/// Books as they would be, and the slot that they are looked at for.
#[derive(Clone, Debug)]
pub struct Foresight {
    /// The books, which are nobody's.
    pub books: Books,
    /// The slot.
    pub slot: SlotId,
    /// The moment that has come in them.
    pub now: Instant,
}

impl Foresight {
    /// The books at `now`, with the plan done and the slot of this name on the calendar. A plan that says nothing
    /// shows the slot as it is.
    ///
    /// # Errors
    /// What the plan or the publishing would be refused for, or that there is no such slot.
    pub fn of(books: &Books, now: Instant, plan: &Plan, slug: &str) -> Result<Self, Stop> {
        let Trial { mut books, mut facts, .. } = tried(books, now, plan)?;
        settle(&mut books, now, &mut facts)?;
        let slot = books.slugs.get(slug).copied().ok_or(Refusal::Unknown(Noun::Slot))?;
        if books.slots.get(&slot).is_some_and(|slot| slot.state == SlotState::Draft) {
            transact(&mut books, now, &Command::PublishSlot { slot, expected: Expect::Any })?;
        }
        Ok(Self { books, slot, now })
    }

    /// Lets time go on to a moment, with nobody doing anything. One that has passed is now.
    ///
    /// # Errors
    /// That the books are broken.
    pub fn advance(&mut self, to: Instant) -> Result<(), Broken> {
        self.now = self.now.max(to);
        for _ in 0..PULSES_MAX {
            if pulse(&mut self.books, self.now)?.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Lets somebody hold all that can be bought now, in every window that is open.
    ///
    /// # Errors
    /// That the books are broken.
    pub fn sell_out(&mut self) -> Result<(), Broken> {
        let open = self.books.windows_of(self.slot).filter(|window| window.phase == Phase::Open);
        let open: Vec<Window> = open.cloned().collect();
        let offers: Vec<OfferId> = self.books.offers_of(self.slot).map(|offer| offer.id).collect();
        let mut salt = 0;
        for (window, offer) in open.iter().flat_map(|window| offers.iter().map(move |offer| (window, *offer)))
        {
            salt += 1;
            // One after the other: what they share is there once.
            let Some(hold) = self.all_of(window, offer, Salt(salt)) else { continue };
            let moves = moves(hold.draws(), Account::Free, Account::Held);
            let mut facts = vec![Fact::HoldMade { hold: Box::new(hold), moves }];
            facts.iter().try_for_each(|fact| apply(&mut self.books, fact))?;
            settle(&mut self.books, self.now, &mut facts)?;
        }
        Ok(())
    }

    /// A hold of all that a window has to sell of an offer; it is above every buyer's limit.
    fn all_of(&self, window: &Window, offer: OfferId, salt: Salt) -> Option<Hold> {
        let quantity = draw::left(&self.books, window, offer, self.now);
        let want = Want { offer, quantity };
        let sells = quantity > 0 && window.sells(offer);
        let draws = Shelf::new(&self.books, window, self.now).draw(want).ok().filter(|_| sells)?;
        Some(Hold {
            id: HoldId(Id::mint(self.now.0, self.slot.home(), salt)),
            slot: self.slot,
            window: window.id,
            state: HoldState::Held,
            made_at: self.now,
            due: self.now.plus(window.spec.hold.span),
            extended: 0,
            lines: priced(&self.books, self.now, &[want], vec![draws]),
            fulfilment: None,
            places: Vec::new(),
            contact: None,
            taken: true,
            secret: Digest([0; 32]),
            turn: None,
            number: None,
            attempt: None,
        })
    }
}
