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
    let facts = reply["changes"].as_array().map_or(&[][..], Vec::as_slice);
    if facts.is_empty() {
        return vec!["nothing to change: everything is as the plan says".to_owned()];
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    for fact in facts.iter().filter(|fact| !is_implied(fact)) {
        let (noun, verb) = words(fact);
        let thing = (fact["subject"].as_str().unwrap_or_default(), name(fact));
        // Something that was just made and then completed was made; that is all there is to tell.
        let made = |group: &Group<'_>| group.verb == "made" && group.things.contains(&thing);
        if verb.ends_with("changed") && groups.iter().any(made) {
            continue;
        }
        match groups.iter_mut().find(|group| (group.noun, group.verb) == (noun, verb)) {
            Some(group) if group.things.contains(&thing) => {}
            Some(group) => group.things.push(thing),
            None => groups.push(Group { verb, noun, things: vec![thing] }),
        }
    }
    let mut lines: Vec<String> = groups.iter().map(|group| group.line(dry_run)).collect();
    if dry_run {
        lines.push("This was a dry run: nothing was changed.".to_owned());
    }
    lines
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

/// Whether a fact follows from another: pools that count the places of a time box or what a window is lent.
fn is_implied(fact: &Value) -> bool {
    fact["data"]["role"]["kind"].as_str().is_some_and(|role| role != "stock")
}

/// The noun and the verb of a fact of the journal.
fn words(fact: &Value) -> (&str, &str) {
    let kind = fact["type"].as_str().unwrap_or("thing.changed");
    let (noun, verb) = kind.split_once('.').unwrap_or((kind, "changed"));
    let verb = match (verb, fact["data"]["version"].as_u64()) {
        ("created", _) | ("put", Some(0 | 1)) => "made",
        ("put", Some(_)) => "changed",
        ("put", None) => "made or changed",
        (other, _) => other,
    };
    (noun, verb)
}

/// The name that the plan's author gave it, else its id.
fn name(fact: &Value) -> &str {
    let fields = ["slug", "key", "group", "title"];
    // A pool's own text stands one level below its role and version.
    let (data, spec) = (&fact["data"], &fact["data"]["spec"]);
    let named = fields.iter().find_map(|field| data[field].as_str().or_else(|| spec[field].as_str()));
    named.or_else(|| fact["subject"].as_str()).unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Changes are told by kind, new ones apart from changed ones, and a dry run says that it was one.
    #[test]
    fn changes_are_told_by_kind() {
        let pool = |key: &str, version: u32| json!({ "type": "pool.put", "subject": key, "data": { "spec": { "key": key }, "version": version } });
        let slot = json!({ "type": "slot.published", "subject": "slot_1", "data": { "slug": "sat-1" } });
        let places = json!({ "type": "pool.put", "subject": "x", "data": { "role": { "kind": "places" }, "version": 1 } });
        let reply = json!({ "changes": [pool("a", 1), pool("b", 1), pool("a", 2), pool("c", 2), places, slot, slot] });
        assert_eq!(
            told(&reply, false),
            ["2 pools made: a, b", "1 pool changed: c", "1 slot published: sat-1"]
        );
        let dry = told(&reply, true);
        assert_eq!(dry[0], "2 pools would be made: a, b");
        assert!(dry.last().unwrap().contains("nothing was changed"));
        assert!(told(&json!({ "changes": [] }), true)[0].starts_with("nothing to change"));
    }

    /// A long list ends somewhere.
    #[test]
    fn long_lists_end() {
        let facts: Vec<Value> =
            (0..20).map(|n| json!({ "type": "pool.put", "subject": n.to_string(), "data": { "key": format!("p{n}") } })).collect();
        let lines = told(&json!({ "changes": facts }), false);
        assert!(
            lines[0].starts_with("20 pools made or changed: p0, p1") && lines[0].ends_with("p7 and 12 more")
        );
    }
}
