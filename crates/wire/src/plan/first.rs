//! The plan of an organiser that is not there yet, tried on books of its own.

use std::cell::Cell;

use dayshelf_core::books::Books;
use dayshelf_core::change::{Credential, Tell};
use dayshelf_core::command::{ApplyPlan, Command, Leave};
use dayshelf_core::decide::{check_plan, found, place_in_plan};
use dayshelf_core::ids::{Home, Id, OrganiserId, Salt};
use dayshelf_core::look::Look;
use dayshelf_core::organiser::Organiser;
use dayshelf_core::refusal::Refusal;
use dayshelf_core::time::Instant;
use dayshelf_ical::zone::Zones;

use super::single::{Change, PlanAnswer, SlotClock};
use super::{Context, read_json};
use crate::problem::Problem;

/// Where nobody lives: nothing that is made here outlasts the trial.
const NOWHERE: Home = Home { shard: 0, number: 1 };

/// What a plan in JSON would make, if the organiser that it describes were founded for it at `now_ms`, Unix
/// milliseconds. Whether somebody has its slug already only a server knows.
///
/// # Errors
/// All mistakes that could be found in one reading; else the first refusal, with the path of what it was met at.
pub fn foresee_first(plan: &[u8], now_ms: i64) -> Result<PlanAnswer, Problem> {
    let (zones, now, salt) = (Zones::bundled(), Instant(now_ms), Cell::new(0));
    let mint = || {
        salt.set(salt.get() + 1);
        Id::mint(now_ms, NOWHERE, Salt(salt.get()))
    };
    let read_file = |_: &str| Err("put the table itself into `products.csv`".to_owned());
    let context = Context {
        zones: &zones,
        now,
        home: NOWHERE,
        zone: None,
        currency: None,
        mint: &mint,
        read_file: &read_file,
    };
    let plan = read_json(plan, &context)?;
    let spec = plan.organiser.clone();
    let spec =
        spec.ok_or_else(|| Problem::value_wrong("organiser", "say whose plan it is in [organiser]"))?;
    let id = OrganiserId(mint());
    let organiser = Organiser { id, version: 1, spec, look: Look::default(), pass_keys: Vec::new() };
    found(&Command::Found(Box::new(organiser.clone()))).map_err(|refusal| Problem::from(&refusal))?;
    let books = Books::open(organiser);
    let clocks = SlotClock::of_plan(&plan, &zones);
    let ask = ApplyPlan { plan, by: Credential::House, tell: Tell::AfterQuiet, leave: Leave::NotAsked };
    let facts = check_plan(&books, now, &ask).map_err(|refusal| placed(&books, (now, &ask), &refusal))?;
    Ok(PlanAnswer { dry_run: true, changes: facts.iter().map(Change::from).collect(), clocks })
}

fn placed(books: &Books, (now, ask): (Instant, &ApplyPlan), refusal: &Refusal) -> Problem {
    let place = place_in_plan(books, now, ask).map(|(_, place)| place).unwrap_or_default();
    Problem::from(refusal).in_plan(&place)
}
