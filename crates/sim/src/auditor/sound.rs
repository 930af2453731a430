//! Whether what an organiser wrote can be: the bounds and the order within one thing. Which field is at fault
//! is not predicted, only that something is.

use dayshelf_core::block::{Act, BlockKind, BlockSpec, Message, Trigger};
use dayshelf_core::look::Colour;
use dayshelf_core::money::Currency;
use dayshelf_core::offer::{OfferKind, OfferSpec};
use dayshelf_core::organiser::OrganiserSpec;
use dayshelf_core::pool::PoolSpec;
use dayshelf_core::slot::{FulfilmentSpec, SlotSpec, TimeBox};
use dayshelf_core::time::Span;
use dayshelf_core::window::WindowSpec;

const UNITS_MAX: u32 = 10_000_000;

pub(super) fn slug(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= 64 && text.chars().all(letter) && text.trim_matches('-') == text
}

pub(super) fn title(text: &str) -> bool {
    let turns = ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}');
    let seen = !text.contains(char::is_control) && !turns.into_iter().any(|letter| text.contains(letter));
    !text.trim().is_empty() && text.chars().count() <= 200 && seen
}

pub(super) fn organiser(spec: &OrganiserSpec) -> bool {
    let quiet = Span::seconds(5) <= spec.changes.quiet && spec.changes.quiet <= Span::minutes(5);
    let terms = quiet && (2..=1_000).contains(&spec.changes.burst);
    let texts = slug(&spec.slug) && title(&spec.name) && spec.about.chars().count() <= 20_000;
    texts && terms && !spec.zone.is_empty()
}

pub(super) fn slot(spec: &SlotSpec) -> bool {
    let extras = spec.extras.len() <= 20 && spec.extras.iter().all(|extra| title(&extra.title));
    let texts = slug(&spec.slug) && title(&spec.title) && spec.story.chars().count() <= 20_000;
    let faqs = super::library::faqs(&spec.faqs);
    texts && extras && faqs && !spec.times.zone.is_empty() && spec.times.start < spec.times.end
}

pub(super) fn window(spec: &WindowSpec) -> bool {
    let spans = [spec.hold.span, spec.turn.span];
    let spans = spans.iter().all(|span| Span::seconds(5) <= *span && *span <= Span::hours(48));
    let limit = spec.hold.buyer_limit.is_none_or(|limit| (1..=1_000).contains(&limit));
    let drip = spec.drip.is_none_or(|drip| (1..=UNITS_MAX).contains(&drip.units) && drip.every.0 >= 1_000);
    let lobby = spec.lobby.is_none_or(|lobby| {
        let ahead = Span(0) <= lobby.ahead && lobby.ahead <= Span::hours(24);
        let stay = Span::seconds(5) <= lobby.span && lobby.span <= Span::hours(48);
        ahead && stay && (1..=60_000).contains(&lobby.per_minute)
    });
    let once = each_once(spec.allotments.iter().map(|lent| lent.pool)) && each_once(&spec.offers);
    let named = slug(&spec.key) && title(&spec.title);
    let counts = spec.hold.extensions <= 5 && limit && drip && lobby;
    named && spec.opens.at < spec.closes.at && spans && counts && once
}

pub(super) fn block(spec: &FulfilmentSpec) -> bool {
    let within = |place: &TimeBox| spec.opens.at <= place.from.at && place.until.at <= spec.closes.at;
    let sound = |place: &TimeBox| place.from.at < place.until.at && place.places <= UNITS_MAX;
    let boxes = spec.boxes.iter().all(|place| sound(place) && within(place));
    slug(&spec.key) && title(&spec.title) && spec.opens.at < spec.closes.at && boxes
}

