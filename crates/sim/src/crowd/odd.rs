//! Whoever gets it wrong: names that nobody has, things asked of what is long over, and many of what may only be
//! few. Each kind of command comes with a name that is not there.

use dayshelf_core::change::{Credential, Edit, Wish};
use dayshelf_core::command::{
    By, Command, Confirm, Expect, JoinWaitlist, MakeHold, PaymentMoved, Taken, Want,
};
use dayshelf_core::hold::{Buyer, Method};
use dayshelf_core::ids::{
    CodeId, EntryId, FulfilmentId, HoldId, KeyId, OfferId, OrderId, PaymentId, PoolId, SlotId, WindowId,
};
use dayshelf_core::organiser::{ApiKey, Scope};
use dayshelf_core::time::{Instant, Span};

use super::Crowd;
use super::change::Wanted;
use crate::auditor::Auditor;
use crate::scene::{DAWN, organiser, slot};

impl Crowd {
    pub(super) fn odd(&mut self, now: Instant, known: &Auditor) -> Command {
        match self.chance.between(0, 27) {
            26 => {
                let slot = self.chance.pick(known.slots.keys()).copied().filter(|_| self.chance.percent(80));
                Command::PauseSlot(slot.unwrap_or_else(|| SlotId(self.ids.next())))
            }
            27 => self.resumes(known),
            24 => {
                let slot = self.chance.pick(known.slots.keys()).copied().filter(|_| self.chance.percent(60));
                Command::RenewOverlay(slot.unwrap_or_else(|| SlotId(self.ids.next())))
            }
            25 => Command::RemoveCode(CodeId(self.ids.next())),
            0 => Command::Found(Box::new(organiser())),
            1 => Command::Pulse,
            2 => Command::RemovePool(PoolId(self.ids.next())),
            3 => Command::RemoveOffer { id: OfferId(self.ids.next()), expected: Expect::Any },
            4 => Command::RemoveWindow { id: WindowId(self.ids.next()), expected: Expect::Any },
            5 => Command::RemoveFulfilment { id: FulfilmentId(self.ids.next()), expected: Expect::Any },
            6 => Command::PublishSlot { slot: SlotId(self.ids.next()), expected: Expect::Any },
            7 => self.changes_nothing(now, known, Wish::Cancel),
            8 => {
                let times = slot::times(DAWN, Span::hours(1));
                self.changes_nothing(now, known, Wish::Edit(Box::new(Edit::to(times))))
            }
            9 => self.asks_for_much(known),
            10 => self.many_keys(now),
            11..15 => self.odd_of_holds(known),
            15..19 => self.odd_of_orders(known),
            19 => Command::LeaveWaitlist { entry: EntryId(self.ids.next()), by: By::Organiser },
            20 => self.odd_turn(known),
            21 => self.unknown_hold(known),
            22 => self.never_enough(known),
            _ => {
                let hold = self.old_hold(known);
                let by = self.by(dayshelf_core::text::Digest([0; 32]));
                Command::ExtendHold { hold, by }
            }
        }
    }

    /// A sale that is paused goes on, or one that is not.
    fn resumes(&mut self, known: &Auditor) -> Command {
        let paused: Vec<SlotId> =
            known.slots.values().filter(|slot| slot.paused.is_some()).map(|slot| slot.id).collect();
        let slot = self.chance.pick(paused.iter()).or_else(|| self.chance.pick(known.slots.keys())).copied();
        Command::ResumeSlot(slot.unwrap_or_else(|| SlotId(self.ids.next())))
    }

    /// A change of a slot that nobody has.
    fn changes_nothing(&mut self, now: Instant, known: &Auditor, wish: Wish) -> Command {
        let (slot, resolved) = (SlotId(self.ids.next()), dayshelf_core::command::Resolutions::new());
        self.changes(now, known, Wanted { slot, expected: Expect::Any, wish, resolved })
    }

