//! Money: an integer of minor units with its currency. Never a float.

use std::fmt;

/// An ISO 4217 code of three capital letters. That the code exists is checked where text is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(pub [u8; 3]);

impl Currency {
    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

/// An amount of minor units (cents, pence, yen) in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    /// Minor units.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// The most that a single price may be: a billion minor units keeps every total far from overflow.
    pub const AMOUNT_MAX: i64 = 1_000_000_000;

    /// Nothing, in this currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { amount: 0, currency }
    }

    /// So many times this.
    pub const fn times(self, count: u32) -> Self {
        Self { amount: self.amount.saturating_mul(count as i64), currency: self.currency }
    }

    /// This and `other`, which must be of the same currency.
    pub fn plus(self, other: Self) -> Self {
        debug_assert_eq!(self.currency, other.currency, "money of two currencies can't be added");
        Self { amount: self.amount.saturating_add(other.amount), currency: self.currency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line's total is exact to the minor unit.
    #[test]
    fn times_and_plus() {
        let price = Money { amount: 1_999, currency: Currency(*b"EUR") };
        assert_eq!(price.times(3).plus(Money::zero(price.currency)).amount, 5_997);
        assert_eq!(format!("{:?}", price.currency), "EUR");
    }
}
