//! The way of a change request through the desk, whichever route it came in by: resolved, handed in, answered.

use dayshelf_core::books::Books;
use dayshelf_core::change::{Credential, Made, Pending, Tell, Trail, Verdict, Wish};
use dayshelf_core::command::{ChangeSlot, Command, Expect, Resolutions};
use dayshelf_core::decide::{Preview, preview};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{ConfirmationId, Home, SlotId};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::slot::Slot;
use dayshelf_core::time::When;
use dayshelf_desk::{Decided, Key};
use dayshelf_ical::zone::UnknownZone;
use dayshelf_wire::change::link::confirmation_path;
use dayshelf_wire::change::preview::{self as shapes, ClockShape, EffectShape};
use dayshelf_wire::change::{ChangeAnswer, ConfirmationShape};
use dayshelf_wire::plan::diff::PartsBefore;
use dayshelf_wire::plan::single::Change;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::time::Place;

use super::edit::resolved;
use crate::answer::Answer;
use crate::api::author::{look, slot_in};
use crate::app::App;
use crate::no::No;

/// What somebody wants of a slot, in the core's words.
pub(crate) struct Wanted {
    /// The slot.
    pub slot: SlotId,
    /// What they have seen.
    pub expected: Expect,
    /// What they want.
    pub wish: Wish,
    /// Who is told.
    pub tell: Tell,
    /// Where the slot is then, where its times are others.
    pub place: Option<Place>,
}

impl Wanted {
    /// The request itself, with what the anchors of the slot's blocks stand for there.
    pub async fn ask(self, app: &App, by: Credential) -> Result<ChangeSlot, No> {
        let Self { slot, expected, wish, tell, place } = self;
        let resolved = match &place {
            Some(place) => resolved(app, slot, place).await?,
            None => Resolutions::new(),
        };
        let waits_as = ConfirmationId(app.desk.mint().id(slot.home()));
        Ok(ChangeSlot { slot, expected, wish, tell, by, resolved, waits_as })
    }
}

/// Says what would come of a change.
pub(crate) async fn rehearsed(app: &App, ask: ChangeSlot) -> Result<Answer, No> {
    let of_parts = matches!(ask.wish, Wish::Part(_) | Wish::Template(_));
    let Studied { preview, anchored, trail, parts } = studied(app, ask).await?;
    let effect = EffectShape::of(&preview, &anchored, &app.zones).map_err(no_zone)?;
    let mut answer = ChangeAnswer::new(&preview.before, preview.verdict, &preview.reasons, trail.as_ref());
    answer.dry_run = true;
    answer.effect = Some(effect);
    if of_parts {
        answer.changes = changes(&parts, &preview.effect);
    }
    Ok(Answer::ok(&answer)?.version(preview.before.version))
}

/// What happens to the parts of a slot; who did it and who is told has places of its own.
fn changes(before: &PartsBefore, facts: &[Fact]) -> Vec<Change> {
    let of_pipeline = |fact: &Fact| {
        matches!(fact, Fact::ChangeMade(_) | Fact::ConfirmationEnded { .. } | Fact::CustomersTold(_))
    };
    facts.iter().filter(|fact| !of_pipeline(fact)).map(|fact| before.change(fact)).collect()
}

/// What would come of a change, and what that is compared with.
pub(crate) struct Studied {
    /// What would come of it.
    pub preview: Preview,
    /// All that hangs on the slot.
    pub anchored: Vec<When>,
    /// The slot's trail.
    pub trail: Option<Trail>,
    /// The slot's parts as they are.
    pub parts: PartsBefore,
}

/// What would come of a change, with all that hangs on the slot and its trail.
pub(crate) async fn studied(app: &App, ask: ChangeSlot) -> Result<Studied, No> {
    let (home, slot) = (ask.slot.home(), ask.slot);
    let command = Command::ChangeSlot(Box::new(ask.clone()));
    let needs = move |books: &Books| dayshelf_core::books::needs(books, &command);
    let study = app.desk.study(home, needs, move |books, now| {
        let books = books.ok_or(Refusal::Unknown(Noun::Organiser))?;
        let preview = preview(books, now, &ask)?;
        let (anchored, trail) = (books.whens_of(slot), books.trails.get(&slot).cloned());
        Ok::<_, Refusal>(Studied { preview, anchored, trail, parts: PartsBefore::of(books, slot) })
    });
    study.await?.map_err(No::from)
}

