//! The address where a change that waits is answered: whoever has it may say yes or no.

use dayshelf_core::ids::{ConfirmationId, Id};
use dayshelf_core::organiser::Organiser;
use dayshelf_core::text::Secret;

use crate::secret::{SECRET_BYTES, derive, same_digest, secret_digest};

/// The path of the page where a change that waits is answered; `None` when the organiser has no pass key.
///
/// It follows from the change's id and the organiser's first pass key, so nothing is stored, and nobody can work it
/// out who does not have the key.
pub fn confirmation_path(organiser: &Organiser, id: ConfirmationId) -> Option<String> {
    let secret = Id::from_bytes(confirmation_secret(organiser, id)?.0);
    Some(format!("/yes/{}_{secret}", id.0))
}

/// The change that the last part of such a path names, with the secret that it shows.
pub fn read_confirmation(text: &str) -> Option<(ConfirmationId, Secret<SECRET_BYTES>)> {
    let (id, secret) = text.split_once('_')?;
    Some((ConfirmationId(Id::parse(id)?), Secret(Id::parse(secret)?.to_bytes())))
}

/// Whether this is the secret of a change's page.
pub fn opens_confirmation(organiser: &Organiser, id: ConfirmationId, secret: &Secret<SECRET_BYTES>) -> bool {
    let right = confirmation_secret(organiser, id);
    right.is_some_and(|right| same_digest(&secret_digest(&right), &secret_digest(secret)))
}

fn confirmation_secret(organiser: &Organiser, id: ConfirmationId) -> Option<Secret<SECRET_BYTES>> {
    let key = organiser.pass_keys.first()?;
    Some(derive(&key.seed.0, "confirmation", &id.to_string()))
}
