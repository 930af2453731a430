//! A property as one content line says it: name, parameters, and the value as it stands.
//!
//! Tolerant in reading: blanks around a name or a parameter's value, parameters without a value, quotes that are
//! not closed. Values stay as written; [`super::value`] reads them. Start at [`Property::read`].

use std::fmt;

/// One content line, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name in capital letters.
    pub name: String,
    /// Its parameters in their order.
    pub params: Vec<Param>,
    /// Its value as it stands on the line, escapes and all.
    pub value: String,
}

/// A parameter of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name in capital letters.
    pub name: String,
    /// Its values, without quotes, with the escapes of RFC 6868 read.
    pub values: Vec<String>,
}

impl Property {
    /// A property without parameters, its value as it stands on the line.
    pub fn plain(name: &str, value: impl Into<String>) -> Self {
        Self { name: name.to_owned(), params: Vec::new(), value: value.into() }
    }

    /// A property whose value is text: it is escaped here.
    pub fn text(name: &str, value: &str) -> Self {
        Self::plain(name, super::value::escaped(value))
    }

    /// The same with a parameter more.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.params.push(Param { name: name.to_owned(), values: vec![value.to_owned()] });
        self
    }

    /// Takes an unfolded line apart. `None` when it has no colon behind its name and parameters, or no name.
    ///
    /// ```
    /// use dayshelf_ical::text::property::Property;
    /// let read = Property::read("dtstart;TZID=\"Europe/Berlin \":20261204T180000").unwrap();
    /// assert_eq!((read.name.as_str(), read.param("TZID")), ("DTSTART", Some("Europe/Berlin")));
    /// assert_eq!(Property::read("no property"), None);
    /// ```
    pub fn read(line: &str) -> Option<Self> {
        let name_end = line.find([';', ':'])?;
        let name = line[..name_end].trim().to_ascii_uppercase();
        if name.is_empty() {
            return None;
        }
        let mut rest = &line[name_end..];
        let mut params = Vec::new();
        while let Some(text) = rest.strip_prefix(';') {
            let (param, behind) = read_param(text)?;
            params.push(param);
            rest = behind;
        }
        let value = rest.strip_prefix(':')?.to_owned();
        Some(Self { name, params, value })
    }

    /// The first value of a parameter, without blanks around it; `None` when it is missing or blank.
    pub fn param(&self, name: &str) -> Option<&str> {
        let param = self.params.iter().find(|param| param.name == name)?;
        param.values.first().map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

impl fmt::Display for Property {
    /// The line, not folded.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)?;
        for param in &self.params {
            write!(out, ";{}", param.name)?;
            for (place, value) in param.values.iter().enumerate() {
                out.write_str(if place == 0 { "=" } else { "," })?;
                write_param_value(out, value)?;
            }
        }
        let value: String =
            self.value.chars().filter(|letter| *letter == '\t' || !letter.is_control()).collect();
        write!(out, ":{value}")
    }
}

/// One parameter from behind its semicolon, and what follows it.
fn read_param(text: &str) -> Option<(Param, &str)> {
    let name_end = text.find(['=', ';', ':'])?;
    let name = text[..name_end].trim().to_ascii_uppercase();
    let mut values = Vec::new();
    let mut rest = &text[name_end..];
    while let Some(behind) = rest.strip_prefix(['=', ',']) {
        let (value, after) = read_param_value(behind);
        values.push(value);
        rest = after;
    }
    Some((Param { name, values }, rest))
}

/// One value: quoted, or up to what ends it.
fn read_param_value(text: &str) -> (String, &str) {
    if let Some(inside) = text.strip_prefix('"')
        && let Some(close) = inside.find('"')
    {
        let after = &inside[close + 1..];
        let next = after.find([',', ';', ':']).unwrap_or(after.len());
        return (circumflexes_read(&inside[..close]), &after[next..]);
    }
    let end = text.find([',', ';', ':']).unwrap_or(text.len());
    (circumflexes_read(&text[..end]), &text[end..])
}

/// RFC 6868: `^n` is a line end, `^'` a double quote, `^^` itself; what else follows a circumflex stays.
fn circumflexes_read(text: &str) -> String {
    if !text.contains('^') {
        return text.to_owned();
    }
    let mut read = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let meant = match (letter, letters.peek()) {
            ('^', Some('n')) => Some('\n'),
            ('^', Some('\'')) => Some('"'),
            ('^', Some('^')) => Some('^'),
            _ => None,
        };
        read.push(meant.unwrap_or(letter));
        if meant.is_some() {
            letters.next();
        }
    }
    read
}

fn write_param_value(out: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    let escaped = value.replace('^', "^^").replace('\n', "^n").replace('"', "^'");
    let safe: String = escaped.chars().filter(|letter| *letter == '\t' || !letter.is_control()).collect();
    if safe.contains([',', ';', ':']) { write!(out, "\"{safe}\"") } else { out.write_str(&safe) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quotes, lists, odd blanks and missing values are read; written again, they read as the same.
    #[test]
    fn reads_what_is_written() {
        for line in [
            "ATTENDEE;CN=\"Doe, Jane; A:B\";ROLE=CHAIR;MEMBER=\"mailto:a@x\",\"mailto:b@x\":mailto:j@example.org",
            "X-NOTE;X-A;X-B=:a:b;c,d",
            "SUMMARY;LANGUAGE=de;X-Q=a^nb^'c^^d:Text: mit; allem\\, was",
            "dtstart ; tzid = Europe/Berlin :20261204T180000",
            "X;A=\"open:value",
        ] {
            let read = Property::read(line).unwrap_or_else(|| unreachable!("{line}"));
            assert_eq!(Property::read(&read.to_string()), Some(read.clone()), "{line}");
        }
        for line in ["", ":", "A", "A;B=C", ";A=B:c", "A;B=\"c"] {
            assert_eq!(Property::read(line), None, "{line}");
        }
    }

    /// A value that somebody made up can't end its line or its quotes.
    #[test]
    fn stays_one_line() {
        let sly = Property::text("SUMMARY", "a\r\nEND:VEVENT").with("X-A", "b\r\n\"c\";d");
        let line = sly.to_string();
        assert!(!line.contains(['\r', '\n']));
        let read = Property::read(&line).unwrap_or_else(|| unreachable!());
        assert_eq!((read.params.len(), read.value.as_str()), (1, "a\\nEND:VEVENT"));
    }
}
