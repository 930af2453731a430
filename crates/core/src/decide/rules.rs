//! Rules: capacity follows stock, in the same decision as what moved the stock.
//!
//! A rule acts when its threshold is crossed, and once for each crossing: it is *fired* until it is crossed
//! back, which undoes what can be undone. Crossing down only ever takes capacity away and crossing back only
//! gives it back, and a rule turns at most once either way in one decision, so nothing goes round.
//! Start at [`react`].

use std::collections::{BTreeMap, BTreeSet};

use super::{Decision, shift};
use crate::apply::{Broken, apply};
use crate::block::{Act, Block, BlockState, Rule, Trigger};
use crate::books::Books;
use crate::decide::{draw, hang};
use crate::fact::{BlockChange, Fact, SlotChange};
use crate::ids::{BlockId, PoolId, SlotId, WindowId};
use crate::pool::{Account, Move};
use crate::slot::{Slot, SlotState};
use crate::time::{Anchor, Instant, When};
use crate::window::{Phase, Window};

/// How often a rule may turn in one decision: once down, once back.
const TURNS_MAX: u8 = 2;

/// How often each rule turned in this decision.
pub(super) type Turned = BTreeMap<BlockId, u8>;

/// Lets every rule act that what was decided concerns.
pub(super) fn react(
    books: &mut Books,
    now: Instant,
    facts: &mut Vec<Fact>,
    turned: &mut Turned,
) -> Result<(), Broken> {
    let mut rests = BTreeSet::new();
    while let Some(id) = books.alert.pop_first() {
        let turns = turned.entry(id).or_default();
        if *turns == TURNS_MAX {
            rests.insert(id);
            continue;
        }
        let step = turn(books, now, id);
        *turns += u8::from(!step.is_empty());
        for fact in &step {
            apply(books, fact)?;
        }
        facts.extend(step);
    }
    // What has turned enough is looked at again in the next decision.
    books.alert = rests;
    Ok(())
}

/// What follows from where a rule stands now.
fn turn(books: &Books, now: Instant, id: BlockId) -> Vec<Fact> {
    let Some(block) = books.blocks.get(&id).filter(|block| watches(books, block, now)) else {
        return Vec::new();
    };
    let Some(rule) = block.rule() else { return Vec::new() };
    match (block.has_fired(), is_crossed(books, &rule.trigger)) {
        (false, true) => fire(books, now, block, rule),
        (true, false) if crate::planted!(RuleNeverBack) => Vec::new(),
        (true, false) => vec![rearm(block)],
        (true, true) if crate::planted!(RuleFiresAgain) => fire(books, now, block, rule),
        (false, false) | (true, true) => Vec::new(),
    }
}

/// Whether a rule watches: its time has come, and its slot is on the calendar.
fn watches(books: &Books, block: &Block, now: Instant) -> bool {
    let slot = books.slots.get(&block.spec.slot);
    block.is_under_way(now) && slot.is_some_and(|slot| slot.state == SlotState::Published)
}

fn is_crossed(books: &Books, trigger: &Trigger) -> bool {
    match trigger {
        Trigger::FreeBelow { pool, units } => {
            books.pools.get(pool).is_some_and(|pool| pool.available() < *units)
        }
        Trigger::SoldOut(window) => {
            let window = books.windows.get(window).filter(|window| window.phase == Phase::Open);
            window.is_some_and(|window| draw::has_nothing(books, window))
        }
    }
}

fn fire(books: &Books, now: Instant, block: &Block, rule: &Rule) -> Vec<Fact> {
    let (mut moves, mut effects) = (Vec::new(), Vec::new());
    match &rule.act {
        Act::Close(_) => {}
        Act::Shrink { pool, keep } => {
            let have = books.pools.get(pool).map_or(0, |pool| pool.available());
            let keep = if crate::planted!(ShrinkTakesAll) { 0 } else { *keep };
            let above = have.saturating_sub(keep);
            moves.extend((above > 0).then(|| shift(*pool, Account::Free, Account::Outside, above)));
        }
        Act::Open(window) => effects = open(books, now, *window),
        Act::Publish(slot) => effects = publish(books, now, *slot),
    }
    let taken = moves.iter().map(|one| one.units).sum();
    let block = Box::new(Block { state: BlockState::Fired { taken }, ..block.clone() });
    let mut facts = vec![Fact::BlockPut { block, change: BlockChange::Fired, moves }];
    facts.append(&mut effects);
    facts
}

