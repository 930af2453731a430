//! `PUT /v1/lists/{list}`.

use axum::extract::State;
use dayshelf_core::command::Expect;
use dayshelf_core::ids::ListId;
use dayshelf_wire::access::{ListChange, ListShape};
use dayshelf_wire::name::ListRef;
use serde_json::Value;

use super::{known, put};
use crate::answer::Answer;
use crate::api::written::{Form, as_written};
use crate::app::App;
use crate::extract::{IfMatch, Large, Manage, Own};
use crate::no::No;

/// How what is read differs from what is written.
const FORM: Form = Form::plain(&["id"]);
/// The same with the number of customers, as it was read.
const COUNTED: Form = Form::plain(&["id", "customers"]);

/// Change a customer list: its name, and all who are on it. Customers that are left out altogether stay as they are; so they
/// do where the number that was read stands in their place.
#[utoipa::path(
    put, path = "/v1/lists/{list}", operation_id = "list_change", tag = "lists",
    params(
        ("list" = ListRef, Path, description = "The list"),
        ("If-Match" = String, Header, description = "The list's ETag")
    ),
    request_body = ListChange,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "As it stands now", body = ListShape)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, ListId>,
    IfMatch(expected): IfMatch,
    Large(sent): Large<Value>,
) -> Result<Answer, No> {
    // Ids are made here, never by a client: what does not exist is not made by a change.
    let before = known(&app, own.id).await?;
    let shown = ListShape::from(&before);
    // Who is on it is read as a number, and written as addresses.
    let form = if sent["customers"].is_number() { &COUNTED } else { &FORM };
    let change: ListChange = as_written(&app, own.id.home(), form, (sent, &shown)).await?;
    // Customers that stay are those who were seen here.
    let expected = match expected {
        Expect::Any if change.customers.is_none() => Expect::Version(before.version),
        expected => expected,
    };
    put(&app, change.list(&before)?, (expected, None)).await?.answer(Answer::ok)
}
