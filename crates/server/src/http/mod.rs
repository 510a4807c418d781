//! The server as the network sees it: routes, limits, headers, errors, measurements.
//!
//! Each request passes, from outside: [`observe`] (id, log, metrics, the form of errors), the security
//! headers, the time limit, the body limit, a net for panics. A slice brings its handlers and knows none of
//! this but [`ApiError`].

mod app_files;
mod connections;
mod error;
mod observe;
mod openapi;
mod security;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::routing::{get, post};
use polka_catalogue::search::{SearchIndex, Synonyms};
use polka_contract::{DeviceSettings, ErrorCode, paths};
use sqlx::AnyPool;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeader;
use tower_http::timeout::TimeoutLayer;

use crate::apology::ApologySettings;
use crate::cases::CaseSettings;
use crate::clock::Clock;
use crate::devices::Tries;
use crate::loyalty::Loyalty;
use crate::messages::{Carriers, Messages, Sending};
use crate::price_check::current::Current;
use crate::secrets::Secrets;
use crate::settings::{LogFormat, Settings};
use crate::store::Store;
use crate::tasks::Escalation;
use crate::tasks::events::Feed;
use crate::writes::Writer;
use crate::{
    apology, call_staff, cases, checkout, coupons, database, devices, find_way, join_loyalty, label_report,
    member_card, messages, personal_offers, points, price_check, report_expired, staff, store, tasks, tls, webhooks,
    weekly_report,
};
use app_files::AppFiles;
use observe::Metrics;

pub(crate) use error::ApiError;

/// Nothing that this API takes is larger, but for photographs.
const BODY_LIMIT: usize = 64 << 10;
/// A photograph of 120 KB as base64, sealed.
const PHOTO_LIMIT: usize = 200 << 10;
/// Nothing that this API does takes longer; packing 100,000 products takes under two seconds.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// What requests are answered from.
#[derive(Clone)]
pub struct Services {
    pub(crate) pool: AnyPool,
    pub(crate) store: Arc<Store>,
    pub(crate) current: Arc<Current>,
    pub(crate) synonyms: Arc<Synonyms>,
    pub(crate) writer: Writer,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) clock: Clock,
    pub(crate) reach: Reach,
    pub(crate) tries: Tries,
    pub(crate) installer_pin: Option<String>,
    pub(crate) pin_tries: Tries,
    pub(crate) link_tries: Tries,
    /// Where members' own phones reach the server; empty where they do not.
    pub(crate) public_url: Arc<str>,
    pub(crate) loyalty: Arc<Loyalty>,
    pub(crate) messages: Arc<Messages>,
    pub(crate) escalation: Arc<Escalation>,
    pub(crate) apologies: Arc<ApologySettings>,
    pub(crate) cases: Arc<CaseSettings>,
    pub(crate) case_tries: Tries,
    /// Of those who ask from elsewhere than the store's devices.
    pub(crate) outside_case_tries: Tries,
    pub(crate) feed: Feed,
}

impl Services {
    /// Loads what the store has, and starts what writes.
    ///
    /// # Errors
    /// Where the database cannot be read or written.
    pub async fn start(pool: AnyPool, store: Store, secrets: Secrets, clock: Clock, reach: Reach) -> Result<Self> {
        let current = Current::load(pool.clone(), store.clone()).await?;
        coupons::offline::publish_keys(&pool, &secrets).await?;
        let (store, secrets, writer) = (Arc::new(store), Arc::new(secrets), Writer::start(pool.clone()));
        let (tries, pin_tries, link_tries) = (Tries::default(), Tries::default(), Tries::default());
        let (installer_pin, synonyms) = (None, Arc::new(Synonyms::built_in()));
        let escalation = Arc::<Escalation>::default();
        let feed = Feed::start(pool.clone(), store.id, Arc::clone(&escalation), clock.clone(), writer.commits());
        let (public_url, loyalty) = (Arc::from(""), Arc::default());
        let messages = Messages::new(
            pool.clone(),
            Arc::clone(&store),
            Arc::clone(&current),
            Arc::clone(&secrets),
            clock.clone(),
            Carriers::default(),
        );
        Ok(Self {
            pool,
            store,
            current,
            synonyms,
            writer,
            secrets,
            clock,
            reach,
            tries,
            installer_pin,
            pin_tries,
            link_tries,
            public_url,
            loyalty,
            messages,
            escalation,
            apologies: Arc::default(),
            cases: Arc::default(),
            case_tries: Tries::default(),
            outside_case_tries: Tries::default(),
            feed,
        })
    }

