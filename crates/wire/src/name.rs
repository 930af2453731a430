//! Ids as JSON text: one reference type for each id of the core.
//!
//! A text that is no id of its kind fails while it is read, with the path of its field.

use std::borrow::Cow;

use dayshelf_core::ids::{
    AuditId, BlockId, CodeId, ConfirmationId, EndpointId, EntryId, FeedId, FulfilmentId, HoldId,
    InvitationId, KeyId, ListId, OfferId, OrderId, OrganiserId, PassId, PasskeyId, PasswordId, PaymentId,
    PersonId, PictureId, PoolId, ProductId, SeriesId, SessionId, SlotId, TemplateId, TextId, WindowId,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// The schema of a string that follows a pattern.
pub(crate) fn pattern_schema(pattern: &str, example: &str, about: &str) -> RefOr<Schema> {
    let object = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).pattern(Some(pattern));
    object.examples([serde_json::Value::from(example)]).description(Some(about)).build().into()
}

/// What to write where an id was expected.
fn no_id(prefix: &str) -> String {
    format!(
        "write an id that begins with {prefix}_ and goes on with 26 letters and digits; copy it from the answer in \
         which it was made or listed"
    )
}

/// Declares the references.
macro_rules! refs {
    ($($(#[$doc:meta])* $name:ident($id:ident);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $id);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(input)?;
                $id::parse(&text).map(Self).ok_or_else(|| serde::de::Error::custom(no_id($id::PREFIX)))
            }
        }

        impl From<$id> for $name {
            fn from(id: $id) -> Self {
                Self(id)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let pattern = format!("^{}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$", $id::PREFIX);
                let example = format!("{}_01k9ydt4zq7m8v2c5x6b3n0aef", $id::PREFIX);
                pattern_schema(&pattern, &example, "An id; it sorts by the time it was made.")
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($id))
            }
        }
    )*};
}

refs! {
    /// An organiser's id.
    OrganiserRef(OrganiserId);
    /// A slot's id.
    SlotRef(SlotId);
    /// A window's id.
    WindowRef(WindowId);
    /// A fulfilment block's id.
    FulfilmentRef(FulfilmentId);
    /// A block's id.
    BlockRef(BlockId);
    /// A picture's id.
    PictureRef(PictureId);
    /// A product's id.
    ProductRef(ProductId);
    /// A template's id.
    TemplateRef(TemplateId);
    /// A series' id.
    SeriesRef(SeriesId);
    /// A pool's id.
    PoolRef(PoolId);
    /// An offer's id.
    OfferRef(OfferId);
    /// A feed's id.
    FeedRef(FeedId);
    /// The id of a kept text.
    TextRef(TextId);
    /// An app password's id.
    PasswordRef(PasswordId);
    /// The id of a change that waits for a yes.
    ConfirmationRef(ConfirmationId);
    /// A code's id.
    CodeRef(CodeId);
    /// A customer list's id.
    ListRef(ListId);
    /// A hold's id.
    HoldRef(HoldId);
    /// An order's id.
    OrderRef(OrderId);
    /// A waitlist entry's id.
    EntryRef(EntryId);
    /// A pass's serial.
    PassRef(PassId);
    /// A payment's id.
    PaymentRef(PaymentId);
    /// A person's id.
    PersonRef(PersonId);
    /// A session's id, which is not its token.
    SessionRef(SessionId);
    /// An invitation's id, which is not its link.
    InvitationRef(InvitationId);
    /// A passkey's id, which is not the credential's own.
    PasskeyRef(PasskeyId);
    /// The id of a line of the audit log.
    AuditRef(AuditId);
    /// An API key's id.
    KeyRef(KeyId);
    /// A webhook endpoint's id.
    EndpointRef(EndpointId);
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::ids::{Home, Id, Salt};

    /// The text form goes both ways, and another kind's id is no id.
    #[test]
    fn ids_are_text_of_their_kind() {
        let slot = SlotRef(SlotId(Id::mint(1_764_000_000_000, Home { shard: 0, number: 1 }, Salt(9))));
        let text = serde_json::to_string(&slot).unwrap();
        assert_eq!(serde_json::from_str::<SlotRef>(&text).unwrap(), slot);
        assert!(serde_json::from_str::<HoldRef>(&text).is_err());
        assert!(serde_json::from_str::<SlotRef>("7").is_err());
        let sentence = serde_json::from_str::<SlotRef>("\"moon\"").unwrap_err().to_string();
        assert!(sentence.contains("begins with slot_") && sentence.contains("copy it"), "{sentence}");
    }
}
