//! Passkeys, and the challenges that they are asked to sign.
//!
//! What a signature proves is decided above; here is that a challenge is answered once, that a counter only
//! rises, and that nobody loses their last way in. Start at [`Store::ask`].

use dayshelf_core::ids::{Id, PasskeyId, PersonId};
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;

use super::rows::{digest, person, shard};
use super::{Person, SHARD};
use crate::cell::{Cell, Row};
use crate::fault::{FaultKind, StoreFault};
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// Challenges that may wait for an answer at once, about 150 bytes each: whoever asks needs no name for it.
const CHALLENGES_MAX: i64 = 10_000;

/// A passkey of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// Whose it is.
    pub person: PersonId,
    /// What its device calls it.
    pub credential: Vec<u8>,
    /// The key that its signatures are checked with, as COSE has it.
    pub public_key: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// How often its device says that it was used; 0 where the device does not count.
    pub counter: u32,
    /// Whether it is on more devices than one.
    pub backed_up: bool,
    /// When it was added.
    pub made_at: Instant,
    /// When it was last used; none for never.
    pub used_at: Option<Instant>,
}

/// A challenge that waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// What is kept of what it was given to: a session's token, or that of a browser at the door.
    pub asker: Digest,
    /// Whose passkey is to be made; none where anybody may answer with theirs.
    pub person: Option<PersonId>,
    /// When it ends.
    pub until: Instant,
}

/// How the ending of a passkey went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is no more, or never was theirs.
    Done,
    /// It is the last way in, and stays.
    LastWay,
}

