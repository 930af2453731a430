//! The command line: what can be asked of the program.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{Config, Layers};
use crate::failure::Failure;

/// Dayshelf: time is inventory, and the calendar is the shelf.
#[derive(Debug, Parser)]
#[command(name = "dayshelf", version, arg_required_else_help = true)]
pub struct Cli {
    /// Where values come from.
    #[command(flatten)]
    pub settings: Settings,
    /// What to do.
    #[command(subcommand)]
    pub act: Act,
}

/// Flags that every command takes.
#[derive(Clone, Debug, Args)]
pub struct Settings {
    /// A configuration file
    #[arg(long, global = true, value_name = "FILE", env = "DAYSHELF_CONFIG")]
    pub config: Option<PathBuf>,
    /// The data folder [default: ./data; demo: a temporary one]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where to listen, as 127.0.0.1:8080; port 0 takes a free one
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// What is logged: error, warn, info, debug, or directives
    #[arg(long, global = true, value_name = "FILTER")]
    pub log: Option<String>,
    /// The form of logs: text or json
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<String>,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// Start the server
    Serve,
    /// Start a demo: a small drop, its pages, a webhook receiver, and buyers if you like
    Demo(DemoArgs),
    /// Bring a server to what a plan file says
    Apply(ApplyArgs),
    /// Make draft slots of the entries of a calendar
    Import(ImportArgs),
    /// Calendars that an organiser subscribes to
    #[command(subcommand)]
    Feed(FeedAct),
    /// Templates of an organiser
    #[command(subcommand)]
    Template(TemplateAct),
    /// Organisers of a server
    #[command(subcommand)]
    Organiser(OrganiserAct),
    /// API keys of an organiser
    #[command(subcommand)]
    Key(KeyAct),
    /// Passwords of an organiser's calendar apps
    #[command(subcommand)]
    CalendarPassword(PasswordAct),
    /// Print a link that lets somebody back in who can't sign in; it works once, and takes their second factor away
    RecoverAccess {
        /// The mail address that they sign in with
        email: String,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Recompute everything from the journal and compare; a difference exits with 3
    Doctor,
    /// Write one state of all data to a new file, and examine it
    Backup {
        /// The new file
        file: PathBuf,
    },
    /// Fill new data with a backup's, and examine it
    Restore {
        /// The backup
        file: PathBuf,
    },
    /// Erase a customer: orders stay, as nobody's. No server may run on the data
    Erase {
        /// The customer's mail address
        email: String,
        /// The organiser whose customer it is, by its name in addresses
        #[arg(long)]
        organiser: String,
    },
    /// Print the journal, one line for each fact
    Journal(JournalArgs),
    /// Print the default configuration
    Config,
    /// Print the API's OpenAPI document
    Openapi,
}

/// How a server is reached.
#[derive(Clone, Debug, Args)]
pub struct ServerArgs {
    /// The server's address [default: where this configuration listens]
    #[arg(long, value_name = "URL", env = "DAYSHELF_SERVER")]
    pub server: Option<String>,
    /// A file with the key to use [default: the organiser's or the operator's in the data folder]
    #[arg(long, value_name = "FILE", env = "DAYSHELF_KEY_FILE")]
    pub key_file: Option<PathBuf>,
}

/// See [`Act::Apply`].
#[derive(Clone, Debug, Args)]
pub struct ApplyArgs {
    /// The plan, in TOML
    pub plan: PathBuf,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// It is meant, even where it destroys what people have or were promised
    #[arg(long)]
    pub yes: bool,
    /// Whether and when customers hear of other times and places
    #[arg(long, value_enum, default_value_t = TellWord::AfterQuiet)]
    pub tell: TellWord,
    /// The server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Whether and when customers hear of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum TellWord {
    /// At once
    Now,
    /// When it has been quiet for some minutes
    AfterQuiet,
    /// Not because of this plan
    Nobody,
}

impl TellWord {
    /// The API's word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::AfterQuiet => "after_quiet",
            Self::Nobody => "nobody",
        }
    }
}

/// See [`Act::Import`].
#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    /// The calendar, an .ics file
    pub file: PathBuf,
    /// The organiser whose key in the data folder is used, where --key-file names none
    #[arg(long, value_name = "SLUG")]
    pub calendar: Option<String>,
    /// The zone of times that name none; the organiser's if left out
    #[arg(long)]
    pub zone: Option<String>,
    /// The answer to the question which zone is meant, for all that ask it
    #[arg(long, value_name = "ZONE")]
    pub unknown_zone: Option<String>,
    /// Say what would be made, and make nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// See [`Act::Feed`].
