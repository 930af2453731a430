//! What an organiser may write: bounds, order, references within one thing.

use crate::block::{Act, BlockKind, BlockSpec, Broadcast, Message, Trigger};
use crate::limits::{
    ADDRESS_CHARS_MAX, ALT_CHARS_MAX, ANSWER_CHARS_MAX, BOXES_MAX, BURST_SLOTS_MAX, BURST_SLOTS_MIN,
    CHANNEL_CHARS_MAX, EXTRAS_MAX, FAQS_MAX, HOLD_EXTENSIONS_MAX, HOLD_SPAN_MAX, HOLD_SPAN_MIN,
    LADDER_STEPS_MAX, LENDERS_MAX, LINE_UNITS_MAX, LOBBY_AHEAD_MAX, LOBBY_PACE_MAX, MESSAGE_CHARS_MAX,
    NOTE_CHARS_MAX, PART_UNITS_MAX, PICTURE_BYTES_MAX, PICTURE_FILES_MAX, POOL_UNITS_MAX,
    PRODUCT_PICTURES_MAX, QUIET_SPAN_MAX, QUIET_SPAN_MIN, RECIPE_PARTS_MAX, RULE_SLOTS_MAX, SOURCES_MAX,
    STORY_CHARS_MAX, TASKS_MAX, TITLE_CHARS_MAX,
};
use crate::look::{self, Colour, LookSpec, Scheme};
use crate::money::{Currency, Money};
use crate::offer::{OfferKind, OfferSpec, Step};
use crate::organiser::{OrganiserSpec, RESERVED_SLUGS};
use crate::picture::{self, Picture};
use crate::pool::PoolSpec;
use crate::product::{Faq, Product};
use crate::refusal::{Faint, Flaw, Refusal};
use crate::slot::{FulfilmentSpec, SlotSpec};
use crate::text::{is_address, is_slug, is_unseen, is_unseen_in_lines};
use crate::time::Span;
use crate::window::WindowSpec;

type Check = Result<(), Refusal>;

pub(super) fn organiser(spec: &OrganiserSpec) -> Check {
    slug("organiser.slug", &spec.slug)?;
    if RESERVED_SLUGS.contains(&spec.slug.as_str()) {
        return Err(Refusal::invalid("organiser.slug", Flaw::Reserved));
    }
    title("organiser.name", &spec.name)?;
    prose("organiser.about", &spec.about, STORY_CHARS_MAX)?;
    filled("organiser.zone", &spec.zone)?;
    let seconds = |span: Span| u32::try_from(span.0 / 1_000).unwrap_or(0);
    let (quiet, burst) = (seconds(spec.changes.quiet), spec.changes.burst);
    between("organiser.quiet", quiet, seconds(QUIET_SPAN_MIN), seconds(QUIET_SPAN_MAX))?;
    between("organiser.burst", burst, BURST_SLOTS_MIN, BURST_SLOTS_MAX)
}

pub(super) fn look(spec: &LookSpec) -> Check {
    let Some(accent) = spec.accent else { return Ok(()) };
    readable("accent.light", accent.light, Scheme::Light)?;
    accent.dark.map_or(Ok(()), |dark| readable("accent.dark", dark, Scheme::Dark))
}

fn readable(field: &str, colour: Colour, scheme: Scheme) -> Check {
    let measured = look::measure(colour, scheme);
    if measured.will_do() {
        return Ok(());
    }
    let faint = Faint { colour, contrast: measured.lowest(), nearest: measured.nearest };
    Err(Refusal::invalid(field, Flaw::TooFaint(faint)))
}

pub(super) fn slot(spec: &SlotSpec) -> Check {
    slug("slug", &spec.slug)?;
    title("title", &spec.title)?;
    prose("story", &spec.story, STORY_CHARS_MAX)?;
    line("place", &spec.place, TITLE_CHARS_MAX)?;
    filled("zone", &spec.times.zone)?;
    if spec.times.end <= spec.times.start {
        return Err(Refusal::invalid("end", Flaw::Inverted));
    }
    image("image", &spec.image)?;
    at_most("extras", spec.extras.len(), EXTRAS_MAX)?;
    spec.extras.iter().enumerate().try_for_each(|(place, extra)| {
        title(&format!("extras[{place}].title"), &extra.title)?;
        address(&format!("extras[{place}].url"), &extra.url)
    })?;
    faqs(&spec.faqs)
}

