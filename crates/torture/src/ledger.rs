//! The client's own book of what it asked and what it was answered: the judge's only source.
//!
//! A question is written down before it is sent, an answer before it is used. The file is for whoever
//! looks into a violation; nothing of the client is killed, so it need not be synced.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::json;

use crate::Outcome;
use crate::api::{Answer, Ask};

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A hold.
    Hold,
    /// Its confirmation.
    Confirm,
    /// Its release.
    Release,
    /// An order's cancellation.
    Cancel,
    /// A movement of stock.
    Move,
    /// A count of stock.
    Count,
    /// A place in line.
    Join,
    /// A look.
    Look,
}

/// A question with its answer.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is about.
    pub act: Act,
    /// The question.
    pub ask: Ask,
    /// When it was first sent, in microseconds of this run.
    pub sent: u64,
    /// How often it was sent.
    pub tries: u32,
    /// The answer that settled it, and when it came.
    pub heard: Option<(Answer, u64)>,
}

impl Entry {
    /// The answer, if it was a yes.
    pub fn yes(&self) -> Option<&Answer> {
        self.heard.as_ref().map(|(answer, _)| answer).filter(|answer| answer.is_yes())
    }
}

/// The book.
pub struct Ledger {
    begun: Instant,
    book: Mutex<Book>,
}

struct Book {
    entries: Vec<Entry>,
    file: Option<BufWriter<File>>,
    /// What was said besides: answers that settled nothing.
    troubles: Vec<String>,
}

impl Ledger {
    /// An empty book, written to a file beside memory.
    ///
    /// # Errors
    /// When the file can't be made.
    pub fn new(path: &Path) -> Outcome<Self> {
        let file = Some(BufWriter::new(File::create(path)?));
        let book = Book { entries: Vec::new(), file, troubles: Vec::new() };
        Ok(Self { begun: Instant::now(), book: Mutex::new(book) })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Microseconds since the book was opened.
    pub fn now(&self) -> u64 {
        self.begun.elapsed().as_micros() as u64
    }

    /// Writes a question down; its number.
    pub fn open(&self, act: Act, ask: &Ask) -> usize {
        let sent = self.now();
        let mut book = self.book();
        let number = book.entries.len();
        book.entries.push(Entry { act, ask: ask.clone(), sent, tries: 0, heard: None });
        let line = json!({ "n": number, "sent": sent, "act": format!("{act:?}"), "path": ask.path, "key": ask.key, "body": ask.body });
        book.line(&line);
        number
    }

    /// A question is sent, for the first time or again.
    pub fn tried(&self, number: usize) {
        if let Some(entry) = self.book().entries.get_mut(number) {
            entry.tries += 1;
        }
    }

    /// Writes the answer down that settles a question.
    pub fn close(&self, number: usize, answer: &Answer) {
        let heard = self.now();
        let mut book = self.book();
        if let Some(entry) = book.entries.get_mut(number) {
            entry.heard = Some((answer.clone(), heard));
        }
        // A secret of this run opens nothing afterwards; all the same it is not written down.
        let said = [answer.text("/id"), answer.text("/state"), answer.code()];
        book.line(&json!({ "n": number, "heard": heard, "status": answer.status, "said": said }));
    }

    /// Notes an answer that settles nothing; a bad one is a violation.
    pub fn trouble(&self, answer: &Answer) {
        let mut book = self.book();
        if !answer.problem || !matches!(answer.status, 408 | 409 | 429 | 503 | 507) {
            let text = format!("{} (a problem document: {}): {}", answer.status, answer.problem, answer.body);
            book.troubles.push(text);
        }
    }

    /// What was said that should not have been.
    pub fn troubles(&self) -> Vec<String> {
        self.book().troubles.clone()
    }

    /// How often a question had to be asked again, because the answer was lost or settled nothing.
    pub fn again(&self) -> u64 {
        self.book().entries.iter().map(|entry| u64::from(entry.tries.saturating_sub(1))).sum()
    }

    /// The question that was open for longest since an instant, in words.
    pub fn longest(&self, since: u64) -> String {
        let book = self.book();
        let open = |entry: &&Entry| {
            entry.heard.as_ref().map_or(0, |(_, at)| at.saturating_sub(entry.sent.max(since)))
        };
        let longest = book.entries.iter().max_by_key(open);
        longest.map_or_else(String::new, |entry| {
            let seconds = open(&entry) as f64 / 1e6;
            format!(
                "the longest question, {:?}, was open for {seconds:.1} s and asked {} times",
                entry.act, entry.tries
            )
        })
    }

    /// How many questions were answered with a yes.
    pub fn acknowledged(&self) -> u64 {
        self.book().entries.iter().filter(|entry| entry.act != Act::Look && entry.yes().is_some()).count()
            as u64
    }

    /// All entries from a number on.
    pub fn entries(&self, from: usize) -> Vec<Entry> {
        self.book().entries.get(from..).unwrap_or_default().to_vec()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.book().entries.len()
    }

    /// Whether nothing was asked yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Book {
    fn line(&mut self, line: &serde_json::Value) {
        let Some(file) = &mut self.file else { return };
        if writeln!(file, "{line}").and_then(|()| file.flush()).is_err() {
            eprintln!("torture: the ledger's file can't be written any more; memory goes on");
            self.file = None;
        }
    }
}
