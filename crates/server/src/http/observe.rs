//! One line of log and one count for each request, and one form for each error.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use polka_contract::{ErrorBody, ErrorResponse};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use uuid::Uuid;

use super::ApiError;
use crate::messages::{Measurements, Messages};
use crate::price_check::current::Current;

/// Counts and times of requests. An address with a product's number in it counts under its pattern, so that
/// nobody can fill the memory by asking for many.
pub(crate) struct Metrics {
    registry: Registry,
    current: Arc<Current>,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    catalogue_version: Gauge<u64, AtomicU64>,
    catalogue_products: Gauge<u64, AtomicU64>,
    messages: Measurements,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    method: String,
    route: String,
    status: u16,
}

impl Metrics {
    pub(super) fn new(current: Arc<Current>, messages: Arc<Messages>) -> Self {
        let mut registry = Registry::with_prefix("polka");
        let requests = Family::default();
        // 100 µs to 26 s.
        let seconds = Histogram::new(exponential_buckets(1e-4, 4.0, 10));
        let (catalogue_version, catalogue_products) = (Gauge::default(), Gauge::default());
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time until the answer began", seconds.clone());
        registry.register("catalogue_version", "Version of the product list", catalogue_version.clone());
        registry.register("catalogue_products", "Products in the list", catalogue_products.clone());
        let messages = Measurements::register(&mut registry, messages);
        Self { registry, current, requests, seconds, catalogue_version, catalogue_products, messages }
    }
}

/// The measurements, for Prometheus.
pub(super) async fn metrics(metrics: Arc<Metrics>) -> Result<Response, ApiError> {
    let snapshot = metrics.current.snapshot().await?;
    metrics.catalogue_version.set(snapshot.catalogue.edition().version);
    metrics.catalogue_products.set(snapshot.catalogue.len() as u64);
    metrics.messages.measure().await?;
    let mut text = String::new();
    encode(&mut text, &metrics.registry).map_err(anyhow::Error::from)?;
    Ok(([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response())
}

pub(super) async fn observe(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = Uuid::new_v4().simple().to_string();
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known.to_owned(),
        _ => "other".to_owned(),
    };
    let route = request.extensions().get::<MatchedPath>().map_or("app", MatchedPath::as_str).to_owned();

    let mut response = next.run(request).await;

    let status = response.status();
    let error = response.extensions_mut().remove::<ApiError>();
    // The app's page says for itself that an address is unknown.
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if (status.is_client_error() || status.is_server_error()) && !is_page {
        let error = error.unwrap_or_else(|| ApiError::of_status(status));
        if let Some(cause) = &error.cause {
            tracing::error!(request_id, route, cause, "the request failed");
        }
        let error = ErrorBody { code: error.code, message: error.message, request_id: request_id.clone() };
        let body = (status, Json(ErrorResponse { error })).into_response();
        let (mut parts, body) = body.into_parts();
        // The length of the body that is replaced here.
        response.headers_mut().remove(CONTENT_LENGTH);
        for (name, value) in response.headers() {
            parts.headers.entry(name).or_insert_with(|| value.clone());
        }
        response = Response::from_parts(parts, body);
    }
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", value);
    }

    let seconds = started.elapsed().as_secs_f64();
    metrics.seconds.observe(seconds);
    metrics
        .requests
        .get_or_create(&Labels { method: method.clone(), route: route.clone(), status: status.as_u16() })
        .inc();
    tracing::info!(request_id, method, route, status = status.as_u16(), ms = seconds * 1000.0, "answered");
    response
}
