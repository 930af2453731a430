//! Layers of configuration: flag over environment over file over default.
//!
//! The default names every key, so it is also what says which keys there are and of which kind. Start at
//! [`Layers::config`].

use std::fmt;
use std::path::Path;

use toml::de::DeTable;
use toml::{Table, Value};

use super::{Config, DEFAULT};

/// What begins the name of every variable.
const PREFIX: &str = "DAYSHELF";

/// Why there is no configuration: a sentence that says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault(String);

impl ConfigFault {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for ConfigFault {}

/// Values laid over each other, with where each came from.
pub struct Layers {
    values: Table,
    /// `section.key` and who said it, for those that are not the default's.
    said: Vec<(String, String)>,
}

impl Layers {
    /// The default alone.
    ///
    /// # Errors
    /// When the text that is compiled in is no TOML, which a test rules out.
    pub fn new() -> Result<Self, ConfigFault> {
        let values = DEFAULT.parse().map_err(|flaw| ConfigFault::new(format!("the default: {flaw}")))?;
        Ok(Self { values, said: Vec::new() })
    }

    /// Lays a file over what is there.
    ///
    /// # Errors
    /// When it can't be read, is no TOML, or has a key that does not exist.
    pub fn file(&mut self, path: &Path) -> Result<(), ConfigFault> {
        let text = std::fs::read_to_string(path).map_err(|cause| {
            ConfigFault::new(format!("the configuration {} can't be read: {cause}", path.display()))
        })?;
        self.text(&path.display().to_string(), &text)
    }

    /// Lays the text of a file over what is there.
    ///
    /// # Errors
    /// As [`Layers::file`].
    pub fn text(&mut self, name: &str, text: &str) -> Result<(), ConfigFault> {
        let flaw = |flaw: toml::de::Error| {
            let line = flaw.span().map_or(1, |span| line_of(text, span.start));
            ConfigFault::new(format!("{name}, line {line}: {}", flaw.message()))
        };
        let given: Table = text.parse().map_err(flaw)?;
        let places = DeTable::parse(text).map_err(flaw)?;
        for (section, keys) in given {
            let place = places.get_ref().get_key_value(section.as_str());
            let at = |start: usize| format!("{name}, line {}", line_of(text, start));
            let here = at(place.map_or(0, |(key, _)| key.span().start));
            let Value::Table(keys) = keys else {
                return Err(ConfigFault::new(format!("{here}: write it in a section, as [{section}]")));
            };
            for (key, value) in keys {
                let table = place.and_then(|(_, value)| value.get_ref().as_table());
                let key_place = table.and_then(|table| table.get_key_value(key.as_str()));
                let here = key_place.map_or_else(|| here.clone(), |(key, _)| at(key.span().start));
                self.put(&format!("{section}.{key}"), value, &here)?;
            }
        }
        Ok(())
    }

    /// Lays the environment over what is there.
    ///
    /// # Errors
    /// When a variable's text is not of its key's kind.
    pub fn environment(&mut self, read: impl Fn(&str) -> Option<String>) -> Result<(), ConfigFault> {
        for path in self.paths() {
            let variable = format!("{PREFIX}_{}", path.replace('.', "_").to_uppercase());
            if let Some(text) = read(&variable) {
                self.say(&path, &text, &variable)?;
            }
        }
        Ok(())
    }

    /// Lays one value over what is there, given as text; `who` says it.
    ///
    /// # Errors
    /// When the text is not of the key's kind.
    pub fn say(&mut self, path: &str, text: &str, who: &str) -> Result<(), ConfigFault> {
        let wrong = |what: &str| ConfigFault::new(format!("{who}: {text:?} is not {what}"));
        let value = match self.find(path) {
            Some(Value::Integer(_)) => {
                Value::Integer(text.trim().parse().map_err(|_| wrong("a whole number"))?)
            }
            Some(Value::Boolean(_)) => {
                Value::Boolean(text.trim().parse().map_err(|_| wrong("true or false"))?)
            }
            Some(Value::Array(_)) => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Value::Array(items.map(Value::from).collect())
            }
            _ => Value::from(text),
        };
        self.put(path, value, who)
    }

    /// The configuration that all layers make together.
    ///
    /// # Errors
    /// When a value can't be what its key says.
    pub fn config(self) -> Result<Config, ConfigFault> {
        let Self { values, said } = self;
        serde_path_to_error::deserialize::<_, Config>(Value::Table(values)).map_err(|flaw| {
            let path = flaw.path().to_string();
            let whose = |(known, _): &&(String, String)| path.starts_with(known.as_str());
            let who = said.iter().rfind(whose).map_or("the default", |(_, who)| who.as_str());
            ConfigFault::new(format!("{who}: {path}: {}", flaw.inner().message()))
        })
    }

