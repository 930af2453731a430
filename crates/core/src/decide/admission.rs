//! Who may buy now: which windows of a slot admit a buyer, and which of them are open.

use crate::access::Code;
use crate::books::Books;
use crate::ids::{SlotId, WindowId};
use crate::refusal::{Noun, Refusal};
use crate::slot::{Slot, SlotState};
use crate::text::{BuyerKey, Digest};
use crate::time::Instant;
use crate::window::{Audience, Phase, Window};

/// What a buyer shows of themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Proof {
    /// The keyed digest of a code.
    pub code: Option<Digest>,
    /// Who they are.
    pub buyer: Option<BuyerKey>,
}

/// The windows that admit this buyer and are open at `now`, the most particular audience first.
///
/// # Errors
/// Why there is none: the slot, the code, the audience, or the time.
pub fn admit(books: &Books, slot: SlotId, now: Instant, proof: Proof) -> Result<Vec<&Window>, Refusal> {
    let mut admitted = admitting(books, slot, now, proof)?;
    let opens_at = admitted
        .iter()
        .filter(|window| window.phase_at(now) == Phase::Ahead)
        .map(|window| window.spec.opens.at)
        .min();
    let closed_at = admitted.iter().map(|window| window.spec.closes.at).max();
    admitted.retain(|window| window.phase_at(now) == Phase::Open);
    admitted.sort_by_key(|window| rank(window));
    match (admitted.is_empty(), opens_at, closed_at) {
        (false, ..) => Ok(admitted),
        (true, Some(opens_at), _) => Err(Refusal::WindowNotOpen { opens_at }),
        (true, None, closed_at) => Err(Refusal::WindowClosed { closed_at: closed_at.unwrap_or(now) }),
    }
}

/// The windows of a slot that a code opens for whoever shows it, on the calendar or not.
///
/// # Errors
/// When it opens none: unknown, expired, or of another group.
pub fn opened_by(books: &Books, slot: SlotId, now: Instant, code: Digest) -> Result<Vec<WindowId>, Refusal> {
    let audience = Audience::Code(code_of(books, slot, now, code)?.group.clone());
    let opened = books.windows_of(slot).filter(|window| window.spec.audience == audience);
    Ok(opened.map(|window| window.id).collect())
}

/// The windows that admit this buyer, open or not.
pub(super) fn admitting(
    books: &Books,
    slot: SlotId,
    now: Instant,
    proof: Proof,
) -> Result<Vec<&Window>, Refusal> {
    let known = books.slots.get(&slot).ok_or(Refusal::Unknown(Noun::Slot))?;
    selling(known)?;
    let code = proof.code.map(|digest| code_of(books, slot, now, digest)).transpose()?;
    let admitted: Vec<&Window> =
        books.windows_of(slot).filter(|window| admits(books, window, code, proof.buyer)).collect();
    if admitted.is_empty() {
        let code_needed =
            books.windows_of(slot).any(|window| matches!(window.spec.audience, Audience::Code(_)));
        return Err(Refusal::NotAdmitted { code_needed });
    }
    Ok(admitted)
}

/// Whether a slot sells at all.
pub(super) fn selling(slot: &Slot) -> Result<(), Refusal> {
    match slot.state {
        SlotState::Draft => Err(Refusal::SlotNotPublished),
        SlotState::Cancelled | SlotState::Discarded => Err(Refusal::SlotCancelled),
        SlotState::Published => Ok(()),
    }
}

/// The code behind a digest, if it opens a window of this slot. Every no is the same, so that nobody
/// learns which codes exist.
fn code_of(books: &Books, slot: SlotId, now: Instant, digest: Digest) -> Result<&Code, Refusal> {
    let code =
        books.code_digests.get(&digest).and_then(|id| books.codes.get(id)).ok_or(Refusal::CodeWrong)?;
    let lives = crate::planted!(ExpiredCodeAdmits) || code.expires.is_none_or(|expires| now < expires);
    let opens =
        books.windows_of(slot).any(|window| window.spec.audience == Audience::Code(code.group.clone()));
    if lives && opens { Ok(code) } else { Err(Refusal::CodeWrong) }
}

/// Whether a window admits who shows this code or is this buyer.
pub(super) fn admits(books: &Books, window: &Window, code: Option<&Code>, buyer: Option<BuyerKey>) -> bool {
    match &window.spec.audience {
        Audience::Public => true,
        Audience::Code(group) => {
            code.is_some_and(|code| crate::planted!(AnyCodeAdmits) || code.group == *group)
        }
        Audience::List(list) => {
            let list = books.lists.get(list);
            buyer.is_some_and(|buyer| {
                list.is_some_and(|list| crate::planted!(ListOpenToAll) || list.customers.contains(&buyer))
            })
        }
    }
}

fn rank(window: &Window) -> u8 {
    match window.spec.audience {
        Audience::Code(_) => 0,
        Audience::List(_) => 1,
        Audience::Public => 2,
    }
}
