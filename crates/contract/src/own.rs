//! What a member does for themselves, later: on their own phone, by a link, or at a device, with a proof.

use serde::{Deserialize, Serialize};

use crate::ConsentKind;

/// The body of [`MEMBER_LINKS`](crate::paths::MEMBER_LINKS): make a link for the phone of whoever has this card.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    /// The card: 20 digits.
    #[cfg_attr(feature = "openapi", schema(example = "96438201745519283745"))]
    pub card_number: String,
    /// By which way it goes to them.
    pub by: LinkWay,
    /// In which language a message is to be: `ru` or `en`.
    pub language: String,
}

/// By which way a link goes to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkWay {
    /// It is shown on the screen, as a QR code. Anybody may see it, so a code is asked for where it is opened.
    Screen,
    /// By SMS to the member's number. Whoever opens it has that phone.
    Sms,
    /// By mail, where the member has given an address. A code is asked for where it is opened.
    Email,
    /// On paper, by the store's printer. Anybody may find it, so a code is asked for where it is opened.
    Print,
}

/// A link was made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkResponse {
    /// The whole address, where it is shown on the screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// So many seconds it can be opened, once.
    pub holds_s: u32,
}

/// The body of [`MEMBER_PHONES`](crate::paths::MEMBER_PHONES).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OpenLinkRequest {
    /// What stands behind the `#` of the link.
    #[cfg_attr(feature = "openapi", schema(example = "17.Jx0aB3cD4eF5gH6i"))]
    pub link: String,
}

/// A phone that is a member's own, as far as it was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnPhoneResponse {
    /// Whether it was shown that the number is theirs; else a code is to be asked for and typed.
    pub is_proved: bool,
}

/// The body of [`OWN_CODES`](crate::paths::OWN_CODES).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnCodeRequest {
    /// A number that is to be the member's; without it the code goes to the one that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// In which language the message is to be: `ru` or `en`.
    pub language: String,
}

/// The body of [`OWN_PROOFS`](crate::paths::OWN_PROOFS).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnProofRequest {
    /// The six digits.
    pub code: String,
}

/// What a member has told of themselves; from and to [`OWN_PROFILE`](crate::paths::OWN_PROFILE). What is absent was
/// not told.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The first name, as they write it: 1 to 60 characters without control characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The birthday, month and day alone: `12-31`. It can be changed a year after it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "12-31"))]
    pub birthday: Option<String>,
    /// A mail address, up to 254 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "anna@shop.example"))]
    pub email: Option<String>,
    /// What they want to hear of; each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<Wish>,
}

/// Of what somebody wants to hear. Nothing from which their health or faith could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Bread and pastry.
    Bread,
    /// Milk, cheese, yoghurt.
    Dairy,
    /// Meat and fish.
    MeatAndFish,
    /// Fruit and vegetables.
    FruitAndVegetables,
    /// Sweets, tea and coffee.
    Sweets,
    /// Things for children.
    Children,
    /// Food for animals.
    Pets,
    /// Things for the house.
    Household,
}

impl Wish {
    /// All there are.
    pub const ALL: [Self; 8] = [
        Self::Bread,
        Self::Dairy,
        Self::MeatAndFish,
        Self::FruitAndVegetables,
        Self::Sweets,
        Self::Children,
        Self::Pets,
        Self::Household,
    ];
}

/// A member's card; from [`OWN_CARD`](crate::paths::OWN_CARD).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnCardResponse {
    /// 20 digits.
    pub card_number: String,
    /// Whether it spends.
    pub can_spend: bool,
    /// Digits that change, for a member's own phone; none at other devices. The barcode on the phone is the card's
    /// number and then these.
    pub codes: Vec<CardCode>,
}

/// Six digits that show for a while that the phone with the card is at hand.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CardCode {
    /// The digits; a till takes them once.
    pub code: String,
    /// From when on they are shown, in milliseconds since 1970; the next takes their place.
    pub from_ms: i64,
}

/// The body of [`OWN_NUMBER`](crate::paths::OWN_NUMBER): another number, with the code that came to it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NumberRequest {
    /// The new number.
    #[cfg_attr(feature = "openapi", schema(example = "+7 916 123-45-67"))]
    pub phone: String,
    /// The six digits that came to it.
    pub code: String,
}

/// The body of [`OWN_CONSENTS`](crate::paths::OWN_CONSENTS).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnConsentRequest {
    /// To what.
    pub kind: ConsentKind,
    /// Which version of the text was shown: a year and a month.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11"))]
    pub text_version: String,
    /// Whether it was yes.
    pub is_given: bool,
    /// When that was said, in milliseconds since 1970.
    pub made_ms: i64,
}

/// The body of [`SHOPPING_LISTS`](crate::paths::SHOPPING_LISTS): put this onto the list of whoever has this card.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ShoppingListRequest {
    /// The card: 20 digits.
    #[cfg_attr(feature = "openapi", schema(example = "96438201745519283745"))]
    pub card_number: String,
    /// GTINs with a dot between them, and a hyphen and the number of pieces, 1 to 99, behind one where it is not one
    /// piece: 60 products at most, each once.
    #[cfg_attr(feature = "openapi", schema(example = "4006381333931-2.96385074"))]
    pub items: String,
}

/// A member's own shopping list; from [`OWN_SHOPPING_LIST`](crate::paths::OWN_SHOPPING_LIST).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnShoppingList {
    /// GTINs with a dot between them, and a hyphen and the number of pieces behind one where it is not one piece; empty
    /// where nothing is on it.
    #[cfg_attr(feature = "openapi", schema(example = "4006381333931-2.0000096385074"))]
    pub items: String,
    /// When it was last changed, in milliseconds since 1970; absent where nothing is on it. It goes 60 days later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_ms: Option<i64>,
}

/// What a member makes of their shopping list; to [`OWN_SHOPPING_LIST`](crate::paths::OWN_SHOPPING_LIST).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnShoppingListRequest {
    /// The whole list, as [`OwnShoppingList`] has it; empty to clear it.
    #[cfg_attr(feature = "openapi", schema(example = "4006381333931"))]
    pub items: String,
    /// The list as it was read, before it was changed: what was sent to it since then stays. Without it, `items`
    /// replaces whatever is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "4006381333931-2.0000096385074"))]
    pub seen: Option<String>,
}

/// It is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DoneResponse {}
