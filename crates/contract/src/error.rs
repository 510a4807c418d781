use serde::{Deserialize, Serialize};

/// What went wrong, for programs. The list is closed: a new code is a new version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The path's GTIN is not a valid one (400).
    InvalidGtin,
    /// A parameter is missing, unknown or of the wrong form (400).
    InvalidRequest,
    /// The request comes from a device that the store does not know, or no longer (401).
    DeviceUnknown,
    /// The code is none that was given out, or its time is over (401).
    CodeRefused,
    /// It was tried too often; wait a minute (429).
    TooManyTries,
    /// The request comes from another site's page, or this device may not make it (403).
    Forbidden,
    /// The idempotency key was used before, for something else (409).
    KeyReused,
    /// The body was sealed to a key that the server no longer has, or was changed on its way (422).
    SealBroken,
    /// The phone number is none, or not of a country or kind that is served (422).
    InvalidPhone,
    /// The card's number is none (422).
    InvalidCard,
    /// The proof is none, or its time is over (401).
    ProofRefused,
    /// No messages are sent for now; the store knows (503).
    MessagesPaused,
    /// No member has this number or card (404).
    MemberNotFound,
    /// The store has no such receipt or reservation (404).
    ReceiptNotFound,
    /// The receipt's number was posted before, with something else (409).
    ReceiptKnown,
    /// Nobody of the staff has shown at this tablet who they are, or too long ago (401).
    StaffUnknown,
    /// The store has no such task (404).
    TaskNotFound,
    /// Somebody else does the task, or has done it (409).
    TaskTaken,
    /// The points are not there, or may not be spent so; the message says why (409).
    PointsRefused,
    /// The photograph is no JPEG of at most 2048 points a side, or the device has sent no such report, or the report has a
    /// photograph; the message says which (422).
    PhotoRefused,
    /// No coupon has this code (404).
    CouponNotFound,
    /// The coupon does not pay for this receipt, or its apology cannot be changed any more; the message says why (409).
    CouponRefused,
    /// The store has no such apology (404).
    ApologyNotFound,
    /// The apology is settled already, or may not be settled so; the message says why (409).
    ApologyRefused,
    /// The phone number is that of somebody who works in the store: they get no apologies there (409).
    StaffPhone,
    /// By now, or above this limit, only a manager may do it; the message says which (409).
    ManagerNeeded,
    /// The line of the receipt may not come back, or not be put right without the goods; the message says why (409).
    ReturnRefused,
    /// No case has this code, or the store has no such case (404).
    CaseNotFound,
    /// The case is closed, another's, or answered already; the message says which (409).
    CaseRefused,
    /// No such address (404).
    NotFound,
    /// No product has this GTIN (404).
    ProductNotFound,
    /// The address has no such method (405).
    MethodNotAllowed,
    /// The server took too long (408).
    TimedOut,
    /// The edition is not one that changes can be given from; fetch the whole file (410).
    EditionUnknown,
    /// The body is larger than anything this API takes (413).
    TooLarge,
    /// A fault of the server; its log has the request's id (500).
    Internal,
    /// A code of a newer server.
    #[serde(other)]
    Unknown,
}

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorResponse {
    /// The error.
    pub error: ErrorBody,
}

/// One error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// The same for whoever writes those programs, in the words of the field that is wrong.
    pub message: String,
    /// By which the server's log is searched.
    pub request_id: String,
}
