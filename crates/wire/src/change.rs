//! Changes of slots in JSON: what is asked, what would come of it, what waits for a yes.
//!
//! What would move and whom it touches is in [`preview`], the address of a yes in [`link`], what the journal says in
//! [`told`]. Start at [`ChangeRequest`].

pub mod link;
mod part;
pub mod preview;
pub mod told;

pub use part::{FillingShape, PartShape, PutOrDry};

use dayshelf_core::change::{Credential, Edit, Pending, Reason, Tell, Trail, Verdict, Wish};
use dayshelf_core::slot::Slot;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::library::FaqDoc;
use crate::name::{ConfirmationRef, FulfilmentRef, PoolRef, SlotRef, WindowRef};
use crate::plan::doc::ExtraDoc;
use crate::plan::single::Change;
use crate::plan::{Context, Mistake, Mistakes};
use crate::problem::Problem;
use crate::slot::PhaseShape;
use crate::time::{At, Place};
use crate::whole::SlotWhole;

/// Whether and when customers hear of another time or place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TellShape {
    /// At once.
    Now,
    /// When it has been quiet for as long as the organiser says; several changes are told as one.
    #[default]
    AfterQuiet,
    /// Not because of this change.
    Nobody,
}

impl From<TellShape> for Tell {
    fn from(tell: TellShape) -> Self {
        match tell {
            TellShape::Now => Self::Now,
            TellShape::AfterQuiet => Self::AfterQuiet,
            TellShape::Nobody => Self::Nobody,
        }
    }
}

impl From<Tell> for TellShape {
    fn from(tell: Tell) -> Self {
        match tell {
            Tell::Now => Self::Now,
            Tell::AfterQuiet => Self::AfterQuiet,
            Tell::Nobody => Self::Nobody,
        }
    }
}

/// How many units a pool has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitsDoc {
    /// A pool that the slot's offers draw on.
    pub pool: PoolRef,
    /// Its units.
    pub units: u32,
}

/// Changes a slot or calls it off. What is left out stays as it is.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRequest {
    /// Only say what would come of it.
    #[serde(default)]
    pub dry_run: bool,
    /// Whether and when customers hear of another time or place.
    #[serde(default)]
    pub tell: TellShape,
    /// Call the slot off: holds end, waiters leave, orders are cancelled and paid back.
    #[serde(default)]
    pub cancel: bool,
    /// The name in addresses.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub slug: Option<String>,
    /// The title.
    #[serde(default)]
    pub title: Option<String>,
    /// The story, plain text in paragraphs.
    #[serde(default)]
    pub story: Option<String>,
    /// The picture's address.
    #[serde(default)]
    pub image: Option<String>,
    /// Where it happens.
    #[serde(default)]
    pub place: Option<String>,
    /// The IANA zone; without a start, the slot keeps its time on the wall.
    #[serde(default)]
    pub zone: Option<String>,
    /// When it starts, on the zone's wall.
    #[serde(default)]
    #[schema(example = "2026-12-05T18:00")]
    pub start: Option<String>,
    /// When it ends, on the zone's wall, or `start + 65m`; without it, the slot stays as long as it is.
    #[serde(default)]
    #[schema(example = "start + 65m")]
    pub end: Option<String>,
    /// Digital extras that come with every confirmed order.
    #[serde(default)]
    pub extras: Option<Vec<ExtraDoc>>,
    /// What people ask about this date.
    #[serde(default)]
    pub faqs: Option<Vec<FaqDoc>>,
    /// How much of something it sells.
    #[serde(default)]
    pub units: Option<UnitsDoc>,
}

impl ChangeRequest {
    /// What is wanted, and the place to resolve the slot's anchors at where its times are others.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn wish(&self, before: &Place, context: &Context<'_>) -> Result<(Wish, Option<Place>), Mistakes> {
        let place = self.new_place(before, context)?;
        let edit = Edit {
            slug: self.slug.clone(),
            title: self.title.clone(),
            story: self.story.clone(),
            image: self.image.clone(),
            place: self.place.clone(),
            times: place.as_ref().map(Place::times),
            extras: self.extras.as_ref().map(|all| all.iter().map(crate::plan::extra).collect()),
            faqs: self.faqs.as_deref().map(FaqDoc::read),
            units: self.units.map(|doc| (doc.pool.0, doc.units)),
        };
        if !self.cancel {
            return Ok((Wish::Edit(Box::new(edit)), place));
        }
        if edit != Edit::default() {
            let sentence = "a slot that is called off is not changed as well; send `cancel` alone";
            return Err(Mistakes(vec![Mistake::new(Problem::value_wrong("cancel", sentence))]));
        }
        Ok((Wish::Cancel, None))
    }

    fn new_place(&self, before: &Place, context: &Context<'_>) -> Result<Option<Place>, Mistakes> {
        if self.zone.is_none() && self.start.is_none() && self.end.is_none() {
            return Ok(None);
        }
        let zone = self.zone.as_deref().or(Some(before.zone.name()));
        let start = self.start.clone().unwrap_or_else(|| before.zone.text(before.start));
        if let Some(end) = &self.end {
            return crate::plan::single::place(zone, (&start, end), context).map(Some);
        }
        let place = crate::plan::single::place(zone, (&start, &start), context)?;
        Ok(Some(place.as_long_as(before)))
    }
}

