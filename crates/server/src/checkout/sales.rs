//! When a store has last sold a product, as its tills tell: nothing of who bought it.

use std::collections::BTreeSet;

use anyhow::Result;
use polka_contract::{ErrorCode, MOST_SOLD_ITEMS, SoldItem};
use polka_domain::Gtin;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::database::places_of_rows;
use crate::http::ApiError;
use crate::tasks::reported_gtin;

/// So many of one thing a line of a receipt may say.
pub(super) const MOST_PIECES: u32 = 10_000;

/// The products on a receipt, checked; each once.
pub(super) fn products(items: &[SoldItem]) -> Result<BTreeSet<Gtin>, ApiError> {
    let wrong = |message: String| ApiError::new(ErrorCode::InvalidRequest, message);
    if items.len() > MOST_SOLD_ITEMS {
        return Err(wrong(format!("the items are more than {MOST_SOLD_ITEMS}")));
    }
    let product = |item: &SoldItem| match (1..=MOST_PIECES).contains(&item.quantity) {
        true => reported_gtin(&item.gtin),
        false => Err(wrong(format!("the quantity of an item is not 1 to {MOST_PIECES}"))),
    };
    items.iter().map(product).collect()
}

/// Notes that a store has sold products; what comes late changes nothing that was sold since.
pub(super) async fn note(
    connection: &mut AnyConnection,
    store_id: i64,
    products: &BTreeSet<Gtin>,
    sold_ms: i64,
) -> Result<()> {
    if products.is_empty() {
        return Ok(());
    }
    let statement = format!(
        "INSERT INTO last_sales (store_id, gtin, sold_ms) VALUES {}
         ON CONFLICT (store_id, gtin) DO UPDATE SET sold_ms =
            CASE WHEN excluded.sold_ms > last_sales.sold_ms THEN excluded.sold_ms ELSE last_sales.sold_ms END",
        places_of_rows(products.len(), 3)
    );
    let mut noted = sqlx::query(AssertSqlSafe(statement));
    for gtin in products {
        noted = noted.bind(store_id).bind(i64::try_from(gtin.body())?).bind(sold_ms);
    }
    noted.execute(connection).await?;
    Ok(())
}

/// When a store has last sold a product, as far as its tills tell.
pub(crate) async fn last_sold_ms(connection: &mut AnyConnection, store_id: i64, gtin: Gtin) -> Result<Option<i64>> {
    let last = sqlx::query_scalar("SELECT sold_ms FROM last_sales WHERE store_id = $1 AND gtin = $2");
    Ok(last.bind(store_id).bind(i64::try_from(gtin.body())?).fetch_optional(connection).await?)
}
