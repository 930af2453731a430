//! Templates with their parameters, and series with their occurrences.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::cell::Cell;

use dayshelf_core::block::BlockKind;
use dayshelf_core::ids::{Home, Id, Salt};
use dayshelf_core::plan::{Plan, PlanBlockKind};
use dayshelf_core::time::Instant;
use dayshelf_ical::zone::Zones;
use dayshelf_wire::plan::single::SlotClock;
use dayshelf_wire::plan::template::TemplateText;
use dayshelf_wire::plan::{Context, Mistakes, read_toml};

/// 2026-12-01T12:00:00Z.
const NOW: Instant = Instant(1_796_126_400_000);

const HEAD: &str = r#"
[organiser]
slug = "maker"
name = "Maker"
zone = "Europe/Berlin"
currency = "EUR"

[[pools]]
key = "cups"
units = 9

[[templates]]
key = "evening"
title = "An evening"
parameters = [
    { key = "lead", default = "20m", about = "before the start" },
    { key = "places", default = 6 },
    { key = "host", default = "Ann" },
    { key = "date", default = "" },
]
windows = [{ key = "public", opens = "start - {lead}", closes = "end" }]
offers = [{ key = "cup", recipe = [{ pool = "cups" }], price = "4.00" }]
fulfilments = [{ key = "pickup", kind = "pickup", opens = "end", closes = "end + 1h", boxes_of = { length = "30m", places = "{places}" } }]
blocks = [{ key = "door", title = "{host} at the door", when = "start", until = "end", shift = { person = "{host}", tasks = ["{date}"] } }]
"#;

fn read(text: &str) -> Result<Plan, Mistakes> {
    let (zones, home, count) = (Zones::bundled(), Home { shard: 0, number: 1 }, Cell::new(0));
    let mint = || {
        count.set(count.get() + 1);
        Id::mint(NOW.0, home, Salt(count.get()))
    };
    let read_file = |name: &str| Err(format!("there is no file {name:?}"));
    let context = Context {
        zones: &zones,
        now: NOW,
        home,
        zone: None,
        currency: None,
        mint: &mint,
        read_file: &read_file,
    };
    read_toml(&format!("{HEAD}{text}"), &context)
}

fn good(text: &str) -> Plan {
    read(text).unwrap_or_else(|flaws| panic!("{flaws}"))
}

fn flaw(text: &str) -> String {
    read(text).map(|_| ()).unwrap_err().to_string()
}

/// Values stand where their names do: in a text, and as a number; what is not given has its default.
#[test]
fn values_take_their_places() {
    let slot = "[[slots]]\nslug = \"a\"\ntitle = \"A\"\nstart = \"2026-12-04T18:00\"\nend = \"start + 1h\"\ntemplate = \"evening\"\n";
    let plain = good(slot);
    let given = good(&format!("{slot}with = {{ lead = \"30m\", places = 8, host = \"Bea\" }}\n"));
    let opens = |plan: &Plan| plan.slots[0].windows[0].opens.anchor.seconds;
    assert_eq!((opens(&plain), opens(&given)), (-1_200, -1_800));
    let places = |plan: &Plan| plan.slots[0].fulfilments[0].boxes[0].places;
    assert_eq!((places(&plain), places(&given)), (6, 8));
    let block = &given.slots[0].blocks[0];
    let PlanBlockKind::Plain(BlockKind::Shift(shift)) = &block.kind else { panic!("{block:?}") };
    assert_eq!((block.title.as_str(), shift.person.as_str()), ("Bea at the door", "Bea"));
    let applied = &given.applied[0];
    assert_eq!((applied.slot.as_str(), applied.values["places"].as_str()), ("a", "8"));
    let parts: Vec<&str> = applied.parts.iter().map(String::as_str).collect();
    assert_eq!(parts, ["blocks.door", "fulfilments.pickup", "offers.cup", "windows.public"]);
    assert!(flaw(&format!("{slot}with = {{ leed = \"30m\" }}\n")).contains("there is no such parameter"));
    let bare = "[[templates]]\nkey = \"bare\"\ntitle = \"Bare\"\n";
    let slot_of_bare = slot.replace("evening", "bare");
    let unknown = flaw(&format!("{bare}{slot_of_bare}with = {{ lead = \"30m\" }}\n"));
    assert!(unknown.contains("the template has no parameters"), "{unknown}");
    let without = slot.replace("template = \"evening\"\n", "with = { lead = \"30m\" }\n");
    assert!(flaw(&without).contains("slots[0].with: these are values of a template"));
    assert!(flaw(&format!("{slot}with = {{ places = \"many\" }}\n")).contains("write a whole number"));
}

