//! Lines about what an organiser writes, read into commands.

use std::collections::BTreeSet;

use dayshelf_core::access::{Code, CustomersChange, List};
use dayshelf_core::change::Edit;
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::{CodeId, FulfilmentId, ListId, OfferId, PoolId, SlotId, WindowId};
use dayshelf_core::lobby::LobbyTerms;
use dayshelf_core::nights::Nights;
use dayshelf_core::offer::{OfferKind, OfferSpec, Part, Step};
use dayshelf_core::pool::PoolSpec;
use dayshelf_core::slot::{FulfilmentKind, FulfilmentSpec, SlotSpec, SlotTimes, TimeBox};
use dayshelf_core::text::BuyerKey;
use dayshelf_core::time::{Anchor, Instant, LocalTime, Span, When};
use dayshelf_core::window::{
    Allotment, Audience, Drip, Fairness, HoldAt, HoldTerms, TurnTerms, Unsold, WindowSpec,
};

use super::trade::after;
use super::{World, cents, change, contact, digest, span, time};

/// The command of a line.
pub fn read(world: &mut World, words: &[&str]) -> Command {
    let expected = after(words, "version").map_or(Expect::Any, |seen| match seen {
        "new" => Expect::New,
        seen => Expect::Version(seen.parse().unwrap()),
    });
    let id = world.id(words[1]);
    match words[0] {
        "slot" => slot(world, words, expected),
        "publish" => Command::PublishSlot { slot: SlotId(id), expected },
        "pause" => Command::PauseSlot(SlotId(id)),
        "resume" => Command::ResumeSlot(SlotId(id)),
        "call_off" | "move" | "edit" | "yes" | "no" | "undo" | "key" | "unfreeze" => {
            change::read(world, words, expected)
        }
        "pool" => Command::PutPool { id: PoolId(id), expected, spec: Box::new(pool(world, words)) },
        "offer" => Command::PutOffer { id: OfferId(id), expected, spec: Box::new(offer(world, words)) },
        "window" => Command::PutWindow { id: WindowId(id), expected, spec: Box::new(window(world, words)) },
        "block" => {
            Command::PutFulfilment { id: FulfilmentId(id), expected, spec: Box::new(block(world, words)) }
        }
        "list" => Command::PutList {
            expected,
            list: Box::new(List {
                id: ListId(id),
                key: key(words, "key"),
                customers: words[2].split(',').map(|name| contact(name).key).collect(),
                version: 0,
            }),
        },
        "customers" => Command::ChangeCustomers {
            list: ListId(id),
            change: Box::new(CustomersChange { add: people(words, "add"), remove: people(words, "remove") }),
        },
        "code" => Command::PutCode {
            expected,
            code: Box::new(Code {
                id: CodeId(id),
                group: words[2].into(),
                digest: digest(after(words, "text").unwrap_or(words[1])),
                expires: after(words, "until").map(|at| Instant(time(at))),
                version: 0,
            }),
        },
        "drop_window" => Command::RemoveWindow { id: WindowId(id), expected },
        "drop_offer" => Command::RemoveOffer { id: OfferId(id), expected },
        "drop_pool" => Command::RemovePool(PoolId(id)),
        "drop_block" => Command::RemoveFulfilment { id: FulfilmentId(id), expected },
        "drop_list" => Command::RemoveList(ListId(id)),
        "drop_code" => Command::RemoveCode(CodeId(id)),
        other => panic!("no such line: {other}"),
    }
}

/// A thing's key is its name in lower case, unless the line names another.
pub(super) fn key(words: &[&str], word: &str) -> String {
    after(words, word).map_or_else(|| words[1].to_lowercase(), Into::into)
}

pub(super) fn list<'a>(words: &[&'a str], key: &str) -> Vec<&'a str> {
    after(words, key).map(|names| names.split(',').collect()).unwrap_or_default()
}

/// The people of a list of names.
fn people(words: &[&str], key: &str) -> BTreeSet<BuyerKey> {
    list(words, key).into_iter().map(|name| contact(name).key).collect()
}

