//! What is wrong with something that an organiser wrote, in words: the flaw, the bound with its unit, what to do.

use dayshelf_core::limits::TEMPLATE_BYTES_MAX;
use dayshelf_core::look::{CONTRAST_MIN, Colour};
use dayshelf_core::refusal::{Faint, Flaw, Lacking};
use dayshelf_ical::anchor::SpanText;
use serde_json::Value;

use super::{Kind, Problem};
use crate::look::ratio;

/// What a bound counts, where it is no bare number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// Seconds of a length.
    Seconds,
    /// Entries of a list.
    Entries,
    /// Characters of a text.
    Characters,
}

impl Counted {
    /// A bound with what it counts.
    pub(super) fn words(self, bound: i64) -> String {
        match self {
            Self::Seconds => SpanText(bound.unsigned_abs()).to_string(),
            Self::Entries if bound == 1 => "1 entry".to_owned(),
            Self::Entries => format!("{bound} entries"),
            Self::Characters if bound == TEMPLATE_BYTES_MAX as i64 => format!("{bound} bytes"),
            Self::Characters => format!("{bound} characters"),
        }
    }
}

/// What the bound of a field counts, by the field's name.
pub(super) fn counted(field: &str) -> Option<Counted> {
    let name = field.rsplit('.').next().unwrap_or(field);
    // `tasks[2]` is one of a list, and its name is the list's.
    let (name, is_item) = name.split_once('[').map_or((name, false), |(list, _)| (list, true));
    Some(match name {
        "for" | "turn" | "every" | "ahead" | "quiet" => Counted::Seconds,
        "tasks" if is_item => Counted::Characters,
        "borrows" | "boxes" | "calendars" | "close" | "customers" | "extras" | "faqs" | "form" | "kinds"
        | "ladder" | "lines" | "pictures" | "recipe" | "sources" | "tasks" => Counted::Entries,
        "about" | "alt" | "answer" | "camera" | "channel" | "city" | "code" | "drone" | "email" | "extra"
        | "host" | "image" | "key" | "name" | "note" | "password" | "person" | "place" | "postcode"
        | "question" | "reason" | "region" | "replay" | "source" | "stall" | "story" | "street" | "text"
        | "title" | "token" | "url" | "zone" => Counted::Characters,
        _ => return None,
    })
}

/// What a colour lacks, and what would do.
fn faint_words(faint: &Faint) -> String {
    let Faint { colour, contrast, nearest } = faint;
    let (measured, needed) = (ratio(*contrast), ratio(CONTRAST_MIN));
    format!(
        "{colour} is seen with a contrast of {measured} to 1, and {needed} to 1 is needed; {nearest} would do"
    )
}

/// What is wrong at a field, in words.
pub(super) fn flawed(field: &str, flaw: &Flaw) -> Problem {
    let (name, mut sentence) = flaw_words(flaw);
    let narrower = match (field, flaw) {
        ("organiser.currency", Flaw::OtherCurrency) => {
            Some("there are prices in the currency of before; keep it, or remove the offers first")
        }
        (code, Flaw::Repeated) if code.starts_with("codes[") => {
            Some("this code is named before, since case and spaces do not count; name it once")
        }
        ("slot", Flaw::Repeated) => Some("the order is in this slot already; name another one"),
        (_, Flaw::Empty) if counted(field) == Some(Counted::Entries) => {
            Some("this is an empty list; put something in")
        }
        _ => None,
    };
    if let Some(narrower) = narrower {
        narrower.clone_into(&mut sentence);
    }
    if let (Flaw::AboveMax(bound) | Flaw::BelowMin(bound), Some(unit)) = (flaw, counted(field)) {
        let bare = bound.to_string();
        sentence = sentence.replacen(&bare, &unit.words(*bound), 1);
    }
    let mut problem =
        Problem::new(Kind::Invalid, format!("{field}: {sentence}.")).with("field", field).with("flaw", name);
    match flaw {
        Flaw::AboveMax(bound) => problem = problem.with("max", *bound),
        Flaw::AbovePool(Lacking { pool, max }) => {
            problem = problem.with("max", *max).with("pool", Value::from(pool.as_str()));
        }
        Flaw::BelowMin(bound) => problem = problem.with("min", *bound),
        Flaw::Overlaps(other) => problem = problem.with("overlaps", Value::from(other.as_str())),
        Flaw::TooFaint(faint) => {
            problem = problem
                .with("contrast", Value::from(ratio(faint.contrast)))
                .with("needed", Value::from(ratio(CONTRAST_MIN)))
                .with("nearest", faint.nearest.to_string());
        }
        _ => {}
    }
    problem
}

