//! Accepting connections, and ending well: open requests get their time, streams are told to end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::app::App;
use crate::extract::Peer;

/// Connections that may wait to be accepted: when a drop opens, everybody comes within the same second. The system
/// forgets whoever finds no room, and their browser asks again only after a second or three. It may allow less
/// (`net.core.somaxconn`); what libraries ask for is 128.
const WAITING_MAX: u32 = 4_096;

/// Takes an address, with room for everybody who comes at once.
///
/// # Errors
/// What the system says: somebody else has the address, or it is none of this machine.
pub fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A server that is started again takes its address back at once.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING_MAX)
}

/// Serves until `shutdown` is cancelled, and then until open requests have ended, or their time is up.
///
/// # Errors
/// None today; accepting goes on after a connection that failed.
pub async fn serve(
    listener: TcpListener,
    app: App,
    routes: Router,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let open = TaskTracker::new();
    let places = Arc::new(Semaphore::new(app.config.bounds.connections));
    while let Some((place, stream, peer)) = next(&listener, &places, &shutdown).await {
        let (app, routes, shutdown) = (app.clone(), routes.clone(), shutdown.clone());
        open.spawn(async move {
            app.metrics.connections.inc();
            talk(stream, Peer(peer), routes, &app, &shutdown).await;
            app.metrics.connections.dec();
            drop(place);
        });
    }
    // New connections are refused from here on, and every stream ends.
    drop(listener);
    app.closing.cancel();
    app.hub.close();
    open.close();
    if tokio::time::timeout(app.config.bounds.drain, open.wait()).await.is_err() {
        tracing::warn!(connections = open.len(), "connections were still open when their time was up");
    }
    Ok(())
}

type Accepted = (tokio::sync::OwnedSemaphorePermit, TcpStream, std::net::IpAddr);

/// The next connection that there is room for; `None` at shutdown.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    shutdown: &CancellationToken,
) -> Option<Accepted> {
    loop {
        let place = tokio::select! {
            () = shutdown.cancelled() => return None,
            place = Arc::clone(places).acquire_owned() => place.ok()?,
        };
        let accepted = tokio::select! {
            () = shutdown.cancelled() => return None,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => return Some((place, stream, peer.ip())),
            Err(fault) => {
                // Out of file descriptors, mostly: it passes when connections end.
                tracing::warn!(%fault, "a connection could not be accepted");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

/// Serves one connection to its end.
async fn talk(stream: TcpStream, peer: Peer, routes: Router, app: &App, shutdown: &CancellationToken) {
    // Answers are small and wait for nothing that follows.
    drop(stream.set_nodelay(true));
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        let answer = routes.clone().oneshot(request);
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(app.config.bounds.head);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(fault) = ended {
        tracing::debug!(%fault, "a connection broke");
    }
}
