//! Pools in JSON: what the organiser sees of them, movements of stock, and counts from tills.

use dayshelf_core::command::{CountStock, MoveStock, Movement, Sourced};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::PoolId;
use dayshelf_core::pool::{Account, Balance, Draw, Move, Pool, PoolRole, PoolSpec};
use dayshelf_core::text::{is_unseen, is_unseen_in_lines};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::name::{PoolRef, WindowRef};
use crate::nights::NightsDoc;
use crate::problem::Problem;
use crate::range::{SomeUnits, Units};
use crate::secret::source_digest;

/// Characters of a reason at most.
pub const REASON_CHARS_MAX: usize = 500;
/// Characters of a source id at most.
pub const SOURCE_CHARS_MAX: usize = 200;

/// A kind of stock movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MovementShape {
    /// Units come in.
    Add,
    /// Free units go out.
    Remove,
    /// Free units are broken, stolen or not found.
    Lose,
    /// Lost units turn up.
    Find,
    /// Free units go to the pool in `to`.
    Transfer,
}

/// Moves stock for a reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovementRequest {
    /// What kind.
    pub kind: MovementShape,
    /// How many.
    #[serde(deserialize_with = "SomeUnits::read")]
    #[schema(minimum = 1, maximum = 10000000)]
    pub units: u32,
    /// Why, in words.
    #[schema(example = "two broke on the way", max_length = 500)]
    pub reason: String,
    /// Your own id for this movement: the same one is done once.
    #[schema(example = "till-4711", max_length = 200)]
    pub source: String,
    /// The pool that a transfer goes to.
    #[serde(default)]
    pub to: Option<PoolRef>,
}

impl MovementRequest {
    /// The command for a pool.
    ///
    /// # Errors
    /// When a text can't be, or `to` does not fit the kind.
    pub fn command(&self, pool: PoolId) -> Result<MoveStock, Problem> {
        if self.to.is_some_and(|to| to.0 == pool) {
            return Err(Problem::value_wrong("to", "this is the pool itself; name another one"));
        }
        let movement = match (self.kind, self.to) {
            (MovementShape::Add, None) => Movement::Add,
            (MovementShape::Remove, None) => Movement::Remove,
            (MovementShape::Lose, None) => Movement::Lose,
            (MovementShape::Find, None) => Movement::Find,
            (MovementShape::Transfer, Some(to)) => Movement::Transfer(to.0),
            (MovementShape::Transfer, None) => return Err(Problem::missing_field("to")),
            (_, Some(_)) => return Err(Problem::value_wrong("to", "only a transfer names another pool")),
        };
        Ok(MoveStock {
            pool,
            movement,
            units: self.units,
            reason: text("reason", &self.reason, REASON_CHARS_MAX)?,
            source: source_digest(&text("source", &self.source, SOURCE_CHARS_MAX)?, pool.home()),
        })
    }
}

/// Reconciles a pool with what was counted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountRequest {
    /// Units counted that this pool answers for: free, held and sold ones.
    #[serde(deserialize_with = "Units::read")]
    #[schema(minimum = 0, maximum = 10000000)]
    pub units: u32,
    /// A number that rises with every count; older counts change nothing.
    pub version: u64,
    /// Why, in words.
    #[schema(example = "evening count", max_length = 500)]
    pub reason: String,
    /// Your own id for this count: the same one is taken in once.
    #[schema(example = "count-2026-12-04", max_length = 200)]
    pub source: String,
}

impl CountRequest {
    /// The command for a pool.
    ///
    /// # Errors
    /// When a text can't be.
    pub fn command(&self, pool: PoolId) -> Result<CountStock, Problem> {
        Ok(CountStock {
            pool,
            units: self.units,
            version: self.version,
            reason: text("reason", &self.reason, REASON_CHARS_MAX)?,
            source: source_digest(&text("source", &self.source, SOURCE_CHARS_MAX)?, pool.home()),
        })
    }
}

/// A text that is needed, bounded and on one line.
pub(crate) fn text(field: &str, value: &str, max: usize) -> Result<String, Problem> {
    let text = lines(field, value, max)?;
    on_one_line(field, &text)?;
    Ok(text)
}

/// Nothing in a text is unseen, as an end of a line or a letter that turns the direction of reading is.
pub(crate) fn on_one_line(field: &str, text: &str) -> Result<(), Problem> {
    let sentence = "write it on one line, without letters that nobody sees";
    if text.contains(is_unseen) { Err(Problem::value_wrong(field, sentence)) } else { Ok(()) }
}

