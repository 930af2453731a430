//! One part of a slot, or a template for it, in changes: what waits, and what an edit of it answers.

use std::collections::BTreeMap;

use dayshelf_core::change::Part;
use dayshelf_core::template::Filling;
use serde::Serialize;
use utoipa::ToSchema;

use super::ChangeAnswer;
use crate::name::TemplateRef;

/// A template that is to be applied to a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FillingShape {
    /// The template.
    pub template: TemplateRef,
    /// At which version.
    pub version: u32,
    /// The values that were given.
    pub values: BTreeMap<String, String>,
}

impl From<&Filling> for FillingShape {
    fn from(filling: &Filling) -> Self {
        let Filling { template, version, values, .. } = filling;
        Self { template: TemplateRef(*template), version: *version, values: values.clone() }
    }
}

/// A part of a slot that is changed by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PartShape {
    /// What it is: `window`, `fulfilment`, `offer`, `block` or `pool`.
    #[schema(example = "window")]
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its title as it would be; none where it would be removed.
    pub title: Option<String>,
}

impl From<&Part> for PartShape {
    fn from(part: &Part) -> Self {
        let (kind, id, title) = match part {
            Part::Window(id, spec) => ("window", id.to_string(), spec.as_ref().map(|spec| &spec.title)),
            Part::Fulfilment(id, spec) => {
                ("fulfilment", id.to_string(), spec.as_ref().map(|spec| &spec.title))
            }
            Part::Offer(id, spec) => ("offer", id.to_string(), spec.as_ref().map(|spec| &spec.title)),
            Part::Block(id, spec) => ("block", id.to_string(), spec.as_ref().map(|spec| &spec.title)),
            Part::Pool(id, spec) => ("pool", id.to_string(), Some(&spec.title)),
        };
        Self { kind, id, title: title.cloned() }
    }
}

/// A part of a slot as it stands now, or after a dry run what would come of its edit.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum PutOrDry<T> {
    /// As it stands now.
    Put(T),
    /// What would come of it.
    Dry(Box<ChangeAnswer>),
}
