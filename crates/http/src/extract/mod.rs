//! What handlers ask of a request, in types. Each extractor answers with a problem when it is not there.
//!
//! Bodies: [`Asked`] (needs an idempotency key), [`Body`], [`Large`], [`PlanBytes`],
//! [`PictureBytes`], [`Form`] of a page. Who calls: [`Bearer`],
//! [`Organiser`], [`BearerOr`], [`Session`], [`Operator`], [`Client`]. Addresses: [`Named`] for an id in the path, [`Params`] for the
//! query, [`Told`] for that of single edits. Versions: [`IfMatch`].

mod asked;
mod bearer;
mod bearer_or;
mod body;
mod client;
mod form;
mod if_match;
mod operator;
mod organiser;
mod own;
mod params;
mod path;
mod picture;
mod session;
mod told;

pub use asked::{Asked, Caller, Nothing, Once};
pub use bearer::{Bearer, bearer_text};
pub use bearer_or::{BearerOr, may_read};
pub(crate) use body::said_length;
pub use body::{Body, Large, PlanBytes};
pub use client::{Client, Peer};
pub use form::Form;
pub use if_match::IfMatch;
pub use operator::Operator;
pub use organiser::{Least, Manage, Organiser, Read, Sell};
pub use own::Own;
pub use params::Params;
pub(crate) use params::params_known;
pub use path::Named;
pub use picture::PictureBytes;
pub(crate) use session::SESSION_TOKEN;
pub use session::{Anyone, LeastRole, Owner, Session};
pub use told::Told;
