//! Holds: made, taken at checkout, extended, released.

use super::admission::{Proof, admit, selling};
use super::draw::{self, Shelf};
use super::{Decision, authorise, confirm, line, lobby, moves, offering};
use crate::books::Books;
use crate::command::{By, MakeHold, Want};
use crate::fact::{Fact, HoldEnd};
use crate::hold::{FulfilmentChoice, Hold, HoldState, Line};
use crate::ids::{HoldId, SlotId};
use crate::limits::{BASKET_SPAN, HOLD_LINES_MAX, LINE_UNITS_MAX};
use crate::offer::OfferKind;
use crate::pool::{Account, Draw};
use crate::refusal::{Ended, Noun, Refusal, Withheld};
use crate::slot::{Fulfilment, Slot};
use crate::text::BuyerKey;
use crate::time::Instant;
use crate::window::{HoldAt, Window};

/// Units drawn for a whole demand.
pub(super) struct Drawn {
    /// Draws of each line, in the order of the lines.
    pub lines: Vec<Vec<Draw>>,
    /// The place of the time box.
    pub places: Vec<Draw>,
}

pub(super) fn make(books: &Books, now: Instant, make: &MakeHold) -> Decision {
    named(books, make.slot, &make.wants, make.fulfilment)?;
    bounded(books, &make.wants)?;
    runs(books, now, make.slot, &make.wants)?;
    let buyer = make.contact.as_ref().map(|contact| contact.key);
    let open = admit(books, make.slot, now, Proof { code: make.code, buyer })?;
    let mut first_no = None;
    for window in open {
        match make_in(books, now, make, window) {
            Ok(facts) => return Ok(facts),
            Err(refusal) => drop(first_no.get_or_insert(refusal)),
        }
    }
    Err(first_no.unwrap_or(Refusal::NotAdmitted { code_needed: false }))
}

/// Everything that a demand names is there, and of this slot.
pub(super) fn named(
    books: &Books,
    slot: SlotId,
    wants: &[Want],
    choice: Option<FulfilmentChoice>,
) -> Result<(), Refusal> {
    books.slots.get(&slot).ok_or(Refusal::Unknown(Noun::Slot))?;
    for want in wants {
        let offer = books.offers.get(&want.offer).filter(|offer| offer.spec.slot == slot);
        offer.ok_or(Refusal::Unknown(Noun::Offer))?;
    }
    let Some(choice) = choice else { return Ok(()) };
    let block = books.fulfilments.get(&choice.block).filter(|block| block.spec.slot == slot);
    let block = block.ok_or(Refusal::Unknown(Noun::Fulfilment))?;
    let has = choice.places.is_none_or(|pool| block.spec.boxes.iter().any(|place| place.pool == pool));
    if has { Ok(()) } else { Err(Refusal::Unknown(Noun::Box)) }
}

/// The slot sells what is wanted, and so does every slot that a bundle admits to, which is not over either.
pub(super) fn runs(books: &Books, now: Instant, slot: SlotId, wants: &[Want]) -> Result<(), Refusal> {
    selling(books.slots.get(&slot).ok_or(Refusal::Unknown(Noun::Slot))?)?;
    bundled_go_on(books, now, wants)?;
    offering::offered(books, now, slot)?;
    wanted_is_offered(books, now, wants)
}

/// Every slot that a bundle admits to can be gone to.
pub(super) fn bundled_go_on(books: &Books, now: Instant, wants: &[Want]) -> Result<(), Refusal> {
    let idle = bundled(books, wants).filter_map(|slot| still_on(slot, now).err());
    let idle = idle.filter(|why| match why {
        Refusal::SlotOver => !crate::planted!(BundleOverPast),
        Refusal::SlotNotPublished => !crate::planted!(BundleOverDraft),
        _ => true,
    });
    idle.min_by_key(Refusal::rank).map_or(Ok(()), Err)
}

