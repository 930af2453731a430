//! Pages that many read at once: rendered once, and kept while nothing on them has changed.
//!
//! In a rush something changes all the time. Then a page stands for a few times as long as its rendering took,
//! so that rendering never takes more than a part of a core: a slot's page for a tenth of a millisecond, a full
//! calendar for some milliseconds. What differs from answer to answer, the keys of the forms and the clock, is left open in the kept text
//! and filled in each time. Only what the public sees is kept. Start at [`Kept::show`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Tick};

use axum::http::StatusCode;
use axum::response::Response;
use dayshelf_core::time::Instant;
use dayshelf_pages::Template;

use super::page::{fresh_key, html_text, rendered};
use crate::no::No;

/// Pages kept at once; more, and all are let go of. Each is some ten kilobytes, a full calendar 200.
const PAGES_MAX: usize = 512;
/// Where a form's key goes. The characters are for private use; whoever writes them into their own texts
/// gets a random number there.
const KEY_HOLE: &str = "\u{f8f0}key\u{f8f1}";

/// Where the keys of a page's forms come from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Keys {
    /// A new one for each form.
    Fresh,
    /// They are filled in when the page is shown.
    Open,
}

impl Keys {
    /// A form's key, or its place.
    pub fn key(self) -> String {
        match self {
            Self::Fresh => fresh_key(),
            Self::Open => KEY_HOLE.to_owned(),
        }
    }
}

/// What a page was rendered from: the place in the journal, and the second, for whatever begins or ends does
/// so on a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Source {
    sequence: u64,
    second: i64,
}

/// A rendered page with holes.
struct Page {
    source: Source,
    /// When it was rendered, and how long that took.
    made: Tick,
    took: Duration,
    text: String,
    holes: Vec<Hole>,
}

struct Hole {
    from: usize,
    until: usize,
    filled: Filled,
}

#[derive(Clone, Copy)]
enum Filled {
    Key,
    Now,
}

/// The kept pages, by their addresses.
pub(crate) struct Kept {
    pages: Mutex<HashMap<String, Arc<Page>>>,
    /// For how many times its rendering's time a page stands.
    renderings: u32,
}

impl Kept {
    /// No page yet.
    pub fn new(renderings: u32) -> Self {
        Self { pages: Mutex::default(), renderings }
    }

    /// The page at an address as of now, true at this place of the journal: the kept one, or a new one.
    ///
    /// # Errors
    /// What keeps it from being rendered.
    pub(super) fn show<P: Template, E: From<No>>(
        &self,
        address: String,
        sequence: u64,
        now: Instant,
        make: impl FnOnce() -> Result<P, E>,
    ) -> Result<Response, E> {
        let source = Source { sequence, second: now.0.div_euclid(1_000) };
        let known = self.lock().get(&address).filter(|page| page.stands(source, self.renderings)).cloned();
        let page = match known {
            Some(page) => page,
            None => {
                let made = Tick::now();
                let text = rendered(&make()?)?;
                let page = Arc::new(Page { took: made.elapsed(), ..Page::new(source, text, now) });
                let mut pages = self.lock();
                if pages.len() >= PAGES_MAX && !pages.contains_key(&address) {
                    pages.clear();
                }
                pages.insert(address, Arc::clone(&page));
                page
            }
        };
        Ok(html_text(StatusCode::OK, page.filled(now)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Page>>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    fn new(source: Source, text: String, now: Instant) -> Self {
        let mut holes: Vec<Hole> = text
            .match_indices(KEY_HOLE)
            .map(|(from, found)| Hole { from, until: from + found.len(), filled: Filled::Key })
            .collect();
        let clock = format!("data-now=\"{}\"", now.0);
        if let Some(place) = text.find(&clock) {
            let until = place + clock.len() - 1;
            holes.push(Hole { from: until - now.0.to_string().len(), until, filled: Filled::Now });
        }
        holes.sort_by_key(|hole| hole.from);
        Self { source, made: Tick::now(), took: Duration::ZERO, text, holes }
    }

    fn stands(&self, source: Source, renderings: u32) -> bool {
        self.source == source
            || self.source.second == source.second && self.made.elapsed() < self.took * renderings
    }

    fn filled(&self, now: Instant) -> String {
        let mut out = String::with_capacity(self.text.len() + 64);
        let mut done = 0;
        for hole in &self.holes {
            out.push_str(&self.text[done..hole.from]);
            match hole.filled {
                Filled::Key => out.push_str(&fresh_key()),
                Filled::Now => out.push_str(&now.0.to_string()),
            }
            done = hole.until;
        }
        out.push_str(&self.text[done..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key is another, the clock is the answer's own, and the rest is as it was rendered.
    #[test]
    fn holes_are_filled() {
        let text =
            format!("<body data-now=\"1700000000123\"><i>{KEY_HOLE}</i><b>{KEY_HOLE}</b> 1700000000123");
        let page = Page::new(Source { sequence: 1, second: 1_700_000_000 }, text, Instant(1_700_000_000_123));
        let (one, other) = (page.filled(Instant(1_700_000_000_456)), page.filled(Instant(1_700_000_000_456)));
        assert!(
            one.starts_with("<body data-now=\"1700000000456\"><i>") && one.ends_with("</b> 1700000000123")
        );
        let keys = |text: &str| -> Vec<String> {
            text.split(['>', '<']).filter(|part| part.len() == 32).map(str::to_owned).collect()
        };
        let (one, other) = (keys(&one), keys(&other));
        assert_eq!((one.len(), other.len()), (2, 2));
        assert!(one[0] != one[1] && one.iter().all(|key| !other.contains(key)));
    }

    /// A page stands while its source is the same; another source is kept waiting as long as rendering is
    /// dear, and never beyond the second.
    #[test]
    fn pages_stand() {
        let source = Source { sequence: 7, second: 10 };
        let page = Page::new(source, String::new(), Instant(10_000));
        let newer = Source { sequence: 8, ..source };
        let later = Source { second: 11, ..newer };
        assert!(page.stands(source, 4) && !page.stands(newer, 4) && !page.stands(later, 4));
        let dear = Page { took: Duration::from_secs(3_600), ..page };
        assert!(dear.stands(newer, 4) && !dear.stands(later, 4) && !dear.stands(newer, 0));
    }
}
