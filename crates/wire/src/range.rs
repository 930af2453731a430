//! A whole number that has to lie within a range, where it is read.
//!
//! A rule of the core knows its bounds and says so; this is for what no rule ever sees, a number below zero or one
//! beyond what is stored, so that whoever sent it hears the same bounds. Start at [`Range`].

use std::fmt;
use std::marker::PhantomData;

use dayshelf_core::limits::{
    BURST_SLOTS_MAX, BURST_SLOTS_MIN, HOLD_EXTENSIONS_MAX, LINE_UNITS_MAX, LOBBY_PACE_MAX, PART_UNITS_MAX,
    POOL_UNITS_MAX,
};
use dayshelf_core::money::Money;
use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

use crate::feed::{MINUTES_MAX, MINUTES_MIN};
use crate::plan::series::DAYS_AHEAD_MAX;

/// Units of a pool; none is as good as some.
pub type Units = Range<0, { POOL_UNITS_MAX as i64 }>;
/// Units that do something: one at least.
pub type SomeUnits = Range<1, { POOL_UNITS_MAX as i64 }>;
/// Units of one pool in one offer.
pub type PartUnits = Range<1, { PART_UNITS_MAX as i64 }>;
/// Units of one offer in one hold.
pub type LineUnits = Range<1, { LINE_UNITS_MAX as i64 }>;
/// How often a hold may be extended.
pub type Extensions = Range<0, { HOLD_EXTENSIONS_MAX as i64 }>;
/// Numbers that a lobby lets in a minute.
pub type Pace = Range<1, { LOBBY_PACE_MAX as i64 }>;
/// Slots that one credential may move or call off at once.
pub type Burst = Range<{ BURST_SLOTS_MIN as i64 }, { BURST_SLOTS_MAX as i64 }>;
/// Days ahead for which a series makes slots.
pub type DaysAhead = Range<1, { DAYS_AHEAD_MAX as i64 }>;
/// Minutes between two readings of a feed.
pub type Minutes = Range<{ MINUTES_MIN as i64 }, { MINUTES_MAX as i64 }>;
/// A price in minor units.
pub type Amount = Range<0, { Money::AMOUNT_MAX }>;

/// Whole numbers from `MIN` to `MAX`. A field keeps its plain type and names the range where it is read. Its description
/// takes figures only; a test of the API's document holds them against these.
#[derive(Clone, Copy, Debug)]
pub struct Range<const MIN: i64, const MAX: i64>;

impl<const MIN: i64, const MAX: i64> Range<MIN, MAX> {
    /// Reads a number. One outside the range that the type can keep is left to the rule that knows the field.
    ///
    /// # Errors
    /// When it is no whole number, or none that the type can keep.
    pub fn read<'de, T: TryFrom<i64>, D: Deserializer<'de>>(input: D) -> Result<T, D::Error> {
        input.deserialize_i64(Reader::<T, MIN, MAX>(PhantomData))
    }

    /// The same where it may be left out or null.
    ///
    /// # Errors
    /// As for [`Range::read`].
    pub fn read_option<'de, T: TryFrom<i64>, D: Deserializer<'de>>(input: D) -> Result<Option<T>, D::Error> {
        input.deserialize_option(OrNone(Reader::<T, MIN, MAX>(PhantomData)))
    }
}

struct Reader<T, const MIN: i64, const MAX: i64>(PhantomData<T>);

impl<T: TryFrom<i64>, const MIN: i64, const MAX: i64> Visitor<'_> for Reader<T, MIN, MAX> {
    type Value = T;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a whole number from {MIN} to {MAX}")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        let kept = i64::try_from(number).ok().and_then(|number| T::try_from(number).ok());
        kept.ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }
}

struct OrNone<T, const MIN: i64, const MAX: i64>(Reader<T, MIN, MAX>);

impl<'de, T: TryFrom<i64>, const MIN: i64, const MAX: i64> Visitor<'de> for OrNone<T, MIN, MAX> {
    type Value = Option<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(out)
    }

    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Option<T>, D::Error> {
        input.deserialize_i64(self.0).map(Some)
    }
}
