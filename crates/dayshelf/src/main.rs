//! The program: what the command line asks for, and the exit code that answers.
//!
//! Here: the way from a command to the module that does it. Not here: any rule, any SQL, any page. Start
//! at `cli` for what can be asked, at `serve` for how the rooms are put together, at `demo` for the show.

mod access;
mod apply;
mod care;
mod cli;
mod client;
mod config;
mod demo;
mod failure;
mod feed;
mod folder;
mod import;
mod journal;
mod logs;
mod out;
mod pictures;
mod report;
mod serve;
mod signals;
mod template;
mod told;

use std::process::ExitCode;

use clap::Parser as _;

use cli::{Act, Cli};
use failure::Failure;

/// With the system's allocator an eighth of the time under load went to it (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match act(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("dayshelf: {failure}");
            failure.code()
        }
    }
}

async fn act(cli: Cli) -> Result<(), Failure> {
    let settings = cli.settings;
    match cli.act {
        Act::Config => out::tell!("{}", config::DEFAULT.trim_end()),
        Act::Openapi => out::tell!("{}", openapi()?),
        Act::Demo(args) => return demo::run(&settings, &args).await,
        Act::Serve => {
            let config = settings.config()?;
            logs::begin(&config.logs)?;
            return serve::run(&config).await;
        }
        Act::Apply(args) => return apply::run(&settings.config()?, &args).await,
        Act::Import(args) => return import::run(&settings.config()?, &args).await,
        Act::Feed(act) => return feed::run(&settings.config()?, act).await,
        Act::Template(act) => return template::run(&settings.config()?, act).await,
        Act::Organiser(act) => return access::organiser(&settings.config()?, act).await,
        Act::Key(act) => return access::key(&settings.config()?, act).await,
        Act::CalendarPassword(act) => return access::calendar_password(&settings.config()?, act).await,
        Act::RecoverAccess { email, server } => {
            return access::recover(&settings.config()?, &email, &server).await;
        }
        Act::Doctor => return care::doctor(&settings.config()?).await,
        Act::Backup { file } => return care::backup(&settings.config()?, &file).await,
        Act::Restore { file } => return care::restore(&settings.config()?, &file).await,
        Act::Erase { email, organiser } => {
            return care::erase(&settings.config()?, &organiser, &email).await;
        }
        Act::Journal(args) => return journal::print(&settings.config()?, &args).await,
    }
    Ok(())
}

fn openapi() -> Result<String, Failure> {
    serde_json::to_string_pretty(&dayshelf_http::openapi())
        .map_err(|cause| Failure::because("the OpenAPI document", &cause))
}
