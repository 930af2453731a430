//! What holds for every page.

use std::collections::BTreeSet;

use crate::markup::{Tag, tags};
use crate::sample;

const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)><!--</title>";

fn plain() -> sample::Pages {
    sample::pages(&str::to_owned).expect("samples render")
}

fn hostile() -> sample::Pages {
    sample::pages(&|text| format!("{text}{HOSTILE}")).expect("samples render")
}

/// Names of elements and attributes in order: the shape of a page without its texts.
fn shape(page: &str) -> Vec<String> {
    tags(page)
        .into_iter()
        .map(|tag| {
            let names: Vec<_> = tag.attributes.into_iter().map(|(name, _)| name).collect();
            format!("{} {}", tag.name, names.join(" "))
        })
        .collect()
}

// Aim: a hostile text in any field changes texts and nothing else. An empty text stays without an
// element of its own, so the comparison is by the set of shapes, and the attack is looked for.
#[test]
fn hostile_text_stays_text() {
    let known: BTreeSet<_> = plain().iter().flat_map(|(_, page)| shape(page)).collect();
    for (name, page) in hostile() {
        assert!(page.contains("&#60;script&#62;"), "{name} shows no hostile text");
        for tag in tags(&page) {
            for (attribute, _) in &tag.attributes {
                assert!(!attribute.starts_with("on"), "{name}: {tag:?}");
                assert!(attribute != "style", "{name}: the content policy forbids {tag:?}");
            }
            assert!(tag.name != "img" || tag.get("src") != Some("x"), "{name}: {tag:?}");
        }
        assert!(!page.contains("alert(1)</script>") && !page.contains("<!--"), "{name}");
        for one in shape(&page) {
            assert!(known.contains(&one), "{name}: new shape {one}");
        }
    }
}

// Aim: structured data with hostile text still ends where its element ends, and stays JSON.
#[test]
fn structured_data_cannot_break_out() {
    let mut seen = 0;
    for (name, page) in hostile() {
        for piece in page.split("<script type=\"application/ld+json\">").skip(1) {
            let json = piece.split("</script>").next().expect("an end");
            assert!(!json.contains(['<', '>', '&']), "{name}: {json}");
            assert!(json.starts_with("{\"@context\"") && json.ends_with("\"}"), "{name}: {json}");
            assert!(json.contains("\\u003cscript\\u003e"), "{name}: {json}");
            seen += 1;
        }
    }
    assert!(seen > 5);
}

#[test]
fn every_page_has_one_heading_and_one_main() {
    for (name, page) in plain() {
        let tags = tags(&page);
        let count = |what: &str| tags.iter().filter(|tag| tag.name == what).count();
        assert_eq!((count("h1"), count("main"), count("title")), (1, 1, 1), "{name}");
        assert_eq!(tags[0].get("lang"), Some("en"), "{name}");
        let mut level = 1;
        for tag in tags.iter().filter(|tag| matches!(tag.name.as_str(), "h1" | "h2" | "h3")) {
            let own = tag.name[1..].parse::<i32>().expect("a level");
            assert!(own <= level + 1, "{name}: heading {own} after {level}");
            level = own;
        }
    }
}

fn is_field(tag: &Tag) -> bool {
    matches!(tag.name.as_str(), "input" | "select" | "textarea") && tag.get("type") != Some("hidden")
}

// Aim: whoever hears a page knows what to fill in. A choice stands inside its label.
#[test]
fn every_input_has_a_label() {
    let mut fields = 0;
    for (name, page) in plain() {
        let tags = tags(&page);
        for (at, tag) in tags.iter().enumerate().filter(|(_, tag)| is_field(tag)) {
            fields += 1;
            let id = tag.get("id").unwrap_or("-");
            let labelled = tags.iter().any(|label| label.name == "label" && label.get("for") == Some(id));
            assert!(labelled || tags[at - 1].name == "label", "{name}: {tag:?}");
        }
    }
    assert!(fields > 20);
}

