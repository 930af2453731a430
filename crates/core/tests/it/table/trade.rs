//! Lines about what buyers, providers, tills and waiters do, read into commands.

use dayshelf_core::change::Credential;
use dayshelf_core::command::{
    By, Command, Confirm, CountStock, Expect, HandOver, JoinWaitlist, MakeHold, MoveStock, Movement,
    PaymentMoved, TakeNumber, Taken, Want,
};
use dayshelf_core::hold::{Address, Buyer, FulfilmentChoice, Method};
use dayshelf_core::ids::{EntryId, FulfilmentId, HoldId, OfferId, OrderId, PaymentId, PoolId, SlotId};

use dayshelf_core::time::Instant;

use super::{World, contact, digest, time};

/// The command of a line, or none when the line defines something.
pub fn read(world: &mut World, words: &[&str]) -> Option<Command> {
    let name = words.get(1).copied().unwrap_or_default();
    let hold = HoldId(world.id(name));
    let by = by(words, name);
    Some(match words[0] {
        "number" => Command::TakeNumber(TakeNumber {
            slot: SlotId(world.id(words[3])),
            code: after(words, "code").map(digest),
            buyer: (words[2] != "-").then(|| contact(words[2]).key),
            lot: after(words, "lot").map_or(7, |lot| lot.parse().unwrap()),
        }),
        "hold" => Command::MakeHold(Box::new(make(world, words))),
        "checkout" => Command::CheckOut { hold, by },
        "extend" => Command::ExtendHold { hold, by },
        "release" => Command::ReleaseHold { hold, by },
        "confirm" => Command::Confirm(Box::new(confirm(world, words))),
        "authorised" => {
            let payment = payment(world, words[2]);
            Command::PaymentAuthorised { hold, payment, reference: "sandbox".into() }
        }
        "declined" => Command::PaymentDeclined { hold, payment: payment(world, words[2]) },
        "called_off" => Command::PaymentCalledOff { hold, payment: payment(world, words[2]) },
        _ => return order(world, words),
    })
}

fn order(world: &mut World, words: &[&str]) -> Option<Command> {
    let order = OrderId(world.id(words[1]));
    let by = order_by(words, words[1], world);
    // "refunded R1 200 after 30": 30 had been given back when these 200 were asked for.
    let before =
        words.iter().position(|word| *word == "after").map_or(0, |at| words[at + 1].parse().unwrap());
    let moved = |moved| Command::PaymentMoved { order, moved, amount: words[2].parse().unwrap(), before };
    Some(match words[0] {
        "captured" => moved(PaymentMoved::Captured),
        "voided" => moved(PaymentMoved::Voided),
        "refunded" => moved(PaymentMoved::Refunded),
        "payment_failed" => moved(PaymentMoved::Failed),
        "cancel" => {
            let named = words.get(2).filter(|word| word.as_bytes()[0].is_ascii_digit());
            let lines = named.map(|list| list.split(',').map(|line| line.parse().unwrap()).collect());
            Command::CancelOrder { order, by, lines }
        }
        "move_order" => Command::MoveOrder { order, by, slot: SlotId(world.id(words[2])) },
        // "rewrite R1 bea seen 2": the version that was seen, if one was.
        "rewrite" => Command::EditOrder {
            order,
            expected: after(words, "seen").map_or(Expect::Any, |seen| Expect::Version(seen.parse().unwrap())),
            buyer: Box::new(buyer(words, words[2])),
        },
        "note" => Command::NoteOrder { order, by: Credential::House, text: words[2..].join(" ") },
        "resend" => Command::ResendOrder(order),
        // "hand R1 0 north at 18:03": the north stall had no network then, and tells of it now.
        "hand" => {
            let taken = words.iter().position(|word| *word == "at");
            Command::HandOver(Box::new(HandOver {
                order,
                line: words[2].parse().unwrap(),
                taken: taken.map_or(Taken::Now, |at| Taken::Before(Instant(time(words[at + 1])))),
                by: Credential::House,
                stall: words.get(3).filter(|word| **word != "at").copied().unwrap_or_default().into(),
            }))
        }
        "undo_hand" => Command::UndoHandOver { order, line: words[2].parse().unwrap() },
        _ => return line(world, words),
    })
}

