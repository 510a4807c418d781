//! What is said to people by way of others: how that goes, for the staff.

use serde::{Deserialize, Serialize};

/// By which way a message reaches somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageChannel {
    /// To a phone, as SMS.
    Sms,
    /// To a mailbox.
    Email,
    /// To a printer of the store, for whoever stands there.
    Print,
}

impl MessageChannel {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Sms, Self::Email, Self::Print];

    /// As it is written in the database and in measurements.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Print => "print",
        }
    }

    /// The channel with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

/// The answer of [`MESSAGES`](crate::paths::MESSAGES).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessagesResponse {
    /// How each channel does.
    pub channels: Vec<MessageChannelState>,
    /// So many SMS were queued since midnight in the store.
    pub sms_today: u64,
    /// So many may be, in a day.
    pub sms_daily_limit: u64,
    /// The last fifty messages that were shown here instead of being sent, newest first; none where messages are
    /// sent.
    pub shown: Vec<ShownMessage>,
}

/// How a channel does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageChannelState {
    /// Which one.
    pub channel: MessageChannel,
    /// Who carries its messages: `log`, `sms-url`, `smtp` or `print`; absent where nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// So many messages wait, or are being sent.
    pub waiting: u64,
    /// Since when the oldest of them does, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since_ms: Option<i64>,
    /// Why a message was not taken, the last time that one was not: in English, without a number or a
    /// text; of a printer with the first line that its command said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When that was, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error_ms: Option<i64>,
}

/// A message of a server that sends none, for trying out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShownMessage {
    /// What it is about: `member_code`.
    pub kind: String,
    /// By which way it would have gone.
    pub channel: MessageChannel,
    /// To whom, with all but a hint left out; only dots for a printer.
    pub to: String,
    /// Of a mail; empty for others.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// When it was shown, in milliseconds since 1970.
    pub shown_ms: i64,
}
