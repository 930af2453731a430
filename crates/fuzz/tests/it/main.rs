//! Every reader on samples, on changed samples and on noise, the same ones in every run.

#![allow(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use dayshelf_fuzz::{TARGETS, target};

/// Inputs for each reader. All together they take a few seconds; libFuzzer has more patience.
const ROUNDS: u32 = 2_000;
/// Bytes of an input for which fewer rounds are enough, because each costs more.
const LONG_BYTES: usize = 1_000;
/// What readers look for: a change that puts one in gets further than noise.
const WORDS: &[&str] = &[
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "=",
    "\n",
    "\u{0}",
    "-",
    "+",
    "0",
    "1e999",
    "null",
    "true",
    "_",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "4294967296",
    "ß",
    "\u{1f600}",
    "\u{feff}",
    "%",
    " at ",
    "start",
    "end",
    "w",
    "d",
    "[[slots]]",
    "T24:00",
    "Z",
    ".",
    "=",
    "/",
    "<",
    ">",
    "&#13;",
    "<![CDATA[",
    "xmlns=",
    "<a>",
    "</a>",
];

/// A small generator of numbers: xorshift, since nothing here is to be guessed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }

    /// Changes bytes in one to four places.
    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        for _ in 0..=self.below(4) {
            let place = self.below(bytes.len() + 1);
            let end = (place + self.below(9)).min(bytes.len());
            match self.below(7) {
                0 => drop(bytes.splice(place..end, [])),
                1 => drop(bytes.splice(place..place, [self.below(256) as u8])),
                2 if place < bytes.len() => bytes[place] ^= 1 << self.below(8),
                3 => drop(bytes.splice(place..end, WORDS[self.below(WORDS.len())].bytes())),
                4 => {
                    let again = bytes[place..end].to_vec();
                    drop(bytes.splice(place..place, again));
                }
                5 => bytes.truncate(place),
                _ => {
                    let from = self.below(other.len());
                    let until = (from + self.below(40)).min(other.len());
                    drop(bytes.splice(place..end, other[from..until].iter().copied()));
                }
            }
        }
    }
}

fn check(name: &str) {
    let target = target(name).unwrap();
    let samples = (target.samples)();
    assert!(!samples.is_empty(), "{name} has no samples");
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let long = samples.iter().map(Vec::len).max().unwrap() > LONG_BYTES;
    for round in 0..if long { ROUNDS / 10 } else { ROUNDS } {
        let mut bytes = samples[chance.below(samples.len())].clone();
        let other = &samples[chance.below(samples.len())];
        match round {
            _ if (round as usize) < samples.len() => bytes.clone_from(&samples[round as usize]),
            _ if round % 16 == 0 => bytes = (0..chance.below(200)).map(|_| chance.below(256) as u8).collect(),
            _ => chance.change(&mut bytes, other),
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(&bytes)));
        assert!(outcome.is_ok(), "{name} fell over {:?}", String::from_utf8_lossy(&bytes));
    }
}

/// Every reader has a test here, so that a new one can't be forgotten.
#[test]
fn every_reader_is_tried() {
    let here = include_str!("main.rs");
    for target in TARGETS {
        assert!(here.contains(&format!("check(\"{}\")", target.name)), "{} has no test", target.name);
    }
}

#[test]
fn bodies() {
    check("bodies");
}

#[test]
fn calendars() {
    check("calendars");
}

#[test]
fn series() {
    check("series");
}

#[test]
fn rules() {
    check("rules");
}

#[test]
fn tables() {
    check("tables");
}

#[test]
fn plans_in_toml() {
    check("plan_toml");
}

#[test]
fn plans_in_json() {
    check("plan_json");
}

#[test]
fn passes() {
    check("passes");
}

#[test]
fn webhooks() {
    check("webhooks");
}

#[test]
fn secrets() {
    check("secrets");
}

#[test]
fn cursors() {
    check("cursors");
}

#[test]
fn keys() {
    check("keys");
}

#[test]
fn times() {
    check("times");
}

#[test]
fn prices() {
    check("prices");
}

#[test]
fn bodies_of_calendar_apps() {
    check("dav");
}

#[test]
fn passkeys() {
    check("passkeys");
}

#[test]
fn pictures() {
    check("pictures");
}

#[test]
fn addresses() {
    check("addresses");
}