    /// The same, with what a chain has set about apologies.
    #[must_use]
    pub fn with_apologies(self, apologies: ApologySettings) -> Self {
        Self { apologies: Arc::new(apologies), ..self }
    }

    /// The same, with what a chain has set about cases.
    #[must_use]
    pub fn with_cases(self, cases: CaseSettings) -> Self {
        Self { cases: Arc::new(cases), ..self }
    }

    /// The same, with what opens the set-up page of a device.
    #[must_use]
    pub fn with_installer_pin(self, installer_pin: Option<String>) -> Self {
        Self { installer_pin, ..self }
    }

    /// The same, with where members' own phones reach the server, without a slash at its end.
    #[must_use]
    pub fn with_public_url(self, public_url: &str) -> Self {
        Self { public_url: public_url.into(), ..self }
    }

    /// The same, with the words that mean the same to the search.
    #[must_use]
    pub fn with_synonyms(self, synonyms: Synonyms) -> Self {
        Self { synonyms: Arc::new(synonyms), ..self }
    }

    /// The same, with what the chain has set about its loyalty programme.
    #[must_use]
    pub fn with_loyalty(self, loyalty: Loyalty) -> Self {
        Self { loyalty: Arc::new(loyalty), ..self }
    }

    /// The same, with how long a task may wait.
    #[must_use]
    pub fn with_escalation(self, escalation: Escalation) -> Self {
        let (escalation, pool, clock) = (Arc::new(escalation), self.pool.clone(), self.clock.clone());
        let feed = Feed::start(pool, self.store.id, Arc::clone(&escalation), clock, self.writer.commits());
        Self { escalation, feed, ..self }
    }

    /// The same, with who carries messages to people. Nothing is sent before somebody asks for it.
    #[must_use]
    pub fn with_carriers(self, carriers: Carriers) -> Self {
        Self { messages: self.messages.with(carriers), ..self }
    }

    /// The messages to people, and who carries them.
    #[must_use]
    pub fn messages(&self) -> &Arc<Messages> {
        &self.messages
    }

    /// What tells an index that is built here from every other of the same products.
    pub(crate) fn index_edition(&self) -> String {
        format!("{:016x}", SearchIndex::edition(&self.synonyms))
    }
}

impl FromRef<Services> for Arc<Current> {
    fn from_ref(services: &Services) -> Self {
        Self::clone(&services.current)
    }
}

/// From where the server can be reached.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reach {
    /// From this machine alone.
    pub is_this_machine: bool,
    /// Over TLS alone.
    pub has_tls: bool,
}

/// All that the server answers: the API, what devices are told, and the voice pack of this folder.
pub fn router(services: Services, device: &DeviceSettings, voices: Option<PathBuf>) -> Router {
    let device = DeviceSettings {
        sealing_key: services.secrets.sealing_key().to_string(),
        index_edition: services.index_edition(),
        phone_countries: services.loyalty.phone_countries.to_string(),
        expired_items: services.loyalty.programme().to_string(),
        ..device.clone()
    };
    let files = Arc::new(AppFiles::load(&device, voices.as_deref()));
    let metrics = Arc::new(Metrics::new(Arc::clone(&services.current), Arc::clone(&services.messages)));
    let observed = Arc::clone(&metrics);
    let routes = routes(services)
        .route(paths::OPENAPI, get(openapi::document))
        .route(paths::METRICS, get(move || observe::metrics(Arc::clone(&observed))));
    let routes = match voices {
        // A pack changes with the program at most, and then its name for the devices does.
        Some(folder) => routes.nest_service(
            paths::VOICES,
            SetResponseHeader::if_not_present(
                ServeDir::new(folder).precompressed_br(),
                header::CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=86400"),
            ),
        ),
        None => routes,
    };
    routes
        .fallback_service(get(app_files::serve).with_state(Arc::clone(&files)))
        .method_not_allowed_fallback(async || {
            ApiError::new(ErrorCode::MethodNotAllowed, "this address does not take this method")
        })
        .layer(CatchPanicLayer::new())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(RequestBodyLimitLayer::new(PHOTO_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIME_LIMIT))
        .layer(middleware::from_fn_with_state(files, security::add_headers))
        .layer(middleware::from_fn_with_state(metrics, observe::observe))
}

