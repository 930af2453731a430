//! `move`: a slot with hundreds of blocks and thousands of orders goes to another time, before anybody is mailed.
//!
//! At the desk, with a file synced before the answer: what hangs on the slot is looked up and resolved anew, its
//! orders are fetched, the policy weighs, everything is written. The dry run does the same but for the writing.

use std::fmt::Write as _;
use std::time::Instant;

use dayshelf_core::change::{Credential, Edit, Tell, Wish};
use dayshelf_core::command::{By, ChangeSlot, Command, Confirm, Expect};
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::{Buyer, Method};
use dayshelf_core::ids::{ConfirmationId, HoldId, Home, OfferId, OrderId, PaymentId, SlotId};
use dayshelf_core::slot::SlotTimes;
use dayshelf_desk::Desk;
use dayshelf_ical::zone::Zones;
use dayshelf_store::Store;
use dayshelf_testkit::shop::{Shop, hold};
use dayshelf_wire::time::Place;
use tokio::task::JoinSet;

use super::Data;
use crate::Outcome;
use crate::progress::say;
use crate::report::Row;
use crate::scale::Scale;
use crate::shop::{ORGANISER, ask, plan_command};

/// Buyers who hold, and then confirm, at the same time while the slot is filled: as many as the desk takes into one
/// batch, so that filling it costs a dozen synced commits and not one for each.
const AT_ONCE: usize = 1_024;
/// Windows, time boxes and ladder steps of the slot, beside its block of boxes and its public window.
const WINDOWS: usize = 49;
const BOXES: usize = 99;
const STEPS: usize = 50;

/// Runs it with as many orders as a page of live holds has at this scale, twenty times less.
pub fn run(scale: &Scale) -> Outcome<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(at_the_desk(scale.live / 20, 4 * scale.rounds + 1))
}

async fn at_the_desk(orders: usize, moves: usize) -> Outcome<Vec<Row>> {
    let data = Data::new()?;
    let store = Store::open(&dayshelf_store::Config::url(data.url())).await?;
    let desk = Desk::open(&store).await?;
    let home = Home { shard: desk.shard_of_slug(ORGANISER), number: 0 };
    let home = ask(&desk, home, Shop::founding(ORGANISER, desk.mint().now())).await?.home;
    say("move: a slot with 200 blocks is put up");
    let laid = ask(&desk, home, plan_command(&desk, home, &text(orders))?).await?;
    let (slot, offer) = found(&laid.facts).ok_or("the plan made no slot")?;
    say(&format!("move: {orders} orders are made"));
    sell(&desk, slot, offer, orders).await?;
    say(&format!("move: the slot is moved {moves} times, each after a dry run"));
    let zones = Zones::bundled();
    let (mut dry, mut done, mut facts) = (Vec::new(), Vec::new(), 0);
    for number in 0..moves {
        let minutes = if number % 2 == 0 { 10 } else { -10 };
        let began = Instant::now();
        let said = desk.preview(request(&desk, &zones, slot, minutes).await?).await?;
        let said = said.map_err(|refusal| format!("no dry run: {refusal:?}"))?;
        dry.push(began.elapsed().as_secs_f64() * 1_000.0);
        if said.orders.len() != orders {
            return Err(format!("{} orders were touched, not {orders}", said.orders.len()).into());
        }
        let began = Instant::now();
        let command = Command::ChangeSlot(Box::new(request(&desk, &zones, slot, minutes).await?));
        facts = ask(&desk, home, command).await?.facts.len();
        done.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    let row = |case: &str, mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        let last = all.last().copied().unwrap_or_default();
        Row::new("move", format!("{case}, {orders} orders"))
            .figure("ms", all[all.len() / 2])
            .figure("ms_max", last)
    };
    Ok(vec![row("dry run", dry), row("moved", done).figure("facts", facts as f64)])
}

/// The slot and what most people buy of it.
fn found(facts: &[Fact]) -> Option<(SlotId, OfferId)> {
    facts.iter().find_map(|fact| match fact {
        Fact::OfferPut(offer) if offer.spec.key == "o0" => Some((offer.spec.slot, offer.id)),
        _ => None,
    })
}

