//! What endpoints may hear of, and the text of a delivery's id.

use dayshelf_core::ids::Id;
use dayshelf_wire::{body, journal};

/// The stock of a slot as it can be bought now; made from the board, not from one fact.
pub const STOCK_CHANGED: &str = "stock.changed";
/// A test that was asked for.
pub const PING: &str = "endpoint.ping";
/// The prefix of a delivery's id in text.
const PREFIX: &str = "msg_";

/// Every group of types that goes out, with what it tells of. Types are those of the journal; keys, codes,
/// lists and endpoints stay at home.
pub const KINDS: &[(&str, &str)] = &[
    ("organiser", "what the organiser says about itself"),
    ("slot", "a slot was created, changed, moved, published or cancelled"),
    ("series", "a series was put or has more slots, a slot became one of its occurrences"),
    ("change", "who changed a slot, and when its customers are told"),
    ("confirmation", "a change waits for a yes, was granted, declined, overtaken, or expired"),
    ("notice", "a slot's customers are told of another time or place"),
    ("credential", "a credential changed too much at once and is frozen, or was let on again"),
    (
        "window",
        "a window was put, removed, opened or closed, let out its next portion, or had its buyers counted",
    ),
    ("fulfilment", "a fulfilment block was put or removed"),
    ("block", "a block was put, moved or removed, its time came, a shift was answered, a rule acted"),
    ("pool", "a pool was put or removed"),
    ("offer", "an offer was put or removed"),
    ("step", "a price step began by the clock"),
    ("hold", "a hold was made, taken, extended, released, or lapsed"),
    ("payment", "a payment began, was declined, captured, voided, refunded, or failed"),
    (
        "order",
        "an order was confirmed, cancelled, moved, handed over or taken back from it, redeemed again, edited, noted, resent, or could not be filled",
    ),
    ("waitlist", "somebody got in line, had a turn, or left"),
    ("stock", "stock was moved or counted; stock.changed has what can be bought now"),
];

/// Types that stay at home though others of their group go out: what a mail says of an order stands beside the message
/// that tells of the order itself.
const AT_HOME: [&str; 1] = ["order.promised"];

/// Whether a type goes out at all.
pub fn goes_out(kind: &str) -> bool {
    if AT_HOME.contains(&kind) {
        return false;
    }
    let group = kind.split('.').next().unwrap_or(kind);
    KINDS.iter().any(|(known, _)| *known == group)
}

/// Whether an endpoint that asks for this, a type or all of a group as `hold.*`, will ever hear anything by it.
pub fn can_be_heard(wanted: &str) -> bool {
    match wanted.strip_suffix(".*") {
        Some(group) => KINDS.iter().any(|(known, _)| *known == group),
        None => wanted == STOCK_CHANGED || (journal::kinds::KINDS.contains(&wanted) && goes_out(wanted)),
    }
}

/// The type that somebody most likely meant who asks for one that can't be heard.
pub fn nearest(wanted: &str) -> Option<&'static str> {
    let all = journal::kinds::KINDS.iter().copied().filter(|kind| can_be_heard(kind));
    body::nearest(wanted, &all.chain([STOCK_CHANGED]).collect::<Vec<_>>())
}

/// A delivery's id as `webhook-id` carries it.
pub fn delivery_text(id: Id) -> String {
    format!("{PREFIX}{id}")
}

/// The id behind the text. `None` when it is not one.
pub fn delivery_id(text: &str) -> Option<Id> {
    Id::parse(text.strip_prefix(PREFIX)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked for by a slip is not heard, and the word that was meant is found.
    #[test]
    fn slips_are_seen() {
        for (wanted, meant) in [
            ("stock.chnged", Some("stock.changed")),
            ("hold.maid", Some("hold.made")),
            ("order.promised", None),
            ("hold", None),
            ("holds.*", None),
        ] {
            assert!(!can_be_heard(wanted), "{wanted}");
            assert_eq!(nearest(wanted).filter(|_| meant.is_some()), meant, "{wanted}");
        }
        for wanted in ["stock.changed", "stock.*", "waitlist.turn", "payment.*"] {
            assert!(can_be_heard(wanted), "{wanted}");
        }
    }

    /// What could open a door or names customers stays at home.
    #[test]
    fn some_things_stay_at_home() {
        for kind in ["key.issued", "endpoint.put", "code.put", "list.put", "order.promised", "unheard_of"] {
            assert!(!goes_out(kind), "{kind}");
        }
        for kind in ["hold.made", "order.confirmed", "slot.moved", STOCK_CHANGED, "waitlist.turn"] {
            assert!(goes_out(kind), "{kind}");
        }
    }

    /// Whoever receives finds every group on their page, in these words.
    #[test]
    fn the_page_has_every_group() {
        let page = include_str!("../../../../docs/reference/webhooks.md");
        for (group, tells) in KINDS {
            let row = format!("| `{group}` | {tells} |");
            assert!(page.contains(&row), "docs/reference/webhooks.md has no row {row}");
        }
    }

    /// The text of an id goes both ways.
    #[test]
    fn ids_have_a_text() {
        assert_eq!(delivery_id(&delivery_text(Id(77))), Some(Id(77)));
        assert_eq!(delivery_id("77"), None);
    }
}
