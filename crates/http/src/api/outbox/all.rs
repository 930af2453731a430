//! `GET /v1/outbox`.

use axum::extract::State;
use dayshelf_core::ids::{EntryId, Id, OrderId};
use dayshelf_store::{DeliveryState as Kept, Mail};
use dayshelf_wire::endpoint::DeliveryState;
use dayshelf_wire::name::{EntryRef, OrderRef};
use dayshelf_wire::outbox::MailShape;
use dayshelf_wire::page::{Page, cursor};
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::time::At;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Organiser, Params};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "outbox";

/// What was mailed to the organiser's buyers and what waits to be, newest first, each as it is sent. Without a mail
/// server this is where to read it.
#[utoipa::path(
    get, path = "/v1/outbox", operation_id = "mail_list", tag = "outbox",
    params(
        ("limit" = Option<u32>, Query, description = "Mails on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "A page of the log", body = Page<MailShape>)),
    extensions(("x-problems" = json!(["cursor_wrong"])))
)]
pub(super) async fn all(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    mut params: Params,
) -> Result<Answer, No> {
    let limit = params.limit()?;
    let before = params.cursor(LIST)?.map(|key| place(&key)).transpose()?;
    params.end()?;
    let mut found = app.store.mails(organiser.home, before, limit + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| {
        let key = [&last.seq.to_be_bytes()[..], &last.subject.to_bytes()[..]].concat();
        cursor(LIST, &key)
    });
    Answer::ok(&Page { items: found.iter().map(shape).collect(), next })
}

/// The mail that the page before ended with.
fn place(key: &[u8]) -> Result<(u64, Id), No> {
    let wrong = || No::from(Problem::plain(Kind::CursorWrong).with("field", "cursor"));
    let (seq, subject) = key.split_at_checked(8).ok_or_else(wrong)?;
    let seq = u64::from_be_bytes(seq.try_into().map_err(|_| wrong())?);
    let subject = Id::from_bytes(subject.try_into().map_err(|_| wrong())?);
    // The place is a number in the data, which knows no larger ones.
    if i64::try_from(seq).is_err() {
        return Err(wrong());
    }
    Ok((seq, subject))
}

fn shape(mail: &Mail) -> MailShape {
    let state = match mail.state {
        Kept::Waiting => DeliveryState::Pending,
        Kept::Delivered => DeliveryState::Delivered,
        Kept::GivenUp => DeliveryState::Failed,
    };
    let in_line = mail.kind.starts_with("waitlist.");
    MailShape {
        sequence: mail.seq,
        order: (!in_line).then_some(OrderRef(OrderId(mail.subject))),
        entry: in_line.then_some(EntryRef(EntryId(mail.subject))),
        kind: mail.kind.clone(),
        to: mail.recipient.clone(),
        subject: mail.title.clone(),
        state,
        tries: mail.tries,
        next_at: (state == DeliveryState::Pending).then_some(At(mail.due)),
        message: String::from_utf8_lossy(&mail.body).into_owned(),
    }
}
