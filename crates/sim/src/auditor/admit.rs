//! Who is admitted, what may be asked for, how it is received.

use dayshelf_core::command::Want;
use dayshelf_core::hold::FulfilmentChoice;
use dayshelf_core::ids::{OfferId, SlotId, WindowId};
use dayshelf_core::offer::OfferKind;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::slot::SlotState;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::Entry;
use dayshelf_core::window::{Audience, WindowSpec};

use super::{Answer, Auditor, No, earliest, unknown};

/// Lines in one hold at most, as the documents of the API say.
const LINES_MAX: usize = 20;
/// Units of one offer in one hold at most.
const UNITS_MAX: u32 = 1_000;

impl Auditor {
    /// All that is named is there, in this slot.
    pub(super) fn named(&self, slot: SlotId, wants: &[Want], choice: Option<FulfilmentChoice>) -> Answer {
        if !self.slots.contains_key(&slot) {
            return Err(unknown(Noun::Slot));
        }
        let here = |want: &Want| self.offers.get(&want.offer).is_some_and(|spec| spec.slot == slot);
        if !wants.iter().all(here) {
            return Err(unknown(Noun::Offer));
        }
        let Some(choice) = choice else { return Ok(()) };
        let Some(block) = self.blocks.get(&choice.block).filter(|block| block.slot == slot) else {
            return Err(unknown(Noun::Fulfilment));
        };
        match choice.places {
            Some(pool) if !block.boxes.iter().any(|place| place.pool == pool) => Err(unknown(Noun::Box)),
            _ => Ok(()),
        }
    }

    /// The slot is on the calendar, and every slot that a bundle admits to is there too and not over.
    pub(super) fn on_calendar(&self, now: Instant, slot: SlotId, wants: &[Want]) -> Answer {
        match self.slots.get(&slot).map(|slot| slot.state) {
            Some(SlotState::Draft) => return Err(Refusal::SlotNotPublished.into()),
            Some(SlotState::Cancelled | SlotState::Discarded) => return Err(Refusal::SlotCancelled.into()),
            Some(SlotState::Published) => {}
            None => return Err(unknown(Noun::Slot)),
        }
        let bundles = wants.iter().filter_map(|want| self.offers.get(&want.offer));
        let further: Vec<_> =
            bundles.flat_map(|spec| &spec.slots).filter_map(|slot| self.slots.get(slot)).collect();
        let (mut draft, mut off, mut past) = (None, None, None);
        for slot in further {
            match slot.state {
                SlotState::Draft => draft = Some(Refusal::SlotNotPublished.into()),
                SlotState::Cancelled | SlotState::Discarded => off = Some(Refusal::SlotCancelled.into()),
                SlotState::Published if slot.spec.times.end <= now => past = Some(Refusal::SlotOver.into()),
                SlotState::Published => {}
            }
        }
        earliest([draft, off, past])
    }

    /// Whom a slot admits now, if it is on the calendar at all.
    pub(crate) fn may_enter(
        &self,
        now: Instant,
        slot: SlotId,
        proof: (Option<Digest>, Option<u128>),
    ) -> Result<Vec<WindowId>, No> {
        self.on_calendar(now, slot, &[])?;
        self.admitted(now, slot, proof)
    }

    /// The open windows that admit this buyer: code holders' first, then lists', then public ones.
    pub(crate) fn admitted(
        &self,
        now: Instant,
        slot: SlotId,
        proof: (Option<Digest>, Option<u128>),
    ) -> Result<Vec<WindowId>, No> {
        let fits = self.welcome(now, slot, proof)?;
        let mut open = Vec::new();
        for kind in 0..3 {
            let of_kind = |spec: &WindowSpec| match spec.audience {
                Audience::Code(_) => kind == 0,
                Audience::List(_) => kind == 1,
                Audience::Public => kind == 2,
            };
            let now_open = fits.iter().filter(|(_, spec)| of_kind(spec) && is_inside(spec, now));
            open.extend(now_open.map(|(id, _)| *id));
        }
        if !open.is_empty() {
            return Ok(open);
        }
        let ahead = fits.iter().map(|(_, spec)| spec.opens.at).filter(|opens| now < *opens).min();
        if let Some(opens_at) = ahead {
            return Err(Refusal::WindowNotOpen { opens_at }.into());
        }
        let closed_at = fits.iter().map(|(_, spec)| spec.closes.at).max().unwrap_or(now);
        Err(Refusal::WindowClosed { closed_at }.into())
    }

    /// The windows that admit this buyer, whenever they are open.
    pub(super) fn welcome(
        &self,
        now: Instant,
        slot: SlotId,
        proof: (Option<Digest>, Option<u128>),
    ) -> Result<Vec<(WindowId, &WindowSpec)>, No> {
        let group = match proof.0 {
            None => None,
            Some(digest) => Some(self.group_of(now, slot, digest).ok_or(Refusal::CodeWrong)?),
        };
        let fits: Vec<(WindowId, &WindowSpec)> = self
            .windows_of(slot)
            .map(|(id, frame)| (id, &frame.spec))
            .filter(|(_, spec)| self.welcomes(&spec.audience, group, proof.1))
            .collect();
        if fits.is_empty() {
            let code_needed =
                self.windows_of(slot).any(|(_, frame)| matches!(frame.spec.audience, Audience::Code(_)));
            return Err(Refusal::NotAdmitted { code_needed }.into());
        }
        Ok(fits)
    }

    /// The windows that a code opens in this slot.
    pub(crate) fn opened_by(&self, now: Instant, slot: SlotId, digest: Digest) -> Vec<WindowId> {
        let Some(group) = self.group_of(now, slot, digest) else { return Vec::new() };
        let named = |audience: &Audience| matches!(audience, Audience::Code(wanted) if wanted == group);
        self.windows_of(slot).filter(|(_, frame)| named(&frame.spec.audience)).map(|(id, _)| id).collect()
    }