pub(super) fn times(text: &str) -> (i64, i64) {
    let (from, until) = text.split_once("..").unwrap();
    (time(from), time(until))
}

pub fn slot_times(text: &str) -> SlotTimes {
    let (start, end) = times(text);
    SlotTimes {
        zone: "Europe/Berlin".into(),
        start_local: LocalTime(start / 1_000),
        end_local: LocalTime(end / 1_000),
        start: Instant(start),
        end: Instant(end),
        tzdb: "2026a".into(),
    }
}

/// `slot S 18:00..20:00 [slug s]`
fn slot(world: &mut World, words: &[&str], expected: Expect) -> Command {
    let id = SlotId(world.id(words[1]));
    let times = slot_times(words[2]);
    let spec = SlotSpec {
        slug: key(words, "slug"),
        title: words[1].into(),
        story: String::new(),
        image: String::new(),
        place: String::new(),
        times,
        extras: Vec::new(),
        faqs: Vec::new(),
    };
    if !world.books.slots.contains_key(&id) {
        return Command::MakeSlot { id, spec: Box::new(spec) };
    }
    change::edit(world, id, Edit::whole(spec), expected)
}

pub(super) fn when(world: &World, slot: SlotId, at: i64) -> When {
    let start = world.books.slots.get(&slot).map_or(0, |slot| slot.spec.times.start.0);
    When { anchor: Anchor::start((at - start) / 1_000), at: Instant(at) }
}

/// `d1` or `d1..d3`
fn nights(text: &str) -> Nights {
    let day = |text: &str| LocalTime(time(&format!("{text}/00:00")) / 1_000).day();
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    Nights { first: day(first), last: day(last) }
}

/// `pool P 10 [buffer 2] [borrows Q,R] [nights d1..d2] [place text] [channel text]`
fn pool(world: &mut World, words: &[&str]) -> PoolSpec {
    PoolSpec {
        key: key(words, "key"),
        title: words[1].into(),
        units: words[2].parse().unwrap(),
        buffer: after(words, "buffer").map_or(0, |units| units.parse().unwrap()),
        borrows: list(words, "borrows").into_iter().map(|name| PoolId(world.id(name))).collect(),
        nights: after(words, "nights").map(nights),
        place: after(words, "place").unwrap_or_default().into(),
        channel: after(words, "channel").unwrap_or_default().into(),
    }
}

/// The steps of a ladder; a day in front of a time, as in `100/d1/17:00=120`, is no step.
fn steps(text: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for piece in text.split('/') {
        match steps.last_mut() {
            Some(day) if day.starts_with('d') && !day.contains('/') => *day = format!("{day}/{piece}"),
            _ => steps.push(piece.to_owned()),
        }
    }
    steps
}

/// `offer O S P*2+Q 100/17:50=120/#5=150 [max n] [with X,Y] [slots T]`
fn offer(world: &mut World, words: &[&str]) -> OfferSpec {
    let slot = SlotId(world.id(words[2]));
    let part = |part: &str| {
        let (pool, units) = part.split_once('*').unwrap_or((part, "1"));
        Part { pool: PoolId(world.id(pool)), units: units.parse().unwrap() }
    };
    let recipe = words[3].split('+').map(part).collect();
    let step = |text: &str| {
        let (condition, price) = text.split_once('=').unwrap_or(("", text));
        let (at, units) = condition.split_once('#').unwrap_or((condition, ""));
        Step {
            title: "step".into(),
            price: cents(price),
            from: (!at.is_empty()).then(|| when(world, slot, time(at))),
            after_units: (!units.is_empty()).then(|| units.parse().unwrap()),
        }
    };
    let ladder = steps(words[4]).iter().map(|text| step(text)).collect();
    let with: Vec<OfferId> = list(words, "with").into_iter().map(|name| OfferId(world.id(name))).collect();
    OfferSpec {
        slot,
        slots: list(words, "slots").into_iter().map(|name| SlotId(world.id(name))).collect(),
        key: key(words, "key"),
        title: words[1].into(),
        about: String::new(),
        image: String::new(),
        recipe,
        ladder,
        kind: if with.is_empty() { OfferKind::Main } else { OfferKind::AddOn(with) },
        units_max: after(words, "max").map_or(100, |max| max.parse().unwrap()),
    }
}

