//! Series: each occurrence has a slot with all that it gets, once; a change of the series goes the way of every
//! change, slot by slot, and leaves alone what was changed by itself.

use dayshelf_core::apply::apply;
use dayshelf_core::books::needs;
use dayshelf_core::change::{Credential, Edit, Tell, Wish};
use dayshelf_core::command::{ChangeSlot, Command, Expect, Resolutions};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{ConfirmationId, OfferId, PoolId, SeriesId, SlotId, WindowId};
use dayshelf_core::plan::{
    Plan, PlanAudience, PlanOffer, PlanPool, PlanSlot, PlanStep, PlanUnsold, PlanWindow,
};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::series::{
    GrowSeries, Kept, Occurrence, Parted, PlanSeries, Planned, PutSeries, Reach, SeriesSpec, Standing,
};
use dayshelf_core::slot::{SlotSpec, SlotState, SlotTimes};
use dayshelf_core::time::{Anchor, Instant, LocalTime, Span, When};
use dayshelf_core::window::{Fairness, HoldAt, HoldTerms, TurnTerms};
use proptest::prelude::*;

use crate::table::{World, cents, time};

const DAY: Span = Span::hours(24);
pub const HOUR: i64 = 3_600;

/// Six in the evening of a day, as the rule has it.
pub fn evening(day: i64) -> LocalTime {
    LocalTime(time("18:00") / 1_000 + day * 24 * HOUR)
}

fn shape(slug: &str, at: LocalTime) -> SlotSpec {
    let start = Instant(at.0 * 1_000);
    let end = start.plus(Span::hours(2));
    let local = |at: Instant| LocalTime(at.0 / 1_000);
    let (start_local, end_local) = (local(start), local(end));
    let (zone, tzdb) = ("Europe/Berlin".into(), "2026a".into());
    SlotSpec {
        slug: slug.into(),
        title: "Evening".into(),
        story: String::new(),
        image: String::new(),
        place: "Hall".into(),
        times: SlotTimes { zone, start_local, end_local, start, end, tzdb },
        extras: Vec::new(),
        faqs: Vec::new(),
    }
}

/// The occurrence of a day: slot `Sn`, offer `On` from pool `Pn`, window `Wn` from half an hour before.
fn planned(world: &mut World, day: i64) -> Planned {
    let spec = shape(&format!("evening-{day}"), evening(day));
    let (start, end) = (spec.times.start, spec.times.end);
    let when = |seconds: i64| When { anchor: Anchor::start(seconds), at: start.plus(Span::seconds(seconds)) };
    let window = PlanWindow {
        id: WindowId(world.id(&format!("W{day}"))),
        key: "public".into(),
        title: "Public".into(),
        audience: PlanAudience::Public,
        opens: when(-30 * 24 * HOUR),
        closes: When { anchor: Anchor::start(2 * HOUR), at: end },
        offers: Vec::new(),
        allotments: Vec::new(),
        unsold: PlanUnsold::Return,
        drip: None,
        lobby: None,
        hold: HoldTerms { at: HoldAt::Cart, span: Span::minutes(8), extensions: 0, buyer_limit: None },
        turn: TurnTerms { fairness: Fairness::FirstCome, span: Span::minutes(5) },
    };
    let price = PlanStep { title: String::new(), price: cents("100"), from: None, after_units: None };
    let offer = PlanOffer {
        id: OfferId(world.id(&format!("O{day}"))),
        key: "seat".into(),
        title: "Seat".into(),
        about: String::new(),
        image: String::new(),
        slots: Vec::new(),
        recipe: vec![(format!("seats-{day}"), 1)],
        ladder: vec![price],
        with: Vec::new(),
        units_max: 4,
    };
    let pool = PlanPool {
        id: PoolId(world.id(&format!("P{day}"))),
        key: format!("seats-{day}"),
        title: "Seats".into(),
        units: 3,
        buffer: 0,
        borrows: Vec::new(),
        nights: None,
        place: String::new(),
        channel: String::new(),
    };
    let slot = PlanSlot {
        id: SlotId(world.id(&format!("S{day}"))),
        spec,
        publish: true,
        windows: vec![window],
        offers: vec![offer],
        fulfilments: Vec::new(),
        blocks: Vec::new(),
    };
    Planned { at: evening(day), slot, pools: vec![pool], applied: None }
}