/// What the policy says to a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictShape {
    /// All is so already.
    Nothing,
    /// It is done, and nobody has to be told.
    Apply,
    /// It is done, and customers are told.
    Settle,
    /// It waits until somebody says yes; nothing of it is done.
    Confirm,
    /// It is not done, and the credential is frozen: it changes too much at once.
    Freeze,
}

impl From<Verdict> for VerdictShape {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Nothing => Self::Nothing,
            Verdict::Apply => Self::Apply,
            Verdict::Settle => Self::Settle,
            Verdict::Confirm => Self::Confirm,
            Verdict::Freeze => Self::Freeze,
        }
    }
}

/// Why a change needs a yes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReasonShape {
    /// Which reason: `bought`, `below_sold`, `into_past`, `across_window` or `beyond_promise`.
    #[schema(example = "bought")]
    pub code: &'static str,
    /// The same as a sentence.
    pub sentence: String,
    /// Holds that would end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<u32>,
    /// Orders that would be cancelled and paid back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders: Option<u32>,
    /// The pool that would have too few units, or the time box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolRef>,
    /// Units missing beyond the free ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<u32>,
    /// Units of these that are sold: they stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short: Option<u32>,
    /// The window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowRef>,
    /// Where the window is in its life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<PhaseShape>,
    /// Where it would be at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<PhaseShape>,
    /// The pickup block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfilment: Option<FulfilmentRef>,
}

impl From<&Reason> for ReasonShape {
    fn from(reason: &Reason) -> Self {
        match reason {
            Reason::Bought { holds, orders } => Self {
                code: "bought",
                sentence: format!("Holds that would end: {holds}. Orders that would be cancelled: {orders}."),
                holds: Some(*holds),
                orders: Some(*orders),
                ..Self::default()
            },
            Reason::BelowSold { pool, missing, short } => Self {
                code: "below_sold",
                sentence: format!(
                    "{missing} units would be too few for what is held and sold; {short} of them are sold and stay sold."
                ),
                pool: Some(PoolRef(*pool)),
                missing: Some(*missing),
                short: Some(*short),
                ..Self::default()
            },
            Reason::IntoPast => Self {
                code: "into_past",
                sentence: "It would have begun, or be over, at once.".into(),
                ..Self::default()
            },
            Reason::AcrossWindow { window, before, after } => Self {
                code: "across_window",
                sentence: "A window would open, close or open again at once.".into(),
                window: Some(WindowRef(*window)),
                before: Some((*before).into()),
                after: Some((*after).into()),
                ..Self::default()
            },
            Reason::BeyondPromise { block, places } => Self {
                code: "beyond_promise",
                sentence: "Whoever comes to fetch when they were told to would find nobody there.".into(),
                fulfilment: Some(FulfilmentRef(*block)),
                pool: places.map(PoolRef),
                ..Self::default()
            },
        }
    }
}

/// Whose credential something came with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CredentialShape {
    /// `key`, `password`, `person`, `link` or `house`.
    #[schema(example = "key")]
    pub kind: &'static str,
    /// Its id, where it has one.
    pub id: Option<String>,
}

impl From<Credential> for CredentialShape {
    fn from(credential: Credential) -> Self {
        let (kind, id) = match credential {
            Credential::House => ("house", None),
            Credential::Key(key) => ("key", Some(key.to_string())),
            Credential::Password(password) => ("password", Some(password.to_string())),
            Credential::Person(person) => ("person", Some(person.to_string())),
            Credential::Link(confirmation) => ("link", Some(confirmation.to_string())),
        };
        Self { kind, id }
    }
}

