//! Logs: to standard error, as text for people or JSON for machines.
//!
//! What was asked for is what is logged, but for [`MUTED`]: libraries that would log what must not be, or what is no
//! error of ours.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::config::{LogFormat, LogsConfig};
use crate::failure::{Exit, Failure};

/// No level that is asked for brings these back. The database's client logs every statement with its values at this
/// level's next: digests, seeds, names and addresses. The verifier of certificates logs each of another server's that it
/// does not trust as an error; whoever connects there says so itself.
const MUTED: [(&str, &str); 2] = [("tokio_postgres", "info"), ("rustls_platform_verifier", "off")];

/// Begins to log.
///
/// # Errors
/// When the filter is not one.
pub fn begin(config: &LogsConfig) -> Result<(), Failure> {
    let filter = filter(&config.filter)?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let begun = match config.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    begun.map_err(|fault| Failure::new(format!("logs can't begin: {fault}")))
}

/// What is logged, of what was asked for.
fn filter(asked: &str) -> Result<EnvFilter, Failure> {
    // A directive for a part of the library would be more exact than ours, and so win.
    let is_muted = |directive: &str| MUTED.iter().any(|(library, _)| directive.trim().starts_with(library));
    let mine = |directive: &&str| !is_muted(directive);
    let asked: Vec<&str> = asked.split(',').filter(mine).collect();
    let wrong = |flaw: &dyn std::error::Error| Failure::because("logs.filter", flaw).exit(Exit::Usage);
    let filter = EnvFilter::try_new(asked.join(",")).map_err(|flaw| wrong(&flaw))?;
    MUTED.into_iter().try_fold(filter, |filter, (library, level)| {
        let directive = format!("{library}={level}").parse();
        Ok(filter.add_directive(directive.map_err(|flaw: ParseError| wrong(&flaw))?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::subscriber::with_default;

    /// Values of statements are not logged, however loudly one asks; the rest is.
    #[test]
    fn statements_are_never_logged() {
        for asked in [
            "trace",
            "tokio_postgres=trace",
            "info,tokio_postgres::query=debug",
            "debug, tokio_postgres=debug",
        ] {
            let filter = filter(asked).unwrap_or_else(|_| panic!("{asked}"));
            with_default(tracing_subscriber::fmt().with_env_filter(filter).finish(), || {
                assert!(
                    !tracing::enabled!(target: "tokio_postgres::query", tracing::Level::DEBUG),
                    "{asked}"
                );
                assert!(tracing::enabled!(target: "tokio_postgres", tracing::Level::WARN), "{asked}");
                let verifier = tracing::enabled!(target: "rustls_platform_verifier", tracing::Level::ERROR);
                assert!(!verifier, "{asked}");
            });
        }
        let loud = filter("trace").unwrap_or_else(|_| panic!("trace"));
        with_default(tracing_subscriber::fmt().with_env_filter(loud).finish(), || {
            assert!(tracing::enabled!(target: "dayshelf_http::frame", tracing::Level::TRACE));
        });
        assert!(filter("dayshelf=loud").is_err());
    }
}