/// The API alone, without the app.
pub fn api(services: Services) -> Router {
    let metrics = Arc::new(Metrics::new(Arc::clone(&services.current), Arc::clone(&services.messages)));
    routes(services).layer(middleware::from_fn_with_state(metrics, observe::observe))
}

fn routes(services: Services) -> Router {
    Router::new()
        .route(paths::HEALTH, get(price_check::health))
        .route(paths::PRODUCT, get(price_check::product))
        .route(paths::CATALOGUE, get(price_check::whole))
        .route(paths::CATALOGUE_CHANGES, get(price_check::changes))
        .route(paths::CATALOGUE_INDEX, get(price_check::index))
        .route(paths::MAP, get(find_way::map))
        .route(paths::CALLS, post(call_staff::call))
        .route(paths::LABEL_REPORTS, post(label_report::report))
        .route(paths::MISSING_REPORTS, post(find_way::report_missing))
        .route(paths::EXPIRED_REPORTS, post(report_expired::report))
        .route(paths::EXPIRED_PHOTOS, post(report_expired::photos::keep).layer(DefaultBodyLimit::max(PHOTO_LIMIT)))
        .route(paths::EXPIRED_SUMMARY, get(report_expired::summary::summary))
        .route(paths::EXPIRED_CSV, get(report_expired::summary::csv))
        .route(paths::EXPIRED_LOTS, get(report_expired::lots::lots))
        .route(paths::TILL_REQUESTS, post(tasks::requests::ask_for_till))
        .route(paths::STAFF_SESSIONS, post(staff::sign_in::sign_in))
        .route(paths::STAFF_SESSION, get(staff::sign_in::own))
        .route(paths::STAFF_SESSION_END, post(staff::sign_in::sign_out))
        .route(paths::TASKS, get(tasks::requests::all))
        .route(paths::TASK_CLAIM, post(tasks::requests::claim))
        .route(paths::TASK_RETURN, post(tasks::requests::give_back))
        .route(paths::TASK_END, post(tasks::requests::end))
        .route(paths::TASK_STEPS, post(tasks::requests::step))
        .route(paths::TASK_PHOTO, get(report_expired::photos::of_task))
        .route(paths::APOLOGY_REASONS, get(apology::requests::reasons))
        .route(paths::APOLOGIES, get(apology::requests::waiting).post(apology::requests::apologise))
        .route(paths::KEPT_APOLOGIES, post(apology::requests::kept))
        .route(paths::COUPON_BLANKS, get(apology::requests::blanks))
        .route(paths::APOLOGY, get(apology::requests::one))
        .route(paths::APOLOGY_PHOTO, get(apology::photos::of_apology))
        .route(paths::APOLOGY_APPROVAL, post(apology::requests::approve))
        .route(paths::APOLOGY_REFUSAL, post(apology::requests::refuse))
        .route(paths::APOLOGY_CANCELLATION, post(apology::requests::take_back))
        .route(paths::APOLOGY_WAY, post(apology::requests::send_otherwise))
        .route(paths::APOLOGY_SUMMARY, get(apology::summary::summary))
        .route(paths::RECENT_APOLOGIES, get(apology::recent::recent))
        .route(paths::CASE_CATEGORIES, get(cases::requests::categories))
        .route(paths::CASES, get(cases::requests::all).post(cases::requests::complain))
        .route(paths::CASE, get(cases::requests::one))
        .route(paths::CASE_CLAIM, post(cases::requests::claim))
        .route(paths::CASE_HANDOVER, post(cases::requests::give))
        .route(paths::CASE_NOTES, post(cases::requests::keep_note))
        .route(paths::CASE_CLOSURE, post(cases::requests::end))
        .route(paths::CASE_STATUS, post(cases::status::status))
        .route(paths::CASE_ANSWERS, post(cases::status::answer))
        .route(paths::WEEKLY_REPORTS, get(weekly_report::requests::all))
        .route(paths::WEEKLY_REPORT, get(weekly_report::requests::page))
        .route(paths::WEEKLY_REPORT_CSV, get(weekly_report::requests::csv))
        .route(paths::COUPON_SEARCH, post(coupons::requests::search))
        .route(paths::COUPON_RESERVATIONS, post(coupons::requests::reserve))
        .route(paths::COUPON_COMMIT, post(coupons::requests::commit))
        .route(paths::COUPON_RELEASE, post(coupons::requests::release))
        .route(paths::COUPON_KEYS, get(coupons::offline::ask_keys))
        .route(paths::COUPON_REDEMPTIONS, get(coupons::offline::all).post(coupons::offline::tell))
        .route(paths::EVENTS, get(tasks::events::events))
        .route(paths::SHOPPING_LISTS, post(member_card::shopping_list::send))
        .route(paths::MEMBERS, post(join_loyalty::requests::join))
        .route(paths::MEMBER_CODES, post(join_loyalty::requests::send_code))
        .route(paths::MEMBER_PROOFS, post(join_loyalty::requests::prove))
        .route(paths::MEMBER_SEARCH, post(checkout::search::search))
        .route(paths::MEMBER_CONSENTS, post(join_loyalty::consents::keep))
        .route(paths::MEMBER_SELF, get(member_card::own_data::own_data))
        .route(paths::MEMBER_ERASURE, post(member_card::own_data::erase))
        .route(paths::MEMBER_POINTS, get(member_card::own_points))
        .route(paths::MEMBER_LINKS, post(member_card::links::make))
        .route(paths::MEMBER_PHONES, post(member_card::links::open))
        .route(paths::OWN_PHONE_END, post(member_card::requests::end_phone))
        .route(paths::OWN_CODES, post(member_card::requests::send_code))
        .route(paths::OWN_PROOFS, post(member_card::requests::prove))
        .route(paths::OWN_PROFILE, get(member_card::profile::own_profile).put(member_card::profile::keep_profile))
        .route(
            paths::OWN_SHOPPING_LIST,
            get(member_card::shopping_list::own_list).put(member_card::shopping_list::keep_list),
        )
        .route(paths::OWN_CARD, get(member_card::requests::own_card))
        .route(paths::OWN_NUMBER, post(member_card::requests::change_number))
        .route(paths::OWN_CONSENTS, post(member_card::requests::keep_consent))
        .route(paths::OWN_OFFERS, get(personal_offers::own_offers))
        .route(paths::OWN_OFFER_ACTIVATION, post(personal_offers::activate))
        .route(paths::POINTS_QUOTES, post(checkout::spending::ask_quote))
        .route(paths::POINTS_RESERVATIONS, post(checkout::spending::set_aside))
        .route(paths::POINTS_COMMIT, post(checkout::spending::commit))
        .route(paths::POINTS_CANCEL, post(checkout::spending::cancel))
        .route(paths::RECEIPTS, post(checkout::receipts::post))
        .route(paths::RECEIPT, get(apology::without_goods::look_up))
        .route(paths::WITHOUT_GOODS, post(apology::without_goods::put_right).layer(DefaultBodyLimit::max(PHOTO_LIMIT)))
        .route(paths::RECEIPT_RETURNS, post(checkout::receipts::take_back))
        .route(paths::MESSAGES, get(messages::requests::overview))
        .route(paths::MESSAGE_DELIVERY, get(messages::requests::delivery))
        .route(paths::WEBHOOK_EVENTS, get(webhooks::requests::all))
        .route(paths::DEVICE_ENROLMENT, post(devices::requests::enrol))
        .route(paths::DEVICE_SELF, get(devices::requests::own).put(devices::requests::keep_status))
        .route(paths::INSTALLER, post(devices::requests::open_setup))
        .route(paths::DEVICES, get(devices::requests::all))
        .layer(middleware::from_fn(security::own_pages_alone))
        .with_state(services)
}

