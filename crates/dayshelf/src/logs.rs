//! Logs: to standard error, as text for people or JSON for machines.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, LogsConfig};
use crate::failure::{Exit, Failure};

/// Begins to log.
///
/// # Errors
/// When the filter is not one.
pub fn begin(config: &LogsConfig) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&config.filter)
        .map_err(|flaw| Failure::because("logs.filter", &flaw).exit(Exit::Usage))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let begun = match config.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    begun.map_err(|fault| Failure::new(format!("logs can't begin: {fault}")))
}