pub(super) fn picture(picture: &Picture) -> Check {
    title("title", &picture.title)?;
    filled("alt", &picture.alt)?;
    prose("alt", &picture.alt, ALT_CHARS_MAX)?;
    between("focus.x", picture.focus.x.into(), 0, 100)?;
    between("focus.y", picture.focus.y.into(), 0, 100)?;
    let files = &picture.drawn.files;
    if files.is_empty() {
        return Err(Refusal::invalid("files", Flaw::Empty));
    }
    at_most("files", files.len(), PICTURE_FILES_MAX)?;
    if !files.is_sorted_by(|smaller, larger| smaller.width < larger.width) {
        return Err(Refusal::invalid("files", Flaw::Repeated));
    }
    let bytes = files.iter().fold(0_u32, |sum, file| sum.saturating_add(file.bytes));
    between("files", bytes, 1, PICTURE_BYTES_MAX)
}

pub(super) fn product(product: &Product) -> Check {
    slug("key", &product.key)?;
    title("title", &product.title)?;
    prose("about", &product.about, STORY_CHARS_MAX)?;
    at_most("pictures", product.pictures.len(), PRODUCT_PICTURES_MAX)?;
    let mut pictures = product.pictures.iter().enumerate();
    if pictures.any(|(place, picture)| product.pictures[..place].contains(picture)) {
        return Err(Refusal::invalid("pictures", Flaw::Repeated));
    }
    faqs(&product.faqs)
}

/// Questions with their answers, each in a few sentences.
fn faqs(faqs: &[Faq]) -> Check {
    at_most("faqs", faqs.len(), FAQS_MAX)?;
    faqs.iter().enumerate().try_for_each(|(place, faq)| {
        title(&format!("faqs[{place}].question"), &faq.question)?;
        let answer = format!("faqs[{place}].answer");
        filled(&answer, &faq.answer)?;
        prose(&answer, &faq.answer, ANSWER_CHARS_MAX)
    })
}

pub(super) fn window(spec: &WindowSpec) -> Check {
    let at = |field: &str| format!("windows[{}].{field}", spec.key);
    slug(&at("key"), &spec.key)?;
    title(&at("title"), &spec.title)?;
    if spec.closes.at <= spec.opens.at {
        return Err(Refusal::invalid(at("closes"), Flaw::Inverted));
    }
    span(&at("hold.for"), spec.hold.span)?;
    span(&at("waitlist.turn"), spec.turn.span)?;
    at_most(&at("hold.extensions"), usize::from(spec.hold.extensions), usize::from(HOLD_EXTENSIONS_MAX))?;
    if let Some(limit) = spec.hold.buyer_limit {
        between(&at("hold.limit"), limit, 1, LINE_UNITS_MAX)?;
    }
    if let Some(drip) = spec.drip {
        between(&at("drip.units"), drip.units, 1, POOL_UNITS_MAX)?;
        if drip.every < Span::seconds(1) {
            return Err(Refusal::invalid(at("drip.every"), Flaw::BelowMin(1)));
        }
    }
    if let Some(lobby) = spec.lobby {
        between(&at("lobby.per_minute"), lobby.per_minute, 1, LOBBY_PACE_MAX)?;
        span(&at("lobby.for"), lobby.span)?;
        let seconds = |span: Span| u32::try_from(span.0 / 1_000).unwrap_or(u32::MAX);
        between(&at("lobby.ahead"), seconds(lobby.ahead), 0, seconds(LOBBY_AHEAD_MAX))?;
    }
    each_once(&at("offers"), &spec.offers)?;
    for (place, lent) in spec.allotments.iter().enumerate() {
        let at = |field: &str| at(&format!("allotments[{place}].{field}"));
        between(&at("units"), lent.units, 0, POOL_UNITS_MAX)?;
        if spec.allotments[..place].iter().any(|other| other.pool == lent.pool) {
            return Err(Refusal::invalid(at("pool"), Flaw::Repeated));
        }
    }
    Ok(())
}

