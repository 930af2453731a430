//! How the program ends when it can't do what it was asked: a sentence, and an exit code.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use crate::config::ConfigFault;
use dayshelf_store::{FaultKind, StoreFault};

/// What a shell learns from the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It could not be done.
    Failed = 1,
    /// The question was wrong: a flag, a file, a configuration, a plan.
    Usage = 2,
    /// It was done, and something differs: doctor's finding.
    Differs = 3,
    /// The data can't be trusted any more, so the program stopped.
    Broken = 4,
}

/// Why the program ends.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    text: String,
}

impl Failure {
    /// Something that could not be done.
    pub fn new(text: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, text: text.into() }
    }

    /// Something that could not be done, with the chain of its causes.
    pub fn because(doing: impl Into<String>, cause: &dyn Error) -> Self {
        let mut text = doing.into();
        let mut next = Some(cause);
        while let Some(cause) = next {
            text = format!("{text}: {cause}");
            next = cause.source();
        }
        Self::new(text)
    }

    /// The same with another exit code.
    #[must_use]
    pub fn exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// The exit code.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(self.exit as u8)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl From<ConfigFault> for Failure {
    fn from(fault: ConfigFault) -> Self {
        Self::new(fault.to_string()).exit(Exit::Usage)
    }
}

impl From<StoreFault> for Failure {
    fn from(fault: StoreFault) -> Self {
        let failure = Self::because("the data", &fault);
        match fault.kind() {
            FaultKind::Locked => Self::new(format!(
                "{failure}\nAnother Dayshelf is running on this data. Stop it first, or start this one with \
                 another folder: --data DIR."
            )),
            FaultKind::Config | FaultKind::Schema => failure.exit(Exit::Usage),
            FaultKind::Incoherent => failure.exit(Exit::Differs),
            FaultKind::Broken => failure.exit(Exit::Broken),
            _ => failure,
        }
    }
}
