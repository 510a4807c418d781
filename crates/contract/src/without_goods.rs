//! What was wrong with goods is put right without their coming back.

use serde::{Deserialize, Serialize};

use crate::{ApologyReason, Buyer};

/// A receipt whose lines are known, as staff see it: nothing tells who the buyer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownReceiptResponse {
    /// The till's own number of it.
    pub receipt_number: String,
    /// The day on which it was paid: 2026-12-31.
    pub day: String,
    /// Whether a member's card was shown with it: then points go to that member, and nobody else is to be named.
    pub has_member: bool,
    /// In the order of the receipt.
    pub lines: Vec<KnownLine>,
    /// What may have been wrong, in the order of the chain's list.
    pub reasons: Vec<ApologyReason>,
}

/// A line of such a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownLine {
    /// Its place on the receipt: the first is 1.
    pub line: u32,
    /// Which product, 14 digits.
    pub gtin: String,
    /// Its name, where the store's list has the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The same in English, where the list says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// How many were bought.
    pub quantity: u32,
    /// What was paid for them together, in minor units.
    pub minor_units: i64,
    /// How many neither came back nor were put right.
    pub left: u32,
    /// Whether it is fresh: what is not needs a second person.
    pub is_fresh: bool,
    /// Why nothing of it may be put right, where that is so: `unsure`, `came_back`, `put_right`, `fresh_too_old`,
    /// `too_old` or `worth_nothing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

/// The body of [`WITHOUT_GOODS`](crate::paths::WITHOUT_GOODS): what was wrong with a line is put right.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WithoutGoodsRequest {
    /// Which line of the receipt: the first is 1.
    pub line: u32,
    /// How many of it.
    pub quantity: u32,
    /// What was wrong: the code of one of the receipt's `reasons`.
    pub reason: String,
    /// To whom the points go. To be absent where the receipt has a member, and there where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// What the goods look like, for whoever decides: a JPEG of at most 2048 points a side, as base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jpeg: Option<String>,
    /// When it was given at the device, in milliseconds since 1970.
    pub made_ms: i64,
}

/// Which goods an apology is for that waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingGoods {
    /// The number of the apology.
    pub apology_id: i64,
    /// The receipt on which they stand.
    pub receipt_number: String,
    /// The line.
    pub line: u32,
    /// Which product, 14 digits.
    pub gtin: String,
    /// How many.
    pub quantity: u32,
    /// Whether there is a photograph of them: [`APOLOGY_PHOTO`](crate::paths::APOLOGY_PHOTO).
    #[serde(default)]
    pub has_photo: bool,
}
