//! Circulars: what an organiser says of a slot to all who bought of it, or to all in line. Reminders and announcements
//! become them at their time.
//!
//! Here: who is told by which blocks that began in one record, each person once. Not here: the words (`words`), and
//! planning with the reader's place (`clerk`). Start at [`began`].

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dayshelf_core::block::{Block, BlockKind, Channel, Told};
use dayshelf_core::fact::{BlockChange, Fact};
use dayshelf_core::ids::{EntryId, Id, OrderId, SlotId};
use dayshelf_core::order::Order;
use dayshelf_core::slot::SlotState;
use dayshelf_core::text::{BuyerKey, ERASED_EMAIL};
use dayshelf_core::time::{Instant, Span};
use dayshelf_core::waitlist;
use dayshelf_desk::SlotCard;

/// What comes later than this after its time is not sent any more, as when mails were switched off for a while.
const LATE_MAX: Span = Span::hours(24);

/// Why somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// They have an order for the slot.
    Bought,
    /// They are in line.
    Waits,
}

/// Somebody who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listener {
    /// Their order or their place in line.
    pub subject: Id,
    pub why: Why,
    /// Empty where nobody knows.
    pub name: String,
    pub email: String,
    key: BuyerKey,
}

/// What is said to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Circular {
    pub slot: SlotId,
    pub to: Listener,
    pub kind: &'static str,
    pub text: String,
}

/// What blocks of one slot have to say to those of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub slot: SlotId,
    pub why: Why,
    pub kind: &'static str,
    pub text: String,
}

impl Listener {
    pub fn bought(order: &Order) -> Self {
        let buyer = &order.buyer;
        Self {
            subject: order.id.0,
            why: Why::Bought,
            name: buyer.name.clone(),
            email: buyer.contact.email.clone(),
            key: buyer.contact.key,
        }
    }

    pub fn waits(entry: &waitlist::Entry) -> Self {
        Self {
            subject: entry.id.0,
            why: Why::Waits,
            name: String::new(),
            email: entry.contact.email.clone(),
            key: entry.contact.key,
        }
    }

    /// Their order, if that is why.
    pub fn order(&self) -> Option<OrderId> {
        (self.why == Why::Bought).then_some(OrderId(self.subject))
    }

    /// Their place in line as people read it, for a log.
    pub fn named(&self) -> String {
        match self.why {
            Why::Bought => OrderId(self.subject).to_string(),
            Why::Waits => EntryId(self.subject).to_string(),
        }
    }
}

/// What reminders and announcements say whose time came in one record, by mail and to an audience that is known.
///
/// Two of a slot that begin together are one mail. Nobody is told of a slot that is not on the calendar; nobody is
/// reminded of what is over.
pub(super) fn began<'f>(
    facts: impl IntoIterator<Item = &'f Fact>,
    card: impl Fn(SlotId) -> Option<Arc<SlotCard>>,
    now: Instant,
) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for fact in facts {
        let Fact::BlockPut { block, change: BlockChange::Began, .. } = fact else { continue };
        let Some(call) = call(block) else { continue };
        let on_time = card(call.slot).is_some_and(|card| is_on_time(block, &card, now));
        if !on_time {
            continue;
        }
        match calls.iter_mut().find(|known| (known.slot, known.why) == (call.slot, call.why)) {
            Some(known) => {
                known.text.push_str("\n\n");
                known.text.push_str(&call.text);
            }
            None => calls.push(call),
        }
    }
    calls
}

fn call(block: &Block) -> Option<Call> {
    let (message, kind) = match &block.spec.kind {
        BlockKind::Reminder(message) => (message, "slot.reminder"),
        BlockKind::Announcement(message) => (message, "slot.announcement"),
        _ => return None,
    };
    let why = match message.told {
        Told::Buyers => Why::Bought,
        Told::Waiting => Why::Waits,
        // Nobody keeps a list of them.
        Told::Followers | Told::Crew => return None,
    };
    let is_mail = message.channel == Channel::Mail;
    let kind = if why == Why::Waits { "waitlist.message" } else { kind };
    is_mail.then(|| Call { slot: block.spec.slot, why, kind, text: message.text.trim().to_owned() })
}

/// Whether somebody hears what is said, by when they came.
///
/// Whoever came at that very instant does, also where their order stands later in the journal: rows know instants, not
/// places, and who is told a word too many is better off than who is told one too few.
pub(super) fn hears(came: Instant, said: Instant) -> bool {
    came.at_or_before(said)
}

fn is_on_time(block: &Block, card: &SlotCard, now: Instant) -> bool {
    let (slot, when) = (&card.sheet.slot, block.spec.when.at);
    let end = slot.spec.times.end;
    let was_over = end.at_or_before(when);
    let is_late = when.plus(LATE_MAX).at_or_before(now) || (!was_over && end.at_or_before(now));
    slot.state == SlotState::Published && !is_late
}

/// Of several orders or places of one person, only the first is told. Who has bought and waits besides has what is said
/// to either in one mail. Whoever came after the moment is not told.
#[derive(Default)]
pub(super) struct Audience {
    told: BTreeSet<(SlotId, BuyerKey, Why)>,
    /// Under which subject a person is told.
    first: BTreeMap<(SlotId, BuyerKey), Id>,
    /// What is said to whom, by their subject.
    pub circulars: BTreeMap<Id, Circular>,
}

impl Audience {
    pub fn add(&mut self, call: &Call, to: Listener) {
        let Call { slot, why, kind, ref text } = *call;
        if to.email == ERASED_EMAIL || !self.told.insert((slot, to.key, why)) {
            return;
        }
        let subject = *self.first.entry((slot, to.key)).or_insert(to.subject);
        match self.circulars.entry(subject) {
            Entry::Vacant(none) => drop(none.insert(Circular { slot, to, kind, text: text.clone() })),
            // Both may be told the same, and nobody reads it twice.
            Entry::Occupied(known) if known.get().text == *text => {}
            Entry::Occupied(mut known) => {
                let circular = known.get_mut();
                circular.text.push_str("\n\n");
                circular.text.push_str(text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An order of the very instant of a reminder is reminded of, one of the next millisecond is not; erased customers
    /// never are, and one person is told once.
    #[test]
    fn who_comes_at_the_very_instant_is_told() {
        use dayshelf_core::ids::{Home, Salt};
        let said = Instant(1_000);
        assert!(hears(Instant(999), said) && hears(said, said));
        assert!(!hears(Instant(1_001), said));

        let id = |number: u64| Id::mint(number as i64, Home { shard: 0, number: 1 }, Salt(number));
        let call = Call {
            slot: SlotId(id(1)),
            why: Why::Bought,
            kind: "slot.reminder",
            text: "Bring a bag.".into(),
        };
        let of = |number: u64, who: u128, email: &str| Listener {
            subject: id(number),
            why: Why::Bought,
            name: String::new(),
            email: email.to_owned(),
            key: BuyerKey(who),
        };
        let mut audience = Audience::default();
        for listener in [of(2, 1, "ann@example.org"), of(3, 1, "ann@example.org"), of(4, 2, ERASED_EMAIL)] {
            audience.add(&call, listener);
        }
        assert_eq!(audience.circulars.keys().copied().collect::<Vec<_>>(), [id(2)]);
    }
}
