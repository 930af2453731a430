//! Words of pages: money, lengths of time, numbers to read aloud.

use dayshelf_core::money::{Currency, Money};
use dayshelf_core::time::{Instant, Span};
use dayshelf_pages::Countdown;
use dayshelf_wire::money::decimals;

/// Currencies with a sign that English readers know; the page's script writes the same.
const SIGNS: &[(&str, &str)] = &[
    ("AUD", "A$"),
    ("BRL", "R$"),
    ("CAD", "CA$"),
    ("CNY", "CN¥"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("HKD", "HK$"),
    ("ILS", "₪"),
    ("INR", "₹"),
    ("JPY", "¥"),
    ("KRW", "₩"),
    ("MXN", "MX$"),
    ("NZD", "NZ$"),
    ("PHP", "₱"),
    ("TWD", "NT$"),
    ("USD", "$"),
    ("VND", "₫"),
];

/// `€28`, `€1,032.50`, `CHF 28`.
pub(super) fn money(money: Money) -> String {
    let code = money.currency.code();
    let known = SIGNS.iter().find(|(known, _)| *known == code);
    // A code stands apart by a space that does not break.
    let sign = known.map_or_else(|| format!("{code}\u{a0}"), |(_, sign)| (*sign).to_owned());
    let minus = if money.amount < 0 { "-" } else { "" };
    format!("{minus}{sign}{}", amount(money, &grouped))
}

/// `1032.50`: for machines.
pub(super) fn plain_amount(money: Money) -> String {
    amount(money, &|whole| whole.to_string())
}

fn amount(money: Money, whole: &dyn Fn(u64) -> String) -> String {
    let places = decimals(money.currency);
    let unit = 10_u64.saturating_pow(places);
    let (units, rest) = (money.amount.unsigned_abs() / unit, money.amount.unsigned_abs() % unit);
    if rest == 0 {
        return whole(units);
    }
    format!("{}.{rest:0width$}", whole(units), width = places as usize)
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The money of an amount.
pub(super) fn of(amount: i64, currency: Currency) -> String {
    money(Money { amount, currency })
}

/// `8 minutes`, `1 hour`, `90 seconds`.
pub(super) fn span(span: Span) -> String {
    let seconds = (span.0 / 1_000).max(0);
    let counted = |count: i64, word: &str| match count {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    };
    match seconds {
        _ if seconds % 86_400 == 0 && seconds > 0 => counted(seconds / 86_400, "day"),
        _ if seconds % 3_600 == 0 && seconds > 0 => counted(seconds / 3_600, "hour"),
        _ if seconds % 60 == 0 && seconds > 0 => counted(seconds / 60, "minute"),
        _ => counted(seconds, "second"),
    }
}

/// `8 more minutes`.
pub(super) fn more(length: Span) -> String {
    span(length).replacen(' ', " more ", 1)
}

/// Time left, in the words that the script goes on with.
pub(super) fn countdown(until: Instant, now: Instant) -> Countdown {
    let seconds = (until.since(now).0.max(0) + 999) / 1_000;
    let text = match seconds {
        86_400.. => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
        3_600.. => format!("{} h {:02} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{}:{:02}", seconds / 60, seconds % 60),
    };
    Countdown { until_ms: until.0, text }
}

/// `3rd`.
pub(super) fn ordinal(number: u32) -> String {
    let end = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

/// Paragraphs of a story: parted by empty lines.
pub(super) fn paragraphs(story: &str) -> Vec<String> {
    let unified = story.replace("\r\n", "\n");
    let parts = unified.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    parts.filter(|part| !part.is_empty()).collect()
}

/// The beginning of a text for previews, cut at a word.
pub(super) fn preview(text: &str) -> String {
    const CHARS_MAX: usize = 160;
    let mut out = String::new();
    for word in text.split_whitespace() {
        if out.chars().count() + word.chars().count() + 1 > CHARS_MAX {
            out.push('…');
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whole amounts have no decimals, others have all, and currencies have their own places.
    #[test]
    fn money_in_words() {
        let say = |amount, code: &[u8; 3]| of(amount, Currency(*code));
        assert_eq!(say(2_800, b"EUR"), "€28");
        assert_eq!(say(3_250, b"EUR"), "€32.50");
        assert_eq!(say(5, b"EUR"), "€0.05");
        assert_eq!(say(123_456_789, b"USD"), "$1,234,567.89");
        assert_eq!(say(1_000, b"JPY"), "¥1,000");
        assert_eq!(say(2_800, b"CHF"), "CHF\u{a0}28");
        assert_eq!(say(7_125, b"KWD"), "KWD\u{a0}7.125");
        assert_eq!(say(-100, b"EUR"), "-€1");
        assert_eq!(plain_amount(Money { amount: 103_250, currency: Currency(*b"EUR") }), "1032.50");
    }

    /// Lengths, countdowns and places in line are words.
    #[test]
    fn lengths_in_words() {
        assert_eq!(span(Span::minutes(8)), "8 minutes");
        assert_eq!(span(Span::seconds(60)), "1 minute");
        assert_eq!(span(Span::seconds(90)), "90 seconds");
        assert_eq!(more(Span::hours(2)), "2 more hours");
        let left = |ms| countdown(Instant(ms), Instant(0)).text;
        assert_eq!((left(462_000), left(461_001)), ("7:42".into(), "7:42".into()));
        assert_eq!((left(7_500_000), left(604_800_000)), ("2 h 05 min".into(), "7 d 0 h".into()));
        assert_eq!(left(-5), "0:00");
        let line: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal).to_vec();
        assert_eq!(line, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]);
    }

    /// A story keeps its paragraphs and loses its line ends; a preview ends at a word.
    #[test]
    fn stories() {
        assert_eq!(paragraphs("One\ntwo.\r\n\r\nThree.\n\n\n"), ["One two.", "Three."]);
        let long = preview(&"word ".repeat(60));
        assert!(long.ends_with("word…") && long.chars().count() <= 161, "{long}");
    }
}
