//! How facts and refusals are said in a table: a word, a name, what matters.

use dayshelf_core::block::BlockState;
use dayshelf_core::change::{Handover, Reason};
use dayshelf_core::command::{Movement, PaymentMoved, Sourced};
use dayshelf_core::fact::{BlockChange, Fact, HoldEnd, SlotChange};
use dayshelf_core::hold::LapseCause;
use dayshelf_core::lobby::Came;
use dayshelf_core::refusal::Refusal;
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::LeftCause;

use super::World;

/// A fact in short, or none where its table has no use for it.
pub fn fact(world: &World, fact: &Fact) -> Option<String> {
    let w = |id: dayshelf_core::ids::Id| world.word(id);
    Some(match fact {
        Fact::SlotPut { slot, change } => match change {
            SlotChange::Changed => return None,
            change => format!("{} {}", format!("{change:?}").to_lowercase(), w(slot.id.0)),
        },
        Fact::ChangeMade(_)
        | Fact::ConfirmationAsked(_)
        | Fact::ConfirmationEnded { .. }
        | Fact::CustomersTold(_)
        | Fact::CredentialFrozen { .. }
        | Fact::CredentialFreed { .. } => return of_change(world, fact),
        Fact::WindowOpened(id) => format!("opened {}", w(id.0)),
        Fact::WindowClosed { window, .. } => format!("closed {}", w(window.0)),
        Fact::WindowPut { window, .. } => format!("window {}", w(window.id.0)),
        Fact::BuyersCounted { window, counts } => format!("buyers {} {}", w(window.0), counts.len()),
        Fact::WindowRemoved { window, .. } => format!("removed {}", w(window.0)),
        Fact::OfferPut(offer) => format!("offer {}", w(offer.id.0)),
        Fact::OfferRemoved(id) => format!("removed {}", w(id.0)),
        Fact::PoolPut { pool, .. } => format!("pool {}", w(pool.0)),
        Fact::PoolRemoved { pool, .. } => format!("removed {}", w(pool.0)),
        Fact::FulfilmentPut(block) => format!("block {}", w(block.id.0)),
        Fact::FulfilmentRemoved(id) => format!("removed {}", w(id.0)),
        Fact::BlockPut { block, change, .. } => {
            let taken = match block.state {
                BlockState::Fired { taken } if taken > 0 => format!(" {taken}"),
                _ => String::new(),
            };
            let change = if *change == BlockChange::Put { "set".into() } else { format!("{change:?}") };
            format!("{} {}{taken}", change.to_lowercase(), w(block.id.0))
        }
        Fact::BlockRemoved(block) => format!("removed {}", w(block.0)),
        Fact::StepBegan { offer, step } => format!("step {} {step}", w(offer.0)),
        Fact::Dripped { window, .. } => format!("drip {}", w(window.0)),
        Fact::NumberTaken { number, .. } => match number.came {
            Came::Ahead => format!("number {} {} ahead", w(number.window.0), number.index),
            Came::After(_) => format!("number {} {} after", w(number.window.0), number.index),
        },
        Fact::ListPut(list) => format!("list {}", w(list.id.0)),
        Fact::CodePut(code) => format!("code {}", w(code.id.0)),
        _ => return Some(of_hold(world, fact)),
    })
}

/// A change that tells somebody, or waits, or is one too many.
fn of_change(world: &World, fact: &Fact) -> Option<String> {
    let w = |id: dayshelf_core::ids::Id| world.word(id);
    Some(match fact {
        Fact::ChangeMade(made) => format!("tells {} {}", w(made.slot.0), clock(made.trail.due()?)),
        Fact::ConfirmationAsked(pending) => {
            let reasons: Vec<String> = pending.reasons.iter().map(|one| reason(world, one)).collect();
            format!("waits {} {}", w(pending.slot.0), reasons.join(" + "))
        }
        Fact::ConfirmationEnded { slot, end, .. } => {
            let word = format!("{end:?}").to_lowercase();
            format!("{} {}", word.split('(').next().unwrap_or_default(), w(slot.0))
        }
        Fact::CustomersTold(telling) => {
            let seen: Vec<String> = telling
                .seen
                .iter()
                .map(|seen| {
                    let pickups: String =
                        seen.handovers.iter().map(|one| format!(" {}", pickup(world, one))).collect();
                    format!("{}{}{pickups} until {}", clock(seen.times.start), seen.place, clock(seen.until))
                })
                .collect();
            let pickups: String =
                telling.handovers.iter().map(|one| format!(" {}", pickup(world, one))).collect();
            let now = format!("{}{}", clock(telling.times.start), telling.place);
            format!(
                "told {} #{} {now}{pickups} saw {}",
                w(telling.slot.0),
                telling.sequence,
                seen.join(" + ")
            )
        }
        Fact::CredentialFrozen { credential, .. } => {
            format!("frozen {}", w(credential.watched().unwrap_or(dayshelf_core::ids::Id(0))))
        }
        Fact::CredentialFreed { credential } => {
            format!("freed {}", w(credential.watched().unwrap_or(dayshelf_core::ids::Id(0))))
        }
        _ => return None,
    })
}