/// Every slot that a bundle admits to is offered, and nothing that is wanted is gone.
pub(super) fn wanted_is_offered(books: &Books, now: Instant, wants: &[Want]) -> Result<(), Refusal> {
    bundled(books, wants).try_for_each(|slot| offering::offered(books, now, slot.id))?;
    let gone = wants.iter().any(|want| offering::is_gone(books, want.offer));
    if gone { Err(Refusal::NotOffered(Withheld::Unfulfillable)) } else { Ok(()) }
}

/// The slots that bundles admit to besides their own.
fn bundled<'a>(books: &'a Books, wants: &'a [Want]) -> impl Iterator<Item = &'a Slot> {
    let offers = wants.iter().filter_map(|want| books.offers.get(&want.offer));
    offers.flat_map(|offer| &offer.spec.slots).filter_map(|slot| books.slots.get(slot))
}

/// A slot that can be gone to: on the calendar, and not over.
fn still_on(slot: &Slot, now: Instant) -> Result<(), Refusal> {
    selling(slot)?;
    if slot.spec.times.end.at_or_before(now) { Err(Refusal::SlotOver) } else { Ok(()) }
}

/// Makes a hold in one window that admits the buyer and is open.
fn make_in(books: &Books, now: Instant, make: &MakeHold, window: &Window) -> Decision {
    lobby::check(books, now, window, make.number)?;
    sold_in(window, &make.wants)?;
    let buyer = make.contact.as_ref().map(|contact| contact.key);
    let units = make.wants.iter().map(|want| want.quantity).sum();
    check_limit(books, window, buyer, units)?;
    let choice = choose(books, now, make.slot, make.fulfilment)?;
    let payment_too = crate::planted!(FirstPaysTakesAtCart) && window.spec.hold.at == HoldAt::Payment;
    let at_cart = window.spec.hold.at == HoldAt::Cart || payment_too;
    let drawn = draw_all(books, now, window, &Demand { wants: &make.wants, choice })?;
    // Nothing below may refuse.
    let drawn = if at_cart { drawn } else { Drawn::nothing(make.wants.len()) };
    let span = if at_cart { window.spec.hold.span } else { BASKET_SPAN };
    let hold = Hold {
        id: make.id,
        slot: make.slot,
        window: window.id,
        state: if at_cart { HoldState::Held } else { HoldState::Basket },
        made_at: now,
        due: now.plus(span),
        extended: 0,
        lines: priced(books, now, &make.wants, drawn.lines),
        fulfilment: choice,
        places: drawn.places,
        contact: make.contact.clone(),
        taken: at_cart,
        secret: make.secret,
        turn: None,
        // A window without a lobby does not keep what was shown in vain.
        number: make.number.filter(|_| window.spec.lobby.is_some()),
        attempt: None,
    };
    let moves = moves(hold.draws(), Account::Free, Account::Held);
    Ok(vec![Fact::HoldMade { hold: Box::new(hold), moves }])
}

pub(super) fn check_out(books: &Books, now: Instant, id: HoldId, by: By) -> Decision {
    let hold = live(books, now, id, by)?;
    if hold.taken && !crate::planted!(TakenTwice) {
        return Err(Refusal::HoldTaken);
    }
    let window = books.windows.get(&hold.window).ok_or(Refusal::Unknown(Noun::Window))?;
    runs(books, now, hold.slot, &wants(hold))?;
    confirm::check_open(window, now)?;
    if window.spec.hold.at == HoldAt::Payment {
        // The first who pays gets it: there is nothing to hold before.
        has_way(books, now, hold)?;
        return Ok(Vec::new());
    }
    check_limit(books, window, hold.buyer(), hold.units())?;
    Ok(vec![take(books, now, hold, window)?])
}