#[derive(Clone, Debug, Subcommand)]
pub enum FeedAct {
    /// Subscribe to a calendar; its entries become drafts, and follow it
    Add {
        /// The organiser's name in addresses
        organiser: String,
        /// The calendar's address: https:// or webcal://
        url: String,
        /// What it is called
        #[arg(long)]
        title: String,
        /// The zone of times that name none; the organiser's if left out
        #[arg(long)]
        zone: Option<String>,
        /// The answer to the question which zone is meant, for all that ask it
        #[arg(long, value_name = "ZONE")]
        unknown_zone: Option<String>,
        /// Minutes between two readings, 15 to 10080 [default: 60]
        #[arg(long)]
        minutes: Option<u32>,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
    /// List the subscriptions, with when each was read last
    List {
        /// The organiser's name in addresses
        organiser: String,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Read a calendar now, and tell what comes of it
    Read {
        /// The organiser's name in addresses
        organiser: String,
        /// The subscription's id
        feed: String,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
    /// End a subscription; what has come of it stays
    Remove {
        /// The organiser's name in addresses
        organiser: String,
        /// The subscription's id
        feed: String,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// See [`Act::Template`].
#[derive(Clone, Debug, Subcommand)]
pub enum TemplateAct {
    /// List the templates with their versions
    List {
        /// The organiser's name in addresses
        organiser: String,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Write a template to a new file, for whoever else wants to use it
    Export {
        /// The organiser's name in addresses
        organiser: String,
        /// The template's key
        template: String,
        /// The new file
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Keep the templates of a file, or their next versions
    Import {
        /// The organiser's name in addresses
        organiser: String,
        /// The file
        file: PathBuf,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Give a slot the parts of a template, or bring it up to its newest version
    Apply {
        /// The organiser's name in addresses
        organiser: String,
        /// The slot's name in addresses
        slot: String,
        /// The template's key [default: the one that the slot has parts of]
        template: Option<String>,
        /// A parameter's value, as minutes=45; may be given several times
        #[arg(long, value_name = "NAME=VALUE")]
        with: Vec<String>,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
        /// Whether and when customers hear of pickups that are elsewhere then
        #[arg(long, value_enum, default_value_t = TellWord::AfterQuiet)]
        tell: TellWord,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// See [`Act::Organiser`].
#[derive(Clone, Debug, Subcommand)]
pub enum OrganiserAct {
    /// Open the books of a new organiser, and keep its API key in the data folder
    Create {
        /// Its name in addresses: lower-case letters, digits and hyphens
        slug: String,
        /// Its name for people [default: the slug]
        #[arg(long)]
        name: Option<String>,
        /// Its time zone, as Europe/Berlin
        #[arg(long)]
        zone: String,
        /// Its currency, as EUR
        #[arg(long)]
        currency: String,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// See [`Act::Key`].
#[derive(Clone, Debug, Subcommand)]
pub enum KeyAct {
    /// Make an API key, and write it to a new file
    Create {
        /// The organiser's name in addresses
        organiser: String,
        /// What the key is for
        #[arg(long)]
        name: String,
        /// What it may do
        #[arg(long, value_enum, default_value = "read")]
        scope: Scope,
        /// The new file for the key
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// See [`Act::CalendarPassword`].
#[derive(Clone, Debug, Subcommand)]
pub enum PasswordAct {
    /// Make a password for a device, and write it to a new file
    Create {
        /// The organiser's name in addresses, which is also the name to log in with
        organiser: String,
        /// Which device it is for
        #[arg(long)]
        name: String,
        /// Let the device look only
        #[arg(long)]
        read_only: bool,
        /// A calendar that it opens; may be given several times [default: all]
        #[arg(long = "calendar", value_name = "CALENDAR")]
        calendars: Vec<String>,
        /// The new file for the password
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
    /// List the passwords with their last use
    List {
        /// The organiser's name in addresses
        organiser: String,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
    /// End a password, at once and for good
    Revoke {
        /// The organiser's name in addresses
        organiser: String,
        /// The password's id
        password: String,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// What a key may do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Scope {
    /// Read everything of the organiser
    Read,
    /// Read, and move stock and orders
    Sell,
    /// Everything
    Manage,
}

/// See [`Act::Journal`].
#[derive(Clone, Debug, Args)]
pub struct JournalArgs {
    /// Begin after this place
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub after: u64,
    /// Records at most; 0 for all
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub limit: u64,
    /// The shard, where there are several
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub shard: u16,
}

/// See [`Act::Demo`].
#[derive(Clone, Debug, Args)]
pub struct DemoArgs {
    /// Send so many simulated buyers through the public API
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub crowd: usize,
    /// Squeeze the drop into so many seconds [default: as planned, a little over an hour]
    #[arg(long, value_name = "S")]
    pub seconds: Option<u64>,
    /// End when the crowd has gone home
    #[arg(long)]
    pub once: bool,
    /// Send the crowd to a demo that is running already
    #[arg(long, value_name = "URL", requires = "crowd")]
    pub server: Option<String>,
}

impl Settings {
    /// The configuration: flag over environment over file over default.
    ///
    /// # Errors
    /// When one of them says what can't be.
    pub fn config(&self) -> Result<Config, Failure> {
        let mut layers = self.layers()?;
        if let Some(folder) = &self.data {
            layers.say("data.folder", &folder.to_string_lossy(), "--data")?;
        }
        Ok(layers.config()?)
    }

    /// Everything but the data folder's flag.
    ///
    /// # Errors
    /// As [`Settings::config`].
    pub fn layers(&self) -> Result<Layers, Failure> {
        let mut layers = Layers::new()?;
        if let Some(file) = &self.config {
            layers.file(file)?;
        }
        layers.environment(|name| std::env::var_os(name).map(lossy))?;
        let flags = [
            ("listen.address", &self.listen, "--listen"),
            ("logs.filter", &self.log, "--log"),
            ("logs.format", &self.log_format, "--log-format"),
        ];
        for (path, said, who) in flags {
            if let Some(text) = said {
                layers.say(path, text, who)?;
            }
        }
        Ok(layers)
    }
}

fn lossy(text: OsString) -> String {
    text.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    /// The definitions hold together.
    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
