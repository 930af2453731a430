//! Texts that an organiser keeps to use again, in JSON.

use dayshelf_core::limits::{TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::name::TextRef;
use crate::problem::Problem;
use crate::stock::{lines, text};
use crate::time::At;

/// A text to keep.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextRequest {
    /// What it is for.
    #[schema(example = "Where to find us", max_length = 200)]
    pub title: String,
    /// The text itself.
    #[schema(example = "Through the gate, second door on the left.", max_length = 2000)]
    pub text: String,
}

impl TextRequest {
    /// Its title and its text, both of them something.
    ///
    /// # Errors
    /// When one of them is empty or over-long.
    pub fn checked(&self) -> Result<(String, String), Problem> {
        Ok((text("title", &self.title, TITLE_CHARS_MAX)?, lines("text", &self.text, TEXT_CHARS_MAX)?))
    }
}

/// A text as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextShape {
    /// Its id.
    pub id: TextRef,
    /// Rises by one with every change.
    pub version: u32,
    /// What it is for.
    pub title: String,
    /// The text itself.
    pub text: String,
    /// When it was last written.
    pub changed_at: At,
}
