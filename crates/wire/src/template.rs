//! Templates in JSON: as they are kept, as a slot has them, and what is asked to apply one.

use std::collections::BTreeMap;

use dayshelf_core::template::{Applied, Template};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::change::TellShape;
use crate::name::TemplateRef;
use crate::plan::doc::TemplateDoc;
use crate::plan::template::ScalarDoc;

/// A template without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TemplateHead {
    /// Its id.
    pub id: TemplateRef,
    /// Its name.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Rises by one with every change.
    pub version: u32,
}

impl From<&Template> for TemplateHead {
    fn from(template: &Template) -> Self {
        let Template { id, key, title, version, .. } = template;
        Self { id: TemplateRef(*id), key: key.clone(), title: title.clone(), version: *version }
    }
}

/// A template, whole.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TemplateWhole {
    /// What it is called.
    #[serde(flatten)]
    pub head: TemplateHead,
    /// What its author wrote.
    #[schema(value_type = TemplateDoc)]
    pub template: Value,
}

impl From<&Template> for TemplateWhole {
    fn from(template: &Template) -> Self {
        let text = serde_json::from_str(&template.text).unwrap_or_default();
        Self { head: template.into(), template: text }
    }
}

/// The template that a slot has parts of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AppliedShape {
    /// The template.
    pub template: TemplateRef,
    /// At which version.
    pub version: u32,
    /// The values that were given.
    pub values: BTreeMap<String, String>,
    /// Which of the slot's parts are its: the list and the key.
    #[schema(example = json!(["windows.vip", "blocks.stream"]))]
    pub parts: Vec<String>,
}

impl From<&Applied> for AppliedShape {
    fn from(applied: &Applied) -> Self {
        let Applied { template, version, values, parts } = applied;
        let parts = parts.iter().cloned().collect();
        Self { template: TemplateRef(*template), version: *version, values: values.clone(), parts }
    }
}

/// Gives a slot the parts of a template, or brings it up to its newest version.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyTemplateRequest {
    /// The template's key; the one that the slot has when left out.
    #[serde(default)]
    pub template: Option<String>,
    /// Values that are not the defaults. Left out together with the template: those that the slot had.
    #[serde(default)]
    pub with: BTreeMap<String, ScalarDoc>,
    /// Whether and when customers hear of pickups that are elsewhere then.
    #[serde(default)]
    pub tell: TellShape,
}
