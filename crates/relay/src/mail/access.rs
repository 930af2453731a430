//! Links for people who can't sign in, sent to their own mail address.
//!
//! Whoever asks is answered before anybody is looked up, so that neither the answer nor its time says who is here.
//! What waits is in memory and bounded: it is lost with the process, and the person asks again. Start at
//! [`Courier::ask`].

use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::ids::{AuditId, Home, Id};
use dayshelf_core::text::Digest;
use dayshelf_core::time::Span;
use dayshelf_desk::random;
use dayshelf_store::{AuditLine, DeliveryState, Mail, Person, Recovery, StoreFault};
use dayshelf_wire::secret::{token_digest, token_text};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Address;
use super::clerk::Shared;
use super::message::{Note, note};
use super::post::Sent;

/// People who may wait for a link at once.
const WAITING_MAX: usize = 64;
/// How long a link works.
pub const RECOVERY_LIFE: Span = Span(30 * 60_000);
/// The waits before the second and third try. Later a person has asked again.
const WAITS: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(10)];
const TITLE: &str = "Your way back into Dayshelf";

/// Takes the names of those who can't sign in.
#[derive(Clone, Debug)]
pub struct Courier(mpsc::Sender<Asked>);

/// Somebody asked for a link.
#[derive(Debug)]
pub struct Asked {
    /// The mail address, in lower case.
    pub email: String,
    /// Where they asked from.
    pub from: String,
}

/// What is kept of a link's token.
pub fn recovery_digest(token: &str) -> Digest {
    token_digest("recovery", token)
}

impl Courier {
    /// A courier, and what it takes.
    pub fn channel() -> (Self, mpsc::Receiver<Asked>) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        (Self(sender), receiver)
    }

    /// Takes a mail address, somebody's or nobody's; says no where too many wait.
    #[must_use]
    pub fn ask(&self, email: String, from: String) -> bool {
        self.0.try_send(Asked { email, from }).is_ok()
    }
}

/// Sends links until it is told to stop.
pub(super) async fn run(shared: Arc<Shared>, mut asked: mpsc::Receiver<Asked>, stop: CancellationToken) {
    loop {
        let next = tokio::select! {
            () = stop.cancelled() => return,
            next = asked.recv() => next,
        };
        let Some(next) = next else { return };
        tokio::select! {
            () = stop.cancelled() => return,
            done = help(&shared, next) => {
                if let Err(fault) = done {
                    tracing::error!(%fault, "a link for somebody who can't sign in could not be made");
                }
            }
        }
    }
}

async fn help(shared: &Shared, asked: Asked) -> Result<(), StoreFault> {
    let Some(person) = shared.store.person_by_email(&asked.email).await? else { return Ok(()) };
    let homes = shared.store.memberships(person.id).await?;
    let Some((home, _)) = homes.first() else { return Ok(()) };
    let now = shared.clock.now();
    let token = token_text(&random());
    let recovery = Recovery { person: person.id, lifts: false };
    let times = (now, now.plus(RECOVERY_LIFE));
    if !shared.store.keep_recovery(recovery_digest(&token), recovery, times).await? {
        tracing::info!(person = %person.id, "asked for too many links; no more is sent for now");
        return Ok(());
    }
    for (home, _) in &homes {
        shared.store.audit(line(shared, &person, (*home, &asked.from))).await?;
    }
    let to = Address { name: person.name, address: person.email };
    let text = text(&shared.public_url, &token);
    let id = format!("recovery.{}", token_text(&random()));
    let body = match note(&Note { from: &shared.from, to: &to, id, title: TITLE, at: now, text }) {
        Ok(body) => body,
        Err(cause) => {
            tracing::warn!(%cause, "a link for somebody who can't sign in has no letter");
            return Ok(());
        }
    };
    send(shared, &mail(*home, to.address, body)).await;
    Ok(())
}

async fn send(shared: &Shared, mail: &Mail) {
    for wait in WAITS.map(Some).into_iter().chain([None]) {
        match (shared.post.send(mail).await, wait) {
            (Sent::NotNow, Some(wait)) => tokio::time::sleep(wait).await,
            _ => return,
        }
    }
}

/// A mail that is sent and not kept: nobody reads another's link in an outbox.
fn mail(home: Home, recipient: String, body: Vec<u8>) -> Mail {
    Mail {
        home,
        seq: 0,
        subject: Id(0),
        kind: "person.recovery".to_owned(),
        sequence: 0,
        recipient,
        title: TITLE.to_owned(),
        body,
        state: DeliveryState::Waiting,
        tries: 0,
        due: dayshelf_core::time::Instant(0),
    }
}

fn line(shared: &Shared, person: &Person, (home, from): (Home, &str)) -> AuditLine {
    AuditLine {
        id: AuditId(shared.desk.id(home)),
        home,
        at: shared.clock.now(),
        person: person.id,
        name: person.name.clone(),
        act: "POST /v1/recovery".to_owned(),
        subject: "/v1/recovery".to_owned(),
        status: 202,
        address: from.to_owned(),
    }
}

fn text(public_url: &str, token: &str) -> String {
    format!(
        "Somebody asked for a way back into Dayshelf for this mail address. If that was you, open this link within \
         half an hour and choose a new password or a new passkey:\r\n\r\n{public_url}/console#recovery={token}\r\n\r\n\
         It works once. Wherever you are signed in, that ends. If you have a second factor, a code of it is asked for \
         as well.\r\n\r\nIf it was not you, there is nothing to do: without the link, nothing changes.\r\n"
    )
}