/// A move by so many minutes, resolved as a handler does.
async fn request(desk: &Desk, zones: &Zones, slot: SlotId, minutes: i64) -> Outcome<ChangeSlot> {
    let look = desk.look(slot.home(), move |books, _| {
        let books = books?;
        Some((books.slots.get(&slot)?.spec.times.clone(), books.whens_of(slot)))
    });
    let (times, anchored): (SlotTimes, _) = look.await?.ok_or("the slot is gone")?;
    let mut place = Place::of(&times, zones).map_err(|unknown| unknown.name)?;
    for edge in [&mut place.start, &mut place.end] {
        edge.local.0 += minutes * 60;
    }
    Ok(ChangeSlot {
        slot,
        expected: Expect::Any,
        wish: Wish::Edit(Box::new(Edit::to(place.times()))),
        tell: Tell::AfterQuiet,
        by: Credential::House,
        resolved: place.resolutions(anchored.into_iter().map(|when| when.anchor)),
        waits_as: ConfirmationId(desk.mint().id(slot.home())),
    })
}

/// Sells one unit to each of so many people.
async fn sell(desk: &Desk, slot: SlotId, offer: OfferId, orders: usize) -> Outcome {
    for from in (0..orders).step_by(AT_ONCE) {
        let numbers: Vec<usize> = (from..orders.min(from + AT_ONCE)).collect();
        let holds: Vec<HoldId> = numbers.iter().map(|_| HoldId(desk.mint().id(slot.home()))).collect();
        all(desk, slot.home(), holds.iter().map(|held| hold(held.0, slot, offer, 1)).collect()).await?;
        let confirms = numbers.iter().zip(holds).map(|(number, hold)| confirm(desk, hold, *number));
        all(desk, slot.home(), confirms.collect::<Outcome<_>>()?).await?;
    }
    Ok(())
}

/// Hands all of them in at once; each must be carried out.
async fn all(desk: &Desk, home: Home, commands: Vec<Command>) -> Outcome {
    let mut under_way = JoinSet::new();
    for command in commands {
        let desk = desk.clone();
        under_way.spawn(async move { ask(&desk, home, command).await.map(drop) });
    }
    while let Some(done) = under_way.join_next().await {
        done??;
    }
    Ok(())
}

fn confirm(desk: &Desk, hold: HoldId, number: usize) -> Outcome<Command> {
    let home = hold.home();
    let contact = dayshelf_wire::buyer::contact(&format!("buyer{number}@example.org"), home)?;
    Ok(Command::Confirm(Box::new(Confirm {
        hold,
        by: By::Organiser,
        order: OrderId(desk.mint().id(home)),
        payment: PaymentId(desk.mint().id(home)),
        buyer: Buyer { name: format!("Buyer {number}"), contact, address: None, zone: String::new() },
        method: Method::Free,
        token: String::new(),
    })))
}

/// One slot in five days with 200 windows, time boxes and steps on it, and pickup places for all who buy.
fn text(orders: usize) -> String {
    let places = orders.div_ceil(BOXES) + 1;
    let mut text = format!(
        "[organiser]\nslug = \"{ORGANISER}\"\nname = \"Bench\"\nzone = \"Europe/Berlin\"\ncurrency = \"EUR\"\n\
         [[pools]]\nkey = \"stock\"\nunits = 1000000\n\
         [[slots]]\nslug = \"large\"\ntitle = \"A large drop\"\nplace = \"Hall\"\nstart = \"now + 120h\"\n\
         end = \"start + 2h\"\n\
         [[slots.windows]]\nkey = \"public\"\nopens = \"start - 150h\"\ncloses = \"end\"\n"
    );
    // Writing into a string can't fail, here and below.
    for number in 0..WINDOWS {
        write!(
            text,
            "[[slots.windows]]\nkey = \"w{number}\"\naudience = {{ code = \"g{number}\" }}\n\
             opens = \"start - 1d at 09:00\"\ncloses = \"start - {number}m\"\n"
        )
        .unwrap_or_default();
    }
    for number in 0..STEPS {
        write!(
            text,
            "[[slots.offers]]\nkey = \"o{number}\"\ntitle = \"Piece {number}\"\nrecipe = [{{ pool = \"stock\" }}]\n\
             ladder = [{{ title = \"Early\", price = \"0.00\" }},\n\
             {{ title = \"Late\", price = \"0.00\", from = \"start - {number}m\" }}]\n"
        )
        .unwrap_or_default();
    }
    text += "[[slots.fulfilments]]\nkey = \"pickup\"\nkind = \"pickup\"\nopens = \"end + 1d at 10:00\"\n\
             closes = \"end + 2d at 20:00\"\nboxes = [\n";
    for number in 0..BOXES {
        let (from, until) = (number * 10, (number + 1) * 10);
        writeln!(
            text,
            "{{ from = \"end + 1d at 10:00 + {from}m\", until = \"end + 1d at 10:00 + {until}m\", places = {places} }},"
        )
        .unwrap_or_default();
    }
    text + "]\n"
}
