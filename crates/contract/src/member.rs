//! Members of the loyalty programme: joining with a phone number, and proving that the number is one's own.

use serde::{Deserialize, Serialize};

use crate::{OwnCase, OwnOffer, OwnShoppingList, PointsChange, Profile, SoldItem};

/// The header with what [`MEMBER_PROOFS`](crate::paths::MEMBER_PROOFS) gave.
pub const MEMBER_PROOF: &str = "member-proof";

/// The body of [`MEMBERS`](crate::paths::MEMBERS): a card for whoever has this number. A number that is known gets
/// such a card too, and the same answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MemberRequest {
    /// The phone number, with its country's code or as people of the store's country write it.
    #[cfg_attr(feature = "openapi", schema(example = "+7 916 123-45-67"))]
    pub phone: String,
    /// The card, where the device has given one already: 20 digits. Without it the server makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "96438201745519283745"))]
    pub card_number: Option<String>,
    /// When that was said at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

/// The card of somebody who has joined. It collects points at once, and spends them once the number was proved.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberResponse {
    /// 20 digits, which the card's barcode (Code 128) holds.
    pub card_number: String,
}

/// The body of [`MEMBER_CODES`](crate::paths::MEMBER_CODES): send a code to this number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// The phone number.
    pub phone: String,
    /// In which language the message is to be: `ru` or `en`.
    pub language: String,
}

/// A code was sent, or one that was sent before still holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeResponse {
    /// So many seconds it holds.
    pub holds_s: u32,
    /// Another can be asked for after so many seconds.
    pub again_after_s: u32,
}

/// The body of [`MEMBER_PROOFS`](crate::paths::MEMBER_PROOFS): the code that came to the phone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProofRequest {
    /// The phone number.
    pub phone: String,
    /// The six digits.
    pub code: String,
    /// A card of this number that may spend from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_number: Option<String>,
}

/// The phone is the person's own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofResponse {
    /// What shows it, in the header [`MEMBER_PROOF`], from this device.
    pub proof: String,
    /// So many seconds it holds.
    pub holds_s: u32,
}

/// What somebody is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentKind {
    /// That the number is kept and used for the card.
    Processing,
    /// That messages about offers come to it.
    Marketing,
}

impl ConsentKind {
    /// As it is written in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Marketing => "marketing",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Processing, Self::Marketing].into_iter().find(|kind| kind.code() == code)
    }
}

/// The body of [`MEMBER_CONSENTS`](crate::paths::MEMBER_CONSENTS): what the holder of a card has said to a text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    /// Whose card: 20 digits. It may come before the card does.
    #[cfg_attr(feature = "openapi", schema(example = "96438201745519283745"))]
    pub card_number: String,
    /// To what.
    pub kind: ConsentKind,
    /// Which version of the text was shown: a year and a month.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11"))]
    pub text_version: String,
    /// Whether it was yes.
    pub is_given: bool,
    /// When that was said at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

/// What somebody said is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentResponse {
    /// The server's number of it.
    pub consent_id: i64,
}

/// The body of [`MEMBER_SEARCH`](crate::paths::MEMBER_SEARCH): by number or by card, one of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MemberSearchRequest {
    /// The phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// A card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_number: Option<String>,
}

/// The member that was looked for; nothing that tells who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundMemberResponse {
    /// The server's number of the member.
    pub member_id: i64,
    /// Whether the card that was named may spend; a number alone may not.
    pub can_spend: bool,
    /// So many points could be spent, where the chain lets tills see that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_points: Option<i64>,
}

/// All that is kept of somebody, for themselves; from [`MEMBER_SELF`](crate::paths::MEMBER_SELF), with a proof.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnDataResponse {
    /// The phone number.
    pub phone: String,
    /// When they joined, in milliseconds since 1970.
    pub joined_ms: i64,
    /// What they have told of themselves.
    #[serde(default)]
    pub profile: Profile,
    /// What they want to buy.
    #[serde(default)]
    pub shopping_list: OwnShoppingList,
    /// Their cards.
    pub cards: Vec<OwnCard>,
    /// What they have said to texts about their data, by card.
    pub consents: Vec<OwnConsent>,
    /// Who has looked at it.
    pub looks: Vec<OwnLook>,
    /// Their receipts, by which points were earned or spent.
    pub receipts: Vec<OwnReceipt>,
    /// Their points.
    #[serde(default)]
    pub points: OwnPoints,
    /// What the chain has given them alone.
    #[serde(default)]
    pub offers: Vec<OwnOffer>,
    /// The items that they have reported as past their date.
    #[serde(default)]
    pub expired_reports: Vec<OwnExpiredReport>,
    /// The complaints for which their number was named, as far as they are kept.
    #[serde(default)]
    pub cases: Vec<OwnCase>,
    /// So many photographs are kept of goods that did not come back, and for which they were given points or wanted some.
    #[serde(default)]
    pub goods_photos: i64,
}

/// Points, with all that ever happened to them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnPoints {
    /// What can be spent.
    pub available: i64,
    /// What waits for somebody to confirm it.
    pub pending: i64,
    /// What is set aside for a receipt that is not paid yet.
    pub held: i64,
    /// All that happened, the newest first.
    pub history: Vec<PointsChange>,
}

/// A card.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnCard {
    /// 20 digits.
    pub card_number: String,
    /// When it was given, in milliseconds since 1970.
    pub given_ms: i64,
    /// Whether it spends.
    pub can_spend: bool,
}

/// What somebody has said to a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnConsent {
    /// To what.
    pub kind: ConsentKind,
    /// Which version of the text was shown.
    pub text_version: String,
    /// Whether it was yes.
    pub is_given: bool,
    /// When, in milliseconds since 1970.
    pub made_ms: i64,
}

/// A look at somebody's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnLook {
    /// At what: `search`, `points`, `last_four`…
    pub what: String,
    /// By which device.
    pub device: String,
    /// When, in milliseconds since 1970.
    pub looked_ms: i64,
}

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnReceipt {
    /// The till's own number.
    pub receipt_number: String,
    /// In which store.
    pub store: String,
    /// Its sum, in minor units; absent while it is not paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_minor_units: Option<i64>,
    /// On which day: 2026-12-31.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// What stands on it, for as long as that is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<SoldItem>,
}

/// A report of an item that was past its date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnExpiredReport {
    /// Which product it was.
    pub gtin: String,
    /// The last day on its label: 2026-12-31.
    pub last_day: String,
    /// In which store.
    pub store: String,
    /// How many there were.
    pub quantity: i64,
    /// What it came to: `reward_waits`, `member_day_limit`…
    pub outcome: String,
    /// How it stands: `nothing`, `waiting`, `second_look`, `confirmed`, `not_confirmed` or `released`.
    pub state: String,
    /// So many points it is worth.
    pub points: i64,
    /// Whether a photograph of the label is kept with it.
    #[serde(default)]
    pub has_photo: bool,
    /// When it was made, in milliseconds since 1970.
    pub made_ms: i64,
}

/// The body of [`MEMBER_ERASURE`](crate::paths::MEMBER_ERASURE).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ErasureRequest {
    /// When that was said at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

/// They are gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErasureResponse {
    /// The server's number of the member, to which nothing leads any more.
    pub member_id: i64,
}