pub(super) fn fulfilment(spec: &FulfilmentSpec) -> Check {
    let at = |field: &str| format!("fulfilments[{}].{field}", spec.key);
    slug(&at("key"), &spec.key)?;
    title(&at("title"), &spec.title)?;
    if spec.closes.at <= spec.opens.at {
        return Err(Refusal::invalid(at("closes"), Flaw::Inverted));
    }
    line(&at("place"), &spec.place, TITLE_CHARS_MAX)?;
    at_most(&at("boxes"), spec.boxes.len(), BOXES_MAX)?;
    for (place, time_box) in spec.boxes.iter().enumerate() {
        if time_box.until.at <= time_box.from.at {
            return Err(Refusal::invalid(at(&format!("boxes[{place}].until")), Flaw::Inverted));
        }
        // Boxes may overlap: two counters serve at one time.
        if time_box.from.at < spec.opens.at {
            return Err(Refusal::invalid(at(&format!("boxes[{place}].from")), Flaw::OutsideBlock));
        }
        if spec.closes.at < time_box.until.at {
            return Err(Refusal::invalid(at(&format!("boxes[{place}].until")), Flaw::OutsideBlock));
        }
        between(&at(&format!("boxes[{place}].places")), time_box.places, 0, POOL_UNITS_MAX)?;
        if spec.boxes[..place].iter().any(|other| other.pool == time_box.pool) {
            return Err(Refusal::invalid(at("boxes"), Flaw::Repeated));
        }
    }
    Ok(())
}

pub(super) fn block(spec: &BlockSpec) -> Check {
    let at = |field: &str| format!("blocks[{}].{field}", spec.key);
    slug(&at("key"), &spec.key)?;
    title(&at("title"), &spec.title)?;
    if spec.until.is_some_and(|until| until.at <= spec.when.at) {
        return Err(Refusal::invalid(at("until"), Flaw::Inverted));
    }
    match &spec.kind {
        BlockKind::Broadcast(broadcast) => sources(&at, broadcast),
        BlockKind::Reminder(said) => message(&at("reminder.text"), said),
        BlockKind::Announcement(said) => message(&at("announcement.text"), said),
        BlockKind::Shift(shift) => {
            if spec.until.is_none() {
                return Err(Refusal::invalid(at("until"), Flaw::Empty));
            }
            line(&at("shift.person"), &shift.person, TITLE_CHARS_MAX)?;
            at_most(&at("shift.tasks"), shift.tasks.len(), TASKS_MAX)?;
            let mut tasks = shift.tasks.iter().enumerate();
            tasks.try_for_each(|(place, task)| title(&at(&format!("shift.tasks[{place}]")), task))
        }
        BlockKind::Cue(cue) => {
            [("cue.camera", &cue.camera), ("cue.drone", &cue.drone), ("cue.host", &cue.host)]
                .into_iter()
                .try_for_each(|(field, text)| line(&at(field), text, TITLE_CHARS_MAX))
        }
        BlockKind::Rule(rule) => {
            if let Trigger::FreeBelow { units, .. } = rule.trigger {
                between(&at("rule.below.units"), units, 1, POOL_UNITS_MAX)?;
            }
            match &rule.act {
                Act::Close(slots) => {
                    at_most(&at("rule.then.close"), slots.len(), RULE_SLOTS_MAX)?;
                    each_once(&at("rule.then.close"), slots)
                }
                Act::Shrink { keep, .. } => between(&at("rule.then.shrink.keep"), *keep, 0, POOL_UNITS_MAX),
                Act::Open(_) | Act::Publish(_) => Ok(()),
            }
        }
    }
}

