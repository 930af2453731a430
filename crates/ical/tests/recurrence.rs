//! Recurrence: the examples of RFC 5545, what real calendars have that the RFC does not like, and rules that are bombs.
//!
//! The comparison with another program over made-up rules is in `tests/recurrence`, from the root.

#![allow(clippy::unwrap_used, reason = "a test that can't go on stops")]

use dayshelf_ical::object::Object;
use dayshelf_ical::recur::rule::Rule;
use dayshelf_ical::recur::split::{NoSplit, split};
use dayshelf_ical::recur::{Asked, Expansion, OCCURRENCES_MAX, STEPS_MAX, Stopped, occurrences};
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::Zones;
use dayshelf_ical::zone::legend::Place;

const EVER: Asked = Asked { from: Moment(0), until: Moment(4_000_000_000_000) };

fn calendar(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n")
}

fn expand(lines: &str, asked: Asked) -> Expansion {
    let zones = Zones::bundled();
    let object = Object::read(calendar(lines)).unwrap();
    let legend = object.legend(&zones, &zones.zone("America/New_York").unwrap());
    occurrences(object.master(), object.overrides(), &legend, asked).unwrap()
}

/// Starts on the wall, as `1997-09-02T09:00`, without the time where all have the one of the first.
fn walls(found: &Expansion) -> Vec<String> {
    found.occurrences.iter().map(|one| one.span.start.local.to_string()[..16].to_owned()).collect()
}

/// The first starts of a rule that starts on 1997-09-02 at 9 in New York, as `9/2 9/3` from its start on.
fn of_rfc(start: &str, rule: &str, count: usize) -> String {
    let lines = format!("DTSTART;TZID=America/New_York:{start}\nRRULE:{rule}");
    let asked = Asked { until: Moment(1_700_000_000_000), ..EVER };
    let clock = format!("{}:{}", &start[9..11], &start[11..13]);
    let short = |wall: &String| {
        let (year, month, day) =
            (&wall[2..4], wall[5..7].trim_start_matches('0'), wall[8..10].trim_start_matches('0'));
        let time = &wall[11..16];
        if time == clock { format!("{year}/{month}/{day}") } else { format!("{year}/{month}/{day}@{time}") }
    };
    walls(&expand(&lines, asked)).iter().take(count).map(short).collect::<Vec<_>>().join(" ")
}

/// When most of the RFC's examples start.
const SEPTEMBER: &str = "19970902T090000";

