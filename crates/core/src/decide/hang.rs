//! Parts that hang on another part of their slot: on the beginning or the end of a window, of a fulfilment block, or of
//! a block of another kind.
//!
//! Such an anchor is an exact span from the other part's edge. So it needs no zone, and is resolved here, in whatever
//! decision moves what it hangs on: an edit of that part, a move of the slot, a rule that opens a window early. Start at
//! [`hang`].

use std::collections::{BTreeMap, BTreeSet};

use super::{Decision, blocks, validate, windows};
use crate::block::Block;
use crate::books::Books;
use crate::change::Part;
use crate::fact::{BlockChange, Fact};
use crate::ids::{BlockId, FulfilmentId, Id, OfferId, SlotId, WindowId};
use crate::lobby::Lobby;
use crate::offer::Offer;
use crate::refusal::{Flaw, Noun, Refusal};
use crate::slot::Fulfilment;
use crate::time::{Edge, Instant, Marks, PartList, PartName, Span, When};
use crate::window::{Phase, Window};

/// The slot's parts as they are, and where the edges of each are.
pub fn marks(books: &Books, slot: SlotId) -> Marks {
    resolve(&Parts::of(books, slot).all())
}

/// The facts of an edit, with all that hangs on what they move, at its new place.
///
/// A part that hangs on nothing is refused where it was written so, and so is taking away what others hang on.
pub(super) fn hang(books: &Books, now: Instant, slot: SlotId, facts: Vec<Fact>) -> Decision {
    if !hangs(books, slot, &facts) {
        return Ok(facts);
    }
    let mut parts = Parts::of(books, slot);
    let put = parts.lay(slot, &facts);
    let mut things = parts.all();
    // Without facts it is a plan or a template that was put as a whole.
    let moved = settle(&mut things, |id| facts.is_empty() || put.contains(&id))?;
    for place in &moved {
        sound(books, &things, &things[*place])?;
    }
    let mut facts = facts;
    for thing in moved.into_iter().map(|place| things[place].clone()) {
        lay_down(books, now, &mut facts, thing);
    }
    Ok(facts)
}

/// A part whose times are where they hang now, whoever said where that is.
pub(super) fn placed(books: &Books, slot: SlotId, part: &Part) -> Result<Part, Refusal> {
    let mut parts = Parts::of(books, slot);
    let Some(thing) = Thing::of(part) else { return Ok(part.clone()) };
    if thing.clone().whens().iter().all(|(_, when)| when.anchor.hangs_on().is_none()) {
        return Ok(part.clone());
    }
    let id = thing.id();
    parts.put(thing);
    let mut things = parts.all();
    // What else hangs on it comes after; here it is only this part that must hang somewhere.
    let (edges, marks) = (edges_of(&things), resolve(&things));
    let thing = things.iter_mut().find(|thing| thing.id() == id);
    Ok(match thing {
        Some(thing) => {
            thing.settle(&marks, &edges, Lost::Written)?;
            thing.part()
        }
        None => part.clone(),
    })
}

/// Whether an edit of a part may take a pickup along that hangs on it.
pub fn takes_pickups_along(books: &Books, slot: SlotId) -> bool {
    let boxes =
        |block: &Fulfilment| block.spec.boxes.iter().any(|one| is_hung(one.from) || is_hung(one.until));
    books
        .fulfilments_of(slot)
        .any(|block| is_hung(block.spec.opens) || is_hung(block.spec.closes) || boxes(block))
}

fn is_hung(when: When) -> bool {
    when.anchor.hangs_on().is_some()
}

/// Whether anything of the slot hangs on a part of it, before these facts or after.
fn hangs(books: &Books, slot: SlotId, facts: &[Fact]) -> bool {
    let in_fact = |fact: &Fact| {
        Thing::put_by(fact).is_some_and(|mut thing| thing.whens().iter().any(|(_, when)| is_hung(**when)))
    };
    books.whens_of(slot).into_iter().any(is_hung) || facts.iter().any(in_fact)
}

/// A part with times.
#[derive(Clone, Debug)]
enum Thing {
    Window(Window),
    Fulfilment(Fulfilment),
    Offer(Offer),
    Block(Block),
}

/// Why a part may hang on nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lost {
    /// It was written so.
    Written,
    /// What it hung on goes.
    Left,
}

