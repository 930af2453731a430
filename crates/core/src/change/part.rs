//! One part of a slot, as an edit of it alone wants it.

use crate::block::BlockSpec;
use crate::ids::{BlockId, FulfilmentId, Id, OfferId, PoolId, WindowId};
use crate::offer::OfferSpec;
use crate::pool::PoolSpec;
use crate::slot::FulfilmentSpec;
use crate::window::WindowSpec;

/// One part of a slot as it shall be: made, changed, or removed where it shall be nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A window.
    Window(WindowId, Option<WindowSpec>),
    /// A fulfilment block.
    Fulfilment(FulfilmentId, Option<FulfilmentSpec>),
    /// An offer.
    Offer(OfferId, Option<OfferSpec>),
    /// A block of another kind.
    Block(BlockId, Option<BlockSpec>),
    /// A pool that the slot's offers draw on.
    Pool(PoolId, PoolSpec),
}

impl Part {
    /// Its id, whatever it is.
    pub const fn id(&self) -> Id {
        match self {
            Self::Window(id, _) => id.0,
            Self::Fulfilment(id, _) => id.0,
            Self::Offer(id, _) => id.0,
            Self::Block(id, _) => id.0,
            Self::Pool(id, _) => id.0,
        }
    }

    /// Its id, where it shall go.
    pub const fn removes(&self) -> Option<Id> {
        match self {
            Self::Window(_, None)
            | Self::Fulfilment(_, None)
            | Self::Offer(_, None)
            | Self::Block(_, None) => Some(self.id()),
            _ => None,
        }
    }
}