/// What is written down about an order.
pub(super) fn note(text: &str) -> Check {
    filled("text", text)?;
    prose("text", text, NOTE_CHARS_MAX)
}

fn message(field: &str, message: &Message) -> Check {
    filled(field, &message.text)?;
    prose(field, &message.text, MESSAGE_CHARS_MAX)
}

fn sources(at: &impl Fn(&str) -> String, broadcast: &Broadcast) -> Check {
    at_most(&at("broadcast.sources"), broadcast.sources.len(), SOURCES_MAX)?;
    for (place, source) in broadcast.sources.iter().enumerate() {
        address(&at(&format!("broadcast.sources[{place}].url")), &source.url)?;
    }
    if broadcast.replay.is_empty() { Ok(()) } else { address(&at("broadcast.replay"), &broadcast.replay) }
}

/// A picture's address: none, one of the web's, or one of the library's.
fn image(field: &str, text: &str) -> Check {
    match text {
        "" => Ok(()),
        path if path.starts_with(picture::PATH) => line(field, path, ADDRESS_CHARS_MAX),
        text => address(field, text),
    }
}

/// An address that a page may lead to: one of the web's.
fn address(field: &str, text: &str) -> Check {
    if !is_address(text) {
        return Err(Refusal::invalid(field, Flaw::NotAnAddress));
    }
    at_most(field, text.chars().count(), ADDRESS_CHARS_MAX)
}

/// What is a set has each of its things once.
fn each_once<T: PartialEq>(list: &str, things: &[T]) -> Check {
    let mut all = things.iter().enumerate();
    let twice = all.find(|(place, one)| things[..*place].contains(one));
    twice.map_or(Ok(()), |(place, _)| Err(Refusal::invalid(format!("{list}[{place}]"), Flaw::Repeated)))
}

pub(super) fn pool(spec: &PoolSpec) -> Check {
    let at = |field: &str| format!("pools[{}].{field}", spec.key);
    slug(&at("key"), &spec.key)?;
    title(&at("title"), &spec.title)?;
    between(&at("units"), spec.units, 0, POOL_UNITS_MAX)?;
    between(&at("buffer"), spec.buffer, 0, POOL_UNITS_MAX)?;
    line(&at("place"), &spec.place, TITLE_CHARS_MAX)?;
    line(&at("channel"), &spec.channel, CHANNEL_CHARS_MAX)?;
    at_most(&at("borrows"), spec.borrows.len(), LENDERS_MAX)?;
    each_once(&at("borrows"), &spec.borrows)?;
    let inverted = spec.nights.is_some_and(|nights| nights.last < nights.first);
    if inverted { Err(Refusal::invalid(at("nights.last"), Flaw::Inverted)) } else { Ok(()) }
}

pub(super) fn offer(spec: &OfferSpec, currency: Currency) -> Check {
    let at = |field: &str| format!("offers[{}].{field}", spec.key);
    slug(&at("key"), &spec.key)?;
    title(&at("title"), &spec.title)?;
    prose(&at("about"), &spec.about, STORY_CHARS_MAX)?;
    image(&at("image"), &spec.image)?;
    between(&at("units_max"), spec.units_max, 1, LINE_UNITS_MAX)?;
    if spec.recipe.is_empty() {
        return Err(Refusal::invalid(at("recipe"), Flaw::Empty));
    }
    at_most(&at("recipe"), spec.recipe.len(), RECIPE_PARTS_MAX)?;
    for (place, part) in spec.recipe.iter().enumerate() {
        between(&at(&format!("recipe[{place}].units")), part.units, 1, PART_UNITS_MAX)?;
        if spec.recipe[..place].iter().any(|other| other.pool == part.pool) {
            return Err(Refusal::invalid(at(&format!("recipe[{place}].pool")), Flaw::Repeated));
        }
    }
    each_once(&at("slots"), &spec.slots)?;
    if let OfferKind::AddOn(mains) = &spec.kind {
        each_once(&at("with"), mains)?;
    }
    ladder(&at("ladder"), &spec.ladder, currency)
}

