//! A house to test in: the whole web face over a temporary file, with a drop of several slots put up.

mod call;
pub mod device;
mod documented;
mod drop;

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use dayshelf_core::change::Credential;
use dayshelf_core::command::{ApplyPlan, Command};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{Home, Id, KeyId, OrganiserId, Salt, SlotId};
use dayshelf_core::look::Look;
use dayshelf_core::money::Currency;
use dayshelf_core::organiser::{ApiKey, Organiser, OrganiserSpec, PassKey, Scope};
use dayshelf_core::text::Secret;
use dayshelf_core::time::Span;
use dayshelf_desk::{Ask, Decided, Desk, Reply};
use dayshelf_http::{App, Config, router};
use dayshelf_ical::zone::Zones;
use dayshelf_relay::webhooks::Guard;
use dayshelf_store::Store;
use dayshelf_testkit::site::Site;
use dayshelf_wire::pass::public_key;
use dayshelf_wire::plan::{Context, read_toml};
use dayshelf_wire::secret::{Bearer, Opens};
use dayshelf_wire::time::At;

pub use call::{Got, fresh_key};

/// The operator's key in tests.
pub const OPERATOR: &str = "operator-key-of-the-tests";

pub struct House {
    pub app: App,
    pub routes: Router,
    pub desk: Desk,
    pub store: Store,
    pub home: Home,
    /// Ids as text, by what they are called: `drop`, `drop/one`, `drop:public`, `drop+pickup`.
    names: HashMap<String, String>,
    _site: Option<Site>,
}

impl House {
    /// A house with the usual bounds and no rate limit.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A house with other bounds.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let site = Site::file();
        let store = site.open().await;
        Self { _site: Some(site), ..Self::on(store, change).await }
    }

    /// A house over another store, which outlives it.
    pub async fn on(store: Store, change: impl FnOnce(&mut Config)) -> Self {
        let desk = Desk::open(&store).await.unwrap();
        let mut config = Config { rate: None, ..Config::new("http://localhost").with_operator_key(OPERATOR) };
        config.webhooks = Guard::Anywhere;
        config.bounds.confirm = std::time::Duration::from_secs(5);
        // On a machine that is busy with all the tests a page would stand for long.
        config.bounds.renderings = 0;
        change(&mut config);
        let app = App::new(desk.clone(), store.clone(), config);
        let home = found(&desk, "kiln").await;
        let routes = router(app.clone());
        let mut house = Self { app, routes, desk, store, home, names: HashMap::new(), _site: None };
        house.put(drop::PLAN).await;
        house
    }

    /// The same data behind another face, as after a restart or on another node: what only memory knew is gone.
    pub fn again(&self) -> Self {
        let config = Config { rate: None, ..Config::new("http://localhost").with_operator_key(OPERATOR) };
        let app = App::new(self.desk.clone(), self.store.clone(), config);
        Self {
            routes: router(app.clone()),
            app,
            desk: self.desk.clone(),
            store: self.store.clone(),
            home: self.home,
            names: self.names.clone(),
            _site: None,
        }
    }

    /// Applies a plan, and learns the names of its parts.
    pub async fn put(&mut self, plan: &str) {
        let facts = apply(&self.desk, self.home, plan).await.facts;
        for fact in facts.iter() {
            self.learn(fact);
        }
    }

    fn learn(&mut self, fact: &Fact) {
        let slug = |names: &HashMap<String, String>, id: String| {
            names.iter().find(|(_, known)| **known == id).map(|(name, _)| name.clone()).unwrap()
        };
        let (name, id) = match fact {
            Fact::SlotPut { slot, .. } => (slot.spec.slug.clone(), slot.id.to_string()),
            Fact::OfferPut(offer) => {
                let slot = slug(&self.names, offer.spec.slot.to_string());
                (format!("{slot}/{}", offer.spec.key), offer.id.to_string())
            }
            Fact::WindowPut { window, .. } => {
                let slot = slug(&self.names, window.spec.slot.to_string());
                (format!("{slot}:{}", window.spec.key), window.id.to_string())
            }
            Fact::FulfilmentPut(block) => {
                let slot = slug(&self.names, block.spec.slot.to_string());
                for (number, time_box) in block.spec.boxes.iter().enumerate() {
                    self.names
                        .insert(format!("{slot}+{}#{number}", block.spec.key), time_box.pool.to_string());
                }
                (format!("{slot}+{}", block.spec.key), block.id.to_string())
            }
            _ => return,
        };
        self.names.insert(name, id);
    }

    /// The id of a part.
    pub fn id(&self, name: &str) -> &str {
        self.names.get(name).unwrap_or_else(|| panic!("nothing is called {name:?}"))
    }

    /// Issues an API key and says its text.
    pub async fn api_key(&self, scope: Scope) -> String {
        issue(&self.desk, self.home, scope).await
    }

    /// The text of a key whose time was a moment ahead when it was made, and is over.
    pub async fn ended_key(&self, manage: &str) -> String {
        let soon = At(self.app.now().plus(Span::seconds(2))).to_string();
        let body = serde_json::json!({"name": "brief", "scope": "manage", "expires": soon});
        let text = self.post("/v1/keys").bearer(manage).json(&body).send().await.text("key");
        let status = async || self.get("/v1/organiser").bearer(&text).send().await.status;
        let ended = async { while status().await != 401 {} };
        tokio::time::timeout(Duration::from_secs(60), ended).await.unwrap();
        text
    }

    /// Another organiser's API key.
    pub async fn foreign_key(&self, scope: Scope) -> String {
        let home = found(&self.desk, "other").await;
        issue(&self.desk, home, scope).await
    }

    /// Calls a slot off, and says yes where that waits for it.
    pub async fn call_off(&self, slot: SlotId) {
        let [ask, yes] = dayshelf_testkit::shop::call_off(slot);
        let asked = self.submit(ask).await;
        if asked.facts.iter().any(|fact| matches!(fact, Fact::ConfirmationAsked(_))) {
            self.submit(yes).await;
        }
    }

    /// Carries a command out.
    pub async fn submit(&self, command: Command) -> Decided {
        submit(&self.desk, self.home, command).await
    }
}

