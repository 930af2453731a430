//! Made-up series with the occurrences that we find in them, one a line, for another program to compare.
//!
//! `cargo run -p dayshelf-ical --example rules -- SEED COUNT` writes lines of three fields between tabs: the span asked
//! for as two numbers of seconds, the occurrences as numbers of seconds, and the calendar with `\n` for its line
//! ends. What is left out because the other program is known to read it otherwise stands at [`Maker::rule`].

use std::fmt::Write as _;

use dayshelf_ical::object::Object;
use dayshelf_ical::recur::{Asked, Expansion, occurrences};
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::{Zone, Zones};

const ZONES: [&str; 9] = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "UTC",
];
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const FREQUENCIES: [&str; 7] = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"];
/// Seconds from a series' start to the end of the span asked for, by frequency: tens of periods.
const SPANS: [i64; 7] =
    [6 * 366 * 86_400, 3 * 366 * 86_400, 366 * 86_400, 200 * 86_400, 5 * 86_400, 21_600, 600];

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<u64>().ok());
    let (seed, count) = (args.next().unwrap_or(1), args.next().unwrap_or(100));
    let zones = Zones::bundled();
    let all: Vec<Zone> = ZONES.iter().filter_map(|name| zones.zone(name).ok()).collect();
    let mut made = 0;
    for number in 0..count * 4 {
        let mut maker = Maker { state: seed.wrapping_mul(0x9E37_79B9).wrapping_add(number) };
        if let Some(line) = maker.line(&zones, &all) {
            println!("{line}");
            made += 1;
        }
        if made == count {
            break;
        }
    }
}

/// A source of numbers, the same for the same seed.
struct Maker {
    state: u64,
}

/// A rule and when its series may start.
struct Rule {
    text: String,
    frequency: usize,
    is_all_day: bool,
}

impl Maker {
    fn line(&mut self, zones: &Zones, all: &[Zone]) -> Option<String> {
        let zone = &all[self.below(all.len())];
        let rule = self.rule();
        let year = 2020 + i16::try_from(self.below(12)).ok()?;
        let day = Civil::date(year, 1, 1)?.plus_days(i32::try_from(self.below(366)).ok()?);
        let clock = if rule.is_all_day { 0 } else { self.clock() };
        let start = day.at_clock(clock);
        let span = SPANS[rule.frequency];
        let from = zone.moment(start).plus_seconds(self.pick(&[-86_400, -1, span / 3, span / 2]));
        let asked = Asked { from, until: zone.moment(start).plus_seconds(span) };
        // A start that the rule makes itself: what else it means is not laid down.
        let first = expand(&calendar(&rule, zone, start, ""), zones, Asked { from: Moment(0), ..asked })?;
        let start = first.occurrences.get(1)?.original.local;
        let mut more = self.until(&rule, zone, start, span);
        more.push_str(&self.dates(&rule, zone, &first));
        let text = calendar(&rule, zone, start, &more);
        let found = expand(&text, zones, asked)?;
        let starts: Vec<String> =
            found.occurrences.iter().map(|one| (one.span.start.moment().0 / 1_000).to_string()).collect();
        let text = text.replace('\n', "\\n");
        Some(format!("{} {}\t{}\t{text}", asked.from.0 / 1_000, asked.until.0 / 1_000, starts.join(" ")))
    }

