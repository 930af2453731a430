//! Calendars of others: reading, editing, expanding, importing.
//!
//! No byte is lost, an edit that says what is there changes nothing, and no series is longer than its bound.

use dayshelf_ical::document::Document;
use dayshelf_ical::document::edit::Edit;
use dayshelf_ical::object::Object;
use dayshelf_ical::recur::rule::Rule;
use dayshelf_ical::recur::{Asked, OCCURRENCES_MAX, occurrences};
use dayshelf_ical::text::property::Property;
use dayshelf_ical::time::Moment;

use crate::{ZONES, samples, text};

/// Reads any bytes as a calendar, and edits what it finds.
pub fn read(bytes: &[u8]) {
    let Ok(document) = Document::read(bytes) else { return };
    assert_eq!(document.bytes(), bytes, "bytes are lost");
    for node in document.nodes("VEVENT").take(3) {
        let first: Vec<Edit> = node.properties().take(1).cloned().map(Edit::Set).collect();
        assert_eq!(document.edited(node.at(), &first).bytes(), bytes, "an edit that says nothing new");
        let mark = Property::text("X-DAYSHELF-MARK", "a, b; c");
        let is_marked = node.property("X-DAYSHELF-MARK").is_some();
        let marked = document.edited(node.at(), &[Edit::Set(mark.clone())]);
        let there = marked.node(node.at()).and_then(|node| node.property("X-DAYSHELF-MARK"));
        assert!(there == Some(&mark), "what was written is not read");
        if !is_marked {
            let back = marked.edited(node.at(), &[Edit::Remove("X-DAYSHELF-MARK".to_owned())]);
            let kept = back.bytes();
            // A last line without an end gets one, as the lines around it have them; it may end in a bare CR.
            let ends = [&b""[..], b"\r\n", b"\n"];
            assert!(
                ends.iter().any(|end| kept.strip_suffix(*end) == Some(bytes)),
                "an edit that is taken back"
            );
        }
    }
    let Ok(berlin) = ZONES.zone("Europe/Berlin") else { return };
    let _ = dayshelf_ical::import::read(&document, &ZONES, &berlin);
}

/// Expands any object that can be stored.
pub fn expand(bytes: &[u8]) {
    let (Ok(object), Ok(berlin)) = (Object::read(bytes), ZONES.zone("Europe/Berlin")) else { return };
    let legend = object.legend(&ZONES, &berlin);
    let now = Moment(1_795_000_000_000);
    let asked = Asked { from: Moment(now.0 - 86_400_000 * 30), until: Moment(i64::MAX) }.not_beyond(now);
    let Ok(found) = occurrences(object.master(), object.overrides(), &legend, asked) else { return };
    assert!(found.occurrences.len() <= OCCURRENCES_MAX, "too many");
    for one in &found.occurrences {
        let (start, end) = one.span.moments();
        assert!(start <= end && start < asked.until && end >= asked.from, "outside of what was asked for");
    }
}

/// Reads any text as a rule; written again, it is the same rule.
pub fn rule(bytes: &[u8]) {
    let Ok(read) = Rule::parse(text(bytes)) else { return };
    assert_eq!(Rule::parse(&read.to_string()), Ok(read), "a rule that reads otherwise when written");
}

const SERIES: &str = "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\n\
    TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n\
    BEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:1\r\n\
    DTSTART;TZID=Own:20261204T180000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,-1FR;COUNT=9\r\n\
    EXDATE;VALUE=DATE:20261218\r\nRDATE;VALUE=PERIOD:20270101T100000Z/PT2H\r\nSUMMARY:Kiln\\, op\r\n en\r\n\
    BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\n\
    RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Own:20261214T180000\r\nDTSTART;TZID=\"W. Europe Standard Time\":20261214T190000\r\n\
    END:VEVENT\r\nEND:VCALENDAR\r\n";

/// Calendars with much in them.
pub fn calendar_samples() -> Vec<Vec<u8>> {
    samples(&[
        SERIES,
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20261204\nEND:VEVENT\nEND:VCALENDAR",
        "BEGIN:VEVENT\nUID:1\r",
    ])
}

/// Rules with much in them.
pub fn rule_samples() -> Vec<Vec<u8>> {
    samples(&[
        "FREQ=YEARLY;INTERVAL=2;COUNT=9;BYMONTH=1,12;BYDAY=MO,-1FR;BYHOUR=9;BYMINUTE=0,30;BYSECOND=0;BYSETPOS=1,-1;WKST=SU",
        "FREQ=MONTHLY;UNTIL=20271231T235959Z;BYMONTHDAY=1,-1",
        "FREQ=YEARLY;BYWEEKNO=20,-1;BYYEARDAY=100,-100",
    ])
}
