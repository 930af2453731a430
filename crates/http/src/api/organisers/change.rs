//! `PUT /v1/organiser`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_wire::access::OrganiserShape;
use dayshelf_wire::plan::doc::OrganiserDoc;
use dayshelf_wire::plan::single;
use serde_json::Value;

use crate::answer::Answer;
use crate::api::author::{look, reading};
use crate::api::written::{Form, as_written};
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Organiser};
use crate::no::No;

/// How what is read differs from what is written.
const FORM: Form = Form { spans: &[("quiet_seconds", "quiet")], ..Form::plain(&["id", "look", "version"]) };

/// Change what the organiser says about itself. Its name in addresses stays; its currency too, once there
/// are prices.
#[utoipa::path(
    put, path = "/v1/organiser", operation_id = "organiser_change", tag = "organisers",
    params(("If-Match" = String, Header, description = "The organiser's ETag")),
    request_body = OrganiserDoc,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The organiser as it stands now", body = OrganiserShape)),
    extensions(("x-problems" = json!(["unknown", "invalid", "in_use", "zone_unknown", "currency_unknown", "plan_wrong"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    IfMatch(expected): IfMatch,
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    let home = organiser.home;
    let shown = look(&app, home, |books| Ok(OrganiserShape::from(&books.organiser))).await?;
    let doc: OrganiserDoc = as_written(&app, home, &FORM, (sent, &shown)).await?;
    let spec = reading(&app, home, |context| single::organiser(&doc, context));
    let spec = Box::new(spec.map_err(|problem| No::from(problem).alone())?);
    app.submit(home, Command::ChangeOrganiser { expected, spec }, None).await.map_err(No::alone)?;
    let shape = look(&app, home, |books| Ok(OrganiserShape::from(&books.organiser))).await?;
    Ok(Answer::ok(&shape)?.version(shape.version))
}