    /// The group that a code opens in this slot.
    fn group_of(&self, now: Instant, slot: SlotId, digest: Digest) -> Option<&str> {
        let code = self.codes.values().find(|code| code.digest == digest)?;
        let lives = code.expires.is_none_or(|expires| now < expires);
        let opens = self
            .windows_of(slot)
            .any(|(_, frame)| matches!(&frame.spec.audience, Audience::Code(group) if *group == code.group));
        (lives && opens).then_some(code.group.as_str())
    }

    fn welcomes(&self, audience: &Audience, group: Option<&str>, buyer: Option<u128>) -> bool {
        match audience {
            Audience::Public => true,
            Audience::Code(wanted) => group == Some(wanted.as_str()),
            Audience::List(list) => self.lists.get(list).is_some_and(|list| {
                buyer.is_some_and(|buyer| list.customers.iter().any(|customer| customer.0 == buyer))
            }),
        }
    }

    /// Whether a window could serve a waiter.
    pub(super) fn could_serve(&self, spec: &WindowSpec, entry: &Entry) -> bool {
        let code = entry.code.and_then(|id| self.codes.get(&id)).map(|code| code.group.as_str());
        sells(spec, entry.offer) && self.welcomes(&spec.audience, code, Some(entry.contact.key.0))
    }

    /// What is asked for is sold here.
    pub(super) fn all_sold(spec: &WindowSpec, wants: &[Want]) -> Answer {
        for want in wants {
            if !sells(spec, want.offer) {
                return Err(Refusal::OfferNotInWindow { offer: want.offer }.into());
            }
        }
        Ok(())
    }

    /// What is asked for is asked once each, in bounds, and no add-on stands alone, whenever it is.
    pub(super) fn in_bounds(&self, wants: &[Want]) -> Answer {
        let mut offers: Vec<OfferId> = wants.iter().map(|want| want.offer).collect();
        offers.sort_unstable();
        offers.dedup();
        if wants.is_empty() || wants.len() > LINES_MAX || offers.len() < wants.len() {
            return Err(Refusal::LinesOutOfBounds { max: LINES_MAX as u32 }.into());
        }
        for want in wants {
            let max = self.offers.get(&want.offer).map_or(0, |spec| spec.units_max).min(UNITS_MAX);
            if want.quantity == 0 || want.quantity > max {
                return Err(Refusal::QuantityOutOfBounds { offer: want.offer, max }.into());
            }
        }
        for want in wants {
            let kind = self.offers.get(&want.offer).map(|spec| &spec.kind);
            let Some(OfferKind::AddOn(mains)) = kind else { continue };
            if !mains.iter().any(|main| offers.contains(main)) {
                return Err(Refusal::AddOnAlone { offer: want.offer }.into());
            }
        }
        Ok(())
    }

    /// The units that a buyer may still have in a window, if it is limited: all that they hold or have
    /// bought there counts.
    pub(super) fn within_limit(&self, window: WindowId, buyer: Option<u128>, units: u32) -> Answer {
        let Some(spec) = self.windows.get(&window).map(|frame| &frame.spec) else { return Ok(()) };
        let Some(limit) = spec.hold.buyer_limit else { return Ok(()) };
        let claims = self.claims_of(spec.slot).iter();
        let of = claims.filter(|claim| buyer.is_some() && claim.window == window && claim.buyer == buyer);
        let left = limit.saturating_sub(of.map(|claim| claim.units).sum());
        if units <= left { Ok(()) } else { Err(Refusal::BuyerLimit { limit, left }.into()) }
    }

    /// How the goods are received: as chosen, else the earliest that has room; never by what is over.
    pub(super) fn way(
        &self,
        now: Instant,
        slot: SlotId,
        choice: Option<FulfilmentChoice>,
    ) -> Result<Option<FulfilmentChoice>, No> {
        if let Some(FulfilmentChoice { block, places: Some(pool) }) = choice {
            let boxes = self.blocks.get(&block).map(|block| block.boxes.as_slice()).unwrap_or_default();
            let ahead = boxes.iter().any(|place| place.pool == pool && now < place.until.at);
            return if ahead { Ok(choice) } else { Err(Refusal::PlacesFull.into()) };
        }
        let named = choice.map(|choice| choice.block);
        let fits = self.blocks_of(slot).filter(|(id, _)| named.is_none_or(|named| named == *id));
        let mut blocks: Vec<_> = fits.collect();
        blocks.sort_by_key(|(id, block)| (block.opens.at, *id));
        if blocks.is_empty() {
            return Ok(None);
        }
        for (id, block) in blocks {
            if block.boxes.is_empty() && now < block.closes.at {
                return Ok(Some(FulfilmentChoice { block: id, places: None }));
            }
            for place in block.boxes.iter().filter(|place| now < place.until.at) {
                if self.sellable(place.pool) > 0 {
                    return Ok(Some(FulfilmentChoice { block: id, places: Some(place.pool) }));
                }
            }
        }
        Err(Refusal::PlacesFull.into())
    }
}

/// Whether a window sells an offer: those it names, or all where it names none.
pub(super) fn sells(spec: &WindowSpec, offer: OfferId) -> bool {
    spec.offers.is_empty() || spec.offers.contains(&offer)
}

/// Whether `at` lies in the half-open interval of a window.
pub(crate) fn is_inside(spec: &WindowSpec, at: Instant) -> bool {
    spec.opens.at <= at && at < spec.closes.at
}
