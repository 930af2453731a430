//! The names of their own that organisers' pages are reached by.
//!
//! What may be a name is `core`'s to say. Here is that a name is one organiser's, on whatever node it is set: the
//! schema says so too. Start at [`Store::put_domain`].

use dayshelf_core::domain::Domain;
use dayshelf_core::ids::Home;
use dayshelf_core::time::Instant;

use crate::cell::Cell;
use crate::fault::{FaultKind, StoreFault};
use crate::people::{SHARD, home, home_cells, shard};
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// Everything here fails with what the engine says, or with `FaultKind::Incoherent` for rows that can't be.
impl Store {
    /// All names, and whose they are.
    pub async fn domains(&self) -> Result<Vec<(Domain, Home)>, StoreFault> {
        let rows = self.reader().rows(statements::DOMAINS, vec![shard()]).await?;
        let wrong = || StoreFault::new(FaultKind::Incoherent, "a name is none");
        rows.iter().map(|row| Ok((Domain::parse(row.text(0)?).ok_or_else(wrong)?, home(row, 1)?))).collect()
    }

    /// Whose name it is.
    pub async fn domain_owner(&self, name: &Domain) -> Result<Option<Home>, StoreFault> {
        let cells = vec![shard(), Cell::Text(name.to_string())];
        let rows = self.reader().rows(statements::DOMAIN_OWNER, cells).await?;
        rows.first().map(|row| home(row, 0)).transpose()
    }

    /// Gives an organiser a name in place of the one it had, or none. Says no where the name is another's; then nothing
    /// is changed.
    pub async fn put_domain(&self, at: Home, name: Option<Domain>, now: Instant) -> Result<bool, StoreFault> {
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                let whose = home_cells(at);
                let Some(name) = name else {
                    let mut rows = Rows::remove(&tables::DOMAIN, SHARD, 2);
                    rows.cells.extend(whose);
                    return line.write(&[rows]).await.map(|()| true);
                };
                let name = Cell::Text(name.to_string());
                // Two that ask at once both pass here; the second can't write its row, and asks again.
                let there = line.query(statements::DOMAIN_OWNER, &[shard(), name.clone()]).await?;
                if there.first().map(|row| home(row, 0)).transpose()?.is_some_and(|owner| owner != at) {
                    return Ok(false);
                }
                let mut rows = Rows::put(&tables::DOMAIN, SHARD);
                rows.cells.extend(whose.into_iter().chain([name, Cell::Int(now.0)]));
                line.write(&[rows]).await.map(|()| true)
            })
        }))
        .await
    }
}
