//! `GET /v1/slots/{slot}/live`: server-sent events, the present state first.

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use dayshelf_core::ids::SlotId;
use dayshelf_core::refusal::Noun;
use dayshelf_relay::live::Viewer;
use dayshelf_wire::live::StockShape;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::problem::Problem;
use futures_util::{Stream, StreamExt as _};
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::OwnedSemaphorePermit;

use super::viewer::{code_shown, viewer};
use crate::app::App;
use crate::extract::{Client, Named, Params};
use crate::no::No;

/// A comment after so long a silence, so that nobody in between takes the stream for a dead one.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// When a browser tries again after the stream has broken.
const RETRY: &str = "retry: 2000\n\n";

/// What buyers can get, live: the event `stock` with the state now, then with every change, ten a second
/// at most. Its `id` is the journal's sequence: drop what is older than what you have.
///
/// Whoever comes back, with or without `Last-Event-ID`, gets the present state at once.
#[utoipa::path(
    get, path = "/v1/slots/{slot}/live", operation_id = "slot_live", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("X-Dayshelf-Code" = Option<String>, Header, description = "A code that opens a window"),
        ("Last-Event-ID" = Option<String>, Header, description = "The last `id` that was seen")
    ),
    responses((status = 200, description = "The data of each event", body = StockShape, content_type = "text/event-stream")),
    extensions(("x-problems" = json!(["unknown", "code_wrong", "too_long", "query_wrong", "rate_limited"])))
)]
pub(super) async fn live(
    State(app): State<App>,
    Named(slot): Named<SlotId>,
    client: Client,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, No> {
    let code = code_shown(&headers);
    params.end()?;
    let public = app.board().slot(slot).is_some_and(|card| card.sheet.slot.state.is_public());
    if !public {
        return Err(No::unknown(Noun::Slot));
    }
    let viewer = viewer(&app, client, slot, code.as_deref()).await?;
    watch(&app, slot, viewer)
}

/// The stream of a slot for a viewer.
pub(crate) fn watch(app: &App, slot: SlotId, viewer: Viewer) -> Result<Response, No> {
    let place = app.streams.clone().try_acquire_owned().map_err(|_| Problem::busy(5))?;
    let frames = app.hub.subscribe(slot, viewer).ok_or_else(|| Problem::busy(5))?;
    let seat = Seat::taken(app.metrics.streams.clone(), place);
    let closing = app.closing.clone().cancelled_owned();
    let start = futures_util::stream::iter([Bytes::from_static(RETRY.as_bytes())]);
    let frames = start.chain(alive(frames, seat)).take_until(closing).map(Ok::<_, std::convert::Infallible>);
    let heads = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // Proxies that buffer would turn "live" into "later".
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((heads, Body::from_stream(frames)).into_response())
}

/// The frames, with a comment in every long silence.
fn alive(frames: impl Stream<Item = Bytes> + Send, seat: Seat) -> impl Stream<Item = Bytes> + Send {
    let frames = Box::pin(frames);
    futures_util::stream::unfold((frames, seat), |(mut frames, seat)| async move {
        let next = tokio::time::timeout(SIGN_OF_LIFE, frames.next()).await;
        let frame = next.unwrap_or(Some(Bytes::from_static(b": still here\n\n")))?;
        Some((frame, (frames, seat)))
    })
}

/// A viewer's place among those who may watch at once.
struct Seat {
    open: Gauge,
    _place: OwnedSemaphorePermit,
}

impl Seat {
    fn taken(open: Gauge, place: OwnedSemaphorePermit) -> Self {
        open.inc();
        Self { open, _place: place }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.open.dec();
    }
}
