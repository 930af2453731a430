//! The demo: a server with two drops in it, a webhook receiver, and buyers if you like.
//!
//! Everything goes through the public API, as anybody's program would. Here: the order of the show. Not
//! here: the buyers (`crowd`), the receiver (`receiver`), the plans (`plans`). Start at [`run`].

mod crowd;
mod plans;
mod receiver;
mod seed;
mod squeeze;
mod stage;
mod voice;

use std::future::Future;

use crate::cli::{DemoArgs, Settings};
use crate::client::Client;
use crate::failure::{Exit, Failure};
use crate::out::tell;
use crate::signals;

use crowd::{Counts, Crowd};
use seed::Seeded;
use stage::Stage;

/// Runs the demo, or sends a crowd to one that runs.
///
/// # Errors
/// When the server can't start, a plan is refused, or with `--once` something is wrong at the end.
pub async fn run(settings: &Settings, args: &DemoArgs) -> Result<(), Failure> {
    let end = signals::asked_to_end();
    if let Some(url) = &args.server {
        let client = Client::new(url)?;
        let counts = visit(&client, args.crowd);
        return tokio::select! {
            counts = counts => verdict(&counts?, None),
            _ = end => Ok(()),
        };
    }
    let stage = Stage::set(settings, args).await?;
    let shown = until(end, show(&stage, args)).await;
    stage.strike().await;
    shown
}

/// The show itself: seed, tell, send the crowd, and go on serving.
async fn show(stage: &Stage, args: &DemoArgs) -> Result<(), Failure> {
    let seeded = seed::seed(stage, args.seconds).await?;
    stage.tell(&seeded);
    if args.crowd > 0 {
        let verdict = watch(stage, &seeded, args.crowd).await;
        if args.once {
            return verdict;
        }
        if let Err(failure) = verdict {
            tell!("{failure}");
        }
        tell!("\nThe server goes on serving. Ctrl-C ends it.");
    } else if args.once {
        return Ok(());
    }
    Err(stage.server.broken().await)
}

/// Runs something until a signal comes.
async fn until(
    end: impl Future<Output = Result<&'static str, Failure>>,
    show: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    tokio::select! {
        shown = show => shown,
        signal = end => signal.map(|_| tell!("\nEnding.")),
    }
}

/// Sends the crowd and says how it went, doctor's verdict included.
async fn watch(stage: &Stage, seeded: &Seeded, buyers: usize) -> Result<(), Failure> {
    tell!("Sending {buyers} buyers. They wait for the windows to open.\n");
    let crowd = Crowd::before(&stage.client, &seeded.slot, plans::VIP_CODE).await?;
    let counts = crowd.send(buyers).await;
    let differences = stage.server.store().doctor().await?;
    let seen = stage.receiver.seen();
    tell!("\n  webhooks  {} received and verified, {} with a wrong signature", seen.verified, seen.refused);
    verdict(&counts, Some(differences.iter().map(ToString::to_string).collect()))
}

/// Sends a crowd to a demo that runs elsewhere.
async fn visit(client: &Client, buyers: usize) -> Result<Counts, Failure> {
    let slot = seed::find_slot(client).await?;
    tell!("Sending {buyers} buyers to {}. They wait for the windows to open.\n", client.base());
    Ok(Crowd::before(client, &slot, plans::VIP_CODE).await?.send(buyers).await)
}

/// Prints what the crowd met.
fn verdict(counts: &Counts, differences: Option<Vec<String>>) -> Result<(), Failure> {
    tell!("\n{} buyers came.\n{counts}", counts.buyers);
    match &differences {
        Some(found) if found.is_empty() => tell!("  doctor    healthy: everything is as the journal says"),
        Some(found) => tell!("  doctor    {} differences:\n{}", found.len(), found.join("\n")),
        None => tell!("  doctor    run `dayshelf doctor` where the data is"),
    }
    let wrong = differences.is_some_and(|found| !found.is_empty());
    if wrong || counts.unequal > 0 || !counts.faults.is_empty() {
        return Err(Failure::new("the demo found something that should not be").exit(Exit::Differs));
    }
    Ok(())
}