fn pickup(world: &World, handover: &Handover) -> String {
    let id = handover.choice.places.map_or(handover.choice.block.0, |places| places.0);
    format!("{}={}..{}{}", world.word(id), clock(handover.from), clock(handover.until), handover.place)
}

fn reason(world: &World, reason: &Reason) -> String {
    let w = |id: dayshelf_core::ids::Id| world.word(id);
    match reason {
        Reason::Bought { holds, orders } => format!("bought {holds} {orders}"),
        Reason::BelowSold { pool, missing, short } => format!("below {} {missing} short {short}", w(pool.0)),
        Reason::IntoPast => "past".into(),
        Reason::AcrossWindow { window, before, after } => {
            format!("across {} {before:?}>{after:?}", w(window.0)).to_lowercase()
        }
        Reason::BeyondPromise { block, places } => {
            format!("promise {}", w(places.map_or(block.0, |places| places.0)))
        }
    }
}

fn of_hold(world: &World, fact: &Fact) -> String {
    let w = |id: dayshelf_core::ids::Id| world.word(id);
    match fact {
        Fact::HoldMade { hold, .. } => {
            let total = hold.total().map_or(0, |total| total.amount);
            let word = if hold.taken { "held" } else { "basket" };
            format!("{word} {} at {total} until {}", w(hold.id.0), clock(hold.due))
        }
        Fact::HoldTaken { hold, due, .. } => format!("taken {} until {}", w(hold.0), clock(*due)),
        Fact::HoldExtended { hold, due, .. } => format!("extended {} until {}", w(hold.0), clock(*due)),
        Fact::HoldEnded { hold, end, .. } => match end {
            HoldEnd::Released => format!("released {}", w(hold.0)),
            HoldEnd::Lapsed(LapseCause::Time) => format!("lapsed {}", w(hold.0)),
            HoldEnd::Lapsed(LapseCause::Payment) => format!("lapsed {} payment", w(hold.0)),
            HoldEnd::Lapsed(LapseCause::Deficit) => format!("lapsed {} deficit", w(hold.0)),
            HoldEnd::Lapsed(LapseCause::SlotCancelled) => format!("lapsed {} slot_cancelled", w(hold.0)),
        },
        Fact::ConfirmBegun { hold, attempt } => {
            format!("confirming {} {}", w(hold.0), attempt.amount.amount)
        }
        Fact::ConfirmCallingOff { hold } => format!("calling_off {}", w(hold.0)),
        Fact::ConfirmFailed { hold, due } => format!("failed {} until {}", w(hold.0), clock(*due)),
        _ => of_order(world, fact),
    }
}

fn of_order(world: &World, fact: &Fact) -> String {
    let w = |id: dayshelf_core::ids::Id| world.word(id);
    match fact {
        Fact::OrderConfirmed { order, late, .. } => {
            let late = if *late { " late" } else { "" };
            format!("order {} {}{late}", w(order.id.0), order.total().amount)
        }
        Fact::LatePaymentUnfilled { order } => format!("unfilled {}", w(order.id.0)),
        Fact::OrderCancelled { order, lines, .. } => {
            let lines: Vec<String> = lines.iter().map(u16::to_string).collect();
            format!("cancelled {} {}", w(order.id.0), lines.join(" "))
        }
        Fact::OrderMoved { order, .. } => format!("moved {} to {}", w(order.id.0), w(order.slot.0)),
        Fact::OrderHanded { order, line, .. } => format!("handed {} {line}", w(order.id.0)),
        Fact::OrderEdited { order, .. } => format!("edited {} {}", w(order.id.0), order.buyer.name),
        Fact::OrderNoted(order) => {
            let text = order.notes.last().map_or("", |note| note.text.as_str());
            format!("noted {} {text}", w(order.id.0))
        }
        Fact::OrderResent(order) => format!("resent {}", w(order.id.0)),
        Fact::RedeemedAgain { order, line, again } => {
            let all = &order.lines[usize::from(*line)].redeemed;
            let stalls: Vec<&str> = all.iter().map(|one| one.stall.as_str()).collect();
            format!("again {} {line} {} at {}", w(order.id.0), stalls.join("+"), clock(again.at))
        }
        Fact::HandOverUndone { order, line, .. } => format!("unhanded {} {line}", w(order.id.0)),
        Fact::PaymentMoved { order, moved, amount } => {
            let word = match moved {
                PaymentMoved::Captured => "captured",
                PaymentMoved::Voided => "voided",
                PaymentMoved::Refunded => "refunded",
                PaymentMoved::Failed => "payment_failed",
            };
            format!("{word} {} {amount}", w(order.id.0))
        }
        _ => of_line(world, fact),
    }
}

