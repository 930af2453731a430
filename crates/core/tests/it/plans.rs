//! Plans: a whole drop as one document, done as a whole or not at all.

use dayshelf_core::access::List;
use dayshelf_core::books::Books;
use dayshelf_core::change::{Credential, MadeKind, Reason, Tell};
use dayshelf_core::command::{ApplyPlan, Command, CountStock, Leave, MoveStock, Movement};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{CodeId, FulfilmentId, ListId, OfferId, PoolId, SlotId, WindowId};
use dayshelf_core::plan::{
    Plan, PlanAudience, PlanBox, PlanCode, PlanFulfilment, PlanOffer, PlanPool, PlanSlot, PlanStep,
    PlanUnsold, PlanWindow,
};
use dayshelf_core::pool::PoolRole;
use dayshelf_core::refusal::{Flaw, Lacking, Noun, Refusal};
use dayshelf_core::slot::{FulfilmentKind, SlotSpec, SlotTimes};
use dayshelf_core::time::{Anchor, Instant, LocalTime, Span, When};
use dayshelf_core::window::{Fairness, HoldAt, HoldTerms, Phase, TurnTerms};

use crate::table::{World, cents, contact, digest, time};

fn when(start: &str, at: &str) -> When {
    When { anchor: Anchor::start((time(at) - time(start)) / 1_000), at: Instant(time(at)) }
}

fn pool(world: &mut World, key: &str, units: u32) -> PlanPool {
    PlanPool {
        id: PoolId(world.id(&format!("pool {key}"))),
        key: key.into(),
        title: key.into(),
        units,
        buffer: 0,
        borrows: Vec::new(),
        nights: None,
        place: String::new(),
        channel: String::new(),
    }
}

fn window(world: &mut World, key: &str, span: (&str, &str)) -> PlanWindow {
    PlanWindow {
        id: WindowId(world.id(&format!("window {key}"))),
        key: key.into(),
        title: key.into(),
        audience: PlanAudience::Public,
        opens: when("18:00", span.0),
        closes: when("18:00", span.1),
        offers: Vec::new(),
        allotments: Vec::new(),
        unsold: PlanUnsold::Return,
        drip: None,
        lobby: None,
        hold: HoldTerms { at: HoldAt::Cart, span: Span::minutes(8), extensions: 1, buyer_limit: Some(4) },
        turn: TurnTerms { fairness: Fairness::FirstCome, span: Span::minutes(5) },
    }
}

fn offer(world: &mut World, key: &str, recipe: &[(&str, u32)]) -> PlanOffer {
    let step =
        |price: &str, from| PlanStep { title: "step".into(), price: cents(price), from, after_units: None };
    PlanOffer {
        id: OfferId(world.id(&format!("offer {key}"))),
        key: key.into(),
        title: key.into(),
        about: String::new(),
        image: String::new(),
        slots: Vec::new(),
        recipe: recipe.iter().map(|(pool, units)| ((*pool).into(), *units)).collect(),
        ladder: vec![step("100", None), step("120", Some(when("18:00", "17:45")))],
        with: Vec::new(),
        units_max: 4,
    }
}

fn times(start: &str, end: &str) -> SlotTimes {
    SlotTimes {
        zone: "Europe/Berlin".into(),
        start_local: LocalTime(time(start) / 1_000),
        end_local: LocalTime(time(end) / 1_000),
        start: Instant(time(start)),
        end: Instant(time(end)),
        tzdb: "2026a".into(),
    }
}

