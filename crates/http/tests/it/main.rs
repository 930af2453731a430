//! The web face over HTTP, found by route.

#![allow(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

mod access;
mod authority;
mod bad_input;
mod blocks;
mod calendars;
mod challenge;
mod delivery;
mod domain;
mod endpoints;
mod feeds;
mod flaws;
mod frame;
mod holds;
mod house;
mod import;
mod journal;
mod keys;
mod kinds;
mod library;
mod lobby;
mod logs;
mod look;
mod malformed;
mod openapi;
mod orders;
mod organisers;
mod outbox;
mod passkeys;
mod people;
mod plan;
mod pools;
mod recovery;
mod round_trips;
mod rush;
mod second_factor;
mod series;
mod serving;
mod site;
mod slots;
mod surface;
mod templates;
mod texts;
mod waitlist;
