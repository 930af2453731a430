//! `POST /v1/slots/{slot}/waitlist`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{EntryId, SlotId};
use dayshelf_core::waitlist::Entry;
use dayshelf_desk::{Decided, random};
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::secret::{Bearer, Opens, secret_digest};
use dayshelf_wire::waitlist::{EntryBeside, EntryShape, JoinBeside, JoinRequest};

use crate::answer::Answer;
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Asked, Caller, Client, Named, Once};
use crate::no::No;

/// Get in line for units that may come back. A turn is a ready-made hold.
///
/// How many are before the entry is in `GET /v1/waitlist/{entry}`; a retry of this is answered with the
/// same bytes.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/waitlist", operation_id = "waitlist_join", tag = "waitlist",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = JoinRequest,
    responses((status = 201, description = "In line", body = EntryShape)),
    extensions(("x-problems" = json!([
        "unknown", "limit_reached", "slot_not_published", "slot_cancelled", "slot_over", "not_offered", "code_wrong",
        "not_admitted", "window_not_open", "window_closed", "offer_not_in_window", "quantity_out_of_bounds",
        "add_on_alone", "buyer_limit", "units_free", "already_waiting", "never_enough", "rate_limited"
    ])))
)]
pub(super) async fn join(
    State(app): State<App>,
    Named(slot): Named<SlotId>,
    client: Client,
    asked: Asked<JoinRequest>,
) -> Result<Answer, No> {
    client.may_claim(&app)?;
    let (decided, bearer) = get_in_line(&app, slot, &asked.body, &asked.once).await?;
    let secret = Some(bearer.text());
    let shape = EntryShape::of(joined(&decided)?, EntryBeside { secret, ..EntryBeside::default() });
    Ok(Answer::created(&shape)?.replayed(decided.replayed))
}

/// Asks the desk for a place in line; what was decided, and the secret of the entry. Pages ask in the same
/// way.
pub(crate) async fn get_in_line(
    app: &App,
    slot: SlotId,
    request: &JoinRequest,
    once: &Once,
) -> Result<(Decided, Bearer), No> {
    let home = slot.home();
    let key = once.key(Caller::Buyer, home);
    let secret = once.secret(&key.salt, "entry");
    let id = EntryId(app.desk.mint().id(home));
    let lot = u64::from_be_bytes(random());
    let command = request.command(JoinBeside { id, slot, secret: secret_digest(&secret), lot })?;
    let decided = app.submit(home, Command::JoinWaitlist(Box::new(command)), Some(key)).await;
    let decided = decided.map_err(|no| no.map(Problem::at_want))?;
    let secret = once.secret(&decided.salt, "entry");
    let id = joined(&decided)?.id.0;
    Ok((decided, Bearer { opens: Opens::Entry, id, secret }))
}

fn joined(decided: &Decided) -> Result<&Entry, No> {
    find(decided, |fact| match fact {
        Fact::EntryJoined(entry) => Some(&**entry),
        _ => None,
    })
}