/// A drop with a VIP window that rolls into a public one, an add-on and pickup boxes.
pub fn drop_plan(world: &mut World) -> Plan {
    let mut vip = window(world, "vip", ("17:00", "17:30"));
    vip.audience = PlanAudience::Code("vip".into());
    vip.unsold = PlanUnsold::Roll("public".into());
    vip.allotments = vec![("cups".into(), 4, PoolId(world.id("vip.cups")))];
    let mut friends = window(world, "friends", ("17:10", "17:30"));
    friends.audience = PlanAudience::List("friends".into());
    let mut lid = offer(world, "lid", &[("lids", 1)]);
    lid.with = vec!["cup".into()];
    let place = PlanBox {
        from: when("18:00", "20:00"),
        until: when("18:00", "20:30"),
        places: 5,
        pool: PoolId(world.id("box")),
    };
    let mut cups = pool(world, "cups", 10);
    cups.borrows = vec!["spare".into()];
    let slot = PlanSlot {
        id: SlotId(world.id("slot")),
        spec: SlotSpec {
            slug: "drop".into(),
            title: "Drop".into(),
            story: String::new(),
            image: String::new(),
            place: String::new(),
            times: times("18:00", "20:00"),
            extras: Vec::new(),
            faqs: Vec::new(),
        },
        publish: true,
        windows: vec![vip, friends, window(world, "public", ("17:30", "19:00"))],
        offers: vec![lid, offer(world, "cup", &[("cups", 1)])],
        blocks: Vec::new(),
        fulfilments: vec![PlanFulfilment {
            id: FulfilmentId(world.id("pickup")),
            key: "pickup".into(),
            title: "Pickup".into(),
            kind: FulfilmentKind::Pickup,
            place: "stall".into(),
            opens: when("18:00", "20:00"),
            closes: when("18:00", "21:00"),
            boxes: vec![place],
        }],
    };
    let people = [contact("ann").key].into_iter().collect();
    Plan {
        organiser: None,
        pools: vec![cups, pool(world, "spare", 2), pool(world, "lids", 3)],
        lists: vec![List {
            id: ListId(world.id("friends")),
            key: "friends".into(),
            customers: people,
            version: 0,
        }],
        codes: vec![PlanCode {
            id: CodeId(world.id("code")),
            group: "vip".into(),
            digest: digest("SECRET"),
            expires: None,
        }],
        templates: Vec::new(),
        slots: vec![slot],
        applied: Vec::new(),
        series: Vec::new(),
    }
}

fn apply(world: &mut World, plan: &Plan) -> Result<Vec<Fact>, Refusal> {
    apply_with(world, plan, Leave::NotAsked)
}

fn apply_with(world: &mut World, plan: &Plan, leave: Leave) -> Result<Vec<Fact>, Refusal> {
    let (by, tell) = (Credential::House, Tell::AfterQuiet);
    world.transact(&Command::ApplyPlan(Box::new(ApplyPlan { plan: plan.clone(), by, tell, leave })))
}

/// A world in which the plan was applied, at four o'clock.
pub fn begun() -> (World, Plan) {
    let mut world = World::new();
    world.now = Instant(time("16:00"));
    let plan = drop_plan(&mut world);
    apply(&mut world, &plan).expect("the plan is good");
    (world, plan)
}

/// The same plan again lends anew what a count has taken from a window, as far as there is any; another may take it off.
#[test]
fn what_is_lacking_is_lent_anew() {
    let (mut world, mut plan) = begun();
    let lent = plan.slots[0].windows[0].allotments[0].clone();
    let units = |world: &World| {
        let counts =
            world.books.pools.values().filter(|pool| matches!(pool.role, PoolRole::Allotment { .. }));
        counts.map(|pool| pool.balance.free).collect::<Vec<_>>()
    };
    let whole = units(&world);
    let pool = PoolId(world.id(&format!("pool {}", lent.0)));
    let stock = |world: &mut World, movement, units, source| {
        let (reason, source) = (String::from("counted"), digest(source));
        let ask = MoveStock { pool, movement, units, reason, source };
        world.transact(&Command::MoveStock(Box::new(ask))).expect("there are so many");
    };
    let have = world.books.pools[&pool].balance;
    let count = CountStock { pool, units: 1, version: 1, reason: "counted".into(), source: digest("count") };
    world.transact(&Command::CountStock(Box::new(count))).expect("a count is taken in");
    assert_ne!(units(&world), whole);
    assert_eq!(apply(&mut world, &plan), Ok(Vec::new()), "there is nothing to lend");
    stock(&mut world, Movement::Add, have.free + have.lent - 1, "found");
    assert!(apply(&mut world, &plan).is_ok_and(|facts| !facts.is_empty()));
    assert_eq!((units(&world), world.books.pools[&pool].balance), (whole, have));
    assert_eq!(apply(&mut world, &plan), Ok(Vec::new()));
    stock(&mut world, Movement::Remove, have.free, "gone");
    let count = CountStock { pool, units: 0, version: 2, reason: "counted".into(), source: digest("none") };
    world.transact(&Command::CountStock(Box::new(count))).expect("a count is taken in");
    plan.slots[0].windows[0].allotments.clear();
    assert!(apply(&mut world, &plan).is_ok(), "what is not there is not asked back");
}

/// The same plan again, with fresh ids for all that is new to it, changes nothing.
#[test]
fn twice_is_once() {
    let (mut world, plan) = begun();
    let before = world.books.clone();
    assert_eq!(apply(&mut world, &plan), Ok(Vec::new()));
    let mut fresh = World::new();
    for spare in 0..50 {
        fresh.id(&format!("spare {spare}"));
    }
    let again = drop_plan(&mut fresh);
    assert_ne!(again.slots[0].id, plan.slots[0].id);
    assert_eq!(apply(&mut world, &again), Ok(Vec::new()));
    assert!(world.books == before);
    assert_eq!(world.line("17:00 pulse").as_deref(), Some("opened window vip"));
    assert_eq!(apply(&mut world, &plan), Ok(Vec::new()));
}

