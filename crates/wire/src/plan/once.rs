//! What a document names twice where each thing is meant once. It would be put twice, and the later one would win without
//! a word, each time anew.
//!
//! Lists of ids that one thing has are the core's to look at.

use std::collections::BTreeSet;

use dayshelf_core::plan::{PlanOffer, PlanPool};
use dayshelf_core::refusal::{Flaw, Refusal};
use dayshelf_ical::time::Civil;

use super::build::{Reader, below};
use super::series::SeriesDoc;
use crate::problem::Problem;

/// The name of a list of parts, and their keys.
pub(super) type Keys<'d> = (&'static str, Vec<&'d String>);

impl Reader<'_> {
    /// Each of these is named once in its list; `name` is the field that names it, or empty where it is a name itself.
    pub(super) fn named_once<T: Ord>(&mut self, list: &str, name: &str, names: impl Iterator<Item = T>) {
        let mut known = BTreeSet::new();
        for (name_of, place) in names.zip(0_usize..) {
            if !known.insert(name_of) {
                let item = format!("{list}[{place}]");
                self.repeated(if name.is_empty() { item } else { below(&item, name) });
            }
        }
    }

    /// Notes that something is named for a second time.
    pub(super) fn repeated(&mut self, field: String) {
        self.flaw(Problem::from(&Refusal::invalid(field, Flaw::Repeated)));
    }

    /// What a slot has of its own is called otherwise than what its template brings.
    pub(super) fn beside_template<'d>(
        &mut self,
        own: impl IntoIterator<Item = Keys<'d>>,
        slot: &str,
        shared: &BTreeSet<String>,
    ) {
        for (list, keys) in own {
            for (key, place) in keys.into_iter().zip(0_usize..) {
                if shared.contains(&format!("{list}.{key}")) {
                    self.repeated(format!("{slot}.{list}[{place}].key"));
                }
            }
        }
    }

    /// Offers of products are called otherwise than those that the slot has already.
    pub(super) fn beside_products(&mut self, own: &[PlanOffer], products: &[PlanOffer], field: &str) {
        let is_own = |product: &&PlanOffer| own.iter().any(|offer| offer.key == product.key);
        if let Some(twice) = products.iter().find(is_own) {
            let sentence = format!(
                "the slot has an offer {:?} beside the product of that key; give it another one, or name the products \
                 that the slot sells without it",
                twice.key
            );
            self.flaw(Problem::value_wrong(field, &sentence));
        }
    }

    /// Adds the pools of products to those that the plan names.
    pub(super) fn beside_pools(&mut self, pools: &mut Vec<PlanPool>, made: impl Iterator<Item = PlanPool>) {
        let named = pools.len();
        for pool in made {
            if let Some(place) = pools[..named].iter().position(|own| own.key == pool.key) {
                self.repeated(format!("pools[{place}].key"));
            }
            pools.push(pool);
        }
    }

    /// An occurrence is named once in each list, by whichever words.
    pub(super) fn each_occurrence_once(&mut self, doc: &SeriesDoc, path: &str) {
        let at = |text: &String| Civil::parse(text).map_or_else(|| text.clone(), |at| at.to_string());
        self.named_once(&below(path, "also"), "", doc.also.iter().map(at));
        self.named_once(&below(path, "except"), "", doc.except.iter().map(at));
        let changes = doc.changes.iter().map(|own| at(&own.occurrence));
        self.named_once(&below(path, "changes"), "occurrence", changes);
        self.named_once(&below(path, "pools"), "key", doc.pools.iter().map(|pool| &pool.key));
    }
}
