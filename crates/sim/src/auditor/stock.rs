//! Stock that comes, goes and is counted.

use dayshelf_core::command::{CountStock, MoveStock, Movement, Sourced};
use dayshelf_core::fact::{Counted, Fact, HoldEnd};
use dayshelf_core::hold::{Hold, HoldState, LapseCause, Line};
use dayshelf_core::ids::{CodeId, EntryId, HoldId, PoolId};
use dayshelf_core::pool::{Account, Move, PoolRole};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::{Entry, EntryState, LeftCause};
use dayshelf_core::window::Audience;

use super::holds::{draws_of, freed};
use super::{Answer, Auditor, No, PLACE_FIRST, unknown};

/// Units of one pool.
const UNITS_MAX: u32 = 10_000_000;

/// What comes with a sender's own id.
enum Said<'a> {
    Movement(&'a MoveStock),
    Count(&'a CountStock),
}

impl Auditor {
    fn is_stock(&self, pool: PoolId) -> Answer {
        let known = self.pools.get(&pool).is_some_and(|pool| pool.role == PoolRole::Stock);
        if known { Ok(()) } else { Err(unknown(Noun::Pool)) }
    }

    /// Whether it was done before. A sender that means something else by the same id is told what it meant first.
    fn is_again(&self, source: Digest, said: Said<'_>) -> Result<bool, No> {
        let Some(first) = self.sources.get(&source) else { return Ok(false) };
        let same = match (first, said) {
            (Sourced::Moved(first), Said::Movement(ask)) => first == ask,
            (Sourced::Counted(first), Said::Count(ask)) => first == ask,
            _ => false,
        };
        if same { Ok(true) } else { Err(Refusal::SourceReused(Box::new(first.clone())).into()) }
    }

    pub(super) fn move_stock(&mut self, ask: &MoveStock) -> Answer {
        // The same movement is done once, and its id stands for nothing else.
        if self.is_again(ask.source, Said::Movement(ask))? {
            return Ok(());
        }
        self.is_stock(ask.pool)?;
        let target = if let Movement::Transfer(to) = ask.movement { to } else { ask.pool };
        self.is_stock(target)?;
        let invalid = No::Code("invalid");
        let self_transfer = matches!(ask.movement, Movement::Transfer(to) if to == ask.pool);
        if ask.units == 0 || ask.units > UNITS_MAX || self_transfer {
            return Err(invalid);
        }
        let (has, room) = match (self.pools.get(&ask.pool), self.pools.get(&target)) {
            (Some(pool), Some(target)) => (pool.has, UNITS_MAX.saturating_sub(target.has.supplied)),
            _ => return Err(unknown(Noun::Pool)),
        };
        let comes = matches!(ask.movement, Movement::Add | Movement::Transfer(_));
        if comes && ask.units > room {
            return Err(invalid);
        }
        let (have, way) = match ask.movement {
            Movement::Add => (u32::MAX, (Account::Outside, Account::Free)),
            Movement::Remove | Movement::Transfer(_) => (has.free, (Account::Free, Account::Outside)),
            Movement::Lose => (has.free, (Account::Free, Account::Lost)),
            Movement::Find => (has.lost, (Account::Lost, Account::Free)),
        };
        if have < ask.units {
            return Err(Refusal::TooFewUnits { have }.into());
        }
        self.sources.insert(ask.source, Sourced::Moved(ask.clone()));
        let mut moves = Vec::new();
        self.shift(&mut moves, Move { pool: ask.pool, from: way.0, to: way.1, units: ask.units });
        if target != ask.pool {
            let (from, to) = (Account::Outside, Account::Free);
            self.shift(&mut moves, Move { pool: target, from, to, units: ask.units });
        }
        let MoveStock { pool, movement, units, reason, source } = ask.clone();
        self.say(Fact::StockMoved { pool, movement, units, reason, source, moves });
        Ok(())
    }

    /// What lies on the shelf of a pool: all that was not handed over, lost or taken out, wherever it was lent.
    pub(crate) fn on_hand(&self, pool: PoolId) -> u32 {
        let family = self.family(pool);
        let has = family.iter().filter_map(|pool| self.pools.get(pool)).map(|pool| pool.has);
        has.map(|has| has.free + has.held + has.sold).sum()
    }

    pub(super) fn count_stock(&mut self, now: Instant, ask: &CountStock) -> Answer {
        if self.is_again(ask.source, Said::Count(ask))? {
            return Ok(());
        }
        self.is_stock(ask.pool)?;
        if ask.units > UNITS_MAX {
            return Err(No::Code("invalid"));
        }
        let newest = self.pools.get(&ask.pool).map_or(0, |pool| pool.counted);
        if ask.version <= newest {
            return Err(Refusal::CountStale { newest }.into());
        }
        self.make_whole(ask.pool);
        let expected = self.on_hand(ask.pool);
        let mut missing = expected.saturating_sub(ask.units);
        let mut eaten = self.eat_units(now, ask.pool, &mut missing);
        let mut moves = Vec::new();
        let surplus = ask.units.saturating_sub(expected);
        eaten.push(Move { pool: ask.pool, from: Account::Outside, to: Account::Free, units: surplus });
        eaten.into_iter().for_each(|one| self.shift(&mut moves, one));
        self.sources.insert(ask.source, Sourced::Counted(ask.clone()));
        if let Some(pool) = self.pools.get_mut(&ask.pool) {
            pool.counted = ask.version;
        }
        let count = Counted {
            units: ask.units,
            expected,
            shortfall: missing,
            version: ask.version,
            reason: ask.reason.clone(),
            source: ask.source,
        };
        self.say(Fact::StockCounted { pool: ask.pool, count, moves });
        Ok(())
    }

    /// Units of a pool and of what it lent that are taken out: free ones first, then those of unpaid holds.
    pub(super) fn eat_units(&mut self, now: Instant, pool: PoolId, missing: &mut u32) -> Vec<Move> {
        let family = self.family(pool);
        let mut eaten = Vec::new();
        for pool in &family {
            let free = self.pools.get(pool).map_or(0, |pool| pool.has.free);
            self.eat(*pool, free, missing, &mut eaten);
        }
        self.end_newest(now, &family, (missing, &mut eaten));
        eaten
    }

    /// A pool and the allotments that it lent.
    fn family(&self, pool: PoolId) -> Vec<PoolId> {
        let lent_by = |role: PoolRole| matches!(role, PoolRole::Allotment { from, .. } if from == pool);
        let lent = self.pools.iter().filter(|(_, pool)| lent_by(pool.role)).map(|(id, _)| *id);
        std::iter::once(pool).chain(lent).collect()
    }

    /// Free units that turn out not to exist; those of an allotment were never the lender's either.
    fn eat(&self, pool: PoolId, free: u32, missing: &mut u32, eaten: &mut Vec<Move>) {
        let units = free.min(*missing);
        if units == 0 {
            return;
        }
        *missing -= units;
        eaten.push(Move { pool, from: Account::Free, to: Account::Outside, units });
        if let Some(PoolRole::Allotment { from, .. }) = self.pools.get(&pool).map(|pool| pool.role) {
            eaten.push(Move { pool: from, from: Account::Lent, to: Account::Outside, units });
        }
    }

    /// Ends the newest holds that nobody pays for yet until nothing is missing any more. Their buyers are
    /// put in front of the line, the oldest hold's first.
    fn end_newest(&mut self, now: Instant, family: &[PoolId], gap: (&mut u32, &mut Vec<Move>)) {
        let (missing, eaten) = gap;
        let here = |hold: &&Hold| draws_of(hold).iter().any(|draw| family.contains(&draw.pool));
        let unpaid = self.holds.values().filter(|hold| hold.state == HoldState::Held).filter(here);
        let mut newest: Vec<_> = unpaid.map(|hold| (hold.made_at, hold.id)).collect();
        newest.sort_unstable();
        let mut front = self.line.iter().map(|entry| entry.place).min().unwrap_or(u64::MAX).min(PLACE_FIRST);
        for (_, id) in newest.into_iter().rev() {
            if *missing == 0 {
                return;
            }
            front -= 1;
            let moves = self.end_for_count(now, id, front);
            let back = freed(&moves);
            for pool in family {
                let free = u32::try_from(back.get(pool).copied().unwrap_or(0)).unwrap_or(0);
                self.eat(*pool, free, missing, eaten);
            }
        }
    }

    fn end_for_count(&mut self, now: Instant, id: HoldId, place: u64) -> Vec<Move> {
        let Some(hold) = self.holds.get(&id).cloned() else { return Vec::new() };
        self.end_alone(id, HoldEnd::Lapsed(LapseCause::Deficit));
        let moves = self.out.last().map(|fact| fact.moves().to_vec()).unwrap_or_default();
        if let Some(entry) = hold.turn {
            let stays = self.waiter(entry).is_some_and(|entry| self.has_window(entry, None));
            match stays {
                true => self.requeue(entry, place),
                false => self.leave_line(entry, LeftCause::WindowsOver),
            }
            return moves;
        }
        let (Some(contact), Some(first)) = (hold.contact.clone(), hold.lines.first()) else { return moves };
        let (code, id) = (self.code_for(&hold), EntryId(hold.id.0));
        let (Hold { slot, secret, .. }, Line { offer, quantity, .. }) = (&hold, first);
        let entry = Entry {
            // In front of everybody, with nothing set aside.
            place,
            state: EntryState::Waiting { gathered: 0, draws: Vec::new() },
            // As what was lost had it.
            id,
            slot: *slot,
            secret: *secret,
            offer: *offer,
            quantity: *quantity,
            contact,
            code,
            // And new in all else.
            requeued: false,
            passed: 0,
            lot: 0,
            joined_at: now,
        };
        if self.has_window(&entry, None) {
            self.put_in_line(entry);
        }
        moves
    }

    /// A code of the group that admitted a hold.
    fn code_for(&self, hold: &Hold) -> Option<CodeId> {
        let audience = &self.windows.get(&hold.window)?.spec.audience;
        let Audience::Code(group) = audience else { return None };
        self.codes.values().find(|code| code.group == *group).map(|code| code.id)
    }
}
