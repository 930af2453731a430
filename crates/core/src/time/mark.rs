//! The names by which parts of a slot hang on each other.
//!
//! Where they are is `decide::hang`'s to say. Start at [`PartName`].

use std::fmt;

use crate::limits::SLUG_CHARS_MAX;
use crate::text::is_slug;

/// A list of parts that have a beginning and an end of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartList {
    /// Windows.
    Windows,
    /// Fulfilment blocks.
    Fulfilments,
    /// Blocks of other kinds.
    Blocks,
}

impl PartList {
    /// Its name, as plans have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Fulfilments => "fulfilments",
            Self::Blocks => "blocks",
        }
    }
}

/// The key of a part, kept in place so that whatever hangs on the part can be copied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartKey {
    bytes: [u8; SLUG_CHARS_MAX],
    length: u8,
}

impl PartKey {
    /// A key; none where the text is no slug.
    pub fn new(text: &str) -> Option<Self> {
        let length = u8::try_from(text.len()).ok().filter(|_| is_slug(text))?;
        let mut bytes = [0; SLUG_CHARS_MAX];
        bytes.iter_mut().zip(text.bytes()).for_each(|(place, byte)| *place = byte);
        Some(Self { bytes, length })
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl fmt::Debug for PartKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A part of the same slot: its list and its key, as `windows.vip`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartName {
    /// The list.
    pub list: PartList,
    /// The key.
    pub key: PartKey,
}

impl PartName {
    /// A part of this list and key; none where the key is no slug.
    pub fn new(list: PartList, key: &str) -> Option<Self> {
        PartKey::new(key).map(|key| Self { list, key })
    }

    /// Reads `windows.vip`.
    ///
    /// ```
    /// use dayshelf_core::time::PartName;
    /// assert_eq!(PartName::parse("windows.vip").unwrap().to_string(), "windows.vip");
    /// assert!(PartName::parse("offers.one").is_none(), "an offer has no time of its own");
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (list, key) = text.split_once('.')?;
        let lists = [PartList::Windows, PartList::Fulfilments, PartList::Blocks];
        let list = lists.into_iter().find(|known| known.name() == list)?;
        Self::new(list, key)
    }
}

impl fmt::Display for PartName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.list.name(), self.key.as_str())
    }
}

impl fmt::Debug for PartName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