/// Whether what an organiser wrote about a block of another kind can be.
pub(super) fn part(spec: &BlockSpec) -> bool {
    let named = slug(&spec.key) && title(&spec.title);
    let ordered = spec.until.is_none_or(|until| spec.when.at < until.at);
    let said = |message: &Message| !message.text.trim().is_empty() && message.text.chars().count() <= 2_000;
    let short = |text: &String| text.chars().count() <= 200;
    let kind = match &spec.kind {
        BlockKind::Broadcast(broadcast) => {
            let sources = broadcast.sources.iter().all(|source| address(&source.url));
            let replay = broadcast.replay.is_empty() || address(&broadcast.replay);
            broadcast.sources.len() <= 8 && sources && replay
        }
        BlockKind::Reminder(message) | BlockKind::Announcement(message) => said(message),
        BlockKind::Shift(shift) => {
            let tasks = shift.tasks.len() <= 50 && shift.tasks.iter().all(|task| title(task));
            spec.until.is_some() && short(&shift.person) && tasks
        }
        BlockKind::Cue(cue) => [&cue.camera, &cue.drone, &cue.host].into_iter().all(short),
        BlockKind::Rule(rule) => {
            let trigger = match rule.trigger {
                Trigger::FreeBelow { units, .. } => (1..=UNITS_MAX).contains(&units),
                Trigger::SoldOut(_) => true,
            };
            let act = match &rule.act {
                Act::Close(slots) => slots.len() <= 50 && each_once(slots),
                Act::Shrink { keep, .. } => *keep <= UNITS_MAX,
                Act::Open(_) | Act::Publish(_) => true,
            };
            trigger && act
        }
    };
    named && ordered && kind
}

/// Whether a set is written as one.
fn each_once<T: Ord>(things: impl IntoIterator<Item = T>) -> bool {
    let mut things: Vec<T> = things.into_iter().collect();
    things.sort_unstable();
    things.windows(2).all(|pair| pair[0] != pair[1])
}

fn address(text: &str) -> bool {
    let web =
        ["https://", "http://"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme));
    web && text.chars().count() <= 2_000 && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

pub(super) fn pool(spec: &PoolSpec) -> bool {
    let once = each_once(&spec.borrows) && spec.borrows.len() <= 8;
    let nights = spec.nights.is_none_or(|nights| nights.first <= nights.last);
    let counts = spec.units <= UNITS_MAX && spec.buffer <= UNITS_MAX;
    let words = spec.place.chars().count() <= 200 && spec.channel.chars().count() <= 60;
    slug(&spec.key) && title(&spec.title) && counts && once && nights && words
}

pub(super) fn offer(spec: &OfferSpec, currency: Currency) -> bool {
    let bounds = (1..=1_000).contains(&spec.units_max) && !spec.recipe.is_empty();
    let parts = spec.recipe.iter().all(|part| (1..=1_000).contains(&part.units));
    let mains = match &spec.kind {
        OfferKind::AddOn(mains) => mains.as_slice(),
        OfferKind::Main => &[],
    };
    let pools = spec.recipe.iter().map(|part| part.pool);
    let once = each_once(pools) && each_once(&spec.slots) && each_once(mains);
    slug(&spec.key) && title(&spec.title) && bounds && parts && once && ladder(spec, currency)
}

/// The first step has no condition, the others have, and none begins before one that stands above it.
fn ladder(spec: &OfferSpec, currency: Currency) -> bool {
    let steps = &spec.ladder;
    let price = |amount| (0..=1_000_000_000).contains(&amount);
    let sound = steps.iter().all(|step| step.price.currency == currency && price(step.price.amount));
    let free = |place: usize| steps[place].from.is_none() && steps[place].after_units.is_none();
    let first = !steps.is_empty() && free(0) && (1..steps.len()).all(|place| !free(place));
    let times: Vec<_> = steps.iter().filter_map(|step| step.from).map(|from| from.at).collect();
    let units: Vec<_> = steps.iter().filter_map(|step| step.after_units).collect();
    let rising = times.is_sorted_by(|a, b| a < b) && units.is_sorted_by(|a, b| a < b);
    sound && first && rising
}

/// How bright a screen shows a colour, with the light that is always in a room: what WCAG compares.
pub(super) fn brightness(colour: Colour) -> f64 {
    let parts = [(colour.red, 0.2126), (colour.green, 0.7152), (colour.blue, 0.0722)];
    parts.iter().fold(0.05, |sum, (part, weight)| {
        let part = f64::from(*part) / 255.0;
        let light = if part > 0.04045 { ((part + 0.055) / 1.055).powf(2.4) } else { part / 12.92 };
        sum + weight * light
    })
}
