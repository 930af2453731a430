//! The lobby in JSON, and the text of a number: what it says, signed with the organiser's own key.
//!
//! A number is kept by whoever took it, and nowhere else. Its text stays good over restarts and on every node,
//! because the key is part of the organiser's data. Start at [`text`] and [`read`].

use dayshelf_core::command::TakeNumber;
use dayshelf_core::ids::{Id, SlotId, WindowId};
use dayshelf_core::lobby::{Came, Number};
use dayshelf_core::organiser::Organiser;
use dayshelf_core::text::Secret;
use dayshelf_core::time::{Instant, Span};
use dayshelf_core::window::Window;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::buyer::ContactShape;
use crate::name::WindowRef;
use crate::problem::Problem;
use crate::range::Pace;
use crate::secret::{SECRET_BYTES, derive};
use crate::time::At;

/// Characters of a number's text at most.
pub const NUMBER_CHARS_MAX: usize = 100;
/// What a number's text begins with.
const PREFIX: &str = "ln";

/// A number's text, to be kept like a ticket of a cloakroom; none while the organiser has no key.
pub fn text(organiser: &Organiser, number: &Number) -> Option<String> {
    let says = Id::from_bytes(says(number));
    let seal = seals(organiser, number).last()?;
    Some(format!("{PREFIX}_{}_{says}_{}", number.window.0, Id::from_bytes(seal.0)))
}

/// Reads a number's text; none when it is not one that this organiser gave out.
pub fn read(organiser: &Organiser, text: &str) -> Option<Number> {
    let mut parts = text.trim().splitn(4, '_');
    let (prefix, window) = (parts.next()?, Id::parse(parts.next()?)?);
    let (says, seal) = (Id::parse(parts.next()?)?, Id::parse(parts.next()?)?);
    let number = said(WindowId(window), says.to_bytes()).filter(|_| prefix == PREFIX)?;
    let same = |known: Secret<SECRET_BYTES>| {
        let differs = known.0.iter().zip(seal.to_bytes()).fold(0, |all, (one, other)| all | (one ^ other));
        std::hint::black_box(differs) == 0
    };
    seals(organiser, &number).any(same).then_some(number)
}

/// The seals of a number by each of the organiser's keys, the newest last: the older ones still count.
fn seals(organiser: &Organiser, number: &Number) -> impl Iterator<Item = Secret<SECRET_BYTES>> {
    let plain = format!("{} {}", number.window.0, Id::from_bytes(says(number)));
    organiser.pass_keys.iter().map(move |key| derive(&key.seed.0, "number", &plain))
}

/// What a number says beside its window: when its bearer came, how many had come before, how long after the
/// opening it is let in.
fn says(number: &Number) -> [u8; 16] {
    let (kind, after) = match number.came {
        Came::Ahead => (0, 0),
        Came::After(after) => (1, after.0),
    };
    let mut bytes = [0; 16];
    bytes[3] = kind;
    bytes[4..8].copy_from_slice(&number.index.to_be_bytes());
    bytes[8..].copy_from_slice(&after.to_be_bytes());
    bytes
}

fn said(window: WindowId, bytes: [u8; 16]) -> Option<Number> {
    let index = u32::from_be_bytes(bytes[4..8].try_into().ok()?);
    let after = i64::from_be_bytes(bytes[8..].try_into().ok()?);
    let came = match (bytes[3], after) {
        (0, 0) => Came::Ahead,
        (1, after) => Came::After(Span(after)),
        _ => return None,
    };
    (bytes[..3] == [0; 3]).then_some(Number { window, index, came })
}

/// How a window lets in those who come, as plans and the API write it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LobbyDoc {
    /// How many are let in a minute.
    #[serde(deserialize_with = "Pace::read")]
    #[schema(example = 120, minimum = 1, maximum = 60000)]
    pub per_minute: u32,
    /// So long before the opening one can take a number; `30m` when left out.
    #[serde(default)]
    pub ahead: Option<String>,
    /// How long whoever was let in has to hold; `5m` when left out.
    #[serde(rename = "for", default)]
    pub span: Option<String>,
}

/// Asks for a number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NumberRequest {
    /// The code that opens a window.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub code: Option<String>,
    /// Who comes, where a list admits.
    #[serde(default)]
    pub contact: Option<ContactShape>,
}

impl NumberRequest {
    /// The command, with the lot that was drawn for it.
    ///
    /// # Errors
    /// When a text in it can't be.
    pub fn command(&self, slot: SlotId, lot: u64) -> Result<TakeNumber, Problem> {
        let home = slot.home();
        let contact = self.contact.as_ref().map(|contact| contact.contact(home, "contact")).transpose()?;
        let buyer = contact.map(|contact| contact.key);
        Ok(TakeNumber { slot, code: crate::hold::code(self.code.as_deref(), home)?, buyer, lot })
    }
}

