//! `dayshelf template`: lists templates, writes one into a file, takes one from a file, and applies one to a slot.
//!
//! All of it goes through the public API like anybody's. Start at [`run`].

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::access::organiser_client;
use crate::cli::TemplateAct;
use crate::client::Client;
use crate::config::Config;
use crate::failure::{Exit, Failure};
use crate::out::tell;
use crate::{apply, told};

/// Things that are looked for by name at most: more than an organiser may have.
const PAGES_MAX: usize = 1_000;

/// Does one of them.
///
/// # Errors
/// When there is no key, file or template of that name, or the server says no.
pub async fn run(config: &Config, act: TemplateAct) -> Result<(), Failure> {
    match act {
        TemplateAct::List { organiser, server } => {
            let client = organiser_client(config, &organiser, &server)?;
            for template in all(&client, "/v1/templates").await? {
                tell!("{}", line(&template));
            }
            Ok(())
        }
        TemplateAct::Export { organiser, template, out, server } => {
            let client = organiser_client(config, &organiser, &server)?;
            let id = id_of(&client, ("/v1/templates", "key"), &template).await?;
            let text = client.text(&format!("/v1/templates/{id}/file")).await?;
            keep(&out, &text)?;
            tell!("{template} is in {}", out.display());
            Ok(())
        }
        TemplateAct::Import { organiser, file, server } => {
            let client = organiser_client(config, &organiser, &server)?;
            apply::templates(&client, &file).await
        }
        TemplateAct::Apply { organiser, slot, template, with, dry_run, tell, server } => {
            let client = organiser_client(config, &organiser, &server)?;
            let id = id_of(&client, ("/v1/slots", "slug"), &slot).await?;
            let body = json!({"template": template, "with": values(&with)?, "tell": tell.word()});
            let path = format!("/v1/slots/{id}/template?dry_run={dry_run}");
            let reply = client.post_over(&path, &body).await?;
            for line in came_of_it(&reply.body, dry_run) {
                tell!("{line}");
            }
            Ok(())
        }
    }
}

/// What came of applying a template, or would.
fn came_of_it(reply: &Value, dry_run: bool) -> Vec<String> {
    let sentence = |reason: &Value| reason["sentence"].as_str().unwrap_or_default().to_owned();
    let reasons: Vec<String> = reply["reasons"].as_array().into_iter().flatten().map(sentence).collect();
    let waits = reply["verdict"] == "confirm";
    let mut lines = Vec::new();
    if waits && !dry_run {
        lines.push("it waits for a yes; nothing of it is done".to_owned());
    } else {
        lines.extend(told::told(reply, dry_run));
    }
    if waits {
        lines.extend(reasons);
    }
    if waits && dry_run {
        lines.push("it would wait for a yes".to_owned());
    }
    let people = reply["effect"]["customers"]["count"].as_u64().filter(|count| *count > 0);
    lines.extend(people.map(|count| format!("people who would be told: {count}")));
    let url = reply["confirmation"]["url"].as_str();
    lines.extend(url.map(|url| format!("say yes or no at {url}")));
    lines
}

/// A template in a line.
fn line(template: &Value) -> String {
    let text = |name: &str| template[name].as_str().unwrap_or_default();
    format!("{}  v{}  {}", text("key"), template["version"].as_u64().unwrap_or_default(), text("title"))
}

/// All things of a list.
async fn all(client: &Client, list: &str) -> Result<Vec<Value>, Failure> {
    let mut found = Vec::new();
    let mut path = list.to_owned();
    for _ in 0..PAGES_MAX {
        let page = client.get(&path).await?;
        found.extend(page.body["items"].as_array().cloned().unwrap_or_default());
        match page.body["next"].as_str() {
            Some(next) => path = format!("{list}?cursor={next}"),
            None => break,
        }
    }
    Ok(found)
}

/// The id of the thing that has this name.
async fn id_of(client: &Client, (list, field): (&str, &str), name: &str) -> Result<String, Failure> {
    let found = all(client, list).await?;
    let known = found.iter().find(|one| one[field] == name).and_then(|one| one["id"].as_str());
    let none = || Failure::new(format!("there is no {name} among {list}")).exit(Exit::Usage);
    known.map(str::to_owned).ok_or_else(none)
}

/// Parameters and their values, as `minutes=45`.
fn values(with: &[String]) -> Result<Map<String, Value>, Failure> {
    let one = |text: &String| {
        let wrong = || Failure::new(format!("{text}: write a parameter as name=value")).exit(Exit::Usage);
        let (name, value) = text.split_once('=').ok_or_else(wrong)?;
        Ok((name.to_owned(), Value::from(value)))
    };
    with.iter().map(one).collect()
}

fn keep(out: &Path, text: &str) -> Result<(), Failure> {
    if out.exists() {
        return Err(Failure::new(format!("{} is there already", out.display())).exit(Exit::Usage));
    }
    std::fs::write(out, text)
        .map_err(|cause| Failure::because(format!("{} can't be written", out.display()), &cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A template is told by its key, version and title; values keep what stands behind the first sign.
    #[test]
    fn tells_and_reads() {
        assert_eq!(line(&json!({"key": "drop", "version": 2, "title": "Drop"})), "drop  v2  Drop");
        let read = values(&["minutes=45".into(), "text=a=b".into()]).unwrap();
        assert_eq!(Value::from(read), json!({"minutes": "45", "text": "a=b"}));
        assert!(values(&["minutes".into()]).is_err());
    }

    /// What waits for a yes is not told as done, and says where to answer.
    #[test]
    fn says_what_waits() {
        let reasons = json!([{"sentence": "Somebody would find nobody there."}]);
        let confirmation = json!({"url": "https://example.org/yes/abc"});
        let reply = json!({"verdict": "confirm", "reasons": reasons, "confirmation": confirmation});
        assert_eq!(
            came_of_it(&reply, false),
            [
                "it waits for a yes; nothing of it is done",
                "Somebody would find nobody there.",
                "say yes or no at https://example.org/yes/abc"
            ]
        );
        let change = json!({"type": "block.put", "subject": "block_1", "name": "Doors"});
        let effect = json!({"customers": {"count": 2}});
        let dry = json!({"verdict": "settle", "reasons": [], "changes": [change], "effect": effect});
        let lines = came_of_it(&dry, true);
        assert_eq!(lines.last().map(String::as_str), Some("people who would be told: 2"));
        assert!(lines[0].contains("1 block would be made or changed: Doors"), "{lines:?}");
    }
}