/// The fact that takes a basket's units.
pub(super) fn take(books: &Books, now: Instant, hold: &Hold, window: &Window) -> Result<Fact, Refusal> {
    let wants = wants(hold);
    has_way(books, now, hold)?;
    let drawn = draw_all(books, now, window, &Demand { wants: &wants, choice: hold.fulfilment })?;
    let anew = crate::planted!(PriceAtCheckout);
    let mut lines = if anew { priced(books, now, &wants, drawn.lines.clone()) } else { hold.lines.clone() };
    for (line, draws) in lines.iter_mut().zip(drawn.lines) {
        line.draws = draws;
    }
    let all = lines.iter().flat_map(|line| line.draws.iter()).chain(&drawn.places).copied();
    let moves = moves(all, Account::Free, Account::Held);
    let due = now.plus(window.spec.hold.span);
    Ok(Fact::HoldTaken { hold: hold.id, lines, places: drawn.places, due, moves })
}

pub(super) fn extend(books: &Books, now: Instant, id: HoldId, by: By) -> Decision {
    if crate::planted!(ResurrectedHold)
        && let Some(ended) = books.ended.get(&id).filter(|ended| matches!(ended.state, HoldState::Lapsed(_)))
    {
        let due = now.plus(crate::limits::HOLD_SPAN_MIN);
        let hold = Hold { state: HoldState::Held, taken: true, due, ..(**ended).clone() };
        let moves = moves(hold.draws(), Account::Free, Account::Held);
        return Ok(vec![Fact::HoldMade { hold: Box::new(hold), moves }]);
    }
    let hold = live(books, now, id, by)?;
    let window = books.windows.get(&hold.window).ok_or(Refusal::Unknown(Noun::Window))?;
    // A turn is not extended: others are in line behind it. A basket holds nothing to extend.
    let max = if hold.turn.is_some() || !hold.taken { 0 } else { window.spec.hold.extensions };
    if hold.extended >= max && !crate::planted!(ExtensionsUncapped) {
        return Err(Refusal::ExtensionsUsed { max });
    }
    let from = if crate::planted!(ExtendedFromNow) { now } else { hold.due.max(now) };
    let due = from.plus(window.spec.hold.span);
    Ok(vec![Fact::HoldExtended { hold: id, due, extended: hold.extended + 1 }])
}

pub(super) fn release(books: &Books, id: HoldId, by: By) -> Decision {
    let hold = live(books, Instant(i64::MIN), id, by)?;
    Ok(end(books, hold, HoldEnd::Released))
}

/// The facts of a hold's end without an order: units back, and its waiter out of line or in once more.
pub(super) fn end(books: &Books, hold: &Hold, how: HoldEnd) -> Vec<Fact> {
    let moves = match hold.taken {
        true => draw::give_back(books, hold.draws(), Account::Held),
        false => Vec::new(),
    };
    let moves = if crate::planted!(UnitsBackTwice) { [moves.clone(), moves].concat() } else { moves };
    let mut facts = vec![Fact::HoldEnded { hold: hold.id, end: how, moves }];
    facts.extend(hold.turn.and_then(|entry| line::after_turn(books, entry, how)));
    facts
}

/// The live hold that the bearer may act on, whose time has not run out.
pub(super) fn live(books: &Books, now: Instant, id: HoldId, by: By) -> Result<&Hold, Refusal> {
    if let Some(ended) = books.ended.get(&id) {
        authorise(by, ended.secret)?;
        return Err(Refusal::HoldEnded(match ended.state {
            HoldState::Confirmed(_) => Ended::Confirmed,
            HoldState::Released | HoldState::ReleasedPaid(_) => Ended::Released,
            _ => Ended::Lapsed,
        }));
    }
    let hold = books.holds.get(&id).ok_or(Refusal::Unknown(Noun::Hold))?;
    authorise(by, hold.secret)?;
    if hold.state == HoldState::Confirming {
        return Err(Refusal::HoldConfirming);
    }
    if hold.due <= now {
        return Err(Refusal::HoldEnded(Ended::Lapsed));
    }
    Ok(hold)
}

