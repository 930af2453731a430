//! An entry with what its bearer wants to know: how many are before it, and the hold of its turn.

use dayshelf_core::books::Books;
use dayshelf_core::ids::EntryId;
use dayshelf_core::refusal::Noun;
use dayshelf_core::waitlist::{Entry, EntryState};
use dayshelf_wire::hold::HoldShape;
use dayshelf_wire::secret::Opens;
use dayshelf_wire::waitlist::{EntryBeside, EntryShape};

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
            let waiting = entry.clone();
            let look = move |books: Option<&Books>, _| books.map(|books| before(books, &waiting));
            EntryBeside { ahead: app.desk.look(entry.id.home(), look).await?, ..EntryBeside::default() }
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

/// How many wait for the same offer and joined before.
pub(crate) fn before(books: &Books, entry: &Entry) -> u32 {
    let line = books.parts.get(&entry.slot).map(|parts| parts.line.range(..entry.place));
    let earlier = line.into_iter().flatten().filter_map(|(_, id)| books.entries.get(id));
    let same = earlier
        .filter(|other| other.offer == entry.offer && matches!(other.state, EntryState::Waiting { .. }));
    u32::try_from(same.count()).unwrap_or(u32::MAX)
}
