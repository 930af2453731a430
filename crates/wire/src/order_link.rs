//! The address of an order's page, as mails have it: whoever has it may do what the buyer may.
//!
//! A buyer's own secret is kept as its digest alone, so nobody can write it into a mail. This one follows from the
//! order's id and the organiser's first pass key: nothing is stored, and nobody works it out who does not have the key.
//! It opens the page and not the API. Start at [`order_path`].

use dayshelf_core::ids::OrderId;
use dayshelf_core::organiser::Organiser;

use crate::secret::{Bearer, Opens, derive, same_digest};

/// The path of an order's page; `None` when the organiser has no pass key.
pub fn order_path(organiser: &Organiser, id: OrderId) -> Option<String> {
    Some(format!("/o/{}", link(organiser, id)?.text()))
}

/// Whether this is the secret of the link to the order that it names.
pub fn opens_order(organiser: &Organiser, shown: &Bearer) -> bool {
    let right = link(organiser, OrderId(shown.id));
    shown.opens == Opens::Order && right.is_some_and(|right| same_digest(&right.digest(), &shown.digest()))
}

fn link(organiser: &Organiser, id: OrderId) -> Option<Bearer> {
    let key = organiser.pass_keys.first()?;
    Some(Bearer { opens: Opens::Order, id: id.0, secret: derive(&key.seed.0, "order link", &id.to_string()) })
}