/// What is kept of a template, written as a file, is the same template.
#[test]
fn a_file_is_the_template() {
    let kept = &good("").templates[0];
    let text = TemplateText::kept(&kept.text).unwrap();
    let table: toml::Table = text.toml().parse().unwrap();
    let again = serde_json::to_value(&table["templates"][0]).unwrap();
    assert_eq!(&again, text.value());
    assert_eq!(text.names(), ("evening".to_owned(), "An evening".to_owned()));
    assert!(
        TemplateText::new(serde_json::json!({"key": "x", "blocks": [{"key": "y", "wen": "start"}]})).is_err()
    );
    let refused = [
        (serde_json::json!([{"key": "w", "opens": "start - {lead}", "closes": "end"}]), "windows[0].opens"),
        (serde_json::json!([{"key": "w", "opens": "end", "closes": "start"}]), "windows[0].closes"),
        (serde_json::json!([{"key": "w", "opens": "end - 1h", "closes": "end - 60m"}]), "windows[0].closes"),
    ];
    for (windows, field) in refused {
        let read = TemplateText::new(serde_json::json!({"key": "x", "windows": windows}));
        assert_eq!(read.unwrap_err().members["field"], field);
    }
    for (opens, closes) in [("end - 1h", "start + 2h"), ("start", "end"), ("end at 20:00", "start at 21:00")]
    {
        let windows = serde_json::json!([{"key": "w", "title": "{ ] }", "opens": opens, "closes": closes}]);
        assert!(TemplateText::new(serde_json::json!({"key": "x", "windows": windows})).is_ok(), "{opens}");
    }
    assert!(text.has_parameter("date") && !text.has_parameter("dates"));
}

const SERIES: &str = r#"
[[series]]
key = "friday"
title = "Friday evening"
start = "2026-11-06T18:00"
length = "65m"
rule = "FREQ=WEEKLY;BYDAY=FR"
except = ["2026-12-25T18:00"]
also = ["2026-12-24T15:00"]
changes = [{ occurrence = "2026-12-11T18:00", start = "2026-12-12T17:00", title = "On a Saturday" }]
days_ahead = 32
template = "evening"
pools = [{ key = "seats", units = 12 }]
"#;

/// What is left out or is otherwise is an occurrence; the nearest ones are named.
#[test]
fn a_series_leaves_out_what_there_is() {
    for (was, is) in [
        ("except = [\"2026-12-25", "except = [\"2026-12-26"),
        ("occurrence = \"2026-12-11", "occurrence = \"2026-12-26"),
    ] {
        let said = flaw(&SERIES.replace(was, is));
        assert!(said.contains("write 2026-12-25T18:00:00 or 2027-01-01T18:00:00"), "{said}");
    }
    let said = flaw(&SERIES.replace("template = \"evening\"", "with = { lead = \"30m\" }"));
    assert!(said.contains("series[0].with: these are values of a template"), "{said}");
}

