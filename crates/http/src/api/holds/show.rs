//! `GET /v1/holds/{hold}`.

use axum::extract::State;
use dayshelf_core::ids::HoldId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::hold::HoldShape;
use dayshelf_wire::name::HoldRef;
use dayshelf_wire::secret::Opens;

use super::bank::redirect_url;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Bearer, Named, may_read};
use crate::no::No;

/// A hold as it stands.
#[utoipa::path(
    get, path = "/v1/holds/{hold}", operation_id = "hold_show", tag = "holds",
    params(("hold" = HoldRef, Path, description = "The hold")),
    security(("bearer" = ["hold"])),
    responses((status = 200, description = "The hold", body = HoldShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(
    State(app): State<App>,
    Named(id): Named<HoldId>,
    bearer: Bearer,
) -> Result<Answer, No> {
    let (by, _) = bearer.by(Opens::Hold, id.0)?;
    let hold = app.reader.hold(id).await?.ok_or_else(|| No::unknown(Noun::Hold))?;
    may_read(by, &hold.secret)?;
    let shape = HoldShape::of(&hold, app.now(), None);
    Answer::ok(&shape.leading_to(redirect_url(&app, &hold, &bearer.renamed(Opens::Hold, id.0))))
}