fn spec(text: &str) -> SeriesSpec {
    let (key, title) = ("evening".into(), "Evening".into());
    SeriesSpec { key, title, zone: "Europe/Berlin".into(), text: text.into() }
}

pub fn put(world: &mut World, planned: Vec<Planned>, kept: Vec<Kept>) -> PutSeries {
    let until = world.now.plus(Span::hours(24 * 40));
    PutSeries {
        id: SeriesId(world.id("R")),
        expected: Expect::Any,
        spec: spec("daily"),
        reach: Reach { until, due: Some(until) },
        parted: None,
        planned,
        kept,
        tell: Tell::AfterQuiet,
        by: Credential::House,
    }
}

/// An occurrence that moves so many seconds, or is made no more.
pub fn kept(world: &mut World, one: &Occurrence, shift: Option<i64>) -> Kept {
    let waits_as = ConfirmationId(world.id(&format!("C{}", world.facts.len())));
    let slot = &world.books.slots[&one.slot];
    let at = LocalTime(one.at.0 + shift.unwrap_or(0));
    let now = shift.map(|_| SlotSpec { slug: slot.spec.slug.clone(), ..shape("", at) });
    let resolved = now.as_ref().map(|spec| {
        let edge = |anchor: Anchor| match anchor.edge {
            dayshelf_core::time::Edge::Start => spec.times.start,
            _ => spec.times.end,
        };
        let all = world.books.whens_of(one.slot).into_iter();
        all.map(|when| (when.anchor, edge(when.anchor).plus(Span::seconds(when.anchor.seconds)))).collect()
    });
    Kept { was: one.at, at, now, resolved: resolved.unwrap_or_default(), waits_as }
}

pub fn ties(world: &World, series: SeriesId) -> Vec<Occurrence> {
    let run = world.books.runs.get(&series).into_iter().flatten();
    run.map(|(_, slot)| world.books.occurrences[slot].clone()).collect()
}

/// Three evenings, from tomorrow on.
pub fn made() -> (World, SeriesId) {
    let mut world = World::new();
    world.now = Instant(time("12:00"));
    let planned = (1..4).map(|day| planned(&mut world, day)).collect();
    let ask = put(&mut world, planned, Vec::new());
    let id = ask.id;
    world.transact(&Command::PutSeries(Box::new(ask))).unwrap();
    (world, id)
}

pub fn state(world: &mut World, slot: &str) -> SlotState {
    let id = SlotId(world.id(slot));
    world.books.slots[&id].state
}

/// Every evening has its slot on the calendar, a pool of its own and its offer; more of them come once, whoever asks
/// how often, and only of the series as it is.
#[test]
fn made_and_grown() {
    let (mut world, id) = made();
    assert_eq!(ties(&world, id).iter().map(|one| one.at).collect::<Vec<_>>(), [1, 2, 3].map(evening));
    assert_eq!(state(&mut world, "S2"), SlotState::Published);
    assert_eq!(
        world.line("12:00 hold H1 ann S1 O1*3").as_deref(),
        Some("opened W1, opened W2, opened W3, held H1 at 300 until 12:08")
    );
    assert_eq!(world.line("12:00 hold H2 bea S2 O2*3").as_deref(), Some("held H2 at 300 until 12:08"));
    let planned: Vec<Planned> = (2..6).map(|day| planned(&mut world, day)).collect();
    let reach = Reach { until: world.now.plus(DAY), due: None };
    let grow =
        |version| Command::GrowSeries(Box::new(GrowSeries { id, version, planned: planned.clone(), reach }));
    let refused = world.transact(&grow(2));
    assert_eq!(refused, Err(Refusal::VersionStale { current: 1 }));
    world.transact(&grow(1)).unwrap();
    assert_eq!(ties(&world, id).len(), 5);
    assert_eq!(world.transact(&grow(1)), Err(Refusal::VersionStale { current: 2 }), "once is enough");
    world.transact(&grow(2)).unwrap();
    assert_eq!((ties(&world, id).len(), world.books.slots.len()), (5, 5));
    let unknown = Command::GrowSeries(Box::new(GrowSeries {
        id: SeriesId(world.id("another")),
        version: 1,
        planned: Vec::new(),
        reach,
    }));
    assert_eq!(world.transact(&unknown), Err(Refusal::Unknown(Noun::Series)));
}