#[test]
fn ids_are_unique_and_references_hold() {
    for (name, page) in plain() {
        let tags = tags(&page);
        let mut ids = BTreeSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id.to_owned()), "{name}: {id} twice");
        }
        for tag in &tags {
            for attribute in ["for", "aria-describedby", "aria-labelledby"] {
                if let Some(id) = tag.get(attribute) {
                    assert!(ids.contains(id), "{name}: {attribute}={id} points nowhere");
                }
            }
        }
    }
}

// Aim: nothing is loaded from, or sent to, another host. Links that a reader follows may leave.
#[test]
fn pages_load_nothing_from_elsewhere() {
    for (name, page) in plain() {
        for tag in tags(&page) {
            let mut loaded: Vec<&str> =
                ["src", "action", "formaction", "srcset"].iter().filter_map(|a| tag.get(a)).collect();
            if tag.name == "link" && tag.get("rel") != Some("canonical") {
                loaded.extend(tag.get("href"));
            }
            for address in loaded {
                assert!(address.starts_with('/') && !address.starts_with("//"), "{name}: {tag:?}");
            }
        }
    }
}

// Aim: without script, each form still goes somewhere and carries its key.
#[test]
fn every_form_posts_with_a_key() {
    let mut actions = BTreeSet::new();
    let part = |action: &str| action.rsplit('/').next().expect("a part").to_owned();
    for (name, page) in plain() {
        // A button may send another form's fields elsewhere, with a key of its own.
        let elsewhere =
            |tag: &&Tag| tag.name == "button" && tag.get("form").and(tag.get("formaction")).is_some();
        for button in tags(&page).iter().filter(elsewhere) {
            let key = button.get("value").filter(|_| button.get("name") == Some("key")).expect("a key");
            assert!(key.starts_with("key_"), "{name}");
            actions.insert(part(button.get("formaction").expect("an action")));
        }
        for form in page.split("<form ").skip(1) {
            let form = form.split("</form>").next().expect("an end");
            let head = &tags(&format!("<form {form}"))[0];
            if head.get("method") == Some("get") {
                continue;
            }
            assert_eq!(head.get("method"), Some("post"), "{name}");
            let key = form.split("name=\"key\" value=\"").nth(1).expect("a key");
            assert!(key.starts_with("key_"), "{name}");
            assert!(form.contains("<button"), "{name}");
            actions.insert(part(head.get("action").expect("an action")));
        }
    }
    let want = [
        "bank", "cancel", "code", "confirm", "decline", "extend", "hold", "leave", "lobby", "move",
        "release", "s3cret", "waitlist",
    ];
    assert_eq!(actions.iter().map(String::as_str).collect::<Vec<_>>(), want);
}

// Aim: pages behind a secret are not indexed, and public ones say where they live.
#[test]
fn secrets_are_not_listed() {
    for (name, page) in plain() {
        let secret =
            ["hold", "bank", "order", "waitlist", "lobby", "overlay", "display", "confirmation", "problem"]
                .iter()
                .any(|kind| name.starts_with(kind));
        assert_eq!(page.contains("content=\"noindex\""), secret, "{name}");
        assert_eq!(page.contains("rel=\"canonical\""), !secret, "{name}");
    }
}

// Aim: a time among a slot's facts stands by itself, so that the reader's own time has a line of its own and does not
// run into it.
#[test]
fn times_among_the_facts_stand_alone() {
    let mut seen = 0;
    for (name, page) in plain() {
        for facts in page.split("<ul class=\"facts\">").skip(1) {
            let facts = facts.split("</ul>").next().expect("an end");
            for quiet in facts.split("<span class=\"quiet\">").skip(1) {
                let quiet =
                    quiet.split("</div>").next().expect("an end").split("</span>").next().expect("an end");
                assert!(!quiet.contains("<time"), "{name}: {quiet}");
            }
            seen += facts.matches("<time").count();
        }
    }
    assert!(seen > 2, "facts have times: {seen}");
}
