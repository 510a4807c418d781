//! Takes connections, and lets go of those that do nothing.
//!
//! `axum::serve` has no limits of its own; behind it stands the same library that is used here.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// Time for a client to send its headers; who is slower holds a connection for nothing.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// The most that headers may come to; our own come to some hundred bytes.
const HEADER_BYTES: usize = 16 << 10;
/// Time for the answers that are under way when the server stops.
const STOP_TIME: Duration = Duration::from_secs(10);

pub(super) async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME).max_buf_size(HEADER_BYTES);
    let tls = tls.map(TlsAcceptor::from);
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
        let (http, router, watcher) = (http.clone(), router.clone(), connections.watcher());
        match tls.clone() {
            None => drop(tokio::spawn(answer(stream, http, router, watcher))),
            Some(tls) => drop(tokio::spawn(async move {
                // Whoever speaks no TLS here, or trusts another authority, is no error of ours.
                if let Ok(Ok(stream)) = tokio::time::timeout(HEADER_TIME, tls.accept(stream)).await {
                    answer(stream, http, router, watcher).await;
                }
            })),
        }
    }
    tokio::select! {
        () = connections.shutdown() => {}
        () = tokio::time::sleep(STOP_TIME) => tracing::warn!("some clients did not take their answers in time"),
    }
}

async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    http: http1::Builder,
    router: Router,
    watcher: Watcher,
) {
    let service =
        hyper::service::service_fn(move |request: Request<Incoming>| router.clone().oneshot(request.map(Body::new)));
    // A client that breaks off is no error of ours.
    watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await.unwrap_or_default();
}
