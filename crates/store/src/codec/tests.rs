//! The forms survive a round trip, and hostile bytes are refused without a panic or a large allocation.

use std::collections::BTreeSet;

use dayshelf_core::access::List;
use dayshelf_core::change::{Handover, Promise, Shown};
use dayshelf_core::command::{CountStock, Sourced};
use dayshelf_core::fact::{Fact, HoldEnd};
use dayshelf_core::hold::{Address, Buyer, FulfilmentChoice, Hold, HoldState, LapseCause, Line};
use dayshelf_core::ids::{
    FulfilmentId, HoldId, Home, Id, ListId, OfferId, OrderId, PoolId, Salt, SlotId, WindowId,
};
use dayshelf_core::lobby::{Came, Number};
use dayshelf_core::money::{Currency, Money};
use dayshelf_core::pool::{Account, Draw, Move};
use dayshelf_core::refusal::{Flaw, Noun, Refusal};
use dayshelf_core::slot::SlotTimes;
use dayshelf_core::text::{BuyerKey, Contact, Digest};
use dayshelf_core::time::{Anchor, Edge, Instant, LocalTime, PartKey, PartList, PartName, Span};
use proptest::prelude::*;

use super::{CodecFault, Erasure, decode, decode_erasing, encode};
use crate::journal::Outcome;

fn id(number: u64) -> Id {
    Id::mint(1_700_000_000_000, Home { shard: 3, number: 9 }, Salt(number))
}

fn hold() -> Hold {
    let pool = PoolId(id(1));
    let line = Line {
        offer: OfferId(id(2)),
        quantity: 2,
        unit_price: Money { amount: -1, currency: Currency(*b"EUR") },
        draws: vec![Draw { pool, units: u32::MAX }],
    };
    Hold {
        id: HoldId(id(3)),
        slot: SlotId(id(4)),
        window: WindowId(id(5)),
        state: HoldState::Lapsed(LapseCause::Deficit),
        made_at: Instant(i64::MIN),
        due: Instant(i64::MAX),
        extended: 255,
        lines: vec![line.clone(), line],
        fulfilment: None,
        places: Vec::new(),
        contact: Some(Contact { email: "größe@example.org".to_owned(), key: BuyerKey(u128::MAX) }),
        taken: true,
        secret: Digest([200; 32]),
        turn: None,
        number: Some(Number { window: WindowId(id(5)), index: u32::MAX, came: Came::After(Span(i64::MIN)) }),
        attempt: None,
    }
}

fn outcomes() -> Vec<Outcome> {
    let moves = vec![Move { pool: PoolId(id(1)), from: Account::Held, to: Account::Free, units: 7 }];
    let list = List {
        id: ListId(id(8)),
        key: "friends".to_owned(),
        customers: (0..300).map(BuyerKey).collect(),
        version: 2,
    };
    vec![
        Outcome::Facts(Vec::new()),
        Outcome::Facts(vec![
            Fact::HoldMade { hold: Box::new(hold()), moves: moves.clone() },
            Fact::HoldEnded { hold: HoldId(id(3)), end: HoldEnd::Lapsed(LapseCause::Time), moves },
            Fact::ListPut(Box::new(list)),
            Fact::NumberTaken {
                number: Number { window: WindowId(id(5)), index: 0, came: Came::Ahead },
                lot: u64::MAX,
            },
        ]),
        Outcome::Refused(Refusal::Unknown(Noun::Box)),
        Outcome::Refused(Refusal::invalid("windows[vip].opens", Flaw::AboveMax(i64::MIN))),
    ]
}

/// What is written is what is read.
#[test]
fn round_trips() {
    let reused = Refusal::SourceReused(Box::new(Sourced::Counted(CountStock {
        pool: PoolId(id(6)),
        units: 3,
        version: 9,
        reason: "evening".into(),
        source: Digest([7; 32]),
    })));
    for outcome in outcomes().into_iter().chain([Outcome::Refused(reused)]) {
        assert_eq!(decode::<Outcome>(&encode(&outcome)), Ok(outcome));
    }
}

