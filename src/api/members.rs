//! What is asked of the store about a member, there and then.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};

use gloo_net::http::{Method, Response};
use polka_contract::{
    CodeRequest, CodeResponse, ErrorCode, IDEMPOTENCY_KEY, LinkRequest, LinkResponse, LinkWay, MEMBER_PROOF, paths,
};
use polka_domain::Phone;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{MESSAGE_LIMIT, Server, error_code};
use crate::i18n::Locale;
use crate::random::idempotency_key;
use crate::ui::code::CodeProblem;

/// Which version of the texts about their data somebody says yes or no to. Another text has another one.
pub(crate) const CONSENT_TEXT_VERSION: &str = "2026-11.2";

/// Why the store did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The code, or the link, is none that was sent, or its time is over.
    Code,
    TooManyTries,
    /// It sends no messages for now.
    Paused,
    /// It does not take the number.
    Phone,
    /// It does not take what was typed, for another reason.
    Invalid,
    /// Nobody has joined with this number.
    NoMember,
    /// It was not shown that the number is theirs, or too long ago.
    NoProof,
    /// It does not know this device, or phone, or the device may not do this.
    NoDevice,
    /// Nobody of the staff has shown here who they are.
    NoStaff,
    /// What somebody wants to settle is settled already, or may not be settled so.
    Settled,
    /// It is the number of somebody who works there.
    StaffPhone,
    /// By now a manager alone may do it.
    Manager,
    /// Its coupon is used, set aside at a till, or over.
    Coupon,
    /// Its points are not there.
    Points,
    /// It knows no such receipt.
    NoReceipt,
    /// It did not answer.
    NoAnswer,
}

impl Refusal {
    /// What it says of a code that was typed.
    pub(crate) fn of_code(self) -> CodeProblem {
        match self {
            Self::Code => CodeProblem::Refused,
            Self::TooManyTries => CodeProblem::TooManyTries,
            _ => CodeProblem::NoAnswer,
        }
    }
}

/// Asks for a code to a number: after how many seconds another can be asked for.
pub(crate) async fn ask_for_code(server: Server, phone: Phone, locale: Locale) -> Result<u32, Refusal> {
    let asked = CodeRequest { phone: phone.e164(), language: locale.code().into() };
    let sent: CodeResponse = write(server, Method::POST, paths::MEMBER_CODES, None, &asked).await?;
    Ok(sent.again_after_s)
}

/// Makes a link for the phone of whoever has a card; the address, where it is shown here.
pub(crate) async fn make_link(
    server: Server,
    card_number: String,
    by: LinkWay,
    locale: Locale,
) -> Result<Option<String>, Refusal> {
    let asked = LinkRequest { card_number, by, language: locale.code().into() };
    let link: LinkResponse = write(server, Method::POST, paths::MEMBER_LINKS, None, &asked).await?;
    Ok(link.url)
}

thread_local! {
    /// The last write that had no answer: a hash of what was written, and its key.
    static UNANSWERED: RefCell<Option<(u64, String)>> = const { RefCell::new(None) };
}

/// Writes something, and gives what the store says to it. Its answer may be lost: then the same is written once more,
/// under the same key, and answered the same; also where somebody writes it again themselves.
pub(crate) async fn write<T: DeserializeOwned>(
    server: Server,
    method: Method,
    path: &str,
    proof: Option<&str>,
    body: &impl Serialize,
) -> Result<T, Refusal> {
    let mut hasher = DefaultHasher::new();
    (method.as_str(), path, proof, serde_json::to_string(body).ok()).hash(&mut hasher);
    let hash = hasher.finish();
    let former = UNANSWERED.take().filter(|(written, _)| *written == hash).map(|(_, key)| key);
    let key = former.or_else(idempotency_key).ok_or(Refusal::NoAnswer)?;
    let said = write_under(server, &key, method, path, proof, body).await;
    if matches!(said, Err(Refusal::NoAnswer)) {
        UNANSWERED.set(Some((hash, key)));
    }
    said
}

/// The same under this key, for whoever tries again later.
pub(crate) async fn write_under<T: DeserializeOwned>(
    server: Server,
    key: &str,
    method: Method,
    path: &str,
    proof: Option<&str>,
    body: &impl Serialize,
) -> Result<T, Refusal> {
    let ask = || {
        server.ask(path, MESSAGE_LIMIT, |request| {
            let request = request.method(method.clone()).header(IDEMPOTENCY_KEY, key);
            match proof {
                Some(proof) => request.header(MEMBER_PROOF, proof).json(body),
                None => request.json(body),
            }
        })
    };
    let mut response = ask().await;
    if response.is_err() {
        response = ask().await;
    }
    said(response.map_err(|_| Refusal::NoAnswer)?).await
}

/// Reads something.
pub(crate) async fn read<T: DeserializeOwned>(server: Server, path: &str, proof: Option<&str>) -> Result<T, Refusal> {
    let response = server.ask(path, MESSAGE_LIMIT, |request| match proof {
        Some(proof) => request.header(MEMBER_PROOF, proof).build(),
        None => request.build(),
    });
    said(response.await.map_err(|_| Refusal::NoAnswer)?).await
}

async fn said<T: DeserializeOwned>(response: Response) -> Result<T, Refusal> {
    if response.ok() {
        // A network that asks for a password answers too.
        return response.json().await.map_err(|_| Refusal::NoAnswer);
    }
    Err(refusal_of(error_code(&response).await))
}

/// Once for all that is read: each of them would else have its own.
#[inline(never)]
fn refusal_of(code: Option<ErrorCode>) -> Refusal {
    match code {
        Some(ErrorCode::CodeRefused | ErrorCode::CaseNotFound) => Refusal::Code,
        Some(ErrorCode::TooManyTries) => Refusal::TooManyTries,
        Some(ErrorCode::InvalidPhone) => Refusal::Phone,
        Some(ErrorCode::InvalidRequest | ErrorCode::PhotoRefused) => Refusal::Invalid,
        Some(ErrorCode::MessagesPaused) => Refusal::Paused,
        Some(ErrorCode::MemberNotFound) => Refusal::NoMember,
        Some(ErrorCode::ProofRefused) => Refusal::NoProof,
        Some(ErrorCode::DeviceUnknown | ErrorCode::Forbidden) => Refusal::NoDevice,
        Some(ErrorCode::StaffUnknown) => Refusal::NoStaff,
        Some(
            ErrorCode::ApologyRefused | ErrorCode::ApologyNotFound | ErrorCode::ReturnRefused | ErrorCode::CaseRefused,
        ) => Refusal::Settled,
        Some(ErrorCode::StaffPhone) => Refusal::StaffPhone,
        Some(ErrorCode::ManagerNeeded) => Refusal::Manager,
        Some(ErrorCode::CouponRefused) => Refusal::Coupon,
        Some(ErrorCode::PointsRefused) => Refusal::Points,
        Some(ErrorCode::ReceiptNotFound) => Refusal::NoReceipt,
        _ => Refusal::NoAnswer,
    }
}