/// The fact that undoes what a rule did, as far as that can be undone.
pub(super) fn rearm(block: &Block) -> Fact {
    let moves = undo(block);
    let block = Box::new(Block { state: BlockState::Armed, ..block.clone() });
    Fact::BlockPut { block, change: BlockChange::Rearmed, moves }
}

fn undo(block: &Block) -> Vec<Move> {
    match (block.state, block.rule().map(|rule| &rule.act)) {
        (BlockState::Fired { taken }, Some(Act::Shrink { pool, .. }))
            if taken > 0 && !crate::planted!(RearmKeepsUnits) =>
        {
            vec![shift(*pool, Account::Outside, Account::Free, taken)]
        }
        _ => Vec::new(),
    }
}

/// Decides about a pool with all units that rules took out of it: they are armed anew, and act again after
/// if there is still cause.
pub(super) fn on_whole(books: &Books, pool: PoolId, decide: impl Fn(&Books) -> Decision) -> Decision {
    let mut facts = let_go(books, pool);
    if facts.is_empty() {
        return decide(books);
    }
    let mut whole = books.clone();
    for fact in &facts {
        let broken = apply(&mut whole, fact);
        debug_assert!(broken.is_ok(), "what a rule took goes back: {broken:?}");
    }
    let decided = decide(&whole)?;
    if decided.is_empty() {
        return Ok(decided);
    }
    facts.extend(decided);
    Ok(facts)
}

/// What lets go of the units that rules took out of a pool.
fn let_go(books: &Books, pool: PoolId) -> Vec<Fact> {
    let rules = books.rules.iter().filter_map(|(_, rule)| books.blocks.get(rule));
    let took = rules.filter(|block| undo(block).iter().any(|one| one.pool == pool));
    took.map(rearm).collect()
}

/// A window opens now; one of the same audience that is still open ends for it. Where another of that audience
/// comes between, or the window is open or over already, nothing is done.
fn open(books: &Books, now: Instant, id: WindowId) -> Vec<Fact> {
    let Some(window) = books.windows.get(&id).filter(|window| window.phase_at(now) == Phase::Ahead) else {
        return Vec::new();
    };
    let Some(slot) = books.slots.get(&window.spec.slot) else { return Vec::new() };
    let at = exactly(slot, now);
    let same = books.windows_of(slot.id).filter(|other| {
        let audience = other.id != id && other.spec.audience == window.spec.audience;
        audience && at.at < other.spec.closes.at && other.spec.opens.at < window.spec.closes.at
    });
    let mut facts = Vec::new();
    for other in same {
        // One that opened at this very instant has no length to end after.
        if other.phase_at(now) != Phase::Open || at.at <= other.spec.opens.at {
            return Vec::new();
        }
        let mut ended = other.clone();
        ended.spec.closes = at;
        facts.push(put(now, ended));
    }
    let mut opened = Window { phase: Phase::Ahead, ..window.clone() };
    opened.spec.opens = at;
    opened.lobby = opened.lobby.written(&window.spec, &opened.spec, now);
    facts.push(put(now, opened));
    // A rule takes nobody's pickup elsewhere, and starts no other rule; then, too, nothing is done.
    let bound = |fact: &Fact| match fact {
        Fact::FulfilmentPut(_) => true,
        Fact::BlockPut { block, .. } => block.rule().is_some(),
        _ => false,
    };
    hang::hang(books, now, slot.id, facts).ok().filter(|facts| !facts.iter().any(bound)).unwrap_or_default()
}

fn put(now: Instant, window: Window) -> Fact {
    Fact::WindowPut { window: Box::new(Window { told: now, ..window }), moves: Vec::new() }
}

/// This instant, by the second, as an exact offset from the slot's start.
fn exactly(slot: &Slot, now: Instant) -> When {
    let start = slot.spec.times.start;
    let seconds = now.since(start).0.div_euclid(1_000);
    When { anchor: Anchor::start(seconds), at: Instant(start.0 + seconds * 1_000) }
}

fn publish(books: &Books, now: Instant, id: SlotId) -> Vec<Fact> {
    let draft = books.slots.get(&id).filter(|slot| slot.state == SlotState::Draft);
    let Some(slot) = draft.filter(|slot| now < slot.spec.times.end) else { return Vec::new() };
    let slot = Slot { state: SlotState::Published, version: slot.version + 1, ..slot.clone() };
    vec![Fact::SlotPut { slot: Box::new(slot), change: SlotChange::Published }]
}
