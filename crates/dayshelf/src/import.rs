//! `dayshelf import`: makes draft slots of a calendar file's entries, and tells in plain words what it made and asks.
//!
//! The calendar goes to `PUT /v1/import` like anybody's. Start at [`run`].

use serde_json::{Value, json};

use crate::access::server;
use crate::care::counted;
use crate::cli::ImportArgs;
use crate::config::{Config, Redacted};
use crate::failure::{Exit, Failure};
use crate::folder::{Folder, read_key};
use crate::out::tell;
use crate::report::{Report, text};

/// Imports a calendar file.
///
/// # Errors
/// When there is no file or key, or the server says no.
pub async fn run(config: &Config, args: &ImportArgs) -> Result<(), Failure> {
    let name = args.file.display();
    let bytes = std::fs::read(&args.file)
        .map_err(|cause| Failure::because(format!("the calendar {name} can't be read"), &cause))?;
    let client = server(config, &args.server)?.with_key(key(config, args)?);
    // What is no UTF-8 can't travel in JSON; it is rare, and stands in texts only.
    let calendar = String::from_utf8_lossy(&bytes);
    let body = json!({"calendar": calendar, "zone": args.zone, "unknown_zone": args.unknown_zone});
    let path = if args.dry_run { "/v1/import?dry_run=true" } else { "/v1/import" };
    let reply = client.put(path, &body).await.map_err(|no| Failure::new(format!("{name}: {no}")))?;
    for line in told(&reply.body) {
        tell!("{line}");
    }
    Ok(())
}

fn key(config: &Config, args: &ImportArgs) -> Result<Redacted, Failure> {
    if let Some(file) = &args.server.key_file {
        return read_key(file);
    }
    let slug = args.calendar.as_deref().ok_or_else(|| {
        Failure::new("say whose calendar it goes into: --calendar SLUG or --key-file FILE").exit(Exit::Usage)
    })?;
    read_key(&Folder::at(&config.data.folder).key_path(slug))
}

/// What came of it, a line each.
fn told(answer: &Value) -> Vec<String> {
    let report = Report(answer);
    let (drafts, series, questions) =
        (report.list("drafts"), report.list("series"), report.list("questions"));
    let mut lines = Vec::new();
    for draft in drafts {
        let (slug, title, zone) = (text(draft, "slug"), text(draft, "title"), text(draft, "zone"));
        lines.push(format!("{}  {title}  ({zone})  {slug}", text(draft, "start")));
        lines.extend(notes(draft));
    }
    for one in series {
        let (title, rule, zone, key) =
            (text(one, "title"), text(one, "rule"), text(one, "zone"), text(one, "key"));
        let slots = counted(Report(one).count("slots"), "slot", "slots");
        lines.push(format!("{}  {title}  ({zone})  {key}: {rule}, {slots}", text(one, "start")));
        lines.extend(notes(one));
    }
    lines.extend(report.asks());
    let made = if answer["dry_run"] == true { "would be made" } else { "made" };
    lines.push(format!("{} {made}", counted(drafts.len(), "draft", "drafts")));
    if !series.is_empty() {
        lines.push(format!("{} {made}", counted(series.len(), "draft series", "draft series")));
    }
    lines.extend(report.counts(&[
        ("already", "are there already"),
        ("over", "are over"),
        ("cancelled", "are called off"),
        ("left_out", "are left out: import the file again for them"),
    ]));
    if !questions.is_empty() {
        lines.push(format!("{} to answer first", counted(questions.len(), "question", "questions")));
    }
    lines
}

/// What is said of one draft besides.
fn notes(draft: &Value) -> impl Iterator<Item = String> {
    Report(draft).list("notes").iter().filter_map(Value::as_str).map(|note| format!("    {note}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Drafts, questions and counts are each told.
    #[test]
    fn tells_all() {
        let answer = json!({
            "dry_run": true, "already": 2, "over": 0, "cancelled": 1, "left_out": 0, "flaws": ["line 3: odd"],
            "drafts": [{"slug": "kiln", "title": "Kiln", "zone": "Europe/Berlin", "start": "S", "notes": ["n"]}],
            "series": [{"key": "raku", "title": "Raku", "zone": "Europe/Berlin", "start": "F", "rule": "R", "slots": 2}],
            "questions": [{"title": "Oven", "question": "which zone?"}],
        });
        let expected = [
            "S  Kiln  (Europe/Berlin)  kiln",
            "    n",
            "F  Raku  (Europe/Berlin)  raku: R, 2 slots",
            "? Oven: which zone?",
            "! line 3: odd",
            "1 draft would be made",
            "1 draft series would be made",
            "2 are there already",
            "1 are called off",
            "1 question to answer first",
        ];
        assert_eq!(told(&answer), expected);
    }
}
