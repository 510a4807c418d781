//! A map as a row of the database.

use anyhow::Result;
use sqlx::AnyPool;

/// What tells the store's map from every other; `None` where it has none.
pub(super) async fn find_tag(pool: &AnyPool, store_id: i64) -> Result<Option<String>> {
    let tag = sqlx::query_scalar("SELECT tag FROM maps WHERE store_id = $1");
    Ok(tag.bind(store_id).fetch_optional(pool).await?)
}

/// The map with its tag.
pub(super) async fn find(pool: &AnyPool, store_id: i64) -> Result<Option<(String, String)>> {
    let map = sqlx::query_as("SELECT tag, geojson FROM maps WHERE store_id = $1");
    Ok(map.bind(store_id).fetch_optional(pool).await?)
}

/// Puts a map in the place of the store's last one.
pub(super) async fn keep(pool: &AnyPool, store_id: i64, tag: &str, geojson: &str) -> Result<()> {
    let kept = sqlx::query(
        "INSERT INTO maps (store_id, tag, geojson) VALUES ($1, $2, $3)
         ON CONFLICT (store_id) DO UPDATE SET tag = excluded.tag, geojson = excluded.geojson",
    );
    kept.bind(store_id).bind(tag).bind(geojson).execute(pool).await?;
    Ok(())
}
