//! A house to test in: the CalDAV server over data of its own, with an organiser and an app password.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine as _;
use dayshelf_core::change::{Answer, ChangeTerms, Credential, Tell, Wish};
use dayshelf_core::command::{
    AnswerChange, ApplyPlan, ChangeSlot, Command, Expect, MakeHold, Resolutions, Want,
};
use dayshelf_core::ids::{ConfirmationId, HoldId, Home, Id, OrganiserId, PasswordId, Salt, SlotId};
use dayshelf_core::look::Look;
use dayshelf_core::money::Currency;
use dayshelf_core::organiser::{Organiser, OrganiserSpec, PassKey};
use dayshelf_core::text::{Digest, Secret};
use dayshelf_dav::Dav;
use dayshelf_desk::{Ask, Decided, Desk, Reply};
use dayshelf_ical::zone::Zones;
use dayshelf_store::{AppPassword, Store};
use dayshelf_testkit::site::Site;
use dayshelf_wire::caldav::{password_digest, password_text};
use dayshelf_wire::plan::{Context, read_toml};
use tower::ServiceExt as _;

/// A draft and a published slot with two windows, pickup and something to buy.
pub const PLAN: &str = r#"
pools = [{ key = "stock", title = "Stock", units = 10 }]

[[slots]]
slug = "drop"
title = "A drop"
place = "Yard"
start = "2030-12-04T18:00"
end = "start + 1h"
windows = [
    { key = "early", title = "Early", opens = "start - 1d", closes = "start - 1h" },
    { key = "public", title = "Everyone", opens = "start - 30m", closes = "end" },
]
offers = [{ key = "one", title = "One", recipe = [{ pool = "stock" }], price = "28.00" }]
fulfilments = [{ key = "pickup", kind = "pickup", title = "Pickup", place = "Yard", opens = "start + 1d at 10:00", closes = "start + 1d at 12:00" }]
"#;

pub struct House {
    pub routes: Router,
    pub desk: Desk,
    pub store: Store,
    pub home: Home,
    password: String,
    _site: Site,
}