    fn old_hold(&mut self, known: &Auditor) -> HoldId {
        let old = self.chance.pick(known.ended.keys()).copied().filter(|_| self.chance.percent(80));
        old.unwrap_or_else(|| HoldId(self.ids.next()))
    }

    fn old_order(&mut self, known: &Auditor) -> OrderId {
        let old = self.chance.pick(known.orders.keys()).copied().filter(|_| self.chance.percent(80));
        old.unwrap_or_else(|| OrderId(self.ids.next()))
    }

    /// Something of a hold that has ended, or never was.
    fn odd_of_holds(&mut self, known: &Auditor) -> Command {
        let (hold, by) = (self.old_hold(known), By::Organiser);
        let live = self.chance.pick(known.holds.keys()).copied();
        let hold = live.filter(|_| self.chance.percent(40)).unwrap_or(hold);
        let payment = PaymentId(self.ids.next());
        match self.chance.between(0, 6) {
            0 => Command::CheckOut { hold, by },
            1 => Command::ReleaseHold { hold, by },
            2 => Command::PaymentAuthorised { hold, payment, reference: "stray".into() },
            3 => Command::PaymentDeclined { hold, payment },
            4 => Command::PaymentCalledOff { hold, payment },
            _ => Command::Confirm(Box::new(Confirm {
                hold,
                by,
                order: OrderId(self.ids.next()),
                payment,
                buyer: Buyer {
                    name: "Odd".into(),
                    contact: Self::contact(0),
                    address: None,
                    zone: String::new(),
                },
                method: Method::AtPickup,
                token: String::new(),
            })),
        }
    }

    fn odd_of_orders(&mut self, known: &Auditor) -> Command {
        let order = self.old_order(known);
        let by = By::Organiser;
        let line = self.chance.between(0, 3) as u16;
        match self.chance.between(0, 5) {
            2 if !order.0.0.is_multiple_of(4) => Self::odd_words(order, line, known),
            0 => Command::CancelOrder { order, by, lines: Some(vec![line]) },
            1 => Command::CancelOrder { order, by, lines: Some(Vec::new()) },
            2 => {
                let taken = if self.chance.percent(50) { Taken::Now } else { Taken::Before(DAWN) };
                match self.chance.percent(30) {
                    true => Command::UndoHandOver { order, line },
                    false => Command::HandOver(Box::new(self.handing(known, (order, line), taken))),
                }
            }
            3 => {
                let slot = self.chance.pick(known.slots.keys()).copied();
                Command::MoveOrder { order, by, slot: slot.unwrap_or(SlotId(self.ids.next())) }
            }
            _ => {
                let moved = match self.chance.between(0, 3) {
                    0 => PaymentMoved::Captured,
                    1 => PaymentMoved::Voided,
                    2 => PaymentMoved::Refunded,
                    _ => PaymentMoved::Failed,
                };
                let before = self.chance.pick(known.orders.get(&order).into_iter()).map_or(0, |order| {
                    let money = &order.payment;
                    if moved == PaymentMoved::Refunded { money.refunded } else { money.captured }
                });
                Command::PaymentMoved { order, moved, amount: self.chance.between(0, 9_000) as i64, before }
            }
        }
    }

    /// Something written about an order by somebody who may not know how it stands. What it is follows from the order
    /// and the line, so that the other draws of a life stay as they are.
    fn odd_words(order: OrderId, line: u16, known: &Auditor) -> Command {
        let stands = known.orders.get(&order);
        let version = stands.map_or(1, |order| order.version);
        let odd = (order.0.0 as u16).wrapping_add(line.wrapping_mul(5)).wrapping_add(version as u16);
        match odd % 8 {
            0 => Command::ResendOrder(order),
            1..4 => {
                let texts = ["Comes late.".to_owned(), String::new(), "x".repeat(1_001)];
                let text = texts.into_iter().nth(usize::from(odd % 8 - 1)).unwrap_or_default();
                Command::NoteOrder { order, by: Credential::House, text }
            }
            kind => {
                let expected =
                    if kind == 4 { Expect::Version(version + 1) } else { Expect::Version(version) };
                let mut buyer = stands.map_or_else(
                    || Buyer {
                        name: "Odd".into(),
                        contact: Self::contact(0),
                        address: None,
                        zone: String::new(),
                    },
                    |order| order.buyer.clone(),
                );
                match kind {
                    5 => buyer.name.push('e'),
                    6 => buyer.address = None,
                    _ => buyer.contact = Self::contact(u64::from(odd % 13)),
                }
                Command::EditOrder { order, expected, buyer: Box::new(buyer) }
            }
        }
    }

