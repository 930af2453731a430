//! A price as an author writes it: text or minor units, and never a number with a point.

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::openapi::schema::{OneOfBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::money::Price;

/// A price: `"42.00"` in the organiser's currency, `"42.00 EUR"`, or minor units with their currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PriceDoc {
    /// As text.
    Text(String),
    /// As minor units.
    Minor(Price),
}

impl PartialSchema for PriceDoc {
    fn schema() -> RefOr<Schema> {
        let about = "Decimal text, in the organiser's currency unless it names another.";
        let text = crate::name::pattern_schema("^[0-9]{1,10}(\\.[0-9]+)?( [A-Z]{3})?$", "42.00", about);
        let both = OneOfBuilder::new().item(text).item(Ref::from_schema_name(Price::name()));
        RefOr::T(Schema::OneOf(both.build()))
    }
}

impl ToSchema for PriceDoc {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Price::name().into_owned(), Price::schema()));
    }
}

impl<'de> Deserialize<'de> for PriceDoc {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Reader;
        const NUMBER: &str = "a price is text, so that no cent is lost: write \"42.00\" in quotes";

        impl<'de> Visitor<'de> for Reader {
            type Value = PriceDoc;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("a price as \"42.00\", or { amount = 4200, currency = \"EUR\" }")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<PriceDoc, E> {
                Ok(PriceDoc::Text(text.to_owned()))
            }

            fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<PriceDoc, E> {
                Err(E::custom(NUMBER))
            }

            fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<PriceDoc, E> {
                Err(E::custom(NUMBER))
            }

            fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<PriceDoc, E> {
                Err(E::custom(NUMBER))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PriceDoc, A::Error> {
                Price::deserialize(MapAccessDeserializer::new(map)).map(PriceDoc::Minor)
            }
        }

        input.deserialize_any(Reader)
    }
}