fn ladder(field: &str, steps: &[Step], currency: Currency) -> Check {
    at_most(field, steps.len(), LADDER_STEPS_MAX)?;
    let first = steps.first().filter(|step| step.from.is_none() && step.after_units.is_none());
    if first.is_none() {
        return Err(Refusal::invalid(field, Flaw::NoFirstPrice));
    }
    for (place, step) in steps.iter().enumerate() {
        let at = |part: &str| format!("{field}[{place}].{part}");
        if step.price.currency != currency {
            return Err(Refusal::invalid(at("price.currency"), Flaw::OtherCurrency));
        }
        if !(0..=Money::AMOUNT_MAX).contains(&step.price.amount) {
            let flaw =
                if step.price.amount < 0 { Flaw::BelowMin(0) } else { Flaw::AboveMax(Money::AMOUNT_MAX) };
            return Err(Refusal::invalid(at("price.amount"), flaw));
        }
        if place > 0 && step.from.is_none() && step.after_units.is_none() {
            return Err(Refusal::invalid(at("from"), Flaw::StepWithoutCondition));
        }
        let before = &steps[..place];
        let by_time = step.from.is_some_and(|from| {
            before.iter().any(|other| other.from.is_some_and(|other| other.at >= from.at))
        });
        let by_units = step.after_units.is_some_and(|units| {
            before.iter().any(|other| other.after_units.is_some_and(|other| other >= units))
        });
        if by_time || by_units {
            let condition = if by_time { "from" } else { "after_units" };
            return Err(Refusal::invalid(at(condition), Flaw::StepOutOfOrder));
        }
    }
    Ok(())
}

pub(super) fn slug(field: &str, text: &str) -> Check {
    if is_slug(text) { Ok(()) } else { Err(Refusal::invalid(field, Flaw::NotASlug)) }
}

pub(super) fn title(field: &str, text: &str) -> Check {
    filled(field, text)?;
    line(field, text, TITLE_CHARS_MAX)
}

/// A text on one line.
fn line(field: &str, text: &str, chars_max: usize) -> Check {
    at_most(field, text.chars().count(), chars_max)?;
    without(field, text, is_unseen)
}

/// A text of any number of lines.
fn prose(field: &str, text: &str, chars_max: usize) -> Check {
    at_most(field, text.chars().count(), chars_max)?;
    without(field, text, is_unseen_in_lines)
}

fn without(field: &str, text: &str, unwanted: fn(char) -> bool) -> Check {
    let found = text.chars().find(|letter| unwanted(*letter));
    let flaw = |letter: char| Flaw::Unseen(format!("U+{:04X}", u32::from(letter)));
    found.map_or(Ok(()), |letter| Err(Refusal::invalid(field, flaw(letter))))
}

fn filled(field: &str, text: &str) -> Check {
    if text.trim().is_empty() { Err(Refusal::invalid(field, Flaw::Empty)) } else { Ok(()) }
}

fn at_most(field: &str, have: usize, max: usize) -> Check {
    if have > max { Err(Refusal::invalid(field, Flaw::AboveMax(max as i64))) } else { Ok(()) }
}

fn between(field: &str, have: u32, min: u32, max: u32) -> Check {
    if have < min {
        return Err(Refusal::invalid(field, Flaw::BelowMin(i64::from(min))));
    }
    if have > max { Err(Refusal::invalid(field, Flaw::AboveMax(i64::from(max)))) } else { Ok(()) }
}

fn span(field: &str, have: Span) -> Check {
    if have < HOLD_SPAN_MIN {
        return Err(Refusal::invalid(field, Flaw::BelowMin(HOLD_SPAN_MIN.0 / 1_000)));
    }
    if have > HOLD_SPAN_MAX {
        Err(Refusal::invalid(field, Flaw::AboveMax(HOLD_SPAN_MAX.0 / 1_000)))
    } else {
        Ok(())
    }
}