/// A change that waits for a yes. Nothing of it has been done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConfirmationShape {
    /// Its id.
    pub id: ConfirmationRef,
    /// The slot.
    pub slot: SlotRef,
    /// Whether the slot would be called off.
    pub cancel: bool,
    /// The part of the slot that would be otherwise or gone, where it is about one.
    pub part: Option<PartShape>,
    /// The template that the slot would have parts of, where it is about one.
    pub template: Option<FillingShape>,
    /// When it would start, where that changes.
    pub start: Option<At>,
    /// When it would end, where that changes.
    pub end: Option<At>,
    /// What else would change, by name.
    pub fields: Vec<&'static str>,
    /// Who would be told.
    pub tell: TellShape,
    /// Whose credential asked for it.
    pub by: CredentialShape,
    /// Why it waits.
    pub reasons: Vec<ReasonShape>,
    /// When it was asked for.
    pub asked_at: At,
    /// When it is forgotten.
    pub expires_at: At,
    /// The page where a yes or a no is one tap; whoever has this address may answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl ConfirmationShape {
    /// The shape, with the address of its page where the reader may have it.
    pub fn of(pending: &Pending, url: Option<String>) -> Self {
        let (edit, part, template) = match &pending.wish {
            Wish::Edit(edit) => (Some(&**edit), None, None),
            Wish::Part(part) => (None, Some(&**part), None),
            Wish::Template(filling) => (None, None, Some(FillingShape::from(&**filling))),
            Wish::Cancel => (None, None, None),
        };
        let times = pending.wish.times();
        Self {
            id: ConfirmationRef(pending.id),
            slot: SlotRef(pending.slot),
            cancel: pending.wish == Wish::Cancel,
            part: part.map(PartShape::from),
            template,
            start: times.map(|times| At(times.start)),
            end: times.map(|times| At(times.end)),
            fields: edit.map(fields).unwrap_or_default(),
            tell: pending.tell.into(),
            by: pending.by.into(),
            reasons: pending.reasons.iter().map(ReasonShape::from).collect(),
            asked_at: At(pending.asked_at),
            expires_at: At(pending.expires),
            url,
        }
    }
}

/// The names of what an edit changes.
fn fields(edit: &Edit) -> Vec<&'static str> {
    let Edit { slug, title, story, image, place, times, extras, faqs, units } = edit;
    let all = [
        ("slug", slug.is_some()),
        ("title", title.is_some()),
        ("story", story.is_some()),
        ("image", image.is_some()),
        ("place", place.is_some()),
        ("times", times.is_some()),
        ("extras", extras.is_some()),
        ("faqs", faqs.is_some()),
        ("units", units.is_some()),
    ];
    all.into_iter().filter(|(_, named)| *named).map(|(name, _)| name).collect()
}

/// Says yes or no to a change that waits.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRequest {
    /// Do it, or leave it.
    pub answer: AnswerWord,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerWord {
    /// Do it.
    Yes,
    /// Leave it.
    No,
}

impl From<AnswerWord> for dayshelf_core::change::Answer {
    fn from(word: AnswerWord) -> Self {
        match word {
            AnswerWord::Yes => Self::Yes,
            AnswerWord::No => Self::No,
        }
    }
}

/// What a slot's changes have left behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrailShape {
    /// How often its customers were told of another time or place: iCalendar's SEQUENCE.
    pub sequence: u32,
    /// When customers are told, if they are to be.
    pub told_at: Option<At>,
    /// Until when the last change can be taken back, if it can.
    pub undo_until: Option<At>,
}

impl TrailShape {
    /// The trail of a slot, which may never have been changed.
    pub fn of(trail: Option<&Trail>) -> Self {
        Self {
            sequence: trail.map_or(0, |trail| trail.sequence),
            told_at: trail.and_then(Trail::due).map(At),
            undo_until: trail.and_then(|trail| trail.undo.as_ref()).map(|undo| At(undo.until)),
        }
    }
}

/// What came of a change request, or would.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangeAnswer {
    /// Whether it was only asked what would come of it.
    pub dry_run: bool,
    /// What the policy says.
    pub verdict: VerdictShape,
    /// What needs a yes, or had it.
    pub reasons: Vec<ReasonShape>,
    /// The slot as it stands now; after a dry run, as it is.
    pub slot: SlotWhole,
    /// When customers are told and until when it can be taken back.
    pub trail: TrailShape,
    /// The change that waits for a yes, where it does.
    pub confirmation: Option<ConfirmationShape>,
    /// All that would come of it; after a dry run.
    pub effect: Option<preview::EffectShape>,
    /// What happens to the parts of the slot, in order, where a template or an edit of one part was asked for; field by
    /// field after a dry run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl ChangeAnswer {
    /// The answer with what every one has.
    pub fn new(slot: &Slot, verdict: Verdict, reasons: &[Reason], trail: Option<&Trail>) -> Self {
        Self {
            dry_run: false,
            verdict: verdict.into(),
            reasons: reasons.iter().map(ReasonShape::from).collect(),
            slot: SlotWhole::from(slot),
            trail: TrailShape::of(trail),
            confirmation: None,
            effect: None,
            changes: Vec::new(),
        }
    }
}