    /// A rule at random.
    ///
    /// Left out is what python-dateutil, on which the other program stands, reads in a way of its own: days of the
    /// week with and without a number in one rule; weeks of the year without days; BYSETPOS in weeks, where it counts
    /// only the days from the start on.
    fn rule(&mut self) -> Rule {
        let frequency = self.below(FREQUENCIES.len());
        let mut text = format!("FREQ={}", FREQUENCIES[frequency]);
        let is_all_day = frequency < 4 && self.one_in(5);
        if frequency == 6 {
            // Each second takes the other program half a minute.
            let _ = write!(text, ";INTERVAL={}", 30 + self.below(90));
        } else if self.one_in(2) {
            let _ = write!(text, ";INTERVAL={}", 1 + self.below(if frequency > 3 { 50 } else { 5 }));
        }
        if self.one_in(3) {
            let _ = write!(text, ";WKST={}", DAYS[self.below(7)]);
        }
        if self.one_in(3) {
            let _ = write!(text, ";BYMONTH={}", self.list(1, 12, 4));
        }
        let mut is_set = false;
        match frequency {
            0 => is_set = self.year_parts(&mut text),
            1 => is_set = self.month_parts(&mut text),
            2 => is_set = self.weekdays(&mut text, 1),
            3 => {
                is_set = self.weekdays(&mut text, 3);
                if self.one_in(4) {
                    let _ = write!(text, ";BYMONTHDAY={}", self.signed(31, 8));
                    is_set = true;
                }
            }
            _ => {
                self.weekdays(&mut text, 4);
            }
        }
        if !is_all_day {
            is_set |= self.clock_parts(&mut text, frequency);
        }
        if is_set && frequency != 2 && frequency < 4 && self.one_in(3) {
            let _ = write!(text, ";BYSETPOS={}", self.signed(4, 2));
        }
        if self.one_in(3) {
            let _ = write!(text, ";COUNT={}", 1 + self.below(40));
        }
        Rule { text, frequency, is_all_day }
    }

    fn year_parts(&mut self, text: &mut String) -> bool {
        match self.below(6) {
            0 => return false,
            1 => {
                let _ = write!(text, ";BYWEEKNO={}", self.weeks());
                let _ = write!(text, ";BYDAY={}", self.days());
            }
            2 => {
                let _ = write!(text, ";BYYEARDAY={}", self.signed(366, 5));
            }
            3 => {
                let _ = write!(text, ";BYMONTHDAY={}", self.signed(31, 3));
            }
            4 => {
                let _ = write!(text, ";BYDAY={}", self.numbered_days());
            }
            _ => {
                let _ = write!(text, ";BYDAY={}", self.days());
            }
        }
        true
    }

    fn month_parts(&mut self, text: &mut String) -> bool {
        match self.below(5) {
            0 => return false,
            1 => {
                let _ = write!(text, ";BYMONTHDAY={}", self.signed(31, 3));
            }
            2 => {
                let _ = write!(text, ";BYDAY={}", self.numbered_days());
            }
            3 => {
                let _ = write!(text, ";BYMONTHDAY={};BYDAY={}", self.signed(31, 10), self.days());
            }
            _ => {
                let _ = write!(text, ";BYDAY={}", self.days());
            }
        }
        true
    }

    fn weekdays(&mut self, text: &mut String, rarity: u64) -> bool {
        let has_days = self.one_in(rarity);
        if has_days {
            let _ = write!(text, ";BYDAY={}", self.days());
        }
        has_days
    }

    fn clock_parts(&mut self, text: &mut String, frequency: usize) -> bool {
        let mut is_set = false;
        for (name, max, finest) in [("BYHOUR", 23, 4), ("BYMINUTE", 59, 5), ("BYSECOND", 59, 6)] {
            if self.one_in(if frequency > finest { 6 } else { 5 }) {
                let _ = write!(text, ";{name}={}", self.list(0, max, 3));
                is_set = true;
            }
        }
        is_set
    }

    /// Sometimes an end, at a time that the rule may or may not make.
    fn until(&mut self, rule: &Rule, zone: &Zone, start: Civil, span: i64) -> String {
        if rule.text.contains("COUNT") || !self.one_in(2) {
            return String::new();
        }
        let end = Civil(start.0 + self.pick(&[span / 2, span / 3, span / 2 / 86_400 * 86_400]));
        if rule.is_all_day {
            return format!(";UNTIL={}", &basic(end)[..8]);
        }
        format!(";UNTIL={}Z", basic(Civil(zone.moment(end).0 / 1_000)))
    }

    /// Sometimes dates that are left out, and dates that are added.
    fn dates(&mut self, rule: &Rule, zone: &Zone, known: &Expansion) -> String {
        let mut text = String::new();
        let is_once_a_day = rule.frequency < 4 && !rule.text.contains("BYHOUR");
        if is_once_a_day && self.one_in(2) && known.occurrences.len() > 3 {
            let gone = known.occurrences[2 + self.below(known.occurrences.len() - 2)].original.local;
            let _ = write!(text, "\nEXDATE{}", value(gone, zone, rule.is_all_day));
        }
        if self.one_in(5) && known.occurrences.len() > 3 {
            let near = known.occurrences[known.occurrences.len() / 2].original.local;
            let more = if rule.is_all_day { near.plus_days(1) } else { Civil(near.0 + 1_801) };
            let _ = write!(text, "\nRDATE{}", value(more, zone, rule.is_all_day));
        }
        text
    }