/// A text that is needed and bounded, of any number of lines.
pub(crate) fn lines(field: &str, value: &str, max: usize) -> Result<String, Problem> {
    let value = value.trim();
    if value.is_empty() {
        return Err(Problem::value_wrong(field, "this can't be empty"));
    }
    if value.chars().count() > max {
        return Err(Problem::too_long(field, max));
    }
    if value.contains(is_unseen_in_lines) {
        return Err(Problem::value_wrong(field, "take out the letters that nobody sees"));
    }
    Ok(value.to_owned())
}

/// The balances of a pool, in units. All of them together are `supplied`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BalanceShape {
    /// All that was put in.
    pub supplied: u32,
    /// For sale.
    pub free: u32,
    /// In holds.
    pub held: u32,
    /// In confirmed orders.
    pub sold: u32,
    /// Given to buyers.
    pub handed: u32,
    /// Broken, stolen or never found.
    pub lost: u32,
    /// Lent out.
    pub lent: u32,
}

impl From<Balance> for BalanceShape {
    fn from(balance: Balance) -> Self {
        let Balance { supplied, free, held, sold, handed, lost, lent } = balance;
        Self { supplied, free, held, sold, handed, lost, lent }
    }
}

/// Why a pool exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RoleShape {
    /// Stock, seats or places of the organiser's own.
    Stock,
    /// What a pool lent to a window.
    Allotment {
        /// The pool that lent.
        from: PoolRef,
        /// The window it was lent to.
        window: WindowRef,
    },
    /// The places of a time box.
    Places,
}

impl From<PoolRole> for RoleShape {
    fn from(role: PoolRole) -> Self {
        match role {
            PoolRole::Stock => Self::Stock,
            PoolRole::Allotment { from, window } => {
                Self::Allotment { from: PoolRef(from), window: WindowRef(window) }
            }
            PoolRole::Places => Self::Places,
        }
    }
}

/// What the organiser wrote about a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PoolSpecShape {
    /// Its name.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Units put in.
    pub units: u32,
    /// Units kept back.
    pub buffer: u32,
    /// The pools it may draw on.
    pub borrows: Vec<PoolRef>,
    /// The nights for which its units are; null where they are for any day.
    pub nights: Option<NightsDoc>,
    /// Where its units lie; empty where nobody said.
    pub place: String,
    /// Through which channel they are meant to go; empty for any.
    #[schema(example = "livestream")]
    pub channel: String,
}

impl From<&PoolSpec> for PoolSpecShape {
    fn from(spec: &PoolSpec) -> Self {
        Self {
            key: spec.key.clone(),
            title: spec.title.clone(),
            units: spec.units,
            buffer: spec.buffer,
            borrows: spec.borrows.iter().copied().map(PoolRef).collect(),
            nights: spec.nights.map(NightsDoc::from),
            place: spec.place.clone(),
            channel: spec.channel.clone(),
        }
    }
}

/// A pool as its organiser sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PoolShape {
    /// Its id.
    pub id: PoolRef,
    /// Why it exists.
    pub role: RoleShape,
    /// Rises by one with every change of what the organiser wrote.
    pub version: u32,
    /// What the organiser wrote.
    #[serde(flatten)]
    pub spec: PoolSpecShape,
    /// The balances.
    pub balance: BalanceShape,
    /// Units that may be sold: what is free beyond the buffer.
    pub available: u32,
    /// What a count should find: units that are free, held or sold and not yet handed over, here and in what the pool
    /// lent to windows.
    pub on_hand: u32,
}

impl PoolShape {
    /// A pool, with what a count of it should find.
    pub fn of(pool: &Pool, on_hand: u32) -> Self {
        Self {
            id: PoolRef(pool.id),
            role: pool.role.into(),
            version: pool.version,
            spec: PoolSpecShape::from(&pool.spec),
            balance: pool.balance.into(),
            available: pool.available(),
            on_hand,
        }
    }
}

/// An account of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountShape {
    /// Not in this pool.
    Outside,
    /// For sale.
    Free,
    /// In a hold.
    Held,
    /// In a confirmed order.
    Sold,
    /// Given to the buyer.
    Handed,
    /// Broken, stolen or never found.
    Lost,
    /// Lent out.
    Lent,
}

impl From<Account> for AccountShape {
    fn from(account: Account) -> Self {
        match account {
            Account::Outside => Self::Outside,
            Account::Free => Self::Free,
            Account::Held => Self::Held,
            Account::Sold => Self::Sold,
            Account::Handed => Self::Handed,
            Account::Lost => Self::Lost,
            Account::Lent => Self::Lent,
        }
    }
}