/// `window W S public|code:g|list:L 17:40..18:00 [hold 8m] [extend n] [limit n] [at checkout] [lent P:5]
/// [roll X] [stay] [drip 2/60s] [lobby 60/30m/3m] [turn 5m] [lottery] [announce] [sells O,X]`; 8 and 5 minutes if not said.
fn window(world: &mut World, words: &[&str]) -> WindowSpec {
    let slot = SlotId(world.id(words[2]));
    let (opens, closes) = times(words[4]);
    let audience = match words[3].split_once(':') {
        Some(("code", group)) => Audience::Code(group.into()),
        Some((_, list)) => Audience::List(ListId(world.id(list))),
        None => Audience::Public,
    };
    let lent = |text: &str| {
        let (pool, units) = text.split_once(':').unwrap();
        Allotment {
            pool: PoolId(world.id(pool)),
            units: units.parse().unwrap(),
            lent: PoolId(world.id(&format!("{}.{pool}", words[1]))),
        }
    };
    let allotments = list(words, "lent").into_iter().map(lent).collect();
    let unsold = match after(words, "roll") {
        Some(next) => Unsold::Roll(WindowId(world.id(next))),
        None if words.contains(&"stay") => Unsold::Stay,
        None => Unsold::Return,
    };
    WindowSpec {
        slot,
        key: key(words, "key"),
        title: words[1].into(),
        audience,
        opens: when(world, slot, opens),
        closes: when(world, slot, closes),
        offers: list(words, "sells").into_iter().map(|name| OfferId(world.id(name))).collect(),
        allotments,
        unsold,
        drip: after(words, "drip").map(|drip| {
            let (units, every) = drip.split_once('/').unwrap();
            Drip { units: units.parse().unwrap(), every: span(every) }
        }),
        lobby: after(words, "lobby").map(|lobby| {
            let parts: Vec<&str> = lobby.split('/').collect();
            LobbyTerms { per_minute: parts[0].parse().unwrap(), ahead: span(parts[1]), span: span(parts[2]) }
        }),
        hold: HoldTerms {
            at: match after(words, "at") {
                Some("checkout") => HoldAt::Checkout,
                Some("payment") => HoldAt::Payment,
                _ => HoldAt::Cart,
            },
            span: after(words, "hold").map_or(Span::minutes(8), span),
            extensions: after(words, "extend").map_or(0, |count| count.parse().unwrap()),
            buyer_limit: after(words, "limit").map(|limit| limit.parse().unwrap()),
        },
        turn: TurnTerms {
            fairness: match () {
                () if words.contains(&"lottery") => Fairness::Lottery,
                () if words.contains(&"announce") => Fairness::Announce,
                () => Fairness::FirstCome,
            },
            span: after(words, "turn").map_or(Span::minutes(5), span),
        },
    }
}

/// `block F S 21:00..22:00 [delivery|digital] [box B1=21:00..21:30*3,B2=…]`
fn block(world: &mut World, words: &[&str]) -> FulfilmentSpec {
    let slot = SlotId(world.id(words[2]));
    let (opens, closes) = times(words[3]);
    let one = |text: &str| {
        let (name, rest) = text.split_once('=').unwrap();
        let (span, places) = rest.split_once('*').unwrap();
        let (from, until) = times(span);
        TimeBox {
            from: when(world, slot, from),
            until: when(world, slot, until),
            pool: PoolId(world.id(name)),
            places: places.parse().unwrap(),
        }
    };
    let boxes = list(words, "box").into_iter().map(one).collect();
    FulfilmentSpec {
        slot,
        key: key(words, "key"),
        title: words[1].into(),
        kind: match () {
            () if words.contains(&"delivery") => FulfilmentKind::Delivery,
            () if words.contains(&"digital") => FulfilmentKind::Digital,
            () => FulfilmentKind::Pickup,
        },
        place: after(words, "at").unwrap_or("stall").into(),
        opens: when(world, slot, opens),
        closes: when(world, slot, closes),
        boxes,
    }
}