/// What is demanded of a window.
pub(super) struct Demand<'a> {
    /// The lines.
    pub wants: &'a [Want],
    /// How the goods are received.
    pub choice: Option<FulfilmentChoice>,
}

/// Draws a whole demand, or says which part is not there.
pub(super) fn draw_all(
    books: &Books,
    now: Instant,
    window: &Window,
    demand: &Demand<'_>,
) -> Result<Drawn, Refusal> {
    draw_from(Shelf::new(books, window, now), books, now, window, demand)
}

/// [`draw_all`] from a shelf that may have been credited.
pub(super) fn draw_from(
    mut shelf: Shelf<'_>,
    books: &Books,
    now: Instant,
    window: &Window,
    demand: &Demand<'_>,
) -> Result<Drawn, Refusal> {
    let mut drawn = Drawn { lines: Vec::with_capacity(demand.wants.len()), places: Vec::new() };
    if let Some(pool) = demand.choice.and_then(|choice| choice.places) {
        drawn.places.push(shelf.draw_place(pool).ok_or(Refusal::PlacesFull)?);
        if crate::planted!(PlaceNotTaken) {
            drawn.places.clear();
        }
    }
    for want in demand.wants {
        if crate::planted!(PerLineDemand) {
            shelf.forget();
        }
        let draws = shelf.draw(*want).map_err(|short| Refusal::TooFewLeft {
            offer: short.0,
            left: draw::left(books, window, short.0, now),
            window: window.id,
        })?;
        drawn.lines.push(draws);
    }
    Ok(drawn)
}

impl Drawn {
    fn nothing(lines: usize) -> Self {
        Self { lines: vec![Vec::new(); lines], places: Vec::new() }
    }
}

/// What a hold wants, as its demand was.
pub(super) fn wants(hold: &Hold) -> Vec<Want> {
    hold.lines.iter().map(|line| Want { offer: line.offer, quantity: line.quantity }).collect()
}

/// Lines with the price of `now`.
pub(super) fn priced(books: &Books, now: Instant, wants: &[Want], draws: Vec<Vec<Draw>>) -> Vec<Line> {
    let zero = crate::money::Money::zero(books.organiser.spec.currency);
    let price =
        |want: &Want| books.offers.get(&want.offer).and_then(|offer| offer.price_at(now)).unwrap_or(zero);
    let lines = wants.iter().zip(draws);
    lines
        .map(|(want, draws)| Line {
            offer: want.offer,
            quantity: want.quantity,
            unit_price: price(want),
            draws,
        })
        .collect()
}

/// The window sells all of it.
fn sold_in(window: &Window, wants: &[Want]) -> Result<(), Refusal> {
    match wants.iter().find(|want| !window.sells(want.offer)) {
        Some(want) => Err(Refusal::OfferNotInWindow { offer: want.offer }),
        None => Ok(()),
    }
}

/// What is asked for could be had at some time. No waiting mends what can't, so this is said before anything that
/// time mends.
pub(super) fn bounded(books: &Books, wants: &[Want]) -> Result<(), Refusal> {
    let max = HOLD_LINES_MAX as u32;
    let repeated =
        wants.iter().enumerate().any(|(i, want)| wants[..i].iter().any(|other| other.offer == want.offer));
    if wants.is_empty() || wants.len() > HOLD_LINES_MAX || repeated {
        return Err(Refusal::LinesOutOfBounds { max });
    }
    for want in wants {
        let Some(offer) = books.offers.get(&want.offer) else { continue };
        let most = if crate::planted!(QuantityUnbounded) { LINE_UNITS_MAX } else { offer.spec.units_max };
        let max = most.min(LINE_UNITS_MAX);
        if !(1..=max).contains(&want.quantity) {
            return Err(Refusal::QuantityOutOfBounds { offer: want.offer, max });
        }
    }
    for want in wants {
        let Some(offer) = books.offers.get(&want.offer) else { continue };
        if let OfferKind::AddOn(with) = &offer.spec.kind
            && !wants.iter().any(|other| with.contains(&other.offer))
            && !crate::planted!(AddOnAloneSold)
        {
            return Err(Refusal::AddOnAlone { offer: want.offer });
        }
    }
    Ok(())
}

