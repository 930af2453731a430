//! What a refusal says on a page: at which field, in which words, and what to do next.

use dayshelf_core::ids::OfferId;
use dayshelf_core::time::Instant;
use dayshelf_desk::SlotCard;
use dayshelf_ical::time::Moment;
use dayshelf_pages::{FieldError, Notice, NoticeKind};
use dayshelf_wire::problem::{Kind, Problem};
use serde_json::Value;

use super::wall::Wall;

/// A problem as a page shows it.
pub(super) struct Refused {
    /// What happened, and what to do next.
    pub notice: Notice,
    /// The same at its field.
    pub errors: Vec<FieldError>,
}

/// What a refusal is explained with.
pub(super) struct Beside<'b> {
    pub card: &'b SlotCard,
    pub wall: &'b Wall,
    pub now: Instant,
}

impl Refused {
    /// The problem in the words of its page.
    pub fn of(problem: &Problem, beside: &Beside<'_>) -> Self {
        let text = beside.words(problem);
        let field = beside.field(problem);
        let notice = Notice { kind: NoticeKind::Refused, text: text.clone(), link: None };
        let errors = field.map(|field| FieldError { field, message: text }).into_iter().collect();
        Self { notice, errors }
    }
}

impl Beside<'_> {
    fn field(&self, problem: &Problem) -> Option<String> {
        let quantity = || text(problem, "offer").map(|offer| format!("quantity.{offer}"));
        let field = match problem.kind {
            Kind::QuantityOutOfBounds
            | Kind::TooFewLeft
            | Kind::AddOnAlone
            | Kind::NeverEnough
            | Kind::OfferNotInWindow => {
                return quantity().or_else(|| Some("form".into()));
            }
            Kind::CodeWrong => "code",
            Kind::NotAdmitted if needs_code(problem) => "code",
            Kind::NotAdmitted | Kind::AlreadyWaiting => "email",
            Kind::PlacesFull => "fulfilment",
            Kind::AddressMissing => "street",
            Kind::MethodUnfit | Kind::PaymentDeclined => "payment",
            Kind::LinesOutOfBounds | Kind::BuyerLimit => "form",
            _ => {
                let field = text(problem, "field")?;
                let own = field.starts_with("quantity.");
                return Some(if own { field } else { last_part(field) }.to_owned());
            }
        };
        Some(field.to_owned())
    }

    fn words(&self, problem: &Problem) -> String {
        let number = |name: &str| problem.members.get(name).and_then(Value::as_u64).unwrap_or(0);
        let offer = self.offer(problem);
        match problem.kind {
            Kind::TooFewLeft => match number("left") {
                0 => format!(
                    "{offer}: nothing is left at the moment, so nothing was held. You can wait in line."
                ),
                left => {
                    format!("{offer}: only {left} left, so nothing was held. Take fewer, or wait in line.")
                }
            },
            Kind::QuantityOutOfBounds => format!("{offer}: choose 1 to {}.", number("max")),
            Kind::LinesOutOfBounds => "Choose how many you want first.".into(),
            Kind::AddOnAlone => {
                format!("{offer} comes only together with what it belongs to. Choose that too.")
            }
            Kind::BuyerLimit => match number("left") {
                0 => format!("One person may have {} in this window, and you have them.", number("limit")),
                left => format!(
                    "One person may have {} in this window: {left} are left for you.",
                    number("limit")
                ),
            },
            Kind::CodeWrong => "This code does not open anything here. Check it, or leave it out.".into(),
            Kind::NotAdmitted if needs_code(problem) => "The window that is open needs a code.".into(),
            Kind::NotAdmitted => {
                "The window that is open is for invited people. Use the address that was invited.".into()
            }
            Kind::WindowNotOpen => match self.at(problem, "opens_at") {
                Some(opens) => format!("This is not open yet: it opens at {opens}."),
                None => "This is not open yet.".into(),
            },
            Kind::LobbyNotOpen | Kind::NumberNeeded | Kind::NumberWaits | Kind::NumberUsed => {
                self.lobby(problem)
            }
            Kind::WindowClosed => "This window has closed, so nothing was held.".into(),
            Kind::PlacesFull => "No place is left at this time. Choose another, or wait in line.".into(),
            Kind::UnitsFree => {
                format!(
                    "{} can be had right now: no need to wait. Choose them and hold them.",
                    number("left")
                )
            }
            Kind::AlreadyWaiting => "This address is in line for it already. One place each.".into(),
            Kind::NeverEnough => {
                format!("So many can never come back: {} at most. Wait for fewer.", number("max"))
            }
            Kind::ExtensionsUsed => "This hold can't be extended any more.".into(),
            Kind::HoldConfirming => "A payment for this is under way. Wait for its answer.".into(),
            Kind::OrderClosed => "This part of the order was cancelled or handed over before.".into(),
            Kind::AlreadyRedeemed => "The goods for this were given out before.".into(),
            Kind::NoCounterpart => "The other date does not sell the same at the moment.".into(),
            Kind::SlotOver => "This is over, so it can't be changed any more.".into(),
            Kind::SlotCancelled => "This was called off. Nothing was charged.".into(),
            Kind::RateLimited => {
                format!("That was too quick. Try again in {} s.", number("retry_after").max(1))
            }
            Kind::AddressMissing => "Write where it shall be sent.".into(),
            Kind::IdempotencyKeyMissing | Kind::IdempotencyKeyUnfit | Kind::KeyReused => {
                "This page was too old to be sent. It is fresh now: try again.".into()
            }
            Kind::Busy | Kind::OutcomeUnknown => {
                "More people are here than can be served at once. Try again.".into()
            }
            Kind::ValueWrong => typed(problem).unwrap_or(&problem.detail).to_owned(),
            _ => problem.detail.clone(),
        }
    }

    /// What keeps somebody in the waiting line.
    fn lobby(&self, problem: &Problem) -> String {
        match problem.kind {
            Kind::LobbyNotOpen => match self.at(problem, "opens_at") {
                Some(opens) => format!(
                    "The waiting line begins at {opens}. Whoever comes before the opening has the same chance."
                ),
                None => "The waiting line has not begun.".into(),
            },
            Kind::NumberNeeded => "This opens by a waiting line. Join it; you are let in by yourself.".into(),
            Kind::NumberWaits => "It is not your turn yet. Your place is kept.".into(),
            _ => "You hold something with this place in line already. Buy it or give it back first.".into(),
        }
    }

    /// The title of the offer that the problem is about.
    fn offer(&self, problem: &Problem) -> &str {
        let id = text(problem, "offer").and_then(OfferId::parse);
        let offer = id.and_then(|id| self.card.sheet.offers.iter().find(|offer| offer.id == id));
        offer.map_or("This", |offer| offer.spec.title.as_str())
    }

    /// A time that the problem names, on the slot's wall.
    fn at(&self, problem: &Problem, name: &str) -> Option<String> {
        let at = Instant(Moment::parse(text(problem, name)?)?.0);
        let zone = self.wall.moment(at).abbreviation;
        Some(format!("{} {zone}", self.wall.when(at, self.now)))
    }
}

/// What to write into a field that a reader filled in.
fn typed(problem: &Problem) -> Option<&'static str> {
    Some(match last_part(text(problem, "field")?) {
        "email" => "Write a mail address, as ann@example.org.",
        "name" => "Write the name that the pass shall show.",
        "country" => "Choose the country that it is sent to.",
        _ => return None,
    })
}

fn text<'p>(problem: &'p Problem, name: &str) -> Option<&'p str> {
    problem.members.get(name)?.as_str()
}

fn needs_code(problem: &Problem) -> bool {
    problem.members.get("code_needed").and_then(Value::as_bool).unwrap_or(false)
}

/// `buyer.email` is the field `email` of a page.
fn last_part(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