/// Section 3.8.5.3, shortened to what tells a right answer from a wrong one: start, rule, first days.
const OF_RFC: &[(&str, &str, &str)] = &[
    (SEPTEMBER, "FREQ=DAILY;COUNT=3", "97/9/2 97/9/3 97/9/4"),
    (SEPTEMBER, "FREQ=DAILY;INTERVAL=10;COUNT=3", "97/9/2 97/9/12 97/9/22"),
    (
        "19980101T090000",
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "98/1/1 98/1/2 98/1/3",
    ),
    (SEPTEMBER, "FREQ=WEEKLY;INTERVAL=2;WKST=SU;COUNT=3", "97/9/2 97/9/16 97/9/30"),
    (SEPTEMBER, "FREQ=WEEKLY;COUNT=4;WKST=SU;BYDAY=TU,TH", "97/9/2 97/9/4 97/9/9 97/9/11"),
    (
        "19970901T090000",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,WE,FR;COUNT=5",
        "97/9/1 97/9/3 97/9/5 97/9/15 97/9/17",
    ),
    ("19970905T090000", "FREQ=MONTHLY;COUNT=3;BYDAY=1FR", "97/9/5 97/10/3 97/11/7"),
    ("19970907T090000", "FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=1SU,-1SU", "97/9/7 97/9/28 97/11/2 97/11/30"),
    ("19970922T090000", "FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "97/9/22 97/10/20 97/11/17"),
    ("19970928T090000", "FREQ=MONTHLY;BYMONTHDAY=-3", "97/9/28 97/10/29 97/11/28"),
    ("19970930T090000", "FREQ=MONTHLY;COUNT=5;BYMONTHDAY=1,-1", "97/9/30 97/10/1 97/10/31 97/11/1 97/11/30"),
    (
        "19970910T090000",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=7;BYMONTHDAY=10,11,12,13,14,15",
        "97/9/10 97/9/11 97/9/12",
    ),
    ("19970610T090000", "FREQ=YEARLY;COUNT=4;BYMONTH=6,7", "97/6/10 97/7/10 98/6/10 98/7/10"),
    (
        "19970101T090000",
        "FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200",
        "97/1/1 97/4/10 97/7/19 00/1/1",
    ),
    ("19970519T090000", "FREQ=YEARLY;BYDAY=20MO", "97/5/19 98/5/18 99/5/17"),
    ("19970512T090000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "97/5/12 98/5/11 99/5/17"),
    ("19970512T090000", "FREQ=YEARLY;BYWEEKNO=20", "97/5/12 98/5/11 99/5/17"),
    ("19970313T090000", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "97/3/13 97/3/20 97/3/27 98/3/5"),
    ("19970913T090000", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "97/9/13 97/10/11 97/11/8"),
    (
        "19961105T090000",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "96/11/5 00/11/7 04/11/2",
    ),
    ("19970904T090000", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "97/9/4 97/10/7 97/11/6"),
    ("19970929T090000", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "97/9/29 97/10/30 97/11/27"),
    (SEPTEMBER, "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", "97/9/2 97/9/2@12:00 97/9/2@15:00"),
    (SEPTEMBER, "FREQ=MINUTELY;INTERVAL=90;COUNT=3", "97/9/2 97/9/2@10:30 97/9/2@12:00"),
    (SEPTEMBER, "FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20", "97/9/2 97/9/2@09:20 97/9/2@10:00"),
    (SEPTEMBER, "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10", "97/9/2 97/9/2@09:20 97/9/2@09:40"),
    (
        "19970805T090000",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "97/8/5 97/8/10 97/8/19 97/8/24",
    ),
    (
        "19970805T090000",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "97/8/5 97/8/17 97/8/19 97/8/31",
    ),
    ("20070115T090000", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "07/1/15 07/1/30 07/2/15 07/3/15 07/3/30"),
];

/// The examples of the RFC are as the RFC says.
#[test]
fn examples_of_the_rfc() {
    for (start, rule, expected) in OF_RFC {
        let count = expected.split(' ').count();
        assert_eq!(of_rfc(start, rule, count), *expected, "{rule}");
    }
    let bounded =
        "DTSTART;TZID=America/New_York:19970902T090000\nRRULE:FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z";
    assert_eq!(expand(bounded, EVER).occurrences.len(), 3);
    let friday = "DTSTART;TZID=America/New_York:19970902T090000\nEXDATE;TZID=America/New_York:19970902T090000\nRRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13";
    assert_eq!(walls(&expand(friday, EVER))[..2], ["1998-02-13T09:00", "1998-03-13T09:00"]);
}

/// What is asked for is found by its end, too; a series of long ago is entered where it is needed.
#[test]
fn only_what_is_asked_for() {
    let moment = |text: &str| Moment::parse(text).unwrap();
    let asked = Asked { from: moment("2026-06-01T00:00:00Z"), until: moment("2026-06-03T00:00:00Z") };
    let series = "DTSTART:19010101T233000Z\nDTEND:19010102T003000Z\nRRULE:FREQ=DAILY";
    assert_eq!(walls(&expand(series, asked)), ["2026-05-31T23:30", "2026-06-01T23:30", "2026-06-02T23:30"]);
    let long = "DTSTART;VALUE=DATE:20260101\nDURATION:P200D\nRRULE:FREQ=YEARLY";
    assert_eq!(walls(&expand(long, asked)), ["2026-01-01T00:00"]);
    let touching = "DTSTART:20260531T230000Z\nDTEND:20260601T000000Z";
    assert_eq!(walls(&expand(touching, asked)), Vec::<String>::new());
    let now = moment("2026-11-26T00:00:00Z");
    assert_eq!(EVER.not_beyond(now).until, moment("2028-11-26T00:00:00Z"));
}

/// A start in a gap is shifted and said so, one in a fold is the first; neither is dropped.
#[test]
fn gaps_and_folds() {
    let found = expand("DTSTART;TZID=Europe/Berlin:20260327T023000\nRRULE:FREQ=DAILY;COUNT=4", EVER);
    let moments: Vec<String> =
        found.occurrences.iter().map(|one| one.span.start.moment().to_string()).collect();
    assert_eq!(moments[2], "2026-03-29T01:30:00.000Z");
    assert_eq!(
        found.occurrences.iter().map(|one| one.is_shifted).collect::<Vec<_>>(),
        [false, false, true, false]
    );
    let found = expand("DTSTART;TZID=Europe/Berlin:20261024T023000\nRRULE:FREQ=DAILY;COUNT=2", EVER);
    assert_eq!(found.occurrences[1].span.start.moment().to_string(), "2026-10-25T00:30:00.000Z");
    // A start that is itself in a fold has tripped others.
    let found = expand("DTSTART;TZID=Europe/Berlin:20261025T023000\nRRULE:FREQ=YEARLY;COUNT=2", EVER);
    assert_eq!(walls(&found), ["2026-10-25T02:30", "2027-10-25T02:30"]);
}

/// Dates that are left out or added in another form than the start's, and periods of their own length.
#[test]
fn dates_in_other_forms() {
    let base = "DTSTART;TZID=Europe/Berlin:20261204T180000\nDTEND;TZID=Europe/Berlin:20261204T190000\nRRULE:FREQ=DAILY;COUNT=4";
    for (gone, left) in [
        ("EXDATE:20261205T170000Z", 3),
        ("EXDATE;VALUE=DATE:20261205", 3),
        ("EXDATE;TZID=America/New_York:20261205T120000", 3),
        ("EXDATE;TZID=Nowhere/Middle:20261205T180000", 3),
        ("EXDATE;TZID=Europe/Berlin:20261205T180000,20261206T180000", 2),
        ("EXDATE:20261205T180000Z", 4),
    ] {
        assert_eq!(expand(&format!("{base}\n{gone}"), EVER).occurrences.len(), left, "{gone}");
    }
    let added = expand(&format!("{base}\nRDATE;VALUE=PERIOD:20270101T100000Z/PT3H"), EVER);
    let (start, end) = added.occurrences[4].span.moments();
    assert_eq!((end.0 - start.0, start.to_string().as_str()), (10_800_000, "2027-01-01T10:00:00.000Z"));
    let day = expand(&format!("{base}\nRDATE;VALUE=DATE:20270101"), EVER);
    assert_eq!(walls(&day)[4], "2027-01-01T18:00");
    let days = expand(
        "DTSTART;VALUE=DATE:20261204\nRRULE:FREQ=DAILY;UNTIL=20261207T045959Z\nEXDATE;TZID=Europe/Berlin:20261205T000000",
        EVER,
    );
    assert_eq!(walls(&days), ["2026-12-04T00:00", "2026-12-06T00:00"]);
}

/// Overrides take the place of what they name, in whatever form they name it, and can go for all that follow.
#[test]
fn overrides() {
    let base = "DTSTART;TZID=Europe/Berlin:20261204T180000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4";
    let with = |change: &str| expand(&format!("{base}\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\n{change}"), EVER);
    for id in [
        "RECURRENCE-ID:20261205T170000Z",
        "RECURRENCE-ID;VALUE=DATE:20261205",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261205T180000",
    ] {
        let found = with(&format!("{id}\nDTSTART;TZID=Europe/Berlin:20261210T090000"));
        assert_eq!(
            walls(&found),
            ["2026-12-04T18:00", "2026-12-06T18:00", "2026-12-07T18:00", "2026-12-10T09:00"],
            "{id}"
        );
        let original = found.occurrences[3].original.local;
        assert_eq!(original.0 / 86_400, Civil::parse("2026-12-05T18:00").unwrap().0 / 86_400, "{id}");
    }
    let found = with(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261206T170000Z\nDTSTART;TZID=Europe/Berlin:20261206T193000\nDURATION:PT2H",
    );
    assert_eq!(
        walls(&found),
        ["2026-12-04T18:00", "2026-12-05T18:00", "2026-12-06T19:30", "2026-12-07T19:30"]
    );
    let (start, end) = found.occurrences[3].span.moments();
    assert_eq!(end.0 - start.0, 7_200_000);
    // One that names nothing of the series is still an entry that somebody made.
    let found = with("RECURRENCE-ID:20280101T000000Z\nDTSTART:20280101T000000Z");
    assert_eq!(found.occurrences.len(), 5);
}

/// Rules that would never end are answered within their bounds, which are counted, and say that there may be more.
#[test]
fn bombs() {
    let now = Moment::parse("2026-11-26T00:00:00Z").unwrap();
    let asked = EVER.not_beyond(now);
    let all = |max: u32| (0..max).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let every_second = format!("BYHOUR={};BYMINUTE={};BYSECOND={}", all(24), all(60), all(60));
    let lines = include_str!("data/bombs.txt").lines().filter(|line| !line.starts_with('#'));
    let mut most = 0;
    for line in lines {
        let [start, rule, stopped] = line.split(" | ").collect::<Vec<_>>().try_into().unwrap();
        let rule = rule.replace("{every second}", &every_second);
        let lines = format!("DTSTART:{start}\n{}", format!("RRULE:{rule}\n").repeat(3));
        let found = expand(lines.trim_end(), asked);
        let wanted = match stopped {
            "occurrences" => Some(Stopped::Occurrences),
            "steps" => Some(Stopped::Steps),
            _ => None,
        };
        assert_eq!(found.stopped, wanted, "{line}");
        assert!(found.steps <= STEPS_MAX, "{line}: {} steps", found.steps);
        assert!(found.occurrences.len() <= OCCURRENCES_MAX, "{line}");
        most = most.max(found.steps);
    }
    assert_eq!(most, STEPS_MAX, "one of them at least meets the bound");
    let dates: String = (0..9_000)
        .map(|n| format!("RDATE:2026{:02}{:02}T{:02}{:02}00Z\n", 1 + n % 12, 1 + n % 28, n % 24, n % 60))
        .collect();
    let found = expand(&format!("DTSTART:20260101T000000Z\n{}", dates.trim_end()), asked);
    assert!(found.occurrences.len() <= OCCURRENCES_MAX && found.stopped.is_none());
}

/// The two halves of a series have together what the whole had.
#[test]
fn halves_make_the_whole() {
    let zones = Zones::bundled();
    let berlin = zones.zone("Europe/Berlin").unwrap();
    for rule in [
        "FREQ=DAILY;COUNT=9",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR;COUNT=12",
        "FREQ=MONTHLY;BYDAY=1FR,-1FR;UNTIL=20280101T000000Z",
        "FREQ=YEARLY;BYMONTH=3,12;BYDAY=MO,FR;BYSETPOS=1,-1;COUNT=7",
    ] {
        let lines = |start: Civil, rule: &Rule| {
            let start = start.to_string().replace(['-', ':'], "");
            format!("DTSTART;TZID=Europe/Berlin:{start}\nRRULE:{rule}")
        };
        let first = Civil::parse("2026-12-04T18:00").unwrap();
        let whole_lines = lines(first, &Rule::parse(rule).unwrap());
        let object = Object::read(calendar(&whole_lines)).unwrap();
        let legend = object.legend(&zones, &berlin);
        let whole = walls(&expand(&whole_lines, EVER));
        for (place, wall) in whole.iter().enumerate() {
            let at = Place::at(Civil::parse(wall).unwrap(), &berlin);
            let halves = split(object.master(), &legend, &at).unwrap();
            let later = walls(&expand(&lines(at.local, &halves.later[0]), EVER));
            assert_eq!(later, whole[place..], "{rule} at {wall}");
            if place > 0 {
                let earlier = walls(&expand(&lines(first, &halves.earlier[0]), EVER));
                assert_eq!(earlier, whole[..place], "{rule} at {wall}");
            }
        }
        let beside = Place::at(Civil::parse("2026-12-04T18:01").unwrap(), &berlin);
        assert_eq!(split(object.master(), &legend, &beside), Err(NoSplit::NotOfRule));
    }
}
