//! What the workers ask of the desk, so that a simulator's desk serves them as the one does that is in service.

use std::sync::Arc;

use dayshelf_core::books::Books;
use dayshelf_core::ids::{Home, Id, SlotId};
use dayshelf_core::organiser::Endpoint;
use dayshelf_core::waitlist::Entry;
use dayshelf_desk::{Ask, Board, Desk, DeskFault, Reply};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

/// The desk as the workers know it.
pub trait Office: Send + Sync + 'static {
    /// What readers see.
    fn board(&self) -> &Arc<Board>;
    /// A new id of an organiser.
    fn id(&self, home: Home) -> Id;
    /// A number by chance, which spreads what would otherwise come back together.
    fn chance(&self) -> u64;
    /// The endpoints of an organiser, as they are when the desk comes to it.
    fn endpoints(&self, home: Home) -> BoxFuture<'static, Result<Vec<Endpoint>, DeskFault>>;
    /// Who is in line for a slot or has their turn, as it is when the desk comes to it.
    fn line(&self, slot: SlotId) -> BoxFuture<'static, Result<Vec<Entry>, DeskFault>>;
    /// Asks for a command to be carried out, and waits until it is durable.
    fn submit(&self, ask: Ask) -> BoxFuture<'static, Reply>;
}

/// Who is in line for a slot or has their turn, in the order of the line.
pub fn line_of(books: Option<&Books>, slot: SlotId) -> Vec<Entry> {
    let Some(books) = books else { return Vec::new() };
    let line = books.parts.get(&slot).into_iter().flat_map(|parts| &parts.line);
    line.filter_map(|(_, id)| books.entries.get(id)).cloned().collect()
}

impl Office for Desk {
    fn board(&self) -> &Arc<Board> {
        Desk::board(self)
    }

    fn id(&self, home: Home) -> Id {
        self.mint().id(home)
    }

    fn chance(&self) -> u64 {
        u64::from_le_bytes(dayshelf_desk::random())
    }

    fn endpoints(&self, home: Home) -> BoxFuture<'static, Result<Vec<Endpoint>, DeskFault>> {
        let desk = self.clone();
        async move {
            let all = |books: Option<&Books>, _| {
                books.map(|books| books.endpoints.values().cloned().collect()).unwrap_or_default()
            };
            desk.look(home, all).await
        }
        .boxed()
    }

    fn line(&self, slot: SlotId) -> BoxFuture<'static, Result<Vec<Entry>, DeskFault>> {
        let desk = self.clone();
        async move { desk.look(slot.home(), move |books, _| line_of(books, slot)).await }.boxed()
    }

    fn submit(&self, ask: Ask) -> BoxFuture<'static, Reply> {
        let desk = self.clone();
        async move { Desk::submit(&desk, ask).await }.boxed()
    }
}