fn of_line(world: &World, fact: &Fact) -> String {
    let w = |id: dayshelf_core::ids::Id| world.word(id);
    match fact {
        Fact::EntryJoined(entry) => format!("joined {}", w(entry.id.0)),
        Fact::EntryPassed(entry) => format!("passed {}", w(entry.0)),
        Fact::EntryGathered { entry, quantity, .. } => format!("gathered {} {quantity}", w(entry.0)),
        Fact::TurnGiven { entry, hold, .. } => format!("turn {} until {}", w(entry.0), clock(hold.due)),
        Fact::EntryRequeued { entry, .. } => format!("requeued {}", w(entry.0)),
        Fact::EntryLeft { entry, cause, .. } => {
            let cause = match cause {
                LeftCause::Withdrew => "withdrew",
                LeftCause::Declined => "declined",
                LeftCause::Missed => "missed",
                LeftCause::Served(_) => "served",
                LeftCause::WindowsOver => "windows_over",
                LeftCause::SlotCancelled => "slot_cancelled",
            };
            format!("left {} {cause}", w(entry.0))
        }
        Fact::UnitsAnnounced { offer, free, .. } => format!("told {} {free}", w(offer.0)),
        Fact::StockMoved { pool, movement, units, .. } => {
            let word = match movement {
                Movement::Add => "added",
                Movement::Remove => "taken_out",
                Movement::Lose => "lost",
                Movement::Find => "found",
                Movement::Transfer(_) => "transferred",
            };
            format!("{word} {} {units}", w(pool.0))
        }
        Fact::StockCounted { pool, count, .. } => {
            format!(
                "counted {} {} expected {} short {}",
                w(pool.0),
                count.units,
                count.expected,
                count.shortfall
            )
        }
        other => format!("{other:?}").split([' ', '(']).next().unwrap_or_default().to_lowercase(),
    }
}

/// A refusal: its code and what it says besides.
pub fn refusal(world: &World, refusal: &Refusal) -> String {
    let code = refusal.code();
    match refusal {
        Refusal::Unknown(noun) => format!("{code} {}", format!("{noun:?}").to_lowercase()),
        Refusal::InUse { by, .. } => format!("{code} {}", format!("{by:?}").to_lowercase()),
        Refusal::Invalid(invalid) => format!("{code} {} {:?}", invalid.field, invalid.flaw),
        Refusal::WindowNotOpen { opens_at } => format!("{code} {}", clock(*opens_at)),
        Refusal::LobbyNotOpen { opens_at } => format!("{code} {}", clock(*opens_at)),
        Refusal::NumberWaits { lets_in_at } => format!("{code} {}", clock(*lets_in_at)),
        Refusal::WindowClosed { closed_at } => format!("{code} {}", clock(*closed_at)),
        Refusal::NotAdmitted { code_needed } => {
            format!("{code}{}", if *code_needed { " code_needed" } else { "" })
        }
        Refusal::QuantityOutOfBounds { max, .. }
        | Refusal::LinesOutOfBounds { max }
        | Refusal::NeverEnough { max } => format!("{code} {max}"),
        Refusal::BuyerLimit { left, .. } | Refusal::UnitsFree { left } => format!("{code} {left}"),
        Refusal::TooFewLeft { offer, left, .. } => format!("{code} {} {left}", world.word(offer.0)),
        Refusal::AlreadyRedeemed(before) => format!("{code} {} {}", before.stall, clock(before.at)),
        Refusal::HoldEnded(ended) => format!("{code} {}", format!("{ended:?}").to_lowercase()),
        Refusal::NotOffered(why) => format!("{code} {}", format!("{why:?}").to_lowercase()),
        Refusal::VersionStale { current } => format!("{code} {current}"),
        Refusal::ExtensionsUsed { max } => format!("{code} {max}"),
        Refusal::TooFewUnits { have } => format!("{code} {have}"),
        Refusal::SourceReused(first) => match &**first {
            Sourced::Moved(ask) => {
                format!("{code} {} {}", format!("{:?}", ask.movement).to_lowercase(), ask.units)
            }
            Sourced::Counted(ask) => format!("{code} count {} v{}", ask.units, ask.version),
        },
        Refusal::CountStale { newest } => format!("{code} {newest}"),
        Refusal::NeedsYes(reasons) => {
            let reasons: Vec<String> = reasons.iter().map(|one| self::reason(world, one)).collect();
            format!("{code} {}", reasons.join(" + "))
        }
        _ => code.into(),
    }
}

/// An instant as tables write it.
pub fn clock(at: Instant) -> String {
    let seconds = at.0 / 1_000;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let day = if days > 0 { format!("d{days}/") } else { String::new() };
    let second = if rest % 60 > 0 { format!(":{:02}", rest % 60) } else { String::new() };
    format!("{day}{:02}:{:02}{second}", rest / 3_600, rest / 60 % 60)
}
