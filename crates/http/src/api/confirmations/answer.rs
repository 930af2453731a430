//! `POST /v1/confirmations/{confirmation}/answer`.

use axum::extract::State;
use dayshelf_core::change::{Answer as Word, Credential, Wish};
use dayshelf_core::command::{AnswerChange, Command, Resolutions};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::ConfirmationId;
use dayshelf_desk::{Decided, Key};
use dayshelf_wire::change::{AnswerRequest, ChangeAnswer};
use dayshelf_wire::name::ConfirmationRef;
use dayshelf_wire::time::Place;

use crate::answer::Answer;
use crate::api::author::look;
use crate::api::facts::find;
use crate::api::slots::edit::resolved;
use crate::api::slots::pipeline::{answer_of, no_zone};
use crate::api::templates::comes_to;
use crate::app::App;
use crate::extract::{Asked, Manage, Own};
use crate::no::No;

/// Say yes or no to a change that waits. A yes carries it out as the slot is now, and nothing is asked again.
#[utoipa::path(
    post, path = "/v1/confirmations/{confirmation}/answer", operation_id = "confirmation_answer",
    tag = "confirmations",
    params(
        ("confirmation" = ConfirmationRef, Path, description = "The change that waits"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = AnswerRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "It is done, or will not be", body = ChangeAnswer)),
    extensions(("x-problems" = json!([
        "unknown", "credential_frozen", "version_stale", "name_taken", "invalid", "slot_cancelled"
    ])))
)]
pub(super) async fn answer(
    State(app): State<App>,
    own: Own<Manage, ConfirmationId>,
    asked: Asked<AnswerRequest>,
) -> Result<Answer, No> {
    let key = asked.once.key(own.organiser.caller(), own.id.home());
    let given =
        Given { confirmation: own.id, answer: asked.body.answer.into(), by: own.organiser.credential() };
    let decided = given.hand_in(&app, key).await?;
    let slot = find(&decided, |fact| match fact {
        Fact::ConfirmationEnded { slot, .. } => Some(*slot),
        _ => None,
    })?;
    answer_of(&app, slot, &decided).await
}

/// An answer that somebody gave.
pub(crate) struct Given {
    /// The change that waits.
    pub confirmation: ConfirmationId,
    /// Yes or no.
    pub answer: Word,
    /// Who says so.
    pub by: Credential,
}

impl Given {
    /// Hands the answer in, with what the slot's anchors stand for where the change wants it, and what the template
    /// that it wants comes to.
    pub async fn hand_in(self, app: &App, key: Key) -> Result<Decided, No> {
        let Self { confirmation, answer, by } = self;
        let home = confirmation.home();
        let pending = look(app, home, move |books| Ok(books.pendings.get(&confirmation).cloned())).await?;
        let mut resolutions = Resolutions::new();
        let mut parts = None;
        if let Some(pending) = pending.filter(|_| answer == Word::Yes) {
            if let Some(times) = pending.wish.times() {
                let place = Place::of(times, &app.zones).map_err(no_zone)?;
                resolutions = resolved(app, pending.slot, &place).await?;
            }
            if let Wish::Template(filling) = &pending.wish {
                parts = comes_to(app, pending.slot, filling).await?.map(Box::new);
            }
        }
        let resolved = resolutions;
        let command = AnswerChange { confirmation, answer, by, resolved, parts };
        app.submit(home, Command::AnswerChange(Box::new(command)), Some(key)).await
    }
}
