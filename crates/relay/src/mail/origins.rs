//! By which names of their own organisers' pages were reached of late, for the links in mails.
//!
//! Nobody looks whether a name leads here, and a link that leads nowhere helps no buyer; one that leads to somebody else
//! would show them the buyer's order. So mails say a name only while people come by it. Who serves pages tells of that
//! here. Nothing is stored: until the first has come after a start, mails say the installation's address, which works
//! whatever becomes of a name. Start at [`Origins::of`].

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use dayshelf_core::domain::Domain;
use dayshelf_core::ids::Home;
use dayshelf_core::time::{Instant, Span};

/// How long it counts that somebody came by a name.
const COUNTS: Span = Span::hours(24);
/// What is known is not written anew for everybody who comes.
const FRESH: Span = Span::minutes(1);

/// The names that were reached. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Origins(Arc<RwLock<HashMap<Home, (Domain, Instant)>>>);

impl Origins {
    /// Somebody came to an organiser's pages by their name.
    pub fn reached(&self, home: Home, name: &Domain, now: Instant) {
        let is_fresh = |(known, at): &(Domain, Instant)| known == name && now.since(*at) < FRESH;
        if self.0.read().unwrap_or_else(PoisonError::into_inner).get(&home).is_some_and(is_fresh) {
            return;
        }
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(home, (name.clone(), now));
    }

    /// Forgets all names but those that still are the organiser's.
    pub fn keep(&self, is_theirs: impl Fn(Home, &Domain) -> bool) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|home, (name, _)| is_theirs(*home, name));
    }

    /// The name that an organiser's mails may say.
    pub fn of(&self, home: Home, now: Instant) -> Option<Domain> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&home).filter(|(_, at)| now.since(*at) < COUNTS).map(|(name, _)| name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name counts while people come by it, and only as long as it is the organiser's.
    #[test]
    fn a_name_counts_while_it_is_used() {
        let (origins, home) = (Origins::default(), Home { shard: 0, number: 1 });
        let name = Domain::parse("mugs.example").unwrap();
        let start = Instant(1_000_000);
        assert_eq!(origins.of(home, start), None);
        origins.reached(home, &name, start);
        assert_eq!(origins.of(home, start.plus(Span::hours(23))), Some(name.clone()));
        assert_eq!(origins.of(home, start.plus(Span::hours(24))), None);
        origins.reached(home, &name, start.plus(Span::hours(30)));
        assert_eq!(origins.of(home, start.plus(Span::hours(31))), Some(name));
        origins.keep(|_, _| false);
        assert_eq!(origins.of(home, start.plus(Span::hours(31))), None);
    }
}