/// A change is that change alone, and the slot's version says that something changed.
#[test]
fn one_change() {
    let (mut world, mut plan) = begun();
    plan.slots[0].offers[1].units_max = 2;
    let facts = apply(&mut world, &plan).expect("a change");
    let names: Vec<String> = facts.iter().map(|fact| format!("{fact:?}")).collect();
    assert_eq!(facts.len(), 2, "{names:?}");
    assert!(matches!(&facts[1], Fact::OfferPut(offer) if offer.spec.units_max == 2));
    plan.pools[0].units = 12;
    let facts = apply(&mut world, &plan).expect("a change");
    assert!(matches!(&facts[..], [Fact::PoolPut { moves, .. }] if moves[0].units == 2));
}

/// What a slot of the plan does not name goes; what is used does not, and then nothing does.
#[test]
fn removal() {
    let (mut world, mut plan) = begun();
    plan.slots[0].windows.remove(0);
    plan.slots[0].offers.remove(0);
    plan.slots[0].fulfilments.clear();
    let before = free(&world.books, "cups");
    apply(&mut world, &plan).expect("nobody uses them");
    assert_eq!((world.books.windows.len(), world.books.offers.len()), (2, 1));
    assert_eq!(free(&world.books, "cups"), before + 4);
    assert!(world.books.fulfilments.is_empty());
    assert_eq!(
        world.line("17:30 hold H1 ann slot offer_cup").as_deref(),
        Some("opened window friends, closed window friends, opened window public, refused unknown offer")
    );
    let cup = world.id("offer cup");
    let slot = world.id("slot");
    let hold = hold(&mut world, SlotId(slot), OfferId(cup));
    world.transact(&hold).expect("there are cups");
    plan.slots[0].offers.clear();
    plan.pools.truncate(0);
    let before = world.books.clone();
    let refused = apply(&mut world, &plan);
    assert_eq!(refused, Err(Refusal::InUse { noun: Noun::Offer, by: Noun::Order }));
    assert!(world.books == before);
}

fn hold(world: &mut World, slot: SlotId, offer: OfferId) -> Command {
    use dayshelf_core::command::{MakeHold, Want};
    Command::MakeHold(Box::new(MakeHold {
        id: dayshelf_core::ids::HoldId(world.id("H")),
        slot,
        wants: vec![Want { offer, quantity: 1 }],
        code: None,
        contact: Some(contact("ann")),
        fulfilment: None,
        number: None,
        secret: digest("H"),
    }))
}

fn free(books: &Books, key: &str) -> u32 {
    books.pools[&books.pool_keys[key]].balance.free
}

/// A mistake at the very end undoes the beginning, and is named by its path.
#[test]
fn all_or_nothing() {
    let (mut world, plan) = begun();
    let before = world.books.clone();
    let flaw = |world: &mut World, change: &dyn Fn(&mut Plan)| {
        let mut plan = plan.clone();
        plan.pools[2].units = 99;
        change(&mut plan);
        match apply(world, &plan) {
            Err(Refusal::Invalid(invalid)) => (invalid.field, invalid.flaw),
            other => panic!("{other:?}"),
        }
    };
    let at = |path: &str| path.to_owned();
    assert_eq!(
        flaw(&mut world, &|plan| plan.slots[0].windows[0].unsold = PlanUnsold::Roll("vip".into())),
        (at("slots[drop].windows[vip].unsold"), Flaw::Cycle)
    );
    assert_eq!(
        flaw(&mut world, &|plan| {
            plan.slots[0].windows[2].unsold = PlanUnsold::Roll("vip".into());
        }),
        (at("slots[drop].windows[vip].unsold"), Flaw::Cycle)
    );
    assert_eq!(
        flaw(&mut world, &|plan| plan.slots[0].windows[1].unsold = PlanUnsold::Roll("none".into())),
        (at("slots[drop].windows[friends].unsold"), Flaw::RollsNowhere)
    );
    assert_eq!(
        flaw(&mut world, &|plan| plan.slots[0].offers[1].recipe[0].0 = "none".into()),
        (at("slots[drop].offers[cup].recipe[0].pool"), Flaw::NoSuch("none".into()))
    );
    assert_eq!(
        flaw(&mut world, &|plan| plan.pools[0].borrows = vec!["none".into()]),
        (at("pools[cups].borrows[0]"), Flaw::NoSuch("none".into()))
    );
    assert_eq!(
        flaw(&mut world, &|plan| plan.slots[0].windows[0].allotments[0].1 = 11),
        (
            at("slots[drop].windows[vip].allotments[0].units"),
            Flaw::AbovePool(Lacking { pool: "cups".into(), max: 10 })
        )
    );
    assert_eq!(
        flaw(&mut world, &|plan| {
            let ribbon = PlanOffer { with: vec!["lid".into()], ..plan.slots[0].offers[1].clone() };
            let ribbon = PlanOffer { key: "ribbon".into(), id: OfferId(plan.slots[0].id.0), ..ribbon };
            plan.slots[0].offers.insert(0, ribbon);
        }),
        (at("slots[drop].offers[ribbon].with[0]"), Flaw::AddOnToAddOn)
    );
    assert!(world.books == before);
}

