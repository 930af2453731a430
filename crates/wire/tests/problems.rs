//! Every problem says what was wrong and what to do next, in a sentence for a person.

use dayshelf_core::change::{Credential, Reason};
use dayshelf_core::command::{CountStock, MoveStock, Movement, Sourced};
use dayshelf_core::ids::{Home, Id, OfferId, PoolId, Salt, WindowId};
use dayshelf_core::order::Redemption;
use dayshelf_core::refusal::{Ended, Flaw, Noun, Refusal, Withheld};
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use dayshelf_wire::problem::{Kind, Problem};

/// Words with which something begins that somebody can do.
const STEPS: &[&str] = &[
    "Add", "Ask", "Begin", "Buy", "Change", "Check", "Choose", "Come", "Correct", "Count", "Enter", "Give",
    "Go", "Join", "Let", "Look", "Make", "Move", "Open", "Pay", "Put", "Read", "Reload", "Remove", "Resend",
    "Run", "Say", "Send", "Set", "Sign", "Start", "Take", "Tell", "Try", "Type", "Use", "Wait", "Write",
    "Cancel", "Publish", "Hold", "If", "Choose", "Shorten", "Release", "Confirm", "Watch", "Leave",
];

fn says_what_to_do(detail: &str) -> bool {
    let ends = detail.ends_with(['.', '?']);
    let words = detail.split(['.', ';', ':', '?']).map(str::trim);
    let stepped = |part: &str| {
        let first = part.split([' ', ',']).next().unwrap_or_default();
        STEPS.iter().any(|step| step.eq_ignore_ascii_case(first))
    };
    let more_than_one = words.clone().filter(|part| !part.is_empty()).count() > 1;
    ends && more_than_one && words.skip(1).any(stepped)
}

/// No type of Rust's, no word of a library's.
fn is_plain(detail: &str) -> bool {
    let strange = [
        "u32",
        "u64",
        "i64",
        "invalid type",
        "expected",
        "variant",
        "struct ",
        "Some(",
        "None",
        "::",
        "enum",
    ];
    !strange.iter().any(|word| detail.contains(word))
}

/// The words of every row of the table do, as they stand.
#[test]
fn every_kind_says_what_to_do() {
    for kind in Kind::ALL {
        let problem = Problem::plain(*kind);
        assert!(says_what_to_do(&problem.detail), "{}: {}", kind.code(), problem.detail);
        assert!(is_plain(&problem.detail), "{}: {}", kind.code(), problem.detail);
        assert!(problem.detail.starts_with(kind.when()), "{}", kind.code());
    }
}

fn id() -> Id {
    Id::mint(1_764_000_000_000, Home { shard: 0, number: 1 }, Salt(1))
}

/// One of every refusal, with the field that it is about, where it is about one wherever it is met.
fn refusals() -> Vec<(Refusal, Option<&'static str>)> {
    let (offer, pool, window) = (OfferId(id()), PoolId(id()), WindowId(id()));
    let at = Instant(1_764_000_000_000);
    let source = Digest([1; 32]);
    let moved = MoveStock { pool, movement: Movement::Lose, units: 3, reason: "broken".into(), source };
    let counted = CountStock { pool, units: 3, version: 1, reason: "evening".into(), source };
    let reasons = vec![
        Reason::Bought { holds: 1, orders: 2 },
        Reason::BelowSold { pool, missing: 3, short: 1 },
        Reason::IntoPast,
    ];
    vec![
        (Refusal::KeyReused, None),
        (Refusal::KeyInFlight, None),
        (Refusal::SourceReused(Box::new(Sourced::Moved(moved))), Some("source")),
        (Refusal::SourceReused(Box::new(Sourced::Counted(counted))), Some("source")),
        (Refusal::Unknown(Noun::Slot), None),
        (Refusal::SecretWrong, None),
        (Refusal::CredentialFrozen { since: at }, None),
        (Refusal::VersionStale { current: 3 }, None),
        (Refusal::NameTaken { field: "pools[cups].key".into() }, Some("pools[cups].key")),
        (Refusal::invalid("windows[vip].opens", Flaw::Inverted), Some("windows[vip].opens")),
        (Refusal::LinesOutOfBounds { max: 20 }, Some("lines")),
        (Refusal::QuantityOutOfBounds { offer, max: 3 }, None),
        (Refusal::AddOnAlone { offer }, None),
        (Refusal::LimitReached { noun: Noun::Slot, max: 10 }, None),
        (Refusal::InUse { noun: Noun::Window, by: Noun::Order }, None),
        (Refusal::InUse { noun: Noun::Offer, by: Noun::Hold }, None),
        (Refusal::InUse { noun: Noun::Pool, by: Noun::Offer }, None),
        (Refusal::NeedsYes(reasons), None),
        (Refusal::NothingToUndo, None),
        (Refusal::SlotNotPublished, None),
        (Refusal::SlotCancelled, None),
        (Refusal::SlotOver, None),
        (Refusal::NotOffered(Withheld::Paused), None),
        (Refusal::NotOffered(Withheld::StockLow), None),
        (Refusal::NotOffered(Withheld::Unfulfillable), None),
        (Refusal::CodeWrong, Some("code")),
        (Refusal::NotAdmitted { code_needed: true }, Some("code")),
        (Refusal::NotAdmitted { code_needed: false }, Some("contact")),
        (Refusal::WindowNotOpen { opens_at: at }, None),
        (Refusal::WindowClosed { closed_at: at }, None),
        (Refusal::LobbyNotOpen { opens_at: at }, None),
        (Refusal::NoLobby, None),
        (Refusal::NumberNeeded, Some("number")),
        (Refusal::NumberWaits { lets_in_at: at }, Some("number")),
        (Refusal::NumberUsed, Some("number")),
        (Refusal::OfferNotInWindow { offer }, None),
        (Refusal::BuyerLimit { limit: 4, left: 1 }, None),
        (Refusal::BuyerLimit { limit: 4, left: 0 }, None),
        (Refusal::InUse { noun: Noun::Organiser, by: Noun::Slot }, Some("organiser.slug")),
        (Refusal::PlacesFull, Some("fulfilment.box")),
        (Refusal::TooFewLeft { offer, left: 0, window }, None),
        (Refusal::TooFewLeft { offer, left: 2, window }, None),
    ]
}