impl Thing {
    fn put_by(fact: &Fact) -> Option<Self> {
        match fact {
            Fact::WindowPut { window, .. } => Some(Self::Window((**window).clone())),
            Fact::FulfilmentPut(block) => Some(Self::Fulfilment((**block).clone())),
            Fact::OfferPut(offer) => Some(Self::Offer((**offer).clone())),
            Fact::BlockPut { block, .. } => Some(Self::Block((**block).clone())),
            _ => None,
        }
    }

    /// A part that is to be put; how it stands beside its times is looked at elsewhere.
    fn of(part: &Part) -> Option<Self> {
        match part.clone() {
            Part::Window(id, Some(spec)) => Some(Self::Window(Window {
                id,
                phase: Phase::Ahead,
                taken: 0,
                told: Instant(0),
                lobby: Lobby::default(),
                spec,
            })),
            Part::Fulfilment(id, Some(spec)) => Some(Self::Fulfilment(Fulfilment { id, spec })),
            Part::Offer(id, Some(spec)) => Some(Self::Offer(Offer { id, taken: 0, told: Instant(0), spec })),
            Part::Block(id, Some(spec)) => {
                Some(Self::Block(Block { id, begun: false, state: spec.kind.first_state(), spec }))
            }
            _ => None,
        }
    }

    fn part(&self) -> Part {
        match self.clone() {
            Self::Window(window) => Part::Window(window.id, Some(window.spec)),
            Self::Fulfilment(block) => Part::Fulfilment(block.id, Some(block.spec)),
            Self::Offer(offer) => Part::Offer(offer.id, Some(offer.spec)),
            Self::Block(block) => Part::Block(block.id, Some(block.spec)),
        }
    }

    const fn id(&self) -> Id {
        match self {
            Self::Window(window) => window.id.0,
            Self::Fulfilment(block) => block.id.0,
            Self::Offer(offer) => offer.id.0,
            Self::Block(block) => block.id.0,
        }
    }

    const fn noun(&self) -> Noun {
        match self {
            Self::Window(_) => Noun::Window,
            Self::Fulfilment(_) => Noun::Fulfilment,
            Self::Offer(_) => Noun::Offer,
            Self::Block(_) => Noun::Block,
        }
    }

    /// Its path in a plan, as `windows[vip]`.
    fn path(&self) -> String {
        match self {
            Self::Window(window) => format!("windows[{}]", window.spec.key),
            Self::Fulfilment(block) => format!("fulfilments[{}]", block.spec.key),
            Self::Offer(offer) => format!("offers[{}]", offer.spec.key),
            Self::Block(block) => format!("blocks[{}]", block.spec.key),
        }
    }

    /// The edges that others can hang on.
    fn edges(&self) -> Vec<(Edge, When)> {
        let (list, key, from, until) = match self {
            Self::Window(Window { spec, .. }) => {
                (PartList::Windows, &spec.key, spec.opens, Some(spec.closes))
            }
            Self::Fulfilment(Fulfilment { spec, .. }) => {
                (PartList::Fulfilments, &spec.key, spec.opens, Some(spec.closes))
            }
            Self::Block(Block { spec, .. }) => (PartList::Blocks, &spec.key, spec.when, spec.until),
            Self::Offer(_) => return Vec::new(),
        };
        let Some(name) = PartName::new(list, key) else { return Vec::new() };
        let until = until.map(|until| (Edge::PartEnd(name), until));
        std::iter::once((Edge::PartStart(name), from)).chain(until).collect()
    }

    /// All its times, by the names of their fields.
    fn whens(&mut self) -> Vec<(&'static str, &mut When)> {
        match self {
            Self::Window(Window { spec, .. }) => {
                vec![("opens", &mut spec.opens), ("closes", &mut spec.closes)]
            }
            Self::Fulfilment(Fulfilment { spec, .. }) => {
                let boxes = spec.boxes.iter_mut();
                let boxes = boxes.flat_map(|one| [("boxes", &mut one.from), ("boxes", &mut one.until)]);
                [("opens", &mut spec.opens), ("closes", &mut spec.closes)].into_iter().chain(boxes).collect()
            }
            Self::Offer(Offer { spec, .. }) => {
                let steps = spec.ladder.iter_mut().filter_map(|step| step.from.as_mut());
                steps.map(|from| ("ladder", from)).collect()
            }
            Self::Block(Block { spec, .. }) => {
                let until = spec.until.as_mut().map(|until| ("until", until));
                std::iter::once(("when", &mut spec.when)).chain(until).collect()
            }
        }
    }

