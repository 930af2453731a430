//! Second factors: the secret of somebody's app for codes, and the codes for when the app is away.
//!
//! Which code a secret makes is worked out above; here is that a step or a code is taken once and that wrong
//! ones are counted, on whatever node they are typed. Start at [`Store::begin_factor`].

use dayshelf_core::ids::{Home, PersonId};
use dayshelf_core::text::Digest;
use dayshelf_core::time::{Instant, Span};

use super::SHARD;
use super::rows::{digest, home_cells, shard};
use crate::cell::Cell;
use crate::engine::Session as Line;
use crate::fault::StoreFault;
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// Wrong codes that one person may type in a stretch of time, from wherever. A code is one of a million, and
/// three of them count at a time.
const WRONG_MAX: u32 = 10;
/// That stretch.
const WRONG_SPAN: Span = Span(15 * 60_000);

/// Somebody's second factor.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// What the app makes its codes of.
    pub secret: Vec<u8>,
    /// Since when it counts; none while no code of it was typed.
    pub since: Option<Instant>,
    /// The step of the last code that was taken.
    pub step: i64,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SecondFactor(since {:?})", self.since)
    }
}

/// Everything here fails with what the engine says, or with `FaultKind::Incoherent` for rows that can't be.
impl Store {
    /// Somebody's second factor.
    pub async fn second_factor(&self, whose: PersonId) -> Result<Option<SecondFactor>, StoreFault> {
        let rows = self.reader().rows(statements::SECOND_FACTOR, theirs(whose).to_vec()).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let since = Some(Instant(row.int(1)?)).filter(|since| since.0 > 0);
        Ok(Some(SecondFactor { secret: row.bytes(0)?.to_vec(), since, step: row.int(2)? }))
    }

    /// Since when an organiser's people must have a second factor; `None` where they need not.
    pub async fn factor_rule(&self, at: Home) -> Result<Option<Instant>, StoreFault> {
        let [home_shard, number] = home_cells(at);
        let rows = self.reader().rows(statements::FACTOR_RULE, vec![shard(), home_shard, number]).await?;
        rows.first().map(|row| Ok(Instant(row.int(0)?))).transpose()
    }

    /// Asks an organiser's people for a second factor from an instant on, or no more.
    pub async fn put_factor_rule(&self, at: Home, since: Option<Instant>) -> Result<(), StoreFault> {
        let whose = home_cells(at);
        let rows = match since {
            Some(since) => {
                let mut rows = Rows::put(&tables::FACTOR_RULE, SHARD);
                rows.cells.extend(whose.into_iter().chain([Cell::Int(since.0)]));
                rows
            }
            None => {
                let mut rows = Rows::remove(&tables::FACTOR_RULE, SHARD, 2);
                rows.cells.extend(whose);
                rows
            }
        };
        self.aside(Box::new(move |line| Box::pin(async move { line.write(&[rows]).await }))).await
    }