/// An answer.
#[derive(Debug)]
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl House {
    pub async fn new() -> Self {
        Self::at(Site::file()).await
    }

    pub async fn at(site: Site) -> Self {
        let store = site.open().await;
        let desk = Desk::open(&store).await.unwrap();
        let home = found(&desk, "kiln").await;
        let routes = Dav::new(desk.clone(), store.clone(), "http://localhost").routes();
        let mut house = Self { routes, desk, store, home, password: String::new(), _site: site };
        house.password = house.issue(&[], true).await;
        house
    }

    /// Issues an app password.
    pub async fn issue(&self, calendars: &[&str], may_write: bool) -> String {
        let text = password_text(&Secret(dayshelf_desk::random()));
        let password = AppPassword {
            id: PasswordId(self.desk.mint().id(self.home)),
            digest: password_digest(&text, self.home),
            name: "tests".into(),
            calendars: calendars.iter().map(|name| (*name).to_owned()).collect(),
            may_write,
            made: self.desk.mint().now(),
            used: None,
            used_by: String::new(),
        };
        self.store.keep_app_password(password).await.unwrap();
        text
    }

    /// Applies a plan.
    pub async fn put_plan(&self, text: &str) -> Decided {
        let zones = Zones::bundled();
        let mint = || self.desk.mint().id(self.home);
        let read_file = |name: &str| Err(format!("no file {name}"));
        let context = Context {
            zones: &zones,
            now: self.desk.mint().now(),
            home: self.home,
            zone: Some("Europe/Berlin"),
            currency: Some(Currency(*b"EUR")),
            mint: &mint,
            read_file: &read_file,
        };
        let plan = read_toml(text, &context).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        self.submit(Command::ApplyPlan(Box::new(ApplyPlan::of(plan, Credential::House)))).await
    }

    pub async fn submit(&self, command: Command) -> Decided {
        submit(&self.desk, self.home, command).await
    }

    /// Holds one unit of the first offer.
    pub async fn hold_one(&self) {
        let look = self.desk.look(self.home, |books, _| {
            let offer = books.unwrap().offers.values().next().unwrap();
            (offer.spec.slot, offer.id)
        });
        let (slot, offer) = look.await.unwrap();
        let hold = MakeHold {
            id: HoldId(self.desk.mint().id(self.home)),
            slot,
            wants: vec![Want { offer, quantity: 1 }],
            code: None,
            contact: None,
            fulfilment: None,
            number: None,
            secret: Digest([3; 32]),
        };
        self.submit(Command::MakeHold(Box::new(hold))).await;
    }

    /// Answers the change that waits.
    pub async fn answer(&self, answer: Answer) {
        let look = self.desk.look(self.home, |books, _| *books.unwrap().pendings.keys().next().unwrap());
        let confirmation = look.await.unwrap();
        let by = Credential::Link(confirmation);
        let answer = AnswerChange { confirmation, answer, by, resolved: Resolutions::new(), parts: None };
        self.submit(Command::AnswerChange(Box::new(answer))).await;
    }

    /// What calls a slot off.
    pub fn cancels(&self, slot: SlotId) -> Command {
        Command::ChangeSlot(Box::new(ChangeSlot {
            slot,
            expected: Expect::Any,
            wish: Wish::Cancel,
            tell: Tell::Nobody,
            by: Credential::House,
            resolved: Resolutions::new(),
            waits_as: ConfirmationId(self.desk.mint().id(self.home)),
        }))
    }

    pub async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Got {
        self.call_as(Some(&self.password), (method, path), headers, body).await
    }

    pub async fn call_as(
        &self,
        password: Option<&str>,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &str,
    ) -> Got {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(password) = password {
            let login = base64::engine::general_purpose::STANDARD.encode(format!("kiln:{password}"));
            request = request.header("authorization", format!("Basic {login}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Got { status: head.status, headers: head.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    pub async fn put(&self, path: &str, text: &str) -> Got {
        self.call("PUT", path, &[("content-type", "text/calendar; charset=utf-8")], text).await
    }

    pub async fn get(&self, path: &str) -> Got {
        self.call("GET", path, &[], "").await
    }

    /// The addresses and tags of a calendar's entries, by address.
    pub async fn entries(&self, calendar: &str) -> Vec<(String, String)> {
        let body = r#"<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>"#;
        let got = self.call("PROPFIND", calendar, &[("depth", "1")], body).await;
        assert_eq!(got.status, 207, "{got:?}");
        let mut all: Vec<(String, String)> = got
            .responses()
            .into_iter()
            .filter_map(|(href, inner)| {
                let tag = between(&inner, "<D:getetag>", "</D:getetag>")?;
                Some((href, tag.to_owned()))
            })
            .collect();
        all.sort();
        all
    }
}

impl Got {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The address and the rest of each answer in a list of answers.
    pub fn responses(&self) -> Vec<(String, String)> {
        let parts = self.text.split("<D:response>").skip(1);
        parts
            .map(|part| (between(part, "<D:href>", "</D:href>").unwrap().to_owned(), part.to_owned()))
            .collect()
    }

    pub fn token(&self) -> String {
        between(&self.text, "<D:sync-token>", "</D:sync-token>").unwrap().to_owned()
    }
}

pub fn between<'t>(text: &'t str, from: &str, until: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(from)?;
    rest.split_once(until).map(|(inner, _)| inner)
}

/// The text of an entry as an app writes it.
pub fn event(uid: &str, title: &str, start: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//App//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\n\
         DTSTART;TZID=Europe/Berlin:{start}\r\nDURATION:PT1H\r\nSUMMARY:{title}\r\nX-OWN;A=b:kept as it is\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

async fn found(desk: &Desk, slug: &str) -> Home {
    let home = Home { shard: desk.shard_of_slug(slug), number: 0 };
    let organiser = Organiser {
        id: OrganiserId(Id::mint(desk.mint().now().0, home, Salt(7))),
        version: 1,
        spec: OrganiserSpec {
            slug: slug.into(),
            name: "A kiln".into(),
            about: String::new(),
            zone: "Europe/Berlin".into(),
            currency: Currency(*b"EUR"),
            changes: ChangeTerms::USUAL,
            at_pickup: true,
        },
        look: Look::default(),
        pass_keys: vec![PassKey {
            number: 1,
            seed: Secret([5; 32]),
            public: [6; 32],
            made_at: desk.mint().now(),
        }],
    };
    submit(desk, home, Command::Found(Box::new(organiser))).await.home
}

async fn submit(desk: &Desk, home: Home, command: Command) -> Decided {
    match desk.submit(Ask { home, command, key: None }).await {
        Reply::Done(decided) => decided,
        other => panic!("not done: {other:?}"),
    }
}
