//! What an organiser wrote, read with its zone and currency, and looked up in its books.
//!
//! Words become ids and instants here; whether the thing itself can be is the core's to say.

use dayshelf_core::books::Books;
use dayshelf_core::command::Expect;
use dayshelf_core::decide::marks;
use dayshelf_core::ids::{Home, Id, SlotId};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::slot::{Slot, SlotTimes};
use dayshelf_desk::Key;
use dayshelf_ical::zone::Zones;
use dayshelf_wire::page::{Page, cursor};
use dayshelf_wire::plan::{Context, Mistakes};
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::time::Place;

use crate::app::App;
use crate::extract::Params;
use crate::no::No;

/// Reads something with what its organiser says about itself.
///
/// # Errors
/// All mistakes in it.
pub(super) fn reading<T>(
    app: &App,
    home: Home,
    read: impl FnOnce(&Context<'_>) -> Result<T, Mistakes>,
) -> Result<T, Problem> {
    let card = app.board().organiser(home);
    let card = card.ok_or_else(|| Problem::from(&Refusal::Unknown(Noun::Organiser)))?;
    let spec = &card.organiser.spec;
    read_with(app, home, (Some(&spec.zone), Some(spec.currency)), read)
}

/// Reads something with this zone and currency where it does not say its own.
///
/// # Errors
/// All mistakes in it.
pub(super) fn read_with<T>(
    app: &App,
    home: Home,
    (zone, currency): (Option<&str>, Option<dayshelf_core::money::Currency>),
    read: impl FnOnce(&Context<'_>) -> Result<T, Mistakes>,
) -> Result<T, Problem> {
    let mint = || app.desk.mint().id(home);
    let context = Context {
        zones: &app.zones,
        now: app.now(),
        home,
        zone,
        currency,
        mint: &mint,
        read_file: &no_files,
    };
    read(&context).map_err(Problem::from)
}

/// Files of the server are none of a plan's business.
fn no_files(_: &str) -> Result<String, String> {
    Err("a file can't be read over HTTP; put the table itself into `products.csv`".to_owned())
}

/// Looks into an organiser's books.
///
/// # Errors
/// The refusal, with its field as the sender of one thing wrote it.
pub(crate) async fn look<T, F>(app: &App, home: Home, look: F) -> Result<T, No>
where
    T: Send + 'static,
    F: FnOnce(&Books) -> Result<T, Refusal> + Send + 'static,
{
    let unknown = Refusal::Unknown(Noun::Organiser);
    let looked = app.desk.look(home, move |books, _| books.ok_or(unknown).and_then(look)).await?;
    looked.map_err(|refusal| No::from(refusal).alone())
}

/// A slot in the books.
///
/// # Errors
/// When there is none.
pub(super) fn slot_in(books: &Books, id: SlotId) -> Result<&Slot, Refusal> {
    books.slots.get(&id).ok_or(Refusal::Unknown(Noun::Slot))
}

/// Where a slot stands in time.
///
/// # Errors
/// When there is no such slot, or its zone is no longer known.
pub(super) async fn place_of(app: &App, id: SlotId) -> Result<Place, No> {
    let (times, marks) =
        look(app, id.home(), move |books| Ok((slot_in(books, id)?.spec.times.clone(), marks(books, id))))
            .await?;
    Ok(Place { marks, ..place(&times, &app.zones)? })
}

fn place(times: &SlotTimes, zones: &Zones) -> Result<Place, Problem> {
    Place::of(times, zones).map_err(|unknown| Problem::zone_unknown("zone", &unknown))
}

/// Which thing is put: a new one, once for its key, or one that the sender has seen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which<T> {
    /// A new one.
    New(Key),
    /// One that is there.
    Known(T, Expect),
}

impl<T: Copy> Which<T> {
    /// The id, where there is one already.
    pub fn id(&self) -> Option<T> {
        match self {
            Self::New(_) => None,
            Self::Known(id, _) => Some(*id),
        }
    }

    /// What the sender has seen, and the key of the request.
    pub fn terms(&self) -> (Expect, Option<Key>) {
        match self {
            Self::New(key) => (Expect::New, Some(*key)),
            Self::Known(_, expected) => (*expected, None),
        }
    }
}

/// How much of a list is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    /// The id that the page before ended with.
    pub after: Option<Id>,
    /// Things on a page.
    pub limit: usize,
}

impl Range {
    /// Takes `limit` and `cursor` of a list that sorts by id.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn take(params: &mut Params, list: &str) -> Result<Self, No> {
        let limit = params.limit()?;
        let wrong = || No::from(Problem::plain(Kind::CursorWrong).with("field", "cursor"));
        let id = |key: Vec<u8>| key.try_into().map(Id::from_bytes).map_err(|_| wrong());
        Ok(Self { after: params.cursor(list)?.map(id).transpose()?, limit })
    }

    /// Of things that come in the order of their ids, those of the page and one more.
    pub fn of<T>(self, all: impl Iterator<Item = T>, id: impl Fn(&T) -> Id) -> Vec<T> {
        all.filter(|one| self.after.is_none_or(|after| after < id(one))).take(self.limit + 1).collect()
    }

    /// The page of what was found, which is one more than the page where there is a next.
    pub fn page<T, S>(
        self,
        list: &str,
        mut found: Vec<T>,
        id: impl Fn(&T) -> Id,
        shape: impl FnMut(&T) -> S,
    ) -> Page<S> {
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        let last = found.last().filter(|_| more);
        let next = last.map(|last| cursor(list, &id(last).to_bytes()));
        Page { items: found.iter().map(shape).collect(), next }
    }
}
