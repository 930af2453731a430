//! Plans: as files in TOML, and as JSON with its product table inside.

use std::cell::Cell;

use dayshelf_core::ids::{Home, Id, Salt};
use dayshelf_core::time::Instant;
use dayshelf_wire::plan::{Context, locate, read_json, read_toml, toml_to_json};
use dayshelf_wire::problem::Problem;

use crate::text;

/// 2026-12-01T12:00:00Z.
const NOW: Instant = Instant(1_796_126_400_000);
const TABLE: &str = include_str!("../../../examples/market-weekend/products.csv");

/// The same context for every reading: ids count from one, the one file is there.
fn with_context<T>(read: impl FnOnce(&Context<'_>) -> T) -> T {
    with_table(TABLE, read)
}

/// The same context, with another product table.
fn with_table<T>(table: &str, read: impl FnOnce(&Context<'_>) -> T) -> T {
    let (home, count) = (Home { shard: 0, number: 1 }, Cell::new(0));
    let mint = || {
        count.set(count.get() + 1);
        Id::mint(NOW.0, home, Salt(count.get()))
    };
    let read_file = |_: &str| Ok(table.to_owned());
    let context = Context {
        zones: &crate::ZONES,
        now: NOW,
        home,
        zone: None,
        currency: None,
        mint: &mint,
        read_file: &read_file,
    };
    read(&context)
}

/// A plan that is read from TOML is the one that is read from the JSON that is sent for it.
pub(crate) fn toml(bytes: &[u8]) {
    let source = text(bytes);
    match with_context(|context| read_toml(source, context)) {
        Ok(plan) => {
            let sent = toml_to_json(source, &|_| Ok(TABLE.to_owned()));
            let sent = sent.unwrap_or_else(|flaws| panic!("a good plan can't be sent: {flaws}"));
            let again = with_context(|context| read_json(sent.to_string().as_bytes(), context));
            assert_eq!(again, Ok(plan), "a plan is another one when it is sent");
        }
        Err(mistakes) => {
            assert!(!mistakes.to_string().is_empty(), "mistakes say nothing");
            drop(Problem::from(mistakes));
        }
    }
    let place = locate(source, "slots[0].windows[vip].opens");
    assert!(place.is_none_or(|at| at.line >= 1 && at.line <= source.lines().count().max(1)), "{place:?}");
}

/// A product table in a good plan: it is read in the same way where the plan is sent with the table inside.
pub(crate) fn table(bytes: &[u8]) {
    let (plan, table) = (include_str!("../../../examples/market-weekend/plan.toml"), text(bytes));
    match with_table(table, |context| read_toml(plan, context)) {
        Ok(read) => {
            let sent = toml_to_json(plan, &|_| Ok(table.to_owned()));
            let sent = sent.unwrap_or_else(|flaws| panic!("a good table can't be sent: {flaws}"));
            let again = with_context(|context| read_json(sent.to_string().as_bytes(), context));
            assert_eq!(again, Ok(read), "a table is another one when it is sent");
        }
        Err(mistakes) => assert!(!mistakes.to_string().is_empty(), "mistakes say nothing"),
    }
}

pub(crate) fn table_samples() -> Vec<Vec<u8>> {
    crate::samples(&[
        TABLE,
        "key;title;units;price\nbowl;\"A; bowl\";3;12.50 EUR\n",
        "key,title\r\na,\"b\"\"c\"\r\n",
    ])
}

/// A plan as the API takes it.
pub(crate) fn json(bytes: &[u8]) {
    if let Err(mistakes) = with_context(|context| read_json(bytes, context)) {
        assert!(!mistakes.to_string().is_empty(), "mistakes say nothing");
    }
}

pub(crate) fn toml_samples() -> Vec<Vec<u8>> {
    crate::samples(&[
        include_str!("../../../examples/first-drop.toml"),
        include_str!("../../../examples/market-weekend/plan.toml"),
    ])
}

pub(crate) fn json_samples() -> Vec<Vec<u8>> {
    let sent = toml_samples().into_iter().map(|toml| {
        let sent = toml_to_json(text(&toml), &|_| Ok(TABLE.to_owned()));
        sent.unwrap_or_default().to_string().into_bytes()
    });
    sent.collect()
}