/// Each occurrence that lies ahead is a slot of its own with its own pools; one that is moved keeps its name, one
/// that is left out is not there, one that is added is.
#[test]
fn a_series_is_its_occurrences() {
    let plan = good(SERIES);
    let slugs: Vec<&str> = plan.slots.iter().map(|slot| slot.spec.slug.as_str()).collect();
    let wanted = [
        "friday-2026-12-04",
        "friday-2026-12-11",
        "friday-2026-12-18",
        "friday-2026-12-24",
        "friday-2027-01-01",
    ];
    assert_eq!(slugs, wanted);
    let moved = &plan.slots[1].spec;
    assert_eq!(moved.title, "On a Saturday");
    assert_eq!(moved.times.start.since(plan.slots[0].spec.times.start).0, (8 * 24 - 1) * 3_600_000);
    assert_eq!(moved.times.end.since(moved.times.start).0, 65 * 60_000);
    let own: Vec<&str> = plan.pools.iter().skip(1).map(|pool| pool.key.as_str()).collect();
    assert_eq!((own.len(), own[0]), (5, "seats-2026-12-04"));
    assert_eq!(plan.applied[0].values["date"], "2026-12-04");
    let advice = "write one as \"FREQ=WEEKLY;BYDAY=FR\"";
    assert!(flaw(&SERIES.replace("FREQ=WEEKLY", "FREQ=SOMETIMES")).contains(advice));
    assert!(flaw(&SERIES.replace("FREQ=WEEKLY;BYDAY=FR", "FREQ=SECONDLY")).contains(advice));
    assert!(flaw(&SERIES.replace("= 32", "= 9999")).contains("write 1 to 730 days"));
}

/// Each is as long as is written, also in the night in which the clocks go back: its end is the second half past two then,
/// which a plan tells.
#[test]
fn hours_are_exact_in_every_night() {
    let nights = SERIES
        .replace("2026-11-06T18:00", "2027-10-29T01:30")
        .replace("FREQ=WEEKLY;BYDAY=FR", "FREQ=DAILY;COUNT=4")
        .replace("65m", "1h")
        .replace("= 32", "= 400");
    let nights =
        nights.lines().filter(|line| !["exce", "also", "chan"].iter().any(|list| line.starts_with(list)));
    let nights: String = nights.map(|line| format!("{line}\n")).collect();
    for (length, half) in [("1h", None), ("2h", Some("end"))] {
        let plan = good(&nights.replace("1h", length));
        let lengths: Vec<i64> = plan
            .slots
            .iter()
            .map(|slot| slot.spec.times.end.since(slot.spec.times.start).0 / 3_600_000)
            .collect();
        let hours: i64 = length.trim_end_matches('h').parse().unwrap();
        assert_eq!(lengths, [hours; 4]);
        let clocks = SlotClock::of_plan(&plan, &Zones::bundled());
        let ends: Vec<(&str, &str)> =
            clocks.iter().map(|one| (one.slot.as_str(), one.clock.what.as_str())).collect();
        let night = "friday-2027-10-31";
        assert!(half.is_none_or(|what| ends.contains(&(night, what))), "{clocks:?}");
    }
}

/// A series that begins years ahead makes nothing yet, and is looked at when its first comes within reach, however its
/// rule ends. What it would make too much of then is seen at once.
#[test]
fn a_series_far_ahead() {
    const DAY_MS: i64 = 86_400_000;
    let plain: Vec<&str> =
        SERIES.lines().filter(|line| !line.starts_with("except") && !line.starts_with("changes")).collect();
    let plain = plain.join("\n");
    let far = plain.replace("2026-11-06T18:00", "2031-01-03T18:00");
    for rule in ["FREQ=WEEKLY;BYDAY=FR;COUNT=4", "FREQ=WEEKLY;BYDAY=FR;UNTIL=20310201T000000Z"] {
        let text = far.replace("FREQ=WEEKLY;BYDAY=FR", rule).replace("also = [\"2026-12-24T15:00\"]", "");
        let plan = good(&text);
        assert!(plan.slots.is_empty(), "{rule}");
        let due = plan.series[0].reach.due.unwrap();
        let first = Instant(1_925_226_000_000);
        assert_eq!(first.since(due).0, 32 * DAY_MS, "so many days before its first");
    }
    let over = plain.replace("FREQ=WEEKLY;BYDAY=FR", "FREQ=WEEKLY;BYDAY=FR;COUNT=5");
    assert_eq!(good(&over).series[0].reach.due, None);
    assert!(flaw(&far.replace("FREQ=WEEKLY;BYDAY=FR", "FREQ=MINUTELY")).contains("this is no rule"));
}
