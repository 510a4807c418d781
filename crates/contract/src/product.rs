use polka_domain::{Allergen, Product, SaleUnit};
use serde::{Deserialize, Serialize};

/// The answer of [`PRODUCT`](crate::paths::PRODUCT). What is absent is not known of the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductResponse {
    /// 14 digits.
    pub gtin: String,
    /// In the store's language.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// In English.
    pub name_en: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// Whose it is.
    pub brand: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// The department's path, with `/` between the levels.
    pub category: Option<String>,
    /// Three letters of ISO 4217; all prices are hundredths of it.
    pub currency: String,
    /// The shelf price.
    pub price_minor_units: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// The price for members.
    pub card_price_minor_units: Option<i64>,
    /// What the price is the price of: `piece`, `kg` or `l`.
    pub unit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// What is in a pack.
    pub content: Option<ContentResponse>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// The price by which packs of different size are compared.
    pub unit_price: Option<UnitPriceResponse>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// What is offered; past its last day too, for the reader's clock decides.
    pub offer: Option<OfferResponse>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// Where it stands.
    pub shelf_address: Option<ShelfAddressResponse>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    /// Codes of the fourteen allergens that must be declared, and the feed's own words for others.
    pub allergens: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// The age in years from which it is sold.
    pub age_limit: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// What the date on the pack means: `best_before` or `use_by`.
    pub date_kind: Option<String>,
}

/// What is in a pack: `count` times `amount` of `unit`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContentResponse {
    /// As in `6 x 330 ml`, else 1.
    pub count: u16,
    /// In thousandths of the unit.
    pub amount_thousandths: u32,
    /// `g`, `kg`, `ml`, `l`, `pcs` or `m`.
    pub unit: String,
}

/// A price by which packs of different size are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitPriceResponse {
    /// In the product's currency.
    pub price_minor_units: i64,
    /// Of one `kg`, `l`, `piece` or `m`.
    pub per: String,
}

/// What is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferResponse {
    /// In the store's words.
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// Its last day in the store, `2026-12-31`.
    pub until: Option<String>,
}

/// Where a product stands, by the labels in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShelfAddressResponse {
    /// The aisle.
    pub aisle: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// The bay in it.
    pub bay: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// The shelf of that.
    pub shelf: Option<String>,
}

impl From<&Product> for ProductResponse {
    fn from(product: &Product) -> Self {
        let text = |text: &Option<polka_domain::Text>| text.as_ref().map(ToString::to_string);
        Self {
            gtin: product.gtin.to_string(),
            name: product.name.to_string(),
            name_en: text(&product.name_en),
            brand: text(&product.brand),
            category: text(&product.category),
            currency: product.price.currency.code().into(),
            price_minor_units: product.price.minor_units,
            card_price_minor_units: product.card_price.map(|price| price.minor_units),
            unit: SaleUnit::code(product.sale_unit).into(),
            content: product.content.map(|content| ContentResponse {
                count: content.count(),
                amount_thousandths: content.amount_thousandths(),
                unit: content.unit().code().into(),
            }),
            unit_price: product.unit_price().map(|unit| UnitPriceResponse {
                price_minor_units: unit.price.minor_units,
                per: unit.basis.code().into(),
            }),
            offer: product.offer.as_ref().map(|offer| OfferResponse {
                text: offer.to_string(),
                until: product.offer_until.map(|day| day.to_string()),
            }),
            shelf_address: product.shelf_address.as_ref().map(|address| ShelfAddressResponse {
                aisle: address.aisle().into(),
                bay: address.bay().map(Into::into),
                shelf: address.shelf().map(Into::into),
            }),
            allergens: product
                .allergens
                .known()
                .map(Allergen::code)
                .map(Into::into)
                .chain(product.allergens.other().map(ToString::to_string))
                .collect(),
            age_limit: product.age_limit,
            date_kind: product.date_kind.map(|kind| kind.code().into()),
        }
    }
}
