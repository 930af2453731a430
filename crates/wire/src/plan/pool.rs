//! A pool in a plan: what its author writes, and what it is read into.

use dayshelf_core::ids::PoolId;
use dayshelf_core::plan::PlanPool;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::build::Reader;
use crate::nights::NightsDoc;
use crate::range::Units;

/// A pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolDoc {
    /// Its name.
    pub key: String,
    /// Its title; the key when left out.
    #[serde(default)]
    pub title: Option<String>,
    /// Units put in.
    #[serde(deserialize_with = "Units::read")]
    #[schema(minimum = 0, maximum = 10000000)]
    pub units: u32,
    /// Units kept back against miscounts.
    #[serde(default, deserialize_with = "Units::read")]
    #[schema(minimum = 0, maximum = 10000000)]
    pub buffer: u32,
    /// Keys of the pools it may draw on, in this order, when it has none left.
    #[serde(default)]
    pub borrows: Vec<String>,
    /// The nights for which its units are: a partner's rooms stay where they are when a slot moves, and a dry run of the move
    /// says so. Units are for any day when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nights: Option<NightsDoc>,
    /// Where its units lie, in words: stock is shown by it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(example = "Kiln Lane 7", max_length = 200)]
    pub place: String,
    /// Through which channel they are meant to go, in words: stock is shown by it. What draws on a pool is said by
    /// recipes alone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(example = "livestream", max_length = 60)]
    pub channel: String,
}

impl Reader<'_> {
    /// The pool of a plan.
    pub(super) fn pool(&mut self, doc: &PoolDoc) -> PlanPool {
        PlanPool {
            id: PoolId((self.context.mint)()),
            key: doc.key.clone(),
            title: doc.title.clone().unwrap_or_else(|| doc.key.clone()),
            units: doc.units,
            buffer: doc.buffer,
            borrows: doc.borrows.clone(),
            nights: doc.nights.map(NightsDoc::nights),
            place: doc.place.trim().to_owned(),
            channel: doc.channel.trim().to_owned(),
        }
    }
}
