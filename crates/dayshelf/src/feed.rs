//! `dayshelf feed`: calendars of others that an organiser subscribes to: subscribed to, listed, read now, ended.
//!
//! All of it goes through the public API like anybody's. Start at [`run`].

use serde_json::{Value, json};

use crate::access::organiser_client;
use crate::care::counted;
use crate::cli::FeedAct;
use crate::config::Config;
use crate::failure::Failure;
use crate::out::tell;
use crate::report::{Report, text};

/// Does one of them.
///
/// # Errors
/// When there is no key, or the server says no.
pub async fn run(config: &Config, act: FeedAct) -> Result<(), Failure> {
    match act {
        FeedAct::Add { organiser, url, title, zone, unknown_zone, minutes, server } => {
            let client = organiser_client(config, &organiser, &server)?;
            let asked = json!({
                "url": url, "title": title, "zone": zone, "unknown_zone": unknown_zone, "minutes": minutes,
            });
            let reply = client.post("/v1/feeds", &asked).await?;
            tell!(
                "{}  {}, read every {} minutes",
                reply.text("/id"),
                reply.text("/title"),
                reply.body["minutes"]
            );
        }
        FeedAct::List { organiser, server } => {
            let client = organiser_client(config, &organiser, &server)?;
            let reply = client.get("/v1/feeds").await?;
            for feed in reply.body["items"].as_array().into_iter().flatten() {
                tell!("{}", line(feed));
            }
        }
        FeedAct::Read { organiser, feed, server } => {
            let client = organiser_client(config, &organiser, &server)?;
            let reply = client.post(&format!("/v1/feeds/{feed}/read"), &json!({})).await?;
            for line in came_of_it(&reply.body) {
                tell!("{line}");
            }
        }
        FeedAct::Remove { organiser, feed, server } => {
            let client = organiser_client(config, &organiser, &server)?;
            client.delete(&format!("/v1/feeds/{feed}")).await?;
            tell!("{feed} is read no more; what has come of it stays");
        }
    }
    Ok(())
}

/// A feed in a line. Not its address, which is as good as a password to some calendars.
fn line(feed: &Value) -> String {
    let text = |name: &str| feed[name].as_str().unwrap_or("never");
    let line = format!("{}  {}  read {}", text("id"), text("title"), text("read_at"));
    match feed["trouble"].as_str() {
        Some(trouble) => format!("{line}  can't be read: {trouble}"),
        None => line,
    }
}

/// What a reading came to, a line each.
fn came_of_it(feed: &Value) -> Vec<String> {
    if let Some(trouble) = feed["trouble"].as_str() {
        return vec![format!("it can't be read: {trouble}")];
    }
    let report = Report(&feed["report"]);
    let mut lines = Vec::new();
    for (name, mark) in
        [("made", "+"), ("changed", "~"), ("discarded", "-"), ("gone", "gone from the calendar:")]
    {
        lines.extend(report.list(name).iter().map(|one| format!("{mark} {}", text(one, "title"))));
    }
    lines.extend(report.list("differences").iter().map(|one| {
        let (title, field) = (text(one, "title"), text(one, "field"));
        format!("{title}: {field} is {:?}, the calendar says {:?}", text(one, "is"), text(one, "feed"))
    }));
    lines.extend(report.asks());
    lines.push(format!("{} made", counted(report.list("made").len(), "draft", "drafts")));
    lines.extend(report.counts(&[
        ("same", "as they were"),
        ("over", "over"),
        ("cancelled", "called off"),
        ("left_out", "left out: read it again for them"),
    ]));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What came of a reading is told; an address never is.
    #[test]
    fn tells_all() {
        let feed = json!({
            "id": "feed_1", "title": "Kiln", "url": "https://example.org/secret.ics", "read_at": null, "trouble": null,
            "report": {
                "made": [{"title": "Kiln"}], "changed": [], "discarded": [{"title": "Oven"}], "gone": [{"title": "Wheel"}],
                "differences": [{"title": "Raku", "field": "place", "is": "Yard", "feed": "Hall"}],
                "questions": [{"title": "Press", "question": "which zone?"}], "flaws": ["line 3: odd"],
                "same": 4, "over": 0, "cancelled": 0, "left_out": 2,
            },
        });
        let expected = [
            "+ Kiln",
            "- Oven",
            "gone from the calendar: Wheel",
            "Raku: place is \"Yard\", the calendar says \"Hall\"",
            "? Press: which zone?",
            "! line 3: odd",
            "1 draft made",
            "4 as they were",
            "2 left out: read it again for them",
        ];
        assert_eq!(came_of_it(&feed), expected);
        assert_eq!(line(&feed), "feed_1  Kiln  read never");
        let broken =
            json!({"id": "feed_1", "title": "Kiln", "read_at": "T", "trouble": "the server answers 503"});
        assert_eq!(line(&broken), "feed_1  Kiln  read T  can't be read: the server answers 503");
        assert_eq!(came_of_it(&broken), ["it can't be read: the server answers 503"]);
    }
}