/// One of every flaw, for the page that lists them.
pub(super) fn flaws() -> Vec<Flaw> {
    vec![
        Flaw::NotASlug,
        Flaw::Reserved,
        Flaw::Empty,
        Flaw::AboveMax(100),
        Flaw::BelowMin(1),
        Flaw::Inverted,
        Flaw::Past,
        Flaw::Overlaps("vip".to_owned()),
        Flaw::Repeated,
        Flaw::Cycle,
        Flaw::RollsNowhere,
        Flaw::NoFirstPrice,
        Flaw::StepWithoutCondition,
        Flaw::StepOutOfOrder,
        Flaw::OutsideBlock,
        Flaw::Unseen("U+202E".to_owned()),
        Flaw::NotAnAddress,
        Flaw::TooFaint(Faint {
            colour: Colour::of(0xffd400),
            contrast: 138,
            nearest: Colour::of(0x89_72_00),
        }),
        Flaw::OtherCurrency,
        Flaw::NoSuch("vip".to_owned()),
        Flaw::AddOnToAddOn,
        Flaw::AbovePool(Lacking { pool: "cups".to_owned(), max: 10 }),
    ]
}

/// The stable name of a flaw, and the sentence that says what to write instead.
pub(super) fn flaw_words(flaw: &Flaw) -> (&'static str, String) {
    let (name, sentence) = match flaw {
        Flaw::NotASlug => ("not_a_slug", "use 1 to 64 of a-z, 0-9 and hyphens, none at an end"),
        Flaw::Reserved => ("reserved", "this name leads elsewhere; choose another"),
        Flaw::Empty => ("empty", "this can't be empty; write something"),
        Flaw::AboveMax(bound) => return ("above_max", format!("this is too much; {bound} at most")),
        Flaw::BelowMin(bound) => return ("below_min", format!("this is too little; {bound} at least")),
        Flaw::AbovePool(Lacking { pool, max }) => {
            let sentence =
                format!("the pool {pool:?} has {max} to give; take {max} at most, or add units to it");
            return ("above_pool", sentence);
        }
        Flaw::Inverted => ("inverted", "it does not end after it begins; put the end after the start"),
        Flaw::Past => ("past", "this is over already; write a time that is still to come, or leave it out"),
        Flaw::Overlaps(other) => {
            return (
                "overlaps",
                format!(
                    "it overlaps {other:?}, which admits the same audience; let one end before the other begins"
                ),
            );
        }
        Flaw::Repeated => ("repeated", "this is named twice; name it once"),
        Flaw::Cycle => ("cycle", "this leads back to itself; break the circle"),
        Flaw::RollsNowhere => {
            ("rolls_nowhere", "roll into a window of the same slot that closes later than this one")
        }
        Flaw::NoFirstPrice => ("no_first_price", "the first step needs a price and no condition"),
        Flaw::StepWithoutCondition => {
            ("step_without_condition", "say when this step begins: by `from`, by `after_units`, or both")
        }
        Flaw::StepOutOfOrder => {
            ("step_out_of_order", "the step before begins later; order the steps by when they begin")
        }
        Flaw::OutsideBlock => (
            "outside_block",
            "this time box lies outside of its block; put it between `opens` and `closes`, or have the block open \
             earlier or close later",
        ),
        Flaw::Unseen(letter) => {
            return ("unseen", format!("nobody sees the letter {letter} in this; take it out"));
        }
        Flaw::NotAnAddress => ("not_an_address", "write an address that begins with https://"),
        Flaw::TooFaint(faint) => return ("too_faint", faint_words(faint)),
        Flaw::OtherCurrency => ("other_currency", "use the organiser's currency"),
        Flaw::NoSuch(name) => {
            return ("no_such", format!("there is no {name:?}; name one that exists, or add it"));
        }
        Flaw::AddOnToAddOn => {
            ("add_on_to_add_on", "an add-on goes with a main offer, not with itself or another add-on")
        }
    };
    (name, sentence.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bound says what it counts; of numbers it is a number.
    #[test]
    fn bounds_have_units() {
        let table = [
            ("windows[vip].hold.for", Flaw::AboveMax(172_800), "this is too much; 48h at most"),
            ("windows[vip].waitlist.turn", Flaw::BelowMin(5), "this is too little; 5s at least"),
            ("title", Flaw::AboveMax(200), "this is too much; 200 characters at most"),
            ("blocks[a].shift.tasks[0]", Flaw::AboveMax(200), "this is too much; 200 characters at most"),
            ("blocks[a].shift.tasks", Flaw::AboveMax(50), "this is too much; 50 entries at most"),
            ("offers[one].recipe", Flaw::Empty, "this is an empty list; put something in"),
            ("offers[one].recipe[0].units", Flaw::AboveMax(1_000), "this is too much; 1000 at most"),
            ("title", Flaw::Empty, "this can't be empty; write something"),
        ];
        for (field, flaw, sentence) in table {
            assert_eq!(flawed(field, &flaw).detail, format!("{field}: {sentence}."));
        }
        assert_eq!(
            Problem::too_long("buyer.name", 100).detail,
            "buyer.name is longer than it may be: at most 100 characters."
        );
        assert_eq!(
            Problem::too_long("lines", 20).detail,
            "lines is longer than it may be: at most 20 entries."
        );
    }
}
