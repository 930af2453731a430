//! The core's refusals as problems, in one exhaustive match.
//!
//! A refusal does not say at which address it was met: what depends on that (`waitlist_url`) is added by
//! [`Problem::at_slot`].

use dayshelf_core::change::Reason;
use dayshelf_core::command::Sourced;
use dayshelf_core::ids::SlotId;
use dayshelf_core::limits::SLOTS_KEPT_MAX;
use dayshelf_core::look::{CONTRAST_MIN, Colour};
use dayshelf_core::order::Redemption;
use dayshelf_core::refusal::{Ended, Faint, Flaw, Lacking, Noun, Refusal, Withheld};
use dayshelf_core::time::Instant;
use serde_json::Value;

use super::noun::noun_words;
use super::{Kind, Problem};
use crate::change::ReasonShape;
use crate::look::ratio;
use crate::redeem::RedemptionShape;
use crate::stock::SourcedShape;
use crate::time::At;

impl From<&Refusal> for Problem {
    fn from(refusal: &Refusal) -> Self {
        let plain = Self::plain;
        match refusal {
            Refusal::KeyReused => plain(Kind::KeyReused),
            Refusal::KeyInFlight => {
                let detail = "The first request with this idempotency key has not been answered yet. Send the same \
                              request again in a second.";
                Problem::new(Kind::KeyInFlight, detail).with("retry_after", 1)
            }
            Refusal::SourceReused(first) => source_reused(first),
            Refusal::Unknown(noun) => unknown(*noun),
            Refusal::SecretWrong => plain(Kind::SecretWrong),
            Refusal::VersionStale { current } => version_stale(*current),
            Refusal::NameTaken { field } => name_taken(field),
            Refusal::Invalid(invalid) => flawed(&invalid.field, &invalid.flaw),
            Refusal::LimitReached { noun, max } => limit_reached(*noun, *max),
            Refusal::InUse { noun, by } => in_use(*noun, *by),
            Refusal::CredentialFrozen { since } => credential_frozen(*since),
            Refusal::NeedsYes(reasons) => needs_yes(reasons),
            Refusal::NothingToUndo => plain(Kind::NothingToUndo),
            Refusal::SlotNotPublished => plain(Kind::SlotNotPublished),
            Refusal::SlotCancelled => plain(Kind::SlotCancelled),
            Refusal::SlotOver => plain(Kind::SlotOver),
            Refusal::NotOffered(why) => not_offered(*why),
            Refusal::CodeWrong => plain(Kind::CodeWrong).with("field", "code"),
            Refusal::NotAdmitted { code_needed } => not_admitted(CodeNeeded(*code_needed)),
            Refusal::WindowNotOpen { opens_at } => window_not_open(*opens_at),
            Refusal::WindowClosed { closed_at } => window_closed(*closed_at),
            Refusal::LobbyNotOpen { opens_at } => lobby_not_open(*opens_at),
            Refusal::NoLobby => plain(Kind::NoLobby),
            Refusal::NumberNeeded => plain(Kind::NumberNeeded).with("field", "number"),
            Refusal::NumberWaits { lets_in_at } => number_waits(*lets_in_at),
            Refusal::NumberUsed => plain(Kind::NumberUsed).with("field", "number"),
            Refusal::OfferNotInWindow { offer } => {
                plain(Kind::OfferNotInWindow).with("offer", offer.to_string())
            }
            Refusal::LinesOutOfBounds { max } => lines_out_of_bounds(*max),
            Refusal::QuantityOutOfBounds { offer, max } => {
                bounded(Kind::QuantityOutOfBounds, "max", *max).with("offer", offer.to_string())
            }
            Refusal::AddOnAlone { offer } => plain(Kind::AddOnAlone).with("offer", offer.to_string()),
            Refusal::BuyerLimit { limit, left } => buyer_limit(*limit, *left),
            Refusal::PlacesFull => plain(Kind::PlacesFull).with("field", "fulfilment.box"),
            Refusal::TooFewLeft { offer, left, window } => {
                too_few_left(*left).with("offer", offer.to_string()).with("window", window.to_string())
            }
            Refusal::HoldEnded(ended) => hold_ended(*ended),
            Refusal::HoldConfirming => plain(Kind::HoldConfirming).with("retry_after", 1),
            Refusal::HoldTaken => plain(Kind::HoldTaken),
            Refusal::ExtensionsUsed { max } => bounded(Kind::ExtensionsUsed, "max", u32::from(*max)),
            Refusal::MethodUnfit => plain(Kind::MethodUnfit).with("field", "payment.method"),
            Refusal::AddressMissing => plain(Kind::AddressMissing).with("field", "buyer.address"),
            Refusal::PaymentDeclined { due } => payment_declined(*due),
            Refusal::OrderClosed => plain(Kind::OrderClosed),
            Refusal::AlreadyRedeemed(before) => already_redeemed(before),
            Refusal::NoCounterpart { offer } => plain(Kind::NoCounterpart).with("offer", offer.to_string()),
            Refusal::UnitsFree { left } => bounded(Kind::UnitsFree, "left", *left),
            Refusal::AlreadyWaiting => plain(Kind::AlreadyWaiting),
            Refusal::NeverEnough { max } => bounded(Kind::NeverEnough, "max", *max),
            Refusal::EntryLeft => plain(Kind::EntryLeft),
            Refusal::NoTurn => plain(Kind::NoTurn),
            Refusal::NobodyAssigned => plain(Kind::NobodyAssigned),
            Refusal::TooFewUnits { have } => bounded(Kind::TooFewUnits, "have", *have).with("field", "units"),
            Refusal::CountStale { newest } => count_stale(*newest),
        }
    }
}