/// All evenings move, but for the one that was moved by itself; one that is left out is called off, and waits for a
/// yes where somebody has bought.
#[test]
fn moved_and_shortened() {
    let (mut world, id) = made();
    world.line("12:00 hold H1 ann S1 O1");
    world.line("12:00 confirm H1 R1 ann pickup");
    let slot = SlotId(world.id("S2"));
    let by_hand = ChangeSlot {
        slot,
        expected: Expect::Any,
        wish: Wish::Edit(Box::new(Edit { place: Some("Yard".into()), ..Edit::default() })),
        tell: Tell::AfterQuiet,
        by: Credential::House,
        resolved: world.books.whens_of(slot).into_iter().map(|when| (when.anchor, when.at)).collect(),
        waits_as: ConfirmationId(world.id("C")),
    };
    world.transact(&Command::ChangeSlot(Box::new(by_hand))).unwrap();
    let all: Vec<Kept> = ties(&world, id).iter().map(|one| kept(&mut world, one, Some(HOUR))).collect();
    let ask = Command::PutSeries(Box::new(put(&mut world, Vec::new(), all)));
    assert_eq!(
        needs(&world.books, &ask).orders_of,
        [SlotId(world.id("S1"))],
        "only where somebody has bought"
    );
    world.transact(&ask).unwrap();
    let later = |day: i64| Instant((evening(day).0 + HOUR) * 1_000);
    for (slot, start) in [("S1", later(1)), ("S2", Instant(evening(2).0 * 1_000)), ("S3", later(3))] {
        let slot = SlotId(world.id(slot));
        assert_eq!(world.books.slots[&slot].spec.times.start, start, "{slot}");
    }
    let window = WindowId(world.id("W3"));
    assert_eq!(
        world.books.windows[&window].spec.closes.at,
        later(3).plus(Span::hours(2)),
        "what hangs on it goes along"
    );
    let ties = ties(&world, id);
    assert_eq!(ties[1].at, LocalTime(evening(2).0 + HOUR), "the rule has it there, though it stays");
    let none: Vec<Kept> = ties.iter().map(|one| kept(&mut world, one, None)).collect();
    let ask = put(&mut world, Vec::new(), none);
    world.transact(&Command::PutSeries(Box::new(ask.clone()))).unwrap();
    let states = ["S1", "S2", "S3"].map(|slot| state(&mut world, slot));
    assert_eq!(states, [SlotState::Published, SlotState::Cancelled, SlotState::Cancelled]);
    assert_eq!(world.books.pendings.len(), 1, "what was bought waits for a yes");
    assert!(world.books.occurrences.values().all(|one| one.standing == Standing::Dropped));
    world.transact(&Command::PutSeries(Box::new(ask))).unwrap();
    assert_eq!(world.books.pendings.len(), 1, "it is not asked twice");
}

/// An evening that is thrown away while it is a draft stays away, and the others go on with their series.
#[test]
fn a_draft_thrown_away() {
    let mut world = World::new();
    world.now = Instant(time("12:00"));
    let mut planned: Vec<Planned> = (1..4).map(|day| planned(&mut world, day)).collect();
    planned.iter_mut().for_each(|one| one.slot.publish = false);
    let ask = put(&mut world, planned, Vec::new());
    let id = ask.id;
    world.transact(&Command::PutSeries(Box::new(ask))).unwrap();
    let off = ChangeSlot {
        slot: SlotId(world.id("S2")),
        expected: Expect::Any,
        wish: Wish::Cancel,
        tell: Tell::AfterQuiet,
        by: Credential::House,
        resolved: Resolutions::new(),
        waits_as: ConfirmationId(world.id("C")),
    };
    world.transact(&Command::ChangeSlot(Box::new(off))).unwrap();
    let all: Vec<Kept> = ties(&world, id).iter().map(|one| kept(&mut world, one, Some(HOUR))).collect();
    let ask = put(&mut world, Vec::new(), all);
    world.transact(&Command::PutSeries(Box::new(ask))).unwrap();
    let states = ["S1", "S2", "S3"].map(|slot| state(&mut world, slot));
    assert_eq!(states, [SlotState::Draft, SlotState::Discarded, SlotState::Draft]);
    for (day, moved) in [(1, HOUR), (2, 0), (3, HOUR)] {
        let slot = SlotId(world.id(&format!("S{day}")));
        assert_eq!(
            world.books.slots[&slot].spec.times.start_local,
            LocalTime(evening(day).0 + moved),
            "S{day}"
        );
    }
}

