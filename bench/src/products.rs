//! The products that are measured: 60,000 of the real feed, or as many made up.

use std::path::PathBuf;

use anyhow::Result;
use polka_domain::{Allergens, Currency, Gtin, Money, Product, SaleUnit, ShelfAddress, Text};

const MADE_UP: u64 = 60_000;

/// The feed as a file that `polka import` takes.
pub(crate) fn csv_file() -> Result<PathBuf> {
    if let Some(real) = polka_stage::real_data("products.csv") {
        return Ok(real);
    }
    let path = polka_stage::root().join("target/bench-products.csv");
    let mut text = "gtin,name,brand,category,price,card_price,aisle,bay,shelf\n".to_owned();
    for item in 0..MADE_UP {
        let gtin = Gtin::from_body(460_000_000_000 + item * 13).map(|it| it.to_string()).unwrap_or_default();
        let word = item.wrapping_mul(2_654_435_761) % 1_000_003;
        let (aisle, bay, shelf) = (item % 30 + 1, item % 24 + 1, item % 6 + 1);
        text += &format!(
            "{gtin},Товар {word} {}г,Марка {},Отдел {}/Полка {},{}.90,,{aisle},{bay},{shelf}\n",
            item % 9 * 50 + 50,
            item % 700,
            item % 20,
            item % 300,
            item % 500 + 20
        );
    }
    std::fs::write(&path, text)?;
    Ok(path)
}

/// The same as products, in rising order of their GTINs.
pub(crate) fn list() -> Result<Vec<Product>> {
    let mut reader = csv::Reader::from_path(csv_file()?)?;
    let header = reader.headers()?.clone();
    let mut list = Vec::new();
    for row in reader.records() {
        let row = row?;
        let field = |name: &str| header.iter().position(|it| it == name).and_then(|at| row.get(at)).unwrap_or("");
        let text = |name: &str| Text::parse(field(name)).ok();
        let price = |name: &str| Money::parse_price(field(name), Currency::Rub).ok();
        let (Ok(gtin), Some(name), Some(shelf_price)) = (field("gtin").parse(), text("name"), price("price")) else {
            continue;
        };
        list.push(Product {
            gtin,
            name,
            name_en: None,
            brand: text("brand"),
            category: text("category"),
            sale_unit: SaleUnit::Piece,
            content: None,
            price: shelf_price,
            card_price: price("card_price"),
            offer: None,
            offer_until: None,
            shelf_address: ShelfAddress::parse(field("aisle"), field("bay"), field("shelf")).unwrap_or_default(),
            allergens: Allergens::default(),
            age_limit: None,
            date_kind: None,
        });
    }
    list.sort_by_key(|product| product.gtin);
    list.dedup_by_key(|product| product.gtin);
    Ok(list)
}

/// Some of them, spread over the list in an order without pattern, the same at each run.
pub(crate) fn drawn(list: &[Product], count: usize) -> Vec<&Product> {
    let mut place = 0usize;
    (0..count)
        .map(|_| {
            // Knuth's multiplicative step; 2,654,435,761 has no factor in common with any list's length here.
            place = place.wrapping_add(2_654_435_761);
            &list[place % list.len()]
        })
        .collect()
}
