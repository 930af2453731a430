//! What is sold in the scenarios, put up through the desk.

use std::fmt::Write as _;

use dayshelf_core::change::Credential;
use dayshelf_core::command::{ApplyPlan, Command};
use dayshelf_core::ids::{Home, KeyId, OfferId, SlotId};
use dayshelf_core::organiser::{ApiKey, Scope};
use dayshelf_core::plan::Plan;
use dayshelf_core::text::Secret;
use dayshelf_core::time::Span;
use dayshelf_desk::{Ask, Decided, Desk, Reply, random};
use dayshelf_ical::zone::Zones;
use dayshelf_testkit::shop::Shop;
use dayshelf_wire::plan::{Context, read_toml};
use dayshelf_wire::secret::{Bearer, Opens};

use crate::Outcome;

/// The organiser's slug.
pub const ORGANISER: &str = "bench";
/// The slug of the slot that everybody wants.
pub const SLOT: &str = "drop";

/// What is put up.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Units in the pool of the slot that everybody wants.
    pub units: u32,
    /// The price of one, in cents; without one, nothing has to be paid.
    pub price: i64,
    /// How long a hold lasts, in minutes.
    pub hold_minutes: i64,
    /// Further slots with blocks of their own.
    pub more_slots: usize,
}

/// The ids of what was put up.
#[derive(Clone, Debug)]
pub struct Laid {
    /// The organiser.
    pub home: Home,
    /// The slot that everybody wants.
    pub slot: SlotId,
    /// One unit.
    pub offer: OfferId,
    /// Two units.
    pub pair: OfferId,
    /// An API key that may do everything.
    pub key: String,
}

/// Puts it up.
///
/// # Errors
/// What the desk says no to.
pub async fn lay(desk: &Desk, wanted: Wanted) -> Outcome<Laid> {
    let now = desk.mint().now();
    let shard = desk.shard_of_slug(ORGANISER);
    let founded = ask(desk, Home { shard, number: 0 }, Shop::founding(ORGANISER, now)).await?;
    let home = founded.home;
    let shop = Shop {
        units: wanted.units,
        price: wanted.price,
        hold_span: Span::minutes(wanted.hold_minutes),
        closes: Span::hours(48),
        ..Shop::default()
    };
    let (plan, put) = shop.plan(home, now);
    ask(desk, home, plan).await?;
    if wanted.more_slots > 0 {
        ask(desk, home, plan_command(desk, home, &plan_text(wanted.more_slots))?).await?;
    }
    let id = KeyId(desk.mint().id(home));
    let bearer = Bearer { opens: Opens::Api, id: id.0, secret: Secret(random()) };
    let key = ApiKey {
        id,
        name: "bench".into(),
        secret: bearer.digest(),
        scope: Scope::Manage,
        expires: None,
        made_at: now,
    };
    ask(desk, home, Command::IssueKey(Box::new(key))).await?;
    Ok(Laid { home, slot: put.slot, offer: put.offer, pair: put.pair, key: bearer.text() })
}

/// Hands a command in that must be carried out.
///
/// # Errors
/// The refusal or fault.
pub async fn ask(desk: &Desk, home: Home, command: Command) -> Outcome<Decided> {
    match desk.submit(Ask { home, command, key: None }).await {
        Reply::Done(decided) => Ok(decided),
        Reply::Refused { refusal, .. } => Err(format!("the desk refused: {refusal:?}").into()),
        Reply::Fault(fault) => Err(fault.into()),
    }
}

/// Reads a plan's text for an organiser.
///
/// # Errors
/// Its mistakes.
pub fn plan_command(desk: &Desk, home: Home, text: &str) -> Outcome<Command> {
    let zones = Zones::bundled();
    let context = Context {
        zones: &zones,
        now: desk.mint().now(),
        home,
        zone: None,
        currency: None,
        mint: &|| desk.mint().id(home),
        read_file: &|name| Err(format!("there is no file {name}")),
    };
    let plan: Plan = read_toml(text, &context)?;
    Ok(Command::ApplyPlan(Box::new(ApplyPlan::of(plan, Credential::House))))
}

/// A plan of so many slots, one after the other from now on, each with a window for friends and one for
/// everybody, two offers with ladders, and a pickup block with boxes.
pub fn plan_text(slots: usize) -> String {
    let mut text = format!(
        "[organiser]\nslug = \"{ORGANISER}\"\nname = \"Bench\"\nzone = \"Europe/Berlin\"\ncurrency = \"EUR\"\n\
         [[codes]]\ngroup = \"vip\"\ncode = \"MOONRISE\"\n"
    );
    for number in 0..slots {
        // Writing into a string can't fail.
        write!(
            text,
            r#"
[[pools]]
key = "p{number}"
title = "Pieces of day {number}"
units = 40

[[slots]]
slug = "s{number}"
title = "Kiln opening number {number}"
story = "Forty pieces, shown one by one and sold while you watch."
place = "Workshop yard"
start = "now + {start}h"
end = "start + 2h"

[[slots.windows]]
key = "vip"
title = "Friends"
audience = {{ code = "vip" }}
opens = "start - 20m"
closes = "start"
allotments = [{{ pool = "p{number}", units = 10 }}]
unsold = {{ roll = "public" }}
hold = {{ for = "5m", extensions = 1, limit = 2 }}

[[slots.windows]]
key = "public"
title = "Everyone"
audience = "public"
opens = "start"
closes = "end"
hold = {{ for = "8m", extensions = 1, limit = 4 }}

[[slots.offers]]
key = "one"
title = "One piece"
recipe = [{{ pool = "p{number}" }}]
units_max = 4
ladder = [
  {{ title = "Early bird", price = "48.00" }},
  {{ title = "Standard", price = "56.00", from = "start", after_units = 12 }},
]

[[slots.offers]]
key = "pair"
title = "A pair"
recipe = [{{ pool = "p{number}", units = 2 }}]
units_max = 2
ladder = [{{ title = "Standard", price = "99.00" }}]
"#,
            // A month of them, so that a calendar has them all.
            start = 1 + number * 700 / slots.max(1),
        )
        .unwrap_or_default();
    }
    text
}
