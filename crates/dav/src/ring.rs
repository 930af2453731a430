//! The last requests of each app password, for "test my setup": what was asked, and what came back.
//!
//! In memory, bounded, and without anything secret: methods, addresses, statuses. Start at [`Ring::note`].

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use dayshelf_core::ids::{Home, PasswordId};
use dayshelf_core::time::Instant;

/// Requests that are remembered of one password.
const NOTES_MAX: usize = 60;
/// Passwords and organisers whose requests are remembered.
const OWNERS_MAX: usize = 2_000;
/// Bytes of a text in a note.
const TEXT_BYTES_MAX: usize = 200;

/// Whose requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// Those of a password.
    Password(PasswordId),
    /// Those that came with an organiser's name and no password of its.
    Nobody(Home),
}

/// One request and what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: Instant,
    /// The method, with the report's name.
    pub asked: String,
    /// The address.
    pub path: String,
    /// What the app said that it is.
    pub agent: String,
    /// The status.
    pub status: u16,
    /// Why, where it was a no.
    pub word: String,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Ring {
    notes: Mutex<HashMap<Owner, VecDeque<Note>>>,
}

impl Ring {
    /// Remembers a request.
    pub fn note(&self, owner: Owner, mut note: Note) {
        for text in [&mut note.asked, &mut note.path, &mut note.agent, &mut note.word] {
            let end = (0..=TEXT_BYTES_MAX.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
            text.truncate(end.unwrap_or(0));
        }
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.len() >= OWNERS_MAX && !notes.contains_key(&owner) {
            let oldest = notes.iter().min_by_key(|(_, notes)| notes.back().map(|note| note.at));
            if let Some(oldest) = oldest.map(|(owner, _)| *owner) {
                notes.remove(&oldest);
            }
        }
        let own = notes.entry(owner).or_default();
        if own.len() >= NOTES_MAX {
            own.pop_front();
        }
        own.push_back(note);
    }

    /// The last requests, newest first.
    pub fn last(&self, owner: Owner) -> Vec<Note> {
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.get(&owner).into_iter().flatten().rev().cloned().collect()
    }
}