    /// Puts its times where they hang. Whether that is elsewhere.
    fn settle(&mut self, marks: &Marks, edges: &BTreeSet<Edge>, lost: Lost) -> Result<bool, Refusal> {
        let (path, noun) = (self.path(), self.noun());
        let mut moves = false;
        for (field, when) in self.whens() {
            let Some((edge, name)) = when.anchor.hangs_on() else { continue };
            let Some(at) = at(*when, marks) else {
                let field = format!("{path}.{field}");
                return Err(match lost {
                    _ if edges.contains(&edge) => Refusal::invalid(field, Flaw::Cycle),
                    Lost::Written => Refusal::invalid(field, Flaw::NoSuch(name.to_string())),
                    Lost::Left => Refusal::InUse { noun: noun_of(name.list), by: noun },
                });
            };
            moves |= when.at != at;
            when.at = at;
        }
        Ok(moves)
    }
}

const fn noun_of(list: PartList) -> Noun {
    match list {
        PartList::Windows => Noun::Window,
        PartList::Fulfilments => Noun::Fulfilment,
        PartList::Blocks => Noun::Block,
    }
}

/// The parts of a slot, each kind by its ids.
struct Parts {
    windows: BTreeMap<WindowId, Thing>,
    fulfilments: BTreeMap<FulfilmentId, Thing>,
    offers: BTreeMap<OfferId, Thing>,
    blocks: BTreeMap<BlockId, Thing>,
}

impl Parts {
    fn of(books: &Books, slot: SlotId) -> Self {
        let windows = books.windows_of(slot).map(|one| (one.id, Thing::Window(one.clone())));
        let fulfilments = books.fulfilments_of(slot).map(|one| (one.id, Thing::Fulfilment(one.clone())));
        let offers = books.offers_of(slot).map(|one| (one.id, Thing::Offer(one.clone())));
        let blocks = books.blocks_of(slot).map(|one| (one.id, Thing::Block(one.clone())));
        Self {
            windows: windows.collect(),
            fulfilments: fulfilments.collect(),
            offers: offers.collect(),
            blocks: blocks.collect(),
        }
    }

    fn put(&mut self, thing: Thing) {
        match &thing {
            Thing::Window(one) => drop(self.windows.insert(one.id, thing)),
            Thing::Fulfilment(one) => drop(self.fulfilments.insert(one.id, thing)),
            Thing::Offer(one) => drop(self.offers.insert(one.id, thing)),
            Thing::Block(one) => drop(self.blocks.insert(one.id, thing)),
        }
    }

    /// Lays facts over them. Which parts were put.
    fn lay(&mut self, slot: SlotId, facts: &[Fact]) -> BTreeSet<Id> {
        let mut put = BTreeSet::new();
        let is_of = |thing: &Thing| match thing {
            Thing::Window(one) => one.spec.slot == slot,
            Thing::Fulfilment(one) => one.spec.slot == slot,
            Thing::Offer(one) => one.spec.slot == slot,
            Thing::Block(one) => one.spec.slot == slot,
        };
        for fact in facts {
            match fact {
                Fact::WindowRemoved { window, .. } => drop(self.windows.remove(window)),
                Fact::FulfilmentRemoved(block) => drop(self.fulfilments.remove(block)),
                Fact::OfferRemoved(offer) => drop(self.offers.remove(offer)),
                Fact::BlockRemoved(block) => drop(self.blocks.remove(block)),
                _ => {}
            }
            if let Some(thing) = Thing::put_by(fact).filter(is_of) {
                put.insert(thing.id());
                self.put(thing);
            }
        }
        put
    }

    /// All of them, in the order in which they are told.
    fn all(self) -> Vec<Thing> {
        let Self { windows, fulfilments, offers, blocks } = self;
        let timed = windows.into_values().chain(fulfilments.into_values());
        timed.chain(offers.into_values()).chain(blocks.into_values()).collect()
    }
}

fn edges_of(things: &[Thing]) -> BTreeSet<Edge> {
    things.iter().flat_map(Thing::edges).map(|(edge, _)| edge).collect()
}

