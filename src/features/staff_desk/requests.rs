//! What it asks the server.

use gloo_net::http::Method;
use polka_contract::{
    ApologiesResponse, ApologyCancellationRequest, ApologyReasonsResponse, ApologyResponse, ApologySummaryResponse,
    ApologyWayRequest, CaseCategoriesResponse, CaseClosureRequest, CaseDetailResponse, CaseDoneResponse,
    CaseHandoverRequest, CaseNoteRequest, CaseRequest, CasesResponse, CouponBlanksResponse, CouponRedemptionsResponse,
    DevicesResponse, DoneResponse, ExpiredSummaryResponse, KeptApologyRequest, KnownReceiptResponse, MessagesResponse,
    NothingRequest, RecentApologiesResponse, SignInRequest, StaffResponse, WeeklyReportsResponse, WithoutGoodsRequest,
    paths,
};

use super::devices::state::Event;
use crate::api::members::{self, Refusal};
use crate::api::{MESSAGE_LIMIT, Server};

/// How messages to people go; `None` where the server does not say.
pub(super) async fn messages(server: Server) -> Option<MessagesResponse> {
    let response = server.ask(paths::MESSAGES, MESSAGE_LIMIT, |request| request.build()).await.ok()?;
    if response.ok() { response.json().await.ok() } else { None }
}

/// How the devices do.
pub(super) async fn devices(server: Server) -> Event {
    match server.ask(paths::DEVICES, MESSAGE_LIMIT, |request| request.build()).await {
        Ok(response) if response.ok() => {
            // A network that asks for a password answers too.
            response.json::<DevicesResponse>().await.map_or(Event::NoAnswer, |told| Event::Told(told.devices))
        }
        Ok(response) if matches!(response.status(), 401 | 403) => Event::Forbidden,
        Ok(_) | Err(_) => Event::NoAnswer,
    }
}

/// How the store does, before and from a day on; `None` where the server does not say.
pub(super) async fn store(server: Server, change_day: &str) -> Option<ExpiredSummaryResponse> {
    let path = on_day(paths::EXPIRED_SUMMARY, change_day);
    let response = server.ask(&path, MESSAGE_LIMIT, |request| request.build()).await.ok()?;
    if response.ok() { response.json().await.ok() } else { None }
}

/// The path where a change on a day is asked about; empty where on none.
pub(super) fn on_day(path: &str, change_day: &str) -> String {
    if change_day.is_empty() { path.to_owned() } else { format!("{path}?change_day={change_day}") }
}

/// Who works at this tablet.
pub(super) async fn who(server: Server) -> Result<StaffResponse, Refusal> {
    members::read(server, paths::STAFF_SESSION, None).await
}

/// Somebody shows who they are.
pub(super) async fn sign_in(server: Server, asked: &SignInRequest) -> Result<StaffResponse, Refusal> {
    members::write(server, Method::POST, paths::STAFF_SESSIONS, None, asked).await
}

/// Nobody works here any more.
pub(super) async fn sign_out(server: Server) -> Result<(), Refusal> {
    let said = members::write(server, Method::POST, paths::STAFF_SESSION_END, None, &NothingRequest {});
    said.await.map(|_: DoneResponse| ())
}

/// What may be given for what went wrong.
pub(super) async fn apology_reasons(server: Server) -> Result<ApologyReasonsResponse, Refusal> {
    members::read(server, paths::APOLOGY_REASONS, None).await
}

/// The apologies that wait for a second person; a manager is told more of them than others.
pub(super) async fn waiting_apologies(server: Server) -> Result<ApologiesResponse, Refusal> {
    members::read(server, paths::APOLOGIES, None).await
}

/// Coupons that may be printed without the store's server.
pub(super) async fn coupon_blanks(server: Server) -> Result<CouponBlanksResponse, Refusal> {
    members::read(server, paths::COUPON_BLANKS, None).await
}

/// How an apology stands now.
pub(super) async fn apology(server: Server, id: i64) -> Result<ApologyResponse, Refusal> {
    members::read(server, &of_apology(paths::APOLOGY, id), None).await
}

/// Gives an apology, under the key under which it is kept where no answer comes.
pub(super) async fn apologise(
    server: Server,
    key: &str,
    asked: &KeptApologyRequest,
) -> Result<ApologyResponse, Refusal> {
    members::write_under(server, key, Method::POST, paths::KEPT_APOLOGIES, None, asked).await
}

/// The coupon of an apology goes by another way.
pub(super) async fn send_apology(
    server: Server,
    id: i64,
    asked: &ApologyWayRequest,
) -> Result<ApologyResponse, Refusal> {
    members::write(server, Method::POST, &of_apology(paths::APOLOGY_WAY, id), None, asked).await
}

