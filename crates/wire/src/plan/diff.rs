//! What happened to the parts of a slot, field by field.

use std::collections::BTreeMap;

use dayshelf_core::books::Books;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::SlotId;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::single::Change;
use crate::block::BlockWhole;
use crate::whole::{FulfilmentWhole, OfferWhole, WindowWhole};

/// Fields that say how a part stands, which no author wrote.
const STANDING: &[&str] = &["id", "slot", "phase", "taken", "state", "begun"];

/// A field of a part that is otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldChange {
    /// Its name.
    pub field: String,
    /// What it was.
    pub before: Value,
    /// What it is.
    pub after: Value,
}

/// The parts of a slot as they were, to compare facts with.
#[derive(Debug, Default)]
pub struct PartsBefore(BTreeMap<String, Value>);

impl PartsBefore {
    /// All parts of a slot.
    pub fn of(books: &Books, slot: SlotId) -> Self {
        let windows = books.windows_of(slot).map(|one| (one.id.to_string(), shape(&WindowWhole::from(one))));
        let offers = books.offers_of(slot).map(|one| (one.id.to_string(), shape(&OfferWhole::from(one))));
        let fulfilments = books.fulfilments_of(slot);
        let fulfilments = fulfilments.map(|one| (one.id.to_string(), shape(&FulfilmentWhole::from(one))));
        let blocks = books.blocks_of(slot).map(|one| (one.id.to_string(), shape(&BlockWhole::from(one))));
        Self(windows.chain(offers).chain(fulfilments).chain(blocks).collect())
    }

    /// A fact, with the fields that it changes of a part that was there.
    pub fn change(&self, fact: &Fact) -> Change {
        let mut change = Change::from(fact);
        let after = match fact {
            Fact::WindowPut { window, .. } => shape(&WindowWhole::from(&**window)),
            Fact::OfferPut(offer) => shape(&OfferWhole::from(&**offer)),
            Fact::FulfilmentPut(block) => shape(&FulfilmentWhole::from(&**block)),
            Fact::BlockPut { block, .. } => shape(&BlockWhole::from(&**block)),
            _ => return change,
        };
        if let Some(before) = self.0.get(&change.subject) {
            change.fields = fields(before, &after);
        }
        change
    }
}

/// What the parts of a plan's slots were called before, so that what goes with it has a name.
#[derive(Debug, Default)]
pub struct NamesBefore(BTreeMap<String, String>);

impl NamesBefore {
    /// Those of the slots with these slugs.
    pub fn of(books: &Books, slugs: &[String]) -> Self {
        let slots = slugs.iter().filter_map(|slug| books.slugs.get(slug));
        let mut names = BTreeMap::new();
        for slot in slots.copied() {
            for window in books.windows_of(slot) {
                names.insert(window.id.to_string(), window.spec.title.clone());
                let lent = window.spec.allotments.iter().filter_map(|lent| books.pools.get(&lent.lent));
                names.extend(lent.map(|pool| (pool.id.to_string(), pool.spec.title.clone())));
            }
            names.extend(books.offers_of(slot).map(|one| (one.id.to_string(), one.spec.title.clone())));
            names.extend(books.fulfilments_of(slot).map(|one| (one.id.to_string(), one.spec.title.clone())));
            names.extend(books.blocks_of(slot).map(|one| (one.id.to_string(), one.spec.title.clone())));
        }
        Self(names)
    }

    /// A fact, with the name of what it happened to.
    pub fn change(&self, fact: &Fact) -> Change {
        let change = Change::from(fact);
        let name = change.name.or_else(|| self.0.get(&change.subject).cloned());
        Change { name, ..change }
    }
}

fn shape(whole: &impl Serialize) -> Value {
    serde_json::to_value(whole).unwrap_or_default()
}

/// The fields in which two shapes of one part differ.
fn fields(before: &Value, after: &Value) -> Vec<FieldChange> {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else { return Vec::new() };
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    let differ =
        names.filter(|name| !STANDING.contains(&name.as_str()) && before.get(*name) != after.get(*name));
    let of = |from: &serde_json::Map<String, Value>, name: &str| from.get(name).cloned().unwrap_or_default();
    differ
        .map(|name| FieldChange { field: name.clone(), before: of(before, name), after: of(after, name) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What is otherwise, new or gone is listed; how the part stands is not.
    #[test]
    fn lists_fields() {
        let (before, after) =
            (json!({"title": "A", "place": "x", "phase": "open"}), json!({"title": "B", "drip": 1}));
        let found: Vec<String> = fields(&before, &after).into_iter().map(|one| one.field).collect();
        assert_eq!(found, ["place", "title", "drip"]);
    }
}