/// What does not fit is refused as a whole: an occurrence that is not there, two at one place, a name that is taken.
#[test]
fn refused_as_a_whole() {
    let (mut world, id) = made();
    let before = world.books.clone();
    let ghost = Occurrence { at: evening(9), ..ties(&world, id)[0].clone() };
    let ghost = kept(&mut world, &ghost, Some(HOUR));
    let ask = put(&mut world, Vec::new(), vec![ghost]);
    assert_eq!(world.transact(&Command::PutSeries(Box::new(ask))), Err(Refusal::VersionStale { current: 1 }));
    let first = ties(&world, id)[0].clone();
    let onto = kept(&mut world, &first, Some(24 * HOUR));
    let ask = put(&mut world, Vec::new(), vec![onto]);
    let refused = world.transact(&Command::PutSeries(Box::new(ask)));
    assert!(matches!(refused, Err(Refusal::Invalid(_))), "{refused:?}");
    let mut ask = put(&mut world, Vec::new(), Vec::new());
    ask.id = SeriesId(world.id("other"));
    let refused = world.transact(&Command::PutSeries(Box::new(ask)));
    assert_eq!(refused, Err(Refusal::NameTaken { field: "key".into() }));
    assert_eq!(world.books, before);
}

/// This one and all after it: their slots are another series' from then on, with what was bought of them.
#[test]
fn parted() {
    let (mut world, id) = made();
    world.line("12:00 hold H1 ann S3 O3");
    world.line("12:00 confirm H1 R1 ann pickup");
    let later: Vec<Kept> =
        ties(&world, id)[1..].iter().map(|one| kept(&mut world, one, Some(HOUR))).collect();
    let mut ask = put(&mut world, Vec::new(), later);
    ask.id = SeriesId(world.id("later"));
    ask.spec.key = "later".into();
    ask.parted = Some(Parted { series: id, expected: Expect::Version(1), spec: spec("until") });
    let second = ask.id;
    world.transact(&Command::PutSeries(Box::new(ask))).unwrap();
    assert_eq!((ties(&world, id).len(), ties(&world, second).len()), (1, 2));
    assert_eq!(
        (world.books.series[&id].reach.due, world.books.series[&id].spec.text.as_str()),
        (None, "until")
    );
    let slot = SlotId(world.id("S3"));
    assert_eq!(world.books.slots[&slot].spec.times.start, Instant((evening(3).0 + HOUR) * 1_000));
    assert!(world.books.orders.values().all(|order| order.slot == slot));
}

/// A plan's slots are tied to its series, and the same plan again says nothing.
#[test]
fn of_a_plan() {
    let mut world = World::new();
    let made: Vec<Planned> = (1..3).map(|day| planned(&mut world, day)).collect();
    let series = PlanSeries {
        id: SeriesId(world.id("R")),
        spec: spec("daily"),
        reach: Reach { until: Instant(time("12:00")), due: None },
        slots: made.iter().map(|one| (one.slot.spec.slug.clone(), one.at)).collect(),
    };
    let plan = Plan {
        organiser: None,
        pools: made.iter().flat_map(|one| one.pools.clone()).collect(),
        lists: Vec::new(),
        codes: Vec::new(),
        templates: Vec::new(),
        slots: made.into_iter().map(|one| one.slot).collect(),
        applied: Vec::new(),
        series: vec![series.clone()],
    };
    let ask = |plan: &Plan| {
        Command::ApplyPlan(Box::new(dayshelf_core::command::ApplyPlan::of(plan.clone(), Credential::House)))
    };
    world.transact(&ask(&plan)).unwrap();
    assert_eq!(ties(&world, series.id).len(), 2);
    let mut later = plan.clone();
    later.series[0].reach.until = Instant(time("13:00"));
    assert_eq!(world.transact(&ask(&later)), Ok(Vec::new()));
    // Under another name it is another series, and the one that its slots leave is another one too: whoever knows it by
    // its version looks again.
    let before = world.books.series[&series.id].version;
    later.series[0].id = SeriesId(world.id("R2"));
    later.series[0].spec.key = "nightly".into();
    world.transact(&ask(&later)).unwrap();
    assert_eq!((ties(&world, series.id).len(), ties(&world, later.series[0].id).len()), (0, 2));
    assert_eq!(world.books.series[&series.id].version, before + 1);
}

