//! What came of reading a calendar, as the API says it: what `import` and `feed` tell alike.

use serde_json::Value;

/// An answer of `PUT /v1/import`, or the report of a feed.
pub struct Report<'a>(pub &'a Value);

impl<'a> Report<'a> {
    /// A list of it; empty where it is not there.
    pub fn list(&self, name: &str) -> &'a [Value] {
        self.0[name].as_array().map_or(&[], Vec::as_slice)
    }

    /// A count of it.
    pub fn count(&self, name: &str) -> usize {
        usize::try_from(self.0[name].as_u64().unwrap_or(0)).unwrap_or(0)
    }

    /// What is asked and what can't be read, a line each.
    pub fn asks(&self) -> Vec<String> {
        let questions = self.list("questions").iter();
        let questions = questions.map(|one| format!("? {}: {}", text(one, "title"), text(one, "question")));
        let flaws = self.list("flaws").iter().filter_map(Value::as_str);
        questions.chain(flaws.map(|flaw| format!("! {flaw}"))).collect()
    }

    /// A line for each of these counts that is not zero, with the words behind it.
    pub fn counts(&self, words: &[(&str, &str)]) -> Vec<String> {
        let counted = words.iter().map(|(name, words)| (self.count(name), *words));
        counted.filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")).collect()
    }
}

/// A text of something; empty where it is not there.
pub fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}
