//! An entry with what its bearer wants to know: how many are before it, and the hold of its turn.

use dayshelf_core::books::Books;
use dayshelf_core::decide::stake;
use dayshelf_core::ids::EntryId;
use dayshelf_core::refusal::Noun;
use dayshelf_core::time::{Instant, Span};
use dayshelf_core::waitlist::{Entry, EntryState};
use dayshelf_core::window::{Fairness, Phase, TurnTerms};
use dayshelf_desk::SlotCard;
use dayshelf_wire::hold::HoldShape;
use dayshelf_wire::secret::Opens;
use dayshelf_wire::waitlist::{EntryBeside, EntryShape, OutlookShape};

use crate::app::App;
use crate::extract::Bearer;
use crate::no::No;

/// The entry, if there is one.
pub(super) async fn read(app: &App, id: EntryId) -> Result<Entry, No> {
    app.reader.entry(id).await?.ok_or_else(|| No::unknown(Noun::Entry))
}

/// The entry as its bearer sees it now.
pub(super) async fn shape(app: &App, entry: &Entry, bearer: &Bearer) -> Result<EntryShape, No> {
    let beside = match entry.state {
        EntryState::Waiting { .. } => {
            let standing = standing(app, entry).await?;
            EntryBeside { ahead: standing.ahead, outlook: standing.outlook, ..EntryBeside::default() }
        }
        EntryState::Turn(hold) => {
            let hold = app.reader.hold(hold).await?;
            let text = |hold: dayshelf_core::ids::HoldId| bearer.renamed(Opens::Hold, hold.0);
            let hold = hold.map(|hold| HoldShape::of(&hold, app.now(), Some(text(hold.id))));
            EntryBeside { hold, ..EntryBeside::default() }
        }
        EntryState::Left(_) => EntryBeside::default(),
    };
    Ok(EntryShape::of(entry, beside))
}

/// Where somebody stands who waits.
pub(crate) struct Standing {
    /// How many are before; `None` where nobody has these books.
    pub ahead: Option<u32>,
    /// How likely a turn is, where the line is served in the order of joining: with lots it would tell the lot.
    pub outlook: Option<OutlookShape>,
}

/// Where an entry stands, as the books are now.
pub(crate) async fn standing(app: &App, entry: &Entry) -> Result<Standing, No> {
    let waiting = entry.clone();
    let look =
        move |books: Option<&Books>, _| books.map(|books| (before(books, &waiting), stake(books, &waiting)));
    let looked = app.desk.look(entry.id.home(), look).await?;
    let card = app.board().slot(entry.slot);
    let in_order =
        card.as_ref().is_some_and(|card| terms(card, entry, app.now()).fairness == Fairness::FirstCome);
    let ends = card.filter(|_| in_order).map(|card| card.ends);
    let stake = looked.as_ref().and_then(|(_, stake)| stake.as_ref());
    let outlook = stake.zip(ends).map(|(stake, ends)| OutlookShape::of(stake, ends));
    Ok(Standing { ahead: looked.map(|(ahead, _)| ahead), outlook })
}

/// How the window that is open, or the next one, serves its waiters.
pub(crate) fn terms(card: &SlotCard, entry: &Entry, now: Instant) -> TurnTerms {
    let windows = card.sheet.windows.iter().filter(|window| window.sells(entry.offer));
    let alive = windows.filter(|window| window.phase_at(now) != Phase::Closed);
    let first = alive.min_by_key(|window| window.spec.opens.at);
    let none = TurnTerms { fairness: Fairness::FirstCome, span: Span::minutes(5) };
    first.map_or(none, |window| window.spec.turn)
}

/// How many wait for the same offer and joined before.
pub(crate) fn before(books: &Books, entry: &Entry) -> u32 {
    let line = books.parts.get(&entry.slot).map(|parts| parts.line.range(..entry.place));
    let earlier = line.into_iter().flatten().filter_map(|(_, id)| books.entries.get(id));
    let same = earlier
        .filter(|other| other.offer == entry.offer && matches!(other.state, EntryState::Waiting { .. }));
    u32::try_from(same.count()).unwrap_or(u32::MAX)
}
