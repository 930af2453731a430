//! What bare answers share: a route that reads and answers as the floor does, and in between waits for a thread that
//! writes. Not here: what is written (`log`, `journal`).

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router, http::StatusCode};
use dayshelf_core::hold::Hold;
use dayshelf_wire::hold::HoldRequest;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use crate::serve::shape;

/// Requests that may wait, and that one sync may cover.
pub const WAIT_MAX: usize = 1_024;

/// Whoever waits to be written.
pub type Asked = oneshot::Sender<()>;

#[derive(Clone)]
struct Bare {
    hold: Arc<Hold>,
    asks: mpsc::Sender<Asked>,
}

/// The route at this path, and who asks there.
pub fn route(path: &str, hold: Hold) -> (Router, mpsc::Receiver<Asked>) {
    let (asks, asked) = mpsc::channel(WAIT_MAX);
    let bare = Bare { hold: Arc::new(hold), asks };
    (Router::new().route(path, post(answer)).with_state(bare), asked)
}

async fn answer(State(bare): State<Bare>, Json(request): Json<HoldRequest>) -> Response {
    let (done, written) = oneshot::channel();
    if bare.asks.send(done).await.is_err() || written.await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    shape(&bare.hold, &request)
}

/// Takes along whoever else waits.
pub fn gather(asked: &mut mpsc::Receiver<Asked>, all: &mut Vec<Asked>) {
    while let Some(next) = (all.len() < WAIT_MAX).then(|| asked.try_recv().ok()).flatten() {
        all.push(next);
    }
}

/// Has everybody answered by a task among theirs, as the desk does.
pub fn tell(askers: &Handle, all: Vec<Asked>) {
    drop(askers.spawn(async move {
        for done in all {
            let _ = done.send(());
        }
    }));
}