/// Carries a change out, and says what came of it.
pub(crate) async fn carried_out(app: &App, ask: ChangeSlot, key: Option<Key>) -> Result<Answer, No> {
    let (slot, wish) = (ask.slot, ask.wish.clone());
    let decided = app.submit(slot.home(), Command::ChangeSlot(Box::new(ask)), key).await?;
    let nothing = decided.facts.is_empty();
    let mut news = News::of(app, slot, &decided).await?;
    // Asked for again, it waits already.
    news.pending = news.pending.filter(|pending| !nothing || pending.wish == wish.kept());
    if news.made.is_some() && matches!(wish, Wish::Template(_)) {
        // A retry comes when the parts are no longer as they were, so only who looks is told fields.
        news.changes = changes(&PartsBefore::default(), &decided.facts);
    }
    if let Wish::Edit(edit) = &wish
        && let Some(place) = edit.times.as_ref().and_then(|times| Place::of(times, &app.zones).ok())
    {
        let anchored = look(app, slot.home(), move |books| Ok(books.whens_of(slot))).await?;
        news.clocks = shapes::clocks(&place, &anchored);
    }
    news.answer(app, &decided)
}

/// Says what came of a change that was decided.
pub(crate) async fn answer_of(app: &App, slot: SlotId, decided: &Decided) -> Result<Answer, No> {
    let mut news = News::of(app, slot, decided).await?;
    news.pending = news.pending.filter(|_| decided.facts.iter().any(asked));
    news.answer(app, decided)
}

fn asked(fact: &Fact) -> bool {
    matches!(fact, Fact::ConfirmationAsked(_))
}

/// What an answer is made of: the facts, and the books where these say nothing.
pub(crate) struct News {
    slot: Slot,
    trail: Option<Trail>,
    pending: Option<Pending>,
    made: Option<Made>,
    changes: Vec<Change>,
    /// Times of it that the clocks show twice.
    clocks: Vec<ClockShape>,
}

impl News {
    /// What the books and the facts say of a change.
    pub async fn of(app: &App, slot: SlotId, decided: &Decided) -> Result<Self, No> {
        let mut news = look(app, slot.home(), move |books| {
            Ok(Self {
                slot: slot_in(books, slot)?.clone(),
                trail: books.trails.get(&slot).cloned(),
                pending: books.pending_of(slot).cloned(),
                made: None,
                changes: Vec::new(),
                clocks: Vec::new(),
            })
        })
        .await?;
        for fact in decided.facts.iter() {
            match fact {
                Fact::CredentialFrozen { at, .. } => {
                    return Err(No::refused(&Refusal::CredentialFrozen { since: *at }, decided.replayed));
                }
                Fact::SlotPut { slot: put, .. } if put.id == slot => news.slot = (**put).clone(),
                Fact::ConfirmationAsked(pending) => news.pending = Some((**pending).clone()),
                Fact::ChangeMade(made) => {
                    news.trail = Some(made.trail.clone());
                    news.made = Some((**made).clone());
                }
                Fact::CustomersTold(telling) => {
                    let trail = news.trail.get_or_insert_with(|| Trail::new(slot));
                    trail.sequence = telling.sequence;
                    trail.notice = None;
                }
                _ => {}
            }
        }
        Ok(news)
    }

    /// Whether this very change waits for a yes.
    pub fn waits_for(&self, wish: &Wish) -> bool {
        self.pending.as_ref().is_some_and(|pending| pending.wish == *wish)
    }

    /// What came of it.
    pub fn answer(self, app: &App, decided: &Decided) -> Result<Answer, No> {
        let Self { slot, trail, pending, made, changes, clocks } = self;
        let told = decided.facts.iter().any(|fact| matches!(fact, Fact::CustomersTold(_)));
        let (verdict, reasons) = match (&made, &pending) {
            (Some(made), _) if told || made.trail.notice.is_some() => (Verdict::Settle, &made.granted[..]),
            (Some(made), _) => (Verdict::Apply, &made.granted[..]),
            (None, Some(pending)) => (Verdict::Confirm, &pending.reasons[..]),
            (None, None) => (Verdict::Nothing, &[][..]),
        };
        let mut answer = ChangeAnswer::new(&slot, verdict, reasons, trail.as_ref());
        let waits = verdict == Verdict::Confirm;
        answer.changes = changes;
        answer.slot.clocks = clocks;
        answer.confirmation =
            pending.filter(|_| waits).map(|pending| ConfirmationShape::of(&pending, url(app, &pending)));
        let answer = if waits { Answer::accepted(&answer)? } else { Answer::ok(&answer)? };
        Ok(answer.version(slot.version).replayed(decided.replayed))
    }
}

/// The address of the page where a change that waits is answered.
pub(crate) fn url(app: &App, pending: &Pending) -> Option<String> {
    let home: Home = pending.id.home();
    let card = app.board().organiser(home)?;
    Some(format!("{}{}", app.config.public_url, confirmation_path(&card.organiser, pending.id)?))
}

/// The zone database no longer knows a slot's zone.
#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
pub(crate) fn no_zone(unknown: UnknownZone) -> No {
    Problem::zone_unknown("zone", &unknown).into()
}
