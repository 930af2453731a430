//! What is sold while the program is tortured, and its ids.
//!
//! Five pools: one that never runs out, one that does and has a line, one that stock moves in and out of,
//! one that is counted, and one so small that everybody races for it. All windows are open for years.

use std::collections::BTreeMap;

use crate::Outcome;
use crate::api::Api;
use crate::node::{Node, Setup};

/// Units in the pool that never runs out.
pub const CUPS: i64 = 900_000;
/// Units in the pool that has a line.
pub const RARE: i64 = 6;
/// Units that everybody races for.
pub const RACE: i64 = 12;

const HEAD: &str = r#"
[organiser]
slug = "torture"
name = "Torture"
zone = "Europe/Berlin"
currency = "EUR"
"#;

/// Slots: slug, how long a hold lasts, whether there is a line.
const SLOTS: [(&str, &str, bool); 4] =
    [("cups", "23h", false), ("dash", "5s", false), ("rare", "23h", true), ("race", "23h", false)];

/// Offers: key, slot, pool, units of one, price.
const OFFERS: [(&str, &str, &str, u32, &str); 6] = [
    ("cup", "cups", "cups", 1, "12.50"),
    ("pair", "cups", "cups", 2, "20.00"),
    ("gift", "cups", "cups", 1, "0.00"),
    ("dash", "dash", "cups", 1, "12.50"),
    ("rare", "rare", "rare", 1, "12.50"),
    ("race", "race", "race", 1, "0.00"),
];

/// The plan as a file.
pub fn plan() -> String {
    use std::fmt::Write as _;
    let mut text = HEAD.to_owned();
    let pools = [("cups", CUPS), ("rare", RARE), ("race", RACE), ("stock", 1_000), ("count", 1_000)];
    // Writing into a string can't fail.
    for (key, units) in pools {
        write!(text, "[[pools]]\nkey = \"{key}\"\ntitle = \"{key}\"\nunits = {units}\n").unwrap_or_default();
    }
    for (slug, span, line) in SLOTS {
        let line = if line { "waitlist = { turn = \"5m\" }" } else { "" };
        write!(
            text,
            "[[slots]]\nslug = \"{slug}\"\ntitle = \"{slug}\"\nstart = 2020-01-01T10:00\nend = 2099-01-01T10:00\n\
             [[slots.windows]]\nkey = \"public\"\ntitle = \"Everyone\"\nopens = \"start\"\ncloses = \"end\"\n\
             hold = {{ for = \"{span}\" }}\n{line}\n"
        )
        .unwrap_or_default();
        for (key, _, pool, units, price) in OFFERS.iter().filter(|(_, slot, ..)| *slot == slug) {
            write!(
                text,
                "[[slots.offers]]\nkey = \"{key}\"\ntitle = \"{key}\"\nunits_max = 12\n\
                 recipe = [{{ pool = \"{pool}\", units = {units} }}]\n\
                 ladder = [{{ title = \"Standard\", price = \"{price}\" }}]\n"
            )
            .unwrap_or_default();
        }
    }
    text
}

/// The ids of what is sold, and the organiser's key.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// An API key that may do everything.
    pub key: String,
    /// Slots by slug.
    pub slots: BTreeMap<String, String>,
    /// Pools by key.
    pub pools: BTreeMap<String, String>,
    /// Offers by key.
    pub offers: BTreeMap<String, String>,
}

impl Shelf {
    /// Puts everything up through the command line, as an organiser would.
    ///
    /// # Errors
    /// What it complained of.
    pub async fn lay(setup: &Setup, node: &Node) -> Outcome<Self> {
        let plan_path = setup.log.with_file_name("plan.toml");
        std::fs::write(&plan_path, plan())?;
        setup.done(&["apply", &plan_path.to_string_lossy(), "--server", &node.base])?;
        let key = std::fs::read_to_string(setup.data.join("keys/torture.key"))?.trim().to_owned();
        let api = Api::new()?;
        let listed = async |path: &str, name: &str| -> Outcome<BTreeMap<String, String>> {
            let page = api.see(&node.base, path, &key).await?;
            let items = page.body["items"].as_array().cloned().unwrap_or_default();
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            Ok(items.iter().map(|item| (text(&item[name]), text(&item["id"]))).collect())
        };
        let slots = listed("/v1/slots", "slug").await?;
        let pools = listed("/v1/pools", "key").await?;
        let mut offers = BTreeMap::new();
        for slot in slots.values() {
            offers.extend(listed(&format!("/v1/slots/{slot}/offers"), "key").await?);
        }
        Ok(Self { key, slots, pools, offers })
    }

    /// The offer of a key, with its slot, its pool and the units of one.
    pub fn offer(&self, key: &str) -> Option<Offer> {
        let (_, slot, pool, units, _) = OFFERS.iter().find(|(name, ..)| *name == key)?;
        let id = self.offers.get(key)?.clone();
        Some(Offer { id, slot: self.slots.get(*slot)?.clone(), pool, units: *units })
    }

    /// A pool's id.
    pub fn pool(&self, key: &str) -> &str {
        self.pools.get(key).map_or("", String::as_str)
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Its id.
    pub id: String,
    /// Its slot's id.
    pub slot: String,
    /// The key of its pool.
    pub pool: &'static str,
    /// Units of one.
    pub units: u32,
}