impl Problem {
    /// The same with the address of the slot's waitlist, where waiting may help.
    #[must_use]
    pub fn at_slot(self, slot: SlotId) -> Self {
        if self.kind == Kind::NumberNeeded {
            return self.with("lobby_url", format!("/v1/slots/{slot}/lobby"));
        }
        let helps = matches!(self.kind, Kind::TooFewLeft | Kind::PlacesFull | Kind::WindowClosed);
        if !helps {
            return self;
        }
        self.with("waitlist_url", format!("/v1/slots/{slot}/waitlist"))
    }
}

/// Whether a code would help.
struct CodeNeeded(bool);

fn bounded(kind: Kind, name: &str, bound: u32) -> Problem {
    let when = kind.when().trim_end_matches('.');
    let words = match name {
        "left" => format!("{when}: {bound} of them. {}", kind.next_step()),
        "have" => {
            format!("{when}: it has {bound}. Move at most so many; held and sold units can't be taken.")
        }
        _ if kind == Kind::ExtensionsUsed => {
            let times = if bound == 1 { "once".to_owned() } else { format!("{bound} times") };
            format!("{when}, {times}. {}", kind.next_step())
        }
        _ if kind == Kind::NeverEnough => format!("{when}. Wait for at most {bound}."),
        _ => format!("{when}. Choose 1 to {bound}."),
    };
    Problem::new(kind, words).with(name, bound)
}

fn source_reused(first: &Sourced) -> Problem {
    let shape = SourcedShape::from(first);
    let was = match &shape {
        SourcedShape::Moved { kind, pool, units, reason, .. } => {
            // A kind is one word.
            let kind = serde_json::to_value(kind).unwrap_or_default();
            let kind = kind.as_str().unwrap_or_default();
            format!("the movement {kind:?} of {units} at {}, with the reason {reason:?}", pool.0)
        }
        SourcedShape::Counted { pool, units, version, reason } => {
            format!("the count {version} of {units} at {}, with the reason {reason:?}", pool.0)
        }
    };
    let detail = format!(
        "source: this id stands for something else: {was}. Send a new id for something new; to ask for that one \
         again, send it as it was."
    );
    // Shapes have text keys and whole numbers only, so they always are JSON.
    let first = serde_json::to_value(&shape).unwrap_or_default();
    Problem::new(Kind::SourceReused, detail).with("field", "source").with("first", first)
}

fn unknown(noun: Noun) -> Problem {
    let detail = format!(
        "There is no such {}, or not for this caller. Check the id and whose key was \
                          used.",
        noun_words(noun)
    );
    Problem::new(Kind::Unknown, detail).with("noun", noun_words(noun))
}

fn count_stale(newest: u64) -> Problem {
    let detail = format!(
        "A newer count of this pool was taken in before: its version is {newest}. Count again, and send that with a \
         version above {newest}."
    );
    Problem::new(Kind::CountStale, detail).with("field", "version").with("newest", newest)
}

fn version_stale(current: u32) -> Problem {
    let detail = format!(
        "Somebody else changed it meanwhile: it is at version {current} now. Read it \
                          again, merge, and send the new ETag in If-Match."
    );
    Problem::new(Kind::VersionStale, detail).with("current", current)
}

fn name_taken(field: &str) -> Problem {
    Problem::new(Kind::NameTaken, format!("{field}: this name is taken. Choose another."))
        .with("field", field)
}

