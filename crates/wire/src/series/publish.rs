//! All drafts of a series put on the calendar, in JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SeriesHead;
use crate::name::SlotRef;

/// Puts the drafts of a series on the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesPublishRequest {
    /// Whether what the rule makes later goes on the calendar too, at once; yes when left out.
    #[serde(default = "yes")]
    pub later: bool,
}

fn yes() -> bool {
    true
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeriesPublished {
    /// The series.
    pub series: SeriesHead,
    /// Slots that were drafts and are on the calendar now, in the order of the rule.
    pub published: Vec<SlotRef>,
    /// Slots that were on it before.
    pub already: usize,
    /// Drafts that are over and stay drafts.
    pub over: usize,
    /// Slots that could not be published, and why.
    pub refused: Vec<NotPublished>,
}

/// A slot that could not be published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NotPublished {
    /// The slot.
    pub slot: SlotRef,
    /// The refusal, as a problem's type has it.
    #[schema(example = "slot_over")]
    pub code: String,
    /// In words.
    pub detail: String,
}

impl SeriesPublished {
    /// Nothing yet.
    pub const fn new(series: SeriesHead) -> Self {
        Self { series, published: Vec::new(), already: 0, over: 0, refused: Vec::new() }
    }
}
