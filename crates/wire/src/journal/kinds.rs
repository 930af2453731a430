//! All types of journal entries, for whoever wants to hear of some of them.

/// The types, in the order of the alphabet.
pub const KINDS: &[&str] = &[
    "block.accepted",
    "block.began",
    "block.declined",
    "block.fired",
    "block.moved",
    "block.put",
    "block.rearmed",
    "block.removed",
    "change.made",
    "code.put",
    "code.removed",
    "confirmation.asked",
    "confirmation.declined",
    "confirmation.expired",
    "confirmation.granted",
    "confirmation.overtaken",
    "credential.freed",
    "credential.frozen",
    "endpoint.put",
    "endpoint.removed",
    "fulfilment.put",
    "fulfilment.removed",
    "hold.extended",
    "hold.lapsed",
    "hold.made",
    "hold.released",
    "hold.taken",
    "key.issued",
    "key.revoked",
    "list.put",
    "list.removed",
    "notice.told",
    "number.taken",
    "offer.put",
    "offer.removed",
    "order.cancelled",
    "order.confirmed",
    "order.edited",
    "order.handed",
    "order.handover_undone",
    "order.moved",
    "order.noted",
    "order.promised",
    "order.redeemed_again",
    "order.resent",
    "order.unfilled",
    "organiser.changed",
    "organiser.founded",
    "payment.begun",
    "payment.calling_off",
    "payment.captured",
    "payment.declined",
    "payment.failed",
    "payment.refunded",
    "payment.voided",
    "picture.put",
    "picture.removed",
    "pool.put",
    "pool.removed",
    "product.put",
    "product.removed",
    "series.occurrence",
    "series.put",
    "slot.cancelled",
    "slot.changed",
    "slot.created",
    "slot.moved",
    "slot.published",
    "step.began",
    "stock.counted",
    "stock.moved",
    "template.put",
    "template.removed",
    "waitlist.announced",
    "waitlist.gathered",
    "waitlist.joined",
    "waitlist.left",
    "waitlist.passed",
    "waitlist.requeued",
    "waitlist.turn",
    "window.closed",
    "window.counted",
    "window.dripped",
    "window.opened",
    "window.put",
    "window.removed",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// What the journal's entries are called, and nothing else.
    #[test]
    fn every_type_is_listed() {
        let is_kind = |text: &&str| {
            let words: Vec<&str> = text.split('.').collect();
            let is_word = |word: &&str| {
                !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            };
            words.len() == 2 && words.iter().all(is_word)
        };
        let source = include_str!("../journal.rs");
        let mut named: Vec<&str> = source.split('"').filter(is_kind).collect();
        named.sort_unstable();
        named.dedup();
        assert_eq!(named, KINDS);
    }
}
