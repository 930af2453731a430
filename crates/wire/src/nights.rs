//! Nights in JSON and in plans: a day is a date on the wall, without a zone.

use std::borrow::Cow;
use std::fmt;

use dayshelf_core::nights::Nights;
use dayshelf_core::time::LocalDay;
use dayshelf_ical::time::Civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// Seconds of a civil day.
const DAY_SECONDS: i64 = 86_400;

/// A date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(pub LocalDay);

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Civil(self.0.0.saturating_mul(DAY_SECONDS)).to_string();
        out.write_str(text.split('T').next().unwrap_or_default())
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(input)?;
        let day = Some(&text).filter(|text| text.trim().len() == 10);
        let midnight = day.and_then(|day| Civil::parse(&format!("{}T00:00", day.trim())));
        let day = midnight.map(|midnight| Self(LocalDay(midnight.0.div_euclid(DAY_SECONDS))));
        day.ok_or_else(|| serde::de::Error::custom("write a day, as 2026-12-04"))
    }
}

impl PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Date);
        let object = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).format(Some(format));
        object.examples([serde_json::Value::from("2026-12-04")]).build().into()
    }
}

impl ToSchema for Day {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Day")
    }
}

/// Nights for which units are there: a partner's rooms. A unit is for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NightsDoc {
    /// The day on which the first of them begins.
    pub first: Day,
    /// The day on which the last of them begins; the same when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Day>,
}

impl NightsDoc {
    /// The core's value.
    pub fn nights(self) -> Nights {
        Nights { first: self.first.0, last: self.last.unwrap_or(self.first).0 }
    }
}

impl From<Nights> for NightsDoc {
    fn from(nights: Nights) -> Self {
        Self { first: Day(nights.first), last: Some(Day(nights.last)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A day is a date and nothing else, and is written as it is read.
    #[test]
    fn days_are_dates() {
        let read = |text: &str| serde_json::from_str::<NightsDoc>(text).map(NightsDoc::nights);
        let nights = read(r#"{"first": "2026-12-04", "last": "2026-12-06"}"#).unwrap();
        assert_eq!(nights.last.0 - nights.first.0, 2);
        let text = serde_json::to_string(&NightsDoc::from(nights)).unwrap();
        assert_eq!(text, r#"{"first":"2026-12-04","last":"2026-12-06"}"#);
        let one = read(r#"{"first": "1969-12-31"}"#).unwrap();
        assert_eq!((one.first, one.last), (LocalDay(-1), LocalDay(-1)));
        for day in ["2026-02-30", "2026-12-04T00:00", "4.12.2026", "", "2026-12-4 "] {
            assert!(read(&format!(r#"{{"first": "{day}"}}"#)).is_err(), "{day}");
        }
    }
}
