//! `/healthz`, `/readyz` and `/metrics`.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use dayshelf_ical::zone::Zones;
use dayshelf_wire::problem::Problem;

use crate::app::App;
use crate::no::No;

/// The process runs: `ok`, and by which time zone data.
#[utoipa::path(get, path = "/healthz", tag = "operate", responses((status = 200, description = "It runs", body = String)))]
pub(super) async fn alive() -> String {
    format!("ok\ntzdb {}\n", Zones::version())
}

/// The store answers and nothing is shutting down: requests may be sent here.
#[utoipa::path(get, path = "/readyz", tag = "operate", responses((status = 200, description = "It serves", body = String)))]
pub(super) async fn ready(State(app): State<App>) -> Result<&'static str, No> {
    if app.closing.is_cancelled() {
        return Err(Problem::busy(5).into());
    }
    app.store.clock().await?;
    Ok("ok\n")
}

/// What is measured, in the text form of OpenMetrics.
#[utoipa::path(get, path = "/metrics", tag = "operate", responses(
    (status = 200, description = "The measures", body = String, content_type = "application/openmetrics-text")
))]
pub(super) async fn measures(State(app): State<App>) -> Result<impl IntoResponse, No> {
    let text = app.metrics.text().map_err(|fault| No::fault("the measures could not be written", &fault))?;
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text))
}