/// What may happen to a series.
#[derive(Clone, Debug)]
enum Step {
    Shift(i8),
    Drop(u8),
    Grow(u8),
    ByHand(u8, i8),
    Buy(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        any::<i8>().prop_map(Step::Shift),
        any::<u8>().prop_map(Step::Drop),
        (0_u8..12).prop_map(Step::Grow),
        (any::<u8>(), any::<i8>()).prop_map(|(which, by)| Step::ByHand(which, by)),
        any::<u8>().prop_map(Step::Buy),
    ]
}

fn take(world: &mut World, id: SeriesId, step: &Step, count: usize) -> Option<Command> {
    let all = ties(world, id);
    let some = |which: u8| all.get(usize::from(which) % all.len().max(1)).cloned();
    Some(match step {
        Step::Shift(by) => {
            let kept = all.iter().map(|one| kept(world, one, Some(i64::from(*by) * 60))).collect();
            Command::PutSeries(Box::new(put(world, Vec::new(), kept)))
        }
        Step::Drop(which) => {
            let gone = kept(world, &some(*which)?, None);
            Command::PutSeries(Box::new(put(world, Vec::new(), vec![gone])))
        }
        Step::Grow(day) => {
            let version = world.books.series[&id].version;
            let slot = SlotId(world.id(&format!("S{}", day + 4)));
            let known = world.books.slots.contains_key(&slot);
            let planned = (!known).then(|| planned(world, i64::from(*day) + 4)).into_iter().collect();
            let reach = Reach { until: world.now, due: None };
            Command::GrowSeries(Box::new(GrowSeries { id, version, planned, reach }))
        }
        Step::ByHand(which, by) => {
            let one = some(*which)?;
            let way = kept(world, &one, Some(i64::from(*by) * 60));
            let spec = way.now?;
            Command::ChangeSlot(Box::new(ChangeSlot {
                slot: one.slot,
                expected: Expect::Any,
                wish: Wish::Edit(Box::new(Edit::to(spec.times))),
                tell: Tell::AfterQuiet,
                by: Credential::House,
                resolved: way.resolved,
                waits_as: way.waits_as,
            }))
        }
        Step::Buy(which) => {
            let slot = some(*which)?.slot;
            let day = (1..20).find(|day| SlotId(world.id(&format!("S{day}"))) == slot)?;
            let hold = format!("H{count}");
            world.line(&format!("12:00 hold {hold} ann S{day} O{day}"));
            world.line(&format!("12:00 confirm {hold} R{count} ann pickup"));
            return None;
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever is done: an occurrence has one slot and a slot one occurrence; nobody's purchase is called off
    /// without a yes; what was changed by itself does not move with the series; and books that were given the facts
    /// one by one, or were read anew, are the same.
    #[test]
    fn any_stream(steps in prop::collection::vec(step(), 1..14)) {
        let (mut world, id) = made();
        for (count, step) in steps.iter().enumerate() {
            let before = world.books.clone();
            let Some(command) = take(&mut world, id, step, count) else { continue };
            let Ok(facts) = world.transact(&command) else { continue };
            let mut shadow = before.clone();
            facts.iter().for_each(|fact| apply(&mut shadow, fact).unwrap());
            prop_assert_eq!(&shadow.occurrences, &world.books.occurrences);
            let mut anew = world.books.clone();
            anew.reindex();
            prop_assert_eq!(&anew.runs[&id], &world.books.runs[&id]);
            let run = &world.books.runs[&id];
            let of: Vec<&Occurrence> = world.books.occurrences.values().filter(|one| one.series == id).collect();
            prop_assert_eq!(run.len(), of.len());
            prop_assert!(of.iter().all(|one| run.get(&one.at) == Some(&one.slot)));
            for order in world.books.orders.values() {
                prop_assert!(!order.is_cancelled(), "nobody has said yes");
            }
            let series = &before.series[&id];
            for (slot, one) in before.occurrences.iter().filter(|_| !matches!(command, Command::ChangeSlot(_))) {
                let waits = before.pending_of(*slot).is_some();
                if one.is_overridden(series, &before.slots[slot]) && !waits {
                    prop_assert_eq!(&world.books.slots[slot].spec, &before.slots[slot].spec);
                }
            }
            let told = facts.iter().filter(|fact| matches!(fact, Fact::SeriesPut(_))).count();
            prop_assert_eq!(told, usize::from(!matches!(command, Command::ChangeSlot(_))));
        }
    }
}