    fn clock(&mut self) -> u32 {
        // Near two in the morning is where clocks change.
        let hour = self.pick(&[0, 1, 2, 2, 3, 12, 18, 23]);
        let minute = self.pick(&[0, 15, 30, 59]);
        u32::try_from(hour * 3_600 + minute * 60).unwrap_or(0)
    }

    fn days(&mut self) -> String {
        let mut days: Vec<&str> = DAYS.into_iter().filter(|_| self.one_in(3)).collect();
        if days.is_empty() {
            days.push(DAYS[self.below(7)]);
        }
        days.join(",")
    }

    fn numbered_days(&mut self) -> String {
        let count = 1 + self.below(3);
        let day =
            |maker: &mut Self| format!("{}{}", maker.pick(&[1, 2, 3, 4, 5, -1, -2]), DAYS[maker.below(7)]);
        (0..count).map(|_| day(self)).collect::<Vec<_>>().join(",")
    }

    fn list(&mut self, min: i64, max: i64, count_max: usize) -> String {
        let count = 1 + self.below(count_max);
        let mut all: Vec<i64> = (0..count).map(|_| self.between(min, max)).collect();
        all.sort_unstable();
        all.dedup();
        join(&all)
    }

    /// Weeks of a year. The first one may begin in the year before, which the other program knows when it is called 1,
    /// and not when it is called -52 or -53: so those two are written from the front.
    fn weeks(&mut self) -> String {
        let count = 1 + self.below(3);
        let one = |maker: &mut Self| match maker.between(1, 53) {
            week @ 1..=51 if maker.one_in(3) => -week,
            week => week,
        };
        let mut all: Vec<i64> = (0..count).map(|_| one(self)).collect();
        all.sort_unstable();
        all.dedup();
        join(&all)
    }

    fn signed(&mut self, max: i64, count_max: usize) -> String {
        let count = 1 + self.below(count_max);
        let one = |maker: &mut Self| maker.between(1, max) * if maker.one_in(3) { -1 } else { 1 };
        let mut all: Vec<i64> = (0..count).map(|_| one(self)).collect();
        all.sort_unstable();
        all.dedup();
        join(&all)
    }

    fn between(&mut self, min: i64, max: i64) -> i64 {
        min + i64::try_from(self.next() % (max - min + 1).unsigned_abs()).unwrap_or(0)
    }

    fn pick(&mut self, all: &[i64]) -> i64 {
        all[self.below(all.len())]
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % (count as u64)).unwrap_or(0)
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.next().is_multiple_of(count)
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

fn calendar(rule: &Rule, zone: &Zone, start: Civil, more: &str) -> String {
    let start = value(start, zone, rule.is_all_day);
    let (head, tail) = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Dayshelf//Rules//EN\nBEGIN:VEVENT\nUID:1",
        "END:VEVENT\nEND:VCALENDAR\n",
    );
    format!("{head}\nDTSTAMP:20200101T000000Z\nDTSTART{start}\nRRULE:{}{more}\n{tail}", rule.text)
}

/// A time as a property has it behind its name.
fn value(local: Civil, zone: &Zone, is_all_day: bool) -> String {
    match zone.name() {
        _ if is_all_day => format!(";VALUE=DATE:{}", &basic(local)[..8]),
        "UTC" => format!(":{}Z", basic(local)),
        name => format!(";TZID={name}:{}", basic(local)),
    }
}

fn basic(local: Civil) -> String {
    local.to_string().replace(['-', ':'], "")
}

fn join(all: &[i64]) -> String {
    all.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

fn expand(text: &str, zones: &Zones, asked: Asked) -> Option<Expansion> {
    let object = Object::read(text).ok()?;
    // Whole days are compared as days of UTC.
    let legend = object.legend(zones, &zones.zone("UTC").ok()?);
    occurrences(object.master(), object.overrides(), &legend, asked).ok()
}
