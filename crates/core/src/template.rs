//! Templates: reusable sets of windows, offers and blocks with parameters, versioned, and what a slot remembers
//! of the one that was applied to it.
//!
//! The text of a template is its author's; it is read with its values outside, and the command that applies it
//! carries the parts that came out. Start at [`Template`] and [`Applied`].

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::TemplateId;
use crate::plan::{PlanBlock, PlanFulfilment, PlanOffer, PlanWindow};

/// A template as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Its name, unique for the organiser.
    pub key: String,
    /// Its title for people.
    pub title: String,
    /// Rises by one with every change of its text or title.
    pub version: u32,
    /// What its author wrote.
    pub text: String,
}

/// The template that a slot has parts of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The template.
    pub template: TemplateId,
    /// At which version.
    pub version: u32,
    /// The values of its parameters that were given; the others had their defaults.
    pub values: BTreeMap<String, String>,
    /// Which of the slot's parts are its: the list and the key, as `windows.vip`.
    pub parts: BTreeSet<String>,
}

/// What of a template is wanted for a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filling {
    /// The template.
    pub template: TemplateId,
    /// The version that its parts were read from.
    pub version: u32,
    /// The values that were given.
    pub values: BTreeMap<String, String>,
    /// What it comes to with them at the slot's times. Not kept while it waits for a yes: read anew then.
    pub parts: Option<Parts>,
}

impl Filling {
    /// As it is kept.
    pub fn kept(&self) -> Self {
        Self { parts: None, ..self.clone() }
    }
}

/// What a template comes to with its values, at the times of one slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Its windows.
    pub windows: Vec<PlanWindow>,
    /// Its offers.
    pub offers: Vec<PlanOffer>,
    /// Its fulfilment blocks.
    pub fulfilments: Vec<PlanFulfilment>,
    /// Its blocks of other kinds.
    pub blocks: Vec<PlanBlock>,
}

impl Parts {
    /// The list and the key of every part.
    pub fn names(&self) -> BTreeSet<String> {
        let windows = self.windows.iter().map(|part| format!("windows.{}", part.key));
        let offers = self.offers.iter().map(|part| format!("offers.{}", part.key));
        let fulfilments = self.fulfilments.iter().map(|part| format!("fulfilments.{}", part.key));
        let blocks = self.blocks.iter().map(|part| format!("blocks.{}", part.key));
        windows.chain(offers).chain(fulfilments).chain(blocks).collect()
    }
}
