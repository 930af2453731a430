//! Slots, pools and organisers one by one, in the words of the plan, for the API.
//!
//! Blocks and offers one by one are read by [`super::Blocks`], which needs the slot's place.

use dayshelf_core::fact::Fact;
use dayshelf_core::organiser::OrganiserSpec;
use dayshelf_core::plan::{Plan, PlanPool, PlanSlot};
use dayshelf_core::series::PutSeries;
use dayshelf_core::slot::SlotSpec;
use dayshelf_core::time::When;
use dayshelf_ical::zone::Zones;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::build::{Reader, Written, extra};
use super::diff::FieldChange;
use super::doc::{ExtraDoc, OrganiserDoc, PoolDoc};
use super::{Context, Mistakes};
use crate::change::preview::{ClockShape, clocks};
use crate::library::FaqDoc;
use crate::time::Place;

/// Times with two readings that one answer names.
const CLOCKS_MAX: usize = 100;

/// Makes or changes a slot, without its blocks and offers.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlotRequest {
    /// The name in addresses.
    #[schema(example = "first-drop", max_length = 64)]
    pub slug: String,
    /// The title.
    pub title: String,
    /// The story, plain text in paragraphs.
    #[serde(default)]
    pub story: String,
    /// The picture's address.
    #[serde(default)]
    pub image: String,
    /// Where it happens.
    #[serde(default)]
    pub place: String,
    /// The IANA zone; the organiser's when left out.
    #[serde(default)]
    pub zone: Option<String>,
    /// When it starts, on the zone's wall; with an offset where the clocks show it twice and the second is meant.
    #[schema(example = "2026-12-04T18:00")]
    pub start: String,
    /// When it ends, on the zone's wall, or `start + 65m`.
    #[schema(example = "start + 65m")]
    pub end: String,
    /// Digital extras that come with every confirmed order.
    #[serde(default)]
    pub extras: Vec<ExtraDoc>,
    /// What people ask about this date.
    #[serde(default)]
    pub faqs: Vec<FaqDoc>,
}

impl SlotRequest {
    /// The core's value, and the place to resolve the slot's anchors at.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn spec(&self, context: &Context<'_>) -> Result<(SlotSpec, Place), Mistakes> {
        let place = place(self.zone.as_deref(), (&self.start, &self.end), context)?;
        let spec = SlotSpec {
            slug: self.slug.clone(),
            title: self.title.clone(),
            story: self.story.clone(),
            image: self.image.clone(),
            place: self.place.clone(),
            times: place.times(),
            extras: self.extras.iter().map(extra).collect(),
            faqs: FaqDoc::read(&self.faqs),
        };
        Ok((spec, place))
    }
}

/// Reads a slot's place in time.
///
/// # Errors
/// All mistakes in it.
pub(crate) fn place(
    zone: Option<&str>,
    (start, end): (&str, &str),
    context: &Context<'_>,
) -> Result<Place, Mistakes> {
    let mut reader = Reader::new(context);
    let place = reader.place(Written { zone, start, end }, "");
    reader.finish(place).and_then(|place| place.ok_or_else(Mistakes::default))
}

/// What an organiser says about itself.
///
/// # Errors
/// When the zone or the currency does not exist.
pub fn organiser(doc: &OrganiserDoc, context: &Context<'_>) -> Result<OrganiserSpec, Mistakes> {
    let mut reader = Reader::new(context);
    let spec = reader.organiser(doc);
    reader.finish(spec).and_then(|spec| spec.ok_or_else(Mistakes::default))
}

/// A pool, which refers to others by key.
pub fn pool(doc: &PoolDoc, context: &Context<'_>) -> PlanPool {
    Reader::new(context).pool(doc)
}

/// What applying a plan changed, or would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanAnswer {
    /// Whether it was only asked what would change.
    pub dry_run: bool,
    /// The changes, in the order in which they are made.
    pub changes: Vec<Change>,
    /// Times in it that the clocks show twice, each with the reading that is taken and the other one; a hundred at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<SlotClock>,
}

/// A time of a slot in a plan or a series that the clocks show twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SlotClock {
    /// The slot's slug.
    pub slot: String,
    /// The time, and its two readings.
    #[serde(flatten)]
    pub clock: ClockShape,
}

impl SlotClock {
    /// Those of a plan.
    pub fn of_plan(plan: &Plan, zones: &Zones) -> Vec<Self> {
        let of_slot = |slot: &PlanSlot| Self::of(&slot.spec, &slot.whens(), zones);
        plan.slots.iter().flat_map(of_slot).take(CLOCKS_MAX).collect()
    }

    /// Those of a series: of its new slots with all that hangs on them, and of where the others come to be.
    pub fn of_series(series: &PutSeries, zones: &Zones) -> Vec<Self> {
        let planned = series.planned.iter();
        let new = planned.flat_map(|one| Self::of(&one.slot.spec, &one.slot.whens(), zones));
        let others = series.kept.iter().filter_map(|kept| kept.now.as_ref());
        new.chain(others.flat_map(|spec| Self::of(spec, &[], zones))).take(CLOCKS_MAX).collect()
    }

    fn of(spec: &SlotSpec, anchored: &[When], zones: &Zones) -> Vec<Self> {
        let place = Place::of(&spec.times, zones).ok();
        let all = place.map(|place| clocks(&place, anchored)).unwrap_or_default();
        all.into_iter().map(|clock| Self { slot: spec.slug.clone(), clock }).collect()
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Change {
    /// What happened, in dotted lower case.
    #[serde(rename = "type")]
    #[schema(example = "window.put")]
    pub kind: &'static str,
    /// What it happened to.
    pub subject: String,
    /// Its name for people, where it has one.
    pub name: Option<String>,
    /// The fields that it changes, where they are compared: when a template is applied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
}

impl From<&Fact> for Change {
    fn from(fact: &Fact) -> Self {
        let (kind, subject) = crate::journal::head(fact);
        let name = match fact {
            Fact::OrganiserFounded(organiser) | Fact::OrganiserChanged(organiser) => {
                Some(&organiser.spec.name)
            }
            Fact::SlotPut { slot, .. } => Some(&slot.spec.title),
            Fact::WindowPut { window, .. } => Some(&window.spec.title),
            Fact::FulfilmentPut(block) => Some(&block.spec.title),
            Fact::BlockPut { block, .. } => Some(&block.spec.title),
            Fact::TemplatePut(template) => Some(&template.title),
            Fact::SeriesPut(series) => Some(&series.spec.title),
            Fact::OccurrencePut(one) => Some(&one.given.title),
            Fact::OfferPut(offer) => Some(&offer.spec.title),
            Fact::PoolPut { spec, .. } => Some(&spec.title),
            Fact::ListPut(list) => Some(&list.key),
            Fact::CodePut(code) => Some(&code.group),
            _ => None,
        };
        Self { kind, subject, name: name.cloned(), fields: Vec::new() }
    }
}