async fn found(desk: &Desk, slug: &str) -> Home {
    let home = Home { shard: desk.shard_of_slug(slug), number: 0 };
    let now = desk.mint().now();
    let seed = [5; 32];
    let organiser = Organiser {
        id: OrganiserId(Id::mint(now.0, home, Salt(7))),
        version: 1,
        spec: OrganiserSpec {
            slug: slug.into(),
            name: "A kiln".into(),
            about: String::new(),
            zone: "Europe/Berlin".into(),
            currency: Currency(*b"EUR"),
            changes: dayshelf_core::change::ChangeTerms::USUAL,
            at_pickup: true,
        },
        look: Look::default(),
        pass_keys: vec![PassKey { number: 1, seed: Secret(seed), public: public_key(&seed), made_at: now }],
    };
    submit(desk, home, Command::Found(Box::new(organiser))).await.home
}

async fn issue(desk: &Desk, home: Home, scope: Scope) -> String {
    let id = KeyId(desk.mint().id(home));
    let bearer = Bearer { opens: Opens::Api, id: id.0, secret: Secret(dayshelf_desk::random()) };
    let key = ApiKey {
        id,
        name: "tests".into(),
        secret: bearer.digest(),
        scope,
        expires: None,
        made_at: desk.mint().now(),
    };
    submit(desk, home, Command::IssueKey(Box::new(key))).await;
    bearer.text()
}

async fn apply(desk: &Desk, home: Home, text: &str) -> Decided {
    let zones = Zones::bundled();
    let mint = || desk.mint().id(home);
    let read_file = |name: &str| Err(format!("no file {name}"));
    let context = Context {
        zones: &zones,
        now: desk.mint().now(),
        home,
        zone: Some("Europe/Berlin"),
        currency: Some(Currency(*b"EUR")),
        mint: &mint,
        read_file: &read_file,
    };
    let plan = read_toml(text, &context).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    submit(desk, home, Command::ApplyPlan(Box::new(ApplyPlan::of(plan, Credential::House)))).await
}

async fn submit(desk: &Desk, home: Home, command: Command) -> Decided {
    match desk.submit(Ask { home, command, key: None }).await {
        Reply::Done(decided) => decided,
        other => panic!("not done: {other:?}"),
    }
}
