//! `PUT /v1/organiser/look`, `GET /v1/organiser/look/contrast`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::look::Accent;
use dayshelf_wire::access::OrganiserShape;
use dayshelf_wire::look::{ContrastShape, LookRequest, colour};

use crate::answer::Answer;
use crate::api::author::look;
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Organiser, Params, Read};
use crate::no::No;

/// Give all public pages of the organiser a logo and a colour. A colour that can't be read is refused, with its
/// contrast and the nearest shade that would do (WCAG 2.2, 1.4.3).
#[utoipa::path(
    put, path = "/v1/organiser/look", operation_id = "organiser_look", tag = "organisers",
    params(("If-Match" = String, Header, description = "The organiser's ETag")),
    request_body = LookRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The organiser as it stands now", body = OrganiserShape)),
    extensions(("x-problems" = json!(["unknown", "invalid", "value_wrong"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    IfMatch(expected): IfMatch,
    Body(asked): Body<LookRequest>,
) -> Result<Answer, No> {
    let home = organiser.home;
    let spec = asked.spec().map_err(|problem| No::from(problem).alone())?;
    let command = Command::ChangeLook { expected, look: spec };
    app.submit(home, command, None).await.map_err(No::alone)?;
    let shape = look(&app, home, |books| Ok(OrganiserShape::from(&books.organiser))).await?;
    Ok(Answer::ok(&shape)?.version(shape.version))
}

/// How well a colour can be read, before anything is changed.
#[utoipa::path(
    get, path = "/v1/organiser/look/contrast", operation_id = "organiser_contrast", tag = "organisers",
    params(
        ("light" = String, Query, description = "The colour on light pages, as `#0b5d4a`"),
        ("dark" = Option<String>, Query, description = "The colour on dark pages; the one that follows from the other when left out")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "The contrasts", body = ContrastShape)),
    extensions(("x-problems" = json!(["query_wrong", "value_wrong"])))
)]
pub(super) async fn contrast(_organiser: Organiser<Read>, mut params: Params) -> Result<Answer, No> {
    let light = params.take("light").unwrap_or_default();
    let dark = params.take("dark");
    params.end()?;
    let dark = dark.map(|dark| colour("dark", &dark)).transpose()?;
    Answer::ok(&ContrastShape::from(Accent { light: colour("light", &light)?, dark }))
}
