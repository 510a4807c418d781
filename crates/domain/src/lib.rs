//! The words of a food store as types: each is parsed once, at the edge, and valid ever after.
//!
//! Nothing here knows a clock, a file, a browser or a language. Words that a person reads are made
//! elsewhere from these values; the `Display` of an error is for an importer's log, in English.
//! Start reading at [`Product`].

mod allergen;
mod badge_number;
mod card_number;
mod case_code;
mod content;
mod coupon_code;
mod gtin;
mod money;
mod own_number;
mod phone;
mod points;
mod product;
mod setting_error;
mod shelf_address;
mod shopping_list;
mod text;

pub use allergen::{Allergen, Allergens};
pub use badge_number::BadgeNumber;
pub use card_number::CardNumber;
pub use case_code::{CaseCode, CaseCodeError};
pub use content::{Content, ContentError, ContentUnit, UnitPrice, UnitPriceBasis};
pub use coupon_code::CouponCode;
pub use gtin::{Gtin, GtinError};
pub use jiff::civil::Date;
pub use money::{Currency, Money, MoneyError};
pub use own_number::OwnNumberError;
pub use phone::{PartialPhone, Phone, PhoneCountries, PhoneCountry, PhoneError, UnknownPhoneCountry};
pub use points::{Points, PointsError};
pub use product::{DateKind, Product, SaleUnit};
pub use setting_error::SettingError;
pub use shelf_address::{ShelfAddress, ShelfAddressError};
pub use shopping_list::{ListItem, ShoppingList, ShoppingListError};
pub use text::{Text, TextError};