    /// Keeps a secret that does not count yet; says no where another counts already.
    pub async fn begin_factor(&self, whose: PersonId, secret: Vec<u8>) -> Result<bool, StoreFault> {
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                line.execute(statements::LOCK_PERSON, &theirs(whose)).await?;
                let there = line.query(statements::SECOND_FACTOR, &theirs(whose)).await?;
                if there.first().map(|row| row.int(1)).transpose()?.is_some_and(|since| since > 0) {
                    return Ok(false);
                }
                let mut rows = Rows::put(&tables::SECOND_FACTOR, SHARD);
                let nothing = || Cell::Int(0);
                rows.cells.extend([
                    Cell::from(whose.0),
                    Cell::Bytes(secret),
                    nothing(),
                    nothing(),
                    nothing(),
                    nothing(),
                ]);
                line.write(&[rows]).await?;
                Ok(true)
            })
        }))
        .await
    }

    /// Makes the secret count from now on, with recovery codes beside it; says no where none was begun.
    pub async fn confirm_factor(
        &self,
        whose: PersonId,
        (step, now): (i64, Instant),
        codes: Vec<Digest>,
    ) -> Result<bool, StoreFault> {
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                let [shard, person] = theirs(whose);
                let cells = [Cell::Int(now.0), Cell::Int(step), shard, person];
                if line.execute(statements::CONFIRM_FACTOR, &cells).await? != 1 {
                    return Ok(false);
                }
                put_codes(line, whose, &codes).await?;
                Ok(true)
            })
        }))
        .await
    }

    /// Counts a try to type a code; says no where there were too many wrong ones lately.
    pub async fn try_factor(&self, whose: PersonId, now: Instant) -> Result<bool, StoreFault> {
        let [shard, person] = theirs(whose);
        let from = Instant(now.0 - WRONG_SPAN.0);
        let cells = [Cell::Int(from.0), Cell::Int(now.0), shard, person, Cell::from(WRONG_MAX)];
        self.once(statements::TRY_FACTOR, cells).await
    }

    /// Takes a code by its step; says no where that step or a later one was taken before.
    pub async fn use_step(&self, whose: PersonId, step: i64) -> Result<bool, StoreFault> {
        let [shard, person] = theirs(whose);
        self.once(statements::USE_STEP, [Cell::Int(step), shard, person]).await
    }

    /// Takes a recovery code; says no where it is none, or was taken before.
    pub async fn use_recovery_code(&self, whose: PersonId, code: Digest) -> Result<bool, StoreFault> {
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                let [shard, person] = theirs(whose);
                let spent = line.execute(statements::SPEND_CODE, &[shard, person, digest(code)]).await?;
                if spent == 1 {
                    line.execute(statements::CLEAR_TRIES, &theirs(whose)).await?;
                }
                Ok(spent == 1)
            })
        }))
        .await
    }

    /// Puts other recovery codes in place of those so far; says no where there is no second factor that counts.
    pub async fn renew_codes(&self, whose: PersonId, codes: Vec<Digest>) -> Result<bool, StoreFault> {
        self.aside(Box::new(move |line| {
            Box::pin(async move {
                line.execute(statements::LOCK_PERSON, &theirs(whose)).await?;
                let there = line.query(statements::SECOND_FACTOR, &theirs(whose)).await?;
                if there.first().map(|row| row.int(1)).transpose()?.unwrap_or(0) == 0 {
                    return Ok(false);
                }
                put_codes(line, whose, &codes).await?;
                Ok(true)
            })
        }))
        .await
    }

    /// How many recovery codes somebody has left.
    pub async fn recovery_codes_left(&self, whose: PersonId) -> Result<u32, StoreFault> {
        let rows = self.reader().rows(statements::COUNT_CODES, theirs(whose).to_vec()).await?;
        rows.first().map_or(Ok(0), |row| row.units(0))
    }

    /// Ends somebody's second factor with its codes.
    pub async fn end_factor(&self, whose: PersonId) -> Result<(), StoreFault> {
        self.aside(Box::new(move |line| Box::pin(end_factor(line, whose)))).await
    }

    async fn once<const N: usize>(&self, text: &'static str, cells: [Cell; N]) -> Result<bool, StoreFault> {
        self.aside(Box::new(move |line| Box::pin(async move { Ok(line.execute(text, &cells).await? == 1) })))
            .await
    }
}

pub(super) async fn end_factor(line: &mut Line, whose: PersonId) -> Result<(), StoreFault> {
    line.execute(statements::END_FACTOR, &theirs(whose)).await?;
    line.execute(statements::END_CODES, &theirs(whose)).await.map(drop)
}

async fn put_codes(line: &mut Line, whose: PersonId, codes: &[Digest]) -> Result<(), StoreFault> {
    line.execute(statements::END_CODES, &theirs(whose)).await?;
    let mut rows = Rows::add(&tables::RECOVERY_CODE, SHARD);
    codes.iter().for_each(|code| rows.cells.extend([Cell::from(whose.0), digest(*code)]));
    line.write(&[rows]).await
}

fn theirs(whose: PersonId) -> [Cell; 2] {
    [shard(), Cell::from(whose.0)]
}