fn limit_reached(noun: Noun, max: u32) -> Problem {
    let next = match noun {
        Noun::Redemption => {
            "This one was not written down: the pass was copied, and the line names who took it"
        }
        Noun::Slot if max as usize == SLOTS_KEPT_MAX => {
            "Drafts that were thrown away count, since who asks for one is told so for ever: publish the drafts that \
             there are, or go on with another organiser"
        }
        _ => "Remove what is no longer needed",
    };
    let detail =
        format!("There are {max} of this kind ({}), and there may be no more. {next}.", noun_words(noun));
    Problem::new(Kind::LimitReached, detail).with("noun", noun_words(noun)).with("max", max)
}

fn in_use(noun: Noun, by: Noun) -> Problem {
    let next = match by {
        Noun::Hold | Noun::Entry => "Wait until that is over, or call it off first",
        Noun::Order => "Cancel or move that first, or leave it as it is",
        _ => "Change or remove that first",
    };
    let (noun_word, by_word) = (noun_words(noun), noun_words(by));
    let an = if by_word.starts_with(['a', 'e', 'i', 'o', 'u', 'A']) { "an" } else { "a" };
    let detail = format!("This {noun_word} is in use by {an} {by_word}. {next}.");
    Problem::new(Kind::InUse, detail).with("noun", noun_words(noun)).with("by", noun_words(by))
}

fn not_offered(why: Withheld) -> Problem {
    let (name, detail) = match why {
        Withheld::Paused => {
            ("paused", "The sale is paused. What you hold stays yours; look again in a moment.")
        }
        Withheld::StockLow => {
            ("stock_low", "Stock is low, so this slot sells nothing for now. Come back later.")
        }
        Withheld::Unfulfillable => (
            "unfulfillable",
            "This can't be fulfilled any more: what it needs is gone for good, or is there on other nights. Look for \
             another slot.",
        ),
    };
    Problem::new(Kind::NotOffered, detail).with("why", name)
}

fn not_admitted(needed: CodeNeeded) -> Problem {
    let detail = if needed.0 {
        "This window needs a code. Send it in `code`."
    } else {
        "No window of this slot admits you. Send the \
         `contact` that is on its list, or wait for a public window."
    };
    let problem = Problem::new(Kind::NotAdmitted, detail).with("code_needed", needed.0);
    problem.with("field", if needed.0 { "code" } else { "contact" })
}

fn window_not_open(opens_at: Instant) -> Problem {
    let opens_at = At(opens_at).to_string();
    let detail = format!("The window that admits you opens at {opens_at}. Come back then.");
    Problem::new(Kind::WindowNotOpen, detail).with("opens_at", opens_at)
}

fn lobby_not_open(opens_at: Instant) -> Problem {
    let opens_at = At(opens_at).to_string();
    let detail = format!("The lobby gives out numbers from {opens_at}. Come back then.");
    Problem::new(Kind::LobbyNotOpen, detail).with("opens_at", opens_at)
}

fn number_waits(lets_in_at: Instant) -> Problem {
    let lets_in_at = At(lets_in_at).to_string();
    let detail = format!(
        "This number is let in at {lets_in_at}. Send the hold again then, with a new \
                          Idempotency-Key."
    );
    Problem::new(Kind::NumberWaits, detail).with("field", "number").with("lets_in_at", lets_in_at)
}

fn window_closed(closed_at: Instant) -> Problem {
    let closed_at = At(closed_at).to_string();
    let detail = format!(
        "Every window that admits you is over; the last one closed at {closed_at}. Join the \
                          waitlist where there is one, or look at the calendar."
    );
    Problem::new(Kind::WindowClosed, detail).with("closed_at", closed_at)
}

fn lines_out_of_bounds(max: u32) -> Problem {
    let detail =
        format!("There are no lines, too many, or two of one offer. Send 1 to {max} lines, each offer once.");
    Problem::new(Kind::LinesOutOfBounds, detail).with("field", "lines").with("max", max)
}

fn buyer_limit(limit: u32, left: u32) -> Problem {
    let detail = format!(
        "One buyer may have {limit} in this window; {left} of them are left for you. Take at most \
                          so many."
    );
    Problem::new(Kind::BuyerLimit, detail).with("limit", limit).with("left", left)
}

fn too_few_left(left: u32) -> Problem {
    let detail = match left {
        0 => "Nothing is left for you at the moment. Wait in line; what comes back goes to those in it."
            .to_owned(),
        left => format!("Only {left} left for you at the moment. Take fewer, or wait in line."),
    };
    Problem::new(Kind::TooFewLeft, detail).with("left", left)
}

