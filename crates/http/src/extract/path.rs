//! Ids in addresses. Whatever is no id of its kind is as unknown as an id that never was.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use dayshelf_core::ids::{
    BlockId, CodeId, ConfirmationId, EndpointId, EntryId, FeedId, FulfilmentId, HoldId, Id, InvitationId,
    KeyId, ListId, OfferId, OrderId, PasskeyId, PasswordId, PersonId, PictureId, PoolId, ProductId, SeriesId,
    SessionId, SlotId, TemplateId, TextId, WindowId,
};
use dayshelf_core::refusal::Noun;

use crate::app::App;
use crate::no::No;

/// The id in the path, under the name of its kind: `{hold}`, `{slot}`.
#[derive(Clone, Copy, Debug)]
pub struct Named<T>(pub T);

/// A kind of id that stands in paths.
pub trait PathId: Sized + Send {
    /// The name of the parameter.
    const NAME: &'static str;
    /// What it names.
    const NOUN: Noun;
    /// Reads the text form.
    fn read(text: &str) -> Option<Self>;
    /// The id without its kind.
    fn inner(&self) -> Id;
}

impl<T: PathId> FromRequestParts<App> for Named<T> {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        let unknown = || No::unknown(T::NOUN);
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| unknown())?;
        let text = params.iter().find(|(name, _)| *name == T::NAME).map(|(_, text)| text);
        text.and_then(T::read).map(Self).ok_or_else(unknown)
    }
}

/// Declares the kinds.
macro_rules! path_ids {
    ($($id:ident $name:literal $noun:ident;)*) => {$(
        impl PathId for $id {
            const NAME: &'static str = $name;
            const NOUN: Noun = Noun::$noun;

            fn read(text: &str) -> Option<Self> {
                Self::parse(text)
            }

            fn inner(&self) -> Id {
                self.0
            }
        }
    )*};
}

path_ids! {
    SlotId "slot" Slot;
    WindowId "window" Window;
    FulfilmentId "fulfilment" Fulfilment;
    BlockId "block" Block;
    PictureId "picture" Picture;
    ProductId "product" Product;
    TemplateId "template" Template;
    SeriesId "series" Series;
    PoolId "pool" Pool;
    OfferId "offer" Offer;
    CodeId "code" Code;
    ListId "list" List;
    HoldId "hold" Hold;
    OrderId "order" Order;
    EntryId "entry" Entry;
    KeyId "key" Key;
    EndpointId "endpoint" Endpoint;
    FeedId "feed" Feed;
    TextId "text" Text;
    PasswordId "password" Key;
    ConfirmationId "confirmation" Confirmation;
    PersonId "person" Person;
    SessionId "session" Session;
    InvitationId "invitation" Invitation;
    PasskeyId "passkey" Key;
}