/// So many units from one account of a pool to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MoveShape {
    /// The pool.
    pub pool: PoolRef,
    /// Where they were.
    pub from: AccountShape,
    /// Where they are now.
    pub to: AccountShape,
    /// How many.
    pub units: u32,
}

impl From<&Move> for MoveShape {
    fn from(step: &Move) -> Self {
        Self { pool: PoolRef(step.pool), from: step.from.into(), to: step.to.into(), units: step.units }
    }
}

/// So many units of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DrawShape {
    /// The pool.
    pub pool: PoolRef,
    /// How many.
    pub units: u32,
}

impl From<&Draw> for DrawShape {
    fn from(draw: &Draw) -> Self {
        Self { pool: PoolRef(draw.pool), units: draw.units }
    }
}

/// What came of a movement or a count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StockDone {
    /// The pool.
    pub pool: PoolRef,
    /// The journal's sequence at which it was decided.
    pub sequence: u64,
    /// Whether this source was taken in before: nothing moved now, and the rest is what was answered then.
    pub known: bool,
    /// What moved.
    pub moves: Vec<MoveShape>,
    /// Units that the books expected, where units were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<u32>,
    /// Sold units that the count can't account for: somebody has to look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<u32>,
}

impl StockDone {
    /// The answer from the facts of the movement or count that this source stands for.
    pub fn of(pool: PoolId, sequence: u64, facts: &[Fact]) -> Self {
        let mut done = Self {
            pool: PoolRef(pool),
            sequence,
            known: false,
            moves: Vec::new(),
            expected: None,
            shortfall: None,
        };
        for fact in facts {
            match fact {
                Fact::StockMoved { .. } => {}
                Fact::StockCounted { count, .. } => {
                    (done.expected, done.shortfall) = (Some(count.expected), Some(count.shortfall));
                }
                // What it led to is in the journal.
                _ => continue,
            }
            done.moves.extend(fact.moves().iter().map(MoveShape::from));
        }
        done
    }

    /// The same for whoever sends it once more.
    #[must_use]
    pub fn again(self) -> Self {
        Self { known: true, ..self }
    }
}

/// What a source stands for, for whoever sent it with something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum SourcedShape {
    /// A movement.
    Moved {
        kind: MovementShape,
        pool: PoolRef,
        units: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<PoolRef>,
        reason: String,
    },
    /// A count.
    Counted { pool: PoolRef, units: u32, version: u64, reason: String },
}

impl From<&Sourced> for SourcedShape {
    fn from(said: &Sourced) -> Self {
        match said {
            Sourced::Moved(MoveStock { pool, movement, units, reason, .. }) => {
                let (kind, to) = match *movement {
                    Movement::Add => (MovementShape::Add, None),
                    Movement::Remove => (MovementShape::Remove, None),
                    Movement::Lose => (MovementShape::Lose, None),
                    Movement::Find => (MovementShape::Find, None),
                    Movement::Transfer(to) => (MovementShape::Transfer, Some(PoolRef(to))),
                };
                Self::Moved { kind, pool: PoolRef(*pool), units: *units, to, reason: reason.clone() }
            }
            Sourced::Counted(CountStock { pool, units, version, reason, .. }) => Self::Counted {
                pool: PoolRef(*pool),
                units: *units,
                version: *version,
                reason: reason.clone(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::ids::{Home, Id, Salt};

    /// A transfer names its other pool, and nothing else does; reasons and sources are needed.
    #[test]
    fn movements_are_checked() {
        let pool = PoolId(Id::mint(1, Home { shard: 0, number: 1 }, Salt(1)));
        let request =
            |kind, to| MovementRequest { kind, units: 2, reason: "r".into(), source: "s".into(), to };
        assert!(request(MovementShape::Lose, None).command(pool).is_ok());
        let other = PoolId(Id::mint(1, Home { shard: 0, number: 1 }, Salt(2)));
        let made = request(MovementShape::Transfer, Some(PoolRef(other))).command(pool);
        assert_eq!(made.map(|command| command.movement), Ok(Movement::Transfer(other)));
        let itself = request(MovementShape::Transfer, Some(PoolRef(pool))).command(pool).unwrap_err();
        assert_eq!(itself.detail, "to: this is the pool itself; name another one.");
        assert!(request(MovementShape::Transfer, None).command(pool).is_err());
        assert!(request(MovementShape::Add, Some(PoolRef(other))).command(pool).is_err());
        let empty = MovementRequest { source: " ".into(), ..request(MovementShape::Add, None) };
        assert!(empty.command(pool).is_err());
        let long = MovementRequest { reason: "r".repeat(501), ..request(MovementShape::Add, None) };
        assert!(long.command(pool).is_err());
    }
}
