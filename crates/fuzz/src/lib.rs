//! Readers of bytes from outside, each as a function from any bytes to nothing.
//!
//! A reader must not panic, and where it reads something, what it read must be what was written. Two drive
//! them: the tests here, a few seconds of seeded changes to good samples with every push; and libFuzzer, for
//! as long as one likes (`cargo xtask fuzz`). Not here: the store's bodies, which have the same laws in a
//! test of their own crate. Start at [`TARGETS`].

#![allow(clippy::panic, reason = "a law that does not hold stops the run; that is how a fuzzer hears of it")]

use std::sync::LazyLock;

use dayshelf_ical::zone::Zones;

mod addresses;
mod bodies;
mod calendars;
mod dav;
mod devices;
mod plans;
mod signed;
mod words;

/// A reader with samples of what it reads.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is also that of libFuzzer's program.
    pub name: &'static str,
    /// Reads, and stops the process where a law does not hold.
    pub run: fn(&[u8]),
    /// What it reads gladly, for the start.
    pub samples: fn() -> Vec<Vec<u8>>,
}

/// All readers.
pub const TARGETS: &[Target] = &[
    Target { name: "bodies", run: bodies::run, samples: bodies::samples },
    Target { name: "calendars", run: calendars::read, samples: calendars::calendar_samples },
    Target { name: "series", run: calendars::expand, samples: calendars::calendar_samples },
    Target { name: "rules", run: calendars::rule, samples: calendars::rule_samples },
    Target { name: "dav", run: dav::body, samples: dav::samples_of_bodies },
    Target { name: "plan_toml", run: plans::toml, samples: plans::toml_samples },
    Target { name: "plan_json", run: plans::json, samples: plans::json_samples },
    Target { name: "tables", run: plans::table, samples: plans::table_samples },
    Target { name: "passes", run: signed::pass, samples: signed::pass_samples },
    Target { name: "webhooks", run: signed::webhook, samples: signed::webhook_samples },
    Target { name: "passkeys", run: devices::passkey, samples: devices::passkey_samples },
    Target { name: "pictures", run: devices::picture, samples: devices::picture_samples },
    Target { name: "addresses", run: addresses::address, samples: addresses::address_samples },
    Target { name: "secrets", run: words::secret, samples: words::secret_samples },
    Target { name: "cursors", run: words::cursor, samples: words::cursor_samples },
    Target { name: "keys", run: words::key, samples: words::key_samples },
    Target { name: "times", run: words::time, samples: words::time_samples },
    Target { name: "prices", run: words::price, samples: words::price_samples },
];

/// The zone database, opened once: it keeps what it has read.
static ZONES: LazyLock<Zones> = LazyLock::new(Zones::bundled);

/// The reader of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// The bytes as text, as a handler that wants text would have them.
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Texts as samples.
fn samples(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}
