//! The one client of the server: a time limit on each request, and errors in three kinds. Whether the server can
//! be reached is learned from every answer and told to the whole app.

pub(crate) mod events;
pub(crate) mod members;

use std::time::Duration;

use gloo_net::http::{Request, RequestBuilder, Response};
use leptos::prelude::*;
use polka_contract::{ErrorCode, ErrorResponse, ExpiredLotsResponse, paths};
use web_sys::{AbortController, RequestCache};

use crate::clock::{Clock, use_clock};
use crate::provided::provided;

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
const FILE_LIMIT: Duration = Duration::from_secs(60);
/// A few hundred bytes; the next one waits behind them.
pub(crate) const MESSAGE_LIMIT: Duration = Duration::from_secs(15);

/// A file of the server, with the tag of the edition it leads to.
pub(crate) struct TaggedFile {
    pub(crate) tag: String,
    pub(crate) bytes: Vec<u8>,
}

/// The store's server.
#[derive(Clone, Copy)]
pub(crate) struct Server {
    clock: Clock,
    is_away: RwSignal<bool>,
}

impl Server {
    /// Whether the last request found nobody, tracked.
    pub(crate) fn is_away(self) -> bool {
        self.is_away.get()
    }

    /// The whole catalogue.
    pub(crate) async fn fetch_catalogue(self) -> Result<TaggedFile, ApiError> {
        read(self.get(paths::CATALOGUE).await?).await
    }

    /// The map of the store; `None` where it is the one with this tag.
    pub(crate) async fn fetch_map(self, known: Option<&str>) -> Result<Option<TaggedFile>, ApiError> {
        let etag = known.map(|tag| format!("\"{tag}\"")).unwrap_or_default();
        let response =
            self.ask(paths::MAP, FILE_LIMIT, |request| request.header("if-none-match", &etag).build()).await?;
        match response.status() {
            304 => Ok(None),
            200 => read(response).await.map(Some),
            status => Err(ApiError::Rejected { status }),
        }
    }

    /// What the staff have lately found past its date.
    pub(crate) async fn fetch_expired_lots(self) -> Result<ExpiredLotsResponse, ApiError> {
        self.get(paths::EXPIRED_LOTS).await?.json().await.map_err(|_| ApiError::Unreadable)
    }

    /// The index of the search.
    pub(crate) async fn fetch_index(self) -> Result<TaggedFile, ApiError> {
        read(self.get(paths::CATALOGUE_INDEX).await?).await
    }

    /// The changes since an edition; `None` where there are none.
    pub(crate) async fn fetch_changes(self, since: &str) -> Result<Option<TaggedFile>, ApiError> {
        match self.get(&format!("{}?since={since}", paths::CATALOGUE_CHANGES)).await {
            Err(ApiError::Rejected { status: 304 }) => Ok(None),
            response => read(response?).await.map(Some),
        }
    }

    async fn get(self, path: &str) -> Result<Response, ApiError> {
        let response = self.ask(path, FILE_LIMIT, |request| request.build()).await?;
        if response.ok() { Ok(response) } else { Err(ApiError::Rejected { status: response.status() }) }
    }

    /// Asks, with whatever is to be sent, and gives the answer, whatever it is.
    pub(crate) async fn ask(
        self,
        path: &str,
        limit: Duration,
        build: impl FnOnce(RequestBuilder) -> Result<Request, gloo_net::Error>,
    ) -> Result<Response, ApiError> {
        let stop = AbortController::new().map_err(|_| ApiError::Unreadable)?;
        let request = Request::get(path)
            // What is kept is kept by us, and checked.
            .cache(RequestCache::NoStore)
            .abort_signal(Some(&stop.signal()));
        let request = build(request).map_err(|_| ApiError::Unreadable)?;
        // Aborting a request that has ended does nothing.
        set_timeout(move || stop.abort(), limit);
        let response = request.send().await;
        self.is_away.maybe_update(|is_away| std::mem::replace(is_away, response.is_err()) != response.is_err());
        let response = response.map_err(|_| ApiError::Offline)?;
        if let Some(date) = response.headers().get("date") {
            self.clock.learn(&date);
        }
        Ok(response)
    }
}

async fn read(response: Response) -> Result<TaggedFile, ApiError> {
    let tag = response.headers().get("etag").ok_or(ApiError::Unreadable)?;
    let tag = tag.trim_start_matches("W/").trim_matches('"').to_owned();
    let bytes = response.binary().await.map_err(|_| ApiError::Offline)?;
    Ok(TaggedFile { tag, bytes })
}

/// What is wrong, as the server says it; `None` where it says nothing that can be read.
pub(crate) async fn error_code(response: &Response) -> Option<ErrorCode> {
    response.json::<ErrorResponse>().await.ok().map(|it| it.error.code)
}

/// Provides the server's client.
pub(crate) fn provide_server() {
    provide_context(Server { clock: use_clock(), is_away: RwSignal::new(false) });
}

/// The store's server.
pub(crate) fn use_server() -> Server {
    provided()
}
