//! Takes connections, and lets go of those that do nothing.
//!
//! `axum::serve` has no limits of its own; behind it stands the same library that is used here.

use std::future::Future;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tower::ServiceExt;

/// Time for a client to send its headers; who is slower holds a connection for nothing.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// The most that headers may come to; our own come to some hundred bytes.
const HEADER_BYTES: usize = 16 << 10;
/// Time for the answers that are under way when the server stops.
const STOP_TIME: Duration = Duration::from_secs(10);

pub(super) async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME).max_buf_size(HEADER_BYTES);
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let stream = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file handles, mostly; it passes as connections end.
                    tracing::warn!(%error, "a connection was not taken");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // Small answers must not wait to be sent together.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            router.clone().oneshot(request.map(Body::new))
        });
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
        // A client that breaks off is no error of ours.
        tokio::spawn(async move { connection.await.unwrap_or_default() });
    }
    tokio::select! {
        () = connections.shutdown() => {}
        () = tokio::time::sleep(STOP_TIME) => tracing::warn!("some clients did not take their answers in time"),
    }
}
