//! Cases: what a customer complains of, who answers for it, until when, and what came of it.

use serde::{Deserialize, Serialize};

/// What a complaint may be about, from the chain's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseCategory {
    /// By which programs know it: 1 to 40 small letters, digits, `_` or `-`.
    pub code: String,
    /// As people are shown it, in Russian.
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// Which department answers for it.
    pub department: String,
    /// Within so many hours it is to be put right.
    pub due_hours: u32,
    /// Whether managers alone read and close it, as what is said of people who work here. Whoever opened it sees how it
    /// stands, and its code.
    #[serde(default)]
    pub managers_only: bool,
}

/// What a complaint may be about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseCategoriesResponse {
    /// In the order of the chain's list.
    pub categories: Vec<CaseCategory>,
}

/// How the customer is told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CaseChannel {
    /// By SMS, to this number.
    Sms(String),
    /// By mail, to this mailbox.
    Email(String),
    /// Not at all: they take the code along on paper.
    Paper,
}

/// The body of [`CASES`](crate::paths::CASES).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseRequest {
    /// The code of a category of the chain's list.
    pub category: String,
    /// What happened, in words: 1 to 1000 characters.
    pub words: String,
    /// How the customer is told.
    pub channel: CaseChannel,
    /// In which language a message is: `ru` or `en`.
    pub language: String,
    /// The apology that was given for it, where one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apology_id: Option<i64>,
    /// When it was said at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

/// How a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Nobody has begun.
    Open,
    /// Somebody works on it.
    InWork,
    /// It is done.
    Closed,
}

impl CaseState {
    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InWork => "in_work",
            Self::Closed => "closed",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::InWork, Self::Closed].into_iter().find(|state| state.code() == code)
    }
}

/// What was done with a case, as it was answered then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseDoneResponse {
    /// Its number.
    pub case_id: i64,
    /// How it stood then.
    pub state: CaseState,
    /// The twelve digits by which the customer looks it up, of one on paper, for whoever opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// A case in the list of the store: nothing tells who the customer is, or what they said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseResponse {
    /// Its number.
    pub case_id: i64,
    /// The code of its category.
    pub category: String,
    /// Which department answers for it.
    pub department: String,
    /// The number of whoever answers for it.
    pub owner_number: i64,
    /// How it stands.
    pub state: CaseState,
    /// When it was opened, in milliseconds since 1970.
    pub opened_ms: i64,
    /// Until when it is to be put right.
    pub due_ms: i64,
    /// That time is over.
    pub is_overdue: bool,
    /// The customer has said that it was not put right.
    pub is_reopened: bool,
    /// The apology that was given for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apology_id: Option<i64>,
}

/// The cases of the store that are not closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CasesResponse {
    /// Own and overdue ones first, then by when they are due.
    pub cases: Vec<CaseResponse>,
}

/// What somebody did with a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseStepKind {
    /// Opened it.
    Opened,
    /// Took it.
    Taken,
    /// Gave it to a colleague.
    HandedOver,
    /// Noted something.
    Noted,
    /// Closed it.
    Closed,
    /// The customer says that it was put right.
    PutRight,
    /// The customer says that it was not; it is open again.
    Reopened,
}

impl CaseStepKind {
    const ALL: [Self; 7] =
        [Self::Opened, Self::Taken, Self::HandedOver, Self::Noted, Self::Closed, Self::PutRight, Self::Reopened];

    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Taken => "taken",
            Self::HandedOver => "handed_over",
            Self::Noted => "noted",
            Self::Closed => "closed",
            Self::PutRight => "put_right",
            Self::Reopened => "reopened",
        }
    }

    /// The step with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }
}

/// A step of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseStep {
    /// What it was.
    pub step: CaseStepKind,
    /// The number of whoever did it; absent of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_number: Option<i64>,
    /// The number of whoever it was handed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_staff_number: Option<i64>,
    /// When, in milliseconds since 1970.
    pub made_ms: i64,
    /// A note, until it is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A case for whoever works on it; nothing tells who the customer is, but for what the words do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseDetailResponse {
    /// How it stands.
    pub case: CaseResponse,
    /// Whether whoever asks may take it now: nobody who works here has it, or they are a manager.
    #[serde(default)]
    pub may_take: bool,
    /// It is for managers alone, and whoever asks is none: nothing of it is told but how it stands and its code.
    #[serde(default)]
    pub is_for_managers: bool,
    /// What happened, in words, until it is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// What the customer is told of it, where it was closed once, until it is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The twelve digits of one on paper, for whoever opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What was done with it, the first first.
    pub steps: Vec<CaseStep>,
}

/// The body of [`CASE_NOTES`](crate::paths::CASE_NOTES).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseNoteRequest {
    /// For colleagues: 1 to 1000 characters.
    pub text: String,
}

/// The body of [`CASE_HANDOVER`](crate::paths::CASE_HANDOVER).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseHandoverRequest {
    /// The number of whoever answers for it from now on.
    pub staff_number: i64,
}

/// The body of [`CASE_CLOSURE`](crate::paths::CASE_CLOSURE).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseClosureRequest {
    /// What was done, for the customer to read: 1 to 200 characters.
    pub outcome: String,
}

/// The body of [`CASE_STATUS`](crate::paths::CASE_STATUS).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseStatusRequest {
    /// The twelve digits that the customer was given.
    pub code: String,
}

/// The body of [`CASE_ANSWERS`](crate::paths::CASE_ANSWERS).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseAnswerRequest {
    /// The twelve digits that the customer was given.
    pub code: String,
    /// Whether it was put right.
    pub is_put_right: bool,
}

/// A complaint for which a member's number was named, for the member.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnCase {
    /// The code of its category.
    pub category: String,
    /// How it stands.
    pub state: CaseState,
    /// When it was opened, in milliseconds since 1970.
    pub opened_ms: i64,
    /// What happened, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// What was done, where it was closed once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// A case, as whoever has its code sees it: nothing of a person, and nothing of what they said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseStatusResponse {
    /// How it stands.
    pub state: CaseState,
    /// The day until which it is to be put right: 2026-12-31.
    pub due_day: String,
    /// What was done, where it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Whether the customer may say now if it was put right.
    pub asks: bool,
    /// What they have said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_put_right: Option<bool>,
}
