//! The problem document: how every no of the program looks from outside (RFC 9457).
//!
//! A refusal of the core becomes a problem in one exhaustive match ([`refusal`]); what is wrong with a
//! request itself has a constructor here. All kinds stand in one table ([`kinds`]) with what buyer,
//! organiser and operator do next. Text for people carries no internal cause: a fault shows its id only.

use dayshelf_core::ids::OfferId;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::plan::price::PriceDoc;
use crate::stock::MovementShape;

#[macro_use]
mod table;
mod flaw;
mod noun;

pub mod kinds;
pub mod page;
pub mod refusal;

pub use kinds::Kind;

/// A problem, ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Which one.
    pub kind: Kind,
    /// A sentence for a person.
    pub detail: String,
    /// What to do next, in members of its own.
    pub members: Map<String, Value>,
}

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

impl Problem {
    /// A problem without further members.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), members: Map::new() }
    }

    /// The same with one more member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.kind.status()
    }

    /// Whole seconds for a `Retry-After` header, where waiting helps.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.members.get("retry_after")?.as_u64()
    }

    /// The `type`: a reference that this server answers with the description. Each flaw of what an
    /// organiser wrote has its own, on the page of all of them: `/problems/invalid#overlaps`.
    pub fn reference(&self) -> String {
        let code = self.kind.code();
        match self.members.get("flaw").and_then(Value::as_str) {
            Some(flaw) => format!("/problems/{code}#{flaw}"),
            None => format!("/problems/{code}"),
        }
    }

    /// The body is not JSON.
    pub fn body_not_json(line: usize, column: usize) -> Self {
        let detail = format!(
            "The body is not JSON: it breaks off or goes wrong at line {line}, column \
                              {column}. Send JSON in UTF-8."
        );
        Self::new(Kind::BodyNotJson, detail).with("line", line).with("column", column)
    }

    /// A field that does not exist. `sentence` says which ones do.
    pub fn unknown_field(field: &str, sentence: &str) -> Self {
        Self::at_field(Kind::UnknownField, field, format!("{field}: {sentence}."))
    }

    /// A field that is needed is not there.
    pub fn missing_field(field: &str) -> Self {
        Self::at_field(Kind::MissingField, field, format!("{field} is missing; add it."))
    }

    /// A field that stands twice in one object.
    pub fn repeated_field(field: &str) -> Self {
        let detail = format!("{field}: this field stands here twice, and only one can count. Send it once.");
        Self::at_field(Kind::RepeatedField, field, detail)
    }

    /// A field of the wrong type.
    pub fn wrong_type(field: &str, sentence: &str) -> Self {
        Self::at_field(Kind::WrongType, field, format!("{field}: {sentence}."))
    }

    /// A field whose value can't be; `sentence` says what to write instead.
    pub fn value_wrong(field: &str, sentence: &str) -> Self {
        let stop = if sentence.ends_with(['.', '?']) { "" } else { "." };
        Self::at_field(Kind::ValueWrong, field, format!("{field}: {sentence}{stop}"))
    }

    /// A field that is longer than it may be.
    pub fn too_long(field: &str, max: usize) -> Self {
        let unit = flaw::counted(field).unwrap_or(flaw::Counted::Characters);
        let bound = unit.words(i64::try_from(max).unwrap_or(i64::MAX));
        let detail = format!("{field} is longer than it may be: at most {bound}.");
        Self::at_field(Kind::TooLong, field, detail).with("max", max)
    }

    /// A wall-clock time that does not exist.
    pub fn time_in_gap(field: &str, gap: &crate::time::Gap) -> Self {
        let flaw = crate::time::TimeFlaw::Gap(gap.clone());
        Self::at_field(Kind::TimeInGap, field, format!("{field}: {flaw}."))
            .with("zone", gap.zone.as_str())
            .with("readings", vec![gap.before.to_string(), gap.after.to_string()])
    }

    /// A time that can't be read, or does not exist.
    pub fn time(field: &str, flaw: &crate::time::TimeFlaw) -> Self {
        match flaw {
            crate::time::TimeFlaw::Unreadable(sentence) => Self::value_wrong(field, sentence),
            crate::time::TimeFlaw::Gap(gap) => Self::time_in_gap(field, gap),
        }
    }

    /// A price that can't be read, or a currency that does not exist.
    pub fn money(field: &str, flaw: &crate::money::MoneyFlaw) -> Self {
        match flaw {
            crate::money::MoneyFlaw::Unreadable(sentence) => Self::value_wrong(field, sentence),
            crate::money::MoneyFlaw::NoCurrency(_) => {
                Self::at_field(Kind::CurrencyUnknown, field, format!("{field}: {flaw}."))
            }
        }
    }

    /// The same with the path of the line that it is about, for whoever sent these offers in this order.
    #[must_use]
    pub fn at_line(self, offers: impl IntoIterator<Item = OfferId>) -> Self {
        let part = match self.kind {
            Kind::QuantityOutOfBounds | Kind::TooFewLeft => "quantity",
            Kind::OfferNotInWindow | Kind::AddOnAlone => "offer",
            Kind::BuyerLimit => return self.with("field", "lines"),
            Kind::PlacesFull => return self.with("field", "fulfilment.box"),
            Kind::Unknown => {
                let block = ("fulfilment block", "fulfilment.block");
                return self.at_named(&[
                    // An id that nobody gave out leads to no organiser.
                    ("organiser", "slot"),
                    ("slot", "slot"),
                    ("offer", "lines"),
                    block,
                    ("time box", "fulfilment.box"),
                ]);
            }
            _ => return self,
        };
        let named = self.members.get("offer").and_then(Value::as_str).and_then(OfferId::parse);
        let place = named.and_then(|named| offers.into_iter().position(|offer| offer == named));
        match place {
            Some(place) => self.with("field", format!("lines[{place}].{part}")),
            None => self,
        }
    }

    /// The same with the field in which an unknown thing was named: `fields` has it beside the thing's word.
    #[must_use]
    pub fn at_named(self, fields: &[(&str, &str)]) -> Self {
        let noun = self.members.get("noun").and_then(Value::as_str).filter(|_| self.kind == Kind::Unknown);
        match fields.iter().find(|(known, _)| noun == Some(known)) {
            Some((_, field)) => self.with("field", *field),
            None => self,
        }
    }

    /// The same for whoever wrote one price, which is read as the first step of a ladder.
    #[must_use]
    pub fn at_price(self, price: Option<&PriceDoc>) -> Self {
        let field = self.members.get("field").and_then(Value::as_str).map(str::to_owned);
        let read = field.as_deref().and_then(|field| Some((field, field.strip_prefix("ladder[0].price")?)));
        let (Some(price), Some((field, part))) = (price, read) else { return self };
        let own = match price {
            PriceDoc::Text(_) => "price".to_owned(),
            PriceDoc::Minor(_) => format!("price{part}"),
        };
        Self { detail: self.detail.replacen(field, &own, 1), ..self }.with("field", own)
    }

    /// A zone that does not exist.
    pub fn zone_unknown(field: &str, unknown: &dayshelf_ical::zone::UnknownZone) -> Self {
        let next = match unknown.nearest.first() {
            None => "Write one of the IANA's names, as Europe/Berlin.".to_owned(),
            Some(nearest) => format!("Did you mean {nearest}?"),
        };
        let detail = format!("{field}: there is no time zone {:?}. {next}", unknown.name);
        Self::at_field(Kind::ZoneUnknown, field, detail).with("nearest", unknown.nearest.clone())
    }

    /// No idempotency key, or one that can't be taken.
    pub fn idempotency_key(flaw: Option<crate::secret::KeyUnfit>) -> Self {
        match flaw {
            None => Self::new(
                Kind::IdempotencyKeyMissing,
                "Send an Idempotency-Key header with a new UUID, and the same one again when you retry.",
            ),
            Some(unfit) => Self::new(Kind::IdempotencyKeyUnfit, format!("Idempotency-Key: {unfit}.")),
        }
        .with("header", "Idempotency-Key")
    }

    /// The body is of another media type than those that are read at this address.
    pub fn media_type_wrong(expected: &[&str]) -> Self {
        let kind = Kind::MediaTypeWrong;
        let detail = format!("{} Send {}.", kind.when().replace('`', ""), expected.join(" or "));
        match expected {
            [one] => Self::new(kind, detail).with("expected", *one),
            all => Self::new(kind, detail).with("expected", all.to_vec()),
        }
    }

    /// The body is larger than it may be.
    pub fn too_large(max_bytes: usize) -> Self {
        let detail = format!("The body is larger than {max_bytes} bytes. Send less, or in parts.");
        Self::new(Kind::TooLarge, detail).with("max_bytes", max_bytes)
    }

    /// Too many requests.
    pub fn rate_limited(retry_after_seconds: u64) -> Self {
        let detail = format!("That was too many requests. Try again in {retry_after_seconds} s.");
        Self::new(Kind::RateLimited, detail).with("retry_after", retry_after_seconds)
    }

    /// The key may not do this. `needed` is the scope that may.
    pub fn scope_too_small(needed: &str) -> Self {
        let detail = format!("This API key may not do that. Use one with the scope {needed:?}.");
        Self::new(Kind::ScopeTooSmall, detail).with("scope", needed)
    }

    /// The machine is full for the moment.
    pub fn busy(retry_after_seconds: u64) -> Self {
        let detail = format!("The server has more to do than it can. Try again in {retry_after_seconds} s.");
        Self::new(Kind::Busy, detail).with("retry_after", retry_after_seconds)
    }

    /// It is not known whether the request was carried out; the same key finds out.
    pub fn outcome_unknown(retry_after_seconds: u64) -> Self {
        let detail =
            "It is not known whether this was carried out. Send it again with the same Idempotency-Key.";
        Self::new(Kind::OutcomeUnknown, detail).with("retry_after", retry_after_seconds)
    }

    /// Our bug or a broken machine. The cause is in the log under `id`, and nowhere else.
    pub fn fault(id: &str) -> Self {
        let detail = format!("Something broke here. Nothing was changed by halves. Tell us this: {id}");
        Self::new(Kind::Fault, detail).with("fault", id)
    }

    /// The same with its field as whoever sent one thing alone wrote it: `windows[vip].opens` is `opens`.
    #[must_use]
    pub fn alone(mut self) -> Self {
        let Some(field) = self.members.get("field").and_then(Value::as_str).map(str::to_owned) else {
            return self;
        };
        let lists = ["windows[", "offers[", "fulfilments[", "blocks[", "pools["];
        let item = lists.iter().any(|list| field.starts_with(list));
        let own =
            if item { field.split_once("].").map(|(_, own)| own) } else { field.strip_prefix("organiser.") };
        if let Some(own) = own {
            self.detail = self.detail.replacen(&field, own, 1);
            self.members.insert("field".to_owned(), own.into());
        }
        self
    }

    /// A problem of this kind, in the words of its table row: when it is answered, and what to do.
    pub fn plain(kind: Kind) -> Self {
        Self::new(kind, format!("{} {}", kind.when(), kind.next_step()))
    }

    /// The same with the path of the thing in a plan at which it was met, where it does not say a field itself.
    #[must_use]
    pub fn in_plan(self, place: &str) -> Self {
        if place.is_empty() || self.members.contains_key("field") && self.kind != Kind::TooFewUnits {
            return self;
        }
        let (place, detail) = match (self.kind, self.members.get("have").and_then(Value::as_u64)) {
            (Kind::TooFewUnits, Some(have)) => (
                // What is not lent any more has no line of its own.
                if place.ends_with("allotments") { place.to_owned() } else { format!("{place}.units") },
                format!(
                    "of the units that would go, {have} are free; the others are held, sold or lent. Take away at \
                     most so many, or cancel what was bought first."
                ),
            ),
            _ => (place.to_owned(), self.detail.clone()),
        };
        let detail = format!("{place}: {detail}");
        Self { detail, ..self }.with("field", place)
    }

    /// The same in the words of a movement that looks for lost units, not for free ones.
    #[must_use]
    pub fn of_movement(self, kind: MovementShape) -> Self {
        match self.members.get("have").and_then(Value::as_u64) {
            Some(have) if self.kind == Kind::TooFewUnits && kind == MovementShape::Find => {
                let detail = format!(
                    "Of this pool's units {have} are lost. Find at most so many; add what came on top."
                );
                Self { detail, ..self }
            }
            _ => self,
        }
    }

    /// The same with the path of what is wrong, for whoever asks for so many of one offer: a place in line.
    #[must_use]
    pub fn at_want(self) -> Self {
        let field = match self.kind {
            Kind::QuantityOutOfBounds | Kind::NeverEnough | Kind::BuyerLimit | Kind::UnitsFree => "quantity",
            Kind::OfferNotInWindow | Kind::AddOnAlone => "offer",
            Kind::AlreadyWaiting => "contact.email",
            _ => return self,
        };
        self.with("field", field)
    }

    fn at_field(kind: Kind, field: &str, detail: String) -> Self {
        Self::new(kind, detail).with("field", field)
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(Some(4 + self.members.len()))?;
        map.serialize_entry("type", &self.reference())?;
        map.serialize_entry("title", self.kind.title())?;
        map.serialize_entry("status", &self.status())?;
        map.serialize_entry("detail", &self.detail)?;
        for (name, value) in &self.members {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
        let status = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer));
        ObjectBuilder::new()
            .description(Some("A problem document (RFC 9457) with members that say what to do next."))
            .property("type", text().description(Some("Ends in the stable code of the problem.")))
            .required("type")
            .property("title", text())
            .required("title")
            .property("status", status)
            .required("status")
            .property("detail", text().description(Some("A sentence for a person.")))
            .required("detail")
            .property("field", text().description(Some("The path of the field that is wrong.")))
            .build()
            .into()
    }
}

impl ToSchema for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thing that is sent alone has no list around it.
    #[test]
    fn fields_of_one_thing() {
        let field = |field: &str| {
            let problem = Problem::value_wrong(field, "write another").alone();
            (problem.members["field"].as_str().map(str::to_owned), problem.detail)
        };
        let own = |own: &str| (Some(own.to_owned()), format!("{own}: write another."));
        assert_eq!(field("windows[vip].opens"), own("opens"));
        assert_eq!(field("fulfilments[a].boxes[0].until"), own("boxes[0].until"));
        assert_eq!(field("organiser.zone"), own("zone"));
        assert_eq!(field("boxes[0].until"), own("boxes[0].until"));
        assert_eq!(field("offers[0]"), own("offers[0]"));
    }

    /// The document has the members of RFC 9457 and its own beside them.
    #[test]
    fn looks_like_a_problem() {
        let json = serde_json::to_value(Problem::rate_limited(3)).unwrap();
        assert_eq!(json["type"], "/problems/rate_limited");
        assert_eq!(json["status"], 429);
        assert_eq!(json["retry_after"], 3);
        assert_eq!(json["title"], "Too many requests");
        assert_eq!(Problem::rate_limited(3).retry_after_seconds(), Some(3));
    }
}