/// Where each edge is. Those that hang in the air, or on themselves, are left out.
fn resolve(things: &[Thing]) -> Marks {
    let mut left: Vec<(Edge, When)> = things.iter().flat_map(Thing::edges).collect();
    let mut marks = Marks::new();
    loop {
        let before = left.len();
        left.retain(|(edge, when)| match at(*when, &marks) {
            Some(at) => {
                marks.insert(*edge, at);
                false
            }
            None => true,
        });
        if left.len() == before {
            return marks;
        }
    }
}

fn at(when: When, marks: &Marks) -> Option<Instant> {
    match when.anchor.hangs_on() {
        None => Some(when.at),
        Some((edge, _)) => marks.get(&edge).map(|at| at.plus(Span::seconds(when.anchor.seconds))),
    }
}

/// Puts everything where it hangs. The places of those that come to stand elsewhere.
fn settle(things: &mut [Thing], is_put: impl Fn(Id) -> bool) -> Result<Vec<usize>, Refusal> {
    let (edges, marks) = (edges_of(things), resolve(things));
    let mut moved = Vec::new();
    for (place, thing) in things.iter_mut().enumerate() {
        let lost = if is_put(thing.id()) { Lost::Written } else { Lost::Left };
        if thing.settle(&marks, &edges, lost)? {
            moved.push(place);
        }
    }
    Ok(moved)
}

/// What comes to stand elsewhere must be able to stand there.
fn sound(books: &Books, things: &[Thing], thing: &Thing) -> Result<(), Refusal> {
    match thing {
        Thing::Window(window) => {
            validate::window(&window.spec)?;
            things.iter().try_for_each(|other| match other {
                Thing::Window(other) if other.id != window.id => windows::apart(&window.spec, &other.spec),
                _ => Ok(()),
            })
        }
        Thing::Fulfilment(block) => validate::fulfilment(&block.spec),
        Thing::Offer(offer) => validate::offer(&offer.spec, books.organiser.spec.currency),
        Thing::Block(block) => validate::block(&block.spec),
    }
}

/// A part at its new place, in the fact that puts it, or in one of its own.
fn lay_down(books: &Books, now: Instant, facts: &mut Vec<Fact>, thing: Thing) {
    match thing {
        Thing::Window(mut window) => {
            let known = books.windows.get(&window.id);
            window.phase = known.map_or(Phase::Ahead, |known| known.phase);
            window.lobby =
                known.map(|known| known.lobby.written(&known.spec, &window.spec, now)).unwrap_or_default();
            window.phase = window.phase_anew(now);
            let mut put = facts.iter_mut().rev();
            let put = put.find_map(|fact| match fact {
                Fact::WindowPut { window: put, .. } if put.id == window.id => Some(put),
                _ => None,
            });
            match put {
                Some(put) => **put = window,
                None => {
                    window.told = now;
                    facts.push(Fact::WindowPut { window: Box::new(window), moves: Vec::new() });
                }
            }
        }
        Thing::Fulfilment(block) => {
            let mut put = facts.iter_mut().rev();
            let put = put.find_map(|fact| match fact {
                Fact::FulfilmentPut(put) if put.id == block.id => Some(put),
                _ => None,
            });
            match put {
                Some(put) => **put = block,
                None => facts.push(Fact::FulfilmentPut(Box::new(block))),
            }
        }
        Thing::Offer(mut offer) => {
            let mut put = facts.iter_mut().rev();
            let put = put.find_map(|fact| match fact {
                Fact::OfferPut(put) if put.id == offer.id => Some(put),
                _ => None,
            });
            match put {
                Some(put) => **put = offer,
                None => {
                    offer.told = now;
                    facts.push(Fact::OfferPut(Box::new(offer)));
                }
            }
        }
        Thing::Block(block) => lay_block(books, now, facts, block),
    }
}

fn lay_block(books: &Books, now: Instant, facts: &mut Vec<Fact>, block: Block) {
    let block = blocks::placed(now, block.id, books.blocks.get(&block.id), block.spec);
    let mut put = facts.iter_mut().rev();
    let put = put.find_map(|fact| match fact {
        Fact::BlockPut { block: put, .. } if put.id == block.id => Some(put),
        _ => None,
    });
    match put {
        Some(put) => **put = block,
        None => {
            let (block, change) = (Box::new(block), BlockChange::Moved);
            facts.push(Fact::BlockPut { block, change, moves: Vec::new() });
        }
    }
}
