//! Links for whoever can't sign in any more: one lets its holder choose another way in, once.
//!
//! Who may have one is decided above. Start at [`Store::keep_recovery`].

use dayshelf_core::ids::{Id, PersonId};
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;

use super::factors::end_factor;
use super::passkeys::passkey_rows;
use super::rows::{digest, shard};
use super::{Passkey, SHARD};
use crate::cell::{Cell, Row};
use crate::fault::StoreFault;
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// Links of one person that may be open at once: whoever asks for more gets none.
const LINKS_MAX: i64 = 3;

/// A link for somebody who can't sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// Who.
    pub person: PersonId,
    /// Whether it takes their second factor away as well.
    pub lifts: bool,
}

/// What somebody signs in with from now on.
#[derive(Clone, PartialEq, Eq)]
pub enum WayIn {
    /// The hash of a password.
    Password(String),
    /// A passkey.
    Passkey(Passkey),
}

/// Everything here fails with what the engine says, or with `FaultKind::Incoherent` for rows that can't be.
impl Store {
    /// Keeps a link; says no where so many of this person are open that it would be one too many.
    pub async fn keep_recovery(
        &self,
        link: Digest,
        recovery: Recovery,
        (now, until): (Instant, Instant),
    ) -> Result<bool, StoreFault> {
        let Recovery { person, lifts } = recovery;
        let mut rows = Rows::add(&tables::RECOVERY_LINK, SHARD);
        let lifted = Cell::Int(i64::from(lifts));
        rows.cells.extend([digest(link), Cell::from(person.0), lifted, Cell::Int(now.0), Cell::Int(until.0)]);
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                line.execute(statements::FORGET_LINKS, &[shard(), Cell::Int(now.0)]).await?;
                line.execute(statements::LOCK_PERSON, &[shard(), Cell::from(person.0)]).await?;
                let cells = [shard(), Cell::from(person.0), Cell::Int(now.0)];
                let open = line.query(statements::COUNT_LINKS, &cells).await?;
                // The operator's own links are not for a crowd that asks by mail to use up.
                if !lifts && open.first().map(|row| row.int(0)).transpose()?.unwrap_or(0) >= LINKS_MAX {
                    return Ok(false);
                }
                line.write(&[rows]).await?;
                Ok(true)
            })
        }))
        .await
    }

    /// What a link is for, while it is open. It stays so.
    pub async fn recovery(&self, link: Digest, now: Instant) -> Result<Option<Recovery>, StoreFault> {
        let cells = vec![shard(), digest(link), Cell::Int(now.0)];
        let rows = self.reader().rows(statements::RECOVERY_LINK, cells).await?;
        rows.first().map(recovery).transpose()
    }

    /// Gives whoever has a link another way in. The link and all others of theirs are used up, and wherever they
    /// are signed in, that ends. `None` where it is over or was used.
    pub async fn recover(
        &self,
        link: Digest,
        now: Instant,
        way: WayIn,
    ) -> Result<Option<PersonId>, StoreFault> {
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                let cells = [shard(), digest(link), Cell::Int(now.0)];
                let rows = line.query(statements::RECOVERY_LINK, &cells).await?;
                let Some(found) = rows.first().map(recovery).transpose()? else { return Ok(None) };
                if line.execute(statements::SPEND_LINK, &[shard(), digest(link)]).await? != 1 {
                    return Ok(None);
                }
                let theirs = [shard(), Cell::from(found.person.0)];
                match way {
                    WayIn::Password(hash) => {
                        let cells = [Cell::Text(hash), shard(), Cell::from(found.person.0)];
                        line.execute(statements::SET_PASSWORD, &cells).await?;
                    }
                    WayIn::Passkey(passkey) => line.write(&[passkey_rows(&passkey)]).await?,
                }
                line.execute(statements::END_LINKS, &theirs).await?;
                line.execute(statements::END_ALL_SESSIONS, &theirs).await?;
                if found.lifts {
                    end_factor(line, found.person).await?;
                }
                Ok(Some(found.person))
            })
        }))
        .await
    }
}

fn recovery(row: &Row) -> Result<Recovery, StoreFault> {
    Ok(Recovery { person: PersonId(Id::from_bytes(row.id(0)?)), lifts: row.int(1)? != 0 })
}
