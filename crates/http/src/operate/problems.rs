//! `/problems/{code}`: what the `type` of a problem document leads to.

use axum::extract::Path;
use dayshelf_wire::problem::Kind;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::no::No;

/// What a problem means and what to do next.
#[derive(Serialize, ToSchema)]
pub(super) struct Meaning {
    /// The stable code.
    code: &'static str,
    /// The HTTP status that it comes with.
    status: u16,
    /// A few words.
    title: &'static str,
    /// When it is answered.
    when: &'static str,
    /// What a buyer does next.
    buyer: &'static str,
    /// What an organiser or its developers do next.
    organiser: &'static str,
    /// What the operator does next.
    operator: &'static str,
}

/// What a problem means and what to do next.
#[utoipa::path(
    get, path = "/problems/{code}", tag = "operate",
    params(("code" = String, Path, description = "The stable code")),
    responses((status = 200, description = "The meaning", body = Meaning)),
    extensions(("x-problems" = json!(["route_unknown"])))
)]
pub(super) async fn describe(Path(code): Path<String>) -> Result<Answer, No> {
    let kind = Kind::ALL.iter().copied().find(|kind| kind.code() == code);
    let kind = kind.ok_or_else(|| No::plain(Kind::RouteUnknown))?;
    let [buyer, organiser, operator] = kind.next_steps();
    let (code, status, title, when) = (kind.code(), kind.status(), kind.title(), kind.when());
    Answer::ok(&Meaning { code, status, title, when, buyer, organiser, operator })
}
