//! `calendar-apps`: a calendar of thousands of entries, asked through the CalDAV server's own routes.
//!
//! Without a network between: what is measured is what the server does, from the request to the last byte of its
//! answer.

use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use base64::Engine as _;
use dayshelf_core::ids::{Home, PasswordId};
use dayshelf_core::text::Secret;
use dayshelf_dav::Dav;
use dayshelf_desk::Desk;
use dayshelf_store::{AppPassword, Store};
use dayshelf_testkit::shop::Shop;
use dayshelf_wire::caldav::{password_digest, password_text};
use tower::ServiceExt as _;

use super::Data;
use crate::Outcome;
use crate::progress::say;
use crate::report::Row;
use crate::scale::Scale;
use crate::shop::{ORGANISER, ask, plan_command, plan_text};

/// Slots in one plan: a plan has its bound.
const PLAN_SLOTS: usize = 500;
/// How often each request is made.
const TIMES: usize = 20;

/// A calendar app with its server.
struct AppSide {
    routes: Router,
    login: String,
}

/// Ten times the slots of a plan: 5,000 for figures.
pub fn run(scale: &Scale) -> Outcome<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measured(scale.slots * 10))
}

async fn measured(slots: usize) -> Outcome<Vec<Row>> {
    let data = Data::new()?;
    let store = Store::open(&dayshelf_store::Config::url(data.url())).await?;
    let desk = Desk::open(&store).await?;
    let home = Home { shard: 0, number: 0 };
    let home = ask(&desk, home, Shop::founding(ORGANISER, desk.mint().now())).await?.home;
    say(&format!("calendar-apps: {slots} slots are put up"));
    let mut left = slots;
    while left > 0 {
        let some = left.min(PLAN_SLOTS);
        ask(&desk, home, plan_command(&desk, home, &named_apart(&plan_text(some), left))?).await?;
        left -= some;
    }
    say("calendar-apps: their entries are made, and asked for");
    let app = AppSide::new(desk, &store, home).await?;
    let calendar = format!("/dav/p/{ORGANISER}/slots/");
    let began = Instant::now();
    let list = r#"<propfind xmlns="DAV:"><prop><getetag/><resourcetype/><getcontenttype/></prop></propfind>"#;
    let first = app.ask("PROPFIND", &calendar, list).await?;
    let made = began.elapsed().as_secs_f64() * 1_000.0;
    let entries = first.matches("<D:response>").count().saturating_sub(1);
    let about = |what: &str| Row::new("calendar-apps", format!("{entries} entries, {what}"));
    let mut rows = vec![about("made at the first look").figure("ms", made)];
    let sync = |token: &str| {
        format!(
            "<sync-collection xmlns=\"DAV:\"><sync-token>{token}</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
        )
    };
    let whole = app.ask("REPORT", &calendar, &sync("")).await?;
    let token = whole
        .rsplit_once("<D:sync-token>")
        .and_then(|(_, rest)| rest.split_once('<'))
        .map(|(token, _)| token);
    let token = token.ok_or("no token was told")?.to_owned();
    let month = "<C:calendar-query xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\"><C:time-range start=\"20261201T000000Z\" end=\"20270101T000000Z\"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>";
    for (what, method, body) in [
        ("PROPFIND", "PROPFIND", list.to_owned()),
        ("sync-collection from nothing", "REPORT", sync("")),
        ("sync-collection, nothing new", "REPORT", sync(&token)),
        ("calendar-query of a month", "REPORT", month.to_owned()),
    ] {
        rows.push(app.row(about(what), (method, &calendar), &body).await?);
    }
    Ok(rows)
}

/// The plan with other names for its slots and pools, so that several stand beside each other.
fn named_apart(text: &str, part: usize) -> String {
    let text = text.replace("slug = \"s", &format!("slug = \"l{part}-s"));
    let pool = |text: String, digit: u8| text.replace(&format!("\"p{digit}"), &format!("\"l{part}-p{digit}"));
    (0..10).fold(text, pool)
}

impl AppSide {
    async fn new(desk: Desk, store: &Store, home: Home) -> Outcome<Self> {
        let text = password_text(&Secret(dayshelf_desk::random()));
        let password = AppPassword {
            id: PasswordId(desk.mint().id(home)),
            digest: password_digest(&text, home),
            name: "bench".into(),
            calendars: Vec::new(),
            may_write: true,
            made: desk.mint().now(),
            used: None,
            used_by: String::new(),
        };
        store.keep_app_password(password).await?;
        let login = base64::engine::general_purpose::STANDARD.encode(format!("{ORGANISER}:{text}"));
        Ok(Self { routes: Dav::new(desk, store.clone(), "http://bench").routes(), login })
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> Outcome<String> {
        let request = Request::builder().method(method).uri(path).header("depth", "1");
        let request = request.header("authorization", format!("Basic {}", self.login));
        let response = self.routes.clone().oneshot(request.body(Body::from(body.to_owned()))?).await?;
        if response.status() != 207 {
            return Err(format!("{method} {path} was answered {}", response.status()).into());
        }
        Ok(String::from_utf8(to_bytes(response.into_body(), usize::MAX).await?.to_vec())?)
    }

    async fn row(&self, row: Row, (method, path): (&str, &str), body: &str) -> Outcome<Row> {
        let (mut millis, mut bytes) = (Vec::new(), 0);
        for _ in 0..TIMES {
            let began = Instant::now();
            bytes = self.ask(method, path, body).await?.len();
            millis.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
        millis.sort_by(f64::total_cmp);
        let row = row.figure("median_ms", millis[TIMES / 2]).figure("worst_ms", millis[TIMES - 1]);
        Ok(row.figure("bytes", bytes as f64))
    }
}
