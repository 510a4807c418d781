//! Joining the loyalty programme with a phone number, and proving that the number is one's own.
//!
//! A number that somebody names gets a card at once, whether it is known or not: the card collects points for
//! whoever has the number, and spends none until a code that was sent there has come back with it. So naming a
//! stranger's number takes nothing from them, and tells nothing of them.
//!
//! `members.rs` has who is who, `codes.rs` the codes that are sent, `phone_keys.rs` by what numbers are
//! found, `requests.rs` what devices ask.

pub(crate) mod codes;
pub(crate) mod consents;
pub(crate) mod members;
pub(crate) mod phone_keys;
pub(crate) mod requests;

use polka_contract::ErrorCode;
use polka_domain::{CardNumber, Phone, PhoneCountries};

use crate::http::ApiError;
use crate::phones;

pub(crate) use codes::proved_member;

/// The number that somebody named: one of a phone that can get messages, in a country that is served.
pub(crate) fn named_phone(text: &str, countries: &PhoneCountries) -> Result<Phone, ApiError> {
    let refused = |why: String| ApiError::new(ErrorCode::InvalidPhone, format!("the phone {why}"));
    let phone = Phone::parse(text, countries).map_err(|error| refused(error.to_string()))?;
    phones::check(phone).map_err(|error| refused(error.to_string()))?;
    Ok(phone)
}

/// The card that somebody showed.
pub(crate) fn shown_card(text: &str) -> Result<CardNumber, ApiError> {
    text.parse().map_err(|error| ApiError::new(ErrorCode::InvalidCard, format!("the card_number {error}")))
}