    fn put(&mut self, path: &str, value: Value, who: &str) -> Result<(), ConfigFault> {
        let Some(known) = self.find(path) else {
            return Err(ConfigFault::new(format!(
                "{who}: there is no key {path}; `dayshelf config` prints them all"
            )));
        };
        if known.type_str() != value.type_str() {
            let (given, wanted) = (value.type_str(), known.type_str());
            return Err(ConfigFault::new(format!("{who}: {path} is a {wanted}, not a {given}")));
        }
        if let Some((section, key)) = path.split_once('.')
            && let Some(Value::Table(table)) = self.values.get_mut(section)
        {
            table.insert(key.to_owned(), value);
        }
        self.said.push((path.to_owned(), who.to_owned()));
        Ok(())
    }

    fn find(&self, path: &str) -> Option<&Value> {
        let (section, key) = path.split_once('.')?;
        self.values.get(section)?.as_table()?.get(key)
    }

    fn paths(&self) -> Vec<String> {
        let sections = self.values.iter().filter_map(|(name, section)| Some((name, section.as_table()?)));
        sections.flat_map(|(name, keys)| keys.keys().map(move |key| format!("{name}.{key}"))).collect()
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::LogFormat;

    /// The default is complete and can be used.
    #[test]
    fn the_default_is_a_configuration() {
        let config = Layers::new().unwrap().config().unwrap();
        assert_eq!(config.listen.address.port(), 8080);
        assert_eq!(config.data.folder, Path::new("data"));
        assert_eq!(config.logs.format, LogFormat::Text);
        assert_eq!(config.limits.body_kib, 64);
    }

    /// A flag beats the environment, which beats the file, which beats the default.
    #[test]
    fn layers_lie_over_each_other() {
        let mut layers = Layers::new().unwrap();
        layers
            .text(
                "my.toml",
                "[listen]\naddress = '0.0.0.0:1'\ntrusted_proxies = ['10.0.0.1']\n[logs]\nformat = 'json'",
            )
            .unwrap();
        let env = |name: &str| match name {
            "DAYSHELF_LISTEN_ADDRESS" => Some("0.0.0.0:2".to_owned()),
            "DAYSHELF_WEBHOOKS_ALLOW_PRIVATE" => Some("true".to_owned()),
            "DAYSHELF_LIMITS_STREAMS" => Some("7".to_owned()),
            "DAYSHELF_LISTEN_TRUSTED_PROXIES" => Some("10.0.0.2, 10.0.0.3".to_owned()),
            _ => None,
        };
        layers.environment(env).unwrap();
        layers.say("listen.address", "0.0.0.0:3", "--listen").unwrap();
        let config = layers.config().unwrap();
        assert_eq!(config.listen.address.port(), 3);
        assert_eq!(config.listen.trusted_proxies.len(), 2);
        assert_eq!(config.logs.format, LogFormat::Json);
        assert_eq!(config.limits.streams, 7);
        assert!(config.webhooks.allow_private);
    }

    /// What is wrong names its place and what there is instead.
    #[test]
    fn mistakes_name_their_place() {
        let fault = |text: &str| {
            let mut layers = Layers::new().unwrap();
            let laid = layers.text("my.toml", text);
            laid.and_then(|()| layers.config().map(drop)).unwrap_err().to_string()
        };
        assert!(fault("[listen]\n\nadress = 'x'").contains("my.toml, line 3: there is no key listen.adress"));
        assert!(fault("listen = 3").contains("write it in a section, as [listen]"));
        assert!(
            fault("[limits]\nstreams = 'many'").contains("line 2: limits.streams is a integer, not a string")
        );
        assert!(fault("[listen]\naddress = 'x'").contains("my.toml, line 2: listen.address"));
        assert!(fault("[logs]\nformat = 'xml'").contains("logs.format"));
        assert!(fault("[listen\n").contains("my.toml, line 1"));
        let mut layers = Layers::new().unwrap();
        let fault = layers.say("limits.streams", "many", "DAYSHELF_LIMITS_STREAMS").unwrap_err();
        assert_eq!(fault.to_string(), "DAYSHELF_LIMITS_STREAMS: \"many\" is not a whole number");
    }
}
