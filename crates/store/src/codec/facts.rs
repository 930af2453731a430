//! The stored forms of facts and refusals: what journal bodies are made of. No logic; see the rules of
//! `codec` before changing a line.

use dayshelf_core::fact::{BlockChange, Counted, Fact, HoldEnd, MovedFrom, SlotChange};
use dayshelf_core::refusal::{Ended, Flaw, Invalid, Noun, Refusal, Withheld};

use super::{choice, record};
use crate::journal::Outcome;

record! {
    MovedFrom { slot, window, lines }
    Counted { units, expected, shortfall, version, reason, source }
    Invalid { field, flaw }
}

choice! {
    Outcome { 0 => Facts(facts), 1 => Refused(refusal), }
    SlotChange { 0 => Created, 1 => Changed, 2 => Moved, 3 => Published, 4 => Cancelled, }
    BlockChange {
        0 => Put, 1 => Moved, 2 => Began, 3 => Accepted, 4 => Declined, 5 => Fired, 6 => Rearmed,
    }
    HoldEnd { 0 => Released, 1 => Lapsed(cause), }
    Fact {
        0 => OrganiserFounded(organiser),
        1 => OrganiserChanged(organiser),
        2 => KeyIssued(key),
        3 => KeyRevoked(key),
        4 => EndpointPut(endpoint),
        5 => EndpointRemoved(endpoint),
        6 => CodePut(code),
        7 => CodeRemoved(code),
        8 => ListPut(list),
        9 => ListRemoved(list),
        10 => SlotPut { slot, change },
        11 => WindowPut { window, moves },
        12 => WindowRemoved { window, moves },
        13 => WindowOpened(window),
        14 => WindowClosed { window, moves },
        15 => FulfilmentPut(fulfilment),
        16 => FulfilmentRemoved(fulfilment),
        17 => PoolPut { pool, role, version, spec, moves },
        18 => PoolRemoved { pool, moves },
        19 => OfferPut(offer),
        20 => OfferRemoved(offer),
        21 => StepBegan { offer, step },
        22 => HoldMade { hold, moves },
        23 => HoldTaken { hold, lines, places, due, moves },
        24 => HoldExtended { hold, due, extended },
        25 => HoldEnded { hold, end, moves },
        26 => ConfirmBegun { hold, attempt },
        27 => ConfirmCallingOff { hold },
        28 => ConfirmFailed { hold, due },
        29 => OrderConfirmed { order, late, moves },
        30 => LatePaymentUnfilled { order },
        31 => OrderCancelled { order, lines, moves },
        32 => OrderMoved { order, from, moves },
        33 => OrderHanded { order, line, moves },
        70 => RedeemedAgain { order, line, again },
        71 => HandOverUndone { order, line, moves },
        34 => PaymentMoved { order, moved, amount },
        35 => EntryJoined(entry),
        36 => EntryPassed(entry),
        37 => EntryGathered { entry, quantity, draws, moves },
        38 => TurnGiven { entry, hold, moves },
        39 => EntryRequeued { entry, place },
        40 => EntryLeft { entry, cause, moves },
        41 => UnitsAnnounced { slot, offer, free },
        42 => StockMoved { pool, movement, units, reason, source, moves },
        43 => StockCounted { pool, count, moves },
        44 => Dripped { window, at },
        45 => BuyersCounted { window, counts },
        60 => ChangeMade(made),
        61 => ConfirmationAsked(pending),
        62 => ConfirmationEnded { confirmation, slot, end },
        63 => CustomersTold(telling),
        64 => CredentialFrozen { credential, at },
        65 => CredentialFreed { credential },
        48 => BlockPut { block, change, moves },
        49 => BlockRemoved(block),
        50 => TemplatePut(template),
        51 => TemplateRemoved(template),
        52 => SeriesPut(series),
        53 => OccurrencePut(occurrence),
    }
    Withheld { 0 => StockLow, 1 => Unfulfillable, }
    Ended { 0 => Confirmed, 1 => Released, 2 => Lapsed, }
    Noun {
        0 => Organiser, 1 => Slot, 2 => Window, 3 => Offer, 4 => Pool, 5 => Fulfilment, 6 => Code, 7 => List,
        8 => Hold, 9 => Order, 10 => Line, 11 => Entry, 12 => Key, 13 => Endpoint, 14 => Step, 15 => Box,
        20 => Block, 21 => Template, 22 => Series, 30 => Confirmation, 32 => Person, 33 => Session, 34 => Invitation,
    }
    Flaw {
        0 => NotASlug,
        1 => Empty,
        2 => AboveMax(max),
        3 => BelowMin(min),
        4 => Inverted,
        5 => Overlaps(key),
        6 => Repeated,
        7 => Cycle,
        8 => RollsNowhere,
        9 => NoFirstPrice,
        10 => StepWithoutCondition,
        11 => StepOutOfOrder,
        12 => OtherCurrency,
        13 => AddOnToAddOn,
        14 => NoSuch(name),
        15 => Reserved,
        20 => NotAnAddress,
    }
    Refusal {
        0 => KeyReused,
        1 => KeyInFlight,
        2 => Unknown(noun),
        3 => SecretWrong,
        4 => VersionStale { current },
        5 => NameTaken { field },
        6 => Invalid(invalid),
        7 => LimitReached { noun, max },
        8 => InUse { noun, by },
        9 => SlotNotPublished,
        10 => SlotCancelled,
        11 => SlotOver,
        48 => NotOffered(why),
        12 => CodeWrong,
        13 => NotAdmitted { code_needed },
        14 => WindowNotOpen { opens_at },
        15 => WindowClosed { closed_at },
        16 => OfferNotInWindow { offer },
        17 => LinesOutOfBounds { max },
        18 => QuantityOutOfBounds { offer, max },
        19 => AddOnAlone { offer },
        20 => BuyerLimit { limit, left },
        21 => PlacesFull,
        22 => TooFewLeft { offer, left, window },
        23 => HoldEnded(ended),
        24 => HoldConfirming,
        25 => HoldTaken,
        26 => ExtensionsUsed { max },
        27 => MethodUnfit,
        38 => AddressMissing,
        28 => PaymentDeclined { due },
        29 => OrderClosed,
        70 => AlreadyRedeemed(before),
        30 => NoCounterpart { offer },
        31 => UnitsFree { left },
        32 => AlreadyWaiting,
        33 => NeverEnough { max },
        34 => EntryLeft,
        35 => NoTurn,
        49 => NobodyAssigned,
        36 => TooFewUnits { have },
        37 => CountStale { newest },
        60 => CredentialFrozen { since },
        61 => NeedsYes(reasons),
        62 => NothingToUndo,
    }
}
