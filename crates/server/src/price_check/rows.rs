//! A product as rows of the database.

use anyhow::{Context, Result};
use polka_domain::{Allergens, Date, DateKind, Gtin, Money, Product, SaleUnit, ShelfAddress, Text};
use sqlx::{AnyConnection, FromRow};

use crate::store::Store;

#[derive(FromRow)]
struct ProductRow {
    gtin: i64,
    name: String,
    name_en: Option<String>,
    brand: Option<String>,
    category: Option<String>,
    unit: String,
    content: Option<String>,
    price: i64,
    card_price: Option<i64>,
    offer: Option<String>,
    offer_until: Option<String>,
    aisle: Option<String>,
    bay: Option<String>,
    shelf: Option<String>,
    allergens: Option<String>,
    age_limit: Option<i64>,
    date_kind: Option<String>,
}

/// The number under which a GTIN is stored.
fn key(gtin: Gtin) -> i64 {
    // Without its check digit, as the catalogue file has it; thirteen digits fit.
    gtin.body() as i64
}

impl ProductRow {
    fn into_product(self, store: &Store) -> Option<Product> {
        let money = |minor_units| Money { minor_units, currency: store.currency };
        let text = |text: Option<String>| text.map(|text| Text::parse(&text)).transpose().ok();
        let label = |text: &Option<String>| text.clone().unwrap_or_default();
        Some(Product {
            gtin: Gtin::from_body(u64::try_from(self.gtin).ok()?)?,
            name: Text::parse(&self.name).ok()?,
            name_en: text(self.name_en)?,
            brand: text(self.brand)?,
            category: text(self.category)?,
            sale_unit: SaleUnit::from_code(&self.unit)?,
            content: self.content.map(|content| content.parse()).transpose().ok()?,
            price: money(self.price),
            card_price: self.card_price.map(money),
            offer: text(self.offer)?,
            offer_until: self.offer_until.map(|day| day.parse::<Date>()).transpose().ok()?,
            shelf_address: ShelfAddress::parse(&label(&self.aisle), &label(&self.bay), &label(&self.shelf)).ok()?,
            allergens: Allergens::parse(self.allergens.as_deref().unwrap_or("")).ok()?,
            age_limit: self.age_limit.map(u8::try_from).transpose().ok()?,
            date_kind: match self.date_kind {
                Some(kind) => Some(DateKind::from_code(&kind)?),
                None => None,
            },
        })
    }
}

fn products(rows: Vec<ProductRow>, store: &Store) -> Result<Vec<Product>> {
    rows.into_iter()
        .map(|row| {
            let gtin = row.gtin;
            row.into_product(store).with_context(|| format!("the database's product {gtin} cannot be read"))
        })
        .collect()
}

/// All products of a store, in rising order of their GTINs.
pub(crate) async fn load(connection: &mut AnyConnection, store: &Store) -> Result<Vec<Product>> {
    let rows = sqlx::query_as("SELECT * FROM products WHERE store_id = $1 ORDER BY gtin");
    products(rows.bind(store.id).fetch_all(connection).await?, store)
}

/// What a store calls a product, in its own language and in English where it has a name in that.
pub(crate) async fn names(
    connection: &mut AnyConnection,
    store_id: i64,
    gtin: Gtin,
) -> Result<Option<(String, Option<String>)>> {
    let names = sqlx::query_as("SELECT name, name_en FROM products WHERE store_id = $1 AND gtin = $2");
    Ok(names.bind(store_id).bind(key(gtin)).fetch_optional(connection).await?)
}

/// What changed after a version: the products that are new or different, and the GTINs that are gone, both
/// in rising order.
pub(crate) async fn load_changes(
    connection: &mut AnyConnection,
    store: &Store,
    since: u64,
) -> Result<(Vec<Product>, Vec<Gtin>)> {
    let since = i64::try_from(since)?;
    let changed = sqlx::query_as("SELECT * FROM products WHERE store_id = $1 AND changed_version > $2 ORDER BY gtin");
    let changed = changed.bind(store.id).bind(since).fetch_all(&mut *connection).await?;
    let removed: Vec<i64> = sqlx::query_scalar(
        "SELECT gtin FROM removed_products WHERE store_id = $1 AND removed_version > $2 ORDER BY gtin",
    )
    .bind(store.id)
    .bind(since)
    .fetch_all(&mut *connection)
    .await?;
    let removed = removed.into_iter().filter_map(|body| Gtin::from_body(u64::try_from(body).ok()?)).collect();
    Ok((products(changed, store)?, removed))
}

/// Writes products, and the memory of those that are gone, under a version of the list.
pub(crate) async fn write(
    connection: &mut AnyConnection,
    store: &Store,
    written: &[Product],
    removed: &[Gtin],
    version: u64,
) -> Result<()> {
    let version = i64::try_from(version)?;
    for product in written {
        let text = |text: &Option<Text>| text.as_ref().map(ToString::to_string);
        let address = product.shelf_address.as_ref();
        let allergens: Vec<String> = product
            .allergens
            .known()
            .map(|allergen| allergen.code().to_owned())
            .chain(product.allergens.other().map(ToString::to_string))
            .collect();
        sqlx::query(
            "INSERT INTO products (store_id, gtin, name, name_en, brand, category, unit, content, price, card_price,
                offer, offer_until, aisle, bay, shelf, allergens, age_limit, date_kind, changed_version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
             ON CONFLICT (store_id, gtin) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
                brand = excluded.brand, category = excluded.category, unit = excluded.unit,
                content = excluded.content, price = excluded.price, card_price = excluded.card_price,
                offer = excluded.offer, offer_until = excluded.offer_until, aisle = excluded.aisle,
                bay = excluded.bay, shelf = excluded.shelf, allergens = excluded.allergens,
                age_limit = excluded.age_limit, date_kind = excluded.date_kind,
                changed_version = excluded.changed_version",
        )
        .bind(store.id)
        .bind(key(product.gtin))
        .bind(product.name.as_str())
        .bind(text(&product.name_en))
        .bind(text(&product.brand))
        .bind(text(&product.category))
        .bind(product.sale_unit.code())
        .bind(product.content.map(|content| content.to_string()))
        .bind(product.price.minor_units)
        .bind(product.card_price.map(|price| price.minor_units))
        .bind(text(&product.offer))
        .bind(product.offer_until.map(|day| day.to_string()))
        .bind(address.map(|it| it.aisle().to_owned()))
        .bind(address.and_then(|it| it.bay()).map(ToOwned::to_owned))
        .bind(address.and_then(|it| it.shelf()).map(ToOwned::to_owned))
        .bind((!allergens.is_empty()).then(|| allergens.join(";")))
        .bind(product.age_limit.map(i64::from))
        .bind(product.date_kind.map(DateKind::code))
        .bind(version)
        .execute(&mut *connection)
        .await?;
    }
    // A product that came back is no longer gone.
    sqlx::query(
        "DELETE FROM removed_products WHERE store_id = $1
         AND gtin IN (SELECT gtin FROM products WHERE store_id = $1 AND changed_version = $2)",
    )
    .bind(store.id)
    .bind(version)
    .execute(&mut *connection)
    .await?;
    for gtin in removed {
        sqlx::query("DELETE FROM products WHERE store_id = $1 AND gtin = $2")
            .bind(store.id)
            .bind(key(*gtin))
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            "INSERT INTO removed_products (store_id, gtin, removed_version) VALUES ($1, $2, $3)
             ON CONFLICT (store_id, gtin) DO UPDATE SET removed_version = excluded.removed_version",
        )
        .bind(store.id)
        .bind(key(*gtin))
        .bind(version)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