fn credential_frozen(since: Instant) -> Problem {
    let since = At(since).to_string();
    let detail = format!(
        "This credential moved or called off too many slots at once and is frozen since {since}. \
                 Look at what it did, then let it on with another key: POST /v1/keys/{{key}}/unfreeze."
    );
    Problem::new(Kind::CredentialFrozen, detail).with("since", since)
}

fn needs_yes(reasons: &[Reason]) -> Problem {
    let shapes: Vec<ReasonShape> = reasons.iter().map(ReasonShape::from).collect();
    let words: Vec<&str> = shapes.iter().map(|reason| reason.sentence.as_str()).collect();
    let detail = format!(
        "Nobody has said yes to this yet. {} If it is meant, send it again with yes=true.",
        words.join(" ")
    );
    // Shapes have text keys and whole numbers only, so they always are JSON.
    Problem::new(Kind::NeedsYes, detail).with("reasons", serde_json::to_value(&shapes).unwrap_or_default())
}

fn already_redeemed(before: &Redemption) -> Problem {
    let RedemptionShape { at, by, stall } = RedemptionShape::from(before);
    let whom = match (stall.as_str(), &by.id) {
        ("", None) => by.kind.to_owned(),
        ("", Some(id)) => format!("{} {id}", by.kind),
        (stall, _) => stall.to_owned(),
    };
    let problem = Problem::new(
        Kind::AlreadyRedeemed,
        format!(
            "This pass was redeemed at {at} by {whom}. Give nothing for it; take that handover back first if it was a slip."
        ),
    );
    // Shapes have text keys and whole numbers only, so they always are JSON.
    let by = serde_json::to_value(&by).unwrap_or_default();
    problem.with("at", at.to_string()).with("by", by).with("stall", stall)
}

fn hold_ended(ended: Ended) -> Problem {
    let (state, detail) = match ended {
        Ended::Confirmed => ("confirmed", "The hold became an order. Look at the order."),
        Ended::Released => ("released", "The hold was given back. Start again with a new one."),
        Ended::Lapsed => ("lapsed", "The hold lapsed: its time ran out. Start again with a new one."),
    };
    Problem::new(Kind::HoldEnded, detail).with("state", state)
}

fn payment_declined(due: Instant) -> Problem {
    let expires_at = At(due).to_string();
    let detail =
        format!("The payment was declined. The units are yours until {expires_at}: pay in another way.");
    Problem::new(Kind::PaymentDeclined, detail).with("expires_at", expires_at)
}

/// What a colour lacks, and what would do.
fn faint_words(faint: &Faint) -> String {
    let Faint { colour, contrast, nearest } = faint;
    let (measured, needed) = (ratio(*contrast), ratio(CONTRAST_MIN));
    format!(
        "{colour} is seen with a contrast of {measured} to 1, and {needed} to 1 is needed; {nearest} would do"
    )
}

/// What is wrong at a field, in words.
fn flawed(field: &str, flaw: &Flaw) -> Problem {
    let (name, sentence) = flaw_words(flaw);
    let mut problem =
        Problem::new(Kind::Invalid, format!("{field}: {sentence}.")).with("field", field).with("flaw", name);
    match flaw {
        Flaw::AboveMax(bound) => problem = problem.with("max", *bound),
        Flaw::AbovePool(Lacking { pool, max }) => {
            problem = problem.with("max", *max).with("pool", Value::from(pool.as_str()));
        }
        Flaw::BelowMin(bound) => problem = problem.with("min", *bound),
        Flaw::Overlaps(other) => problem = problem.with("overlaps", Value::from(other.as_str())),
        Flaw::TooFaint(faint) => {
            problem = problem
                .with("contrast", Value::from(ratio(faint.contrast)))
                .with("needed", Value::from(ratio(CONTRAST_MIN)))
                .with("nearest", faint.nearest.to_string());
        }
        _ => {}
    }
    problem
}

/// One of every flaw, for the page that lists them.
pub(super) fn flaws() -> Vec<Flaw> {
    vec![
        Flaw::NotASlug,
        Flaw::Reserved,
        Flaw::Empty,
        Flaw::AboveMax(100),
        Flaw::BelowMin(1),
        Flaw::Inverted,
        Flaw::Past,
        Flaw::Overlaps("vip".to_owned()),
        Flaw::Repeated,
        Flaw::Cycle,
        Flaw::RollsNowhere,
        Flaw::NoFirstPrice,
        Flaw::StepWithoutCondition,
        Flaw::StepOutOfOrder,
        Flaw::OutsideBlock,
        Flaw::Unseen("U+202E".to_owned()),
        Flaw::NotAnAddress,
        Flaw::TooFaint(Faint {
            colour: Colour::of(0xffd400),
            contrast: 138,
            nearest: Colour::of(0x89_72_00),
        }),
        Flaw::OtherCurrency,
        Flaw::NoSuch("vip".to_owned()),
        Flaw::AddOnToAddOn,
        Flaw::AbovePool(Lacking { pool: "cups".to_owned(), max: 10 }),
    ]
}

