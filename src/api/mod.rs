//! The one client of the server: a time limit on each request, and errors in three kinds.

use std::time::Duration;

use gloo_net::http::{Request, Response};
use leptos::prelude::set_timeout;
use polka_contract::paths;
use web_sys::{AbortController, RequestCache};

use crate::clock::Clock;

/// Why a request gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// The server was not reached, or did not answer in time.
    Offline,
    /// It answered, and not with what was asked for.
    Rejected {
        /// The status of HTTP.
        status: u16,
    },
    /// What it sent could not be read.
    Unreadable,
}

/// 5 MB over a slow store's network; whoever waits looks at the copy meanwhile.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// A file of the server, with the tag of the edition it leads to.
pub(crate) struct TaggedFile {
    pub(crate) tag: String,
    pub(crate) bytes: Vec<u8>,
}

/// The whole catalogue.
pub(crate) async fn fetch_catalogue(clock: Clock) -> Result<TaggedFile, ApiError> {
    read(get(paths::CATALOGUE, clock).await?).await
}

/// The changes since an edition; `None` where there are none.
pub(crate) async fn fetch_changes(since: &str, clock: Clock) -> Result<Option<TaggedFile>, ApiError> {
    let response = get(&format!("{}?since={since}", paths::CATALOGUE_CHANGES), clock).await;
    match response {
        Err(ApiError::Rejected { status: 304 }) => Ok(None),
        response => read(response?).await.map(Some),
    }
}

async fn get(path: &str, clock: Clock) -> Result<Response, ApiError> {
    let stop = AbortController::new().map_err(|_| ApiError::Unreadable)?;
    let request = Request::get(path)
        // What is kept is kept by us, and checked.
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&stop.signal()))
        .build()
        .map_err(|_| ApiError::Unreadable)?;
    // Aborting a request that has ended does nothing.
    set_timeout(move || stop.abort(), TIME_LIMIT);
    let response = request.send().await.map_err(|_| ApiError::Offline)?;
    if let Some(date) = response.headers().get("date") {
        clock.learn(&date);
    }
    if response.ok() { Ok(response) } else { Err(ApiError::Rejected { status: response.status() }) }
}

async fn read(response: Response) -> Result<TaggedFile, ApiError> {
    let tag = response.headers().get("etag").ok_or(ApiError::Unreadable)?;
    let tag = tag.trim_start_matches("W/").trim_matches('"').to_owned();
    let bytes = response.binary().await.map_err(|_| ApiError::Offline)?;
    Ok(TaggedFile { tag, bytes })
}
