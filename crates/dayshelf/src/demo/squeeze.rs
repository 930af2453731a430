//! A plan in a hurry: the same drop with all its lengths multiplied, so that an hour can be watched in
//! a minute. Times on the wall stay as they are.

use serde_json::{Map, Value};

/// Fields whose words hang on now, on the start or on the end.
const ANCHORED: [&str; 5] = ["start", "end", "opens", "closes", "from"];
/// Fields that are lengths of a hold or a turn.
const SPANS: [&str; 2] = ["for", "turn"];
/// Where a window has the lengths of holds and turns, and how long they are where the plan does not say it.
const UNSAID: [(&str, &str, &str); 2] = [("hold", "for", "10m"), ("waitlist", "turn", "10m")];
/// The shortest hold or turn that the rules allow, in seconds.
const SPAN_SECONDS_MIN: u64 = 5;

/// Seconds from the plan's `now` to the end of its first slot, where its words say so.
pub fn length(plan: &Value) -> Option<u64> {
    let slot = plan.get("slots")?.get(0)?;
    let lead = slot.get("start")?.as_str()?.strip_prefix("now")?;
    let stay = slot.get("end")?.as_str()?.strip_prefix("start")?;
    Some(seconds(lead.trim_start_matches([' ', '+']))? + seconds(stay.trim_start_matches([' ', '+']))?)
}

/// Multiplies every length in the plan by `to / from`.
pub fn squeeze(plan: &mut Value, to: u64, from: u64) {
    match plan {
        Value::Object(fields) => {
            if let Some(Value::Array(windows)) = fields.get_mut("windows") {
                windows.iter_mut().for_each(say);
            }
            for (name, value) in fields {
                match value {
                    Value::String(text) if ANCHORED.contains(&name.as_str()) => {
                        *text = anchored(text, to, from);
                    }
                    Value::String(text) if SPANS.contains(&name.as_str()) => {
                        if let Some(span) = seconds(text) {
                            *text = format!("{}s", scaled(span, to, from).max(SPAN_SECONDS_MIN));
                        }
                    }
                    other => squeeze(other, to, from),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| squeeze(item, to, from)),
        _ => {}
    }
}

/// Says what a window leaves unsaid, so that it can be squeezed too.
fn say(window: &mut Value) {
    for (part, name, length) in UNSAID {
        let Value::Object(fields) = window else { return };
        let part = fields.entry(part).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(terms) = part {
            terms.entry(name).or_insert_with(|| length.into());
        }
    }
}

fn anchored(text: &str, to: u64, from: u64) -> String {
    if text.contains(" at ") {
        return text.to_owned();
    }
    let word = |word: &str| match seconds(word) {
        Some(span) => format!("{}s", scaled(span, to, from).max(1)),
        None => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn scaled(span: u64, to: u64, from: u64) -> u64 {
    (span * to + from / 2) / from.max(1)
}

/// The seconds of a length as `1d2h20m45s`.
fn seconds(text: &str) -> Option<u64> {
    let mut total = 0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        let unit = match rest.get(digits..=digits)? {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return None,
        };
        total += number * unit;
        rest = rest.get(digits + 1..)?;
    }
    (total > 0).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example drop keeps its shape in forty seconds: what hangs on the clock shrinks, what stands on
    /// the wall stays, and no hold becomes too short to press a button.
    #[test]
    fn the_example_shrinks() {
        let text = super::super::plans::FIRST_DROP;
        let mut plan = dayshelf_wire::plan::toml_to_json(text, &|_| Err(String::new())).unwrap();
        let whole = length(&plan).unwrap();
        assert_eq!(whole, 65 * 60 + 45);
        squeeze(&mut plan, 40, whole);
        let slot = &plan["slots"][0];
        assert_eq!(slot["start"], "now + 13s");
        assert_eq!(slot["end"], "start + 27s");
        assert_eq!(slot["windows"][0]["opens"], "start - 12s");
        assert_eq!(slot["windows"][0]["hold"]["for"], "5s");
        assert_eq!(slot["windows"][0]["waitlist"]["turn"], "6s", "also where it is not said");
        assert_eq!(slot["windows"][1]["waitlist"]["turn"], "5s");
        assert_eq!(slot["offers"][0]["ladder"][2]["from"], "end - 6s");
        assert_eq!(slot["fulfilments"][0]["opens"], "start + 1d at 09:00");
        assert_eq!(plan["organiser"]["name"], "Lumen Clay");
    }
}
