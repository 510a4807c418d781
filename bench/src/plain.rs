//! The server of the page that is written the obvious way.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::routing::get;
use polka_domain::Product;
use serde_json::json;
use tokio::net::TcpListener;

use crate::report::pack;

fn product_json(product: &Product) -> serde_json::Value {
    let address = product.shelf_address.as_ref();
    json!({
        "gtin": product.gtin.to_string(),
        "name": product.name.as_str(),
        "brand": product.brand.as_ref().map(|it| it.as_str()),
        "category": product.category.as_ref().map(|it| it.as_str()),
        "price": product.price.minor_units,
        "card_price": product.card_price.map(|it| it.minor_units),
        "aisle": address.map(|it| it.aisle()),
        "bay": address.and_then(|it| it.bay()),
        "shelf": address.and_then(|it| it.shelf()),
    })
}

/// All products as one JSON list.
pub(crate) fn products_json(list: &[Product]) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(&list.iter().map(product_json).collect::<Vec<_>>())?)
}

/// Serves the page and its data, and gives the address.
pub(crate) async fn serve(list: &[Product]) -> Result<String> {
    let packed = pack(&products_json(list)?, 9)?;
    let by_gtin: Arc<HashMap<String, String>> =
        Arc::new(list.iter().map(|it| (it.gtin.to_string(), product_json(it).to_string())).collect());
    let json = || [(CONTENT_TYPE, "application/json")];
    let router = Router::new()
        .route("/", get(|| async { ([(CONTENT_TYPE, "text/html")], include_str!("../plain/index.html")) }))
        .route("/plain.js", get(|| async { ([(CONTENT_TYPE, "text/javascript")], include_str!("../plain/plain.js")) }))
        .route("/products.json", get(move || async move { (json(), [(CONTENT_ENCODING, "br")], packed) }))
        .route(
            "/product/{gtin}",
            get(move |Path(gtin): Path<String>| async move {
                by_gtin.get(&gtin).map(|product| (json(), product.clone())).ok_or(StatusCode::NOT_FOUND)
            }),
        );
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}
