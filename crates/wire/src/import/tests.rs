//! What is made of which entries.

use super::*;
use dayshelf_core::text::is_slug;
use dayshelf_ical::document::Document;
use dayshelf_ical::import;
use dayshelf_ical::zone::Zones;

fn made_beside(text: &str, known: &BTreeSet<String>) -> (Drafts, ImportAnswer) {
    let zones = Zones::bundled();
    let zone = zones.zone("Europe/Berlin").unwrap();
    let import = import::read(&Document::read(text).unwrap(), &zones, &zone);
    // 2026-11-26.
    drafts(&import, Terms { zone: &zone, now: Instant(1_795_651_200_000), known })
}

fn made(text: &str) -> (Drafts, ImportAnswer) {
    made_beside(text, &BTreeSet::new())
}

/// A calendar of more than one import makes is made by the next: what is there takes no room.
#[test]
fn the_same_again_goes_on() {
    let entry = |number: usize| {
        format!(
            "BEGIN:VEVENT\nUID:{number}\nSUMMARY:Kiln\nDTSTART:20261204T{:02}{:02}00Z\nDURATION:PT1H\nEND:VEVENT\n",
            number / 60,
            number % 60
        )
    };
    let weekly = "BEGIN:VEVENT\nUID:w\nSUMMARY:Weekly\nDTSTART;TZID=Europe/Berlin:20261204T180000\nDURATION:PT1H\n\
         RRULE:FREQ=WEEKLY\nEND:VEVENT\n";
    let all: String = (0..DRAFTS_MAX + 20).map(entry).collect();
    let text = format!("BEGIN:VCALENDAR\n{all}{weekly}END:VCALENDAR\n");
    let (first, answer) = made(&text);
    let (slots, left) = (first.slots.len(), answer.left_out);
    assert_eq!((slots, first.series.len(), left), (DRAFTS_MAX, 0, 20 + 25));
    let by_slug = first.slots.iter().map(|draft| draft.spec.slug.clone()).collect();
    let by_name = first.slots.iter().map(|draft| draft.name.clone()).collect();
    for known in [by_slug, by_name] {
        let (second, answer) = made_beside(&text, &known);
        assert_eq!((second.slots.len(), second.series.len()), (DRAFTS_MAX + 20, 1));
        assert_eq!(answer.left_out, 0);
    }
}

/// Each kind of entry ends where it belongs, and the same calendar again makes the same names.
#[test]
fn entries_to_drafts() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Kiln & Öfen!\nDTSTART:20261204T170000Z\nDURATION:PT1H\nLOCATION:Yard\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\nSUMMARY:Weekly\nDTSTART;TZID=America/New_York:20200101T180000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nEND:VEVENT\nBEGIN:VEVENT\nUID:3\nDTSTART;TZID=Own:20261204T170000\nDURATION:PT1H\nEND:VEVENT\nBEGIN:VEVENT\nUID:4\nDTSTART:20200101T170000Z\nDURATION:PT1H\nEND:VEVENT\nBEGIN:VEVENT\nUID:5\nDTSTART:20261204T170000Z\nDURATION:PT1H\nSTATUS:CANCELLED\nEND:VEVENT\nBEGIN:VEVENT\nUID:6\nDTSTART:20261204T170000Z\nEND:VEVENT\nEND:VCALENDAR\n";
    let (drafts, answer) = made(text);
    assert_eq!((answer.over, answer.cancelled, answer.questions.len()), (1, 1, 2), "{answer:?}");
    assert!(answer.questions[0].question.starts_with("which zone is \"Own\"?"));
    let first = &drafts.slots[0].spec;
    assert!(first.slug.starts_with("kiln-fen-2026-12-04-"), "{}", first.slug);
    assert_eq!((first.times.zone.as_str(), first.place.as_str()), ("Europe/Berlin", "Yard"));
    assert_eq!(first.times.start_local.0 % 86_400, 18 * 3_600);
    assert_eq!((drafts.slots.len(), drafts.series.len()), (1, 1));
    let weekly = &drafts.series[0];
    // The Wednesdays from 2 December to 19 May.
    assert_eq!(weekly.slots, 25, "half a year of weeks");
    assert!(is_slug(&weekly.doc.key) && weekly.doc.key.starts_with("weekly-"), "{}", weekly.doc.key);
    assert_eq!((weekly.doc.rule.as_str(), weekly.doc.length.as_str()), ("FREQ=WEEKLY", "1h"));
    assert_eq!(weekly.doc.zone.as_deref(), Some("America/New_York"));
    assert!(!weekly.doc.publish);
    assert_eq!(made(text).0, drafts);
}

/// A series has what its overrides and its left-out dates say, in UTC too, where its rule counts. What recurs as no
/// series can is read date by date, as far as that goes; what begins in some years is a series all the same.
#[test]
fn series_and_what_is_none() {
    let entry = |more: &str| {
        format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Evening\nDTSTART;TZID=Europe/Berlin:20261204T180000\n\
             DURATION:PT90M\n{more}END:VCALENDAR\n"
        )
    };
    let moved = "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20261218T180000\nSUMMARY:Late\n\
         DTSTART;TZID=Europe/Berlin:20261218T190000\nDURATION:PT90M\nEND:VEVENT\n";
    let off = "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20261225T180000\nSTATUS:CANCELLED\n\
         DTSTART;TZID=Europe/Berlin:20261225T180000\nDURATION:PT90M\nEND:VEVENT\n";
    let dates = "RRULE:FREQ=WEEKLY;COUNT=5\nEXDATE;TZID=Europe/Berlin:20261211T180000\nEND:VEVENT\n";
    let (drafts, _) = made(&entry(&[dates, moved, off].concat()));
    let [series] = drafts.series.as_slice() else { panic!("{drafts:?}") };
    assert_eq!(series.slots, 3, "one is left out, one called off");
    assert_eq!(series.doc.except, ["2026-12-11T18:00:00", "2026-12-25T18:00:00"]);
    let [change] = series.doc.changes.as_slice() else { panic!("{series:?}") };
    assert_eq!((change.occurrence.as_str(), change.title.as_deref()), ("2026-12-18T18:00:00", Some("Late")));
    assert_eq!((change.start.as_deref(), change.length.as_deref()), (Some("2026-12-18T19:00:00"), None));
    let daily = "RRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\n";
    let utc = entry(daily).replace(";TZID=Europe/Berlin:20261204T180000", ":20261204T170000Z");
    let two = entry(&format!("RRULE:FREQ=WEEKLY;COUNT=3\n{daily}"));
    let (drafts, _) = made(&two);
    assert_eq!((drafts.slots.len(), drafts.series.len(), drafts.by_date), (5, 0, 1));
    let (drafts, _) = made(&utc);
    let [series] = drafts.series.as_slice() else { panic!("{drafts:?}") };
    assert_eq!((series.slots, drafts.slots.len(), drafts.by_date), (3, 0, 0));
    assert_eq!((series.doc.zone.as_deref(), series.doc.start.as_str()), (Some("UTC"), "2026-12-04T17:00:00"));
    assert!(series.notes[0].contains("another time in summer"), "{:?}", series.notes);
    let (drafts, answer) = made(&entry(daily).replace("20261204", "20301204"));
    assert_eq!((drafts.series.len(), drafts.series[0].slots, answer.over), (1, 0, 0));
    let (drafts, answer) = made(&entry(daily).replace("20261204", "20201204"));
    assert_eq!((drafts.slots.len(), drafts.series.len(), answer.over), (0, 0, 1));
    assert_eq!(drafts.idle.len(), 1, "it is there all the same");
}
