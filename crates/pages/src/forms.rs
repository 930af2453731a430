//! What every form carries: its idempotency key and what was wrong with the last try.

/// One field of a form that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The `name` of the input, such as `email` or `quantity.offer_1`.
    pub field: String,
    /// What to do about it, in a sentence for the buyer.
    pub message: String,
}

/// The state of one form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormState {
    /// Idempotency key, sent back as the hidden field `key`. Fresh for every page that is rendered,
    /// and the same one again when a refused form is shown for a second try with other content.
    pub key: String,
    /// What was wrong, field by field; empty on the first view.
    pub errors: Vec<FieldError>,
    /// Whether what stands in the fields was typed, and came back with the page: the script keeps it.
    pub typed: bool,
}

impl FormState {
    /// A form that was not sent yet.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), ..Self::default() }
    }

    /// What was wrong with `field`, if anything.
    #[must_use]
    pub fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|e| e.field == field).map(|e| e.message.as_str())
    }
}
