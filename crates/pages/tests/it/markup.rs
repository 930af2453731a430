//! A small reader of tags for these tests: names and attributes, no tree.

/// One opening tag.
#[derive(Debug)]
pub struct Tag {
    /// Name in lower case.
    pub name: String,
    /// Attributes in order, values as written.
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }
}

/// All opening tags of `page`; the content of script elements is skipped.
pub fn tags(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let (tag, after) = read(rest);
        rest = after;
        if tag.name == "script" {
            rest = rest.split_once("</script>").expect("a script that ends").1;
        }
        tags.push(tag);
    }
    tags
}

fn read(text: &str) -> (Tag, &str) {
    let end = text.find(|c: char| c.is_whitespace() || c == '>' || c == '/').expect("a tag that ends");
    let mut tag = Tag { name: text[..end].to_ascii_lowercase(), attributes: Vec::new() };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        let end =
            rest.find(|c: char| c.is_whitespace() || "=>/".contains(c)).expect("an attribute that ends");
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = "";
        if let Some(after) = rest.strip_prefix("=\"") {
            (value, rest) = after.split_once('"').expect("a value that ends");
        }
        tag.attributes.push((name, value.to_owned()));
    }
}