/// A number that was given out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NumberGiven {
    /// Its text: keep it, and send it with the hold.
    pub number: String,
    /// The window that it leads into.
    pub window: WindowRef,
}

/// Where a number is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NumberStateShape {
    /// The window has not opened; the order is drawn when it does.
    Ahead,
    /// In line.
    Waits,
    /// It may hold, until `until`.
    In,
    /// Its time is over.
    Over,
}

/// A number as its bearer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NumberShape {
    /// Its text, to be sent with the hold.
    pub number: String,
    /// The window that it leads into.
    pub window: WindowRef,
    /// Where it is in its life.
    pub state: NumberStateShape,
    /// When the window opens.
    pub opens_at: At,
    /// How many came before the opening.
    pub early: u32,
    /// How many are let in before this one; once the order is drawn.
    pub before: Option<u32>,
    /// From when on it may hold; once the order is drawn.
    pub lets_in_at: Option<At>,
    /// Until when it may hold; the instant itself is no longer inside.
    pub until: Option<At>,
}

impl NumberShape {
    /// A number as of now; none when its window has no lobby.
    pub fn of(text: String, number: Number, window: &Window, now: Instant) -> Option<Self> {
        let (from, until) = window.lets_in(number)?;
        let drawn = window.spec.opens.at <= now || number.came != Came::Ahead;
        Some(Self {
            number: text,
            window: WindowRef(number.window),
            state: match () {
                () if now < window.spec.opens.at => NumberStateShape::Ahead,
                () if now < from => NumberStateShape::Waits,
                () if now < until && now < window.spec.closes.at => NumberStateShape::In,
                () => NumberStateShape::Over,
            },
            opens_at: At(window.spec.opens.at),
            early: window.lobby.early,
            before: drawn.then(|| window.ahead_of(number, now)),
            lets_in_at: drawn.then_some(At(from)),
            until: drawn.then_some(At(until)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::change::ChangeTerms;
    use dayshelf_core::ids::{Home, OrganiserId, Salt};
    use dayshelf_core::look::Look;
    use dayshelf_core::money::Currency;
    use dayshelf_core::organiser::{OrganiserSpec, PassKey};

    fn id(salt: u64) -> Id {
        Id::mint(1_764_000_000_000, Home { shard: 0, number: 1 }, Salt(salt))
    }

    fn organiser(seeds: &[u8]) -> Organiser {
        let spec = OrganiserSpec {
            slug: "maker".into(),
            name: "Maker".into(),
            about: String::new(),
            zone: "Europe/Berlin".into(),
            currency: Currency(*b"EUR"),
            changes: ChangeTerms::USUAL,
            at_pickup: true,
        };
        let key = |seed: &u8| PassKey {
            number: u32::from(*seed),
            seed: Secret([*seed; 32]),
            public: [0; 32],
            made_at: Instant(0),
        };
        Organiser {
            id: OrganiserId(id(9)),
            version: 1,
            spec,
            look: Look::default(),
            pass_keys: seeds.iter().map(key).collect(),
        }
    }

    /// A number reads as it was written, with a newer key beside the one that sealed it too; whatever is changed in
    /// it, or another organiser's, is none.
    #[test]
    fn numbers_are_sealed() {
        let one = organiser(&[1]);
        for came in [Came::Ahead, Came::After(Span(0)), Came::After(Span(i64::MAX))] {
            let number = Number { window: WindowId(id(1)), index: 4_711, came };
            let text = text(&one, &number).unwrap();
            assert!(text.len() <= NUMBER_CHARS_MAX, "{text}");
            assert_eq!(read(&one, &format!(" {text} ")), Some(number));
            assert_eq!(read(&organiser(&[1, 2]), &text), Some(number));
            assert_eq!(read(&organiser(&[2]), &text), None);
            for at in 0..text.len() {
                let mut forged = text.clone().into_bytes();
                forged[at] = if forged[at] == b'0' { b'1' } else { b'0' };
                assert_eq!(read(&one, std::str::from_utf8(&forged).unwrap()), None, "{at} of {text}");
            }
        }
        assert_eq!(
            text(&organiser(&[]), &Number { window: WindowId(id(1)), index: 0, came: Came::Ahead }),
            None
        );
        for junk in ["", "ln", "ln___", "ln_a_b_c", "hs_a_b"] {
            assert_eq!(read(&one, junk), None, "{junk}");
        }
    }
}