fn line(world: &mut World, words: &[&str]) -> Option<Command> {
    let entry = EntryId(world.id(words[1]));
    let by = by(words, words[1]);
    Some(match words[0] {
        "join" => Command::JoinWaitlist(Box::new(JoinWaitlist {
            id: entry,
            slot: SlotId(world.id(words[3])),
            want: wants(world, words[4])[0],
            contact: contact(words[2]),
            code: after(words, "code").map(digest),
            secret: digest(words[1]),
            lot: after(words, "lot").map_or(0, |lot| lot.parse().unwrap()),
        })),
        "leave" => Command::LeaveWaitlist { entry, by },
        "decline" => Command::DeclineTurn { entry, by },
        "stock" => Command::MoveStock(Box::new(MoveStock {
            pool: PoolId(world.id(words[1])),
            movement: movement(world, words[2]),
            units: words[3].parse().unwrap(),
            reason: "because".into(),
            source: digest(words[4]),
        })),
        "count" => Command::CountStock(Box::new(CountStock {
            pool: PoolId(world.id(words[1])),
            units: words[2].parse().unwrap(),
            version: words[3].trim_start_matches('v').parse().unwrap(),
            reason: "counted".into(),
            source: digest(words[4]),
        })),
        _ => return None,
    })
}

fn movement(world: &mut World, word: &str) -> Movement {
    match word {
        "add" => Movement::Add,
        "remove" => Movement::Remove,
        "lose" => Movement::Lose,
        "find" => Movement::Find,
        to => Movement::Transfer(PoolId(world.id(to.trim_start_matches('>')))),
    }
}

/// `hold H ann S O*2+X*1 code C in F/B by N1`
fn make(world: &mut World, words: &[&str]) -> MakeHold {
    MakeHold {
        id: HoldId(world.id(words[1])),
        slot: SlotId(world.id(words[3])),
        wants: if words[4] == "nothing" { Vec::new() } else { wants(world, words[4]) },
        code: after(words, "code").map(digest),
        contact: (words[2] != "-").then(|| contact(words[2])),
        fulfilment: after(words, "in").map(|choice| {
            let (block, places) = choice.split_once('/').map_or((choice, None), |(f, b)| (f, Some(b)));
            FulfilmentChoice {
                block: FulfilmentId(world.id(block)),
                places: places.map(|places| PoolId(world.id(places))),
            }
        }),
        number: after(words, "by").map(|name| world.numbers[name]),
        secret: digest(words[1]),
    }
}

/// `confirm H R ann sandbox [to Lisboa]`
fn buyer(words: &[&str], name: &str) -> Buyer {
    Buyer {
        name: name.into(),
        contact: contact(name),
        address: after(words, "to").map(|city| Box::new(address(city))),
        zone: String::new(),
    }
}

fn confirm(world: &mut World, words: &[&str]) -> Confirm {
    Confirm {
        hold: HoldId(world.id(words[1])),
        by: by(words, words[1]),
        order: OrderId(world.id(words[2])),
        payment: payment(world, words[2]),
        buyer: buyer(words, words[3]),
        method: match words[4] {
            "free" => Method::Free,
            "pickup" => Method::AtPickup,
            _ => Method::Sandbox,
        },
        token: "token".into(),
    }
}

fn address(city: &str) -> Address {
    Address {
        street: "Street 1".into(),
        extra: String::new(),
        postcode: String::new(),
        city: city.into(),
        region: String::new(),
        country: "PT".into(),
    }
}

/// The payment of an order carries its name.
fn payment(world: &mut World, order: &str) -> PaymentId {
    PaymentId(world.id(&format!("{order}$")))
}

/// `O*2+X*1`
pub fn wants(world: &mut World, text: &str) -> Vec<Want> {
    let one = |part: &str| {
        let (offer, quantity) = part.split_once('*').unwrap_or((part, "1"));
        Want { offer: OfferId(world.id(offer)), quantity: quantity.parse().unwrap() }
    };
    text.split('+').map(one).collect()
}

/// The word after a keyword.
pub fn after<'a>(words: &[&'a str], key: &str) -> Option<&'a str> {
    words.iter().position(|word| *word == key).map(|place| words[place + 1])
}

/// Things have their name as their secret; a turn has its entry's.
fn by(words: &[&str], name: &str) -> By {
    if words.contains(&"organiser") {
        return By::Organiser;
    }
    By::Bearer(digest(if words.contains(&"forged") { "forged" } else { name.trim_end_matches('!') }))
}

/// An order has the secret of the hold that it was.
fn order_by(words: &[&str], name: &str, world: &mut World) -> By {
    let id = OrderId(world.id(name));
    let secret = world.books.orders.get(&id).map(|order| order.secret);
    match by(words, name) {
        By::Bearer(given) if given == digest(name) => By::Bearer(secret.unwrap_or(given)),
        other => other,
    }
}