/// A body that was cut anywhere is refused, and so is one that goes on.
#[test]
fn cut_bodies_are_refused() {
    for outcome in outcomes() {
        let body = encode(&outcome);
        for end in 0..body.len() {
            assert!(decode::<Outcome>(&body[..end]).is_err(), "cut at {end} of {}", body.len());
        }
        let longer = [body.as_slice(), &[0]].concat();
        assert_eq!(decode::<Outcome>(&longer), Err(CodecFault::Long));
    }
}

/// A length that is a lie is found out before any room is made for it.
#[test]
fn lying_lengths_are_refused() {
    let huge = [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert_eq!(decode::<Vec<Line>>(&huge), Err(CodecFault::Short));
    assert_eq!(decode::<String>(&huge), Err(CodecFault::Short));
    assert_eq!(decode::<BTreeSet<BuyerKey>>(&huge), Err(CodecFault::Short));
    assert_eq!(decode::<u64>(&huge), Ok(u64::MAX));
    let over = [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02];
    assert_eq!(decode::<u64>(&over), Err(CodecFault::Range));
    assert_eq!(decode::<u32>(&huge), Err(CodecFault::Range));
}

/// What nobody wrote is named: versions, variants, text.
#[test]
fn unknown_bytes_are_refused() {
    assert_eq!(decode::<bool>(&[1, 2]), Err(CodecFault::Variant("bool", 2)));
    assert_eq!(decode::<bool>(&[9, 1]), Err(CodecFault::Version(9)));
    assert_eq!(decode::<Refusal>(&[1, 200]), Err(CodecFault::Variant("Refusal", 200)));
    assert_eq!(decode::<String>(&[1, 1, 0xff]), Err(CodecFault::Text));
    assert_eq!(decode::<bool>(&[]), Err(CodecFault::Short));
}

/// The form of what is stored already must never change. When this fails, a new version is needed.
#[test]
fn the_form_is_the_one_that_is_stored() {
    use sha2::Digest as _;
    let all: Vec<u8> = outcomes().iter().flat_map(encode).collect();
    let digest = sha2::Sha256::digest(&all);
    let short: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((all.len(), short.as_str()), (5225, "14cab292c53d4c6f"));
}

/// Where parts of a slot are anchored, and what a buyer was promised: kept in every journal, so their form never changes.
#[test]
fn the_form_of_anchors_is_the_one_that_is_stored() {
    let key = |text: &str| PartKey::new(text).unwrap();
    let window = PartName { list: PartList::Windows, key: key("public") };
    let pickup = PartName { list: PartList::Fulfilments, key: key("pickup") };
    let block = PartName { list: PartList::Blocks, key: key("stream") };
    let anchors = [
        (Anchor::start(-1_200), "01000000df12"),
        (Anchor::end(1_800), "01010000901c"),
        (Anchor { edge: Edge::End, days: 1, clock: Some(36_000), seconds: 0 }, "01010201a0990200"),
        (Anchor { edge: Edge::Start, days: -7, clock: None, seconds: 0 }, "01000d0000"),
        (
            Anchor { edge: Edge::PartEnd(window), days: 0, clock: None, seconds: 60 },
            "010300067075626c6963000078",
        ),
        (
            Anchor { edge: Edge::PartStart(pickup), days: 0, clock: None, seconds: -60 },
            "010201067069636b7570000077",
        ),
        (
            Anchor { edge: Edge::PartEnd(block), days: 2, clock: Some(0), seconds: 1 },
            "0103020673747265616d04010002",
        ),
    ];
    let hex = |bytes: Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let said: Vec<String> = anchors.iter().map(|(anchor, _)| hex(encode(anchor))).collect();
    assert_eq!(said, anchors.map(|(_, kept)| kept));
    for (anchor, _) in anchors {
        assert_eq!(decode::<Anchor>(&encode(&anchor)), Ok(anchor));
    }
    let shown = |place: &str| Shown { title: "Drop".into(), times: times(), place: place.into() };
    let choice = FulfilmentChoice { block: FulfilmentId(id(7)), places: Some(PoolId(id(1))) };
    let pickup = Handover { choice, from: Instant(1), until: Instant(2), place: "Stall".into() };
    let (order, was) = (OrderId(id(6)), Some(shown("Hall")));
    let promise = Promise { order, is: shown("Yard"), pickup: Some(pickup), was };
    let fact = Fact::OrderPromised(Box::new(promise));
    assert_eq!(encode(&fact)[..2], [1, 81], "the version, and the variant's byte");
    assert_eq!(decode::<Fact>(&encode(&fact)), Ok(fact));
}

fn times() -> SlotTimes {
    SlotTimes {
        zone: "Europe/Berlin".into(),
        start_local: LocalTime(1_796_000_000),
        end_local: LocalTime(1_796_003_600),
        start: Instant(1_795_996_400_000),
        end: Instant(1_796_000_000_000),
        tzdb: "2026b".into(),
    }
}

proptest! {
    /// No bytes make the reader panic, and what it accepts it would write alike.
    #[test]
    fn any_bytes(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(outcome) = decode::<Outcome>(&body) {
            prop_assert_eq!(decode::<Outcome>(&encode(&outcome)), Ok(outcome));
        }
    }

    /// A flipped byte in a good body is refused or read as something else, never a panic.
    #[test]
    fn flipped_bytes(place in any::<prop::sample::Index>(), flip in 1u8..) {
        for outcome in outcomes() {
            let mut body = encode(&outcome);
            let place = place.index(body.len());
            body[place] ^= flip;
            let _ = decode::<Outcome>(&body);
        }
    }

    /// Numbers of every size survive.
    #[test]
    fn numbers(large in any::<u64>(), signed in any::<i64>(), small in any::<i32>(), text in ".*") {
        prop_assert_eq!(decode(&encode(&large)), Ok(large));
        prop_assert_eq!(decode(&encode(&signed)), Ok(signed));
        prop_assert_eq!(decode(&encode(&small)), Ok(small));
        prop_assert_eq!(decode(&encode(&text)), Ok(text));
    }
}

/// Who is erased is read as nobody, with nothing that tells who they were; of everybody else not a byte is another.
#[test]
fn who_is_erased_is_read_as_nobody() {
    let address = Address {
        street: "Lindenhain 7".to_owned(),
        extra: "c/o Quill".to_owned(),
        postcode: "10115".to_owned(),
        city: "Berlin".to_owned(),
        region: "Mitte".to_owned(),
        country: "DE".to_owned(),
    };
    let buyer = |key: u128| Buyer {
        name: "Adalberta Quill".to_owned(),
        contact: Contact { email: "quill@example.org".to_owned(), key: BuyerKey(key) },
        address: Some(Box::new(address.clone())),
        zone: "Europe/Berlin".to_owned(),
    };
    let erasure = Erasure { gone: BuyerKey(7), instead: BuyerKey(9) };
    let both = vec![buyer(7), buyer(8)];
    let read: Vec<Buyer> = decode_erasing(&encode(&both), erasure).unwrap();
    assert_eq!(read, [Buyer::erased(BuyerKey(9)), buyer(8)]);
    let keys: BTreeSet<BuyerKey> = [BuyerKey(7), BuyerKey(8)].into();
    let read: BTreeSet<BuyerKey> = decode_erasing(&encode(&keys), erasure).unwrap();
    assert_eq!(read, [BuyerKey(8), BuyerKey(9)].into());
    assert_eq!(decode::<Vec<Buyer>>(&encode(&both)), Ok(both));
}
