//! Names in an import: of drafts in addresses, and of entries in a feed's memory.

use dayshelf_core::limits::SLUG_CHARS_MAX;
use dayshelf_ical::entry::Entry;
use dayshelf_ical::recur::Occurrence;

use crate::secret::content_digest;

/// Letters of a title in an address.
const SLUG_TITLE_CHARS: usize = 40;
/// Letters of a title in the name of a series.
const KEY_TITLE_CHARS: usize = 32;

/// By what an entry is known again, whatever is changed of it: its UID. One without has its title and nothing else.
pub(super) fn entry_name(entry: &Entry) -> String {
    let digest = match &entry.uid {
        Some(uid) => content_digest("feed", "uid", uid.as_bytes()),
        None => content_digest("feed", "title", entry.summary.as_deref().unwrap_or_default().as_bytes()),
    };
    digest.0[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// By what one date of an entry is known again: what recurs also has where the rule has it.
pub(super) fn occurrence_name(series: &Entry, one: &Occurrence) -> String {
    let name = entry_name(series);
    if series.is_series() || series.uid.is_none() { format!("{name}.{}", one.original.local) } else { name }
}

/// So many letters at most, none of them a control character but line ends.
pub(super) fn cut(text: &str, chars_max: usize) -> String {
    text.chars().filter(|letter| *letter == '\n' || !letter.is_control()).take(chars_max).collect()
}

/// The title for people, the day, and what tells it from others of that name: the same for the same occurrence.
pub(super) fn slug(title: &str, series: &Entry, one: &Occurrence) -> String {
    let mark = mark(&format!("{}\n{}", series.uid.as_deref().unwrap_or(title), one.original.local));
    let day = &one.original.local.to_string()[..10];
    let words = words(title, SLUG_TITLE_CHARS);
    let slug = if words.is_empty() { format!("{day}-{mark}") } else { format!("{words}-{day}-{mark}") };
    slug.chars().take(SLUG_CHARS_MAX).collect()
}

/// The name of a series, behind which its slots' dates have room.
pub(super) fn series_key(title: &str, entry: &Entry) -> String {
    let mark = mark(entry.uid.as_deref().unwrap_or(title));
    let words = words(title, KEY_TITLE_CHARS);
    if words.is_empty() { format!("series-{mark}") } else { format!("{words}-{mark}") }
}

/// A title's letters as addresses have them.
fn words(title: &str, chars_max: usize) -> String {
    let mut words = String::new();
    for letter in title.to_lowercase().chars().take(chars_max) {
        if letter.is_ascii_alphanumeric() {
            words.push(letter);
        } else if !words.is_empty() && !words.ends_with('-') {
            words.push('-');
        }
    }
    words.trim_end_matches('-').to_owned()
}

/// What tells an entry from others of its title.
fn mark(name: &str) -> String {
    let digest = content_digest("import", "", name.as_bytes());
    digest.0[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}
