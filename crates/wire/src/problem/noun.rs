//! What things are called in sentences.

use dayshelf_core::refusal::Noun;

/// What a noun is called in sentences.
pub(super) const fn noun_words(noun: Noun) -> &'static str {
    match noun {
        Noun::Organiser => "organiser",
        Noun::Slot => "slot",
        Noun::Window => "window",
        Noun::Offer => "offer",
        Noun::Pool => "pool",
        Noun::Fulfilment => "fulfilment block",
        Noun::Block => "block",
        Noun::Template => "template",
        Noun::Picture => "picture",
        Noun::Product => "product",
        Noun::Series => "series",
        Noun::Code => "code",
        Noun::List => "customer list",
        Noun::Hold => "hold",
        Noun::Order => "order",
        Noun::Line => "line",
        Noun::Note => "note",
        Noun::Entry => "waitlist entry",
        Noun::Number => "number in the lobby",
        Noun::Key => "API key",
        Noun::Feed => "feed",
        Noun::Text => "text",
        Noun::Endpoint => "webhook endpoint",
        Noun::Person => "person",
        Noun::Session => "session",
        Noun::Invitation => "invitation",
        Noun::Step => "price step",
        Noun::Box => "time box",
        Noun::Confirmation => "change that waits for a yes",
        Noun::Redemption => "redemption of a pass",
    }
}
