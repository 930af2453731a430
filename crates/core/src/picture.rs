//! A picture of the organiser's library: what it shows in words, the point that must stay in sight, and the files
//! that were drawn from what was sent.
//!
//! Pixels are none of the core's business: they are read and drawn outside, and the command that keeps a picture
//! carries what came out. Files are named by their content. Start at [`Picture`].

use crate::ids::{OrganiserId, PictureId};
use crate::text::{Digest, is_address};
use crate::time::Instant;

/// A picture as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its id.
    pub id: PictureId,
    /// Rises by one with every change.
    pub version: u32,
    /// What the organiser calls it; at first the name of the file that was sent.
    pub title: String,
    /// What it shows, for whoever does not see it.
    pub alt: String,
    /// The point that stays in sight where a page shows a part of it.
    pub focus: Focus,
    /// When it came in.
    pub made_at: Instant,
    /// What was drawn from it. It never changes.
    pub drawn: Drawn,
}

/// A point of a picture in hundredths of its width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Focus {
    /// From the left.
    pub x: u8,
    /// From the top.
    pub y: u8,
}

impl Focus {
    /// The middle, which is what a page shows when nobody chose.
    pub const MIDDLE: Self = Self { x: 50, y: 50 };
}

/// What was drawn from the file that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Its files, the smallest first, each with another width.
    pub files: Vec<PictureFile>,
    /// Its colours, four by four from the top left, red, green and blue: what stands there until it is loaded.
    pub tones: [u8; TONES_BYTES],
}

/// Bytes of [`Drawn::tones`]: sixteen colours.
pub const TONES_BYTES: usize = 48;

/// One file of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureFile {
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// How long it is.
    pub bytes: u32,
    /// The digest of its content, which is its name.
    pub digest: Digest,
}

impl Picture {
    /// The file that a page shows where it may choose: the largest.
    pub fn largest(&self) -> Option<&PictureFile> {
        self.drawn.files.last()
    }

    /// Whether an address on this server leads to one of its files.
    pub fn is_at(&self, organiser: OrganiserId, address: &str) -> bool {
        // With the server's own name in front of it, it is the same address.
        self.drawn.files.iter().any(|file| address.ends_with(&file.path(organiser)))
    }
}

/// What the address of every file begins with.
pub const PATH: &str = "/pictures/";

/// Whether a picture can be shown from there: nowhere, one of the library's files, or one of the web's.
pub fn can_be_shown(address: &str) -> bool {
    address.is_empty() || address.starts_with(PATH) || is_address(address)
}

impl PictureFile {
    /// Where it is on this server. What is there never changes, since its name is its content's.
    pub fn path(&self, organiser: OrganiserId) -> String {
        format!("{PATH}{organiser}/{}.webp", hex(&self.digest))
    }
}

/// The digest that a file's name says. `None` when it is no such name.
///
/// ```
/// use dayshelf_core::picture::named;
/// assert!(named(&format!("{}.webp", "0f".repeat(32))).is_some());
/// assert!(named("0f.webp").is_none() && named("cat.webp").is_none());
/// ```
pub fn named(file: &str) -> Option<Digest> {
    let text = file.strip_suffix(".webp").filter(|text| text.len() == 64)?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digit = |letter: u8| match letter {
            b'0'..=b'9' => Some(letter - b'0'),
            b'a'..=b'f' => Some(letter - b'a' + 10),
            _ => None,
        };
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(Digest(bytes))
}

fn hex(digest: &Digest) -> String {
    digest.0.iter().map(|byte| format!("{byte:02x}")).collect()
}