/// Everything here fails with what the engine says, or with `FaultKind::Incoherent` for rows that can't be.
impl Store {
    /// Somebody, by id.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreFault> {
        let rows = self.reader().rows(statements::PERSON, vec![shard(), Cell::from(id.0)]).await?;
        rows.first().map(|row| person(row, 0)).transpose()
    }

    /// Keeps a challenge. Not where too many wait already: then the answer is no.
    pub async fn ask(&self, key: Digest, challenge: Challenge, now: Instant) -> Result<bool, StoreFault> {
        let Challenge { asker, person, until } = challenge;
        let mut rows = Rows::add(&tables::CHALLENGE, SHARD);
        let whose = person.map_or(Id(0), |person| person.0);
        rows.cells.extend([digest(key), digest(asker), Cell::from(whose), Cell::Int(until.0)]);
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                line.execute(statements::FORGET_CHALLENGES, &[shard(), Cell::Int(now.0)]).await?;
                let waiting = line.query(statements::COUNT_CHALLENGES, &[shard()]).await?;
                if waiting.first().map(|row| row.int(0)).transpose()?.unwrap_or(0) >= CHALLENGES_MAX {
                    return Ok(false);
                }
                line.write(&[rows]).await?;
                Ok(true)
            })
        }))
        .await
    }

    /// Takes the answer to a challenge, once: whose passkey it is for. `None` where there is no such challenge, it
    /// was answered, is over, or was given to another browser.
    pub async fn answered(
        &self,
        key: Digest,
        asker: Digest,
        now: Instant,
    ) -> Result<Option<Option<PersonId>>, StoreFault> {
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                let cells = [shard(), digest(key), digest(asker), Cell::Int(now.0)];
                let rows = line.query(statements::CHALLENGE, &cells).await?;
                let Some(row) = rows.first() else { return Ok(None) };
                let whose = Id::from_bytes(row.id(0)?);
                let spent = line.execute(statements::SPEND_CHALLENGE, &[shard(), digest(key)]).await?;
                Ok((spent == 1).then_some((whose != Id(0)).then_some(PersonId(whose))))
            })
        }))
        .await
    }

    /// Somebody's passkeys, newest first.
    pub async fn passkeys(&self, whose: PersonId) -> Result<Vec<Passkey>, StoreFault> {
        let rows = self.reader().rows(statements::PASSKEYS, vec![shard(), Cell::from(whose.0)]).await?;
        rows.iter().map(passkey).collect()
    }

    /// The passkey that its device calls so.
    pub async fn passkey(&self, credential: &[u8]) -> Result<Option<Passkey>, StoreFault> {
        let cells = vec![shard(), Cell::Bytes(credential.to_vec())];
        let rows = self.reader().rows(statements::PASSKEY, cells).await?;
        rows.first().map(passkey).transpose()
    }

    /// Adds a passkey; says no where its device has given it to somebody already.
    pub async fn keep_passkey(&self, new: Passkey) -> Result<bool, StoreFault> {
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                let cells = [shard(), Cell::Bytes(new.credential.clone())];
                if !line.query(statements::PASSKEY, &cells).await?.is_empty() {
                    return Ok(false);
                }
                line.write(&[passkey_rows(&new)]).await?;
                Ok(true)
            })
        }))
        .await
    }

    /// Gives a passkey another name; says whether there is one.
    pub async fn name_passkey(
        &self,
        whose: PersonId,
        id: PasskeyId,
        name: String,
    ) -> Result<bool, StoreFault> {
        let cells = [Cell::Text(name), shard(), Cell::from(whose.0), Cell::from(id.0)];
        self.aside(Box::new(move |line| {
            Box::pin(async move { Ok(line.execute(statements::NAME_PASSKEY, &cells).await? == 1) })
        }))
        .await
    }

    /// Ends a passkey, unless its owner could not come in any more.
    pub async fn end_passkey(&self, whose: PersonId, id: PasskeyId) -> Result<Ended, StoreFault> {
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                let theirs = [shard(), Cell::from(whose.0)];
                line.execute(statements::LOCK_PERSON, &theirs).await?;
                let known = line.query(statements::PERSON, &theirs).await?;
                let has_password = known.first().map(|row| person(row, 0)).transpose()?;
                let has_password = has_password.is_some_and(|person| !person.password.is_empty());
                let all = line.query(statements::PASSKEYS, &theirs).await?;
                let all = all.iter().map(passkey).collect::<Result<Vec<_>, _>>()?;
                if !has_password && all.len() == 1 && all[0].id == id {
                    return Ok(Ended::LastWay);
                }
                let cells = [shard(), Cell::from(whose.0), Cell::from(id.0)];
                line.execute(statements::END_PASSKEY, &cells).await?;
                Ok(Ended::Done)
            })
        }))
        .await
    }

    /// Notes that a passkey was used; says no where its counter has not risen, so that it may be a copy.
    pub async fn use_passkey(
        &self,
        credential: Vec<u8>,
        (counter, backed_up): (u32, bool),
        now: Instant,
    ) -> Result<bool, StoreFault> {
        let backed_up = Cell::Int(i64::from(backed_up));
        let cells = [Cell::from(counter), backed_up, Cell::Int(now.0), shard(), Cell::Bytes(credential)];
        self.aside(Box::new(move |line| {
            Box::pin(async move { Ok(line.execute(statements::USE_PASSKEY, &cells).await? == 1) })
        }))
        .await
    }
}

pub(super) fn passkey_rows(new: &Passkey) -> Rows {
    let mut rows = Rows::add(&tables::PASSKEY, SHARD);
    rows.cells.extend([
        Cell::Bytes(new.credential.clone()),
        Cell::from(new.id.0),
        Cell::from(new.person.0),
        Cell::Text(new.name.clone()),
        Cell::Bytes(new.public_key.clone()),
        Cell::from(new.counter),
        Cell::Int(i64::from(new.backed_up)),
        Cell::Int(new.made_at.0),
        Cell::Int(new.used_at.unwrap_or(Instant(-1)).0),
    ]);
    rows
}

fn passkey(row: &Row) -> Result<Passkey, StoreFault> {
    let wrong = |cause| StoreFault::caused(FaultKind::Incoherent, "a counter is out of bounds", cause);
    Ok(Passkey {
        credential: row.bytes(0)?.to_vec(),
        id: PasskeyId(Id::from_bytes(row.id(1)?)),
        person: PersonId(Id::from_bytes(row.id(2)?)),
        name: row.text(3)?.to_owned(),
        public_key: row.bytes(4)?.to_vec(),
        counter: u32::try_from(row.int(5)?).map_err(wrong)?,
        backed_up: row.int(6)? != 0,
        made_at: Instant(row.int(7)?),
        used_at: Some(Instant(row.int(8)?)).filter(|used| used.0 >= 0),
    })
}