    fn odd_turn(&mut self, known: &Auditor) -> Command {
        let entry = self.chance.pick(known.line.iter()).map(|entry| entry.id);
        let entry = entry.unwrap_or_else(|| EntryId(self.ids.next()));
        Command::DeclineTurn { entry, by: By::Organiser }
    }

    fn hold_of(&mut self, slot: SlotId, wants: Vec<Want>) -> MakeHold {
        MakeHold {
            id: HoldId(self.ids.next()),
            slot,
            wants,
            code: None,
            contact: None,
            fulfilment: None,
            number: None,
            secret: self.ids.digest(),
        }
    }

    /// A slot, an offer or a way to receive it that is not there.
    fn unknown_hold(&mut self, known: &Auditor) -> Command {
        let slot = self.chance.pick(known.slots.keys()).copied().filter(|_| self.chance.percent(60));
        let slot = slot.unwrap_or_else(|| SlotId(self.ids.next()));
        let offer = OfferId(self.ids.next());
        let mut make = self.hold_of(slot, vec![Want { offer, quantity: 1 }]);
        if self.chance.percent(50) {
            make.wants.clear();
            let block = FulfilmentId(self.ids.next());
            make.fulfilment = Some(dayshelf_core::hold::FulfilmentChoice { block, places: None });
        }
        Command::MakeHold(Box::new(make))
    }

    /// More lines than a hold has.
    fn asks_for_much(&mut self, known: &Auditor) -> Command {
        let offer = self.chance.pick(known.offers.iter()).map(|(id, spec)| (*id, spec.slot));
        let (offer, slot) = offer.unwrap_or_else(|| (OfferId(self.ids.next()), SlotId(self.ids.next())));
        let mut make = self.hold_of(slot, vec![Want { offer, quantity: 1 }; 21]);
        make.code = self.chance.pick(self.codes.iter()).copied();
        Command::MakeHold(Box::new(make))
    }

    /// A wait for more than there could ever be.
    fn never_enough(&mut self, known: &Auditor) -> Command {
        let offer = self.chance.pick(known.offers.iter()).map(|(id, spec)| (*id, spec.slot, spec.units_max));
        let (offer, slot, quantity) =
            offer.unwrap_or_else(|| (OfferId(self.ids.next()), SlotId(self.ids.next()), 1));
        Command::JoinWaitlist(Box::new(JoinWaitlist {
            id: EntryId(self.ids.next()),
            slot,
            want: Want { offer, quantity },
            contact: Self::contact(self.buyers + 1),
            code: None,
            secret: self.ids.digest(),
            lot: 0,
        }))
    }

    /// More keys than an organiser may have, one after the other.
    fn many_keys(&mut self, now: Instant) -> Command {
        let key = |crowd: &mut Self| ApiKey {
            id: KeyId(crowd.ids.next()),
            name: "many".into(),
            secret: crowd.ids.digest(),
            scope: Scope::Read,
            expires: None,
            made_at: DAWN,
        };
        if self.chance.percent(5) {
            for _ in 0..100 {
                let next = Command::IssueKey(Box::new(key(self)));
                let at = self.next_time().unwrap_or(now);
                self.say(at, next);
            }
        }
        Command::IssueKey(Box::new(key(self)))
    }
}
