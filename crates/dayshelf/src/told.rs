//! What a plan did or would do, in plain words: one line for each kind of change, with the names.

use serde_json::Value;

use crate::care::counted;

/// Names in one line; a market of forty products has more than anybody reads.
const NAMES_MAX: usize = 8;

/// Changes of one kind: what happened to which things, each by id and name.
struct Group<'f> {
    verb: &'f str,
    noun: &'f str,
    things: Vec<(&'f str, &'f str)>,
}

/// The lines for an answer of `PUT /v1/plan`.
pub fn told(reply: &Value, dry_run: bool) -> Vec<String> {
    let changes = reply["changes"].as_array().map_or(&[][..], Vec::as_slice);
    let clocks = reply["clocks"].as_array().map_or(&[][..], Vec::as_slice).iter().map(twice);
    if changes.is_empty() {
        return clocks.chain(["nothing to change: everything is as the plan says".to_owned()]).collect();
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    for change in changes {
        let (noun, verb) = words(change);
        // Who changed a slot is for the journal; what changed has lines of its own.
        if noun == "change" {
            continue;
        }
        let thing = (change["subject"].as_str().unwrap_or_default(), name(change));
        // Something that was just made or moved, and changed by that, needs no second line.
        let told = |group: &Group<'_>| group.noun == noun && group.things.contains(&thing);
        if verb.ends_with("changed") && groups.iter().any(told) {
            continue;
        }
        match groups.iter_mut().find(|group| (group.noun, group.verb) == (noun, verb)) {
            Some(group) if group.things.contains(&thing) => {}
            Some(group) => group.things.push(thing),
            None => groups.push(Group { verb, noun, things: vec![thing] }),
        }
    }
    let mut lines: Vec<String> = groups.iter().map(|group| group.line(dry_run)).collect();
    lines.extend(changes.iter().filter_map(fields));
    lines.extend(clocks);
    if dry_run {
        lines.push("This was a dry run: nothing was changed.".to_owned());
    }
    lines
}

/// A time that the clocks show twice, and which of the two it is.
fn twice(clock: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (slot, what) = (text(&clock["slot"]), text(&clock["what"]));
    let (taken, other) = (text(&clock["taken"]["local"]), text(&clock["other"]["local"]));
    format!(
        "{slot}: the clocks show {what} twice; {taken} is taken, and not {other}. Write another time if that is wrong."
    )
}

/// The fields that a change names, where it does.
fn fields(change: &Value) -> Option<String> {
    let fields = change["fields"].as_array().filter(|fields| !fields.is_empty())?;
    let one = |field: &Value| {
        let name = field["field"].as_str().unwrap_or_default();
        format!("{name} {} instead of {}", field["after"], field["before"])
    };
    Some(format!("  {}: {}", name(change), fields.iter().map(one).collect::<Vec<_>>().join("; ")))
}

impl Group<'_> {
    fn line(&self, dry_run: bool) -> String {
        let count = counted(self.things.len(), self.noun, &format!("{}s", self.noun));
        let mut names: Vec<&str> = Vec::new();
        for (_, name) in &self.things {
            // Twelve slots with two windows each have twenty-four windows and two names for them.
            if !names.contains(name) {
                names.push(name);
            }
        }
        let more = names.len().saturating_sub(NAMES_MAX);
        let mut names = names.into_iter().take(NAMES_MAX).collect::<Vec<_>>().join(", ");
        if more > 0 {
            names = format!("{names} and {more} more");
        }
        match dry_run {
            true => format!("{count} would be {}: {names}", self.verb),
            false => format!("{count} {}: {names}", self.verb),
        }
    }
}

/// The noun and the verb of a change.
fn words(change: &Value) -> (&str, &str) {
    let kind = change["type"].as_str().unwrap_or("thing.changed");
    let (noun, verb) = kind.split_once('.').unwrap_or((kind, "changed"));
    let verb = match verb {
        "put" => "made or changed",
        "created" => "made",
        other => other,
    };
    (noun, verb)
}

/// The name for people, else the id.
fn name(change: &Value) -> &str {
    change["name"].as_str().or_else(|| change["subject"].as_str()).unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Changes are told by kind, each thing once, and a dry run says that it was one.
    #[test]
    fn changes_are_told_by_kind() {
        let pool =
            |name: &str| json!({ "type": "pool.put", "subject": format!("pool_{name}"), "name": name });
        let slot = |kind: &str| json!({ "type": kind, "subject": "slot_1", "name": "Bread" });
        let code = json!({ "type": "code.removed", "subject": "code_1", "name": null });
        let slots = ["slot.created", "slot.changed", "slot.published"].map(slot);
        let all = [vec![pool("a"), pool("b"), pool("a"), code], slots.to_vec()].concat();
        let reply = json!({ "changes": all });
        assert_eq!(
            told(&reply, false),
            [
                "2 pools made or changed: a, b",
                "1 code removed: code_1",
                "1 slot made: Bread",
                "1 slot published: Bread"
            ]
        );
        let dry = told(&reply, true);
        assert_eq!(dry[0], "2 pools would be made or changed: a, b");
        assert!(dry.last().unwrap().contains("nothing was changed"));
        assert!(told(&json!({ "changes": [] }), true)[0].starts_with("nothing to change"));
    }

    /// A long list ends somewhere.
    #[test]
    fn long_lists_end() {
        let put = |n: usize| json!({ "type": "pool.put", "subject": n.to_string(), "name": format!("p{n}") });
        let all: Vec<Value> = (0..20).map(put).collect();
        let lines = told(&json!({ "changes": all }), false);
        assert!(
            lines[0].starts_with("20 pools made or changed: p0, p1") && lines[0].ends_with("p7 and 12 more")
        );
    }
}