/// Units go from one window's allotment to another's though the pool has none to spare.
#[test]
fn allotments_change_hands() {
    let (mut world, mut plan) = begun();
    plan.slots[0].windows[0].allotments[0].1 = 10;
    let lent = PoolId(world.id("public.cups"));
    apply(&mut world, &plan).expect("all for the few");
    plan.slots[0].windows[0].allotments[0].1 = 3;
    plan.slots[0].windows[2].allotments = vec![("cups".into(), 7, lent)];
    apply(&mut world, &plan).expect("some for all");
    assert_eq!(world.books.pools[&lent].balance.free, 7);
    assert_eq!(free(&world.books, "cups"), 0);
}

/// Two windows of one audience change places, and a slot moves with all that it owns.
#[test]
fn times_change() {
    let (mut world, mut plan) = begun();
    let mut late = window(&mut world, "late", ("19:00", "19:30"));
    plan.slots[0].windows.push(late.clone());
    apply(&mut world, &plan).expect("one more window");
    (late.opens, late.closes) = (when("18:00", "17:30"), when("18:00", "18:30"));
    plan.slots[0].windows[3] = late;
    plan.slots[0].windows[2].opens = when("18:00", "18:30");
    plan.slots[0].windows[2].closes = when("18:00", "19:30");
    apply(&mut world, &plan).expect("they change places");
    assert_eq!(apply(&mut world, &plan), Ok(Vec::new()));

    a_day_later(&mut plan);
    apply(&mut world, &plan).expect("a day later");
    assert_eq!(apply(&mut world, &plan), Ok(Vec::new()));
    assert_eq!(world.line("20:00 pulse").as_deref(), Some("nothing"));
    assert_eq!(world.line("d1/17:00 pulse").as_deref(), Some("opened window vip"));
}

/// Takes the plan's slot and all that it owns to the next day.
fn a_day_later(plan: &mut Plan) {
    let day = Span::hours(24);
    let slot = &mut plan.slots[0];
    slot.spec.times = times("d1/18:00", "d1/20:00");
    for window in &mut slot.windows {
        window.opens.at = window.opens.at.plus(day);
        window.closes.at = window.closes.at.plus(day);
    }
    for step in slot.offers.iter_mut().flat_map(|offer| &mut offer.ladder) {
        step.from = step.from.map(|from| When { at: from.at.plus(day), ..from });
    }
    let block = &mut slot.fulfilments[0];
    (block.opens.at, block.closes.at) = (block.opens.at.plus(day), block.closes.at.plus(day));
    let place = &mut block.boxes[0];
    (place.from.at, place.until.at) = (place.from.at.plus(day), place.until.at.plus(day));
}

/// A plan that takes a slot across an open window is refused until somebody says yes to that; with the yes it is
/// one decision like any other, and the plan says who is told.
#[test]
fn needs_a_yes() {
    let (mut world, mut plan) = begun();
    world.line("17:05 pulse");
    world.line("17:05 hold H1 ann one a in pick code SECRET");
    a_day_later(&mut plan);
    let refused = apply(&mut world, &plan).unwrap_err();
    let Refusal::NeedsYes(reasons) = &refused else { panic!("{refused:?}") };
    assert!(matches!(&reasons[0], Reason::AcrossWindow { before: Phase::Open, after: Phase::Ahead, .. }));
    let facts = apply_with(&mut world, &plan, Leave::Given).expect("somebody said yes");
    assert!(matches!(&facts[0], Fact::ChangeMade(made) if made.kind == MadeKind::Planned));
    assert_eq!(apply(&mut world, &plan), Ok(Vec::new()));
}