/// Serves until SIGTERM or SIGINT, then answers what was asked before it ends.
///
/// # Errors
/// Where the database or the address cannot be opened.
pub async fn serve(settings: &Settings) -> Result<()> {
    start_log(settings.log_format());
    let pool = database::open(settings.database()).await?;
    let store = store::find_or_add(&pool, settings.store()).await?;
    let name = store.name.clone();
    let clock = Clock::system();
    let secrets = Secrets::renew(&settings.secrets()?, clock.now_ms())?;
    let tls = settings.tls()?.map(|source| tls::config(&source, &settings.secrets()?, &clock)).transpose()?;
    let reach = Reach { is_this_machine: settings.listen().ip().is_loopback(), has_tls: tls.is_some() };
    let services = Services::start(pool.clone(), store, secrets, clock, reach).await?;
    let services = services.with_installer_pin(settings.installer_pin().map(str::to_owned));
    let services = services.with_synonyms(settings.synonyms()?).with_loyalty(settings.loyalty()?);
    let services = services.with_escalation(settings.escalation()?).with_apologies(settings.apologies()?);
    let services = services.with_cases(settings.cases()?);
    tokio::spawn(points::keep_up(pool.clone(), services.clock.clone()));
    tokio::spawn(apology::keep_up(pool.clone(), Arc::clone(&services.apologies), services.clock.clone()));
    tokio::spawn(cases::keep_up(pool.clone(), services.cases.kept_days, services.clock.clone()));
    tokio::spawn(weekly_report::keep_up(services.clone()));
    tokio::spawn(report_expired::keep_up(pool.clone(), Arc::clone(&services.loyalty), services.clock.clone()));
    if let Some(webhook) = settings.webhook()? {
        tokio::spawn(webhooks::keep_up(pool.clone(), services.store.id, webhook, services.clock.clone()));
    }
    let device = settings.device()?;
    let services = services.with_carriers(settings.carriers()?).with_public_url(&device.public_url);
    tokio::spawn(tasks::keep_up(services.clone(), device.language.clone()));
    // Nobody's first request should wait for the packing.
    let (snapshot, synonyms) = (services.current.snapshot().await?, Arc::clone(&services.synonyms));
    tokio::spawn(async move {
        snapshot.packed().await?;
        snapshot.index(&synonyms).await.map(drop)
    });

    let address = settings.listen();
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("the address {address} cannot be served at"))?;
    let address = listener.local_addr()?;
    let mut terminate = signal(SignalKind::terminate())?;
    let feed = services.feed.clone();
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        feed.stop();
    };
    tracing::info!(%address, store = name, tls = tls.is_some(), "serving");
    if !reach.is_this_machine && settings.installer_pin().is_none() {
        tracing::warn!("anybody at a device can open its set-up page: --installer-pin is not set");
    }
    let sending = Sending::start(&services.messages);
    let router = router(services, &device, settings.voices());
    connections::serve(listener, tls, router, stop).await;
    sending.stop().await;
    pool.close().await;
    tracing::info!("stopped");
    Ok(())
}

fn start_log(format: LogFormat) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("POLKA_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let log = log.with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

/// Whether a client takes brotli.
pub(crate) fn accepts_brotli(headers: &HeaderMap) -> bool {
    let encodings = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    encodings.flat_map(|list| list.split(',')).any(|encoding| {
        let (name, quality) = encoding.split_once(';').unwrap_or((encoding, ""));
        name.trim().eq_ignore_ascii_case("br") && !matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_sent_to_whom_it_was_promised_by() {
        let accepts = |value: &'static str| {
            accepts_brotli(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, header::HeaderValue::from_static(value))]))
        };
        assert!(accepts("gzip, deflate, br, zstd"));
        assert!(accepts("BR;q=0.5"));
        assert!(!accepts("gzip, br;q=0"));
        assert!(!accepts("brotli, bread"));
        assert!(!accepts_brotli(&HeaderMap::new()));
    }
}