/// The stable name of a flaw, and the sentence that says what to write instead.
pub fn flaw_words(flaw: &Flaw) -> (&'static str, String) {
    let (name, sentence) = match flaw {
        Flaw::NotASlug => ("not_a_slug", "use 1 to 64 of a-z, 0-9 and hyphens, none at an end"),
        Flaw::Reserved => ("reserved", "this name leads elsewhere; choose another"),
        Flaw::Empty => ("empty", "this can't be empty; write something"),
        Flaw::AboveMax(bound) => return ("above_max", format!("this is too much; {bound} at most")),
        Flaw::BelowMin(bound) => return ("below_min", format!("this is too little; {bound} at least")),
        Flaw::AbovePool(Lacking { pool, max }) => {
            let sentence =
                format!("the pool {pool:?} has {max} to give; take {max} at most, or add units to it");
            return ("above_pool", sentence);
        }
        Flaw::Inverted => ("inverted", "it ends before it begins; put the end after the start"),
        Flaw::Past => ("past", "this is over already; write a time that is still to come, or leave it out"),
        Flaw::Overlaps(other) => {
            return (
                "overlaps",
                format!(
                    "it overlaps {other:?}, which admits the same audience; let one end before the other begins"
                ),
            );
        }
        Flaw::Repeated => ("repeated", "this is named twice; name it once"),
        Flaw::Cycle => ("cycle", "this leads back to itself; break the circle"),
        Flaw::RollsNowhere => {
            ("rolls_nowhere", "roll into a window of the same slot that closes later than this one")
        }
        Flaw::NoFirstPrice => ("no_first_price", "the first step needs a price and no condition"),
        Flaw::StepWithoutCondition => {
            ("step_without_condition", "say when this step begins: by `from`, by `after_units`, or both")
        }
        Flaw::StepOutOfOrder => {
            ("step_out_of_order", "the step before begins later; order the steps by when they begin")
        }
        Flaw::OutsideBlock => (
            "outside_block",
            "this time box lies outside of its block; put it between `opens` and `closes`, or have the block open \
             earlier or close later",
        ),
        Flaw::Unseen(letter) => {
            return ("unseen", format!("nobody sees the letter {letter} in this; take it out"));
        }
        Flaw::NotAnAddress => ("not_an_address", "write an address that begins with https://"),
        Flaw::TooFaint(faint) => return ("too_faint", faint_words(faint)),
        Flaw::OtherCurrency => ("other_currency", "use the organiser's currency"),
        Flaw::NoSuch(name) => {
            return ("no_such", format!("there is no {name:?}; name one that exists, or add it"));
        }
        Flaw::AddOnToAddOn => {
            ("add_on_to_add_on", "an add-on goes with a main offer, not with itself or another add-on")
        }
    };
    (name, sentence.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::ids::{Home, Id, OfferId, Salt, WindowId};

    fn id() -> Id {
        Id::mint(1_764_000_000_000, Home { shard: 0, number: 1 }, Salt(1))
    }

    /// A problem's code is its refusal's, and the members say what to do next.
    #[test]
    fn refusals_say_what_to_do() {
        let few = Refusal::TooFewLeft { offer: OfferId(id()), left: 2, window: WindowId(id()) };
        let problem = Problem::from(&few).at_slot(SlotId(id()));
        assert_eq!(problem.kind.code(), few.code());
        assert_eq!(problem.members["left"], 2);
        assert_eq!(problem.members["waitlist_url"], format!("/v1/slots/{}/waitlist", SlotId(id())));
        let early = Problem::from(&Refusal::WindowNotOpen { opens_at: Instant(1_764_000_000_000) });
        assert_eq!(early.members["opens_at"], "2025-11-24T16:00:00.000Z");
        let wrong = Problem::from(&Refusal::invalid("windows[vip].opens", Flaw::Inverted));
        assert_eq!(wrong.members["field"], "windows[vip].opens");
        assert_eq!(wrong.reference(), "/problems/invalid#inverted");
        assert_eq!(wrong.status(), 422);
        let plain = Problem::from(&Refusal::PlacesFull);
        assert_eq!((plain.kind.code(), plain.status()), (Refusal::PlacesFull.code(), 409));
    }
}
