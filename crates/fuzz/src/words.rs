//! Short texts: ids and secrets, cursors, idempotency keys, times, prices.

use dayshelf_core::ids::{EntryId, HoldId, Home, Id, OrderId, Salt, SlotId};
use dayshelf_core::text::Secret;
use dayshelf_ical::anchor::{Anchor, SpanText, parse_span};
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_wire::money::{currency, decimals, price_text};
use dayshelf_wire::page::{cursor as cursor_text, cursor_key};
use dayshelf_wire::secret::{Bearer, KEY_CHARS_MAX, Opens, SECRET_BYTES, idempotency_key};
use dayshelf_wire::time::Place;

use crate::text;

fn id() -> Id {
    Id::mint(1_764_000_000_000, Home { shard: 0, number: 1 }, Salt(1))
}

/// Ids and secrets that are read are written as the same.
pub(crate) fn secret(bytes: &[u8]) {
    let text = text(bytes);
    if let Some(bearer) = Bearer::parse(text) {
        assert_eq!(Bearer::parse(&bearer.text()), Some(bearer), "a secret is another one when it is written");
    }
    if let Some(id) = Id::parse(text) {
        assert_eq!(Id::parse(&id.to_string()), Some(id));
        assert_eq!(Id::from_bytes(id.to_bytes()), id);
    }
    assert!(HoldId::parse(text).is_none_or(|id| HoldId::parse(&id.to_string()) == Some(id)));
    assert!(OrderId::parse(text).is_none_or(|id| OrderId::parse(&id.to_string()) == Some(id)));
    assert!(SlotId::parse(text).is_none_or(|id| SlotId::parse(&id.to_string()) == Some(id)));
    assert!(EntryId::parse(text).is_none_or(|id| EntryId::parse(&id.to_string()) == Some(id)));
}

pub(crate) fn secret_samples() -> Vec<Vec<u8>> {
    let bearer = |opens| Bearer { opens, id: id(), secret: Secret([0xa5; SECRET_BYTES]) }.text();
    let secrets = [Opens::Hold, Opens::Order, Opens::Entry, Opens::Api].map(bearer);
    let ids = [id().to_string(), HoldId(id()).to_string(), SlotId(id()).to_string()];
    secrets.into_iter().chain(ids).map(String::into_bytes).collect()
}

/// A cursor that is read is the one that is written for its key.
pub(crate) fn cursor(bytes: &[u8]) {
    let text = text(bytes);
    for list in ["slots", "orders", ""] {
        if let Some(key) = cursor_key(list, text) {
            assert_eq!(cursor_text(list, &key), text, "a cursor has a second text");
        }
        let key = &bytes[..bytes.len().min(250)];
        assert_eq!(cursor_key(list, &cursor_text(list, key)).as_deref(), Some(key), "a cursor loses its key");
    }
}

pub(crate) fn cursor_samples() -> Vec<Vec<u8>> {
    let list = ["slots", "orders", ""].map(|list| cursor_text(list, &[1, 0, 255, 7]));
    list.into_iter().map(String::into_bytes).collect()
}

/// A key is taken as it is or not at all.
pub(crate) fn key(bytes: &[u8]) {
    let text = text(bytes);
    if let Ok(key) = idempotency_key(text) {
        assert!(key == text && key.len() <= KEY_CHARS_MAX && key.is_ascii() && !key.contains(' '));
    }
}

pub(crate) fn key_samples() -> Vec<Vec<u8>> {
    crate::samples(&["0f8fad5b-d9cb-469f-a165-70867728950e", "1", &"k".repeat(KEY_CHARS_MAX)])
}

/// Times and lengths that are read are written as the same.
pub(crate) fn time(bytes: &[u8]) {
    let text = text(bytes);
    if let Ok(anchor) = Anchor::parse(text) {
        assert_eq!(Anchor::parse(&anchor.to_string()), Ok(anchor), "an anchor is another one when written");
    }
    if let Ok(seconds) = parse_span(text)
        && let Ok(length) = u64::try_from(seconds)
    {
        // A very long length is read in one unit and written in three, which may be past the bound.
        let again = parse_span(&SpanText(length).to_string());
        assert!(again.is_err() || again == Ok(seconds), "a length is another one when it is written");
    }
    if let Some(moment) = Moment::parse(text) {
        assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
    }
    if let Some(civil) = Civil::parse(text) {
        assert_eq!(Civil::parse(&civil.to_string()), Some(civil));
    }
    if let Ok(zone) = crate::ZONES.zone("Europe/Berlin") {
        let start = Civil(1_796_126_400);
        let place = Place::new(zone, start, start.plus_days(1));
        if let Err(flaw) = place.when(text) {
            assert!(!flaw.to_string().is_empty());
        }
    }
    // An unknown zone is compared with all known ones, which takes its time.
    if text.contains('/')
        && let Ok(zone) = crate::ZONES.zone(text)
    {
        assert!(crate::ZONES.zone(zone.name()).is_ok(), "a zone does not know its own name: {text}");
    }
}

pub(crate) fn time_samples() -> Vec<Vec<u8>> {
    crate::samples(&[
        "start - 20m",
        "end + 1d2h30m",
        "start + 1d at 10:00:30 - 90s",
        "1h30m",
        "90 seconds",
        "2026-12-04T18:00",
        "2026-03-29 02:30:00",
        "2026-12-04T18:00:00.5+01:00",
        "-009999-01-02T01:59:59Z",
        "Europe/Berlin",
    ])
}

/// A price that is read is exact: written in its own decimals it is read as the same.
pub(crate) fn price(bytes: &[u8]) {
    let text = text(bytes);
    for default in [None, currency("EUR").ok()] {
        let Ok(money) = price_text(text, default) else { continue };
        let unit = 10_i64.pow(decimals(money.currency));
        let places = decimals(money.currency) as usize;
        let (whole, part) = (money.amount / unit, money.amount % unit);
        let point = if places > 0 { format!(".{part:0places$}") } else { String::new() };
        let written = format!("{whole}{point} {}", money.currency.code());
        assert_eq!(price_text(&written, None).ok(), Some(money), "{text:?} as {written:?}");
    }
}

pub(crate) fn price_samples() -> Vec<Vec<u8>> {
    crate::samples(&["42.00", "42", "0.05 EUR", "7.125 KWD", "500 JPY", "9999999999 CLF"])
}