/// The way to receive the goods: the chosen one, or the earliest with room where none was chosen. Nobody gets
/// one that is over, chosen or not.
pub(super) fn choose(
    books: &Books,
    now: Instant,
    slot: SlotId,
    choice: Option<FulfilmentChoice>,
) -> Result<Option<FulfilmentChoice>, Refusal> {
    let mut blocks: Vec<&Fulfilment> = books.fulfilments_of(slot).collect();
    blocks.sort_by_key(|block| (block.spec.opens.at, block.id));
    if let Some(named) = choice {
        blocks.retain(|block| block.id == named.block);
        if blocks.is_empty() {
            return Err(Refusal::Unknown(Noun::Fulfilment));
        }
    }
    if blocks.is_empty() {
        return Ok(None);
    }
    let mut ways = blocks.iter().flat_map(|block| ways(now, block));
    let room = |pool| books.pools.get(&pool).is_some_and(|pool| pool.available() > 0);
    let way = match choice.and_then(|choice| choice.places) {
        Some(pool) if !blocks.iter().any(|block| block.spec.boxes.iter().any(|place| place.pool == pool)) => {
            return Err(Refusal::Unknown(Noun::Box));
        }
        // Whether a chosen box has room is told by the draw, which knows what a move gives back.
        Some(pool) if crate::planted!(PastBoxNamed) => {
            let named = blocks.iter().find(|block| block.spec.boxes.iter().any(|place| place.pool == pool));
            named.map(|block| FulfilmentChoice { block: block.id, places: Some(pool) })
        }
        Some(pool) => ways.find(|way| way.places == Some(pool)),
        None => ways.find(|way| way.places.is_none_or(room)),
    };
    way.map(Some).ok_or(Refusal::PlacesFull)
}

/// Nothing was kept for a basket: what it was to be received by may be over by now, or gone.
pub(super) fn has_way(books: &Books, now: Instant, hold: &Hold) -> Result<(), Refusal> {
    let Some(choice) = hold.fulfilment else { return Ok(()) };
    let mut left = books.fulfilments.get(&choice.block).into_iter().flat_map(|block| ways(now, block));
    if left.any(|way| way == choice) || crate::planted!(BasketWayOver) {
        Ok(())
    } else {
        Err(Refusal::PlacesFull)
    }
}

/// The ways through a block that are not over: its time boxes in their order, or the block itself where it
/// has none.
fn ways(now: Instant, block: &Fulfilment) -> impl Iterator<Item = FulfilmentChoice> {
    let whole = block.spec.boxes.is_empty() && now < block.spec.closes.at;
    let late = crate::planted!(PastBoxChosen);
    let boxes = block.spec.boxes.iter().filter(move |place| now < place.until.at || late);
    let places = whole.then_some(None).into_iter().chain(boxes.map(|place| Some(place.pool)));
    places.map(|places| FulfilmentChoice { block: block.id, places })
}

/// A buyer's units in a window, orders included, stay within the window's limit.
pub(super) fn check_limit(
    books: &Books,
    window: &Window,
    buyer: Option<BuyerKey>,
    units: u32,
) -> Result<(), Refusal> {
    let Some(limit) = window.spec.hold.buyer_limit else { return Ok(()) };
    let have = buyer.and_then(|buyer| books.tallies.get(&(window.id, buyer))).copied().unwrap_or(0);
    let have = if crate::planted!(LimitPerHold) { 0 } else { have };
    let left = limit.saturating_sub(have);
    if units > left { Err(Refusal::BuyerLimit { limit, left }) } else { Ok(()) }
}