/// Says yes or no to what another has given.
pub(super) async fn decide_apology(server: Server, id: i64, is_yes: bool) -> Result<ApologyResponse, Refusal> {
    let path = if is_yes { paths::APOLOGY_APPROVAL } else { paths::APOLOGY_REFUSAL };
    members::write(server, Method::POST, &of_apology(path, id), None, &NothingRequest {}).await
}

/// Takes an apology back.
pub(super) async fn cancel_apology(server: Server, id: i64, why: String) -> Result<ApologyResponse, Refusal> {
    let path = of_apology(paths::APOLOGY_CANCELLATION, id);
    members::write(server, Method::POST, &path, None, &ApologyCancellationRequest { why }).await
}

/// What stands on a receipt.
pub(super) async fn receipt(server: Server, number: &str) -> Result<KnownReceiptResponse, Refusal> {
    members::read(server, &of_receipt(paths::RECEIPT, number), None).await
}

/// Puts right what was wrong with a line of a receipt.
pub(super) async fn put_right_without_goods(
    server: Server,
    number: &str,
    asked: &WithoutGoodsRequest,
) -> Result<ApologyResponse, Refusal> {
    members::write(server, Method::POST, &of_receipt(paths::WITHOUT_GOODS, number), None, asked).await
}

fn of_receipt(path: &str, number: &str) -> String {
    path.replace("{receipt_number}", number)
}

fn of_apology(path: &str, id: i64) -> String {
    path.replace("{apology_id}", &id.to_string())
}

/// What was given in the last weeks.
pub(super) async fn apology_summary(server: Server) -> Result<ApologySummaryResponse, Refusal> {
    members::read(server, paths::APOLOGY_SUMMARY, None).await
}

/// What was given in the last thirty days, the newest first; before one of them, where that is named.
pub(super) async fn recent_apologies(server: Server, before: Option<i64>) -> Result<RecentApologiesResponse, Refusal> {
    let path = before.map_or_else(
        || paths::RECENT_APOLOGIES.to_owned(),
        |before| format!("{}?before={before}", paths::RECENT_APOLOGIES),
    );
    members::read(server, &path, None).await
}

/// What tills have taken without network.
pub(super) async fn coupon_redemptions(server: Server) -> Result<CouponRedemptionsResponse, Refusal> {
    members::read(server, paths::COUPON_REDEMPTIONS, None).await
}

/// Of which weeks there are reports.
pub(super) async fn weekly_reports(server: Server) -> Result<WeeklyReportsResponse, Refusal> {
    members::read(server, paths::WEEKLY_REPORTS, None).await
}

/// What a complaint may be about.
pub(super) async fn case_categories(server: Server) -> Result<CaseCategoriesResponse, Refusal> {
    members::read(server, paths::CASE_CATEGORIES, None).await
}

/// The cases that are not closed.
pub(super) async fn cases(server: Server) -> Result<CasesResponse, Refusal> {
    members::read(server, paths::CASES, None).await
}

/// What is known of a case.
pub(super) async fn case(server: Server, id: i64) -> Result<CaseDetailResponse, Refusal> {
    members::read(server, &of_case(paths::CASE, id), None).await
}

/// Opens a case.
pub(super) async fn open_case(server: Server, asked: &CaseRequest) -> Result<CaseDoneResponse, Refusal> {
    members::write(server, Method::POST, paths::CASES, None, asked).await
}

/// Whoever works here answers for a case from now on.
pub(super) async fn take_case(server: Server, id: i64) -> Result<CaseDoneResponse, Refusal> {
    members::write(server, Method::POST, &of_case(paths::CASE_CLAIM, id), None, &NothingRequest {}).await
}

/// Closes a case, with what the customer is told.
pub(super) async fn close_case(server: Server, id: i64, outcome: String) -> Result<CaseDoneResponse, Refusal> {
    let said = CaseClosureRequest { outcome };
    members::write(server, Method::POST, &of_case(paths::CASE_CLOSURE, id), None, &said).await
}

/// Notes something, for colleagues.
pub(super) async fn note_case(server: Server, id: i64, text: String) -> Result<CaseDoneResponse, Refusal> {
    let said = CaseNoteRequest { text };
    members::write(server, Method::POST, &of_case(paths::CASE_NOTES, id), None, &said).await
}

/// A colleague answers for a case from now on.
pub(super) async fn hand_over_case(server: Server, id: i64, staff_number: i64) -> Result<CaseDoneResponse, Refusal> {
    let said = CaseHandoverRequest { staff_number };
    members::write(server, Method::POST, &of_case(paths::CASE_HANDOVER, id), None, &said).await
}

fn of_case(path: &str, id: i64) -> String {
    path.replace("{case_id}", &id.to_string())
}