/// The rest of them: what comes after the hold.
fn later_refusals() -> Vec<(Refusal, Option<&'static str>)> {
    let (offer, at) = (OfferId(id()), Instant(1_764_000_000_000));
    let redeemed = Redemption { at, by: Credential::House, stall: "north".into() };
    vec![
        (Refusal::HoldEnded(Ended::Confirmed), None),
        (Refusal::HoldEnded(Ended::Released), None),
        (Refusal::HoldEnded(Ended::Lapsed), None),
        (Refusal::HoldConfirming, None),
        (Refusal::HoldTaken, None),
        (Refusal::ExtensionsUsed { max: 2 }, None),
        (Refusal::MethodUnfit, Some("payment.method")),
        (Refusal::AddressMissing, Some("buyer.address")),
        (Refusal::PaymentDeclined { due: at }, None),
        (Refusal::OrderClosed, None),
        (Refusal::AlreadyRedeemed(Box::new(redeemed)), None),
        (Refusal::NoCounterpart { offer }, None),
        (Refusal::UnitsFree { left: 3 }, None),
        (Refusal::AlreadyWaiting, None),
        (Refusal::NeverEnough { max: 3 }, None),
        (Refusal::EntryLeft, None),
        (Refusal::NoTurn, None),
        (Refusal::NobodyAssigned, None),
        (Refusal::TooFewUnits { have: 3 }, Some("units")),
        (Refusal::CountStale { newest: 9 }, Some("version")),
    ]
}

/// So does every refusal, with what only it knows; and where it is about a field, it names the field.
#[test]
fn every_refusal_says_what_to_do() {
    let all = [refusals(), later_refusals()].concat();
    for code in Refusal::CODES {
        assert!(all.iter().any(|(refusal, _)| refusal.code() == *code), "{code} is not looked at");
    }
    for (refusal, field) in all {
        let problem = Problem::from(&refusal);
        assert_eq!(problem.kind.code(), refusal.code());
        assert!(says_what_to_do(&problem.detail), "{}: {}", refusal.code(), problem.detail);
        assert!(is_plain(&problem.detail), "{}: {}", refusal.code(), problem.detail);
        // What to send may be named by its field; what the answer knows is said.
        let ticked = problem.detail.split('`').skip(1).step_by(2);
        let unsaid: Vec<&str> = ticked.filter(|name| problem.members.contains_key(*name)).collect();
        assert!(unsaid.is_empty(), "{}: {unsaid:?} is named and not said", refusal.code());
        let found = problem.members.get("field").and_then(|field| field.as_str());
        assert_eq!(found, field, "{}", refusal.code());
    }
}

/// A place in line is asked for in a body of its own, whose fields are named.
#[test]
fn refusals_of_a_place_in_line_have_fields() {
    let offer = OfferId(id());
    let table = [
        (Refusal::QuantityOutOfBounds { offer, max: 3 }, "quantity"),
        (Refusal::NeverEnough { max: 3 }, "quantity"),
        (Refusal::BuyerLimit { limit: 3, left: 0 }, "quantity"),
        (Refusal::UnitsFree { left: 3 }, "quantity"),
        (Refusal::OfferNotInWindow { offer }, "offer"),
        (Refusal::AddOnAlone { offer }, "offer"),
        (Refusal::AlreadyWaiting, "contact.email"),
        (Refusal::CodeWrong, "code"),
        (Refusal::NotAdmitted { code_needed: false }, "contact"),
    ];
    for (refusal, field) in table {
        assert_eq!(Problem::from(&refusal).at_want().members["field"], field, "{}", refusal.code());
    }
}

/// What a plan was refused for is said at the thing in the plan.
#[test]
fn refusals_of_a_plan_have_places() {
    let said = |refusal: Refusal, place: &str| {
        let problem = Problem::from(&refusal).in_plan(place);
        (problem.members["field"].as_str().map(str::to_owned), problem.detail)
    };
    let (field, detail) = said(Refusal::TooFewUnits { have: 3 }, "pools[cups]");
    assert_eq!(field.as_deref(), Some("pools[cups].units"));
    assert!(detail.starts_with("pools[cups].units: ") && detail.contains("3 are free"), "{detail}");
    let (field, detail) = said(Refusal::SlotOver, "slots[drop]");
    assert_eq!(field.as_deref(), Some("slots[drop]"));
    assert!(detail.starts_with("slots[drop]: "), "{detail}");
    let (field, _) = said(Refusal::invalid("slots[drop].end", Flaw::Inverted), "slots[drop]");
    assert_eq!(field.as_deref(), Some("slots[drop].end"), "what names its field itself keeps it");
}
