//! What goes wrong, as an answer.

use std::fmt;

use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use polka_contract::ErrorCode;

/// An answer that is not a success. [`observe`](super::observe) turns it into the body that the contract
/// describes, with the request's id.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) code: ErrorCode,
    /// What the client is told.
    pub(crate) message: String,
    /// What only the log is told.
    pub(crate) cause: Option<String>,
}

impl ApiError {
    /// A body that could not be read, for this reason.
    pub(crate) fn of_body(problem: &str) -> Self {
        Self::new(ErrorCode::InvalidRequest, format!("the body is not right: {}", without_value(problem)))
    }

    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), cause: None }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self.code {
            ErrorCode::InvalidGtin | ErrorCode::InvalidRequest => StatusCode::BAD_REQUEST,
            ErrorCode::DeviceUnknown | ErrorCode::StaffUnknown | ErrorCode::CodeRefused => StatusCode::UNAUTHORIZED,
            ErrorCode::Forbidden => StatusCode::FORBIDDEN,
            ErrorCode::ProofRefused => StatusCode::UNAUTHORIZED,
            ErrorCode::KeyReused
            | ErrorCode::ReceiptKnown
            | ErrorCode::PointsRefused
            | ErrorCode::CouponRefused
            | ErrorCode::ApologyRefused
            | ErrorCode::StaffPhone
            | ErrorCode::ManagerNeeded
            | ErrorCode::ReturnRefused
            | ErrorCode::CaseRefused
            | ErrorCode::TaskTaken => StatusCode::CONFLICT,
            ErrorCode::MessagesPaused => StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::InvalidPhone | ErrorCode::InvalidCard | ErrorCode::SealBroken | ErrorCode::PhotoRefused => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            ErrorCode::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::NotFound
            | ErrorCode::ProductNotFound
            | ErrorCode::MemberNotFound
            | ErrorCode::ReceiptNotFound
            | ErrorCode::CouponNotFound
            | ErrorCode::ApologyNotFound
            | ErrorCode::CaseNotFound
            | ErrorCode::TaskNotFound => StatusCode::NOT_FOUND,
            ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            ErrorCode::TimedOut => StatusCode::REQUEST_TIMEOUT,
            ErrorCode::EditionUnknown => StatusCode::GONE,
            ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::Internal | ErrorCode::Unknown => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error behind a status that came from a layer and not from a handler.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::REQUEST_TIMEOUT => Self::new(ErrorCode::TimedOut, "the server took too long"),
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(ErrorCode::TooLarge, "the body is too large"),
            StatusCode::NOT_FOUND => Self::new(ErrorCode::NotFound, "there is no such address"),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(ErrorCode::MethodNotAllowed, "this address does not take this method")
            }
            status if status.is_client_error() => Self::new(ErrorCode::InvalidRequest, "the request is not right"),
            _ => Self::new(ErrorCode::Internal, "the server failed; its log has this request's id"),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ApiError {}

impl From<anyhow::Error> for ApiError {
    /// An error of the API that has gone through code which knows none stays what it is.
    fn from(error: anyhow::Error) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(error) => return error,
            Err(error) => error,
        };
        Self { cause: Some(format!("{error:#}")), ..Self::of_status(StatusCode::INTERNAL_SERVER_ERROR) }
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::of_status(StatusCode::PAYLOAD_TOO_LARGE),
            _ => Self::of_body(&rejection.body_text()),
        }
    }
}

/// What is wrong, without the value that is: it may be somebody's number.
fn without_value(problem: &str) -> String {
    let names_value = ["invalid type", "invalid value", "invalid length", "unknown variant"];
    match problem.rsplit_once(", expected ") {
        Some((what, expected)) if names_value.iter().any(|name| what.contains(name)) => {
            format!("a value is not what it must be, which is {expected}")
        }
        _ => problem.to_owned(),
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
